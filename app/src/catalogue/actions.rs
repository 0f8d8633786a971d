//! What can be done with books: corrections, and searches that are kept.

use std::collections::BTreeMap;

use dogear_domain::fields::{CorrectionNote, FieldErrors, OtherBook};
use dogear_domain::ids::WorkId;
use dogear_server::Error;
use dogear_server::corrections::{self, Typed};
use dogear_server::search::saved;
use leptos::prelude::*;

use super::correct::{Found, find};
use crate::action::{ActionError, Done, FormKey, HtmlForm, read};
use crate::http::context;
use dogear_urls as urls;

/// Suggests what the page of a book should say instead: `texts` by the names that its form
/// gives them. Other fields are passed over.
#[server(endpoint = "corrections/suggest", input = HtmlForm)]
pub async fn suggest_correction(
    work: WorkId,
    #[server(flatten)] texts: BTreeMap<String, String>,
    #[server(default)] same_as: String,
    #[server(default)] note: String,
    #[server(default)] seen: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let slug = match find(&req.cx, work).await? {
        Found::Here(facts, _) => facts.slug,
        Found::Elsewhere(form) => return Ok(Done::go(form)),
    };
    let mut errors = FieldErrors::new();
    let same_as = errors.take("same_as", OtherBook::parse(&same_as));
    let note = errors.take("note", CorrectionNote::parse(&note));
    let (same_as, note) = errors.finish(same_as.zip(note))?;
    let typed = Typed {
        texts,
        same_as,
        note,
        seen: seen.into(),
    };
    corrections::suggest(&req.cx, once.into(), work, &typed).await?;
    Ok(Done::go(urls::book(work, &slug))
        .saying("Your suggestion is with the moderators. You are told what comes of it."))
}

/// Takes back what the reader has suggested for a book.
#[server(endpoint = "corrections/withdraw", input = HtmlForm)]
pub async fn withdraw_correction(work: WorkId) -> Result<Done, ActionError> {
    let req = context()?;
    corrections::withdraw(&req.cx, work).await?;
    Ok(Done::go(urls::book_by_id(work)).saying("Your suggestion is taken back."))
}

/// Keeps a search, said as in the address of its page.
#[server(endpoint = "searches/save", input = HtmlForm)]
pub async fn save_search(#[server(default)] query: String) -> Result<Done, ActionError> {
    let req = context()?;
    let pairs = read("query", query.parse())?;
    saved::save(&req.cx, &pairs).await?;
    Ok(Done::go(urls::SEARCHES)
        .saying("The search is kept. You hear of it when somebody lists what it looks for."))
}

/// Keeps a search no more; doing it twice is fine.
#[server(endpoint = "searches/remove", input = HtmlForm)]
pub async fn remove_search(id: i64) -> Result<Done, ActionError> {
    let req = context()?;
    let list = Done::go(urls::SEARCHES);
    match saved::remove(&req.cx, id).await {
        Ok(query) => Ok(list
            .saying("The search is removed.")
            .undo(&SaveSearch { query })),
        Err(Error::NotFound) => Ok(list.saying("This search is not kept any more.")),
        Err(error) => Err(error.into()),
    }
}

/// Says whether the reader hears of new books for a search.
#[server(endpoint = "searches/alert", input = HtmlForm)]
pub async fn alert_of_search(id: i64, alert: bool) -> Result<Done, ActionError> {
    let req = context()?;
    saved::set_alert(&req.cx, id, alert).await?;
    Ok(Done::go(urls::SEARCHES).saying(if alert {
        "You hear of new books for this search, at most once a day."
    } else {
        "You hear no more of this search. It stays in the list."
    }))
}
