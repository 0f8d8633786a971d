//! Writes seats into the Google Calendar of their guest. A job looks at what is so when it runs, so
//! that the last state wins whichever job comes first; one of them at a time works on an entry, and
//! looks again when something has changed meanwhile.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use dogear_domain::ids::SeatBookingId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::api::{self, Access, Problem, Unwritten};
use super::entry;
use super::sealed_for;
use crate::calendars::repo::entries::{self, Kept, TakenRow, WantedRow};
use crate::calendars::repo::google as repo;
use crate::jobs::{self, Claim, Job};
use crate::mail::templates;
use crate::notifications::{self, Facts, Kind};
use crate::secrets::open;
use crate::settings::GoogleSettings;
use crate::version::fingerprint;
use crate::{Cx, Error, Result, events};

/// For so long an entry is a job's own: longer than all that it asks can take.
const TAKEN_FOR: SignedDuration = SignedDuration::from_secs(90);
/// How often a job looks again; what comes then has a job of its own.
const ROUNDS: usize = 3;
/// How often a job lets itself be sent away before it gives up: for days.
const MOST_WAITS: u32 = 60;
/// Tokens that are kept; with more, all are asked for anew.
const MOST_TOKENS: usize = 10_000;

/// Has the entry of some seats be what they are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SyncEntry {
    booking: SeatBookingId,
    grant: Uuid,
    /// See `google_entries.wanted`.
    wanted: i64,
    /// How often Google has sent it away.
    #[serde(default)]
    waits: u32,
}

/// Tokens that hold for an hour, by permission: in no table and no log.
#[derive(Default)]
pub struct Tokens(Mutex<HashMap<Uuid, (Access, Instant)>>);

impl Tokens {
    /// A token other than `stale`, which Google does not take. Whoever asks meanwhile waits and has
    /// the same.
    async fn access(
        &self,
        google: &GoogleSettings,
        grant: Uuid,
        refresh: &str,
        stale: Option<&str>,
    ) -> Result<String, Problem> {
        let mut kept = self.0.lock().await;
        if let Some((access, until)) = kept.get(&grant)
            && *until > Instant::now()
            && stale.is_none_or(|stale| stale != access.token)
        {
            return Ok(access.token.clone());
        }
        kept.remove(&grant);
        let access = api::refresh(google, refresh).await?;
        if kept.len() >= MOST_TOKENS {
            kept.clear();
        }
        let until = Instant::now() + access.holds;
        kept.insert(grant, (access.clone(), until));
        Ok(access.token)
    }

    async fn forget(&self, grant: Uuid) {
        self.0.lock().await.remove(&grant);
    }
}

/// Has entries written, after the commit.
pub(super) async fn push_all(conn: &mut PgConnection, rows: &[WantedRow]) -> Result<()> {
    for row in rows {
        let job = SyncEntry {
            booking: row.booking,
            grant: row.grant,
            wanted: row.wanted,
            waits: 0,
        };
        push(conn, &job, None).await?;
    }
    Ok(())
}

async fn push(conn: &mut PgConnection, job: &SyncEntry, at: Option<Timestamp>) -> Result<()> {
    let (booking, grant, wanted, waits) = (job.booking, job.grant, job.wanted, job.waits);
    let key = format!("google:{grant}:{booking}:{wanted}:{waits}");
    jobs::push(conn, job, &key, at).await
}

/// What Google is to have.
enum Wish {
    /// This, as a fingerprint and as it is written.
    Entry(String, serde_json::Value),
    Nothing,
    /// Whatever it has: what is over stays as it was.
    AsItIs,
}

impl Job for SyncEntry {
    const KIND: &'static str = "google_entry";
    const PLACES: Option<usize> = Some(2);
    type Kept = Tokens;

    async fn run(self, cx: &Cx, tokens: &Tokens, claim: &Claim) -> Result<()> {
        let Some(google) = &cx.services.settings.google else {
            return finish(cx, claim).await;
        };
        for _ in 0..ROUNDS {
            let now = cx.now();
            let times = (now, now + TAKEN_FOR);
            let Some(row) = entries::take(cx.db(), self.booking, claim.id, times).await? else {
                return finish(cx, claim).await;
            };
            if let Some(until) = row.not_before.map(jiff_sqlx::Timestamp::to_jiff)
                && until > now
            {
                return self.wait(cx, claim, &row, until).await;
            }
            match self.write(cx, google, tokens, claim, &row).await? {
                Ok(Some(kept)) => {
                    if !self.keep(cx, claim, &row, &kept).await? {
                        return Ok(());
                    }
                }
                // Somebody else works on it, it was given up, or it belongs into another calendar.
                Ok(None) => {}
                Err(problem) => return self.fail(cx, tokens, claim, &row, problem).await,
            }
        }
        // It changes as fast as we write. The others have jobs of their own.
        finish(cx, claim).await
    }

    async fn on_dead(self, conn: &mut PgConnection, _reason: &str) -> Result<()> {
        entries::set_failed(conn, self.booking, (self.grant, self.wanted), true).await
    }

    async fn on_revival(self, conn: &mut PgConnection) -> Result<()> {
        entries::set_failed(conn, self.booking, (self.grant, self.wanted), false).await
    }
}

async fn finish(cx: &Cx, claim: &Claim) -> Result<()> {
    let mut tx = cx.begin().await?;
    claim.finish(&mut tx).await?;
    tx.commit().await
}

/// What Google has after a job.
struct Written {
    is_there: bool,
    sent: String,
    read_at: Timestamp,
    /// Google was asked.
    asked: bool,
}

impl SyncEntry {
    async fn wish(&self, cx: &Cx) -> Result<(Wish, Option<Timestamp>)> {
        let settings = &cx.services.settings;
        let seat = events::seat_entry(cx.db(), settings, self.booking, cx.now()).await?;
        let Some(seat) = seat else {
            return Ok((Wish::Nothing, None));
        };
        let wish = match entry::described(&seat) {
            _ if seat.ends_at <= cx.now() => Wish::AsItIs,
            Some(entry) if seat.stands => {
                Wish::Entry(fingerprint(entry.to_string().as_bytes()), entry)
            }
            _ => Wish::Nothing,
        };
        Ok((wish, Some(seat.ends_at)))
    }

    /// Has Google do what is still to be done. Nothing when the entry is not the job's any more.
    async fn write(
        &self,
        cx: &Cx,
        google: &GoogleSettings,
        tokens: &Tokens,
        claim: &Claim,
        row: &TakenRow,
    ) -> Result<Result<Option<Written>, Problem>> {
        let read_at = cx.now();
        let (wish, ends_at) = self.wish(cx).await?;
        let key = &cx.services.settings.secret_key;
        let as_it_is = |is_there: bool| Written {
            is_there,
            sent: row.sent.clone(),
            read_at,
            asked: false,
        };
        let (name, entry) = match &wish {
            Wish::AsItIs => return Ok(Ok(Some(as_it_is(row.is_there)))),
            Wish::Entry(sent, _) if row.is_there && *sent == row.sent => {
                return Ok(Ok(Some(as_it_is(true))));
            }
            Wish::Entry(sent, entry) => {
                // Under the name it has there; an older key of the site made another.
                let name = row.event_id.clone();
                let name = name.unwrap_or_else(|| entry::name(key, self.booking));
                let ends_at = ends_at.unwrap_or(read_at);
                // Before it is sent: what may be there is known to be taken out again.
                let of = (self.booking, row.grant);
                if !entries::name(cx.db(), of, claim.id, &name, ends_at).await? {
                    return Ok(Ok(None));
                }
                (name, Some((sent, entry)))
            }
            Wish::Nothing => match row.event_id.clone() {
                Some(name) => (name, None),
                None => return Ok(Ok(Some(as_it_is(false)))),
            },
        };
        let Some(refresh) = open(key, &sealed_for(row.grant), &row.refresh_token) else {
            // The key of the site is another one: nobody reads this any more.
            return Ok(Err(Problem::Ended));
        };
        let mut stale: Option<String> = None;
        let done = loop {
            let access = tokens.access(google, row.grant, &refresh, stale.as_deref());
            let access = match access.await {
                Ok(access) => access,
                Err(problem) => break Err(problem),
            };
            let done = match entry {
                Some((_, entry)) => put(google, &access, &name, entry, row.is_there).await,
                None => api::remove(google, &access, &name).await,
            };
            match done {
                Err(Problem::Unauthorized) if stale.is_none() => stale = Some(access),
                // Not even a token that was just given.
                Err(Problem::Unauthorized) => break Err(Problem::Ended),
                done => break done,
            }
        };
        Ok(done.map(|()| {
            Some(Written {
                is_there: entry.is_some(),
                sent: entry.map(|(sent, _)| sent.clone()).unwrap_or_default(),
                read_at,
                asked: true,
            })
        }))
    }

    /// Notes what Google has. `true` when there is more to do, or may be.
    async fn keep(
        &self,
        cx: &Cx,
        claim: &Claim,
        row: &TakenRow,
        written: &Written,
    ) -> Result<bool> {
        let mut tx = cx.begin().await?;
        let kept = Kept {
            wanted: row.wanted,
            is_there: written.is_there,
            sent: &written.sent,
            read_at: written.read_at,
        };
        // The connection before its entries, as whoever disconnects has it.
        if written.asked {
            repo::note_synced(&mut tx, row.member, row.grant, cx.now()).await?;
        }
        let of = (self.booking, row.grant);
        let more = entries::keep(&mut tx, of, claim.id, &kept).await?;
        // Of an entry that belongs into another calendar by now, that one has nothing yet.
        let more = more != Some(false);
        if !more {
            claim.finish(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(more)
    }

    /// Comes again later, without having failed.
    async fn wait(&self, cx: &Cx, claim: &Claim, row: &TakenRow, until: Timestamp) -> Result<()> {
        let mut tx = cx.begin().await?;
        let next = Self {
            waits: self.waits + 1,
            ..self.clone()
        };
        if next.waits > MOST_WAITS {
            let wanted = (row.grant, row.wanted);
            entries::set_failed(&mut tx, self.booking, wanted, true).await?;
        } else {
            entries::release(&mut *tx, self.booking, claim.id).await?;
            push(&mut tx, &next, Some(until)).await?;
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }

    async fn fail(
        &self,
        cx: &Cx,
        tokens: &Tokens,
        claim: &Claim,
        row: &TakenRow,
        problem: Problem,
    ) -> Result<()> {
        match problem {
            Problem::Again(why) => {
                entries::release(cx.db(), self.booking, claim.id).await?;
                Err(Error::internal(why))
            }
            Problem::Later(rest) => {
                let until = after(cx.now(), rest, self.waits);
                let mut conn = cx.db().acquire().await?;
                repo::rest(&mut conn, row.member, row.grant, until).await?;
                drop(conn);
                self.wait(cx, claim, row, until).await
            }
            Problem::Refused(why) => {
                tracing::warn!(
                    booking = self.booking.0,
                    why,
                    "Google takes an entry not at all"
                );
                let mut tx = cx.begin().await?;
                let wanted = (row.grant, row.wanted);
                entries::set_failed(&mut tx, self.booking, wanted, true).await?;
                claim.finish(&mut tx).await?;
                tx.commit().await
            }
            Problem::Ended | Problem::Unauthorized => {
                tokens.forget(row.grant).await;
                let mut tx = cx.begin().await?;
                // Once: whoever comes next finds it ended.
                if repo::end(&mut tx, row.member, row.grant, cx.now()).await? {
                    tell_of_end(cx, &mut tx, row).await?;
                }
                entries::release(&mut *tx, self.booking, claim.id).await?;
                claim.finish(&mut tx).await?;
                tx.commit().await
            }
        }
    }
}

/// Tells a member that their calendar is not connected any more.
async fn tell_of_end(cx: &Cx, conn: &mut PgConnection, row: &TakenRow) -> Result<()> {
    let kind = Kind::CalendarEnded;
    let facts = Facts {
        path: dogear_urls::SEATS.to_owned(),
        ..Facts::default()
    };
    let (sentence, path) = notifications::sentence(kind, &facts);
    let letter = templates::notice(
        &cx.services.settings,
        "Your Google Calendar is not connected any more",
        &sentence,
        &[
            "Perhaps you have taken the permission back at Google, or your password there has changed. What stands in your calendar no longer moves when an event does.",
        ],
        &path,
    );
    let key = format!("google-ended:{}", row.grant);
    notifications::notify(cx, conn, row.member, kind, &facts, &key, Some(letter)).await
}

/// Writes an entry, whether it is there or not: in at most three questions.
async fn put(
    google: &GoogleSettings,
    access: &str,
    name: &str,
    described: &serde_json::Value,
    is_there: bool,
) -> Result<(), Problem> {
    if is_there {
        match api::change(google, access, name, described).await {
            Ok(()) => return Ok(()),
            Err(Unwritten::Problem(problem)) => return Err(problem),
            Err(Unwritten::Missing | Unwritten::Exists) => {}
        }
    }
    let new = entry::new(described, name);
    match api::insert(google, access, name, &new).await {
        Ok(()) => return Ok(()),
        Err(Unwritten::Problem(problem)) => return Err(problem),
        Err(Unwritten::Missing | Unwritten::Exists) => {}
    }
    // It was written before, and the answer was lost; or it was taken out.
    match api::change(google, access, name, described).await {
        Ok(()) => Ok(()),
        Err(Unwritten::Problem(problem)) => Err(problem),
        Err(Unwritten::Missing | Unwritten::Exists) => Err(Problem::Again(
            "Google says of an entry that it is there and that it is not".into(),
        )),
    }
}

/// When to come again after so many waits: when Google says, or after a minute, two, four, up to an
/// hour.
pub(super) fn after(now: Timestamp, rest: Option<Duration>, waits: u32) -> Timestamp {
    let minutes = 1_u64 << waits.min(6);
    let rest = rest.unwrap_or(Duration::from_secs(60 * minutes.min(60)));
    let rest = SignedDuration::try_from(rest).unwrap_or(SignedDuration::from_hours(1));
    now + rest.max(SignedDuration::from_secs(1))
}
