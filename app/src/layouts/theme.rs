//! The choice between light, dark and sepia at the foot of every page.

use leptos::prelude::*;

use super::actions::ChooseTheme;
use crate::action::ServerFn;
use crate::ui::field::PostForm;

/// Light, dark, sepia, or as the device says.
pub(super) fn theme_switch(theme: &'static str, here: String) -> impl IntoView {
    let button = move |value: &'static str, label: &'static str| {
        let pressed = if theme == value { "true" } else { "false" };
        view! {
            <button class="linkbtn" name="theme" value=value aria-pressed=pressed>
                {label}
            </button>
        }
    };
    view! {
        <PostForm
            class="row"
            action=ChooseTheme::PATH
            label="Theme"
            shared=true
            with=[("next", here)]
        >
            <span class="quiet">"Page"</span>
            {button("", "Follow my device")}
            {button("light", "Day")}
            {button("dark", "Dark")}
            {button("sepia", "Sepia")}
        </PostForm>
    }
}
