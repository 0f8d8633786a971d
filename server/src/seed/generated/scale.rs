//! The workshop's `seed --scale N`: N editions with works, authors, readers and copies, the same
//! for the same seed, loaded by COPY.

use std::fmt::Write;

use dogear_domain::fields::{slugify, title_key};
use dogear_domain::ids::WorkId;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::PgConnection;

use super::words::{author, title, zipf};
use crate::{Cx, Result};

/// What was loaded.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// New in the catalogue.
    pub authors: usize,
    /// New in the catalogue.
    pub works: usize,
    /// Of these works.
    pub editions: usize,
    /// Who own the copies.
    pub readers: usize,
    /// On all shelves.
    pub copies: usize,
}

const LANGUAGES: &[&str] = &["en", "de", "fr", "es", "it", "pl", "pt", "nl", "sv", "cs"];
const FORMATS: &[&str] = &[
    "paperback",
    "hardback",
    "mass-market",
    "large-print",
    "other",
];
const CITIES: &[&str] = &[
    "Edinburgh",
    "Glasgow",
    "Perth",
    "Dundee",
    "Leith",
    "Stirling",
    "Aberdeen",
    "Inverness",
];
const DEFECTS: &[&str] = &[
    "",
    "inscription",
    "sunned-spine",
    "notes-inside",
    "highlighting",
];
/// When everything came to be: rows are the same whenever they are loaded.
const EPOCH: &str = "2026-01-01 00:00:00+00";
/// Rows per COPY message.
const CHUNK: usize = 20_000;

/// Loads `editions` editions into a catalogue without generated ones, and builds
/// the search rows.
///
/// # Errors
/// When the database refuses; nothing is kept then.
pub async fn scale(cx: &Cx, editions: usize, seed: u64) -> Result<Scale> {
    let mut tx = cx.begin().await?;
    unlimited(&mut tx).await?;
    let size = Scale {
        authors: (editions / 4).max(10),
        works: (editions * 7 / 10).max(1),
        editions,
        readers: (editions / 50).clamp(40, 20_000),
        copies: editions / 2,
    };
    let mut loader = Loader {
        base: Base::read(&mut tx).await?,
        random: StdRng::seed_from_u64(seed),
        size,
        conn: &mut tx,
    };
    let names = loader.authors().await?;
    loader.works(&names).await?;
    let works = loader.editions().await?;
    let base = &loader.base;
    let editions: Vec<(i64, i64)> = (1_i64..)
        .zip(works)
        .map(|(n, work)| (base.editions + n, base.works + work as i64 + 1))
        .collect();
    loader.readers().await?;
    loader.copies(&editions).await?;
    loader.set_sequences().await?;
    crate::places::locate(&mut tx).await?;
    crate::search::refresh_all(&mut tx, cx.now()).await?;
    tx.commit().await?;
    tidy(cx).await?;
    Ok(size)
}

/// Loads readers with `copies` copies of the editions that are there, frequent ones first.
///
/// # Errors
/// When the database refuses; nothing is kept then.
pub async fn shelves(cx: &Cx, copies: usize, seed: u64) -> Result<()> {
    let mut tx = cx.begin().await?;
    unlimited(&mut tx).await?;
    let editions: Vec<(i64, i64)> = sqlx::query_as("select id, work_id from editions order by id")
        .fetch_all(&mut *tx)
        .await?;
    let size = Scale {
        authors: 0,
        works: 0,
        editions: editions.len(),
        readers: (copies / 25).clamp(40, 20_000),
        copies,
    };
    let mut loader = Loader {
        base: Base::read(&mut tx).await?,
        random: StdRng::seed_from_u64(seed),
        size,
        conn: &mut tx,
    };
    loader.readers().await?;
    loader.copies(&editions).await?;
    loader.set_sequences().await?;
    let works: Vec<WorkId> =
        sqlx::query_scalar("select distinct work_id from copies order by work_id")
            .fetch_all(&mut *tx)
            .await?;
    crate::places::locate(&mut tx).await?;
    crate::search::count_rows(&mut tx).await?;
    for works in works.chunks(5_000) {
        crate::search::refresh(&mut tx, works, cx.now()).await?;
    }
    tx.commit().await?;
    tidy(cx).await
}

pub(super) async fn unlimited(conn: &mut PgConnection) -> Result<()> {
    for limit in [
        "set local statement_timeout = 0",
        "set local idle_in_transaction_session_timeout = 0",
    ] {
        sqlx::query(limit).execute(&mut *conn).await?;
    }
    Ok(())
}

/// After a load: statistics for the planner, and pages marked as visible to all.
async fn tidy(cx: &Cx) -> Result<()> {
    let mut conn = cx.db().acquire().await?;
    for statement in [
        "set statement_timeout = 0",
        "analyze",
        "vacuum work_search",
        "reset statement_timeout",
    ] {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Draws the rows, one table after the other, and sends them.
struct Loader<'a> {
    conn: &'a mut PgConnection,
    base: Base,
    size: Scale,
    random: StdRng,
}

impl Loader<'_> {
    /// Gives the names, in the order of their ids.
    async fn authors(&mut self) -> Result<Vec<String>> {
        let names: Vec<String> = (0..self.size.authors)
            .map(|n| format!("{} {n}", author(&mut self.random)))
            .collect();
        let statement = "copy authors (id, name, sort_name, name_key) from stdin";
        load(self.conn, statement, names.len(), |row, n| {
            let (id, name) = (self.base.authors + n as i64 + 1, &names[n]);
            let _ = writeln!(row, "{id}\t{name}\t{name}\t{}", title_key(name));
        })
        .await?;
        Ok(names)
    }

    /// One author each; few have written much.
    async fn works(&mut self, names: &[String]) -> Result<()> {
        let genres: Vec<String> = sqlx::query_scalar("select slug from genres order by position")
            .fetch_all(&mut *self.conn)
            .await?;
        let mut writers = Vec::with_capacity(self.size.works);
        let random = &mut self.random;
        let statement = "copy works (id, title, title_key, slug, language, first_year, genre,
            author_line, author_key, created_at) from stdin";
        load(self.conn, statement, self.size.works, |row, n| {
            let title = title(random);
            let writer = zipf(random, names.len());
            writers.push(writer);
            let _ = writeln!(
                row,
                "{}\t{title}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{EPOCH}",
                self.base.works + n as i64 + 1,
                title_key(&title),
                slugify(&title),
                LANGUAGES[zipf(random, LANGUAGES.len())],
                2024 - zipf(random, 300),
                genres[zipf(random, genres.len())],
                names[writer],
                title_key(&names[writer]),
            );
        })
        .await?;
        let statement = "copy work_authors (work_id, author_id, position) from stdin";
        load(self.conn, statement, self.size.works, |row, n| {
            let author = self.base.authors + writers[n] as i64 + 1;
            let _ = writeln!(row, "{}\t{author}\t1", self.base.works + n as i64 + 1);
        })
        .await
    }

    /// Each work has one edition; the rest go to works that are much printed. Gives
    /// the place of each edition's work.
    async fn editions(&mut self) -> Result<Vec<usize>> {
        let mut works = Vec::with_capacity(self.size.editions);
        let random = &mut self.random;
        let statement = "copy editions (id, work_id, isbn13, format, publisher, year, pages,
            language, created_at) from stdin";
        load(self.conn, statement, self.size.editions, |row, n| {
            let work = if n < self.size.works {
                n
            } else {
                zipf(random, self.size.works)
            };
            works.push(work);
            let isbn = if n % 10 == 9 {
                "\\N".to_owned()
            } else {
                isbn13(n as u64)
            };
            let _ = writeln!(
                row,
                "{}\t{}\t{isbn}\t{}\tDemo Press\t{}\t{}\t{}\t{EPOCH}",
                self.base.editions + n as i64 + 1,
                self.base.works + work as i64 + 1,
                FORMATS[zipf(random, FORMATS.len())],
                2024 - zipf(random, 60),
                random.random_range(60..900),
                LANGUAGES[zipf(random, LANGUAGES.len())],
            );
        })
        .await?;
        Ok(works)
    }

    /// Nobody can log in as them: their password hash is no hash.
    async fn readers(&mut self) -> Result<()> {
        let random = &mut self.random;
        let statement = "copy users (id, handle, handle_key, email, email_key, email_verified_at,
            password_hash, display_name, city, country, created_at) from stdin";
        load(self.conn, statement, self.size.readers, |row, n| {
            let id = self.base.users + n as i64 + 1;
            let city = CITIES[zipf(random, CITIES.len())];
            let _ = writeln!(
                row,
                "{id}\tscale_{id}\tscale_{id}\tscale_{id}@readers.example\tscale_{id}@readers.example\t\
                 {EPOCH}\t!\tReader {id}\t{city}\tGB\t{EPOCH}"
            );
        })
        .await
    }

    /// `editions`: their ids and those of their works.
    async fn copies(&mut self, editions: &[(i64, i64)]) -> Result<()> {
        let mut owners = Vec::with_capacity(self.size.copies);
        let random = &mut self.random;
        let statement = "copy copies (id, edition_id, work_id, owner_id, grade, defects, note,
            state, listed_at, created_at, updated_at) from stdin";
        load(self.conn, statement, self.size.copies, |row, n| {
            let (edition, work) = editions[zipf(random, editions.len())];
            let owner = self.base.users + random.random_range(0..self.size.readers) as i64 + 1;
            owners.push(owner);
            let (state, listed_at) = if random.random_range(0..10) < 8 {
                (
                    "listed",
                    format!("2026-0{}-1{} 12:00:00+00", n % 9 + 1, n % 10),
                )
            } else {
                ("owned", "\\N".to_owned())
            };
            let _ = writeln!(
                row,
                "{}\t{}\t{}\t{owner}\t{}\t{{{}}}\t{}\t{state}\t{listed_at}\t{EPOCH}\t{EPOCH}",
                self.base.copies + n as i64 + 1,
                edition,
                work,
                6 - zipf(random, 6),
                DEFECTS[zipf(random, DEFECTS.len())],
                if n % 3 == 0 {
                    "Read once, kept dry."
                } else {
                    ""
                },
            );
        })
        .await?;
        let statement = "copy copy_history (copy_id, to_user, kind, at) from stdin";
        load(self.conn, statement, self.size.copies, |row, n| {
            let copy = self.base.copies + n as i64 + 1;
            let _ = writeln!(row, "{copy}\t{}\tadded\t{EPOCH}", owners[n]);
        })
        .await
    }

    /// COPY brought its own ids; the next ones follow them.
    async fn set_sequences(&mut self) -> Result<()> {
        sqlx::query(
            "select setval(pg_get_serial_sequence('authors', 'id'), (select max(id) from authors)),
               setval(pg_get_serial_sequence('works', 'id'), (select max(id) from works)),
               setval(pg_get_serial_sequence('editions', 'id'), (select max(id) from editions)),
               setval(pg_get_serial_sequence('users', 'id'), (select max(id) from users)),
               setval(pg_get_serial_sequence('copies', 'id'), (select max(id) from copies))",
        )
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }
}

/// The highest ids in use.
struct Base {
    authors: i64,
    works: i64,
    editions: i64,
    users: i64,
    copies: i64,
}

impl Base {
    async fn read(conn: &mut PgConnection) -> Result<Self> {
        let (authors, works, editions, users, copies) = sqlx::query_as(
            "select (select coalesce(max(id), 0) from authors), (select coalesce(max(id), 0) from works),
               (select coalesce(max(id), 0) from editions), (select coalesce(max(id), 0) from users),
               (select coalesce(max(id), 0) from copies)",
        )
        .fetch_one(conn)
        .await?;
        Ok(Self {
            authors,
            works,
            editions,
            users,
            copies,
        })
    }
}

async fn load(
    conn: &mut PgConnection,
    statement: &'static str,
    rows: usize,
    mut row: impl FnMut(&mut String, usize),
) -> Result<()> {
    let mut copy = conn.copy_in_raw(statement).await?;
    let mut text = String::new();
    for n in 0..rows {
        row(&mut text, n);
        if n % CHUNK == CHUNK - 1 || n + 1 == rows {
            copy.send(std::mem::take(&mut text).into_bytes()).await?;
        }
    }
    copy.finish().await?;
    Ok(())
}

/// The `n`-th ISBN-13 of the group 979-8 (in no use for readers here), with its check digit.
pub(super) fn isbn13(n: u64) -> String {
    let body = format!("9798{:08}", n % 100_000_000);
    let sum: u32 = body
        .bytes()
        .enumerate()
        .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestSite;

    #[test]
    fn generated_isbns_have_a_right_check_digit() {
        for n in [0, 1, 99, 12_345_678] {
            assert!(
                dogear_domain::isbn::Isbn13::parse(&isbn13(n)).is_ok(),
                "{}",
                isbn13(n)
            );
        }
    }

    /// One hash per table over its rows.
    async fn hashes(site: &TestSite) -> Vec<Option<String>> {
        sqlx::query_scalar(
            "select hash from (
               select 1, md5(string_agg(t::text, E'\\n' order by id)) from authors t
               union all select 2, md5(string_agg(t::text, E'\\n' order by id)) from works t
               union all select 3, md5(string_agg(t::text, E'\\n' order by id)) from editions t
               union all select 4, md5(string_agg(t::text, E'\\n' order by id)) from users t
               union all select 5, md5(string_agg(t::text, E'\\n' order by id)) from copies t
               union all select 6, md5(string_agg(t::text, E'\\n' order by work_id)) from work_search t
             ) as all_tables (place, hash) order by place",
        )
        .fetch_all(&site.services.db)
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn the_same_seed_gives_the_same_rows() {
        let (one, two, other) = tokio::join!(TestSite::new(), TestSite::new(), TestSite::new());
        for (site, seed) in [(&one, 1), (&two, 1), (&other, 2)] {
            let size = scale(&Cx::system(site.services.clone()), 2000, seed)
                .await
                .unwrap();
            assert_eq!((size.editions, size.copies), (2000, 1000));
        }
        let first = hashes(&one).await;
        assert!(first.iter().all(Option::is_some), "{first:?}");
        assert_eq!(first, hashes(&two).await);
        assert_ne!(first, hashes(&other).await);
        // Ids given out afterwards are free ones.
        one.member("ann").await;
        let found: i64 = sqlx::query_scalar("select count(*) from work_search where copies > 0")
            .fetch_one(&one.services.db)
            .await
            .unwrap();
        assert!(found > 100, "{found}");
    }
}
