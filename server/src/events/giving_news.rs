//! Tells who loses seats or gets them because guests have not come, and whoever still waits when
//! the list ends. As jobs, as all that is told of seats.

use dogear_domain::events::{BookingState, OccurrenceState};
use dogear_domain::ids::{OccurrenceId, SeatBookingId, WaitingId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::guest_mail::{CANNOT_COME, Message, date, path, place, send};
use super::meetings;
use super::repo::giving_on as repo;
use super::repo::views::{self, ListedRow, TicketRow};
use super::repo::{series, series_views};
use super::words::{given_on_after, seats, when};
use crate::hooks::OccurrenceNews::{GivenBack, SeatsTaken};
use crate::jobs::{self, Claim, Job};
use crate::notifications::{Facts, Kind};
use crate::{Cx, Error, Result};

/// Of those who waited, so many are told in one transaction.
const AT_ONCE: i64 = 100;
/// So many other dates of a series are named.
const OTHER_DATES: usize = 3;
/// Among so many it is looked for them.
const LOOKED_AT: i64 = 20;

/// What becomes of seats for which nobody has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum GivingNews {
    /// They were theirs.
    Lost,
    /// They are theirs now.
    Got,
}

/// Tells somebody whose seats were given on, or who has got some.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellGiving {
    booking: SeatBookingId,
    news: GivingNews,
    /// When it was done, in microseconds since 1970.
    at: i64,
}

/// Tells those who still waited when the list of a date ended, some at a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellListEnded {
    occurrence: OccurrenceId,
    /// When it ended, in microseconds since 1970.
    at: i64,
    /// They know up to here.
    after: WaitingId,
}

/// Has somebody told, after the commit.
pub(super) async fn tell(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    news: GivingNews,
    now: Timestamp,
) -> Result<()> {
    let at = now.as_microsecond();
    let key = format!("given on:{booking}:{news:?}");
    jobs::push(conn, &TellGiving { booking, news, at }, &key, None).await
}

/// Has those told who waited when the list of a date ended, after the commit.
pub(super) async fn list_ended(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    now: Timestamp,
) -> Result<()> {
    let job = TellListEnded {
        occurrence,
        at: now.as_microsecond(),
        after: WaitingId(0),
    };
    push(conn, &job).await
}

async fn push(conn: &mut PgConnection, job: &TellListEnded) -> Result<()> {
    let key = format!("list ended:{}:{}:{}", job.occurrence, job.at, job.after);
    jobs::push(conn, job, &key, None).await
}

/// What guests are told before, where seats of those who have not come are given on.
pub(super) fn promise(ticket: &TicketRow) -> Option<String> {
    ticket
        .give_on_minutes
        .map(|minutes| format!("Be there in time: {}", given_on_after(minutes)))
}

/// What guests are told when the host has chosen that seats are given on, or sooner than before.
pub(super) fn sooner(cx: &Cx, ticket: &TicketRow, facts: Facts) -> Message {
    let (title, date) = (&ticket.title, date(cx, ticket));
    Message {
        kind: Kind::EventChanged,
        facts: Facts {
            reason: "give_on".into(),
            ..facts
        },
        subject: format!("Be there in time for “{title}”"),
        paragraphs: [
            promise(ticket),
            Some(format!("It is on {date}.")),
            Some(CANNOT_COME.into()),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

impl Job for TellGiving {
    const KIND: &'static str = "seats_given_on";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        // Before the guest's row is held: trades are locked before members.
        let hook = match self.news {
            GivingNews::Lost => GivenBack,
            GivingNews::Got => SeatsTaken,
        };
        meetings::tell_of_guest(cx, &mut tx, self.booking, hook).await?;
        if let Some(ticket) = views::ticket(&mut tx, self.booking).await?
            && let Some(message) = self.says(cx, &ticket)?
        {
            let key = format!("given on:{}:{:?}", self.booking, self.news);
            send(cx, &mut tx, &ticket, message, None, &key).await?;
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

impl TellGiving {
    /// What is said; nothing when it is not so any more.
    fn says(&self, cx: &Cx, ticket: &TicketRow) -> Result<Option<Message>> {
        let state = match self.news {
            GivingNews::Lost => BookingState::Cancelled,
            GivingNews::Got => BookingState::Confirmed,
        };
        if ticket.state != Some(state) || ticket.occurrence_state == OccurrenceState::Cancelled {
            return Ok(None);
        }
        let zone = TimeZone::get(&ticket.time_zone).unwrap_or(TimeZone::UTC);
        let at = Timestamp::from_microsecond(self.at).map_err(Error::internal)?;
        let at = at.to_zoned(zone).strftime("%H:%M").to_string();
        let (title, number) = (&ticket.title, seats(ticket.party));
        let facts = Facts {
            what: format!("“{title}”"),
            reason: number.clone(),
            until: at.clone(),
            path: path(ticket),
            ..Facts::default()
        };
        let here = format!("{}. {}", date(cx, ticket), place(ticket));
        Ok(Some(match self.news {
            GivingNews::Lost => Message {
                kind: Kind::SeatsGivenOn,
                facts,
                subject: match ticket.party {
                    1 => format!("Your seat at “{title}” was given on"),
                    _ => format!("Your seats at “{title}” were given on"),
                },
                paragraphs: vec![
                    format!(
                        "You had not been checked in by {at}, so your {} given to readers who were waiting at the door. If you are on your way: ask at the door.",
                        match ticket.party {
                            1 => "seat was".to_owned(),
                            party => format!("{party} seats were"),
                        }
                    ),
                    "It counts as an event you missed.".into(),
                    here,
                ],
            },
            GivingNews::Got => Message {
                kind: Kind::SeatsGranted,
                facts: Facts {
                    until: date(cx, ticket),
                    ..facts
                },
                subject: format!("You have {number} at “{title}” now"),
                paragraphs: vec![
                    format!(
                        "You waited, and you are there. Go to the door and be let in: seats of which nobody is let in go to the next one{}.",
                        ticket
                            .give_on_minutes
                            .map_or_else(String::new, |minutes| format!(
                                " after {minutes} minutes"
                            ))
                    ),
                    here,
                ],
            },
        }))
    }
}

impl Job for TellListEnded {
    const KIND: &'static str = "waiting_list_ended";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        let waited = repo::of_ended_list(&mut tx, self.occurrence, self.after, AT_ONCE).await?;
        for &waiting in &waited {
            // Of what is cancelled meanwhile another mail is more to the point.
            if let Some(ticket) = views::waiting_ticket(&mut tx, waiting).await?
                && ticket.occurrence_state == OccurrenceState::Published
            {
                let message = ended(cx, &mut tx, &ticket).await?;
                let key = format!("list ended:{waiting}");
                send(cx, &mut tx, &ticket, message, None, &key).await?;
            }
        }
        if let Some(&last) = waited.last() {
            let after = last;
            push(&mut tx, &Self { after, ..self }).await?;
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// What is said to somebody who has waited in vain.
async fn ended(cx: &Cx, conn: &mut PgConnection, ticket: &TicketRow) -> Result<Message> {
    let (title, date) = (&ticket.title, date(cx, ticket));
    let mut paragraphs = vec![format!(
        "No seats came free for you, so the waiting list has ended and you need not do anything. It was for {date}."
    )];
    let others = others(cx, conn, ticket).await?;
    if !others.is_empty() {
        paragraphs.push("Other dates of the same series have seats:".into());
        paragraphs.extend(others);
    }
    Ok(Message {
        kind: Kind::WaitingClosed,
        facts: Facts {
            what: format!("“{title}”"),
            reason: seats(ticket.party),
            until: date,
            path: path(ticket),
            ..Facts::default()
        },
        subject: format!("No seats came free at “{title}”"),
        paragraphs,
    })
}

/// Dates to come of the same series that have seats and are shown to whoever waited, each in a line
/// with its address.
async fn others(cx: &Cx, conn: &mut PgConnection, ticket: &TicketRow) -> Result<Vec<String>> {
    let Some(place) = series::place_of(&mut *conn, ticket.event, None).await? else {
        return Ok(Vec::new());
    };
    let now = cx.now();
    let (but, viewer) = (ticket.event, Some(ticket.guest));
    let rows = series_views::others(&mut *conn, place.series, but, viewer, now, LOOKED_AT).await?;
    let has_seats = |row: &ListedRow| {
        row.booked.is_none()
            && row
                .capacity
                .is_none_or(|capacity| capacity - row.seats_taken >= ticket.party)
    };
    let line = |row: ListedRow| {
        let (starts, ends) = (row.starts_at.to_jiff(), row.ends_at.to_jiff());
        let address = dogear_urls::event(row.event, &row.slug);
        format!(
            "{}: {}",
            when(starts, ends, &row.time_zone, now),
            cx.services.settings.link(&address)
        )
    };
    Ok(rows
        .into_iter()
        .filter(has_seats)
        .take(OTHER_DATES)
        .map(line)
        .collect())
}
