//! R6: guests who see the dates of a series, and come on another.

use dogear_domain::events::series::WhichDates;

use super::series::{change_dates, series};
use super::*;

async fn seats_at(cx: &Cx, event: EventId) -> Option<i32> {
    let booking = page(cx, event).await.unwrap().booking;
    booking.map(|booking| booking.party)
}

#[tokio::test]
async fn r6_seats_move_to_another_date_and_the_old_ones_go_to_who_waits() {
    let world = World::new("20").await;
    let made = series(&world.host, "4", "2").await;
    let booking = take(&world.ana, key(), made[0], 2).await.unwrap();
    let wish = Wish {
        party: 1,
        accepts_fewer: false,
        auto_confirm: true,
    };
    join(&world.bo, key(), made[0], wish).await.unwrap();
    world.site.mailed_subjects().await;
    let asked = key();
    let to = change_date(&world.ana, asked, booking, made[2])
        .await
        .unwrap();
    assert_eq!(to, made[2]);
    assert_eq!(
        change_date(&world.ana, asked, booking, made[2])
            .await
            .unwrap(),
        to
    );
    assert_eq!(seats_at(&world.ana, made[0]).await, None);
    assert_eq!(seats_at(&world.ana, made[2]).await, Some(2));
    assert_eq!(seats_at(&world.bo, made[0]).await, Some(1));
    let subjects = world.site.mailed_subjects().await;
    for told in [
        "are given back",
        "Your seats at “Swap by lamplight”",
        "You have one seat",
    ] {
        assert!(
            subjects.iter().any(|one| one.contains(told)),
            "{told}: {subjects:?}"
        );
    }
    world.sound().await;
}

#[tokio::test]
async fn r6_who_moves_passes_nobody_and_finds_no_seat_where_none_is() {
    let world = World::new("20").await;
    let made = series(&world.host, "4", "2").await;
    let cyd = world.site.member("cyd").await;
    let booking = take(&world.ana, key(), made[0], 2).await.unwrap();
    take(&world.bo, key(), made[1], 1).await.unwrap();
    let full = change_date(&world.ana, key(), booking, made[1]).await;
    let said = refused(full);
    assert!(said.contains("seat"), "{said}");
    // One seat is free, and somebody who was there first waits for two.
    let wish = Wish {
        party: 2,
        accepts_fewer: false,
        auto_confirm: false,
    };
    join(&cyd, key(), made[1], wish).await.unwrap();
    refused(change_date(&world.ana, key(), booking, made[1]).await);
    // Nothing is lost by asking.
    assert_eq!(seats_at(&world.ana, made[0]).await, Some(2));

    // Not those of somebody else, not to an event that is not of the series, nor to a hidden one.
    for (cx, to) in [
        (&world.bo, made[1]),
        (&world.ana, world.event),
        (&world.ana, EventId(9_999)),
    ] {
        let moved = change_date(cx, key(), booking, to).await;
        assert!(matches!(moved, Err(Error::NotFound)), "{moved:?}");
    }
    take(&world.ana, key(), made[3], 1).await.unwrap();
    let twice = refused(change_date(&world.ana, key(), booking, made[3]).await);
    assert!(twice.starts_with("You have seats on that date"), "{twice}");
    give_back(&world.ana, booking).await.unwrap();
    let gone = refused(change_date(&world.ana, key(), booking, made[2]).await);
    assert!(gone.starts_with("You do not have these seats"), "{gone}");
    world.sound().await;
}

#[tokio::test]
async fn r6_dates_with_fewer_seats_for_one_guest_are_not_offered_and_refused_at_the_date() {
    let world = World::new("20").await;
    let made = series(&world.host, "4", "2").await;
    let booking = take(&world.ana, key(), made[0], 2).await.unwrap();
    change_dates(&world.host, made[1], WhichDates::This, |form| {
        form.max_party = "1".into();
    })
    .await
    .unwrap();
    let shown = page(&world.ana, made[0]).await.unwrap();
    let others = other_dates(&world.ana, &shown).await.unwrap().unwrap();
    let room: Vec<EventId> = others.with_room(2).iter().map(|one| one.event).collect();
    assert_eq!(room, made[2..]);
    let said = refused(change_date(&world.ana, key(), booking, made[1]).await);
    assert!(said.starts_with("to: On that date: "), "{said}");
    // Seats that are kept are not yet seats.
    let full = take(&world.bo, key(), made[2], 2).await.unwrap();
    let wish = Wish {
        party: 1,
        accepts_fewer: false,
        auto_confirm: false,
    };
    join(&world.ana, key(), made[2], wish).await.unwrap();
    give_back(&world.bo, full).await.unwrap();
    let kept = refused(change_date(&world.ana, key(), booking, made[2]).await);
    assert!(kept.starts_with("Seats are kept for you on that"), "{kept}");
    world.sound().await;
}

/// Both want to be where the other is, again and again: neither waits for the other for ever, and
/// no seat is counted twice.
#[tokio::test]
async fn r6_two_who_move_in_opposite_directions_do_not_stop_each_other() {
    let world = World::new("20").await;
    let made = series(&world.host, "4", "8").await;
    take(&world.ana, key(), made[0], 3).await.unwrap();
    take(&world.bo, key(), made[1], 4).await.unwrap();
    let mut places = (made[0], made[1]);
    for _ in 0..20 {
        let booking = async |cx: &Cx, event| page(cx, event).await.unwrap().booking.unwrap().id;
        let ana = booking(&world.ana, places.0).await;
        let bo = booking(&world.bo, places.1).await;
        let (one, other) = tokio::join!(
            change_date(&world.ana, key(), ana, places.1),
            change_date(&world.bo, key(), bo, places.0)
        );
        assert_eq!(one.unwrap(), places.1);
        assert_eq!(other.unwrap(), places.0);
        places = (places.1, places.0);
    }
    assert_eq!(seats_at(&world.ana, made[0]).await, Some(3));
    assert_eq!(seats_at(&world.bo, made[1]).await, Some(4));
    world.sound().await;
}

#[tokio::test]
async fn pages_show_the_other_dates_and_hosts_one_line_for_all() {
    let world = World::new("20").await;
    let made = series(&world.host, "10", "4").await;
    take(&world.ana, key(), made[2], 4).await.unwrap();
    let shown = page(&world.ana, made[0]).await.unwrap();
    let others = other_dates(&world.ana, &shown).await.unwrap().unwrap();
    let seen: Vec<EventId> = others.dates.iter().map(|one| one.event).collect();
    assert_eq!(seen, made[1..7]);
    assert!(others.more);
    assert_eq!(others.dates[1].booked, Some(4));
    let room: Vec<EventId> = others.with_room(2).iter().map(|one| one.event).collect();
    assert_eq!(room, [made[1], made[3], made[4], made[5], made[6]]);
    let alone = other_dates(&world.ana, &world.page(&world.ana).await).await;
    assert_eq!(alone.unwrap(), None);

    let rows = hosted(&world.host, None).await.unwrap().0;
    let seen: Vec<EventId> = rows.iter().map(|one| one.event).collect();
    assert_eq!(seen, [made[0], world.event]);
    let said = series_of(&world.host, &rows).await.unwrap();
    assert_eq!(said.len(), 1);
    assert!(said[0].2.ends_with("10 times; 10 are to come"), "{said:?}");
    let theirs = series_page(&world.ana, said[0].1).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    let theirs = in_series(&world.ana, made[0]).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
}
