//! What can be done with books that are lent outside the site, and where the others stand.

use dogear_domain::ids::{CopyId, OutsideLoanId};
use dogear_server::Error;
use dogear_server::copies::{self, LendForm};
use leptos::prelude::*;

use super::actions::page_or_shelf;
use super::text;
use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// So many copies fit into the cookie that holds the undo.
const MOST_PUT_BACK: usize = 30;

/// Says where the ticked copies stand. The reader stays on `page`, which is a part of the shelf.
/// `price` is that of another button: the Enter key in its field presses this one, the first, and
/// must not take the copies from their place.
#[server(endpoint = "copies/set-place", input = HtmlForm)]
pub async fn set_place(
    #[server(default)] copy: Vec<CopyId>,
    #[server(default)] place: String,
    #[server(default)] price: String,
    #[server(default)] page: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    if place.trim().is_empty() && !price.trim().is_empty() {
        return Err(Error::field("price", "Press “List so” to list them at this price.").into());
    }
    let moved = copies::set_place(&req.cx, once.into(), &copy, &place).await?;
    let done = Done::go(page_or_shelf(&page)).saying(text::moved(&moved));
    Ok(match moved.before {
        Some(place) if moved.copies.len() <= MOST_PUT_BACK => done.undo(&SetPlace {
            copy: moved.copies,
            place,
            price: String::new(),
            page: String::new(),
            once: FormKey::default(),
        }),
        _ => done,
    })
}

/// Lends a copy to somebody outside the site.
#[server(endpoint = "copies/lend", input = HtmlForm)]
pub async fn lend_outside(
    copy: CopyId,
    #[server(default)] borrower: String,
    #[server(default)] lent_on: String,
    #[server(default)] due_on: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let form = LendForm {
        borrower,
        lent_on,
        due_on,
    };
    let lent = copies::lend(&req.cx, once.into(), copy, &form).await?;
    let loan = lent.loan;
    Ok(Done::go(urls::copy_lent(copy))
        .saying(format!("“{}” is lent out.", lent.title))
        .undo(&UndoLending { copy, loan }))
}

/// Takes back that a copy was lent.
#[server(endpoint = "copies/undo-lending", input = HtmlForm)]
pub async fn undo_lending(copy: CopyId, loan: OutsideLoanId) -> Result<Done, ActionError> {
    let req = context()?;
    copies::undo_lending(&req.cx, copy, loan).await?;
    Ok(Done::go(urls::copy_lent(copy)).saying("It is not lent."))
}

/// Says by when a book is wanted back; empty for no day. `version`: what the page of the form
/// showed.
#[server(endpoint = "copies/set-due", input = HtmlForm)]
pub async fn set_loan_due(
    loan: OutsideLoanId,
    #[server(default)] due_on: String,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let lent = copies::set_due(&req.cx, loan, &due_on, &version.into()).await?;
    Ok(Done::go(urls::copy_lent(lent.copy)).saying("Saved."))
}

/// Says that a book is back. `from`: `list` comes back to the list of all that are lent.
#[server(endpoint = "copies/back", input = HtmlForm)]
pub async fn book_is_back(
    loan: OutsideLoanId,
    #[server(default)] from: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let lent = copies::book_is_back(&req.cx, loan).await?;
    let go = match from.as_str() {
        "list" => urls::loans_outside(1),
        _ => urls::copy_lent(lent.copy),
    };
    Ok(Done::go(go)
        .saying(format!("“{}” is back.", lent.title))
        .undo(&UndoBack { loan }))
}

/// Says that a book is not back after all.
#[server(endpoint = "copies/undo-back", input = HtmlForm)]
pub async fn undo_back(loan: OutsideLoanId) -> Result<Done, ActionError> {
    let req = context()?;
    let lent = copies::undo_back(&req.cx, loan).await?;
    Ok(Done::go(urls::copy_lent(lent.copy)).saying(format!("“{}” is lent out still.", lent.title)))
}
