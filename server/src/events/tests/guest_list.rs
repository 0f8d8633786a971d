//! Guests and waiting list as a file.

use super::*;
use crate::testing::said;

#[tokio::test]
async fn a_host_has_guests_and_waiting_list_as_a_table() {
    let world = World::new("3").await;
    world.take(&world.ana, 2).await.unwrap();
    add_guest(
        &world.host,
        key(),
        world.event,
        &said("=HYPERLINK(\"x\")"),
        1,
    )
    .await
    .unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    let file = String::from_utf8(guest_list(&world.host, world.event).await.unwrap()).unwrap();
    let lines: Vec<&str> = file.trim_start_matches('\u{feff}').lines().collect();
    assert!(file.starts_with('\u{feff}'), "{file}");
    assert_eq!(lines.len(), 4, "{file}");
    assert_eq!(
        lines[0],
        "name,handle,seats,state,arrived,since,due,paid,currency,from,stall"
    );
    assert!(lines[1].contains(",ana,2,has seats,0,"), "{file}");
    assert!(lines[1].ends_with(",direct,"), "{file}");
    assert!(
        lines[2].starts_with("\"'=HYPERLINK(\"\"x\"\")\",,1,has seats,0,"),
        "{file}"
    );
    assert!(lines[2].ends_with(",added by the host,"), "{file}");
    assert!(lines[3].contains(",bob,1,waiting,,"), "{file}");
    assert!(!file.contains('@'), "no address of a mail: {file}");

    for cx in [&world.ana, &world.bo] {
        let theirs = guest_list(cx, world.event).await;
        assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    }
    let visitor = guest_list(&world.site.visitor(), world.event).await;
    assert!(matches!(visitor, Err(Error::SignInRequired)), "{visitor:?}");
}

#[tokio::test]
async fn seats_from_the_waiting_list_say_so_and_who_came_is_counted() {
    let world = World::new("1").await;
    let booking = world.take(&world.ana, 1).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    give_back(&world.ana, booking).await.unwrap();
    sqlx::query(
        "insert into checkins (booking_id, occurrence_id, seq, party, at, by_user)
         select id, occurrence_id, 1, 1, now(), user_id from seat_bookings where state = 'confirmed'",
    )
    .execute(world.host.db())
    .await
    .unwrap();
    let file = String::from_utf8(guest_list(&world.host, world.event).await.unwrap()).unwrap();
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines.len(), 2, "{file}");
    assert!(lines[1].contains(",bob,1,has seats,1,"), "{file}");
    assert!(lines[1].ends_with(",waiting list,"), "{file}");
}
