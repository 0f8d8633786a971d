//! What hosts do, and what they cannot.

use dogear_domain::fields::CancelReason;

use super::*;
use crate::testing::said;

#[tokio::test]
async fn a_draft_is_seen_by_its_host_alone_until_it_is_published() {
    let world = World::new("20").await;
    let form = evening(&world.host, 3, "").await;
    let event = create(&world.host, key(), &form).await.unwrap();
    let others = page(&world.ana, event).await;
    assert!(matches!(others, Err(Error::NotFound)), "{others:?}");
    let taken = take(&world.ana, key(), event, 1).await;
    assert!(matches!(taken, Err(Error::NotFound)), "{taken:?}");
    let theirs = publish(&world.ana, event).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    publish(&world.host, event).await.unwrap();
    publish(&world.host, event).await.unwrap();
    take(&world.ana, key(), event, 4).await.unwrap();
    let listed = listed_in(&world.ana, "").await;
    let found: Vec<_> = listed.iter().map(|one| (one.event, one.booked)).collect();
    assert_eq!(found, [(event, Some(4)), (world.event, None)]);
    assert_eq!(listed_in(&world.ana, "leeds").await.len(), 2);
    assert_eq!(listed_in(&world.ana, "York").await.len(), 0);
}

#[tokio::test]
async fn events_for_members_are_for_members() {
    let world = World::new("20").await;
    world
        .edit(|form| form.visibility = "members".into())
        .await
        .unwrap();
    let visitor = world.site.visitor();
    let shut = page(&visitor, world.event).await;
    assert!(matches!(shut, Err(Error::NotFound)), "{shut:?}");
    assert_eq!(listed_in(&visitor, "").await, []);
    assert_eq!(world.page(&world.ana).await.seating.capacity, Some(20));
}

#[tokio::test]
async fn a_blocked_reader_sees_no_event_of_the_host() {
    let world = World::new("20").await;
    crate::accounts::block(&world.host, "ana").await.unwrap();
    let shut = page(&world.ana, world.event).await;
    assert!(matches!(shut, Err(Error::NotFound)), "{shut:?}");
    let taken = world.take(&world.ana, 1).await;
    assert!(matches!(taken, Err(Error::NotFound)), "{taken:?}");
    assert_eq!(listed_in(&world.ana, "").await, []);
}

#[tokio::test]
async fn r10_seats_that_are_taken_cannot_be_taken_away_and_more_go_to_those_who_wait() {
    let world = World::new("4").await;
    world.take(&world.ana, 4).await.unwrap();
    world.wait(&world.bo, 2, false).await.unwrap();
    let fewer = world.edit(|form| form.capacity = "3".into()).await;
    assert_eq!(
        refused(fewer),
        "capacity: 4 seats are taken. Enter 4 or more."
    );
    world.edit(|form| form.capacity = "6".into()).await.unwrap();
    assert_eq!(world.has(&world.bo).await, Some(2));
    world
        .edit(|form| form.capacity = String::new())
        .await
        .unwrap();
    let page = world.page(&world.ana).await;
    assert_eq!((page.seating.capacity, page.seating.taken), (None, 6));
    world.sound().await;
}

#[tokio::test]
async fn r11_a_cancelled_event_ends_all_seats_and_tells_its_guests() {
    let world = World::new("2").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    world.site.mailed_subjects().await;
    let theirs = cancel(&world.ana, world.event, &CancelReason::default()).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    cancel(&world.host, world.event, &said("The lamp is broken."))
        .await
        .unwrap();
    cancel(&world.host, world.event, &said("Again."))
        .await
        .unwrap();
    let page = world.page(&world.ana).await;
    assert_eq!((page.booking, page.seating.taken), (None, 0));
    assert_eq!(world.page(&world.bo).await.waits, None);
    let subjects = world.site.mailed_subjects().await;
    assert_eq!(
        subjects,
        [
            "You are on the waiting list for “Swap by lamplight”",
            "Your seats at “Swap by lamplight”",
            "“Swap by lamplight” is cancelled",
            "“Swap by lamplight” is cancelled"
        ]
    );
    let mail = world.site.dev_mailbox.messages();
    let mail = mail
        .iter()
        .find(|mail| mail.subject.contains("cancelled"))
        .unwrap();
    assert!(mail.text.contains("“The lamp is broken.”"), "{}", mail.text);
    give_back(&world.ana, booking).await.unwrap();
    let taken = refused(world.take(&world.bo, 1).await);
    assert!(taken.starts_with("This event is cancelled"), "{taken}");
    let again = refused(publish(&world.host, world.event).await);
    assert!(again.starts_with("This event is cancelled"), "{again}");
    world.sound().await;
}

#[tokio::test]
async fn r11_guests_are_told_when_an_event_moves_and_of_nothing_else() {
    let world = World::new("20").await;
    world.take(&world.ana, 1).await.unwrap();
    world.site.mailed_subjects().await;
    world
        .edit(|form| form.description = "Bring four.".into())
        .await
        .unwrap();
    assert_eq!(world.site.mailed_subjects().await.len(), 1);
    world
        .edit(|form| form.starts = "18:30".into())
        .await
        .unwrap();
    let subjects = world.site.mailed_subjects().await;
    assert_eq!(
        subjects,
        [
            "Your seats at “Swap by lamplight”",
            "“Swap by lamplight” has been moved"
        ]
    );
    let mail = world.site.dev_mailbox.messages();
    let mail = mail
        .iter()
        .find(|mail| mail.subject.contains("moved"))
        .unwrap();
    assert!(mail.text.contains("18:30 to 21:00"), "{}", mail.text);
}

#[tokio::test]
async fn two_organisers_who_edit_at_once_lose_nothing() {
    let world = World::new("20").await;
    let seen = draft(&world.host, world.event).await.unwrap();
    let version = seen.version().unwrap();
    let mut first = seen.form.clone();
    first.title = "Swap by candlelight".into();
    save(&world.host, world.event, &first, &version)
        .await
        .unwrap();
    let mut second = seen.form.clone();
    second.capacity = "30".into();
    let late = save(&world.host, world.event, &second, &version).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    let now = draft(&world.host, world.event).await.unwrap();
    assert_eq!(now.form.title, "Swap by candlelight");
    assert_eq!(now.form.capacity, "20");
}

/// What is wrong with a form.
type Change = fn(&mut EventForm);

#[tokio::test]
async fn what_cannot_be_is_refused_at_its_field() {
    let world = World::new("20").await;
    let good = evening(&world.host, 5, "20").await;
    let wrong: [(&str, Change); 14] = [
        ("title", |form| form.title = "\u{200b}".into()),
        ("description", |form| {
            form.description = "x".repeat(10_000_000);
        }),
        ("kind", |form| form.kind = "raffle".into()),
        ("visibility", |form| form.visibility = "secret".into()),
        ("venue", |form| form.venue = "0".into()),
        ("day", |form| form.day = "2027-02-29".into()),
        ("day", |form| form.day = "2020-01-01".into()),
        ("starts", |form| form.starts = "25:00".into()),
        ("ends", |form| form.ends = "18:00".into()),
        ("last_day", |form| form.last_day = "soon".into()),
        ("capacity", |form| form.capacity = "0".into()),
        ("capacity", |form| form.capacity = "-3".into()),
        ("max_party", |form| form.max_party = String::new()),
        ("max_party", |form| form.max_party = "1000000000".into()),
    ];
    for (field, change) in wrong {
        let mut form = good.clone();
        change(&mut form);
        let said = refused(create(&world.host, key(), &form).await);
        assert!(said.starts_with(&format!("{field}: ")), "{field}: {said}");
    }
    let mut nowhere = place();
    nowhere.time_zone = "Middle/Earth".into();
    let said = refused(add_venue(&world.host, key(), &nowhere).await);
    assert!(said.starts_with("time_zone: "), "{said}");
    // Somebody else's place is none.
    let theirs = create(&world.ana, key(), &good).await;
    assert!(refused(theirs).starts_with("venue: "));
}

#[tokio::test]
async fn places_are_changed_by_their_owner_and_by_nobody_else() {
    let world = World::new("20").await;
    let seen = venues(&world.host).await.unwrap().remove(0);
    let others = save_venue(&world.ana, seen.id, &place(), &Version::default()).await;
    assert!(matches!(others, Err(Error::NotFound)), "{others:?}");
    let mut form = place();
    form.name = "Café Lantern".into();
    let version = seen.version().unwrap();
    save_venue(&world.host, seen.id, &form, &version)
        .await
        .unwrap();
    save_venue(&world.host, seen.id, &form, &version)
        .await
        .unwrap();
    form.name = "Café Torch".into();
    let late = save_venue(&world.host, seen.id, &form, &version).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    assert_eq!(world.page(&world.ana).await.place.name, "Café Lantern");
}

#[tokio::test]
async fn the_host_sees_guests_and_those_who_wait_and_nobody_else_does() {
    let world = World::new("2").await;
    world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 1, true).await.unwrap();
    let seen = guests(&world.host, world.event, None).await.unwrap();
    let names = |guests: &[Guest]| -> Vec<(String, i32)> {
        guests
            .iter()
            .map(|one| (one.handle.clone(), one.party))
            .collect()
    };
    assert_eq!(names(&seen.guests), [("ana".to_owned(), 2)]);
    assert_eq!(names(&seen.waiting), [("bob".to_owned(), 1)]);
    let theirs = guests(&world.ana, world.event, None).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
}

#[tokio::test]
async fn r1_a_number_that_is_not_the_sum_raises_an_alarm() {
    let world = World::new("20").await;
    world.take(&world.ana, 2).await.unwrap();
    sweeps::recount(&world.host).await.unwrap();
    sqlx::query("update event_occurrences set seats_taken = 3")
        .execute(&world.site.services.db)
        .await
        .unwrap();
    let alarm = sweeps::recount(&world.host).await;
    assert!(matches!(alarm, Err(Error::Internal(_))), "{alarm:?}");
}

#[tokio::test]
async fn own_seats_are_listed_before_and_after() {
    let world = World::new("20").await;
    world.take(&world.ana, 2).await.unwrap();
    assert_eq!(own(&world.ana, false).await.unwrap()[0].booked, Some(2));
    assert!(own(&world.ana, true).await.unwrap().is_empty());
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 12));
    assert!(own(&world.ana, false).await.unwrap().is_empty());
    assert_eq!(own(&world.ana, true).await.unwrap()[0].event, world.event);
    let (hosted, next) = hosted(&world.host, None).await.unwrap();
    assert_eq!((hosted.len(), next), (1, None));
}

#[tokio::test]
async fn a_draft_that_is_dropped_is_shown_to_nobody() {
    let world = World::new("20").await;
    let form = evening(&world.host, 3, "").await;
    let event = create(&world.host, key(), &form).await.unwrap();
    let kept = cancel(&world.host, event, &CancelReason::default()).await;
    assert!(!kept.unwrap(), "a draft is deleted");
    for cx in [&world.host, &world.ana, &world.site.visitor()] {
        let gone = page(cx, event).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
    }
}

#[tokio::test]
async fn who_was_there_does_not_learn_where_the_host_lives_today() {
    let world = World::new("20").await;
    world.take(&world.ana, 1).await.unwrap();
    assert_eq!(world.page(&world.ana).await.place.address, "2 Low Street");
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 12));
    assert_eq!(world.page(&world.ana).await.place.address, "");
    crate::accounts::block(&world.host, "ana").await.unwrap();
    let shut = page(&world.ana, world.event).await;
    assert!(matches!(shut, Err(Error::NotFound)), "{shut:?}");
}

#[tokio::test]
async fn whoever_was_blocked_meanwhile_is_passed_by_and_can_leave() {
    let world = World::new("2").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    let carl = world.site.member("carl").await;
    world.wait(&carl, 2, false).await.unwrap();
    crate::accounts::block(&world.host, "bob").await.unwrap();
    give_back(&world.ana, booking).await.unwrap();
    assert_eq!(world.has(&carl).await, Some(2));
    leave(&world.bo, world.event).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn an_event_keeps_its_hour_when_its_place_gets_another_clock() {
    let world = World::new("20").await;
    world.take(&world.ana, 1).await.unwrap();
    world.site.mailed_subjects().await;
    let before = world.page(&world.ana).await.starts_at;
    let seen = venues(&world.host).await.unwrap().remove(0);
    let mut form = place();
    form.time_zone = "Europe/Paris".into();
    save_venue(&world.host, seen.id, &form, &seen.version().unwrap())
        .await
        .unwrap();
    world
        .edit(|form| form.title = "Swap by candlelight".into())
        .await
        .unwrap();
    assert_eq!(world.page(&world.ana).await.starts_at, before);
    assert_eq!(
        world.site.mailed_subjects().await.len(),
        1,
        "nobody is told of nothing"
    );
    let seen = venues(&world.host).await.unwrap().remove(0);
    form.address = "4 High Street".into();
    save_venue(&world.host, seen.id, &form, &seen.version().unwrap())
        .await
        .unwrap();
    let subjects = world.site.mailed_subjects().await;
    assert!(
        subjects.contains(&"“Swap by candlelight” has been moved".to_owned()),
        "{subjects:?}"
    );
}

/// Also who is more than a guest: interested before, a helper, and on the list of what is to be done.
#[tokio::test]
async fn whoever_has_seats_has_one_mail_when_it_is_moved() {
    let world = World::new("5").await;
    super::hosts::helps(&world.host, world.event, &world.ana, "door").await;
    be_interested(&world.ana, world.event, "").await.unwrap();
    let seats = world.take(&world.ana, 2).await.unwrap();
    let task = TaskForm {
        title: "Carry chairs".into(),
        wanted: "1".into(),
        ..TaskForm::default()
    };
    let task = add_task(&world.host, key(), world.event, &task)
        .await
        .unwrap();
    take_task(&world.ana, task).await.unwrap();
    world.site.mailed_subjects().await;
    let before = to_ana(&world);
    let other = VenueForm {
        name: "The Shed".into(),
        ..place()
    };
    let other = add_venue(&world.host, key(), &other).await.unwrap();
    let later = evening(&world.host, 12, "5").await;
    world
        .edit(|form| {
            (form.day, form.last_day) = (later.day, later.last_day);
            form.venue = other.to_string();
            form.online = "https://meet.example/lamp".into();
        })
        .await
        .unwrap();
    world.site.mailed_subjects().await;
    assert_eq!(to_ana(&world) - before, 1);
    let mails = world.site.dev_mailbox.messages();
    let moved = (mails.iter()).find(|mail| mail.subject == "“Swap by lamplight” has been moved");
    let text = moved.unwrap().text.replace('\n', " ");
    for said in [
        "The Shed",
        "https://meet.example/lamp",
        "2 seats stay yours",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    give_back(&world.ana, seats).await.unwrap();
}

/// So many mails ana has had.
fn to_ana(world: &World) -> usize {
    let mails = world.site.dev_mailbox.messages().into_iter();
    mails.filter(|mail| mail.to == ["ana@readers.test"]).count()
}

#[tokio::test]
async fn partners_are_named_for_all_dates_and_two_hosts_pages_do_not_overwrite_each_other() {
    let world = World::new("3").await;
    let first = super::series::drafts(&world.host, "3").await;
    let empty = Version::of(&String::new()).unwrap();
    let save = |named: &'static str| save_partners(&world.host, first, named, &empty);
    save("Riverside Books https://river.example\nCafé Nord")
        .await
        .unwrap();
    save("Riverside Books https://river.example\nCafé Nord")
        .await
        .unwrap();
    assert!(refused(save("Somebody else").await).contains("changed after you had opened"));
    assert!(refused(save("https://river.example").await).starts_with("partners: "));
    let theirs = save_partners(&world.ana, first, "Mine", &empty).await;
    assert!(matches!(theirs, Err(Error::NotFound)));
    let series = in_series(&world.host, first).await.unwrap().unwrap().series;
    for date in series_page(&world.host, series).await.unwrap().1 {
        let shown = page(&world.host, date.event).await.unwrap().partners;
        let names: Vec<_> = shown.iter().map(|partner| &*partner.name).collect();
        assert_eq!(names, ["Riverside Books", "Café Nord"]);
    }
}
