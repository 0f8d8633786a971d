//! What can be done with the part that somebody has in an event or an organisation: to give them
//! another one, or to remove them.

use leptos::prelude::*;

use crate::ui::field::PostForm;

/// Somebody's part, and the two forms that change it.
pub(super) struct Part {
    /// What they want to be called.
    pub name: String,
    /// They have not answered yet.
    pub is_asked: bool,
    /// By which field and value the forms name it.
    pub by: (&'static str, String),
    /// The other role, and the button that gives it.
    pub other: (String, &'static str),
    /// What they lose when they are removed.
    pub loses: &'static str,
    /// Addresses of the functions: another role, and none.
    pub paths: (&'static str, &'static str),
}

/// The forms.
pub(super) fn changing(part: Part) -> AnyView {
    let Part {
        name,
        is_asked,
        by: (field, id),
        other: (role, words),
        loses,
        paths: (change, remove),
    } = part;
    let label = format!("{words}: {name}");
    let (open, sentence, button) = if is_asked {
        (
            "Ask no more",
            "The question disappears, and they are told nothing.",
            "Take it back",
        )
    } else {
        ("Remove", loses, "Remove them")
    };
    let open = format!("{open}: {name}");
    let sure = format!("{button}: {name}");
    let with = [(field, id.clone()), ("role", role)];
    view! {
        <div class="stack stack-s">
            <PostForm action=change with=with>
                <button class="btn btn-small" aria-label=label>
                    {words}
                </button>
            </PostForm>
            <details>
                <summary>{open}</summary>
                <div class="stack stack-s mt4">
                    <p class="small">{sentence}</p>
                    <PostForm action=remove with=[(field, id)]>
                        <button class="btn btn-small btn-heavy" aria-label=sure>
                            {button}
                        </button>
                    </PostForm>
                </div>
            </details>
        </div>
    }
    .into_any()
}
