//! What the outside catalogue answered.

use dogear_domain::isbn::Isbn13;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;
use sqlx::types::Json;

use crate::Result;
use crate::catalogue::outside::Described;

/// The answer about an ISBN, which may be that there is none: one from after `known`, or, that
/// there is none, from after `unknown`.
pub(in crate::catalogue) async fn kept(
    db: &PgPool,
    isbn: Isbn13,
    known: Timestamp,
    unknown: Timestamp,
) -> Result<Option<Option<Described>>> {
    let answer = sqlx::query_scalar!(
        r#"select answer as "answer?: Json<Described>" from isbn_answers where isbn13 = $1
         and asked_at > case when answer is null then $3::timestamptz else $2::timestamptz end"#,
        isbn.to_string(),
        known.to_sqlx(),
        unknown.to_sqlx()
    )
    .fetch_optional(db)
    .await?;
    Ok(answer.map(|answer| answer.map(|answer| answer.0)))
}

/// Keeps an answer, in place of an earlier one.
pub(in crate::catalogue) async fn keep(
    db: &PgPool,
    isbn: Isbn13,
    answer: Option<&Described>,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into isbn_answers (isbn13, answer, asked_at) values ($1, $2, $3)
         on conflict (isbn13) do update set answer = excluded.answer, asked_at = excluded.asked_at",
        isbn.to_string(),
        answer.map(Json) as Option<Json<&Described>>,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes at most so many answers that are too old to count, and tells how many.
pub(in crate::catalogue) async fn delete_old(db: &PgPool, most: i64) -> Result<u64> {
    let deleted = sqlx::query!(
        "delete from isbn_answers where isbn13 in (select isbn13 from isbn_answers
           where asked_at < now() - interval '90 days' limit $1)",
        most
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected())
}
