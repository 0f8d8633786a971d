//! A round goes on: it is drawn, the next one is offered the copy, or it ends.

use std::collections::HashMap;

use dogear_domain::ids::UserId;
use dogear_domain::rounds::{self as rules, AskState, Asker, GIFT_DAYS, RoundState, SILENT_DAYS};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::repo::rounds::Locked;
use super::repo::{asks, rounds as repo};
use super::tell;
use crate::{Cx, Result, copies, jobs, search, trades};

fn days_before(now: Timestamp, days: i64) -> Timestamp {
    now - SignedDuration::from_hours(24 * days)
}

/// What is known of a reader who asks, or whose turn it is.
pub(super) async fn asker(conn: &mut PgConnection, user: UserId, now: Timestamp) -> Result<Asker> {
    let row = asks::asker(conn, user, days_before(now, SILENT_DAYS)).await?;
    let gifts = gifts(conn, &[user], now).await?;
    Ok(Asker {
        joined: row.joined,
        completed: row.completed,
        gifts: gifts.get(&user).copied().unwrap_or_default(),
        open: row.open,
        silent: row.silent,
        last_silent: row.last_silent,
    })
}

/// How many gifts each of these members was promised lately; none is left out.
async fn gifts(
    conn: &mut PgConnection,
    users: &[UserId],
    now: Timestamp,
) -> Result<HashMap<UserId, i64>> {
    trades::gifts_since(conn, users, days_before(now, GIFT_DAYS)).await
}

/// Draws: writes down the order of all who wait, and offers the copy to the first.
pub(super) async fn draw(conn: &mut PgConnection, cx: &Cx, round: &Locked) -> Result<()> {
    let now = cx.now();
    let waiting = asks::waiting(conn, round.id).await?;
    let given = gifts(conn, &waiting, now).await?;
    let readers: Vec<(UserId, bool)> = waiting
        .into_iter()
        .map(|user| (user, !given.contains_key(&user)))
        .collect();
    let seed = round.seed.as_deref().unwrap_or_default();
    let order = rules::order(seed, round.id, &readers);
    let favoured: Vec<bool> = order.iter().map(|user| !given.contains_key(user)).collect();
    repo::set_drawn(conn, round.id, now).await?;
    asks::place(conn, round.id, &order, &favoured).await?;
    offer_to_next(conn, cx, round, None).await
}

/// Offers the copy to the first of those who wait who can have it; others are passed over. With
/// nobody left the round ends, or a queue is open again. `asking` has just asked, and reads the
/// answer on the page.
pub(super) async fn offer_to_next(
    conn: &mut PgConnection,
    cx: &Cx,
    round: &Locked,
    asking: Option<UserId>,
) -> Result<()> {
    let now = cx.now();
    if !repo::owner_stands(conn, round.owner_id, now).await? {
        return end(conn, cx, round, RoundState::Closed).await;
    }
    let policy = trades::policy(&mut *conn).await?;
    while let Some(next) = asks::next(conn, round.id, round.owner_id, now).await? {
        let reader = next.user_id;
        if !next.fit || asker(conn, reader, now).await?.may_have(&policy).is_err() {
            asks::settle(conn, round.id, reader, AskState::Skipped, now).await?;
            continue;
        }
        let until = now + SignedDuration::from_hours(i64::from(policy.gift_offer_hours));
        asks::set_offered(conn, round.id, reader, now).await?;
        repo::set_offered(conn, round.id, reader, until).await?;
        tell::offered(conn, cx, round, reader, until, asking == Some(reader)).await?;
        // Once it is drawn nobody else can ask for it.
        return search::refresh(conn, &[round.work_id], now).await;
    }
    match round.rules().without_askers(now) {
        RoundState::Open => repo::reopen(conn, round.id).await,
        state => end(conn, cx, round, state).await,
    }
}

/// Ends a round without a gift: its copy is free again, and those are told whom it concerns.
pub(super) async fn end(
    conn: &mut PgConnection,
    cx: &Cx,
    round: &Locked,
    state: RoundState,
) -> Result<()> {
    let now = cx.now();
    if let Some(reader) = round.offered_to
        && asks::state(conn, round.id, reader).await? == Some(AskState::Offered)
    {
        asks::settle(conn, round.id, reader, AskState::Skipped, now).await?;
    }
    repo::end(conn, round.id, state, None, now).await?;
    copies::free_of_round(conn, round.id).await?;
    if state == RoundState::Unclaimed {
        tell::unclaimed(conn, cx, round).await?;
    }
    tell_askers(conn, round).await?;
    search::refresh(conn, &[round.work_id], now).await
}

/// Has those told who wait in a round that is over.
pub(super) async fn tell_askers(conn: &mut PgConnection, round: &Locked) -> Result<()> {
    let job = tell::TellAskers { round: round.id };
    jobs::push(conn, &job, &format!("round:{}", round.id), None).await
}
