//! Tells the members to whom a broadcast goes: some at a time, with a pause between, so that
//! neither the mail server nor the site is flooded. Each batch is one transaction with the place
//! where the next begins.

use dogear_domain::broadcasts::BroadcastState;
use dogear_domain::ids::{BroadcastId, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::repo::{self, LockedRow};
use crate::jobs::{self, Claim, Job};
use crate::mail::templates;
use crate::notifications::{Facts, Kind, notify, sentence};
use crate::{Cx, Result};

/// Members who are told in one transaction.
pub(super) const AT_ONCE: i64 = 100;
/// Between two of them.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// For how long so many members are being told.
pub(super) fn takes(members: i64) -> SignedDuration {
    let pauses = (members - 1).max(0) / AT_ONCE;
    SignedDuration::from_secs(pauses.saturating_mul(PAUSE.as_secs()))
}

/// Tells some members of a broadcast, and leaves the next to another of its kind.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SendBroadcast {
    broadcast: BroadcastId,
    /// Members up to here know.
    after: UserId,
}

/// Has the first be told at that moment.
pub(super) async fn begin(
    conn: &mut PgConnection,
    broadcast: BroadcastId,
    send_at: Timestamp,
) -> Result<()> {
    let first = SendBroadcast {
        broadcast,
        after: UserId(0),
    };
    push(conn, first, send_at).await
}

async fn push(conn: &mut PgConnection, job: SendBroadcast, at: Timestamp) -> Result<()> {
    let key = format!("broadcast:{}:{}", job.broadcast, job.after);
    jobs::push(conn, &job, &key, Some(at)).await
}

impl Job for SendBroadcast {
    const KIND: &'static str = "broadcast";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        if let Some(row) = repo::lock(&mut tx, self.broadcast).await? {
            // A step that was done already is done no more, whoever has it run again.
            if row.state.is_open() && row.told_up_to == self.after {
                self.step(cx, &mut tx, &row).await?;
            }
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

impl SendBroadcast {
    async fn step(self, cx: &Cx, conn: &mut PgConnection, row: &LockedRow) -> Result<()> {
        let now = cx.now();
        let members = repo::members(conn, self.broadcast, self.after, now, AT_ONCE).await?;
        for &member in &members {
            self.tell(cx, conn, row, member).await?;
        }
        if let Some(&after) = members.last() {
            let told = i32::try_from(members.len()).unwrap_or(i32::MAX);
            repo::note_told(conn, self.broadcast, after, told).await?;
        }
        match members.last() {
            Some(&after) if members.len() as i64 == AT_ONCE => {
                push(conn, Self { after, ..self }, now + PAUSE).await
            }
            _ => repo::end(conn, self.broadcast, BroadcastState::Sent, now).await,
        }
    }

    async fn tell(
        self,
        cx: &Cx,
        conn: &mut PgConnection,
        row: &LockedRow,
        member: UserId,
    ) -> Result<()> {
        let facts = Facts {
            what: row.title.clone(),
            reason: row.body.clone(),
            ..Facts::default()
        };
        let (_, path) = sentence(Kind::SiteNews, &facts);
        let paragraphs: Vec<&str> = (row.body.split("\n\n"))
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .collect();
        let settings = &cx.services.settings;
        let letter = templates::notice(settings, &row.title, &row.title, &paragraphs, &path);
        let key = format!("broadcast:{}:{member}", self.broadcast);
        notify(cx, conn, member, Kind::SiteNews, &facts, &key, Some(letter)).await
    }
}
