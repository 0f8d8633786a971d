//! See [`super::Unread`]. Runs only in the browser.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::unread::unread;
use crate::ui::count;

/// Between two questions while the page is visible.
const EVERY: Duration = Duration::from_mins(1);
/// Coming back to a page sooner than this asks nothing, in milliseconds.
const FRESH: f64 = 15_000.0;

thread_local! {
    /// Timer and listener outlive the island: content is replaced, the window stays.
    static INSTALLED: Cell<bool> = const { Cell::new(false) };
    /// When the number was last asked for, in milliseconds since 1970.
    static ASKED: Cell<f64> = const { Cell::new(0.0) };
}

/// Starts the timer, once for the life of the window.
pub(super) fn install() {
    // The page itself has just said the number.
    ASKED.set(js_sys::Date::now());
    if !INSTALLED.replace(true) {
        set_interval(ask, EVERY);
        window_event_listener_untyped("visibilitychange", |_| {
            if js_sys::Date::now() - ASKED.get() >= FRESH {
                ask();
            }
        });
    }
}

fn ask() {
    // Nobody looks, or nobody is signed in on the page that is shown now.
    if document().hidden() || find("#unread-says").is_none() {
        return;
    }
    ASKED.set(js_sys::Date::now());
    spawn_local(async {
        // A question that failed is asked again a minute later.
        if let Ok(number) = unread().await {
            show(number);
        }
    });
}

/// Puts the number everywhere it stands.
fn show(number: i64) {
    let Some(corner) = find(".page-corner") else {
        return;
    };
    let before = corner
        .get_attribute("data-unread")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    if number == before {
        return;
    }
    let _ = corner.set_attribute("data-unread", &number.to_string());
    let _ = corner.toggle_attribute_with_force("hidden", number == 0);
    if let Some(masthead) = find(".masthead") {
        let _ = masthead
            .class_list()
            .toggle_with_force("has-corner", number > 0);
    }
    write(".page-corner [aria-hidden]", &number.to_string());
    write(
        ".page-corner .visually-hidden",
        &format!(
            "Inbox: {}",
            count(number, "unread notice", "unread notices")
        ),
    );
    let beside = match number {
        0 => String::new(),
        _ => format!(" {number}"),
    };
    for place in [".mainnav [data-inbox]", ".tabbar [data-inbox]"] {
        write(place, &beside);
    }
    let title = document().title();
    let plain = title
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(") "))
        .filter(|(inside, _)| inside.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(title.as_str(), |(_, plain)| plain);
    match number {
        0 => document().set_title(plain),
        _ => document().set_title(&format!("({number}) {plain}")),
    }
    if number > before {
        let new = count(number - before, "new notice", "new notices");
        write("#unread-says", &format!("{new} in your inbox."));
        // On the inbox itself: nothing jumps, the reader decides when to see them.
        write("#inbox-new span", &format!("{new}, show"));
        if let Some(link) = find("#inbox-new") {
            let _ = link.remove_attribute("hidden");
        }
    }
}

fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

fn write(selector: &str, text: &str) {
    if let Some(element) = find(selector) {
        element.set_text_content(Some(text));
    }
}
