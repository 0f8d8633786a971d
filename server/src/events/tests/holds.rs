//! Seats that are held while the form is filled in.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::leaving::erased;
use super::*;
use crate::testing::races::{patient, with};

impl World {
    pub(super) async fn hold(&self, cx: &Cx, party: i32) -> Result<SeatBookingId> {
        hold(cx, key(), self.event, party, &Terms::default()).await
    }

    pub(super) async fn held(&self, cx: &Cx) -> Option<Held> {
        held_at(cx, self.event).await.unwrap().1
    }

    /// Confirms what the reader holds, for what the page shows.
    pub(super) async fn confirm(&self, cx: &Cx) -> Result<EventId> {
        let held = self.held(cx).await.expect("something is held");
        let shown = ShownHold {
            price: held.shown(),
            code: held.code.clone(),
        };
        confirm_hold(cx, key(), held.booking, &shown).await
    }

    pub(super) fn minutes_pass(&self, minutes: i64) {
        let by = SignedDuration::from_mins(minutes);
        self.site.services.clock.advance(by);
    }

    pub(super) async fn taken(&self) -> i32 {
        self.page(&self.host).await.seating.taken
    }

    async fn states(&self) -> Vec<String> {
        sqlx::query_scalar("select state from seat_bookings order by id")
            .fetch_all(self.host.db())
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn r4_held_seats_count_as_taken_and_are_nobodys_yet() {
    let world = World::new("4").await;
    let (once, terms) = (key(), Terms::default());
    let id = hold(&world.ana, once, world.event, 3, &terms)
        .await
        .unwrap();
    let again = hold(&world.ana, once, world.event, 3, &terms)
        .await
        .unwrap();
    assert_eq!(id, again, "a double press holds once");
    assert_eq!(world.taken().await, 3);
    assert_eq!(world.has(&world.ana).await, None);
    let booking = world.page(&world.ana).await.booking.unwrap();
    assert!(booking.is_hold && booking.party == 3);
    let held = world.held(&world.ana).await.unwrap();
    let kept = held.until.unwrap().duration_since(world.ana.now());
    assert!(
        kept > SignedDuration::from_mins(9) && kept <= SignedDuration::from_mins(10),
        "{kept:?}"
    );
    assert!(refused(world.take(&world.bo, 2).await).contains("Only one seat"));
    // A guest of nobody's list, but told to the host.
    let guests = guests(&world.host, world.event, None).await.unwrap().guests;
    assert!(guests[0].fills_in && !guests[0].open, "{guests:?}");
    let table = guest_list(&world.host, world.event).await.unwrap();
    assert!(!String::from_utf8(table).unwrap().contains("ana"));
    let door = door_list(&world.host, world.event, None).await.unwrap();
    assert!(door.guests.is_empty());
    assert!(own(&world.ana, false).await.unwrap().is_empty());
    assert!(matches!(
        ticket(&world.ana, world.event).await,
        Err(Error::NotFound)
    ));
    assert_eq!(listed_in(&world.ana, "").await[0].booked, None);
    // No mail of it, not when it ends either.
    world.minutes_pass(11);
    sweeps::sweep(&world.host).await.unwrap();
    assert_eq!(world.taken().await, 0);
    assert_eq!(world.site.mailed_subjects().await, Vec::<String>::new());
    world.sound().await;
}

#[tokio::test]
async fn r5_a_hold_is_confirmed_once_however_often_it_is_pressed() {
    let world = World::new("4").await;
    let id = world.hold(&world.ana, 2).await.unwrap();
    let (once, shown) = (key(), ShownHold::default());
    for key in [once, once, key(), None] {
        let event = confirm_hold(&world.ana, key, id, &shown).await.unwrap();
        assert_eq!(event, world.event);
    }
    assert_eq!(world.has(&world.ana).await, Some(2));
    assert_eq!(world.held(&world.ana).await, None);
    assert_eq!(world.site.mailed_subjects().await.len(), 1);
    assert!(refused(let_hold_go(&world.ana, id).await).contains("yours by now"));
    assert!(refused(extend_hold(&world.ana, key(), id).await).contains("yours by now"));
    // From now on they are as all others are: given back, they are no hold that has ended.
    give_back(&world.ana, id).await.unwrap();
    for _ in 0..3 {
        world.hold(&world.ana, 1).await.unwrap();
        world.confirm(&world.ana).await.unwrap();
        let id = world.page(&world.ana).await.booking.unwrap().id;
        give_back(&world.ana, id).await.unwrap();
    }
    world.sound().await;
}

#[tokio::test]
async fn r4_more_time_is_had_once_and_as_long_again() {
    let world = World::new("4").await;
    let id = world.hold(&world.ana, 2).await.unwrap();
    let first = world.held(&world.ana).await.unwrap().until.unwrap();
    let once = key();
    extend_hold(&world.ana, once, id).await.unwrap();
    extend_hold(&world.ana, once, id).await.unwrap();
    let held = world.held(&world.ana).await.unwrap();
    assert!(held.is_extended);
    assert_eq!(held.until, Some(first + SignedDuration::from_mins(10)));
    assert!(refused(extend_hold(&world.ana, key(), id).await).contains("more time already"));
    world.minutes_pass(15);
    sweeps::sweep(&world.host).await.unwrap();
    assert_eq!(world.taken().await, 2);
    world.minutes_pass(6);
    assert!(refused(extend_hold(&world.ana, key(), id).await).contains("is over"));
    sweeps::sweep(&world.host).await.unwrap();
    assert_eq!(world.taken().await, 0);
}

#[tokio::test]
async fn r4_the_site_says_for_how_long() {
    use crate::moderation::seat_settings::{TypedSeats, change, current};
    let world = World::new("4").await;
    let admin = world
        .site
        .account("dov", dogear_domain::accounts::Role::Admin)
        .await;
    let typed = |minutes: &str, missed: &str| TypedSeats {
        hold_minutes: minutes.into(),
        missed: missed.into(),
        reason: String::new(),
    };
    assert_eq!(current(&admin).await.unwrap().hold_minutes, 10);
    assert!(refused(change(&admin, &typed("31", "yes")).await).contains("from 5 to 30"));
    assert!(matches!(
        change(&world.ana, &typed("20", "yes")).await,
        Err(Error::NotFound)
    ));
    change(&admin, &typed("20", "no")).await.unwrap();
    let set = current(&admin).await.unwrap();
    assert_eq!((set.hold_minutes, set.missed_count), (20, false));
    assert_eq!(world.page(&world.ana).await.hold_minutes, 20);
    world.hold(&world.ana, 2).await.unwrap();
    world.minutes_pass(15);
    assert!(world.held(&world.ana).await.unwrap().until.is_some());
}

#[tokio::test]
async fn r5_after_its_time_a_hold_is_taken_anew_if_there_is_room() {
    let world = World::new("4").await;
    world.hold(&world.ana, 2).await.unwrap();
    world.minutes_pass(11);
    // Before the clock comes by, and after.
    let held = world.held(&world.ana).await.unwrap();
    assert!(held.until.is_none() && !held.is_lost);
    sweeps::sweep(&world.host).await.unwrap();
    world.take(&world.bo, 2).await.unwrap();
    world.confirm(&world.ana).await.unwrap();
    assert_eq!(world.has(&world.ana).await, Some(2));
    assert_eq!(world.states().await, ["confirmed", "confirmed"]);
    world.sound().await;
}

#[tokio::test]
async fn r5_what_went_to_someone_else_is_not_taken_and_whoever_waits_goes_first() {
    let world = World::new("2").await;
    let id = world.hold(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 2, true).await.unwrap();
    world.minutes_pass(11);
    // Nobody has come by: the one who is late does, and the one who waits has them.
    let late = confirm_hold(&world.ana, key(), id, &ShownHold::default()).await;
    assert_eq!(refused(late), "The seats went to someone else.");
    sweeps::sweep(&world.host).await.unwrap();
    assert!(world.is_offered(&world.bo).await.is_some());
    assert!(world.held(&world.ana).await.unwrap().is_lost);
    world.wait(&world.ana, 2, false).await.unwrap();
    assert_eq!(world.page(&world.ana).await.waits.unwrap().position, 1);
    world.sound().await;
}

#[tokio::test]
async fn r4_nobody_holds_seats_that_others_wait_for() {
    let world = World::new("3").await;
    world.take(&world.host, 1).await.unwrap();
    let ana = world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 3, true).await.unwrap();
    let carl = world.site.member("carl").await;
    world.wait(&carl, 2, true).await.unwrap();
    change(&world.ana, key(), ana, 1).await.unwrap();
    // One seat is free, and would do for nobody who waits.
    let dan = world.site.member("dan").await;
    world.hold(&dan, 1).await.unwrap();
    let_hold_go(&dan, world.held(&dan).await.unwrap().booking)
        .await
        .unwrap();
    assert!(refused(world.hold(&carl, 1).await).contains("on the waiting list"));
    // Now for one of them it would.
    world.wait(&carl, 1, true).await.unwrap();
    assert!(world.is_offered(&carl).await.is_some());
    assert!(refused(world.hold(&dan, 1).await).contains("taken"));
    world.sound().await;
}

#[tokio::test]
async fn r4_letting_go_and_running_out_promote_those_who_wait() {
    let world = World::new("2").await;
    let id = world.hold(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    let carl = world.site.member("carl").await;
    world.wait(&carl, 1, false).await.unwrap();
    change_hold(&world.ana, key(), id, 1, "").await.unwrap();
    assert_eq!(world.has(&world.bo).await, Some(1));
    assert!(refused(change_hold(&world.ana, key(), id, 2, "").await).contains("All other seats"));
    let_hold_go(&world.ana, id).await.unwrap();
    let_hold_go(&world.ana, id).await.unwrap();
    assert_eq!(world.has(&carl).await, Some(1));
    assert_eq!(world.held(&world.ana).await, None, "nothing is said of it");
    let late = confirm_hold(&world.ana, key(), id, &ShownHold::default()).await;
    assert!(refused(late).contains("do not have these seats"));
    let theirs = let_hold_go(&world.bo, id).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    world.sound().await;
}

#[tokio::test]
async fn r4_nobody_holds_the_same_seats_again_and_again() {
    let world = World::new("4").await;
    for _ in 0..3 {
        let id = world.hold(&world.ana, 2).await.unwrap();
        let_hold_go(&world.ana, id).await.unwrap();
        world.minutes_pass(5);
    }
    let again = refused(world.hold(&world.ana, 2).await);
    assert!(again.contains("3 times within 4 hours"), "{again}");
    assert!(again.contains("in 4 hours"), "{again}");
    assert_eq!(world.taken().await, 0);
    world.hold(&world.bo, 2).await.unwrap();
    // What is taken at once is taken, and four hours after the first they may again.
    let id = world.take(&world.ana, 1).await.unwrap();
    give_back(&world.ana, id).await.unwrap();
    world.minutes_pass(165);
    let again = refused(world.hold(&world.ana, 2).await);
    assert!(again.contains("in 60 minutes"), "{again}");
    world.minutes_pass(61);
    world.hold(&world.ana, 2).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn r4_the_price_is_agreed_when_seats_are_held_and_asked_about_when_they_are_retaken() {
    let world = World::priced("10", "5").await;
    let terms = |code: &str| Terms {
        price: "£5.00".into(),
        code: code.into(),
    };
    let form = CodeForm {
        code: "EARLY".into(),
        unit: "percent".into(),
        off: "20".into(),
        uses: "1".into(),
        ..CodeForm::default()
    };
    make_code(&world.host, key(), world.event, &form)
        .await
        .unwrap();
    let id = hold(&world.ana, key(), world.event, 2, &terms("early"))
        .await
        .unwrap();
    assert_eq!(world.held(&world.ana).await.unwrap().shown(), "£8.00");
    let used = hold(&world.bo, key(), world.event, 1, &terms("early")).await;
    assert!(refused(used).starts_with("code: "));
    world.set_price("6").await;
    // Held is agreed: for more, for fewer, without the code and with it again.
    change_hold(&world.ana, key(), id, 3, "early")
        .await
        .unwrap();
    assert_eq!(world.held(&world.ana).await.unwrap().shown(), "£12.00");
    change_hold(&world.ana, key(), id, 3, "").await.unwrap();
    assert_eq!(world.held(&world.ana).await.unwrap().shown(), "£15.00");
    let wrong = change_hold(&world.ana, key(), id, 2, "nothing").await;
    assert!(refused(wrong).starts_with("code: "));
    change_hold(&world.ana, key(), id, 2, "EARLY")
        .await
        .unwrap();
    assert_eq!(world.held(&world.ana).await.unwrap().shown(), "£8.00");
    // Their time is over: the price of now is said, and nothing is taken for another.
    let before = ShownHold {
        price: "£8.00".into(),
        code: "EARLY".into(),
    };
    world.minutes_pass(11);
    sweeps::sweep(&world.host).await.unwrap();
    let dearer = refused(confirm_hold(&world.ana, key(), id, &before).await);
    assert!(dearer.contains("you pay £9.60 now"), "{dearer}");
    assert_eq!(world.taken().await, 0);
    assert_eq!(world.held(&world.ana).await.unwrap().shown(), "£9.60");
    world.confirm(&world.ana).await.unwrap();
    assert_eq!(world.due(&world.ana).await.total.to_string(), "£9.60");
    let uses: i32 = sqlx::query_scalar("select uses from promo_codes")
        .fetch_one(world.host.db())
        .await
        .unwrap();
    assert_eq!(uses, 1);
    world.sound().await;
}

#[tokio::test]
async fn r4_a_hold_ends_with_the_event_the_account_and_its_good_standing() {
    let world = World::new("4").await;
    world.hold(&world.ana, 2).await.unwrap();
    erased(&world.ana).await;
    assert_eq!(world.taken().await, 0);
    let id = world.hold(&world.bo, 2).await.unwrap();
    sqlx::query(
        "update users set status = 'suspended', suspended_until = null where handle = 'bob'",
    )
    .execute(world.host.db())
    .await
    .unwrap();
    // Who is suspended meanwhile lets it run out.
    world.minutes_pass(11);
    sweeps::sweep(&world.host).await.unwrap();
    assert_eq!(world.taken().await, 0);
    let carl = world.site.member("carl").await;
    let of_carl = world.hold(&carl, 1).await.unwrap();
    cancel(&world.host, world.event, &said_nothing())
        .await
        .unwrap();
    let late = confirm_hold(&carl, key(), of_carl, &ShownHold::default()).await;
    assert!(refused(late).contains("cancelled"));
    assert!(own(&carl, false).await.unwrap().is_empty());
    assert_eq!(world.site.mailed_subjects().await, Vec::<String>::new());
    assert!(
        world.states().await.iter().all(|state| state == "expired"),
        "{id:?}"
    );
}

fn said_nothing() -> dogear_domain::fields::CancelReason {
    dogear_domain::fields::CancelReason::default()
}

/// R15: holds, confirms, more time, letting go, takers and a clock that ends holds, all at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r15_after_a_storm_of_holds_each_has_ended_in_one_way() {
    let world = World::new("12").await;
    let services = patient(&world.site, 20).await;
    let event = world.event;
    let until = Instant::now() + Duration::from_secs(5);
    let mut tasks = JoinSet::new();
    for n in 0..16_i32 {
        let reader = world.site.member(&format!("reader{n}x")).await;
        let cx = with(&reader, &services);
        tasks.spawn(async move {
            let mut done = 0_u32;
            for round in 0.. {
                if Instant::now() >= until {
                    break;
                }
                let party = (n + round) % 4 + 1;
                let booking = page(&cx, event).await?.booking;
                let shown = ShownHold::default();
                let outcome = match (booking, (n * 7 + round * 3) % 5) {
                    (None, 0) => take(&cx, key(), event, party).await.map(|_| ()),
                    (None, _) => {
                        let terms = Terms::default();
                        hold(&cx, key(), event, party, &terms).await.map(|_| ())
                    }
                    (Some(one), 0) if one.is_hold => {
                        extend_hold(&cx, key(), one.id).await.map(|_| ())
                    }
                    (Some(one), 1) if one.is_hold => let_hold_go(&cx, one.id).await.map(|_| ()),
                    (Some(one), 2) if one.is_hold => {
                        change_hold(&cx, key(), one.id, party, "").await.map(|_| ())
                    }
                    (Some(one), _) if one.is_hold => {
                        // Twice at the same moment.
                        let twice = key();
                        let (first, second) = tokio::join!(
                            confirm_hold(&cx, twice, one.id, &shown),
                            confirm_hold(&cx, twice, one.id, &shown)
                        );
                        first.and(second).map(|_| ())
                    }
                    (Some(one), _) => give_back(&cx, one.id).await.map(|_| ()),
                };
                match outcome {
                    Ok(()) => done += 1,
                    Err(Error::Conflict(_) | Error::Invalid(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(done)
        });
    }
    let host = with(&world.host, &services);
    let clock = services.clock.clone();
    tasks.spawn(async move {
        while Instant::now() < until {
            clock.advance(SignedDuration::from_mins(4));
            sweeps::sweep(&host).await?;
            sweeps::recount(&host).await?;
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        Ok(0)
    });
    let mut done = 0;
    while let Some(outcome) = tasks.join_next().await {
        done += outcome.unwrap().unwrap();
    }
    assert!(done > 20, "a storm does something: {done}");
    world.sound().await;
    world.minutes_pass(120);
    sweeps::sweep(&world.host).await.unwrap();
    world.sound().await;
    let states: Vec<(String, i64)> =
        sqlx::query_as("select state, count(*) from seat_bookings group by state order by state")
            .fetch_all(world.host.db())
            .await
            .unwrap();
    let names: Vec<&str> = states.iter().map(|(state, _)| state.as_str()).collect();
    assert!(!names.contains(&"held"), "{states:?}");
    assert!(
        names.contains(&"expired") && names.contains(&"cancelled"),
        "{states:?}"
    );
    let wrong: i64 = sqlx::query_scalar(
        "select count(*) from seat_bookings where state = 'confirmed' and hold_minutes is not null",
    )
    .fetch_one(world.host.db())
    .await
    .unwrap();
    assert_eq!(wrong, 0);
}
