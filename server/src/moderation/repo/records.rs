//! What the last look at the site's own records found.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::moderation::records::LastLook;

/// The last look; none before the first.
pub(in crate::moderation) async fn last(db: &PgPool) -> Result<Option<LastLook>> {
    Ok(sqlx::query_as!(
        LastLook,
        "select checked_at, entries, findings from record_checks"
    )
    .fetch_optional(db)
    .await?)
}

/// Notes what a look found, in place of the one before.
pub(in crate::moderation) async fn note(
    conn: &mut PgConnection,
    at: Timestamp,
    entries: i64,
    findings: &[String],
) -> Result<()> {
    sqlx::query!(
        "insert into record_checks (checked_at, entries, findings) values ($1, $2, $3)
         on conflict (only_row) do update
         set checked_at = excluded.checked_at, entries = excluded.entries,
             findings = excluded.findings",
        at.to_sqlx() as jiff_sqlx::Timestamp,
        entries,
        findings
    )
    .execute(conn)
    .await?;
    Ok(())
}
