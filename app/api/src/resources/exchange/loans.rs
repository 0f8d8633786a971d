//! Loans: a copy for a time.

use dogear_domain::ids::TradeId;
use dogear_domain::trades::{LegState, Method, ProposalVersion};
use dogear_server::trades::{self, Borrowing, LoanRow};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answers::step;
use super::shown::Exchange;
use super::{at_most, begun, message, most, now};
use crate::Site;
use crate::answer::{Answer, List, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_loans, borrow_copy))
        .routes(routes!(get_loan_terms))
        .routes(routes!(counter_loan))
        .routes(routes!(ask_loan_renewal))
        .routes(routes!(grant_loan_renewal))
        .routes(routes!(refuse_loan_renewal))
        .routes(routes!(extend_loan))
        .routes(routes!(let_keep_loan))
        .routes(routes!(agree_to_keep_loan))
}

/// Which loans, and where the page begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedLoans {
    /// `lent` or `borrowed`, by the caller.
    #[param(value_type = String)]
    which: WhichLoans,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// At most so many, up to 100.
    #[serde(default = "most")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum WhichLoans {
    Lent,
    Borrowed,
}

/// A loan that runs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Loan {
    /// Of the trade: `/exchange/{id}` has all of it.
    id: Id,
    /// What is lent.
    book: Id,
    title: String,
    /// All of them in one line.
    authors: String,
    /// Handle of the other party; empty for a former member.
    other: String,
    /// The last moment of the day by which it is to be back.
    due: Timestamp,
    /// How far it is on its way back: `pending` while it is with its borrower, `sent`,
    /// `handed_over`, `received` or `lost`; null before it is with them.
    #[schema(value_type = Option<String>)]
    back: Option<LegState>,
    /// A problem was reported.
    disputed: bool,
    /// The borrower has asked for more time.
    asked: bool,
}

impl From<LoanRow> for Loan {
    fn from(row: LoanRow) -> Self {
        Self {
            id: row.trade.into(),
            book: row.work.into(),
            title: row.title,
            authors: row.author_line,
            other: row.handle,
            due: row.due,
            back: row.back,
            disputed: row.disputed,
            asked: row.asked,
        }
    }
}

/// The caller's loans that run
///
/// What is due first first. A loan is a kind of trade: it has the same id, and every step of
/// `/exchange/{id}` works on it.
#[utoipa::path(
    get,
    path = "/loans",
    tag = "Loans",
    params(WantedLoans),
    responses((status = 200, description = "A page of them.", body = List<Loan>)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_loans(caller: Caller, Query(wanted): Query<WantedLoans>) -> Answer<List<Loan>> {
    let cx = &caller.cx;
    let name = format!("loans {:?}", wanted.which);
    let after: Option<(Timestamp, TradeId)> = cursor::read(cx, &name, wanted.cursor.as_deref())?;
    let most = at_most(wanted.limit);
    let lent = wanted.which == WhichLoans::Lent;
    let mut rows = trades::loans_after(cx, lent, after, most + 1).await?;
    let more = rows.len() > most as usize;
    rows.truncate(most as usize);
    let next = rows.last().filter(|_| more).map(|row| (row.due, row.trade));
    Ok(Reply::ok(List {
        next: next.map(|key| cursor::write(cx, &name, &key)).transpose()?,
        items: rows.into_iter().map(Loan::from).collect(),
    }))
}

/// For how long a copy is lent now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoanTerms {
    /// To be sent back by whoever borrows it.
    terms: i32,
    /// At most so many.
    days: i16,
    /// The day that a form would propose, in the caller's time zone.
    #[schema(value_type = String, format = Date)]
    due: Date,
}

/// The terms of a copy that is lent
#[utoipa::path(
    get,
    path = "/loans/terms/{copy}",
    tag = "Loans",
    params(("copy" = Id, Path, description = "The copy.")),
    responses(
        (status = 200, description = "The terms.", body = LoanTerms),
        (status = 409, description = "It cannot be borrowed."),
    ),
    security(("token" = ["read"])),
)]
async fn get_loan_terms(
    caller: Caller,
    At(copy): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<LoanTerms> {
    let loan = trades::on_loan(&caller.cx, copy.of()).await?;
    Ok(Reply::ok(LoanTerms {
        terms: loan.terms,
        days: loan.days,
        due: loan.due,
    }))
}

/// A copy to borrow.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLoan {
    /// Which.
    copy: Id,
    /// The `terms` that were seen of it.
    terms: i32,
    /// The day by which it is to be back, in the caller's time zone: `2026-12-24`.
    #[schema(format = Date)]
    due: String,
    /// How it changes hands, there and back: `post` or `meet`.
    #[schema(value_type = String)]
    method: Method,
    /// To the lender; may be empty.
    #[serde(default)]
    message: String,
}

/// Ask to borrow a copy
///
/// Nothing is promised until its owner accepts.
#[utoipa::path(
    post,
    path = "/loans",
    tag = "Loans",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key asks once.")),
    request_body = NewLoan,
    responses(
        (status = 201, description = "The loan, as it stands now.", body = Exchange),
        (status = 404, description = "There is no such copy."),
        (status = 409, description = "It cannot be borrowed, or its terms are others by now."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(5)))
)]
async fn borrow_copy(
    caller: Caller,
    Once(key): Once,
    Json(new): Json<NewLoan>,
) -> Answer<Exchange> {
    let wanted = Borrowing {
        copy: new.copy.of(),
        seen: new.terms,
        due: new.due,
        method: new.method,
        message: message(&new.message)?,
    };
    let loan = Box::pin(trades::borrow(&caller.cx, key, &wanted)).await?;
    begun(&caller, loan.into()).await
}

/// Another day in the place of the one that was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CounterLoan {
    /// The `version` that is answered.
    #[schema(value_type = String)]
    version: ProposalVersion,
    /// The day by which it is to be back, in the caller's time zone.
    #[schema(format = Date)]
    due: String,
    /// `post` or `meet`.
    #[schema(value_type = String)]
    method: Method,
    /// What goes with it; may be empty.
    #[serde(default)]
    message: String,
}

/// Answer a loan with another day
#[utoipa::path(
    put,
    path = "/loans/{id}/counter",
    tag = "Loans",
    params(
        ("id" = Id, Path, description = "Of the loan."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = CounterLoan,
    responses(
        (status = 200, description = "The loan, as it stands now.", body = Exchange),
        (status = 409, description = "It is no loan, another version by now, or the answer is not the caller's: see `may`."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(5)))
)]
async fn counter_loan(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(other): Json<CounterLoan>,
) -> Answer<Exchange> {
    let message = message(&other.message)?;
    let (cx, seen, method) = (&caller.cx, other.version, other.method);
    let step = trades::redate(cx, key, id.of(), seen, &other.due, method, &message);
    Box::pin(step).await?;
    now(&caller, id).await
}

/// A later day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Until {
    /// By which it is to be back, in the caller's time zone.
    #[schema(format = Date)]
    due: String,
}

/// Ask the lender for more time
#[utoipa::path(
    put,
    path = "/loans/{id}/renewal",
    tag = "Loans",
    params(
        ("id" = Id, Path, description = "Of the loan."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = Until,
    responses(
        (status = 200, description = "The loan, as it stands now.", body = Exchange),
        (status = 409, description = "Not now, or not by this party: see `may`."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(4)))
)]
async fn ask_loan_renewal(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(until): Json<Until>,
) -> Answer<Exchange> {
    Box::pin(trades::ask_renewal(&caller.cx, key, id.of(), &until.due)).await?;
    now(&caller, id).await
}

step! {
    /// Give the time that the borrower asks for
    grant_loan_renewal, "/loans/{id}/renewal/grant", "Loans", "orders", trades::grant_renewal
}

step! {
    /// Give the borrower no more time
    refuse_loan_renewal, "/loans/{id}/renewal/refuse", "Loans", "orders", trades::refuse_renewal
}

/// Give the borrower more time, unasked
#[utoipa::path(
    put,
    path = "/loans/{id}/extend",
    tag = "Loans",
    params(
        ("id" = Id, Path, description = "Of the loan."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = Until,
    responses(
        (status = 200, description = "The loan, as it stands now.", body = Exchange),
        (status = 409, description = "Not now, or not by this party: see `may`."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(4)))
)]
async fn extend_loan(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(until): Json<Until>,
) -> Answer<Exchange> {
    Box::pin(trades::extend(&caller.cx, key, id.of(), &until.due)).await?;
    now(&caller, id).await
}

step! {
    /// Offer the borrower to keep the book
    ///
    /// It stays the lender's until the borrower says that they keep it.
    let_keep_loan, "/loans/{id}/let-keep", "Loans", "orders", trades::let_keep
}

step! {
    /// Keep the book that the lender would let the caller keep
    agree_to_keep_loan, "/loans/{id}/agree-to-keep", "Loans", "orders", trades::agree_to_keep
}
