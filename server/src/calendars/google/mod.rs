//! A member's Google Calendar, into which their seats are written by jobs: nothing that a guest or a
//! host does ever waits for Google. It is off unless the operator has made the site known there.
//!
//! What is kept is the permission, sealed with the key of the site, and which entries Google has.
//! What has become of seats is told by the hook `at_event`, in jobs of events; a schedule finds what
//! that has missed.

mod api;
mod entry;
mod leaving;
mod sync;
#[cfg(test)]
mod tests;
mod way;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use dogear_domain::ids::{EventId, OccurrenceId, UserId};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use tokio::sync::Semaphore;
use uuid::Uuid;

use self::api::Problem;
use self::way::Way;
use super::repo::entries;
use super::repo::google::{self as repo, Brought};
use crate::db::in_batches;
use crate::hooks::OccurrenceNews;
use crate::jobs::schedule::{Interval, Schedule};
use crate::limits::OUTSIDE;
use crate::secrets::seal;
use crate::settings::GoogleSettings;
use crate::{Cx, Error, Result, Settings};

pub use leaving::GiveBack;
pub use sync::SyncEntry;

/// Readers who wait for Google at once, in this process.
static ROOM: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(4)));
/// Dates that are looked after in one run of the schedule; the rest is some minutes away.
const BATCH: i64 = 500;
/// For how long it is known what Google has of what is over.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Characters of a code; Google's have about a hundred.
const LONGEST_CODE: usize = 1024;

/// What a permission is sealed for: no other opens with it.
fn sealed_for(grant: Uuid) -> String {
    format!("google permission {grant}")
}

/// Where readers come back to from Google. The operator has to name it there.
fn back(settings: &Settings) -> String {
    settings.link(dogear_urls::GOOGLE_BACK)
}

/// How things stand with a reader's Google Calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is not connected.
    Off {
        /// Where the reader gives their permission, at Google.
        consent: String,
    },
    /// It was, and what Google has is being taken out.
    Leaving,
    /// It is.
    On {
        /// Since when.
        since: Timestamp,
        /// When Google last took an entry.
        synced_at: Option<Timestamp>,
        /// Entries that are still to be written.
        waiting: i64,
        /// Those that could not be.
        failed: i64,
    },
    /// Google does not take the permission any more.
    Ended {
        /// When that came out.
        at: Timestamp,
        /// Where the reader gives it anew, at Google.
        consent: String,
    },
}

/// How things stand with the reader's Google Calendar; nothing where this site is not known to
/// Google.
///
/// # Errors
/// `SignInRequired`.
pub async fn standing(cx: &Cx) -> Result<Option<State>> {
    let reader = cx.reader()?;
    let settings = &cx.services.settings;
    let Some(google) = &settings.google else {
        return Ok(None);
    };
    let row = repo::standing(cx.db(), reader.id).await?;
    let consent = || {
        let way = Way::new(&settings.secret_key, reader.session, cx.now());
        api::consent(google, &back(settings), &way.state, &way.challenge())
            .map(String::from)
            .map_err(|_| Error::internal("Google's address cannot be made"))
    };
    Ok(Some(match (row.connected_at, row.ended_at) {
        _ if row.leaving => State::Leaving,
        (None, _) => State::Off {
            consent: consent()?,
        },
        (Some(_), Some(at)) => State::Ended {
            at: at.to_jiff(),
            consent: consent()?,
        },
        (Some(since), None) => State::On {
            since: since.to_jiff(),
            synced_at: row.synced_at.map(jiff_sqlx::Timestamp::to_jiff),
            waiting: row.waiting,
            failed: row.failed,
        },
    }))
}

/// What stands in the address with which Google sends a reader back. All of it may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Back {
    /// What was sent along.
    pub state: String,
    /// What the permission is asked for with, once.
    pub code: String,
    /// Why there is none.
    pub error: String,
}

/// What has come of a way to Google and back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The calendar is connected.
    Connected,
    /// The way is of another session, or too old.
    Lost,
    /// It was gone before.
    GoneBefore,
    /// The reader has said no.
    Denied,
    /// They have said yes, but not to entries.
    NoEntries,
    /// Google does not take the code, or says that something is wrong.
    Refused,
    /// Google does not answer, or with nonsense.
    NoAnswer,
    /// What was connected before is still being given back.
    Leaving,
    /// A calendar was connected meanwhile, and stays so.
    Already,
}

impl Outcome {
    /// A sentence for the reader: what is so, and what to do.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Connected => {
                "Your Google Calendar is connected. Your seats will stand there in a moment."
            }
            Self::Lost => {
                "This way back from Google does not hold any more. Nothing was connected: begin again here."
            }
            Self::GoneBefore => {
                "You have come back from Google on this way before. What stands here is how things are."
            }
            Self::Denied => {
                "You have not allowed it at Google, so nothing was connected. If you would like to after all, begin again here."
            }
            Self::NoEntries => {
                "Google did not allow us to write entries, so nothing was connected. Begin again, and tick the box for events on Google’s page."
            }
            Self::Refused => "Google did not agree, so nothing was connected. Begin again here.",
            Self::NoAnswer => {
                "Google does not answer properly just now, so nothing was connected. Begin again in a few minutes."
            }
            Self::Leaving => {
                "What was connected before is still being taken out. Begin again in a few minutes."
            }
            Self::Already => {
                "Your Google Calendar was connected before, and stays so. If you have chosen another account this time, nothing of it was kept: disconnect the first, then begin again."
            }
        }
    }
}

/// A reader comes back from Google: with a permission their calendar is connected, and all their
/// coming seats are written into it. Each way can be gone once.
///
/// # Errors
/// `SignInRequired`; `NotFound` where this site is not known to Google; `TooMany`.
pub async fn connect(cx: &Cx, came: &Back) -> Result<Outcome> {
    let reader = cx.reader()?;
    let settings = &cx.services.settings;
    let google = settings.google.clone().ok_or(Error::NotFound)?;
    let key = &settings.secret_key;
    let Some(way) = Way::back(key, &came.state, reader.session, cx.now()) else {
        return Ok(Outcome::Lost);
    };
    if !repo::use_way(cx.db(), &way.hash(), cx.now()).await? {
        return Ok(Outcome::GoneBefore);
    }
    match (came.error.as_str(), came.code.len()) {
        ("", 1..=LONGEST_CODE) => {}
        ("access_denied", _) => return Ok(Outcome::Denied),
        _ => return Ok(Outcome::Refused),
    }
    cx.limit_by_caller(OUTSIDE).await?;
    let Ok(room) = ROOM.clone().try_acquire_owned() else {
        return Ok(Outcome::NoAnswer);
    };
    let (own, code, member) = (cx.clone(), came.code.clone(), reader.id);
    // What Google gives is kept also when the reader has gone.
    let connecting = tokio::spawn(async move {
        let _room = room;
        exchange(&own, &google, member, &code, &way.verifier).await
    });
    connecting.await.map_err(Error::internal)?
}

async fn exchange(
    cx: &Cx,
    google: &GoogleSettings,
    member: UserId,
    code: &str,
    verifier: &str,
) -> Result<Outcome> {
    let settings = &cx.services.settings;
    let granted = match api::exchange(google, code, verifier, &back(settings)).await {
        Ok(granted) => granted,
        Err(Problem::Ended | Problem::Refused(_)) => return Ok(Outcome::Refused),
        Err(problem) => {
            tracing::warn!(?problem, "a Google Calendar was not connected");
            return Ok(Outcome::NoAnswer);
        }
    };
    let Some(refresh) = granted.refresh_token.filter(|_| granted.may_write) else {
        // What is of no use to us is not ours to keep.
        if let Err(problem) = api::revoke(google, &granted.access.token).await {
            tracing::warn!(?problem, "a permission of no use was not given back");
        }
        return Ok(if granted.may_write {
            Outcome::Refused
        } else {
            Outcome::NoEntries
        });
    };
    let grant = Uuid::new_v4();
    let sealed = seal(&settings.secret_key, &sealed_for(grant), &refresh);
    let mut tx = cx.begin().await?;
    let outcome = match repo::connect(&mut tx, member, grant, &sealed, cx.now()).await? {
        Brought::Kept => {
            let wanted = entries::want_all(&mut tx, member, cx.now()).await?;
            sync::push_all(&mut tx, &wanted).await?;
            Outcome::Connected
        }
        // Forgotten and not given back: of the same account Google would end the first, too.
        Brought::HasOne => return Ok(Outcome::Already),
        Brought::Refused => {
            repo::refuse(&mut tx, member, grant, &sealed, cx.now()).await?;
            leaving::push(&mut tx, grant, None).await?;
            Outcome::Leaving
        }
    };
    tx.commit().await?;
    Ok(outcome)
}

/// Forgets the reader's Google Calendar: at Google and here, by a job. The entries of what is to
/// come are taken out of it if `remove`. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`.
pub async fn disconnect(cx: &Cx, remove: bool) -> Result<()> {
    let reader = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    leave(&mut tx, reader, remove, Some(cx.now())).await?;
    tx.commit().await
}

async fn leave(
    conn: &mut PgConnection,
    member: UserId,
    remove: bool,
    now: Option<Timestamp>,
) -> Result<()> {
    if let Some(row) = repo::leave(&mut *conn, member, remove, now).await? {
        let at = row.from.map(jiff_sqlx::Timestamp::to_jiff);
        leaving::push(conn, row.grant, at).await?;
    }
    Ok(())
}

/// Has everything tried again that could not be written into the reader's calendar. Doing it twice
/// is fine.
///
/// # Errors
/// `SignInRequired`.
pub async fn try_again(cx: &Cx) -> Result<()> {
    let reader = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let wanted = entries::want_failed(&mut tx, reader).await?;
    sync::push_all(&mut tx, &wanted).await?;
    tx.commit().await
}

/// Why seats are not in the connected calendar of their guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsynced {
    /// They soon will be, as they are now.
    Waiting,
    /// It was tried in vain for the last time.
    Failed,
}

/// At which events the reader has seats that are not in their connected calendar, or not as they
/// are: at all that are to come, or at one. None where nothing is connected.
///
/// # Errors
/// `SignInRequired`.
pub async fn unsynced(cx: &Cx, event: Option<EventId>) -> Result<HashMap<EventId, Unsynced>> {
    let reader = cx.reader()?.id;
    if cx.services.settings.google.is_none() {
        return Ok(HashMap::new());
    }
    let rows = entries::unsynced(cx.db(), reader, event, cx.now()).await?;
    Ok(rows
        .into_iter()
        .map(|(event, failed)| {
            let why = if failed {
                Unsynced::Failed
            } else {
                Unsynced::Waiting
            };
            (event, why)
        })
        .collect())
}

/// Has the calendars of guests follow what has become of a date. In the transaction of a job, where
/// nobody waits.
///
/// # Errors
/// Those of the database.
pub(crate) async fn at_event(
    conn: &mut PgConnection,
    cx: &Cx,
    occurrence: OccurrenceId,
    news: OccurrenceNews,
) -> Result<()> {
    if cx.services.settings.google.is_none() {
        return Ok(());
    }
    let guest = match news {
        OccurrenceNews::Moved | OccurrenceNews::Cancelled => None,
        OccurrenceNews::SeatsTaken(guest) | OccurrenceNews::GivenBack(guest) => Some(guest),
        OccurrenceNews::Arrived(_) => return Ok(()),
    };
    want_at(conn, occurrence, guest).await
}

async fn want_at(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: Option<UserId>,
) -> Result<()> {
    let wanted = entries::want_at(&mut *conn, occurrence, guest).await?;
    sync::push_all(conn, &wanted).await
}

/// What of a member who leaves goes from here, and from Google by a job that does not know whose it
/// was.
///
/// # Errors
/// Those of the database.
pub(super) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    leave(&mut *conn, user, true, None).await?;
    repo::forget_member(conn, user).await
}

/// What is done for Google Calendars by the clock.
pub(crate) fn schedules() -> [Schedule; 2] {
    [
        Schedule {
            name: "seats in Google Calendars",
            when: Interval::Every(SignedDuration::from_mins(5)),
            run: |cx| async move { catch_up(&cx).await }.boxed(),
        },
        Schedule {
            name: "clean up Google Calendars",
            when: Interval::Daily {
                hour: 4,
                minute: 10,
            },
            run: |cx| async move { clean_up(&cx).await }.boxed(),
        },
    ]
}

/// Has written what no job was told of: another title, another link online.
async fn catch_up(cx: &Cx) -> Result<()> {
    if cx.services.settings.google.is_none() {
        return Ok(());
    }
    for (occurrence, guest) in entries::behind(cx.db(), cx.now(), BATCH).await? {
        let mut tx = cx.begin().await?;
        want_at(&mut tx, occurrence, Some(guest)).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn clean_up(cx: &Cx) -> Result<()> {
    let now = cx.now();
    in_batches(|most| entries::forget_old(cx.db(), now - KEPT, most)).await?;
    in_batches(|most| repo::forget_ways(cx.db(), way::all_over(now), most)).await
}
