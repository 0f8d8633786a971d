//! Taking seats, giving them back, waiting for them.

use super::*;

#[tokio::test]
async fn r3_seats_are_taken_until_none_is_left() {
    let world = World::new("3").await;
    world.take(&world.ana, 2).await.unwrap();
    assert_eq!(world.has(&world.ana).await, Some(2));
    assert_eq!(
        refused(world.take(&world.bo, 2).await),
        "party: Only one seat is left. Take that one, or join the waiting list."
    );
    world.take(&world.bo, 1).await.unwrap();
    let host = refused(world.take(&world.host, 1).await);
    assert!(host.starts_with("All seats are taken."), "{host}");
    for wrong in [0, -1, 5, 1_000_000_000] {
        let said = refused(world.take(&world.host, wrong).await);
        assert_eq!(said, "party: Choose between 1 and 3 seats.", "{wrong}");
    }
    world.sound().await;
}

#[tokio::test]
async fn r5_a_form_that_is_sent_twice_takes_seats_once() {
    let world = World::new("20").await;
    let once = key();
    let first = take(&world.ana, once, world.event, 2).await.unwrap();
    let again = take(&world.ana, once, world.event, 2).await.unwrap();
    assert_eq!(first, again);
    let other = take(&world.ana, once, world.event, 3).await;
    assert!(refused(other).contains("with other content"));
    let second = world.take(&world.ana, 1).await;
    assert!(refused(second).contains("You have seats at this event already"));
    assert_eq!(world.page(&world.ana).await.seating.taken, 2);
}

#[tokio::test]
async fn r6_more_are_taken_like_new_ones_and_fewer_go_on() {
    let world = World::new("4").await;
    let booking = world.take(&world.ana, 3).await.unwrap();
    let more = change(&world.ana, key(), booking, 5).await;
    assert_eq!(refused(more), "party: Choose between 1 and 4 seats.");
    change(&world.ana, key(), booking, 4).await.unwrap();
    world.wait(&world.bo, 2, false).await.unwrap();
    assert_eq!(world.page(&world.bo).await.waits.unwrap().position, 1);
    change(&world.ana, key(), booking, 2).await.unwrap();
    assert_eq!(world.has(&world.bo).await, Some(2));
    // Not hers, like not there.
    let others = change(&world.bo, key(), booking, 1).await;
    assert!(matches!(others, Err(Error::NotFound)), "{others:?}");
    world.sound().await;
}

#[tokio::test]
async fn r7_whoever_waits_first_has_what_comes_free_if_it_would_do() {
    let world = World::new("4").await;
    let booking = world.take(&world.ana, 4).await.unwrap();
    let four = world.site.member("four").await;
    let one = world.site.member("one").await;
    world.wait(&four, 4, false).await.unwrap();
    world.wait(&one, 1, false).await.unwrap();
    change(&world.ana, key(), booking, 3).await.unwrap();
    assert_eq!(world.has(&one).await, Some(1), "a smaller party passes");
    let page = world.page(&four).await;
    assert_eq!(
        page.waits.unwrap().position,
        1,
        "and the larger one keeps its place"
    );
    give_back(&world.ana, booking).await.unwrap();
    assert_eq!(
        world.has(&four).await,
        None,
        "three are free, four are wanted"
    );
    // A newcomer takes what would do for nobody who waits.
    world.take(&world.bo, 3).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn r7_with_a_strict_list_everybody_waits_for_the_first() {
    let world = World::new("4").await;
    world.edit(|form| form.smaller_pass = false).await.unwrap();
    let booking = world.take(&world.ana, 4).await.unwrap();
    let four = world.site.member("four").await;
    let one = world.site.member("one").await;
    world.wait(&four, 4, false).await.unwrap();
    world.wait(&one, 1, false).await.unwrap();
    change(&world.ana, key(), booking, 2).await.unwrap();
    assert_eq!(world.has(&one).await, None);
    assert_eq!(
        refused(world.take(&world.bo, 1).await),
        "Others were here before you and wait for these seats. Join the waiting list."
    );
    give_back(&world.ana, booking).await.unwrap();
    assert_eq!(world.has(&four).await, Some(4));
    world.sound().await;
}

#[tokio::test]
async fn r7_fewer_seats_go_to_whoever_said_that_they_would_do() {
    let world = World::new("4").await;
    let booking = world.take(&world.ana, 4).await.unwrap();
    let wish = Wish {
        party: 3,
        accepts_fewer: true,
        auto_confirm: true,
    };
    join(&world.bo, key(), world.event, wish).await.unwrap();
    change(&world.ana, key(), booking, 3).await.unwrap();
    assert_eq!(world.has(&world.bo).await, Some(1));
}

#[tokio::test]
async fn r8_whoever_wants_to_be_asked_is_asked_and_answers() {
    let world = World::new("2").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 2, true).await.unwrap();
    let carl = world.site.member("carl").await;
    world.wait(&carl, 2, true).await.unwrap();
    give_back(&world.ana, booking).await.unwrap();
    let offer = world.is_offered(&world.bo).await.expect("bo is first");
    let full = refused(world.take(&world.ana, 1).await);
    assert!(
        full.starts_with("All seats are taken"),
        "kept seats are taken: {full}"
    );
    // Not theirs, like not there.
    let others = accept(&carl, offer.id).await;
    assert!(matches!(others, Err(Error::NotFound)), "{others:?}");
    decline(&world.bo, offer.id).await.unwrap();
    decline(&world.bo, offer.id).await.unwrap();
    let offer = world.is_offered(&carl).await.expect("the next one at once");
    accept(&carl, offer.id).await.unwrap();
    accept(&carl, offer.id).await.unwrap();
    assert_eq!(world.has(&carl).await, Some(2));
    let page = world.page(&world.bo).await;
    assert_eq!((page.booking, page.waits), (None, None));
    world.sound().await;
}

#[tokio::test]
async fn r9_an_offer_that_runs_out_goes_on_and_the_second_one_ends_the_wait() {
    let world = World::new("2").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 2, true).await.unwrap();
    give_back(&world.ana, booking).await.unwrap();
    let first = world.is_offered(&world.bo).await.expect("bo is asked");
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(25));
    sweeps::sweep(&world.host).await.unwrap();
    let second = world
        .is_offered(&world.bo)
        .await
        .expect("bo is asked again");
    assert_ne!(first.id, second.id);
    let late = refused(accept(&world.bo, first.id).await);
    assert!(late.starts_with("This offer has ended"), "{late}");
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(25));
    sweeps::sweep(&world.host).await.unwrap();
    let page = world.page(&world.bo).await;
    assert_eq!((page.booking, page.waits), (None, None));
    assert_eq!(page.seating.taken, 0);
    world.sound().await;
}

#[tokio::test]
async fn r7_in_the_last_hours_only_those_are_promoted_who_need_not_be_asked() {
    let world = World::new("2").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 1, true).await.unwrap();
    let sure = world.site.member("sure").await;
    world.wait(&sure, 1, false).await.unwrap();
    let starts_at = world.page(&world.ana).await.starts_at;
    let until = starts_at.duration_since(world.host.now()) - SignedDuration::from_hours(1);
    world.site.services.clock.advance(until);
    give_back(&world.ana, booking).await.unwrap();
    assert_eq!(world.has(&sure).await, Some(1));
    assert_eq!(world.is_offered(&world.bo).await, None);
    // Whoever comes first has the rest.
    world.take(&world.ana, 1).await.unwrap();
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(2));
    sweeps::sweep(&world.host).await.unwrap();
    assert_eq!(world.page(&world.bo).await.waits, None, "it has begun");
    let begun = refused(world.take(&world.bo, 1).await);
    assert!(begun.starts_with("This event has begun"), "{begun}");
    world.sound().await;
}

#[tokio::test]
async fn leaving_the_list_gives_an_offer_to_the_next() {
    let world = World::new("1").await;
    let booking = world.take(&world.ana, 1).await.unwrap();
    world.wait(&world.bo, 1, true).await.unwrap();
    let carl = world.site.member("carl").await;
    world.wait(&carl, 1, true).await.unwrap();
    give_back(&world.ana, booking).await.unwrap();
    assert!(world.is_offered(&world.bo).await.is_some());
    leave(&world.bo, world.event).await.unwrap();
    leave(&world.bo, world.event).await.unwrap();
    assert!(world.is_offered(&carl).await.is_some());
    world.sound().await;
}

#[tokio::test]
async fn guests_are_told_once_what_became_of_their_seats() {
    let world = World::new("2").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 2, false).await.unwrap();
    give_back(&world.ana, booking).await.unwrap();
    let subjects = world.site.mailed_subjects().await;
    // Ana has given hers back before she was told that she had them.
    assert_eq!(
        subjects,
        [
            "You have 2 seats at “Swap by lamplight” now",
            "Your seats at “Swap by lamplight” are given back"
        ]
    );
    world.wait(&world.ana, 1, true).await.unwrap();
    let theirs = world.page(&world.bo).await.booking.unwrap();
    change(&world.bo, key(), theirs.id, 1).await.unwrap();
    let subjects = world.site.mailed_subjects().await;
    assert_eq!(
        subjects,
        [
            "A seat is free for you at “Swap by lamplight”",
            "You have 2 seats at “Swap by lamplight” now",
            "Your seats at “Swap by lamplight”",
            "Your seats at “Swap by lamplight” are given back"
        ]
    );
}
