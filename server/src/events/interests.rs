//! Members who are interested in an event without taking a seat. They are counted on its page; what
//! they note is for the host alone. They are told when it moves or is cancelled, and when its series
//! has a new date.

use dogear_domain::events::OccurrenceState;
use dogear_domain::fields::{FieldErrors, InterestNote};
use dogear_domain::ids::{EventId, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::page::{EventPage, page};
use super::repo::interests::{self as repo, NewsRow};
use super::repo::{hosting, occurrences};
use super::words::when;
use crate::jobs::{self, Claim, Job};
use crate::mail::templates;
use crate::notifications::{self, Facts, Kind, sentence};
use crate::{Cx, Error, Result};

/// Members who are told in one transaction.
const AT_ONCE: i64 = 100;
/// New dates that a mail names.
const NAMED: usize = 10;
/// So many the host sees.
const SHOWN: i64 = 200;
/// So long after its end it is forgotten who was interested.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Who is interested, as the page of an event says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interest {
    /// So many are.
    pub number: i64,
    /// Whoever asks is, and has noted this for the host; may be empty.
    pub own: Option<String>,
}

/// A member who is interested, for the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interested {
    /// Without the @.
    pub handle: String,
    /// What they want to be called.
    pub name: String,
    /// What they have noted; may be empty.
    pub note: String,
}

/// How many are interested in an event, and whether whoever asks is; none where it is not asked, as
/// of what is over or does not take place.
///
/// # Errors
/// Those of the database.
pub async fn interest(cx: &Cx, event: &EventPage) -> Result<Option<Interest>> {
    if closed(event, cx.now()).is_some() {
        return Ok(None);
    }
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let (number, own) = repo::of_event(cx.db(), event.id, reader).await?;
    Ok(Some(Interest { number, own }))
}

/// Why nobody can say that they are interested, if that is so.
fn closed(event: &EventPage, now: Timestamp) -> Option<&'static str> {
    match event.seating.state {
        OccurrenceState::Draft => Some("It is not published yet."),
        OccurrenceState::Cancelled => Some("It does not take place."),
        OccurrenceState::Published if event.starts_at <= now => Some("It has begun already."),
        OccurrenceState::Published => None,
    }
}

/// Notes that whoever asks is interested, with a note for the host in the place of one that they
/// have written before.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for an event that they do not see; `Invalid` when the
/// note is too long; `Conflict` for their own event, and for one that has begun or does not take
/// place.
pub async fn be_interested(cx: &Cx, event: EventId, note: &str) -> Result<()> {
    let reader = cx.member()?.id;
    let shown = page(cx, event).await?;
    let note = InterestNote::parse(note)
        .map_err(|problem| Error::Invalid(FieldErrors::one("note", problem)))?;
    if let Some(why) = closed(&shown, cx.now()) {
        return Err(Error::Conflict(why.into()));
    }
    if shown.host.is_viewer {
        return Err(Error::Conflict("This is your own event.".into()));
    }
    let mut tx = cx.begin().await?;
    repo::put(&mut tx, event, reader, &note, cx.now()).await?;
    tx.commit().await
}

/// Takes it back. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`.
pub async fn drop_interest(cx: &Cx, event: EventId) -> Result<()> {
    repo::remove(cx.db(), event, cx.reader()?.id).await
}

/// Who is interested in an event of whoever asks, the first first; at most two hundred.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever is not its host.
pub async fn interested(cx: &Cx, event: EventId) -> Result<Vec<Interested>> {
    let host = cx.reader()?.id;
    occurrences::hosted(cx.db(), event, host)
        .await?
        .ok_or(Error::NotFound)?;
    let rows = repo::list(cx.db(), event, SHOWN).await?;
    Ok((rows.into_iter())
        .map(|row| Interested {
            handle: row.handle,
            name: row.name,
            note: row.note,
        })
        .collect())
}

/// Forgets who was interested in what has been over for a month.
///
/// # Errors
/// Those of the database.
pub(super) async fn forget(cx: &Cx) -> Result<()> {
    let by = cx.now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
    repo::forget_over(cx.db(), by).await
}

/// What those who are interested are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum InterestNews {
    /// It is at another time or place.
    Moved,
    /// It does not take place.
    Cancelled,
    /// The series of an event that interests them has this date, too.
    NewDate,
}

/// Tells all who are interested in an event, some at a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellInterested {
    event: EventId,
    news: InterestNews,
    /// What it was called when it was cancelled: of a host who leaves, nothing else stays.
    #[serde(default)]
    title: String,
    /// When it happened, in microseconds since 1970: so that a second change is told too.
    at: i64,
    /// Members up to here know.
    after: UserId,
    /// Other new dates of the same series, of which they are told at once.
    #[serde(default)]
    more: Vec<EventId>,
}

/// Has everybody told who is interested, after the commit; nothing is done when nobody is.
pub(super) async fn tell(
    conn: &mut PgConnection,
    event: EventId,
    news: InterestNews,
    now: Timestamp,
) -> Result<()> {
    if !repo::any(conn, event, news == InterestNews::NewDate).await? {
        return Ok(());
    }
    let title = match news {
        InterestNews::Cancelled => hosting::title(conn, event).await?,
        InterestNews::Moved | InterestNews::NewDate => String::new(),
    };
    let job = TellInterested {
        event,
        news,
        title,
        at: now.as_microsecond(),
        after: UserId(0),
        more: Vec::new(),
    };
    push(conn, &job).await
}

/// The same of new dates of one series that were made together: each reader is told once of all.
pub(super) async fn tell_of_dates(
    conn: &mut PgConnection,
    dates: &[EventId],
    now: Timestamp,
) -> Result<()> {
    let Some((&event, more)) = dates.split_first() else {
        return Ok(());
    };
    if !repo::any(conn, event, true).await? {
        return Ok(());
    }
    let job = TellInterested {
        event,
        news: InterestNews::NewDate,
        title: String::new(),
        at: now.as_microsecond(),
        after: UserId(0),
        more: more.to_vec(),
    };
    push(conn, &job).await
}

async fn push(conn: &mut PgConnection, job: &TellInterested) -> Result<()> {
    let key = format!("interest:{}:{}:{}", job.event, job.at, job.after);
    jobs::push(conn, job, &key, None).await
}

impl Job for TellInterested {
    const KIND: &'static str = "event_interest";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        let mut rows = Vec::new();
        for &event in [self.event].iter().chain(&self.more) {
            let row = repo::news(&mut tx, event).await?;
            if let Some(row) = row.filter(|row| self.is_so(row, cx.now())) {
                rows.push((event, row));
            }
        }
        if let Some(&(event, _)) = rows.first() {
            let series = self.news == InterestNews::NewDate;
            let readers =
                repo::to_tell(&mut tx, event, series, self.after, cx.now(), AT_ONCE).await?;
            for &reader in &readers {
                self.tell(cx, &mut tx, reader, &rows).await?;
            }
            if let Some(&after) = readers.last() {
                push(&mut tx, &Self { after, ..self }).await?;
            }
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// When a date is.
fn on(cx: &Cx, row: &NewsRow) -> String {
    let (starts_at, ends_at) = (row.starts_at.to_jiff(), row.ends_at.to_jiff());
    when(starts_at, ends_at, &row.time_zone, cx.now())
}

impl TellInterested {
    /// Whether it is still as it would be told.
    fn is_so(&self, row: &NewsRow, now: Timestamp) -> bool {
        let state = match self.news {
            InterestNews::Cancelled => OccurrenceState::Cancelled,
            InterestNews::Moved | InterestNews::NewDate => OccurrenceState::Published,
        };
        row.state == state && row.ends_at.to_jiff() > now
    }

    async fn tell(
        &self,
        cx: &Cx,
        conn: &mut PgConnection,
        reader: UserId,
        rows: &[(EventId, NewsRow)],
    ) -> Result<()> {
        let Some((event, row)) = rows.first() else {
            return Ok(());
        };
        let title = if self.title.is_empty() {
            &row.title
        } else {
            &self.title
        };
        let dates: Vec<String> = rows
            .iter()
            .take(NAMED)
            .map(|(_, row)| on(cx, row))
            .collect();
        let date = on(cx, row);
        let (subject, word) = match self.news {
            InterestNews::Moved => (format!("“{title}” has been moved"), ""),
            InterestNews::Cancelled => (format!("“{title}” is cancelled"), "cancelled"),
            InterestNews::NewDate => match rows.len() {
                1 => (format!("“{title}” has a new date"), "new_date"),
                number => (format!("“{title}” has {number} new dates"), "new_dates"),
            },
        };
        let facts = Facts {
            what: format!("“{title}”"),
            until: date.clone(),
            reason: word.into(),
            path: dogear_urls::event(*event, &row.slug),
            ..Facts::default()
        };
        let (heading, path) = sentence(Kind::EventOfInterest, &facts);
        let parts = [row.venue.as_str(), row.city.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let here = match self.news {
            InterestNews::Cancelled => "You had said that you are interested in it.".to_owned(),
            _ => format!(
                "{}{}. {}. You had said that you are interested; seats are taken on its page.",
                dates.join("; "),
                match rows.len().saturating_sub(NAMED) {
                    0 => String::new(),
                    more => format!("; and {more} more"),
                },
                parts.join(", ")
            ),
        };
        let letter = templates::notice(&cx.services.settings, &subject, &heading, &[&here], &path);
        let key = format!("interest:{}:{}:{reader}", self.event, self.at);
        notifications::notify(
            cx,
            conn,
            reader,
            Kind::EventOfInterest,
            &facts,
            &key,
            Some(letter),
        )
        .await
    }
}
