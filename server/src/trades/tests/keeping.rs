//! The address that a member keeps for the next trades.

use super::*;
use crate::Error;

const HOME: &str = "Bob Reed\n2 Low Street\nLeeds LS1 4AB";

impl World {
    /// Bo enters an address for a trade, and ticks the box or leaves it.
    async fn enters(&self, trade: TradeId, address: &str, keep: bool) {
        save_address(
            &self.bo,
            key(),
            trade,
            &Version::default(),
            &said(address),
            keep,
        )
        .await
        .unwrap();
    }

    /// What stands in the table, whoever's it is.
    async fn sealed(&self) -> Vec<(UserId, Vec<u8>)> {
        sqlx::query_as("select user_id, sealed from kept_addresses order by user_id")
            .fetch_all(&self.site.services.db)
            .await
            .unwrap()
    }

    /// Another trade of the same two, agreed.
    async fn again(&self, number: usize) -> TradeId {
        let (gives, gets) = (&self.anas[number..=number], &self.bos[number..=number]);
        let trade = self.propose(&self.ana, "bob", gives, gets).await;
        self.accept(&self.bo, trade).await.unwrap();
        trade
    }
}

#[tokio::test]
async fn u16_an_address_is_kept_when_it_is_asked_for_and_offered_to_its_owner_alone() {
    let world = World::new().await;
    let first = world.again(0).await;
    world.enters(first, HOME, false).await;
    assert_eq!(world.sealed().await, [], "nobody asked for it");
    let second = world.again(1).await;
    assert_eq!(page(&world.bo, second).await.unwrap().kept_address, None);
    world.enters(second, HOME, true).await;

    let kept = world.sealed().await;
    let [(owner, sealed)] = &*kept else {
        panic!("{kept:?}");
    };
    assert_eq!(*owner, id(&world.bo));
    assert!(!String::from_utf8_lossy(sealed).contains("Low Street"));
    let third = world.again(2).await;
    let offered = |view: TradeView| view.kept_address;
    assert_eq!(
        offered(page(&world.bo, third).await.unwrap()).as_deref(),
        Some(HOME)
    );
    assert_eq!(
        kept_address(&world.bo).await.unwrap().as_deref(),
        Some(HOME)
    );
    // Nobody else: neither the other side nor a moderator, nor the sender before it is used.
    assert_eq!(kept_address(&world.ana).await.unwrap(), None);
    let other = page(&world.ana, third).await.unwrap();
    assert!(other.legs.iter().all(|leg| leg.address.is_none()));
    assert_eq!(offered(other), None);
    let moderator = world
        .site
        .account("modest", dogear_domain::accounts::Role::Moderator)
        .await;
    let seen = for_moderator(&moderator, third).await.unwrap();
    assert_eq!(offered(seen), None);
    assert!(matches!(
        kept_address(&world.site.visitor()).await,
        Err(Error::SignInRequired)
    ));

    // Another one, without the box: that is for this trade alone.
    world
        .enters(third, "Bob Reed, Summer Lane 1, York", false)
        .await;
    assert_eq!(
        kept_address(&world.bo).await.unwrap().as_deref(),
        Some(HOME)
    );
    world.sound().await;
}

#[tokio::test]
async fn u16_a_sealed_row_opens_for_no_other_member_and_in_no_trade() {
    let world = World::new().await;
    let trade = world.again(0).await;
    world.enters(trade, HOME, true).await;
    let db = &world.site.services.db;
    sqlx::query(
        "insert into kept_addresses select $1, sealed, kept_at from kept_addresses where user_id = $2",
    )
    .bind(id(&world.ana))
    .bind(id(&world.bo))
    .execute(db)
    .await
    .unwrap();
    assert_eq!(kept_address(&world.ana).await.unwrap(), None);
    // Nor the other way round: what a trade sealed is not what is kept.
    sqlx::query(
        "update kept_addresses k set sealed = p.address_sealed from trade_parties p
         where p.trade_id = $1 and p.user_id = $2 and k.user_id = $2",
    )
    .bind(trade)
    .bind(id(&world.bo))
    .execute(db)
    .await
    .unwrap();
    assert_eq!(kept_address(&world.bo).await.unwrap(), None);
}

#[tokio::test]
async fn u16_what_is_kept_is_forgotten_at_once_and_with_the_account() {
    let world = World::new().await;
    let first = world.again(0).await;
    world.enters(first, HOME, true).await;
    forget_address(&world.bo).await.unwrap();
    forget_address(&world.bo).await.unwrap();
    assert_eq!(world.sealed().await, []);
    // The trade that it was entered for keeps it.
    let own = page(&world.bo, first).await.unwrap().own_address;
    assert_eq!(own.as_deref(), Some(HOME));

    let second = world.again(1).await;
    world.enters(second, HOME, true).await;
    let mut tx = world.site.visitor().begin().await.unwrap();
    erase(&mut tx, id(&world.bo)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.sealed().await, []);
}

#[tokio::test]
async fn u16_two_trades_keep_one_address() {
    let world = World::new().await;
    let (one, two) = (world.again(0).await, world.again(1).await);
    let away = "Bob Reed\nSummer Lane 1\nYork YO1 7HH";
    tokio::join!(world.enters(one, HOME, true), world.enters(two, away, true));
    assert_eq!(world.sealed().await.len(), 1);
    let kept = kept_address(&world.bo).await.unwrap().unwrap();
    assert!([HOME, away].contains(&&*kept), "{kept}");
}

#[tokio::test]
async fn u16_nothing_is_kept_of_whoever_leaves_meanwhile() {
    let world = World::new().await;
    let bo = id(&world.bo);
    // As the erasure does: the account is locked, emptied, and marked last.
    let mut leaving = world.site.visitor().begin().await.unwrap();
    sqlx::query("select id from users where id = $1 for update")
        .bind(bo)
        .execute(&mut *leaving)
        .await
        .unwrap();
    erase(&mut leaving, bo).await.unwrap();
    let keeping = {
        let cx = world.bo.clone();
        tokio::spawn(async move {
            let mut tx = cx.begin().await.unwrap();
            kept_address::keep(&cx, &mut tx, bo, &said(HOME))
                .await
                .unwrap();
            tx.commit().await.unwrap();
        })
    };
    let waits = "select exists (select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock')";
    loop {
        let waiting: bool = sqlx::query_scalar(waits)
            .fetch_one(&world.site.services.db)
            .await
            .unwrap();
        if waiting || keeping.is_finished() {
            break;
        }
        tokio::task::yield_now().await;
    }
    sqlx::query("update users set status = 'deleted', deleted_at = now() where id = $1")
        .bind(bo)
        .execute(&mut *leaving)
        .await
        .unwrap();
    leaving.commit().await.unwrap();
    keeping.await.unwrap();
    assert_eq!(world.sealed().await, []);
}
