//! Who has given seats back, all or some, later than the host had asked: for those who host the event, and nobody
//! else.

use super::EventPage;
use super::repo::late as repo;
use crate::{Cx, Result};

/// The most that the page of a host names.
const NAMED: i64 = 100;

/// Somebody who has given seats back late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateGuest {
    /// Without the @.
    pub handle: String,
    /// What they want to be called.
    pub name: String,
    /// How many seats were late.
    pub seats: i32,
}

/// Those of an event, the last ones first, for those who host it; nobody for others.
///
/// # Errors
/// Those of the database.
pub async fn late(cx: &Cx, event: &EventPage) -> Result<Vec<LateGuest>> {
    if !event.is_run_by_viewer() {
        return Ok(Vec::new());
    }
    let rows = repo::late(cx.db(), event.id, NAMED).await?;
    Ok(rows
        .into_iter()
        .map(|row| LateGuest {
            handle: row.handle,
            name: row.name,
            seats: row.seats,
        })
        .collect())
}
