//! One step of a running trade: the key, the locks, the rules, the save.

use std::time::Duration;

use dogear_domain::fields::Text;
use dogear_domain::ids::{CopyId, LegId, TradeId, UserId};
use dogear_domain::trades::{Action, Actor, Method, ProposalVersion, TradeState};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgConnection;

use super::addresses;
use super::errors::refusal;
use super::loans;
use super::messages;
use super::propose::{self, Books};
use super::repo::load::{self, Loaded};
use super::repo::{locks, members};
use super::save::{CommandDetails, SaveContext, save};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

/// How often a step that met a deadlock or a slow lock is tried again.
const RETRIES: u32 = 4;

/// What a step locks besides its trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Nothing.
    Trade,
    /// The copies that it has or is to have.
    Copies,
    /// Also every other open proposal with one of these copies.
    Rivals,
}

/// What is to be done, as far as it is known before the locks.
#[derive(Debug, Clone)]
pub(super) enum Command {
    /// All is known.
    Do(Action),
    /// The owners and terms of the books are read under the lock.
    Counter {
        seen: ProposalVersion,
        books: Books,
        method: Method,
    },
    /// Whether the parcel crosses a border is read from the parties.
    Send(LegId),
}

/// One step.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub trade: TradeId,
    pub actor: Actor,
    pub command: Command,
    pub scope: Scope,
    pub details: CommandDetails,
}

impl Step {
    /// A step by a member that locks its trade alone and writes nothing else down.
    pub(super) fn by(user: UserId, trade: TradeId, action: Action) -> Self {
        Self {
            trade,
            actor: Actor::Member(user),
            command: Command::Do(action),
            scope: Scope::Trade,
            details: CommandDetails::default(),
        }
    }

    pub(super) fn locking(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    pub(super) fn saying(mut self, words: impl Into<Text>) -> Self {
        self.details.words = words.into();
        self
    }
}

/// Takes a step at most once per key. Gives the state that it led to.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` when the step cannot be taken (any more).
pub(super) async fn execute(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    request: &impl Serialize,
    step: &Step,
) -> Result<TradeState> {
    retrying(|| execute_once(cx, key, request, step)).await
}

/// Runs `work` again when the database was busy: after a deadlock with code that
/// takes its locks in another order, or a lock that took too long.
pub(crate) async fn retrying<T, F: Future<Output = Result<T>>>(
    mut work: impl FnMut() -> F,
) -> Result<T> {
    let mut tried = 0;
    loop {
        match work().await {
            Err(Error::Busy(detail) | Error::Unsure(detail)) if tried < RETRIES => {
                tried += 1;
                tracing::debug!(tried, detail, "trade step tried again");
                let wait = 20 * u64::from(tried) + rand::random_range(0..30);
                tokio::time::sleep(Duration::from_millis(wait)).await;
            }
            other => return other,
        }
    }
}

async fn execute_once(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    request: &impl Serialize,
    step: &Step,
) -> Result<TradeState> {
    let mut tx = match cx.once(key, request).await? {
        Idempotent::New(tx) => tx,
        Idempotent::Done(state) => return Ok(state),
    };
    let state = execute_in(&mut tx.tx, cx, step).await?;
    tx.commit(&state).await?;
    Ok(state)
}

/// The step inside the caller's transaction.
///
/// # Errors
/// As [`execute`]. Roll back after an error.
pub(super) async fn execute_in(
    conn: &mut PgConnection,
    cx: &Cx,
    step: &Step,
) -> Result<TradeState> {
    let now = cx.now();
    let policy = super::policy(&mut *conn).await?;
    let (planned, copies) = match step.scope {
        Scope::Trade => (None, Vec::new()),
        Scope::Copies | Scope::Rivals => {
            // Which copies these are stands in the trade, which may change until it is locked.
            let before = load::read(conn, step.trade).await?;
            be_party(&before, step.actor)?;
            // What is final stays so: hopeless steps are refused here, and make nobody wait.
            if let Command::Do(action) = &step.command {
                let judged = before.trade.apply(step.actor, action, &policy, now);
                judged.map_err(refusal)?;
            }
            let mut copies = before.copies();
            if let Command::Counter { books, .. } = &step.command {
                copies.extend(books.all());
            }
            locks::lock_copies(conn, &copies).await?;
            (Some(before.trade.revision), copies)
        }
    };
    let wanted: &[CopyId] = if step.scope == Scope::Rivals {
        &copies
    } else {
        &[]
    };
    let competing = locks::lock_with_proposals(conn, step.trade, wanted).await?;
    let loaded = load::read(conn, step.trade).await?;
    be_party(&loaded, step.actor)?;
    if planned.is_some_and(|revision| revision != loaded.trade.revision) {
        return Err(Error::Busy("the proposal was changed meanwhile".into()));
    }
    let action = action(conn, &loaded, step, now).await?;
    let transition = loaded
        .trade
        .apply(step.actor, &action, &policy, now)
        .map_err(refusal)?;
    let context = SaveContext {
        details: &step.details,
        policy: &policy,
        now,
        competing: &competing,
    };
    save(conn, &loaded, &transition, &context).await?;
    let returns = loans::return_address(&loaded.trade, &action, step.actor, &step.details)?;
    if let (Some(user), Some((address, keep))) = (step.actor.user(), returns) {
        addresses::keep_for_return(conn, cx, step.trade, user, address, *keep).await?;
    }
    if let Some(user) = step
        .actor
        .user()
        .filter(|_| !step.details.message.is_empty())
    {
        messages::insert(conn, step.trade, user, &step.details.message, now).await?;
    }
    Ok(transition.to)
}

/// Refuses strangers before anything is said of the trade.
fn be_party(loaded: &Loaded, actor: Actor) -> Result<()> {
    let stranger = matches!(actor, Actor::Member(user) if loaded.trade.party(user).is_none());
    if stranger {
        Err(Error::NotFound)
    } else {
        Ok(())
    }
}

/// The command with everything that it needs.
async fn action(
    conn: &mut PgConnection,
    loaded: &Loaded,
    step: &Step,
    now: Timestamp,
) -> Result<Action> {
    match &step.command {
        Command::Do(action) => Ok(action.clone()),
        Command::Counter {
            seen,
            books,
            method,
        } => {
            let items = propose::counter_items(conn, loaded, step.actor, books, now).await?;
            Ok(Action::Counter {
                seen: *seen,
                items,
                method: *method,
            })
        }
        Command::Send(leg) => {
            let abroad: bool = match loaded.trade.leg(*leg) {
                Some(way) => members::is_abroad(conn, way.from, way.to).await?,
                None => false,
            };
            Ok(Action::Send { leg: *leg, abroad })
        }
    }
}
