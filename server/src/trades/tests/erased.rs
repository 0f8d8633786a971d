//! What the others keep of somebody who has left.

use super::*;
use crate::notifications;

impl World {
    /// Everything of this trade that somebody could read, as text.
    async fn readable(&self, trade: TradeId) -> String {
        let db = &self.site.services.db;
        let parts: Vec<String> = sqlx::query_scalar(
            "select t::text from trades t where id = $1
             union all select m::text from trade_messages m where trade_id = $1
             union all select e::text from trade_events e where trade_id = $1
             union all select i::text from trade_items i where trade_id = $1
             union all select n::text from notifications n where trade_id = $1
             union all select m::text from mails m where dedupe_key like 'notification:trade\\_event:%'
               and split_part(dedupe_key, ':', 3)::bigint in (select id from trade_events where trade_id = $1)",
        )
        .bind(trade)
        .fetch_all(db)
        .await
        .unwrap();
        parts.join("\n")
    }

    async fn ana_leaves(&self) {
        let mut tx = self.site.visitor().begin().await.unwrap();
        erase(&mut tx, id(&self.ana)).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a19_what_was_never_agreed_says_nothing_of_whoever_has_left() {
    let world = World::new().await;
    sqlx::query("update users set display_name = 'Ana Verity' where id = $1")
        .bind(id(&world.ana))
        .execute(world.ana.db())
        .await
        .unwrap();
    let asked = Proposal {
        message: said("Meet me at 7 Elm Road."),
        ..proposal("bob", &world.anas[..1], &world.bos[..1])
    };
    let withdrawn = propose(&world.ana, key(), &asked).await.unwrap();
    world.site.run_jobs().await;
    withdraw(&world.ana, key(), withdrawn).await.unwrap();
    let declined = world
        .propose(&world.bo, "ana", &world.bos[..1], &world.anas[..1])
        .await;
    write(&world.bo, key(), declined, &said("Bob’s own words."))
        .await
        .unwrap();
    decline(&world.ana, key(), declined, &said("I move to Elm Road."))
        .await
        .unwrap();
    let agreed = world.agreed().await;
    write(&world.ana, key(), agreed, &said("Thank you for Elm Road."))
        .await
        .unwrap();
    world.site.run_jobs().await;
    for trade in [withdrawn, declined] {
        let before = world.readable(trade).await;
        assert!(before.contains("Ana Verity") && before.contains("Elm Road"));
    }

    world.ana_leaves().await;
    for trade in [withdrawn, declined] {
        let after = world.readable(trade).await;
        assert!(!after.contains("Ana Verity"), "{after}");
        assert!(!after.contains("Elm Road"), "{after}");
    }
    assert!(world.readable(declined).await.contains("Bob’s own words."));
    // What was agreed belongs to both, but nobody's mail or inbox keeps the name.
    let kept = world.readable(agreed).await;
    assert!(kept.contains("Thank you for Elm Road."));
    assert!(!kept.contains("Ana Verity"), "{kept}");
    let inbox = notifications::list(&world.bo, notifications::Filter::All, None)
        .await
        .unwrap();
    let said: Vec<&str> = inbox.rows.iter().map(|row| row.text.as_str()).collect();
    assert!(
        said.iter().any(|text| text.starts_with("A former member")),
        "{said:?}"
    );
}

#[tokio::test]
async fn a19_history_is_only_changed_by_erasing_words() {
    let world = World::new().await;
    let trade = world.proposed().await;
    decline(&world.bo, key(), trade, &said("Not now."))
        .await
        .unwrap();
    for change in [
        "update trade_events set kind = 'accept'",
        "update trade_events set data = '{}', at = now()",
        "update trade_events set data = '{\"words\": \"Yes.\"}'",
        "delete from trade_events",
    ] {
        let refused = sqlx::query(change).execute(world.bo.db()).await;
        assert!(refused.is_err(), "{change}");
    }
}

#[tokio::test]
async fn a19_a_mail_that_has_not_left_is_not_sent_any_more() {
    let world = World::new().await;
    let trade = world.proposed().await;
    let event: dogear_domain::ids::TradeEventId =
        sqlx::query_scalar("select max(id) from trade_events where trade_id = $1")
            .bind(trade)
            .fetch_one(world.bo.db())
            .await
            .unwrap();
    let mut tx = world.site.visitor().begin().await.unwrap();
    tell(&world.site.visitor(), &mut tx, event).await.unwrap();
    tx.commit().await.unwrap();
    world.ana_leaves().await;
    let mails: Vec<(String, String)> =
        sqlx::query_as("select state, text_body from mails where trade_id = $1")
            .bind(trade)
            .fetch_all(world.bo.db())
            .await
            .unwrap();
    assert_eq!(mails, [("dropped".into(), String::new())]);
}
