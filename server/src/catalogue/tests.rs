use dogear_domain::edition::Format;
use dogear_domain::isbn::Isbn13;

use super::*;
use crate::testing::TestSite;
use crate::{Cx, Error, Result};

fn book(title: &str, author: &str) -> NewEdition {
    NewEdition {
        title: title.into(),
        authors: vec![author.into()],
        ..NewEdition::default()
    }
}

#[allow(clippy::unnecessary_wraps)] // as it is asked for
fn isbn(text: &str) -> Option<Isbn13> {
    Some(Isbn13::parse(text).unwrap())
}

/// Again when all connections are taken, as a reader would do.
async fn add(cx: &Cx, new: &NewEdition) -> Resolved {
    loop {
        match try_add(cx, new).await {
            Err(Error::Busy(_)) => {}
            outcome => return outcome.unwrap(),
        }
    }
}

async fn try_add(cx: &Cx, new: &NewEdition) -> Result<Resolved> {
    let mut tx = cx.begin().await?;
    let resolved = find_or_create_edition(&mut tx, new, cx.now()).await?;
    tx.commit().await?;
    Ok(resolved)
}

async fn count(cx: &Cx, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(cx.db()).await.unwrap()
}

#[tokio::test]
async fn an_isbn_of_ten_digits_is_the_one_of_thirteen() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    let ten = add(
        &cx,
        &NewEdition {
            isbn: isbn("0-14-143954-8"),
            ..book("Middlemarch", "George Eliot")
        },
    )
    .await;
    let thirteen = add(
        &cx,
        &NewEdition {
            isbn: isbn("978-0-14-143954-9"),
            ..book("Middle March", "G. Eliot")
        },
    )
    .await;
    assert!(ten.created && !thirteen.created);
    assert_eq!((ten.edition, ten.work), (thirteen.edition, thirteen.work));
    assert_eq!(count(&cx, "select count(*) from works").await, 1);
    assert_eq!(count(&cx, "select count(*) from authors").await, 1);
}

#[tokio::test]
async fn a_work_is_known_by_title_and_first_author_however_they_are_written() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    let first = add(&cx, &book("L’Étranger", "Albert Camus")).await;
    let same = add(&cx, &book("l'etranger", "ALBERT CAMUS")).await;
    assert_eq!(first.edition, same.edition);
    let hardback = add(
        &cx,
        &NewEdition {
            format: Some(Format::Hardback),
            ..book("L’Étranger", "Albert Camus")
        },
    )
    .await;
    assert_eq!(first.work, hardback.work);
    assert_ne!(first.edition, hardback.edition);
    let other = add(&cx, &book("L’Étranger", "Somebody Else")).await;
    assert_ne!(first.work, other.work);
    let (line, key, slug): (String, String, String) =
        sqlx::query_as("select author_line, author_key, slug from works where id = $1")
            .bind(first.work)
            .fetch_one(cx.db())
            .await
            .unwrap();
    assert_eq!(
        (&*line, &*key, &*slug),
        ("Albert Camus", "albert camus", "letranger")
    );
}

#[tokio::test]
async fn authors_keep_their_order_and_a_series_is_made_once() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    let new = NewEdition {
        authors: vec!["Terry Pratchett".into(), "Neil Gaiman".into()],
        series: Some(NewSeries {
            title: "Omens".into(),
            position: Some(1.5),
        }),
        ..book("Good Omens", "")
    };
    let first = add(&cx, &new).await;
    let second = add(
        &cx,
        &NewEdition {
            title: "Better Omens".into(),
            ..new
        },
    )
    .await;
    assert_eq!(count(&cx, "select count(*) from series").await, 1);
    assert_eq!(count(&cx, "select count(*) from authors").await, 2);
    for work in [first.work, second.work] {
        let names: Vec<String> = sqlx::query_scalar(
            "select a.sort_name from work_authors wa join authors a on a.id = wa.author_id
             where wa.work_id = $1 order by wa.position",
        )
        .bind(work)
        .fetch_all(cx.db())
        .await
        .unwrap();
        assert_eq!(names, ["Pratchett, Terry", "Gaiman, Neil"]);
    }
    assert_eq!(
        count(&cx, "select count(*) from works where series_position = 1.5 and author_line = 'Terry Pratchett, Neil Gaiman'").await,
        2
    );
}

#[tokio::test]
async fn the_same_book_without_isbn_by_many_at_once_is_one_edition() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    let tasks: Vec<_> = (0..30)
        .map(|_| {
            let cx = cx.clone();
            tokio::spawn(async move { add(&cx, &book("Hunger", "Knut Hamsun")).await })
        })
        .collect();
    let mut created = 0;
    for task in tasks {
        created += i32::from(task.await.unwrap().created);
    }
    assert_eq!(created, 1);
    assert_eq!(count(&cx, "select count(*) from editions").await, 1);
    assert_eq!(count(&cx, "select count(*) from works").await, 1);
}

#[tokio::test]
async fn f03_one_work_in_several_spellings_at_once_is_one_work() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    let spelt = |number: usize, title: &str, subtitle: &str, authors: &[&str]| NewEdition {
        subtitle: subtitle.into(),
        authors: authors.iter().map(|name| (*name).to_owned()).collect(),
        ..book(&format!("Rivers {number}{title}"), "")
    };
    let tasks: Vec<_> = (0..10)
        .flat_map(|number| {
            [
                spelt(number, "", "the first war", &["Ida Moor", "Jo Lund"]),
                spelt(number, ": The First War", "", &["Lund, Jo", "Moor, Ida"]),
                spelt(number, "", "The first war", &["Moor, Ida", "Jo Lund"]),
            ]
        })
        .map(|new| {
            let cx = cx.clone();
            tokio::spawn(async move { add(&cx, &new).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(count(&cx, "select count(*) from works").await, 10);
}

#[tokio::test]
async fn a_book_is_found_by_isbn_words_beginnings_and_with_typing_errors() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    let dune = add(
        &cx,
        &NewEdition {
            isbn: isbn("9780441172719"),
            year: Some(1990),
            format: Some(Format::Paperback),
            ..book("Dune", "Frank Herbert")
        },
    )
    .await;
    add(&cx, &book("Middlemarch", "George Eliot")).await;
    for text in ["978-0-441-17271-9", "0441172717", "ISBN 0-441-17271-7"] {
        let found = lookup(&cx, text).await.unwrap();
        assert_eq!(found.isbn, isbn("9780441172719"), "{text}");
        assert_eq!(found.editions[0].edition, dune.edition, "{text}");
    }
    for text in ["dune", "DU", "herb", "dune herbert", "Frank Herbert"] {
        let found = lookup(&cx, text).await.unwrap();
        assert_eq!(found.editions.len(), 1, "{text}");
        assert_eq!(found.editions[0].title, "Dune", "{text}");
    }
    let found = lookup(&cx, "middlemrach").await.unwrap();
    assert_eq!(found.editions[0].title, "Middlemarch");
    assert!(lookup(&cx, "zzzz").await.unwrap().editions.is_empty());
    assert!(lookup(&cx, "!&|:*").await.unwrap().editions.is_empty());

    let known = edition(&cx, dune.edition).await.unwrap();
    assert_eq!(
        (known.year, known.format, known.copies),
        (Some(1990), Format::Paperback, 0)
    );
    assert!(matches!(
        edition(&cx, EditionId(0)).await,
        Err(Error::NotFound)
    ));
}

#[tokio::test]
async fn a_wrong_check_digit_and_a_lost_digit_are_explained() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    let wrong = lookup(&cx, "978-0-441-17271-8").await.unwrap();
    assert!(wrong.problem.unwrap().contains("should be 9, not 8"));
    let short = lookup(&cx, "978044117271").await.unwrap();
    assert!(short.problem.unwrap().contains("this one has 12"));
    assert_eq!(lookup(&cx, "1984").await.unwrap().problem, None);
}

#[tokio::test]
async fn the_form_names_every_field_that_needs_changing() {
    let input = EditionInput {
        isbn: "123".into(),
        year: "98".into(),
        format: "scroll".into(),
        language: "xx".into(),
        genre: "none".into(),
        series_position: "two".into(),
        ..EditionInput::default()
    };
    let Err(Error::Invalid(errors)) = input.parse(&["novels".into()]) else {
        panic!("the form was taken");
    };
    let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
    for field in [
        "title",
        "authors",
        "isbn",
        "year",
        "format",
        "language",
        "genre",
        "series_position",
    ] {
        assert!(fields.contains(&field), "{field}");
    }
    let good = EditionInput {
        title: " Good  Omens ".into(),
        authors: "Terry Pratchett; Neil Gaiman; terry pratchett".into(),
        genre: "novels".into(),
        ..EditionInput::default()
    };
    let new = good.parse(&["novels".into()]).unwrap();
    assert_eq!(new.title, "Good Omens");
    assert_eq!(new.authors, ["Terry Pratchett", "Neil Gaiman"]);
}

#[tokio::test]
async fn a_cover_is_drawn_for_a_work_and_for_nothing_else() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    let work = add(&cx, &book("Dune", "Frank Herbert")).await.work;
    let covers = Covers::default();
    let drawn = covers.of(&cx, work).await.unwrap();
    assert!(drawn.svg.starts_with("<svg") && drawn.svg.contains("Dune"));
    assert_eq!(covers.of(&cx, work).await.unwrap().etag, drawn.etag);
    assert!(matches!(
        covers.of(&cx, WorkId(0)).await,
        Err(Error::NotFound)
    ));
    assert!(!genres(&cx).await.unwrap().is_empty());
}
