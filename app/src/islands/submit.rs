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
        match send(&action, body).await {
            Ok(Answer::Shown) => {}
            Ok(Answer::Refused(notice)) => {
                free(&form, submitter.as_ref());
                let _ = tell(&notice);
            }
            Err(_) => {
                // Whatever went wrong with sending in place, the browser can still do it.
                free(&form, submitter.as_ref());
                let _ = form.set_attribute("data-plain", "");
                if let Some(button) = submitter.and_then(|b| b.dyn_into::<HtmlButtonElement>().ok())
                {
                    let _ = form.request_submit_with_submitter(Some(&button));
                } else {
                    let _ = form.request_submit();
                }
            }
        }
    });
}

/// Lets the form be sent again.
fn free(form: &HtmlFormElement, submitter: Option<&HtmlElement>) {
    let _ = form.remove_attribute("aria-busy");
    if let Some(button) = submitter {
        let _ = button.remove_attribute("aria-busy");
    }
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

/// What became of a form.
enum Answer {
    /// The page shows the answer.
    Shown,
    /// Nothing was taken; the form stays as it is.
    Refused(Notice),
}

/// Why a form was not taken, above the form.
struct Notice {
    heading: String,
    text: String,
    /// Where to log in, when that is what is missing.
    log_in: Option<String>,
}

impl Notice {
    /// The connection broke: nobody knows how far the form has come.
    fn unreachable() -> Self {
        Self {
            heading: "The site cannot be reached".into(),
            text: "What you entered is still here. Send it again when you are connected; it counts once.".into(),
            log_in: None,
        }
    }

    /// The words of an error page, or of the form when that is shown again.
    fn of(html: &str) -> Result<Self, JsValue> {
        let page = DomParser::new()?.parse_from_string(html, SupportedType::TextHtml)?;
        let find = |selector| page.query_selector(selector).ok().flatten();
        let words = |selector| {
            find(selector)
                .and_then(|element| element.text_content())
                .filter(|text| !text.trim().is_empty())
        };
        Ok(Self {
            heading: words("#problem h2")
                .or_else(|| words("main h1"))
                .unwrap_or_else(|| "That did not work".into()),
            text: words("#problem p")
                .or_else(|| words("main .lead"))
                .unwrap_or_else(|| "Send it again in a minute.".into()),
            log_in: find("main a[href^='/login']").and_then(|link| link.get_attribute("href")),
        })
    }
}

async fn send(action: &str, body: UrlSearchParams) -> Result<Answer, JsValue> {
    let window = window();
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&body);
    let Ok(response) = JsFuture::from(window.fetch_with_str_and_init(action, &init)).await else {
        return Ok(Answer::Refused(Notice::unreachable()));
    };
    let response: Response = response.dyn_into()?;
    let is_page = response
        .headers()
        .get("content-type")?
        .is_some_and(|kind| kind.starts_with("text/html"));
    let Ok(text) = JsFuture::from(response.text()?).await else {
        return Ok(Answer::Refused(Notice::unreachable()));
    };
    let html = text.as_string().ok_or(JsValue::NULL)?;
    // A redirect says that the form was taken, whatever the page it leads to is like;
    // 409 and 422 come with the form and everything that was typed.
    let instead = response.redirected() || response.ok() || matches!(response.status(), 409 | 422);
    match (instead, is_page) {
        (true, true) => {
            if show(&html, &response.url(), response.redirected()).is_err() {
                // Not sent a second time: the browser goes to the page that follows.
                window.location().set_href(&response.url())?;
            }
            Ok(Answer::Shown)
        }
        (true, false) => Err(JsValue::NULL),
        (false, _) => Notice::of(&html).map(Answer::Refused),
    }
}

/// Shows a notice at the top of the page, which otherwise stays as it is.
fn tell(notice: &Notice) -> Result<(), JsValue> {
    let document = document();
    let main = document.get_element_by_id("main").ok_or(JsValue::NULL)?;
    if let Some(old) = document.get_element_by_id("problem") {
        old.remove();
    }
    let child = |parent: &Element, tag: &str, text: &str| -> Result<Element, JsValue> {
        let element = document.create_element(tag)?;
        element.set_text_content(Some(text));
        parent.append_child(&element)?;
        Ok(element)
    };
    let wrap = document.create_element("div")?;
    wrap.set_class_name("wrap wrap-narrow");
    let problem = child(&wrap, "div", "")?;
    problem.set_id("problem");
    problem.set_class_name("summary eared");
    problem.set_attribute("role", "alert")?;
    problem.set_attribute("tabindex", "-1")?;
    child(&problem, "h2", &notice.heading)?;
    child(&problem, "p", &notice.text)?;
    if let Some(href) = &notice.log_in {
        let line = child(&problem, "p", "What you entered stays here meanwhile: ")?;
        // In another tab, since this one holds what was typed.
        let link = child(&line, "a", "log in in another tab")?;
        link.set_attribute("href", href)?;
        link.set_attribute("target", "_blank")?;
        line.append_with_str_1(", then send it again.")?;
    }
    main.prepend_with_node_1(&wrap)?;
    if let Some(problem) = problem.dyn_ref::<HtmlElement>() {
        let _ = problem.focus();
    }
    Ok(())
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
