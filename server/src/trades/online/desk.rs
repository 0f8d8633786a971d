//! Payments, for admins: how they stand, and what can be done. No payer is named, since none is known.

use dogear_domain::ids::TradeId;
use dogear_domain::money::Money;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::check::{check, lapse};
use super::{excuse, refunds};
use crate::audit::{Entry, audit};
use crate::trades::repo::{load, locks, online as repo, refunds as back};
use crate::{Cx, Error, Result};

/// Payments on a page of the desk's list.
pub const DESK_PAGE: i64 = 50;
/// How an attempt can stand: the stored word, and the words for it.
pub const STATES: [(&str, &str); 5] = [
    ("review", "to be looked at"),
    ("open", "under way"),
    ("paid", "paid"),
    ("returned", "came too late"),
    ("ended", "not paid"),
];

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskPayment {
    /// By which forms name it.
    pub id: Uuid,
    /// For which sale.
    pub trade: TradeId,
    /// What was due.
    pub amount: Money,
    /// One of [`STATES`].
    pub state: String,
    /// What was paid, where that is something else: amount in the smallest unit, and currency.
    pub paid: Option<(i64, String)>,
    /// When it was begun.
    pub at: Timestamp,
    /// How much of it goes back, in the smallest unit, where that is not all.
    pub part: Option<i64>,
    /// How its refund stands: `wanted`, `done`, `failed`; of several, the one that needs most.
    pub refund: Option<String>,
    /// Why that failed, as the payment service says: a short code.
    pub problem: String,
}

/// A page of payments, from 1, what needs somebody first; and how many messages were about nothing
/// of ours.
///
/// # Errors
/// As [`Cx::admin`].
pub async fn payments(cx: &Cx, state: Option<&str>, page: i64) -> Result<(Vec<DeskPayment>, i64)> {
    cx.admin()?;
    let offset = (page.max(1) - 1).saturating_mul(DESK_PAGE);
    let rows = back::desk(cx.db(), state, offset, DESK_PAGE + 1).await?;
    let unknown = back::unknown_events(cx.db()).await?;
    let line = |row: back::DeskRow| {
        let amount = Money {
            minor: row.minor,
            currency: row.currency,
        };
        let other = |(minor, currency): &(i64, String)| {
            *minor != i64::from(amount.minor) || currency != amount.currency.as_str()
        };
        DeskPayment {
            id: row.id,
            trade: row.trade_id,
            amount,
            part: row.back.filter(|back| Some(*back) != row.paid_minor),
            paid: row.paid_minor.zip(row.paid_currency).filter(other),
            state: row.state,
            at: row.created_at.to_jiff(),
            refund: row.refund,
            problem: row.problem.unwrap_or_default(),
        }
    };
    Ok((rows.into_iter().map(line).collect(), unknown))
}

/// Asks the payment service again: what became of an attempt, and of what is to be given back of it.
///
/// # Errors
/// As [`Cx::admin`]; `NotFound`; `Conflict` when the service does not answer.
pub async fn ask_again(cx: &Cx, attempt: Uuid) -> Result<()> {
    cx.admin()?;
    repo::attempt(cx.db(), attempt)
        .await?
        .ok_or(Error::NotFound)?;
    check(cx, attempt)
        .await?
        .map_err(|trouble| excuse(&trouble))?;
    for refund in back::open_refunds(cx.db(), attempt).await? {
        let given = refunds::give_back(cx, refund).await?;
        given.map_err(|trouble| excuse(&trouble))?;
    }
    Ok(())
}

/// Gives back what came in another amount than was due; the sale is to be paid anew.
///
/// # Errors
/// As [`Cx::admin`]; `NotFound`; `Conflict` for what is not to be looked at.
pub async fn give_back(cx: &Cx, attempt: Uuid) -> Result<()> {
    cx.admin()?;
    let row = repo::attempt(cx.db(), attempt)
        .await?
        .ok_or(Error::NotFound)?;
    let mut tx = cx.begin().await?;
    locks::lock(&mut tx, row.trade_id).await?;
    let row = repo::lock_attempt(&mut tx, attempt).await?;
    let row = row.filter(|row| row.state == "review").ok_or_else(|| {
        Error::Conflict("There is nothing to decide about this payment any more.".into())
    })?;
    let loaded = load::read(&mut tx, row.trade_id).await?;
    lapse(cx, &mut tx, &row, &loaded, "returned", None).await?;
    refunds::want(&mut tx, row.id, cx.now()).await?;
    let entry = Entry {
        action: "payment.give_back",
        subject_kind: "trade",
        subject_id: Some(row.trade_id.0),
        after: Some(
            json!({ "attempt": row.id, "minor": row.paid_minor, "currency": row.paid_currency }),
        ),
        ..Entry::default()
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await
}
