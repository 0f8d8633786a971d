//! What guests bring to a swap meet, page by page, for whoever reads all of it.

use dogear_domain::events::EventKind;
use dogear_domain::events::books::may_bring;
use dogear_domain::fields::title_key;
use dogear_domain::ids::{CopyId, EventId};
use serde::{Deserialize, Serialize};

use super::books::{Brought, brought_by};
use super::page::page;
use super::repo::book_list::{self as repo, Wanted};
use super::repo::books as books_repo;
use crate::secrets::{open, seal};
use crate::{Cx, Error, Result};

/// Behind which book a page of [`books_behind`] begins. Encrypted: the number of a copy leads to its
/// owner, whom not everybody may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookKey(Vec<u8>);

impl BookKey {
    fn of(cx: &Cx, event: EventId, title: &str, copy: CopyId) -> Self {
        let key = &cx.services.settings.secret_key;
        Self(seal(key, &context(event), &format!("{copy} {title}")))
    }

    fn read(&self, cx: &Cx, event: EventId) -> Result<(String, CopyId)> {
        let text = open(&cx.services.settings.secret_key, &context(event), &self.0);
        let (copy, title) = (text.as_deref())
            .and_then(|text| text.split_once(' '))
            .ok_or(Error::NotFound)?;
        let copy = copy.parse().map_err(|_| Error::NotFound)?;
        Ok((title.to_owned(), copy))
    }
}

fn context(event: EventId) -> String {
    format!("a place among the books of event {event}")
}

/// What others bring to a swap meet, by title, from behind `after` on: at most `most`, and where the
/// next page begins. Nothing once it is over. Who brings it, is said to those who take part.
///
/// # Errors
/// `NotFound` for an event that is not for whoever asks to see, and for one of another kind.
pub async fn books_behind(
    cx: &Cx,
    event: EventId,
    text: &str,
    after: Option<&BookKey>,
    most: i64,
) -> Result<(Vec<Brought>, Option<BookKey>)> {
    let event = page(cx, event).await?;
    if event.kind != EventKind::SwapMeet || event.is_draft() {
        return Err(Error::NotFound);
    }
    let now = cx.now();
    if may_bring(event.kind, event.seating.state, event.ends_at, now).is_err() {
        return Ok((Vec::new(), None));
    }
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let part = books_repo::part(cx.db(), event.id, reader).await?;
    let (occurrence, takes_part) = part.ok_or(Error::NotFound)?;
    let after = after.map(|key| key.read(cx, event.id)).transpose()?;
    let wanted = Wanted {
        occurrence,
        reader,
        key: &title_key(text),
        after: after.as_ref().map(|(title, copy)| (title.as_str(), *copy)),
        now,
        most: most + 1,
    };
    let mut rows = repo::of_others(cx.db(), &wanted).await?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| BookKey::of(cx, event.id, &row.title_key, row.book.copy));
    // Whoever is suspended is shown as one who does not.
    let names = takes_part && cx.member().is_ok();
    let books = rows.into_iter().map(|row| brought_by(row.book, names));
    Ok((books.collect(), next))
}
