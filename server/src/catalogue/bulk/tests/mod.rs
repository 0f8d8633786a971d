//! Imports into a real database: what is merged, what is left alone, what survives.

mod identity;
mod kinds;

use std::path::{Path, PathBuf};

use dogear_domain::grade::Grade;

use super::{Counts, Options, Reject, Watch, import};
use crate::Error;
use crate::search::tests::library::{list, load};
use crate::seed;
use crate::testing::TestSite;

/// Remembers steps and rejects; stops the import after a number of looks.
#[derive(Default)]
struct Notes {
    steps: Vec<String>,
    rejects: Vec<u64>,
}

impl Watch for Notes {
    fn step(&mut self, name: &str, _: u64) {
        self.steps.push(name.to_owned());
    }
    fn at(&mut self, _: u64) {}
    fn reject(&mut self, _: &Path, reject: &Reject) {
        self.rejects.push(reject.number);
    }
}

fn dump(folder: &Path, name: &str, lines: &[(&str, &str, &str)]) -> PathBuf {
    let path = folder.join(name);
    let text: String = lines
        .iter()
        .map(|(kind, key, json)| format!("/type/{kind}\t{key}\t1\t2026-01-01\t{json}\n"))
        .collect();
    std::fs::write(&path, text).unwrap();
    path
}

async fn run(site: &TestSite, files: &[PathBuf]) -> Counts {
    import(
        &site.visitor(),
        files,
        &Options::default(),
        &mut Notes::default(),
    )
    .await
    .unwrap()
}

async fn count(site: &TestSite, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql)
        .fetch_one(&site.services.db)
        .await
        .unwrap()
}

/// A hash over what the catalogue says, whatever its ids.
async fn catalogue(site: &TestSite) -> (String, i64, i64) {
    sqlx::query_as(
        "select (select md5(string_agg(row, E'\\n' order by row)) from (
             select concat_ws('|', w.title, w.author_line, w.language, w.first_year, e.isbn13, e.title,
                 e.format, e.publisher, e.year, e.pages, e.language) as row
             from editions e join works w on w.id = e.work_id) r),
           (select count(*) from works), (select count(*) from work_search)",
    )
    .fetch_one(&site.services.db)
    .await
    .unwrap()
}

#[tokio::test]
async fn records_are_joined_to_what_is_known_and_copies_stay() {
    let site = TestSite::new().await;
    load(&site).await;
    let ana = site.member("ana").await;
    let copy = list(&site, &ana, "Emma", Grade::Good).await;
    let (works, editions) = (
        count(&site, "select count(*) from works").await,
        count(&site, "select count(*) from editions").await,
    );
    let folder = tempfile::tempdir().unwrap();
    let files = [
        // Editions first: the order of the files does not matter.
        dump(
            folder.path(),
            "editions.txt",
            &[
                // Known by its number; what was empty is completed.
                (
                    "edition",
                    "/books/OL1M",
                    r#"{"title":"Emma","works":[{"key":"/works/OL1W"}],"isbn_13":["978-0-14-143958-7"],"publishers":["Penguin"],"number_of_pages":512}"#,
                ),
                // Another edition of the known work, through a redirected work.
                (
                    "edition",
                    "/books/OL2M",
                    r#"{"title":"Emma","works":[{"key":"/works/OL9W"}],"isbn_10":["0061054887"],"languages":[{"key":"/languages/eng"}]}"#,
                ),
                // The same number twice is one edition.
                (
                    "edition",
                    "/books/OL3M",
                    r#"{"title":"Emma again","works":[{"key":"/works/OL1W"}],"isbn_13":["9780061054884"]}"#,
                ),
                // A work that nobody knows; no number.
                (
                    "edition",
                    "/books/OL4M",
                    r#"{"title":"Der Streit","works":[{"key":"/works/OL2W"}],"languages":[{"key":"/languages/ger"}],"publish_date":"1999"}"#,
                ),
                // Without a work in the source: it brings its own.
                (
                    "edition",
                    "/books/OL5M",
                    r#"{"title":"Alone","authors":[{"key":"/authors/OL2A"}],"isbn_13":["9780306406157"]}"#,
                ),
                // Its work is nowhere.
                (
                    "edition",
                    "/books/OL6M",
                    r#"{"title":"Lost","works":[{"key":"/works/OL77W"}]}"#,
                ),
                (
                    "edition",
                    "/books/OL7M",
                    r#"{"title":"Wrong","works":[{"key":"/works/OL1W"}],"isbn_13":["9780141439588"]}"#,
                ),
            ],
        ),
        dump(
            folder.path(),
            "works.txt",
            &[
                (
                    "work",
                    "/works/OL1W",
                    r#"{"title":"Emma","authors":[{"author":{"key":"/authors/OL8A"}}]}"#,
                ),
                ("redirect", "/works/OL9W", r#"{"location":"/works/OL1W"}"#),
                (
                    "work",
                    "/works/OL2W",
                    r#"{"title":"Der Streit","authors":[{"author":{"key":"/authors/OL2A"}}],"subjects":["Drama"]}"#,
                ),
                // The same work under another key, its case aside.
                (
                    "work",
                    "/works/OL3W",
                    r#"{"title":"DER STREIT","authors":[{"author":{"key":"/authors/OL2A"}}]}"#,
                ),
                ("work", "/works/OL4W", r#"{"title":"Poems"}"#),
                ("work", "/works/OL5W", r#"{"title":"Poems"}"#),
            ],
        ),
        dump(
            folder.path(),
            "authors.txt",
            &[
                ("author", "/authors/OL1A", r#"{"name":"Jane AUSTEN"}"#),
                (
                    "redirect",
                    "/authors/OL8A",
                    r#"{"location":"/authors/OL1A"}"#,
                ),
                ("author", "/authors/OL2A", r#"{"name":"Zoë Unknown"}"#),
            ],
        ),
    ];
    let mut notes = Notes::default();
    let dry_run = Options {
        dry_run: true,
        ..Options::default()
    };
    let dry = import(&site.visitor(), &files, &dry_run, &mut notes)
        .await
        .unwrap();
    assert_eq!(notes.rejects, [7]);
    assert_eq!(count(&site, "select count(*) from works").await, works);
    let done = run(&site, &files).await;
    assert_eq!(
        (dry.new_works, dry.new_editions, dry.new_authors),
        (done.new_works, done.new_editions, done.new_authors)
    );
    // Der Streit, Alone, and two works called Poems.
    assert_eq!((done.new_works, done.new_authors), (4, 1));
    // One of them has a damaged number, and is taken without it (O01).
    assert_eq!((done.new_editions, done.without_work), (4, 1));
    assert_eq!(done.damaged_isbns, 1);
    assert_eq!(count(&site, "select count(*) from works").await, works + 4);
    assert_eq!(
        count(&site, "select count(*) from editions").await,
        editions + 4
    );
    let emma: (String, Option<i32>, i64) = sqlx::query_as(
        "select publisher, pages, (select count(*) from editions o where o.work_id = e.work_id)
         from editions e where isbn13 = '9780141439587'",
    )
    .fetch_one(&site.services.db)
    .await
    .unwrap();
    assert_eq!(emma, ("Penguin".into(), Some(512), 3));
    let streit: (String, String, String) =
        sqlx::query_as("select language, genre, author_line from works where title = 'Der Streit'")
            .fetch_one(&site.services.db)
            .await
            .unwrap();
    assert_eq!(streit, ("de".into(), "plays".into(), "Zoë Unknown".into()));
    let of: String = sqlx::query_scalar(
        "select w.title from copies c join works w on w.id = c.work_id where c.id = $1 and c.state = 'listed'",
    )
    .bind(copy)
    .fetch_one(&site.services.db)
    .await
    .unwrap();
    assert_eq!(of, "Emma");

    // Again: everything is known.
    let before = catalogue(&site).await;
    let again = run(&site, &files).await;
    assert_eq!(
        (again.new_works, again.new_editions, again.new_authors),
        (0, 0, 0)
    );
    assert_eq!(catalogue(&site).await, before);
}

#[tokio::test]
async fn an_import_that_is_dropped_anywhere_ends_as_one_that_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let files = seed::generate(folder.path(), 6_000, 3).unwrap();
    let (whole, broken) = (TestSite::new().await, TestSite::new().await);
    let counts = run(&whole, &files).await;
    assert_eq!(counts.editions, 6_000);
    let mut interrupted = 0;
    let mut wait = 20;
    let last = loop {
        let cx = broken.visitor();
        let mut notes = Notes::default();
        let options = Options::default();
        let work = import(&cx, &files, &options, &mut notes);
        match tokio::time::timeout(std::time::Duration::from_millis(wait), work).await {
            Ok(Ok(counts)) => break counts,
            // The dropped connection holds the lock until the database has noticed.
            Ok(Err(Error::Conflict(_))) => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            Ok(Err(error)) => panic!("{error}"),
            Err(_) => interrupted += 1,
        }
        wait += wait / 3;
    };
    assert!(interrupted > 3, "{interrupted}");
    assert_eq!(last.editions, counts.editions);
    assert_eq!(catalogue(&broken).await, catalogue(&whole).await);
    assert_eq!(
        count(&broken, "select count(*) from staged_editions").await,
        0
    );
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named_and_another_import_is_not_overtaken() {
    let site = TestSite::new().await;
    let missing = [PathBuf::from("/nonexistent/dump.txt.gz")];
    let refused = import(
        &site.visitor(),
        &missing,
        &Options::default(),
        &mut Notes::default(),
    )
    .await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");

    let folder = tempfile::tempdir().unwrap();
    let one = [dump(
        folder.path(),
        "a.txt",
        &[("author", "/authors/OL1A", r#"{"name":"A B"}"#)],
    )];
    sqlx::query("insert into catalogue_imports (fingerprint, step) values ('other', 'works')")
        .execute(&site.services.db)
        .await
        .unwrap();
    let refused = import(
        &site.visitor(),
        &one,
        &Options::default(),
        &mut Notes::default(),
    )
    .await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
}

#[tokio::test]
async fn an_isbn_that_was_merged_away_is_not_entered_anew() {
    let site = TestSite::new().await;
    load(&site).await;
    let editions = count(&site, "select count(*) from editions").await;
    sqlx::query(
        "insert into merged_isbns (isbn13, edition_id)
         select '9780306406157', id from editions where isbn13 = '9780141439587'",
    )
    .execute(&site.services.db)
    .await
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let files = [
        dump(
            folder.path(),
            "editions.txt",
            &[(
                "edition",
                "/books/OL1M",
                r#"{"title":"Emma","works":[{"key":"/works/OL1W"}],"isbn_13":["9780306406157"],"number_of_pages":512}"#,
            )],
        ),
        dump(
            folder.path(),
            "works.txt",
            &[("work", "/works/OL1W", r#"{"title":"Emma"}"#)],
        ),
    ];
    run(&site, &files).await;
    assert_eq!(
        count(&site, "select count(*) from editions").await,
        editions
    );
    let led = "select count(*) from editions e join edition_sources s on s.edition_id = e.id
         where e.isbn13 = '9780141439587' and e.pages = 512 and s.key = '/books/OL1M'";
    assert_eq!(count(&site, led).await, 1);
}
