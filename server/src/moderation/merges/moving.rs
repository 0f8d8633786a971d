//! What goes with a work, and what is kept of a merge.

use dogear_domain::ids::WorkId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::Fact;
use crate::Result;
use crate::catalogue::repo::merging;
use crate::copies::desk;

/// What belongs to a work and goes with it. The words stand in the records of merges.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moving {
    Editions,
    Copies,
}

impl Moving {
    pub(super) const ALL: [Self; 2] = [Self::Editions, Self::Copies];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Editions => "editions",
            Self::Copies => "copies",
        }
    }

    /// Gives all of it to another work; the numbers.
    pub(super) async fn all(
        self,
        conn: &mut PgConnection,
        from: WorkId,
        to: WorkId,
    ) -> Result<Vec<i64>> {
        match self {
            Self::Editions => merging::move_editions(conn, from, to).await,
            Self::Copies => desk::move_to_work(conn, from, to).await,
        }
    }

    /// Gives those of `ids` to another work that are still with the one; how many.
    pub(super) async fn some(
        self,
        conn: &mut PgConnection,
        ids: &[i64],
        from: WorkId,
        to: WorkId,
    ) -> Result<u64> {
        match self {
            Self::Editions => merging::move_some_editions(conn, ids, from, to).await,
            Self::Copies => desk::move_some_to_work(conn, ids, from, to).await,
        }
    }
}

/// Everything that is needed to take a merge back.
#[derive(Serialize, Deserialize)]
pub(in crate::moderation) struct Snapshot {
    pub(super) dropped: Map<String, Value>,
    pub(super) before: Map<String, Value>,
    pub(super) after: Map<String, Value>,
    /// Those that the kept work took over.
    pub(super) facts: Vec<Fact>,
    /// Numbers by [`Moving::as_str`].
    pub(super) moved: Map<String, Value>,
    /// Source and key of each.
    pub(super) sources: Vec<(String, String)>,
}

impl Snapshot {
    /// The numbers of what moved.
    pub(super) fn ids(&self, moving: Moving) -> Result<Vec<i64>> {
        match self.moved.get(moving.as_str()) {
            Some(ids) => Ok(serde_json::from_value(ids.clone())?),
            None => Ok(Vec::new()),
        }
    }
}

/// Keeps others from these works, their editions and copies until the end of the transaction.
pub(super) async fn lock(conn: &mut PgConnection, works: &[WorkId]) -> Result<()> {
    let ids: Vec<i64> = works.iter().map(|work| work.0).collect();
    merging::lock_editions_of(conn, &ids).await?;
    desk::lock_of_works(conn, &ids).await?;
    merging::lock_works(conn, &ids).await
}
