//! The same as a look-up, for many lines at once: a handful of statements, however many.

use std::collections::HashMap;

use dogear_domain::ids::WorkId;
use dogear_domain::isbn::Isbn13;
use dogear_domain::pasted::{Line, Named, Titled};
use sqlx::{PgExecutor, PgPool};

use super::KnownEdition;
use super::lookup::select_known;
use crate::{Cx, Result};

/// Editions to choose from, for one line.
const MOST: usize = 3;

/// What one line may mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    /// Likeliest first, at most three; editions of one work when `sure`.
    pub editions: Vec<KnownEdition>,
    /// By ISBN, or the one work with exactly this title and author.
    pub sure: bool,
}

/// Finds what each of `lines` names. Without an ISBN nothing is taken for sure but the one
/// work with the title and the author.
///
/// # Errors
/// Those of the database.
pub async fn lookup_many(cx: &Cx, lines: &[Line]) -> Result<Vec<Matches>> {
    let isbns: Vec<Isbn13> = lines.iter().filter_map(isbn).collect();
    let titles: Vec<(usize, &Titled)> = lines
        .iter()
        .enumerate()
        .filter_map(|(line, Line { named, .. })| match named {
            Named::Title(titled) => Some((line, titled)),
            _ => None,
        })
        .collect();
    let by_isbn = by_isbns(cx.db(), &isbns).await?;
    let works = works(cx.db(), &titles).await?;
    let editions = editions(cx.db(), &works).await?;
    Ok(lines
        .iter()
        .enumerate()
        .map(|(line, named)| match isbn(named) {
            Some(isbn) => Matches {
                editions: by_isbn
                    .get(&isbn.to_string())
                    .cloned()
                    .into_iter()
                    .collect(),
                sure: true,
            },
            None => works
                .get(&line)
                .map_or_else(Matches::default, |found| found.matches(&editions)),
        })
        .collect())
}

fn isbn(line: &Line) -> Option<Isbn13> {
    match line.named {
        Named::Isbn(isbn) => Some(isbn),
        _ => None,
    }
}

/// The works a line in words may mean, likeliest first.
#[derive(Default)]
struct Works {
    works: Vec<WorkId>,
    sure: bool,
}

impl Works {
    fn add(&mut self, work: WorkId) {
        if self.works.len() < MOST && !self.works.contains(&work) {
            self.works.push(work);
        }
    }

    /// Of one work all editions, of several the one that most readers have.
    fn matches(&self, editions: &HashMap<WorkId, Vec<KnownEdition>>) -> Matches {
        let each = if self.works.len() == 1 { MOST } else { 1 };
        Matches {
            editions: self
                .works
                .iter()
                .filter_map(|work| editions.get(work))
                .flat_map(|editions| editions.iter().take(each).cloned())
                .collect(),
            sure: self.sure,
        }
    }
}

/// By exact title first; what that does not settle, by likeness too.
async fn works(db: &PgPool, titles: &[(usize, &Titled)]) -> Result<HashMap<usize, Works>> {
    let exact = by_title(db, titles).await?;
    let mut found: HashMap<usize, Works> = HashMap::new();
    let mut open = Vec::new();
    for &(line, titled) in titles {
        let hits = exact.get(&line).map_or(&[][..], Vec::as_slice);
        // The first reading for which there is a book with this title and author counts.
        let first = hits
            .iter()
            .filter(|hit| hit.by_author)
            .map(|hit| hit.reading)
            .min();
        let same: Vec<&Hit> = hits
            .iter()
            .filter(|hit| hit.by_author && Some(hit.reading) == first)
            .collect();
        let works = found.entry(line).or_default();
        for hit in &same {
            works.add(hit.work);
        }
        let whole = first.is_some_and(|reading| titled.readings[reading as usize].whole);
        works.sure = whole && same.len() == 1;
        if !works.sure {
            open.push((line, titled));
        }
    }
    let alike = by_likeness(db, &open).await?;
    for (line, _) in open {
        let works = found.entry(line).or_default();
        for work in alike.iter().filter(|(of, _)| *of == line as i32) {
            works.add(work.1);
        }
        for hit in exact.get(&line).into_iter().flatten() {
            works.add(hit.work);
        }
    }
    Ok(found)
}

/// A work with exactly the title of a reading.
#[derive(sqlx::FromRow)]
struct Hit {
    line: i32,
    reading: i32,
    work: WorkId,
    /// Also by that author.
    by_author: bool,
}

async fn by_title(db: &PgPool, titles: &[(usize, &Titled)]) -> Result<HashMap<usize, Vec<Hit>>> {
    let (mut lines, mut readings) = (Vec::new(), Vec::new());
    let (mut keys, mut authors) = (Vec::new(), Vec::new());
    for (line, titled) in titles {
        for (number, reading) in titled.readings.iter().enumerate() {
            lines.push(*line as i32);
            readings.push(number as i32);
            keys.push(reading.title.as_str());
            authors.push(reading.author.as_str());
        }
    }
    if lines.is_empty() {
        return Ok(HashMap::new());
    }
    // A key holds only letters, digits and spaces: nothing in it is a wildcard.
    let hits: Vec<Hit> = sqlx::query_as(
        "select asked.line, asked.reading, hit.work, hit.by_author
         from unnest($1::int[], $2::int[], $3::text[], $4::text[]) as asked (line, reading, title, author)
         cross join lateral (
             select w.id as work, asked.author <> '' and exists (
                 select from work_authors wa join authors a on a.id = wa.author_id
                 where wa.work_id = w.id
                     and (a.name_key = asked.author or a.name_key like '% ' || asked.author)) as by_author
             from works w left join work_search s on s.work_id = w.id
             where w.title_key = asked.title
             order by by_author desc, s.copies desc nulls last, w.id limit $5
         ) hit
         order by asked.line, hit.by_author desc, asked.reading",
    )
    .bind(&lines)
    .bind(&readings)
    .bind(&keys)
    .bind(&authors)
    .bind(MOST as i64)
    .fetch_all(db)
    .await?;
    let mut found: HashMap<usize, Vec<Hit>> = HashMap::new();
    for hit in hits {
        found.entry(hit.line as usize).or_default().push(hit);
    }
    Ok(found)
}

/// Books of the author with a title like it, and books in which all the words stand.
async fn by_likeness(db: &PgPool, titles: &[(usize, &Titled)]) -> Result<Vec<(i32, WorkId)>> {
    let lines: Vec<i32> = titles.iter().map(|(line, _)| *line as i32).collect();
    let keys: Vec<&str> = titles
        .iter()
        .map(|(_, titled)| titled.readings[0].title.as_str())
        .collect();
    let authors: Vec<&str> = titles
        .iter()
        .map(|(_, titled)| titled.readings[0].author.as_str())
        .collect();
    let words: Vec<String> = keys
        .iter()
        .zip(&authors)
        .map(|(key, author)| {
            let words: Vec<&str> = key.split(' ').chain(author.split(' ')).collect();
            words.join(" ")
        })
        .collect();
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_as(
        "select asked.line, alike.work
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
         order by asked.line, alike.score desc, alike.work",
    )
    .bind(&lines)
    .bind(&keys)
    .bind(&authors)
    .bind(&words)
    .bind(MOST as i64)
    .fetch_all(db)
    .await?)
}

/// An edition, and the ISBN by which it was asked for: its own, or that of one merged into it.
#[derive(sqlx::FromRow)]
struct Asked {
    asked: String,
    #[sqlx(flatten)]
    edition: KnownEdition,
}

/// The editions that have these ISBNs, by ISBN.
///
/// # Errors
/// Those of the database.
pub(crate) async fn by_isbns(
    db: impl PgExecutor<'_>,
    isbns: &[Isbn13],
) -> Result<HashMap<String, KnownEdition>> {
    if isbns.is_empty() {
        return Ok(HashMap::new());
    }
    let isbns: Vec<String> = isbns.iter().map(Isbn13::to_string).collect();
    let editions: Vec<Asked> = sqlx::query_as(select_known!(
        "with asked as materialized (
             select isbn, isbn_edition(isbn) as edition from unnest($1::char(13)[]) as asked (isbn))",
        ", asked.isbn::text as asked from asked join editions e on e.id = asked.edition join works w on w.id = e.work_id"
    ))
    .bind(&isbns)
    .fetch_all(db)
    .await?;
    Ok(editions
        .into_iter()
        .map(|Asked { asked, edition }| (asked, edition))
        .collect())
}

/// The editions that most readers have, of each work.
async fn editions(
    db: &PgPool,
    works: &HashMap<usize, Works>,
) -> Result<HashMap<WorkId, Vec<KnownEdition>>> {
    let mut ids: Vec<WorkId> = works
        .values()
        .flat_map(|found| found.works.clone())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<KnownEdition> = sqlx::query_as(select_known!(
        "from works w cross join lateral (
             select e.* from editions e where e.work_id = w.id
             order by (select count(*) from copies c where c.edition_id = e.id and c.state <> 'deleted') desc, e.id
             limit $2
         ) e
         where w.id = any ($1)
         order by w.id, copies desc, e.id"
    ))
    .bind(&ids)
    .bind(MOST as i64)
    .fetch_all(db)
    .await?;
    let mut found: HashMap<WorkId, Vec<KnownEdition>> = HashMap::new();
    for edition in rows {
        found.entry(edition.work).or_default().push(edition);
    }
    Ok(found)
}
