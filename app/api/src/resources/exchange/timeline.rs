//! What has happened in a trade, and the letters in it.

use dogear_domain::trades::{CancelGround, Outcome, ProblemReason, TradeState, Verb};
use dogear_server::trades::{self, Entry, EventData, PartyView, TimelineItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::book::handle_of;
use super::change::ExchangeRevision;
use super::{at_most, message};
use crate::Site;
use crate::answer::{Answer, List, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::problem::{Code, Problem};
use crate::query::Query;
use crate::resources::books::PageOf;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_exchange_events))
        .routes(routes!(list_exchange_messages, write_exchange_message))
}

/// Something that happened in a trade.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeEvent {
    /// When.
    at: Timestamp,
    /// Handle of whoever did it; empty for a former member, null for the site.
    by: Option<String>,
    /// A step (`propose`, `counter`, `accept`, `decline`, `withdraw`, `expire`, `terms_changed`,
    /// `supersede`, `unoffer`, `send`, `hand_over`, `receive`, `mark_lost`, `cancel`,
    /// `consent_to_cancel`, `report_problem`, `resolve`, `mark_paid`, `unpaid`, `ask_renewal`,
    /// `grant_renewal`, `refuse_renewal`, `extend_loan`, `let_keep`, `agree_to_keep`, `leave`,
    /// `ask_return`, `drop_return`, `start_payment`, `payment_confirmed`, `payment_lapsed`), or
    /// `message`, `address`, `meeting_chosen`, `meeting_dropped`, `meeting_moved`,
    /// `meeting_cancelled`, `meeting_left`, `refunded`, `given_back` or `payment_trouble`. New ones
    /// may come.
    kind: &'static str,
    /// The state that it led to; null for what is no step, and for proposals.
    #[schema(value_type = Option<String>)]
    state: Option<TradeState>,
    /// The way of the books that it is about; null for all of the trade.
    leg: Option<Id>,
    revision: Option<ExchangeRevision>,
    /// The message; null for everything else.
    message: Option<Id>,
    /// What somebody wrote: the message, the reason, the details of a problem, the statement. May be
    /// empty, as that of a message is which a moderator has hidden.
    text: String,
    /// What the event is called at which the books change hands, where it is about one.
    event: String,
    /// The copy whose description was changed, or that is no longer offered.
    copy: Option<Id>,
    /// Until when somebody would have a borrowed book, or has it from then on.
    until: Option<Timestamp>,
    /// On what ground it was called off: `before_sending`, `overdue`, `mutual` or `unpaid`.
    #[schema(value_type = Option<String>)]
    ground: Option<CancelGround>,
    /// What was reported.
    #[schema(value_type = Option<String>)]
    problem: Option<ProblemReason>,
    /// Where a settlement left the books: `complete`, `cancel`, `return`, `replace`, `returned`,
    /// `kept` or `written_off`.
    #[schema(value_type = Option<String>)]
    outcome: Option<Outcome>,
}

impl ExchangeEvent {
    fn of(entry: &Entry, parties: &[PartyView]) -> Self {
        let blank = Self {
            at: entry.at,
            by: entry.by.map(|user| handle_of(parties, user)),
            kind: "",
            state: None,
            leg: None,
            revision: None,
            message: None,
            text: String::new(),
            event: String::new(),
            copy: None,
            until: None,
            ground: None,
            problem: None,
            outcome: None,
        };
        match &entry.what {
            TimelineItem::Revision(revision) => Self {
                kind: match revision.number {
                    1 => Verb::Propose.as_str(),
                    _ => Verb::Counter.as_str(),
                },
                revision: Some(ExchangeRevision::of(revision, parties)),
                ..blank
            },
            TimelineItem::Message { id, body, .. } => Self {
                kind: "message",
                message: Some((*id).into()),
                text: body.clone().unwrap_or_default(),
                ..blank
            },
            TimelineItem::Address => Self {
                kind: "address",
                ..blank
            },
            TimelineItem::Meeting(news) => Self {
                kind: news.notice.as_str(),
                event: news.title.clone(),
                ..blank
            },
            TimelineItem::Money(notice) => Self {
                kind: notice.as_str(),
                ..blank
            },
            TimelineItem::Step {
                verb,
                to,
                leg,
                data,
            } => Self {
                kind: verb.as_str(),
                state: Some(*to),
                leg: leg.map(Id::from),
                ..blank.with(data)
            },
        }
    }

    fn with(self, data: &EventData) -> Self {
        Self {
            text: data.words.clone(),
            copy: data.copy.map(Id::from),
            until: data.until,
            ground: data.ground,
            problem: data.problem,
            outcome: data.outcome,
            ..self
        }
    }
}

/// What has happened in a trade
///
/// From the first to the last. Nothing is taken out of it, and what is new comes at its end.
#[utoipa::path(
    get,
    path = "/exchange/{id}/events",
    tag = "Exchange",
    params(("id" = Id, Path, description = "Of the trade."), PageOf),
    responses((status = 200, description = "A page of it.", body = List<ExchangeEvent>)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_exchange_events(
    caller: Caller,
    At(id): At<Id>,
    Query(page): Query<PageOf>,
) -> Answer<List<ExchangeEvent>> {
    let cx = &caller.cx;
    let name = format!("events of exchange {id}");
    // The history only grows: a place in it stays what it is.
    let before: usize = cursor::read(cx, &name, page.cursor.as_deref())?.unwrap_or(0);
    let view = Box::pin(trades::page(cx, id.of())).await?;
    let end = before.saturating_add(at_most(page.limit) as usize);
    let more = end < view.timeline.len();
    let shown = view.timeline.iter().take(end).skip(before);
    Ok(Reply::ok(List {
        items: shown
            .map(|entry| ExchangeEvent::of(entry, &view.parties))
            .collect(),
        next: more.then(|| cursor::write(cx, &name, &end)).transpose()?,
    }))
}

/// A letter in a trade.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeMessage {
    id: Id,
    /// When it was written.
    at: Timestamp,
    /// Handle of whoever wrote it; empty for a former member.
    by: String,
    /// Empty when a moderator has hidden it.
    text: String,
    /// A moderator has hidden it.
    hidden: bool,
}

impl ExchangeMessage {
    fn of(entry: &Entry, parties: &[PartyView]) -> Option<Self> {
        let TimelineItem::Message { id, body, hidden } = &entry.what else {
            return None;
        };
        Some(Self {
            id: (*id).into(),
            at: entry.at,
            by: entry
                .by
                .map(|user| handle_of(parties, user))
                .unwrap_or_default(),
            text: body.clone().unwrap_or_default(),
            hidden: *hidden,
        })
    }
}

/// The letters in a trade
///
/// From the first to the last.
#[utoipa::path(
    get,
    path = "/exchange/{id}/messages",
    tag = "Exchange",
    params(("id" = Id, Path, description = "Of the trade."), PageOf),
    responses((status = 200, description = "A page of them.", body = List<ExchangeMessage>)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_exchange_messages(
    caller: Caller,
    At(id): At<Id>,
    Query(page): Query<PageOf>,
) -> Answer<List<ExchangeMessage>> {
    let cx = &caller.cx;
    let name = format!("messages of exchange {id}");
    let before: usize = cursor::read(cx, &name, page.cursor.as_deref())?.unwrap_or(0);
    let view = Box::pin(trades::page(cx, id.of())).await?;
    let mut letters: Vec<ExchangeMessage> = view
        .timeline
        .iter()
        .filter_map(|entry| ExchangeMessage::of(entry, &view.parties))
        .skip(before)
        .collect();
    let most = at_most(page.limit) as usize;
    let more = letters.len() > most;
    letters.truncate(most);
    let end = before.saturating_add(most);
    Ok(Reply::ok(List {
        items: letters,
        next: more.then(|| cursor::write(cx, &name, &end)).transpose()?,
    }))
}

/// A letter to the other party.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewExchangeMessage {
    /// What it says.
    text: String,
}

/// Write to the other party of a trade
#[utoipa::path(
    post,
    path = "/exchange/{id}/messages",
    tag = "Exchange",
    params(
        ("id" = Id, Path, description = "Of the trade."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key writes once."),
    ),
    request_body = NewExchangeMessage,
    responses(
        (status = 201, description = "The message.", body = ExchangeMessage),
        (status = 409, description = "Nobody can write in this trade any more."),
    ),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(5)))
)]
async fn write_exchange_message(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(new): Json<NewExchangeMessage>,
) -> Answer<ExchangeMessage> {
    let cx = &caller.cx;
    let message = message(&new.text).map_err(|problem| problem.renamed(&[("message", "text")]))?;
    let written = trades::write(cx, key, id.of(), &message).await;
    let written = written.map_err(|e| Problem::from(e).renamed(&[("message", "text")]))?;
    let view = Box::pin(trades::page(cx, id.of())).await?;
    let written = Id::from(written);
    let mut letters = view.timeline.iter();
    let letter = letters
        .find_map(|entry| {
            ExchangeMessage::of(entry, &view.parties).filter(|letter| letter.id == written)
        })
        .ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(Reply::created(letter, &format!("/exchange/{id}/messages")))
}
