//! Members who leave.

use super::*;

async fn erased(cx: &Cx) {
    let id = cx.reader().unwrap().id;
    let mut tx = cx.begin().await.unwrap();
    erase(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn seats_of_a_guest_who_leaves_go_to_those_who_wait() {
    let world = World::new("2").await;
    world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 2, false).await.unwrap();
    erased(&world.ana).await;
    assert_eq!(world.has(&world.bo).await, Some(2));
    let left: i64 = sqlx::query_scalar("select count(*) from seat_bookings where user_id = $1")
        .bind(world.ana.reader().unwrap().id)
        .fetch_one(&world.site.services.db)
        .await
        .unwrap();
    assert_eq!(left, 0);
    world.sound().await;
}

#[tokio::test]
async fn events_of_a_host_who_leaves_are_cancelled_and_their_guests_told() {
    let world = World::new("2").await;
    world.take(&world.ana, 1).await.unwrap();
    erased(&world.host).await;
    let subjects = world.site.mailed_subjects().await;
    assert_eq!(subjects, ["“Swap by lamplight” is cancelled"]);
    let page = world.page(&world.ana).await;
    assert_eq!((page.booking, page.place.address.as_str()), (None, ""));
}
