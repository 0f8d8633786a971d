//! The figures on which trust rests: counted in the transaction that earns them, read by every
//! page that shows them.

use dogear_domain::trades::{Actor, TradeState, Transition, Verb};
use jiff::Timestamp;
use serde::Deserialize;
use sqlx::PgConnection;

use super::repo::load::Loaded;
use super::repo::members;
use crate::Result;

/// What is known about how a member trades: in statements `trust(u) as "trust!: Json<Trust>"`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Trust {
    /// In which they took part, since they joined.
    pub trades_completed: i32,
    /// The mean time to an answer, in seconds; `None` before the first answer.
    pub reply_seconds: Option<i64>,
    /// Since they joined.
    pub parcels_sent: i32,
    /// Of the parcels sent, those sent by the agreed day.
    pub parcels_on_time: i32,
    /// When they joined.
    pub since: Timestamp,
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
            let leg = transition.leg.and_then(|leg| loaded.trade.leg(leg));
            let on_time =
                leg.is_some_and(|leg| now <= leg.send_due || !loaded.trade.can_leave(leg));
            members::count_parcel(conn, actor, on_time).await?;
        }
        _ if transition.to == TradeState::Completed => {
            members::count_completed(conn, loaded.id).await?;
        }
        _ => {}
    }
    Ok(())
}
