//! What guests say of the books at a swap meet.

use dogear_domain::fields::FieldProblem;
use dogear_domain::ids::{CopyId, EventId};
use dogear_server::events::{self, Packed};
use leptos::prelude::*;

use crate::action::{ActionError, Done, HtmlForm, read};
use crate::http::context;
use crate::ui::count;
use dogear_urls as urls;

/// Puts books of the reader's shelf on the list of what they bring. They go on where they were
/// looking on it, at `shelf`.
#[server(endpoint = "events/bring-books", input = HtmlForm)]
pub async fn bring_books(
    event: EventId,
    #[server(default)] copies: Vec<CopyId>,
    #[server(default)] shelf: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    if copies.is_empty() {
        let none = Err(FieldProblem::from("Tick the books that you bring."));
        return read("copies", none);
    }
    let packed = events::bring(&req.cx, event, &copies).await?;
    let part = urls::EventBooks {
        shelf: &shelf,
        ..urls::EventBooks::default()
    };
    let path = urls::event_books_page(event, part);
    Ok(Done::go(format!("{path}#bag")).saying(said(packed)))
}

/// Puts all that the reader has on offer on the list of what they bring.
#[server(endpoint = "events/bring-listed", input = HtmlForm)]
pub async fn bring_listed(event: EventId) -> Result<Done, ActionError> {
    let req = context()?;
    let packed = events::bring_listed(&req.cx, event).await?;
    let path = urls::event_books(event);
    Ok(Done::go(format!("{path}#bag")).saying(said(packed)))
}

/// Takes a book from the list of what the reader brings.
#[server(endpoint = "events/keep-home", input = HtmlForm)]
pub async fn keep_home(event: EventId, copy: CopyId) -> Result<Done, ActionError> {
    let req = context()?;
    let said = match events::keep_home(&req.cx, event, copy).await? {
        0 => "It stays at home.".to_owned(),
        wishes => format!(
            "It stays at home, and {} gone with it.",
            count(wishes, "reader's wish is", "readers' wishes are")
        ),
    };
    let again = BringBooks {
        event,
        copies: vec![copy],
        shelf: String::new(),
    };
    let path = urls::event_books(event);
    Ok(Done::go(format!("{path}#bag")).saying(said).undo(&again))
}

/// Says that the reader would like a book that somebody brings. They go on where it stands: in the
/// list that they were looking at, with what is found for `q`, `show` and `list_page`.
#[server(endpoint = "events/wish-for-book", input = HtmlForm)]
pub async fn wish_for_book(
    event: EventId,
    copy: CopyId,
    #[server(default)] q: String,
    #[server(default)] show: String,
    #[server(default)] list_page: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::wish(&req.cx, event, copy).await?;
    Ok(Done::go(beside(event, copy, &q, &show, &list_page))
        .saying("Whoever brings it sees that you would like it."))
}

/// Takes back that the reader would like a book; they go on as in `wish_for_book`.
#[server(endpoint = "events/drop-book-wish", input = HtmlForm)]
pub async fn drop_book_wish(
    event: EventId,
    copy: CopyId,
    #[server(default)] q: String,
    #[server(default)] show: String,
    #[server(default)] list_page: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::drop_wish(&req.cx, event, copy).await?;
    Ok(Done::go(beside(event, copy, &q, &show, &list_page))
        .saying("You would not like it any more."))
}

/// Where a book stands in the list.
#[cfg(feature = "ssr")]
fn beside(event: EventId, copy: CopyId, q: &str, show: &str, list_page: &str) -> String {
    let part = urls::EventBooks {
        q,
        wished: show == "wished",
        page: list_page.parse().unwrap_or(1),
        ..urls::EventBooks::default()
    };
    let path = urls::event_books_page(event, part);
    format!("{path}#copy-{copy}")
}

#[cfg(feature = "ssr")]
fn said(packed: Packed) -> String {
    let added = match packed.added {
        0 => "Nothing new is on your list.".to_owned(),
        added => format!("You bring {}.", count(added, "more book", "more books")),
    };
    let there = match packed.were_there {
        0 => String::new(),
        there => format!(" {} on it already.", count(there, "book was", "books were")),
    };
    let out = match packed.left_out {
        0 => String::new(),
        out => format!(
            " {} left out: a hundred is the most that a guest brings.",
            count(out, "book is", "books are")
        ),
    };
    let missing = match packed.missing {
        0 => String::new(),
        missing => format!(
            " {} on your shelf any more.",
            count(missing, "book is not", "books are not")
        ),
    };
    added + &there + &out + &missing
}
