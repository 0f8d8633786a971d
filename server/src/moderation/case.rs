//! One reported subject with everything a moderator needs to decide.

use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{
    CopyId, EventId, FeedbackId, ListId, MessageId, ReportId, ReviewId, TradeId, UserId, WorkId,
};
use dogear_domain::moderation::{ReportReason, ReportState, SubjectKind, Verdict};
use dogear_domain::trades::{LegState, Outcome, TradeState};
use jiff::Timestamp;
use sqlx::types::Json;

use super::evidence::{self, EarlierVersion, Evidence};
use super::members::{self, Person};
use super::queue::{self, CLAIM, Decision, DecisionFilter};
use super::recusal;
use super::repo::cases as repo;
use super::repo::evidence::now_says;
use super::repo::subjects::trade_of;
use super::subject::{self, SubjectRef};
use super::trades::{self, TradeRow};
use crate::audit::record_view;
use crate::events::{self, DeskEvent, DeskFeedback};
use crate::lists::{self, DeskList};
use crate::reviews::desk::{self, DeskReview};
use crate::trades::{TradeView, for_moderator};
use crate::{Cx, Error, Result};

/// A subject, its owner, their history, the reports on it.
#[derive(Debug, Clone)]
pub struct Case {
    /// What was reported.
    pub subject: SubjectRef,
    /// What to call it: a title, a name, or its kind with a number.
    pub title: String,
    /// It, as far as moderators have to see it.
    pub content: Content,
    /// Whom the reports accuse; without any, the owner.
    pub accused: Option<Person>,
    /// Newest first.
    pub reports: Vec<CaseReport>,
    /// What it says now, in the form in which reports keep it.
    pub now: Option<Evidence>,
    /// What it said before, newest first; of the last 90 days.
    pub versions: Vec<EarlierVersion>,
    /// About the accused or this subject, newest first.
    pub decisions: Vec<Decision>,
    /// Its holder; none when nobody claimed it, or too long ago.
    pub claim: Option<Claim>,
    /// Why the moderator must leave it to colleagues.
    pub recused: Option<String>,
    /// What the moderator can decide now; nothing when no report is open.
    pub verdicts: Vec<Verdict>,
    /// How the moderator can end the trade, while a reported problem holds it.
    pub outcomes: Vec<Outcome>,
    /// A first draft of what the accused reads.
    pub draft: &'static str,
}

/// What it is about.
#[derive(Debug, Clone)]
pub enum Content {
    /// The copy that is offered.
    Copy(CopyContent),
    /// The person themselves: see [`Case::accused`].
    Member,
    /// The message that was written.
    Message {
        /// The one it was written in.
        trade: TradeId,
        /// The message with what was said around it, oldest first.
        lines: Vec<Line>,
    },
    /// The trade with its two sides.
    Trade {
        /// It, as it stands in the list.
        row: TradeRow,
        /// The books as they were taken down, and the problem that was reported.
        view: Box<TradeView>,
    },
    /// The event with what its host says of it.
    Event(Box<DeskEvent>),
    /// What a guest says of an event to those who host it.
    Feedback(DeskFeedback),
    /// The list with what its owner has written to the books in it.
    List(DeskList),
    /// What a reader says of a book.
    Review(Box<DeskReview>),
    /// It is for colleagues alone: whoever asks hosts what a guest says something of, and does not
    /// learn here who it was.
    Withheld,
    /// It is gone; the reports are left.
    Gone,
}

/// A copy as its page shows it.
#[derive(Debug, Clone)]
pub struct CopyContent {
    /// The work that it is a copy of.
    pub work: WorkId,
    /// Of the work's page.
    pub slug: String,
    /// Of the work: all authors in one line.
    pub author_line: String,
    /// As its owner judges it.
    pub grade: Grade,
    /// What the owner owns up to.
    pub defects: Vec<Defect>,
    /// In the owner's words; may be empty.
    pub note: String,
    /// How many it has.
    pub photos: i64,
    /// The word of a state of copies.
    pub state: String,
    /// When it was put on offer; none while it is not.
    pub listed_at: Option<Timestamp>,
    /// When a moderator took it out of sight; none while it is seen.
    pub hidden_at: Option<Timestamp>,
}

/// A message of a trade.
#[derive(Debug, Clone)]
pub struct Line {
    /// By which it is hidden and reported.
    pub id: MessageId,
    /// Handle.
    pub author: String,
    /// As it was written, also when it is hidden.
    pub body: String,
    /// Its readers see only that a moderator hid it.
    pub hidden: bool,
    /// When it was sent.
    pub created_at: Timestamp,
}

/// A report, with how reliable its reporter has been.
#[derive(Debug, Clone)]
pub struct CaseReport {
    /// Growing, the newest the largest.
    pub id: ReportId,
    /// Handle.
    pub reporter: String,
    /// Which they chose.
    pub reason: ReportReason,
    /// In their words; may be empty.
    pub details: String,
    /// Whether it is decided, and what came of it.
    pub state: ReportState,
    /// When it was made.
    pub created_at: Timestamp,
    /// Decided reports of this member about anything, and how many led to something.
    pub made: i64,
    /// Those of them that a moderator acted on.
    pub upheld: i64,
    /// Whom it is about; none when that is nobody in particular.
    pub accused_id: Option<UserId>,
    /// What it is about as it stood when it was reported; none when the report is older than
    /// what is kept of one.
    pub evidence: Option<Json<Evidence>>,
}

/// Who has the case now.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Of the moderator.
    pub handle: String,
    /// It is the one who asks.
    pub mine: bool,
    /// When it lapses.
    pub until: Timestamp,
}

/// Opens a case. It becomes the moderator's for ten minutes unless a colleague has it or the
/// moderator must leave it to one.
/// Reading a message, a trade or what a guest says of an event is written to the audit log first.
/// Of the last nothing is shown to whoever must leave it to a colleague: they host the event.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins, and when nothing was ever reported
/// or decided about it.
pub async fn open(cx: &Cx, subject: SubjectRef) -> Result<Case> {
    cx.moderator()?;
    let mut reports = repo::reports(cx.db(), subject).await?;
    let about_it = DecisionFilter {
        subject: Some(subject),
        ..DecisionFilter::default()
    };
    let mut decisions = queue::decisions(cx, about_it).await?;
    if reports.is_empty() && decisions.is_empty() {
        return Err(Error::NotFound);
    }
    let mut conn = cx.db().acquire().await?;
    let mut found = subject::find(&mut conn, subject).await?;
    let recused = recusal::reason(&mut conn, cx, subject).await?;
    drop(conn);
    let withheld = subject.kind == SubjectKind::Feedback && recused.is_some();
    if withheld {
        withhold(&mut found, &mut reports, &mut decisions);
    } else if matches!(
        subject.kind,
        SubjectKind::Message | SubjectKind::Trade | SubjectKind::Feedback
    ) {
        record_view(cx, subject.kind.as_str(), subject.id).await?;
    }
    let is_open = |report: &&CaseReport| report.state == ReportState::Open;
    let first = reports.iter().rev().find(is_open);
    let accused = match first.or(reports.first()) {
        Some(report) => report.accused_id,
        None => found.as_ref().and_then(|found| found.accused),
    };
    let accused = match accused {
        Some(id) => Some(members::by_id(cx, id).await?),
        None => None,
    };
    if let Some(person) = &accused {
        let about_them = DecisionFilter {
            accused: Some(person.id),
            ..DecisionFilter::default()
        };
        decisions.extend(queue::decisions(cx, about_them).await?);
        decisions.sort_by_key(|decision| std::cmp::Reverse(decision.id));
        decisions.dedup_by_key(|decision| decision.id);
    }
    let claim = match first {
        Some(_) if recused.is_none() => claim(cx, subject).await?,
        _ => None,
    };
    let gravest = reports
        .iter()
        .filter(is_open)
        .map(|report| report.reason)
        .max_by_key(|reason| reason.severity());
    let (content, now) = if withheld {
        (Content::Withheld, None)
    } else {
        let content = content(cx, subject).await?;
        (content, now_says(cx.db(), subject).await?)
    };
    let disputed = match &content {
        Content::Trade { view, .. } => view.state == TradeState::Disputed,
        _ => false,
    };
    let can_be_marked =
        matches!(&content, Content::Review(review) if !review.spoiler && !review.is_marked);
    let can_be_cancelled = matches!(&content, Content::Event(event) if event.is_to_come(cx.now()));
    let verdicts = match first {
        Some(_) if recused.is_none() && !disputed => {
            let mut verdicts = Verdict::for_kind(subject.kind, accused.is_some()).to_vec();
            verdicts.retain(|verdict| match verdict {
                Verdict::CancelEvent => can_be_cancelled,
                Verdict::MarkSpoiler => can_be_marked,
                _ => true,
            });
            verdicts
        }
        _ => Vec::new(),
    };
    let kept = reports.iter().find_map(|report| report.evidence.as_ref());
    let title = match (found, kept) {
        (Some(found), _) => found.title,
        (None, Some(kept)) => format!("{}, gone", kept.title()),
        (None, None) => format!("{}, gone", subject.kind.label()),
    };
    Ok(Case {
        subject,
        title,
        now,
        versions: evidence::versions(cx, subject).await?,
        outcomes: if recused.is_none() {
            outcomes(&content)
        } else {
            Vec::new()
        },
        content,
        verdicts,
        accused,
        decisions,
        claim,
        recused: recused.filter(|_| first.is_some() || disputed),
        draft: gravest.unwrap_or(ReportReason::Other).template(),
        reports,
    })
}

/// Leaves out whom a case accuses.
fn withhold(
    found: &mut Option<subject::Found>,
    reports: &mut [CaseReport],
    decisions: &mut [Decision],
) {
    if let Some(found) = found {
        found.accused = None;
    }
    for report in reports {
        report.accused_id = None;
        report.evidence = None;
    }
    for decision in decisions {
        decision.accused = None;
    }
}

/// How a disputed trade can end. Only what has arrived can go back.
fn outcomes(content: &Content) -> Vec<Outcome> {
    let Content::Trade { view, .. } = content else {
        return Vec::new();
    };
    if view.state != TradeState::Disputed {
        return Vec::new();
    }
    let in_question = view.dispute.as_ref().and_then(|dispute| dispute.leg);
    let arrived = view
        .legs
        .iter()
        .any(|leg| Some(leg.id) == in_question && leg.state == LegState::Received);
    view.outcomes
        .iter()
        .copied()
        .filter(|outcome| *outcome != Outcome::Return || arrived)
        .collect()
}

/// Gives a case back, so that colleagues can take it.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn release(cx: &Cx, subject: SubjectRef) -> Result<()> {
    repo::release(cx.db(), subject, cx.moderator()?.id).await
}

/// Takes the case when it is free, and tells who has it. One statement, so that a reader
/// who leaves in the middle leaves no transaction behind.
async fn claim(cx: &Cx, subject: SubjectRef) -> Result<Option<Claim>> {
    let me = cx.moderator()?.id;
    let now = cx.now();
    let stale = now - CLAIM;
    repo::claim(cx.db(), subject, me, now, stale).await?;
    let holder = repo::holder(cx.db(), subject, stale).await?;
    Ok(holder.map(|holder| Claim {
        handle: holder.handle,
        mine: holder.id == me,
        until: holder.claimed_at + CLAIM,
    }))
}

async fn content(cx: &Cx, subject: SubjectRef) -> Result<Content> {
    Ok(match subject.kind {
        SubjectKind::Copy => repo::copy(cx.db(), CopyId(subject.id))
            .await?
            .map_or(Content::Gone, Content::Copy),
        SubjectKind::Member => Content::Member,
        SubjectKind::Message => {
            let trade = trade_of(cx.db(), subject.id).await?;
            let Some(trade) = trade else {
                return Ok(Content::Gone);
            };
            let lines = repo::lines(cx.db(), trade, subject.id).await?;
            Content::Message { trade, lines }
        }
        SubjectKind::Event => events::desk::for_desk(cx, EventId(subject.id))
            .await?
            .map_or(Content::Gone, |event| Content::Event(Box::new(event))),
        SubjectKind::Feedback => events::desk::feedback(cx, FeedbackId(subject.id))
            .await?
            .map_or(Content::Gone, Content::Feedback),
        SubjectKind::List => lists::desk::shown(cx, ListId(subject.id))
            .await?
            .map_or(Content::Gone, Content::List),
        SubjectKind::Review => desk::find(cx, ReviewId(subject.id))
            .await?
            .map_or(Content::Gone, |review| Content::Review(Box::new(review))),
        SubjectKind::Trade => match trades::row(cx, TradeId(subject.id)).await? {
            Some(row) => Content::Trade {
                view: Box::new(for_moderator(cx, row.id).await?),
                row,
            },
            None => Content::Gone,
        },
    })
}
