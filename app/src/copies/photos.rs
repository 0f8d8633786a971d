//! `/copies/{id}/photos` and the photos themselves.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use dogear_domain::copies::PHOTOS_PER_COPY;
use dogear_domain::ids::CopyId;
use dogear_server::copies::{self, CopyDetails, PhotoSize};
use leptos::prelude::*;
use uuid::Uuid;

use super::actions::{AddPhotos, MovePhotoEarlier, MovePhotoLater, RemovePhoto};
use super::covers::PICTURE_POLICY;
use super::fields::held_notice;
use super::id;
use crate::action::ServerFn;
use crate::http::{AppError, Nav, PageResult, Req};
use crate::ui::field::{ErrorSummary, PhotosField, PostForm};
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use dogear_urls as urls;

pub(super) async fn form(req: Req, Path(copy): Path<String>) -> PageResult {
    let copy = copies::owned(&req.cx, id(&copy)?).await?;
    Ok(page(&req, &copy))
}

/// A stored photo: always a JPEG we wrote ourselves.
pub(super) async fn show(req: Req, Path(file): Path<String>) -> PageResult {
    let name = file.strip_suffix(".jpg").ok_or_else(AppError::not_found)?;
    let (key, size) = match name.strip_suffix("-small") {
        Some(key) => (key, PhotoSize::Small),
        None => (name, PhotoSize::Full),
    };
    let key: Uuid = id(key)?;
    let bytes = copies::open_photo(&req.cx, key, size).await?;
    Ok((
        [
            (header::CONTENT_TYPE, "image/jpeg"),
            (header::CONTENT_SECURITY_POLICY, PICTURE_POLICY),
            (header::CONTENT_DISPOSITION, "inline; filename=\"copy.jpg\""),
            (
                header::CACHE_CONTROL,
                "private, max-age=31536000, immutable",
            ),
            (header::VARY, "Cookie"),
        ],
        bytes,
    )
        .into_response())
}

fn page(req: &Req, copy: &CopyDetails) -> Response {
    let state = req.form.clone();
    let copy = copy.clone();
    let smaller = req.assets.path("photos.js").to_owned();
    let title = format!("Photos of {}", copy.book.title);
    req.page(title).nav(Nav::Shelf).render(move || {
        let number = copy.photos.len();
        let full = number >= PHOTOS_PER_COPY;
        let list = list(&copy);
        let book = copy.book.title.clone();
        view! {
            <div class="wrap page stack">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::copy_edit(copy.id)>"Your copy"</a>
                </p>
                <h1>"Photos of "<cite>{book}</cite></h1>
                <p class="quiet">
                    "Show the cover, the spine, and whatever you named as a defect. Places and dates that a camera writes into a photo are taken out."
                </p>
                {match copy.held_by {
                    Some(by) => held_notice(copy.id, by, "its photos stay as they are"),
                    None if full => {
                        view! {
                            <p class="notice">
                                {format!(
                                    "{PHOTOS_PER_COPY} photos are the most for one copy. Remove one to add another.",
                                )}
                            </p>
                        }
                            .into_any()
                    }
                    None => upload(copy.id, &state, smaller).into_any(),
                }}
                {list}
                <p class="row rule-top mt6">
                    <a class="btn btn-do" href=urls::SHELF_ADD>
                        "Add the next book"
                    </a>
                    <a href=urls::copy(copy.id)>"See the copy as others do"</a>
                </p>
            </div>
        }
    })
}

/// `smaller`: the script that makes photos smaller before they are sent.
fn upload(copy: CopyId, state: &FormState, smaller: String) -> impl IntoView + use<> {
    let hint = format!(
        "JPEG, PNG or WebP, up to 8 MB each and 24 MB together; {PHOTOS_PER_COPY} at most. Most browsers make larger ones smaller before they send them.",
    );
    let state = state.clone();
    view! {
        <PostForm action=AddPhotos::PATH class="stack" files=true with=[("copy", copy.to_string())]>
            <PhotosField state=state label="Photos" hint=hint smaller=smaller />
            <p>
                <button class="btn">
                    <Icon glyph=Glyph::Camera />
                    " Add photos"
                </button>
            </p>
        </PostForm>
    }
}

fn list(copy: &CopyDetails) -> AnyView {
    let number = copy.photos.len();
    if number == 0 {
        return ().into_any();
    }
    let held = copy.held_by.is_some();
    let photos = copy
        .photos
        .iter()
        .enumerate()
        .map(|(position, photo)| {
            let at = position + 1;
            let id = photo.id.to_string();
            let button = |action: &'static str, label: &'static str| {
                let id = id.clone();
                view! {
                    <button class="linkbtn small" formaction=action name="photo" value=id>
                        {label}
                        <span class="visually-hidden">{format!(" photo {at}")}</span>
                    </button>
                }
            };
            view! {
                <li class="stack stack-s">
                    <a href=urls::photo(photo.key)>
                        <img
                            src=urls::photo_small(photo.key)
                            alt=format!("Photo {at} of {number}, full size")
                            width="400"
                            height="400"
                        />
                    </a>
                    {(!held)
                        .then(|| {
                            view! {
                                <p class="row">
                                    {(position > 0)
                                        .then(|| button(MovePhotoEarlier::PATH, "Earlier"))}
                                    {(at < number).then(|| button(MovePhotoLater::PATH, "Later"))}
                                    {button(RemovePhoto::PATH, "Remove")}
                                </p>
                            }
                        })}
                </li>
            }
        })
        .collect_view();
    let id = copy.id.to_string();
    view! {
        <PostForm action=RemovePhoto::PATH with=[("copy", id)]>
            <ol class="photos mt5" aria-label="Photos, the first one is shown in lists">
                {photos}
            </ol>
        </PostForm>
    }
    .into_any()
}
