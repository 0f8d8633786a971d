//! See [`super::Client`]. Runs only in the browser.

use std::cell::Cell;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    DomParser, Element, FormData, HtmlButtonElement, HtmlElement, HtmlFormElement, RequestInit,
    Response, SupportedType, UrlSearchParams,
};

#[wasm_bindgen]
extern "C" {
    /// Hydrates the islands of new content; set by `boot.js`.
    #[wasm_bindgen(js_name = dogearHydrate)]
    fn hydrate_islands_in(root: &Element);
}

thread_local! {
    /// The listener outlives the island: content is replaced, the window stays.
    static INSTALLED: Cell<bool> = const { Cell::new(false) };
}

/// Listens for submissions on the whole document, once.
pub fn install() {
    if !INSTALLED.replace(true) {
        window_event_listener_untyped("submit", |event| {
            if let Ok(event) = event.dyn_into::<SubmitEvent>() {
                on_submit(&event);
            }
        });
    }
}

fn on_submit(event: &SubmitEvent) {
    let Some(form) = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlFormElement>().ok())
    else {
        return;
    };
    // Attributes, since a control named “method” hides the property of that name.
    let ours = form
        .get_attribute("method")
        .is_some_and(|method| method.eq_ignore_ascii_case("post"))
        && form
            .get_attribute("enctype")
            .is_none_or(|kind| kind == "application/x-www-form-urlencoded")
        && form.get_attribute("data-plain").is_none();
    if event.default_prevented() || !ours {
        return;
    }
    let submitter = event.submitter();
    let Some((action, body)) = request_of(&form, submitter.as_ref()) else {
        return;
    };
    event.prevent_default();
    // A second click while the first is under way is not a second request.
    if form.get_attribute("aria-busy").is_some() {
        return;
    }
    let _ = form.set_attribute("aria-busy", "true");
    if let Some(button) = &submitter {
        let _ = button.set_attribute("aria-busy", "true");
    }
    spawn_local(async move {
        if send(&action, body).await.is_err() {
            // Whatever went wrong with sending in place, the browser can still do it.
            let _ = form.remove_attribute("aria-busy");
            let _ = form.set_attribute("data-plain", "");
            if let Some(button) = submitter.and_then(|b| b.dyn_into::<HtmlButtonElement>().ok()) {
                let _ = button.remove_attribute("aria-busy");
                let _ = form.request_submit_with_submitter(Some(&button));
            } else {
                let _ = form.request_submit();
            }
        }
    });
}

/// Where the form goes and what it says, the pressed button included.
fn request_of(
    form: &HtmlFormElement,
    submitter: Option<&HtmlElement>,
) -> Option<(String, UrlSearchParams)> {
    let data = FormData::new_with_form(form).ok()?;
    let body = UrlSearchParams::new().ok()?;
    let entries = js_sys::try_iter(&data).ok()??;
    for entry in entries {
        let pair: js_sys::Array = entry.ok()?.dyn_into().ok()?;
        body.append(&pair.get(0).as_string()?, &pair.get(1).as_string()?);
    }
    let button = submitter.and_then(|element| element.dyn_ref::<HtmlButtonElement>());
    if let Some(button) = button
        && !button.name().is_empty()
    {
        body.append(&button.name(), &button.value());
    }
    let action = button
        .filter(|button| button.has_attribute("formaction"))
        .map_or_else(
            || form.get_attribute("action").unwrap_or_default(),
            |button| button.form_action(),
        );
    Some((action, body))
}

async fn send(action: &str, body: UrlSearchParams) -> Result<(), JsValue> {
    let window = window();
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&body);
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(action, &init))
        .await?
        .dyn_into()?;
    let is_page = response
        .headers()
        .get("content-type")?
        .is_some_and(|kind| kind.starts_with("text/html"));
    if !is_page {
        return Err(JsValue::NULL);
    }
    let html = JsFuture::from(response.text()?)
        .await?
        .as_string()
        .ok_or(JsValue::NULL)?;
    show(&html, &response.url(), response.redirected())
}

/// Replaces the content of the page by that of `html`.
fn show(html: &str, url: &str, moved: bool) -> Result<(), JsValue> {
    let document = document();
    let fresh = DomParser::new()?.parse_from_string(html, SupportedType::TextHtml)?;
    let body = document.body().ok_or(JsValue::NULL)?;
    let new_body = fresh.body().ok_or(JsValue::NULL)?;
    body.set_inner_html(&new_body.inner_html());
    body.set_class_name(&new_body.class_name());
    document.set_title(&fresh.title());
    if let (Some(root), Some(new_root)) = (document.document_element(), fresh.document_element()) {
        match new_root.get_attribute("data-theme") {
            Some(theme) => root.set_attribute("data-theme", &theme)?,
            None => root.remove_attribute("data-theme")?,
        }
    }
    if moved && window().location().href().is_ok_and(|here| here != url) {
        window()
            .history()?
            .push_state_with_url(&JsValue::NULL, "", Some(url))?;
    }
    window().scroll_to_with_x_and_y(0.0, 0.0);
    hydrate_islands_in(&body);
    let focus = document
        .get_element_by_id("problem")
        .or_else(|| document.get_element_by_id("main"))
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = focus {
        let _ = element.focus();
    }
    Ok(())
}
