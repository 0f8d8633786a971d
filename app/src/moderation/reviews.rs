//! Reviews: search, hide, restore.

use axum::extract::{Path, Query};
use dogear_domain::fields::{DecisionMessage, RestoreReason};
use dogear_domain::ids::ReviewId;
use dogear_domain::library::Rating;
use dogear_domain::moderation::ReportReason;
use dogear_server::Error;
use dogear_server::moderation::{SubjectRef, evidence};
use dogear_server::reviews::desk::{self, DeskReview, Which};
use leptos::prelude::*;

use super::evidence::earlier;
use super::list::{AdminList, Choices, ListQuery, table};
use super::review_actions::{HideReview, RestoreReview};
use super::shared::{member_link, page, relative_age};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, TextArea, TextField};
use crate::ui::form_state::FormState;
use crate::ui::time::Ago;
use dogear_urls as urls;

/// Letters of a review in the list.
const EXCERPT: usize = 120;

pub(super) async fn list(req: Req, Query(params): Query<ListQuery>) -> PageResult {
    let which = match params.state.as_str() {
        "hidden" => Which::Hidden,
        "reported" => Which::Reported,
        _ => Which::Shown,
    };
    let before = params.before.map(ReviewId);
    let rows = desk::list(&req.cx, &params.q, which, before).await?;
    let now = req.cx.now();
    let list = AdminList::new(
        urls::ADMIN_REVIEWS,
        &[("q", &params.q), ("state", &params.state)],
        &rows,
        |row| row.id,
        desk::PAGE,
    );
    Ok(page(&req, "reviews", "Reviews").render(move || {
        let choices = Choices {
            name: "state",
            label: "Which reviews",
            options: vec![
                ("", "shown"),
                ("hidden", "hidden"),
                ("reported", "reported"),
            ],
        };
        let body: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let text = match row.hidden_at {
                    Some(_) => row.hidden_reason,
                    None => row.body,
                };
                let mut excerpt: String = text.chars().take(EXCERPT).collect();
                if text.chars().nth(EXCERPT).is_some() {
                    excerpt.push('…');
                }
                let age = relative_age(row.hidden_at.unwrap_or(row.created_at), now);
                view! {
                    <tr>
                        <td>
                            <a href=urls::admin_review(row.id) data-row="">
                                {row.title}
                            </a>
                        </td>
                        <td>{member_link(&row.author)}</td>
                        <td class="opt">{excerpt}</td>
                        <td class="r">{(row.open_reports > 0).then_some(row.open_reports)}</td>
                        <td class="r nowrap">{age}</td>
                    </tr>
                }
            })
            .collect();
        let head = list.filter("Reviews", "Title, author or handle", choices);
        let columns = view! {
            <th scope="col">"Book"</th>
            <th scope="col">"Reader"</th>
            <th scope="col" class="opt">
                "Review"
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
            "No review fits. Try fewer words, or another choice.",
            move || table("Reviews, newest first", columns, body),
        )
    }))
}

pub(super) async fn show(req: Req, Path(id): Path<String>) -> PageResult {
    let id: ReviewId = id.parse().map_err(|_| Error::NotFound)?;
    let state = req.form.clone();
    let review = desk::one(&req.cx, id).await?;
    let subject = SubjectRef::review(id);
    let versions = evidence::versions(&req.cx, subject).await?;
    let (now, zone) = (req.cx.now(), req.zone());
    let title = format!("Review of {}", review.title);
    Ok(page(&req, "reviews", title.clone()).render(move || {
        let reports = (review.open_reports > 0).then(|| {
            let label = count(review.open_reports, "open report", "open reports");
            view! {
                <p>
                    <a href=urls::admin_case(subject)>{label}</a>
                </p>
            }
        });
        let rating = review.rating.map(Rating::said);
        let helpful = count(review.helpful, "reader", "readers");
        view! {
            <div class="moderation-page moderation-narrow stack">
                <ErrorSummary state=state.clone() />
                <p>
                    <a href=urls::ADMIN_REVIEWS>"Reviews"</a>
                </p>
                <h1>{title}</h1>
                <p>
                    "By "{member_link(&review.author)}" · "
                    {rating.map(|rating| format!("{rating} · "))}"helped "{helpful}" · "
                    <Ago at=review.created_at now=now />
                </p>
                <blockquote class="serif quoted prelines">{review.body.clone()}</blockquote>
                {review
                    .spoiler
                    .then(|| {
                        view! {
                            <p class="small quiet">
                                "Its author says that it gives the story away: it is folded."
                            </p>
                        }
                    })}
                {review
                    .is_marked
                    .then(|| {
                        view! {
                            <p class="small quiet">
                                "A moderator has marked it as a spoiler: it is folded."
                            </p>
                        }
                    })}
                <p class="row fine">
                    <a href=urls::book(review.work, &review.slug)>"The book"</a>
                </p>
                {reports}
                {match review.hidden_at {
                    Some(at) => {
                        view! {
                            <p class="notice">
                                "Hidden "<Ago at=at now=now />": "{review.hidden_reason.clone()}
                            </p>
                            <PostForm
                                class="stack"
                                action=RestoreReview::PATH
                                with=[("review", id.to_string())]
                            >
                                <TextArea
                                    state=state.clone()
                                    name="reason"
                                    label="What the author will read"
                                    hint="Leave it empty to say only that it is shown again."
                                    maxlength=RestoreReason::MAX
                                />
                                <button class="btn btn-do">"Show it again"</button>
                            </PostForm>
                        }
                            .into_any()
                    }
                    None => hide_form(&review, state).into_any(),
                }}
                {earlier(&versions, now, &zone)}
            </div>
        }
    }))
}

fn hide_form(review: &DeskReview, state: FormState) -> impl IntoView + use<> {
    let label = format!("What {} will read", review.author);
    let with = [("review", review.id.to_string())];
    view! {
        <PostForm class="stack" action=HideReview::PATH with=with>
            <TextArea
                state=state.clone()
                name="reason"
                label=label
                value=ReportReason::Offensive.template()
                maxlength=DecisionMessage::MAX
            />
            <TextField state=state.clone() name="note" label="Note to colleagues" />
            <p class="small quiet">"How they rate the book counts on."</p>
            <button class="btn btn-do">"Hide the review"</button>
        </PostForm>
    }
}
