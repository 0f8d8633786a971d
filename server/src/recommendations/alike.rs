//! What stands below a book: what its readers also own, and what is like it.

use dogear_domain::ids::WorkId;

use crate::search::WorkLine;
use crate::{Cx, Result};

/// In which way a work is like another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    NextInSeries,
    SameSeries,
    SameAuthor,
    GenreAndLanguage,
    Genre,
    Language,
    /// Nothing is like it: merely the newest there are.
    New,
}

/// A work, and what it has in common with the one that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlikeWork {
    pub likeness: Likeness,
    pub work: WorkLine,
}

/// The two lists of a book's page. No work is in both, and none that the one who asks has.
#[derive(Debug, Clone, Default)]
pub struct Alike {
    /// What three or more of its readers also own, closest first, with how many they are.
    pub also_owned: Vec<(i32, WorkLine)>,
    /// The next of its series, then what can be asked for, then the rest.
    pub like_this: Vec<AlikeWork>,
}

#[derive(sqlx::FromRow)]
struct Row {
    kind: i32,
    readers: i32,
    #[sqlx(flatten)]
    work: WorkLine,
}

/// What is like the work, in one statement that reads a bounded number of rows of each
/// kind, by index.
///
/// # Errors
/// When the database does not answer in time.
pub async fn alike(cx: &Cx, work: WorkId) -> Result<Alike> {
    let rows: Vec<Row> = sqlx::query_as(
        "with book as (select id, language, genre, series_id, series_position from works where id = $1),
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
         (select 0 as kind, a.readers, s.work_id, s.title, s.author_line, s.slug, s.language, s.copies, s.best_grade
             from also a join work_search s using (work_id) order by a.score desc, a.readers desc, s.work_id)
         union all
         (select kind, 0, work_id, title, author_line, slug, language, copies, best_grade from ranked
             order by kind = 1 desc, kind = 7, copies > 0 desc, place > 5, kind, copies desc, work_id limit 12)",
    )
    .bind(work)
    .bind(cx.actor.as_ref().map(|actor| actor.id))
    .fetch_all(cx.db())
    .await?;
    let mut alike = Alike::default();
    for row in rows {
        let likeness = match row.kind {
            0 => {
                alike.also_owned.push((row.readers, row.work));
                continue;
            }
            1 => Likeness::NextInSeries,
            2 => Likeness::SameSeries,
            3 => Likeness::SameAuthor,
            4 => Likeness::GenreAndLanguage,
            5 => Likeness::Genre,
            6 => Likeness::Language,
            _ => Likeness::New,
        };
        // What is merely new stands alone, where nothing is like the book.
        if likeness != Likeness::New
            || alike
                .like_this
                .iter()
                .all(|other| other.likeness == Likeness::New)
        {
            alike.like_this.push(AlikeWork {
                likeness,
                work: row.work,
            });
        }
    }
    Ok(alike)
}
