//! Writes what the rules decided. One transition is one call, in one transaction.

use dogear_domain::fields::{Line, PostalAddress, Text};
use dogear_domain::ids::{CopyId, TradeId};
use dogear_domain::trades::{Action, Actor, Effect, Policy, TradeState, Transition, Verb};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::effects;
use super::event::{self, EventData, EventKind, NewEvent};
use super::repo::effects::TradeUpdate;
use super::repo::load::{self, Loaded};
use super::repo::{self, members};
use super::reputation::count_for_parties;
use crate::copies::{self, PhotoRow};
use crate::{Result, reviews, search};

/// What a step writes besides what the rules decided.
#[derive(Debug, Clone, Default)]
pub(super) struct CommandDetails {
    /// A reason, the details of a problem, a moderator's statement.
    pub words: Text,
    pub carrier: Line,
    pub tracking: Line,
    /// A message that goes with the step.
    pub message: Text,
    /// What shows a problem.
    pub photos: Vec<PhotoRow>,
    /// Where books come back to, of the one who takes the step, and whether it is kept for the next.
    pub address: Option<(PostalAddress, bool)>,
}

/// The circumstances of a save.
pub(super) struct SaveContext<'a> {
    pub details: &'a CommandDetails,
    pub policy: &'a Policy,
    pub now: Timestamp,
    /// Other open proposals with one of the copies, locked; they end when this one is agreed.
    pub competing: &'a [TradeId],
}

/// Saves a transition and its consequences for other trades. The caller has locked
/// the trade, and the copies and competing where the step can come to agreement.
///
/// # Errors
/// `Conflict` when a copy is no longer what was promised; nothing is kept then,
/// provided that the caller rolls back.
pub(super) async fn save(
    conn: &mut PgConnection,
    loaded: &Loaded,
    transition: &Transition,
    context: &SaveContext<'_>,
) -> Result<()> {
    let goes_back = transition.verb == Verb::AskReturn;
    let agreed = matches!(transition.from, TradeState::Draft | TradeState::Proposed)
        && transition.to == TradeState::Agreed
        || goes_back;
    let data = EventData {
        superseded: if agreed { context.competing.len() } else { 0 },
        ..EventData::of(transition, &context.details.words)
    };
    save_one(conn, loaded, transition, context, &data).await?;
    if agreed {
        for &other in context.competing {
            let other = load::read(conn, other).await?;
            let ended = other
                .trade
                .apply(
                    Actor::System,
                    &Action::Supersede,
                    context.policy,
                    context.now,
                )
                .map_err(super::errors::refusal)?;
            let nothing = SaveContext {
                details: &CommandDetails::default(),
                competing: &[],
                ..*context
            };
            let parties = other.trade.parties.iter().map(|party| party.user);
            let data = EventData {
                agreed_elsewhere: parties
                    .filter(|&user| loaded.trade.party(user).is_some())
                    .collect(),
                ..EventData::of(&ended, "")
            };
            save_one(conn, &other, &ended, &nothing, &data).await?;
        }
    }
    if transition.to == TradeState::Completed {
        reviews::note_traded(conn, loaded.id).await?;
    }
    count_for_parties(conn, loaded, transition, context.now).await?;
    refresh_search(conn, &transition.effects, context.now).await
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
    let context = SaveContext {
        details: &CommandDetails::default(),
        policy,
        now,
        competing: &[],
    };
    save(conn, loaded, transition, &context).await
}

/// The transition alone: effects, the trade's row, the event that says `data`, with its job.
async fn save_one(
    conn: &mut PgConnection,
    loaded: &Loaded,
    transition: &Transition,
    context: &SaveContext<'_>,
    data: &EventData,
) -> Result<()> {
    for effect in &transition.effects {
        effects::apply(conn, loaded, transition, effect, context).await?;
    }
    update_trade(conn, loaded, transition, context).await?;
    if transition.to.is_final() {
        repo::effects::erase_addresses(conn, loaded.id).await?;
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
            data,
            at: context.now,
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
    context: &SaveContext<'_>,
) -> Result<()> {
    let asked_anew = matches!(
        transition.verb,
        Verb::Propose | Verb::Counter | Verb::TermsChanged
    );
    let mut reply_due = transition.reply_due;
    if asked_anew && let Some(until) = members::away_until(conn, loaded.id, context.now).await? {
        // Whoever is on holiday has the full time after it.
        reply_due = reply_due.map(|due| due.max(context.policy.reply_due(until)));
    }
    let method = transition.effects.iter().find_map(|effect| match effect {
        Effect::AddRevision { method, .. } => Some(*method),
        _ => None,
    });
    let update = TradeUpdate {
        state: transition.to,
        revision: transition.revision,
        reply_due,
        method,
        asked_anew,
        words: &context.details.words,
        now: context.now,
    };
    repo::effects::update_trade(conn, loaded.id, &update).await
}

/// Brings the search up to date for the copies that can be asked for now, or no longer.
async fn refresh_search(conn: &mut PgConnection, effects: &[Effect], now: Timestamp) -> Result<()> {
    let copies: Vec<CopyId> = effects
        .iter()
        .flat_map(|effect| match effect {
            Effect::PlaceHolds(copies)
            | Effect::TakeBack(copies)
            | Effect::ReleaseHolds(copies) => copies.clone(),
            Effect::MoveCopies(items) => items.iter().map(|item| item.copy).collect(),
            _ => Vec::new(),
        })
        .collect();
    if copies.is_empty() {
        return Ok(());
    }
    let works = copies::works_of(conn, &copies).await?;
    search::refresh(conn, &works, now).await
}
