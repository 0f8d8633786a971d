//! `/copies/{id}/edit`: what I say about a copy, and where it stands.

use axum::extract::Path;
use dogear_domain::copies::CopyState;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::money::Currency;
use dogear_domain::offers::Offer;
use dogear_server::copies::{self, Change, CopyDetails};
use leptos::prelude::*;

use super::actions::{ChangeCopy, EditCopy};
use super::fields::{ConditionFields, OfferFields, PlaceField, held_notice, lang};
use super::id;
use crate::action::ServerFn;
use crate::http::{Form, Nav, PageResult, Req};
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::edition::edition_line;
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

pub(super) async fn form(req: Req, Path(copy): Path<String>) -> PageResult {
    let copy = copies::owned(&req.cx, id(&copy)?).await?;
    let was = [
        ("grade", copy.grade.as_str().to_owned()),
        ("note", copy.note.clone()),
        ("place", copy.place.clone()),
    ];
    let defects = copy
        .defects
        .iter()
        .map(|defect| ("defects", defect.as_str().to_owned()));
    let state = req.form.clone();
    // Of boxes that were all unticked, nothing is sent.
    let state = if Form::typed(&state).is_some_and(|typed| typed.has("grade")) {
        state
    } else {
        state.or(was.into_iter().chain(defects))
    };
    let places = copies::places(&req.cx).await?;
    let currency = copies::currency(&req.cx).await?;
    Ok(page(&req, &copy, places, currency, state))
}

fn page(
    req: &Req,
    copy: &CopyDetails,
    places: Vec<String>,
    currency: Currency,
    state: FormState,
) -> axum::response::Response {
    let copy = copy.clone();
    let title = format!("Edit {}", copy.book.title);
    req.page(title).nav(Nav::Shelf).render(move || {
        let version = version_field(copy.version());
        // Where there is no form, there is nothing to choose between.
        let both = copy
            .held_by
            .is_none()
            .then(|| both_versions(&state, version.0, &version.1, edited(&copy, &state)))
            .flatten();
        let state_form = state_buttons(&copy);
        let photos = match copy.photos.len() {
            0 => "Add photos".to_owned(),
            number => format!("Photos ({number})"),
        };
        let asked = (copy.proposals > 0).then(|| {
            let offers = count(copy.proposals, "open offer names", "open offers name");
            let end = if copy.proposals == 1 {
                "the offer ends"
            } else {
                "the offers end"
            };
            view! {
                <p class="notice">
                    {format!(
                        "{offers} this copy. If you change its condition, note, photos, price or what you offer it for, the others are asked again. If you stop listing it, archive or delete it, {end}.",
                    )}
                </p>
            }
        });
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                {both}
                <p class="small">
                    <a href=urls::SHELF>"Your shelf"</a>
                </p>
                <h1>"Your copy"</h1>
                <div class="quickbook">
                    <Cover
                        work=copy.book.work
                        size=CoverSize::Medium
                        corner=copy.state == CopyState::Listed
                    />
                    <div>
                        <p class="btitle" lang=lang(&copy.book.language) dir="auto">
                            <a href=urls::copy(copy.id)>{copy.book.title.clone()}</a>
                        </p>
                        <p class="by small quiet" dir="auto">
                            {copy.book.author_line.clone()}
                        </p>
                        <p class="fine quiet">{edition_line(&copy.book)}</p>
                    </div>
                </div>
                {copy
                    .hidden
                    .clone()
                    .map(|reason| {
                        view! {
                            <div class="notice notice-do">
                                <p class="strong">
                                    "A moderator has hidden this copy from others."
                                </p>
                                {(!reason.is_empty())
                                    .then(|| view! { <p>{format!("The reason: {reason}")}</p> })}
                            </div>
                        }
                    })}
                {match copy.held_by {
                    Some(by) => {
                        view! {
                            {held_notice(copy.id, by, "it stays as it is")}
                            {unsaved(&copy, &state)}
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            {state_form}
                            {asked}
                            <PostForm
                                action=EditCopy::PATH
                                class="stack stack-l rule-top"
                                with=[("copy", copy.id.to_string()), version]
                            >
                                <ConditionFields state=state.clone() />
                                <PlaceField state=state.clone() places=places />
                                <OfferFields
                                    state=state.clone()
                                    offers=copy.offers
                                    currency=currency
                                    hint="Tick all that apply. It counts while the copy is listed."
                                />
                                <p class="row">
                                    <button class="btn btn-do">"Save"</button>
                                    <a class="btn" href=urls::copy_photos(copy.id)>
                                        <Icon glyph=Glyph::Camera />
                                        {photos}
                                    </a>
                                </p>
                            </PostForm>
                        }
                            .into_any()
                    }
                }}
            </div>
        }
    })
}

/// What the form edits, as it is saved and as it was typed.
fn edited(copy: &CopyDetails, state: &FormState) -> [Edited; 5] {
    versions(copy, state).map(|(label, saved, typed)| Edited::new(label, saved, typed))
}

/// What was typed while the copy became promised, or was lent: the form is gone, and the words are not.
fn unsaved(copy: &CopyDetails, state: &FormState) -> Option<AnyView> {
    if !state.failed() {
        return None;
    }
    let lines: Vec<AnyView> = versions(copy, state)
        .into_iter()
        .filter(|(_, saved, typed)| saved.trim() != typed.trim())
        .map(|(label, _, typed)| {
            let typed = if typed.trim().is_empty() {
                "Nothing".to_owned()
            } else {
                typed
            };
            view! {
                <dt>{label}</dt>
                <dd>{typed}</dd>
            }
            .into_any()
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    Some(
        view! {
            <p class="strong">"What you entered is not saved:"</p>
            <dl class="facts">{lines}</dl>
        }
        .into_any(),
    )
}

/// Label, what is saved and what was typed of all that the form edits, as people read it.
fn versions(copy: &CopyDetails, state: &FormState) -> [(&'static str, String, String); 5] {
    let grade: Option<Grade> = state.value("grade").parse().ok();
    let named = |defects: &mut dyn Iterator<Item = Defect>| {
        let labels: Vec<&str> = defects.map(Defect::label).collect();
        labels.join(", ")
    };
    let ticked = Defect::ALL
        .iter()
        .copied()
        .filter(|defect| state.chosen("defects", defect.as_str()));
    [
        (
            "Condition",
            copy.grade.label().to_owned(),
            grade.map_or("", |grade| grade.label()).to_owned(),
        ),
        (
            "What they should know",
            named(&mut copy.defects.iter().copied()),
            named(&mut { ticked }),
        ),
        // As browsers send lines.
        (
            "Note",
            copy.note.clone(),
            state.value("note").replace("\r\n", "\n"),
        ),
        ("Place", copy.place.clone(), state.value("place").to_owned()),
        ("Offered", copy.offers.in_words(), offered(copy, state)),
    ]
}

/// What was ticked and typed of the offers, in the words of what is saved as far as it is the same.
fn offered(copy: &CopyDetails, state: &FormState) -> String {
    let typed = copies::OffersInput {
        ways: Offer::CHOOSABLE
            .iter()
            .filter(|way| state.chosen("offer", way.as_str()))
            .map(ToString::to_string)
            .collect(),
        price: state.value("price").to_owned(),
        currency: state.value("currency").to_owned(),
        postage: state.value("postage").to_owned(),
        days: state.value("days").to_owned(),
        at_once: !state.value("at_once").is_empty(),
    };
    if !state.failed() {
        return copy.offers.in_words();
    }
    match copies::offering(&typed) {
        Ok(Change::Offer(offers)) => offers.in_words(),
        _ => String::new(),
    }
}

/// Where the copy stands, and the buttons that move it.
fn state_buttons(copy: &CopyDetails) -> impl IntoView + use<> {
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
            ("list", "List"),
            ("archive", "Archive"),
            ("delete", "Delete"),
        ],
        CopyState::Archived => &[
            ("restore", "Back to the shelf"),
            ("list", "List"),
            ("delete", "Delete"),
        ],
        CopyState::Deleted => &[("restore", "Back to the shelf"), ("list", "List")],
    };
    view! {
        <PostForm
            action=ChangeCopy::PATH
            class="stack stack-s"
            with=[("copy", copy.id.to_string())]
        >
            <p class="serif">{sentence}</p>
            <p class="row">
                {buttons
                    .iter()
                    .map(|(what, label)| {
                        view! {
                            <button class="btn btn-small" name="change" value=*what>
                                {*label}
                            </button>
                        }
                    })
                    .collect_view()}
            </p>
        </PostForm>
    }
}
