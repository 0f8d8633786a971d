//! Seats that a guest hands on to another member: offered, and the guest's until they are taken.
//! Nothing comes free by it, so that nobody who waits is passed over for what they could have had;
//! the guest has the seats, and says who sits on them.

use dogear_domain::events::{BookingState, WaitingState};
use dogear_domain::fields::{FieldProblem, Handle};
use dogear_domain::ids::{EventId, SeatBookingId, SeatTransferId};
use dogear_domain::money::Money;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::calendar::invitation;
use super::door::are_unused;
use super::guest_mail::{self, CANNOT_COME, Message};
use super::meetings;
use super::notify::{self, GuestNews};
use super::page::EventPage;
use super::prices;
use super::repo::transfers::{self as repo, SidesRow};
use super::repo::views::{self, TicketRow};
use super::repo::{bookings, occurrences, stalls, waiting as queue};
use super::seats::{gone, own};
use super::waiting::{refusal, settle};
use super::words::seats;
use crate::db::{IdempotencyKey, Idempotent};
use crate::hooks::OccurrenceNews::{GivenBack, SeatsTaken};
use crate::ical::Method;
use crate::jobs::{self, Claim, Job};
use crate::notifications::{Facts, Kind};
use crate::{Cx, Error, Result};

/// Offers of the same seats in a day: each of them is a mail to somebody.
const OFFERS_A_DAY: i64 = 5;

/// An offer that stands, as one of its two sides sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatTransfer {
    /// Its number.
    pub id: SeatTransferId,
    /// Of which seats.
    pub booking: SeatBookingId,
    /// How many of them.
    pub party: i32,
    /// What each of them costs; none of free ones.
    pub price: Option<Money>,
    /// Whoever asks is the one who offers them.
    pub is_own: bool,
    /// What the other side wants to be called.
    pub name: String,
    /// The other side, without the @.
    pub handle: String,
}

/// What becomes of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TransferNews {
    Offered,
    Accepted,
    Declined,
}

/// Tells the one side what the other has done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellTransfer {
    transfer: SeatTransferId,
    news: TransferNews,
    /// Whoever offered them has none left.
    is_whole: bool,
}

/// Offers of seats at an event, from and to whoever asks; none for strangers.
///
/// # Errors
/// Those of the database.
pub async fn transfers(cx: &Cx, event: &EventPage) -> Result<Vec<SeatTransfer>> {
    let Some(actor) = &cx.actor else {
        return Ok(Vec::new());
    };
    if event.seating.is_open(cx.now()).is_err() {
        return Ok(Vec::new());
    }
    let open = repo::open(cx.db(), event.id, actor.id).await?;
    Ok(open
        .into_iter()
        .map(|row| SeatTransfer {
            id: row.id,
            booking: row.booking,
            party: row.party,
            price: prices::money(row.price, row.currency),
            is_own: row.own,
            name: row.name,
            handle: row.handle,
        })
        .collect())
}

/// A handle that nobody has, or somebody for whom these seats are not: the same answer, since
/// neither is for whoever asks to know.
fn nobody() -> Error {
    Error::field(
        "recipient",
        FieldProblem::from("Nobody with this handle can have these seats."),
    )
}

/// What the host settles with one guest is nothing for the other to know: they learn that it cannot
/// be.
fn not_any_more(error: Error) -> Error {
    match error {
        Error::Conflict(_) => Error::Conflict(
            "These seats cannot be handed on any more. Ask whoever offers them.".into(),
        ),
        other => other,
    }
}

/// Offers `party` of the reader's seats to the member with this handle; what was offered of them
/// before is taken back. Gives the event.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for the seats of somebody else; `Invalid` for a member
/// who cannot have them and a number that they are not; `Conflict` when they are used or gone, it
/// has begun, or they were offered too often.
pub async fn offer_transfer(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    booking: SeatBookingId,
    recipient: &str,
    party: i32,
) -> Result<EventId> {
    let giver = cx.member()?.id;
    let request = ("offer seats", booking, recipient, party);
    let mut once = match cx.once(key, &request).await? {
        Idempotent::Done(event) => return Ok(event),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let now = cx.now();
    let (locked, live) = own(tx, cx, booking).await?;
    let live = live
        .filter(|live| live.state == BookingState::Confirmed)
        .ok_or_else(gone)?;
    locked.seating.is_open(now).map_err(refusal)?;
    if !(1..=live.party).contains(&party) {
        let has = format!("You have {}.", seats(live.party));
        return Err(Error::field("handed", FieldProblem::from(has)));
    }
    are_unused(tx, booking, live.party - party).await?;
    prices::may_transfer(tx, booking).await?;
    let handle = Handle::parse(recipient.trim().trim_start_matches('@')).map_err(|_| nobody())?;
    let recipient = repo::recipient(tx, &handle, giver, now)
        .await?
        .ok_or_else(nobody)?;
    let open = occurrences::open_to(&mut **tx, locked.event, recipient, now).await?;
    open.ok_or_else(nobody)?;
    let since = now - SignedDuration::from_hours(24);
    if repo::offered_since(tx, booking, since).await? >= OFFERS_A_DAY {
        return Err(Error::Conflict(
            "You have offered these seats five times today. Ask somebody first, and offer them tomorrow.".into(),
        ));
    }
    repo::withdraw(tx, booking).await?;
    let transfer = repo::insert(tx, booking, recipient, party, now).await?;
    tell(tx, transfer, TransferNews::Offered, false).await?;
    once.commit(&locked.event).await?;
    Ok(locked.event)
}

/// Takes back what the reader has offered of these seats; gives the event. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for the seats of somebody else.
pub async fn withdraw_transfer(cx: &Cx, booking: SeatBookingId) -> Result<EventId> {
    let mut tx = cx.begin().await?;
    let (locked, _) = own(&mut tx, cx, booking).await?;
    repo::withdraw(&mut tx, booking).await?;
    tx.commit().await?;
    Ok(locked.event)
}

/// Takes seats that another guest offers to the reader: beside those that they have. Gives the
/// event. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for what was offered to somebody else, or at an event
/// that is not for the reader to see any more; `Conflict` when the offer does not stand any more,
/// it has begun, it would be more seats than one may have beside those that the reader has, or these
/// cost something else, were taken with a code, or are paid. Who has none takes all that are offered,
/// also when the host has lowered the limit since: the giver had them.
pub async fn accept_transfer(cx: &Cx, transfer: SeatTransferId) -> Result<EventId> {
    let reader = cx.member()?.id;
    let (occurrence, event) = repo::offered_to(cx.db(), transfer, reader)
        .await?
        .ok_or(Error::NotFound)?;
    let now = cx.now();
    let mut tx = cx.begin().await?;
    let mut locked = occurrences::lock(&mut tx, occurrence, now).await?;
    settle(&mut tx, &mut locked, now).await?;
    let Some(taken) = repo::accept(&mut tx, transfer).await? else {
        return if repo::is_accepted(&mut tx, transfer).await? {
            Ok(event)
        } else {
            Err(Error::Conflict(
                "These seats are no longer offered to you.".into(),
            ))
        };
    };
    locked.seating.is_open(now).map_err(refusal)?;
    if !queue::hold(&mut tx, reader).await? {
        return Err(Error::NotFound);
    }
    let open = occurrences::open_to(&mut *tx, event, reader, now).await?;
    open.ok_or(Error::NotFound)?;
    let left = taken.of - taken.party;
    are_unused(&mut tx, taken.booking, left).await?;
    let each = prices::may_transfer(&mut tx, taken.booking)
        .await
        .map_err(not_any_more)?;
    let has = bookings::live(&mut tx, occurrence, reader).await?;
    if has.is_some_and(|has| has.state == BookingState::Held) {
        return Err(Error::Conflict(
            "Seats are kept for you already: take those, or decline them.".into(),
        ));
    }
    if let Some(has) = has {
        let sum = has.party + taken.party;
        locked.seating.allows_party(sum).map_err(|_| {
            Error::Conflict(format!(
                "You have {} already, and one guest may have {} here.",
                seats(has.party),
                locked.seating.max_party
            ))
        })?;
        prices::may_join(&mut tx, has.id, each).await?;
    }
    // Theirs first: the count stays as it is, and nobody is promoted in between.
    if left == 0 {
        bookings::cancel(&mut tx, taken.booking, now).await?;
    } else {
        prices::set_party(&mut tx, taken.booking, left, now).await?;
    }
    let booking = if let Some(has) = has {
        prices::set_party(&mut tx, has.id, has.party + taken.party, now).await?;
        has.id
    } else {
        let id = bookings::insert(&mut tx, occurrence, reader, taken.party, None, now).await?;
        prices::agree_as(&mut tx, id, each).await?;
        id
    };
    if left == 0 {
        stalls::hand_over(&mut tx, taken.booking, booking).await?;
    }
    if queue::leave(&mut tx, occurrence, reader, WaitingState::Converted).await? {
        settle(&mut tx, &mut locked, now).await?;
    }
    tell(&mut tx, transfer, TransferNews::Accepted, left == 0).await?;
    notify::tell_guest(&mut tx, booking, GuestNews::Confirmed, now).await?;
    tx.commit().await?;
    Ok(event)
}

/// Leaves seats to whoever offers them; gives the event. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for what was offered to somebody else; `Conflict` for what the
/// reader has taken.
pub async fn decline_transfer(cx: &Cx, transfer: SeatTransferId) -> Result<EventId> {
    let reader = cx.reader()?.id;
    let (_, event) = repo::offered_to(cx.db(), transfer, reader)
        .await?
        .ok_or(Error::NotFound)?;
    let mut tx = cx.begin().await?;
    if repo::decline(&mut tx, transfer).await? {
        tell(&mut tx, transfer, TransferNews::Declined, false).await?;
    } else if repo::is_accepted(&mut tx, transfer).await? {
        return Err(Error::Conflict(
            "These seats are yours by now. Give them back if you cannot come.".into(),
        ));
    }
    tx.commit().await?;
    Ok(event)
}

async fn tell(
    conn: &mut PgConnection,
    transfer: SeatTransferId,
    news: TransferNews,
    is_whole: bool,
) -> Result<()> {
    let key = format!("transfer:{transfer}:{news:?}");
    let job = TellTransfer {
        transfer,
        news,
        is_whole,
    };
    jobs::push(conn, &job, &key, None).await
}

impl Job for TellTransfer {
    const KIND: &'static str = "seat_transfer";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        if self.news == TransferNews::Accepted
            && let Some(booking) = repo::booking(&mut tx, self.transfer).await?
        {
            // Before the rows of members are held: trades are locked before them.
            let news = if self.is_whole { GivenBack } else { SeatsTaken };
            meetings::tell_of_guest(cx, &mut tx, booking, news).await?;
        }
        if let Some(sides) = repo::sides(&mut tx, self.transfer).await?
            && let Some(ticket) = views::ticket(&mut tx, sides.booking).await?
        {
            self.tell(cx, &mut tx, &sides, ticket).await?;
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

impl TellTransfer {
    async fn tell(
        &self,
        cx: &Cx,
        conn: &mut PgConnection,
        sides: &SidesRow,
        ticket: TicketRow,
    ) -> Result<()> {
        let key = format!("transfer:{}:{:?}", self.transfer, self.news);
        let is_over = ticket.starts_at.to_jiff() <= cx.now();
        if is_over || self.news == TransferNews::Offered && !sides.is_open {
            return Ok(());
        }
        let calendar = match self.news {
            TransferNews::Accepted if self.is_whole => {
                invitation(cx, conn, sides.booking, Method::Cancel, None).await?
            }
            TransferNews::Accepted => {
                invitation(cx, conn, sides.booking, Method::Request, None).await?
            }
            TransferNews::Offered | TransferNews::Declined => None,
        };
        let each = prices::money(ticket.price_each, ticket.currency);
        let ticket = match self.news {
            TransferNews::Offered => TicketRow {
                guest: sides.recipient,
                // For those who have seats alone.
                online_link: String::new(),
                // What all of the giver's cost is not what the recipient would pay.
                price_each: None,
                ..ticket
            },
            TransferNews::Accepted | TransferNews::Declined => ticket,
        };
        let message = message(cx, &ticket, sides, self.news, each);
        guest_mail::send(cx, conn, &ticket, message, calendar, &key).await
    }
}

/// What the one side reads of the other, where each seat costs so much.
fn message(
    cx: &Cx,
    ticket: &TicketRow,
    sides: &SidesRow,
    news: TransferNews,
    each: Option<Money>,
) -> Message {
    let title = &ticket.title;
    let number = seats(sides.party);
    let date = guest_mail::date(cx, ticket);
    let (kind, who) = match news {
        TransferNews::Offered => (Kind::TransferOffered, &sides.giver_name),
        TransferNews::Accepted => (Kind::TransferAccepted, &sides.recipient_name),
        TransferNews::Declined => (Kind::TransferDeclined, &sides.recipient_name),
    };
    let facts = Facts {
        who: who.clone(),
        what: format!("“{title}”"),
        reason: number.clone(),
        until: date.clone(),
        path: guest_mail::path(ticket),
        ..Facts::default()
    };
    let (subject, paragraphs) = match news {
        TransferNews::Offered => (
            format!("{who} offers you {number} at “{title}”"),
            vec![
                format!("{date}. {}{}", guest_mail::place(ticket), prices::of_one(each)),
                "Say on the page of the event whether you take them. Until then they stay with whoever offers them.".into(),
            ],
        ),
        TransferNews::Accepted => (
            format!("{who} has taken {number} of yours at “{title}”"),
            match ticket.state {
                Some(BookingState::Confirmed) => vec![
                    format!("You have {} left. {date}.", seats(ticket.party)),
                    CANNOT_COME.into(),
                ],
                _ => vec![format!("You have none left there. It is on {date}.")],
            },
        ),
        TransferNews::Declined => (
            format!("{who} does not take your seats at “{title}”"),
            vec![
                format!("They are still yours. {date}."),
                "Offer them to somebody else, or give them back, so that whoever waits has them.".into(),
            ],
        ),
    };
    Message {
        kind,
        facts,
        subject,
        paragraphs,
    }
}
