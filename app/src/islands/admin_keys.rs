//! Keys of the moderators' desk. Whatever a key does is also a link or a button, marked
//! with `data-key`; lists mark the link of each row with `data-row`.

use leptos::prelude::*;

/// Listens for the keys, and shows the switch that turns them off for this browser.
#[island]
pub fn AdminKeys() -> impl IntoView {
    let (on, set_on) = signal(true);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        set_on.set(super::admin_keys_browser::are_on());
        super::admin_keys_browser::install();
    });
    let toggle = move |_| {
        set_on.update(|on| *on = !*on);
        #[cfg(feature = "hydrate")]
        super::admin_keys_browser::remember(on.get_untracked());
    };
    let pressed = move || if on.get() { "true" } else { "false" };
    view! {
        <p class="fine quiet row moderation-keys">
            <button type="button" class="linkbtn" aria-pressed=pressed on:click=toggle>
                {move || if on.get() { "Turn the keys off" } else { "Turn the keys on" }}
            </button>
            <span>
                <kbd>"j"</kbd>
                " "
                <kbd>"k"</kbd>
                " move · "
                <kbd>"o"</kbd>
                " open · "
                "the letter on a button decides, suspending after Enter · "
                <kbd>"1"</kbd>
                "–"
                <kbd>"9"</kbd>
                " outcome of a trade · "
                <kbd>"a"</kbd>
                " accept · "
                <kbd>"s"</kbd>
                " skip · "
                <kbd>"u"</kbd>
                " take back · "
                <kbd>"n"</kbd>
                " older · "
                <kbd>"/"</kbd>
                " find"
            </span>
        </p>
    }
}
