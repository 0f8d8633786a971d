//! The books at a swap meet: who may say what they bring, and who could swap with whom.

use std::collections::BTreeMap;

use jiff::Timestamp;
use thiserror::Error;

use super::{EventKind, OccurrenceState};
use crate::ids::{CopyId, UserId};

/// Books that one guest can bring: two heavy bags.
pub const MOST_BROUGHT: i64 = 100;
/// Books of others that one guest can wish for at an event.
pub const MOST_WISHED: i64 = 200;

/// Why nobody can say which books they bring or would like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BookRefusal {
    /// Only at swap meets books are brought.
    #[error("Books are brought to swap meets only.")]
    NoSwapMeet,
    /// Its host has not published it.
    #[error("Publish the swap meet first. Then say what you bring.")]
    NotPublished,
    /// It does not take place.
    #[error("This swap meet is cancelled.")]
    Cancelled,
    /// It is over.
    #[error("This swap meet is over.")]
    Over,
}

/// Whether guests may say now which books they bring, and which they would like.
///
/// # Errors
/// When they may not: why.
pub fn may_bring(
    kind: EventKind,
    state: OccurrenceState,
    ends_at: Timestamp,
    now: Timestamp,
) -> Result<(), BookRefusal> {
    if kind != EventKind::SwapMeet {
        return Err(BookRefusal::NoSwapMeet);
    }
    match state {
        OccurrenceState::Draft => Err(BookRefusal::NotPublished),
        OccurrenceState::Cancelled => Err(BookRefusal::Cancelled),
        OccurrenceState::Published if ends_at <= now => Err(BookRefusal::Over),
        OccurrenceState::Published => Ok(()),
    }
}

/// Somebody would like a book that somebody else brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wished {
    /// The book.
    pub copy: CopyId,
    /// Who brings it.
    pub owner: UserId,
    /// Who would like it.
    pub by: UserId,
}

/// Somebody with whom a guest could swap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Who it is.
    pub guest: UserId,
    /// What the guest would like of theirs.
    pub gets: Vec<CopyId>,
    /// What they would like of the guest's.
    pub gives: Vec<CopyId>,
}

impl Partner {
    /// Both would get something.
    #[must_use]
    pub const fn is_mutual(&self) -> bool {
        !self.gets.is_empty() && !self.gives.is_empty()
    }
}

/// With whom `guest` could swap: first those where both get something, the most books first, then
/// those who would like something of the guest's, then the rest.
#[must_use]
pub fn partners(guest: UserId, wishes: &[Wished]) -> Vec<Partner> {
    let mut found: BTreeMap<UserId, Partner> = BTreeMap::new();
    for wish in wishes {
        let (other, gets) = match (wish.by == guest, wish.owner == guest) {
            (true, false) => (wish.owner, true),
            (false, true) => (wish.by, false),
            _ => continue,
        };
        let partner = found.entry(other).or_insert_with(|| Partner {
            guest: other,
            gets: Vec::new(),
            gives: Vec::new(),
        });
        if gets {
            partner.gets.push(wish.copy);
        } else {
            partner.gives.push(wish.copy);
        }
    }
    let mut partners: Vec<Partner> = found.into_values().collect();
    partners.sort_by_key(|partner| {
        let (gets, gives) = (partner.gets.len(), partner.gives.len());
        std::cmp::Reverse((gets.min(gives), gives, gets))
    });
    partners
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn wish(copy: i64, owner: i64, by: i64) -> Wished {
        Wished {
            copy: CopyId(copy),
            owner: UserId(owner),
            by: UserId(by),
        }
    }

    #[test]
    fn books_are_brought_to_swap_meets_that_take_place() {
        let later = NOW + jiff::SignedDuration::from_secs(1);
        let meet = EventKind::SwapMeet;
        let published = OccurrenceState::Published;
        assert_eq!(may_bring(meet, published, later, NOW), Ok(()));
        for (kind, state, ends_at, why) in [
            (
                EventKind::Reading,
                published,
                later,
                BookRefusal::NoSwapMeet,
            ),
            (
                meet,
                OccurrenceState::Draft,
                later,
                BookRefusal::NotPublished,
            ),
            (
                meet,
                OccurrenceState::Cancelled,
                later,
                BookRefusal::Cancelled,
            ),
            (meet, published, NOW, BookRefusal::Over),
        ] {
            assert_eq!(may_bring(kind, state, ends_at, NOW), Err(why));
        }
    }

    #[test]
    fn who_both_gets_and_gives_stands_first() {
        let wishes = [
            wish(10, 1, 2), // 2 would like a book of 1.
            wish(11, 1, 2),
            wish(30, 3, 1), // 1 would like a book of 3,
            wish(12, 1, 3), // and 3 one of 1.
            wish(40, 4, 1),
            wish(50, 5, 6), // None of 1's business.
            wish(13, 1, 1), // One's own.
        ];
        let found = partners(UserId(1), &wishes);
        let order: Vec<i64> = found.iter().map(|partner| partner.guest.0).collect();
        assert_eq!(order, [3, 2, 4]);
        assert!(found[0].is_mutual() && !found[1].is_mutual());
        assert_eq!(found[0].gets, [CopyId(30)]);
        assert_eq!(found[0].gives, [CopyId(12)]);
        assert_eq!(found[1].gives, [CopyId(10), CopyId(11)]);
    }
}
