//! What moderators see of lists, and do to them.

use dogear_domain::ids::ListId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::lists::desk::DeskList;

/// Takes a list out of the sight of others; false when it is already.
pub(crate) async fn hide(
    conn: &mut PgConnection,
    list: ListId,
    reason: &str,
    now: Timestamp,
) -> Result<bool> {
    let hidden = sqlx::query!(
        "update lists set hidden_at = $2, hidden_reason = $3 where id = $1 and hidden_at is null",
        list.0,
        now.to_sqlx(),
        reason
    )
    .execute(conn)
    .await?;
    Ok(hidden.rows_affected() == 1)
}

/// Shows a list again; false when it is not hidden.
pub(crate) async fn unhide(conn: &mut PgConnection, list: ListId) -> Result<bool> {
    let shown = sqlx::query!(
        "update lists set hidden_at = null, hidden_reason = '' where id = $1 and hidden_at is not null",
        list.0
    )
    .execute(conn)
    .await?;
    Ok(shown.rows_affected() == 1)
}

/// A list that moderators may read, hidden or not, with its first `most` notes.
pub(in crate::lists) async fn shown(
    db: &PgPool,
    list: ListId,
    most: i64,
) -> Result<Option<DeskList>> {
    Ok(sqlx::query_as!(
        DeskList,
        r#"select l.id, l.name, l.description, l.hidden_at is not null as "is_hidden!",
             (select count(*) from list_items i where i.list_id = l.id) as "books!",
             array(select i.note from list_items i where i.list_id = l.id and i.note <> ''
               order by i.position limit $2) as "notes!"
         from lists l where l.id = $1 and is_open_to_desk(l)"#,
        list.0,
        most
    )
    .fetch_optional(db)
    .await?)
}
