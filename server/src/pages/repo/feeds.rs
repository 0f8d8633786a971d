//! Copies that were listed last.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{AuthorId, CopyId, UserId, WorkId};
use dogear_domain::offers::Offers;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::Result;
use crate::pages::feed::Offered;

/// A listed copy.
struct Row {
    id: CopyId,
    title: String,
    author_line: String,
    grade: Grade,
    offers: Offers,
    note: String,
    listed_at: jiff_sqlx::Timestamp,
}

impl From<Row> for Offered {
    fn from(row: Row) -> Self {
        Self {
            copy: row.id,
            title: row.title,
            author_line: row.author_line,
            grade: row.grade,
            offers: row.offers,
            note: row.note,
            listed_at: row.listed_at.to_jiff(),
        }
    }
}

/// The copies that can be asked for and of which this holds, where `$1` is the time and `$2` the
/// key, the last listed first.
macro_rules! listed_where {
    ($condition:tt, $now:expr, $key:expr, $most:expr) => {
        sqlx::query_as!(
            Row,
            r#"select l.id as "id!: CopyId", w.title, w.author_line, l.grade as "grade!: Grade",
                 offer_terms(k) as "offers!: Offers", l.note as "note!", l.listed_at as "listed_at!"
               from listed_copies($1) l join copies k on k.id = l.id join works w on w.id = l.work_id
               where not l.held and not l.owner_away and "#
                + $condition
                + " order by l.listed_at desc, l.id desc limit $3",
            $now.to_sqlx(),
            $key,
            $most
        )
    };
}

/// Copies of these works.
pub(in crate::pages) async fn offered_of(
    db: &PgPool,
    works: &[WorkId],
    now: Timestamp,
    most: i64,
) -> Result<Vec<Offered>> {
    let works: Vec<i64> = works.iter().map(|work| work.0).collect();
    let rows = listed_where!("l.work_id = any($2)", now, &works, most);
    let rows = rows.fetch_all(db).await?;
    Ok(rows.into_iter().map(Offered::from).collect())
}

/// Copies of this reader.
pub(in crate::pages) async fn offered_by(
    db: &PgPool,
    owner: UserId,
    now: Timestamp,
    most: i64,
) -> Result<Vec<Offered>> {
    let rows = listed_where!("l.owner_id = $2", now, owner.0, most);
    let rows = rows.fetch_all(db).await?;
    Ok(rows.into_iter().map(Offered::from).collect())
}

/// The first thousand works of this author.
pub(in crate::pages) async fn works_by(db: &PgPool, author: AuthorId) -> Result<Vec<WorkId>> {
    Ok(sqlx::query_scalar!(
        "select work_id from work_authors where author_id = $1 order by work_id limit 1000",
        author.0
    )
    .fetch_all(db)
    .await?)
}
