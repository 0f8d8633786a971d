//! Trades of all kinds through the interface.

mod give_aways;
mod lists;
mod loans;
mod orders;
mod races;
mod states;
mod steps;
mod table;

use dogear_domain::ids::CopyId;
use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::{Offers, Price};
use dogear_server::Cx;
use dogear_server::copies::{self, Change};
use serde_json::{Value, json};

use super::kit::{ALL, Answered, Api, Program};

/// A site on which Ana and Ben trade, and Cleo has nothing to do with it.
struct World {
    api: Api,
    ana: Program,
    ben: Program,
    cleo: Program,
    ana_cx: Cx,
    ben_cx: Cx,
}

impl World {
    async fn new() -> Self {
        let api = Api::new().await;
        let (ana, ana_cx) = api.member("ana", ALL).await;
        let (ben, ben_cx) = api.member("ben", ALL).await;
        let (cleo, _) = api.member("cleo", ALL).await;
        for statement in [
            r#"insert into settings (key, value) values ('trades',
               '{"new_member_open_proposals": 1000, "sales_in_a_year": 1000, "euros_in_a_year": 60000}')"#,
            "update users set created_at = now() - interval '1 year'",
        ] {
            sqlx::query(statement)
                .execute(&api.services.db)
                .await
                .unwrap();
        }
        Self {
            api,
            ana,
            ben,
            cleo,
            ana_cx,
            ben_cx,
        }
    }

    async fn sql(&self, statement: &str) {
        sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()))
            .execute(&self.api.services.db)
            .await
            .unwrap();
    }

    /// One reader asks another for a few things at a time, and a few a day: what waits for an answer
    /// ends, and was of another day.
    async fn end_open_proposals(&self) {
        for statement in [
            "update trades set state = 'withdrawn', reply_due = null, closed_at = now() where state = 'proposed'",
            "update trades set created_at = now() - interval '2 days'",
        ] {
            self.sql(statement).await;
        }
    }

    async fn number(&self, statement: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(statement.to_owned()))
            .fetch_one(&self.api.services.db)
            .await
            .unwrap()
    }

    /// A new book with a listed copy of this member's.
    async fn copy(&self, owner: &Cx) -> CopyId {
        sqlx::query_scalar(
            "with work as (insert into works (title, title_key, slug, author_line, author_key)
               values ('Emma', 'emma', 'emma', 'Jane Austen', 'jane austen') returning id),
             edition as (insert into editions (work_id) select id from work returning id, work_id),
             copy as (insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
               select id, work_id, $1, 4, 'listed', now() from edition returning id)
             insert into copy_history (copy_id, to_user, kind) select id, $1, 'added' from copy
             returning copy_id",
        )
        .bind(owner.actor.as_ref().unwrap().id)
        .fetch_one(&self.api.services.db)
        .await
        .unwrap()
    }

    /// One that Ben sells for 6.50 and 2.00 postage.
    async fn sold(&self, at_once: bool) -> CopyId {
        let copy = self.copy(&self.ben_cx).await;
        let price = Price {
            amount: Money {
                minor: 650,
                currency: Currency::Eur,
            },
            postage: Some(200),
            at_once,
        };
        self.offer(
            copy,
            Offers {
                sale: Some(price),
                ..Offers::NONE
            },
        )
        .await;
        copy
    }

    /// One that Ben lends.
    async fn lent(&self) -> CopyId {
        let copy = self.copy(&self.ben_cx).await;
        self.offer(copy, Offers::LENT).await;
        copy
    }

    async fn offer(&self, copy: CopyId, offers: Offers) {
        copies::change(&self.ben_cx, None, &[copy], Change::Offer(offers))
            .await
            .unwrap();
    }

    /// What Ana would propose: a copy of hers for one of Ben's.
    async fn swap(&self, method: &str) -> Value {
        json!({
            "with": "ben",
            "give": [self.copy(&self.ana_cx).await.to_string()],
            "get": [self.copy(&self.ben_cx).await.to_string()],
            "method": method,
        })
    }

    /// Ana proposes that.
    async fn proposed(&self, method: &str) -> String {
        let swap = self.swap(method).await;
        id_of(&self.ana.send("POST", "/exchange", &swap).await.is(201))
    }

    /// And Ben accepts it.
    async fn agreed(&self, method: &str) -> String {
        let id = self.proposed(method).await;
        accept(&self.ben, &id).await;
        id
    }
}

fn id_of(answered: &Answered) -> String {
    answered.json["id"].as_str().unwrap().to_owned()
}

async fn get(program: &Program, id: &str) -> Value {
    program.get(&format!("/exchange/{id}")).await.is(200).json
}

/// Takes a step of a trade, which must be granted.
async fn step(program: &Program, id: &str, verb: &str, body: Value) -> Value {
    let path = format!("/exchange/{id}/{verb}");
    program.send("PUT", &path, &body).await.is(200).json
}

async fn accept(program: &Program, id: &str) -> Value {
    let version = get(program, id).await["version"].clone();
    step(program, id, "accept", json!({ "version": version })).await
}

/// The way of the books that this member gives.
fn leg_from(exchange: &Value, handle: &str) -> Value {
    let legs = exchange["legs"].as_array().unwrap();
    let leg = legs.iter().find(|leg| leg["from"] == handle);
    leg.unwrap_or_else(|| panic!("no leg from {handle}: {exchange}"))["id"].clone()
}

/// This member says where their parcel goes.
async fn says_where(program: &Program, id: &str) {
    step(
        program,
        id,
        "address",
        json!({ "address": "2 Low Street\nLeeds" }),
    )
    .await;
}
