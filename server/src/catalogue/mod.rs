//! Works, editions, authors and series: found, or made when nobody had them yet.

pub mod bulk;
mod covers;
mod enter;
#[cfg(test)]
mod enter_tests;
mod identity;
pub(crate) mod input;
mod lookup;
mod many;
mod merged;
pub mod outside;
pub(crate) mod repo;
#[cfg(test)]
mod tests;

use dogear_domain::ids::{EditionId, WorkId};
use futures::FutureExt;
use jiff::Timestamp;
use sqlx::PgConnection;

pub use covers::{Covers, Drawing};
pub use enter::enter;
pub use identity::{Doubt, Settled, doubt};
pub(crate) use identity::{belongs_to, contradicts, edition_with, find_or_enter_apart, settle};
pub use input::{EditionInput, NewEdition, NewSeries};
pub use lookup::{KnownEdition, Lookup, edition, editions, lookup};
pub(crate) use many::by_isbns;
pub use many::{Matches, lookup_many};
pub(crate) use merged::standing;
pub use merged::{moved_to, standing_work};

use crate::jobs::schedule::{Interval, Schedule};
use crate::{Cx, Result, db};

/// What is done about the catalogue by the clock: old answers of the outside one are forgotten.
pub(crate) fn schedules() -> [Schedule; 1] {
    [Schedule {
        name: "clean up answers about ISBNs",
        when: Interval::Daily {
            hour: 3,
            minute: 20,
        },
        run: |cx| {
            async move { db::in_batches(|most| repo::answers::delete_old(cx.db(), most)).await }
                .boxed()
        },
    }]
}

/// An edition and the work it is an edition of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Resolved {
    /// Found or made.
    pub edition: EditionId,
    /// What it is an edition of.
    pub work: WorkId,
    /// Whether the edition was made by this call.
    pub created: bool,
}

/// The edition described by `new`: the known one with its ISBN; else one of the work that is the
/// same by its title, subtitle and authors; else a new edition, with a new work when no known one
/// is surely the same. What is already known about a work stays as it is. Nothing is asked: a
/// reader's doubts are settled before.
///
/// Runs in the caller's transaction and holds locks until its end, so that the same
/// book entered by many at once gives one edition and one work.
///
/// # Errors
/// Those of the database.
pub async fn find_or_create_edition(
    conn: &mut PgConnection,
    new: &NewEdition,
    now: Timestamp,
) -> Result<Resolved> {
    if let Some(isbn) = new.isbn {
        if let Some(known) = repo::edition_by_isbn(conn, isbn).await? {
            return Ok(known);
        }
        repo::lock(conn, &format!("isbn {isbn}")).await?;
        if let Some(known) = repo::edition_by_isbn(conn, isbn).await? {
            return Ok(known);
        }
    }
    // Whoever enters the same work has one of these keys in common, however it is written.
    let mut keys = identity::title_keys(new);
    keys.sort_unstable();
    for key in &keys {
        repo::lock(conn, &format!("work {key}")).await?;
    }
    let work = match identity::same_work(conn, new).await? {
        Some(work) => {
            if new.isbn.is_none()
                && let Some(edition) = repo::edition_like(conn, work, new).await?
            {
                return Ok(Resolved {
                    edition,
                    work,
                    created: false,
                });
            }
            work
        }
        None => repo::insert_work(conn, new).await?,
    };
    make_edition(conn, work, new, now).await
}

/// As [`find_or_create_edition`], for a book of which the work is known for sure: the edition
/// of it without ISBN that says the same as `new`, or a new one. No ISBN is looked at.
///
/// # Errors
/// Those of the database; that of a foreign key when the work is not there.
pub async fn find_or_create_edition_of(
    conn: &mut PgConnection,
    work: WorkId,
    new: &NewEdition,
    now: Timestamp,
) -> Result<Resolved> {
    repo::lock(conn, &format!("editions of {work}")).await?;
    match repo::edition_like(conn, work, new).await? {
        Some(edition) => Ok(Resolved {
            edition,
            work,
            created: false,
        }),
        None => make_edition(conn, work, new, now).await,
    }
}

async fn make_edition(
    conn: &mut PgConnection,
    work: WorkId,
    new: &NewEdition,
    now: Timestamp,
) -> Result<Resolved> {
    let resolved = match repo::insert_edition(conn, work, new).await? {
        Some(edition) => Resolved {
            edition,
            work,
            created: true,
        },
        // Somebody who does not take the locks was quicker: a bulk loader.
        None => repo::edition_by_isbn_of(conn, new.isbn).await?,
    };
    crate::search::refresh(conn, &[resolved.work], now).await?;
    Ok(resolved)
}

/// A genre a book can be filed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genre {
    /// By which addresses and forms name it.
    pub slug: String,
    /// As people read it.
    pub name: String,
}

/// Every genre, in the order in which they are shown.
///
/// # Errors
/// Those of the database.
pub async fn genres(cx: &Cx) -> Result<Vec<Genre>> {
    repo::works::genres(cx.db()).await
}
