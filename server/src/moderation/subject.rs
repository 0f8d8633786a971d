//! What reports and decisions are about.

use dogear_domain::ids::{UserId, WorkId};
use dogear_domain::moderation::SubjectKind;
pub use dogear_domain::moderation::SubjectRef;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::{Cx, Result};

/// A subject as the database has it now.
#[derive(sqlx::FromRow)]
pub(super) struct Found {
    /// What to call it, e.g. a book's title.
    pub title: String,
    /// Its owner or author; of a trade nobody in particular.
    pub accused: Option<UserId>,
    /// The work, when it is a copy.
    pub work: Option<WorkId>,
    /// Whether it is out of sight already.
    pub hidden: bool,
}

/// The subject, if it exists.
pub(super) async fn find(conn: &mut PgConnection, subject: SubjectRef) -> Result<Option<Found>> {
    let query = match subject.kind {
        SubjectKind::Copy => {
            "select w.title, c.owner_id as accused, c.work_id as work, c.hidden_at is not null as hidden
             from copies c join works w on w.id = c.work_id where c.id = $1 and c.state <> 'deleted'"
        }
        SubjectKind::Member => {
            "select display_name as title, id as accused, null::bigint as work, false as hidden
             from users where id = $1 and status <> 'deleted'"
        }
        SubjectKind::Message => {
            "select 'Message in trade ' || trade_id as title, author_id as accused,
                 null::bigint as work, hidden_at is not null as hidden
             from trade_messages where id = $1"
        }
        SubjectKind::Trade => {
            "select 'Trade ' || id as title, null::bigint as accused, null::bigint as work, false as hidden
             from trades where id = $1 and state <> 'draft'"
        }
    };
    Ok(sqlx::query_as(query)
        .bind(subject.id)
        .fetch_optional(conn)
        .await?)
}

/// Takes a copy or a message out of sight. Tells whether that changed anything.
pub(super) async fn hide(
    conn: &mut PgConnection,
    cx: &Cx,
    subject: SubjectRef,
    reason: &str,
) -> Result<bool> {
    let now = cx.now().to_sqlx();
    let changed = match subject.kind {
        SubjectKind::Copy => {
            sqlx::query(
                "update copies set hidden_at = $2, hidden_reason = $3 where id = $1 and hidden_at is null",
            )
            .bind(subject.id)
            .bind(now)
            .bind(reason)
            .execute(conn)
            .await?
        }
        SubjectKind::Message => {
            sqlx::query("update trade_messages set hidden_at = $2 where id = $1 and hidden_at is null")
                .bind(subject.id)
                .bind(now)
                .execute(conn)
                .await?
        }
        SubjectKind::Member | SubjectKind::Trade => return Ok(false),
    };
    Ok(changed.rows_affected() == 1)
}

/// Shows a copy or a message again. Tells whether that changed anything.
pub(super) async fn unhide(conn: &mut PgConnection, subject: SubjectRef) -> Result<bool> {
    let query = match subject.kind {
        SubjectKind::Copy => {
            "update copies set hidden_at = null, hidden_reason = '' where id = $1 and hidden_at is not null"
        }
        SubjectKind::Message => {
            "update trade_messages set hidden_at = null where id = $1 and hidden_at is not null"
        }
        SubjectKind::Member | SubjectKind::Trade => return Ok(false),
    };
    let changed = sqlx::query(query).bind(subject.id).execute(conn).await?;
    Ok(changed.rows_affected() == 1)
}
