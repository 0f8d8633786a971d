//! A trade in sentences: where it stands, what comes next, whose turn it is.

use dogear_domain::money::Money;
use dogear_domain::trades::{LegPurpose, Method, NextAction, TradeState, Verb, Who};
use dogear_server::trades::{BookLine, LegView, Lost, PartyView, Row, TradeView};
use jiff::Timestamp;

use super::{loan_text, returns};
use crate::ui::trust::trust_line;

/// The sentence at the head of a trade. The date, where there is one, stands in it in red.
pub(super) struct StatusLine {
    /// Up to the date, or all of it.
    pub text: String,
    pub date: Option<Timestamp>,
    /// After the date.
    pub end: String,
}

impl StatusLine {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            date: None,
            end: String::new(),
        }
    }

    pub(super) fn until(text: impl Into<String>, date: Option<Timestamp>, end: &str) -> Self {
        Self {
            text: text.into(),
            date,
            end: end.into(),
        }
    }
}

/// “Ana”, “Ana and Bo”, or “the others”.
pub(super) fn names<'a>(parties: impl Iterator<Item = &'a PartyView>) -> String {
    let names: Vec<&str> = parties.map(|party| party.name.as_str()).collect();
    match names.as_slice() {
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} and {two}"),
        _ => "the others".into(),
    }
}

/// Where a trade stands and what comes next, for whoever looks.
pub(super) fn status_line(view: &TradeView, now: Timestamp) -> StatusLine {
    let others = names(view.others());
    if view.viewer.is_none() {
        return StatusLine::plain(format!(
            "This trade is {}.",
            view.state.label().to_lowercase()
        ));
    }
    let goes_back = view.returns.is_some_and(|returns| returns.is_under_way());
    let lacks_address = view.address_missing && !goes_back;
    if view.state == TradeState::Agreed && lacks_address && !comes_first(&view.next) {
        return StatusLine::plain(format!(
            "You have agreed. Enter where {others} should post your books."
        ));
    }
    let gives = view
        .books
        .iter()
        .filter(|line| Some(line.from) == view.viewer);
    let gets = view
        .books
        .iter()
        .filter(|line| Some(line.to) == view.viewer);
    let (gives, gets) = (gives.count(), gets.count());
    if let Some(loan) = view.loan
        && let Some(line) = loan_text::status(&loan_text::Look {
            loan,
            next: &view.next,
            others: &others,
            method: view.method,
            state: view.state,
            lost: view.lost,
            lends: view.viewer == Some(loan.lender),
            presses: true,
        })
    {
        return line;
    }
    let way = view.returns.and_then(|returns| returns.way);
    if let Some(line) = returns::status(way, view.state, &view.next, &others, gets > 0) {
        return line;
    }
    if let Some(line) = sale(
        view.amount,
        &view.next,
        &others,
        view.method,
        view.state,
        gives > 0,
        gives + gets,
    ) {
        return line;
    }
    let mut line = sentence(
        view.state,
        &view.next,
        &others,
        view.method,
        view.lost,
        (gives, gets),
        now,
    );
    // Only here: lists have nothing to press.
    let is_coming = view.state == TradeState::Agreed
        && view.next.verb == Some(Verb::Receive)
        && view.next.who == Who::You
        && !view.lost.coming
        && !view.lost.going;
    if is_coming && view.method == Method::Post {
        line.text.push_str(match gets {
            1 => " Press when it has arrived.",
            _ => " Press when they have arrived.",
        });
    }
    line
}

/// As [`status_line`], for a line of the list: one string without the date's own mark.
pub(super) fn line(row: &Row, now: Timestamp) -> StatusLine {
    let others = names(row.others.iter());
    if let Some(loan) = row.loan
        && (!row.address_missing || comes_first(&row.next))
        && let Some(line) = loan_text::status(&loan_text::Look {
            loan,
            next: &row.next,
            others: &others,
            method: row.method,
            state: row.state,
            lost: row.lost,
            lends: !row.gives.is_empty(),
            presses: false,
        })
    {
        return line;
    }
    let buys = !row.gets.is_empty();
    if let Some(line) = returns::status(row.goes_back, row.state, &row.next, &others, buys) {
        return line;
    }
    if let Some(line) = sale(
        row.amount,
        &row.next,
        &others,
        row.method,
        row.state,
        !row.gives.is_empty(),
        row.gives.len() + row.gets.len(),
    ) && (!row.address_missing || comes_first(&row.next))
    {
        return line;
    }
    if row.address_missing && !comes_first(&row.next) {
        return StatusLine::plain(format!("Enter where {others} should post your books."));
    }
    sentence(
        row.state,
        &row.next,
        &others,
        row.method,
        row.lost,
        (row.gives.len(), row.gets.len()),
        now,
    )
}

/// Whether the reader's next step is to be said before the address that they have not entered yet.
fn comes_first(next: &NextAction) -> bool {
    let can = match next.verb {
        Some(Verb::Send) => next.until.is_some(),
        verb => matches!(
            verb,
            Some(Verb::ConsentToCancel | Verb::MarkPaid | Verb::GrantRenewal | Verb::AgreeToKeep)
        ),
    };
    can && next.who == Who::You
}

/// What a sale says otherwise than another trade; nothing where it says the same.
fn sale(
    amount: Option<Money>,
    next: &NextAction,
    others: &str,
    method: Method,
    state: TradeState,
    sells: bool,
    books: usize,
) -> Option<StatusLine> {
    let amount = amount?.said();
    let (kept, have) = match books {
        1 => ("; the book is kept for you.", "the book"),
        _ => ("; the books are kept for you.", "the books"),
    };
    let yours = next.who == Who::You;
    let until = next.until;
    Some(match (state, next.verb) {
        (TradeState::Proposed, _) if yours && sells => StatusLine::until(
            format!("{others} would pay {amount}. Answer by "),
            until,
            ".",
        ),
        (TradeState::Proposed, _) if yours => {
            StatusLine::until(format!("{others} wants {amount}. Answer by "), until, ".")
        }
        (TradeState::Proposed, _) if !sells => StatusLine::until(
            format!("You would pay {amount}. {others} has until "),
            until,
            " to answer. Pay nothing before.",
        ),
        (TradeState::Agreed, Some(Verb::Confirm)) if sells => StatusLine::plain(format!(
            "{others} is paying {amount} online. Post nothing before it is confirmed."
        )),
        (TradeState::Agreed, Some(Verb::Confirm)) => StatusLine::plain(format!(
            "Your payment of {amount} is under way. Do not pay twice: it is confirmed here."
        )),
        (TradeState::Agreed, Some(Verb::MarkPaid)) if yours => {
            StatusLine::until(format!("{others} agrees. Pay {amount} by "), until, kept)
        }
        (TradeState::Agreed, Some(Verb::MarkPaid)) => StatusLine::until(
            format!("{others} has until "),
            until,
            &format!(" to pay {amount}. Post nothing before."),
        ),
        (TradeState::Agreed, Some(Verb::HandOver)) if method == Method::Meet && yours => {
            StatusLine::until(
                format!("You have agreed. Meet {others}, who pays {amount}, by "),
                until,
                ".",
            )
        }
        (TradeState::Agreed, Some(Verb::HandOver)) if method == Method::Meet => StatusLine::until(
            format!("{others} agrees. Meet by "),
            until,
            &format!(", and pay {amount} when you have {have}."),
        ),
        (TradeState::Agreed, Some(Verb::Send)) if yours && until.is_some() => StatusLine::until(
            format!("{others} has paid. Post your parcel by "),
            until,
            ".",
        ),
        _ => return None,
    })
}

/// `gives` and `gets` are how many books the reader does.
fn sentence(
    state: TradeState,
    next: &NextAction,
    others: &str,
    method: Method,
    lost: Lost,
    (gives, gets): (usize, usize),
    now: Timestamp,
) -> StatusLine {
    let yours = next.who == Who::You;
    let until = next.until;
    let late = until.is_some_and(|due| due < now);
    match (state, next.verb) {
        (TradeState::Proposed, _) if yours => StatusLine::until(
            format!("{others} waits for your answer. Answer by "),
            until,
            ".",
        ),
        (TradeState::Proposed, _) => StatusLine::until(
            format!("You have proposed. {others} has until "),
            until,
            " to answer.",
        ),
        (TradeState::Agreed, Some(Verb::ConsentToCancel)) if yours => StatusLine::plain(format!(
            "{others} asks to cancel this trade. Agree, or carry on."
        )),
        (TradeState::Agreed, Some(Verb::ConsentToCancel)) => {
            StatusLine::plain(format!("You have asked to cancel. It waits for {others}."))
        }
        (TradeState::Agreed, Some(Verb::Send)) if yours && until.is_none() => {
            StatusLine::plain(format!(
                "{others} has not entered an address yet. Your days to post begin when it is there."
            ))
        }
        (TradeState::Agreed, Some(Verb::Send)) if until.is_none() => StatusLine::plain(format!(
            "{others} posts your books once it is known where to."
        )),
        (TradeState::Agreed, Some(Verb::Send)) if yours && late => StatusLine::until(
            format!("Your parcel to {others} was due on "),
            until,
            ". Post it now.",
        ),
        (TradeState::Agreed, Some(Verb::Send)) if yours => StatusLine::until(
            format!("You have agreed. Post your parcel to {others} by "),
            until,
            ".",
        ),
        (TradeState::Agreed, Some(Verb::Send)) if late => {
            StatusLine::until(format!("The parcel from {others} was due on "), until, ".")
        }
        (TradeState::Agreed, Some(Verb::Send)) => StatusLine::until(
            format!("{others} has until "),
            until,
            " to post your books.",
        ),
        (TradeState::Agreed, Some(Verb::HandOver)) if late => StatusLine::until(
            format!("You were to meet {others} by "),
            until,
            if yours {
                ". Hand the books over now, or write why it takes longer."
            } else {
                ". Ask what keeps them."
            },
        ),
        (TradeState::Agreed, Some(Verb::HandOver)) => {
            StatusLine::until(format!("You have agreed. Meet {others} by "), until, ".")
        }
        (TradeState::Agreed, Some(Verb::Receive)) if yours && lost.coming => {
            StatusLine::plain(format!(
                "The parcel from {others} is presumed lost. Say so if it arrives after all, or report a problem."
            ))
        }
        (TradeState::Agreed, Some(Verb::Receive)) if lost.going => StatusLine::plain(format!(
            "Your parcel to {others} is presumed lost. Ask whether it has arrived after all, or report a problem."
        )),
        (TradeState::Agreed, Some(Verb::Receive)) if yours && method == Method::Meet => {
            StatusLine::plain(format!(
                "{others} has given you the books. Confirm that you have them."
            ))
        }
        (TradeState::Agreed, Some(Verb::Receive)) if yours => {
            StatusLine::plain(format!("{} from {others}.", on_their_way(gets)))
        }
        (TradeState::Agreed, _) if method == Method::Meet => StatusLine::plain(format!(
            "You have given {others} the books. {others} has to confirm it."
        )),
        (TradeState::Agreed, _) => {
            StatusLine::plain(format!("{} to {others}.", on_their_way(gives)))
        }
        (TradeState::Disputed, _) => {
            StatusLine::plain("A problem is reported. The trade stands still until it is settled.")
        }
        (TradeState::Completed, _) => {
            StatusLine::plain("All books have arrived. This trade is completed.")
        }
        (TradeState::Declined, _) => StatusLine::plain("This proposal was declined."),
        (TradeState::Withdrawn, _) => StatusLine::plain("This proposal was withdrawn."),
        (TradeState::Expired, _) => StatusLine::plain("This proposal ran out without an answer."),
        (TradeState::Superseded, _) => {
            StatusLine::plain("A book of this proposal is no longer to be had, so it has ended.")
        }
        (TradeState::Cancelled, _) => StatusLine::plain("This trade was cancelled."),
        (TradeState::Resolved, _) => {
            StatusLine::plain("The problem is settled, and the trade has ended.")
        }
        (TradeState::Draft, _) => StatusLine::plain("This trade has not been sent yet."),
    }
}

/// The beginning of a sentence about a parcel with so many books.
const fn on_their_way(books: usize) -> &'static str {
    match books {
        1 => "Your book is on its way",
        _ => "Your books are on their way",
    }
}

/// The figures on which trust rests.
pub(super) fn trust(party: &PartyView) -> String {
    let trust = &party.trust;
    trust_line(
        trust.trades_completed,
        trust.reply_seconds,
        trust.parcels_sent,
        trust.parcels_on_time,
    )
}

/// Whether a book travels on this way, there or back.
pub fn carries(leg: &LegView, line: &BookLine) -> bool {
    match leg.purpose {
        LegPurpose::Give => (line.from, line.to) == (leg.from, leg.to),
        LegPurpose::Return => (line.from, line.to) == (leg.to, leg.from),
    }
}

/// How the books change hands.
pub(super) const fn method(method: Method) -> &'static str {
    match method {
        Method::Post => "By post",
        Method::Meet => "In person",
    }
}
