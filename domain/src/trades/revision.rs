//! What a list of books to exchange must be like.

use std::collections::HashSet;

use super::{Item, Party};
use crate::ids::CopyId;

/// Why a list of books is no proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevisionError {
    /// Fewer than two or more than four parties, or one of them twice.
    #[error("A trade has two to four different members.")]
    Parties,
    /// Nothing is exchanged.
    #[error("Choose at least one book.")]
    Empty,
    /// A copy that appears twice.
    #[error("Each copy can be in a trade only once. Remove the second mention.")]
    CopyTwice(CopyId),
    /// Giver and receiver are one.
    #[error("A book has to go from one member to another.")]
    ToOneself(CopyId),
    /// A giver or receiver who is no party.
    #[error("Every book has to go from one of the members of this trade to another.")]
    Stranger(CopyId),
    /// A party who neither gives nor receives.
    #[error("Every member of the trade has to give or receive a book.")]
    IdleParty,
}

/// What is missing in a proposal that asks for books and offers none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GiftError {
    /// Their owner takes no such requests.
    #[error("This reader takes no requests for gifts. Choose at least one book that you give.")]
    NotTaken,
    /// Nobody has said that it is meant so.
    #[error("You offer nothing. Ask for it as a gift, or choose a book that you give.")]
    NotSaid,
}

/// Whether somebody may ask for so many books and offer so many. For nothing they are asked for in
/// so many words (`said`), and only of those who take such requests (`taken`).
///
/// # Errors
/// What is missing.
pub fn check_gift(gives: usize, gets: usize, taken: bool, said: bool) -> Result<(), GiftError> {
    if gives > 0 || gets == 0 {
        return Ok(());
    }
    match (taken, said) {
        (false, _) => Err(GiftError::NotTaken),
        (true, false) => Err(GiftError::NotSaid),
        (true, true) => Ok(()),
    }
}

/// Checks the lines of a revision. One direction alone is fine: that is a gift.
///
/// # Errors
/// The first rule that the lines break.
pub fn validate_revision(items: &[Item], parties: &[Party]) -> Result<(), RevisionError> {
    let users: HashSet<_> = parties.iter().map(|party| party.user).collect();
    if !(2..=4).contains(&parties.len()) || users.len() != parties.len() {
        return Err(RevisionError::Parties);
    }
    if items.is_empty() {
        return Err(RevisionError::Empty);
    }
    let mut copies = HashSet::new();
    for item in items {
        if !copies.insert(item.copy) {
            return Err(RevisionError::CopyTwice(item.copy));
        }
        if item.from == item.to {
            return Err(RevisionError::ToOneself(item.copy));
        }
        if !users.contains(&item.from) || !users.contains(&item.to) {
            return Err(RevisionError::Stranger(item.copy));
        }
    }
    let busy: HashSet<_> = items.iter().flat_map(|item| [item.from, item.to]).collect();
    if busy.len() < users.len() {
        return Err(RevisionError::IdleParty);
    }
    Ok(())
}
