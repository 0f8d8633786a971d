//! `seed --scale N`: N editions with works, authors, readers and copies, the same
//! for the same seed, loaded by COPY.

use std::fmt::Write;

use dogear_domain::fields::{slugify, title_key, without_article};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::PgConnection;

use super::words::{author, title, zipf};
use crate::{Cx, Result};

/// What was loaded.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    pub authors: usize,
    pub works: usize,
    pub editions: usize,
    pub readers: usize,
    pub copies: usize,
}

const LANGUAGES: &[&str] = &["en", "de", "fr", "es", "it", "pl", "pt", "nl", "sv", "cs"];
const FORMATS: &[&str] = &["paperback", "hardback", "mass-market", "large-print", "other"];
const CITIES: &[&str] = &["Edinburgh", "Glasgow", "Perth", "Dundee", "Leith", "Stirling", "Aberdeen", "Inverness"];
const DEFECTS: &[&str] = &["", "inscription", "sunned-spine", "notes-inside", "highlighting"];
/// Rows per COPY message.
const CHUNK: usize = 20_000;

/// Loads `editions` editions into an empty catalogue and builds the search rows.
///
/// # Errors
/// When the database refuses; nothing is kept then.
pub async fn scale(cx: &Cx, editions: usize, seed: u64) -> Result<Scale> {
    let mut tx = cx.begin().await?;
    sqlx::query("set local statement_timeout = 0; ").execute(&mut *tx).await?;
    sqlx::query("set local idle_in_transaction_session_timeout = 0").execute(&mut *tx).await?;
    let mut random = StdRng::seed_from_u64(seed);
    let size = Scale {
        authors: (editions / 4).max(10),
        works: (editions * 7 / 10).max(1),
        editions,
        readers: (editions / 50).clamp(40, 20_000),
        copies: editions / 2,
    };
    let genres: Vec<String> = sqlx::query_scalar("select slug from genres order by position")
        .fetch_all(&mut *tx)
        .await?;
    let base = Base::read(&mut tx).await?;

    let names: Vec<String> = (0..size.authors).map(|n| format!("{} {n}", author(&mut random))).collect();
    load(&mut tx, "copy authors (id, name, sort_name, name_key) from stdin", size.authors, |row, n| {
        let name = &names[n];
        let _ = writeln!(row, "{}\t{name}\t{name}\t{}", base.authors + n as i64 + 1, title_key(name));
    })
    .await?;

    let mut writers = Vec::with_capacity(size.works);
    load(&mut tx, "copy works (id, title, title_key, slug, language, first_year, genre, author_line, author_key) from stdin", size.works, |row, n| {
        let title = title(&mut random);
        let writer = zipf(&mut random, size.authors);
        writers.push(writer);
        let language = LANGUAGES[zipf(&mut random, LANGUAGES.len())];
        let genre = genres.get(zipf(&mut random, genres.len().max(1))).map_or("\\N", String::as_str);
        let year = 2024 - zipf(&mut random, 300);
        let name = &names[writer];
        let _ = writeln!(
            row,
            "{}\t{title}\t{}\t{}\t{language}\t{year}\t{genre}\t{name}\t{}",
            base.works + n as i64 + 1,
            title_key(&title),
            slugify(&title),
            title_key(name),
        );
    })
    .await?;
    load(&mut tx, "copy work_authors (work_id, author_id, position) from stdin", size.works, |row, n| {
        let _ = writeln!(row, "{}\t{}\t1", base.works + n as i64 + 1, base.authors + writers[n] as i64 + 1);
    })
    .await?;

    let mut works = Vec::with_capacity(size.editions);
    load(&mut tx, "copy editions (id, work_id, isbn13, format, publisher, year, pages, language) from stdin", size.editions, |row, n| {
        // Each work has one edition; the rest go to works that are much printed.
        let work = if n < size.works { n } else { zipf(&mut random, size.works) };
        works.push(work);
        let isbn = if n % 10 == 9 { "\\N".to_owned() } else { isbn13(n as u64) };
        let _ = writeln!(
            row,
            "{}\t{}\t{isbn}\t{}\tDemo Press\t{}\t{}\t{}",
            base.editions + n as i64 + 1,
            base.works + work as i64 + 1,
            FORMATS[zipf(&mut random, FORMATS.len())],
            2024 - zipf(&mut random, 60),
            random.random_range(60..900),
            LANGUAGES[zipf(&mut random, LANGUAGES.len())],
        );
    })
    .await?;

    load(&mut tx, "copy users (id, handle, handle_key, email, email_key, email_verified_at, password_hash, display_name, city, country) from stdin", size.readers, |row, n| {
        let id = base.users + n as i64 + 1;
        let city = CITIES[zipf(&mut random, CITIES.len())];
        let _ = writeln!(
            row,
            "{id}\tscale_{id}\tscale_{id}\tscale_{id}@readers.example\tscale_{id}@readers.example\t2026-01-01 00:00:00+00\t!\tReader {id}\t{city}\tGB"
        );
    })
    .await?;

    let mut owners = Vec::with_capacity(size.copies);
    load(&mut tx, "copy copies (id, edition_id, work_id, owner_id, grade, defects, note, state, listed_at) from stdin", size.copies, |row, n| {
        let edition = zipf(&mut random, size.editions);
        let owner = base.users + random.random_range(0..size.readers) as i64 + 1;
        owners.push(owner);
        let listed = random.random_range(0..10) < 8;
        let _ = writeln!(
            row,
            "{}\t{}\t{}\t{owner}\t{}\t{{{}}}\t{}\t{}\t{}",
            base.copies + n as i64 + 1,
            base.editions + edition as i64 + 1,
            base.works + works[edition] as i64 + 1,
            6 - zipf(&mut random, 6),
            DEFECTS[zipf(&mut random, DEFECTS.len())],
            if n % 3 == 0 { "Read once, kept dry." } else { "" },
            if listed { "listed" } else { "owned" },
            if listed { format!("2026-0{}-1{} 12:00:00+00", n % 9 + 1, n % 10) } else { "\\N".into() },
        );
    })
    .await?;
    load(&mut tx, "copy copy_history (copy_id, to_user, kind) from stdin", size.copies, |row, n| {
        let _ = writeln!(row, "{}\t{}\tadded", base.copies + n as i64 + 1, owners[n]);
    })
    .await?;
    for statement in [
        "select setval(pg_get_serial_sequence('authors', 'id'), (select max(id) from authors))",
        "select setval(pg_get_serial_sequence('works', 'id'), (select max(id) from works))",
        "select setval(pg_get_serial_sequence('editions', 'id'), (select max(id) from editions))",
        "select setval(pg_get_serial_sequence('users', 'id'), (select max(id) from users))",
        "select setval(pg_get_serial_sequence('copies', 'id'), (select max(id) from copies))",
    ] {
        sqlx::query(statement).execute(&mut *tx).await?;
    }
    crate::search::refresh_all(&mut tx).await?;
    tx.commit().await?;
    for statement in ["analyze", "vacuum work_search"] {
        let mut connection = cx.db().acquire().await?;
        sqlx::query("set statement_timeout = 0").execute(&mut *connection).await?;
        sqlx::query(statement).execute(&mut *connection).await?;
        sqlx::query("set statement_timeout = '5s'").execute(&mut *connection).await?;
    }
    Ok(size)
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
        Ok(Self { authors, works, editions, users, copies })
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
fn isbn13(n: u64) -> String {
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
    use super::isbn13;

    #[test]
    fn generated_isbns_have_a_right_check_digit() {
        for n in [0, 1, 99, 12_345_678] {
            assert!(dogear_domain::isbn::Isbn13::parse(&isbn13(n)).is_ok(), "{}", isbn13(n));
        }
    }
}
