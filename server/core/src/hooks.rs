//! What a feature has done by features above it, in its own transaction. It calls the hook and
//! does not know who does the work: `runtime` of the server says so.

use dogear_domain::ids::{CopyId, UserId};
use futures::future::BoxFuture;
use sqlx::PgConnection;

use crate::{Cx, Result};

/// The hooks of the site, see [`crate::Services::hooks`].
#[derive(Clone, Copy)]
pub struct Hooks {
    /// The owner of a copy has changed its grade, defects, note or photos: called after the
    /// copy's row was locked and updated, `terms_version` included.
    pub terms_changed: TermsChanged,
    /// Copies are no longer offered, by their owner or by a moderator: called after their rows
    /// were locked and updated. Gives how many open proposals have ended with that.
    pub unoffered: Unoffered,
    /// What each feature erases of a member who leaves, in this order: called with the member's
    /// row locked, while it still says who they are.
    pub erasures: &'static [Erasure],
}

/// See [`Hooks::terms_changed`].
pub type TermsChanged =
    for<'a> fn(&'a mut PgConnection, &'a Cx, CopyId) -> BoxFuture<'a, Result<()>>;

/// See [`Hooks::unoffered`].
pub type Unoffered =
    for<'a> fn(&'a mut PgConnection, &'a Cx, &'a [CopyId]) -> BoxFuture<'a, Result<usize>>;

/// See [`Hooks::erasures`].
pub type Erasure = for<'a> fn(&'a mut PgConnection, UserId) -> BoxFuture<'a, Result<()>>;
