//! What moderators see of lists and do to them, and how the books in them follow merged works.

use dogear_domain::ids::ListId;

pub(crate) use super::page::nonce_of;
use super::repo::desk as repo;
pub(crate) use super::repo::desk::{hide, unhide};
pub(crate) use super::repo::items::{move_back, move_to_work};
use crate::{Cx, Result};

/// Notes that are shown.
const MOST_NOTES: i64 = 200;

/// A list for moderators: only what everybody may see, or might if it were not hidden, and what was
/// reported by somebody who had its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskList {
    /// Its number.
    pub id: ListId,
    /// What it is called.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// It is out of the sight of others.
    pub is_hidden: bool,
    /// How many are in it.
    pub books: i64,
    /// What its owner has written to them, in their order; the first 200.
    pub notes: Vec<String>,
}

/// A list, as far as it is for others; nothing when its owner keeps it for themselves by now.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub(crate) async fn shown(cx: &Cx, list: ListId) -> Result<Option<DeskList>> {
    cx.moderator()?;
    repo::shown(cx.db(), list, MOST_NOTES).await
}
