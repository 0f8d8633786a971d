//! News of the site, which admins write to many members.

use dogear_domain::broadcasts::{Audience, AudienceKind, BroadcastState};
use dogear_domain::ids::BroadcastId;
use dogear_server::broadcasts::{self, Broadcast as Kept, BroadcastForm};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::books::PageOf;
use crate::Site;
use crate::answer::{Answer, List, NoContent, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::problem::Problem;
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(create_broadcast))
        .routes(routes!(list_broadcasts))
        .routes(routes!(get_broadcast, stop_broadcast))
}

/// News of the site that go to many members.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Broadcast {
    id: Id,
    title: String,
    /// What is said.
    body: String,
    /// `everyone`, `hosts`, `moderators`, or those who live in one `country` or `town`.
    #[schema(value_type = String)]
    audience: AudienceKind,
    /// Of a country its code, of a town its name; otherwise empty.
    place: String,
    /// `scheduled`, `sending`, `sent`, or `cancelled` when it was stopped.
    #[schema(value_type = String)]
    state: BroadcastState,
    /// When it leaves, or has left.
    send_at: Timestamp,
    /// So many members it would have reached when it was written.
    expected: i32,
    /// So many were told.
    told: i32,
    /// Handle of whoever wrote it; null of a former member.
    author: Option<String>,
    /// When it was written.
    created_at: Timestamp,
    /// When all were told, or it was stopped.
    ended_at: Option<Timestamp>,
}

impl From<Kept> for Broadcast {
    fn from(kept: Kept) -> Self {
        let Audience { kind, place } = kept.audience;
        Self {
            id: kept.id.into(),
            title: kept.title,
            body: kept.body,
            audience: kind,
            place,
            state: kept.state,
            send_at: kept.send_at,
            expected: kept.expected,
            told: kept.told,
            author: kept.author,
            created_at: kept.created_at,
            ended_at: kept.ended_at,
        }
    }
}

/// News that are to go to many members.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBroadcast {
    #[schema(max_length = 100)]
    title: String,
    /// What is to be said.
    #[schema(max_length = 1000)]
    body: String,
    /// `everyone`, `hosts`, `moderators`, or those who live in one `country` or `town`.
    #[schema(value_type = String)]
    audience: AudienceKind,
    /// Of a country its code, of a town its name.
    #[serde(default)]
    place: String,
    /// When it leaves; null for at once.
    #[serde(default)]
    send_at: Option<Timestamp>,
    /// Only say how many would be told. Nobody is.
    #[serde(default)]
    preview: bool,
}

/// What comes of news to many members.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BroadcastOutlook {
    /// So many members are told, or would be.
    members: i64,
    /// When it leaves.
    send_at: Timestamp,
    /// For so many seconds they are being told, some at a time.
    takes_seconds: i64,
    /// Null of a preview.
    broadcast: Option<Broadcast>,
}

/// Write to many members
///
/// For admins. They are told some at a time, each once, in their inbox and by mail as far as they
/// want news of the site; those who are suspended or leave are left out. With `preview` nobody is
/// told.
#[utoipa::path(
    post,
    path = "/notifications",
    tag = "Broadcasts",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key writes once.")),
    request_body = NewBroadcast,
    responses(
        (status = 200, description = "What would come of it.", body = BroadcastOutlook),
        (status = 201, description = "What comes of it.", body = BroadcastOutlook),
        (status = 409, description = "Nobody would be told.")
    ),
    security(("token" = ["desk"])),
    extensions(("x-cost" = json!(10)))
)]
async fn create_broadcast(
    caller: Caller,
    Once(key): Once,
    Json(new): Json<NewBroadcast>,
) -> Answer<BroadcastOutlook> {
    let cx = &caller.cx;
    let form = BroadcastForm {
        title: new.title,
        body: new.body,
        audience: new.audience.to_string(),
        place: new.place,
        send_at: new.send_at.map_or_else(String::new, |at| at.to_string()),
    };
    let outlook = broadcasts::preview(cx, &form).await?;
    let takes_seconds = outlook.takes.as_secs();
    if new.preview {
        return Ok(Reply::ok(BroadcastOutlook {
            members: outlook.members,
            send_at: outlook.send_at,
            takes_seconds,
            broadcast: None,
        }));
    }
    let id = broadcasts::create(cx, key, &form).await?;
    let made = broadcasts::one(cx, id).await?;
    let made = BroadcastOutlook {
        members: made.expected.into(),
        send_at: made.send_at,
        takes_seconds,
        broadcast: Some(made.into()),
    };
    Ok(Reply::created(made, &format!("/broadcasts/{id}")))
}

/// What was written to many members
///
/// For admins; the last first.
#[utoipa::path(
    get,
    path = "/broadcasts",
    tag = "Broadcasts",
    params(PageOf),
    responses((status = 200, description = "A page of broadcasts.", body = List<Broadcast>)),
    security(("token" = ["desk"])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_broadcasts(caller: Caller, Query(page): Query<PageOf>) -> Answer<List<Broadcast>> {
    let cx = &caller.cx;
    let name = "broadcasts";
    let before = cursor::read::<BroadcastId>(cx, name, page.cursor.as_deref())?;
    let most = page.limit.clamp(1, 100);
    let mut all = broadcasts::list(cx, before, i64::from(most) + 1).await?;
    let more = all.len() > most as usize;
    all.truncate(most as usize);
    let next = all.last().filter(|_| more).map(|last| last.id);
    Ok(Reply::ok(List {
        next: next.map(|key| cursor::write(cx, name, &key)).transpose()?,
        items: all.into_iter().map(Broadcast::from).collect(),
    }))
}

/// News to many members
///
/// For admins.
#[utoipa::path(
    get,
    path = "/broadcasts/{id}",
    tag = "Broadcasts",
    params(("id" = Id, Path, description = "Of the broadcast.")),
    responses((status = 200, description = "The broadcast.", body = Broadcast)),
    security(("token" = ["desk"]))
)]
async fn get_broadcast(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<Broadcast> {
    let found = broadcasts::one(&caller.cx, id.of()).await?;
    Ok(Reply::ok(found.into()))
}

/// Stop news to many members
///
/// For admins. Whoever was not told yet is not. Doing it twice is fine.
#[utoipa::path(
    delete,
    path = "/broadcasts/{id}",
    tag = "Broadcasts",
    params(("id" = Id, Path, description = "Of the broadcast.")),
    responses(
        (status = 204, description = "It is stopped."),
        (status = 409, description = "Everybody was told already.")
    ),
    security(("token" = ["desk"])),
    extensions(("x-cost" = json!(2)))
)]
async fn stop_broadcast(caller: Caller, At(id): At<Id>) -> Result<NoContent, Problem> {
    broadcasts::cancel(&caller.cx, id.of()).await?;
    Ok(NoContent)
}
