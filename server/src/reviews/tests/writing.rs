//! Writing, changing, deleting.

use dogear_domain::library::Rating;
use jiff::SignedDuration;

use super::*;

#[tokio::test]
async fn a_reader_has_one_review_of_a_book_and_one_rating() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, ben) = (site.member("wren").await, site.member("ben").await);
    let emma = work(&site, "Emma").await;
    let empty = form(&wren, emma).await.unwrap();
    assert!(empty.own.is_none() && empty.rating.is_none());

    let first = says(&wren, emma, "Slow, then wonderful.", "4").await;
    assert_eq!(
        read(&ben, emma).await,
        [("Slow, then wonderful.".into(), 0)]
    );
    let stands = form(&wren, emma).await.unwrap();
    assert_eq!(stands.rating.map(Rating::quarters), Some(16));

    // Another rating alone is no other review.
    let again = says(&wren, emma, "Slow, then wonderful.", "5").await;
    assert_eq!(again, first);
    let line = &of_book(&ben, emma, ReviewSort::Newest, None)
        .await
        .unwrap()
        .lines[0];
    assert_eq!((line.edited_at, line.mine), (None, false));
    assert_eq!(line.rating.map(Rating::quarters), Some(20));
    says(&wren, emma, "Wonderful.", "").await;
    let line = &of_book(&wren, emma, ReviewSort::Newest, None)
        .await
        .unwrap()
        .lines[0];
    assert!(line.edited_at.is_some() && line.mine && line.rating.is_none());
    assert_eq!(number(&wren, "select count(*) from reviews").await, 1);
    assert_eq!(
        number(&wren, "select count(*) from earlier_versions where subject_kind = 'review' and content->>'body' = 'Slow, then wonderful.'").await,
        1
    );
    assert_eq!(number(&wren, "select n::bigint from work_ratings").await, 0);

    // From a page that was opened before.
    let old = version(&stands).unwrap();
    let late = write(&wren, None, emma, &draft("Late.", "1"), &old).await;
    assert!(is_conflict(late));
    let nowhere = write(
        &wren,
        None,
        WorkId(i64::MAX),
        &draft("Where?", ""),
        &Version::default(),
    )
    .await;
    assert!(is_not_found(nowhere));
    let visitor = site.visitor();
    let nobody = write(&visitor, None, emma, &draft("I", ""), &Version::default()).await;
    assert!(matches!(nobody, Err(Error::SignInRequired)));
}

#[test]
fn a_draft_says_what_is_wrong_with_it() {
    let wrong = |body: &str, stars: &str, quarters: &str| {
        let errors = Draft::read(body, false, stars, quarters).unwrap_err();
        let names: Vec<String> = errors.iter().map(|(name, _)| name.to_string()).collect();
        names.join(" ")
    };
    assert_eq!(wrong(" \n ", "4", "0"), "body");
    assert_eq!(wrong("[spoiler] [/spoiler]", "4", "0"), "body");
    assert_eq!(wrong(&"x".repeat(10_001), "4", "0"), "body");
    assert_eq!(wrong("Good.", "5", "1"), "stars");
    assert_eq!(wrong("", "", "3"), "body stars");
    assert!(Draft::read(&"ä".repeat(10_000), true, "0", "1").is_ok());
}

#[tokio::test]
async fn a_deleted_review_can_be_had_back_for_a_day() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, ben) = (site.member("wren").await, site.member("ben").await);
    let emma = work(&site, "Emma").await;
    let review = says(&wren, emma, "Wonderful.", "5").await;
    vote(&ben, review, true).await.unwrap();
    assert!(is_not_found(delete(&ben, None, emma).await));
    assert_eq!(delete(&wren, None, emma).await.unwrap(), review);
    assert!(is_not_found(delete(&wren, None, emma).await));
    assert_eq!(read(&ben, emma).await, []);
    assert!(is_not_found(vote(&ben, review, false).await));
    // How she rates it is another matter.
    assert_eq!(number(&wren, "select n::bigint from work_ratings").await, 1);

    assert!(is_not_found(undelete(&ben, review).await));
    assert_eq!(undelete(&wren, review).await.unwrap(), emma);
    assert_eq!(undelete(&wren, review).await.unwrap(), emma);
    assert_eq!(read(&ben, emma).await, [("Wonderful.".into(), 1)]);

    delete(&wren, None, emma).await.unwrap();
    let other = says(&wren, emma, "On second thoughts.", "3").await;
    assert!(is_conflict(undelete(&wren, review).await));
    assert_eq!(read(&ben, emma).await, [("On second thoughts.".into(), 0)]);
    site.advance(SignedDuration::from_hours(25));
    forget(&wren).await.unwrap();
    assert_eq!(number(&wren, "select id from reviews").await, other.0);
    assert!(is_not_found(undelete(&wren, review).await));
    counts_are_right(&wren).await;
}

#[tokio::test]
async fn who_leaves_takes_reviews_and_votes_along() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, ben) = (site.member("wren").await, site.member("ben").await);
    let emma = work(&site, "Emma").await;
    let (hers, his) = (
        says(&wren, emma, "Hers.", "").await,
        says(&ben, emma, "His.", "").await,
    );
    vote(&ben, hers, true).await.unwrap();
    vote(&wren, his, true).await.unwrap();
    let mut tx = wren.begin().await.unwrap();
    erase(&mut tx, id(&wren)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(read(&ben, emma).await, [("His.".into(), 0)]);
    assert_eq!(number(&ben, "select count(*) from review_votes").await, 0);
}
