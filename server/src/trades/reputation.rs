//! The figures on which trust rests, counted in the transaction that earns them.

use dogear_domain::trades::{Actor, TradeState, Transition, Verb};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::repo::load::Loaded;
use super::repo::members;
use crate::Result;

/// The figures on which trust rests.
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
