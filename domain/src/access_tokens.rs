//! Access tokens: what a program may do in the name of a member.

use std::fmt;

use crate::fields::UnknownWord;
use crate::text_enum::text_enum;

text_enum! {
    /// A part of what a member may do, that a token opens to a program. What the member may not do,
    /// no token opens.
    pub enum Scope {
        /// Look at what only the member sees.
        Read => "read",
        /// Copies, photos, reading, lists, reviews.
        Shelf => "shelf",
        /// Trades from the proposal to the last parcel, and the letters in them.
        Trade => "trade",
        /// The cart, orders, loans and give-away rounds.
        Orders => "orders",
        /// Seats at events.
        Events => "events",
        /// The member's notifications.
        Notify => "notify",
        /// What moderators and admins do.
        Desk => "desk",
    }
}

impl Scope {
    /// What the token may do, as a member reads it before they agree.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Read => "See your shelf, your reading, your trades and your notifications",
            Self::Shelf => "Change your shelf, your reading, your lists and your reviews",
            Self::Trade => "Propose trades, answer them, and write letters in them",
            Self::Orders => "Buy, borrow and ask for books, and answer for yours",
            Self::Events => "Book and give back seats at events",
            Self::Notify => "Mark your notifications as read",
            Self::Desk => "Do what you may do at the desk",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Scopes(u8);

impl Scopes {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// Whether it opens this part.
    #[must_use]
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether it opens nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it opens everything that `other` opens.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// In the order of [`Scope::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL
            .iter()
            .copied()
            .filter(move |scope| self.has(*scope))
    }

    /// The words of its scopes, as they are stored.
    #[must_use]
    pub fn words(self) -> Vec<String> {
        self.iter().map(|scope| scope.as_str().to_owned()).collect()
    }

    /// The scopes with these words.
    ///
    /// # Errors
    /// Names the first word that is no scope.
    pub fn of_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownWord> {
        words.into_iter().map(str::parse::<Scope>).collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl fmt::Display for Scopes {
    /// As OAuth writes them (RFC 6749, section 3.3): `read shelf`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join(" "))
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scopes({self})")
    }
}

/// For so many days a token may be made.
pub const TOKEN_DAYS: [i32; 4] = [7, 30, 90, 365];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_a_set_of_words() {
        let scopes = Scopes::of_words(["trade", "read", "trade"]).unwrap();
        assert_eq!(scopes.to_string(), "read trade");
        assert!(scopes.has(Scope::Read) && !scopes.has(Scope::Shelf));
        assert!(scopes.contains(Scopes::of_words(["read"]).unwrap()));
        assert!(!scopes.contains(Scopes::of_words(["read", "desk"]).unwrap()));
        assert!(scopes.contains(Scopes::NONE) && Scopes::NONE.is_empty());
        assert_eq!(Scopes::of_words(["read", "all"]).unwrap_err().word, "all");
        let all: Scopes = Scope::ALL.iter().copied().collect();
        assert_eq!(all.iter().count(), Scope::ALL.len());
    }
}
