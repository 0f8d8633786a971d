use super::*;
use crate::copies::many::Candidate;
use crate::testing::copies_of;

/// Books that ben has entered, so that ann can name them.
async fn catalogue(ben: &Cx) {
    for (title, authors, isbn) in [
        ("Dune", "Frank Herbert", "9780441172719"),
        ("Middlemarch", "George Eliot", "9780141439549"),
        ("Middlemarch", "George Eliot", ""),
        ("Romola", "George Eliot", ""),
        ("Poems", "Emily Dickinson", ""),
        ("Poems", "Rainer Maria Rilke", ""),
        ("Преступление и наказание", "Фёдор Достоевский", ""),
        ("Death by Water", "Kenzaburō Ōe", ""),
    ] {
        let book = Book::New(Box::new(EditionInput {
            title: title.into(),
            authors: authors.into(),
            isbn: isbn.into(),
            ..EditionInput::default()
        }));
        create(ben, None, &book, &good()).await.unwrap();
    }
}

async fn site() -> (TestSite, Cx) {
    let site = TestSite::new().await;
    catalogue(&site.member("ben").await).await;
    let ann = site.member("ann").await;
    (site, ann)
}

fn named(candidates: &[Candidate]) -> Vec<String> {
    candidates
        .iter()
        .map(|candidate| format!("{}, {}", candidate.book.title, candidate.book.author_line))
        .collect()
}

async fn one(cx: &Cx, line: &str) -> Found {
    let mut lines = understand(cx, line).await.unwrap();
    assert_eq!(lines.len(), 1, "{line}");
    lines.remove(0).found
}

async fn sure(cx: &Cx, line: &str) -> Pick {
    match one(cx, line).await {
        Found::Sure(candidates) => Pick {
            edition: candidates[0].book.edition,
            second: false,
        },
        other => panic!("{line}: {other:?}"),
    }
}

#[tokio::test]
async fn an_isbn_is_sure_in_any_form_and_a_wrong_one_is_explained() {
    let (_site, ann) = site().await;
    for line in [
        "9780441172719",
        "0-441-17271-7",
        "ISBN 978-0-441-17271-9",
        "=\"0441172717\"",
        "Anything\tat all\t9780441172719",
    ] {
        let Found::Sure(found) = one(&ann, line).await else {
            panic!("{line}")
        };
        assert_eq!(named(&found), ["Dune, Frank Herbert"], "{line}");
    }
    let Found::Wrong(problem) = one(&ann, "978-0-441-17271-8").await else {
        panic!("the check digit is wrong")
    };
    assert!(problem.contains("should be 9, not 8"), "{problem}");
    assert!(matches!(one(&ann, "97804411727").await, Found::Wrong(_)));
    let unknown = one(&ann, "978-0-306-40615-7").await;
    assert!(matches!(&unknown, Found::NewIsbn(isbn) if isbn.to_string() == "9780306406157"));
}

#[tokio::test]
async fn without_an_isbn_only_the_one_work_with_title_and_author_is_sure() {
    let (_site, ann) = site().await;
    for (line, title) in [
        ("dune – FRANK HERBERT", "Dune, Frank Herbert"),
        ("Dune by Herbert, Frank", "Dune, Frank Herbert"),
        ("Frank Herbert - Dune", "Dune, Frank Herbert"),
        ("Poems\tDickinson", "Poems, Emily Dickinson"),
        (
            "Death by Water by Kenzaburo Oe",
            "Death by Water, Kenzaburō Ōe",
        ),
        (
            "преступление и наказание; Фёдор Достоевский",
            "Преступление и наказание, Фёдор Достоевский",
        ),
    ] {
        let Found::Sure(found) = one(&ann, line).await else {
            panic!("{line}")
        };
        assert_eq!(named(&found), [title], "{line}");
    }
    // One work, two editions: which one, is asked.
    let Found::Sure(found) = one(&ann, "Middlemarch – George Eliot").await else {
        panic!("one work")
    };
    assert_eq!(found.len(), 2);
    for (line, expected) in [
        // The title alone, also when there is one such book.
        ("Dune", &["Dune, Frank Herbert"][..]),
        (
            "Poems",
            &["Poems, Emily Dickinson", "Poems, Rainer Maria Rilke"],
        ),
        // Another author, a misspelt title, half of a title, words in a row.
        ("Dune – Ursula K. Le Guin", &["Dune, Frank Herbert"]),
        ("Romula – George Eliot", &["Romola, George Eliot"]),
        ("Death – Kenzaburō Ōe", &["Death by Water, Kenzaburō Ōe"]),
        ("Dune Frank Herbert", &["Dune, Frank Herbert"]),
        // What is left out might tell it from the other.
        ("Dune: Messiah – Frank Herbert", &["Dune, Frank Herbert"]),
    ] {
        let Found::Perhaps(found) = one(&ann, line).await else {
            panic!("{line} is not sure")
        };
        assert_eq!(named(&found), expected, "{line}");
    }
    let nothing = one(&ann, "Nothing Like It – Nobody").await;
    let expected = Found::Nothing {
        title: "Nothing Like It".into(),
        author: "Nobody".into(),
    };
    assert_eq!(nothing, expected);
    assert!(matches!(one(&ann, "%%% & ''").await, Found::Nothing { .. }));
}

#[tokio::test]
async fn two_works_with_the_same_title_and_author_are_not_sure() {
    let (_site, ann) = site().await;
    sqlx::query(
        "with twin as (insert into works (title, title_key, slug, author_line, author_key)
             select title, title_key, slug, author_line, author_key from works where title = 'Romola'
             returning id),
         by as (insert into work_authors (work_id, author_id)
             select twin.id, a.id from twin, authors a where a.name = 'George Eliot')
         insert into editions (work_id) select id from twin",
    )
    .execute(ann.db())
    .await
    .unwrap();
    let found = one(&ann, "Romola – George Eliot").await;
    assert!(
        matches!(&found, Found::Perhaps(two) if two.len() == 2),
        "{found:?}"
    );
}

#[tokio::test]
async fn at_most_three_are_offered_and_two_hundred_lines_are_read() {
    let (site, ann) = site().await;
    let ben = site.member("bob").await;
    for author in ["One", "Two", "Three", "Four"] {
        let book = Book::New(Box::new(EditionInput {
            title: "Collected Stories".into(),
            authors: author.into(),
            ..EditionInput::default()
        }));
        create(&ben, None, &book, &good()).await.unwrap();
    }
    let Found::Perhaps(found) = one(&ann, "Collected Stories").await else {
        panic!("four books")
    };
    assert_eq!(found.len(), 3);

    let most = ["Dune – Frank Herbert", "Poems", "9780141439549", "nothing"].join("\n");
    let most = vec![most; 50].join("\n\n");
    assert_eq!(understand(&ann, &most).await.unwrap().len(), 200);
    for (text, says) in [
        (format!("{most}\nDune"), "There are 201 lines now"),
        (" \n\t\r\n".to_owned(), "at least one book"),
    ] {
        let Err(Error::Invalid(errors)) = understand(&ann, &text).await else {
            panic!("{says}")
        };
        assert!(
            errors
                .get("lines")
                .is_some_and(|error| error.contains(says))
        );
    }
}

#[tokio::test]
async fn what_repeats_and_what_is_mine_is_flagged_and_not_added_unasked() {
    let (_site, ann) = site().await;
    let dune = sure(&ann, "9780441172719").await;
    create(&ann, None, &Book::Known(dune.edition), &good())
        .await
        .unwrap();
    let lines = understand(&ann, "9780441172719\nRomola – Eliot\nDune – Herbert\nPoems")
        .await
        .unwrap();
    let mine = |line: &Understood| match &line.found {
        Found::Sure(found) | Found::Perhaps(found) => found[0].mine.is_some(),
        _ => false,
    };
    let flags: Vec<_> = lines
        .iter()
        .map(|line| (mine(line), line.repeats))
        .collect();
    assert_eq!(
        flags,
        [(true, None), (false, None), (true, Some(1)), (false, None)]
    );

    let romola = sure(&ann, "Romola – Eliot").await;
    let twice = [romola, romola];
    for picks in [&[dune][..], &twice] {
        let refused = create_many(&ann, None, picks, &good()).await;
        assert!(matches!(&refused, Err(Error::Conflict(text)) if text.contains("already")));
    }
    assert_eq!(copies_of(&ann).await, 1);
    let second = |pick: Pick| Pick {
        second: true,
        ..pick
    };
    let picks = [second(dune), romola, second(romola)];
    let added = create_many(&ann, None, &picks, &good()).await.unwrap();
    assert_eq!((added.copies, copies_of(&ann).await), (3, 4));
}

#[tokio::test]
async fn all_or_none_is_added_and_found_and_has_a_history() {
    let (_site, ann) = site().await;
    let dune = sure(&ann, "9780441172719").await;
    let gone = Pick {
        edition: EditionId(999_999),
        second: false,
    };
    let missing = create_many(&ann, None, &[dune, gone], &good()).await;
    assert!(matches!(missing, Err(Error::NotFound)));
    assert_eq!(copies_of(&ann).await, 0);
    for (picks, grade, field) in [
        (vec![], "good", "pick"),
        (vec![dune], "", "grade"),
        (vec![dune; 201], "good", "pick"),
    ] {
        let input = CopyInput {
            grade: grade.into(),
            ..CopyInput::default()
        };
        let refused = create_many(&ann, None, &picks, &input).await.unwrap_err();
        assert_eq!(field_of(refused), field);
    }
    let romola = sure(&ann, "Romola – Eliot").await;
    create_many(&ann, None, &[romola, dune], &good())
        .await
        .unwrap();
    let rows: Vec<(String, String, i16, String)> = sqlx::query_as(
        "select w.title, c.state, c.grade, h.kind from copies c join works w on w.id = c.work_id
         join copy_history h on h.copy_id = c.id and h.to_user = c.owner_id
         where c.owner_id = $1 order by c.id",
    )
    .bind(ann.reader().unwrap().id)
    .fetch_all(ann.db())
    .await
    .unwrap();
    let row = |title: &str| (title.to_owned(), "listed".to_owned(), 3, "added".to_owned());
    assert_eq!(rows, [row("Romola"), row("Dune")]);
    let offered: i32 = sqlx::query_scalar("select copies from work_search where title = 'Romola'")
        .fetch_one(ann.db())
        .await
        .unwrap();
    assert_eq!(offered, 2, "ben’s and ann’s");
}

#[tokio::test]
async fn one_form_sent_twice_at_once_adds_the_copies_once() {
    let (_site, ann) = site().await;
    let picks = [
        sure(&ann, "9780441172719").await,
        sure(&ann, "Romola – Eliot").await,
    ];
    let key = Some(IdempotencyKey(Uuid::new_v4()));
    let input = good();
    let (one, other) = tokio::join!(
        create_many(&ann, key, &picks, &input),
        create_many(&ann, key, &picks, &input)
    );
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(copies_of(&ann).await, 2);
    let others = create_many(&ann, key, &picks[..1], &input).await;
    assert!(matches!(others, Err(Error::Conflict(_))));
}

#[tokio::test]
async fn two_hundred_are_taken_back_in_one_go_by_a_text_that_a_cookie_holds() {
    let (site, ann) = site().await;
    let dune = sure(&ann, "9780441172719").await;
    let mut picks = vec![
        Pick {
            second: true,
            ..dune
        };
        200
    ];
    picks[0].second = false;
    // As late in the life of a site as it gets.
    sqlx::query("alter table copies alter column id restart with 900000001")
        .execute(ann.db())
        .await
        .unwrap();
    let added = create_many(&ann, None, &picks, &good()).await.unwrap();
    assert_eq!(copies_of(&ann).await, 200);
    let text = added.undo.to_string();
    assert!(text.len() < 2_500, "{} bytes", text.len());
    let taken_back: Undo = text.parse().unwrap();
    assert_eq!(taken_back, added.undo);
    let ben = site.member("bob").await;
    assert!(matches!(
        undo(&ben, &taken_back).await,
        Err(Error::NotFound)
    ));
    assert_eq!(undo(&ann, &taken_back).await.unwrap().copies, 200);
    assert_eq!(
        (
            undo(&ann, &taken_back).await.unwrap().copies,
            copies_of(&ann).await
        ),
        (0, 0)
    );
    let trash = shelf(
        &ann,
        &ShelfQuery {
            tab: Tab::Trash,
            ..ShelfQuery::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(trash.found, 200);
}
