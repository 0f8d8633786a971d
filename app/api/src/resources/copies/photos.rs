//! Photos of copies. Each is sent as it is, in a body of its own.

use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::header;
use dogear_domain::copies::PHOTO_BYTES;
use dogear_domain::ids::{CopyId, PhotoId};
use dogear_server::copies::{self, Photo};
use dogear_server::limits;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Site;
use crate::answer::{Answer, List, NoContent, Reply};
use crate::body::whole;
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::problem::{Code, Problem};
use crate::query::{Nothing, Query};

/// What is taken; what the bytes are is looked at besides.
const KINDS: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

pub(super) fn routes() -> OpenApiRouter<Site> {
    let sent = OpenApiRouter::new()
        .routes(routes!(list_photos_of_copy, add_photo_of_copy))
        .layer(DefaultBodyLimit::max(PHOTO_BYTES));
    OpenApiRouter::new()
        .merge(sent)
        .routes(routes!(delete_photo_of_copy))
}

/// A photo of a copy.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Photo)]
pub(crate) struct CopyPhoto {
    id: Id,
    /// A JPEG of at most 1600 pixels a side.
    url: String,
    /// The same, of at most 400 pixels a side.
    small_url: String,
    /// In pixels, of the large one.
    width: i32,
    /// In pixels, of the large one.
    height: i32,
}

impl CopyPhoto {
    pub(super) fn of(photo: Photo, link: &impl Fn(&str) -> String) -> Self {
        Self {
            id: photo.id.into(),
            url: link(&dogear_urls::photo(photo.key)),
            small_url: link(&dogear_urls::photo_small(photo.key)),
            width: photo.width,
            height: photo.height,
        }
    }
}

async fn all(caller: &Caller, copy: CopyId) -> Result<List<CopyPhoto>, Problem> {
    let settings = &caller.cx.services.settings;
    let photos = copies::photos(&caller.cx, copy).await?;
    Ok(List {
        items: photos
            .into_iter()
            .map(|photo| CopyPhoto::of(photo, &|path: &str| settings.link(path)))
            .collect(),
        next: None,
    })
}

/// Photos of a copy
///
/// In the owner's order, on one page: there are ten at most.
#[utoipa::path(
    get,
    path = "/copies/{id}/photos",
    tag = "Copies",
    params(("id" = Id, Path, description = "Of the copy.")),
    responses((status = 200, description = "The photos.", body = List<CopyPhoto>)),
    security((), ("token" = []))
)]
async fn list_photos_of_copy(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<List<CopyPhoto>> {
    Ok(Reply::ok(all(&caller, id.of()).await?))
}

/// Add a photo to a copy
///
/// The body is the photo: a JPEG, PNG or WebP of at most 8 MiB. It stands behind those that the copy
/// has; what it says of where it was taken is not kept.
#[utoipa::path(
    post,
    path = "/copies/{id}/photos",
    tag = "Copies",
    params(("id" = Id, Path, description = "Of the copy."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it is added once.")),
    request_body(content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"))),
    responses((status = 201, description = "All photos of the copy.", body = List<CopyPhoto>),
        (status = 409, description = "The copy is promised, lent or given away.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(5)))
)]
async fn add_photo_of_copy(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Photograph(photo): Photograph,
) -> Answer<List<CopyPhoto>> {
    let copy = id.of::<CopyId>();
    // As many as by the pages: each is decoded, and written anew.
    let member = caller.member()?.id.to_string();
    caller.cx.limit(limits::UPLOAD, &member).await?;
    let files = vec![("photo".to_owned(), photo)];
    copies::add_photos(&caller.cx, key, copy, files)
        .await
        .map_err(|error| Problem::from(error).renamed(&[("photos", "body")]))?;
    let path = format!("/copies/{copy}/photos");
    Ok(Reply::created(all(&caller, copy).await?, &path))
}

/// A body that says it is a photo.
struct Photograph(Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for Photograph {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.trim().to_ascii_lowercase();
        if !KINDS.contains(&kind.as_str()) {
            return Err(Problem::new(Code::WrongMediaType)
                .saying(format!("Send one of these: {}.", KINDS.join(", "))));
        }
        Ok(Self(whole(request, state).await?.to_vec()))
    }
}

/// Remove a photo from a copy
#[utoipa::path(
    delete,
    path = "/copies/{id}/photos/{photo}",
    tag = "Copies",
    params(("id" = Id, Path, description = "Of the copy."),
        ("photo" = Id, Path, description = "Of the photo."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it does nothing more.")),
    responses((status = 204, description = "It is gone."),
        (status = 409, description = "The copy is promised, lent or given away.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn delete_photo_of_copy(
    caller: Caller,
    At((copy, photo)): At<(Id, Id)>,
    Once(key): Once,
) -> Result<NoContent, Problem> {
    copies::remove_photo(&caller.cx, key, copy.of(), photo.of::<PhotoId>()).await?;
    Ok(NoContent)
}
