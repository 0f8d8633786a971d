//! Parts that several things have.

use dogear_domain::money::{self, Currency};
use dogear_domain::offers::{Offers, Price};
use dogear_domain::reviews::Ratings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Money {
    /// In the smallest unit of the currency: cents of euros, yen of yen.
    pub amount: i32,
    /// ISO 4217.
    #[schema(value_type = String, min_length = 3, max_length = 3)]
    pub currency: Currency,
}

impl From<money::Money> for Money {
    fn from(money: money::Money) -> Self {
        Self {
            amount: money.minor,
            currency: money.currency,
        }
    }
}

/// What a copy is offered for. A way that is null is not offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Offers)]
pub(crate) struct OffersShown {
    /// For other books.
    pub trade: bool,
    /// For nothing.
    pub give: bool,
    /// To be given back.
    pub lend: Option<LendOffer>,
    /// For money.
    pub sell: Option<SaleOffer>,
}

/// How a copy is lent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LendOffer {
    /// For at most so many days.
    #[schema(minimum = 1)]
    pub days: i16,
}

/// How a copy is sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaleOffer {
    /// What it costs.
    pub price: Money,
    /// What its postage costs besides; null when it is not said.
    #[serde(default)]
    pub postage: Option<Money>,
    /// Whoever pays the price gets it, and the owner is not asked again.
    #[serde(default)]
    pub at_once: bool,
}

impl From<Price> for SaleOffer {
    fn from(price: Price) -> Self {
        let postage = price.postage.map(|minor| price.amount.with(minor));
        Self {
            price: price.amount.into(),
            postage: postage.map(Money::from),
            at_once: price.at_once,
        }
    }
}

impl From<Offers> for OffersShown {
    fn from(offers: Offers) -> Self {
        Self {
            trade: offers.trade,
            give: offers.give,
            lend: offers.loan.map(|days| LendOffer { days }),
            sell: offers.sale.map(SaleOffer::from),
        }
    }
}

/// What readers make of a book together.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Ratings)]
pub(crate) struct RatingsShown {
    /// So many readers have rated it.
    pub count: i32,
    /// Of five stars, in hundredths; null while fewer than three readers have rated it.
    pub average: Option<f64>,
    /// How many gave it one star, two, three, four, five; quarters count as the star below.
    pub histogram: Vec<i32>,
}

impl From<Ratings> for RatingsShown {
    fn from(ratings: Ratings) -> Self {
        Self {
            count: ratings.n,
            average: ratings
                .mean()
                .map(|hundredths| f64::from(hundredths) / 100.0),
            histogram: ratings.bars.to_vec(),
        }
    }
}
