//! Scanning, book after book.

use dogear_barcode::drawn::Drawing;
use dogear_domain::isbn::Isbn13;
use uuid::Uuid;

use super::*;
use crate::testing::photos::{barcodes, png};

const DUNE: &str = "9780441172719";
const EMMA: &str = "9791090636071";
const NEW: &str = "9780306406157";

/// Ben has entered Dune and Emma.
async fn site() -> (TestSite, Cx) {
    let site = TestSite::new().await;
    let ben = site.member("ben").await;
    for (title, isbn) in [("Dune", DUNE), ("Emma", EMMA)] {
        enter(&ben, title, isbn).await;
    }
    let ann = site.member("ann").await;
    (site, ann)
}

async fn enter(cx: &Cx, title: &str, isbn: &str) -> CopyId {
    let book = Book::New(Box::new(EditionInput {
        title: title.into(),
        authors: "Somebody".into(),
        isbn: isbn.into(),
        ..EditionInput::default()
    }));
    create(cx, None, &book, &good()).await.unwrap().copy
}

#[allow(clippy::unnecessary_wraps)] // as it is asked for
fn key() -> Option<IdempotencyKey> {
    Some(IdempotencyKey(Uuid::new_v4()))
}

async fn copies(cx: &Cx) -> i64 {
    sqlx::query_scalar("select count(*) from copies where owner_id = $1 and state <> 'deleted'")
        .bind(cx.reader().unwrap().id)
        .fetch_one(cx.db())
        .await
        .unwrap()
}

/// Titles, or the ISBN where there is none, and how things stand; newest first.
async fn list(cx: &Cx) -> Vec<(String, &'static str)> {
    let rows = scans(cx).await.unwrap().rows;
    rows.into_iter()
        .map(|row| {
            let state = match row.state {
                ScanState::Added { .. } => "added",
                ScanState::Owned(..) => "owned",
                ScanState::Known => "known",
                ScanState::Unknown => "unknown",
            };
            let name = row.book.map_or(row.isbn.to_string(), |book| book.title);
            (name, state)
        })
        .collect()
}

#[tokio::test]
async fn a_scan_adds_a_copy_asks_about_a_second_and_keeps_what_is_unknown() {
    let (site, ann) = site().await;
    let once = key();
    let first = scan(&ann, once, DUNE, &good()).await.unwrap();
    assert!(matches!(first, Scanned::Added(_)));
    assert_eq!(scan(&ann, once, DUNE, &good()).await.unwrap(), first);
    assert_eq!(copies(&ann).await, 1);
    for _ in 0..2 {
        let again = scan(&ann, key(), DUNE, &good()).await.unwrap();
        assert_eq!(again, Scanned::Owned);
        let new = scan(&ann, key(), "0-306-40615-2", &good()).await.unwrap();
        assert_eq!(new, Scanned::Unknown);
    }
    let expected = [(NEW, "unknown"), ("Dune", "owned"), ("Dune", "added")];
    assert_eq!(
        list(&ann).await,
        expected.map(|(name, state)| (name.to_owned(), state))
    );
    assert_eq!(copies(&ann).await, 1);

    let question = scans(&ann).await.unwrap().rows[1].id;
    let once = key();
    for key in [once, once, key()] {
        scan_again(&ann, key, question, &good()).await.unwrap();
    }
    assert_eq!(copies(&ann).await, 2);
    let rows = scans(&ann).await.unwrap().rows;
    let unknown = rows.iter().find(|row| row.state == ScanState::Unknown);
    let unknown = unknown.unwrap().id;
    let refused = scan_again(&ann, key(), unknown, &good()).await;
    assert!(matches!(refused, Err(Error::Conflict(_))));

    // Nothing of it is another reader's business.
    let eve = site.member("eve").await;
    let theirs = scan_again(&eve, key(), unknown, &good()).await;
    assert!(matches!(theirs, Err(Error::NotFound)));
    dismiss_scan(&eve, unknown).await.unwrap();
    assert_eq!(list(&ann).await.len(), 3);

    // Entered by somebody else, it is known; entered by her, it is added.
    let ben = site.member("ben2").await;
    enter(&ben, "Newly", NEW).await;
    assert!(list(&ann).await.contains(&("Newly".into(), "known")));
    enter(&ann, "Newly", NEW).await;
    assert!(list(&ann).await.contains(&("Newly".into(), "added")));
    assert_eq!(list(&ann).await.len(), 3);
}

#[tokio::test]
async fn what_is_no_isbn_adds_nothing_and_says_why() {
    let (site, ann) = site().await;
    for (text, word) in [
        ("", "Enter the ISBN"),
        ("9780441172718", "should be 9"),
        ("4006381333931", "978 or 979"),
        ("dune", "only digits"),
    ] {
        let Err(Error::Invalid(errors)) = scan(&ann, key(), text, &good()).await else {
            panic!("{text} was taken");
        };
        assert!(errors.get("isbn").unwrap().contains(word), "{text}");
    }
    let bare = CopyInput::default();
    assert!(matches!(
        scan(&ann, key(), DUNE, &bare).await,
        Err(Error::Invalid(_))
    ));
    let visitor = scan(&site.visitor(), key(), DUNE, &good()).await;
    assert!(matches!(visitor, Err(Error::SignInRequired)));
    assert_eq!((copies(&ann).await, list(&ann).await.len()), (0, 0));
}

#[tokio::test]
async fn two_equal_scans_at_once_add_one() {
    let (_site, ann) = site().await;
    let input = good();
    let scans = (0..6).map(|_| scan(&ann, key(), DUNE, &input));
    let outcomes: Vec<Scanned> = futures::future::join_all(scans)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let added = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Scanned::Added(_)));
    assert_eq!((added.count(), copies(&ann).await), (1, 1));
    assert_eq!(list(&ann).await.len(), 2, "the question is asked once");
}

#[tokio::test]
async fn a_photo_gives_every_code_in_it() {
    let (_site, ann) = site().await;
    let photo = barcodes(&[DUNE, NEW, "4006381333931", EMMA]);
    let once = key();
    for _ in 0..2 {
        let mut taken = scan_photo(&ann, once, photo.clone(), &good())
            .await
            .unwrap();
        taken.sort_by_key(|outcome| *outcome == Scanned::Unknown);
        assert!(matches!(
            taken[..],
            [Scanned::Added(_), Scanned::Added(_), Scanned::Unknown]
        ));
    }
    assert_eq!(copies(&ann).await, 2);
    let side = Drawing::sheet(600, 400)
        .with(DUNE, (150, 100), 3)
        .on_its_side();
    let lying = scan_photo(&ann, key(), png(&side), &good()).await.unwrap();
    assert_eq!(lying, [Scanned::Owned]);

    let refused = async |photo: Vec<u8>| match scan_photo(&ann, key(), photo, &good()).await {
        Err(Error::Invalid(errors)) => errors.get("photo").unwrap().to_owned(),
        other => panic!("{other:?}"),
    };
    assert!(refused(barcodes(&[])).await.contains("No barcode"));
    assert!(refused(Vec::new()).await.contains("Choose or take"));
    assert!(
        refused(b"GIF89a".to_vec())
            .await
            .contains("not a photo we can read")
    );
    assert!(refused(vec![0; 9 * 1024 * 1024]).await.contains("8 MB"));
    let large = png(&Drawing::sheet(9000, 10));
    assert!(refused(large).await.contains("too large a picture"));
    assert_eq!(copies(&ann).await, 2);
}

#[tokio::test]
async fn finishing_changes_all_of_them_and_keeps_what_waits_for_a_title() {
    let (_site, ann) = site().await;
    for isbn in [DUNE, EMMA, DUNE, NEW] {
        scan(&ann, key(), isbn, &good()).await.unwrap();
    }
    // What was taken back is out of it.
    let Scanned::Added(gone) = take_back(&ann).await else {
        panic!()
    };
    let all = AllOfThem {
        grade: Some(Grade::Fine),
        offer: Some(None),
    };
    let once = key();
    let finished = finish_scans(&ann, once, all).await.unwrap();
    assert_eq!((finished.copies, finished.changed), (1, 1));
    assert_eq!(finish_scans(&ann, once, all).await.unwrap(), finished);
    assert_eq!(list(&ann).await, [(NEW.to_owned(), "unknown")]);
    let kept = async || -> Vec<(CopyState, Grade)> {
        sqlx::query_as("select state, grade from copies where owner_id = $1 and id <> $2")
            .bind(ann.reader().unwrap().id)
            .bind(gone)
            .fetch_all(ann.db())
            .await
            .unwrap()
    };
    assert_eq!(kept().await, [(CopyState::Owned, Grade::Fine)]);
    undo(&ann, &finished.undo).await.unwrap();
    assert_eq!(kept().await, [(CopyState::Listed, Grade::Good)]);
    let nothing = finish_scans(&ann, key(), all).await.unwrap();
    assert_eq!((nothing.copies, nothing.changed), (0, 0));
}

/// Takes the copy of Emma back.
async fn take_back(cx: &Cx) -> Scanned {
    let rows = scans(cx).await.unwrap().rows;
    let copy = rows.iter().find_map(|row| match row.state {
        ScanState::Added { copy, .. } if row.isbn.to_string() == EMMA => Some(copy),
        _ => None,
    });
    let copy = copy.unwrap();
    change(cx, key(), &[copy], Change::Delete).await.unwrap();
    Scanned::Added(copy)
}

#[tokio::test]
async fn a_list_has_an_end_and_an_old_one_is_over() {
    let (_site, ann) = site().await;
    let isbns: Vec<String> = (0..100)
        .filter_map(|n| (0..10).find_map(|check| Isbn13::parse(&format!("978{n:09}{check}")).ok()))
        .map(|isbn| isbn.to_string())
        .collect();
    sqlx::query("insert into scans (user_id, isbn13) select $1, unnest($2::text[])")
        .bind(ann.reader().unwrap().id)
        .bind(&isbns)
        .execute(ann.db())
        .await
        .unwrap();
    let full = scan(&ann, key(), NEW, &good()).await;
    assert!(matches!(full, Err(Error::Conflict(_))));
    scan(&ann, key(), DUNE, &good()).await.unwrap();
    sqlx::query("update scans set scanned_at = now() - interval '2 days'")
        .execute(ann.db())
        .await
        .unwrap();
    assert_eq!(
        list(&ann).await.len(),
        100,
        "only the copies are of yesterday"
    );
    scan(&ann, key(), EMMA, &good()).await.unwrap();
    assert_eq!(scans(&ann).await.unwrap().added, 1);
}
