//! Tells guests what becomes of their seats. Written as jobs in the transaction that causes them,
//! so that nothing slow happens under the lock of an occurrence; what is not so any more when the
//! job runs is not said.

use dogear_domain::events::{BookingState, OccurrenceState};
use dogear_domain::ids::{EventId, SeatBookingId, WaitingId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::calendar::invitation;
use super::circles;
use super::giving_news::{promise, sooner};
use super::guest_mail::{CANNOT_COME, Message, date, path, place, send};
use super::interests::{self, InterestNews};
use super::meetings;
use super::online;
use super::prices;
use super::repo::views::{self, TicketRow};
use super::words::{cancelled, seats};
use crate::clock::day_in_words;
use crate::hooks::OccurrenceNews::{GivenBack, SeatsTaken};
use crate::ical::Method;
use crate::jobs::{self, Claim, Job};
use crate::notifications::{Facts, Kind};
use crate::{Cx, Result};

/// Guests who are told in one transaction.
const AT_ONCE: i64 = 100;
/// What has become of one guest's seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum GuestNews {
    /// They have taken them, or changed how many.
    Confirmed,
    /// They have given them back.
    GivenBack,
    /// They had waited, and have them now.
    Granted,
    /// They had waited, and are asked.
    Offered,
    /// They did not answer.
    Lapsed,
}

/// What has become of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EventNews {
    /// It is at another time or place.
    Changed,
    /// Online it is at another address: only those who know the first one are told.
    Relinked,
    /// Seats of those who have not come are given on now, or sooner: those who wait read it on the page.
    GivingOn,
    /// It does not take place.
    Cancelled {
        /// In the host's words; may be empty.
        reason: String,
        /// What it was called then: of a host who leaves, nothing else stays.
        #[serde(default)]
        title: String,
        /// They are those of a moderator, who has cancelled it.
        #[serde(default)]
        by_moderator: bool,
    },
}

/// Tells one guest about their seats.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellGuest {
    booking: SeatBookingId,
    news: GuestNews,
    /// They are told of these seats together with others; only who is concerned beside them is told.
    #[serde(default)]
    told_of_several: bool,
}

/// Tells all guests about the event, some at a time, and then those who wait; and those who help.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellGuests {
    event: EventId,
    news: EventNews,
    /// When it happened, in microseconds since 1970: so that a second change is told too.
    at: i64,
    /// Guests up to here know.
    after: SeatBookingId,
    /// All guests do, and those who wait up to here.
    #[serde(default)]
    waiting_after: Option<WaitingId>,
}

/// Has a guest told, after the commit.
pub(super) async fn tell_guest(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    news: GuestNews,
    now: Timestamp,
) -> Result<()> {
    push_of_guest(conn, (booking, false), news, now).await
}

/// The same, for seats of which the guest is told together with others.
pub(super) async fn tell_of_several(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    news: GuestNews,
    now: Timestamp,
) -> Result<()> {
    push_of_guest(conn, (booking, true), news, now).await
}

async fn push_of_guest(
    conn: &mut PgConnection,
    (booking, told_of_several): (SeatBookingId, bool),
    news: GuestNews,
    now: Timestamp,
) -> Result<()> {
    let key = format!("seats:{booking}:{news:?}:{}", now.as_microsecond());
    let job = TellGuest {
        booking,
        news,
        told_of_several,
    };
    jobs::push(conn, &job, &key, None).await
}

/// Has all guests told, after the commit.
pub(super) async fn tell_guests(
    conn: &mut PgConnection,
    event: EventId,
    news: EventNews,
    now: Timestamp,
) -> Result<()> {
    match news {
        EventNews::Changed => interests::tell(conn, event, InterestNews::Moved, now).await?,
        EventNews::Cancelled { .. } => {
            interests::tell(conn, event, InterestNews::Cancelled, now).await?;
        }
        EventNews::Relinked | EventNews::GivingOn => {}
    }
    let job = TellGuests {
        event,
        news,
        at: now.as_microsecond(),
        after: SeatBookingId(0),
        waiting_after: None,
    };
    push(conn, &job).await
}

async fn push(conn: &mut PgConnection, job: &TellGuests) -> Result<()> {
    let key = match job.waiting_after {
        None => format!("event:{}:{}:{}", job.event, job.at, job.after),
        Some(after) => format!("event:{}:{}:waiting:{after}", job.event, job.at),
    };
    jobs::push(conn, job, &key, None).await
}

impl Job for TellGuest {
    const KIND: &'static str = "seat_booking";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        // Before the guest's row is held: trades are locked before members.
        match self.news {
            GuestNews::GivenBack => {
                meetings::tell_of_guest(cx, &mut tx, self.booking, GivenBack).await?;
            }
            GuestNews::Confirmed | GuestNews::Granted => {
                meetings::tell_of_guest(cx, &mut tx, self.booking, SeatsTaken).await?;
            }
            GuestNews::Offered | GuestNews::Lapsed => {}
        }
        if !self.told_of_several
            && let Some(ticket) = views::ticket(&mut tx, self.booking).await?
            && let Some(message) = of_seats(cx, &ticket, &self.news)
        {
            let key = format!("seats:{}:{}", self.booking, claim.id);
            let calendar = match self.news {
                GuestNews::Confirmed | GuestNews::Granted => {
                    invitation(cx, &mut tx, self.booking, Method::Request, None).await?
                }
                GuestNews::GivenBack => {
                    invitation(cx, &mut tx, self.booking, Method::Cancel, None).await?
                }
                GuestNews::Offered | GuestNews::Lapsed => None,
            };
            send(cx, &mut tx, &ticket, message, calendar, &key).await?;
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

impl Job for TellGuests {
    const KIND: &'static str = "event";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        if self.waiting_after.is_none() && self.after == SeatBookingId(0) {
            meetings::tell_of_event(cx, &mut tx, self.event, &self.news).await?;
            circles::tell_of_event(cx, &mut tx, self.event, &self.news, self.at).await?;
        }
        let next = match self.waiting_after {
            None => self.tell_guests(cx, &mut tx).await?,
            Some(after) => self.tell_waiting(cx, &mut tx, after).await?,
        };
        if let Some(next) = next {
            push(&mut tx, &next).await?;
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

impl TellGuests {
    fn is_cancelled(&self) -> bool {
        matches!(self.news, EventNews::Cancelled { .. })
    }

    /// Tells some, and gives what is to be done next.
    async fn tell_guests(self, cx: &Cx, conn: &mut PgConnection) -> Result<Option<Self>> {
        let cancelled = self.is_cancelled();
        let guests =
            views::to_tell(conn, self.event, cancelled, self.at, self.after, AT_ONCE).await?;
        for &booking in &guests {
            if let Some(ticket) = views::ticket(conn, booking).await?
                && online::is_for(&self.news, &ticket)
            {
                let key = format!("event:{}:{}:{booking}", self.event, self.at);
                let message = of_event(cx, &ticket, &self.news);
                let calendar = match &self.news {
                    EventNews::Changed | EventNews::Relinked => {
                        invitation(cx, conn, booking, Method::Request, None).await?
                    }
                    EventNews::GivingOn => None,
                    EventNews::Cancelled { title, .. } => {
                        let title = Some(title.as_str()).filter(|title| !title.is_empty());
                        invitation(cx, conn, booking, Method::Cancel, title).await?
                    }
                };
                send(cx, conn, &ticket, message, calendar, &key).await?;
            }
        }
        Ok(Some(match guests.last() {
            Some(&after) => Self { after, ..self },
            None if matches!(self.news, EventNews::Relinked | EventNews::GivingOn) => {
                return Ok(None);
            }
            None => Self {
                waiting_after: Some(WaitingId(0)),
                ..self
            },
        }))
    }

    /// The same for those who wait.
    async fn tell_waiting(
        self,
        cx: &Cx,
        conn: &mut PgConnection,
        after: WaitingId,
    ) -> Result<Option<Self>> {
        let cancelled = self.is_cancelled();
        let waiting =
            views::waiting_to_tell(conn, self.event, cancelled, self.at, after, AT_ONCE).await?;
        for &one in &waiting {
            if let Some(ticket) = views::waiting_ticket(conn, one).await? {
                let key = format!("event:{}:{}:waiting:{one}", self.event, self.at);
                let message = of_event(cx, &ticket, &self.news);
                send(cx, conn, &ticket, message, None, &key).await?;
            }
        }
        Ok(waiting.last().map(|&last| Self {
            waiting_after: Some(last),
            ..self
        }))
    }
}

/// What is said of seats; nothing when it is not so any more.
fn of_seats(cx: &Cx, ticket: &TicketRow, news: &GuestNews) -> Option<Message> {
    let state = match news {
        GuestNews::Confirmed | GuestNews::Granted => BookingState::Confirmed,
        GuestNews::GivenBack => BookingState::Cancelled,
        GuestNews::Offered => BookingState::Held,
        GuestNews::Lapsed => BookingState::Expired,
    };
    if ticket.state != Some(state) || ticket.occurrence_state == OccurrenceState::Cancelled {
        return None;
    }
    let title = &ticket.title;
    let number = seats(ticket.party);
    let date = date(cx, ticket);
    let facts = Facts {
        what: format!("“{title}”"),
        reason: number.clone(),
        until: date.clone(),
        path: path(ticket),
        ..Facts::default()
    };
    let here = format!("{date}. {}", place(ticket));
    Some(match news {
        GuestNews::Confirmed => Message {
            kind: Kind::SeatsConfirmed,
            facts: Facts {
                by_own_step: true,
                ..facts
            },
            subject: format!("Your seats at “{title}”"),
            paragraphs: [Some(here), promise(ticket), Some(CANNOT_COME.into())]
                .into_iter()
                .flatten()
                .collect(),
        },
        GuestNews::GivenBack => Message {
            kind: Kind::SeatsGivenBack,
            facts: Facts {
                by_own_step: true,
                ..facts
            },
            subject: format!("Your seats at “{title}” are given back"),
            paragraphs: vec![
                "Somebody else can have them now. Thank you for saying so.".into(),
                format!("It is on {date}.{}", prices::sentence(ticket)),
            ],
        },
        GuestNews::Granted => Message {
            kind: Kind::SeatsGranted,
            facts,
            subject: format!("You have {number} at “{title}” now"),
            paragraphs: [
                Some("You were on the waiting list, and asked to have what comes free.".into()),
                Some(here),
                promise(ticket),
                Some(CANNOT_COME.into()),
            ]
            .into_iter()
            .flatten()
            .collect(),
        },
        GuestNews::Offered => {
            let by = kept_until(cx, ticket)?;
            let (they_are, them) = match ticket.party {
                1 => ("It is", "it"),
                _ => ("They are", "them"),
            };
            Message {
                kind: Kind::SeatsOffered,
                facts: Facts {
                    until: by.clone(),
                    ..facts
                },
                subject: format!("{} free for you at “{title}”", seats_are(ticket.party)),
                paragraphs: vec![
                    here,
                    format!("{they_are} kept for you until {by}. Then the next one on the list has {them}: say that you come, or that you do not."),
                ],
            }
        }
        GuestNews::Lapsed => Message {
            kind: Kind::OfferLapsed,
            facts,
            subject: format!("Your seats at “{title}” are no longer kept"),
            paragraphs: vec![
                "You had not answered in time. After the first offer that runs out you go on waiting at the end of the list; after the second you are taken from it.".into(),
            ],
        },
    })
}

/// Until when seats are kept for a guest, by the guest's clock.
fn kept_until(cx: &Cx, ticket: &TicketRow) -> Option<String> {
    let zone = TimeZone::get(&ticket.guest_zone).unwrap_or(TimeZone::UTC);
    let until = ticket.held_until?.to_jiff();
    let day = day_in_words(until, &zone, cx.now());
    let time = until.to_zoned(zone).strftime("%H:%M %Z").to_string();
    Some(format!("{day}, {time}"))
}

fn seats_are(number: i32) -> String {
    match number {
        1 => "A seat is".into(),
        number => format!("{number} seats are"),
    }
}

/// What becomes of somebody's seats when the event is moved.
fn stays(cx: &Cx, ticket: &TicketRow) -> String {
    match (ticket.state, kept_until(cx, ticket)) {
        (None, _) => "You stay on the waiting list. If you cannot come then, leave it on the page of the event.".into(),
        (Some(BookingState::Held), Some(until)) => {
            format!("{} kept for you until {until}.", seats_are(ticket.party))
        }
        (Some(_), _) => format!(
            "Your {} yours. If you cannot come then, give them back on the page of the event.",
            match ticket.party {
                1 => "seat stays".to_owned(),
                number => format!("{number} seats stay"),
            }
        ),
    }
}

/// What is said of the event.
fn of_event(cx: &Cx, ticket: &TicketRow, news: &EventNews) -> Message {
    let title = match news {
        EventNews::Cancelled { title, .. } if !title.is_empty() => title,
        _ => &ticket.title,
    };
    let date = date(cx, ticket);
    let facts = Facts {
        what: format!("“{title}”"),
        until: date.clone(),
        path: path(ticket),
        ..Facts::default()
    };
    match news {
        EventNews::Changed => Message {
            kind: Kind::EventChanged,
            facts,
            subject: format!("“{title}” has been moved"),
            paragraphs: [
                Some(format!("It is now: {date}. {}", place(ticket))),
                Some(stays(cx, ticket)),
                // Whoever waits has nothing to lose.
                ticket.state.and_then(|_| promise(ticket)),
            ]
            .into_iter()
            .flatten()
            .collect(),
        },
        EventNews::Relinked => online::relinked(ticket, facts),
        EventNews::GivingOn => sooner(cx, ticket, facts),
        EventNews::Cancelled {
            reason,
            by_moderator,
            ..
        } => Message {
            kind: Kind::EventCancelled,
            facts: Facts {
                reason: reason.clone(),
                ..facts
            },
            subject: format!("“{title}” is cancelled"),
            paragraphs: [
                (!reason.is_empty()).then(|| cancelled(*by_moderator, reason)),
                Some(format!("It would have been: {date}. {}", place(ticket))),
            ]
            .into_iter()
            .flatten()
            .collect(),
        },
    }
}
