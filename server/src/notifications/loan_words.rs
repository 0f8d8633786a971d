//! The sentences about loans.

use super::{Facts, Kind};

/// The sentence of a notification about a loan; nothing where it is the same as of another trade.
pub(super) fn said(kind: Kind, facts: &Facts) -> Option<String> {
    let text = |text: &str, or: &str| match text {
        "" => or.to_owned(),
        text => text.to_owned(),
    };
    let who = text(&facts.who, "A former member");
    let what = text(&facts.what, "the book");
    let until = |start: &str| match facts.until.as_str() {
        "" => String::new(),
        until => format!(" {start} {until}."),
    };
    Some(match kind {
        Kind::TradeProposed => format!("{who} would borrow {what}.{}", until("Answer by")),
        Kind::TradeCountered => format!("{who} names another day: {what}.{}", until("Answer by")),
        Kind::TradeAgreed => format!("Your loan with {who} is agreed: {what}."),
        Kind::TradeCancelled => format!("Your loan with {who} is cancelled: {what}."),
        Kind::ParcelReceived => format!("{who} has {what} now.{}", until("It is due back by")),
        Kind::TradeCompleted if facts.reason == "kept" => {
            format!("The loan between you and {who} is over: {what} is kept for good.")
        }
        Kind::TradeCompleted => format!("The loan between you and {who} is over: {what} is back."),
        Kind::LoanDueSoon => format!(
            "{what}, which you have borrowed, is due back soon.{}",
            until("Bring it back by")
        ),
        Kind::LoanOverdue if facts.reason == "lent" => format!(
            "{what}, which {who} has borrowed, is overdue.{}",
            until("It was due on")
        ),
        Kind::LoanOverdue => format!(
            "{what}, which {who} lends you, is overdue.{}",
            until("It was due on")
        ),
        Kind::RenewalAsked => format!("{who} asks to have {what} longer.{}", until("Until")),
        Kind::RenewalAnswered => match facts.reason.as_str() {
            "granted" => format!(
                "You have more time with {what}.{}",
                until("Bring it back by")
            ),
            "silent" => format!(
                "{who} did not answer, so there is no more time with {what}.{}",
                until("It is due by")
            ),
            _ => format!(
                "{who} gives no more time with {what}.{}",
                until("It is due by")
            ),
        },
        Kind::KeepOffered => format!("{who} would let you keep {what}."),
        Kind::BookBack => format!("{what}, for which you waited, is back and can be asked for."),
        _ => return None,
    })
}
