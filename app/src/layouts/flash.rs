//! The sentence about what was just done.

use leptos::prelude::*;

use crate::http::Flash;

/// The sentence about what was just done, once.
pub fn flash(flash: Option<Flash>) -> Option<impl IntoView> {
    flash.map(|flash| {
        view! {
            <div class="wrap">
                <div class="flash" role="status">
                    <p>{flash.sentence}</p>
                    {flash
                        .undo
                        .map(|undo| {
                            view! {
                                <form method="post" action=undo.action>
                                    {undo
                                        .fields
                                        .into_iter()
                                        .map(|(name, value)| {
                                            view! { <input type="hidden" name=name value=value /> }
                                        })
                                        .collect_view()}
                                    <button class="linkbtn">"Undo"</button>
                                </form>
                            }
                        })}
                </div>
            </div>
        }
    })
}
