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
    pub id: WorkId,
    pub slug: String,
    pub title: String,
    pub author_line: String,
    pub first_year: Option<i32>,
    pub editions: i64,
    pub copies: i64,
}

/// Two works that are probably one: the older first.
#[derive(Debug, Clone)]
pub struct Pair {
    pub keep: WorkId,
    pub drop: WorkId,
    pub title: String,
    pub keep_authors: String,
    pub drop_authors: String,
}

/// A merge, as it stands in the list and on its page.
#[derive(Debug, Clone)]
pub struct Merge {
    pub id: i64,
    pub dropped: WorkId,
    pub dropped_title: String,
    /// The work that stands there now, and its slug and title.
    pub kept: Option<WorkId>,
    pub slug: Option<String>,
    pub title: Option<String>,
    /// Handle.
    pub moderator: String,
    pub created_at: Timestamp,
    pub undone_at: Option<Timestamp>,
    pub editions: i32,
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
