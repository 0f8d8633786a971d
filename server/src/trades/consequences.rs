//! What happens to trades because of something elsewhere.

use dogear_domain::ids::{CopyId, TradeId, UserId};
use dogear_domain::trades::{Action, Actor, TradeError, Transition};
use sqlx::PgConnection;

use super::errors::refusal;
use super::repo::{load, locks};
use super::save::save_quietly;
use crate::{Cx, Result};

/// The owner of `copy` has changed its grade, defects, note, photos or terms: whoever
/// else had accepted a proposal with it is asked again. Called in the transaction of
/// the change, after the copy's row was locked and updated, `terms_version` included.
///
/// # Errors
/// Those of the database: roll back.
pub async fn terms_changed(conn: &mut PgConnection, cx: &Cx, copy: CopyId) -> Result<()> {
    let trades = locks::lock_proposals_with(conn, &[copy]).await?;
    each(conn, cx, &trades, &Action::TermsChanged { copy }).await
}

/// Copies are no longer offered: every open proposal with one of them ends, and the other side
/// is told. Called in the transaction of the change, after the rows of the copies were locked
/// and updated. Gives how many proposals that were.
///
/// # Errors
/// Those of the database: roll back.
pub async fn unoffered(conn: &mut PgConnection, cx: &Cx, copies: &[CopyId]) -> Result<usize> {
    let trades = locks::lock_proposals_with(conn, copies).await?;
    if trades.is_empty() {
        return Ok(0);
    }
    let now = cx.now();
    let policy = super::policy(&mut *conn).await?;
    for loaded in load::read_many(conn, &trades).await? {
        let items = &loaded.trade.items;
        let Some(item) = items.iter().find(|item| copies.contains(&item.copy)) else {
            continue;
        };
        // Whoever takes their own book back is named; what moderators do is the site's.
        let actor = match &cx.actor {
            Some(actor) if actor.id == item.from => Actor::Member(actor.id),
            _ => Actor::System,
        };
        let action = Action::Unoffer { copy: item.copy };
        let transition = loaded
            .trade
            .apply(actor, &action, &policy, now)
            .map_err(refusal)?;
        save_quietly(conn, &loaded, &transition, &policy, now).await?;
    }
    Ok(trades.len())
}

/// Locks the copies and the trades of a member who leaves, before anything is done to them or to
/// the member's own row: copies, then trades, then members, as in every step.
///
/// # Errors
/// Those of the database: roll back.
pub async fn lock_all_of(conn: &mut PgConnection, user: UserId) -> Result<()> {
    locks::lock_all_of(conn, user).await
}

/// Withdraws every open proposal of a member who leaves; agreed trades run on. The
/// others are not told why. Call it before the member's own row is changed, which
/// keeps the order of locks.
///
/// # Errors
/// Those of the database: roll back.
pub async fn withdraw_all(conn: &mut PgConnection, cx: &Cx, user: UserId) -> Result<()> {
    let trades = locks::lock_proposals_of(conn, user).await?;
    each(conn, cx, &trades, &Action::Withdraw).await
}

/// Withdraws every open proposal between two members, when one has blocked the
/// other; agreed trades run on. Nobody is told why.
///
/// # Errors
/// Those of the database: roll back.
pub async fn withdraw_between(
    conn: &mut PgConnection,
    cx: &Cx,
    one: UserId,
    other: UserId,
) -> Result<()> {
    let trades = locks::lock_proposals_between(conn, one, other).await?;
    each(conn, cx, &trades, &Action::Withdraw).await
}

/// Has a member who leaves for good agree to ending every trade that still runs, so that the
/// others can end it alone and no copy stays held. What can end at once does: nothing was sent
/// yet, or the others had asked to. What they lent is the borrower’s from then on; what they
/// borrowed and have not sent back is a problem for the moderators. Call it before the member's own row is changed.
///
/// # Errors
/// Those of the database: roll back.
pub async fn leave_running(conn: &mut PgConnection, cx: &Cx, user: UserId) -> Result<()> {
    let now = cx.now();
    let policy = super::policy(&mut *conn).await?;
    // The copies of all before the first of the trades, as in every step.
    locks::lock_copies_of_running(conn, user).await?;
    let trades = locks::lock_running(conn, user).await?;
    for loaded in load::read_many(conn, &trades).await? {
        let rules = &loaded.trade;
        let Some(action) = rules.on_leaving(user) else {
            continue;
        };
        let transition = match rules.apply(Actor::Member(user), &action, &policy, now) {
            Err(TradeError::AlreadyAsked) => continue,
            other => other.map_err(refusal)?,
        };
        save_quietly(conn, &loaded, &transition, &policy, now).await?;
    }
    Ok(())
}

/// Takes one step by the site in each of these trades, which the caller has locked.
async fn each(conn: &mut PgConnection, cx: &Cx, trades: &[TradeId], action: &Action) -> Result<()> {
    for &trade in trades {
        by_the_site(conn, cx, trade, action).await?;
    }
    Ok(())
}

/// A step by the site itself in a trade whose row the caller has locked.
pub(super) async fn by_the_site(
    conn: &mut PgConnection,
    cx: &Cx,
    trade: TradeId,
    action: &Action,
) -> Result<Transition> {
    let now = cx.now();
    let policy = super::policy(&mut *conn).await?;
    let loaded = load::read(conn, trade).await?;
    let transition = loaded
        .trade
        .apply(Actor::System, action, &policy, now)
        .map_err(refusal)?;
    save_quietly(conn, &loaded, &transition, &policy, now).await?;
    Ok(transition)
}
