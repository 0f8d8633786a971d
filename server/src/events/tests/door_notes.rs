//! What devices note at a door without a connection, and send later.

use dogear_domain::events::door::TicketCode;
use jiff::{SignedDuration, Timestamp};

use super::hosts::helps;
use super::*;
use crate::events::door::close_doors;
use crate::events::tickets::digest;
use crate::testing::races::{patient, with};

impl World {
    /// So many minutes from now; before it when they are negative.
    fn at(&self, minutes: i64) -> Timestamp {
        self.host.now() + SignedDuration::from_mins(minutes)
    }

    /// The clock of a site goes on while a test runs.
    fn is_now(&self, time: Timestamp) {
        let since = self.host.now().duration_since(time);
        assert!(since.abs() < SignedDuration::from_secs(30), "{since:?}");
    }

    fn pass(&self, minutes: i64) {
        let time = SignedDuration::from_mins(minutes);
        self.site.services.clock.advance(time);
    }

    async fn send(&self, keeper: &Cx, notes: &[Note]) -> Vec<(NoteState, String)> {
        let outcomes = take_notes(keeper, self.event, notes).await.unwrap();
        let keys: Vec<Uuid> = outcomes.iter().map(|one| one.key).collect();
        let sent: Vec<Uuid> = notes.iter().map(|note| note.key).collect();
        assert_eq!(keys, sent, "each is answered, in order");
        outcomes
            .into_iter()
            .map(|one| (one.state, one.said))
            .collect()
    }

    /// When the parties of these seats were let in, as it is written down.
    async fn times(&self, booking: SeatBookingId) -> Vec<Timestamp> {
        let times: Vec<jiff_sqlx::Timestamp> = sqlx::query_scalar(
            "select at from checkins where booking_id = $1 and undone_at is null order by seq",
        )
        .bind(booking.0)
        .fetch_all(self.host.db())
        .await
        .unwrap();
        times
            .into_iter()
            .map(jiff_sqlx::Timestamp::to_jiff)
            .collect()
    }
}

/// All of a party who are missing.
fn note(booking: SeatBookingId, at: Timestamp) -> Note {
    Note {
        key: Uuid::new_v4(),
        booking: Some(booking),
        code: String::new(),
        party: None,
        at,
    }
}

/// Somebody with this code, who is not on the list of the device.
fn unlisted(code: TicketCode, at: Timestamp) -> Note {
    Note {
        booking: None,
        code: digest(code),
        ..note(SeatBookingId(0), at)
    }
}

#[tokio::test]
async fn r12_what_was_noted_counts_once_in_order_and_from_when_it_was_noted() {
    let world = World::new("10").await;
    let ana = world.take(&world.ana, 3).await.unwrap();
    let bo = world.take(&world.bo, 1).await.unwrap();
    world.minutes_before(30).await;
    let one = Note {
        party: Some(1),
        ..note(ana, world.at(-20))
    };
    let notes = [one, note(bo, world.at(-10)), note(ana, world.at(-5))];
    let told = world.send(&world.host, &notes).await;
    assert!(
        told.iter().all(|(state, _)| *state == NoteState::In),
        "{told:?}"
    );
    assert!(told[0].1.ends_with(": 1 of 3 is in."), "{told:?}");
    assert!(told[2].1.ends_with(": all 3 are in."), "{told:?}");
    let times = [notes[0].at, notes[2].at];
    assert_eq!(world.times(ana).await, times);
    // The answer was lost on the way: the same comes once more, also beside something new.
    let vi = world.add("Vi", 1).await.unwrap();
    world.pass(5);
    let again = [&notes[..], &[note(vi, world.at(0))]].concat();
    let told_again = world.send(&world.host, &again).await;
    assert_eq!(told_again[..3], told);
    assert_eq!(told_again[3].0, NoteState::In);
    assert_eq!(world.times(ana).await, times);
    assert_eq!(world.inside().await, 5);
    // So does a form that was sent in time, and whose answer was not waited for.
    let dee = world.add("Dee", 2).await.unwrap();
    let form = let_in(&world.host, key(), world.event, dee, Some(1)).await;
    form.unwrap();
    let sent = Uuid::new_v4();
    let_in(
        &world.host,
        Some(IdempotencyKey(sent)),
        world.event,
        dee,
        None,
    )
    .await
    .unwrap();
    let late = Note {
        key: sent,
        ..note(dee, world.at(0))
    };
    assert_eq!(world.send(&world.host, &[late]).await[0].0, NoteState::In);
    assert_eq!(world.times(dee).await.len(), 2);
    world.sound().await;
}

#[tokio::test]
async fn r12_two_devices_without_a_connection_let_nobody_in_twice() {
    let world = World::new("10").await;
    let (ana, bo) = (
        world.take(&world.ana, 1).await.unwrap(),
        world.take(&world.bo, 2).await.unwrap(),
    );
    let keeper = world.site.member("dee").await;
    helps(&world.host, world.event, &keeper, "door").await;
    world.minutes_before(0).await;
    let mine = [note(ana, world.at(-9)), note(bo, world.at(-8))];
    world.send(&keeper, &mine).await;
    let hers = [note(ana, world.at(-4)), note(bo, world.at(-3))];
    let told = world.send(&world.host, &hers).await;
    let time = mine[0]
        .at
        .to_zoned(jiff::tz::TimeZone::get("Europe/London").unwrap());
    let said = format!(
        "is in already, let in at {} by dee.",
        time.strftime("%H:%M")
    );
    for (state, told) in &told {
        assert_eq!(*state, NoteState::Refused, "{told}");
    }
    assert!(told[0].1.ends_with(&said), "{told:?}");
    assert!(told[1].1.contains("all 2 are in already"), "{told:?}");
    // A form says the same; one that cannot be holds up none of those behind it.
    let vi = world.add("Vi", 1).await.unwrap();
    let more = [note(ana, world.at(0)), note(vi, world.at(0))];
    let told = world.send(&world.host, &more).await;
    assert_eq!(told[0].1, refused(world.let_in(ana, None).await));
    assert_eq!(told[1].0, NoteState::In);
    assert_eq!(world.inside().await, 4);
    world.sound().await;
}

/// R12: both devices find their connection at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r12_two_devices_that_send_at_once_let_nobody_in_twice() {
    let world = World::new("60").await;
    let mut bookings = Vec::new();
    for name in ["Ada", "Bea", "Cy", "Di", "Eve", "Fay"] {
        bookings.push(world.add(name, 3).await.unwrap());
    }
    world.minutes_before(0).await;
    let services = patient(&world.site, 10).await;
    let host = with(&world.host, &services);
    let at = world.at(-5);
    let mut tasks = tokio::task::JoinSet::new();
    for device in 0..4 {
        let mut notes: Vec<Note> = bookings.iter().map(|it| note(*it, at)).collect();
        if device % 2 == 1 {
            notes.reverse();
        }
        let (host, event) = (host.clone(), world.event);
        tasks.spawn(async move {
            // Each sends all of it twice, as after an answer that was lost.
            let first = take_notes(&host, event, &notes).await.unwrap();
            let again = take_notes(&host, event, &notes).await.unwrap();
            let states = |of: &[NoteOutcome]| of.iter().map(|it| it.state).collect::<Vec<_>>();
            assert_eq!(states(&first), states(&again));
            first
        });
    }
    let mut admitted = 0;
    while let Some(outcomes) = tasks.join_next().await {
        let outcomes = outcomes.unwrap();
        admitted += outcomes
            .iter()
            .filter(|it| it.state == NoteState::In)
            .count();
        assert!(outcomes.iter().all(|it| it.state != NoteState::Later));
    }
    assert_eq!(admitted, bookings.len());
    assert_eq!(world.inside().await, 18);
    world.sound().await;
}

#[tokio::test]
async fn r12_a_device_is_believed_between_the_opening_of_the_door_and_now() {
    let world = World::new("10").await;
    let ana = world.take(&world.ana, 1).await.unwrap();
    let bo = world.take(&world.bo, 2).await.unwrap();
    let (vi, dee) = (
        world.add("Vi", 1).await.unwrap(),
        world.add("Dee", 1).await.unwrap(),
    );
    world.minutes_before(60).await;
    let opened = world.at(-60);
    // Its clock is ahead, or behind: they are here, but not then.
    let ahead = note(vi, world.at(7));
    let behind = note(dee, opened - SignedDuration::from_mins(1));
    let told = world.send(&world.host, &[ahead, behind]).await;
    assert!(
        told.iter().all(|(state, _)| *state == NoteState::In),
        "{told:?}"
    );
    for booking in [vi, dee] {
        world.is_now(world.times(booking).await[0]);
    }
    // The evening is over, its door is closed, and who has not come is noted.
    let came = world.at(30);
    world.pass(60 + 120 + 181);
    close_doors(&world.host).await.unwrap();
    assert_eq!(missed(&world.ana).await.unwrap(), [world.event]);
    let late = note(bo, world.at(0));
    let told = world.send(&world.host, &[note(ana, came), late]).await;
    assert_eq!(told[0].0, NoteState::In, "{told:?}");
    assert_eq!(told[1].0, NoteState::Refused, "{told:?}");
    assert!(told[1].1.starts_with("It is over."), "{told:?}");
    assert_eq!(world.times(ana).await, [came]);
    assert_eq!(missed(&world.ana).await.unwrap(), [], "they had come");
    // After two days nobody knows any more what was sent.
    world.pass(48 * 60);
    let told = world.send(&world.host, &[note(bo, came)]).await;
    assert!(told[0].1.contains("too long"), "{told:?}");
    assert_eq!(world.inside().await, 3);
}

#[tokio::test]
async fn r12_what_was_sent_after_the_evening_can_be_taken_back_for_two_hours() {
    let world = World::new("10").await;
    let ana = world.take(&world.ana, 1).await.unwrap();
    let bo = world.take(&world.bo, 1).await.unwrap();
    world.minutes_before(0).await;
    let in_time = world.let_in(bo, None).await.unwrap().checkin;
    let came = world.at(10);
    world.pass(24 * 60);
    let told = world.send(&world.host, &[note(ana, came)]).await;
    assert_eq!(told[0].0, NoteState::In, "{told:?}");
    let last = "select max(id) from checkins where undone_at is null";
    let late: i64 = sqlx::query_scalar(last)
        .fetch_one(world.host.db())
        .await
        .unwrap();
    undo_check_in(&world.host, late.into()).await.unwrap();
    assert_eq!(world.inside().await, 1);
    close_doors(&world.host).await.unwrap();
    assert_eq!(missed(&world.ana).await.unwrap(), [world.event]);
    // What stands since the evening stays, and so does this after two hours.
    world.send(&world.host, &[note(ana, came)]).await;
    let late: i64 = sqlx::query_scalar(last)
        .fetch_one(world.host.db())
        .await
        .unwrap();
    world.pass(121);
    for checkin in [in_time, late.into()] {
        let told = refused(undo_check_in(&world.host, checkin).await);
        assert!(told.starts_with("It is over."), "{told}");
    }
    assert_eq!(world.inside().await, 2);
}

#[tokio::test]
async fn r12_a_device_has_the_list_from_a_day_before_until_a_day_after() {
    let world = World::new("10").await;
    world.take(&world.ana, 1).await.unwrap();
    let day = 24 * 60;
    for (minutes, is_kept) in [
        (day + 5, false),
        (day - 5, true),
        (5 - 120 - day, true),
        (-5 - 120 - day, false),
    ] {
        world.minutes_before(minutes).await;
        let list = device_list(&world.host, world.event).await.unwrap();
        assert_eq!(list.guests.len(), usize::from(is_kept), "{minutes}");
        assert_eq!(list.until > list.as_of, is_kept, "{minutes}");
    }
}

#[tokio::test]
async fn r12_codes_that_were_not_on_the_list_are_looked_up_when_they_are_sent() {
    let world = World::new("5").await;
    let settings = &world.site.services.settings;
    let code = |booking| tickets::code(settings, booking);
    let late = world.take(&world.ana, 2).await.unwrap();
    let gone = world.take(&world.bo, 1).await.unwrap();
    give_back(&world.bo, gone).await.unwrap();
    let other = published(&world.host, 12, "5").await;
    let elsewhere = take(&world.bo, key(), other, 1).await.unwrap();
    world.minutes_before(10).await;
    let unknown = TicketCode::new([7; 10]);
    let notes = [
        unlisted(code(elsewhere), world.at(0)),
        unlisted(unknown, world.at(0)),
        unlisted(code(gone), world.at(0)),
        // Those of the other evening by their number: not here.
        note(elsewhere, world.at(0)),
        unlisted(code(late), world.at(0)),
        Note {
            party: Some(9),
            ..note(late, world.at(0))
        },
    ];
    let told = world.send(&world.host, &notes).await;
    for (at, said) in [
        "These seats are for another event: “Swap by lamplight”",
        "No seats have this code.",
        "These seats were given back",
        "There are no such seats here.",
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(told[at].0, NoteState::Refused, "{told:?}");
        assert!(told[at].1.contains(said), "{told:?}");
    }
    assert_eq!(told[4].0, NoteState::In, "{told:?}");
    assert_eq!(told[5].0, NoteState::Refused, "{told:?}");
    assert_eq!(world.inside().await, 2);
}

#[tokio::test]
async fn r12_whoever_does_not_keep_the_door_neither_has_its_list_nor_sends_notes() {
    let world = World::new("5").await;
    let ana = world.take(&world.ana, 1).await.unwrap();
    world.minutes_before(10).await;
    let notes = [note(ana, world.at(0))];
    let nobody = world.site.visitor();
    for (other, is_right) in [
        (&world.ana, false),
        (&world.bo, false),
        (&nobody, false),
        (&world.host, true),
    ] {
        let list = device_list(other, world.event).await;
        assert_eq!(list.is_ok(), is_right, "{list:?}");
        let sent = take_notes(other, world.event, &notes).await;
        assert_eq!(sent.is_ok(), is_right, "{sent:?}");
        assert_eq!(world.inside().await, i64::from(is_right));
    }
    // A helper who was removed: what they noted is not taken.
    let keeper = world.site.member("dee").await;
    helps(&world.host, world.event, &keeper, "door").await;
    assert!(device_list(&keeper, world.event).await.is_ok());
    let id = team(&world.host, world.event).await.unwrap().helpers[0].id;
    remove_host(&world.host, key(), id).await.unwrap();
    let sent = take_notes(&keeper, world.event, &notes).await;
    assert!(matches!(sent, Err(Error::NotFound)), "{sent:?}");
    // All of it or nothing, when it is too much.
    let much: Vec<Note> = (0..201).map(|_| note(ana, world.at(0))).collect();
    let sent = refused(take_notes(&world.host, world.event, &much).await);
    assert_eq!(sent, "notes: Send at most 200 at once.");
}

#[tokio::test]
async fn r12_a_device_keeps_names_and_what_tells_codes_apart_but_no_codes() {
    let world = World::new("10").await;
    let ana = world.take(&world.ana, 3).await.unwrap();
    world.add("Vi", 1).await.unwrap();
    let gone = world.take(&world.bo, 1).await.unwrap();
    give_back(&world.bo, gone).await.unwrap();
    world.minutes_before(10).await;
    world.let_in(ana, Some(2)).await.unwrap();
    let list = device_list(&world.host, world.event).await.unwrap();
    let guests: Vec<_> = list
        .guests
        .iter()
        .map(|it| (it.handle.as_str(), it.size, it.inside))
        .collect();
    assert_eq!(guests, [("ana", 3, 2), ("", 1, 0)]);
    world.is_now(list.as_of);
    let page = world.page(&world.host).await;
    assert_eq!(list.until, page.ends_at + SignedDuration::from_hours(24));
    let code = tickets::code(&world.site.services.settings, ana);
    assert_eq!(list.guests[0].code, digest(code));
    // As browsers make it, too: `digest` of `public/js/door.js`.
    let known = TicketCode::parse("0123-4567-89AB-CDEF").unwrap();
    assert_eq!(digest(known), "2125b2c332b1113aae9bfc5e9f7e3b4c");
    let text = serde_json::to_string(&list).unwrap();
    let code = code.to_string();
    assert!(!text.contains(&code) && !text.contains(&code.replace('-', "")));
}
