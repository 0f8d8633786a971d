//! Search in catalogues of several sizes: questions of every kind, one after the other,
//! beside a look-up by primary key through the same pool.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dogear_server::catalogue::bulk::{self, Reject, Watch};
use dogear_server::catalogue::lookup;
use dogear_server::search::{Browse, Query, plans, suggest};
use dogear_server::{Cx, Services, seed};
use serde::Serialize;

use super::database::{self, Database};
use super::report::quantile;
use super::{relevance, report};
use dogear::commands::Failure;
use dogear::commands::platform::Platform;
use dogear::config::Config;

/// Questions of each kind.
const QUESTIONS: usize = 200;

/// One kind of question at one size. Times in milliseconds.
#[derive(Debug, Clone, Serialize)]
struct Row {
    kind: &'static str,
    p50_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    /// The look-up by primary key, measured before and after.
    pk_p95_ms: f64,
}

/// Measures every size and prints a table for each.
///
/// # Errors
/// When something does not start, load or answer.
pub(super) async fn run(config: &Config, sizes: &[usize], out: &Path) -> Result<(), Failure> {
    for &editions in sizes {
        let (database, is_new) =
            database::open(config, &format!("dogear_search_{editions}")).await?;
        let measured = size(config, &database, editions, is_new, out).await;
        database.stop().await;
        measured?;
    }
    Ok(())
}

async fn size(
    config: &Config,
    database: &Database,
    editions: usize,
    is_new: bool,
    out: &Path,
) -> Result<(), Failure> {
    let sized = database.config(config);
    let platform = Platform::start(&sized).await?;
    platform.migrate().await?;
    std::fs::create_dir_all(out)?;
    let services = platform.services(&sized, "http://127.0.0.1".parse()?)?;
    if is_new {
        fill(&services, &config.data_dir.join("bench"), editions).await?;
    }
    let (rows, slowest) = measure(&services).await?;
    println!("\nsearch in {editions} editions, times in ms");
    println!(
        "{:<26} {:>8} {:>8} {:>8} {:>8}",
        "kind", "p50", "p95", "p99", "of pk"
    );
    for row in &rows {
        println!(
            "{:<26} {:>8.2} {:>8.2} {:>8.2} {:>7.0}x",
            row.kind,
            row.p50_ms,
            row.p95_ms,
            row.p99_ms,
            row.p95_ms / row.pk_p95_ms
        );
    }
    sizes(&services).await?;
    let cx = Cx::system(Arc::clone(&services));
    relevance::report(&cx).await?;
    let file = out.join(format!("search-{editions}-plans.txt"));
    worst(&cx, slowest, &file).await?;
    std::fs::write(
        out.join(format!("search-{editions}.json")),
        serde_json::to_vec_pretty(&rows)?,
    )?;
    drop(services);
    platform.stop().await;
    Ok(())
}

struct Steps {
    start: Instant,
}

impl Watch for Steps {
    fn step(&mut self, name: &str, _: u64) {
        println!("  {:>6.1} s: {name}", self.start.elapsed().as_secs_f64());
    }
    fn at(&mut self, _: u64) {}
    fn reject(&mut self, _: &Path, _: &Reject) {}
}

/// Generates dumps, imports them, and puts half as many copies on shelves.
async fn fill(services: &Arc<Services>, folder: &Path, editions: usize) -> Result<(), Failure> {
    let cx = Cx::system(Arc::clone(services));
    let files = seed::generate(&folder.join("dumps"), editions, 1)?;
    println!("importing {editions} editions");
    let start = Instant::now();
    let before = report::resident_kib();
    let counts = bulk::import(&cx, &files, &bulk::Options::default(), &mut Steps { start }).await?;
    let time = start.elapsed().as_secs_f64();
    println!(
        "  imported {} editions, {} works, {} authors in {time:.1} s: {:.0} editions/s; memory {:.0} MB before, {:.0} MB after",
        counts.new_editions,
        counts.new_works,
        counts.new_authors,
        counts.editions as f64 / time,
        before as f64 / 1024.0,
        report::resident_kib() as f64 / 1024.0,
    );
    let start = Instant::now();
    seed::shelves(&cx, editions / 2, 1).await?;
    println!(
        "  {} copies on shelves in {:.1} s",
        editions / 2,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// A question, and how long its answer took.
struct Slow {
    kind: &'static str,
    question: String,
    time: Duration,
}

/// Questions whose plans are written down.
const WORST: usize = 10;

/// Writes the slowest questions into `file`, each with its statements and how the database
/// went about them.
async fn worst(cx: &Cx, mut slowest: Vec<Slow>, file: &Path) -> Result<(), Failure> {
    let mut text = String::new();
    println!("slowest questions, with plans in {}", file.display());
    slowest.sort_by_key(|slow| std::cmp::Reverse(slow.time));
    for slow in slowest.into_iter().take(WORST) {
        let line = format!(
            "{:>8.2} ms  {}: {}",
            slow.time.as_secs_f64() * 1000.0,
            slow.kind,
            slow.question
        );
        println!("  {line}");
        text.push_str(&line);
        text.push('\n');
        for (part, plan) in plans(cx, &query(&slow.question)).await? {
            let _ = write!(text, "\n{part}\n{plan}\n");
        }
        text.push('\n');
    }
    std::fs::write(file, text)?;
    Ok(())
}

async fn measure(services: &Arc<Services>) -> Result<(Vec<Row>, Vec<Slow>), Failure> {
    let cx = Cx::system(Arc::clone(services));
    let browse = Browse::default();
    // The caches of the database, and the statements' plans.
    for q in questions(services, "exact title").await?.iter().take(20) {
        ask(&cx, &browse, q).await?;
    }
    let mut rows = Vec::new();
    let mut slowest: Vec<Slow> = Vec::new();
    for kind in [
        "exact title",
        "two common words",
        "rare word",
        "typo",
        "prefix of 2 letters",
        "prefix of 5 letters",
        "author",
        "isbn",
        "stop words only",
        "no hit",
        "broad term, all facets",
        "no text",
    ] {
        let asked = questions(services, kind).await?;
        let before = primary_key(services).await?;
        let mut times = Vec::with_capacity(asked.len());
        for question in &asked {
            let start = Instant::now();
            ask(&cx, &browse, question).await?;
            times.push(start.elapsed());
        }
        let after = primary_key(services).await?;
        // The slowest of each kind at most: else one kind would be all there is to see.
        let slow = times.iter().zip(&asked).max_by_key(|(time, _)| **time);
        slowest.extend(slow.map(|(time, question)| Slow {
            kind,
            question: question.clone(),
            time: *time,
        }));
        rows.push(row(kind, times, f64::midpoint(before, after)));
    }
    for (kind, letters, everything) in [
        ("shelf look-up, 2 letters", 2, false),
        ("shelf look-up, 5 letters", 5, false),
        ("typeahead, 2 letters", 2, true),
        ("typeahead, 5 letters", 5, true),
    ] {
        let before = primary_key(services).await?;
        let mut times = Vec::new();
        for question in questions(services, "exact title").await? {
            let text: String = question.chars().take(letters).collect();
            let start = Instant::now();
            if everything {
                suggest(&cx, &text).await?;
            } else {
                lookup(&cx, &text).await?;
            }
            times.push(start.elapsed());
        }
        let after = primary_key(services).await?;
        rows.push(row(kind, times, f64::midpoint(before, after)));
    }
    Ok((rows, slowest))
}

/// Answers a question without remembered counts.
async fn ask(cx: &Cx, browse: &Browse, question: &str) -> Result<(), Failure> {
    browse.forget();
    browse.find(cx, query(question)).await?;
    Ok(())
}

/// The pairs of an address, or what was typed.
fn query(question: &str) -> Query {
    if question.starts_with("q=") || question.is_empty() {
        Query::from_pairs(url::form_urlencoded::parse(question.as_bytes()))
    } else {
        Query {
            q: question.to_owned(),
            page: 1,
            ..Query::default()
        }
    }
}

/// Questions of a kind, drawn from what there is: always the same for the same data.
async fn questions(services: &Services, kind: &'static str) -> Result<Vec<String>, Failure> {
    let sample = |column: &'static str| {
        format!(
            "select {column} from work_search where copies > 0 and work_id % 97 = 3 order by work_id limit {QUESTIONS}"
        )
    };
    let sql = match kind {
        "exact title" => sample("title"),
        "author" => sample("author_line"),
        "prefix of 2 letters" => sample("left(title_key, 2)"),
        "prefix of 5 letters" => sample("left(title_key, 5)"),
        "isbn" => format!(
            "select isbn13::text from editions where isbn13 is not null and id % 97 = 3 order by id limit {QUESTIONS}"
        ),
        "rare word" => format!(
            "select word from search_words where char_length(word) > 8 order by md5(word) limit {QUESTIONS}"
        ),
        // Two neighbouring letters change places.
        "typo" => format!(
            "select left(word, 2) || substr(word, 4, 1) || substr(word, 3, 1) || substr(word, 5)
             from search_words where char_length(word) > 7 and word ~ '^[a-z]+$'
                 and substr(word, 3, 1) <> substr(word, 4, 1) order by md5(word) limit {QUESTIONS}"
        ),
        "two common words" | "broad term, all facets" => {
            let words = [
                "night", "house", "river", "city", "garden", "winter", "letter", "island",
                "summer", "light", "last", "long", "hidden", "little", "quiet",
            ];
            let pairs = words.iter().flat_map(|one| {
                words
                    .iter()
                    .filter(move |other| one < *other)
                    .map(move |other| (one, other))
            });
            let all: Vec<String> = if kind == "two common words" {
                pairs.map(|(one, other)| format!("{one} {other}")).collect()
            } else {
                pairs
                    .map(|(one, _)| {
                        format!("q={one}&genre=novels&genre=crime&language=en&format=paperback&grade=fair&near=Edinburgh")
                    })
                    .collect()
            };
            return Ok(all.into_iter().cycle().take(QUESTIONS).collect());
        }
        "stop words only" => {
            let all = ["the", "the of", "of the", "and the", "a in", "the and of"];
            return Ok(all
                .map(str::to_owned)
                .into_iter()
                .cycle()
                .take(QUESTIONS)
                .collect());
        }
        "no text" => return Ok(vec![String::new(); QUESTIONS]),
        _ => {
            return Ok((0..QUESTIONS)
                .map(|n| format!("qqxz{n}wwvk jjqz{n}"))
                .collect());
        }
    };
    // Built of constants only.
    Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_all(&services.db)
        .await?)
}

/// The p95 of looking up a work by its number, in milliseconds.
async fn primary_key(services: &Services) -> Result<f64, Failure> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "select work_id from work_search where work_id % 89 = 5 order by work_id limit 200",
    )
    .fetch_all(&services.db)
    .await?;
    let mut times = Vec::with_capacity(ids.len());
    for id in ids {
        let start = Instant::now();
        let _: (String, String) =
            sqlx::query_as("select title, author_line from works where id = $1")
                .bind(id)
                .fetch_one(&services.db)
                .await?;
        times.push(start.elapsed());
    }
    Ok(quantile(&mut times, 0.95))
}

fn row(kind: &'static str, mut times: Vec<Duration>, pk_p95_ms: f64) -> Row {
    Row {
        kind,
        p50_ms: quantile(&mut times, 0.5),
        p95_ms: quantile(&mut times, 0.95),
        p99_ms: quantile(&mut times, 0.99),
        pk_p95_ms,
    }
}

/// How large tables and indexes are.
async fn sizes(services: &Services) -> Result<(), Failure> {
    let sizes: Vec<(String, i64, i64)> = sqlx::query_as(
        "select relname::text, pg_table_size(oid), pg_indexes_size(oid) from pg_class
         where relname in ('works', 'editions', 'authors', 'work_authors', 'work_search', 'search_words')
         order by pg_total_relation_size(oid) desc",
    )
    .fetch_all(&services.db)
    .await?;
    for (table, rows, indexes) in sizes {
        println!(
            "  {table:<14} {:>7.1} MB, its indexes {:>7.1} MB",
            rows as f64 / 1e6,
            indexes as f64 / 1e6
        );
    }
    Ok(())
}
