//! A loan in sentences.

use dogear_domain::trades::{CancelGround, Method, NextAction, TradeState, Verb, Who};
use dogear_server::trades::{EventData, LoanView, Lost, TradeView};
use jiff::Timestamp;

use super::text::StatusLine;

/// What is known of a loan besides the trade that it is.
pub(super) struct Look<'a> {
    pub loan: LoanView,
    pub next: &'a NextAction,
    pub others: &'a str,
    pub method: Method,
    pub state: TradeState,
    pub lost: Lost,
    /// The reader is the lender.
    pub lends: bool,
    /// They can be told what to press.
    pub presses: bool,
}

/// What a loan says otherwise than another trade; nothing where it says the same.
pub(super) fn status(look: &Look<'_>) -> Option<StatusLine> {
    let Look {
        loan, next, others, ..
    } = look;
    let yours = next.who == Who::You;
    let due = Some(loan.due);
    let until =
        |text: String, date: Option<Timestamp>, end: &str| StatusLine::until(text, date, end);
    Some(match look.state {
        TradeState::Proposed if yours && look.lends => until(
            format!("{others} would borrow it until "),
            due,
            ". Accept, name another day, or decline.",
        ),
        TradeState::Proposed if yours => until(
            format!("{others} would lend it until "),
            due,
            ". Accept, name another day, or decline.",
        ),
        TradeState::Proposed if look.lends => until(
            "You would lend it until ".into(),
            due,
            &format!(". It waits for {others}."),
        ),
        TradeState::Proposed => until(
            "You would borrow it until ".into(),
            due,
            &format!(". It waits for {others}."),
        ),
        TradeState::Agreed if loan.out => out(look),
        TradeState::Agreed => on_its_way(look)?,
        TradeState::Completed if loan.kept => {
            StatusLine::plain("The book was kept for good. This loan is over.")
        }
        TradeState::Completed => StatusLine::plain("The book is back. This loan is over."),
        TradeState::Cancelled => StatusLine::plain("This loan was cancelled."),
        TradeState::Disputed => {
            StatusLine::plain("A problem is reported. The loan stands still until it is settled.")
        }
        TradeState::Resolved => {
            StatusLine::plain("The problem is settled, and the loan has ended.")
        }
        _ => return None,
    })
}

/// Before it is with its borrower.
fn on_its_way(look: &Look<'_>) -> Option<StatusLine> {
    let others = look.others;
    let yours = look.next.who == Who::You;
    if look.next.verb != Some(Verb::Receive) || look.lost.coming || look.lost.going {
        return None;
    }
    let press = if look.presses {
        " Press when you have it."
    } else {
        ""
    };
    Some(StatusLine::plain(match (yours, look.method) {
        (true, Method::Post) => format!("The book is on its way from {others}.{press}"),
        (true, Method::Meet) => {
            format!("{others} has given you the book. Confirm that you have it.")
        }
        (false, Method::Post) => format!("The book is on its way to {others}."),
        (false, Method::Meet) => {
            format!("You have given {others} the book. {others} has to confirm it.")
        }
    }))
}

/// While it is with its borrower, or on its way back.
fn out(look: &Look<'_>) -> StatusLine {
    let Look { loan, others, .. } = look;
    let due = Some(loan.due);
    let coming = look.next.verb == Some(Verb::Receive);
    if let Some(asked) = loan.asked {
        return if look.lends {
            let end = ". Without an answer the day stays.";
            StatusLine::until(format!("{others} asks to have it until "), Some(asked), end)
        } else {
            let end = format!(". It waits for {others}.");
            StatusLine::until("You have asked to have it until ", Some(asked), &end)
        };
    }
    match (look.lends, coming) {
        (true, _) if look.lost.coming => StatusLine::plain(format!(
            "The parcel from {others} is presumed lost. Say so if it arrives after all, or report a problem."
        )),
        (false, _) if look.lost.going => StatusLine::plain(format!(
            "Your parcel to {others} is presumed lost. Ask whether it has arrived after all, or report a problem."
        )),
        (true, true) => StatusLine::plain(format!(
            "{others} has sent it back. Say so when you have it."
        )),
        (false, true) => StatusLine::plain(format!("It is on its way back to {others}.")),
        (false, _) if loan.keep_offered => StatusLine::until(
            format!("{others} would let you keep it. Keep it, or bring it back by "),
            due,
            ".",
        ),
        (true, _) if loan.overdue => StatusLine::until(
            format!("{others} was to bring it back by "),
            due,
            ". Write to them; you can give more time, or let it be kept.",
        ),
        (true, _) => StatusLine::until(format!("{others} has it until "), due, "."),
        (false, _) if loan.overdue => {
            let end = ". Send it back, or write why it takes longer.";
            StatusLine::until("It was due back on ", due, end)
        }
        (false, _) => StatusLine::until(
            "You have it until ",
            due,
            ". Bring it back by then, or ask for more time in its last week.",
        ),
    }
}

/// A step of a loan as one sentence, where it is another than in other trades. `day` writes a day.
pub(super) fn step(
    view: &TradeView,
    who: &str,
    verb: Verb,
    to: TradeState,
    data: &EventData,
    day: impl Fn(Timestamp) -> String,
) -> Option<String> {
    view.loan?;
    let until = data.until.map(day).unwrap_or_default();
    Some(match verb {
        Verb::AskRenewal => format!("{who} asked to have it until {until}."),
        Verb::GrantRenewal => format!("{who} gave more time, until {until}."),
        Verb::ExtendLoan => format!("{who} set a new day: {until}."),
        Verb::RefuseRenewal if who == "Dogear" => {
            "Nobody answered in time, so the day stayed.".to_owned()
        }
        Verb::RefuseRenewal => format!("{who} gave no more time."),
        Verb::LetKeep => format!("{who} offered that it be kept for good."),
        Verb::AgreeToKeep => format!("{who} kept it for good."),
        Verb::Leave if to == TradeState::Completed => {
            format!("{who} left Dogear, so the book was kept for good.")
        }
        Verb::Leave if to == TradeState::Disputed => {
            format!("{who} left Dogear without bringing it back.")
        }
        Verb::Leave => format!("{who} left Dogear. The book can be kept by whoever gets it."),
        Verb::Accept if to == TradeState::Agreed => {
            format!("{who} accepted, and so it was agreed. The book is promised.")
        }
        Verb::Receive if to == TradeState::Completed => format!("{who} has the book back."),
        Verb::Cancel | Verb::ConsentToCancel
            if to == TradeState::Cancelled && data.ground == Some(CancelGround::Mutual) =>
        {
            "You both agreed to cancel.".to_owned()
        }
        _ => return None,
    })
}

/// What cancelling a loan leads to.
pub(super) fn cancelling(view: &TradeView, others: &str) -> String {
    match view.cancel_ground {
        Some(_) => format!(
            "The book has not left yet, so the loan ends at once. The book is free again, and {others} is told."
        ),
        None => format!(
            "The book is on its way, so {others} has to agree. Until then the loan goes on."
        ),
    }
}
