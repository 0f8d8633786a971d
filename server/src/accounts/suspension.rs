//! A suspension, as the reader whom it concerns is told of it.

use dogear_domain::accounts::AccountStatus;
use jiff::Timestamp;

use super::repo::standing as repo;
use crate::{Cx, Result};

/// Why and until when a reader may start nothing new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// None: until a moderator lifts it.
    pub until: Option<Timestamp>,
    /// As the moderator wrote it to them; may be empty.
    pub reason: String,
}

/// The reader's own suspension; none while they are not suspended.
///
/// # Errors
/// `SignInRequired`.
pub async fn suspension(cx: &Cx) -> Result<Option<Suspension>> {
    let actor = cx.reader()?;
    if actor.status != AccountStatus::Suspended {
        return Ok(None);
    }
    repo::suspension(cx.db(), actor.id).await.map(Some)
}
