//! Rounds as moderators see them: how many asked, and not who.

use dogear_domain::ids::{CopyId, RoundId, TradeId};
use dogear_domain::rounds::{RoundMode, RoundState};
use jiff::Timestamp;

use super::repo::desk as repo;
use crate::{Cx, Result};

/// Rows per page of [`list`].
pub const PAGE: i64 = 50;

/// A round on the desk.
#[derive(Debug, Clone)]
pub struct DeskRound {
    /// By which its page is found.
    pub id: RoundId,
    /// What is given away.
    pub copy: CopyId,
    /// Of the work.
    pub title: String,
    /// Handle of whoever gives.
    pub owner: String,
    /// How it is found out who gets it.
    pub mode: RoundMode,
    /// How far it is.
    pub state: RoundState,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it was over; none while it is not.
    pub ended_at: Option<Timestamp>,
    /// The gift that it has come to.
    pub trade: Option<TradeId>,
    /// How many have asked.
    pub asked: i64,
    /// How many of them did not answer when it was offered to them.
    pub silent: i64,
}

/// Rounds whose book's title or author, or whose giver's handle, holds `words`, newest first, 50 at a
/// time; `before` is the last number of the page before. `over`: those that run no more.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(
    cx: &Cx,
    words: &str,
    over: bool,
    before: Option<RoundId>,
) -> Result<Vec<DeskRound>> {
    cx.moderator()?;
    let words = words.trim().trim_start_matches('@').to_lowercase();
    let wanted = repo::Wanted {
        words: &words,
        over,
        before,
        most: PAGE,
    };
    repo::list(cx.db(), &wanted).await
}
