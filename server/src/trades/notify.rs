//! Tells the parties what happened: one notification and at most one letter each
//! per event.

use dogear_domain::ids::TradeEventId;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::story;
use crate::jobs::{Claim, Job};
use crate::mail::templates::{self, Letter};
use crate::notifications::{self, Facts, sentence};
use crate::{Cx, Result};

/// Tells the parties of a trade what happened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellParties {
    /// What happened.
    pub event: TradeEventId,
}

impl Job for TellParties {
    const KIND: &'static str = "trade_event";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        tell(cx, &mut tx, self.event).await?;
        claim.finish(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// Writes the notifications and letters of an event in the caller's transaction.
/// Repeating it writes nothing twice.
///
/// # Errors
/// Those of the database.
pub(crate) async fn tell(cx: &Cx, conn: &mut PgConnection, event: TradeEventId) -> Result<()> {
    let story = story::load(conn, event).await?;
    for party in &story.parties {
        let Some(told) = story.told(party) else {
            continue;
        };
        let who = story.others(party);
        let zone = TimeZone::get(&party.time_zone).unwrap_or(TimeZone::UTC);
        let until = told
            .until
            .map(|at| at.to_zoned(zone).strftime("%A %-d %B").to_string())
            .unwrap_or_default();
        let facts = Facts {
            trade: Some(story.event.trade_id),
            who,
            what: told.what,
            until: until.clone(),
            reason: told.reason,
            in_person: story.in_person(),
            by_own_step: told.by_own_step,
            ..Facts::default()
        };
        let (heading, path) = sentence(told.kind, &facts);
        let deadline = (!until.is_empty() && !told.deadline.is_empty())
            .then(|| format!("{} {until}.", told.deadline));
        let letter = templates::trade(
            &cx.services.settings,
            Letter {
                subject: told.subject,
                heading,
                paragraphs: told.paragraphs,
                gives: story.titles(|item| item.from_user == party.user_id),
                gets: story.titles(|item| item.to_user == party.user_id),
                deadline,
                ..Letter::default()
            },
            told.button,
            &path,
        );
        let dedupe = format!("trade_event:{event}:{}", party.user_id);
        notifications::notify(
            cx,
            conn,
            party.user_id,
            told.kind,
            &facts,
            &dedupe,
            (!told.by_own_step).then_some(letter),
        )
        .await?;
    }
    Ok(())
}
