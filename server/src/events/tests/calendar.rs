//! Events in calendars.

use dogear_domain::events::EventKind;
use dogear_domain::fields::CancelReason;
use jiff::SignedDuration;

use super::*;
use crate::events::calendar as ics;
use crate::{accounts, calendars};

/// The value of the first line that begins so.
fn line<'a>(file: &'a str, name: &str) -> &'a str {
    let found = file
        .split("\r\n")
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    found.unwrap_or_else(|| panic!("no {name} in {file}"))
}

fn sequence(file: &str) -> i32 {
    line(file, "SEQUENCE").parse().unwrap()
}

/// Without folds.
fn unfolded(file: &str) -> String {
    file.replace("\r\n ", "")
}

fn count(file: &str) -> usize {
    file.matches("BEGIN:VEVENT").count()
}

/// The calendar under somebody's address.
async fn own(cx: &Cx) -> String {
    if calendars::address(cx).await.unwrap().is_none() {
        calendars::make(cx, key()).await.unwrap();
    }
    let address = calendars::address(cx).await.unwrap().unwrap();
    let (_, token) = address.link.rsplit_once('/').unwrap();
    let token = token.strip_suffix(".ics").unwrap();
    unfolded(&calendars::file(cx, token).await.unwrap())
}

#[tokio::test]
async fn every_change_makes_the_number_larger_and_the_stamp_later() {
    let world = World::new("20").await;
    let visitor = world.site.visitor();
    let mut last = ics::file(&visitor, world.event).await.unwrap();
    assert_eq!(line(&last, "UID"), "occ-1@dogear.test");
    assert_eq!(line(&last, "STATUS"), "CONFIRMED");
    assert_eq!(line(&last, "X-WR-TIMEZONE"), "Europe/London");
    assert!(!last.contains("VALARM"), "{last}");
    let mut next = async |what: &str| {
        let file = ics::file(&visitor, world.event).await.unwrap();
        assert!(sequence(&file) > sequence(&last), "{what}: {file}");
        assert!(
            line(&file, "DTSTAMP") > line(&last, "DTSTAMP"),
            "{what}: {file}"
        );
        assert_eq!(line(&file, "LAST-MODIFIED"), line(&file, "DTSTAMP"));
        assert_eq!(line(&file, "UID"), line(&last, "UID"));
        last.clone_from(&file);
        world.site.advance(SignedDuration::from_secs(60));
        unfolded(&file)
    };
    world.site.advance(SignedDuration::from_secs(60));
    world
        .edit(|form| form.starts = "18:30".into())
        .await
        .unwrap();
    next("time").await;
    world
        .edit(|form| form.title = "Swap, by candlelight".into())
        .await
        .unwrap();
    let file = next("title").await;
    assert_eq!(line(&file, "SUMMARY"), "Swap\\, by candlelight");
    let venue = venues(&world.host).await.unwrap().remove(0);
    let moved = VenueForm {
        address: "3 High Street".into(),
        ..place()
    };
    save_venue(&world.host, venue.id, &moved, &venue.version().unwrap())
        .await
        .unwrap();
    let file = next("place").await;
    assert_eq!(
        line(&file, "LOCATION"),
        "Café Lamp\\, 3 High Street\\, Leeds\\, United Kingdom"
    );
    cancel(&world.host, world.event, &CancelReason::default())
        .await
        .unwrap();
    let file = next("state").await;
    assert_eq!(line(&file, "STATUS"), "CANCELLED");
}

#[tokio::test]
async fn the_public_calendar_has_what_everybody_may_see() {
    let world = World::new("20").await;
    let visitor = world.site.visitor();
    let form = EventForm {
        visibility: "members".into(),
        ..evening(&world.host, 4, "").await
    };
    let members = create(&world.host, key(), &form).await.unwrap();
    publish(&world.host, members).await.unwrap();
    let form = evening(&world.host, 5, "").await;
    create(&world.host, key(), &form).await.unwrap();

    for cx in [&visitor, &world.ana, &world.host] {
        let file = unfolded(&ics::feed(cx, None, "").await.unwrap());
        assert_eq!(count(&file), 1, "{file}");
        assert_eq!(line(&file, "METHOD"), "PUBLISH");
        assert_eq!(line(&file, "X-PUBLISHED-TTL"), "PT4H");
        assert!(file.contains("/events/1-swap-by-lamplight\r\n"), "{file}");
    }
    let kind = Some(EventKind::SwapMeet);
    let file = ics::feed(&visitor, kind, " leeds ").await.unwrap();
    assert_eq!(count(&file), 1);
    assert_eq!(line(&file, "X-WR-CALNAME"), "Dogear: Swap meet in leeds");
    for (kind, town) in [(Some(EventKind::Reading), ""), (None, "York")] {
        let file = ics::feed(&visitor, kind, town).await.unwrap();
        assert_eq!(count(&file), 0, "{file}");
    }
    accounts::block(&world.host, "ana").await.unwrap();
    assert_eq!(count(&ics::feed(&world.ana, None, "").await.unwrap()), 0);
    let shut = ics::file(&world.ana, world.event).await;
    assert!(matches!(shut, Err(Error::NotFound)), "{shut:?}");
    let shut = ics::file(&visitor, members).await;
    assert!(matches!(shut, Err(Error::NotFound)), "{shut:?}");

    sqlx::query(
        "insert into event_occurrences (event_id, state, starts_at, ends_at, time_zone, max_party)
         select 1, 'published', now() + n * interval '1 day', now() + n * interval '25 hours', 'UTC', 1
         from generate_series(1, 600) n",
    )
    .execute(visitor.db())
    .await
    .unwrap();
    let file = ics::feed(&visitor, None, "").await.unwrap();
    assert_eq!(count(&file), 500);
    assert!(!file.contains("X-WR-TIMEZONE"), "they have not one clock");
}

#[tokio::test]
async fn a_guests_calendar_has_their_seats_and_what_was_cancelled() {
    let world = World::new("2").await;
    let file = own(&world.bo).await;
    assert_eq!(count(&file), 0);
    assert_eq!(line(&file, "X-WR-CALNAME"), "Dogear: my seats and meetings");

    let booking = world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 1, true).await.unwrap();
    assert_eq!(count(&own(&world.bo).await), 0, "who waits has no seats");
    let file = own(&world.ana).await;
    assert_eq!(line(&file, "STATUS"), "CONFIRMED");
    assert!(
        file.contains("DESCRIPTION:You have 2 seats.\\n\\nSwap meet\\, hosted by"),
        "{file}"
    );
    for before in ["-P1D", "-PT2H"] {
        assert!(
            file.contains(&format!("\r\nTRIGGER:{before}\r\n")),
            "{file}"
        );
    }
    let single = ics::file(&world.ana, world.event).await.unwrap();
    assert!(single.contains("TRIGGER:-PT2H"), "{single}");

    change(&world.ana, key(), booking, 1).await.unwrap();
    let file = own(&world.bo).await;
    assert_eq!(line(&file, "STATUS"), "TENTATIVE");
    assert!(
        file.contains("Kept for you until you answer: one seat."),
        "{file}"
    );

    world.site.advance(SignedDuration::from_secs(1));
    cancel(&world.host, world.event, &CancelReason::default())
        .await
        .unwrap();
    for cx in [&world.ana, &world.bo] {
        let file = own(cx).await;
        assert_eq!(line(&file, "STATUS"), "CANCELLED");
        assert!(!file.contains("VALARM"), "{file}");
    }
    world.site.advance(SignedDuration::from_hours(31 * 24));
    assert_eq!(count(&own(&world.ana).await), 0);
}

#[tokio::test]
async fn what_a_host_deletes_goes_from_guests_calendars() {
    let world = World::new("20").await;
    world.take(&world.ana, 1).await.unwrap();
    cancel(&world.host, world.event, &CancelReason::default())
        .await
        .unwrap();
    world.site.advance(SignedDuration::from_hours(11 * 24));
    let file = own(&world.ana).await;
    assert_eq!(line(&file, "STATUS"), "CANCELLED");
    delete(&world.host, world.event).await.unwrap();
    let file = own(&world.ana).await;
    assert_eq!(count(&file), 0, "{file}");
}

#[tokio::test]
async fn of_what_is_over_a_guests_calendar_keeps_no_address() {
    let world = World::new("20").await;
    world.take(&world.ana, 1).await.unwrap();
    assert!(own(&world.ana).await.contains("2 Low Street"));
    world.site.advance(SignedDuration::from_hours(11 * 24));
    let file = own(&world.ana).await;
    assert_eq!(
        line(&file, "LOCATION"),
        "Café Lamp\\, Leeds\\, United Kingdom"
    );
    assert!(!file.contains("Low Street"), "{file}");
    let file = ics::file(&world.host, world.event).await.unwrap();
    assert!(unfolded(&file).contains("2 Low Street"), "{file}");
}

#[tokio::test]
async fn mails_bring_what_a_calendar_takes_over() {
    let world = World::new("20").await;
    world.take(&world.ana, 2).await.unwrap();
    world
        .edit(|form| form.starts = "18:00".into())
        .await
        .unwrap();
    world.site.mailed_subjects().await;
    cancel(&world.host, world.event, &CancelReason::default())
        .await
        .unwrap();
    world.site.mailed_subjects().await;
    let mails = world.site.dev_mailbox.messages();
    let brought = |subject: &str| {
        let mail = mails.iter().find(|mail| mail.subject.starts_with(subject));
        let mail = mail.unwrap_or_else(|| panic!("no mail {subject}"));
        let kind = mail.header("Content-Type").unwrap_or_default();
        assert!(kind.starts_with("multipart/alternative"), "{kind}");
        unfolded(&mail.calendar)
    };
    let taken = brought("Your seats at");
    let moved = brought("“Swap by lamplight” has been moved");
    let ended = brought("“Swap by lamplight” is cancelled");
    for file in [&taken, &moved] {
        assert_eq!(line(file, "METHOD"), "REQUEST");
        assert_eq!(line(file, "STATUS"), "CONFIRMED");
        assert!(file.contains("TRIGGER:-P1D"), "{file}");
    }
    assert_eq!(line(&ended, "METHOD"), "CANCEL");
    assert_eq!(line(&ended, "STATUS"), "CANCELLED");
    assert!(sequence(&ended) > sequence(&moved), "{ended}");
    for file in [&taken, &moved, &ended] {
        assert_eq!(line(file, "UID"), "occ-1@dogear.test");
        assert!(file.contains("\r\nORGANIZER;CN=\"host\":mailto:"), "{file}");
        assert!(!file.contains("host@readers.test"), "{file}");
        assert!(
            file.contains("PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:ana@readers.test\r\n"),
            "{file}"
        );
    }
    let kept: i64 = sqlx::query_scalar("select count(*) from mails where calendar is not null")
        .fetch_one(world.ana.db())
        .await
        .unwrap();
    assert_eq!(kept, 0, "what is sent is not kept");
}

#[tokio::test]
async fn seats_that_are_given_back_leave_the_calendar_and_come_again() {
    let world = World::new("20").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    world.site.mailed_subjects().await;
    world.site.advance(SignedDuration::from_secs(60));
    give_back(&world.ana, booking).await.unwrap();
    give_back(&world.ana, booking).await.unwrap();
    world.site.mailed_subjects().await;
    world.site.advance(SignedDuration::from_secs(60));
    world.take(&world.ana, 1).await.unwrap();
    world.site.mailed_subjects().await;
    // The newest stands first.
    let files: Vec<String> = (world.site.dev_mailbox.messages().iter().rev())
        .map(|mail| unfolded(&mail.calendar))
        .collect();
    let methods: Vec<&str> = files.iter().map(|file| line(file, "METHOD")).collect();
    assert_eq!(methods, ["REQUEST", "CANCEL", "REQUEST"]);
    for pair in files.windows(2) {
        assert_eq!(sequence(&pair[0]), sequence(&pair[1]));
        assert!(line(&pair[0], "DTSTAMP") < line(&pair[1], "DTSTAMP"));
    }
    assert!(!files[1].contains("You have"), "{}", files[1]);
}
