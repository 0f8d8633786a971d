//! Loans, for reading only: which books are with whom, and until when. Nothing of addresses, nor of
//! who waits for a book, is here.

use dogear_domain::ids::TradeId;
use dogear_domain::trades::TradeState;
use jiff_sqlx::Timestamp;

use super::repo::loans as repo;
use crate::{Cx, Result};

/// Rows per page of [`list`].
pub const PAGE: i64 = 50;

/// Which loans.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// A handle or a number; empty for all.
    pub words: &'a str,
    /// Those whose book is with its borrower, or on its way back.
    pub out: bool,
    /// Of these, those whose day is over.
    pub overdue: bool,
}

/// A loan in the list.
#[derive(Debug, Clone)]
pub struct LoanRow {
    /// By which its page is found.
    pub id: TradeId,
    /// How far it is.
    pub state: TradeState,
    /// The book is with its borrower, or on its way back.
    pub out: bool,
    /// The last moment of the day by which it is to be back.
    pub due: Option<Timestamp>,
    /// How often there was more time.
    pub renewals: i16,
    /// The handle of who lends.
    pub lender: String,
    /// The handle of who borrows.
    pub borrower: String,
    /// A problem was reported, and is not closed.
    pub open_problem: bool,
    /// When anything happened last.
    pub updated_at: Timestamp,
}

impl LoanRow {
    /// Whether its book is out, and the day is over.
    #[must_use]
    pub fn is_overdue(&self, now: jiff::Timestamp) -> bool {
        self.out && self.due.is_some_and(|due| due.to_jiff() < now)
    }
}

/// Loans, newest first, 50 at a time; `before` is the last number of the page before.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(cx: &Cx, wanted: Wanted<'_>, before: Option<TradeId>) -> Result<Vec<LoanRow>> {
    cx.moderator()?;
    let words = wanted.words.trim().trim_start_matches(['@', '#']);
    let words = words.to_lowercase();
    let wanted = Wanted {
        words: &words,
        ..wanted
    };
    repo::list(cx.db(), &wanted, before, PAGE, cx.now()).await
}
