//! What this browser has searched for lately. It is kept in the browser and nowhere else.

#[cfg(feature = "hydrate")]
use leptos::prelude::window;

use super::combobox::Suggestion;

/// Where the browser keeps it: a JSON array of texts, newest first.
#[cfg(feature = "hydrate")]
const KEY: &str = "searches";
/// Older ones are forgotten.
#[cfg(feature = "hydrate")]
const MOST: usize = 6;
/// A suggestion that leads nowhere and forgets them all.
pub(super) const FORGET: &str = "#forget";

/// Remembers the search of the page that is open, if it is one.
#[cfg(feature = "hydrate")]
pub(super) fn remember() {
    let location = window().location();
    let (Ok(path), Ok(query)) = (location.pathname(), location.search()) else {
        return;
    };
    let asked = web_sys::UrlSearchParams::new_with_str(&query)
        .ok()
        .filter(|_| path == dogear_urls::BROWSE)
        .and_then(|pairs| pairs.get("q"))
        .unwrap_or_default();
    let asked: String = asked.trim().chars().take(200).collect();
    if asked.is_empty() {
        return;
    }
    let mut texts = texts();
    texts.retain(|known| !known.eq_ignore_ascii_case(&asked));
    texts.insert(0, asked);
    texts.truncate(MOST);
    if let (Ok(Some(stored)), Ok(json)) = (window().local_storage(), serde_json::to_string(&texts))
    {
        // A browser that keeps nothing has nothing to remember.
        let _ = stored.set_item(KEY, &json);
    }
}

#[cfg(feature = "hydrate")]
fn texts() -> Vec<String> {
    let stored = window().local_storage().ok().flatten();
    stored
        .and_then(|stored| stored.get_item(KEY).ok().flatten())
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default()
}

/// The latest searches as suggestions, and the way to forget them; none on the server.
pub(super) fn recent() -> Vec<Suggestion> {
    #[cfg(feature = "hydrate")]
    {
        let line = |group: &str, title: String, path: String| Suggestion {
            group: group.to_owned(),
            title,
            line: String::new(),
            language: String::new(),
            path,
        };
        let mut list: Vec<Suggestion> = texts()
            .into_iter()
            .enumerate()
            .map(|(n, text)| {
                let path = format!(
                    "{}?q={}",
                    dogear_urls::BROWSE,
                    js_sys::encode_uri_component(&text)
                );
                let group = if n == 0 { "Searched lately" } else { "" };
                line(group, text, path)
            })
            .collect();
        if !list.is_empty() {
            list.push(line(
                "",
                "Forget these searches".to_owned(),
                FORGET.to_owned(),
            ));
        }
        list
    }
    #[cfg(not(feature = "hydrate"))]
    Vec::new()
}

/// Forgets every search.
pub(super) fn forget() {
    #[cfg(feature = "hydrate")]
    if let Ok(Some(stored)) = window().local_storage() {
        let _ = stored.remove_item(KEY);
    }
}
