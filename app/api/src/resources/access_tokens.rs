//! Who calls, and by which token.

use dogear_domain::accounts::{AccountStatus, Role};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Site;
use crate::answer::{Answer, Reply};
use crate::caller::Caller;
use crate::id::Id;
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(get_me))
}

/// The member whose token it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    id: Id,
    /// Without the @.
    handle: String,
    /// What they want to be called.
    name: String,
    /// As they write it; may be empty.
    city: String,
    /// IANA name.
    time_zone: String,
    /// `active`, `suspended` or `closing`.
    #[schema(value_type = String)]
    status: AccountStatus,
    /// What they may do by this token: `member`, `moderator` or `admin`.
    #[schema(value_type = String)]
    role: Role,
    /// What the token opens.
    scopes: Vec<String>,
}

/// The member whose token it is
///
/// And what the token opens. Any token will do.
#[utoipa::path(
    get,
    path = "/me",
    tag = "Me",
    responses((status = 200, description = "The member.", body = Me)),
    security(("token" = []))
)]
async fn get_me(caller: Caller, Query(Nothing {}): Query<Nothing>) -> Answer<Me> {
    let member = caller.member()?;
    Ok(Reply::ok(Me {
        id: member.id.into(),
        handle: member.handle.clone(),
        name: member.display_name.clone(),
        city: member.city.clone(),
        time_zone: member.time_zone.clone(),
        status: member.status,
        role: member.role,
        scopes: caller.scopes.words(),
    }))
}
