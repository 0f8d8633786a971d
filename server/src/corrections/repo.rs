//! The table of corrections, and what a book says: statements, checked against the schema when
//! they are compiled. Nothing here decides, begins a transaction or tells anybody.

use std::collections::{BTreeMap, HashMap};

use dogear_domain::corrections::{BookField, CorrectionState};
use dogear_domain::ids::{CorrectionId, UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor, PgPool};

use super::Change;
use super::facts::{EditionFacts, Facts};
use super::suggest::Own;
use crate::Result;
use crate::db::MaybeTimestamp;

/// A correction that somebody is about to decide.
pub(super) struct Correction {
    pub work_id: WorkId,
    pub member_id: UserId,
    pub changes: Json<Vec<Change>>,
    pub state: CorrectionState,
    /// The works that stand where the two stood.
    pub work: Option<WorkId>,
    pub other: Option<WorkId>,
}

/// A correction of the list, as it is stored.
pub(super) struct Stored {
    pub id: CorrectionId,
    pub work: Option<WorkId>,
    pub slug: Option<String>,
    pub title: Option<String>,
    pub author_line: Option<String>,
    pub member: String,
    pub mine: bool,
    pub changes: Json<Vec<Change>>,
    pub said_same: bool,
    pub other: Option<WorkId>,
    pub other_title: Option<String>,
    pub note: String,
    pub reason: String,
    pub left_out: Json<Vec<String>>,
    pub decided_by: Option<String>,
    pub created_at: Timestamp,
    pub decided_at: Option<Timestamp>,
}

/// What a moderator has decided.
pub(super) struct Decision<'a> {
    pub state: CorrectionState,
    pub reason: &'a str,
    pub left_out: &'a [String],
    pub by: UserId,
    pub now: Timestamp,
}

/// What a member suggests.
pub(super) struct NewCorrection<'a> {
    pub work: WorkId,
    pub member: UserId,
    pub changes: &'a [Change],
    pub same_as: Option<WorkId>,
    pub note: &'a str,
    pub now: Timestamp,
}

/// The facts of these works, as far as they are there.
pub(super) async fn facts(
    conn: &mut PgConnection,
    works: &[WorkId],
) -> Result<HashMap<WorkId, Facts>> {
    let works: Vec<i64> = works.iter().map(|work| work.0).collect();
    let rows = sqlx::query_as!(
        Facts,
        r#"select w.id as work, w.slug, jsonb_build_object('title', w.title, 'subtitle', w.subtitle,
             'authors', coalesce((select string_agg(a.name, '; ' order by wa.position, a.id)
                 from work_authors wa join authors a on a.id = wa.author_id where wa.work_id = w.id), ''),
             'first_year', coalesce(w.first_year::text, ''), 'language', w.language,
             'genre', coalesce(w.genre, ''), 'series', coalesce(s.title, ''),
             'series_position', coalesce(trim_scale(w.series_position)::text, ''),
             'description', w.description) as "texts!: Json<BTreeMap<BookField, String>>",
             coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'texts', jsonb_build_object(
                 'isbn', coalesce(e.isbn13::text, ''),
                 'format', case e.format when 'unknown' then '' else e.format end,
                 'publisher', e.publisher, 'year', coalesce(e.year::text, ''),
                 'pages', coalesce(e.pages::text, ''), 'edition_language', e.language)) order by e.id)
                 from (select * from editions where work_id = w.id order by id limit 200) e), '[]')
                 as "editions!: Json<Vec<EditionFacts>>"
         from works w left join series s on s.id = w.series_id where w.id = any ($1)"#,
        &works
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|facts| (facts.work, facts)).collect())
}

/// The correction with this number, held until the end of the transaction.
pub(super) async fn lock(conn: &mut PgConnection, id: CorrectionId) -> Result<Option<Correction>> {
    sqlx::query!("select from corrections where id = $1 for update", id.0)
        .execute(&mut *conn)
        .await?;
    // A statement of its own: it has to see what was committed while the row was waited for.
    Ok(sqlx::query_as!(
        Correction,
        r#"select work_id, member_id, changes as "changes: Json<Vec<Change>>", state,
             merged_work(work_id) as "work: WorkId", merged_work(same_as) as "other: WorkId"
         from corrections where id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Writes down what was decided about a correction.
pub(super) async fn decide(
    conn: &mut PgConnection,
    id: CorrectionId,
    decision: &Decision<'_>,
) -> Result<()> {
    sqlx::query!(
        "update corrections set state = $2, reason = $3, left_out = $4, decided_by = $5, decided_at = $6
         where id = $1",
        id.0,
        decision.state.as_str(),
        decision.reason,
        serde_json::to_value(decision.left_out)?,
        decision.by.0,
        decision.now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Corrections in a state, of which `me` may have suggested some: those that wait oldest
/// first, the others newest first.
pub(super) async fn list(
    conn: &mut PgConnection,
    state: CorrectionState,
    me: UserId,
    most: i64,
    offset: i64,
) -> Result<Vec<Stored>> {
    Ok(sqlx::query_as!(
        Stored,
        r#"select c.id, w.id as "work?", w.slug as "slug?", w.title as "title?",
             w.author_line as "author_line?", m.handle as member, c.member_id = $2 as "mine!",
             c.changes as "changes: Json<Vec<Change>>", c.same_as is not null as "said_same!",
             o.id as "other?", o.title as "other_title?", c.note, c.reason,
             c.left_out as "left_out: Json<Vec<String>>", d.handle as "decided_by?", c.created_at,
             c.decided_at as "decided_at!: MaybeTimestamp"
         from corrections c join users m on m.id = c.member_id
         left join users d on d.id = c.decided_by
         left join works w on w.id = merged_work(c.work_id)
         left join works o on o.id = merged_work(c.same_as)
         where c.state = $1
         order by case when $1 = 'open' then c.id else -c.id end limit $3 offset $4"#,
        state.as_str(),
        me.0,
        most,
        offset
    )
    .fetch_all(conn)
    .await?)
}

/// How many corrections are in a state.
pub(super) async fn count(db: &PgPool, state: CorrectionState) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from corrections where state = $1"#,
        state.as_str()
    )
    .fetch_one(db)
    .await?)
}

/// What a member has suggested for a work and nobody has decided yet.
pub(super) async fn own(
    conn: &mut PgConnection,
    member: UserId,
    work: WorkId,
) -> Result<Option<Own>> {
    let found = sqlx::query!(
        r#"select id, changes as "changes: Json<Vec<Change>>", same_as as "same_as: WorkId", note
         from corrections where member_id = $1 and work_id = $2 and state = 'open'"#,
        member.0,
        work.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.map(|row| Own {
        id: row.id,
        changes: row.changes.0,
        same_as: row.same_as,
        note: row.note,
    }))
}

/// Takes back what a member has suggested for a work.
pub(super) async fn withdraw(db: impl PgExecutor<'_>, member: UserId, work: WorkId) -> Result<()> {
    sqlx::query!(
        "update corrections set state = 'withdrawn'
         where member_id = $1 and work_id = $2 and state = 'open'",
        member.0,
        work.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps what a member suggests.
pub(super) async fn insert(
    conn: &mut PgConnection,
    new: &NewCorrection<'_>,
) -> Result<CorrectionId> {
    Ok(sqlx::query_scalar!(
        "insert into corrections (work_id, member_id, changes, same_as, note, created_at)
         values ($1, $2, $3, $4, $5, $6) returning id",
        new.work.0,
        new.member.0,
        serde_json::to_value(new.changes)?,
        new.same_as.map(|work| work.0),
        new.note,
        new.now.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// The title of a work that is there.
pub(super) async fn title(conn: &mut PgConnection, work: WorkId) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar!("select title from works where id = $1", work.0)
            .fetch_optional(conn)
            .await?,
    )
}

/// The work that stands where one with this number stood, with its title; none or one.
pub(super) async fn standing(db: &PgPool, work: WorkId) -> Result<Vec<(WorkId, String)>> {
    let found = sqlx::query!(
        "select id, title from works where id = merged_work($1)",
        work.0
    )
    .fetch_optional(db)
    .await?;
    Ok(found.into_iter().map(|row| (row.id, row.title)).collect())
}

/// Erases the suggestions of a member that nobody has decided, and what they wrote about the others.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "delete from corrections where member_id = $1 and state in ('open', 'withdrawn')",
        user.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update corrections set note = '' where member_id = $1",
        user.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
