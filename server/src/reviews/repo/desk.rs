//! Reviews on the moderators' desk.

use dogear_domain::ids::ReviewId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::db::MaybeTimestamp;
use crate::reviews::desk::DeskReview;

/// Which reviews.
#[derive(Default)]
pub(in crate::reviews) struct Wanted<'a> {
    /// This one alone, hidden or not.
    pub only: Option<ReviewId>,
    /// In lower case; title, author of the book or the reviewer's handle holds it.
    pub words: &'a str,
    pub hidden: bool,
    pub reported: bool,
    pub before: Option<ReviewId>,
    pub most: i64,
}

/// Reviews, newest first: those hidden, those with open reports, or those that are shown.
pub(in crate::reviews) async fn list(db: &PgPool, wanted: &Wanted<'_>) -> Result<Vec<DeskReview>> {
    Ok(sqlx::query_as!(
        DeskReview,
        r#"select r.id, w.id as work, w.slug, w.title, u.handle as author, r.body, r.spoiler,
             r.marked_at is not null as "is_marked!", b.rating as "rating?", r.helpful, r.created_at,
             r.hidden_at as "hidden_at!: MaybeTimestamp", r.hidden_reason,
             (select count(*) from reports o where o.subject_kind = 'review' and o.subject_id = r.id
                 and o.state = 'open') as "open_reports!"
         from reviews r join works w on w.id = r.work_id join users u on u.id = r.user_id
             left join reader_books b on b.user_id = r.user_id and b.work_id = r.work_id
         where r.deleted_at is null and r.set_aside_at is null
             and case when $6::bigint is not null then r.id = $6
                 when $2 then r.hidden_at is not null
                 when $3 then exists (select from reports o where o.subject_kind = 'review'
                     and o.subject_id = r.id and o.state = 'open')
                 else r.hidden_at is null end
             and ($1 = '' or strpos(w.title_key, folded($1)) > 0 or strpos(w.author_key, folded($1)) > 0
                 or lower(u.handle) = $1)
             and ($4::bigint is null or r.id < $4)
         order by r.id desc limit $5"#,
        wanted.words,
        wanted.hidden,
        wanted.reported,
        wanted.before.map(|id| id.0),
        wanted.most,
        wanted.only.map(|id| id.0)
    )
    .fetch_all(db)
    .await?)
}

/// Takes a review out of sight, unless it is.
pub(in crate::reviews) async fn hide(
    conn: &mut PgConnection,
    id: ReviewId,
    reason: &str,
    now: Timestamp,
) -> Result<bool> {
    let done = sqlx::query!(
        "update reviews set hidden_at = $2, hidden_reason = $3
         where id = $1 and hidden_at is null and deleted_at is null",
        id.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        reason
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Shows a review again, unless it is shown.
pub(in crate::reviews) async fn unhide(conn: &mut PgConnection, id: ReviewId) -> Result<bool> {
    let done = sqlx::query!(
        "update reviews set hidden_at = null, hidden_reason = ''
         where id = $1 and hidden_at is not null",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Notes when a moderator has marked a review, or that none has, unless it is so.
pub(in crate::reviews) async fn mark(
    conn: &mut PgConnection,
    id: ReviewId,
    at: Option<Timestamp>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update reviews set marked_at = $2
         where id = $1 and (marked_at is null) <> ($2::timestamptz is null) and deleted_at is null",
        id.0,
        at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}
