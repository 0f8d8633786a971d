//! Retrying and giving up jobs, with an entry in the audit log.

use dogear_domain::ids::OutboxId;
use serde_json::json;

use crate::audit::{Entry, audit};
use crate::{Cx, Result, jobs};

/// Has a dead, failed or discarded job tried again at once.
///
/// # Errors
/// As [`jobs::retry`].
pub async fn retry(cx: &Cx, id: OutboxId) -> Result<()> {
    let mut tx = cx.begin().await?;
    jobs::retry(cx, &mut tx, id).await?;
    audit(&mut tx, cx, entry("job.retry", id)).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives a dead or failed job up.
///
/// # Errors
/// As [`jobs::discard`].
pub async fn discard(cx: &Cx, id: OutboxId) -> Result<()> {
    let mut tx = cx.begin().await?;
    jobs::discard(cx, &mut tx, id).await?;
    audit(&mut tx, cx, entry("job.discard", id)).await?;
    tx.commit().await?;
    Ok(())
}

fn entry(action: &'static str, id: OutboxId) -> Entry<'static> {
    Entry {
        action,
        subject_kind: "job",
        subject_id: Some(id.0),
        after: Some(json!({ "job": id })),
        ..Entry::default()
    }
}
