//! Where one physical book stands on its owner's shelf.

use crate::ids::{OutsideLoanId, RoundId, TradeId};
use crate::text_enum::text_enum;

text_enum! {
    /// What the owner does with a copy.
    pub enum CopyState {
        /// Owned, not offered.
        Owned => "owned",
        /// Offered to others, for what its owner says.
        Listed => "listed",
        /// Put away: kept, out of sight.
        Archived => "archived",
        /// In the trash.
        Deleted => "deleted",
    }
}

impl CopyState {
    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Owned => "Not listed",
            Self::Listed => "Listed",
            Self::Archived => "In the archive",
            Self::Deleted => "In the trash",
        }
    }
}

/// The most photos of one copy.
pub const PHOTOS_PER_COPY: usize = 10;
/// The most photos of one reader, over all copies.
pub const PHOTOS_PER_READER: usize = 200;
/// The most bytes of one photo as it is sent: 8 MiB.
pub const PHOTO_BYTES: usize = 8 * 1024 * 1024;

/// What holds a copy, so that it can be promised to nobody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldBy {
    /// It is promised in this trade.
    Trade(TradeId),
    /// It is out of the house: its owner has lent it to somebody outside the site.
    Lent,
    /// It is given away in this round.
    Round(RoundId),
}

impl HeldBy {
    /// What holds it, by the numbers of the trade, of the loan and of the round, of which there is
    /// one at most.
    #[must_use]
    pub fn of(
        trade: Option<TradeId>,
        loan: Option<OutsideLoanId>,
        round: Option<RoundId>,
    ) -> Option<Self> {
        trade
            .map(Self::Trade)
            .or_else(|| loan.map(|_| Self::Lent))
            .or_else(|| round.map(Self::Round))
    }

    /// The trade, if it is one.
    #[must_use]
    pub const fn trade(self) -> Option<TradeId> {
        match self {
            Self::Trade(trade) => Some(trade),
            Self::Lent | Self::Round(_) => None,
        }
    }
}
