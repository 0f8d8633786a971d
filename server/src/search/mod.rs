//! The rows browse and search read: one per work, kept right by whoever changes it.

use dogear_domain::ids::WorkId;
use sqlx::PgConnection;

use crate::Result;

/// Writes the search rows of these works anew. Call it, in the same transaction,
/// after anything that changes a work, its editions or its copies.
///
/// # Errors
/// Those of the database.
pub async fn refresh(conn: &mut PgConnection, works: &[WorkId]) -> Result<()> {
    sqlx::query(
        "insert into work_search (work_id, title, author_line, slug, title_key, sort_key, genre,
             languages, formats, isbns, copies, best_grade, grades, places, newest_at, first_year, doc)
         select w.id, w.title, w.author_line, w.slug, w.title_key, w.title_key, w.genre,
             coalesce(e.languages, '{}'), coalesce(e.formats, '{}'), coalesce(e.isbns, '{}'),
             coalesce(c.copies, 0), c.best_grade, coalesce(c.grades, '{}'), coalesce(c.places, '{}'),
             c.newest_at, w.first_year,
             setweight(to_tsvector('dogear', w.title || ' ' || w.subtitle), 'A')
                 || setweight(to_tsvector('dogear', w.author_line), 'B')
                 || setweight(to_tsvector('dogear', coalesce(s.title, '')), 'C')
         from works w
         left join series s on s.id = w.series_id
         left join lateral (
             select array_agg(distinct coalesce(nullif(language, ''), w.language))
                     filter (where coalesce(nullif(language, ''), w.language) <> '') as languages,
                 array_agg(distinct format) filter (where format <> 'unknown') as formats,
                 array_agg(isbn13::text) filter (where isbn13 is not null) as isbns
             from editions where work_id = w.id
         ) e on true
         left join lateral (
             select count(*)::int as copies, max(c.grade) as best_grade,
                 array_agg(distinct c.grade) as grades,
                 array_agg(distinct u.city) filter (where u.city <> '') as places,
                 max(c.listed_at) as newest_at
             from copies c join users u on u.id = c.owner_id
             where c.work_id = w.id and c.state = 'listed' and c.hidden_at is null
                 and u.status = 'active'
                 and not exists (select from copy_holds h where h.copy_id = c.id)
         ) c on true
         where w.id = any ($1)
         order by w.id
         on conflict (work_id) do update set
             title = excluded.title, author_line = excluded.author_line, slug = excluded.slug,
             title_key = excluded.title_key, sort_key = excluded.sort_key, genre = excluded.genre,
             languages = excluded.languages, formats = excluded.formats, isbns = excluded.isbns,
             copies = excluded.copies, best_grade = excluded.best_grade, grades = excluded.grades,
             places = excluded.places, newest_at = excluded.newest_at,
             first_year = excluded.first_year, doc = excluded.doc",
    )
    .bind(works)
    .execute(conn)
    .await?;
    Ok(())
}
