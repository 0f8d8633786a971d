//! The forms of a trade's steps.

use axum::extract::Path;
use dogear_domain::ids::{LegId, TradeId};
use dogear_domain::trades::{ProblemReason, TradeState};
use dogear_server::Error;
use dogear_server::trades::{self, Shipment};

use super::ask::{self, Question};
use super::page::{number, render};
use crate::http::{AppError, Form, PageResult, Req};
use crate::paths;

type Id = Path<String>;

/// After a step: back to the trade with a sentence, or the trade as it is now when
/// it has moved on.
async fn after<T>(
    req: &Req,
    id: TradeId,
    form: &Form,
    outcome: Result<T, Error>,
    sentence: impl FnOnce(T) -> &'static str,
) -> PageResult {
    match outcome {
        Ok(done) => Ok(req.redirect_saying(&paths::trade(id), sentence(done))),
        Err(error) => render(req, id, form.again(error)?).await,
    }
}

/// As [`after`], for a step with a form of its own: what is wrong in it is shown there.
async fn after_asking<T>(
    req: &Req,
    id: TradeId,
    form: &Form,
    question: Question,
    outcome: Result<T, Error>,
    sentence: impl FnOnce(T) -> &'static str,
) -> PageResult {
    match outcome {
        Err(error @ Error::Invalid(_)) => ask::render(req, id, question, form.again(error)?).await,
        other => after(req, id, form, other, sentence).await,
    }
}

fn leg(form: &Form) -> Result<LegId, AppError> {
    form.parse("leg").ok_or_else(AppError::not_found)
}

pub async fn accept(req: Req, Path(id): Id, form: Form) -> PageResult {
    let id = number(&id)?;
    let seen = form.parse("seen").ok_or_else(AppError::not_found)?;
    let outcome = trades::accept(&req.cx, form.key(), id, seen).await;
    after(&req, id, &form, outcome, |state| match state {
        TradeState::Agreed => "It is agreed. The books are reserved for this trade.",
        _ => "You have accepted. It waits for the others now.",
    })
    .await
}

pub async fn decline(req: Req, Path(id): Id, form: Form) -> PageResult {
    let id = number(&id)?;
    let outcome = trades::decline(&req.cx, form.key(), id, form.text("reason")).await;
    let said = |_| "You have declined the proposal.";
    after_asking(&req, id, &form, Question::Decline, outcome, said).await
}

pub async fn withdraw(req: Req, Path(id): Id, form: Form) -> PageResult {
    let id = number(&id)?;
    let outcome = trades::withdraw(&req.cx, form.key(), id).await;
    after(
        &req,
        id,
        &form,
        outcome,
        |_| "You have withdrawn the proposal.",
    )
    .await
}

pub async fn send(req: Req, Path(id): Id, form: Form) -> PageResult {
    let id = number(&id)?;
    let leg = leg(&form)?;
    let shipment = Shipment {
        carrier: form.text("carrier").into(),
        tracking: form.text("tracking").into(),
    };
    let outcome = trades::send(&req.cx, form.key(), id, leg, &shipment).await;
    let said = |_| "Your parcel is marked as posted. The other side has been told.";
    after_asking(&req, id, &form, Question::Send(leg), outcome, said).await
}

pub async fn hand_over(req: Req, Path(id): Id, form: Form) -> PageResult {
    let id = number(&id)?;
    let outcome = trades::hand_over(&req.cx, form.key(), id, leg(&form)?).await;
    let said = |_| "The books are marked as handed over.";
    after(&req, id, &form, outcome, said).await
}

pub async fn receive(req: Req, Path(id): Id, form: Form) -> PageResult {
    let id = number(&id)?;
    let outcome = trades::receive(&req.cx, form.key(), id, leg(&form)?).await;
    after(&req, id, &form, outcome, |state| match state {
        TradeState::Completed => "The books are yours, and the trade is completed.",
        _ => "The books are yours. They stand on your shelf, not listed yet.",
    })
    .await
}

pub async fn cancel(req: Req, Path(id): Id, form: Form) -> PageResult {
    let id = number(&id)?;
    let outcome = trades::cancel(&req.cx, form.key(), id, form.text("reason")).await;
    let said = |state| match state {
        TradeState::Cancelled => "The trade is cancelled. The books are free again.",
        _ => "You have asked to cancel. It waits for the other side.",
    };
    after_asking(&req, id, &form, Question::Cancel, outcome, said).await
}

pub async fn consent_to_cancel(req: Req, Path(id): Id, form: Form) -> PageResult {
    let id = number(&id)?;
    let outcome = trades::consent_to_cancel(&req.cx, form.key(), id).await;
    after(&req, id, &form, outcome, |state| match state {
        TradeState::Cancelled => "The trade is cancelled. The books are free again.",
        _ => "You have agreed to cancel. It waits for the others.",
    })
    .await
}

pub async fn problem(req: Req, Path(id): Id, form: Form) -> PageResult {
    let id = number(&id)?;
    let leg = leg(&form)?;
    let outcome = match form.parse::<ProblemReason>("problem") {
        Some(problem) => {
            let details = form.text("details");
            trades::report_problem(&req.cx, form.key(), id, leg, problem, details).await
        }
        None => Err(Error::field("problem", "Choose what went wrong.")),
    };
    let said = |_| "You have reported the problem. The trade stands still until it is settled.";
    after_asking(&req, id, &form, Question::Problem(leg), outcome, said).await
}

pub async fn settle(req: Req, Path(id): Id, form: Form) -> PageResult {
    let id = number(&id)?;
    let outcome = trades::settle(&req.cx, form.key(), id).await;
    after(&req, id, &form, outcome, |state| match state {
        TradeState::Resolved => "It is settled, and the trade has ended.",
        _ => "You have agreed to settle it. It waits for the other side.",
    })
    .await
}

pub async fn message(req: Req, Path(id): Id, form: Form) -> PageResult {
    let id = number(&id)?;
    let outcome = trades::write(&req.cx, form.key(), id, form.text("message")).await;
    after(&req, id, &form, outcome, |_| "Your message is sent.").await
}

pub async fn address(req: Req, Path(id): Id, form: Form) -> PageResult {
    let id = number(&id)?;
    let outcome = trades::save_address(&req.cx, form.key(), id, form.text("address")).await;
    let said = |()| "The sender can read your address now.";
    after(&req, id, &form, outcome, said).await
}
