//! Two works side by side.

use dogear_domain::ids::WorkId;
use sqlx::PgConnection;

use super::Fact;
use super::moving::Moving;
use super::work::{Work, work};
use crate::moderation::repo::work_merges as repo;
use crate::{Cx, Error, Result};

const MERGED_ALREADY: &str = "One of these books was merged into another in the meantime. Look at the recent merges, and choose again.";

/// What a merge would do.
#[derive(Debug, Clone)]
pub struct Preview {
    pub keep: Work,
    pub drop: Work,
    /// What of it, and how many of the dropped work's rows in it move.
    pub moves: Vec<(&'static str, i64)>,
}

impl Preview {
    /// The facts in which the two differ, and whether the dropped one's is proposed: only
    /// where the kept one says nothing.
    pub fn differences(&self) -> Vec<(Fact, bool)> {
        Fact::ALL
            .into_iter()
            .filter(|fact| self.keep.say(*fact) != self.drop.say(*fact))
            .map(|fact| (fact, self.keep.say(fact).is_empty()))
            .collect()
    }
}

/// One work, with its facts.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins, and when it is not there.
pub async fn book(cx: &Cx, id: WorkId) -> Result<Work> {
    cx.moderator()?;
    let mut conn = cx.db().acquire().await?;
    work(&mut conn, id).await?.ok_or(Error::NotFound)
}

/// Both works, and what would move.
///
/// # Errors
/// As [`super::find`]; `NotFound` when one was never there; `Conflict` when one was merged, or both
/// are the same.
pub async fn preview(cx: &Cx, keep: WorkId, drop: WorkId) -> Result<Preview> {
    cx.moderator()?;
    let mut conn = cx.db().acquire().await?;
    let (keep, drop) = both(&mut conn, keep, drop).await?;
    let (editions, copies) = repo::belongings(&mut conn, drop.id).await?;
    let moves = vec![
        (Moving::Editions.as_str(), editions),
        (Moving::Copies.as_str(), copies),
    ];
    Ok(Preview { keep, drop, moves })
}

pub(super) async fn both(
    conn: &mut PgConnection,
    keep: WorkId,
    drop: WorkId,
) -> Result<(Work, Work)> {
    if keep == drop {
        return Err(Error::Conflict(
            "These are the same book. Choose two that differ.".into(),
        ));
    }
    match (work(conn, keep).await?, work(conn, drop).await?) {
        (Some(keep), Some(drop)) => Ok((keep, drop)),
        _ => {
            let merged = repo::is_merged(conn, keep, drop).await?;
            Err(if merged {
                Error::Conflict(MERGED_ALREADY.into())
            } else {
                Error::NotFound
            })
        }
    }
}
