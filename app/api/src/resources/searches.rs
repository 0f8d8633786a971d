//! Searches that the member keeps, and is told about.

use dogear_server::Cx;
use dogear_server::search::saved::{self, Pairs, SavedSearch as Kept};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Site;
use crate::answer::{Answer, List, NoContent, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::problem::Problem;
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_my_searches, create_search))
        .routes(routes!(update_search, delete_search))
}

/// A search that the member keeps.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedSearch {
    id: Id,
    /// What stands behind the question mark of its page: `q=austen&genre=classics`.
    query: String,
    /// The same in words.
    text: String,
    /// Its page.
    url: String,
    /// The member is told of new copies.
    alert: bool,
    /// When it was saved.
    created_at: Timestamp,
}

impl SavedSearch {
    fn of(search: Kept, cx: &Cx) -> Self {
        let path = dogear_urls::browse_newest(&search.pairs);
        Self {
            id: search.id.into(),
            text: search.query.in_words(),
            url: cx.services.settings.link(&path),
            query: search.pairs,
            alert: search.alert,
            created_at: search.created_at,
        }
    }

    async fn read(cx: &Cx, id: i64) -> Result<Self, Problem> {
        Ok(Self::of(saved::one(cx, id).await?, cx))
    }
}

/// The searches that the member keeps
///
/// All of them, fifty at most, the newest first.
#[utoipa::path(
    get,
    path = "/me/searches",
    tag = "Me",
    responses((status = 200, description = "The searches.", body = List<SavedSearch>)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_my_searches(
    caller: Caller,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<List<SavedSearch>> {
    let cx = &caller.cx;
    let searches = saved::saved(cx).await?;
    Ok(Reply::ok(List {
        next: None,
        items: (searches.into_iter())
            .map(|search| SavedSearch::of(search, cx))
            .collect(),
    }))
}

/// A search that is to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSearch {
    /// What stands behind the question mark of its page: `q=austen&genre=classics`.
    #[schema(max_length = 4000)]
    query: String,
}

/// Keep a search
///
/// The member is told when somebody lists what it looks for. Kept already, it stays as it is: a key
/// is not needed.
#[utoipa::path(
    post,
    path = "/me/searches",
    tag = "Me",
    request_body = NewSearch,
    responses((status = 201, description = "The search.", body = SavedSearch)),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(3)))
)]
async fn create_search(caller: Caller, Json(new): Json<NewSearch>) -> Answer<SavedSearch> {
    let pairs: Pairs =
        (new.query.parse()).map_err(|problem: dogear_domain::fields::FieldProblem| {
            Problem::field("query", problem.to_string())
        })?;
    let id = saved::save(&caller.cx, &pairs).await?;
    let kept = SavedSearch::read(&caller.cx, id).await?;
    Ok(Reply::created(kept, &format!("/me/searches/{id}")))
}

/// What is to be different about a search.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchChange {
    /// The member is told of new copies.
    alert: bool,
}

/// Be told of a search, or not
///
/// Doing it twice is fine.
#[utoipa::path(
    patch,
    path = "/me/searches/{id}",
    tag = "Me",
    params(("id" = Id, Path, description = "Of the search.")),
    request_body = SearchChange,
    responses((status = 200, description = "The search.", body = SavedSearch)),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn update_search(
    caller: Caller,
    At(id): At<Id>,
    Json(change): Json<SearchChange>,
) -> Answer<SavedSearch> {
    saved::set_alert(&caller.cx, id.of(), change.alert).await?;
    Ok(Reply::ok(SavedSearch::read(&caller.cx, id.of()).await?))
}

/// Keep a search no more
#[utoipa::path(
    delete,
    path = "/me/searches/{id}",
    tag = "Me",
    params(("id" = Id, Path, description = "Of the search.")),
    responses((status = 204, description = "It is removed.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn delete_search(caller: Caller, At(id): At<Id>) -> Result<NoContent, Problem> {
    saved::remove(&caller.cx, id.of()).await?;
    Ok(NoContent)
}
