//! A trade as its page shows it to one of its parties.

use dogear_domain::trades::{
    CancelGround, LegPurpose, LegState, Method, PaymentState, ProposalVersion, TradeKind,
    TradeState, Verb,
};
use dogear_server::trades::{GoesBack, LegView, PartyView, TradeView};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::book::{ExchangeBook, handle_of};
use super::line::NextStep;
use crate::id::Id;
use crate::resources::parts::Money;

/// A trade, as one of its parties sees it.
#[derive(Debug, Serialize, ToSchema)]
#[allow(clippy::struct_excessive_bools)] // facts, each of its own
pub(crate) struct Exchange {
    id: Id,
    /// Its page.
    url: String,
    /// Books for books (`swap`), for nothing (`gift`), for money (`sale`) or for a time (`loan`).
    #[schema(value_type = String)]
    kind: TradeKind,
    /// `proposed`, `agreed`, `completed`, `declined`, `withdrawn`, `expired`, `superseded`,
    /// `cancelled`, `disputed` or `resolved`.
    #[schema(value_type = String)]
    state: TradeState,
    /// `post` or `meet`.
    #[schema(value_type = String)]
    method: Method,
    /// Of the proposal as it stands, to be sent back by whoever accepts or answers it: with another
    /// proposal, or another description of one of its books, it is another.
    #[schema(value_type = String)]
    version: ProposalVersion,
    /// The number of the proposal as it stands, from 1.
    revision: i32,
    /// Handle of whoever made the proposal as it stands; empty for a former member.
    author: String,
    /// Both of them.
    parties: Vec<ExchangeParty>,
    /// Of the proposal as it stands.
    books: Vec<ExchangeBook>,
    /// The ways of the books, once it is agreed: one for each direction.
    legs: Vec<ExchangeLeg>,
    /// Who has to do what.
    next: NextStep,
    /// What the caller may do now: `counter`, `accept`, `decline`, `withdraw`, `unoffer` (by taking
    /// a copy off the shelf), `send`, `hand_over`, `receive`, `cancel`, `consent_to_cancel`
    /// (`…/consent`), `report_problem` (`…/problems`), `resolve` (`…/settle`); of a sale also
    /// `mark_paid` (`/orders/…/pay`), `ask_return`, `drop_return` and `start_payment` (on its page);
    /// of a loan also `ask_renewal`, `grant_renewal`, `refuse_renewal`, `extend_loan`, `let_keep`,
    /// `agree_to_keep` and `leave` (by closing one's account).
    #[schema(value_type = Vec<String>)]
    may: Vec<Verb>,
    /// On what ground it would end at once if the caller cancelled it now: `before_sending` or
    /// `overdue`. Null where the other party has to agree.
    #[schema(value_type = Option<String>)]
    cancel_ground: Option<CancelGround>,
    /// What its books cost on their way to exchange, with postage; where they are sold.
    amount: Option<Money>,
    payment: Option<ExchangePayment>,
    loan: Option<ExchangeLoan>,
    returns: Option<ExchangeReturn>,
    meeting: Option<ExchangeMeeting>,
    problem: Option<ExchangeProblem>,
    /// A parcel is still to come to the caller, so that they can say where it goes:
    /// `…/address`.
    address_needed: bool,
    /// One cannot leave before they do.
    address_missing: bool,
    /// The caller can write messages.
    can_write: bool,
    /// So many other open proposals of the caller have one of these books.
    competing: i64,
    /// The give-away in which the book was won.
    give_away: Option<Id>,
    /// When the first books were proposed.
    proposed_at: Timestamp,
    /// Until then an answer is due; null when none is awaited.
    reply_due: Option<Timestamp>,
    /// When both had accepted.
    agreed_at: Option<Timestamp>,
    /// When it ended.
    closed_at: Option<Timestamp>,
}

/// One of the two.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeParty {
    /// Without the @; empty for a former member.
    handle: String,
    name: String,
    /// Whoever asks.
    you: bool,
    /// They have accepted the proposal as it stands.
    accepted: bool,
    /// They want to call the trade off, or to settle it.
    wants_to_end: bool,
    /// They have said that they are away.
    away_until: Option<Timestamp>,
}

/// The way of books from one party to the other.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeLeg {
    id: Id,
    /// Handle of whoever gives the books; empty for a former member.
    from: String,
    /// Handle of whoever gets them; empty for a former member.
    to: String,
    /// To their receiver (`give`), or back (`return`).
    #[schema(value_type = String)]
    purpose: LegPurpose,
    /// `pending`, `sent`, `handed_over`, `received` or `lost`.
    #[schema(value_type = String)]
    state: LegState,
    /// What the caller may do with it now: `send`, `hand_over`, `receive` or `report_problem`.
    #[schema(value_type = Vec<String>)]
    may: Vec<Verb>,
    /// Until then they are to be on their way.
    send_due: Timestamp,
    /// Until then they are to be confirmed; null before they are on their way.
    receive_due: Option<Timestamp>,
    /// As their giver wrote it; may be empty.
    carrier: String,
    /// As their giver wrote it; may be empty.
    tracking: String,
    /// When they left.
    sent_at: Option<Timestamp>,
    /// When their taker confirmed them.
    received_at: Option<Timestamp>,
    /// They are still with their giver for want of an address.
    lacks_address: bool,
}

/// What the buyer owes or has paid, once it is agreed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangePayment {
    /// `due`, `processing`, `paid`, `refunded` or `void`.
    #[schema(value_type = String)]
    state: PaymentState,
    /// How much it is.
    amount: Money,
    /// Until when it is to be paid; null where it is paid as the books are handed over.
    due: Option<Timestamp>,
    /// By a payment service.
    online: bool,
    /// How much of it is given back, or is to be.
    refunded: Money,
    /// The seller says that the buyer has that.
    given_back: bool,
}

/// Until when a book is lent, and how that stands.
#[derive(Debug, Serialize, ToSchema)]
#[allow(clippy::struct_excessive_bools)] // facts, each of its own
pub(crate) struct ExchangeLoan {
    /// Handle; empty for a former member.
    lender: String,
    /// Handle; empty for a former member.
    borrower: String,
    /// The last moment of the day by which it is to be back.
    due: Timestamp,
    /// It is with its borrower, or on its way back.
    out: bool,
    /// It is with its borrower, and the day has passed.
    overdue: bool,
    /// Until when the borrower asks to have it.
    asked: Option<Timestamp>,
    /// The borrower may keep it.
    keep_offered: bool,
    /// The borrower has kept it.
    kept: bool,
}

/// Whether what is sold can be given back, and how that stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeReturn {
    /// The seller takes the books back.
    takes: bool,
    /// The seller sells as a trader.
    trader: bool,
    /// Until when they can be given back, once they have come.
    until: Option<Timestamp>,
    /// `under_way`, `back` or `kept`; null where they do not go back.
    way: Option<&'static str>,
    /// What the seller gives back for them.
    refund: Option<Money>,
}

/// The event at which the books change hands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeMeeting {
    /// What it is called; empty when its host has left.
    title: String,
    /// Handle of whoever has named it; empty for a former member.
    chosen_by: String,
    /// The date of the event; null when the caller may not see its page any more.
    occurrence: Option<Id>,
    /// When it begins, where the caller may see its page.
    starts_at: Option<Timestamp>,
    /// It does not take place.
    cancelled: bool,
}

/// The latest problem that was reported.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeProblem {
    /// The way of the books that it is about; null for all of the trade.
    leg: Option<Id>,
    /// Handle of whoever reported it; empty for a former member.
    by: String,
    /// `never_arrived`, `wrong_book`, `not_as_described`, `damaged_in_post`, `no_answer`, `payment`,
    /// `lost` or `not_returned`.
    #[schema(value_type = String)]
    problem: dogear_domain::trades::ProblemReason,
    /// In their words; may be empty.
    details: String,
    /// Addresses of the photos.
    photos: Vec<String>,
    /// When it was reported.
    at: Timestamp,
    /// When it was settled.
    closed_at: Option<Timestamp>,
    /// The moderator's; empty while there is none.
    statement: String,
}

impl Exchange {
    pub(super) fn kind(&self) -> TradeKind {
        self.kind
    }

    /// The trade, with the addresses of this site.
    pub(super) fn of(view: &TradeView, link: impl Fn(&str) -> String) -> Self {
        let parties = view.parties.as_slice();
        let books = view.books.iter();
        Self {
            id: view.id.into(),
            url: link(&dogear_urls::trade(view.id)),
            kind: view.kind,
            state: view.state,
            method: view.method,
            version: view.seen,
            revision: view.seen.revision,
            author: handle_of(parties, view.author),
            parties: parties.iter().map(|party| party_of(view, party)).collect(),
            books: books
                .map(|line| ExchangeBook::of(line, parties, view.sale.as_ref(), &link))
                .collect(),
            legs: view.legs.iter().map(|leg| leg_of(leg, parties)).collect(),
            next: NextStep::of(&view.next, parties),
            may: view.allowed.clone(),
            cancel_ground: view.cancel_ground,
            amount: view.amount.map(Money::from),
            payment: payment(view),
            loan: loan(view),
            returns: returns(view),
            meeting: meeting(view),
            problem: problem(view, &link),
            address_needed: view.address_needed,
            address_missing: view.address_missing,
            can_write: view.messaging_disabled.is_none(),
            competing: view.competing,
            give_away: view.round.map(Id::from),
            proposed_at: view.proposed_at,
            reply_due: view.reply_due,
            agreed_at: view.agreed_at,
            closed_at: view.closed_at,
        }
    }
}

fn party_of(view: &TradeView, party: &PartyView) -> ExchangeParty {
    ExchangeParty {
        handle: handle_of(&view.parties, party.user),
        name: party.name.clone(),
        you: view.viewer == Some(party.user),
        accepted: view.accepted.contains(&party.user),
        wants_to_end: view.cancel_requests.contains(&party.user),
        away_until: party.away_until,
    }
}

fn leg_of(leg: &LegView, parties: &[PartyView]) -> ExchangeLeg {
    ExchangeLeg {
        id: leg.id.into(),
        from: handle_of(parties, leg.from),
        to: handle_of(parties, leg.to),
        purpose: leg.purpose,
        state: leg.state,
        may: leg.can.clone(),
        send_due: leg.send_due,
        receive_due: leg.receive_due,
        carrier: leg.carrier.clone(),
        tracking: leg.tracking.clone(),
        sent_at: leg.sent_at,
        received_at: leg.received_at,
        lacks_address: leg.lacks_address,
    }
}

fn payment(view: &TradeView) -> Option<ExchangePayment> {
    let payment = view.payment?;
    Some(ExchangePayment {
        state: payment.state,
        amount: payment.amount.into(),
        due: payment.due,
        online: payment.online,
        refunded: payment.amount.with(payment.refunded).into(),
        given_back: payment.given_back,
    })
}

fn loan(view: &TradeView) -> Option<ExchangeLoan> {
    let loan = view.loan?;
    Some(ExchangeLoan {
        lender: handle_of(&view.parties, loan.lender),
        borrower: handle_of(&view.parties, loan.borrower),
        due: loan.due,
        out: loan.out,
        overdue: loan.overdue,
        asked: loan.asked,
        keep_offered: loan.keep_offered,
        kept: loan.kept,
    })
}

fn returns(view: &TradeView) -> Option<ExchangeReturn> {
    let returns = view.returns?;
    Some(ExchangeReturn {
        takes: returns.takes,
        trader: returns.trader,
        until: returns.until,
        way: returns.way.map(|way| match way {
            GoesBack::UnderWay => "under_way",
            GoesBack::Back => "back",
            GoesBack::Kept => "kept",
        }),
        refund: returns.refund.map(Money::from),
    })
}

fn meeting(view: &TradeView) -> Option<ExchangeMeeting> {
    let meeting = view.meeting.as_ref()?;
    let open = meeting.is_open.then_some(&meeting.at);
    Some(ExchangeMeeting {
        title: meeting.at.title.clone(),
        chosen_by: handle_of(&view.parties, meeting.chosen_by),
        occurrence: open.map(|at| at.occurrence.into()),
        starts_at: open.map(|at| at.starts_at),
        cancelled: meeting.is_cancelled(),
    })
}

fn problem(view: &TradeView, link: impl Fn(&str) -> String) -> Option<ExchangeProblem> {
    let dispute = view.dispute.as_ref()?;
    let photos = dispute.photos.iter();
    Some(ExchangeProblem {
        leg: dispute.leg.map(Id::from),
        by: handle_of(&view.parties, dispute.by),
        problem: dispute.reason,
        details: dispute.details.clone(),
        photos: photos
            .map(|photo| link(&dogear_urls::photo(photo.key)))
            .collect(),
        at: dispute.at,
        closed_at: dispute.closed_at,
        statement: dispute.statement.clone(),
    })
}
