//! The records of merges: of works in one table, of editions in another.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::moderation::merges::Row;

/// A merge that somebody wants to take back.
pub(in crate::moderation) struct Undoable<Id> {
    pub dropped_id: Id,
    pub kept_id: Id,
    pub snapshot: Value,
    pub created_at: Timestamp,
    pub undone: bool,
}

/// A merge as it is written down.
pub(in crate::moderation) struct NewMerge<Id> {
    pub dropped: Id,
    pub kept: Id,
    pub by: UserId,
    /// What is needed to take it back; under `dropped` the row that is gone.
    pub snapshot: Value,
    pub now: Timestamp,
}

/// The statements about what can be merged, and about its merges.
pub(in crate::moderation) trait MergeRecords: Sized {
    type Id: Copy + PartialEq + Into<i64> + Serialize;
    /// A merge in the list of them.
    type Listed;

    /// The row of one.
    async fn row_of(conn: &mut PgConnection, id: Self::Id) -> Result<Option<Row>>;

    /// Whether one of these is merged into another.
    async fn is_merged(conn: &mut PgConnection, one: Self::Id, other: Self::Id) -> Result<bool>;

    /// Writes a merge down; gives its number.
    async fn insert(conn: &mut PgConnection, merge: &NewMerge<Self::Id>) -> Result<i64>;

    /// The merge with this number, held until the end of the transaction.
    async fn lock(conn: &mut PgConnection, id: i64) -> Result<Option<Undoable<Self::Id>>>;

    /// Notes that a merge is taken back.
    async fn note_undone(
        conn: &mut PgConnection,
        id: i64,
        by: UserId,
        now: Timestamp,
    ) -> Result<()>;

    /// Merges, newest first; all of them, or the one with this number.
    async fn list(db: &PgPool, only: Option<i64>, most: i64) -> Result<Vec<Self::Listed>>;
}
