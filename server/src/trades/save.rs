//! Writes what the rules decided. One transition is one call, in one transaction.

use dogear_domain::ids::{TradeId, WorkId};
use dogear_domain::trades::{Action, Actor, Effect, Policy, TradeState, Transition, Verb};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::effects;
use super::event::{self, EventData, EventKind, NewEvent};
use super::figures::count_for_parties;
use super::load::{self, Loaded, ids};
use crate::{Result, search};

/// What a step writes besides what the rules decided.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes {
    /// A reason, the details of a problem, a moderator's statement.
    pub words: String,
    pub carrier: String,
    pub tracking: String,
    /// A message that goes with the step.
    pub message: String,
}

/// The circumstances of a save.
pub(super) struct Saving<'a> {
    pub notes: &'a Notes,
    pub policy: &'a Policy,
    pub now: Timestamp,
    /// Other open proposals with one of the copies, locked; they end when this one is agreed.
    pub rivals: &'a [TradeId],
}

/// Saves a transition and its consequences for other trades. The caller has locked
/// the trade, and the copies and rivals where the step can come to agreement.
///
/// # Errors
/// `Conflict` when a copy is no longer what was promised; nothing is kept then,
/// provided that the caller rolls back.
pub(super) async fn save(
    conn: &mut PgConnection,
    loaded: &Loaded,
    transition: &Transition,
    saving: &Saving<'_>,
) -> Result<()> {
    let agreed = transition.from == TradeState::Proposed && transition.to == TradeState::Agreed;
    let data = EventData {
        superseded: if agreed { saving.rivals.len() } else { 0 },
        ..EventData::default()
    };
    save_one(conn, loaded, transition, saving, data).await?;
    if agreed {
        for &rival in saving.rivals {
            let other = load::read(conn, rival).await?;
            let ended = other
                .rules
                .apply(Actor::System, &Action::Supersede, saving.policy, saving.now)
                .map_err(super::refusal::refusal)?;
            let nothing = Saving {
                notes: &Notes::default(),
                rivals: &[],
                ..*saving
            };
            let parties = other.rules.parties.iter().map(|party| party.user);
            let data = EventData {
                agreed_elsewhere: parties
                    .filter(|&user| loaded.rules.party(user).is_some())
                    .collect(),
                ..EventData::default()
            };
            save_one(conn, &other, &ended, &nothing, data).await?;
        }
    }
    count_for_parties(conn, loaded, transition, saving.now).await?;
    refresh_search(conn, &transition.effects).await
}

/// As [`save`], for a step without words that ends no other trade.
///
/// # Errors
/// As [`save`].
pub(super) async fn save_quietly(
    conn: &mut PgConnection,
    loaded: &Loaded,
    transition: &Transition,
    policy: &Policy,
    now: Timestamp,
) -> Result<()> {
    let saving = Saving {
        notes: &Notes::default(),
        policy,
        now,
        rivals: &[],
    };
    save(conn, loaded, transition, &saving).await
}

/// The transition alone: effects, the trade's row, the event with its job. `data` is what the
/// event says besides.
async fn save_one(
    conn: &mut PgConnection,
    loaded: &Loaded,
    transition: &Transition,
    saving: &Saving<'_>,
    mut data: EventData,
) -> Result<()> {
    data.words.clone_from(&saving.notes.words);
    for effect in &transition.effects {
        effects::apply(conn, loaded, transition, effect, saving, &mut data).await?;
    }
    update_trade(conn, loaded, transition, saving).await?;
    if transition.to.is_final() {
        super::addresses::erase(conn, loaded.id).await?;
    }
    event::append(
        conn,
        &NewEvent {
            trade: loaded.id,
            actor: transition.actor.user(),
            kind: EventKind::Step(transition.verb),
            from: (transition.verb != Verb::Propose).then_some(transition.from),
            to: transition.to,
            revision: transition.revision,
            leg: transition.leg,
            data: &data,
            at: saving.now,
        },
    )
    .await?;
    Ok(())
}

/// The trade's own row.
async fn update_trade(
    conn: &mut PgConnection,
    loaded: &Loaded,
    transition: &Transition,
    saving: &Saving<'_>,
) -> Result<()> {
    let asked_anew = matches!(
        transition.verb,
        Verb::Propose | Verb::Counter | Verb::TermsChanged
    );
    let mut reply_due = transition.reply_due;
    if asked_anew && let Some(until) = away_until(conn, loaded.id, saving.now).await? {
        // Whoever is on holiday has the full time after it.
        reply_due = reply_due.map(|due| due.max(saving.policy.reply_due(until)));
    }
    let method = transition.effects.iter().find_map(|effect| match effect {
        Effect::AddRevision { method, .. } => Some(*method),
        _ => None,
    });
    sqlx::query(
        "update trades set state = $2, revision = $3, reply_due = $4, updated_at = $5,
           method = coalesce($6, method),
           asked_at = case when $7 then $5 else asked_at end,
           reminded_at = case when $7 then null else reminded_at end,
           agreed_at = case when $2 = 'agreed' then coalesce(agreed_at, $5) else agreed_at end,
           closed_at = case when $8 then $5 else null end,
           close_reason = case when $8 then $9 else close_reason end
         where id = $1",
    )
    .bind(loaded.id)
    .bind(transition.to)
    .bind(transition.revision)
    .bind(reply_due.map(ToSqlx::to_sqlx))
    .bind(saving.now.to_sqlx())
    .bind(method)
    .bind(asked_anew)
    .bind(transition.to.is_final())
    .bind(&saving.notes.words)
    .execute(conn)
    .await?;
    Ok(())
}

/// When the last of those who are asked comes back from a holiday.
async fn away_until(
    conn: &mut PgConnection,
    trade: TradeId,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let until: Option<jiff_sqlx::Timestamp> = sqlx::query_scalar(
        "select max(u.away_until) from trade_parties p join users u on u.id = p.user_id
         where p.trade_id = $1 and u.away_until > $2
           and p.accepted_revision is distinct from
             (select max(number) from trade_revisions r where r.trade_id = p.trade_id)",
    )
    .bind(trade)
    .bind(now.to_sqlx())
    .fetch_one(conn)
    .await?;
    Ok(until.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Brings the search up to date for the copies that can be asked for now, or no longer.
async fn refresh_search(conn: &mut PgConnection, effects: &[Effect]) -> Result<()> {
    let copies: Vec<i64> = effects
        .iter()
        .flat_map(|effect| match effect {
            Effect::PlaceHolds(copies) | Effect::ReleaseHolds(copies) => ids(copies),
            Effect::MoveCopies(items) => items.iter().map(|item| item.copy.0).collect(),
            _ => Vec::new(),
        })
        .collect();
    if copies.is_empty() {
        return Ok(());
    }
    let works: Vec<WorkId> =
        sqlx::query_scalar("select distinct work_id from copies where id = any ($1) order by 1")
            .bind(copies)
            .fetch_all(&mut *conn)
            .await?;
    search::refresh(conn, &works).await
}
