//! Who is let in, by which code, and who has not come.

use std::sync::Arc;

use dogear_domain::events::BookingState;
use dogear_domain::events::door::{DoorRefusal, TicketCode};
use dogear_domain::fields::GuestName;
use jiff::SignedDuration;

use super::hosts::helps;
use super::*;
use crate::events::door::close_doors;
use crate::testing::said;

impl World {
    /// So many minutes to the start of the evening; past it when they are negative.
    pub(super) async fn minutes_before(&self, minutes: i64) {
        let starts_at = self.page(&self.host).await.starts_at;
        let until = starts_at.duration_since(self.host.now()) - SignedDuration::from_mins(minutes);
        self.site.services.clock.advance(until);
    }

    pub(super) async fn let_in(
        &self,
        booking: SeatBookingId,
        party: Option<i32>,
    ) -> Result<Admitted> {
        let_in(&self.host, key(), self.event, booking, party).await
    }

    /// What the host is told of a code or a name.
    async fn asked(&self, text: &str) -> (Vec<String>, Vec<String>) {
        let page = door(&self.host, self.event, text, None).await.unwrap();
        let names = page.answer.guests.into_iter().map(|guest| guest.name);
        (names.collect(), page.answer.said)
    }

    async fn code(&self, cx: &Cx) -> String {
        ticket(cx, self.event).await.unwrap().code.to_string()
    }

    pub(super) async fn add(&self, name: &str, party: i32) -> Result<SeatBookingId> {
        let name = said::<GuestName>(name);
        add_guest(&self.host, key(), self.event, &name, party).await
    }

    /// Of those who have seats: so many are in.
    pub(super) async fn inside(&self) -> i64 {
        let page = door(&self.host, self.event, "", None).await.unwrap();
        page.inside
    }
}

#[tokio::test]
async fn r12_a_party_comes_in_parts_and_nobody_twice() {
    let world = World::new("10").await;
    let booking = world.take(&world.ana, 4).await.unwrap();
    let early = refused(world.let_in(booking, None).await);
    assert!(early.starts_with("It is too early."), "{early}");
    world.minutes_before(60).await;
    let first = world.let_in(booking, Some(1)).await.unwrap();
    assert!(first.said.ends_with(": 1 of 4 is in."), "{}", first.said);
    assert_eq!(
        refused(world.let_in(booking, Some(4)).await),
        "party: Only 3 of them are still missing."
    );
    let rest = world.let_in(booking, None).await.unwrap();
    assert!(rest.said.ends_with(": all 4 are in."), "{}", rest.said);
    let again = refused(world.let_in(booking, None).await);
    let host = &world.host.reader().unwrap().display_name;
    let time = world
        .host
        .now()
        .to_zoned(jiff::tz::TimeZone::get("Europe/London").unwrap());
    let told = format!("let in at {} by {host}.", time.strftime("%H:%M"));
    assert!(again.ends_with(&told), "{again}");
    // Taken back, once however often.
    undo_check_in(&world.host, rest.checkin).await.unwrap();
    undo_check_in(&world.host, rest.checkin).await.unwrap();
    assert_eq!(world.inside().await, 1);
    world.let_in(booking, Some(3)).await.unwrap();
    assert_eq!(world.inside().await, 4);
    world.sound().await;
}

#[tokio::test]
async fn r12_a_form_that_is_sent_twice_lets_in_once() {
    let world = World::new("10").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    world.minutes_before(10).await;
    let once = key();
    let first = let_in(&world.host, once, world.event, booking, Some(1)).await;
    let again = let_in(&world.host, once, world.event, booking, Some(1)).await;
    assert_eq!(first.unwrap(), again.unwrap());
    assert_eq!(world.inside().await, 1);
    let code = world.code(&world.ana).await;
    let once = key();
    let first = express(&world.host, once, world.event, &code)
        .await
        .unwrap();
    let again = express(&world.host, once, world.event, &code)
        .await
        .unwrap();
    assert_eq!(first, again);
    assert!(matches!(first, AtDoor::In(_)), "{first:?}");
    assert_eq!(world.inside().await, 2);
}

#[tokio::test]
async fn r12_each_code_is_answered_in_one_sentence() {
    let world = World::new("3").await;
    world.take(&world.ana, 1).await.unwrap();
    let code = world.code(&world.ana).await;
    let name = |cx: &Cx| cx.reader().unwrap().display_name.clone();
    assert_eq!(world.asked(&code).await, (vec![name(&world.ana)], vec![]));
    let unknown = "0000-0000-0000-0000";
    assert_eq!(world.asked(unknown).await.1, ["No seats have this code."]);
    // Of another evening of the same host, and of one of another host.
    let other = published(&world.host, 12, "5").await;
    take(&world.ana, key(), other, 1).await.unwrap();
    let others = ticket(&world.ana, other).await.unwrap().code.to_string();
    let told = world.asked(&others).await.1.join(" ");
    assert!(
        told.starts_with("These seats are for another event: “Swap by lamplight”, "),
        "{told}"
    );
    let foreign = published(&world.bo, 11, "5").await;
    take(&world.ana, key(), foreign, 1).await.unwrap();
    let strange = ticket(&world.ana, foreign).await.unwrap().code.to_string();
    assert_eq!(world.asked(&strange).await.1, ["No seats have this code."]);
    // Kept for somebody who has not answered, and somebody who waits.
    let carl = world.site.member("carl").await;
    let gone = world.take(&carl, 2).await.unwrap();
    let carls = world.code(&carl).await;
    world.wait(&world.bo, 2, true).await.unwrap();
    let waits = world.asked("@bob").await.1;
    assert_eq!(
        waits,
        [format!(
            "{} is on the waiting list and has no seats.",
            name(&world.bo)
        )]
    );
    give_back(&carl, gone).await.unwrap();
    let given_back = world.asked(&carls).await.1.join(" ");
    assert!(
        given_back.contains("These seats were given back"),
        "{given_back}"
    );
    let offered = world.is_offered(&world.bo).await.expect("bo is asked").id;
    let offered_code = tickets::code(&world.site.services.settings, offered).to_string();
    let (guests, told) = world.asked(&offered_code).await;
    assert!(guests.is_empty());
    assert!(told.join(" ").contains("only offered"), "{told:?}");
    assert!(matches!(
        ticket(&world.bo, world.event).await,
        Err(Error::NotFound)
    ));
    world.minutes_before(0).await;
    for (asked, said) in [
        (carls.as_str(), "given back"),
        (others.as_str(), "another event"),
        (unknown, "No seats have this code."),
    ] {
        let told = refused(express(&world.host, key(), world.event, asked).await);
        assert!(told.contains(said), "{asked}: {told}");
    }
    let look = express(&world.host, key(), world.event, "ana").await;
    assert_eq!(look.unwrap(), AtDoor::Look, "a name may be that of many");
    assert_eq!(world.inside().await, 0);
}

#[tokio::test]
async fn r12_only_the_host_stands_at_the_door() {
    let world = World::new("3").await;
    let booking = world.take(&world.ana, 1).await.unwrap();
    world.minutes_before(10).await;
    let checkin = world.let_in(booking, None).await.unwrap().checkin;
    for other in [&world.ana, &world.bo] {
        let page = door(other, world.event, "", None).await;
        assert!(matches!(page, Err(Error::NotFound)), "{page:?}");
        let list = door_list(other, world.event, None).await;
        assert!(matches!(list, Err(Error::NotFound)), "{list:?}");
        let inside = let_in(other, key(), world.event, booking, None).await;
        assert!(matches!(inside, Err(Error::NotFound)), "{inside:?}");
        let undone = undo_check_in(other, checkin).await;
        assert!(matches!(undone, Err(Error::NotFound)), "{undone:?}");
        let added = add_guest(other, key(), world.event, &said("Vi"), 1).await;
        assert!(matches!(added, Err(Error::NotFound)), "{added:?}");
        let found = express(other, key(), world.event, "@ana").await;
        assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
    }
    // Seats at another event of the same host do not open this door.
    let other = published(&world.host, 12, "5").await;
    let elsewhere = take(&world.bo, key(), other, 1).await.unwrap();
    let inside = world.let_in(elsewhere, None).await;
    assert!(matches!(inside, Err(Error::NotFound)), "{inside:?}");
    assert_eq!(world.inside().await, 1);
}

#[tokio::test]
async fn r13_a_code_is_made_of_the_seats_and_of_the_key_of_the_site() {
    let world = World::new("5").await;
    world.take(&world.ana, 1).await.unwrap();
    world.take(&world.bo, 1).await.unwrap();
    let ana = ticket(&world.ana, world.event).await.unwrap();
    let bo = ticket(&world.bo, world.event).await.unwrap();
    assert_ne!(ana.code, bo.code);
    assert_eq!(TicketCode::parse(&ana.link), Some(ana.code));
    let mut other = world.site.services.settings.clone();
    other.secret_key = [9; 32];
    let booking = ana.event.booking.unwrap().id;
    assert_ne!(tickets::code(&other, booking), ana.code);
    // Nothing in the database tells it.
    let code = ana.code.to_string();
    let stored: String =
        sqlx::query_scalar("select jsonb_agg(to_jsonb(b))::text from seat_bookings b")
            .fetch_one(world.host.db())
            .await
            .unwrap();
    assert!(!stored.contains(&code) && !stored.contains(&code.replace('-', "")));
}

#[tokio::test]
async fn r12_seats_that_are_used_are_not_given_back() {
    let world = World::new("5").await;
    let booking = world.take(&world.ana, 3).await.unwrap();
    world.minutes_before(60).await;
    world.let_in(booking, Some(2)).await.unwrap();
    assert_eq!(
        refused(give_back(&world.ana, booking).await),
        "2 of these seats are used: they were let in at the door."
    );
    assert!(refused(change(&world.ana, key(), booking, 1).await).contains("are used"));
    change(&world.ana, key(), booking, 2).await.unwrap();
    assert_eq!(world.has(&world.ana).await, Some(2));
    world.sound().await;
}

#[tokio::test]
async fn guests_whom_the_host_adds_take_seats_like_others() {
    let world = World::new("4").await;
    world.take(&world.ana, 1).await.unwrap();
    assert_eq!(
        refused(world.add("Vi and friends", 4).await),
        "seats: Only 3 seats are free."
    );
    let vi = world.add("Vi and friends", 3).await.unwrap();
    assert_eq!(
        refused(world.add("One more", 1).await),
        "seats: All seats are taken. Count more seats first, where you change the event."
    );
    let full = refused(world.take(&world.bo, 1).await);
    assert!(full.starts_with("All seats are taken."), "{full}");
    world.sound().await;
    let list = guests(&world.host, world.event, None).await.unwrap().guests;
    let added = list.iter().find(|guest| guest.handle.is_empty()).unwrap();
    assert_eq!((added.name.as_str(), added.party), ("Vi and friends", 3));
    // Removed, for whoever waits; a member is not removed so.
    world.wait(&world.bo, 2, false).await.unwrap();
    remove_guest(&world.host, vi).await.unwrap();
    remove_guest(&world.host, vi).await.unwrap();
    assert_eq!(world.has(&world.bo).await, Some(2));
    let anas = world.page(&world.ana).await.booking.unwrap().id;
    let member = remove_guest(&world.host, anas).await;
    assert!(matches!(member, Err(Error::NotFound)), "{member:?}");
    world.sound().await;
    // At the door they come like others, also when it has begun.
    world.minutes_before(-30).await;
    let late = world.add("Late guest", 1).await.unwrap();
    world.let_in(late, None).await.unwrap();
    assert!(refused(remove_guest(&world.host, late).await).contains("is used"));
    let (found, told) = world.asked("LATE").await;
    assert_eq!(found, ["Late guest"]);
    assert!(told.join(" ").contains("is in already"), "{told:?}");
    world.sound().await;
}

#[tokio::test]
async fn guests_are_found_by_their_handles_in_any_case() {
    let world = World::new("1").await;
    let leal = world.site.member("Ana_Leal").await;
    let cyd = world.site.member("Cyd_Roe").await;
    world.take(&leal, 1).await.unwrap();
    world.wait(&cyd, 1, false).await.unwrap();
    for typed in ["@Ana_Leal", "@ana_leal"] {
        let (found, told) = world.asked(typed).await;
        assert_eq!(found, ["Ana_Leal"], "{typed}: {told:?}");
    }
    let (_, told) = world.asked("@cyd_ROE").await;
    assert!(
        told.join(" ").contains("is on the waiting list"),
        "{told:?}"
    );
}

#[tokio::test]
async fn r4_the_door_does_not_say_who_only_held_seats() {
    let world = World::new("10").await;
    let nobody = (
        Vec::<String>::new(),
        vec!["No guest has a name like that.".to_owned()],
    );
    let held = hold(&world.ana, key(), world.event, 2, &Terms::default())
        .await
        .unwrap();
    assert_eq!(world.asked("@ana").await, nobody);
    let_hold_go(&world.ana, held).await.unwrap();
    assert_eq!(world.asked("@ana").await, nobody);
    world.take(&world.ana, 1).await.unwrap();
    let (found, told) = world.asked("@ana").await;
    assert_eq!((found.len(), told), (1, Vec::new()));
}

#[tokio::test]
async fn whoever_helps_at_the_door_sees_what_each_owes_and_no_sums() {
    let world = World::priced("10", "5").await;
    let booking = world.take_at(&world.ana, 2, "£5.00").await.unwrap();
    let keeper = world.site.member("dee").await;
    helps(&world.host, world.event, &keeper, "door").await;
    let page = door(&keeper, world.event, "", None).await.unwrap();
    assert!(page.sums.is_empty(), "{:?}", page.sums);
    let due = page.guests[0].due.unwrap();
    assert_eq!(due.total.to_string(), "£10.00");
    mark_paid(&keeper, booking, true, "£10.00").await.unwrap();
    give_back(&world.ana, booking).await.unwrap();
    let back = refunds(&keeper, &page.event).await.unwrap();
    assert!(back.is_empty(), "{back:?}");
}

#[tokio::test]
async fn the_door_list_goes_by_name_and_from_page_to_page() {
    let world = World::new("20").await;
    for name in ["Zoe", "Émile", "eda", "Ben"] {
        world.add(name, 1).await.unwrap();
    }
    let names = |page: &DoorPage| -> Vec<String> {
        page.guests.iter().map(|guest| guest.name.clone()).collect()
    };
    let all = door(&world.host, world.event, "", None).await.unwrap();
    assert_eq!(names(&all), ["Ben", "eda", "Émile", "Zoe"]);
    assert_eq!(all.closed, Some(DoorRefusal::TooEarly));
    let after = Some(all.guests[1].booking);
    let rest = door_list(&world.host, world.event, after).await.unwrap();
    assert_eq!(names(&rest), ["Émile", "Zoe"]);
}

#[tokio::test]
async fn r14_who_has_not_come_is_noted_where_somebody_was_let_in() {
    let world = World::new("10").await;
    let ana = world.take(&world.ana, 2).await.unwrap();
    world.take(&world.bo, 1).await.unwrap();
    world.add("Vi", 1).await.unwrap();
    let quiet = published(&world.host, 10, "5").await;
    take(&world.bo, key(), quiet, 1).await.unwrap();
    world.minutes_before(0).await;
    let part = world.let_in(ana, Some(1)).await.unwrap();
    undo_check_in(&world.host, part.checkin).await.unwrap();
    world.let_in(ana, Some(1)).await.unwrap();
    // Two hours of evening; an hour before it is settled.
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(4));
    close_doors(&world.host).await.unwrap();
    assert_eq!(missed(&world.bo).await.unwrap(), []);
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_mins(61));
    close_doors(&world.host).await.unwrap();
    close_doors(&world.host).await.unwrap();
    assert_eq!(missed(&world.bo).await.unwrap(), [world.event]);
    assert_eq!(missed(&world.ana).await.unwrap(), [], "a part of them came");
    world.sound().await;
    // After a month the host's own guests are forgotten.
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 31));
    close_doors(&world.host).await.unwrap();
    let list = door_list(&world.host, world.event, None).await.unwrap();
    assert!(list.guests.iter().any(|guest| guest.name == "A guest"));
    assert!(list.guests.iter().all(|guest| guest.name != "Vi"));
}

#[tokio::test]
async fn r14_where_nobody_was_let_in_nobody_has_stayed_away() {
    let world = World::new("10").await;
    let ana = world.take(&world.ana, 2).await.unwrap();
    world.take(&world.bo, 1).await.unwrap();
    world.minutes_before(0).await;
    let only = world.let_in(ana, None).await.unwrap();
    undo_check_in(&world.host, only.checkin).await.unwrap();
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(6));
    close_doors(&world.host).await.unwrap();
    assert_eq!(missed(&world.bo).await.unwrap(), []);
}

/// R12: two who keep the door let in the last ones of a party at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r12_two_at_the_door_let_nobody_in_twice() {
    let world = World::new("60").await;
    let mut bookings = Vec::new();
    for name in ["Ada", "Bea", "Cy", "Di", "Eve"] {
        bookings.push(world.add(name, 4).await.unwrap());
    }
    world.minutes_before(0).await;
    let event = world.event;
    let admitted = Arc::new(std::sync::atomic::AtomicI32::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for booking in bookings.iter().copied() {
        // Ten times one of four, and twice the whole party.
        for attempt in 0..12 {
            let (host, admitted) = (world.host.clone(), admitted.clone());
            let party = (attempt < 10).then_some(1);
            tasks.spawn(async move {
                match let_in(&host, key(), event, booking, party).await {
                    Ok(_) => {
                        admitted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        Ok(())
                    }
                    Err(Error::Conflict(_) | Error::Invalid(_) | Error::Busy(_)) => Ok(()),
                    Err(error) => Err(error),
                }
            });
        }
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome.unwrap().expect("everybody is answered");
    }
    let page = door(&world.host, event, "", None).await.unwrap();
    for guest in &page.guests {
        assert_eq!(guest.party.state, BookingState::Confirmed);
        assert_eq!(guest.party.inside, 4, "{}: all, and none twice", guest.name);
    }
    assert_eq!(page.inside, 20);
    let rows: i64 = sqlx::query_scalar("select count(*) from checkins")
        .fetch_one(world.host.db())
        .await
        .unwrap();
    assert_eq!(
        rows,
        i64::from(admitted.load(std::sync::atomic::Ordering::SeqCst))
    );
    world.sound().await;
}

#[tokio::test]
async fn who_leaves_is_forgotten_at_the_door_too() {
    let world = World::new("5").await;
    let ana = world.take(&world.ana, 2).await.unwrap();
    let vi = world.add("Vi", 1).await.unwrap();
    world.minutes_before(0).await;
    world.let_in(ana, None).await.unwrap();
    world.let_in(vi, None).await.unwrap();
    // When it is over, and nothing is cancelled any more.
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24));
    for cx in [&world.ana, &world.host] {
        let mut tx = cx.begin().await.unwrap();
        erase(&mut tx, cx.reader().unwrap().id).await.unwrap();
        tx.commit().await.unwrap();
    }
    let left: Vec<(Option<i64>, String)> = sqlx::query_as(
        "select c.by_user, b.guest_name from checkins c join seat_bookings b on b.id = c.booking_id",
    )
    .fetch_all(world.host.db())
    .await
    .unwrap();
    assert_eq!(
        left,
        [(None, String::new())],
        "ana's seats are gone, Vi's have no name"
    );
    world.sound().await;
}
