//! Readers whom the member has blocked.

use dogear_domain::ids::UserId;
use dogear_server::accounts::{self, Blocked};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::books::PageOf;
use crate::Site;
use crate::answer::{Answer, List, NoContent, Reply};
use crate::caller::Caller;
use crate::cursor;
use crate::id::At;
use crate::problem::Problem;
use crate::query::Query;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_my_blocks))
        .routes(routes!(block_reader, unblock_reader))
}

/// A reader whom the member has blocked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BlockedReader {
    /// Without the @.
    handle: String,
    /// What they want to be called.
    name: String,
    /// When they were blocked.
    since: Timestamp,
}

impl From<Blocked> for BlockedReader {
    fn from(blocked: Blocked) -> Self {
        Self {
            handle: blocked.handle,
            name: blocked.display_name,
            since: blocked.since,
        }
    }
}

/// Readers whom the member has blocked
///
/// The last one first.
#[utoipa::path(
    get,
    path = "/me/blocks",
    tag = "Me",
    params(PageOf),
    responses((status = 200, description = "A page of readers.", body = List<BlockedReader>)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_my_blocks(caller: Caller, Query(page): Query<PageOf>) -> Answer<List<BlockedReader>> {
    let cx = &caller.cx;
    let name = "blocks";
    let before = cursor::read::<(Timestamp, UserId)>(cx, name, page.cursor.as_deref())?;
    let most = page.limit.clamp(1, 100);
    let mut blocked = accounts::blocked_before(cx, before, i64::from(most) + 1).await?;
    let more = blocked.len() > most as usize;
    blocked.truncate(most as usize);
    let last = blocked.last().filter(|_| more);
    let next = last.map(|last| (last.since, last.id));
    Ok(Reply::ok(List {
        next: next.map(|key| cursor::write(cx, name, &key)).transpose()?,
        items: blocked.into_iter().map(BlockedReader::from).collect(),
    }))
}

/// Block a reader
///
/// They are not told. Open proposals between the two are withdrawn. Doing it twice is fine.
#[utoipa::path(
    put,
    path = "/me/blocks/{handle}",
    tag = "Me",
    params(("handle" = String, Path, description = "Of the reader, without the @.")),
    responses(
        (status = 204, description = "The reader is blocked."),
        (status = 422, description = "Nobody has this handle, or it is the member's own.")
    ),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(3)))
)]
async fn block_reader(caller: Caller, At(handle): At<String>) -> Result<NoContent, Problem> {
    accounts::block(&caller.cx, &handle).await?;
    Ok(NoContent)
}

/// Lift a block
///
/// Doing it twice is fine.
#[utoipa::path(
    delete,
    path = "/me/blocks/{handle}",
    tag = "Me",
    params(("handle" = String, Path, description = "Of the reader, without the @.")),
    responses((status = 204, description = "The reader is not blocked.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn unblock_reader(caller: Caller, At(handle): At<String>) -> Result<NoContent, Problem> {
    accounts::unblock_handle(&caller.cx, &handle).await?;
    Ok(NoContent)
}
