//! What was left over: on the page of an event that is over, and for those who host it.

use dogear_server::Result;
use dogear_server::events::{self, BookSums, EventPage, Leftover, Past};
use dogear_server::version::Version;
use leptos::prelude::*;

use super::after_actions::SaveLeftover;
use crate::action::ServerFn;
use crate::http::Req;
use crate::ui::count;
use crate::ui::field::{PostForm, TextArea, TextField};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions};
use dogear_domain::fields::LeftoverWords;
use dogear_urls as urls;

/// “12 books found a new reader, and 3 stayed.”
fn sums(sums: BookSums) -> String {
    let gone = count(
        sums.gone,
        "book found a new reader",
        "books found a new reader",
    );
    match (sums.gone, sums.stayed) {
        (0, stayed) => format!("{}.", count(stayed, "book stayed", "books stayed")),
        (_, 0) => format!("{gone}."),
        (_, stayed) => format!("{gone}, and {stayed} stayed."),
    }
}

/// What is said of an event that is over, and what whoever was there can say.
pub(super) fn past(event: &EventPage, past: &Past) -> Option<AnyView> {
    let sums = past.sums.map(|all| view! { <p>{sums(all)}</p> });
    let words = (!past.words.is_empty()).then(|| {
        view! {
            <blockquote class="prelines" dir="auto">
                {past.words.clone()}
            </blockquote>
        }
    });
    let answer = past.answer.map(|answered| {
        let label = if answered {
            "Change what you said of it"
        } else {
            "Say how it was"
        };
        view! {
            <a class="btn" href=urls::event_feedback(event.id)>
                {label}
            </a>
        }
    });
    let tells = past.tells.then(|| {
        view! {
            <a class="btn" href=urls::event_books(event.id)>
                "Say what became of your books"
            </a>
        }
    });
    if sums.is_none() && words.is_none() && answer.is_none() && tells.is_none() {
        return None;
    }
    let acts = (answer.is_some() || tells.is_some())
        .then(|| view! { <div class="row">{answer} {tells}</div> });
    let section = view! {
        <section class="stack stack-s" aria-labelledby="past-h">
            <h2 class="t-h3" id="past-h">
                "Afterwards"
            </h2>
            {sums}
            {words}
            {acts}
        </section>
    };
    Some(section.into_any())
}

/// What stayed, as it is stored, with its version.
pub(super) struct Stored {
    left: Leftover,
    seen: Version,
}

/// The same, for those who host a swap meet that is over and may say so.
///
/// # Errors
/// Those of the services.
pub(super) async fn stored(req: &Req, event: &EventPage) -> Result<Option<Stored>> {
    if !req.may_begin() {
        return Ok(None);
    }
    let left = events::leftover(&req.cx, event).await?;
    left.map(|left| {
        let seen = left.version()?;
        Ok(Stored { left, seen })
    })
    .transpose()
}

/// The host's form.
pub(super) fn form(event: &EventPage, stored: &Stored, state: &FormState) -> AnyView {
    let Leftover { books, words } = stored.left.clone();
    let seen = stored.seen.as_str().to_owned();
    let edited = [
        Edited::text(state, "books", "How many books", books.clone()),
        Edited::text(state, "words", "What, and where it goes", words.clone()),
    ];
    let both = both_versions(state, "version", &seen, edited);
    let with = [("event", event.id.to_string()), ("version", seen)];
    let (number, text) = (state.clone(), state.clone());
    view! {
        <section class="stack stack-s" aria-labelledby="left-h" id="left">
            <h2 class="t-h3" id="left-h">
                "What was left over"
            </h2>
            {both}
            <PostForm class="stack" action=SaveLeftover::PATH with=with>
                <TextField
                    state=number
                    name="books"
                    label="Books that stayed on the table"
                    hint="Everybody who sees the event reads this number, together with what came home with guests."
                    inputmode=Some("numeric")
                    value=books
                />
                <TextArea
                    state=text
                    name="words"
                    label="What, and where it goes"
                    hint="Those who were there read it."
                    maxlength=LeftoverWords::MAX
                    value=words
                />
                <p>
                    <button class="btn">"Save what was left over"</button>
                </p>
            </PostForm>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_said_in_one_and_many() {
        for (gone, stayed, expected) in [
            (1, 0, "1 book found a new reader."),
            (12, 3, "12 books found a new reader, and 3 stayed."),
            (0, 1, "1 book stayed."),
            (0, 4, "4 books stayed."),
        ] {
            assert_eq!(sums(BookSums { gone, stayed }), expected);
        }
    }
}
