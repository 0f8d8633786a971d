//! The figures on which trust rests, counted in the transaction that earns them.

use dogear_domain::trades::{Actor, TradeState, Transition, Verb};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::load::Loaded;
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
            sqlx::query(
                "update users set replies = replies + 1, reply_seconds = reply_seconds + $2 where id = $1",
            )
            .bind(actor)
            .bind(seconds)
            .execute(conn)
            .await?;
        }
        Verb::Send => {
            let leg = transition.leg.and_then(|leg| loaded.rules.leg(leg));
            let on_time =
                leg.is_some_and(|leg| now <= leg.send_due || !loaded.rules.can_leave(leg));
            sqlx::query(
                "update users set parcels_sent = parcels_sent + 1, parcels_on_time = parcels_on_time + $2
                 where id = $1",
            )
            .bind(actor)
            .bind(i32::from(on_time))
            .execute(conn)
            .await?;
        }
        _ if transition.to == TradeState::Completed => {
            // Locked by number first: the update alone would take them in any order.
            sqlx::query(
                "with party as (
                   select id from users
                   where id in (select user_id from trade_parties where trade_id = $1)
                   order by id for no key update)
                 update users set trades_completed = trades_completed + 1
                 where id in (select id from party)",
            )
            .bind(loaded.id)
            .execute(conn)
            .await?;
        }
        _ => {}
    }
    Ok(())
}
