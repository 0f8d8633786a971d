//! Somebody can always administer the site: the last active admin stays one.

use dogear_domain::accounts::RoleError;
use dogear_domain::ids::UserId;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::repo::admins as repo;
use crate::{Error, Result};

/// The admins who can act: neither suspended nor leaving.
pub(crate) struct ActiveAdmins(Vec<UserId>);

impl ActiveAdmins {
    /// Finds them. Whoever may take one away (a smaller role, a suspension, closing) calls
    /// this first: the rows stay locked until the transaction ends, so that two cannot each
    /// leave the other as the last.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn lock(conn: &mut PgConnection, now: Timestamp) -> Result<Self> {
        let ids = repo::lock_active(conn, now).await?;
        Ok(Self(ids))
    }

    /// Whether they can act as an admin.
    pub(crate) fn contains(&self, user: UserId) -> bool {
        self.0.contains(&user)
    }

    /// Whether nobody could act as an admin without them. Never so for a suspended admin:
    /// whoever was left stays.
    pub(crate) fn is_last(&self, user: UserId) -> bool {
        self.0 == [user]
    }

    /// Lets everybody go but the last.
    ///
    /// # Errors
    /// `Conflict` for the last.
    pub(crate) fn can_lose(&self, user: UserId) -> Result<()> {
        if self.is_last(user) {
            return Err(Error::Conflict(RoleError::LastAdmin.to_string()));
        }
        Ok(())
    }
}
