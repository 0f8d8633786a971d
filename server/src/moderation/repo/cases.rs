//! One case: its reports, who has it, and what it is about.

use dogear_domain::grade::Defect;
use dogear_domain::ids::{CopyId, TradeId, UserId};
use dogear_domain::moderation::SubjectRef;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;
use sqlx::types::Json;

use crate::Result;
use crate::db::MaybeTimestamp;
use crate::moderation::case::{CaseReport, CopyContent, Line};
use crate::moderation::evidence::Evidence;

/// Who has a case, and since when.
pub(in crate::moderation) struct Holder {
    pub id: UserId,
    pub handle: String,
    pub claimed_at: Timestamp,
}

/// The reports on a subject with how reliable their reporters have been, newest first, at most
/// fifty.
pub(in crate::moderation) async fn reports(
    db: &PgPool,
    subject: SubjectRef,
) -> Result<Vec<CaseReport>> {
    Ok(sqlx::query_as!(
        CaseReport,
        r#"select r.id, u.handle as reporter, r.reason, r.details, r.state, r.created_at, r.accused_id,
             r.evidence as "evidence: Json<Evidence>",
             (select count(*) from reports o where o.reporter_id = u.id and o.state <> 'open') as "made!",
             (select count(*) from reports o where o.reporter_id = u.id and o.state = 'actioned') as "upheld!"
         from reports r join users u on u.id = r.reporter_id
         where r.subject_kind = $1 and r.subject_id = $2 order by r.id desc limit 50"#,
        subject.kind.as_str(),
        subject.id
    )
    .fetch_all(db)
    .await?)
}

/// Makes the case the moderator's, unless a colleague has claimed it after `stale`.
pub(in crate::moderation) async fn claim(
    db: &PgPool,
    subject: SubjectRef,
    moderator: UserId,
    now: Timestamp,
    stale: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update reports set claimed_by = $3, claimed_at = $4
         where subject_kind = $1 and subject_id = $2 and state = 'open'
             and not exists (select from reports o where o.subject_kind = $1 and o.subject_id = $2
                 and o.state = 'open' and o.claimed_by <> $3 and o.claimed_at > $5)",
        subject.kind.as_str(),
        subject.id,
        moderator.0,
        now.to_sqlx(),
        stale.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Who has claimed the case after `stale`.
pub(in crate::moderation) async fn holder(
    db: &PgPool,
    subject: SubjectRef,
    stale: Timestamp,
) -> Result<Option<Holder>> {
    Ok(sqlx::query_as!(
        Holder,
        r#"select u.id, u.handle, r.claimed_at as "claimed_at!"
         from reports r join users u on u.id = r.claimed_by
         where r.subject_kind = $1 and r.subject_id = $2 and r.state = 'open' and r.claimed_at > $3
         order by r.claimed_at desc limit 1"#,
        subject.kind.as_str(),
        subject.id,
        stale.to_sqlx()
    )
    .fetch_optional(db)
    .await?)
}

/// Gives a case back that the moderator has.
pub(in crate::moderation) async fn release(
    db: &PgPool,
    subject: SubjectRef,
    moderator: UserId,
) -> Result<()> {
    sqlx::query!(
        "update reports set claimed_by = null, claimed_at = null
         where subject_kind = $1 and subject_id = $2 and claimed_by = $3",
        subject.kind.as_str(),
        subject.id,
        moderator.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A copy as its page shows it.
pub(in crate::moderation) async fn copy(db: &PgPool, id: CopyId) -> Result<Option<CopyContent>> {
    Ok(sqlx::query_as!(
        CopyContent,
        r#"select w.id as work, w.slug, w.author_line, c.grade, c.defects as "defects: Vec<Defect>",
             c.note, c.state as "state: String", c.listed_at as "listed_at!: MaybeTimestamp",
             c.hidden_at as "hidden_at!: MaybeTimestamp",
             (select count(*) from copy_photos p where p.copy_id = c.id) as "photos!"
         from copies c join works w on w.id = c.work_id where c.id = $1"#,
        id.0
    )
    .fetch_optional(db)
    .await?)
}

/// A message of a trade with what was said around it, oldest first.
pub(in crate::moderation) async fn lines(
    db: &PgPool,
    trade: TradeId,
    message: i64,
) -> Result<Vec<Line>> {
    Ok(sqlx::query_as!(
        Line,
        r#"select m.id, u.handle as author, m.body, m.hidden_at is not null as "hidden!", m.created_at
         from trade_messages m join users u on u.id = m.author_id
         where m.id in (
             (select id from trade_messages where trade_id = $1 and id <= $2 order by id desc limit 4)
             union all
             (select id from trade_messages where trade_id = $1 and id > $2 order by id limit 2))
         order by m.id"#,
        trade.0,
        message
    )
    .fetch_all(db)
    .await?)
}
