//! Give-aways: a copy for one of those who ask for it.

use dogear_domain::grade::Grade;
use dogear_domain::ids::RoundId;
use dogear_domain::rounds::{AskState, RoundMode, RoundState};
use dogear_domain::trades::Method;
use dogear_server::rounds::{self, Listed, RoundPage};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::gift_draw::GiftDraw;
use super::shown::Exchange;
use super::{at_most, now};
use crate::Site;
use crate::answer::{Answer, List, NoContent, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::problem::Problem;
use crate::query::{Nothing, Query};
use crate::resources::books::PageOf;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_give_aways, open_give_away))
        .routes(routes!(get_give_away, close_give_away))
        .routes(routes!(ask_for_give_away, take_ask_back))
        .routes(routes!(take_give_away))
        .routes(routes!(pass_give_away))
}

/// A book that is given away, in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GiveAwayLine {
    id: Id,
    /// Its page.
    url: String,
    /// What it is a copy of.
    book: Id,
    title: String,
    /// All of them in one line.
    authors: String,
    /// ISO 639-1; may be empty.
    language: String,
    /// `as-new`, `fine`, `very-good`, `good`, `fair` or `reading-copy`.
    #[schema(value_type = String)]
    grade: Grade,
    /// Handle of whoever gives it.
    owner: String,
    /// As the owner writes it; may be empty.
    city: String,
    /// ISO 3166-1 alpha-2; may be empty.
    country: String,
    /// By lot among all who have asked in time (`draw`), or to whoever asks first (`queue`).
    #[schema(value_type = String)]
    mode: RoundMode,
    /// Until when one can ask.
    closes_at: Timestamp,
    /// So many wait.
    waiting: i64,
    /// It is the caller's.
    mine: bool,
    /// The caller has asked for it.
    asked: bool,
}

impl GiveAwayLine {
    fn of(listed: Listed, link: impl Fn(&str) -> String) -> Self {
        Self {
            id: listed.id.into(),
            url: link(&dogear_urls::give(listed.id)),
            book: listed.work.into(),
            title: listed.title,
            authors: listed.author_line,
            language: listed.language,
            grade: listed.grade,
            owner: listed.owner,
            city: listed.whereabouts.city,
            country: listed.whereabouts.country,
            mode: listed.mode,
            closes_at: listed.closes_at,
            waiting: listed.waiting,
            mine: listed.mine,
            asked: listed.asked,
        }
    }
}

/// A book that is given away.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GiveAway {
    id: Id,
    /// Its page.
    url: String,
    /// Which copy.
    copy: Id,
    /// What it is a copy of.
    book: Id,
    title: String,
    /// All of them in one line.
    authors: String,
    /// ISO 639-1; may be empty.
    language: String,
    /// `as-new`, `fine`, `very-good`, `good`, `fair` or `reading-copy`.
    #[schema(value_type = String)]
    grade: Grade,
    /// In the owner's words, while it runs; may be empty.
    note: String,
    /// Handle of whoever gives it.
    owner: String,
    /// By lot among all who have asked in time (`draw`), or to whoever asks first (`queue`).
    #[schema(value_type = String)]
    mode: RoundMode,
    /// `open`, `offered`, `taken`, `unclaimed` or `closed`.
    #[schema(value_type = String)]
    state: RoundState,
    /// When it began.
    opened_at: Timestamp,
    /// Until when one can ask.
    closes_at: Timestamp,
    /// Until when whoever is asked can answer; null when nobody is.
    offer_until: Option<Timestamp>,
    /// So many hours somebody has for an answer.
    offer_hours: u16,
    /// So many wait or are asked.
    waiting: i64,
    draw: Option<GiftDraw>,
    /// It is the caller's.
    mine: bool,
    ask: Option<GiftAsk>,
    /// The caller can ask for it now.
    can_ask: bool,
    /// Why a caller who could ask may not just now; null when they may.
    limit: Option<String>,
    /// What whoever has taken it wants to be called; for those who take part.
    taker: Option<String>,
    /// The trade that it has come to; for giver and taker.
    exchange: Option<Id>,
}

/// What has become of the caller's asking.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GiftAsk {
    /// `waiting`, `offered` (take it or pass), `taken`, `passed`, `silent` or `skipped`.
    #[schema(value_type = String)]
    state: AskState,
    /// In a queue, from 1.
    place: i64,
}

impl GiveAway {
    fn of(round: RoundPage, link: impl Fn(&str) -> String) -> Self {
        Self {
            id: round.id.into(),
            url: link(&dogear_urls::give(round.id)),
            copy: round.copy.into(),
            book: round.work.into(),
            draw: GiftDraw::of(&round),
            title: round.title,
            authors: round.author_line,
            language: round.language,
            grade: round.grade,
            note: round.note,
            owner: round.owner,
            mode: round.rules.mode,
            state: round.rules.state,
            opened_at: round.opened_at,
            closes_at: round.rules.closes_at,
            offer_until: round.rules.offer_until,
            offer_hours: round.offer_hours,
            waiting: round.waiting,
            mine: round.mine,
            ask: round.ask.map(|ask| GiftAsk {
                state: ask.state,
                place: ask.place,
            }),
            can_ask: round.can_ask,
            limit: round.limit,
            taker: round.taker,
            exchange: round.trade.map(Id::from),
        }
    }
}

async fn present(caller: &Caller, id: Id) -> Result<GiveAway, Problem> {
    let cx = &caller.cx;
    let round = rounds::page(cx, id.of()).await?;
    Ok(GiveAway::of(round, |path| cx.services.settings.link(path)))
}

/// What is given away now
///
/// The latest first: everything that one can ask for. Who sends a token does not see what is given
/// by readers they have blocked, or who have blocked them.
#[utoipa::path(
    get,
    path = "/give-aways",
    tag = "Give-aways",
    params(PageOf),
    responses((status = 200, description = "A page of it.", body = List<GiveAwayLine>)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_give_aways(caller: Caller, Query(page): Query<PageOf>) -> Answer<List<GiveAwayLine>> {
    let cx = &caller.cx;
    let name = "give-aways";
    let before: Option<RoundId> = cursor::read(cx, name, page.cursor.as_deref())?;
    let most = at_most(page.limit);
    let mut listed = rounds::latest(cx, before, most + 1).await?;
    let more = listed.len() > most as usize;
    listed.truncate(most as usize);
    let next = listed.last().filter(|_| more).map(|last| last.id);
    Ok(Reply::ok(List {
        next: next.map(|key| cursor::write(cx, name, &key)).transpose()?,
        items: listed
            .into_iter()
            .map(|line| GiveAwayLine::of(line, |path| cx.services.settings.link(path)))
            .collect(),
    }))
}

/// A give-away
///
/// With what is needed to check its draw. For everybody who sees its copy listed, and for those who
/// took part.
#[utoipa::path(
    get,
    path = "/give-aways/{id}",
    tag = "Give-aways",
    params(("id" = Id, Path, description = "Of the give-away.")),
    responses((status = 200, description = "The give-away.", body = GiveAway)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(2)))
)]
async fn get_give_away(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<GiveAway> {
    present(&caller, id).await.map(Reply::ok)
}

/// A copy to give away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewGiveAway {
    /// Of the caller's, and listed.
    copy: Id,
    /// By lot among all who have asked in time (`draw`), or to whoever asks first (`queue`).
    #[schema(value_type = String)]
    mode: RoundMode,
    /// So long readers can ask.
    #[schema(minimum = 12, maximum = 168)]
    hours: u16,
}

/// Give a copy away to one of those who ask for it
///
/// It is held from then on, and open proposals with it end.
#[utoipa::path(
    post,
    path = "/give-aways",
    tag = "Give-aways",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key begins one.")),
    request_body = NewGiveAway,
    responses(
        (status = 201, description = "The give-away, as it stands now.", body = GiveAway),
        (status = 404, description = "There is no such copy of the caller's."),
        (status = 409, description = "It is not listed, promised, lent, or given away already."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(5)))
)]
async fn open_give_away(
    caller: Caller,
    Once(key): Once,
    Json(new): Json<NewGiveAway>,
) -> Answer<GiveAway> {
    let (cx, hours) = (&caller.cx, new.hours.to_string());
    let opened = Box::pin(rounds::open(cx, key, new.copy.of(), new.mode, &hours)).await?;
    let id = Id::from(opened.round);
    let give_away = present(&caller, id).await?;
    Ok(Reply::created(give_away, &format!("/give-aways/{id}")))
}

/// End a give-away before anybody is asked
///
/// Doing it twice is fine.
#[utoipa::path(
    delete,
    path = "/give-aways/{id}",
    tag = "Give-aways",
    params(("id" = Id, Path, description = "Of the give-away.")),
    responses(
        (status = 204, description = "It is over."),
        (status = 409, description = "Somebody is asked, or has taken it."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(4)))
)]
async fn close_give_away(caller: Caller, At(id): At<Id>) -> Result<NoContent, Problem> {
    Box::pin(rounds::close(&caller.cx, id.of())).await?;
    Ok(NoContent)
}

/// Ask for what is given away
///
/// In a queue where nobody waits it is offered at once.
#[utoipa::path(
    put,
    path = "/give-aways/{id}/ask",
    tag = "Give-aways",
    params(
        ("id" = Id, Path, description = "Of the give-away."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key asks once."),
    ),
    responses(
        (status = 200, description = "The give-away, as it stands now.", body = GiveAway),
        (status = 409, description = "It is too late, the queue is full, or the caller has asked."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(4)))
)]
async fn ask_for_give_away(caller: Caller, At(id): At<Id>, Once(key): Once) -> Answer<GiveAway> {
    Box::pin(rounds::ask(&caller.cx, key, id.of())).await?;
    present(&caller, id).await.map(Reply::ok)
}

/// Take back that one has asked
///
/// Doing it twice is fine.
#[utoipa::path(
    delete,
    path = "/give-aways/{id}/ask",
    tag = "Give-aways",
    params(("id" = Id, Path, description = "Of the give-away.")),
    responses(
        (status = 204, description = "The caller does not wait for it."),
        (status = 409, description = "It is offered to the caller, or over."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(4)))
)]
async fn take_ask_back(caller: Caller, At(id): At<Id>) -> Result<NoContent, Problem> {
    Box::pin(rounds::take_back(&caller.cx, id.of())).await?;
    Ok(NoContent)
}

/// How a gift changes hands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Taken {
    /// `post` or `meet`.
    #[schema(value_type = String)]
    method: Method,
}

/// Take what is offered
///
/// The gift is agreed by that.
#[utoipa::path(
    put,
    path = "/give-aways/{id}/take",
    tag = "Give-aways",
    params(
        ("id" = Id, Path, description = "Of the give-away."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key takes it once."),
    ),
    request_body = Taken,
    responses(
        (status = 200, description = "The trade that it has come to.", body = Exchange),
        (status = 409, description = "It is not offered to the caller."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(4)))
)]
async fn take_give_away(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(taken): Json<Taken>,
) -> Answer<Exchange> {
    let trade = Box::pin(rounds::take(&caller.cx, key, id.of(), taken.method)).await?;
    now(&caller, trade.into()).await
}

/// Leave what is offered to the next one
///
/// Doing it twice is fine.
#[utoipa::path(
    put,
    path = "/give-aways/{id}/pass",
    tag = "Give-aways",
    params(("id" = Id, Path, description = "Of the give-away.")),
    responses(
        (status = 200, description = "The give-away, as it stands now.", body = GiveAway),
        (status = 409, description = "It is not offered to the caller."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(4)))
)]
async fn pass_give_away(caller: Caller, At(id): At<Id>) -> Answer<GiveAway> {
    Box::pin(rounds::pass(&caller.cx, id.of())).await?;
    present(&caller, id).await.map(Reply::ok)
}
