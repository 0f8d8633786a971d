//! What became of what the reader has brought, when it is over.

use dogear_domain::events::leftovers::BookOutcome;
use dogear_server::events::{EventPage, OwnBook};
use leptos::prelude::*;

use super::about;
use crate::action::ServerFn;
use crate::events::after_actions::TellOutcomes;
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::field::PostForm;
use dogear_urls as urls;

/// The reader's list, to tick what went to somebody.
pub(super) fn came_home(event: &EventPage, own: &[OwnBook], may_tell: bool) -> AnyView {
    if own.is_empty() {
        return view! { <p class="quiet">"You had said of no book that you bring it."</p> }
            .into_any();
    }
    let rows: Vec<AnyView> = own.iter().map(pick).collect();
    // What stands open here has been said by all of those that are not ticked.
    let others_home = own
        .iter()
        .any(|book| book.outcome == Some(BookOutcome::Home));
    let with = [("event", event.id.to_string())];
    let form = may_tell.then(|| {
        view! {
            <PostForm class="stack" action=TellOutcomes::PATH with=with>
                <p>
                    "Tick what went to somebody. The page of the event says how many books found a new reader, and neither titles nor names."
                </p>
                <ul class="picks">{rows}</ul>
                <label class="choice">
                    <input type="checkbox" name="home" value="on" checked=others_home />
                    <span>"The others came home"</span>
                </label>
                <p>
                    <button class="btn btn-do">"Save what became of them"</button>
                </p>
            </PostForm>
        }
    });
    view! {
        <section class="stack" aria-labelledby="bag-h" id="bag">
            <h2 class="t-h3" id="bag-h">
                "What became of your books?"
            </h2>
            {form}
            {off_shelf(own)}
        </section>
    }
    .into_any()
}

fn pick(brought: &OwnBook) -> AnyView {
    let book = &brought.book;
    let gone = brought.outcome == Some(BookOutcome::Gone);
    let label = format!("{}: went to somebody", book.title);
    view! {
        <li>
            <Cover work=book.work size=CoverSize::Small />
            <div>{about(book)}</div>
            <label class="choice take">
                <input type="checkbox" name="gone" value=brought.copy.to_string() checked=gone />
                <span class="visually-hidden">{label}</span>
            </label>
        </li>
    }
    .into_any()
}

/// The way to take what went to somebody off the shelf: on the page of each copy, where its owner
/// does that anyway. What is promised in a trade stays.
fn off_shelf(own: &[OwnBook]) -> Option<AnyView> {
    let gone: Vec<AnyView> = own
        .iter()
        .filter(|book| book.outcome == Some(BookOutcome::Gone) && book.shown)
        .map(|book| {
            let path = urls::copy_edit(book.copy);
            view! {
                <li>
                    <a href=path>
                        <cite dir="auto">{book.book.title.clone()}</cite>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect();
    if gone.is_empty() {
        return None;
    }
    let number = i64::try_from(gone.len()).unwrap_or(i64::MAX);
    let heading = count(
        number,
        "book that went to somebody is still on your shelf",
        "books that went to somebody are still on your shelf",
    );
    let section = view! {
        <section class="stack stack-s" aria-labelledby="still-h">
            <h3 id="still-h">{heading}</h3>
            <p>
                "Open a book to take it off: “Delete” puts it into the trash, from which you can restore it."
            </p>
            <ul class="bullets">{gone}</ul>
        </section>
    };
    Some(section.into_any())
}
