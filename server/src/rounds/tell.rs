//! Who is told of a round.

use dogear_domain::ids::{RoundId, UserId};
use dogear_domain::rounds::RoundState;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::lock;
use super::repo::asks;
use super::repo::rounds::Locked;
use crate::jobs::{Claim, Job};
use crate::mail::templates;
use crate::notifications::{self, Facts, Kind, sentence};
use crate::{Cx, Result};

/// Tells everybody who still waits in a round that it is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellAskers {
    /// Which one.
    pub round: RoundId,
}

impl Job for TellAskers {
    const KIND: &'static str = "round_over";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        let round = lock(&mut tx, self.round).await?;
        for reader in asks::to_tell(&mut tx, round.id).await? {
            not_drawn(&mut tx, cx, &round, reader).await?;
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// The reader did not get it.
async fn not_drawn(conn: &mut PgConnection, cx: &Cx, round: &Locked, reader: UserId) -> Result<()> {
    let taken = round.state == RoundState::Taken;
    let (subject, words) = if taken {
        (
            format!("{} has gone to somebody else", round.title),
            "On its page you can check how it was drawn.",
        )
    } else {
        (
            format!("{} is not given away any more", round.title),
            "Look at what else is given away.",
        )
    };
    let facts = Facts {
        what: round.title.clone(),
        reason: if taken { "taken" } else { "closed" }.into(),
        path: dogear_urls::give(round.id),
        ..Facts::default()
    };
    let key = format!("round-over:{}:{reader}", round.id);
    send(
        conn,
        cx,
        (reader, Kind::GiftNotDrawn),
        &facts,
        (&subject, words),
        &key,
    )
    .await
}

/// The reader is offered it until then. `asking`: they have just asked, and read it on the page.
pub(super) async fn offered(
    conn: &mut PgConnection,
    cx: &Cx,
    round: &Locked,
    reader: UserId,
    until: Timestamp,
    asking: bool,
) -> Result<()> {
    let zone = asks::time_zone(conn, reader).await?;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let facts = Facts {
        what: round.title.clone(),
        until: until
            .to_zoned(zone)
            .strftime("%A %-d %B, %H:%M")
            .to_string(),
        path: dogear_urls::give(round.id),
        by_own_step: asking,
        ..Facts::default()
    };
    let subject = format!("{} can be yours", round.title);
    let words = "Take it, or pass, so that the next reader need not wait. If you do not answer by then, it goes to the next one.";
    let key = format!("gift-offered:{}:{reader}", round.id);
    send(
        conn,
        cx,
        (reader, Kind::GiftOffered),
        &facts,
        (&subject, words),
        &key,
    )
    .await
}

/// Nobody has taken it.
pub(super) async fn unclaimed(conn: &mut PgConnection, cx: &Cx, round: &Locked) -> Result<()> {
    let facts = Facts {
        what: round.title.clone(),
        path: dogear_urls::give(round.id),
        ..Facts::default()
    };
    let subject = format!("Nobody has taken {}", round.title);
    let words = "It is on your shelf, listed as before. You can give it away once more.";
    let key = format!("gift-unclaimed:{}", round.id);
    let to = (round.owner_id, Kind::GiftUnclaimed);
    send(conn, cx, to, &facts, (&subject, words), &key).await
}

async fn send(
    conn: &mut PgConnection,
    cx: &Cx,
    (reader, kind): (UserId, Kind),
    facts: &Facts,
    (subject, words): (&str, &str),
    key: &str,
) -> Result<()> {
    let (heading, path) = sentence(kind, facts);
    let letter = (!facts.by_own_step)
        .then(|| templates::notice(&cx.services.settings, subject, &heading, &[words], &path));
    notifications::notify(cx, conn, reader, kind, facts, key, letter).await
}
