//! See [`super::Client`]. Runs only in the browser.

use std::cell::Cell;

use js_sys::Reflect;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    DomParser, Element, FormData, Headers, HtmlButtonElement, HtmlElement, HtmlFormElement,
    HtmlInputElement, RequestInit, Response, SupportedType, UrlSearchParams,
};

#[wasm_bindgen]
extern "C" {
    /// Hydrates the islands of new content; set by `boot.js`.
    #[wasm_bindgen(js_name = dogearHydrate)]
    fn hydrate_islands_in(root: &Element);
    /// Whether the page itself does what a form asks that could not be sent; set by `door.js`.
    #[wasm_bindgen(js_name = dogearUnreachable, catch)]
    fn is_taken_by_page(form: &HtmlFormElement, body: &UrlSearchParams) -> Result<bool, JsValue>;
    /// What ends a request after so many milliseconds. A whole number: reading others would load a
    /// table of ten kilobytes.
    #[wasm_bindgen(js_namespace = AbortSignal, js_name = timeout, catch)]
    fn ends_after(milliseconds: u32) -> Result<JsValue, JsValue>;
}

thread_local! {
    /// The listener outlives the island: content is replaced, the window stays.
    static INSTALLED: Cell<bool> = const { Cell::new(false) };
}

/// Listens for submissions on the whole document, once.
pub(super) fn install() {
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
    let submitter = event.submitter();
    // A button that sends files.
    let files = submitter
        .as_ref()
        .is_some_and(|button| button.has_attribute("formenctype"));
    if event.default_prevented() || !ours || files {
        return;
    }
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
        match send(&action, &body, part_of(&form).as_deref(), true).await {
            Ok(Answer::Shown) => {}
            Ok(Answer::Unreachable(_)) if is_taken_by_page(&form, &body) == Ok(true) => {
                free(&form, submitter.as_ref());
            }
            Ok(Answer::Refused(notice) | Answer::Unreachable(notice)) => {
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
        // A file goes by a button of its own.
        if let Some(value) = pair.get(1).as_string() {
            body.append(&pair.get(0).as_string()?, &value);
        }
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
            web_sys::HtmlButtonElement::form_action,
        );
    Some((action, body))
}

/// What became of a form.
enum Answer {
    /// The page shows the answer.
    Shown,
    /// Nothing was taken; the form stays as it is.
    Refused(Notice),
    /// Nobody knows whether it was.
    Unreachable(Notice),
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
            log_in: find("main [data-log-in]").and_then(|found| found.get_attribute("data-log-in")),
        })
    }
}

/// What became of a form that was sent by an island.
pub(super) enum Sent {
    /// The page shows the answer.
    Shown,
    /// The connection broke; the form may be sent again and counts once.
    Unreachable,
    /// Nothing was taken, and why.
    Refused(String),
}

/// Sends a form with `value` in the field `name`, as a reader does who types it, and shows the
/// answer in the form's part of the page. The focus stays where it is.
pub(super) async fn send_part(form: &HtmlFormElement, name: &str, value: &str) -> Sent {
    let broken = || Sent::Refused("That did not work. Open the page again.".into());
    let Some((action, body)) = request_of(form, None) else {
        return broken();
    };
    body.set(name, value);
    match send(&action, &body, part_of(form).as_deref(), false).await {
        Ok(Answer::Shown) => Sent::Shown,
        Ok(Answer::Unreachable(_)) if is_taken_by_page(form, &body) == Ok(true) => Sent::Shown,
        Ok(Answer::Unreachable(_)) => Sent::Unreachable,
        Ok(Answer::Refused(notice)) => {
            Sent::Refused(format!("{}. {}", notice.heading, notice.text))
        }
        Err(_) => broken(),
    }
}

/// The id of the only part of the page that the form's answer changes.
fn part_of(form: &HtmlFormElement) -> Option<String> {
    form.get_attribute("data-part")
}

async fn send(
    action: &str,
    body: &UrlSearchParams,
    part: Option<&str>,
    focus: bool,
) -> Result<Answer, JsValue> {
    let window = window();
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(body);
    // Where the page does without an answer, it does not wait for ever for one.
    let patience = part
        .and_then(|part| document().get_element_by_id(part))
        .and_then(|part| part.get_attribute("data-patience"))
        .and_then(|patience| ends_after(patience.parse().ok()?).ok());
    if let Some(signal) = patience {
        Reflect::set(&init, &"signal".into(), &signal)?;
    }
    // The answer is a page, as for a browser that sends the form itself.
    let headers = Headers::new()?;
    headers.set("accept", "text/html")?;
    init.set_headers(&headers);
    let Ok(response) = JsFuture::from(window.fetch_with_str_and_init(action, &init)).await else {
        return Ok(Answer::Unreachable(Notice::unreachable()));
    };
    let response: Response = response.dyn_into()?;
    let is_page = response
        .headers()
        .get("content-type")?
        .is_some_and(|kind| kind.starts_with("text/html"));
    let Ok(text) = JsFuture::from(response.text()?).await else {
        return Ok(Answer::Unreachable(Notice::unreachable()));
    };
    let html = text.as_string().ok_or(JsValue::NULL)?;
    // A redirect says that the form was taken, whatever the page it leads to is like;
    // 409 and 422 come with the form and everything that was typed.
    let instead = response.redirected() || response.ok() || matches!(response.status(), 409 | 422);
    match (instead, is_page) {
        (true, true) => {
            if let Some(part) = part
                && show_part(part, &html, focus)?
            {
                return Ok(Answer::Shown);
            }
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

/// Replaces the part with this id, if the answer has it; what is being typed there stays.
fn show_part(id: &str, html: &str, focus: bool) -> Result<bool, JsValue> {
    let document = document();
    let fresh = DomParser::new()?.parse_from_string(html, SupportedType::TextHtml)?;
    let (Some(old), Some(new)) = (document.get_element_by_id(id), fresh.get_element_by_id(id))
    else {
        return Ok(false);
    };
    let field = |part: &Element| {
        let field = part.query_selector("[autofocus]").ok().flatten();
        field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok())
    };
    let typed = field(&old).filter(|_| !focus).map(|field| field.value());
    let said = new.get_attribute("data-said").unwrap_or_default();
    old.set_inner_html(&new.inner_html());
    let _ = old.set_attribute("data-said", &said);
    if let Some(field) = field(&old) {
        if let Some(typed) = typed {
            field.set_value(&typed);
        }
        if focus {
            // What was wrong is typed over; a scanner knows no other way.
            let _ = field.focus();
            field.select();
        }
    }
    if let Some(says) = document.get_element_by_id(&format!("{id}-said")) {
        says.set_text_content(Some(&said));
    }
    Ok(true)
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
    problem.set_class_name("summary corner");
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
