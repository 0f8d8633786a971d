//! Stalls of a swap meet: who gives them, and that each is one guest's.

use dogear_domain::events::hosts::HostAct;
use dogear_domain::events::stalls::StallOrder;
use dogear_domain::fields::GuestName;
use tokio::task::JoinSet;

use super::*;
use crate::testing::races::{patient, with};
use crate::testing::said;

impl World {
    async fn stall(&self, booking: SeatBookingId, typed: &str) -> Result<StallGiven> {
        set_stall(&self.host, self.event, booking, typed).await
    }

    /// The stalls of all guests, those who came first first.
    async fn given(&self) -> Vec<String> {
        let stalls = stalls(&self.host, self.event, None).await.unwrap();
        stalls.guests.into_iter().map(|one| one.stall).collect()
    }
}

#[tokio::test]
async fn a_stall_is_one_guests_and_stands_wherever_the_guest_does() {
    let world = World::new("20").await;
    let (ana, bo) = (
        world.take(&world.ana, 1).await.unwrap(),
        world.take(&world.bo, 2).await.unwrap(),
    );
    let given = world.stall(ana, " a3 ").await.unwrap();
    assert_eq!((&*given.now, &*given.before), ("A3", ""));
    // The same again is fine; somebody else's is not.
    world.stall(ana, "A3").await.unwrap();
    assert_eq!(
        refused(world.stall(bo, "a3").await),
        "stall: ana has stall A3 already."
    );
    assert!(refused(world.stall(bo, "123456789").await).starts_with("stall: "));
    world.stall(bo, "B1").await.unwrap();
    assert_eq!(world.given().await, ["A3", "B1"]);

    let shown = ticket(&world.ana, world.event).await.unwrap().stall;
    assert_eq!(shown.as_deref(), Some("A3"));
    let door = door(&world.host, world.event, "", None).await.unwrap();
    let at_door: Vec<_> = door.guests.iter().map(|one| one.stall.as_deref()).collect();
    assert_eq!(at_door, [Some("A3"), Some("B1")]);
    let list = guests(&world.host, world.event, None).await.unwrap();
    assert_eq!(list.guests[0].stall.as_deref(), Some("A3"));
    let file = guest_list(&world.host, world.event).await.unwrap();
    let file = String::from_utf8(file).unwrap();
    assert!(file.contains(",direct,A3\r\n"), "{file}");

    let given = world.stall(ana, "").await.unwrap();
    assert_eq!((&*given.now, &*given.before), ("", "A3"));
    world.stall(bo, "A3").await.unwrap();
    assert_eq!(world.given().await, ["", "A3"]);
}

#[tokio::test]
async fn those_without_a_stall_are_numbered_and_nobody_else() {
    let world = World::new("20").await;
    let zoe = said::<GuestName>("Zoë");
    let abel = said::<GuestName>("Abel");
    add_guest(&world.host, key(), world.event, &zoe, 1)
        .await
        .unwrap();
    add_guest(&world.host, key(), world.event, &abel, 1)
        .await
        .unwrap();
    let ana = world.take(&world.ana, 1).await.unwrap();
    world.stall(ana, "2").await.unwrap();
    let number = |order| number_stalls(&world.host, world.event, order);
    assert_eq!(number(StallOrder::Name).await.unwrap(), 2);
    assert_eq!(world.given().await, ["3", "1", "2"], "Abel, then Zoë");
    assert_eq!(number(StallOrder::Arrival).await.unwrap(), 0);
    let cleared = clear_stalls(&world.host, world.event).await.unwrap();
    assert_eq!(cleared, 3);
    assert_eq!(number(StallOrder::Arrival).await.unwrap(), 3);
    assert_eq!(world.given().await, ["1", "2", "3"]);
}

#[tokio::test]
async fn a_stall_goes_with_the_seats() {
    let world = World::new("20").await;
    let ana = world.take(&world.ana, 2).await.unwrap();
    world.stall(ana, "7").await.unwrap();
    // Some of the seats: the table stays where it is.
    offer_transfer(&world.ana, key(), ana, "bob", 1)
        .await
        .unwrap();
    let offered = async || {
        let page = world.page(&world.bo).await;
        transfers(&world.bo, &page).await.unwrap()[0].id
    };
    accept_transfer(&world.bo, offered().await).await.unwrap();
    assert_eq!(world.given().await, ["7", ""]);
    // The last: whoever takes it over has the table, too.
    offer_transfer(&world.ana, key(), ana, "bob", 1)
        .await
        .unwrap();
    accept_transfer(&world.bo, offered().await).await.unwrap();
    assert_eq!(world.given().await, ["7"]);
    // Given back, it is free for somebody else.
    let bo = world.page(&world.bo).await.booking.unwrap().id;
    give_back(&world.bo, bo).await.unwrap();
    let cyd = world.site.member("cyd").await;
    let cyd = world.take(&cyd, 1).await.unwrap();
    world.stall(cyd, "7").await.unwrap();
    assert!(matches!(world.stall(bo, "8").await, Err(Error::NotFound)));
    world.sound().await;
}

#[tokio::test]
async fn stalls_are_for_swap_meets_that_are_to_come() {
    let world = World::new("20").await;
    let ana = world.take(&world.ana, 1).await.unwrap();
    let ends_at = world.page(&world.host).await.ends_at;
    let clock = &world.site.services.clock;
    clock.advance(ends_at.duration_since(clock.now()) + SignedDuration::from_secs(1));
    assert_eq!(
        refused(world.stall(ana, "1").await),
        "This swap meet is over."
    );
    let mut form = evening(&world.host, 10, "4").await;
    form.kind = "reading".into();
    let reading = create(&world.host, key(), &form).await.unwrap();
    publish(&world.host, reading).await.unwrap();
    let none = stalls(&world.host, reading, None).await;
    assert!(matches!(none, Err(Error::NotFound)), "{none:?}");
}

#[tokio::test]
async fn while_it_is_no_swap_meet_nobody_sees_a_stall() {
    let world = World::new("20").await;
    let ana = world.take(&world.ana, 1).await.unwrap();
    world.stall(ana, "A3").await.unwrap();
    world.edit(|form| form.title = "Swap".into()).await.unwrap();
    assert_eq!(world.given().await, ["A3"]);
    let kind = async |kind: &str| world.edit(|form| form.kind = kind.into()).await.unwrap();
    kind("reading").await;
    assert_eq!(ticket(&world.ana, world.event).await.unwrap().stall, None);
    let list = guests(&world.host, world.event, None).await.unwrap();
    assert_eq!(list.guests[0].stall, None);
    let at_door = door(&world.host, world.event, "", None).await.unwrap();
    assert_eq!(at_door.guests[0].stall, None);
    let file = guest_list(&world.host, world.event).await.unwrap();
    assert!(!String::from_utf8(file).unwrap().contains("A3"));
    kind("swap_meet").await;
    assert_eq!(world.given().await, ["A3"]);
}

#[tokio::test]
async fn those_who_host_it_read_what_was_done_with_stalls() {
    let world = World::new("20").await;
    let ana = world.take(&world.ana, 1).await.unwrap();
    world.take(&world.bo, 1).await.unwrap();
    world.stall(ana, "A3").await.unwrap();
    world.stall(ana, "a3").await.unwrap();
    for _ in 0..2 {
        number_stalls(&world.host, world.event, StallOrder::Arrival)
            .await
            .unwrap();
    }
    for _ in 0..2 {
        clear_stalls(&world.host, world.event).await.unwrap();
    }
    let lines = log(&world.host, world.event, None).await.unwrap().lines;
    let lines: Vec<_> = (lines.iter().rev())
        .map(|line| (line.act, line.detail.as_str()))
        .collect();
    assert_eq!(
        lines[1..],
        [
            (HostAct::StallChanged, ""),
            (HostAct::StallsNumbered, "1"),
            (HostAct::StallsCleared, "2"),
        ]
    );
}

#[tokio::test]
async fn of_many_who_give_the_same_stall_at_once_one_does() {
    let world = World::new("20").await;
    let mut bookings = Vec::new();
    for at in 0..6 {
        let guest = world.site.member(&format!("guest{at}")).await;
        bookings.push(world.take(&guest, 1).await.unwrap());
    }
    let services = patient(&world.site, 8).await;
    let mut tasks = JoinSet::new();
    for booking in bookings {
        let (host, event) = (with(&world.host, &services), world.event);
        tasks.spawn(async move { set_stall(&host, event, booking, "A1").await });
    }
    // And one who numbers all meanwhile.
    let (host, event) = (with(&world.host, &services), world.event);
    tasks.spawn(async move {
        let numbered = number_stalls(&host, event, StallOrder::Arrival).await?;
        Ok(StallGiven {
            name: numbered.to_string(),
            now: String::new(),
            before: String::new(),
        })
    });
    let mut given = 0;
    for outcome in tasks.join_all().await {
        match outcome {
            Ok(done) => given += usize::from(done.now == "A1"),
            Err(Error::Invalid(errors)) => {
                let said = errors.get("stall").unwrap_or_default();
                assert!(said.ends_with("has stall A1 already."), "{said}");
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(given, 1);
    let mut stalls = world.given().await;
    stalls.retain(|stall| !stall.is_empty());
    let number = stalls.len();
    stalls.sort();
    stalls.dedup();
    assert_eq!(stalls.len(), number, "{stalls:?}");
}
