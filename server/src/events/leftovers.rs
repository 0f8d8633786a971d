//! What was left over: guests of a swap meet say which of their books went to somebody, those who
//! host it what stayed on the table. Everybody who sees the event reads the sums, and no titles.

use dogear_domain::events::feedback::may_answer;
use dogear_domain::events::hosts::HostRole;
use dogear_domain::events::leftovers::{books_left, is_past_swap, may_tell};
use dogear_domain::fields::{FieldErrors, LeftoverWords};
use dogear_domain::ids::{CopyId, EventId};

use super::books::OwnBook;
use super::hosting::open;
use super::hosts::owner_for;
use super::page::{EventPage, page};
use super::repo::leftovers::{self as repo, LeftRow};
use super::repo::{books, feedback};
use crate::version::Version;
use crate::{Cx, Error, Result};

/// How many books found a new reader, and how many did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookSums {
    /// So many did, as guests say.
    pub gone: i64,
    /// So many came home with guests or stayed on the table.
    pub stayed: i64,
}

/// What the page of an event says when it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Of a swap meet, once anybody has said something.
    pub sums: Option<BookSums>,
    /// Whoever asks was there, and can say how it was; whether they have.
    pub answer: Option<bool>,
    /// Whoever asks can say what became of what they brought.
    pub tells: bool,
    /// What stayed on the table and where it goes, for those who were there; may be empty.
    pub words: String,
}

fn is_past(event: &EventPage, cx: &Cx) -> bool {
    is_past_swap(event.kind, event.seating.state, event.ends_at, cx.now())
}

fn tells(event: &EventPage, cx: &Cx) -> bool {
    may_tell(event.kind, event.seating.state, event.ends_at, cx.now())
}

/// What the page of an event says when it is over; none before, and of one that does not take place.
///
/// # Errors
/// Those of the database.
pub async fn past(cx: &Cx, event: &EventPage) -> Result<Option<Past>> {
    if !event.is_over(cx.now()) || event.is_draft() {
        return Ok(None);
    }
    let left = if is_past(event, cx) {
        repo::left(cx.db(), event.id).await?.unwrap_or_default()
    } else {
        LeftRow::default()
    };
    let stayed = left.home + i64::from(left.books.unwrap_or_default());
    let guest = match &cx.actor {
        Some(actor) => feedback::guest(cx.db(), event.id, actor.id).await?,
        None => None,
    };
    let brought = match &cx.actor {
        Some(actor) if tells(event, cx) => repo::brought(cx.db(), event.id, actor.id).await?,
        _ => None,
    };
    let is_open = may_answer(event.seating.state, event.ends_at, cx.now()).is_ok();
    Ok(Some(Past {
        sums: (left.gone + stayed > 0).then_some(BookSums {
            gone: left.gone,
            stayed,
        }),
        answer: guest
            .as_ref()
            .filter(|_| is_open)
            .map(|guest| guest.rating.is_some()),
        tells: brought.is_some(),
        words: if guest.is_some() || event.role.is_some() {
            left.words
        } else {
            String::new()
        },
    }))
}

/// What whoever asks has brought to a swap meet that is over, for a week; none afterwards, and of
/// whoever brought nothing or was not there.
///
/// # Errors
/// Those of the database.
pub(super) async fn brought_home(cx: &Cx, event: &EventPage) -> Result<Option<Vec<OwnBook>>> {
    let Some(actor) = cx.actor.as_ref().filter(|_| tells(event, cx)) else {
        return Ok(None);
    };
    let Some(occurrence) = repo::brought(cx.db(), event.id, actor.id).await? else {
        return Ok(None);
    };
    let rows = books::own(cx.db(), occurrence, actor.id, cx.now()).await?;
    Ok(Some(rows.into_iter().map(OwnBook::from).collect()))
}

/// Says what became of what whoever asks has brought: `gone` went to somebody, the others came home
/// if `home`; else nothing is said of them. Doing it twice is fine. Nothing happens to the copies.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for events that are not for them to see, of other kinds,
/// and for whoever brought nothing or was not there; `Conflict` before it is over, and after a week.
pub async fn tell_outcomes(cx: &Cx, event: EventId, gone: &[CopyId], home: bool) -> Result<()> {
    let guest = cx.member()?.id;
    let event = page(cx, event).await?;
    if is_past(&event, cx) && !tells(&event, cx) {
        return Err(Error::Conflict(
            "You could say so for a week, and that has passed.".into(),
        ));
    }
    let brought = repo::brought(cx.db(), event.id, guest).await?;
    let occurrence = brought.ok_or(Error::NotFound)?;
    if !tells(&event, cx) {
        return Err(Error::Conflict("Say so when it is over.".into()));
    }
    let mut tx = cx.begin().await?;
    books::lock(&mut tx, occurrence, guest).await?;
    if repo::tell(&mut tx, occurrence, guest, gone, home).await? == 0 {
        return Err(Error::NotFound);
    }
    tx.commit().await
}

/// What those who host a swap meet say of what stayed on the table, as their form shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Leftover {
    /// How many books; empty until they say so.
    pub books: String,
    /// What, and where it goes; may be empty.
    pub words: String,
}

impl From<&LeftRow> for Leftover {
    fn from(row: &LeftRow) -> Self {
        Self {
            books: row
                .books
                .map_or_else(String::new, |books| books.to_string()),
            words: row.words.clone(),
        }
    }
}

impl Leftover {
    /// The version of what the form shows.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        Version::of(self)
    }
}

/// What stayed on the table of a swap meet that is over, for those who host it; none for everybody
/// else, and for other events.
///
/// # Errors
/// Those of the database.
pub async fn leftover(cx: &Cx, event: &EventPage) -> Result<Option<Leftover>> {
    if !event.is_run_by_viewer() || !is_past(event, cx) {
        return Ok(None);
    }
    let left = repo::left(cx.db(), event.id).await?;
    Ok(left.as_ref().map(Leftover::from))
}

/// Says what stayed on the table. `seen` is of what the form showed.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever does not host it, and for what is no swap
/// meet; `Invalid` for a number that is none, and words that are too long; `Conflict` before it is
/// over, and when something else is said by now than the form showed.
pub async fn save_leftover(cx: &Cx, event: EventId, form: &Leftover, seen: &Version) -> Result<()> {
    cx.member()?;
    let owner = owner_for(cx, event, HostRole::CoHost).await?;
    let shown = page(cx, event).await?;
    if shown.kind != dogear_domain::events::EventKind::SwapMeet {
        return Err(Error::NotFound);
    }
    let mut errors = FieldErrors::default();
    let books = errors.take("books", books_left(&form.books));
    let words = errors.take("words", LeftoverWords::parse(&form.words));
    let (Some(books), Some(words)) = (books, words) else {
        return Err(Error::Invalid(errors));
    };
    if !is_past(&shown, cx) {
        return Err(Error::Conflict("Say so when it is over.".into()));
    }
    let mut tx = cx.begin().await?;
    let (locked, _) = open(&mut tx, cx, event, owner).await?;
    let row = repo::left(&mut *tx, event).await?.unwrap_or_default();
    let now = Leftover::from(&row);
    let wanted = Leftover {
        books: books.map_or_else(String::new, |books| books.to_string()),
        words: words.to_string(),
    };
    if now != wanted {
        seen.check(&now.version()?)?;
        repo::put(&mut tx, locked.id, books, &words).await?;
    }
    tx.commit().await
}
