//! Where holds end: with the booking, with what the host does, and when somebody goes too far.

use super::*;

impl World {
    async fn booking_ends_before(&self, hours: &str) {
        self.edit(|form| form.closes_hours = hours.into())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn r4_a_hold_ends_with_booking_and_more_time_is_not_spent_in_vain() {
    let world = World::new("4").await;
    world.booking_ends_before("2").await;
    world.minutes_before(125).await;
    let id = world.hold(&world.ana, 2).await.unwrap();
    let held = world.held(&world.ana).await.unwrap();
    let closes_at = world.page(&world.ana).await.seating.closes_at();
    assert_eq!(held.until, Some(closes_at));
    let more = refused(extend_hold(&world.ana, key(), id).await);
    assert!(more.contains("Booking ends then"), "{more}");
    assert!(!world.held(&world.ana).await.unwrap().is_extended);
    // Just too late: they went to nobody, and nobody waits for them.
    world.minutes_pass(6);
    assert!(world.held(&world.ana).await.unwrap().is_lost);
    let late = refused(world.confirm(&world.ana).await);
    assert!(late.contains("Booking has ended"), "{late}");
    sweeps::sweep(&world.host).await.unwrap();
    let late = refused(world.confirm(&world.ana).await);
    assert!(late.contains("Booking has ended"), "{late}");
    assert_eq!(world.taken().await, 0);
    world.sound().await;
}

#[tokio::test]
async fn r4_a_host_who_ends_booking_earlier_ends_holds_with_it() {
    let world = World::new("4").await;
    let seats = world.take(&world.bo, 1).await.unwrap();
    world.minutes_before(185).await;
    world.hold(&world.ana, 2).await.unwrap();
    world.booking_ends_before("3").await;
    let closes_at = world.page(&world.ana).await.seating.closes_at();
    let held = world.held(&world.ana).await.unwrap();
    assert_eq!(held.until, Some(closes_at));
    // That was hours ago.
    world.booking_ends_before("6").await;
    let held = world.held(&world.ana).await.unwrap();
    assert!(held.until.is_none() && held.is_lost, "{held:?}");
    let late = refused(world.confirm(&world.ana).await);
    assert!(late.contains("Booking has ended"), "{late}");
    sweeps::sweep(&world.host).await.unwrap();
    assert_eq!(world.taken().await, 1);
    give_back(&world.bo, seats).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn r4_nobody_holds_the_last_seats_for_ever_by_having_more_time() {
    use crate::moderation::seat_settings::{TypedSeats, change};
    let world = World::new("2").await;
    let admin = world
        .site
        .account("dov", dogear_domain::accounts::Role::Admin)
        .await;
    for (cx, minutes) in [(&world.ana, 15), (&world.bo, 30)] {
        let typed = TypedSeats {
            hold_minutes: minutes.to_string(),
            missed: "yes".into(),
            reason: String::new(),
        };
        change(&admin, &typed).await.unwrap();
        for _ in 0..3 {
            let id = world.hold(cx, 2).await.unwrap();
            extend_hold(cx, key(), id).await.unwrap();
            world.minutes_pass(2 * minutes + 1);
            sweeps::sweep(&world.host).await.unwrap();
        }
        let again = refused(world.hold(cx, 2).await);
        assert!(again.contains("3 times within 4 hours"), "{again}");
    }
    assert_eq!(world.taken().await, 0);
}

#[tokio::test]
async fn r4_codes_are_not_tried_out_with_seats_whose_time_is_over() {
    let world = World::priced("10", "5").await;
    let form = CodeForm {
        code: "EARLY".into(),
        unit: "percent".into(),
        off: "20".into(),
        ..CodeForm::default()
    };
    make_code(&world.host, key(), world.event, &form)
        .await
        .unwrap();
    let terms = Terms {
        price: "£5.00".into(),
        ..Terms::default()
    };
    let id = hold(&world.ana, key(), world.event, 2, &terms)
        .await
        .unwrap();
    world.minutes_pass(11);
    sweeps::sweep(&world.host).await.unwrap();
    // Whether there is such a code or not, the answer is the same.
    for (code, price) in [("EARLY", "£8.00"), ("EARLY", "£10.00"), ("LATE", "£8.00")] {
        let shown = ShownHold {
            price: price.into(),
            code: code.into(),
        };
        let tried = refused(confirm_hold(&world.ana, key(), id, &shown).await);
        assert!(tried.contains("not held with this code"), "{tried}");
    }
    assert_eq!(world.taken().await, 0);
    world.confirm(&world.ana).await.unwrap();
    assert_eq!(world.due(&world.ana).await.total.to_string(), "£10.00");
}

#[tokio::test]
async fn r5_whoever_is_blocked_meanwhile_confirms_nothing() {
    let world = World::new("4").await;
    let id = world.hold(&world.ana, 2).await.unwrap();
    crate::accounts::block(&world.host, "ana").await.unwrap();
    let tried = confirm_hold(&world.ana, key(), id, &ShownHold::default()).await;
    assert!(matches!(tried, Err(Error::NotFound)), "{tried:?}");
    // What is held runs out, or is let go.
    let_hold_go(&world.ana, id).await.unwrap();
    assert_eq!(world.taken().await, 0);
    world.sound().await;
}

#[tokio::test]
async fn r5_seats_that_are_retaken_were_taken_then() {
    let world = World::new("4").await;
    world.hold(&world.ana, 2).await.unwrap();
    world.minutes_pass(2 * 24 * 60);
    sweeps::sweep(&world.host).await.unwrap();
    world.confirm(&world.ana).await.unwrap();
    assert_eq!(world.has(&world.ana).await, Some(2));
    let is_now: bool =
        sqlx::query_scalar("select created_at = updated_at and created_at > $1 from seat_bookings")
            .bind(jiff_sqlx::ToSqlx::to_sqlx(
                world.host.now() - SignedDuration::from_hours(1),
            ))
            .fetch_one(world.host.db())
            .await
            .unwrap();
    assert!(is_now);
}

/// As a program confirms that does not know of holds yet.
#[tokio::test]
async fn r5_what_is_confirmed_is_no_hold_whatever_is_left_of_it() {
    let world = World::new("4").await;
    let id = world.hold(&world.ana, 2).await.unwrap();
    sqlx::query("update seat_bookings set state = 'confirmed', hold_expires_at = null")
        .execute(world.host.db())
        .await
        .unwrap();
    let fewer = change_hold(&world.ana, key(), id, 1, "").await;
    assert!(refused(fewer).contains("yours by now"));
    assert!(refused(extend_hold(&world.ana, key(), id).await).contains("yours by now"));
    confirm_hold(&world.ana, key(), id, &ShownHold::default())
        .await
        .unwrap();
    assert_eq!(world.has(&world.ana).await, Some(2));
    world.sound().await;
}

#[tokio::test]
async fn r7_whoever_is_blocked_meanwhile_takes_no_offer() {
    let world = World::new("1").await;
    let booking = world.take(&world.ana, 1).await.unwrap();
    world.wait(&world.bo, 1, true).await.unwrap();
    give_back(&world.ana, booking).await.unwrap();
    let offer = world.is_offered(&world.bo).await.expect("bo is first");
    crate::accounts::block(&world.host, "bob").await.unwrap();
    let tried = accept(&world.bo, offer.id).await;
    assert!(matches!(tried, Err(Error::NotFound)), "{tried:?}");
    decline(&world.bo, offer.id).await.unwrap();
    world.sound().await;
}
