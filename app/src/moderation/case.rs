//! One case: the thing itself, its owner and their history, the reports, the decision.

use dogear_domain::accounts::AccountStatus;
use dogear_domain::events::{OccurrenceState, partners};
use dogear_domain::fields::DecisionMessage;
use dogear_domain::ids::CopyId;
use dogear_domain::moderation::{ReportState, SubjectKind, SubjectRef, Verdict};
use dogear_server::events::{self, DeskEvent};
use dogear_server::moderation::case::{Case, CaseReport, Content, CopyContent, Line};
use dogear_server::moderation::members::Person;
use dogear_server::moderation::trades::TradeRow;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::actions::{DecideCase, ReleaseCase};
use super::dispute::{records, resolve_form};
use super::evidence;
use super::keys;
use super::lists;
use super::part::Part;
use super::shared::member_link;
use crate::action::ServerFn;
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, TextArea, TextField};
use crate::ui::form_state::FormState;
use crate::ui::time::{Ago, Say, When, ago, in_words, machine_readable};
use dogear_urls as urls;

/// Decisions shown beside a case.
const HISTORY: usize = 6;

/// The case at the right of the queue.
pub(super) fn detail(
    case: Case,
    part: &Part,
    state: FormState,
    now: Timestamp,
    zone: &TimeZone,
) -> impl IntoView + use<> {
    let open: Vec<&CaseReport> = case
        .reports
        .iter()
        .filter(|report| report.state == ReportState::Open)
        .collect();
    let score = open.len() as i64
        * open
            .iter()
            .map(|report| i64::from(report.reason.severity()))
            .max()
            .unwrap_or(0);
    let heading = if open.is_empty() {
        view! { <span class="tag tag-done">"Decided"</span> }.into_any()
    } else {
        view! { <span class="tag tag-do">{format!("{}, score {score}", case.subject.kind.label())}</span> }.into_any()
    };
    let mine = case.claim.as_ref().is_some_and(|claim| claim.mine);
    let holder = case.claim.as_ref().map(|claim| {
        let minutes = (claim.until.as_second() - now.as_second()).max(0);
        let minutes = minutes.unsigned_abs().div_ceil(60);
        if claim.mine {
            format!("Yours for {minutes} min")
        } else {
            format!("{} has it for {minutes} min", claim.handle)
        }
    });
    let mut release = subject_fields(case.subject);
    release.push(("queue", part.query()));
    let back = part.on(urls::ADMIN_QUEUE);
    view! {
        <aside class="stack queuecase" aria-labelledby="case">
            <ErrorSummary state=state.clone() />
            <div class="row row-between">
                <p class="row">
                    <a class="only-small-l" href=back>
                        "Back to the queue"
                    </a>
                    {heading}
                    {holder.map(|text| view! { <span class="tag">{text}</span> })}
                </p>
                <PostForm action=ReleaseCase::PATH with=release>
                    <button class="linkbtn fine" data-key="s">
                        {if mine { "Skip " } else { "Next " }}
                        <kbd>"s"</kbd>
                    </button>
                </PostForm>
            </div>
            <h2 id="case" class="t-h3">
                {case.title.clone()}
            </h2>
            {content(&case, now, zone)}
            {facts(&case, now, zone)}
            {reports(&case, now)}
            {evidence::earlier(&case.versions, now, zone)}
            {case.recused.clone().map(|sentence| view! { <p class="notice">{sentence}</p> })}
            {(!case.verdicts.is_empty()).then(|| decide(&case, part, state.clone()))}
            {(!case.outcomes.is_empty()).then(|| resolve_form(&case, part, state))}
            <p class="fine quiet">
                "Looking at messages or trades from here is written to the audit log."
            </p>
        </aside>
    }
}

fn content(case: &Case, now: Timestamp, zone: &TimeZone) -> AnyView {
    match &case.content {
        Content::Copy(copy) => copy_content(CopyId(case.subject.id), copy, now).into_any(),
        Content::Member => case
            .accused
            .as_ref()
            .map(|person| {
                let about = person.about.clone();
                view! {
                    <div class="stack stack-s">
                        <p>{place(person)}</p>
                        {(!about.is_empty())
                            .then(|| {
                                view! { <blockquote class="serif quoted">{about}</blockquote> }
                            })}
                    </div>
                }
            })
            .into_any(),
        Content::Message { trade, lines } => {
            let reported = case.subject.id;
            let link = urls::admin_trade(*trade);
            let lines: Vec<_> = lines
                .iter()
                .map(|line| said(line, line.id.0 == reported, now, zone))
                .collect();
            view! {
                <div class="stack stack-s">
                    <ol class="stack stack-s">{lines}</ol>
                    <p class="fine">
                        <a href=link>{format!("The whole of trade {trade}")}</a>
                    </p>
                </div>
            }
            .into_any()
        }
        Content::Trade { row, view } => {
            let dispute = view.dispute.as_ref();
            let records = dispute.map(|dispute| records(view, dispute, now, zone));
            view! { <div class="stack">{trade_content(row, now)}{records}</div> }.into_any()
        }
        Content::Event(event) => event_content(event, now).into_any(),
        Content::Feedback(said) => evidence::feedback(said),
        Content::List(list) => lists::content(list, case.recused.is_none()),
        Content::Review(review) => evidence::review(review),
        Content::Withheld => {
            view! { <p class="quiet">"Your colleagues alone see what was written, and by whom."</p> }
                .into_any()
        }
        Content::Gone => {
            view! { <p class="notice">"It was deleted since. Only the reports are left."</p> }
                .into_any()
        }
    }
}

fn event_content(event: &DeskEvent, now: Timestamp) -> impl IntoView + use<> {
    let date = events::words::when(event.starts_at, event.ends_at, &event.time_zone, now);
    let state = match event.state {
        OccurrenceState::Draft => "A draft",
        OccurrenceState::Cancelled => "Cancelled",
        OccurrenceState::Published if event.ends_at <= now => "It is over",
        OccurrenceState::Published => "Published",
    };
    let line = format!(
        "{}. {state}. {date}. {}, {}.",
        event.kind.label(),
        event.venue,
        event.city
    );
    let again = event.series.as_ref().map(|series| {
        let end = match series.to_come {
            0 => "No date is to come.".to_owned(),
            1 => "1 date to come; if you cancel, no more are made.".to_owned(),
            dates => {
                format!("{dates} dates to come; if you cancel, all are, and no more are made.")
            }
        };
        view! { <p>{format!("It comes again: {}. {end}", series.rule)}</p> }
    });
    let description = event.description.clone();
    let with = partners::text(&event.partners);
    let with = (!with.is_empty()).then(|| {
        view! { <p class="small prelines">"With: "<bdi>{with}</bdi></p> }
    });
    let messages: Vec<_> = event
        .messages
        .iter()
        .map(|body| view! { <blockquote class="serif quoted prelines">{body.clone()}</blockquote> })
        .collect();
    let messages = (!messages.is_empty()).then(|| {
        view! {
            <p class="fine quiet">"The host has written to all guests:"</p>
            {messages}
        }
    });
    view! {
        <div class="stack stack-s">
            <p>{line}</p>
            {again}
            <blockquote class="serif quoted prelines">{description}</blockquote>
            {with}
            {messages}
        </div>
    }
}

fn copy_content(id: CopyId, copy: &CopyContent, now: Timestamp) -> impl IntoView + use<> {
    let book = urls::book(copy.work, &copy.slug);
    let defects: Vec<&str> = copy.defects.iter().map(|defect| defect.label()).collect();
    let listed = match (copy.hidden_at, copy.listed_at) {
        (Some(at), _) => format!("Hidden {}", ago(at, now)),
        (None, Some(at)) => format!("Listed {}", ago(at, now)),
        (None, None) => "Not listed any more".to_owned(),
    };
    let photos = count(copy.photos, "photo", "photos");
    let note = copy.note.clone();
    view! {
        <div class="quickbook">
            <Cover work=copy.work size=CoverSize::Large />
            <div class="stack stack-s">
                <p>{copy.author_line.clone()}<br /><span class="quiet">{listed}</span></p>
                <p class="fine">
                    {copy.grade.label()}
                    {(!defects.is_empty()).then(|| format!(" · {}", defects.join(", ")))}" · "
                    {photos}
                </p>
                {(!note.is_empty())
                    .then(|| view! { <blockquote class="serif quoted">{note}</blockquote> })}
                <p class="fine row">
                    <a href=urls::copy(id)>"The copy"</a>
                    <a href=book>"The book"</a>
                    <a href=urls::admin_listing(id)>"On the desk"</a>
                </p>
            </div>
        </div>
    }
}

fn said(line: &Line, reported: bool, now: Timestamp, zone: &TimeZone) -> impl IntoView + use<> {
    let class = if reported {
        "notice notice-do"
    } else {
        "notice"
    };
    let when = in_words(line.created_at, zone, now, Say::Moment);
    view! {
        <li class=class>
            <p class="fine quiet">
                {line.author.clone()}", "
                <time datetime=machine_readable(line.created_at)>{when}</time>
                {line.hidden.then_some(", hidden")}{reported.then_some(", reported")}
            </p>
            <p class="serif prelines">{line.body.clone()}</p>
        </li>
    }
}

fn trade_content(trade: &TradeRow, now: Timestamp) -> impl IntoView + use<> {
    let link = urls::admin_trade(trade.id);
    view! {
        <p>
            {trade.state.label()}" · "{trade.parties.join(" and ")}" · "
            {count(trade.books, "book", "books")}" · "
            {count(trade.messages, "message", "messages")}" · begun "
            <Ago at=trade.created_at now=now />
        </p>
        <p class="fine">
            <a href=link>"The whole trade"</a>
        </p>
    }
}

/// Whom it is about, and what was decided about them before.
fn facts(case: &Case, now: Timestamp, zone: &TimeZone) -> impl IntoView + use<> {
    let history: Vec<_> = case
        .decisions
        .iter()
        .take(HISTORY)
        .map(|decision| {
            let undone = decision.undone.then_some(" (taken back)");
            let note = (!decision.note.is_empty()).then(|| format!(" Note: {}", decision.note));
            view! {
                <li>
                    <When at=decision.created_at zone=zone.clone() now=now say=Say::ShortDay />
                    ": "
                    {decision.verdict.done()}
                    ", "
                    {decision.subject_kind.label().to_lowercase()}
                    {(decision.subject_kind != SubjectKind::Member)
                        .then(|| format!(" “{}”", decision.title))}
                    {undone}
                    <span class="quiet">{format!(", by {}.", decision.moderator)}{note}</span>
                </li>
            }
        })
        .collect();
    let none = history.is_empty();
    let about = if let Some(person) = &case.accused {
        who(person, now).into_any()
    } else {
        let nobody = if matches!(case.content, Content::Withheld) {
            "A guest."
        } else {
            "Nobody in particular: open the trade and find out who."
        };
        view! {
            <dt>"About"</dt>
            <dd>{nobody}</dd>
        }
        .into_any()
    };
    view! {
        <dl class="facts rule-top">
            {about} <dt>"History"</dt>
            <dd>
                {if none {
                    "Nothing was ever decided about them.".into_any()
                } else {
                    view! { <ul>{history}</ul> }.into_any()
                }}
            </dd>
        </dl>
    }
}

fn who(person: &Person, now: Timestamp) -> impl IntoView + use<> {
    let standing = match person.status {
        AccountStatus::Suspended => Some(view! {
            " "
            <span class="tag tag-do">"suspended"</span>
        }),
        _ => None,
    };
    view! {
        <dt>"About"</dt>
        <dd>
            {member_link(&person.handle)}{standing}", joined "<Ago at=person.created_at now=now />
            ", " {count(i64::from(person.trades_completed), "trade", "trades")}", "
            {count(person.listings, "listing", "listings")}", "
            {if person.verified { "e-mail confirmed" } else { "e-mail not confirmed" }}
        </dd>
        <dt>"Reported"</dt>
        <dd>{count(person.reports, "time", "times")}{format!(", {} upheld", person.upheld)}</dd>
    }
}

fn reports(case: &Case, now: Timestamp) -> impl IntoView + use<> {
    let rows: Vec<_> = case
        .reports
        .iter()
        .map(|report| {
            let record = if report.made == 0 {
                "first report".to_owned()
            } else {
                format!("{} of {} upheld", report.upheld, report.made)
            };
            let details = report.details.clone();
            let closed = (report.state != ReportState::Open).then_some(", decided");
            view! {
                <li class="stack stack-s">
                    <p>
                        <strong>{report.reason.label()}</strong>
                        " "
                        <span class="quiet">
                            "from "{member_link(&report.reporter)} {format!(" ({record}), ")}
                            <Ago at=report.created_at now=now />{closed}
                        </span>
                    </p>
                    {(!details.is_empty())
                        .then(|| {
                            view! {
                                <blockquote class="serif quoted prelines">{details}</blockquote>
                            }
                        })}
                    {evidence::as_reported(case, report)}
                </li>
            }
        })
        .collect();
    let heading = count(case.reports.len(), "report", "reports");
    view! {
        <section class="rule-top stack stack-s" aria-labelledby="reports">
            <h3 id="reports">{heading}</h3>
            <ul class="stack stack-s">{rows}</ul>
        </section>
    }
}

/// What the button of a decision says; it names the other dates that are cancelled with an event.
fn button(case: &Case, verdict: Verdict) -> String {
    match (&case.content, verdict) {
        (Content::Event(event), Verdict::CancelEvent) if event.dates_to_come() > 1 => {
            format!("Cancel all {} dates", event.dates_to_come())
        }
        _ => verdict.button().to_owned(),
    }
}

fn decide(case: &Case, part: &Part, state: FormState) -> impl IntoView + use<> {
    let buttons: Vec<_> = case
        .verdicts
        .iter()
        .map(|&verdict| {
            let key = keys::key(verdict);
            let sure = keys::is_confirmed(verdict).then_some("");
            view! {
                <button
                    class="btn"
                    name="verdict"
                    value=verdict.as_str()
                    data-key=key
                    data-sure=sure
                    aria-keyshortcuts=key
                >
                    <kbd aria-hidden="true">{key}</kbd>
                    " "
                    {button(case, verdict)}
                </button>
            }
        })
        .collect();
    let acts = case.verdicts.iter().any(|verdict| verdict.acts());
    let reader = case
        .accused
        .as_ref()
        .map_or("they", |person| person.handle.as_str());
    let label = format!("What {reader} will read");
    let hint = match (case.subject.kind.can_be_hidden(), case.subject.kind) {
        (true, SubjectKind::Message) => {
            "With hide, warn and suspend. Suspending hides the message as well."
        }
        (true, SubjectKind::Feedback) => {
            "With hide, warn and suspend. Suspending hides the words as well; the rating stays."
        }
        (true, SubjectKind::List) => {
            "With hide, warn and suspend. Suspending hides the list as well."
        }
        (true, _) => "With hide, warn and suspend. Suspending hides the listing as well.",
        (_, SubjectKind::Event) => {
            "With warn, cancel and suspend. When it is cancelled, its guests read it too."
        }
        _ => "With warn and suspend.",
    };
    let draft = case.draft;
    let told = if case.verdicts.contains(&Verdict::Dismiss) {
        "“Leave it” tells the reporters that a moderator has looked. “Dismiss” tells nobody, and counts against the reports."
    } else {
        ""
    };
    let mut with = subject_fields(case.subject);
    with.push(("queue", part.query()));
    view! {
        <PostForm class="stack rule-top decide" action=DecideCase::PATH with=with>
            // Enter in a field presses the first button: this one does nothing.
            <button hidden disabled></button>
            {acts
                .then(|| {
                    view! {
                        <TextArea
                            state=state.clone()
                            name="message"
                            label=label
                            hint=hint
                            value=draft
                            maxlength=DecisionMessage::MAX
                        />
                    }
                })}
            <TextField state=state.clone() name="note" label="Note to colleagues" />
            <fieldset>
                <legend class="strong">"Decide"</legend>
                <div class="verdicts mt4">{buttons}</div>
            </fieldset>
            <p class="fine quiet">{told}</p>
        </PostForm>
    }
}

/// The arguments that name a subject.
pub(super) fn subject_fields(subject: SubjectRef) -> Vec<(&'static str, String)> {
    vec![
        ("kind", subject.kind.to_string()),
        ("id", subject.id.to_string()),
    ]
}

fn place(person: &Person) -> String {
    match (person.city.as_str(), person.country.as_str()) {
        ("", "") => person.display_name.clone(),
        ("", country) => format!("{}, {country}", person.display_name),
        (city, _) => format!("{}, {city}", person.display_name),
    }
}
