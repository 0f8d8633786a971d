//! Tells a guest once what they have taken or given back at several dates, and on which lists they
//! wait.

use dogear_domain::events::{BookingState, OccurrenceState};
use dogear_domain::ids::{SeatBookingId, WaitingId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::events::calendar;
use crate::events::guest_mail::{CANNOT_COME, Message, date, path, place, send};
use crate::events::prices;
use crate::events::repo::views::{self, TicketRow};
use crate::events::repo::waiting as queue;
use crate::events::words::seats;
use crate::jobs::{self, Claim, Job};
use crate::notifications::{Facts, Kind};
use crate::{Cx, Result};

/// What there is to tell.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Seats that were taken.
    pub bookings: Vec<SeatBookingId>,
    /// Where they wait.
    pub waiting: Vec<WaitingId>,
    /// Seats that were given back; never beside the others.
    pub given_back: Vec<SeatBookingId>,
}

/// Tells a guest of seats at several dates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellDates {
    bookings: Vec<SeatBookingId>,
    waiting: Vec<WaitingId>,
    #[serde(default)]
    given_back: Vec<SeatBookingId>,
}

impl News {
    /// Has it told after the commit, if there is anything.
    pub(super) async fn push(self, conn: &mut PgConnection) -> Result<()> {
        let key = if let Some(booking) = self.bookings.first() {
            format!("dates:{booking}")
        } else if let Some(waiting) = self.waiting.first() {
            format!("dates:waits:{waiting}")
        } else if let Some(booking) = self.given_back.first() {
            format!("dates:back:{booking}")
        } else {
            return Ok(());
        };
        let job = TellDates {
            bookings: self.bookings,
            waiting: self.waiting,
            given_back: self.given_back,
        };
        jobs::push(conn, &job, &key, None).await
    }
}

impl Job for TellDates {
    const KIND: &'static str = "seats_at_dates";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        // Seats that were given back meanwhile, and who was promoted, are told of by themselves.
        let (mut bookings, has) = still(&mut tx, &self.bookings, BookingState::Confirmed).await?;
        let (ended, given) = still(&mut tx, &self.given_back, BookingState::Cancelled).await?;
        let have_ended = !ended.is_empty();
        bookings.extend(ended);
        let mut waits = Vec::new();
        for waiting in self.waiting {
            if let Some(position) = queue::position(&mut tx, waiting).await?
                && let Some(ticket) = views::waiting_ticket(&mut tx, waiting).await?
                && ticket.occurrence_state == OccurrenceState::Published
            {
                waits.push((ticket, position));
            }
        }
        let (ticket, message) = if let Some(first) = given.first() {
            (Some(first), Some(given_back(cx, first, &given)))
        } else {
            let first = has.first().or(waits.first().map(|(ticket, _)| ticket));
            (first, message(cx, &has, &waits))
        };
        if let Some((ticket, message)) = ticket.zip(message) {
            let key = format!("dates:{}", claim.id);
            let calendar = calendar::of_several(cx, &mut tx, &bookings, have_ended).await?;
            send(cx, &mut tx, ticket, message, calendar, &key).await?;
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// Those of some seats that are so still, at dates that take place.
async fn still(
    conn: &mut PgConnection,
    bookings: &[SeatBookingId],
    state: BookingState,
) -> Result<(Vec<SeatBookingId>, Vec<TicketRow>)> {
    let mut still = (Vec::new(), Vec::new());
    for &booking in bookings {
        if let Some(ticket) = views::ticket(conn, booking).await?
            && ticket.state == Some(state)
            && ticket.occurrence_state == OccurrenceState::Published
        {
            still.0.push(booking);
            still.1.push(ticket);
        }
    }
    Ok(still)
}

fn on_dates(number: usize) -> String {
    match number {
        1 => "on one date".into(),
        number => format!("on {number} dates"),
    }
}

/// One message of all; none when nothing is so any more.
fn message(cx: &Cx, has: &[TicketRow], waits: &[(TicketRow, i64)]) -> Option<Message> {
    let first = has.first().or(waits.first().map(|(ticket, _)| ticket))?;
    let title = &first.title;
    let mut paragraphs = Vec::new();
    let (kind, reason, subject) = if has.is_empty() {
        let lists = match waits.len() {
            1 => "the waiting list".to_owned(),
            number => format!("{number} waiting lists"),
        };
        let subject = format!("You are on {lists} for “{title}”");
        (Kind::WaitingJoined, seats(first.party), subject)
    } else {
        let seats = format!("{} {}", seats(first.party), on_dates(has.len()));
        let subject = format!("Your seats {} of “{title}”", on_dates(has.len()));
        (Kind::SeatsConfirmed, seats, subject)
    };
    paragraphs.extend(
        has.iter()
            .map(|ticket| format!("{}. {}", date(cx, ticket), place(ticket))),
    );
    paragraphs.extend(waits.iter().map(|(ticket, position)| {
        let before = match position {
            1 => "you are the first on the list",
            2 => "one guest is before you",
            _ => "others are before you",
        };
        let costs = prices::sentence(ticket);
        format!("Waiting list: {}; {before}.{costs}", date(cx, ticket))
    }));
    if !waits.is_empty() {
        paragraphs.push(
            "We tell you as soon as there is room. Seats that come free are yours then: if you cannot come any more, leave the list on the page of the date."
                .into(),
        );
    }
    if !has.is_empty() {
        paragraphs.push(CANNOT_COME.into());
    }
    Some(Message {
        kind,
        facts: Facts {
            what: format!("“{title}”"),
            reason,
            until: if has.len() == 1 || has.is_empty() && waits.len() == 1 {
                date(cx, first)
            } else {
                String::new()
            },
            path: path(first),
            by_own_step: true,
            ..Facts::default()
        },
        subject,
        paragraphs,
    })
}

/// The same of seats that were given back, of which `first` is one.
fn given_back(cx: &Cx, first: &TicketRow, given: &[TicketRow]) -> Message {
    let title = &first.title;
    let on_dates = on_dates(given.len());
    let mut paragraphs =
        vec!["Somebody else can have them now. Thank you for saying so.".to_owned()];
    paragraphs.extend(given.iter().map(|ticket| {
        let costs = prices::sentence(ticket);
        format!("{}: {}.{costs}", date(cx, ticket), seats(ticket.party))
    }));
    Message {
        kind: Kind::SeatsGivenBack,
        facts: Facts {
            what: format!("“{title}”"),
            reason: format!("your seats {on_dates}"),
            path: path(first),
            by_own_step: true,
            ..Facts::default()
        },
        subject: format!("Your seats {on_dates} of “{title}” are given back"),
        paragraphs,
    }
}
