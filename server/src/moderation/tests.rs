//! Moderation on a real PostgreSQL.

mod audit_log;
mod books;
mod deciding;
mod disputes;
mod evidence;
mod merging;
mod merging_editions;
mod people;
mod policy;
mod reading;
mod records;
mod recusal;
mod reporting;

use dogear_domain::ids::{CopyId, LegId, MessageId, TradeId, UserId};
use dogear_domain::moderation::SubjectKind;
use dogear_domain::trades::{Method, ProblemReason, TradeState};

use super::reports::{self, Filed, NewReport};
use super::subject::SubjectRef;
use crate::testing::{TestSite, said};
use crate::trades::{self, Books, Proposal, Shipment};
use crate::{Cx, Error, Result};

fn id(cx: &Cx) -> UserId {
    cx.actor.as_ref().unwrap().id
}

fn copy(id: CopyId) -> SubjectRef {
    SubjectRef {
        kind: SubjectKind::Copy,
        id: id.0,
    }
}

/// A listed copy of a book with this title.
async fn listed(site: &TestSite, owner: &Cx, title: &str) -> CopyId {
    let id: CopyId = sqlx::query_scalar(
        "with work as (insert into works (title, title_key, slug) values ($1, lower($1), 'x') returning id),
             edition as (insert into editions (work_id) select id from work returning id, work_id)
         insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
         select id, work_id, $2, 4, 'listed', now() from edition returning id",
    )
    .bind(title)
    .bind(id(owner))
    .fetch_one(&site.services.db)
    .await
    .unwrap();
    let mut tx = site.services.db.begin().await.unwrap();
    crate::search::refresh_owner(&mut tx, self::id(owner), owner.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

/// A proposed trade between two members, with a message by the first.
async fn trade(site: &TestSite, one: &Cx, other: &Cx) -> (TradeId, MessageId) {
    let db = &site.services.db;
    let trade: TradeId = sqlx::query_scalar(
        "insert into trades (state, opened_by, reply_due) values ('proposed', $1, now() + interval '7 days') returning id",
    )
    .bind(id(one))
    .fetch_one(db)
    .await
    .unwrap();
    sqlx::query(
        "insert into trade_parties (trade_id, user_id, position) values ($1, $2, 1), ($1, $3, 2)",
    )
    .bind(trade)
    .bind(id(one))
    .bind(id(other))
    .execute(db)
    .await
    .unwrap();
    let message = sqlx::query_scalar(
        "insert into trade_messages (trade_id, author_id, body) values ($1, $2, 'Send it or else') returning id",
    )
    .bind(trade)
    .bind(id(one))
    .fetch_one(db)
    .await
    .unwrap();
    (trade, message)
}

/// An agreed trade of one book each, whose parcel from `one` has arrived.
async fn received(site: &TestSite, one: &Cx, other: &Cx) -> (TradeId, LegId) {
    let gives = vec![listed(site, one, "Emma").await];
    let gets = vec![listed(site, other, "Solaris").await];
    let proposal = Proposal {
        with: other.actor.as_ref().unwrap().handle.clone(),
        books: Books {
            gives,
            gets,
            gift: true,
        },
        method: Method::Post,
        message: said("Shall we?"),
    };
    let trade = trades::propose(one, None, &proposal).await.unwrap();
    let seen = trades::page(other, trade).await.unwrap().seen;
    trades::accept(other, None, trade, seen).await.unwrap();
    let legs = trades::page(one, trade).await.unwrap().legs;
    let leg = legs.iter().find(|leg| leg.from == id(one)).unwrap().id;
    trades::send(one, None, trade, leg, &Shipment::default())
        .await
        .unwrap();
    trades::receive(other, None, trade, leg).await.unwrap();
    (trade, leg)
}

/// The receiver of [`received`] says that something is wrong.
async fn dispute(other: &Cx, (trade, leg): (TradeId, LegId)) -> Result<TradeState> {
    let reason = ProblemReason::NotAsDescribed;
    let told = "The cover is torn.";
    let reported =
        trades::report_problem(other, None, trade, leg, reason, &said(told), vec![]).await?;
    Ok(reported.state)
}

async fn report(by: &Cx, subject: SubjectRef, reason: &str) -> Result<Filed> {
    let new = NewReport::read(subject, reason, "").map_err(Error::Invalid)?;
    reports::create(by, None, &new).await
}

/// Kinds of the notifications of a member, oldest first.
async fn told(cx: &Cx) -> Vec<String> {
    sqlx::query_scalar("select kind from notifications where user_id = $1 order by id")
        .bind(id(cx))
        .fetch_all(cx.db())
        .await
        .unwrap()
}

/// How many copies of the copy's work search shows.
async fn found_by_search(cx: &Cx, copy: CopyId) -> i32 {
    sqlx::query_scalar(
        "select s.copies from work_search s join copies c on c.work_id = s.work_id where c.id = $1",
    )
    .bind(copy)
    .fetch_one(cx.db())
    .await
    .unwrap()
}

fn is_not_found<T>(result: Result<T>) -> bool {
    matches!(result, Err(Error::NotFound))
}

fn is_conflict<T>(result: Result<T>) -> bool {
    matches!(result, Err(Error::Conflict(_)))
}

fn is_forbidden<T>(result: Result<T>) -> bool {
    matches!(result, Err(Error::Forbidden(_)))
}
