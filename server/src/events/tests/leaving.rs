//! Members who leave.

use dogear_domain::ids::UserId;
use tokio::task::JoinSet;

use super::series::{series, sweep_series};
use super::*;
use crate::accounts::EraseAccount;
use crate::jobs;
use crate::testing::races::{patient, with};

pub(super) async fn erased(cx: &Cx) {
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

/// Has the erasure of a member done by the next job.
async fn leaves(cx: &Cx) {
    let user: UserId = cx.reader().unwrap().id;
    sqlx::query("update users set status = 'closing', deletion_requested_at = now() where id = $1")
        .bind(user)
        .execute(cx.db())
        .await
        .unwrap();
    let mut conn = cx.db().acquire().await.unwrap();
    let job = EraseAccount { user };
    jobs::push(&mut conn, &job, &format!("erase:{user}"), None)
        .await
        .unwrap();
}

/// Guests, some who wait, and the host leave while others give seats back: dates are locked before
/// readers, so that nobody waits for each other, and whoever has left has no seat.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_leave_get_no_seats_while_others_give_theirs_back() {
    for round in 0..6 {
        let world = World::new("6").await;
        let services = patient(&world.site, 20).await;
        let mut guests = Vec::new();
        for n in 0..12 {
            let guest = world.site.member(&format!("guest{n}x")).await;
            if n < 6 {
                world.take(&guest, 1).await.unwrap();
            } else {
                world.wait(&guest, 1, n % 2 == 0).await.unwrap();
            }
            guests.push(guest);
        }
        for leaving in [1, 4, 6, 7, 9] {
            leaves(&guests[leaving]).await;
        }
        if round == 5 {
            leaves(&world.host).await;
        }
        let mut tasks = JoinSet::new();
        for guest in [&guests[0], &guests[2], &guests[3], &guests[5]] {
            let guest = with(guest, &services);
            let booking = world.page(&guest).await.booking.unwrap().id;
            tasks.spawn(async move { give_back(&guest, booking).await.map(|_| ()) });
        }
        for _ in 0..2 {
            let worker = Cx::system(services.clone());
            tasks.spawn(async move {
                for _ in 0..10 {
                    jobs::run_due(&worker).await?;
                }
                Ok(())
            });
        }
        while let Some(outcome) = tasks.join_next().await {
            match outcome.unwrap() {
                // The host had gone before.
                Err(Error::NotFound | Error::Conflict(_)) if round == 5 => {}
                outcome => outcome.unwrap(),
            }
        }
        world.site.run_jobs().await;
        sweeps::sweep(&Cx::system(services.clone())).await.unwrap();
        let count = async |sql: &'static str| -> i64 {
            let db = &world.site.services.db;
            sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
        };
        let gone = "select count(*) from users where status = 'deleted'";
        assert_eq!(count(gone).await, if round == 5 { 6 } else { 5 });
        let theirs = "select count(*) from seat_bookings b join users u on u.id = b.user_id where u.status = 'deleted'";
        assert_eq!(count(theirs).await, 0);
        let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
        assert_eq!(count(deadlocks).await, 0);
        sound(&Cx::system(services.clone())).await;
    }
}

#[tokio::test]
async fn a_host_who_leaves_takes_the_rule_along_and_nothing_comes_after() {
    let world = World::new("20").await;
    let made = series(&world.host, "40", "20").await;
    take(&world.ana, key(), made[0], 1).await.unwrap();
    let mut tx = world.host.begin().await.unwrap();
    let host = world.host.reader().unwrap().id;
    lock_all_of(&mut tx, host).await.unwrap();
    erase(&mut tx, host).await.unwrap();
    tx.commit().await.unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from event_series")
        .fetch_one(world.host.db())
        .await
        .unwrap();
    assert_eq!(left, 0);
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 30));
    sweep_series(&world.host).await;
    let coming: i64 =
        sqlx::query_scalar("select count(*) from event_occurrences where state <> 'cancelled'")
            .fetch_one(world.host.db())
            .await
            .unwrap();
    assert_eq!(coming, 0);
}
