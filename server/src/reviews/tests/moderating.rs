//! Reports of reviews, and what moderators decide.

use dogear_domain::accounts::Role;
use dogear_domain::fields::ReviewBody;
use dogear_domain::moderation::{SubjectKind, Verdict};

use super::*;
use crate::moderation::decisions::{self, Ruling};
use crate::moderation::reports::{self, NewReport};
use crate::moderation::{SubjectRef, case, reviews as hiding};
use crate::testing::said;

async fn report(by: &Cx, review: ReviewId, reason: &str) {
    let new = NewReport::read(SubjectRef::review(review), reason, "").unwrap();
    reports::create(by, None, &new).await.unwrap();
}

fn ruling(review: ReviewId, verdict: Verdict) -> Ruling {
    Ruling::read(SubjectRef::review(review), verdict, "It tells the end.", "").unwrap()
}

async fn told(cx: &Cx) -> Vec<String> {
    sqlx::query_scalar("select kind from notifications where user_id = $1 order by id")
        .bind(id(cx))
        .fetch_all(cx.db())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_moderator_marks_a_spoiler_and_takes_it_back() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, ben) = (site.member("wren").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let emma = work(&site, "Emma").await;
    let review = says(&wren, emma, "She marries him.", "5").await;
    report(&ben, review, "spoiler").await;
    let shown = case::open(&bea, SubjectRef::review(review)).await.unwrap();
    assert_eq!(shown.subject.kind, SubjectKind::Review);
    assert!(shown.title.starts_with("Review of "), "{}", shown.title);
    assert!(shown.verdicts.contains(&Verdict::MarkSpoiler));
    let decision = decisions::decide(&bea, None, &ruling(review, Verdict::MarkSpoiler))
        .await
        .unwrap();
    let folded = |lines: BookReviews| lines.lines[0].spoiler;
    let of = async || {
        of_book(&ben, emma, ReviewSort::Helpful, None)
            .await
            .unwrap()
    };
    assert!(folded(of().await));
    assert_eq!(told(&wren).await, ["review_marked"]);
    // Her own change does not take it back.
    says(&wren, emma, "She marries.", "5").await;
    assert!(folded(of().await));

    decisions::undo(&bea, decision).await.unwrap();
    assert!(!folded(of().await));
    report(&site.member("cyd").await, review, "spoiler").await;
    run(&bea, "update reviews set spoiler = true").await;
    let again = case::open(&bea, SubjectRef::review(review)).await.unwrap();
    assert!(!again.verdicts.contains(&Verdict::MarkSpoiler));
}

#[tokio::test]
async fn a_hidden_review_is_gone_for_others_and_its_rating_counts_on() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, ben) = (site.member("wren").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let emma = work(&site, "Emma").await;
    let review = says(&wren, emma, "Buy at my shop.", "5").await;
    report(&ben, review, "spam").await;
    let listed = desk::list(&bea, "emma", desk::Which::Reported, None)
        .await
        .unwrap();
    assert_eq!((listed.len(), listed[0].open_reports), (1, 1));
    let note = said("");
    let decision = hiding::hide(&bea, None, review, &said("Advertising."), &note)
        .await
        .unwrap();
    assert_eq!(read(&ben, emma).await, []);
    assert_eq!(told(&wren).await, ["review_hidden"]);
    assert_eq!(number(&bea, "select n::bigint from work_ratings").await, 1);
    let own = form(&wren, emma).await.unwrap().own.unwrap();
    assert_eq!(own.hidden.as_deref(), Some("Advertising."));
    // Changed, it stays hidden.
    says(&wren, emma, "Good.", "5").await;
    assert_eq!(read(&ben, emma).await, []);
    let twice = hiding::hide(&bea, None, review, &said("Again."), &note).await;
    assert!(is_conflict(twice));
    let found = desk::list(&bea, "@wren", desk::Which::Hidden, None)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);

    decisions::undo(&bea, decision).await.unwrap();
    assert_eq!(read(&ben, emma).await.len(), 1);
    hiding::hide(&bea, None, review, &said("Advertising."), &note)
        .await
        .unwrap();
    hiding::restore(&bea, None, review, &said("A mistake."))
        .await
        .unwrap();
    assert_eq!(read(&ben, emma).await.len(), 1);
    assert!(told(&wren).await.contains(&"review_restored".to_owned()));
    assert!(is_not_found(
        hiding::hide(&ben, None, review, &said("I do not like it."), &note).await
    ));
}

#[tokio::test]
async fn a_hidden_review_that_is_deleted_and_written_anew_stays_hidden() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, ben) = (site.member("wren").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let emma = work(&site, "Emma").await;
    let review = says(&wren, emma, "Buy at my shop.", "5").await;
    hiding::hide(&bea, None, review, &said("Advertising."), &said(""))
        .await
        .unwrap();
    delete(&wren, None, emma).await.unwrap();
    // Also when the day is over on which it could be had back.
    site.advance(jiff::SignedDuration::from_hours(50));
    forget(&Cx::system(site.services.clone())).await.unwrap();
    let empty = form(&wren, emma).await.unwrap();
    assert!(empty.own.is_none());
    assert_eq!(empty.was_hidden.as_deref(), Some("Advertising."));
    let imported = {
        let mut tx = wren.begin().await.unwrap();
        let body = ReviewBody::parse("Buy here.").unwrap();
        record(&mut tx, id(&wren), emma, (&body, false), wren.now())
            .await
            .unwrap()
    };
    assert_eq!(imported, None);
    assert_eq!(says(&wren, emma, "Buy at my shop!", "5").await, review);
    assert_eq!(read(&ben, emma).await, []);
    let own = form(&wren, emma).await.unwrap();
    assert!(own.was_hidden.is_none());
    assert_eq!(own.own.unwrap().hidden.as_deref(), Some("Advertising."));

    // Once it is shown again it is deleted and forgotten as any other.
    hiding::restore(&bea, None, review, &said("It reads well now."))
        .await
        .unwrap();
    assert_eq!(read(&ben, emma).await.len(), 1);
    delete(&wren, None, emma).await.unwrap();
    assert!(!form(&wren, emma).await.unwrap().moderated);
    site.advance(jiff::SignedDuration::from_hours(50));
    forget(&Cx::system(site.services.clone())).await.unwrap();
    let other = says(&wren, emma, "A fine book.", "5").await;
    assert_ne!(other, review);
    assert_eq!(read(&ben, emma).await.len(), 1);

    // Marked, it stays marked.
    run(&bea, "update reviews set marked_at = now()").await;
    delete(&wren, None, emma).await.unwrap();
    says(&wren, emma, "A very fine book.", "5").await;
    assert!(form(&wren, emma).await.unwrap().own.unwrap().is_marked);
}

#[tokio::test]
async fn author_reporter_and_voter_leave_it_to_colleagues() {
    let site = TestSite::new().await;
    load(&site).await;
    let emma = work(&site, "Emma").await;
    let (bea, cal) = (
        site.account("bea", Role::Moderator).await,
        site.account("cal", Role::Moderator).await,
    );
    let (dot, wren) = (
        site.account("dot", Role::Moderator).await,
        site.member("wren").await,
    );
    let review = says(&bea, emma, "By a moderator.", "").await;
    vote(&cal, review, true).await.unwrap();
    report(&dot, review, "offensive").await;
    report(&wren, review, "offensive").await;
    for tied in [&bea, &cal, &dot] {
        let decided = decisions::decide(tied, None, &ruling(review, Verdict::Hide)).await;
        assert!(matches!(decided, Err(Error::Forbidden(_))), "{decided:?}");
        let hidden = hiding::hide(tied, None, review, &said("So."), &said("")).await;
        assert!(matches!(hidden, Err(Error::Forbidden(_))), "{hidden:?}");
    }
    let own = NewReport::read(SubjectRef::review(review), "spam", "").unwrap();
    let reported = reports::create(&bea, None, &own).await;
    assert!(matches!(reported, Err(Error::Forbidden(_))));
    let eli = site.account("eli", Role::Moderator).await;
    decisions::decide(&eli, None, &ruling(review, Verdict::Hide))
        .await
        .unwrap();
}
