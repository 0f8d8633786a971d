//! What comes in late, what is moved, and what guests are told before seats are given on.

use super::*;

#[tokio::test]
async fn nobody_loses_seats_while_a_device_sends_its_notes() {
    let world = world("2").await;
    let first = world.then_take(&world.ana, 1).await;
    let late = world.site.member("late").await;
    let second = world.then_take(&late, 1).await;
    world.wait(&world.bo, 1, false).await.unwrap();
    world.minutes_before(5).await;
    world.here(&world.bo).await.unwrap();
    let notes = [first, second].map(|booking| Note {
        key: Uuid::new_v4(),
        booking: Some(booking),
        code: String::new(),
        party: None,
        at: world.host.now(),
    });
    // The connection is back, and the clock comes between two of them.
    world.minutes_before(-20).await;
    for note in &notes {
        let told = take_notes(&world.host, world.event, std::slice::from_ref(note)).await;
        let told = told.unwrap().remove(0);
        assert_ne!(told.state, NoteState::Refused, "{}", told.said);
        world.sweep().await;
    }
    assert_eq!(world.has(&late).await, Some(1));
    assert_eq!(world.inside().await, 2);
    world.minutes_before(-40).await;
    world.sweep().await;
    assert_eq!(world.has(&late).await, Some(1), "they are inside");
    assert_eq!(world.has(&world.bo).await, None);
    world.sound().await;
}

#[tokio::test]
async fn what_was_noted_on_the_first_date_does_not_count_when_it_is_moved() {
    let world = world("3").await;
    let came = world.add("Vi", 1).await.unwrap();
    let next = world.add("Dee", 1).await.unwrap();
    world.take(&world.ana, 1).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    world.minutes_before(30).await;
    world.let_in(came, None).await.unwrap();
    assert_eq!(world.here(&world.bo).await.unwrap(), Marked::Here);
    let later = evening(&world.host, 3, "3").await;
    world.edit(|form| form.day = later.day).await.unwrap();
    let waits = world.queue().await.waiting.remove(0);
    assert_eq!((waits.here, waits.said_so), (Here::No, false));
    world.minutes_before(-20).await;
    assert_eq!(world.here(&world.bo).await.unwrap(), Marked::Here);
    world.sweep().await;
    assert_eq!(world.has(&world.ana).await, Some(1), "nobody was let in");
    world.let_in(next, None).await.unwrap();
    world.minutes_before(-36).await;
    world.sweep().await;
    assert_eq!(world.has(&world.ana).await, None);
    assert_eq!(world.has(&world.bo).await, Some(1));
    // Moved once more, whoever lost theirs can have seats as everybody can.
    let later = evening(&world.host, 3, "3").await;
    world.edit(|form| form.day = later.day).await.unwrap();
    let page = world.page(&world.ana).await;
    assert!(page.given_on_at.is_some_and(|at| at < page.starts_at));
    world.sound().await;
}

#[tokio::test]
async fn guests_are_told_once_when_seats_are_given_on_or_sooner() {
    let world = World::new("4").await;
    let choose = async |minutes: &str| {
        world
            .edit(|form| form.give_on = minutes.into())
            .await
            .unwrap();
        world.mailed("ana@", "Be there in time").await
    };
    // Nobody is surprised who takes seats after it.
    assert_eq!(choose("20").await.1, 0);
    choose("").await;
    world.take(&world.ana, 1).await.unwrap();
    let (told, mails) = choose("20").await;
    let said = "seats of those who are not there 20 minutes after the start";
    assert!(told.replace('\n', " ").contains(said), "{told}");
    assert_eq!(mails, 1);
    assert_eq!(choose("30").await.1, 1, "later harms nobody");
    assert_eq!(choose("15").await.1, 2);
    assert_eq!(world.mailed("ana@", "has been moved").await.1, 0);
    // Moved at once, one mail says both.
    let later = evening(&world.host, 12, "4").await;
    let moved = world.edit(|form| {
        form.day = later.day;
        form.give_on = "10".into();
    });
    moved.await.unwrap();
    let (told, mails) = world.mailed("ana@", "has been moved").await;
    let said = "seats of those who are not there 10 minutes after the start";
    assert!(told.replace('\n', " ").contains(said), "{told}");
    assert_eq!(mails, 1);
    assert_eq!(world.mailed("ana@", "Be there in time").await.1, 2);
}

#[tokio::test]
async fn an_event_that_is_moved_nearer_leaves_guests_their_day() {
    let world = World::new("4").await;
    world.take(&world.ana, 1).await.unwrap();
    world.minutes_before(26 * 60).await;
    let nearer = world.edit(|form| {
        form.starts = "15:00".into();
        form.give_on = "15".into();
    });
    let nearer = refused(nearer.await);
    assert!(nearer.contains("Guests have to know before"), "{nearer}");
    world.edit(|form| form.give_on = "15".into()).await.unwrap();
}
