//! Seats of guests who have not come, and readers who wait at the door for them.

mod moved;
mod races;

use dogear_domain::fields::CancelReason;
use dogear_domain::ids::WaitingId;

use super::hosts::helps;
use super::*;
use crate::events::door::close_doors;

/// A world in which seats are given on after fifteen minutes.
async fn world(seats: &str) -> World {
    let world = World::new(seats).await;
    world.edit(|form| form.give_on = "15".into()).await.unwrap();
    world
}

impl World {
    /// Takes seats later than everybody before.
    async fn then_take(&self, cx: &Cx, party: i32) -> SeatBookingId {
        let minute = SignedDuration::from_mins(1);
        self.site.services.clock.advance(minute);
        self.take(cx, party).await.unwrap()
    }

    /// Their place on the list of the door.
    async fn waiting(&self, cx: &Cx) -> WaitingId {
        let name = &cx.reader().unwrap().display_name;
        let queue = self.queue().await.waiting;
        let row = queue.iter().find(|one| one.name == *name);
        row.expect("they wait").waiting
    }

    async fn queue(&self) -> DoorQueue {
        let page = door(&self.host, self.event, "", None).await.unwrap();
        page.queue.expect("seats are given on")
    }

    async fn here(&self, cx: &Cx) -> Result<Marked> {
        let waiting = self.waiting(cx).await;
        let (event, _, marked) = mark_here(&self.host, waiting, true).await?;
        assert_eq!(event, self.event);
        Ok(marked)
    }

    async fn is_missing(&self, cx: &Cx) -> bool {
        missed(cx).await.unwrap().contains(&self.event)
    }

    /// The newest mail to somebody with these words in its subject, and how many there are.
    async fn mailed(&self, to: &str, words: &str) -> (String, usize) {
        self.site.mailed_subjects().await;
        let mail = self.site.dev_mailbox.messages();
        let mails: Vec<_> = mail
            .iter()
            .filter(|mail| {
                mail.to.iter().any(|one| one.contains(to)) && mail.subject.contains(words)
            })
            .collect();
        let newest = mails.last().map(|mail| mail.text.clone());
        (newest.unwrap_or_default(), mails.len())
    }

    async fn sweep(&self) {
        sweeps::sweep(&self.host).await.unwrap();
    }
}

#[tokio::test]
async fn seats_of_those_who_have_not_come_go_to_the_first_who_is_here() {
    let world = world("5").await;
    let (early, late) = (
        world.site.member("early").await,
        world.site.member("late").await,
    );
    let came = world.take(&world.ana, 1).await.unwrap();
    world.then_take(&early, 2).await;
    let lost = world.then_take(&late, 2).await;
    let confirmed = world.mailed("late@", "Your seats at").await.0;
    let promise = "seats of those who are not there 15 minutes after the start are given to readers who wait at the door, and it counts as an event they missed.";
    assert!(
        confirmed.replace('\n', " ").contains(promise),
        "{confirmed}"
    );
    // Four wait: the first is not here, the second needs more than there is.
    let away = world.site.member("away").await;
    let many = world.site.member("many").await;
    let next = world.site.member("next").await;
    for (reader, party) in [(&away, 1), (&many, 4), (&world.bo, 2), (&next, 2)] {
        let minute = SignedDuration::from_mins(1);
        world.site.services.clock.advance(minute);
        let asked = reader.reader().unwrap().id == world.bo.reader().unwrap().id;
        world.wait(reader, party, asked).await.unwrap();
    }
    world.minutes_before(30).await;
    world.let_in(came, None).await.unwrap();
    for reader in [&next, &world.bo] {
        assert_eq!(world.here(reader).await.unwrap(), Marked::Here);
    }
    world.minutes_before(-14).await;
    world.sweep().await;
    assert_eq!(world.has(&late).await, Some(2), "not before the time");
    world.minutes_before(-16).await;
    world.sweep().await;
    world.sweep().await;
    // The one who booked last has lost the seats to the first on the list who is here, and who had
    // asked to be asked: being there is an answer.
    assert_eq!(world.has(&late).await, None);
    assert_eq!(world.has(&world.bo).await, Some(2));
    // Somebody else who is here and waits has those of the other.
    assert_eq!(world.has(&early).await, None);
    assert_eq!(world.has(&next).await, Some(2));
    assert_eq!(
        world.has(&world.ana).await,
        Some(1),
        "who came keeps theirs"
    );
    assert_eq!(world.page(&away).await.waits.unwrap().position, 1);
    world.sound().await;
    // They are told, their page says so, and the door does.
    let (told, mails) = world.mailed("late@", "were given on").await;
    let at = world.page(&late).await;
    let at = at.clock(at.given_on_at.unwrap());
    let said = format!(
        "You had not been checked in by {at}, so your 2 seats were given to readers who were waiting at the door."
    );
    assert!(told.replace('\n', " ").contains(&said), "{told}");
    assert_eq!(mails, 1);
    assert_eq!(world.mailed("bob@", "You have 2 seats").await.1, 1);
    assert!(world.is_missing(&late).await);
    let refusal = refused(world.let_in(lost, None).await);
    assert!(
        refusal.contains(&format!("the 2 seats were given on at {at}")),
        "{refusal}"
    );
    let given_on: Vec<_> = (world.queue().await.given_on.into_iter())
        .map(|one| one.party)
        .collect();
    assert_eq!(given_on, [2, 2]);
    // They are let in as everybody is.
    let booking = world.page(&world.bo).await.booking.unwrap().id;
    world.let_in(booking, None).await.unwrap();
    assert_eq!(own(&late, false).await.unwrap().len(), 0);
}

#[tokio::test]
async fn nobody_loses_seats_where_nobody_was_let_in_or_when_they_are_paid_or_the_hosts_guests() {
    let world = world("4").await;
    world.take(&world.ana, 2).await.unwrap();
    world.add("Vi", 1).await.unwrap();
    let came = world.add("Dee", 1).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    let carl = world.site.member("carl").await;
    world.wait(&carl, 2, false).await.unwrap();
    world.minutes_before(-20).await;
    assert_eq!(world.here(&world.bo).await.unwrap(), Marked::Here);
    world.sweep().await;
    assert_eq!(world.has(&world.ana).await, Some(2), "nobody was let in");
    world.let_in(came, None).await.unwrap();
    world.minutes_before(-34).await;
    assert_eq!(world.here(&world.bo).await.unwrap(), Marked::Here);
    assert_eq!(
        world.has(&world.ana).await,
        Some(2),
        "others stand in a queue"
    );
    sqlx::query("update seat_bookings set price_each = 100, currency = 'GBP', amount_due = 200, paid_at = now() where user_id is not null")
        .execute(world.host.db())
        .await
        .unwrap();
    world.minutes_before(-37).await;
    world.sweep().await;
    assert_eq!(world.has(&world.ana).await, Some(2), "they are paid");
    sqlx::query("update seat_bookings set paid_at = null")
        .execute(world.host.db())
        .await
        .unwrap();
    // One seat alone cannot be taken from a party: the other is free, for the next who is here.
    world.sweep().await;
    assert_eq!(world.has(&world.ana).await, None);
    assert_eq!(world.has(&world.bo).await, Some(1));
    assert_eq!(world.page(&world.host).await.seating.taken, 3);
    assert_eq!(world.here(&carl).await.unwrap(), Marked::Here, "Vi stays");
    world.edit(|form| form.capacity = "5".into()).await.unwrap();
    assert_eq!(world.has(&carl).await, Some(2), "what is free goes at once");
    world.sound().await;
}

#[tokio::test]
async fn what_is_free_goes_first_and_who_gets_seats_has_to_come_too() {
    let world = world("3").await;
    let came = world.take(&world.ana, 1).await.unwrap();
    let late = world.site.member("late").await;
    world.then_take(&late, 2).await;
    let next = world.site.member("next").await;
    world.wait(&world.bo, 1, false).await.unwrap();
    world.wait(&next, 1, false).await.unwrap();
    world.minutes_before(10).await;
    world.let_in(came, None).await.unwrap();
    say_here(&world.bo, world.event, true).await.unwrap();
    world.edit(|form| form.capacity = "4".into()).await.unwrap();
    // Bo has what came free before the start, and does not come.
    assert_eq!(world.has(&world.bo).await, Some(1));
    world.minutes_before(-14).await;
    assert_eq!(world.here(&next).await.unwrap(), Marked::Here);
    world.minutes_before(-16).await;
    let marked = say_here(&next, world.event, true).await.unwrap();
    assert_eq!(marked, Marked::Has(1), "at once, without the clock");
    assert_eq!(world.has(&world.bo).await, None, "who got seats last");
    assert_eq!(
        world.has(&late).await,
        Some(2),
        "nobody loses more than is needed"
    );
    // Whoever says so and is not let in loses them again, after as many minutes.
    let last = world.site.member("last").await;
    sqlx::query(
        "insert into seat_waitlist (occurrence_id, user_id, party_size, accepts_fewer, auto_confirm, queued_at)
         select id, $1, 1, false, true, now() from event_occurrences",
    )
    .bind(last.reader().unwrap().id.0)
    .execute(world.host.db())
    .await
    .unwrap();
    let booking = world.page(&late).await.booking.unwrap().id;
    world.let_in(booking, Some(1)).await.unwrap();
    assert_eq!(world.here(&last).await.unwrap(), Marked::Here);
    world.minutes_before(-30).await;
    world.sweep().await;
    assert_eq!(world.has(&next).await, Some(1));
    world.minutes_before(-32).await;
    world.sweep().await;
    assert_eq!(world.has(&next).await, None);
    assert_eq!(world.has(&last).await, Some(1));
    // Of a party of whom one has come, nobody loses anything.
    assert_eq!(world.has(&late).await, Some(2));
    world.sound().await;
}

#[tokio::test]
async fn a_mark_is_made_at_the_door_or_by_oneself_and_can_be_taken_back() {
    let world = world("1").await;
    world.take(&world.ana, 1).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    let waiting = world.waiting(&world.bo).await;
    let early = refused(say_here(&world.bo, world.event, true).await);
    assert!(early.starts_with("It is too early."), "{early}");
    assert!(refused(mark_here(&world.host, waiting, true).await).starts_with("It is too early."));
    world.minutes_before(60).await;
    // Nobody else does it for them.
    let other = world.site.member("other").await;
    for nobody in [&other, &world.bo] {
        let refused = mark_here(nobody, waiting, true).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    }
    let refused_to_say = say_here(&other, world.event, true).await;
    assert!(matches!(refused_to_say, Err(Error::NotFound)));
    let keeper = world.site.member("dee").await;
    helps(&world.host, world.event, &keeper, "door").await;
    let is = async |here, said| {
        let queue = world.queue().await.waiting;
        assert_eq!((queue[0].here, queue[0].said_so), (here, said));
    };
    for _ in 0..2 {
        mark_here(&keeper, waiting, true).await.unwrap();
        is(Here::Yes, false).await;
    }
    // What they have done themselves they take back without consequence.
    mark_here(&keeper, waiting, false).await.unwrap();
    is(Here::No, false).await;
    say_here(&world.bo, world.event, true).await.unwrap();
    is(Here::Yes, true).await;
    say_here(&world.bo, world.event, false).await.unwrap();
    is(Here::No, false).await;
    say_here(&world.bo, world.event, true).await.unwrap();
    assert_eq!(world.page(&world.bo).await.waits.unwrap().here, Here::Yes);
    // What somebody has said and the door has taken back, they do not say again.
    mark_here(&keeper, waiting, false).await.unwrap();
    is(Here::Refused, false).await;
    let again = refused(say_here(&world.bo, world.event, true).await);
    assert!(again.contains("they can put that right"), "{again}");
    mark_here(&keeper, waiting, true).await.unwrap();
    is(Here::Yes, false).await;
    leave(&world.bo, world.event).await.unwrap();
    let gone = refused(mark_here(&keeper, waiting, true).await);
    assert!(gone.ends_with("does not wait any more."), "{gone}");
    // Where seats are kept nobody is asked.
    world
        .edit(|form| form.give_on = String::new())
        .await
        .unwrap();
    world.wait(&other, 1, false).await.unwrap();
    let kept = refused(say_here(&other, world.event, true).await);
    assert!(kept.starts_with("At this event seats are kept"), "{kept}");
    assert!(
        door(&world.host, world.event, "", None)
            .await
            .unwrap()
            .queue
            .is_none()
    );
}

#[tokio::test]
async fn guests_know_a_day_before_and_numbers_are_those_of_the_list() {
    let world = World::new("4").await;
    let wrong = refused(world.edit(|form| form.give_on = "7".into()).await);
    assert!(wrong.starts_with("give_on: "), "{wrong}");
    world.edit(|form| form.give_on = "20".into()).await.unwrap();
    world.minutes_before(23 * 60).await;
    // Nobody has seats whom it could surprise.
    world.edit(|form| form.give_on = "15".into()).await.unwrap();
    world.take(&world.ana, 1).await.unwrap();
    let sooner = refused(world.edit(|form| form.give_on = "10".into()).await);
    assert!(sooner.contains("Guests have to know before"), "{sooner}");
    world.edit(|form| form.give_on = "30".into()).await.unwrap();
    world
        .edit(|form| form.give_on = String::new())
        .await
        .unwrap();
    assert_eq!(world.page(&world.ana).await.give_on, None);
}

#[tokio::test]
async fn what_was_noted_in_time_and_sent_too_late_is_said_and_does_not_count_as_missing() {
    let world = world("2").await;
    let came = world.then_take(&world.ana, 1).await;
    let late = world.site.member("late").await;
    let lost = world.then_take(&late, 1).await;
    world.wait(&world.bo, 1, false).await.unwrap();
    world.minutes_before(5).await;
    world.let_in(came, None).await.unwrap();
    world.here(&world.bo).await.unwrap();
    world.minutes_before(-10).await;
    let note = Note {
        key: Uuid::new_v4(),
        booking: Some(lost),
        code: String::new(),
        party: None,
        at: world.host.now(),
    };
    world.minutes_before(-16).await;
    world.sweep().await;
    assert!(world.is_missing(&late).await);
    // One who was noted after it came too late.
    let after = Note {
        key: Uuid::new_v4(),
        at: world.host.now() + SignedDuration::from_secs(1),
        ..note.clone()
    };
    world.minutes_before(-20).await;
    for (note, words, is_missing) in [
        (&after, "If there is room, add them as a guest.", true),
        (&note, "they do not count as missing.", false),
        (&note, "they do not count as missing.", false),
    ] {
        let told = take_notes(&world.host, world.event, std::slice::from_ref(note)).await;
        let told = told.unwrap().remove(0);
        assert_eq!(told.state, NoteState::Refused);
        assert!(
            told.said.contains("was given on at ") && told.said.ends_with(words),
            "{}",
            told.said
        );
        assert_eq!(world.is_missing(&late).await, is_missing, "{words}");
    }
    assert_eq!(world.has(&world.bo).await, Some(1));
    // And not afterwards, either.
    world.minutes_before(-400).await;
    close_doors(&world.host).await.unwrap();
    assert!(!world.is_missing(&late).await);
    world.sound().await;
}

#[tokio::test]
async fn whoever_waits_in_vain_is_told_once_when_the_list_ends() {
    // At the start, and where seats are given on, at the end.
    for (give_on, still, over) in [("", 1, -1), ("15", -119, -121)] {
        let world = World::new("1").await;
        world
            .edit(|form| form.give_on = give_on.into())
            .await
            .unwrap();
        world.take(&world.ana, 1).await.unwrap();
        let left = world.site.member("left").await;
        world.wait(&world.bo, 1, false).await.unwrap();
        world.wait(&left, 1, false).await.unwrap();
        leave(&left, world.event).await.unwrap();
        world.minutes_before(still).await;
        world.sweep().await;
        assert_eq!(world.mailed("bob@", "No seats came free").await.1, 0);
        world.minutes_before(over).await;
        for _ in 0..2 {
            world.sweep().await;
            let (told, mails) = world.mailed("bob@", "No seats came free").await;
            assert_eq!(mails, 1);
            assert!(told.contains("the waiting list has ended"), "{told}");
            assert!(!told.contains("Other dates"), "{told}");
        }
        for nobody in ["left@", "ana@"] {
            assert_eq!(world.mailed(nobody, "No seats came free").await.1, 0);
        }
        assert!(world.page(&world.bo).await.waits.is_none());
    }
}

#[tokio::test]
async fn the_end_of_a_list_names_other_dates_and_a_cancelled_one_has_its_own_mail() {
    let world = World::new("1").await;
    let dates = series::series(&world.host, "3", "1").await;
    let first = dates[0];
    // The second is full.
    take(&world.ana, key(), dates[0], 1).await.unwrap();
    take(&world.ana, key(), dates[1], 1).await.unwrap();
    let wish = Wish {
        party: 1,
        accepts_fewer: false,
        auto_confirm: true,
    };
    join(&world.bo, key(), dates[0], wish).await.unwrap();
    let starts_at = page(&world.host, first).await.unwrap().starts_at;
    // Of what is cancelled they know from another mail.
    world.take(&world.ana, 1).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    cancel(&world.host, world.event, &CancelReason::default())
        .await
        .unwrap();
    let until = starts_at.duration_since(world.host.now()) + SignedDuration::from_secs(1);
    world.site.services.clock.advance(until);
    world.sweep().await;
    let (told, mails) = world.mailed("bob@", "No seats came free").await;
    assert_eq!(mails, 1);
    assert!(told.contains(&format!("/events/{}-", dates[2])), "{told}");
    assert!(!told.contains(&format!("/events/{}-", dates[1])), "{told}");
    assert_eq!(world.mailed("bob@", "is cancelled").await.1, 1);
}
