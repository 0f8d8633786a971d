//! One reported subject with everything a moderator needs to decide.

use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, MessageId, ReportId, TradeId, UserId, WorkId};
use dogear_domain::moderation::{ReportReason, ReportState, SubjectKind, Verdict};
use dogear_domain::trades::{LegState, Outcome, TradeState};
use jiff::Timestamp;

use super::members::{self, Person};
use super::queue::{self, CLAIM, Decision, DecisionFilter};
use super::recusal;
use super::repo::cases as repo;
use super::repo::subjects::trade_of;
use super::subject::{self, SubjectRef};
use super::trades::{self, TradeRow};
use crate::audit::record_view;
use crate::trades::{TradeView, for_moderator};
use crate::{Cx, Error, Result};

/// A subject, its owner, their history, the reports on it.
#[derive(Debug, Clone)]
pub struct Case {
    pub subject: SubjectRef,
    pub title: String,
    pub content: Content,
    /// Whom the reports accuse; without any, the owner.
    pub accused: Option<Person>,
    /// Newest first.
    pub reports: Vec<CaseReport>,
    /// About the accused or this subject, newest first.
    pub decisions: Vec<Decision>,
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
    Copy(CopyContent),
    /// The person themselves: see [`Case::accused`].
    Member,
    Message {
        trade: TradeId,
        /// The message with what was said around it, oldest first.
        lines: Vec<Line>,
    },
    Trade {
        row: TradeRow,
        /// The books as they were taken down, and the problem that was reported.
        view: Box<TradeView>,
    },
    /// It is gone; the reports are left.
    Gone,
}

/// A copy as its page shows it.
#[derive(Debug, Clone)]
pub struct CopyContent {
    pub work: WorkId,
    pub slug: String,
    pub author_line: String,
    pub grade: Grade,
    pub defects: Vec<Defect>,
    pub note: String,
    pub photos: i64,
    pub state: String,
    pub listed_at: Option<Timestamp>,
    pub hidden_at: Option<Timestamp>,
}

/// A message of a trade.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: MessageId,
    /// Handle.
    pub author: String,
    pub body: String,
    pub hidden: bool,
    pub created_at: Timestamp,
}

/// A report, with how reliable its reporter has been.
#[derive(Debug, Clone)]
pub struct CaseReport {
    pub id: ReportId,
    pub reporter: String,
    pub reason: ReportReason,
    pub details: String,
    pub state: ReportState,
    pub created_at: Timestamp,
    /// Decided reports of this member about anything, and how many led to something.
    pub made: i64,
    pub upheld: i64,
    pub accused_id: Option<UserId>,
}

/// Who has the case now.
#[derive(Debug, Clone)]
pub struct Claim {
    pub handle: String,
    pub mine: bool,
    pub until: Timestamp,
}

/// Opens a case. It becomes the moderator's for ten minutes unless a colleague has it or the
/// moderator must leave it to one.
/// Reading a message or a trade is written to the audit log first.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins, and when nothing was ever reported
/// or decided about it.
pub async fn open(cx: &Cx, subject: SubjectRef) -> Result<Case> {
    cx.moderator()?;
    let reports = repo::reports(cx.db(), subject).await?;
    let about_it = DecisionFilter {
        subject: Some(subject),
        ..DecisionFilter::default()
    };
    let mut decisions = queue::decisions(cx, about_it).await?;
    if reports.is_empty() && decisions.is_empty() {
        return Err(Error::NotFound);
    }
    if matches!(subject.kind, SubjectKind::Message | SubjectKind::Trade) {
        record_view(cx, subject.kind.as_str(), subject.id).await?;
    }
    let mut conn = cx.db().acquire().await?;
    let found = subject::find(&mut conn, subject).await?;
    let recused = recusal::reason(&mut conn, cx, subject).await?;
    drop(conn);
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
    let content = content(cx, subject).await?;
    let disputed = match &content {
        Content::Trade { view, .. } => view.state == TradeState::Disputed,
        _ => false,
    };
    let verdicts = match first {
        Some(_) if recused.is_none() && !disputed => {
            Verdict::for_kind(subject.kind, accused.is_some()).to_vec()
        }
        _ => Vec::new(),
    };
    Ok(Case {
        subject,
        title: found.map_or_else(
            || format!("{}, gone", subject.kind.label()),
            |found| found.title,
        ),
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
    Outcome::ALL
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
        SubjectKind::Trade => match trades::row(cx, TradeId(subject.id)).await? {
            Some(row) => Content::Trade {
                view: Box::new(for_moderator(cx, row.id).await?),
                row,
            },
            None => Content::Gone,
        },
    })
}
