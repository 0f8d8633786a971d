//! What the owner of a copy would do with it: trade it, give it away, lend it, sell it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money};
use crate::text_enum::text_enum;
use crate::trades::{MOST_LOAN_DAYS, USUAL_LOAN_DAYS};

text_enum! {
    /// One way in which a copy is offered.
    pub enum Offer {
        /// For another book.
        Trade => "trade",
        /// For nothing.
        Give => "give",
        /// For a time.
        Lend => "lend",
        /// For money.
        Sell => "sale",
    }
}

impl Offer {
    /// The ways that readers can choose, in the order of the form.
    pub const CHOOSABLE: [Self; 4] = [Self::Trade, Self::Give, Self::Lend, Self::Sell];

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Trade => "Trade",
            Self::Give => "Give away",
            Self::Lend => "Lend",
            Self::Sell => "Sell",
        }
    }
}

impl Offer {
    /// What whoever looks for a book asks of it: “dune”, for sale.
    #[must_use]
    pub const fn sought(self) -> &'static str {
        match self {
            Self::Trade => "for trade",
            Self::Give => "to be given away",
            Self::Lend => "to borrow",
            Self::Sell => "for sale",
        }
    }
}

/// For what a copy is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Price {
    /// More than nought.
    pub amount: Money,
    /// What its postage costs besides, in the smallest unit of the same currency.
    pub postage: Option<i32>,
    /// Whoever pays the amount gets it, and its owner is not asked again.
    pub at_once: bool,
}

impl Price {
    /// What is due when it is sent, or when it is handed over.
    #[must_use]
    pub const fn total(self, by_post: bool) -> Money {
        match self.postage {
            Some(postage) if by_post => self.amount.with(self.amount.minor.saturating_add(postage)),
            _ => self.amount,
        }
    }
}

/// What a copy is offered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Offers {
    /// For another book.
    pub trade: bool,
    /// For nothing.
    pub give: bool,
    /// For so many days.
    pub loan: Option<i16>,
    /// For money.
    pub sale: Option<Price>,
}

/// As every copy is offered until its owner says otherwise.
impl Default for Offers {
    fn default() -> Self {
        Self {
            trade: true,
            ..Self::NONE
        }
    }
}

/// Why a copy cannot be offered so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// For nothing at all.
    #[error("Tick at least one: to trade it, to give it away, to lend it or to sell it.")]
    Nothing,
    /// For money and for nothing.
    #[error("You cannot give a book away and sell it at the same time. Choose one of the two.")]
    GivenAndSold,
}

impl Offers {
    /// For nothing at all, which no listed copy is.
    pub const NONE: Self = Self {
        trade: false,
        give: false,
        loan: None,
        sale: None,
    };

    /// To be given away.
    pub const GIFT: Self = Self {
        give: true,
        ..Self::NONE
    };

    /// To be lent, for as long as books usually are.
    pub const LENT: Self = Self {
        loan: Some(USUAL_LOAN_DAYS),
        ..Self::NONE
    };

    /// Checks what a copy is to be offered for.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(self) -> Result<Self, OfferError> {
        if self == Self::NONE {
            return Err(OfferError::Nothing);
        }
        if self.give && self.sale.is_some() {
            return Err(OfferError::GivenAndSold);
        }
        Ok(self)
    }

    /// Whether it is offered so.
    #[must_use]
    pub const fn has(self, offer: Offer) -> bool {
        match offer {
            Offer::Trade => self.trade,
            Offer::Give => self.give,
            Offer::Lend => self.loan.is_some(),
            Offer::Sell => self.sale.is_some(),
        }
    }

    /// Whether whoever pays its price gets it without being asked about.
    #[must_use]
    pub fn is_sold_at_once(self) -> bool {
        self.sale.is_some_and(|price| price.at_once)
    }

    /// Whether a proposal of books for books, or for nothing, can name it.
    #[must_use]
    pub const fn can_be_asked_for(self) -> bool {
        self.trade || self.give
    }

    /// What stands beside a copy: “Trade”, “Free”, “To borrow, 30 days”, “€6.50”, “Buy now”.
    #[must_use]
    pub fn said(self) -> Vec<String> {
        let mut said = Vec::new();
        if self.trade {
            said.push("Trade".to_owned());
        }
        if self.give {
            said.push("Free".to_owned());
        }
        said.extend(self.loan.map(|days| format!("To borrow, {days} days")));
        said.extend(self.sale.map(|price| price.amount.said()));
        said.extend(self.is_sold_at_once().then(|| "Buy now".to_owned()));
        said
    }

    /// As a sentence goes on: “for trade”, “to give away”, “for trade, or for €6.50”.
    #[must_use]
    pub fn in_words(self) -> String {
        let mut ways = Vec::new();
        if self.trade {
            ways.push("for trade".to_owned());
        }
        if self.give {
            ways.push("to give away".to_owned());
        }
        ways.extend(self.loan.map(|days| format!("to lend for {days} days")));
        ways.extend(self.sale.map(|price| {
            let at_once = if price.at_once { ", at once" } else { "" };
            format!("for sale at {}{at_once}", price.amount.said())
        }));
        match ways.pop() {
            None => "for nothing yet".to_owned(),
            Some(last) if ways.is_empty() => last,
            Some(last) => format!("{}, or {last}", ways.join(", ")),
        }
    }
}

/// `t.s650EUR+200!`: the form in which it travels in an undo.
impl fmt::Display for Offers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.trade {
            parts.push("t".to_owned());
        }
        if self.give {
            parts.push("g".to_owned());
        }
        parts.extend(self.loan.map(|days| format!("l{days}")));
        parts.extend(self.sale.map(|price| {
            let amount = price.amount;
            let postage = price
                .postage
                .map_or_else(String::new, |postage| format!("+{postage}"));
            let at_once = if price.at_once { "!" } else { "" };
            format!("s{}{}{postage}{at_once}", amount.minor, amount.currency)
        }));
        f.write_str(&parts.join("."))
    }
}

#[cfg(feature = "sqlx")]
const _: () = {
    use sqlx::error::BoxDynError;
    use sqlx::postgres::{PgTypeInfo, PgValueRef};
    use sqlx::{Decode, Postgres, Type};

    impl Type<Postgres> for Offers {
        fn type_info() -> PgTypeInfo {
            <str as Type<Postgres>>::type_info()
        }

        fn compatible(info: &PgTypeInfo) -> bool {
            <str as Type<Postgres>>::compatible(info)
        }
    }

    impl<'r> Decode<'r, Postgres> for Offers {
        fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
            Ok(<&str as Decode<Postgres>>::decode(value)?.parse()?)
        }
    }
};

/// The text of something else than offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these are no offers")]
pub struct NoOffers;

impl FromStr for Offers {
    type Err = NoOffers;

    fn from_str(text: &str) -> Result<Self, NoOffers> {
        let mut offers = Self::NONE;
        for part in text.split('.') {
            match part.split_at_checked(1).ok_or(NoOffers)? {
                ("t", "") => offers.trade = true,
                ("g", "") => offers.give = true,
                ("l", days) => {
                    let days = days.parse().map_err(|_| NoOffers)?;
                    if !(1..=MOST_LOAN_DAYS).contains(&days) {
                        return Err(NoOffers);
                    }
                    offers.loan = Some(days);
                }
                ("s", price) => offers.sale = Some(price_of(price).ok_or(NoOffers)?),
                _ => return Err(NoOffers),
            }
        }
        offers.check().map_err(|_| NoOffers)
    }
}

fn price_of(text: &str) -> Option<Price> {
    let (text, at_once) = match text.strip_suffix('!') {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (amount, postage) = match text.split_once('+') {
        Some((amount, postage)) => (amount, Some(postage.parse::<i32>().ok()?)),
        None => (text, None),
    };
    let (minor, currency) = amount.split_at_checked(amount.len().checked_sub(3)?)?;
    let amount = Money {
        minor: minor.parse().ok()?,
        currency: currency.parse::<Currency>().ok()?,
    };
    let bounded = amount.minor > 0 && amount.is_possible_price();
    (bounded && postage.is_none_or(|postage| postage >= 0)).then_some(Price {
        amount,
        postage,
        at_once,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sold(minor: i32) -> Offers {
        Offers {
            trade: true,
            sale: Some(Price {
                amount: Money {
                    minor,
                    currency: Currency::Eur,
                },
                postage: Some(200),
                at_once: false,
            }),
            ..Offers::NONE
        }
    }

    fn at_once(minor: i32) -> Offers {
        let mut offers = sold(minor);
        if let Some(price) = &mut offers.sale {
            price.at_once = true;
        }
        offers
    }

    #[test]
    fn a_copy_is_offered_for_something_and_never_for_nothing_and_money_at_once() {
        assert_eq!(Offers::NONE.check(), Err(OfferError::Nothing));
        let both = Offers {
            give: true,
            ..sold(650)
        };
        assert_eq!(both.check(), Err(OfferError::GivenAndSold));
        for offers in [Offers::default(), Offers::GIFT, sold(650)] {
            assert_eq!(offers.check(), Ok(offers));
        }
        assert!(!sold(1).has(Offer::Give) && sold(1).has(Offer::Sell));
    }

    #[test]
    fn offers_are_said_side_by_side() {
        assert_eq!(sold(650).said(), ["Trade", "€6.50"]);
        assert_eq!(sold(650).in_words(), "for trade, or for sale at €6.50");
        assert_eq!(at_once(650).said(), ["Trade", "€6.50", "Buy now"]);
        assert_eq!(
            at_once(650).in_words(),
            "for trade, or for sale at €6.50, at once"
        );
        assert!(at_once(650).is_sold_at_once() && !sold(650).is_sold_at_once());
        assert_eq!(Offers::default().in_words(), "for trade");
        let lent = Offers {
            give: true,
            loan: Some(30),
            ..Offers::NONE
        };
        assert_eq!(lent.said(), ["Free", "To borrow, 30 days"]);
        let price = sold(650).sale.unwrap();
        assert_eq!(price.total(true).minor, 850);
        assert_eq!(price.total(false).minor, 650);
    }

    #[test]
    fn offers_travel_as_text_and_come_back() {
        for offers in [
            Offers::default(),
            Offers::GIFT,
            Offers::LENT,
            sold(650),
            at_once(650),
        ] {
            assert_eq!(offers.to_string().parse(), Ok(offers));
        }
        for text in [
            "",
            "x",
            "t.",
            "s650",
            "s-1EUR",
            "s0EUR",
            "g.s650EUR",
            "s650EUR+-1",
            "!",
            "s650EUR!!",
            "s650EUR!+200",
            "s2000000000EUR",
            "sé",
            "l0",
            "l181",
        ] {
            assert_eq!(text.parse::<Offers>(), Err(NoOffers), "{text}");
        }
    }
}
