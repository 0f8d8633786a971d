//! The SQL that changes copies.

mod ownership;

use dogear_domain::copies::CopyState;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, EditionId, TradeId, UserId, WorkId};
use jiff_sqlx::Timestamp;
use sqlx::{PgConnection, PgExecutor};

pub(crate) use ownership::{Handed, hand_on, works_of};

use super::input::NewCopy;
use crate::{Result, catalogue};

/// A copy whose row is locked until the end of the transaction.
#[derive(Debug, Clone)]
pub(in crate::copies) struct Locked {
    pub id: CopyId,
    pub work_id: WorkId,
    pub title: String,
    pub state: CopyState,
    pub grade: Grade,
    pub defects: Vec<Defect>,
    pub note: String,
    pub listed_at: Option<jiff::Timestamp>,
    /// The trade it is promised in.
    pub held_by: Option<TradeId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: CopyId,
    work_id: WorkId,
    title: String,
    state: CopyState,
    grade: Grade,
    defects: Vec<Defect>,
    note: String,
    listed_at: Option<Timestamp>,
}

/// The works of which these owners have a listed copy, hidden or not, in order.
///
/// # Errors
/// When the database does not answer in time.
pub(crate) async fn listed_works(
    conn: &mut PgConnection,
    owners: &[UserId],
) -> Result<Vec<WorkId>> {
    Ok(sqlx::query_scalar(
        "select distinct work_id from copies where owner_id = any ($1) and state = 'listed' order by 1",
    )
    .bind(owners)
    .fetch_all(conn)
    .await?)
}

/// Takes every copy of `owner` off the listings; the works, each once.
pub(super) async fn unlist_all(
    conn: &mut PgConnection,
    owner: UserId,
    now: jiff::Timestamp,
) -> Result<Vec<WorkId>> {
    let mut works: Vec<WorkId> = sqlx::query_scalar(
        "update copies set state = 'owned', listed_at = null, updated_at = $2
         where owner_id = $1 and state = 'listed' returning work_id",
    )
    .bind(owner)
    .bind(Timestamp::from(now))
    .fetch_all(conn)
    .await?;
    works.sort_unstable();
    works.dedup();
    Ok(works)
}

/// The owner's copies among `ids`, locked in the order of their ids so that two calls
/// never wait for each other in a circle. Others are left out.
pub(in crate::copies) async fn lock_owned(
    conn: &mut PgConnection,
    owner: UserId,
    ids: &[CopyId],
) -> Result<Vec<Locked>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select c.id, c.work_id, w.title, c.state, c.grade, c.defects, c.note, c.listed_at
         from copies c join works w on w.id = c.work_id
         where c.id = any ($1) and c.owner_id = $2
         order by c.id for update of c",
    )
    .bind(ids)
    .bind(owner)
    .fetch_all(&mut *conn)
    .await?;
    // A statement of its own: it has to see what was committed while the rows were waited for.
    let holds: Vec<(CopyId, TradeId)> =
        sqlx::query_as("select copy_id, trade_id from copy_holds where copy_id = any ($1)")
            .bind(ids)
            .fetch_all(conn)
            .await?;
    Ok(rows
        .into_iter()
        .map(|row| Locked {
            held_by: holds
                .iter()
                .find(|(copy, _)| *copy == row.id)
                .map(|(_, trade)| *trade),
            id: row.id,
            work_id: row.work_id,
            title: row.title,
            state: row.state,
            grade: row.grade,
            defects: row.defects,
            note: row.note,
            listed_at: row.listed_at.map(Timestamp::to_jiff),
        })
        .collect())
}

pub(in crate::copies) async fn owns_edition(
    conn: &mut PgConnection,
    owner: UserId,
    edition: EditionId,
) -> Result<bool> {
    Ok(sqlx::query_scalar(
        "select exists (select from copies
         where owner_id = $1 and edition_id = merged_edition($2) and state <> 'deleted')",
    )
    .bind(owner)
    .bind(edition)
    .fetch_one(conn)
    .await?)
}

/// The newest of the owner's copies of each of these editions; the trash does not count.
pub(in crate::copies) async fn owned_of(
    db: impl PgExecutor<'_>,
    owner: UserId,
    editions: &[EditionId],
) -> Result<Vec<(EditionId, CopyId, Grade, CopyState)>> {
    Ok(sqlx::query_as(
        "select distinct on (edition_id) edition_id, id, grade, state from copies
         where owner_id = $1 and edition_id = any ($2) and state <> 'deleted'
         order by edition_id, id desc",
    )
    .bind(owner)
    .bind(editions)
    .fetch_all(db)
    .await?)
}

/// Inserts a copy of each of these editions, in this order, and the first lines of their
/// histories. Editions that are not there are left out; of one that was merged into another,
/// it is a copy of the other.
pub(in crate::copies) async fn insert(
    conn: &mut PgConnection,
    owner: UserId,
    copies: &[(EditionId, &NewCopy)],
) -> Result<Vec<(CopyId, WorkId, String)>> {
    let editions: Vec<EditionId> = copies.iter().map(|(edition, _)| *edition).collect();
    let editions = catalogue::standing(conn, &editions).await?;
    let grades: Vec<i16> = copies.iter().map(|(_, copy)| copy.grade.value()).collect();
    // An array of arrays is one long array in SQL; no defect has a space in it.
    let defects: Vec<String> = copies
        .iter()
        .map(|(_, copy)| words(&copy.defects))
        .collect();
    let notes: Vec<&str> = copies.iter().map(|(_, copy)| copy.note.as_str()).collect();
    let states: Vec<CopyState> = copies.iter().map(|(_, copy)| copy.state).collect();
    let listed: Vec<Option<Timestamp>> = copies
        .iter()
        .map(|(_, copy)| copy.listed_at.map(Timestamp::from))
        .collect();
    let inserted: Vec<(CopyId, WorkId, String)> = sqlx::query_as(
        "with added as (
             insert into copies (edition_id, work_id, owner_id, grade, defects, note, state, listed_at)
             select e.id, e.work_id, $2, asked.grade, string_to_array(asked.defects, ' '), asked.note,
                 asked.state, case when asked.state = 'listed' then least(now(), coalesce(asked.listed, now())) end
             from unnest($1::bigint[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
                 with ordinality as asked (id, grade, defects, note, state, listed, position)
             join editions e using (id)
             order by asked.position
             returning id, work_id
         )
         select added.id, added.work_id, w.title from added join works w on w.id = added.work_id
         order by added.id",
    )
    .bind(editions)
    .bind(owner)
    .bind(grades)
    .bind(defects)
    .bind(notes)
    .bind(states)
    .bind(listed)
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<CopyId> = inserted.iter().map(|(id, ..)| *id).collect();
    sqlx::query(
        "insert into copy_history (copy_id, to_user, kind, city)
         select copy, u.id, 'added', u.city
         from unnest($1::bigint[]) as copy, users u where u.id = $2 order by copy",
    )
    .bind(&ids)
    .bind(owner)
    .execute(conn)
    .await?;
    Ok(inserted)
}

fn words(defects: &[Defect]) -> String {
    let words: Vec<&str> = defects.iter().map(|defect| defect.as_str()).collect();
    words.join(" ")
}

pub(in crate::copies) async fn set_condition(
    conn: &mut PgConnection,
    id: CopyId,
    new: &NewCopy,
) -> Result<()> {
    sqlx::query(
        "update copies set grade = $2, defects = $3, note = $4, terms_version = terms_version + 1,
             updated_at = now() where id = $1",
    )
    .bind(id)
    .bind(new.grade)
    .bind(&new.defects)
    .bind(&new.note)
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets the state; `listed_at` is kept where it is given, else it is now.
pub(in crate::copies) async fn set_state(
    conn: &mut PgConnection,
    id: CopyId,
    state: CopyState,
    listed_at: Option<jiff::Timestamp>,
) -> Result<()> {
    sqlx::query(
        "update copies set state = $2, updated_at = now(),
             listed_at = case when $2 = 'listed' then greatest(created_at, least(now(), coalesce($3, now()))) end
         where id = $1",
    )
    .bind(id)
    .bind(state)
    .bind(listed_at.map(Timestamp::from))
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts copies that are locked into the trash.
pub(in crate::copies) async fn trash(conn: &mut PgConnection, ids: &[CopyId]) -> Result<()> {
    sqlx::query(
        "update copies set state = 'deleted', listed_at = null, updated_at = now()
         where id = any ($1) and state <> 'deleted'",
    )
    .bind(ids)
    .execute(conn)
    .await?;
    Ok(())
}

pub(in crate::copies) async fn set_grade(
    conn: &mut PgConnection,
    id: CopyId,
    grade: Grade,
) -> Result<()> {
    sqlx::query(
        "update copies set grade = $2, terms_version = terms_version + 1, updated_at = now()
         where id = $1",
    )
    .bind(id)
    .bind(grade)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the photos of a copy are others now.
pub(in crate::copies) async fn raise_terms(conn: &mut PgConnection, id: CopyId) -> Result<()> {
    sqlx::query(
        "update copies set terms_version = terms_version + 1, updated_at = now() where id = $1",
    )
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}
