//! Works that lines of text may name, for many lines at once.

use dogear_domain::ids::WorkId;
use sqlx::PgPool;

use crate::Result;

/// What lines say: of each its number, and title, author and so on at the same place.
#[derive(Default)]
pub(in crate::catalogue) struct Titles {
    pub lines: Vec<i32>,
    /// Folded titles, which have only letters, digits and spaces: nothing in them is a wildcard.
    pub titles: Vec<String>,
    pub authors: Vec<String>,
}

/// A work with exactly the title of a reading, or with it and a place in a series.
pub(in crate::catalogue) struct Hit {
    pub line: i32,
    pub reading: i32,
    pub work: WorkId,
    /// Also by that author, or by one whose name ends so.
    pub by_author: bool,
    pub title: String,
    pub subtitle: String,
    /// Folded names.
    pub authors: Vec<String>,
}

/// Works with exactly these titles, at most `most` of each line's reading, those by the author
/// first. `readings` has the number of each.
pub(in crate::catalogue) async fn by_title(
    db: &PgPool,
    asked: &Titles,
    readings: &[i32],
    most: i64,
) -> Result<Vec<Hit>> {
    Ok(sqlx::query_as!(
        Hit,
        r#"select asked.line as "line!", asked.reading as "reading!", hit.work as "work!: WorkId",
             hit.by_author as "by_author!", hit.title as "title!", hit.subtitle as "subtitle!",
             array(select a.name_key from work_authors wa join authors a on a.id = wa.author_id
                 where wa.work_id = hit.work order by wa.position) as "authors!"
         from unnest($1::int[], $2::int[], $3::text[], $4::text[]) as asked (line, reading, title, author)
         cross join lateral (
             select w.id as work, w.title, w.subtitle, asked.author <> '' and exists (
                 select from work_authors wa join authors a on a.id = wa.author_id
                 where wa.work_id = w.id
                     and (a.name_key = asked.author or a.name_key like '% ' || asked.author)) as by_author
             from works w left join work_search s on s.work_id = w.id
             where w.title_key = asked.title or w.alone_key = asked.title
             order by by_author desc, s.copies desc nulls last, w.id limit $5
         ) hit
         order by asked.line, hit.by_author desc, asked.reading"#,
        &asked.lines,
        readings,
        &asked.titles,
        &asked.authors,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Books of the author with a title like it, and books in which all the `words` stand; each with
/// its line.
pub(in crate::catalogue) async fn by_likeness(
    db: &PgPool,
    asked: &Titles,
    words: &[String],
    most: i64,
) -> Result<Vec<(i32, WorkId)>> {
    Ok(sqlx::query!(
        r#"select asked.line as "line!", alike.work as "work!: WorkId"
         from unnest($1::int[], $2::text[], $3::text[], $4::text[]) as asked (line, title, author, words)
         cross join lateral (
             select work, max(score) as score from (
                 (select w.id as work, 1 + similarity(w.title_key, asked.title) as score
                  from authors a
                  join work_authors wa on wa.author_id = a.id
                  join works w on w.id = wa.work_id
                  where a.name_key = asked.author and similarity(w.title_key, asked.title) >= 0.3
                  order by score desc, w.id limit $5)
                 union all
                 (select s.work_id, similarity(s.title_key, asked.title)
                  from (select work_id, title_key from work_search
                        where doc @@ plainto_tsquery('dogear', asked.words) limit 100) s
                  order by 2 desc, 1 limit $5)
             ) near group by work order by score desc, work limit $5
         ) alike
         order by asked.line, alike.score desc, alike.work"#,
        &asked.lines,
        &asked.titles,
        &asked.authors,
        words,
        most
    )
    .map(|alike| (alike.line, alike.work))
    .fetch_all(db)
    .await?)
}
