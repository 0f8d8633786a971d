//! How long something is still kept, said again each second. Without scripts the page says until when.

use leptos::prelude::*;

/// “8 min 20 s left”; empty until scripts run. Nothing is announced by itself: who listens asks for it.
/// There is one of them on a page.
#[component]
pub fn Countdown(
    /// So many milliseconds when the page was made. Not a moment: clocks of devices are wrong.
    left: i64,
) -> impl IntoView {
    view! {
        <p class="small quiet" role="timer" id="countdown" data-left=left.to_string()></p>
        <CountdownClock />
    }
}

/// Says each second what is left, in the paragraph beside it. What is left stands there, since an
/// island with a number and a text of its own would weigh ten times as much.
#[island]
pub fn CountdownClock() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| browser::start());
    view! { <span hidden></span> }
}

/// In words, of so many seconds.
#[cfg(any(feature = "hydrate", test))]
fn in_words(seconds: i64) -> String {
    match (seconds / 60, seconds % 60) {
        _ if seconds <= 0 => {
            "The time is over. Confirm anyway: if they are free still, they are yours.".into()
        }
        (0, seconds) => format!("{seconds} s left"),
        (minutes, seconds) => format!("{minutes} min {seconds} s left"),
    }
}

/// Runs only in the browser.
#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use leptos::prelude::*;

    /// In milliseconds since 1970, by the clock of the device.
    #[allow(clippy::cast_possible_truncation)] // far from the end of time
    fn now() -> i64 {
        js_sys::Date::now() as i64
    }

    /// Says what is left from now on, until the island is gone.
    pub(super) fn start() {
        let Some(said) = document().get_element_by_id("countdown") else {
            return;
        };
        let left = said.get_attribute("data-left");
        let Some(left) = left.and_then(|left| left.parse::<i64>().ok()) else {
            return;
        };
        let until = now() + left;
        let say = move || {
            let words = super::in_words((until - now()) / 1000);
            said.set_text_content(Some(&words));
        };
        say();
        if let Ok(timer) = set_interval_with_handle(say, Duration::from_secs(1)) {
            on_cleanup(move || timer.clear());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r4_what_is_left_is_said_in_minutes_and_seconds() {
        assert_eq!(in_words(500), "8 min 20 s left");
        assert_eq!(in_words(59), "59 s left");
        assert!(in_words(0).starts_with("The time is over."));
    }
}
