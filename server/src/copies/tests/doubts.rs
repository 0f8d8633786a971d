//! What a reader types and what the catalogue says: a contradiction is asked about.

use super::*;

fn book(title: &str, authors: &str, isbn: &str) -> EditionInput {
    EditionInput {
        title: title.into(),
        authors: authors.into(),
        isbn: isbn.into(),
        ..EditionInput::default()
    }
}

async fn enter(cx: &Cx, book: EditionInput) -> Result<Added> {
    create(cx, None, &Book::New(Box::new(book)), &good()).await
}

/// The question, with the book that is meant as the answer.
async fn asked(cx: &Cx, book: &EditionInput) -> (String, EditionId) {
    match enter(cx, book.clone()).await {
        Err(Error::Invalid(errors)) => assert!(errors.get("known").is_some(), "{book:?}"),
        other => panic!("{book:?}: {other:?}"),
    }
    let doubt = catalogue::doubt(cx, book).await.unwrap().unwrap();
    (doubt.question, doubt.editions[0].edition)
}

/// The answer that it is none of the books that are shown.
async fn none(cx: &Cx, book: &EditionInput) -> String {
    catalogue::doubt(cx, book)
        .await
        .unwrap()
        .unwrap()
        .none_of_these()
}

async fn count(cx: &Cx, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(cx.db()).await.unwrap()
}

#[tokio::test]
async fn f01_a_book_whose_title_differs_by_a_sign_is_asked_about_and_entered_as_typed() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    enter(
        &ben,
        book("C How to Program", "Paul Deitel; Harvey Deitel", ""),
    )
    .await
    .unwrap();
    for title in [
        "C# How to Program",
        "C++ how to program",
        "C, how to program",
    ] {
        let typed = book(title, "Paul Deitel", "");
        let (question, _) = asked(&ann, &typed).await;
        assert!(question.ends_with("Is it one of these?"), "{question}");
        let added = enter(
            &ann,
            EditionInput {
                known: none(&ann, &typed).await,
                ..typed
            },
        )
        .await
        .unwrap();
        assert_eq!(added.title, title);
    }
    // Each of them is known by itself now, and nothing is asked.
    let added = enter(&ben, book("c++ How To Program", "Deitel, Paul", ""))
        .await
        .unwrap();
    assert_eq!(added.title, "C++ how to program");
    assert_eq!(count(&ann, "select count(*) from works").await, 4);
}

#[tokio::test]
async fn f01_what_is_answered_is_the_book_that_was_shown() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    enter(&ben, book("Help!", "Ida Moor", "")).await.unwrap();
    let other = enter(&ben, book("Poems", "Ida Moor", "")).await.unwrap();
    let typed = book("Help", "Ida Moor", "");
    let (_, edition) = asked(&ann, &typed).await;
    let foreign: EditionId = sqlx::query_scalar("select edition_id from copies where id = $1")
        .bind(other.copy)
        .fetch_one(ann.db())
        .await
        .unwrap();
    // Nor is a denial of other books one of these.
    let answers = [
        foreign.to_string(),
        "yes".into(),
        "0".into(),
        "none".into(),
        "none:".into(),
        format!("none:{foreign}"),
    ];
    for answer in answers {
        let refused = enter(
            &ann,
            EditionInput {
                known: answer,
                ..typed.clone()
            },
        )
        .await;
        assert_eq!(field_of(refused.unwrap_err()), "known");
    }
    let added = enter(
        &ann,
        EditionInput {
            known: edition.to_string(),
            ..typed
        },
    )
    .await
    .unwrap();
    assert_eq!(added.title, "Help!");
}

#[tokio::test]
async fn f02_a_family_name_alone_is_asked_about_and_another_author_is_another_book() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    enter(&ben, book("Emma", "Jane Austen", "9780141439587"))
        .await
        .unwrap();
    asked(&ann, &book("Emma", "Austen", "")).await;
    asked(
        &ann,
        &book("Emma", "Austen, Charles Gilbert", "9780141439587"),
    )
    .await;
    enter(&ann, book("Emma", "Austen, Charles Gilbert", ""))
        .await
        .unwrap();
    assert_eq!(count(&ann, "select count(*) from works").await, 2);
    enter(&ann, book("Emma", "Austen, Jane", "")).await.unwrap();
    assert_eq!(count(&ann, "select count(*) from works").await, 2);
}

#[tokio::test]
async fn f03_a_subtitle_tells_works_apart_and_several_are_asked_about() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let volume = |subtitle: &str| EditionInput {
        subtitle: subtitle.into(),
        ..book("A Thousand Rivers", "Ida Moor", "")
    };
    enter(&ben, volume("the first step")).await.unwrap();
    let second = EditionInput {
        known: none(&ben, &volume("the first war")).await,
        ..volume("the first war")
    };
    asked(&ben, &volume("the first war")).await;
    enter(&ben, second).await.unwrap();
    assert_eq!(count(&ann, "select count(*) from works").await, 2);
    // Without a subtitle it may be either.
    asked(&ann, &volume("")).await;
    let added = enter(
        &ann,
        book("A Thousand Rivers: The First War", "Ida Moor", ""),
    )
    .await
    .unwrap();
    let subtitle: String = sqlx::query_scalar(
        "select w.subtitle from copies c join works w on w.id = c.work_id where c.id = $1",
    )
    .bind(added.copy)
    .fetch_one(ann.db())
    .await
    .unwrap();
    assert_eq!(subtitle, "the first war");
}

#[tokio::test]
async fn f04_a_book_that_contradicts_its_isbn_is_asked_about() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let emma = EditionInput {
        format: "paperback".into(),
        publisher: "Penguin Classics".into(),
        year: "2003".into(),
        ..book("Emma", "Jane Austen", "9780141439587")
    };
    enter(&ben, emma.clone()).await.unwrap();
    let edited = |change: fn(&mut EditionInput)| {
        let mut book = emma.clone();
        change(&mut book);
        book
    };
    for other in [
        edited(|book| book.title = "The Long Canal, volume 2".into()),
        edited(|book| book.authors = "Petra Oakes".into()),
        edited(|book| book.format = "hardback".into()),
        edited(|book| book.publisher = "Slow Harbour".into()),
        edited(|book| book.year = "2011".into()),
    ] {
        let (question, _) = asked(&ann, &other).await;
        assert!(question.contains("belongs to “Emma”"), "{question}");
    }
    // What is written otherwise, or not at all, contradicts nothing.
    enter(
        &ann,
        EditionInput {
            title: "EMMA: a novel".into(),
            authors: "Austen, J.".into(),
            publisher: "Penguin".into(),
            ..book("", "", "0-14-143958-0")
        },
    )
    .await
    .unwrap();
    assert_eq!(count(&ann, "select count(*) from editions").await, 1);
    // Publishers give several bindings one number: the other one is listed apart, without it.
    let mut bound = edited(|book| book.format = "hardback".into());
    bound.known = none(&ann, &bound).await;
    enter(&ann, bound).await.unwrap();
    let apart = "select count(*) from editions where isbn13 is null and format = 'hardback'";
    assert_eq!(count(&ann, apart).await, 1);
    assert_eq!(count(&ann, "select count(*) from works").await, 1);
}

#[tokio::test]
async fn f04_who_means_a_known_work_keeps_the_edition_they_typed() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    enter(&ben, book("Help!", "Ida Moor", "")).await.unwrap();
    let typed = EditionInput {
        publisher: "Slow Harbour".into(),
        year: "2011".into(),
        ..book("Help", "Ida Moor", "9780141439587")
    };
    let (_, edition) = asked(&ann, &typed).await;
    let known = edition.to_string();
    let added = enter(&ann, EditionInput { known, ..typed }).await.unwrap();
    let (isbn, publisher, works): (Option<String>, String, i64) = sqlx::query_as(
        "select e.isbn13::text, e.publisher, (select count(*) from works)
         from copies c join editions e on e.id = c.edition_id where c.id = $1",
    )
    .bind(added.copy)
    .fetch_one(ann.db())
    .await
    .unwrap();
    assert_eq!(isbn.as_deref(), Some("9780141439587"));
    assert_eq!((publisher.as_str(), works), ("Slow Harbour", 1));
}

#[tokio::test]
async fn f04_who_denies_the_book_of_the_isbn_is_asked_about_like_ones_too() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    enter(&ben, book("Kindred", "Octavia E. Butler", "9780807083697"))
        .await
        .unwrap();
    enter(&ben, book("Help!", "Ida Moor", "")).await.unwrap();
    let typed = EditionInput {
        publisher: "Slow Harbour".into(),
        ..book("Help", "Ida Moor", "9780807083697")
    };
    let doubt = catalogue::doubt(&ann, &typed).await.unwrap().unwrap();
    let titles: Vec<&str> = doubt
        .editions
        .iter()
        .map(|book| book.title.as_str())
        .collect();
    assert_eq!(titles, ["Kindred", "Help!"]);
    // Shown only the first one, nobody has said anything of the second.
    let half = EditionInput {
        known: format!("none:{}", doubt.editions[0].edition),
        ..typed.clone()
    };
    assert_eq!(field_of(enter(&ann, half).await.unwrap_err()), "known");
    // The number stays with the first one also for who means the second.
    let help = EditionInput {
        known: doubt.editions[1].edition.to_string(),
        ..typed.clone()
    };
    let added = enter(&ann, help).await.unwrap();
    let (isbn, title): (Option<String>, String) = sqlx::query_as(
        "select e.isbn13::text, w.title from copies c join works w on w.id = c.work_id
         join editions e on e.id = c.edition_id where c.id = $1",
    )
    .bind(added.copy)
    .fetch_one(ann.db())
    .await
    .unwrap();
    assert_eq!((isbn, title.as_str()), (None, "Help!"));
    let neither = EditionInput {
        known: none(&ben, &typed).await,
        ..typed
    };
    assert_eq!(enter(&ben, neither).await.unwrap().title, "Help");
    assert_eq!(count(&ann, "select count(*) from works").await, 3);
}
