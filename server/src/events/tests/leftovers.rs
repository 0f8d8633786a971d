//! What was left over of a swap meet: who says so, and that nobody reads more than sums.

use dogear_domain::events::leftovers::BookOutcome;
use dogear_domain::grade::Grade;
use dogear_domain::ids::CopyId;

use super::*;
use crate::events::books::forget_books;
use crate::search::tests::library::{list, load};

/// A swap meet that is over, to which ana has brought two books.
async fn after() -> (World, CopyId, CopyId) {
    let world = World::new("20").await;
    load(&world.site).await;
    world.take(&world.ana, 1).await.unwrap();
    let emma = list(&world.site, &world.ana, "Emma", Grade::Good).await;
    let other = list(&world.site, &world.ana, "Persuasion", Grade::Good).await;
    bring(&world.ana, world.event, &[emma, other])
        .await
        .unwrap();
    let early = tell_outcomes(&world.ana, world.event, &[emma], true).await;
    assert_eq!(refused(early), "Say so when it is over.");
    days_after(&world, 1).await;
    (world, emma, other)
}

async fn days_after(world: &World, days: i64) {
    let ends_at = world.page(&world.host).await.ends_at;
    let then = ends_at + SignedDuration::from_hours(24 * days);
    let clock = &world.site.services.clock;
    clock.advance(then.duration_since(clock.now()));
}

async fn sums(world: &World, cx: &Cx) -> Option<(i64, i64)> {
    let page = world.page(cx).await;
    let past = past(cx, &page).await.unwrap().expect("it is over");
    past.sums.map(|sums| (sums.gone, sums.stayed))
}

#[tokio::test]
async fn guests_say_for_a_week_what_became_of_their_books() {
    let (world, emma, other) = after().await;
    let World { ana, bo, event, .. } = &world;
    assert_eq!(sums(&world, bo).await, None, "nobody has said anything");
    let foreign = list(&world.site, bo, "Emma", Grade::Good).await;
    // Not of theirs is passed over.
    tell_outcomes(ana, *event, &[emma, foreign], false)
        .await
        .unwrap();
    assert_eq!(sums(&world, bo).await, Some((1, 0)));
    tell_outcomes(ana, *event, &[emma], true).await.unwrap();
    tell_outcomes(ana, *event, &[emma], true).await.unwrap();
    assert_eq!(sums(&world, &world.site.visitor()).await, Some((1, 1)));
    let own = books(ana, *event, BookQuery::default()).await.unwrap();
    let own = own.came_home.expect("for a week");
    let said: Vec<_> = own.iter().map(|one| (one.copy, one.outcome)).collect();
    assert_eq!(
        said,
        [
            (emma, Some(BookOutcome::Gone)),
            (other, Some(BookOutcome::Home))
        ]
    );
    // Nothing has happened to the copies.
    let listed: i64 = sqlx::query_scalar("select count(*) from copies where state = 'listed'")
        .fetch_one(ana.db())
        .await
        .unwrap();
    assert_eq!(listed, 3);
    // Others have no list, and see none.
    assert!(matches!(
        tell_outcomes(bo, *event, &[emma], true).await,
        Err(Error::NotFound)
    ));
    let theirs = books(bo, *event, BookQuery::default()).await.unwrap();
    assert_eq!((theirs.came_home, theirs.others.len()), (None, 0));

    days_after(&world, 8).await;
    let late = tell_outcomes(ana, *event, &[], true).await;
    assert_eq!(
        refused(late),
        "You could say so for a week, and that has passed."
    );
    let own = books(ana, *event, BookQuery::default()).await.unwrap();
    assert_eq!(own.came_home, None);
    // The books are forgotten, and the sums are not; twice is once.
    days_after(&world, 9).await;
    forget_books(ana).await.unwrap();
    forget_books(ana).await.unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from event_books")
        .fetch_one(ana.db())
        .await
        .unwrap();
    assert_eq!(left, 0);
    assert_eq!(sums(&world, bo).await, Some((1, 1)));
}

#[tokio::test]
async fn the_host_says_so_too_and_whoever_did_not_come_does_not() {
    let world = World::new("20").await;
    load(&world.site).await;
    let World {
        site,
        host,
        ana,
        bo,
        event,
    } = &world;
    world.take(ana, 1).await.unwrap();
    let seats = world.take(bo, 1).await.unwrap();
    let emma = list(site, ana, "Emma", Grade::Good).await;
    bring(ana, *event, &[emma]).await.unwrap();
    let other = list(site, host, "Persuasion", Grade::Good).await;
    bring(host, *event, &[other]).await.unwrap();
    let ends_at = world.page(host).await.ends_at;
    let clock = &site.services.clock;
    clock.advance(ends_at.duration_since(clock.now()) - SignedDuration::from_hours(1));
    let_in(host, key(), *event, seats, None).await.unwrap();
    days_after(&world, 1).await;
    // Ana was not let in; bo was, and brought nothing.
    for (cx, tells) in [(host, true), (ana, false), (bo, false)] {
        let page = world.page(cx).await;
        let shown = past(cx, &page).await.unwrap().unwrap();
        assert_eq!(shown.tells, tells);
        let list = books(cx, *event, BookQuery::default()).await.unwrap();
        assert_eq!(list.came_home.is_some(), tells);
    }
    for cx in [ana, bo] {
        let told = tell_outcomes(cx, *event, &[emma], true).await;
        assert!(matches!(told, Err(Error::NotFound)), "{told:?}");
    }
    tell_outcomes(host, *event, &[other], true).await.unwrap();
    assert_eq!(sums(&world, bo).await, Some((1, 0)));
}

#[tokio::test]
async fn hosts_say_what_stayed_on_the_table() {
    let (world, ..) = after().await;
    let World {
        host,
        ana,
        bo,
        event,
        ..
    } = &world;
    let seen = leftover(host, &world.page(host).await)
        .await
        .unwrap()
        .expect("for the host");
    assert_eq!(seen, Leftover::default());
    let say = |books: &str, words: &str| Leftover {
        books: books.into(),
        words: words.into(),
    };
    let version = seen.version().unwrap();
    let wrong = save_leftover(host, *event, &say("a few", ""), &version).await;
    assert!(refused(wrong).starts_with("books: "));
    let left = say("12", "Mostly crime. The shelter has them.");
    save_leftover(host, *event, &left, &version).await.unwrap();
    // The same again is fine; another from an old page is not.
    save_leftover(host, *event, &left, &version).await.unwrap();
    let old = save_leftover(host, *event, &say("3", ""), &version).await;
    assert!(refused(old).starts_with("This was changed"));
    assert_eq!(sums(&world, bo).await, Some((0, 12)));
    // Whoever was there reads the words, and others the number alone.
    let words = async |cx: &Cx| {
        past(cx, &world.page(cx).await)
            .await
            .unwrap()
            .unwrap()
            .words
    };
    assert_eq!(words(ana).await, left.words);
    assert_eq!(words(bo).await, "");
    let hidden = save_leftover(ana, *event, &left, &version).await;
    assert!(matches!(hidden, Err(Error::NotFound)), "{hidden:?}");
    assert_eq!(leftover(ana, &world.page(ana).await).await.unwrap(), None);
    super::leaving::erased(host).await;
    let kept: String = sqlx::query_scalar("select words from event_leftovers")
        .fetch_one(ana.db())
        .await
        .unwrap();
    assert_eq!(kept, "");
}
