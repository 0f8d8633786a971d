//! Works to choose from, and the merges that were made.

use dogear_domain::fields;
use dogear_domain::ids::WorkId;
use jiff::Timestamp;

use crate::moderation::repo::work_merges as repo;
use crate::{Cx, Result};

/// Works in one list.
const PAGE: i64 = 50;
/// The newest works that are looked at for duplicates: a look-up in an index for each.
const LOOKED_AT: i64 = 2000;

/// A work in a list.
#[derive(Debug, Clone)]
pub struct Found {
    /// Growing, the newest the largest.
    pub id: WorkId,
    /// Of its page.
    pub slug: String,
    /// Without the subtitle.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
    /// Of its publication; none when not known.
    pub first_year: Option<i32>,
    /// How many it has.
    pub editions: i64,
    /// Of all its editions, those that readers deleted left out.
    pub copies: i64,
}

/// Two works that are probably one: the older first.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The older, which would stay.
    pub keep: WorkId,
    /// The newer, which would be merged away.
    pub drop: WorkId,
    /// Of the newer.
    pub title: String,
    /// All authors of the older in one line.
    pub keep_authors: String,
    /// All authors of the newer in one line.
    pub drop_authors: String,
}

/// A merge, as it stands in the list and on its page.
#[derive(Debug, Clone)]
pub struct Merge {
    /// Of the merge: growing, the newest the largest.
    pub id: i64,
    /// The work that was merged away.
    pub dropped: WorkId,
    /// As it was called then.
    pub dropped_title: String,
    /// The work that stands there now, and its slug and title.
    pub kept: Option<WorkId>,
    /// Of the page of [`Self::kept`].
    pub slug: Option<String>,
    /// Of [`Self::kept`].
    pub title: Option<String>,
    /// Handle.
    pub moderator: String,
    /// When they were merged.
    pub created_at: Timestamp,
    /// When it was taken back; none while it holds.
    pub undone_at: Option<Timestamp>,
    /// That changed works by it.
    pub editions: i32,
    /// That changed works by it.
    pub copies: i32,
}

/// Works whose title or author holds `words`, or with that ISBN or number, at most 50.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn find(cx: &Cx, words: &str) -> Result<Vec<Found>> {
    cx.moderator()?;
    let isbn = words.trim().parse::<dogear_domain::isbn::Isbn13>().ok();
    let number = words.trim().trim_start_matches('#').parse::<i64>().ok();
    let key = fields::title_key(words).replace(['%', '_', '\\'], "");
    if key.is_empty() && number.is_none() {
        return Ok(Vec::new());
    }
    let isbn = isbn.map(|isbn| isbn.to_string());
    let wanted = repo::Wanted {
        pattern: &format!("%{key}%"),
        number,
        isbn: isbn.as_deref(),
        most: PAGE,
    };
    repo::find(cx.db(), &wanted).await
}

/// Among the newest works, those whose title another work has too, by the same first author
/// or with an author in common.
///
/// # Errors
/// As [`find`].
pub async fn likely(cx: &Cx) -> Result<Vec<Pair>> {
    cx.moderator()?;
    repo::likely(cx.db(), LOOKED_AT, PAGE).await
}
