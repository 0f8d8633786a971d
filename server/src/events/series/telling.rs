//! Tells a guest once what they have taken at several dates, and on which lists they wait.

use dogear_domain::events::{BookingState, OccurrenceState};
use dogear_domain::ids::{SeatBookingId, WaitingId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::events::notify::{CANNOT_COME, Message, date, path, place, send};
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
}

/// Tells a guest of seats at several dates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellDates {
    bookings: Vec<SeatBookingId>,
    waiting: Vec<WaitingId>,
}

impl News {
    /// Has it told after the commit, if there is anything.
    pub(super) async fn push(self, conn: &mut PgConnection) -> Result<()> {
        let key = match (self.bookings.first(), self.waiting.first()) {
            (Some(booking), _) => format!("dates:{booking}"),
            (None, Some(waiting)) => format!("dates:waits:{waiting}"),
            (None, None) => return Ok(()),
        };
        let job = TellDates {
            bookings: self.bookings,
            waiting: self.waiting,
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
        let mut has = Vec::new();
        for booking in self.bookings {
            if let Some(ticket) = views::ticket(&mut tx, booking).await?
                && ticket.state == Some(BookingState::Confirmed)
                && ticket.occurrence_state == OccurrenceState::Published
            {
                has.push(ticket);
            }
        }
        let mut waits = Vec::new();
        for waiting in self.waiting {
            if let Some(position) = queue::position(&mut tx, waiting).await?
                && let Some(ticket) = views::waiting_ticket(&mut tx, waiting).await?
                && ticket.occurrence_state == OccurrenceState::Published
            {
                waits.push((ticket, position));
            }
        }
        if let Some(message) = message(cx, &has, &waits)
            && let Some(ticket) = has.first().or(waits.first().map(|(ticket, _)| ticket))
        {
            let key = format!("dates:{}", claim.id);
            send(cx, &mut tx, ticket, message, None, &key).await?;
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
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
