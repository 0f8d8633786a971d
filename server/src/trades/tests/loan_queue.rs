//! Readers who wait for a book that is lent.

use jiff::SignedDuration;

use super::*;
use crate::Error;
use crate::copies;

impl World {
    async fn tells_who_waits(&self) {
        let cx = Cx::system(self.site.services.clone());
        for schedule in copies::schedules() {
            if schedule.name == "books that are back" {
                (schedule.run)(cx.clone()).await.unwrap();
            }
        }
    }

    async fn heard(&self, cx: &Cx) -> usize {
        let told = self.told(cx).await;
        told.iter().filter(|kind| *kind == "book_back").count()
    }
}

#[tokio::test]
async fn readers_who_wait_are_told_one_after_the_other_and_stop_renewals() {
    let world = World::new().await;
    let book = world.bos[0];
    let cai = world.site.member("caitlin").await;
    let dee = world.site.member("deedee").await;
    let not_lent = copies::wait_for(&cai, key(), book).await;
    assert!(matches!(not_lent, Err(Error::Conflict(_))));
    let trade = world.out(5).await;
    for cx in [&world.ana, &world.bo] {
        let own = copies::wait_for(cx, key(), book).await;
        assert!(matches!(own, Err(Error::Conflict(_))), "{own:?}");
    }
    copies::wait_for(&cai, key(), book).await.unwrap();
    world.site.advance(SignedDuration::from_secs(60));
    copies::wait_for(&dee, key(), book).await.unwrap();
    copies::wait_for(&cai, key(), book).await.unwrap();
    assert!(copies::page(&cai, book).await.unwrap().waiting);
    let asked = ask_renewal(&world.ana, key(), trade, &world.day(20)).await;
    let Err(Error::Conflict(sentence)) = asked else {
        panic!("{asked:?}");
    };
    assert!(sentence.contains("waits"));
    world.tells_who_waits().await;
    assert_eq!(world.heard(&cai).await, 0);
    let back = world.leg(&world.ana, trade).await;
    receive(&world.bo, key(), trade, back).await.unwrap();
    world.tells_who_waits().await;
    world.tells_who_waits().await;
    assert_eq!((world.heard(&cai).await, world.heard(&dee).await), (1, 0));
    world.site.advance(SignedDuration::from_hours(25));
    world.tells_who_waits().await;
    assert_eq!((world.heard(&cai).await, world.heard(&dee).await), (1, 1));
    // Told once, they stop nobody any more.
    assert!(!copies::page(&cai, book).await.unwrap().waiting);
    world.sound().await;
}

#[tokio::test]
async fn a_queue_can_be_left_and_has_an_end() {
    let world = World::new().await;
    let trade = world.out(5).await;
    let cai = world.site.member("caitlin").await;
    copies::wait_for(&cai, key(), world.bos[0]).await.unwrap();
    assert_eq!(copies::waits(&cai).await.unwrap().len(), 1);
    copies::stop_waiting(&cai, world.bos[0]).await.unwrap();
    copies::stop_waiting(&cai, world.bos[0]).await.unwrap();
    assert!(copies::waits(&cai).await.unwrap().is_empty());
    ask_renewal(&world.ana, key(), trade, &world.day(20))
        .await
        .unwrap();
    sqlx::query(
        "insert into copy_waits (copy_id, user_id) select c.id, $1 from (
           select id from copies where id <> $2 and owner_id <> $1 limit 5) c",
    )
    .bind(id(&cai))
    .bind(world.bos[0])
    .execute(world.ana.db())
    .await
    .unwrap();
    for number in 0..15 {
        let other = copy(&world.site, &world.bo, &format!("Another {number}")).await;
        sqlx::query("insert into copy_waits (copy_id, user_id) values ($1, $2)")
            .bind(other)
            .bind(id(&cai))
            .execute(world.ana.db())
            .await
            .unwrap();
    }
    let full = copies::wait_for(&cai, key(), world.bos[0]).await;
    assert!(matches!(full, Err(Error::Forbidden(_))), "{full:?}");
    // Not theirs to see is not there.
    let away = copies::wait_for(&cai, key(), CopyId(999_999)).await;
    assert!(matches!(away, Err(Error::NotFound)));
}
