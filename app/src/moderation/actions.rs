//! What can be done from the moderators' desk, and reporting something to it.

use std::collections::BTreeMap;

use dogear_domain::accounts::Role;
use dogear_domain::fields::{
    DecisionMessage, DeskNote, FieldErrors, RefusalReason, RestoreReason, RoleReason,
    SettingsReason,
};
use dogear_domain::ids::{
    CopyId, CorrectionId, DecisionId, EditionId, ListId, OutboxId, TradeId, UserId, WorkId,
};
use dogear_domain::moderation::{SubjectKind, SubjectRef, Verdict};
use dogear_domain::trades::{Outcome, Setting};
use dogear_server::corrections::{self, Accepted};
use dogear_server::moderation::decisions::{self, Ruling};
use dogear_server::moderation::disputes::{self, Resolution};
use dogear_server::moderation::members::{self, RoleGrant, Suspension};
use dogear_server::moderation::merges::editions;
use dogear_server::moderation::merges::works::{self, Fact};
use dogear_server::moderation::reports::{self, NewReport};
use dogear_server::moderation::settings::{self, Typed};
use dogear_server::moderation::{case, jobs, listings, mails, queue, schedules};
use dogear_server::{Cx, Error};
use leptos::prelude::*;

use super::part::Part;
use crate::action::{ActionError, Done, FormKey, HtmlForm, read};
use crate::http::context;
use dogear_urls as urls;

/// Reports something to the moderators.
#[server(endpoint = "moderation/report", input = HtmlForm)]
pub async fn report_subject(
    kind: SubjectKind,
    id: i64,
    #[server(default)] reason: String,
    #[server(default)] details: String,
    #[server(default)] secret: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let subject = SubjectRef { kind, id };
    let new = NewReport::read(subject, &reason, &details)?.with_secret(secret);
    let filed = reports::create(&req.cx, once.into(), &new).await?;
    let sentence = if filed.already {
        "You have reported this already. It waits for a moderator."
    } else {
        "Your report is with the moderators."
    };
    Ok(Done::go(urls::own_report(filed.id)).saying(sentence))
}

/// Decides about a reported subject; the moderator goes on to the next one of the part
/// `queue` of the queue.
#[server(endpoint = "moderation/decide", input = HtmlForm)]
pub async fn decide_case(
    kind: SubjectKind,
    id: i64,
    verdict: Verdict,
    #[server(default)] message: String,
    #[server(default)] note: String,
    #[server(default)] queue: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let subject = SubjectRef { kind, id };
    let ruling = Ruling::read(subject, verdict, &message, &note)?;
    let (next, path) = after(&req.cx, &queue, subject).await?;
    let decision = decisions::decide(&req.cx, once.into(), &ruling).await?;
    let sentence = match next {
        Some(_) => format!("{}. This is the next one.", verdict.done()),
        None => format!("{}. Nothing else waits.", verdict.done()),
    };
    Ok(Done::go(path)
        .saying(sentence)
        .undo(&TakeBackDecision { decision }))
}

/// Gives a case back; the moderator goes on to the next one, as with [`decide_case`].
#[server(endpoint = "moderation/release", input = HtmlForm)]
pub async fn release_case(
    kind: SubjectKind,
    id: i64,
    #[server(default)] queue: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let subject = SubjectRef { kind, id };
    case::release(&req.cx, subject).await?;
    let (_, path) = after(&req.cx, &queue, subject).await?;
    Ok(Done::go(path))
}

/// Brings a trade that a problem holds to its end, with so much of the money going back as is typed in
/// `give_back`, or as the outcome says; the moderator goes on to the next case,
/// as with [`decide_case`].
#[server(endpoint = "moderation/resolve-trade", input = HtmlForm)]
pub async fn resolve_trade(
    trade: TradeId,
    outcome: Option<Outcome>,
    #[server(default)] statement: String,
    #[server(default)] give_back: String,
    #[server(default)] sure: String,
    #[server(default)] queue: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let resolution = Resolution::read(outcome, &statement, !sure.is_empty())?;
    let resolution = resolution.giving_back(&give_back);
    let (_, path) = after(&req.cx, &queue, SubjectRef::trade(trade)).await?;
    disputes::resolve(&req.cx, once.into(), trade, &resolution).await?;
    Ok(Done::go(path).saying(format!(
        "Trade {trade} has ended, and everybody in it is told why."
    )))
}

/// What comes after `subject` in a part of the queue, and the page to go on at.
async fn after(
    cx: &Cx,
    part: &str,
    subject: SubjectRef,
) -> Result<(Option<SubjectRef>, String), Error> {
    let part = Part::of(part);
    let next = queue::next(cx, part.filter(), subject).await?;
    let path = next.map_or_else(|| urls::ADMIN_QUEUE.to_owned(), urls::admin_case);
    Ok((next, part.on(&path)))
}

/// Takes a decision of the last hour back.
#[server(endpoint = "moderation/take-back", input = HtmlForm)]
pub async fn take_back_decision(decision: DecisionId) -> Result<Done, ActionError> {
    let req = context()?;
    match decisions::undo(&req.cx, decision).await {
        Ok(subject) => Ok(Done::go(urls::admin_case(subject))
            .saying("Taken back. The reports are open again, and the member is told.")),
        Err(Error::Conflict(sentence)) => Ok(Done::go(urls::ADMIN_DECISIONS).saying(sentence)),
        Err(error) => Err(error.into()),
    }
}

/// Takes a listing out of sight; its owner reads the `reason`.
#[server(endpoint = "moderation/hide-listing", input = HtmlForm)]
pub async fn hide_listing(
    listing: CopyId,
    #[server(default)] reason: String,
    #[server(default)] note: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let mut errors = FieldErrors::new();
    let message = errors.take("reason", DecisionMessage::to_owner(&reason));
    let note = errors.take("note", DeskNote::parse(&note));
    let (message, note) = errors.finish(message.zip(note))?;
    let decision = listings::hide(&req.cx, once.into(), listing, &message, &note).await?;
    Ok(Done::go(urls::admin_listing(listing))
        .saying("The listing is hidden, and its owner is told.")
        .undo(&TakeBackDecision { decision }))
}

/// Shows a hidden listing again; its owner reads the `reason`.
#[server(endpoint = "moderation/restore-listing", input = HtmlForm)]
pub async fn restore_listing(
    listing: CopyId,
    #[server(default)] reason: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let reason = read("reason", RestoreReason::parse(&reason))?;
    listings::restore(&req.cx, once.into(), listing, &reason).await?;
    Ok(Done::go(urls::admin_listing(listing))
        .saying("The listing is shown again, and its owner is told."))
}

/// Shows a hidden list again; its owner reads the `reason`.
#[server(endpoint = "moderation/show-list", input = HtmlForm)]
pub async fn show_list_again(
    list: ListId,
    #[server(default)] reason: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let reason = read("reason", RestoreReason::parse(&reason))?;
    listings::restore_list(&req.cx, once.into(), list, &reason).await?;
    Ok(Done::go(urls::admin_case(SubjectRef::list(list)))
        .saying("The list is shown again, and its owner is told."))
}

/// Merges the book `drop` into `keep`. `choices` say by the names of facts which of them
/// are taken from `drop`; other fields are passed over.
#[server(endpoint = "moderation/merge-books", input = HtmlForm)]
pub async fn merge_books(
    keep: WorkId,
    drop: WorkId,
    #[server(flatten)] choices: BTreeMap<String, String>,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let facts: Vec<Fact> = Fact::ALL
        .into_iter()
        .filter(|fact| {
            choices
                .get(fact.as_str())
                .is_some_and(|which| which == "drop")
        })
        .collect();
    let merge = works::merge(&req.cx, once.into(), keep, drop, &facts).await?;
    Ok(Done::go(urls::admin_merged(merge)).saying("The two books are one now."))
}

/// Takes a merge of books back.
#[server(endpoint = "moderation/take-back-merge", input = HtmlForm)]
pub async fn take_back_merge(merge: i64) -> Result<Done, ActionError> {
    let req = context()?;
    let sentence = taken_back(
        works::undo(&req.cx, merge).await,
        "Both books are as they were.",
    )?;
    Ok(Done::go(urls::admin_merged(merge)).saying(sentence))
}

/// Merges the edition `drop` into `keep`.
#[server(endpoint = "moderation/merge-editions", input = HtmlForm)]
pub async fn merge_editions(
    keep: EditionId,
    drop: EditionId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let merge = editions::merge(&req.cx, once.into(), keep, drop).await?;
    Ok(Done::go(urls::admin_merged_editions(merge)).saying("The two editions are one now."))
}

/// Takes a merge of editions back.
#[server(endpoint = "moderation/take-back-edition-merge", input = HtmlForm)]
pub async fn take_back_edition_merge(merge: i64) -> Result<Done, ActionError> {
    let req = context()?;
    let sentence = taken_back(
        editions::undo(&req.cx, merge).await,
        "Both editions are as they were.",
    )?;
    Ok(Done::go(urls::admin_merged_editions(merge)).saying(sentence))
}

/// What was taken back of a merge: all of it, or what not.
fn taken_back(outcome: Result<Vec<String>, Error>, whole: &str) -> Result<String, Error> {
    match outcome {
        Ok(left) if left.is_empty() => Ok(format!("Taken back. {whole}")),
        Ok(left) => Ok(format!("Taken back, except for: {}.", left.join("; "))),
        Err(Error::Conflict(sentence)) => Ok(sentence),
        Err(error) => Err(error),
    }
}

/// Makes the changes of a correction; the moderator goes on to the next, or to the two that
/// are said to be one.
#[server(endpoint = "corrections/accept", input = HtmlForm)]
pub async fn accept_correction(correction: CorrectionId) -> Result<Done, ActionError> {
    let req = context()?;
    let accepted = match corrections::accept(&req.cx, correction).await {
        Err(Error::Conflict(sentence) | Error::Forbidden(sentence)) => {
            return Ok(Done::go(urls::ADMIN_CORRECTIONS).saying(sentence));
        }
        other => other?,
    };
    let Accepted {
        title,
        left,
        compare,
    } = accepted;
    let sentence = match left.as_slice() {
        [] => format!("Accepted: “{title}”."),
        left => format!("Accepted: “{title}”, except for {}.", left.join("; ")),
    };
    Ok(match compare {
        Some((keep, drop)) => Done::go(urls::admin_compare(keep, drop))
            .saying(format!("{sentence} These two are said to be one book.")),
        None => Done::go(urls::ADMIN_CORRECTIONS).saying(sentence),
    })
}

/// Refuses a correction; the member reads the `reason`, if there is one.
#[server(endpoint = "corrections/refuse", input = HtmlForm)]
pub async fn refuse_correction(
    correction: CorrectionId,
    #[server(default)] reason: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let reason = read("reason", RefusalReason::parse(&reason))?;
    let sentence = match corrections::refuse(&req.cx, correction, &reason).await {
        Ok(()) => "Refused. The book stays as it is, and the member is told.".to_owned(),
        Err(Error::Conflict(sentence) | Error::Forbidden(sentence)) => sentence,
        Err(error) => return Err(error.into()),
    };
    Ok(Done::go(urls::ADMIN_CORRECTIONS).saying(sentence))
}

/// Suspends a member for so many `days`, or with the word `open` until somebody restores
/// them.
#[server(endpoint = "moderation/suspend-member", input = HtmlForm)]
pub async fn suspend_member(
    member: UserId,
    #[server(default)] days: String,
    #[server(default)] reason: String,
    #[server(default)] note: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let days = match days.trim() {
        "open" => None,
        days => Some(
            days.parse()
                .map_err(|_| Error::field("days", "Choose how long it lasts."))?,
        ),
    };
    let suspension = Suspension::read(member, days, &reason, &note)?;
    let decision = members::suspend(&req.cx, once.into(), &suspension).await?;
    let handle = members::one(&req.cx, member).await?.handle;
    Ok(Done::go(urls::admin_member(&handle))
        .saying(format!("{handle} is suspended and told why."))
        .undo(&TakeBackDecision { decision }))
}

/// Ends a suspension; the member reads the `reason`.
#[server(endpoint = "moderation/restore-member", input = HtmlForm)]
pub async fn restore_member(
    member: UserId,
    #[server(default)] reason: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let reason = read("reason", RestoreReason::parse(&reason))?;
    members::restore(&req.cx, once.into(), member, &reason).await?;
    let handle = members::one(&req.cx, member).await?.handle;
    Ok(Done::go(urls::admin_member(&handle))
        .saying(format!("{handle} is in good standing again and told so.")))
}

/// Gives a member a role; `password` is the admin's own.
#[server(endpoint = "moderation/change-role", input = HtmlForm)]
pub async fn change_role(
    member: UserId,
    #[server(default)] role: String,
    #[server(default)] reason: String,
    #[server(default)] password: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let role: Role = role
        .parse()
        .map_err(|_| Error::field("role", "Choose a role."))?;
    let grant = RoleGrant {
        member,
        role,
        reason: read("reason", RoleReason::parse(&reason))?,
    };
    members::set_role(&req.cx, once.into(), &grant, &password).await?;
    let handle = members::one(&req.cx, member).await?.handle;
    Ok(Done::go(urls::admin_member(&handle)).saying(format!("{handle} is now: {}.", role.label())))
}

/// Tries a job again now.
#[server(endpoint = "moderation/retry-job", input = HtmlForm)]
pub async fn retry_job(job: OutboxId) -> Result<Done, ActionError> {
    let req = context()?;
    let outcome = jobs::retry(&req.cx, job).await;
    said(outcome, format!("Job {job} is tried again now."))
}

/// Cancels a job: what it was to do does not happen.
#[server(endpoint = "moderation/discard-job", input = HtmlForm)]
pub async fn discard_job(job: OutboxId) -> Result<Done, ActionError> {
    let req = context()?;
    let outcome = jobs::discard(&req.cx, job).await;
    said(outcome, format!("Job {job} is cancelled."))
}

/// To the list of jobs, where it is said what became of one.
fn said(outcome: Result<(), Error>, done: String) -> Result<Done, ActionError> {
    let list = Done::go(urls::ADMIN_JOBS);
    match outcome {
        Ok(()) => Ok(list.saying(done)),
        Err(Error::Conflict(sentence)) => Ok(list.saying(sentence)),
        Err(error) => Err(error.into()),
    }
}

/// Has the site do something at once that it does by the clock.
#[server(endpoint = "moderation/run-schedule", input = HtmlForm)]
pub async fn run_schedule(schedule: String) -> Result<Done, ActionError> {
    let req = context()?;
    let sentence = match schedules::run_now(&req.cx, &schedule).await {
        Ok(()) => format!("“{schedule}” runs within a minute."),
        Err(Error::Conflict(sentence)) => sentence,
        Err(error) => return Err(error.into()),
    };
    Ok(Done::go(urls::ADMIN_SCHEDULES).saying(sentence))
}

/// Sends a mail that failed once more.
#[server(endpoint = "moderation/send-mail-again", input = HtmlForm)]
pub async fn send_mail_again(mail: i64) -> Result<Done, ActionError> {
    let req = context()?;
    let sentence = match mails::send_again(&req.cx, mail).await {
        Ok(()) => "The mail is sent again now.".to_owned(),
        Err(Error::Conflict(sentence)) => sentence,
        Err(error) => return Err(error.into()),
    };
    Ok(Done::go(urls::admin_mail(mail)).saying(sentence))
}

/// Sends the moderator a mail, to see whether mail leaves.
#[server(endpoint = "moderation/send-test-mail", input = HtmlForm)]
pub async fn send_test_mail(#[server(default)] once: FormKey) -> Result<Done, ActionError> {
    let req = context()?;
    let mail = mails::send_test(&req.cx, once.into()).await?;
    Ok(Done::go(urls::admin_mail(mail))
        .saying("A test mail to you is on its way. Here stands what becomes of it."))
}

/// Changes the deadlines and limits of trades. `numbers` by the names of the settings;
/// other fields are passed over.
#[server(endpoint = "moderation/change-settings", input = HtmlForm)]
pub async fn change_settings(
    #[server(flatten)] numbers: BTreeMap<String, String>,
    #[server(default)] seen: String,
    #[server(default)] reason: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let typed = Typed {
        numbers: Setting::ALL
            .iter()
            .map(|setting| {
                (
                    *setting,
                    numbers.get(setting.as_str()).cloned().unwrap_or_default(),
                )
            })
            .collect(),
        seen,
        reason: read("reason", SettingsReason::parse(&reason))?,
    };
    let changed = settings::change(&req.cx, once.into(), &typed).await?;
    Ok(saved(&changed))
}

/// Puts one setting back to its default.
#[server(endpoint = "moderation/restore-setting", input = HtmlForm)]
pub async fn restore_setting(
    setting: Setting,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let changed = settings::restore_default(&req.cx, once.into(), setting).await?;
    Ok(saved(&changed))
}

fn saved(changed: &[Setting]) -> Done {
    let names: Vec<&str> = changed.iter().map(|setting| setting.label()).collect();
    let sentence = match names.as_slice() {
        [] => "Nothing was changed.".to_owned(),
        names => format!("Saved: {}.", names.join(", ")),
    };
    Done::go(urls::ADMIN_SETTINGS).saying(sentence)
}
