//! Trades as far as each can be.

use dogear_domain::trades::proposed_due;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::*;

/// Every kind and state of a trade in which the answers to what can be done differ.
pub(super) const STATES: &[&str] = &[
    "proposed",
    "countered",
    "agreed",
    "one sent",
    "one lost",
    "one received",
    "to meet",
    "handed over",
    "cancel asked",
    "completed",
    "declined",
    "withdrawn",
    "expired",
    "superseded",
    "cancelled",
    "disputed",
    "half settled",
    "resolved",
    "sale proposed",
    "sale due",
    "sale paid",
    "sale completed",
    "sale returning",
    "loan proposed",
    "loan agreed",
    "loan out",
    "loan asked",
    "loan to keep",
    "loan back",
];

impl World {
    /// A new trade of Ana's and Ben's that is as far as this. She has begun it.
    pub(super) async fn made(&self, state: &str) -> String {
        match state {
            _ if state.starts_with("sale") => self.sale(state).await,
            _ if state.starts_with("loan") => self.loan(state).await,
            _ => self.swapped(state).await,
        }
    }

    async fn swapped(&self, state: &str) -> String {
        let (ana, ben) = (&self.ana, &self.ben);
        match state {
            "proposed" => self.proposed("post").await,
            "countered" => {
                let id = self.proposed("post").await;
                let seen = get(ben, &id).await;
                step(ben, &id, "counter", counter(&seen, "ben")).await;
                id
            }
            "declined" => {
                let id = self.proposed("post").await;
                step(ben, &id, "decline", json!({ "reason": "Not now." })).await;
                id
            }
            "withdrawn" => {
                let id = self.proposed("post").await;
                ana.send("PUT", &format!("/exchange/{id}/withdraw"), &Value::Null)
                    .await
                    .is(200);
                id
            }
            // By the clock, which has its own tests.
            "expired" => {
                let id = self.proposed("post").await;
                self.sql(&format!(
                    "update trades set state = 'expired', reply_due = null, closed_at = now() where id = {id}"
                ))
                .await;
                id
            }
            "superseded" => {
                let swap = self.swap("post").await;
                let id = id_of(&ana.send("POST", "/exchange", &swap).await.is(201));
                let other = id_of(&ana.send("POST", "/exchange", &swap).await.is(201));
                accept(ben, &other).await;
                id
            }
            "agreed" => {
                let id = self.agreed("post").await;
                says_where(ana, &id).await;
                says_where(ben, &id).await;
                id
            }
            "cancelled" => {
                let id = self.agreed("post").await;
                step(ana, &id, "cancel", json!({})).await;
                id
            }
            "to meet" => self.agreed("meet").await,
            "handed over" => {
                let id = self.agreed("meet").await;
                let leg = leg_from(&get(ben, &id).await, "ben");
                step(ben, &id, "hand-over", json!({ "leg": leg })).await;
                id
            }
            _ => self.sent(state).await,
        }
    }

    /// What begins with Ben's parcel on its way.
    async fn sent(&self, state: &str) -> String {
        let (ana, ben) = (&self.ana, &self.ben);
        let id = Box::pin(self.made("agreed")).await;
        let seen = get(ben, &id).await;
        let (hers, his) = (leg_from(&seen, "ana"), leg_from(&seen, "ben"));
        step(ben, &id, "send", json!({ "leg": his })).await;
        match state {
            "one sent" => return id,
            "one lost" => {
                let his = his.as_str().unwrap();
                self.sql(&format!(
                    "update trade_legs set state = 'lost' where id = {his}"
                ))
                .await;
                return id;
            }
            "cancel asked" => {
                step(ben, &id, "cancel", json!({ "reason": "Sorry." })).await;
                return id;
            }
            _ => {}
        }
        step(ana, &id, "receive", json!({ "leg": his })).await;
        match state {
            "one received" => return id,
            "completed" => {
                step(ana, &id, "send", json!({ "leg": hers })).await;
                step(ben, &id, "receive", json!({ "leg": hers })).await;
                return id;
            }
            _ => {}
        }
        let problem = json!({ "leg": his, "problem": "wrong_book", "details": "It is another." });
        let path = format!("/exchange/{id}/problems");
        ana.send("POST", &path, &problem).await.is(201);
        if state != "disputed" {
            let settle = format!("/exchange/{id}/settle");
            ana.send("PUT", &settle, &Value::Null).await.is(200);
            if state == "resolved" {
                ben.send("PUT", &settle, &Value::Null).await.is(200);
            }
        }
        id
    }

    async fn sale(&self, state: &str) -> String {
        let (ana, ben) = (&self.ana, &self.ben);
        self.sql("update users set takes_returns = true where handle = 'ben'")
            .await;
        let copy = self.sold(false).await;
        let terms = ana.get(&format!("/orders/terms/{copy}")).await.is(200);
        let purchase = json!({
            "copy": copy.to_string(), "terms": terms.json["terms"], "method": "post",
        });
        let id = id_of(&ana.send("POST", "/orders/buy", &purchase).await.is(201));
        if state == "sale proposed" {
            return id;
        }
        accept(ben, &id).await;
        says_where(ana, &id).await;
        if state == "sale due" {
            return id;
        }
        ben.send("PUT", &format!("/orders/{id}/pay"), &Value::Null)
            .await
            .is(200);
        if state == "sale paid" {
            return id;
        }
        let leg = leg_from(&get(ben, &id).await, "ben");
        step(ben, &id, "send", json!({ "leg": leg })).await;
        step(ana, &id, "receive", json!({ "leg": leg })).await;
        if state == "sale returning" {
            let path = format!("/orders/{id}/return");
            ana.send("PUT", &path, &json!({ "reason": "Read it." }))
                .await
                .is(200);
        }
        id
    }

    async fn loan(&self, state: &str) -> String {
        let (ana, ben) = (&self.ana, &self.ben);
        let copy = self.lent().await;
        let terms = ana.get(&format!("/loans/terms/{copy}")).await.is(200);
        let wanted = json!({
            "copy": copy.to_string(), "terms": terms.json["terms"], "due": self.day(5),
            "method": "meet",
        });
        let id = id_of(&ana.send("POST", "/loans", &wanted).await.is(201));
        if state == "loan proposed" {
            return id;
        }
        accept(ben, &id).await;
        if state == "loan agreed" {
            return id;
        }
        let leg = leg_from(&get(ana, &id).await, "ben");
        step(ana, &id, "receive", json!({ "leg": leg })).await;
        match state {
            "loan asked" => {
                let path = format!("/loans/{id}/renewal");
                ana.send("PUT", &path, &json!({ "due": self.day(12) }))
                    .await
                    .is(200);
            }
            "loan to keep" => {
                let path = format!("/loans/{id}/let-keep");
                ben.send("PUT", &path, &Value::Null).await.is(200);
            }
            "loan back" => {
                let back = leg_from(&get(ben, &id).await, "ana");
                step(ben, &id, "receive", json!({ "leg": back })).await;
            }
            _ => {}
        }
        id
    }

    /// The day so many days from now.
    pub(super) fn day(&self, days: i16) -> String {
        proposed_due(days, &TimeZone::UTC, self.api.services.clock.now()).to_string()
    }
}

/// The same books from this member's side, to change hands in the other way.
pub(super) fn counter(seen: &Value, handle: &str) -> Value {
    let copies = |mine: bool| -> Vec<Value> {
        let books = seen["books"].as_array().unwrap().iter();
        books
            .filter(|book| (book["from"] == handle) == mine)
            .map(|book| book["copy"].clone())
            .collect()
    };
    let method = if seen["method"] == "post" {
        "meet"
    } else {
        "post"
    };
    json!({
        "version": seen["version"], "give": copies(true), "get": copies(false), "gift": true,
        "method": method,
    })
}
