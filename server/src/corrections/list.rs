//! The corrections that wait, and those that were decided.

use dogear_domain::corrections::CorrectionState;
use dogear_domain::ids::{CorrectionId, WorkId};
use jiff::Timestamp;

use super::{Change, repo};
use crate::{Cx, Result};

/// Rows per page of [`list`].
pub const PAGE: i64 = 20;

/// Which corrections.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// Open ones, or those decided in one way.
    pub state: CorrectionState,
    /// From 1.
    pub page: u32,
}

/// A change, and what stands in its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// As it was suggested.
    pub change: Change,
    /// What the book says by now, when that is neither; `Some(None)` when the edition is gone.
    pub now: Option<Option<String>>,
}

/// A correction in the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// By which forms name it.
    pub id: CorrectionId,
    /// The work that stands there now, with slug, title and authors.
    pub work: Option<WorkId>,
    /// Of the page of [`Self::work`]; empty without one.
    pub slug: String,
    /// Of [`Self::work`]; empty without one.
    pub title: String,
    /// Of [`Self::work`]: all in one line.
    pub author_line: String,
    /// Handle of who suggests it.
    pub member: String,
    /// It is the moderator's own.
    pub mine: bool,
    /// One for each field; none when only a duplicate is suggested.
    pub changes: Vec<Shown>,
    /// The work that it is said to be the same as, with its title.
    pub same_as: Option<(WorkId, String)>,
    /// A duplicate was suggested, and the two are one by now.
    pub one_by_now: bool,
    /// The member's words; may be empty.
    pub note: String,
    /// The moderator's words about the decision; may be empty.
    pub reason: String,
    /// What was not taken over, in words.
    pub left_out: Vec<String>,
    /// Handle.
    pub decided_by: Option<String>,
    /// When it was suggested.
    pub created_at: Timestamp,
    /// None while it is open.
    pub decided_at: Option<Timestamp>,
}

/// Corrections in a state: those that wait oldest first, the others newest first.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(cx: &Cx, filter: Filter) -> Result<Vec<Row>> {
    let me = cx.moderator()?.id;
    let mut conn = cx.db().acquire().await?;
    let offset = i64::from(filter.page.max(1) - 1) * PAGE;
    let stored = repo::list(&mut conn, filter.state, me, PAGE, offset).await?;
    let works: Vec<WorkId> = match filter.state {
        CorrectionState::Open => stored.iter().filter_map(|row| row.work).collect(),
        _ => Vec::new(),
    };
    let facts = repo::facts(&mut conn, &works).await?;
    Ok(stored
        .into_iter()
        .map(|row| {
            let facts = row.work.and_then(|work| facts.get(&work));
            let one_by_now = row.said_same && row.other == row.work;
            Row {
                changes: row
                    .changes
                    .0
                    .into_iter()
                    .map(|change| {
                        let now = facts.and_then(|facts| {
                            match facts.text(change.edition, change.field) {
                                Some(now) if now == change.before || now == change.after => None,
                                now => Some(now.map(str::to_owned)),
                            }
                        });
                        Shown { change, now }
                    })
                    .collect(),
                same_as: row.other.zip(row.other_title).filter(|_| !one_by_now),
                one_by_now,
                id: row.id,
                work: row.work,
                slug: row.slug.unwrap_or_default(),
                title: row.title.unwrap_or_else(|| "A book that is gone".into()),
                author_line: row.author_line.unwrap_or_default(),
                member: row.member,
                mine: row.mine,
                note: row.note,
                reason: row.reason,
                left_out: row.left_out.0,
                decided_by: row.decided_by,
                created_at: row.created_at,
                decided_at: row.decided_at,
            }
        })
        .collect())
}

/// How many corrections are in a state.
///
/// # Errors
/// As [`list`].
pub async fn count(cx: &Cx, state: CorrectionState) -> Result<i64> {
    cx.moderator()?;
    repo::count(cx.db(), state).await
}
