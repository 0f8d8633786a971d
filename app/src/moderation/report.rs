//! Reporting something to the moderators, and what came of it.

use axum::extract::{Path, Query};
use axum::response::Response;
use dogear_domain::fields::ReportDetails;
use dogear_domain::ids::{EventId, ListId, ReportId, TradeId};
use dogear_domain::moderation::{ReportState, SubjectKind};
use dogear_server::Error;
use dogear_server::moderation::SubjectRef;
use dogear_server::moderation::reports::{self, Reportable};
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::ReportSubject;
use super::case::subject_fields;
use crate::action::ServerFn;
use crate::http::{AppError, PageResult, Req};
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextArea};
use crate::ui::time::{Say, When};
use dogear_urls as urls;

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    subject: String,
    /// Of an unlisted list.
    #[serde(default)]
    secret: String,
}

pub(super) async fn form(req: Req, Query(params): Query<Params>) -> PageResult {
    let about = reports::reportable(&req.cx, subject(&params.subject)?, &params.secret).await?;
    match about.open {
        // What was just refused is shown again, whatever waits already.
        Some(id) if !req.form.failed() => Ok(req.redirect_saying(
            &urls::own_report(id),
            "You have reported this already. It waits for a moderator.",
        )),
        _ => Ok(page(&req, about, params.secret)),
    }
}

fn subject(text: &str) -> Result<SubjectRef, AppError> {
    text.parse().map_err(|_| Error::NotFound.into())
}

fn page(req: &Req, about: Reportable, secret: String) -> Response {
    let state = req.form.clone();
    let what = named(about.subject.kind, &about.title);
    req.page("Report").render(move || {
        let mut with = subject_fields(about.subject);
        if !secret.is_empty() {
            with.push(("secret", secret));
        }
        let options = about
            .reasons
            .iter()
            .map(|reason| (reason.as_str().to_owned(), reason.label().to_owned(), String::new()))
            .collect();
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                <h1>{format!("Report {what}")}</h1>
                <p class="lead">
                    "The moderators read every report. Whoever you report is not told that it was you."
                </p>
                <PostForm class="stack" action=ReportSubject::PATH with=with>
                    <Radios
                        state=state.clone()
                        name="reason"
                        label="What is wrong?"
                        options=options
                    />
                    <TextArea
                        state=state.clone()
                        name="details"
                        label="What should the moderators know?"
                        hint="What happened, and where to look. You can leave it empty, unless you chose “Something else”."
                        maxlength=ReportDetails::MAX
                    />
                    <p class="row">
                        <button class="btn btn-do">"Send the report"</button>
                    </p>
                </PostForm>
                <p class="quiet">"Is somebody in danger? Call the police first."</p>
            </div>
        }
    })
}

/// The reporter's page of a report: what was sent, what happens next, what came of it.
pub(super) async fn show(req: Req, Path(id): Path<String>) -> PageResult {
    let id: ReportId = id.parse().map_err(|_| Error::NotFound)?;
    let report = reports::own(&req.cx, id).await?;
    let (now, zone) = (req.cx.now(), req.zone());
    Ok(req.page(format!("Report {id}")).render(move || {
        let what = named(report.subject.kind, &report.title);
        let back = match report.subject.kind {
            SubjectKind::Copy => Some((urls::copy(dogear_domain::ids::CopyId(report.subject.id)), "The copy")),
            SubjectKind::Trade => Some((urls::trade(TradeId(report.subject.id)), "The trade")),
            SubjectKind::Event => Some((urls::event_by_id(EventId(report.subject.id)), "The event")),
            SubjectKind::List => Some((urls::list_by_id(ListId(report.subject.id)), "The list")),
            SubjectKind::Member
            | SubjectKind::Message
            | SubjectKind::Feedback
            | SubjectKind::Review => None,
        };
        let details = report.details;
        view! {
            <div class="wrap wrap-narrow page stack">
                <p class="quiet num">{format!("Report {id}")}</p>
                <h1>
                    {match report.state {
                        ReportState::Open => "Thank you. We look at it",
                        ReportState::Actioned | ReportState::Dismissed => "Your report is decided",
                    }}
                </h1>
                {match report.outcome {
                    Some(outcome) => {
                        view! {
                            <p class="lead">
                                {outcome}
                                {report
                                    .decided_at
                                    .map(|at| {
                                        view! {
                                            " "
                                            <When at=at zone=zone.clone() now=now />
                                            "."
                                        }
                                    })}
                            </p>
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            <ol class="prose">
                                <li>
                                    "A moderator reads your report and looks at what it is about, gravest first, usually within two days."
                                </li>
                                <li>
                                    "They leave it, hide it, warn the member or suspend them. The member learns why, not who reported."
                                </li>
                                <li>"You find the outcome here, and a note in your inbox."</li>
                            </ol>
                        }
                            .into_any()
                    }
                }}
                <dl class="facts rule-top">
                    <dt>"About"</dt>
                    <dd>{what}</dd>
                    <dt>"Reason"</dt>
                    <dd>{report.reason.label()}</dd>
                    {(!details.is_empty())
                        .then(|| {
                            view! {
                                <dt>"You wrote"</dt>
                                <dd class="serif prelines">{details}</dd>
                            }
                        })}
                    <dt>"Sent"</dt>
                    <dd>
                        <When at=report.created_at zone=zone.clone() now=now say=Say::Moment />
                    </dd>
                </dl>
                {back
                    .map(|(path, label)| {
                        view! {
                            <p>
                                <a href=path>{label}</a>
                            </p>
                        }
                    })}
            </div>
        }
    }))
}

/// The subject inside a sentence.
fn named(kind: SubjectKind, title: &str) -> String {
    match kind {
        SubjectKind::Copy => format!("the listing of “{title}”"),
        SubjectKind::Member => title.to_owned(),
        SubjectKind::Message => "a message".to_owned(),
        SubjectKind::Trade => title.to_lowercase(),
        SubjectKind::Event => format!("the event “{title}”"),
        SubjectKind::Feedback => "what a guest says of your event".to_owned(),
        SubjectKind::List => format!("the list “{title}”"),
        SubjectKind::Review => match title.strip_prefix("Review") {
            Some(rest) => format!("the review{rest}"),
            None => "a review".to_owned(),
        },
    }
}
