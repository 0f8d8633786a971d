//! What goes with a work, and what is kept of a merge.

use dogear_domain::ids::WorkId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::Fact;
use crate::Result;

/// Rows of one table that belong to a work and go with it.
pub(super) struct Moving {
    pub(super) table: &'static str,
    pub(super) count: &'static str,
    pub(super) forth: &'static str,
    pub(super) back: &'static str,
}

/// A table with the columns `id` and `work_id`.
macro_rules! moving {
    ($table:literal) => {
        Moving {
            table: $table,
            count: concat!("select count(*) from ", $table, " where work_id = $1"),
            forth: concat!(
                "with moved as (update ",
                $table,
                " set work_id = $2 where work_id = $1 returning id)
                 select coalesce(array_agg(id order by id), '{}') from moved"
            ),
            back: concat!(
                "update ",
                $table,
                " set work_id = $1 where work_id = $2 and id = any ($3)"
            ),
        }
    };
}

/// Everything that moves. A later table is one line more.
pub(super) const MOVES: [Moving; 2] = [moving!("editions"), moving!("copies")];

/// Everything that is needed to take a merge back.
#[derive(Serialize, Deserialize)]
pub(super) struct Snapshot {
    pub(super) dropped: Map<String, Value>,
    pub(super) before: Map<String, Value>,
    pub(super) after: Map<String, Value>,
    /// Those that the kept work took over.
    pub(super) facts: Vec<Fact>,
    /// Ids by table.
    pub(super) moved: Map<String, Value>,
    /// Source and key of each.
    pub(super) sources: Vec<(String, String)>,
}

/// Keeps others from these works, their editions and copies until the end of the transaction.
pub(super) async fn lock(conn: &mut PgConnection, works: &[WorkId]) -> Result<()> {
    let ids: Vec<i64> = works.iter().map(|work| work.0).collect();
    for statement in [
        "select id from editions where work_id = any ($1) order by id for update",
        "select id from copies where work_id = any ($1) order by id for no key update",
        "select id from works where id = any ($1) order by id for update",
    ] {
        sqlx::query(statement)
            .bind(&ids)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}
