//! What the others keep of somebody who has left.

use dogear_domain::ids::TradeEventId;

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

#[tokio::test]
async fn a19_mails_from_before_their_trade_was_noted_are_given_it_and_lose_the_name() {
    let world = World::new().await;
    let trade = world
        .propose(&world.ana, "bob", &world.anas[..1], &world.bos[..1])
        .await;
    world.site.run_jobs().await;
    let db = &world.site.services.db;
    world.ana_leaves().await;
    // As the program before left them, with a mail that tells of something else.
    sqlx::raw_sql(
        "update users set status = 'deleted', deleted_at = now() where handle = 'ana';
         update mails set trade_id = null, subject = 'Ana', text_body = 'Ana', html_body = 'Ana';
         insert into mails overriding system value
         select (jsonb_populate_record(m, jsonb_build_object('message_id', gen_random_uuid(),
             'id', (select max(id) + 1 from mails), 'dedupe_key', 'notification:trade_event:none:1'))).*
         from mails m order by m.id limit 1",
    )
    .execute(db)
    .await
    .unwrap();
    sqlx::raw_sql(include_str!(
        "../../../../migrations/20261129050010_say_which_trade_old_mails_tell_of.sql"
    ))
    .execute(db)
    .await
    .unwrap();
    let mails: Vec<(Option<TradeId>, String)> =
        sqlx::query_as("select trade_id, text_body from mails order by id")
            .fetch_all(db)
            .await
            .unwrap();
    let (other, told) = mails.split_last().unwrap();
    assert_eq!(*other, (None, "Ana".into()));
    assert!(!told.is_empty());
    assert!(
        told.iter()
            .all(|mail| *mail == (Some(trade), String::new())),
        "{told:?}"
    );
}

impl World {
    /// A proposal of Ana's, declined; nobody was told yet. And the event with which it began.
    async fn untold(&self) -> TradeEventId {
        sqlx::query("update users set display_name = 'Ana Verity' where id = $1")
            .bind(id(&self.ana))
            .execute(self.ana.db())
            .await
            .unwrap();
        let trade = self.proposed().await;
        decline(&self.bo, key(), trade, &Reason::default())
            .await
            .unwrap();
        sqlx::query(
            "update users set status = 'closing', deletion_requested_at = now() where id = $1",
        )
        .bind(id(&self.ana))
        .execute(self.ana.db())
        .await
        .unwrap();
        sqlx::query_scalar("select min(id) from trade_events where trade_id = $1")
            .bind(trade)
            .fetch_one(self.ana.db())
            .await
            .unwrap()
    }

    /// Until this is done, or waits for a lock.
    async fn waits<T>(&self, task: &tokio::task::JoinHandle<T>) {
        let waiting = "select exists (select from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock')";
        while !task.is_finished() {
            let waits: bool = sqlx::query_scalar(waiting)
                .fetch_one(self.ana.db())
                .await
                .unwrap();
            if waits {
                break;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn nothing_names_ana(&self) {
        let told: Vec<String> = sqlx::query_scalar(
            "select m::text from mails m union all select n::text from notifications n",
        )
        .fetch_all(self.ana.db())
        .await
        .unwrap();
        assert!(!told.is_empty());
        for text in told.iter().filter(|text| !text.contains("account_closed")) {
            assert!(!text.contains("Ana Verity"), "{text}");
        }
    }
}

#[tokio::test]
async fn a19_an_erasure_waits_for_the_telling_that_it_overtakes_and_erases_it() {
    let world = World::new().await;
    let event = world.untold().await;
    let cx = world.site.visitor();
    let mut telling = cx.begin().await.unwrap();
    tell(&cx, &mut telling, event).await.unwrap();
    let (site, ana) = (cx.clone(), id(&world.ana));
    let leaving = tokio::spawn(async move {
        let mut tx = site.begin().await.unwrap();
        crate::accounts::erase_when_due(&site, &mut tx, ana)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    });
    world.waits(&leaving).await;
    telling.commit().await.unwrap();
    leaving.await.unwrap();
    world.nothing_names_ana().await;
}

#[tokio::test]
async fn a19_a_telling_waits_for_an_erasure_and_names_nobody_after_it() {
    let world = World::new().await;
    let event = world.untold().await;
    let cx = world.site.visitor();
    let mut leaving = cx.begin().await.unwrap();
    crate::accounts::erase_when_due(&cx, &mut leaving, id(&world.ana))
        .await
        .unwrap();
    let site = cx.clone();
    let telling = tokio::spawn(async move {
        let mut tx = site.begin().await.unwrap();
        tell(&site, &mut tx, event).await.unwrap();
        tx.commit().await.unwrap();
    });
    world.waits(&telling).await;
    leaving.commit().await.unwrap();
    telling.await.unwrap();
    world.nothing_names_ana().await;
}
