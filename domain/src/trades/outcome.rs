//! How moderators, or both sides, end a dispute.

use crate::text_enum::text_enum;

text_enum! {
    /// How a dispute ends.
    pub enum Outcome {
        /// The trade counts as done: books that have not been confirmed count as received.
        Complete => "complete",
        /// The trade is called off: books that have not been confirmed stay with their givers.
        Cancel => "cancel",
        /// The disputed books go back to their giver.
        Return => "return",
        /// The giver makes good with another book; nothing more moves in this trade.
        Replace => "replace",
        /// Borrowed books are back with their owner.
        Returned => "returned",
        /// The borrower keeps the borrowed books.
        Kept => "kept",
        /// Borrowed books are gone.
        WrittenOff => "written_off",
    }
}

impl Outcome {
    /// As [`Outcome::label`] and [`Outcome::meaning`], of books on their way back to their seller.
    #[must_use]
    pub const fn of_return(self) -> (&'static str, &'static str) {
        match self {
            Self::Complete => (
                "The books are back",
                "They count as received, and are the seller’s again. The price goes back to the buyer, unless you name another amount.",
            ),
            Self::Cancel => (
                "The buyer keeps the books",
                "They stay the buyer’s, and the money stays with the seller, unless you name an amount.",
            ),
            other => (other.label(), other.meaning()),
        }
    }

    /// What is decided, in a few words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Complete => "The trade counts as done",
            Self::Cancel => "The trade is called off",
            Self::Return => "The books in question go back",
            Self::Replace => "The giver makes good with another book",
            Self::Returned => "The borrowed book is back",
            Self::Kept => "The borrower keeps the book",
            Self::WrittenOff => "The borrowed book is gone",
        }
    }

    /// What that means for the books.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Complete => {
                "Books that were not confirmed count as received and change owners now."
            }
            Self::Cancel => {
                "Books that have arrived stay where they are; all others stay with their givers."
            }
            Self::Return => {
                "They belong to their giver again. Books that were not confirmed stay with their givers."
            }
            Self::Replace => {
                "Outside this trade. Nothing more moves in it: books that were not confirmed stay with their givers."
            }
            Self::Returned => "It is its owner’s as before, and can be offered and lent again.",
            Self::Kept => "It changes owners now.",
            Self::WrittenOff => {
                "It stays its owner’s, and is taken off the listings: nobody can ask for it any more."
            }
        }
    }
}
