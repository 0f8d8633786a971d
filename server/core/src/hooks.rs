//! What a feature has done by features above it, in its own transaction. It calls the hook and
//! does not know who does the work: `runtime` of the server says so.

use dogear_domain::ids::{CopyId, OccurrenceId, UserId};
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
    /// Something has happened to a date of an event, or at it: called in the transaction that lets
    /// somebody in, or in that of the job that tells the guests, where no date is locked.
    pub at_event: AtEvent,
    /// What a guest has to think of when they go to a date of an event, in sentences.
    pub errands: Errands,
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

/// What [`Hooks::at_event`] is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OccurrenceNews {
    /// It is at another time or place.
    Moved,
    /// It does not take place.
    Cancelled,
    /// A guest has seats, or has another number of them.
    SeatsTaken(UserId),
    /// A guest has given their seats back.
    GivenBack(UserId),
    /// A guest was let in.
    Arrived(UserId),
}

/// See [`Hooks::at_event`].
pub type AtEvent = for<'a> fn(
    &'a mut PgConnection,
    &'a Cx,
    OccurrenceId,
    OccurrenceNews,
) -> BoxFuture<'a, Result<()>>;

/// See [`Hooks::errands`].
pub type Errands =
    for<'a> fn(&'a mut PgConnection, OccurrenceId, UserId) -> BoxFuture<'a, Result<Vec<String>>>;

/// See [`Hooks::erasures`].
pub type Erasure = for<'a> fn(&'a mut PgConnection, UserId) -> BoxFuture<'a, Result<()>>;
