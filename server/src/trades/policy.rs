//! The deadlines and limits that an admin can change.

use dogear_domain::trades::Policy;
use sqlx::PgExecutor;

use crate::Result;

/// The policy in force: what is stored under `trades` in `settings`, with the
/// domain's defaults for whatever is absent.
///
/// # Errors
/// When the stored value is not a policy.
pub async fn policy(db: impl PgExecutor<'_>) -> Result<Policy> {
    let stored: Option<serde_json::Value> =
        sqlx::query_scalar("select value from settings where key = 'trades'")
            .fetch_optional(db)
            .await?;
    Ok(stored
        .map(serde_json::from_value)
        .transpose()?
        .unwrap_or_default())
}
