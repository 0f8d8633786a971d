//! See [`super::AdminKeys`]. Runs only in the browser.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Holds "off" when somebody turned the keys off.
const STORED: &str = "admin-keys";

thread_local! {
    /// The listener outlives the island: content is replaced, the window stays.
    static INSTALLED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the keys work in this browser.
pub(super) fn are_on() -> bool {
    let stored = window().local_storage().ok().flatten();
    stored
        .and_then(|stored| stored.get_item(STORED).ok().flatten())
        .as_deref()
        != Some("off")
}

/// Keeps the choice.
pub(super) fn remember(on: bool) {
    if let Ok(Some(stored)) = window().local_storage() {
        let _ = stored.set_item(STORED, if on { "on" } else { "off" });
    }
}

/// Listens on the whole document, once.
pub(super) fn install() {
    if !INSTALLED.replace(true) {
        window_event_listener_untyped("keydown", |event| {
            if let Ok(event) = event.dyn_into::<KeyboardEvent>() {
                on_key(&event);
            }
        });
    }
}

fn on_key(event: &KeyboardEvent) {
    let typing = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| {
            let kind = element.get_attribute("type").unwrap_or_default();
            // A choice that a key has just made takes no letters.
            let is_choice = matches!(kind.as_str(), "radio" | "checkbox");
            match element.tag_name().as_str() {
                "TEXTAREA" | "SELECT" => true,
                "INPUT" => !is_choice,
                _ => element.is_content_editable(),
            }
        });
    let combined = event.ctrl_key() || event.meta_key() || event.alt_key();
    let on_the_desk = document()
        .body()
        .is_some_and(|body| body.class_list().contains("moderation"));
    if typing
        || combined
        || event.repeat() && event.key() != "j" && event.key() != "k"
        || !on_the_desk
        || !are_on()
    {
        return;
    }
    let done = match event.key().as_str() {
        "j" => move_by(1),
        "k" => move_by(-1),
        "o" => press(focused_row()),
        // Taking back is the button of the flash.
        "u" => press(document().query_selector(".flash button").ok().flatten()),
        key if key.len() == 1 && (key.as_bytes()[0].is_ascii_alphanumeric() || key == "/") => {
            press_or_focus(&format!("[data-key='{key}']"))
        }
        _ => false,
    };
    if done {
        event.prevent_default();
    }
}

fn rows() -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all("[data-row]") else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|position| found.item(position)?.dyn_into().ok())
        .collect()
}

/// The row that has the focus, or else the open one.
fn place(rows: &[HtmlElement]) -> Option<usize> {
    let focused = document().active_element();
    let is_focused = |row: &HtmlElement| focused.as_ref() == Some(row.as_ref());
    rows.iter().position(is_focused).or_else(|| {
        rows.iter().position(|row| {
            row.closest("[aria-current]")
                .is_ok_and(|open| open.is_some())
        })
    })
}

fn move_by(step: isize) -> bool {
    let rows = rows();
    let next = match place(&rows) {
        Some(place) => place.saturating_add_signed(step).min(rows.len() - 1),
        None => 0,
    };
    rows.get(next).is_some_and(|row| row.focus().is_ok())
}

fn focused_row() -> Option<Element> {
    let rows = rows();
    let place = place(&rows).unwrap_or(0);
    rows.into_iter().nth(place).map(Into::into)
}

fn press(element: Option<Element>) -> bool {
    let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    element.click();
    true
}

/// Where several rows have such a key, that of the row in focus is meant, or else the first.
fn press_or_focus(selector: &str) -> bool {
    let rows = rows();
    let row = place(&rows).and_then(|place| rows[place].closest("tr, li").ok().flatten());
    let Some(element) = row
        .and_then(|row| row.query_selector(selector).ok().flatten())
        .or_else(|| document().query_selector(selector).ok().flatten())
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
    else {
        return false;
    };
    let kind = element.get_attribute("type").unwrap_or_default();
    // What cannot be taken back lightly only takes the focus: Enter presses it.
    if element.has_attribute("data-sure") || element.tag_name() == "INPUT" && kind != "radio" {
        return element.focus().is_ok();
    }
    if kind == "radio" {
        let _ = element.focus();
    }
    element.click();
    true
}
