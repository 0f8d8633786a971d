//! What the site does by the clock, with an entry in the audit log for what is done at once.

use serde_json::json;

use crate::audit::{Entry, audit};
use crate::jobs::schedule;
use crate::{Cx, Result};

/// Has a schedule run within a minute.
///
/// # Errors
/// As [`schedule::ask`].
pub async fn run_now(cx: &Cx, name: &str) -> Result<()> {
    let mut tx = cx.begin().await?;
    if let Err(refused) = schedule::ask(cx, &mut tx, name).await {
        // Now, and not at some moment after this: the row is locked, and a locked one is passed over.
        tx.rollback().await?;
        return Err(refused);
    }
    let entry = Entry {
        action: "schedule.run",
        subject_kind: "schedule",
        after: Some(json!({ "schedule": name })),
        ..Entry::default()
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(())
}
