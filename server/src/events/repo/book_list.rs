//! The books that guests bring to a swap meet, by key.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, OccurrenceId, UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::books::BroughtRow;
use crate::Result;

/// Which of them.
pub(in crate::events) struct Wanted<'a> {
    pub occurrence: OccurrenceId,
    pub reader: Option<UserId>,
    /// Part of a title or an author's name, folded; empty for all.
    pub key: &'a str,
    /// Behind the copy of this title.
    pub after: Option<(&'a str, CopyId)>,
    pub now: Timestamp,
    pub most: i64,
}

/// A book with the title by which it stands in its order.
pub(in crate::events) struct KeyedRow {
    pub title_key: String,
    pub book: BroughtRow,
}

/// What others bring, by title, from behind a copy on; without those with whom there is a block.
pub(in crate::events) async fn of_others(
    db: impl PgExecutor<'_>,
    wanted: &Wanted<'_>,
) -> Result<Vec<KeyedRow>> {
    let rows = sqlx::query!(
        r#"select w.title_key, b.copy_id as "copy!: CopyId", w.id as "work: WorkId", w.slug,
             shown_title(e.title, w.title) as "title!", w.author_line,
             coalesce(nullif(e.language, ''), w.language) as "language!",
             b.grade as "grade!: Grade", (b.owner).handle as "handle!", (b.owner).display_name as "name!",
             exists (select from event_book_wishes x where x.occurrence_id = $1
                 and x.copy_id = b.copy_id and x.user_id = $2) as "wished!"
         from brought_books($1, $4) b join works w on w.id = b.work_id join editions e on e.id = b.edition_id
         where (b.owner).id is distinct from $2
             and not exists (select from blocked_with($2) x where x.user_id = (b.owner).id)
             and ($3 = '' or w.title_key like '%' || $3 || '%' or w.author_key like '%' || $3 || '%'
                 or exists (select from work_authors wa join authors a on a.id = wa.author_id
                     where wa.work_id = w.id and a.name_key like '%' || $3 || '%'))
             and ($5::text is null or (w.title_key, b.copy_id) > ($5, $6::bigint))
         order by w.title_key, b.copy_id limit $7"#,
        wanted.occurrence.0,
        wanted.reader.map(|reader| reader.0),
        wanted.key,
        wanted.now.to_sqlx() as jiff_sqlx::Timestamp,
        wanted.after.map(|(title, _)| title),
        wanted.after.map(|(_, copy)| copy.0),
        wanted.most
    )
    .fetch_all(db)
    .await?;
    let rows = rows.into_iter().map(|row| KeyedRow {
        title_key: row.title_key,
        book: BroughtRow {
            copy: row.copy,
            work: row.work,
            slug: row.slug,
            title: row.title,
            author_line: row.author_line,
            language: row.language,
            grade: row.grade,
            handle: row.handle,
            name: row.name,
            wished: row.wished,
            found: 0,
        },
    });
    Ok(rows.collect())
}
