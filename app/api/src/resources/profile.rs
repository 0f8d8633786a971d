//! What others see of the member, and their holidays.

use dogear_server::accounts::{self, Profile as Kept, ProfileForm};
use dogear_server::{Cx, Error};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Site;
use crate::answer::{Answer, Reply};
use crate::body::{Change, Json};
use crate::caller::Caller;
use crate::matching::IfMatch;
use crate::problem::{Code, Problem};
use crate::query::{Nothing, Query};

/// So often a change is laid over what is there, when others change it at the same moment.
const TRIES: usize = 3;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_profile))
        .routes(routes!(update_me))
        .routes(routes!(set_away))
}

/// The member's profile, and their holidays.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Profile {
    /// Without the @; stays as it is.
    handle: String,
    /// What they want to be called.
    name: String,
    /// The town they live in; may be empty.
    city: String,
    /// May be empty.
    region: String,
    /// ISO 3166-1 alpha-2; may be empty.
    country: String,
    /// They send parcels to other countries.
    posts_abroad: bool,
    /// In their own words; may be empty.
    about: String,
    /// IANA name.
    time_zone: String,
    /// Until then nobody expects an answer.
    away_until: Option<Timestamp>,
}

impl From<&Kept> for Profile {
    fn from(profile: &Kept) -> Self {
        Self {
            handle: profile.handle.clone(),
            name: profile.display_name.clone(),
            city: profile.city.clone(),
            region: profile.region.clone(),
            country: profile.country.clone(),
            posts_abroad: profile.posts_abroad,
            about: profile.about.clone(),
            time_zone: profile.time_zone.clone(),
            away_until: profile.away_until,
        }
    }
}

async fn shown(cx: &Cx) -> Answer<Profile> {
    Ok(Reply::ok(Profile::from(&accounts::profile(cx).await?)))
}

/// The member's profile
#[utoipa::path(
    get,
    path = "/me/profile",
    tag = "Me",
    responses((status = 200, description = "The profile.", body = Profile)),
    security(("token" = ["read"]))
)]
async fn get_profile(caller: Caller, Query(Nothing {}): Query<Nothing>) -> Answer<Profile> {
    shown(&caller.cx).await
}

/// What is to be different about the profile.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileChange {
    /// What the member wants to be called.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Change<String>,
    /// The town they live in.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    city: Change<String>,
    /// The part of the country.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    region: Change<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    country: Change<String>,
    /// They send parcels to other countries.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    posts_abroad: Change<bool>,
    /// In their own words.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    about: Change<String>,
    /// IANA name.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    time_zone: Change<String>,
}

impl ProfileChange {
    /// Laid over what is there.
    fn over(self, now: &Kept) -> Result<ProfileForm, Problem> {
        Ok(ProfileForm {
            version: now.version()?,
            display_name: self.name.or_empty(now.display_name.clone()),
            city: self.city.or_empty(now.city.clone()),
            region: self.region.or_empty(now.region.clone()),
            country: self.country.or_empty(now.country.clone()),
            posts_abroad: self.posts_abroad.or_empty(now.posts_abroad),
            about: self.about.or_empty(now.about.clone()),
            time_zone: self.time_zone.or_empty(now.time_zone.clone()),
        })
    }
}

/// Change the member's profile
///
/// What is not sent stays as it is; null empties a text.
#[utoipa::path(
    patch,
    path = "/me",
    tag = "Me",
    params(("If-Match" = Option<String>, Header, description = "Only while the profile, as `/me/profile` gives it, is this one.")),
    request_body = ProfileChange,
    responses((status = 200, description = "The profile.", body = Profile)),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(5)))
)]
async fn update_me(
    caller: Caller,
    if_match: IfMatch,
    Json(change): Json<ProfileChange>,
) -> Answer<Profile> {
    let cx = &caller.cx;
    for _ in 0..TRIES {
        let now = accounts::profile(cx).await?;
        if_match.check(&Profile::from(&now))?;
        let form = change.clone().over(&now)?;
        match accounts::save_profile(cx, &form).await {
            // It is another by now: looked at anew.
            Err(Error::Conflict(_)) => {}
            Err(error) => {
                return Err(Problem::from(error).renamed(&[("display_name", "name")]));
            }
            Ok(_) => return shown(cx).await,
        }
    }
    Err(Problem::new(Code::VersionMismatch))
}

/// Until when the member is away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Away {
    /// The last day, `2026-12-31`, in the member's time zone; null when they are back.
    #[schema(format = Date)]
    last_day: Option<String>,
}

/// Be away, or back
///
/// Until then nobody expects an answer, and the member's shelf is not offered. Sending the same
/// twice is fine.
#[utoipa::path(
    put,
    path = "/me/away",
    tag = "Me",
    params(("If-Match" = Option<String>, Header, description = "Only while the profile, as `/me/profile` gives it, is this one.")),
    request_body = Away,
    responses((status = 200, description = "The profile.", body = Profile)),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(3)))
)]
async fn set_away(caller: Caller, if_match: IfMatch, Json(away): Json<Away>) -> Answer<Profile> {
    let cx = &caller.cx;
    let last_day = away.last_day.unwrap_or_default();
    for _ in 0..TRIES {
        let now = accounts::profile(cx).await?;
        if_match.check(&Profile::from(&now))?;
        match accounts::set_away(cx, &last_day, &now.away_version()?).await {
            Err(Error::Conflict(_)) => {}
            done => {
                done?;
                return shown(cx).await;
            }
        }
    }
    Err(Problem::new(Code::VersionMismatch))
}
