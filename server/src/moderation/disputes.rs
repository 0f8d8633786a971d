//! Ending a trade that a reported problem holds.

use dogear_domain::fields::{FieldErrors, Statement};
use dogear_domain::ids::{DecisionId, TradeId, UserId};
use dogear_domain::moderation::Verdict;
use dogear_domain::trades::Outcome;
use serde_json::json;
use sqlx::PgConnection;

use super::recusal;
use super::repo::{self, decisions::NewDecision};
use super::subject::SubjectRef;
use crate::audit::{Entry, audit};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Result, trades};

/// A moderator's decision.
#[derive(Debug, Clone)]
pub struct Resolution {
    outcome: Outcome,
    /// The reasons, which both sides read.
    statement: Statement,
    /// How much of the money goes back, as typed; empty for what the outcome says.
    give_back: String,
}

impl Resolution {
    /// With so much of the money going back to the buyer of a sale, as typed; empty for what the
    /// outcome says.
    #[must_use]
    pub fn giving_back(self, typed: &str) -> Self {
        let give_back = typed.trim().to_owned();
        Self { give_back, ..self }
    }

    /// Reads the form. Books may change owners, and nothing takes that back: the moderator has
    /// said to be `sure`. `outcome` is none when no button was chosen.
    ///
    /// # Errors
    /// On `outcome`, `statement` and `sure`.
    pub fn read(
        outcome: Option<Outcome>,
        statement: &str,
        sure: bool,
    ) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let outcome = errors.take("outcome", outcome.ok_or("Choose how the trade ends."));
        let statement = errors.take("statement", Statement::parse(statement));
        if !sure {
            errors.add("sure", "Tick that this is to be final.");
        }
        let (outcome, statement) = errors.finish(outcome.zip(statement))?;
        Ok(Self {
            outcome,
            statement,
            give_back: String::new(),
        })
    }
}

/// Ends a disputed trade: the books go where the outcome says, its reports are answered, both
/// sides are told with the statement.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins; `Forbidden` for a moderator who is part of the trade; `Conflict` when no problem
/// holds the trade any more; `Invalid` (field `give_back`) for an amount that cannot go back.
pub async fn resolve(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    resolution: &Resolution,
) -> Result<DecisionId> {
    cx.moderator()?;
    trades::retrying(|| once(cx, key, trade, resolution)).await
}

async fn once(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    resolution: &Resolution,
) -> Result<DecisionId> {
    let Resolution {
        outcome,
        statement,
        give_back,
    } = resolution;
    let request = ("resolve", trade, outcome, statement, give_back);
    let mut once = match cx.once(key, &request).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let subject = SubjectRef::trade(trade);
    recusal::check(&mut once.tx, cx, subject).await?;
    let back = trades::read_refund(&mut once.tx, trade, give_back).await?;
    trades::resolve(&mut once.tx, cx, trade, *outcome, back, statement).await?;
    let (id, accused) = record(&mut once.tx, cx, trade, statement).await?;
    let entry = Entry {
        action: "trade.resolve",
        subject_kind: subject.kind.as_str(),
        subject_id: Some(subject.id),
        before: Some(json!({ "state": "disputed" })),
        after: Some(
            json!({ "outcome": outcome, "give_back": back, "decision": id, "member": accused }),
        ),
        reason: statement,
    };
    audit(&mut once.tx, cx, entry).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// Writes the decision down beside the others, and ties the reports to it that the step has
/// just closed. Whom it is about is who gave the books in question.
async fn record(
    conn: &mut PgConnection,
    cx: &Cx,
    trade: TradeId,
    statement: &str,
) -> Result<(DecisionId, Option<UserId>)> {
    let subject = SubjectRef::trade(trade);
    let accused = repo::subjects::giver_in_question(conn, trade).await?;
    let new = NewDecision {
        message: statement,
        ..NewDecision::of(
            subject,
            accused,
            cx.moderator()?.id,
            Verdict::Resolve,
            cx.now(),
        )
    };
    let id = repo::decisions::insert(conn, &new).await?;
    repo::reports::tie(conn, subject, id, Verdict::Resolve).await?;
    Ok((id, accused))
}
