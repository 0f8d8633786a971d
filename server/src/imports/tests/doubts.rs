//! What a row and the catalogue say differently is a question.

use dogear_domain::imports::Outcome::{Doubtful, Duplicate, Enter, New};

use super::*;

/// What the rows of a file are taken for, in order.
async fn kinds(site: &TestSite, cx: &Cx, file: &str) -> (ImportId, Vec<Outcome>) {
    let import = uploaded(site, cx, file).await;
    let rows = outcomes(cx, import).await;
    (import, rows.into_iter().map(|row| row.1).collect())
}

async fn titles(cx: &Cx) -> Vec<String> {
    sqlx::query_scalar(
        "select w.title from copies c join works w on w.id = c.work_id
         where c.owner_id = $1 order by c.id",
    )
    .bind(cx.actor.as_ref().unwrap().id)
    .fetch_all(cx.db())
    .await
    .unwrap()
}

#[tokio::test]
async fn f01_titles_of_one_folded_key_are_books_of_their_own() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let names = [
        "C",
        "C++",
        "C#",
        "?",
        "!",
        "...",
        "$",
        "+/-",
        "☕",
        "दान",
        "दिन",
        "ハス",
        "バス",
    ];
    let mut file = "Title,Author\n".to_owned();
    for name in names {
        let _ = writeln!(file, "{name},Petra Oakes");
    }
    let (import, found) = kinds(&site, &ann, &file).await;
    assert_eq!(found, [Enter; 13]);
    started(&site, &ann, import).await;
    assert_eq!(titles(&ann).await, names);
    // Each is known from now on, and none is another.
    let ben = site.member("ben").await;
    let (import, found) = kinds(&site, &ben, &file).await;
    assert_eq!(found, [New; 13]);
    started(&site, &ben, import).await;
    assert_eq!(titles(&ben).await, names);
}

#[tokio::test]
async fn f01_a_title_that_differs_by_a_sign_is_asked_about() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    for title in ["C Primer Plus", "Help!", "दान", "L’Étranger"] {
        enter(&ben, title, "Stephen Prata", "").await;
    }
    let file = "Title,Author\n\
        C++ Primer Plus,Stephen Prata\nHelp,Stephen Prata\nदिन,Stephen Prata\nl'etranger,Stephen Prata\n";
    let (import, found) = kinds(&site, &ann, file).await;
    assert_eq!(found, [Doubtful, Doubtful, Doubtful, New]);
    let shown = super::rows(&ann, import, Some(Doubtful), 1).await.unwrap();
    assert_eq!(shown.lines[0].candidates[0].title, "C Primer Plus");
    choose(&ann, import, &[(1, Choice::Enter)]).await.unwrap();
    started(&site, &ann, import).await;
    assert_eq!(titles(&ann).await, ["L’Étranger", "C++ Primer Plus"]);
}

#[tokio::test]
async fn f01_a_place_in_a_series_that_one_side_leaves_out_is_no_question() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    for title in [
        "The Long Canal (Canals, #1)",
        "Locks (Canals, #2)",
        "Locks (Canals, #3)",
        "Weirs",
    ] {
        enter(&ben, title, "Petra Oakes", "").await;
    }
    let file = "Title,Author\n\
        the long canal,\"Oakes, Petra\"\n\
        \"Weirs (Canals, #3)\",Petra Oakes\n\
        Locks,Petra Oakes\n\
        \"The Long Canal (Canals, #4)\",Petra Oakes\n\
        The Long Canal,Ida Moor\n";
    let (_, found) = kinds(&site, &ann, file).await;
    // Of two with that title, and of another place, only the reader can tell.
    assert_eq!(found, [New, New, Doubtful, Doubtful, Doubtful]);
}

#[tokio::test]
async fn f02_a_family_name_alone_is_not_the_author() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    enter(&ben, "Emma", "Jane Austen", "9780141439587").await;
    enter(&ben, "Kindred", "Octavia E. Butler", "9780807083697").await;
    enter(&ben, "Solaris", "Stanisław Lem", "").await;
    let file = "Title,Author,ISBN\n\
        Emma,\"Austen, Charles Gilbert\",\n\
        Emma,\"Austen, Charles Gilbert\",9780141439587\n\
        Kindred,\"Butler, Samuel\",\n\
        Kindred,Butler,\n\
        Solaris,Lem,\n\
        Emma,\"Austen, Jane\",\n\
        Kindred,\"Butler, Octavia E.\",9780807083697\n\
        Solaris,Stanislaw Lem,\n";
    let (_, found) = kinds(&site, &ann, file).await;
    assert_eq!(
        found,
        [
            Doubtful, Doubtful, Doubtful, Doubtful, Doubtful, New, New, New
        ]
    );
}

#[tokio::test]
async fn f04_an_isbn_that_belongs_to_another_book_is_asked_about() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    enter(&ben, "Kindred", "Octavia E. Butler", "9780807083697").await;
    let file = "Title,Author,ISBN\n\
        \"The Long Canal, volume 2\",Petra Oakes,9780807083697\n\
        Kindred,Petra Oakes,9780807083697\n\
        KINDRED (a novel),\"Butler, O. E.\",9780807083697\n\
        ,,0-8070-8369-0\n";
    let (import, found) = kinds(&site, &ann, file).await;
    assert_eq!(found, [Doubtful, Doubtful, New, Duplicate]);
    let shown = super::rows(&ann, import, Some(Doubtful), 1).await.unwrap();
    assert_eq!(
        shown.lines[0].reason,
        "The ISBN belongs to “Kindred” by Octavia E. Butler. Is that your book?"
    );
    assert_eq!(shown.lines[0].candidates.len(), 1);
    choose(&ann, import, &[(1, Choice::Enter)]).await.unwrap();
    started(&site, &ann, import).await;
    assert_eq!(titles(&ann).await, ["Kindred", "The Long Canal, volume 2"]);
    let of: i64 = sqlx::query_scalar(
        "select count(*) from editions e join works w on w.id = e.work_id
         where e.isbn13 is null and w.title = 'The Long Canal, volume 2'",
    )
    .fetch_one(ann.db())
    .await
    .unwrap();
    assert_eq!(of, 1, "the ISBN stays with the other book");
}

#[tokio::test]
async fn f04_volumes_with_the_isbn_of_the_set_are_not_one_book() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let file = "Title,Author,ISBN\n\
        \"The Long Canal, volume 1\",Petra Oakes,9781900001045\n\
        \"The Long Canal, volume 2\",Petra Oakes,9781900001045\n\
        \"The Long Canal, volume 3\",Petra Oakes,9781900001045\n\
        The long canal vol. II,Petra Oakes,9781900001045\n";
    let (import, found) = kinds(&site, &ann, file).await;
    assert_eq!(found[..3], [Enter, Doubtful, Doubtful]);
    let rows = outcomes(&ann, import).await;
    assert!(rows[1].2.starts_with("Row 1 has the same ISBN"), "{rows:?}");
    assert!(matches!(found[3], Doubtful | Duplicate), "{rows:?}");
    choose(
        &ann,
        import,
        &[(2, Choice::Enter), (3, Choice::Enter), (4, Choice::Skip)],
    )
    .await
    .unwrap();
    started(&site, &ann, import).await;
    assert_eq!(
        titles(&ann).await,
        [
            "The Long Canal, volume 1",
            "The Long Canal, volume 2",
            "The Long Canal, volume 3"
        ]
    );
}

#[tokio::test]
async fn f32_what_a_library_has_lent_or_keeps_ready_is_not_ticked_and_is_asked_about() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let timeline = "cover,title,author,publisher,isbn,timestamp,activity,details,library\n\
        x,Dune,Frank Herbert,Ace,9780441172719,\"January 03, 2026 10:11\",Borrowed,21 days,Town\n\
        x,Emma,Jane Austen,Penguin,9780141439587,\"January 23, 2026 10:11\",Placed on hold,,Town\n";
    let import = uploaded(&site, &ann, timeline).await;
    let shown = page(&ann, import).await.unwrap();
    let shelves: Vec<(&str, bool, bool)> = shown
        .shelves
        .iter()
        .map(|shelf| (shelf.name.as_str(), shelf.chosen, shelf.borrowed))
        .collect();
    assert_eq!(
        shelves,
        [("Borrowed", false, true), ("Placed on hold", false, true)]
    );
    // Nothing is added unless its reader says so.
    let mut chosen = plan(&ann, import).await;
    let Err(Error::Invalid(errors)) = start(&ann, None, import, &chosen).await else {
        panic!("started");
    };
    assert!(errors.get("shelf").is_some());
    chosen.shelves = vec!["Borrowed".into()];
    start(&ann, None, import, &chosen).await.unwrap();
    site.run_jobs().await;
    assert_eq!(titles(&ann).await, ["Dune"]);

    // Siblings, beside shelves that are the reader's own.
    let ben = site.member("ben").await;
    let file = "Title,Author,Status\nA,Ann Lee,Checked out\nB,Ann Lee,RETURNED\n\
        C,Ann Lee,on-hold\nD,Ann Lee,Household\nE,Ann Lee,read\n";
    let import = uploaded(&site, &ben, file).await;
    let mut chosen = plan(&ben, import).await.shelves;
    chosen.sort();
    assert_eq!(chosen, ["Household", "read"]);
}
