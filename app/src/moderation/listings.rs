//! Listings: search, hide, restore.

use axum::extract::{Path, Query};
use dogear_domain::fields::{DecisionMessage, RestoreReason};
use dogear_domain::ids::CopyId;
use dogear_domain::moderation::{ReportReason, SubjectKind};
use dogear_server::Error;
use dogear_server::moderation::listings::{self, Listing, Which};
use dogear_server::moderation::{SubjectRef, evidence};
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::{HideListing, RestoreListing};
use super::evidence::earlier;
use super::list::{AdminList, Choices, table};
use super::shared::{member_link, page, relative_age};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, TextArea, TextField};
use crate::ui::form_state::FormState;
use crate::ui::time::Ago;
use dogear_urls as urls;

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    q: String,
    #[serde(default)]
    which: String,
    before: Option<i64>,
}

pub(super) async fn list(req: Req, Query(params): Query<Params>) -> PageResult {
    let which = match params.which.as_str() {
        "hidden" => Which::Hidden,
        "reported" => Which::Reported,
        _ => Which::Listed,
    };
    let rows = listings::list(&req.cx, &params.q, which, params.before.map(CopyId)).await?;
    let now = req.cx.now();
    let list = AdminList::new(
        urls::ADMIN_LISTINGS,
        &[("q", &params.q), ("which", &params.which)],
        &rows,
        |row| row.id,
        listings::PAGE,
    );
    Ok(page(&req, "listings", "Listings").render(move || {
        let choices = Choices {
            name: "which",
            label: "Which listings",
            options: vec![
                ("", "on offer"),
                ("hidden", "hidden"),
                ("reported", "reported"),
            ],
        };
        let body: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let note = if row.hidden_at.is_some() {
                    row.hidden_reason
                } else {
                    row.note
                };
                let when = row
                    .hidden_at
                    .or(row.listed_at)
                    .map(|at| relative_age(at, now));
                view! {
                    <tr>
                        <td>
                            <a href=urls::admin_listing(row.id) data-row="">
                                {row.title}
                            </a>
                            <br />
                            <span class="fine quiet">{row.author_line}</span>
                        </td>
                        <td>{member_link(&row.owner)}</td>
                        <td class="opt">{row.grade.label()}</td>
                        <td class="opt">{note}</td>
                        <td class="r">{(row.open_reports > 0).then_some(row.open_reports)}</td>
                        <td class="r nowrap">{when}</td>
                    </tr>
                }
            })
            .collect();
        let head = view! {
            {list.filter("Listings", "Title, author, ISBN or handle", choices)}
            <p class="fine">
                <a href=urls::ADMIN_ROUNDS>"Give-away rounds"</a>
            </p>
        };
        let columns = view! {
            <th scope="col">"Book"</th>
            <th scope="col">"Owner"</th>
            <th scope="col" class="opt">
                "Grade"
            </th>
            <th scope="col" class="opt">
                "Note"
            </th>
            <th scope="col" class="r">
                "Reports"
            </th>
            <th scope="col" class="r">
                "Age"
            </th>
        };
        list.view(
            head,
            "No listing fits. Try fewer words, or another choice.",
            move || table("Listings, newest first", columns, body),
        )
    }))
}

pub(super) async fn show(req: Req, Path(id): Path<String>) -> PageResult {
    let id: CopyId = id.parse().map_err(|_| Error::NotFound)?;
    let state = req.form.clone();
    let listing = listings::one(&req.cx, id).await?;
    let subject = SubjectRef {
        kind: SubjectKind::Copy,
        id: id.0,
    };
    let versions = evidence::versions(&req.cx, subject).await?;
    let (now, zone) = (req.cx.now(), req.zone());
    let title = listing.title.clone();
    Ok(page(&req, "listings", title).render(move || {
        let reports = listing.open_reports;
        view! {
            <div class="moderation-page moderation-narrow stack">
                <ErrorSummary state=state.clone() />
                <p>
                    <a href=urls::ADMIN_LISTINGS>"Listings"</a>
                </p>
                <h1>{listing.title.clone()}</h1>
                <div class="quickbook">
                    <Cover work=listing.work size=CoverSize::Large />
                    <div class="stack stack-s">
                        <p>
                            {listing.author_line.clone()}<br />"Offered by "
                            {member_link(&listing.owner)}" · "{listing.grade.label()}
                        </p>
                        {(!listing.note.is_empty())
                            .then(|| {
                                view! {
                                    <blockquote class="serif quoted">
                                        {listing.note.clone()}
                                    </blockquote>
                                }
                            })}
                        <p class="row fine">
                            <a href=urls::copy(id)>"The copy"</a>
                            <a href=urls::book(listing.work, &listing.slug)>"The book"</a>
                        </p>
                        {(reports > 0)
                            .then(|| {
                                view! {
                                    <p>
                                        <a href=urls::admin_case(
                                            subject,
                                        )>{count(reports, "open report", "open reports")}</a>
                                    </p>
                                }
                            })}
                    </div>
                </div>
                {match listing.hidden_at {
                    Some(at) => {
                        view! {
                            <p class="notice">
                                "Hidden "<Ago at=at now=now />": "{listing.hidden_reason.clone()}
                            </p>
                            <PostForm
                                class="stack"
                                action=RestoreListing::PATH
                                with=[("listing", id.to_string())]
                            >
                                <TextArea
                                    state=state.clone()
                                    name="reason"
                                    label="What the owner will read"
                                    hint="Leave it empty to say only that it is shown again."
                                    maxlength=RestoreReason::MAX
                                />
                                <button class="btn btn-do">"Show it again"</button>
                            </PostForm>
                        }
                            .into_any()
                    }
                    None => hide_form(&listing, state).into_any(),
                }}
                {earlier(&versions, now, &zone)}
            </div>
        }
    }))
}

fn hide_form(listing: &Listing, state: FormState) -> impl IntoView + use<> {
    let label = format!("What {} will read", listing.owner);
    let with = [("listing", listing.id.to_string())];
    view! {
        <PostForm class="stack" action=HideListing::PATH with=with>
            <TextArea
                state=state.clone()
                name="reason"
                label=label
                value=ReportReason::Misleading.template()
                maxlength=DecisionMessage::MAX
            />
            <TextField state=state.clone() name="note" label="Note to colleagues" />
            <button class="btn btn-do">"Hide the listing"</button>
        </PostForm>
    }
}
