//! Trades, for reading only. Addresses are never shown here.

use dogear_domain::ids::TradeId;
use dogear_domain::trades::TradeState;
use jiff::Timestamp;

use super::repo::trades::{self as repo, Wanted};
use crate::audit::record_view;
use crate::trades::{TradeView, for_moderator};
use crate::{Cx, Error, Result};

/// Rows per page of [`list`].
pub const PAGE: i64 = 50;

/// A trade in the list.
#[derive(Debug, Clone)]
pub struct TradeRow {
    /// Growing, the newest the largest.
    pub id: TradeId,
    /// How far it is.
    pub state: TradeState,
    /// The word for how books change hands.
    pub method: String,
    /// Handles, in order.
    pub parties: Vec<String>,
    /// Of the books: 1, and one more for each counter-proposal.
    pub revision: i32,
    /// Of both sides, as proposed last.
    pub books: i64,
    /// Written by both sides.
    pub messages: i64,
    /// A problem was reported, and is not closed.
    pub open_problem: bool,
    /// When it was proposed.
    pub created_at: Timestamp,
    /// When anything happened last.
    pub updated_at: Timestamp,
}

/// A trade with all that was said and done in it.
#[derive(Debug, Clone)]
pub struct TradePage {
    /// As it stands in the list.
    pub trade: TradeRow,
    /// The word of why it ended; empty while it has not.
    pub close_reason: String,
    /// Whether somebody reported it, so that it has a case.
    pub reported: bool,
    /// The books as they were taken down, every revision, the parcels, events and letters.
    pub view: TradeView,
}

/// Trades in a state, of a member (a handle) or with a number, newest first, 50 at a time;
/// `before` is the last id of the page before. Drafts are nobody's business.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(
    cx: &Cx,
    words: &str,
    state: Option<TradeState>,
    before: Option<TradeId>,
) -> Result<Vec<TradeRow>> {
    cx.moderator()?;
    let words = words.trim().trim_start_matches(['@', '#']).to_lowercase();
    let wanted = Wanted {
        words: &words,
        number: words.parse().ok(),
        state,
        before,
        most: PAGE,
        ..Wanted::default()
    };
    repo::list(cx.db(), &wanted).await
}

/// The row of one trade. What is in it is private: the caller logs the look.
pub(super) async fn row(cx: &Cx, id: TradeId) -> Result<Option<TradeRow>> {
    let only = Wanted {
        only: Some(id),
        most: 1,
        ..Wanted::default()
    };
    Ok(repo::list(cx.db(), &only).await?.pop())
}

/// A whole trade but for its addresses. The look is written to the audit log first.
///
/// # Errors
/// As [`list`], and `NotFound` when there is none.
pub async fn page(cx: &Cx, id: TradeId) -> Result<TradePage> {
    cx.moderator()?;
    let trade = row(cx, id).await?.ok_or(Error::NotFound)?;
    record_view(cx, "trade", id.0).await?;
    let (close_reason, reported) = repo::close_reason(cx.db(), id).await?;
    Ok(TradePage {
        trade,
        close_reason,
        reported,
        view: for_moderator(cx, id).await?,
    })
}
