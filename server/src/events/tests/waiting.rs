//! Those who wait, when what they wait for changes.

use dogear_domain::fields::CancelReason;

use super::*;

/// What somebody is told, as the newest mail to them with these words in its subject.
fn told(site: &TestSite, to: &str, words: &str) -> String {
    let mail = site.dev_mailbox.messages();
    let mail = mail
        .iter()
        .rfind(|mail| mail.to.iter().any(|one| one.contains(to)) && mail.subject.contains(words));
    mail.map(|mail| mail.text.clone()).unwrap_or_default()
}

#[tokio::test]
async fn r11_those_who_wait_are_told_when_an_event_moves_or_is_cancelled() {
    let world = World::new("2").await;
    world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 2, false).await.unwrap();
    let gone = world.site.member("gone").await;
    world.wait(&gone, 1, false).await.unwrap();
    leave(&gone, world.event).await.unwrap();
    world
        .edit(|form| form.starts = "18:30".into())
        .await
        .unwrap();
    world.site.mailed_subjects().await;
    let moved = told(&world.site, "bob@", "has been moved");
    assert!(
        moved.contains("18:30") && moved.contains("You stay on the waiting list."),
        "{moved}"
    );
    assert!(told(&world.site, "ana@", "has been moved").contains("Your 2 seats stay yours."));
    cancel(&world.host, world.event, &CancelReason::default())
        .await
        .unwrap();
    world.site.mailed_subjects().await;
    assert!(told(&world.site, "bob@", "is cancelled").contains("It would have been"));
    assert_eq!(told(&world.site, "gone@", ""), "");
    // Once each, however often the job is begun anew.
    let subjects = world.site.mailed_subjects().await;
    let cancelled = subjects.iter().filter(|one| one.contains("cancelled"));
    assert_eq!(cancelled.count(), 2, "{subjects:?}");
}

#[tokio::test]
async fn r7_whoever_waits_for_more_than_there_is_by_now_blocks_nobody() {
    let world = World::new("4").await;
    world.edit(|form| form.smaller_pass = false).await.unwrap();
    let booking = world.take(&world.ana, 2).await.unwrap();
    let four = world.site.member("four").await;
    world.wait(&four, 4, false).await.unwrap();
    world.edit(|form| form.capacity = "2".into()).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    change(&world.ana, key(), booking, 1).await.unwrap();
    assert_eq!(world.has(&world.bo).await, Some(1));
    // With room for them they are the first again.
    world.edit(|form| form.capacity = "6".into()).await.unwrap();
    assert_eq!(world.has(&four).await, Some(4));
    world.sound().await;
}

#[tokio::test]
async fn whoever_waits_can_wait_for_something_else_and_keeps_their_place_for_less() {
    let world = World::new("2").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 2, true).await.unwrap();
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_mins(1));
    let carl = world.site.member("carl").await;
    world.wait(&carl, 1, false).await.unwrap();
    let place = async |cx: &Cx| world.page(cx).await.waits.unwrap();
    assert_eq!(place(&world.bo).await.position, 1);
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_mins(1));
    world.wait(&world.bo, 1, false).await.unwrap();
    let bos = place(&world.bo).await;
    assert_eq!((bos.party, bos.auto_confirm, bos.position), (1, true, 1));
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_mins(1));
    world.wait(&world.bo, 2, false).await.unwrap();
    let bos = place(&world.bo).await;
    assert_eq!((bos.party, bos.position), (2, 2));
    assert_eq!(place(&carl).await.position, 1);
    give_back(&world.ana, booking).await.unwrap();
    assert_eq!(world.has(&carl).await, Some(1));
    assert_eq!(world.has(&world.bo).await, None);
    world.sound().await;
}

#[tokio::test]
async fn an_offer_is_kept_for_no_longer_than_if_it_was_made_when_the_event_moved() {
    let world = World::new("2").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 2, true).await.unwrap();
    give_back(&world.ana, booking).await.unwrap();
    let before = world.is_offered(&world.bo).await.unwrap().held_until;
    let tomorrow = evening(&world.host, 1, "2").await;
    world.edit(|form| form.day = tomorrow.day).await.unwrap();
    let page = world.page(&world.bo).await;
    let kept = page.booking.unwrap().held_until;
    assert!(kept < before, "{kept:?} after {before:?}");
    let anew = page.seating.offer_until(world.host.now()).unwrap();
    let apart = anew.duration_since(kept.unwrap()).abs();
    assert!(
        apart < SignedDuration::from_mins(1),
        "{kept:?} and {anew:?}"
    );
    world.site.mailed_subjects().await;
    let moved = told(&world.site, "bob@", "has been moved");
    assert!(moved.contains("2 seats are kept for you until"), "{moved}");
}
