//! The statements of reviews. Nothing here decides, begins a transaction or tells anybody.

pub(super) mod desk;
pub(super) mod lists;
pub(super) mod merging;

use dogear_domain::ids::{ReviewId, TradeId, UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use super::write::{OwnReview, ReviewForm};
use crate::error::OnConstraint as _;
use crate::{Error, Result};

/// A review as it is written down.
pub(super) struct NewReview<'a> {
    pub author: UserId,
    pub work: WorkId,
    pub body: &'a str,
    pub spoiler: bool,
    pub now: Timestamp,
}

/// Keeps the work as it is, and what the reader says of it from others, until the end of the
/// transaction.
pub(super) async fn hold(tx: &mut PgConnection, reader: UserId, work: WorkId) -> Result<()> {
    sqlx::query!("select from works where id = $1 for key share", work.0)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "select from reviews where user_id = $1 and work_id = $2 and deleted_at is null
           and set_aside_at is null for update",
        reader.0,
        work.0
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A book, and what a reader says of it.
pub(super) async fn form(
    conn: &mut PgConnection,
    reader: UserId,
    work: WorkId,
) -> Result<Option<ReviewForm>> {
    let row = sqlx::query!(
        r#"select w.slug, w.title, w.author_line, b.rating as "rating?", r.id as "id?", r.body as "body?",
             r.spoiler as "spoiler?", r.marked_at is not null as "marked!",
             case when r.hidden_at is not null then r.hidden_reason end as hidden,
             g.id is not null as "moderated!",
             case when g.hidden_at is not null then g.hidden_reason end as was_hidden
         from works w
         left join reviews r on r.work_id = w.id and r.user_id = $1 and r.deleted_at is null
           and r.set_aside_at is null
         left join lateral (
           select d.id, d.hidden_at, d.hidden_reason from reviews d
           where d.user_id = $1 and d.work_id = w.id and is_moderated_and_gone(d) and r.id is null
           order by d.hidden_at is null, d.deleted_at desc limit 1) g on true
         left join reader_books b on b.work_id = w.id and b.user_id = $1
         where w.id = $2"#,
        reader.0,
        work.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| ReviewForm {
        work,
        slug: row.slug,
        title: row.title,
        author_line: row.author_line,
        own: row.id.map(|id| OwnReview {
            id,
            body: row.body.unwrap_or_default(),
            spoiler: row.spoiler.unwrap_or_default(),
            is_marked: row.marked,
            hidden: row.hidden,
        }),
        rating: row.rating,
        moderated: row.moderated,
        was_hidden: row.was_hidden,
    }))
}

/// Has a review that its author deleted after a moderator had hidden or marked it say this now: it
/// is as hidden and marked as before. Nothing when there is none.
pub(super) async fn take_up(
    tx: &mut PgConnection,
    new: &NewReview<'_>,
) -> Result<Option<ReviewId>> {
    sqlx::query_scalar!(
        "update reviews set deleted_at = null, body = $3, spoiler = $4,
           traded = has_traded(user_id, work_id), edited_at = $5
         where id = (select d.id from reviews d
           where d.user_id = $1 and d.work_id = $2 and is_moderated_and_gone(d)
           order by d.hidden_at is null, d.deleted_at desc limit 1 for update)
         returning id",
        new.author.0,
        new.work.0,
        new.body,
        new.spoiler,
        new.now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(tx)
    .await
    .on_constraint("reviews_one", written_meanwhile)
}

fn written_meanwhile() -> Error {
    Error::Conflict(
        "You have just written a review of this book on another page. Open it there to change it."
            .into(),
    )
}

/// Writes a review down. `Conflict` when its author has written one of the book meanwhile.
pub(super) async fn insert(tx: &mut PgConnection, new: &NewReview<'_>) -> Result<ReviewId> {
    sqlx::query_scalar!(
        "insert into reviews (user_id, work_id, body, spoiler, traded, created_at)
         values ($1, $2, $3, $4, has_traded($1, $2), $5) returning id",
        new.author.0,
        new.work.0,
        new.body,
        new.spoiler,
        new.now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(tx)
    .await
    .on_constraint("reviews_one", written_meanwhile)
}

/// Changes a review that is held. Only other words make it an edited one.
pub(super) async fn change(tx: &mut PgConnection, id: ReviewId, new: &NewReview<'_>) -> Result<()> {
    sqlx::query!(
        "update reviews set body = $2, spoiler = $3, traded = has_traded(user_id, work_id),
           edited_at = case when (body, spoiler) is distinct from ($2, $3) then $4 else edited_at end
         where id = $1",
        id.0,
        new.body,
        new.spoiler,
        new.now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes a reader's review of a book away.
pub(super) async fn delete(
    tx: &mut PgConnection,
    reader: UserId,
    work: WorkId,
    now: Timestamp,
) -> Result<Option<ReviewId>> {
    Ok(sqlx::query_scalar!(
        "update reviews set deleted_at = $3
         where user_id = $1 and work_id = $2 and deleted_at is null and set_aside_at is null
         returning id",
        reader.0,
        work.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(tx)
    .await?)
}

/// Puts a reader's review back that was deleted after `since`, or is there. Gives the book.
pub(super) async fn undelete(
    db: &PgPool,
    reader: UserId,
    id: ReviewId,
    since: Timestamp,
) -> Result<Option<WorkId>> {
    sqlx::query_scalar!(
        "update reviews set deleted_at = null
         where id = $1 and user_id = $2 and (deleted_at is null or deleted_at > $3)
         returning work_id",
        id.0,
        reader.0,
        since.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await
    .on_constraint("reviews_one", || {
        Error::Conflict("You have written another review of this book since, which stands.".into())
    })
}

/// Keeps a review as it is until the end of the transaction. Gives author and book.
pub(super) async fn lock(tx: &mut PgConnection, id: ReviewId) -> Result<Option<(UserId, WorkId)>> {
    let row = sqlx::query!(
        "select user_id, work_id from reviews where id = $1 for update",
        id.0
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| (row.user_id, row.work_id)))
}

/// Whether a reader may read a review.
pub(super) async fn is_shown(
    conn: &mut PgConnection,
    id: ReviewId,
    asker: UserId,
    now: Timestamp,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from shown_reviews($2, $3) s where s.id = $1) as "shown!""#,
        id.0,
        asker.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(conn)
    .await?)
}

/// Counts a vote for a review that is held, once. Gives how many there are.
pub(super) async fn add_vote(
    tx: &mut PgConnection,
    id: ReviewId,
    voter: UserId,
    now: Timestamp,
) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        "with new as (
           insert into review_votes (review_id, user_id, created_at) values ($1, $2, $3)
           on conflict do nothing returning 1)
         update reviews set helpful = helpful + (select count(*)::int from new) where id = $1
         returning helpful",
        id.0,
        voter.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(tx)
    .await?)
}

/// Takes a vote for a review that is held away. Gives how many there are.
pub(super) async fn take_vote(tx: &mut PgConnection, id: ReviewId, voter: UserId) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        "with gone as (
           delete from review_votes where review_id = $1 and user_id = $2 returning 1)
         update reviews set helpful = helpful - (select count(*)::int from gone) where id = $1
         returning helpful",
        id.0,
        voter.0
    )
    .fetch_one(tx)
    .await?)
}

/// Notes with the reviews of those who took part in a completed trade that they have traded the
/// books in it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn note_traded(tx: &mut PgConnection, trade: TradeId) -> Result<()> {
    sqlx::query!(
        "update reviews set traded = true where id in (
           select r.id from reviews r where not r.traded and (r.user_id, r.work_id) in (
             select party, c.work_id
             from trades t join trade_items i on i.trade_id = t.id and i.revision = t.revision
             join copies c on c.id = i.copy_id
             cross join lateral (values (i.from_user), (i.to_user)) one(party)
             where t.id = $1 and t.state = 'completed')
           order by r.id for update)",
        trade.0
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets so many reviews that were deleted or set aside before these moments; how many it found.
/// What a moderator had hidden or marked is kept: written anew, it is so still.
pub(super) async fn forget(
    db: &PgPool,
    deleted: Timestamp,
    aside: Timestamp,
    most: i64,
) -> Result<u64> {
    let done = sqlx::query!(
        "delete from reviews where id in (
           select r.id from reviews r
           where r.deleted_at < $1 and not is_moderated_and_gone(r) or r.set_aside_at < $2 limit $3)",
        deleted.to_sqlx() as jiff_sqlx::Timestamp,
        aside.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Erases what a member has said of books, and for whose reviews they have voted.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from reviews where user_id = $1", user.0)
        .execute(&mut *conn)
        .await?;
    // Rows of others: in the order of their numbers.
    sqlx::query!(
        "select from reviews where id in (select review_id from review_votes where user_id = $1)
         order by id for update",
        user.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "with gone as (delete from review_votes where user_id = $1 returning review_id)
         update reviews set helpful = helpful - 1 where id in (select review_id from gone)",
        user.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes a review that its author has not changed.
pub(super) async fn delete_untouched(
    tx: &mut PgConnection,
    author: UserId,
    id: ReviewId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update reviews set deleted_at = $3 where id = $1 and user_id = $2 and edited_at is null
           and deleted_at is null and set_aside_at is null",
        id.0,
        author.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx)
    .await?;
    Ok(())
}
