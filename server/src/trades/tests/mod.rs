//! Trades on a real PostgreSQL.

mod broken;
mod calendar;
mod clock;
mod eligibility;
mod erased;
mod gifts;
mod inbox;
mod keeping;
mod lent;
mod lists;
mod loan_queue;
mod loan_races;
mod loans;
mod mails;
mod meeting_manners;
mod meeting_races;
mod meetings;
mod online;
mod online_desk;
mod online_killed;
mod online_races;
mod problems;
mod races;
mod returns;
mod rules;
mod sales;
mod sequences;
mod unoffered;
mod verbs;

use dogear_domain::fields::{Message, Reason};
use dogear_domain::ids::{CopyId, DecisionId, LegId, TradeId, UserId};
use dogear_domain::trades::{Method, Outcome, ProblemReason, TradeState};
use uuid::Uuid;

use super::*;
use crate::Cx;
use crate::db::IdempotencyKey;
use crate::moderation::disputes::{self, Resolution};
use crate::testing::{TestSite, said};
use crate::version::Version;

/// A site with two readers, each with three listed copies.
struct World {
    site: TestSite,
    ana: Cx,
    bo: Cx,
    /// Ana's copies.
    anas: Vec<CopyId>,
    /// Bo's copies.
    bos: Vec<CopyId>,
}

impl World {
    async fn new() -> Self {
        Self::around(TestSite::new().await).await
    }

    async fn around(site: TestSite) -> Self {
        let ana = site.member("ana").await;
        let bo = site.member("bob").await;
        let mut anas = Vec::new();
        let mut bos = Vec::new();
        for number in 1..=3 {
            anas.push(copy(&site, &ana, &format!("Ana’s book {number}")).await);
            bos.push(copy(&site, &bo, &format!("Bob’s book {number}")).await);
        }
        Self {
            site,
            ana,
            bo,
            anas,
            bos,
        }
    }

    /// Ana proposes her first two copies for Bo's first.
    async fn proposed(&self) -> TradeId {
        self.propose(&self.ana, "bob", &self.anas[..2], &self.bos[..1])
            .await
    }

    async fn propose(&self, cx: &Cx, with: &str, gives: &[CopyId], gets: &[CopyId]) -> TradeId {
        propose(cx, key(), &proposal(with, gives, gets))
            .await
            .unwrap()
    }

    /// As [`World::proposed`], and Bo accepts.
    async fn agreed(&self) -> TradeId {
        let trade = self.proposed().await;
        self.accept(&self.bo, trade).await.unwrap();
        trade
    }

    async fn accept(&self, cx: &Cx, trade: TradeId) -> crate::Result<TradeState> {
        let seen = page(cx, trade).await?.seen;
        accept(cx, key(), trade, seen).await
    }

    /// The leg that this reader gives.
    async fn leg(&self, cx: &Cx, trade: TradeId) -> LegId {
        let user = id(cx);
        let view = page(cx, trade).await.unwrap();
        view.legs.iter().find(|leg| leg.from == user).unwrap().id
    }

    /// This reader says where the parcel is to go.
    async fn says_where(&self, cx: &Cx, trade: TradeId) {
        let first = Version::default();
        save_address(
            cx,
            key(),
            trade,
            &first,
            &said("2 Low Street, Leeds"),
            false,
        )
        .await
        .unwrap();
    }

    /// This reader's parcel is on its way.
    async fn post(&self, cx: &Cx, trade: TradeId) -> LegId {
        let leg = self.leg(cx, trade).await;
        send(cx, key(), trade, leg, &Shipment::default())
            .await
            .unwrap();
        leg
    }

    /// Ana's parcel arrives at Bo's, who reports a problem with it.
    async fn dispute(&self, trade: TradeId, reason: ProblemReason, details: &str) {
        let leg = self.post(&self.ana, trade).await;
        receive(&self.bo, key(), trade, leg).await.unwrap();
        report_problem(&self.bo, key(), trade, leg, reason, &said(details), vec![])
            .await
            .unwrap();
    }

    async fn state(&self, trade: TradeId) -> TradeState {
        sqlx::query_scalar("select state from trades where id = $1")
            .bind(trade)
            .fetch_one(&self.site.services.db)
            .await
            .unwrap()
    }

    async fn owner(&self, copy: CopyId) -> UserId {
        sqlx::query_scalar("select owner_id from copies where id = $1")
            .bind(copy)
            .fetch_one(&self.site.services.db)
            .await
            .unwrap()
    }

    async fn holds(&self) -> i64 {
        sqlx::query_scalar("select count(*) from copy_holds")
            .fetch_one(&self.site.services.db)
            .await
            .unwrap()
    }

    /// Kinds of the reader's notifications, oldest first, once every job is done.
    async fn told(&self, cx: &Cx) -> Vec<String> {
        self.site.run_jobs().await;
        sqlx::query_scalar("select kind from notifications where user_id = $1 order by id")
            .bind(id(cx))
            .fetch_all(&self.site.services.db)
            .await
            .unwrap()
    }

    async fn sound(&self) {
        let violations = invariants::violations(&self.site.services.db)
            .await
            .unwrap();
        assert_eq!(violations, Vec::<String>::new());
    }
}

fn proposal(with: &str, gives: &[CopyId], gets: &[CopyId]) -> Proposal {
    Proposal {
        with: with.into(),
        books: Books {
            gives: gives.to_vec(),
            gets: gets.to_vec(),
            gift: true,
        },
        method: Method::Post,
        message: Message::default(),
    }
}

/// A moderator's decision in a dispute.
async fn resolve(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    outcome: Outcome,
    statement: &str,
) -> crate::Result<DecisionId> {
    let resolution = Resolution::read(Some(outcome), statement, true).unwrap();
    disputes::resolve(cx, key, trade, &resolution).await
}

#[allow(clippy::unnecessary_wraps)] // as it is asked for
fn key() -> Option<IdempotencyKey> {
    Some(IdempotencyKey(Uuid::new_v4()))
}

fn id(cx: &Cx) -> UserId {
    cx.actor.as_ref().unwrap().id
}

/// A listed copy of a new work.
async fn copy(site: &TestSite, owner: &Cx, title: &str) -> CopyId {
    let db = &site.services.db;
    let work: i64 = sqlx::query_scalar(
        "insert into works (title, title_key, slug, author_line, author_key)
         values ($1, lower($1), 'slug', 'An Author', 'an author') returning id",
    )
    .bind(title)
    .fetch_one(db)
    .await
    .unwrap();
    let edition: i64 =
        sqlx::query_scalar("insert into editions (work_id) values ($1) returning id")
            .bind(work)
            .fetch_one(db)
            .await
            .unwrap();
    let copy: CopyId = sqlx::query_scalar(
        "insert into copies (edition_id, work_id, owner_id, grade, note, state, listed_at)
         values ($1, $2, $3, 4, 'Mine.', 'listed', now()) returning id",
    )
    .bind(edition)
    .bind(work)
    .bind(id(owner))
    .fetch_one(db)
    .await
    .unwrap();
    sqlx::query("insert into copy_history (copy_id, to_user, kind) values ($1, $2, 'added')")
        .bind(copy)
        .bind(id(owner))
        .execute(db)
        .await
        .unwrap();
    copy
}
