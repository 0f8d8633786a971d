//! The effects of a transition, each as its rows.

use dogear_domain::ids::{CopyId, LegId, TradeId, UserId};
use dogear_domain::trades::{Effect, Item, LegState, Method, Outcome, Trade, Transition};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::dispute::{close_dispute, open_dispute};
use super::event::EventData;
use super::load::{Loaded, ids};
use super::refusal::TAKEN;
use super::save::{Notes, Saving};
use super::standing;
use crate::error::OnConstraint;
use crate::{Error, Result};

/// Writes one effect; what belongs into the event's entry goes into `data`.
pub(super) async fn apply(
    conn: &mut PgConnection,
    loaded: &Loaded,
    transition: &Transition,
    effect: &Effect,
    saving: &Saving<'_>,
    data: &mut EventData,
) -> Result<()> {
    let trade = loaded.id;
    let now = saving.now;
    match effect {
        Effect::AddRevision {
            number,
            author,
            method,
            items,
        } => add_revision(conn, trade, *number, *author, *method, items, now).await,
        Effect::SetAcceptance { party, revision } => {
            sqlx::query(
                "update trade_parties set accepted_revision = $3 where trade_id = $1 and user_id = $2",
            )
            .bind(trade)
            .bind(party)
            .bind(revision)
            .execute(conn)
            .await?;
            Ok(())
        }
        Effect::RefreshTerms { copy } => {
            data.copy = Some(*copy);
            freeze(conn, trade, transition.revision, &[*copy]).await
        }
        Effect::PlaceHolds(copies) => place_holds(conn, loaded, copies, now).await,
        Effect::CreateLeg { from, to, send_due } => {
            sqlx::query(
                "insert into trade_legs (trade_id, from_user, to_user, send_due) values ($1, $2, $3, $4)",
            )
            .bind(trade)
            .bind(from)
            .bind(to)
            .bind(send_due.to_sqlx())
            .execute(conn)
            .await?;
            Ok(())
        }
        Effect::SetLeg {
            leg,
            state,
            at,
            receive_due,
        } => set_leg(conn, *leg, *state, *at, *receive_due, saving.notes).await,
        Effect::MoveCopies(items) => {
            let legs = (data.outcome != Some(Outcome::Return)).then_some(&loaded.rules);
            move_copies(conn, items, legs, now).await
        }
        Effect::ReleaseHolds(copies) => {
            sqlx::query("delete from copy_holds where trade_id = $1 and copy_id = any ($2)")
                .bind(trade)
                .bind(ids(copies))
                .execute(conn)
                .await?;
            Ok(())
        }
        Effect::RequestCancel { party } => {
            sqlx::query(
                "update trade_parties set cancel_requested_at = $3 where trade_id = $1 and user_id = $2",
            )
            .bind(trade)
            .bind(party)
            .bind(now.to_sqlx())
            .execute(conn)
            .await?;
            Ok(())
        }
        Effect::ClearCancelRequests => {
            // A former member's stays: they said it when they left, and cannot say it again.
            sqlx::query(
                "update trade_parties set cancel_requested_at = null
                 where trade_id = $1 and cancel_requested_at is not null
                   and user_id not in (select id from users where status = 'deleted')",
            )
            .bind(trade)
            .execute(conn)
            .await?;
            Ok(())
        }
        Effect::Cancelled(ground) => {
            data.ground = Some(*ground);
            Ok(())
        }
        Effect::OpenDispute { leg, by, reason } => {
            data.problem = Some(*reason);
            let accused = loaded
                .rules
                .leg(*leg)
                .map(|leg| if leg.from == *by { leg.to } else { leg.from });
            open_dispute(conn, trade, *leg, *by, accused, reason.as_str(), saving).await
        }
        Effect::CloseDispute { outcome } => {
            data.outcome = Some(*outcome);
            close_dispute(conn, trade, transition.actor, *outcome, saving).await
        }
    }
}

async fn add_revision(
    conn: &mut PgConnection,
    trade: TradeId,
    number: i32,
    author: UserId,
    method: Method,
    items: &[Item],
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "insert into trade_revisions (trade_id, number, author_id, method, created_at)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(trade)
    .bind(number)
    .bind(author)
    .bind(method)
    .bind(now.to_sqlx())
    .execute(&mut *conn)
    .await?;
    let copies: Vec<i64> = items.iter().map(|item| item.copy.0).collect();
    let givers: Vec<i64> = items.iter().map(|item| item.from.0).collect();
    let takers: Vec<i64> = items.iter().map(|item| item.to.0).collect();
    let terms: Vec<i32> = items.iter().map(|item| item.terms).collect();
    sqlx::query(
        "insert into trade_items (trade_id, revision, copy_id, from_user, to_user, terms_version, frozen)
         select $1, $2, item.copy, item.giver, item.taker, item.terms, freeze_copy(item.copy)
         from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::int[]) as item (copy, giver, taker, terms)",
    )
    .bind(trade)
    .bind(number)
    .bind(copies)
    .bind(givers)
    .bind(takers)
    .bind(terms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the copies down as they are now.
async fn freeze(
    conn: &mut PgConnection,
    trade: TradeId,
    revision: i32,
    copies: &[CopyId],
) -> Result<()> {
    sqlx::query(
        "update trade_items i set frozen = freeze_copy(c.id), terms_version = c.terms_version
         from copies c
         where i.trade_id = $1 and i.revision = $2 and i.copy_id = c.id and c.id = any ($3)",
    )
    .bind(trade)
    .bind(revision)
    .bind(ids(copies))
    .execute(conn)
    .await?;
    Ok(())
}

/// Promises the copies, which the caller has locked, to this trade, provided that its parties
/// may still enter into it: a proposal outlives a suspension, and one that was made in the
/// same moment as a block is not withdrawn by it.
async fn place_holds(
    conn: &mut PgConnection,
    loaded: &Loaded,
    copies: &[CopyId],
    now: Timestamp,
) -> Result<()> {
    let parties: Vec<UserId> = loaded
        .rules
        .parties
        .iter()
        .map(|party| party.user)
        .collect();
    standing::can_agree(conn, &parties, now).await?;
    let facts = super::propose::facts(conn, copies).await?;
    for item in &loaded.rules.items {
        let Some(fact) = facts.iter().find(|fact| fact.id == item.copy) else {
            return Err(Error::Conflict(
                "A book of this proposal is gone. Propose another list.".into(),
            ));
        };
        if fact.held {
            return Err(Error::Conflict(TAKEN.into()));
        }
        if !fact.listed || fact.owner_id != item.from {
            return Err(Error::Conflict(format!(
                "“{}” is no longer offered for trade. Change the proposal, or decline it.",
                fact.title
            )));
        }
        if fact.terms_version != item.terms {
            return Err(super::refusal::refusal(
                dogear_domain::trades::TradeError::TermsChanged,
            ));
        }
    }
    freeze(conn, loaded.id, loaded.rules.revision, copies).await?;
    sqlx::query(
        "insert into copy_holds (copy_id, trade_id, created_at)
         select copy, $2, $3 from unnest($1::bigint[]) as copy",
    )
    .bind(ids(copies))
    .bind(loaded.id)
    .bind(now.to_sqlx())
    .execute(conn)
    .await
    .on_constraint("copy_holds_pkey", || Error::Conflict(TAKEN.into()))?;
    Ok(())
}

async fn set_leg(
    conn: &mut PgConnection,
    leg: LegId,
    state: LegState,
    at: Timestamp,
    receive_due: Option<Timestamp>,
    notes: &Notes,
) -> Result<()> {
    sqlx::query(
        "update trade_legs set state = $2, receive_due = $3, reminded_at = null, overdue_told_at = null,
           sent_at = case when $2 in ('sent', 'handed_over') then $4 else sent_at end,
           received_at = case when $2 = 'received' then $4 else received_at end,
           carrier = case when $2 = 'sent' then $5 else carrier end,
           tracking = case when $2 = 'sent' then $6 else tracking end
         where id = $1",
    )
    .bind(leg)
    .bind(state)
    .bind(receive_due.map(ToSqlx::to_sqlx))
    .bind(at.to_sqlx())
    .bind(&notes.carrier)
    .bind(&notes.tracking)
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives copies to their receivers: unlisted, without the old owner's note and
/// photos, and without what a moderator hid them for, which were these. `legs` is the trade whose legs they came by; none when they go back.
async fn move_copies(
    conn: &mut PgConnection,
    items: &[Item],
    legs: Option<&Trade>,
    now: Timestamp,
) -> Result<()> {
    for item in items {
        let leg = legs.and_then(|trade| {
            let on_it =
                |leg: &&dogear_domain::trades::Leg| (leg.from, leg.to) == (item.from, item.to);
            trade.legs.iter().find(on_it).map(|leg| leg.id)
        });
        let moved = sqlx::query(
            "update copies set owner_id = $3, state = 'owned', listed_at = null, note = '',
               hidden_at = null, hidden_reason = '', terms_version = terms_version + 1, updated_at = $4
             where id = $1 and owner_id = $2",
        )
        .bind(item.copy)
        .bind(item.from)
        .bind(item.to)
        .bind(now.to_sqlx())
        .execute(&mut *conn)
        .await?;
        if moved.rows_affected() != 1 {
            return Err(Error::internal(format!(
                "copy {} is not {}'s to give",
                item.copy, item.from
            )));
        }
        sqlx::query("delete from copy_photos where copy_id = $1")
            .bind(item.copy)
            .execute(&mut *conn)
            .await?;
        sqlx::query(
            "insert into copy_history (copy_id, from_user, to_user, kind, leg_id, city, at)
             select $1, $2, $3, $4, $5, city, $6 from users where id = $3",
        )
        .bind(item.copy)
        .bind(item.from)
        .bind(item.to)
        .bind(if legs.is_some() { "trade" } else { "returned" })
        .bind(leg)
        .bind(now.to_sqlx())
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
