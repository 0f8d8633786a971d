//! Listings: search, hide, restore.

use dogear_domain::fields;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, DecisionId, UserId, WorkId};
use dogear_domain::moderation::Verdict;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::decisions::{Act, LONGEST, enact, open_reports};
use super::subject::{self, SubjectRef};
use super::{recusal, tell};
use crate::audit::{Entry, audit};
use crate::db::{IdempotencyKey, MaybeTimestamp, Once};
use crate::{Cx, Error, Result, search};

/// Rows per page of [`list`].
pub const PAGE: i64 = 50;

/// Which listings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Which {
    #[default]
    Listed,
    Hidden,
    /// With open reports.
    Reported,
}

/// A copy in the list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Listing {
    pub id: CopyId,
    pub work: WorkId,
    pub slug: String,
    pub title: String,
    pub author_line: String,
    /// Handle.
    pub owner: String,
    pub grade: Grade,
    pub note: String,
    #[sqlx(try_from = "MaybeTimestamp")]
    pub listed_at: Option<Timestamp>,
    #[sqlx(try_from = "MaybeTimestamp")]
    pub hidden_at: Option<Timestamp>,
    pub hidden_reason: String,
    pub open_reports: i64,
}

/// Copies whose title, author, ISBN or owner's handle holds `words`, newest first, 50 at a
/// time; `before` is the last id of the page before.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(
    cx: &Cx,
    words: &str,
    which: Which,
    before: Option<CopyId>,
) -> Result<Vec<Listing>> {
    cx.moderator()?;
    let words = words.trim().trim_start_matches('@').to_lowercase();
    let isbn = words.parse::<dogear_domain::isbn::Isbn13>().ok();
    Ok(sqlx::query_as(
        "select c.id, w.id as work, w.slug, w.title, w.author_line, u.handle as owner, c.grade, c.note,
             c.listed_at, c.hidden_at, c.hidden_reason,
             (select count(*) from reports r where r.subject_kind = 'copy' and r.subject_id = c.id
                 and r.state = 'open') as open_reports
         from copies c join works w on w.id = c.work_id join users u on u.id = c.owner_id
             join editions e on e.id = c.edition_id
         where case $2 when 'hidden' then c.hidden_at is not null
                 when 'reported' then exists (select from reports r where r.subject_kind = 'copy'
                     and r.subject_id = c.id and r.state = 'open')
                 else c.listed_at is not null end
             and c.state <> 'deleted'
             and ($1 = '' or strpos(w.title_key, folded($1)) > 0 or strpos(w.author_key, folded($1)) > 0
                 or lower(u.handle) = $1 or e.id = isbn_edition($3))
             and ($4::bigint is null or c.id < $4)
         order by c.id desc limit $5",
    )
    .bind(words)
    .bind(match which {
        Which::Listed => "listed",
        Which::Hidden => "hidden",
        Which::Reported => "reported",
    })
    .bind(isbn.map(|isbn| isbn.to_string()))
    .bind(before)
    .bind(PAGE)
    .fetch_all(cx.db())
    .await?)
}

/// A copy as the list shows it.
///
/// # Errors
/// As [`list`], and `NotFound` when there is none.
pub async fn one(cx: &Cx, id: CopyId) -> Result<Listing> {
    cx.moderator()?;
    sqlx::query_as(
        "select c.id, w.id as work, w.slug, w.title, w.author_line, u.handle as owner, c.grade, c.note,
             c.listed_at, c.hidden_at, c.hidden_reason,
             (select count(*) from reports r where r.subject_kind = 'copy' and r.subject_id = c.id
                 and r.state = 'open') as open_reports
         from copies c join works w on w.id = c.work_id join users u on u.id = c.owner_id
         where c.id = $1 and c.state <> 'deleted'",
    )
    .bind(id)
    .fetch_optional(cx.db())
    .await?
    .ok_or(Error::NotFound)
}

/// Takes a copy out of sight and answers the open reports on it. The owner is told why.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins; `Invalid` without a reason;
/// `Forbidden` when it is the moderator's own or they have reported it; `Conflict` when it is
/// hidden already.
pub async fn hide(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    id: CopyId,
    reason: &str,
    note: &str,
) -> Result<DecisionId> {
    let moderator = cx.moderator()?.id;
    let message = fields::required_text(reason, "what the owner will read", LONGEST)
        .map_err(|problem| Error::field("reason", problem))?;
    let note =
        fields::text(note, "the note", LONGEST).map_err(|problem| Error::field("note", problem))?;
    let mut once = match cx.once(key, &("hide", id, &message, &note)).await? {
        Once::Done(id) => return Ok(id),
        Once::New(once) => once,
    };
    let subject = SubjectRef::copy(id);
    let reports = open_reports(&mut once.tx, subject).await?;
    let found = subject::find(&mut once.tx, subject)
        .await?
        .ok_or(Error::NotFound)?;
    if found.accused == Some(moderator) {
        return Err(Error::Forbidden(
            "This is your own listing. Leave it to a colleague, or unlist it yourself.".into(),
        ));
    }
    recusal::check(&mut once.tx, cx, subject).await?;
    if found.hidden {
        return Err(Error::Conflict("This listing is hidden already.".into()));
    }
    let act = Act {
        subject,
        accused: found.accused,
        verdict: Verdict::Hide,
        message,
        note,
        until: None,
        reports,
    };
    let decision = enact(&mut once.tx, cx, &act).await?;
    once.commit(&decision).await?;
    Ok(decision)
}

/// Shows a hidden copy again. The owner is told.
///
/// # Errors
/// As [`hide`]; `Conflict` when it is not hidden.
pub async fn restore(cx: &Cx, key: Option<IdempotencyKey>, id: CopyId, reason: &str) -> Result<()> {
    let moderator = cx.moderator()?.id;
    let reason = fields::text(reason, "the reason", LONGEST)
        .map_err(|problem| Error::field("reason", problem))?;
    let mut once = match cx.once(key, &("restore", id, &reason)).await? {
        Once::Done(()) => return Ok(()),
        Once::New(once) => once,
    };
    let subject = SubjectRef::copy(id);
    let found = subject::find(&mut once.tx, subject)
        .await?
        .ok_or(Error::NotFound)?;
    if found.accused == Some(moderator) {
        return Err(Error::Forbidden(
            "This is your own listing. Leave it to a colleague.".into(),
        ));
    }
    if !subject::unhide(&mut once.tx, subject).await? {
        return Err(Error::Conflict("This listing is not hidden.".into()));
    }
    let decision: DecisionId = sqlx::query_scalar(
        "insert into moderation_decisions (subject_kind, subject_id, accused_id, moderator_id, verdict, message, created_at)
         values ('copy', $1, $2, $3, 'restore', $4, $5) returning id",
    )
    .bind(id)
    .bind(found.accused)
    .bind(moderator)
    .bind(&reason)
    .bind(cx.now().to_sqlx())
    .fetch_one(&mut *once.tx)
    .await?;
    if let Some(owner) = found.accused {
        let key = format!("decision:{decision}");
        tell::listing_restored(&mut once.tx, cx, owner, &found.title, &reason, &key).await?;
    }
    if let Some(work) = found.work {
        search::refresh(&mut once.tx, &[work], cx.now()).await?;
    }
    let entry = Entry {
        action: "subject.restore",
        subject_kind: "copy",
        subject_id: Some(id.0),
        before: Some(serde_json::json!({ "hidden": true })),
        after: Some(
            serde_json::json!({ "hidden": false, "decision": decision, "member": found.accused.map(|UserId(id)| id) }),
        ),
        reason: &reason,
    };
    audit(&mut once.tx, cx, entry).await?;
    once.commit(&()).await?;
    Ok(())
}
