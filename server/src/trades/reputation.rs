//! The figures on which trust rests: counted in the transaction that earns them, read by every
//! page that shows them.

use std::collections::HashMap;

use dogear_domain::ids::UserId;
use dogear_domain::trades::{Actor, TradeState, Transition, Verb};
use jiff::Timestamp;
use sqlx::{PgConnection, PgExecutor};

use super::repo::load::Loaded;
use super::repo::members::{self, TrustRow};
use crate::Result;

/// What is known about how a member trades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    pub trades_completed: i32,
    /// The mean time to an answer, in seconds; `None` before the first answer.
    pub reply_seconds: Option<i64>,
    pub parcels_sent: i32,
    /// Of the parcels sent, those sent by the agreed day.
    pub parcels_on_time: i32,
    /// When they joined.
    pub since: Timestamp,
}

impl From<TrustRow> for Trust {
    fn from(row: TrustRow) -> Self {
        Self {
            trades_completed: row.trades_completed,
            reply_seconds: (row.replies > 0).then(|| row.reply_seconds / i64::from(row.replies)),
            parcels_sent: row.parcels_sent,
            parcels_on_time: row.parcels_on_time,
            since: row.created_at,
        }
    }
}

/// What is known about how each of these members trades, by member.
///
/// # Errors
/// Those of the database.
pub(crate) async fn trust(
    db: impl PgExecutor<'_>,
    users: &[UserId],
) -> Result<HashMap<UserId, Trust>> {
    let rows = members::trust(db, users).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
}

/// Counts what a step says about those who take part in it.
pub(super) async fn count_for_parties(
    conn: &mut PgConnection,
    loaded: &Loaded,
    transition: &Transition,
    now: Timestamp,
) -> Result<()> {
    let Actor::Member(actor) = transition.actor else {
        return Ok(());
    };
    match transition.verb {
        Verb::Counter | Verb::Accept | Verb::Decline => {
            let seconds = now.duration_since(loaded.asked_at).as_secs().max(0);
            members::count_reply(conn, actor, seconds).await?;
        }
        Verb::Send => {
            let leg = transition.leg.and_then(|leg| loaded.rules.leg(leg));
            let on_time =
                leg.is_some_and(|leg| now <= leg.send_due || !loaded.rules.can_leave(leg));
            members::count_parcel(conn, actor, on_time).await?;
        }
        _ if transition.to == TradeState::Completed => {
            members::count_completed(conn, loaded.id).await?;
        }
        _ => {}
    }
    Ok(())
}
