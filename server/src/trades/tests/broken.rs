//! Steps that are broken off half way: they leave nothing behind, and can be taken again.

use super::*;

/// What a step may write.
const TABLES: [&str; 15] = [
    "trades",
    "trade_parties",
    "trade_items",
    "trade_revisions",
    "trade_legs",
    "trade_events",
    "trade_messages",
    "copy_holds",
    "copies",
    "copy_history",
    "copy_listings",
    "users",
    "outbox",
    "notifications",
    "idempotency_keys",
];

/// Everything in these tables.
async fn all_of(world: &World) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for table in TABLES {
        let rows = format!(
            "select coalesce(md5(string_agg(t::text, E'\\n' order by t::text)), '') from {table} t"
        );
        let digest: String = sqlx::query_scalar(sqlx::AssertSqlSafe(rows))
            .fetch_one(&world.site.services.db)
            .await
            .unwrap();
        found.push((table, digest));
    }
    found
}

/// From now on, or no longer, each write to this table fails.
async fn breaks(world: &World, table: &str, broken: bool) {
    let change = if broken {
        format!(
            "create trigger broken before insert or update or delete on {table}
               for each row execute function broken()"
        )
    } else {
        format!("drop trigger broken on {table}")
    };
    sqlx::raw_sql(sqlx::AssertSqlSafe(change))
        .execute(&world.site.services.db)
        .await
        .unwrap();
}

/// Takes the step while nothing can be written to `table`: everything stays as it was.
async fn half_way<S: Future<Output = crate::Result<TradeState>>>(
    world: &World,
    table: &str,
    step: impl Fn() -> S,
) {
    sqlx::raw_sql(
        "create or replace function broken() returns trigger language plpgsql as
           $$ begin raise exception 'broken'; end $$",
    )
    .execute(&world.site.services.db)
    .await
    .unwrap();
    let before = all_of(world).await;
    breaks(world, table, true).await;
    let outcome = step().await;
    breaks(world, table, false).await;
    assert!(
        matches!(outcome, Err(crate::Error::Internal(_))),
        "{table}: {outcome:?}"
    );
    assert_eq!(all_of(world).await, before, "broken in {table}");
}

#[tokio::test]
async fn c12_an_agreement_that_is_broken_half_way_leaves_nothing_behind() {
    let world = World::new().await;
    let trade = world.proposed().await;
    // A rival that the agreement ends.
    let rival = world
        .propose(&world.bo, "ana", &world.bos[..1], &world.anas[..1])
        .await;
    world.site.run_jobs().await;
    for table in [
        "copy_holds",
        "trade_legs",
        "trade_events",
        "trades",
        "outbox",
    ] {
        half_way(&world, table, || world.accept(&world.bo, trade)).await;
    }
    assert_eq!(world.state(rival).await, TradeState::Proposed);
    world.accept(&world.bo, trade).await.unwrap();
    assert_eq!(world.state(rival).await, TradeState::Superseded);
    world.sound().await;
}

#[tokio::test]
async fn c12_a_receipt_that_is_broken_half_way_leaves_nothing_behind() {
    let world = World::new().await;
    let trade = world.agreed().await;
    let leg = world.post(&world.ana, trade).await;
    world.site.run_jobs().await;
    let arrives = || receive(&world.bo, key(), trade, leg);
    for table in [
        "copies",
        "copy_history",
        "copy_holds",
        "trade_legs",
        "trade_events",
        "outbox",
    ] {
        half_way(&world, table, arrives).await;
    }
    for copy in &world.anas[..2] {
        assert_eq!(world.owner(*copy).await, id(&world.ana));
    }
    arrives().await.unwrap();
    for copy in &world.anas[..2] {
        assert_eq!(world.owner(*copy).await, id(&world.bo));
    }
    // And the last one, which completes the trade.
    let other = world.post(&world.bo, trade).await;
    let last = || receive(&world.ana, key(), trade, other);
    for table in ["users", "trades", "copies", "trade_events"] {
        half_way(&world, table, last).await;
    }
    assert_eq!(last().await.unwrap(), TradeState::Completed);
    world.sound().await;
}
