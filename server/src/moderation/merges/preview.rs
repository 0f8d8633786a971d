//! Two works side by side.

use dogear_domain::ids::WorkId;
use sqlx::PgConnection;

use super::Fact;
use super::moving::MOVES;
use super::work::{Work, work};
use crate::{Cx, Error, Result};

const MERGED_ALREADY: &str = "One of these books was merged into another in the meantime. Look at the recent merges, and choose again.";

/// What a merge would do.
#[derive(Debug, Clone)]
pub struct Preview {
    pub keep: Work,
    pub drop: Work,
    /// Table, and how many of the dropped work's rows in it move.
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
    let mut moves = Vec::new();
    for moving in &MOVES {
        let number = sqlx::query_scalar(moving.count)
            .bind(drop.id)
            .fetch_one(&mut *conn)
            .await?;
        moves.push((moving.table, number));
    }
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
            let merged: bool = sqlx::query_scalar(
                "select exists (select from work_merges
                 where dropped_id in ($1, $2) and undone_at is null)",
            )
            .bind(keep)
            .bind(drop)
            .fetch_one(conn)
            .await?;
            Err(if merged {
                Error::Conflict(MERGED_ALREADY.into())
            } else {
                Error::NotFound
            })
        }
    }
}
