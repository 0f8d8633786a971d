//! Sales, for reading only: how far each is and where its money is. Nothing of addresses, nor of
//! how somebody pays, is here.

use dogear_domain::ids::TradeId;
use dogear_domain::money::{Currency, Money};
use dogear_domain::trades::{PaymentState, TradeState};
use jiff_sqlx::Timestamp;

use super::repo::orders as repo;
use crate::{Cx, Result};

/// Rows per page of [`list`].
pub const PAGE: i64 = 50;

/// Which sales.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// A handle or a number; empty for all.
    pub words: &'a str,
    /// Those whose payment stands so.
    pub payment: Option<PaymentState>,
    /// Those of which nothing is owed yet.
    pub without: bool,
}

/// A sale in the list.
#[derive(Debug, Clone)]
pub struct OrderRow {
    /// By which its page is found.
    pub id: TradeId,
    /// How far it is.
    pub state: TradeState,
    /// Where the money is; none before it is agreed.
    pub payment: Option<PaymentState>,
    /// Until when it is to be paid, where there is a day.
    pub pay_due: Option<Timestamp>,
    /// What is owed, or would be without postage; in the smallest unit.
    pub amount: i32,
    /// How much of it goes back, or went.
    pub refunded: i32,
    /// Of the amount.
    pub currency: Currency,
    /// The handle of who sells.
    pub seller: String,
    /// The handle of who buys.
    pub buyer: String,
    /// How many.
    pub books: i64,
    /// A problem was reported, and is not closed.
    pub open_problem: bool,
    /// When anything happened last.
    pub updated_at: Timestamp,
}

impl OrderRow {
    /// What is owed, or would be.
    #[must_use]
    pub const fn money(&self) -> Money {
        Money {
            minor: self.amount,
            currency: self.currency,
        }
    }

    /// Whether the time to pay is over, and nobody has.
    #[must_use]
    pub fn is_late(&self, now: jiff::Timestamp) -> bool {
        self.payment == Some(PaymentState::Due)
            && self.pay_due.is_some_and(|due| due.to_jiff() < now)
    }
}

/// Sales, newest first, 50 at a time; `before` is the last number of the page before.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(cx: &Cx, wanted: Wanted<'_>, before: Option<TradeId>) -> Result<Vec<OrderRow>> {
    cx.moderator()?;
    let words = wanted.words.trim().trim_start_matches(['@', '#']);
    let words = words.to_lowercase();
    let wanted = Wanted {
        words: &words,
        ..wanted
    };
    repo::list(cx.db(), &wanted, before, PAGE).await
}
