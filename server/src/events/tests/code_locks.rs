//! Codes that two dates of a series share: whoever ends or changes seats at both at once waits, and
//! never in a circle.

use std::time::Duration;

use dogear_domain::ids::PromoCodeId;

use super::series::weekly;
use super::*;
use crate::testing::races::{patient, with};

/// A series of so many dates, five pounds a seat, with two codes for all of them.
async fn shared<const DATES: usize>(world: &World) -> ([EventId; DATES], [PromoCodeId; 2]) {
    let form = EventForm {
        price: "5".into(),
        currency: "GBP".into(),
        ..evening(&world.host, 3, "50").await
    };
    let first = create_dates(&world.host, key(), &form, &weekly(&DATES.to_string()))
        .await
        .unwrap();
    publish(&world.host, first).await.unwrap();
    let shown = page(&world.host, first).await.unwrap();
    let others = other_dates(&world.host, &shown).await.unwrap().unwrap();
    let mut codes = Vec::new();
    for word in ["ONE", "TWO"] {
        let form = CodeForm {
            code: word.into(),
            unit: "percent".into(),
            off: "20".into(),
            all_dates: "on".into(),
            ..CodeForm::default()
        };
        codes.push(make_code(&world.host, key(), first, &form).await.unwrap());
    }
    let mut dates = vec![first];
    dates.extend(others.dates.iter().map(|date| date.event));
    (dates.try_into().unwrap(), [codes[0], codes[1]])
}

async fn holds(cx: &Cx, event: EventId, code: &str) -> SeatBookingId {
    let terms = Terms {
        price: "£5.00".into(),
        code: code.into(),
    };
    hold(cx, key(), event, 1, &terms).await.unwrap()
}

async fn has(cx: &Cx, event: EventId, code: &str) -> SeatBookingId {
    let terms = Terms {
        price: "£5.00".into(),
        code: code.into(),
    };
    let taken = take_for(cx, key(), event, 1, &terms).await.unwrap();
    taken.booking
}

/// Does both things while somebody else has both codes, until both wait for that; then lets them go
/// on.
async fn both<A, B>(
    world: &World,
    codes: [PromoCodeId; 2],
    one: impl Future<Output = Result<A>> + Send + 'static,
    other: impl Future<Output = Result<B>> + Send + 'static,
) where
    A: Send + std::fmt::Debug + 'static,
    B: Send + std::fmt::Debug + 'static,
{
    let mut tx = world.host.begin().await.unwrap();
    sqlx::query("select from promo_codes where id = any ($1) for no key update")
        .bind(codes.map(|code| code.0).to_vec())
        .execute(&mut *tx)
        .await
        .unwrap();
    let (one, other) = (tokio::spawn(one), tokio::spawn(other));
    let wait = async {
        loop {
            let waiting: i64 = sqlx::query_scalar(
                "select count(*) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock'",
            )
            .fetch_one(world.host.db())
            .await
            .unwrap();
            if waiting == 2 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait)
        .await
        .expect("both wait for a code");
    tx.commit().await.unwrap();
    one.await.unwrap().expect("no circle");
    other.await.unwrap().expect("no circle");
}

#[tokio::test]
async fn holds_of_two_dates_that_run_out_together_wait_in_no_circle() {
    let world = World::new("10").await;
    let ([first, second], codes) = shared::<2>(&world).await;
    let cyd = world.site.member("cyd").await;
    let dee = world.site.member("dee").await;
    holds(&world.ana, first, "ONE").await;
    holds(&world.bo, first, "TWO").await;
    holds(&cyd, second, "TWO").await;
    holds(&dee, second, "ONE").await;
    let by = SignedDuration::from_mins(11);
    world.site.services.clock.advance(by);
    let services = patient(&world.site, 8).await;
    // Whoever asks first for seats ends what has run out.
    let (eve, fay) = (
        with(&world.site.member("eve").await, &services),
        with(&world.site.member("fay").await, &services),
    );
    let terms = Terms {
        price: "£5.00".into(),
        ..Terms::default()
    };
    let other_terms = terms.clone();
    Box::pin(both(
        &world,
        codes,
        async move { take_for(&eve, key(), first, 1, &terms).await },
        async move { take_for(&fay, key(), second, 1, &other_terms).await },
    ))
    .await;
    world.sound().await;
}

#[tokio::test]
async fn holds_of_two_dates_that_change_their_codes_wait_in_no_circle() {
    let world = World::new("10").await;
    let ([first, second], codes) = shared::<2>(&world).await;
    let of_ana = holds(&world.ana, first, "ONE").await;
    let of_bo = holds(&world.bo, second, "TWO").await;
    let services = patient(&world.site, 8).await;
    let (ana, bo) = (with(&world.ana, &services), with(&world.bo, &services));
    Box::pin(both(
        &world,
        codes,
        async move { change_hold(&ana, key(), of_ana, 1, "TWO").await },
        async move { change_hold(&bo, key(), of_bo, 1, "ONE").await },
    ))
    .await;
    world.sound().await;
}

#[tokio::test]
async fn seats_of_several_dates_that_are_given_back_together_wait_in_no_circle() {
    let world = World::new("10").await;
    let (dates, codes) = shared::<4>(&world).await;
    // Dates of their own, so that it is not those for which one waits; the codes the other way round.
    let of_ana = [
        has(&world.ana, dates[0], "ONE").await,
        has(&world.ana, dates[1], "TWO").await,
    ];
    let of_bo = [
        has(&world.bo, dates[2], "TWO").await,
        has(&world.bo, dates[3], "ONE").await,
    ];
    let services = patient(&world.site, 8).await;
    let (ana, bo) = (with(&world.ana, &services), with(&world.bo, &services));
    Box::pin(both(
        &world,
        codes,
        async move { give_back_dates(&ana, &of_ana).await },
        async move { give_back_dates(&bo, &of_bo).await },
    ))
    .await;
    for event in dates {
        let seating = page(&world.host, event).await.unwrap().seating;
        assert_eq!(seating.taken, 0);
    }
    world.sound().await;
}
