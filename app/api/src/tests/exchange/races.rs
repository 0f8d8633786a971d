//! Many at once.

use dogear_server::testing::races::patient;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::*;

/// So many send the same at once.
const MANY: usize = 50;

impl World {
    /// What becomes of it when many send this at once, each with these headers.
    async fn at_once(
        &self,
        handle: &str,
        method: &'static str,
        path: &str,
        headers: &[(&'static str, String)],
        body: &Value,
    ) -> Vec<Answered> {
        let token = self.api.token(handle, ALL).await;
        let services = patient(&self.api.site, 20).await;
        let mut all = JoinSet::new();
        for _ in 0..MANY {
            let program = Program::around(crate::router(services.clone()), Some(token.clone()));
            let (path, headers, body) = (path.to_owned(), headers.to_vec(), body.clone());
            all.spawn(async move {
                let headers: Vec<(&str, &str)> = headers
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect();
                program.send_with(method, &path, &headers, &body).await
            });
        }
        all.join_all().await
    }
}

fn number_of(answers: &[Answered], status: u16) -> usize {
    let with = answers
        .iter()
        .filter(|answer| answer.status.as_u16() == status);
    with.count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_proposals_with_one_key_are_one() {
    let world = World::new().await;
    let swap = world.swap("post").await;
    let key = [("idempotency-key", "swap-1".to_owned())];
    let answers = world.at_once("ana", "POST", "/exchange", &key, &swap).await;
    assert_eq!(number_of(&answers, 201), MANY, "{:?}", answers[0].text);
    let first = id_of(&answers[0]);
    assert!(answers.iter().all(|answer| id_of(answer) == first));
    assert_eq!(world.number("select count(*) from trades").await, 1);
    let told = "select count(*) from trade_events where kind = 'propose'";
    assert_eq!(world.number(told).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_acceptances_are_one() {
    let world = World::new().await;
    for key in [None, Some(("idempotency-key", "yes-1".to_owned()))] {
        let id = world.proposed("post").await;
        let yes = json!({ "version": get(&world.ben, &id).await["version"] });
        let path = format!("/exchange/{id}/accept");
        let headers: Vec<_> = key.iter().cloned().collect();
        let answers = world.at_once("ben", "PUT", &path, &headers, &yes).await;
        let granted = if key.is_some() { MANY } else { 1 };
        assert_eq!(number_of(&answers, 200), granted, "{key:?}");
        assert_eq!(number_of(&answers, 409), MANY - granted, "{key:?}");
        let accepted =
            format!("select count(*) from trade_events where trade_id = {id} and kind = 'accept'");
        assert_eq!(world.number(&accepted).await, 1);
        assert_eq!(
            world
                .number(&format!(
                    "select count(*) from copy_holds where trade_id = {id}"
                ))
                .await,
            2
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_orders_of_one_cart_are_one() {
    let world = World::new().await;
    let copy = world.sold(true).await;
    let item = json!({ "copy": copy.to_string() });
    let cart = world.ana.send("POST", "/cart/items", &item).await.is(201);
    let parcel = &cart.json["parcels"][0];
    let order = json!({
        "lines": [{ "copy": copy.to_string(), "terms": parcel["lines"][0]["terms"] }],
        "parcels": { parcel["parcel"].as_str().unwrap(): { "method": "post" } },
    });
    let key = [("idempotency-key", "order-1".to_owned())];
    let answers = world.at_once("ana", "POST", "/orders", &key, &order).await;
    assert_eq!(number_of(&answers, 201), MANY, "{:?}", answers[0].text);
    assert_eq!(world.number("select count(*) from trades").await, 1);
    // Another key finds the cart empty.
    let late = world.ana.send("POST", "/orders", &order).await;
    assert_eq!(late.is(422).fields(), ["lines[0]"]);
}
