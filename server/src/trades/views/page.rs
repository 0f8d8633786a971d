//! One trade with everything that happened in it.

use dogear_domain::ids::{CopyId, LegId, MessageId, RoundId, TradeId, UserId};
use dogear_domain::money::Money;
use dogear_domain::trades::{
    Actor, CancelGround, LegPurpose, LegState, Method, NextAction, Outcome, Payment, Policy,
    ProblemReason, ProposalVersion, SaleTerms, Trade, TradeKind, TradeState, Verb,
};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::timeline::timeline;
use super::{LoanView, Lost, PartyView, ReturnView, parties};
use crate::trades::event::{EventData, Notice};
use crate::trades::meetings::{self, MeetingView};
use crate::trades::online::{self, Online};
use crate::trades::repo::load::{self, Loaded};
use crate::trades::repo::views::{self as repo, LineRow};
use crate::trades::snapshot::{CopySnapshot, SnapshotPhoto};
use crate::trades::{addresses, eligibility, kept_address, policy};
use crate::{Cx, Error, Result, db};

/// A book on its way from one party to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookLine {
    /// By which forms name it.
    pub copy: CopyId,
    /// Its owner.
    pub from: UserId,
    /// Who gets it.
    pub to: UserId,
    /// The copy as it was taken down.
    pub book: CopySnapshot,
}

/// One direction of an agreed trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegView {
    /// By which forms name it.
    pub id: LegId,
    /// Who gives the books.
    pub from: UserId,
    /// Who gets the books.
    pub to: UserId,
    /// Where its books are.
    pub state: LegState,
    /// Whether they go to their receiver, or back.
    pub purpose: LegPurpose,
    /// Until then they are to be on their way.
    pub send_due: Timestamp,
    /// Until then they are to be confirmed; none before they are on their way.
    pub receive_due: Option<Timestamp>,
    /// As its giver wrote it; may be empty.
    pub carrier: String,
    /// As its giver wrote it; may be empty.
    pub tracking: String,
    /// None before they are on their way.
    pub sent_at: Option<Timestamp>,
    /// None before the taker has confirmed them.
    pub received_at: Option<Timestamp>,
    /// What the viewer may do with it now.
    pub can: Vec<Verb>,
    /// It is still with its giver for want of an address.
    pub lacks_address: bool,
    /// Where it goes: for its giver's eyes, while the trade runs.
    pub address: Option<String>,
}

/// A difference between two revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Put in; otherwise taken out.
    pub added: bool,
    /// The book, with the direction it goes in.
    pub line: BookLine,
}

/// A proposal or counter-proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// From 1.
    pub number: i32,
    /// How the books were to change hands.
    pub method: Method,
    /// The way to exchange is another than before.
    pub method_changed: bool,
    /// What its books cost, without postage; none where they are not sold.
    pub price: Option<Money>,
    /// Until when its book is lent; none where it is not.
    pub due: Option<Timestamp>,
    /// Against the revision before; for the first, all that it holds.
    pub changes: Vec<Change>,
}

/// What an entry of the timeline tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimelineItem {
    /// Books were proposed.
    Revision(Revision),
    /// A message; without text when a moderator has hidden it, but for moderators.
    Message {
        /// By which it is reported.
        id: MessageId,
        /// None when it is hidden and a member looks.
        body: Option<String>,
        /// By a moderator.
        hidden: bool,
    },
    /// An address was entered.
    Address,
    /// Something about the event at which the books change hands.
    Meeting(MeetingNews),
    /// Something about money that is paid online.
    Money(Notice),
    /// Any other step.
    Step {
        /// What was done.
        verb: Verb,
        /// The state that it led to.
        to: TradeState,
        /// The direction it was done in; none when it is about the whole trade.
        leg: Option<LegId>,
        /// What it says besides.
        data: EventData,
    },
}

/// What has become of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingNews {
    /// One of those about meetings.
    pub notice: Notice,
    /// What the event is called; empty when its host has left.
    pub title: String,
}

/// An entry of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it happened.
    pub at: Timestamp,
    /// Who acted; nobody when it was the site.
    pub by: Option<UserId>,
    /// What it tells.
    pub what: TimelineItem,
}

/// A reported problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The direction it is about; none when it is about the whole trade.
    pub leg: Option<LegId>,
    /// Who reported it.
    pub by: UserId,
    /// Which they chose.
    pub reason: ProblemReason,
    /// In their words; may be empty.
    pub details: String,
    /// What shows it, in the order in which they were sent.
    pub photos: Vec<SnapshotPhoto>,
    /// When it was reported.
    pub at: Timestamp,
    /// Once it is settled.
    pub closed_at: Option<Timestamp>,
    /// The moderator's; empty while there is none.
    pub statement: String,
}

/// Everything a trade's page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeView {
    /// By which its page is found.
    pub id: TradeId,
    /// How far it is.
    pub state: TradeState,
    /// Books for books, for nothing, or for money.
    pub kind: TradeKind,
    /// For what the current revision sells its books; none where it does not.
    pub sale: Option<SaleTerms>,
    /// What that comes to, on its way to exchange.
    pub amount: Option<Money>,
    /// What the buyer owes or has paid, once agreed.
    pub payment: Option<Payment>,
    /// Until when its book is lent, and how that stands; none where it is not.
    pub loan: Option<LoanView>,
    /// Whether its books can be given back; none where they are not sold.
    pub returns: Option<ReturnView>,
    /// How moderators can settle its dispute.
    pub outcomes: &'static [Outcome],
    /// How paying online stands.
    pub online: Online,
    /// How the books change hands.
    pub method: Method,
    /// The version that an answer given from this page names.
    pub seen: ProposalVersion,
    /// Who made the current revision.
    pub author: UserId,
    /// The party who looks; nobody for a moderator.
    pub viewer: Option<UserId>,
    /// In the order of the trade.
    pub parties: Vec<PartyView>,
    /// The parties who have accepted the current revision.
    pub accepted: Vec<UserId>,
    /// The parties who want to call the trade off, or to settle it.
    pub cancel_requests: Vec<UserId>,
    /// The current revision.
    pub books: Vec<BookLine>,
    /// Both directions, or one for a gift; none before the agreement.
    pub legs: Vec<LegView>,
    /// Who has to do what.
    pub next: NextAction,
    /// What the viewer may do now.
    pub allowed: Vec<Verb>,
    /// From the first to the last.
    pub timeline: Vec<Entry>,
    /// When the first books were proposed.
    pub proposed_at: Timestamp,
    /// When all had accepted; none before.
    pub agreed_at: Option<Timestamp>,
    /// When it ended; none while it runs.
    pub closed_at: Option<Timestamp>,
    /// Until then an answer is due; none when none is awaited.
    pub reply_due: Option<Timestamp>,
    /// The event at which the books change hands, when they have named one.
    pub meeting: Option<MeetingView>,
    /// Whether the viewer may name one, another, or none.
    pub may_meet: bool,
    /// Parcels that are presumed lost.
    pub lost: Lost,
    /// The latest reported problem.
    pub dispute: Option<Dispute>,
    /// Whether a parcel is still to come to the viewer.
    pub address_needed: bool,
    /// Whether one cannot leave for want of the viewer's address.
    pub address_missing: bool,
    /// The address that the viewer keeps for their trades, while one is needed.
    pub kept_address: Option<String>,
    /// The address that the viewer has entered.
    pub own_address: Option<String>,
    /// How many other open proposals of the viewer have one of these books.
    pub competing: i64,
    /// The give-away round in which the book was won.
    pub round: Option<RoundId>,
    /// On what ground the trade would end at once if the viewer cancelled it now; absent where
    /// the others have to agree.
    pub cancel_ground: Option<CancelGround>,
    /// The deadlines in force.
    pub policy: Policy,
    /// Why the viewer can write no messages; absent when they can.
    pub messaging_disabled: Option<String>,
}

impl TradeView {
    /// The first way whose books the viewer may confirm.
    pub fn receivable(&self) -> Option<&LegView> {
        self.legs
            .iter()
            .find(|leg| leg.can.contains(&Verb::Receive))
    }

    /// The parties but the viewer.
    pub fn others(&self) -> impl Iterator<Item = &PartyView> {
        self.parties
            .iter()
            .filter(|party| Some(party.user) != self.viewer)
    }

    /// The party with this number.
    pub fn party(&self, user: UserId) -> Option<&PartyView> {
        self.parties.iter().find(|party| party.user == user)
    }

    /// Whether the step may be taken now.
    pub fn may(&self, verb: Verb) -> bool {
        self.allowed.contains(&verb)
    }

    /// The revision with this number, as the timeline has it.
    pub fn revision(&self, number: i32) -> Option<&Revision> {
        self.timeline.iter().find_map(|entry| match &entry.what {
            TimelineItem::Revision(revision) if revision.number == number => Some(revision),
            _ => None,
        })
    }
}

/// A trade, for one of its parties.
///
/// # Errors
/// `NotFound` for everybody else; `SignInRequired`.
pub async fn page(cx: &Cx, trade: TradeId) -> Result<TradeView> {
    let viewer = cx.reader()?.id;
    view(cx, trade, Some(viewer)).await
}

/// A trade, for a moderator. Looking at it is to be recorded: the caller writes the
/// audit entry before it shows the page. Addresses are left out.
///
/// # Errors
/// `NotFound` for members, and when there is no such trade.
pub async fn for_moderator(cx: &Cx, trade: TradeId) -> Result<TradeView> {
    cx.moderator()?;
    view(cx, trade, None).await
}

/// Reads the page from one snapshot: no part of it knows of a step that another does not.
async fn view(cx: &Cx, id: TradeId, viewer: Option<UserId>) -> Result<TradeView> {
    let mut connection = db::cancel_on_drop(cx.db()).await?;
    let mut snapshot = db::snapshot(&mut connection).await?;
    let view = read(cx, &mut snapshot, id, viewer).await;
    snapshot.rollback().await?;
    connection.done();
    view
}

async fn read(
    cx: &Cx,
    conn: &mut PgConnection,
    id: TradeId,
    viewer: Option<UserId>,
) -> Result<TradeView> {
    let now = cx.now();
    let Loaded { trade: rules, .. } = load::read(&mut *conn, id).await?;
    if viewer.is_some_and(|user| rules.party(user).is_none()) {
        return Err(Error::NotFound);
    }
    let policy = policy(&mut *conn).await?;
    let messaging_disabled = match viewer {
        Some(_) => messaging_disabled(cx, &mut *conn, id, rules.state).await?,
        None => None,
    };
    let extra = repo::dates(&mut *conn, id, viewer).await?;
    let users: Vec<UserId> = rules.parties.iter().map(|party| party.user).collect();
    let lines = lines(&mut *conn, id).await?;
    let addresses = if viewer.is_some() && addresses::in_use(rules.state) {
        repo::addresses(&mut *conn, id).await?
    } else {
        Vec::new()
    };
    let address_of = |user: UserId| {
        addresses
            .iter()
            .find(|(whose, _)| *whose == user)
            .and_then(|(_, sealed)| addresses::open(cx, id, user, sealed))
    };
    let actor = viewer.map(Actor::Member);
    let allowed = actor.map_or_else(Vec::new, |actor| rules.allowed(actor, &policy, now));
    let leg_rows = repo::travels(&mut *conn, id).await?;
    let legs = leg_rows.into_iter().filter_map(|row| {
        let leg = rules.leg(row.id)?;
        let can = allowed.iter().copied().filter(|&verb| {
            actor.is_some_and(|actor| {
                rules
                    .allowed_legs(actor, verb, &policy, now)
                    .contains(&row.id)
            })
        });
        let shown = viewer == Some(leg.from) && leg.state != LegState::Received;
        Some(LegView {
            id: row.id,
            from: leg.from,
            to: leg.to,
            state: leg.state,
            purpose: leg.purpose,
            send_due: leg.send_due,
            receive_due: leg.receive_due,
            can: can.collect(),
            lacks_address: leg.state == LegState::Pending && !rules.can_leave(leg),
            address: shown.then(|| address_of(leg.to)).flatten(),
            carrier: row.carrier,
            tracking: row.tracking,
            sent_at: row.sent_at.map(jiff_sqlx::Timestamp::to_jiff),
            received_at: leg.received_at,
        })
    });
    let legs: Vec<LegView> = legs.collect();
    let dispute = repo::dispute(&mut *conn, id).await?;
    let timeline = timeline(&mut *conn, id, viewer, &lines).await?;
    let address_needed = viewer.is_some_and(|user| addresses::is_needed(&rules, user));
    // Whoever lends by post says so as they accept.
    let will_return =
        rules.method == Method::Post && rules.lender().is_some() && rules.lender() == viewer;
    let kept_address = match viewer.filter(|_| address_needed || will_return) {
        Some(user) => kept_address::of(cx, &mut *conn, user).await?,
        None => None,
    };
    let meeting = match rules.method {
        Method::Meet => meetings::view(&mut *conn, id, &users, viewer, now).await?,
        Method::Post => None,
    };
    let (online, _) = online::view(cx, &mut *conn, id, &rules).await?;
    let may_meet = viewer.is_some() && meetings::may_change(&rules).is_ok();
    Ok(TradeView {
        id,
        meeting,
        may_meet,
        state: rules.state,
        kind: rules.kind(),
        sale: rules.sale.clone(),
        amount: amount(&rules),
        payment: rules.payment,
        loan: LoanView::of(&rules, now),
        returns: ReturnView::of(&mut *conn, &rules, &policy).await?,
        outcomes: rules.outcomes(),
        online,
        method: rules.method,
        seen: rules.seen(),
        author: rules.author,
        viewer,
        parties: parties(&mut *conn, &users, viewer).await?,
        accepted: users
            .iter()
            .copied()
            .filter(|&user| rules.has_accepted(user))
            .collect(),
        cancel_requests: rules
            .parties
            .iter()
            .filter(|party| party.cancel_requested)
            .map(|party| party.user)
            .collect(),
        books: lines
            .into_iter()
            .filter(|(revision, _)| *revision == rules.revision)
            .map(|(_, line)| line)
            .collect(),
        legs,
        next: rules.next_action(viewer.unwrap_or(UserId(0))),
        allowed,
        timeline,
        proposed_at: extra.created_at.to_jiff(),
        agreed_at: extra.agreed_at.map(jiff_sqlx::Timestamp::to_jiff),
        closed_at: extra.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
        reply_due: rules.reply_due,
        dispute: dispute.map(|row| Dispute {
            leg: row.leg_id,
            by: row.opened_by,
            reason: row.reason,
            details: row.details,
            photos: row.photos.0,
            at: row.created_at.to_jiff(),
            closed_at: row.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
            statement: row.statement,
        }),
        lost: viewer.map_or_else(Lost::default, |user| Lost::of(&rules, user)),
        address_needed,
        address_missing: viewer.is_some_and(|user| addresses::is_waited_for(&rules, user)),
        kept_address,
        own_address: viewer.filter(|_| address_needed).and_then(address_of),
        competing: extra.competing,
        round: extra.round,
        cancel_ground: viewer.and_then(|user| rules.cancel_ground(user, &policy, now)),
        policy,
        messaging_disabled,
    })
}

/// What the books of a sale cost: as it was agreed, or as it is proposed.
pub(super) fn amount(rules: &Trade) -> Option<Money> {
    let agreed = rules.payment.map(|payment| payment.amount);
    agreed.or_else(|| Some(rules.sale.as_ref()?.amount(rules.method)))
}

/// Why the reader cannot write in the trade now.
async fn messaging_disabled(
    cx: &Cx,
    conn: &mut PgConnection,
    id: TradeId,
    state: TradeState,
) -> Result<Option<String>> {
    match eligibility::can_write(cx, conn, id, state).await {
        Ok(()) => Ok(None),
        Err(Error::Forbidden(why) | Error::Conflict(why)) => Ok(Some(why)),
        Err(error) => Err(error),
    }
}

/// The lines of every revision.
async fn lines(conn: &mut PgConnection, id: TradeId) -> Result<Vec<(i32, BookLine)>> {
    let rows = repo::lines(conn, id).await?;
    let line = |row: LineRow| {
        (
            row.revision,
            BookLine {
                copy: row.copy_id,
                from: row.from_user,
                to: row.to_user,
                book: row.frozen.0,
            },
        )
    };
    Ok(rows.into_iter().map(line).collect())
}

impl LegView {
    /// Whether it should have left its giver by now.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state == LegState::Pending && now > self.send_due && !self.lacks_address
    }
}
