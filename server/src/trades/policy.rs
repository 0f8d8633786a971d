//! The deadlines and limits that an admin can change.

use dogear_domain::trades::Policy;
use sqlx::PgExecutor;

use super::repo::members;
use crate::Result;

/// The policy in force: what is stored under `trades` in `settings`, with the
/// domain's defaults for whatever is absent.
///
/// # Errors
/// When the stored value is not a policy.
pub async fn policy(db: impl PgExecutor<'_>) -> Result<Policy> {
    Ok(members::stored_policy(db)
        .await?
        .map(serde_json::from_value)
        .transpose()?
        .unwrap_or_default())
}
