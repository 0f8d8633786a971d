//! How it was: guests who were there are written to on the day after, and say so to those who host
//! it. What they say is for these alone, and without their name unless they show it.

use dogear_domain::events::feedback::{AFTER, AT_MOST_AFTER, FeedbackRefusal, OPEN_DAYS, Rating};
use dogear_domain::events::feedback::{due, may_answer, mean};
use dogear_domain::events::leftovers;
use dogear_domain::events::reminders::Due;
use dogear_domain::fields::{FeedbackWords, FieldErrors};
use dogear_domain::ids::{EventId, FeedbackId, SeatBookingId, UserId, WorkId};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use sqlx::PgConnection;

use super::guest_mail::{Message, date, send};
use super::page::{EventPage, page};
use super::repo::feedback::{self as repo, Candidate, GuestRow, NextRow, Said, SeenRow};
use super::repo::reminders;
use super::repo::views::{self, TicketRow};
use super::words::when;
use crate::notifications::{Facts, Kind};
use crate::{Cx, Error, Result};

/// Guests that are looked at in one statement.
const BATCH: i64 = 500;
/// Dates to come that are named.
const NEXT: i64 = 3;
/// Words of guests that a host sees.
const SHOWN: i64 = 200;

/// What a guest says, as they type it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedbackForm {
    /// From 1 to 5.
    pub rating: String,
    /// They would come again.
    pub would_return: bool,
    /// For those who host it; may be empty.
    pub words: String,
    /// Those may see whose words they are.
    pub shows_name: bool,
}

/// A book that was there and can still be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenBook {
    /// What it is a copy of.
    pub work: WorkId,
    /// Of the work's page.
    pub slug: String,
    /// The edition's own, or the work's.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
    /// ISO 639-1, or empty.
    pub language: String,
    /// So many copies of the work were there.
    pub copies: i64,
}

impl From<SeenRow> for SeenBook {
    fn from(row: SeenRow) -> Self {
        Self {
            work: row.work,
            slug: row.slug,
            title: row.title,
            author_line: row.author_line,
            language: row.language,
            copies: row.copies,
        }
    }
}

/// A date to come of the same host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextDate {
    /// Its event.
    pub event: EventId,
    /// Of its page.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// When it is, in words, by the clock of the place.
    pub when: String,
    /// The town.
    pub city: String,
    /// It is the next one of the same series.
    pub is_series: bool,
}

/// The page on which a guest says how it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedbackPage {
    /// The event as its page shows it.
    pub event: EventPage,
    /// Why nothing can be said now, if that is so.
    pub closed: Option<FeedbackRefusal>,
    /// What they have said; none when they have not.
    pub own: Option<FeedbackForm>,
    /// They have said what they bring, and that is still known.
    pub brings: bool,
    /// What others had with them and can still be had.
    pub books: Vec<SeenBook>,
    /// What is to come.
    pub next: Vec<NextDate>,
}

/// A guest who was there, and the event.
async fn was_there(cx: &Cx, event: EventId, guest: UserId) -> Result<(EventPage, GuestRow)> {
    let event = page(cx, event).await?;
    let row = repo::guest(cx.db(), event.id, guest).await?;
    Ok((event, row.ok_or(Error::NotFound)?))
}

/// The page on which whoever asks says how it was.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever was not there.
pub async fn feedback(cx: &Cx, event: EventId) -> Result<FeedbackPage> {
    let reader = cx.reader()?.id;
    let (event, row) = was_there(cx, event, reader).await?;
    let closed = may_answer(event.seating.state, event.ends_at, cx.now()).err();
    let mut conn = cx.db().acquire().await?;
    let books = match closed {
        None => repo::seen(&mut conn, row.occurrence, reader, cx.now()).await?,
        Some(_) => Vec::new(),
    };
    let next = next(cx, &mut conn, event.id, reader).await?;
    let own = row.rating.map(|rating| FeedbackForm {
        rating: rating.to_string(),
        would_return: row.would_return.unwrap_or_default(),
        words: row.words.unwrap_or_default(),
        shows_name: row.shows_name.unwrap_or_default(),
    });
    Ok(FeedbackPage {
        closed,
        own,
        brings: row.brings,
        books: books.into_iter().map(SeenBook::from).collect(),
        next,
        event,
    })
}

/// What is to come: the next date of the same series, or others of the same host.
async fn next(
    cx: &Cx,
    conn: &mut PgConnection,
    event: EventId,
    guest: UserId,
) -> Result<Vec<NextDate>> {
    let mut rows = repo::next(conn, event, guest, cx.now(), NEXT).await?;
    if rows.first().is_some_and(|row| row.is_series) {
        rows.truncate(1);
    }
    let of = |row: NextRow| NextDate {
        when: when(
            row.starts_at.to_jiff(),
            row.ends_at.to_jiff(),
            &row.time_zone,
            cx.now(),
        ),
        event: row.event,
        slug: row.slug,
        title: row.title,
        city: row.city,
        is_series: row.is_series,
    };
    Ok(rows.into_iter().map(of).collect())
}

/// Says how it was, in the place of what whoever asks has said before. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever was not there; `Invalid` without a rating,
/// and for words that are too long; `Conflict` before it is over, and a month after.
pub async fn save_feedback(cx: &Cx, event: EventId, form: &FeedbackForm) -> Result<()> {
    let guest = cx.member()?.id;
    let (event, row) = was_there(cx, event, guest).await?;
    let mut errors = FieldErrors::default();
    let rating = errors.take("rating", Rating::parse(&form.rating));
    let words = errors.take("words", FeedbackWords::parse(&form.words));
    let (Some(rating), Some(words)) = (rating, words) else {
        return Err(Error::Invalid(errors));
    };
    may_answer(event.seating.state, event.ends_at, cx.now())
        .map_err(|why| Error::Conflict(why.to_string()))?;
    let said = Said {
        rating,
        would_return: form.would_return,
        words,
        shows_name: form.shows_name,
    };
    let mut tx = cx.begin().await?;
    if !repo::put(&mut tx, row.booking, &said, cx.now()).await? {
        return Err(Error::NotFound);
    }
    tx.commit().await
}

/// Takes back what whoever asks has said of an event. Those who host it neither read nor count it any
/// more; what they have reported, moderators still see. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever was not there; `Conflict` a month after it is over.
pub async fn withdraw_feedback(cx: &Cx, event: EventId) -> Result<()> {
    let guest = cx.reader()?.id;
    let (event, row) = was_there(cx, event, guest).await?;
    may_answer(event.seating.state, event.ends_at, cx.now())
        .map_err(|why| Error::Conflict(why.to_string()))?;
    let mut tx = cx.begin().await?;
    repo::withdraw(&mut tx, row.booking, cx.now()).await?;
    tx.commit().await
}

/// Words of a guest, for those who host it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestWords {
    /// By which they are reported.
    pub id: FeedbackId,
    /// What they have written.
    pub words: String,
    /// Handle without the @, and name, when they show them.
    pub by: Option<(String, String)>,
}

/// How it was, for those who host it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// So many have answered.
    pub number: i64,
    /// Of their ratings, to one digit; none of none.
    pub mean: Option<String>,
    /// So many would come again.
    pub would_return: i64,
    /// What they have written, the last first.
    pub words: Vec<GuestWords>,
}

/// How an event was, for those who host it; none for everybody else, and before it is over.
///
/// # Errors
/// Those of the database.
pub async fn feedback_of(cx: &Cx, event: &EventPage) -> Result<Option<Feedback>> {
    if !event.is_run_by_viewer() || !event.is_over(cx.now()) {
        return Ok(None);
    }
    let sum = repo::sum(cx.db(), event.id).await?;
    let words = repo::words(cx.db(), event.id, SHOWN).await?;
    Ok(Some(Feedback {
        number: sum.number,
        mean: mean(sum.sum, sum.number),
        would_return: sum.would_return,
        words: (words.into_iter())
            .map(|row| GuestWords {
                id: row.id,
                words: row.words,
                by: row.handle.zip(row.name),
            })
            .collect(),
    }))
}

/// Writes to everybody who was a guest of what is over, once, on the day after.
///
/// # Errors
/// The first failure, after everybody else was tried.
pub(super) async fn write_after(cx: &Cx) -> Result<()> {
    let mut failure = None;
    let mut after = SeatBookingId(0);
    loop {
        let span = (cx.now() - AT_MOST_AFTER, cx.now());
        let batch = repo::candidates(cx.db(), span, after, None, BATCH).await?;
        let Some(last) = batch.last() else {
            break;
        };
        after = last.booking;
        for candidate in &batch {
            if let Err(error) = write_to(cx, candidate).await {
                tracing::warn!(%error, booking = candidate.booking.0, "a guest was not asked how it was; it will be tried again");
                failure.get_or_insert(error);
            }
        }
    }
    failure.map_or(Ok(()), Err)
}

async fn write_to(cx: &Cx, candidate: &Candidate) -> Result<()> {
    let zone = TimeZone::get(&candidate.time_zone).unwrap_or(TimeZone::UTC);
    let (now, ends_at) = (cx.now(), candidate.ends_at.to_jiff());
    let sent_at = match due(ends_at, &zone, now) {
        Due::Later => return Ok(()),
        Due::Now => Some(now),
        Due::Never => None,
    };
    let mut tx = cx.begin().await?;
    // With the guest's row kept from being erased meanwhile.
    let Some(ticket) = views::ticket(&mut tx, candidate.booking).await? else {
        return Ok(());
    };
    // Looked at again: it may be another day by now, or not for them any more.
    let span = (now - AT_MOST_AFTER, now);
    let none = SeatBookingId(0);
    let still = repo::candidates(&mut *tx, span, none, Some(candidate.booking), 1).await?;
    if !still.iter().any(|still| still.ends_at == candidate.ends_at) {
        return Ok(());
    }
    let is_new = reminders::note(&mut tx, candidate.booking, AFTER, sent_at).await?;
    if is_new && sent_at.is_some() {
        tell(cx, &mut tx, &ticket, candidate.booking).await?;
    }
    tx.commit().await
}

/// Writes the mail and the notice.
async fn tell(
    cx: &Cx,
    conn: &mut PgConnection,
    ticket: &TicketRow,
    booking: SeatBookingId,
) -> Result<()> {
    let title = &ticket.title;
    let mut paragraphs = vec![
        format!("Thank you for coming: {}.", date(cx, ticket)),
        format!(
            "Say how it was, if you like. It takes a minute, those who host it alone read it, and your name stands there only if you want it to. You can until {}.",
            last_day(ticket, OPEN_DAYS)
        ),
    ];
    if let Some(row) = repo::guest(&mut *conn, ticket.event, ticket.guest).await? {
        if row.brings {
            paragraphs.push(format!(
                "Until {} you can also say what became of the books that you brought.",
                last_day(ticket, leftovers::OPEN.as_hours() / 24)
            ));
        }
        let books = repo::seen(&mut *conn, row.occurrence, ticket.guest, cx.now()).await?;
        paragraphs.extend(still_to_be_had(&books));
    }
    let next = next(cx, conn, ticket.event, ticket.guest).await?;
    paragraphs.extend(to_come(&next));
    let message = Message {
        kind: Kind::AfterEvent,
        facts: Facts {
            what: format!("“{title}”"),
            path: dogear_urls::event_feedback(ticket.event),
            ..Facts::default()
        },
        subject: format!("How was “{title}”?"),
        paragraphs,
    };
    send(cx, conn, ticket, message, None, &format!("after:{booking}")).await
}

/// The last whole day, by the guest's own clock, of something that they can do for so many days after
/// the end.
fn last_day(ticket: &TicketRow, days: i64) -> String {
    let zone = TimeZone::get(&ticket.guest_zone).unwrap_or(TimeZone::UTC);
    let ends: Timestamp = ticket.ends_at.to_jiff();
    let day = ends.to_zoned(zone).date();
    let last = day.checked_add((days - 1).days()).unwrap_or(day);
    last.strftime("%-d %B").to_string()
}

/// What can still be had, in a sentence.
fn still_to_be_had(books: &[repo::SeenRow]) -> Option<String> {
    let named: Vec<String> = books
        .iter()
        .map(|book| {
            let copies = match book.copies {
                1 => String::new(),
                copies => format!(" ({copies} copies)"),
            };
            match book.author_line.as_str() {
                "" => format!("“{}”{copies}", book.title),
                author => format!("“{}” by {author}{copies}", book.title),
            }
        })
        .collect();
    (!named.is_empty()).then(|| {
        format!(
            "Books that were there and can still be had: {}. The page has the way to each.",
            named.join("; ")
        )
    })
}

/// What is to come, in a sentence.
fn to_come(next: &[NextDate]) -> Option<String> {
    let first = next.first()?;
    if first.is_series {
        return Some(format!("The next date is {}.", first.when));
    }
    let named: Vec<String> = next
        .iter()
        .map(|date| format!("“{}”, {}", date.title, date.when))
        .collect();
    Some(format!("To come from the same host: {}.", named.join("; ")))
}
