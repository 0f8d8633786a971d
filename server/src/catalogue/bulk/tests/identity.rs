//! Which records are one work: title with subtitle and volume, and all authors.

use super::*;

fn table(folder: &Path, name: &str, rows: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let text = format!(
        "title,subtitle,author,isbn,publisher\n{}\n",
        rows.join("\n")
    );
    std::fs::write(&path, text).unwrap();
    path
}

async fn titles(site: &TestSite) -> Vec<String> {
    sqlx::query_scalar("select concat_ws(': ', title, nullif(subtitle, '')) from works order by id")
        .fetch_all(&site.services.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn f03_volumes_subtitles_and_authors_tell_works_apart() {
    let site = TestSite::new().await;
    let folder = tempfile::tempdir().unwrap();
    let files = [table(
        folder.path(),
        "a.csv",
        &[
            "A Thousand Rivers,the first step,Ida Moor,9781900001045,Slow Harbour",
            "A Thousand Rivers,the first war,Ida Moor,9780807083697,Slow Harbour",
            "A Thousand Rivers,the second bridge,Ida Moor,,Slow Harbour",
            "A Thousand Rivers,the third bridge,Ida Moor,,Slow Harbour",
            "A Thousand Rivers,,Ida Moor,9780141439587,Slow Harbour",
            // The same again, from another house.
            "A THOUSAND RIVERS,The First War,Ida Moor,9780061054884,Quick Harbour",
            "A Thousand Rivers: the first war,,Ida Moor,9780306406157,Quick Harbour",
            "\"Study Guide, volume 1\",,Jo Lund,,",
            "\"Study Guide, volume 2\",,Jo Lund,,",
            "Study Guide,European history,Jo Lund;Ida Moor,,",
            "Study Guide,European history,Jo Lund;Ann Reed,,",
            "C Primer Plus,,Stephen Prata,,",
            "C++ Primer Plus,,Stephen Prata,,",
        ],
    )];
    let dry_run = Options {
        dry_run: true,
        ..Options::default()
    };
    let dry = import(&site.visitor(), &files, &dry_run, &mut Notes::default())
        .await
        .unwrap();
    let done = run(&site, &files).await;
    assert_eq!((dry.new_works, dry.new_editions), (11, 13));
    assert_eq!((done.new_works, done.new_editions), (11, 13));
    let first_war = "select count(*) from editions e join works w on w.id = e.work_id
         where w.title || ': ' || w.subtitle ilike 'a thousand rivers: the first war'
            or w.title ilike 'a thousand rivers: the first war'";
    assert_eq!(count(&site, first_war).await, 3);
    for words in ["first war", "second bridge", "european history", "volume 2"] {
        let found = crate::catalogue::lookup(&site.visitor(), words)
            .await
            .unwrap();
        assert!(!found.editions.is_empty(), "{words}");
    }

    // Again, and under other numbers: nothing is new.
    let again = run(&site, &files).await;
    assert_eq!((again.new_works, again.new_editions), (0, 0));
    let other = [table(
        folder.path(),
        "b.csv",
        &[
            "a thousand rivers,THE FIRST STEP,Ida Moor,9780441172719,Ace",
            "A Thousand Rivers,the fourth bridge,Ida Moor,9780156027601,Ace",
            "C# Primer Plus,,Stephen Prata,,Ace",
        ],
    )];
    let more = run(&site, &other).await;
    assert_eq!((more.new_works, more.known_works), (2, 1));
    assert_eq!(titles(&site).await.len(), 13);
}

/// Each title with its key without a place in a series.
async fn alone(site: &TestSite) -> Vec<(String, Option<String>)> {
    sqlx::query_as("select title, alone_key from works order by alone_key, title")
        .fetch_all(&site.services.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn f01_works_are_known_without_their_place_in_a_series() {
    let site = TestSite::new().await;
    let folder = tempfile::tempdir().unwrap();
    let titles = [
        "Locks (Canals, #1)",
        "Locks & Bridges (Canals, #2; Harbours, #1)",
        "L’Étang d’Émile (Les étangs #0.5)",
        "The Third's Boat (Canals, #1-3) ",
        "Weirs (#2)",
        "Weirs (1965)",
        "Weirs (Canals)",
        "?! (Canals, #9)",
        "Weirs (Canals, #x)",
    ];
    let rows: Vec<String> = titles
        .iter()
        .map(|title| format!("\"{title}\",,Petra Oakes,,"))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let done = run(&site, &[table(folder.path(), "a.csv", &rows)]).await;
    assert_eq!(done.new_works, 9);
    let known = alone(&site).await;
    let keys: Vec<&str> = known.iter().filter_map(|(_, key)| key.as_deref()).collect();
    assert_eq!(
        keys,
        [
            "?!",
            "letang demile",
            "locks",
            "locks and bridges",
            "the thirds boat"
        ]
    );
    // What was there before is given the same by the database alone, but for titles without a
    // letter.
    let db = &site.services.db;
    sqlx::query("update works set alone_key = null")
        .execute(db)
        .await
        .unwrap();
    sqlx::raw_sql(include_str!(
        "../../../../../migrations/20261129060200_note_titles_without_series.sql"
    ))
    .execute(db)
    .await
    .unwrap();
    let mut expected: Vec<_> = known
        .into_iter()
        .map(|(title, key)| (title, key.filter(|key| key != "?!")))
        .collect();
    let mut found = alone(&site).await;
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn f03_an_edition_keeps_a_subtitle_of_its_own() {
    let site = TestSite::new().await;
    let folder = tempfile::tempdir().unwrap();
    let files = [
        dump(
            folder.path(),
            "works.txt",
            &[("work", "/works/OL1W", r#"{"title":"Rivers"}"#)],
        ),
        dump(
            folder.path(),
            "editions.txt",
            &[
                (
                    "edition",
                    "/books/OL1M",
                    r#"{"title":"Rivers","subtitle":"the first war","works":[{"key":"/works/OL1W"}],"publishers":["Ace"]}"#,
                ),
                (
                    "edition",
                    "/books/OL2M",
                    r#"{"title":"Rivers","subtitle":"the second bridge","works":[{"key":"/works/OL1W"}],"publishers":["Ace"]}"#,
                ),
            ],
        ),
    ];
    let done = run(&site, &files).await;
    assert_eq!((done.new_works, done.new_editions), (1, 2));
    let kept = "select count(distinct subtitle) from editions where subtitle <> ''";
    assert_eq!(count(&site, kept).await, 2);
    for words in ["rivers first war", "second bridge"] {
        let found = crate::catalogue::lookup(&site.visitor(), words)
            .await
            .unwrap();
        assert!(!found.editions.is_empty(), "{words}");
    }
    let again = run(&site, &files).await;
    assert_eq!((again.new_works, again.new_editions), (0, 0));
}
