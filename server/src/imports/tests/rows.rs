//! What rows are taken for, and what their reader says of them.

use dogear_domain::imports::{Field, Source};

use super::*;

#[tokio::test]
async fn each_row_is_known_new_here_a_duplicate_doubtful_or_of_no_use() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    enter(&ben, "Dune", "Frank Herbert", "9780441172719").await;
    enter(&ben, "Poems", "Emily Dickinson", "").await;
    enter(&ben, "Emma", "Jane Austen", "").await;
    enter(&ann, "Romola", "George Eliot", "").await;
    let file = "Title,Author,ISBN\n\
        Dune: the novel,\"Herbert, F.\",9780441172719\n\
        emma,\"AUSTEN, Jane\",\n\
        Romola,George Eliot,\n\
        Poems,Rupert Brooke,\n\
        Dune,Frank Herbert,9780441172718\n\
        Solaris,Stanisław Lem,9780156027601\n\
        ,,9780060853983\n\
        Nobody wrote this,,\n\
        ,,\n\
        Solaris again,Stanisław Lem,0156027607\n";
    let import = uploaded(&site, &ann, file).await;
    let rows = outcomes(&ann, import).await;
    let kinds: Vec<Outcome> = rows.iter().map(|(_, outcome, _)| *outcome).collect();
    assert_eq!(
        kinds,
        [
            Outcome::New,
            Outcome::New,
            Outcome::Duplicate,
            Outcome::Doubtful,
            Outcome::Doubtful,
            Outcome::Enter,
            Outcome::Unusable,
            Outcome::Unusable,
            Outcome::Duplicate,
        ],
        "{rows:?}"
    );
    assert!(rows[4].2.contains("should be 9, not 8"), "{}", rows[4].2);
    assert!(rows[6].2.contains("978-0060853983"), "{}", rows[6].2);
    assert!(rows[7].2.contains("names no author"), "{}", rows[7].2);
    assert_eq!(rows[8].2, "The same book as in row 6.");
    assert_eq!(copies_of(&ann).await, 1, "nothing is added yet");

    started(&site, &ann, import).await;
    assert_eq!(state(&ann, import).await, ImportState::Done);
    assert_eq!(copies_of(&ann).await, 4);
    let title: String = sqlx::query_scalar(
        "select w.title from copies c join works w on w.id = c.work_id order by c.id desc limit 1",
    )
    .fetch_one(ann.db())
    .await
    .unwrap();
    assert_eq!(
        title, "Solaris",
        "the ISBN counts, or the row that came first"
    );
    let works: i64 = sqlx::query_scalar("select count(*) from works where title_key = 'emma'")
        .fetch_one(ann.db())
        .await
        .unwrap();
    assert_eq!(works, 1);
    let told: i64 = sqlx::query_scalar(
        "select count(*) from notifications where kind = 'import_finished' and data ->> 'what' = '3 books added'",
    )
    .fetch_one(ann.db())
    .await
    .unwrap();
    assert_eq!(told, 1);

    // What waited for her is chosen now, and added by another start.
    let shown = super::rows(&ann, import, Some(Outcome::Doubtful), 1)
        .await
        .unwrap();
    let [poems, dune] = shown.lines.as_slice() else {
        panic!("{shown:?}")
    };
    assert_eq!(poems.candidates[0].author_line, "Emily Dickinson");
    let foreign = choose(
        &ann,
        import,
        &[(poems.number, Choice::Edition(dune.candidates[0].edition))],
    )
    .await;
    assert!(matches!(foreign, Err(Error::Invalid(_))));
    choose(
        &ann,
        import,
        &[
            (poems.number, Choice::Enter),
            (dune.number, Choice::Edition(dune.candidates[0].edition)),
            (3, Choice::Second),
            (6, Choice::Skip),
        ],
    )
    .await
    .unwrap();
    let rows = outcomes(&ann, import).await;
    assert_eq!(rows[3].1, Outcome::Enter);
    assert_eq!(rows[4].1, Outcome::Duplicate, "she has Dune by now");
    assert_eq!(
        rows[5].1,
        Outcome::Added,
        "what is there is not taken away by a choice"
    );
    started(&site, &ann, import).await;
    assert_eq!(copies_of(&ann).await, 6);
    let brooke: i64 =
        sqlx::query_scalar("select count(*) from works where author_line = 'Rupert Brooke'")
            .fetch_one(ann.db())
            .await
            .unwrap();
    assert_eq!(brooke, 1);
}

#[tokio::test]
async fn of_a_sure_work_no_edition_is_made_up() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    for isbn in ["9780441172719", "9780450011849"] {
        enter(&ben, "Dune", "Frank Herbert", isbn).await;
    }
    let import = uploaded(
        &site,
        &ann,
        "Title,Author,Binding\nDune,\"Herbert, Frank\",Hardcover\n",
    )
    .await;
    started(&site, &ann, import).await;
    let (works, isbn, format): (i64, Option<String>, String) = sqlx::query_as(
        "select (select count(*) from works), e.isbn13::text, e.format from copies c
         join editions e on e.id = c.edition_id order by c.id desc limit 1",
    )
    .fetch_one(ann.db())
    .await
    .unwrap();
    assert_eq!((works, isbn, format.as_str()), (1, None, "hardback"));
}

#[tokio::test]
async fn shelves_condition_and_second_copies_are_chosen() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    enter(&ann, "Dune", "Frank Herbert", "9780441172719").await;
    let file = "Title,Author,ISBN,Status,Condition\n\
        Dune,Frank Herbert,9780441172719,read,\n\
        Emma,Jane Austen,,read,Fair\n\
        Romola,George Eliot,,to-read,\n";
    let import = uploaded(&site, &ann, file).await;
    let shown = page(&ann, import).await.unwrap();
    assert_eq!(shown.source, Source::Generic);
    let chosen: Vec<(&str, bool)> = shown
        .shelves
        .iter()
        .map(|s| (s.name.as_str(), s.chosen))
        .collect();
    assert_eq!(chosen, [("read", true), ("to-read", false)]);
    for (shelves, grade, offer, field) in [
        (vec![], "good", "keep", "shelf"),
        (vec!["read"], "splendid", "keep", "grade"),
        (vec!["read"], "good", "file", "offer"),
        (vec!["no such"], "good", "keep", "shelf"),
    ] {
        let plan = Plan {
            shelves: shelves.into_iter().map(str::to_owned).collect(),
            grade: grade.into(),
            offer: offer.into(),
            seconds: false,
            reading: false,
            reviews: false,
        };
        match start(&ann, None, import, &plan).await {
            Err(Error::Invalid(errors)) => assert!(errors.get(field).is_some(), "{field}"),
            other => panic!("{field}: {other:?}"),
        }
    }
    let plan = Plan {
        shelves: vec!["read".into()],
        grade: "fine".into(),
        offer: "trade".into(),
        seconds: true,
        reading: true,
        reviews: false,
    };
    save_plan(&ann, import, &plan).await.unwrap();
    assert_eq!(super::plan(&ann, import).await, plan);
    started(&site, &ann, import).await;
    let copies: Vec<(i16, String)> =
        sqlx::query_as("select grade, state from copies order by id offset 1")
            .fetch_all(ann.db())
            .await
            .unwrap();
    assert_eq!(copies, [(5, "listed".to_owned()), (2, "listed".to_owned())]);
    let found = crate::search::suggest(&ann, "emma").await.unwrap();
    assert!(format!("{found:?}").contains("Emma"), "search knows of it");
}

#[tokio::test]
async fn other_columns_give_other_books_until_it_is_started() {
    let site = TestSite::new().await;
    let (ann, eve) = (site.member("ann").await, site.member("eve").await);
    let file = "Werk,Von wem,Nummer\nDune,Frank Herbert,9780441172719\nEmma,Jane Austen,\n";
    let import = uploaded(&site, &ann, file).await;
    assert_eq!(page(&ann, import).await.unwrap().of(Outcome::Unusable), 2);
    let chosen = [
        (Field::Title, 0),
        (Field::Author, 1),
        (Field::Isbn, 2),
        (Field::Note, 99),
    ];
    let none = set_columns(&ann, None, import, &[(Field::Author, 1)]).await;
    assert!(matches!(none, Err(Error::Invalid(_))));
    let theirs = set_columns(&eve, None, import, &chosen).await;
    assert!(matches!(theirs, Err(Error::NotFound)));
    set_columns(&ann, None, import, &chosen).await.unwrap();
    let shown = page(&ann, import).await.unwrap();
    assert_eq!(
        (shown.state, shown.of(Outcome::Enter)),
        (ImportState::Ready, 2)
    );
    assert_eq!(shown.mapping.get("isbn"), Some(&2));
    started(&site, &ann, import).await;
    let late = set_columns(&ann, None, import, &chosen).await;
    assert!(matches!(late, Err(Error::Conflict(_))));
    let cells: i64 =
        sqlx::query_scalar("select count(*) from shelf_import_rows where cells is not null")
            .fetch_one(ann.db())
            .await
            .unwrap();
    assert_eq!(cells, 0, "what nobody needs is not kept");
}
