//! The table of broadcasts: its statements, checked against the schema when they are compiled.

use dogear_domain::broadcasts::{Audience, AudienceKind, BroadcastState};
use dogear_domain::ids::{BroadcastId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::Broadcast;
use crate::Result;

/// So many members would be told.
pub(super) async fn count(
    db: impl PgExecutor<'_>,
    author: UserId,
    audience: &Audience,
    now: Timestamp,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "members!" from users u where hears(u, $1, $2, $3, $4)"#,
        author.0,
        audience.kind.as_str(),
        audience.place,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(db)
    .await?)
}

/// A row to be made.
pub(super) struct NewBroadcast<'a> {
    pub author: UserId,
    pub title: &'a str,
    pub body: &'a str,
    pub audience: &'a Audience,
    pub send_at: Timestamp,
    pub expected: i32,
}

/// Makes it.
pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    new: &NewBroadcast<'_>,
    now: Timestamp,
) -> Result<BroadcastId> {
    Ok(sqlx::query_scalar!(
        "insert into broadcasts (author_id, title, body, audience, place, send_at, expected, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        new.author.0,
        new.title,
        new.body,
        new.audience.kind.as_str(),
        new.audience.place,
        new.send_at.to_sqlx(),
        new.expected,
        now.to_sqlx()
    )
    .fetch_one(db)
    .await?)
}

struct Row {
    id: BroadcastId,
    title: String,
    body: String,
    audience: AudienceKind,
    place: String,
    state: BroadcastState,
    send_at: jiff_sqlx::Timestamp,
    expected: i32,
    told: i32,
    author: Option<String>,
    created_at: jiff_sqlx::Timestamp,
    ended_at: Option<jiff_sqlx::Timestamp>,
}

impl From<Row> for Broadcast {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            title: row.title,
            body: row.body,
            audience: Audience {
                kind: row.audience,
                place: row.place,
            },
            state: row.state,
            send_at: row.send_at.to_jiff(),
            expected: row.expected,
            told: row.told,
            author: row.author,
            created_at: row.created_at.to_jiff(),
            ended_at: row.ended_at.map(jiff_sqlx::Timestamp::to_jiff),
        }
    }
}

/// What was written, the last first: behind `before`, or one alone.
pub(super) async fn list(
    db: impl PgExecutor<'_>,
    before: Option<BroadcastId>,
    only: Option<BroadcastId>,
    most: i64,
) -> Result<Vec<Broadcast>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select b.id, b.title, b.body, b.audience, b.place, b.state, b.send_at, b.expected, b.told,
             case when u.status <> 'deleted' then u.handle end as author, b.created_at, b.ended_at
         from broadcasts b join users u on u.id = b.author_id
         where ($1::bigint is null or b.id < $1) and ($2::bigint is null or b.id = $2)
         order by b.id desc limit $3"#,
        before.map(|id| id.0),
        only.map(|id| id.0),
        most
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Broadcast::from).collect())
}

/// What its job needs to know.
pub(super) struct LockedRow {
    pub title: String,
    pub body: String,
    pub state: BroadcastState,
    pub told: i32,
    pub told_up_to: UserId,
}

/// The same; nobody else changes it until the end of the transaction.
pub(super) async fn lock(conn: &mut PgConnection, id: BroadcastId) -> Result<Option<LockedRow>> {
    Ok(sqlx::query_as!(
        LockedRow,
        "select title, body, state, told, told_up_to from broadcasts where id = $1 for update",
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// The next members who are to be told, by their numbers.
pub(super) async fn members(
    conn: &mut PgConnection,
    id: BroadcastId,
    after: UserId,
    now: Timestamp,
    most: i64,
) -> Result<Vec<UserId>> {
    Ok(sqlx::query_scalar!(
        "select u.id from broadcasts b join users u on u.id > $2
         where b.id = $1 and hears(u, b.author_id, b.audience, b.place, $3)
         order by u.id limit $4",
        id.0,
        after.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// Members up to this one know: so many more.
pub(super) async fn note_told(
    conn: &mut PgConnection,
    id: BroadcastId,
    up_to: UserId,
    told: i32,
) -> Result<()> {
    sqlx::query!(
        "update broadcasts set state = 'sending', told_up_to = $2, told = told + $3 where id = $1",
        id.0,
        up_to.0,
        told
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Nobody is told any more.
pub(super) async fn end(
    conn: &mut PgConnection,
    id: BroadcastId,
    state: BroadcastState,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update broadcasts set state = $2, ended_at = $3 where id = $1",
        id.0,
        state.as_str(),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}
