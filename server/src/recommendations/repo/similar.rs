//! What is like a book.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{UserId, WorkId};
use sqlx::PgPool;

use crate::Result;
use crate::search::{WorkLine, work_line};

/// A work, how it is like the one that was looked at, and how many readers have both.
pub(in crate::recommendations) struct Candidate {
    /// 0 for what the same readers own; then from the next of the series to what is merely new.
    pub kind: i32,
    pub readers: i32,
    pub work: WorkLine,
}

/// What is like the work and not on the reader's shelf, in one statement that reads a bounded
/// number of rows of each kind, by index.
pub(in crate::recommendations) async fn similar(
    db: &PgPool,
    work: WorkId,
    reader: Option<UserId>,
) -> Result<Vec<Candidate>> {
    Ok(sqlx::query!(
        r#"with book as (select id, language, genre, series_id, series_position from works where id = $1),
         own as materialized (
             select distinct work_id from copies where owner_id = $2 and state in ('owned', 'listed')),
         also as materialized (
             select n.other_id as work_id, n.readers, n.score from also_owned n
             where n.work_id = $1 and n.other_id not in (select work_id from own)),
         found as (
             (select w.id as work_id, 1 as kind from book b join works w on w.series_id = b.series_id
                  and w.series_position > b.series_position order by w.series_position, w.id limit 1)
             union all (select w.id, 2 from book b join works w on w.series_id = b.series_id
                  order by w.series_position, w.id limit 40)
             union all (select other.work_id, 3 from work_authors own
                  join work_authors other on other.author_id = own.author_id
                  where own.work_id = $1 limit 120)
             -- In the order of the index and from its place on: the rare are found as fast as the frequent.
             union all (select w.id, 4 from book b cross join lateral (
                      select id, language, genre from works
                      where (language, genre, id) > (b.language, b.genre, 0) order by language, genre, id limit 40) w
                  where w.language = b.language and w.genre = b.genre)
             union all (select s.work_id, case when s.language = b.language and b.language <> '' then 4 else 5 end
                  from book b cross join lateral (select work_id, language from work_search
                      where genre = b.genre and copies > 0 order by newest_at desc, work_id desc limit 120) s)
             union all (select w.id, 6 from book b cross join lateral (
                      select id, language from works
                      where language >= b.language order by language, genre, id limit 40) w
                  where w.language = b.language and b.language <> '')
             union all (select s.work_id, case when s.language = b.language and b.language <> '' then 6 else 7 end
                  from book b cross join (select work_id, language from work_search
                      where copies > 0 order by newest_at desc, work_id desc limit 80) s)
             union all (select work_id, 7 from work_search
                  order by newest_at desc nulls last, work_id desc limit 24)),
         best as (
             select work_id, min(kind) as kind from found
             where work_id <> $1 and work_id not in (select work_id from own)
                 and work_id not in (select work_id from also)
             group by work_id),
         -- No kind crowds the others out.
         ranked as (
             select b.kind, s.work_id, s.title, s.author_line, s.slug, s.language, s.copies, s.best_grade,
                 row_number() over (partition by b.kind, s.copies > 0 order by s.copies desc, s.work_id) as place
             from best b join work_search s using (work_id))
         (select 0 as "kind!", a.readers as "readers!", s.work_id as "work_id!: WorkId", s.title as "title!",
             s.author_line as "author_line!", s.slug as "slug!", s.language as "language!", s.copies as "copies!",
             s.best_grade as "best_grade?: Grade"
             from also a join work_search s using (work_id) order by a.score desc, a.readers desc, s.work_id)
         union all
         (select kind, 0, work_id, title, author_line, slug, language, copies, best_grade from ranked
             order by kind = 1 desc, kind = 7, copies > 0 desc, place > 5, kind, copies desc, work_id limit 12)"#,
        work.0,
        reader.map(|user| user.0)
    )
    .map(|row| Candidate {
        kind: row.kind,
        readers: row.readers,
        work: work_line!(row),
    })
    .fetch_all(db)
    .await?)
}
