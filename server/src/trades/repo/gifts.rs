//! What members get for nothing.

use std::collections::HashMap;

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;

/// Books that these members were promised in gifts since then, those that were called off left out.
/// Where a trade says nothing of its kind its books do: nothing goes the other way.
pub(in crate::trades) async fn since(
    conn: &mut PgConnection,
    members: &[UserId],
    since: Timestamp,
) -> Result<HashMap<UserId, i64>> {
    let rows = sqlx::query!(
        r#"select i.to_user, count(*) as "books!"
         from trade_items i join trades t on t.id = i.trade_id and t.revision = i.revision
         where i.to_user = any ($1) and t.agreed_at > $2 and t.state in ('agreed', 'disputed', 'completed')
           and coalesce(t.kind, 'gift') = 'gift'
           and not exists (select from trade_items o
             where o.trade_id = t.id and o.revision = t.revision and o.from_user = i.to_user)
         group by i.to_user"#,
        members as &[UserId],
        since.to_sqlx()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.to_user, row.books))
        .collect())
}
