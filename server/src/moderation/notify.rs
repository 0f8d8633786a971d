//! What members are told about decisions.

use dogear_domain::ids::{DecisionId, ListId, ReportId, UserId};
use dogear_domain::moderation::{SubjectKind, Verdict};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::PgConnection;

use super::repo::{members, subjects};
use super::reports::outcome;
use super::subject::SubjectRef;
use crate::mail::templates;
use crate::notifications::{Facts, Kind, notify, withdraw_mails};
use crate::{Cx, Result};

/// A decision as the accused hears of it.
pub(super) struct DecisionNotice<'a> {
    pub user: UserId,
    pub subject: SubjectRef,
    /// What the subject is called.
    pub title: &'a str,
    pub verdict: Verdict,
    /// The moderator's words.
    pub message: &'a str,
    /// Whether the subject went out of sight just now.
    pub hid: bool,
    /// When a suspension ends; `Some(None)` when it lasts until it is lifted.
    #[allow(clippy::option_option)] // no suspension, one without an end, one with
    pub until: Option<Option<Timestamp>>,
    pub decision: DecisionId,
}

/// What the keys of all that is told of a decision begin with.
fn key(decision: DecisionId) -> String {
    format!("decision:{decision}:")
}

/// Drops the mails about a decision that have not left yet; tells whose they were.
pub(super) async fn withdraw(conn: &mut PgConnection, decision: DecisionId) -> Result<Vec<UserId>> {
    withdraw_mails(conn, &key(decision)).await
}

/// Tells the accused: an entry per thing that happened, and one mail.
pub(super) async fn accused(
    conn: &mut PgConnection,
    cx: &Cx,
    news: &DecisionNotice<'_>,
) -> Result<()> {
    let mut steps: Vec<(Kind, String, Facts)> = Vec::new();
    let facts = Facts {
        what: news.title.to_owned(),
        reason: news.message.to_owned(),
        ..Facts::default()
    };
    let shown = shown_as(news.subject, news.title);
    if let Some((what, path)) = shown.clone().filter(|_| news.hid) {
        let facts = Facts {
            path,
            ..facts.clone()
        };
        steps.push((Kind::ListingHidden, format!("{what} is hidden"), facts));
    } else if news.subject.kind == SubjectKind::Review
        && (news.hid || news.verdict == Verdict::MarkSpoiler)
    {
        let review = own_review(news.title);
        let (kind, heading) = if news.hid {
            (Kind::ReviewHidden, format!("{review} is hidden"))
        } else {
            let heading = format!("{review} is marked as a spoiler");
            (Kind::ReviewMarked, heading)
        };
        let facts = Facts {
            what: review,
            ..facts.clone()
        };
        steps.push((kind, heading, facts));
    } else if news.hid {
        let heading = match news.subject.kind {
            SubjectKind::Feedback => "What you wrote to those who hosted an event is hidden",
            _ => "A message of yours is hidden",
        };
        steps.push((Kind::MessageHidden, heading.into(), facts.clone()));
    }
    if news.verdict == Verdict::CancelEvent {
        let heading = format!("Your event “{}” is cancelled by a moderator", news.title);
        let facts = Facts {
            path: dogear_urls::HOST.into(),
            ..facts.clone()
        };
        steps.push((Kind::EventTakenDown, heading, facts));
    }
    if matches!(news.verdict, Verdict::Warn | Verdict::HideAndWarn) {
        let heading = "A warning from the moderators of Dogear".to_owned();
        steps.push((Kind::Warned, heading, facts.clone()));
    }
    if let Some(until) = news.until {
        let until = match until {
            Some(until) => in_their_zone(conn, news.user, until).await?,
            None => "a moderator lifts it".into(),
        };
        let heading = format!("Your account is suspended until {until}");
        steps.push((Kind::AccountSuspended, heading, Facts { until, ..facts }));
    }
    // The last is the gravest: it carries the mail.
    let last = steps.len().saturating_sub(1);
    for (position, (kind, heading, facts)) in steps.into_iter().enumerate() {
        let letter = (position == last).then(|| {
            let mut paragraphs = vec![news.message];
            if news.hid && news.until.is_some() && shown.is_some() {
                paragraphs.push(match news.subject.kind {
                    SubjectKind::List => "The list this is about is hidden as well.",
                    _ => "The listing this is about is hidden as well.",
                });
            }
            if news.until.is_some() {
                paragraphs.push("You can still log in, read, and finish the trades that are running. You can begin nothing new until then.");
            }
            let path = if facts.path.is_empty() { dogear_urls::INBOX } else { &facts.path };
            templates::notice(&cx.services.settings, &heading, &heading, &paragraphs, path)
        });
        let key = format!("{}{}", key(news.decision), kind.as_str());
        notify(cx, conn, news.user, kind, &facts, &key, letter).await?;
    }
    Ok(())
}

/// How its owner knows a listing or a list, and where they find it; `None` for what is neither.
fn shown_as(subject: SubjectRef, title: &str) -> Option<(String, String)> {
    match subject.kind {
        SubjectKind::Copy => Some((
            format!("Your listing of “{title}”"),
            dogear_urls::SHELF.into(),
        )),
        SubjectKind::List => {
            let path = dogear_urls::list_by_id(ListId(subject.id));
            Some((format!("Your list “{title}”"), path))
        }
        _ => None,
    }
}

/// Tells the owner that a listing or a list is shown again, also by mail unless they were never told
/// that it was not.
pub(super) async fn listing_restored(
    conn: &mut PgConnection,
    cx: &Cx,
    (owner, by_mail): (UserId, bool),
    (subject, title): (SubjectRef, &str),
    reason: &str,
    key: &str,
) -> Result<()> {
    let Some((what, path)) = shown_as(subject, title) else {
        return Ok(());
    };
    let heading = format!("{what} is shown again");
    let facts = Facts {
        what: title.to_owned(),
        reason: reason.to_owned(),
        path: path.clone(),
        ..Facts::default()
    };
    let letter = templates::notice(
        &cx.services.settings,
        &heading,
        &heading,
        &[or(reason, "A moderator has looked at it again.")],
        &path,
    );
    notify(
        cx,
        conn,
        owner,
        Kind::ListingRestored,
        &facts,
        key,
        by_mail.then_some(letter),
    )
    .await
}

/// “Your review of Emma” from the title of a case.
fn own_review(title: &str) -> String {
    match title.strip_prefix("Review") {
        Some(rest) => format!("Your review{rest}"),
        None => "A review of yours".to_owned(),
    }
}

/// Tells the author that a review is shown again as they wrote it; by mail as
/// [`listing_restored`].
pub(super) async fn review_restored(
    conn: &mut PgConnection,
    cx: &Cx,
    (author, by_mail): (UserId, bool),
    title: &str,
    reason: &str,
    key: &str,
) -> Result<()> {
    let review = own_review(title);
    let heading = format!("{review} is shown as before");
    let facts = Facts {
        what: review,
        reason: reason.to_owned(),
        ..Facts::default()
    };
    let letter = templates::notice(
        &cx.services.settings,
        &heading,
        &heading,
        &[or(reason, "A moderator has looked at it again.")],
        dogear_urls::INBOX,
    );
    let letter = by_mail.then_some(letter);
    notify(cx, conn, author, Kind::ReviewRestored, &facts, key, letter).await
}

/// Tells the author that a message, or what they said of an event, is shown again; by mail as
/// [`listing_restored`].
pub(super) async fn message_restored(
    conn: &mut PgConnection,
    cx: &Cx,
    (author, by_mail): (UserId, bool),
    message: SubjectRef,
    key: &str,
) -> Result<()> {
    let (trade, heading) = if message.kind == SubjectKind::Feedback {
        (
            None,
            "What you wrote to those who hosted an event is shown again",
        )
    } else {
        let trade = subjects::trade_of(&mut *conn, message.id).await?;
        (trade, "A message of yours is shown again")
    };
    let facts = Facts {
        trade,
        ..Facts::default()
    };
    let path = trade.map_or_else(|| dogear_urls::INBOX.into(), dogear_urls::trade);
    let words = "A moderator has looked at it again and taken the decision to hide it back.";
    let settings = &cx.services.settings;
    let letter = templates::notice(settings, heading, heading, &[words], &path);
    notify(
        cx,
        conn,
        author,
        Kind::MessageRestored,
        &facts,
        key,
        by_mail.then_some(letter),
    )
    .await
}

/// Tells a member that a sanction is taken back or has ended; by mail as [`listing_restored`].
pub(super) async fn standing_restored(
    conn: &mut PgConnection,
    cx: &Cx,
    (member, by_mail): (UserId, bool),
    reason: &str,
    key: &str,
) -> Result<()> {
    let reason = or(reason, "Your account is in good standing again.");
    let facts = Facts {
        reason: reason.to_owned(),
        ..Facts::default()
    };
    let heading = "Your account is in good standing again";
    let letter = templates::notice(
        &cx.services.settings,
        heading,
        heading,
        &[reason, "You can list, propose and report as before."],
        dogear_urls::INBOX,
    );
    notify(
        cx,
        conn,
        member,
        Kind::AccountSuspended,
        &facts,
        key,
        by_mail.then_some(letter),
    )
    .await
}

/// Tells a reporter what came of a report; nothing when it was dismissed.
pub(super) async fn reporter(
    conn: &mut PgConnection,
    cx: &Cx,
    (report, reporter): (ReportId, UserId),
    subject: SubjectRef,
    title: &str,
    verdict: Verdict,
    decision: DecisionId,
) -> Result<()> {
    if verdict == Verdict::Dismiss {
        return Ok(());
    }
    let outcome = outcome(verdict, subject.kind);
    let path = dogear_urls::own_report(report);
    let facts = Facts {
        what: title.to_owned(),
        reason: outcome.to_owned(),
        path: path.clone(),
        ..Facts::default()
    };
    let heading = format!("Your report about “{title}” is decided");
    let thanks = "Thank you for looking after Dogear.";
    let settings = &cx.services.settings;
    let letter = templates::notice(settings, &heading, &heading, &[outcome, thanks], &path);
    let key = format!("{}report:{report}", key(decision));
    notify(
        cx,
        conn,
        reporter,
        Kind::ReportDecided,
        &facts,
        &key,
        Some(letter),
    )
    .await
}

fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

async fn in_their_zone(conn: &mut PgConnection, user: UserId, at: Timestamp) -> Result<String> {
    let zone = members::time_zone(conn, user).await?;
    let zone = zone
        .and_then(|name| TimeZone::get(&name).ok())
        .unwrap_or(TimeZone::UTC);
    Ok(at.to_zoned(zone).strftime("%A %-d %B %Y").to_string())
}
