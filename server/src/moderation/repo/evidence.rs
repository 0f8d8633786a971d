//! Earlier versions of what readers could see, and what reports keep.

use dogear_domain::ids::UserId;
use dogear_domain::moderation::SubjectRef;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::moderation::evidence::{EarlierVersion, Evidence};

/// What a subject says now.
pub(in crate::moderation) async fn now_says(
    db: &PgPool,
    subject: SubjectRef,
) -> Result<Option<Evidence>> {
    Ok(sqlx::query_scalar!(
        r#"select evidence($1, $2) as "evidence: Json<Evidence>""#,
        subject.kind.as_str(),
        subject.id
    )
    .fetch_one(db)
    .await?
    .map(|found| found.0))
}

/// What a subject said before, newest first, at most twenty.
pub(in crate::moderation) async fn versions(
    db: &PgPool,
    subject: SubjectRef,
) -> Result<Vec<EarlierVersion>> {
    Ok(sqlx::query!(
        r#"select content as "content: Json<Evidence>", replaced_at from earlier_versions
         where subject_kind = $1 and subject_id = $2 order by id desc limit 20"#,
        subject.kind.as_str(),
        subject.id
    )
    .map(|row| EarlierVersion {
        content: row.content.0,
        replaced_at: row.replaced_at.to_jiff(),
    })
    .fetch_all(db)
    .await?)
}

/// Forgets so many versions that were replaced 90 days ago; how many it found.
pub(in crate::moderation) async fn forget_versions(db: &PgPool, most: i64) -> Result<u64> {
    let done = sqlx::query!(
        "delete from earlier_versions where id in (
             select id from earlier_versions where replaced_at < now() - interval '90 days' limit $1)",
        most
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Forgets what stands with so many reports that were decided 90 days ago; how many it found.
pub(in crate::moderation) async fn forget_with_reports(db: &PgPool, most: i64) -> Result<u64> {
    let done = sqlx::query!(
        "update reports set evidence = null where id in (
             select id from reports where evidence is not null and state <> 'open'
                 and decided_at < now() - interval '90 days' limit $1)",
        most
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Erases what is kept of a member, but for what stands with reports that wait.
pub(in crate::moderation) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from earlier_versions where user_id = $1", user.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update reports set evidence = null where accused_id = $1 and state <> 'open'",
        user.0
    )
    .execute(&mut *conn)
    .await?;
    // All that is kept of a trade is what its parties were called.
    sqlx::query!(
        "update reports set evidence = null where subject_kind = 'trade' and evidence is not null
             and subject_id in (select trade_id from trade_parties where user_id = $1)",
        user.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
