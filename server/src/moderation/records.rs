//! Whether what the site keeps still fits together: the chain of the audit log, and what is
//! true of all trades and of the seats of events. Looked at each night, and whenever the operator wants to know.

use jiff::Timestamp;
use sqlx::PgPool;

use super::repo::records as repo;
use crate::jobs::schedule::{Interval, Schedule};
use crate::trades::invariants;
use crate::{Cx, Error, Result, audit, events, rounds};

/// So many findings are kept.
const MOST: usize = 20;

/// The name of the schedule that looks each night.
pub const SCHEDULE: &str = "check the records";

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Entries of the audit log that were read.
    pub entries: i64,
    /// What does not fit, in words; empty on a sound site.
    pub findings: Vec<String>,
}

/// What the last look found, and when that was.
#[derive(Debug, Clone)]
pub struct LastLook {
    /// When it ended.
    pub checked_at: Timestamp,
    /// See [`Look::entries`].
    pub entries: i64,
    /// See [`Look::findings`]; the first twenty, and how many more there are.
    pub findings: Vec<String>,
}

pub(super) fn schedule() -> Schedule {
    Schedule {
        name: SCHEDULE,
        when: Interval::Daily {
            hour: 2,
            minute: 50,
        },
        run: |cx| Box::pin(async move { look_and_note(&cx).await }),
    }
}

/// Looks at everything, for the operator.
///
/// # Errors
/// Those of the database.
pub async fn look(db: &PgPool) -> Result<Look> {
    let before = repo::last(db).await?.map_or(0, |last| last.entries);
    let chain = audit::verify_chain(db).await?;
    let entries = i64::try_from(chain.entries).map_err(Error::internal)?;
    let mut findings = Vec::new();
    if let Some(entry) = chain.broken_at {
        findings.push(format!(
            "The audit log does not fit together at entry {entry}: it, or the one before, was changed or taken out"
        ));
    } else if entries < before {
        // A chain does not show what is gone from its end.
        findings.push(format!(
            "The audit log had {before} entries and has {entries}: its newest ones are gone"
        ));
    }
    findings.extend(invariants::lasting_violations(db).await?);
    findings.extend(rounds::invariants::violations(db).await?);
    findings.extend(events::desk::drift(db).await?);
    Ok(Look { entries, findings })
}

async fn look_and_note(cx: &Cx) -> Result<()> {
    let mut look = look(cx.db()).await?;
    for finding in &look.findings {
        tracing::error!(finding, "the records of the site do not fit together");
    }
    let more = look.findings.len().saturating_sub(MOST);
    look.findings.truncate(MOST);
    if more > 0 {
        look.findings.push(format!("and {more} more"));
    }
    let mut tx = cx.begin().await?;
    repo::note(&mut tx, cx.now(), look.entries, &look.findings).await?;
    tx.commit().await
}

/// The last look; none before the first night.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn last(cx: &Cx) -> Result<Option<LastLook>> {
    cx.moderator()?;
    repo::last(cx.db()).await
}
