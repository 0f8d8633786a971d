//! Evenings in numbers.

use std::time::Instant;

use dogear_domain::events::statistics::{Notice, Origin};
use dogear_domain::fields::GuestName;

use super::hosts::{helps, hidden};
use super::*;
use crate::testing::said;

fn seats_from(figures: &Statistics, origin: Origin) -> (i64, i64) {
    let found = figures.origins.iter().find(|(one, _)| *one == origin);
    found.map_or((0, 0), |(_, number)| (number.bookings, number.seats))
}

fn given(figures: &Statistics, notice: Notice) -> i64 {
    let found = figures.given_back.iter().find(|(one, _)| *one == notice);
    found.map_or(0, |(_, number)| number.seats)
}

async fn to(world: &World, hours_before: i64) {
    let starts = world.page(&world.host).await.starts_at;
    let at = starts - SignedDuration::from_hours(hours_before);
    let wait = at.duration_since(world.host.now());
    world.site.services.clock.advance(wait);
}

async fn gives_back(world: &World, cx: &Cx) {
    let booking = world.page(cx).await.booking.unwrap();
    give_back(cx, booking.id).await.unwrap();
}

/// An evening with four seats: one is given back two weeks before, taken from the list, and so on.
#[tokio::test]
async fn an_evening_is_counted_as_it_was() {
    let world = World::new("6").await;
    let empty = statistics(&world.host, None).await.unwrap();
    assert_eq!((empty.years.len(), empty.dates.len()), (0, 0));
    let readers = ["cyd", "dee", "eve", "fay"];
    let mut others = Vec::new();
    for handle in readers {
        others.push(world.site.member(handle).await);
    }
    let [cyd, dee, eve, fay] = &others[..] else {
        panic!("four")
    };
    // Nine days before: ana has two, cyd three; bo waits for the two that are given back an hour later.
    world.take(&world.ana, 2).await.unwrap();
    world.take(cyd, 3).await.unwrap();
    world.take(dee, 1).await.unwrap();
    world.wait(&world.bo, 2, false).await.unwrap();
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(3));
    gives_back(&world, &world.ana).await;
    assert_eq!(world.has(&world.bo).await, Some(2));
    // Dee hands her seat on.
    let booking = world.page(dee).await.booking.unwrap();
    offer_transfer(dee, key(), booking.id, "eve", 1)
        .await
        .unwrap();
    let offered = transfers(eve, &world.page(eve).await).await.unwrap();
    accept_transfer(eve, offered[0].id).await.unwrap();
    to(&world, 3 * 24).await;
    gives_back(&world, cyd).await;
    world.take(fay, 1).await.unwrap();
    to(&world, 5).await;
    gives_back(&world, fay).await;
    let name: GuestName = said("Auntie");
    to(&world, 1).await;
    let auntie = add_guest(&world.host, key(), world.event, &name, 1)
        .await
        .unwrap();
    let_in(&world.host, key(), world.event, auntie, None)
        .await
        .unwrap();
    express(&world.host, key(), world.event, "@eve")
        .await
        .unwrap();

    let (_, figures) = event_statistics(&world.host, world.event).await.unwrap();
    assert_eq!(figures.fill(), (4, 6));
    let hours = figures.median.map(|median| median.as_hours());
    assert_eq!((figures.waited, hours), (1, Some(3)));
    for (origin, expected) in [
        (Origin::Direct, (0, 0)),
        (Origin::WaitingList, (1, 2)),
        (Origin::Host, (1, 1)),
        (Origin::Transfer, (1, 1)),
    ] {
        assert_eq!(seats_from(&figures, origin), expected, "{origin}");
    }
    for (notice, expected) in [
        (Notice::Long, 2),
        (Notice::Week, 3),
        (Notice::Day, 1),
        (Notice::After, 0),
    ] {
        assert_eq!(given(&figures, notice), expected, "{notice}");
    }
    assert_eq!(figures.came(), (2, 0), "nobody has missed it yet");
    assert_eq!(statistics(&world.host, None).await.unwrap().dates, []);

    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(12));
    super::super::door::close_doors(&world.host).await.unwrap();
    let all = statistics(&world.host, None).await.unwrap();
    assert_eq!(all.came(), (2, 2), "bo did not come");
    assert_eq!((all.dates.len(), all.years.len()), (1, 1));
    let year = all.years[0];
    let of_year = statistics(&world.host, Some(year)).await.unwrap();
    assert_eq!((of_year.year, of_year.dates.len()), (Some(year), 1));
    // A year in which there was nothing is no year.
    assert_eq!(
        statistics(&world.host, Some(year - 1)).await.unwrap().year,
        None
    );
    assert_eq!(statistics(&world.ana, None).await.unwrap().dates, []);
}

#[tokio::test]
async fn what_was_only_kept_or_handed_on_is_not_given_back() {
    let world = World::new("4").await;
    let terms = Terms::default();
    let held = hold(&world.bo, key(), world.event, 4, &terms)
        .await
        .unwrap();
    let_hold_go(&world.bo, held).await.unwrap();
    // Offers: one goes with the place on the list, one is declined.
    let ana = world.take(&world.ana, 4).await.unwrap();
    world.wait(&world.bo, 2, true).await.unwrap();
    change(&world.ana, key(), ana, 2).await.unwrap();
    assert!(world.is_offered(&world.bo).await.is_some());
    leave(&world.bo, world.event).await.unwrap();
    world.wait(&world.bo, 2, true).await.unwrap();
    let offered = world.is_offered(&world.bo).await.unwrap().id;
    decline(&world.bo, offered).await.unwrap();
    // One of two seats is handed on, and the other given back.
    offer_transfer(&world.ana, key(), ana, "bob", 1)
        .await
        .unwrap();
    let handed = transfers(&world.bo, &world.page(&world.bo).await)
        .await
        .unwrap();
    accept_transfer(&world.bo, handed[0].id).await.unwrap();
    let (_, before) = event_statistics(&world.host, world.event).await.unwrap();
    assert!(
        before
            .given_back
            .iter()
            .all(|(_, number)| number.seats == 0)
    );
    let clock = &world.site.services.clock;
    clock.advance(SignedDuration::from_mins(5));
    give_back(&world.ana, ana).await.unwrap();
    let (_, after) = event_statistics(&world.host, world.event).await.unwrap();
    assert_eq!(given(&after, Notice::Long), 1);
}

#[tokio::test]
async fn those_who_host_it_read_its_numbers_and_nobody_else() {
    let world = World::new("6").await;
    let co_host = world.site.member("cyd").await;
    let keeper = world.site.member("dee").await;
    helps(&world.host, world.event, &co_host, "co_host").await;
    helps(&world.host, world.event, &keeper, "door").await;
    world.take(&world.ana, 1).await.unwrap();
    for cx in [&keeper, &world.ana, &world.bo] {
        assert!(hidden(event_statistics(cx, world.event).await));
    }
    to(&world, -1).await;
    for (cx, dates) in [
        (&world.host, 1),
        (&co_host, 1),
        (&keeper, 0),
        (&world.ana, 0),
    ] {
        assert_eq!(statistics(cx, None).await.unwrap().dates.len(), dates);
    }
    assert!(!hidden(event_statistics(&co_host, world.event).await));
    let visitor = world.site.visitor();
    let asked = statistics(&visitor, None).await;
    assert!(matches!(asked, Err(Error::SignInRequired)));
}

#[tokio::test]
async fn money_is_counted_in_each_currency_and_the_table_runs_no_formulas() {
    let world = World::new("6").await;
    world
        .edit(|form| {
            form.title = "=1+1".into();
            form.price = "5".into();
            form.currency = "GBP".into();
        })
        .await
        .unwrap();
    let terms = Terms {
        price: world.page(&world.ana).await.shown_price(),
        ..Terms::default()
    };
    let ana = take_for(&world.ana, key(), world.event, 2, &terms)
        .await
        .unwrap()
        .booking;
    let bo = take_for(&world.bo, key(), world.event, 1, &terms)
        .await
        .unwrap()
        .booking;
    to(&world, 1).await;
    for booking in [ana, bo] {
        let due = if booking == ana { "£10.00" } else { "£5.00" };
        mark_paid(&world.host, booking, true, due).await.unwrap();
    }
    gives_back(&world, &world.bo).await;
    let (_, figures) = event_statistics(&world.host, world.event).await.unwrap();
    let [sum] = &figures.money[..] else {
        panic!("{:?}", figures.money)
    };
    assert_eq!((sum.due, sum.paid, sum.owed), (1000, 1000, 500));
    let table = String::from_utf8(statistics_table(&figures).unwrap()).unwrap();
    assert!(table.starts_with("\u{feff}about,what,day,"), "{table}");
    for line in [
        "event,'=1+1,",
        "money,Due,,,,,,,10.00,GBP",
        "money,To be given back,,,,,,,5.00,GBP",
    ] {
        assert!(table.contains(line), "{line}: {table}");
    }
}

/// Ten thousand bookings at a hundred dates, with those that were given back and who waited.
#[tokio::test]
async fn ten_thousand_bookings_are_counted_while_a_page_loads() {
    let world = World::new("6").await;
    sqlx::raw_sql(
        "insert into users (handle, handle_key, email, email_key, display_name, password_hash)
           select 'reader' || n, 'reader' || n, 'reader' || n || '@x.test', 'reader' || n || '@x.test', 'Reader ' || n, '' from generate_series(1, 100) n;
         insert into events (host_id, venue_id, kind, visibility, title, slug, description)
           select host_id, venue_id, kind, visibility, 'Evening ' || n, '', '' from events, generate_series(1, 100) n where title = 'Swap by lamplight';
         insert into event_occurrences (event_id, state, starts_at, ends_at, time_zone, capacity, max_party, seats_taken)
           select id, 'published', now() - interval '1 day' * id, now() - interval '1 day' * id + interval '2 hours', 'UTC', 500, 4, 0
           from events where title like 'Evening %';
         insert into seat_bookings (occurrence_id, user_id, party_size, state, cancelled_by, created_at, updated_at, price_each, currency, amount_due)
           select o.id, u.id, 1 + u.id % 3, case when u.id % 5 = 0 then 'cancelled' else 'confirmed' end,
             case when u.id % 5 = 0 then 'guest' end, o.starts_at - interval '20 days', o.starts_at - interval '1 hour' * (u.id % 400),
             500, 'GBP', 500 * (1 + u.id % 3)
           from event_occurrences o join events e on e.id = o.event_id and e.title like 'Evening %', users u where u.handle ~ '^reader[0-9]+$';
         insert into seat_waitlist (occurrence_id, user_id, party_size, accepts_fewer, auto_confirm, state, booking_id, queued_at, created_at)
           select occurrence_id, user_id, party_size, false, true, 'converted', id, created_at, created_at - interval '1 hour' from seat_bookings where id % 4 = 0;
         insert into checkins (booking_id, occurrence_id, seq, party, at)
           select id, occurrence_id, 1, party_size, now() from seat_bookings where state = 'confirmed' and id % 3 <> 0;
         analyze;",
    )
    .execute(world.host.db())
    .await
    .unwrap();
    let mut best = f64::MAX;
    let mut figures = None;
    for _ in 0..5 {
        let start = Instant::now();
        figures = Some(statistics(&world.host, None).await.unwrap());
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
    }
    let figures = figures.unwrap();
    let bookings: i64 = figures
        .origins
        .iter()
        .map(|(_, number)| number.bookings)
        .sum();
    assert_eq!((figures.dates.len(), bookings), (100, 8_000));
    println!("ten thousand bookings: {best:.1} ms");
    assert!(best < 1_500.0, "{best} ms");
}
