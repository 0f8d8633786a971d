//! The same as a look-up, for many lines at once: a handful of statements, however many.

use std::collections::{BTreeMap, HashMap};

use dogear_domain::identity::{self, Described, Likeness};
use dogear_domain::ids::WorkId;
use dogear_domain::isbn::Isbn13;
use dogear_domain::pasted::{Line, Named, Titled};
use sqlx::{PgExecutor, PgPool};

use super::repo::many::{Hit, Titles};
use super::{KnownEdition, repo};
use crate::{Cx, Result};

/// Editions to choose from, for one line.
const MOST: usize = 3;
/// Works with one folded title that are compared with what a line says.
const MOST_ALIKE: i64 = 20;

/// What one line may mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    /// Likeliest first, at most three; editions of one work when `sure`.
    pub editions: Vec<KnownEdition>,
    /// By ISBN, or the one work that is the same by title and authors.
    pub sure: bool,
}

/// Finds what each of `lines` names. Without an ISBN nothing is taken for sure but the one
/// work that is the same by title and authors.
///
/// # Errors
/// Those of the database.
pub async fn lookup_many(cx: &Cx, lines: &[Line]) -> Result<Vec<Matches>> {
    let isbns: Vec<Isbn13> = lines.iter().filter_map(isbn).collect();
    let titles: Vec<(i32, &Titled)> = (0..)
        .zip(lines)
        .filter_map(|(line, Line { named, .. })| match named {
            Named::Title(titled) => Some((line, titled)),
            _ => None,
        })
        .collect();
    let by_isbn = by_isbns(cx.db(), &isbns).await?;
    let works = works(cx.db(), &titles).await?;
    let editions = editions(cx.db(), &works).await?;
    Ok((0..)
        .zip(lines)
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

/// By title first; what that does not settle, by likeness too.
async fn works(db: &PgPool, titles: &[(i32, &Titled)]) -> Result<HashMap<i32, Works>> {
    let exact = by_title(db, titles).await?;
    let mut found: HashMap<i32, Works> = HashMap::new();
    let mut open = Vec::new();
    for &(line, titled) in titles {
        let hits = exact.get(&line).map_or(&[][..], Vec::as_slice);
        let works = found.entry(line).or_default();
        // The readings say the same in several ways: the nearest of each work counts.
        let mut nearest: BTreeMap<WorkId, Likeness> = BTreeMap::new();
        for hit in hits {
            let likeness = likeness(titled, hit);
            let nearer = nearest.entry(hit.work).or_insert(likeness);
            *nearer = likeness.min(*nearer);
        }
        let of = |wanted: Likeness| {
            let works = nearest.iter().filter(move |(_, found)| **found == wanted);
            works.map(|(work, _)| *work)
        };
        let same = match of(Likeness::Same).next() {
            Some(_) => Likeness::Same,
            None => Likeness::Likely,
        };
        for work in of(same) {
            works.add(work);
        }
        // Two that are the same are somebody's mistake, which nobody can see from here.
        works.sure = of(same).count() == 1;
        if !works.sure {
            for hit in hits.iter().filter(|hit| hit.by_author) {
                works.add(hit.work);
            }
            open.push((line, titled));
        }
    }
    let alike = by_likeness(db, &open).await?;
    for (line, _) in open {
        let works = found.entry(line).or_default();
        for work in alike.iter().filter(|(of, _)| *of == line) {
            works.add(work.1);
        }
        for hit in exact.get(&line).into_iter().flatten() {
            works.add(hit.work);
        }
    }
    Ok(found)
}

/// How near a work is to the reading by which it was found.
fn likeness(titled: &Titled, hit: &Hit) -> Likeness {
    let reading = usize::try_from(hit.reading)
        .ok()
        .and_then(|number| titled.readings.get(number));
    let Some(reading) = reading else {
        return Likeness::Other;
    };
    let mut authors: Vec<&str> = reading.authors.iter().map(String::as_str).collect();
    if reading.family
        && let Some(whole) = hit.authors.iter().find(|name| {
            name.strip_suffix(reading.author.as_str())
                .is_some_and(|given| given.ends_with(' '))
        })
    {
        authors = vec![whole];
    }
    let described = Described {
        title: &reading.written,
        subtitle: "",
        authors,
    };
    let known = Described {
        title: &hit.title,
        subtitle: &hit.subtitle,
        authors: hit.authors.iter().map(String::as_str).collect(),
    };
    identity::likeness(&described, &known)
}

async fn by_title(db: &PgPool, titles: &[(i32, &Titled)]) -> Result<HashMap<i32, Vec<Hit>>> {
    let mut asked = Titles::default();
    let mut readings = Vec::new();
    for (line, titled) in titles {
        for (number, reading) in (0..).zip(&titled.readings) {
            readings.push(number);
            asked.lines.push(*line);
            asked.titles.push(reading.title.clone());
            asked.authors.push(reading.author.clone());
        }
    }
    if readings.is_empty() {
        return Ok(HashMap::new());
    }
    let hits = repo::many::by_title(db, &asked, &readings, MOST_ALIKE).await?;
    let mut found: HashMap<i32, Vec<Hit>> = HashMap::new();
    for hit in hits {
        found.entry(hit.line).or_default().push(hit);
    }
    Ok(found)
}

/// Books of the author with a title like it, and books in which all the words stand.
async fn by_likeness(db: &PgPool, titles: &[(i32, &Titled)]) -> Result<Vec<(i32, WorkId)>> {
    let mut asked = Titles::default();
    let mut words = Vec::new();
    for (line, titled) in titles {
        let reading = &titled.readings[0];
        words.push(format!("{} {}", reading.title, reading.author));
        asked.lines.push(*line);
        asked.titles.push(reading.title.clone());
        asked.authors.push(reading.author.clone());
    }
    if words.is_empty() {
        return Ok(Vec::new());
    }
    repo::many::by_likeness(db, &asked, &words, MOST as i64).await
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
    Ok(repo::known::by_isbns(db, &isbns)
        .await?
        .into_iter()
        .collect())
}

/// The editions that most readers have, of each work.
async fn editions(
    db: &PgPool,
    works: &HashMap<i32, Works>,
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
    let rows = repo::known::of_works(db, &ids, MOST as i64).await?;
    let mut found: HashMap<WorkId, Vec<KnownEdition>> = HashMap::new();
    for edition in rows {
        found.entry(edition.work).or_default().push(edition);
    }
    Ok(found)
}
