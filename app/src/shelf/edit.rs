//! `/copies/{id}/edit`: what I say about a copy, and where it stands.

use axum::extract::Path;
use axum::http::StatusCode;
use dogear_domain::copies::CopyState;
use dogear_domain::ids::CopyId;
use dogear_server::copies::{self, Change, OwnCopy};
use leptos::prelude::*;

use super::fields::{ConditionFields, copy_input, edition_line, lang};
use super::id;
use super::list::said;
use crate::http::{AppError, Form, FormState, Nav, PageResult, Req};
use crate::paths;
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, FormKey};
use crate::ui::icons::{Glyph, Icon};

pub async fn form(req: Req, Path(copy): Path<String>) -> PageResult {
    let copy = copies::owned(&req.cx, id(&copy)?).await?;
    let mut values = vec![
        ("grade", copy.grade.as_str().to_owned()),
        ("note", copy.note.clone()),
    ];
    values.extend(
        copy.defects
            .iter()
            .map(|defect| ("defects", defect.as_str().to_owned())),
    );
    Ok(page(&req, &copy, FormState::with(values)))
}

pub async fn submit(req: Req, Path(copy): Path<String>, form: Form) -> PageResult {
    let copy: CopyId = id(&copy)?;
    match copies::edit(&req.cx, copy, &copy_input(&form)).await {
        Ok(()) => Ok(req.redirect_saying(&paths::copy(copy), "Saved.")),
        Err(error) => {
            let state = form.again(error)?;
            Ok(page(&req, &copies::owned(&req.cx, copy).await?, state))
        }
    }
}

/// Lists, unlists, archives, deletes or restores this one copy.
pub async fn state(req: Req, Path(copy): Path<String>, form: Form) -> PageResult {
    let copy: CopyId = id(&copy)?;
    let (change, back) = match form.text("do") {
        "list" => (Change::List, paths::copy_edit(copy)),
        "unlist" => (Change::Unlist, paths::copy_edit(copy)),
        "restore" => (Change::Restore, paths::copy_edit(copy)),
        "archive" => (Change::Archive, paths::SHELF.to_owned()),
        "delete" => (Change::Delete, paths::SHELF.to_owned()),
        _ => return Err(AppError::status(StatusCode::BAD_REQUEST)),
    };
    let changed = copies::change(&req.cx, form.key(), &[copy], change).await?;
    Ok(req.redirect_with(&back, said(change, &changed)))
}

fn page(req: &Req, copy: &OwnCopy, state: FormState) -> axum::response::Response {
    let copy = copy.clone();
    let title = format!("Edit {}", copy.book.title);
    req.page(title).nav(Nav::Shelf).form(&state).render(move || {
        let state_form = state_buttons(&copy);
        let photos = match copy.photos.len() {
            0 => "Add photos".to_owned(),
            number => format!("Photos ({number})"),
        };
        let action = paths::copy_edit(copy.id);
        let asked = (copy.proposals > 0).then(|| {
            let offers = count(copy.proposals, "open offer names", "open offers name");
            view! { <p class="notice">{format!("{offers} this copy. If you change its condition, note or photos, the others are asked again.")}</p> }
        });
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone()/>
                <p class="small"><a href=paths::SHELF>"Your shelf"</a></p>
                <h1>"Your copy"</h1>
                <div class="quickbook">
                    <Cover work=copy.book.work size=CoverSize::Medium eared=copy.state == CopyState::Listed/>
                    <div>
                        <p class="btitle" lang=lang(&copy.book.language) dir="auto"><a href=paths::copy(copy.id)>{copy.book.title.clone()}</a></p>
                        <p class="by small quiet" dir="auto">{copy.book.author_line.clone()}</p>
                        <p class="fine quiet">{edition_line(&copy.book)}</p>
                    </div>
                </div>
                {copy.hidden.clone().map(|reason| view! {
                    <div class="notice notice-do">
                        <p class="strong">"A moderator has hidden this copy from others."</p>
                        {(!reason.is_empty()).then(|| view! { <p>{format!("The reason: {reason}")}</p> })}
                    </div>
                })}
                {match copy.held_by {
                    Some(trade) => view! {
                        <p class="notice">"It is promised in a trade, so it stays as it is until that is over. "
                            <a href=paths::trade(trade)>"Open the trade"</a></p>
                    }.into_any(),
                    None => view! {
                        {state_form}
                        {asked}
                        <form class="stack stack-l rule-top" method="post" action=action>
                            <FormKey state=state.clone()/>
                            <ConditionFields state=state.clone()/>
                            <p class="row">
                                <button class="btn btn-do">"Save"</button>
                                <a class="btn" href=paths::copy_photos(copy.id)><Icon glyph=Glyph::Camera/>{photos}</a>
                            </p>
                        </form>
                    }.into_any(),
                }}
            </div>
        }
    })
}

/// Where the copy stands, and the buttons that move it.
fn state_buttons(copy: &OwnCopy) -> impl IntoView + use<> {
    let sentence = match copy.state {
        CopyState::Listed => "It is listed: others can find it and ask for it.",
        CopyState::Owned => "It is on your shelf, and nobody else sees it.",
        CopyState::Archived => "It is in the archive, and nobody else sees it.",
        CopyState::Deleted => "It is in the trash, and nobody else sees it.",
    };
    let buttons: &[(&str, &str)] = match copy.state {
        CopyState::Listed => &[
            ("unlist", "Stop listing"),
            ("archive", "Archive"),
            ("delete", "Delete"),
        ],
        CopyState::Owned => &[
            ("list", "List for trade"),
            ("archive", "Archive"),
            ("delete", "Delete"),
        ],
        CopyState::Archived => &[
            ("restore", "Back to the shelf"),
            ("list", "List for trade"),
            ("delete", "Delete"),
        ],
        CopyState::Deleted => &[("restore", "Back to the shelf"), ("list", "List for trade")],
    };
    view! {
        <form class="stack stack-s" method="post" action=paths::copy_state(copy.id)>
            <p class="serif">{sentence}</p>
            <p class="row">
                {buttons.iter().map(|(what, label)| view! {
                    <button class="btn btn-small" name="do" value=*what>{*label}</button>
                }).collect_view()}
            </p>
        </form>
    }
}
