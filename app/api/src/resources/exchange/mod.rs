//! Trades of all kinds: books for books, for nothing, for money, for a time.

mod address;
mod answers;
mod book;
mod cart;
mod change;
mod delivery;
mod gift_draw;
mod give_aways;
mod line;
mod loans;
mod orders;
mod purchase;
mod shown;
mod timeline;

use std::fmt::Display;

use dogear_domain::fields::Message;
use dogear_domain::ids::CopyId;
use dogear_domain::trades::Method;
use dogear_server::trades::{self, Books, Filter, Key, Proposal};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Site;
use crate::answer::{Answer, List, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::problem::Problem;
use crate::query::{Nothing, Query};

use line::ExchangeLine;
use shown::Exchange;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_exchange, propose_exchange))
        .routes(routes!(get_exchange))
        .merge(timeline::routes())
        .merge(answers::routes())
        .merge(delivery::routes())
        .merge(address::routes())
        .merge(cart::routes())
        .merge(orders::routes())
        .merge(purchase::routes())
        .merge(loans::routes())
        .merge(give_aways::routes())
}

/// What was sent for this field, as its rule has read it.
fn typed<T>(field: &str, read: Result<T, impl Display>) -> Result<T, Problem> {
    read.map_err(|problem| Problem::field(field, problem.to_string()))
}

fn message(text: &str) -> Result<Message, Problem> {
    typed("message", Message::parse(text))
}

fn copies(ids: &[Id]) -> Vec<CopyId> {
    ids.iter().map(|id| id.of()).collect()
}

/// The trade as it stands now, for the caller.
async fn present(caller: &Caller, id: Id) -> Result<Exchange, Problem> {
    let view = Box::pin(trades::page(&caller.cx, id.of())).await?;
    let settings = &caller.cx.services.settings;
    Ok(Exchange::of(&view, |path| settings.link(path)))
}

/// The same as what a step gives.
async fn now(caller: &Caller, id: Id) -> Answer<Exchange> {
    present(caller, id).await.map(Reply::ok)
}

/// The same as what has just begun.
async fn begun(caller: &Caller, id: Id) -> Answer<Exchange> {
    let exchange = present(caller, id).await?;
    Ok(Reply::created(exchange, &format!("/exchange/{id}")))
}

/// Where a page of lines begins, as its cursor says it.
fn key_of(
    cx: &dogear_server::Cx,
    name: &str,
    cursor: Option<&str>,
) -> Result<Option<Key>, Problem> {
    let key: Option<String> = cursor::read(cx, name, cursor)?;
    Ok(key.and_then(|key| Key::parse(&key)))
}

/// A page of lines.
fn page_of(
    caller: &Caller,
    name: &str,
    rows: Vec<trades::Row>,
    next: Option<Key>,
) -> Answer<List<ExchangeLine>> {
    let cx = &caller.cx;
    let next = next.map(|key| cursor::write(cx, name, &key.to_string()));
    Ok(Reply::ok(List {
        items: rows
            .into_iter()
            .map(|row| ExchangeLine::of(row, |path| cx.services.settings.link(path)))
            .collect(),
        next: next.transpose()?,
    }))
}

/// Which trades, and where the page begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// `needs_you`: the next step is the caller's, by its date; `open`: what runs; `done`: what has
    /// ended; `all`. All but the first by the last change.
    #[serde(default)]
    #[param(value_type = Option<String>, default = "all")]
    which: Which,
    /// Only those in which all of these words are found: in titles, authors, and handle and name of
    /// the other party.
    #[serde(default)]
    q: String,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// At most so many, up to 100.
    #[serde(default = "most")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: u32,
}

fn most() -> u32 {
    50
}

/// So many of a page, as somebody asks for them.
fn at_most(limit: u32) -> u32 {
    limit.clamp(1, 100)
}

#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Which {
    NeedsYou,
    Open,
    Done,
    #[default]
    All,
}

impl From<Which> for Filter {
    fn from(which: Which) -> Self {
        match which {
            Which::NeedsYou => Self::NeedsYou,
            Which::Open => Self::Open,
            Which::Done => Self::Done,
            Which::All => Self::All,
        }
    }
}

/// The caller's trades
///
/// Of every kind: books for books, gifts, sales and loans.
#[utoipa::path(
    get,
    path = "/exchange",
    tag = "Exchange",
    params(Wanted),
    responses((status = 200, description = "A page of them.", body = List<ExchangeLine>)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_exchange(caller: Caller, Query(wanted): Query<Wanted>) -> Answer<List<ExchangeLine>> {
    let cx = &caller.cx;
    let name = format!("exchange {:?} {}", wanted.which, wanted.q);
    let after = key_of(cx, &name, wanted.cursor.as_deref())?;
    let most = at_most(wanted.limit) as usize;
    let filter = wanted.which.into();
    let (rows, next) = trades::list_rows(cx, filter, &wanted.q, after, most).await?;
    page_of(&caller, &name, rows, next)
}

/// A trade
///
/// As its page shows it to the caller, who is one of its parties. `may` has what they can do now,
/// each a step of its own below the address of the trade.
#[utoipa::path(
    get,
    path = "/exchange/{id}",
    tag = "Exchange",
    params(("id" = Id, Path, description = "Of the trade.")),
    responses((status = 200, description = "The trade.", body = Exchange)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(2)))
)]
async fn get_exchange(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<Exchange> {
    now(&caller, id).await
}

/// A trade that somebody would like.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewExchange {
    /// Handle of the other party.
    with: String,
    /// Copies of the caller's, at most 20.
    #[serde(default)]
    give: Vec<Id>,
    /// Copies of the other party's, at most 20.
    #[serde(default)]
    get: Vec<Id>,
    /// Whoever gives nothing says by this that they ask for a gift.
    #[serde(default)]
    gift: bool,
    /// `post` or `meet`.
    #[schema(value_type = String)]
    method: Method,
    /// The first message; may be empty.
    #[serde(default)]
    message: String,
}

/// Propose a trade
///
/// Nothing is reserved until it is accepted. What is wrong with the books of either side is said of
/// the field `books`.
#[utoipa::path(
    post,
    path = "/exchange",
    tag = "Exchange",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key proposes once.")),
    request_body = NewExchange,
    responses(
        (status = 201, description = "The trade, as it stands now.", body = Exchange),
        (status = 404, description = "There is no such member."),
        (status = 409, description = "The other party cannot begin a trade now, or it is the caller."),
    ),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(5)))
)]
async fn propose_exchange(
    caller: Caller,
    Once(key): Once,
    Json(new): Json<NewExchange>,
) -> Answer<Exchange> {
    let proposal = Proposal {
        books: Books {
            gives: copies(&new.give),
            gets: copies(&new.get),
            gift: new.gift,
        },
        method: new.method,
        message: message(&new.message)?,
        with: new.with,
    };
    let trade = Box::pin(trades::propose(&caller.cx, key, &proposal)).await?;
    begun(&caller, trade.into()).await
}
