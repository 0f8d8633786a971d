//! Reviews on the demo catalogue, in a real database.

mod merging;
mod moderating;
mod races;
mod reading;
mod writing;

use dogear_domain::ids::{CopyId, ReviewId, UserId, WorkId};

use super::*;
use crate::search::tests::library::{load, work};
use crate::testing::TestSite;
use crate::version::Version;
use crate::{Cx, Error, Result};

fn id(cx: &Cx) -> UserId {
    cx.actor.as_ref().unwrap().id
}

fn draft(body: &str, stars: &str) -> Draft {
    Draft::read(body, false, stars, "0").unwrap()
}

/// Writes a review with so many stars, as a script does that has seen no form.
async fn says(cx: &Cx, work: WorkId, body: &str, stars: &str) -> ReviewId {
    write(cx, None, work, &draft(body, stars), &Version::default())
        .await
        .unwrap()
}

/// What others read of a book: body and how many it helped.
async fn read(cx: &Cx, work: WorkId) -> Vec<(String, i32)> {
    let lines = of_book(cx, work, ReviewSort::Helpful, None).await.unwrap();
    lines
        .lines
        .into_iter()
        .map(|line| (line.body, line.helpful))
        .collect()
}

/// What a statement counts.
async fn number(cx: &Cx, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement)
        .fetch_one(cx.db())
        .await
        .unwrap()
}

async fn run(cx: &Cx, statement: &'static str) {
    sqlx::raw_sql(statement).execute(cx.db()).await.unwrap();
}

/// Another work with this title, which nobody has said anything of.
async fn another(cx: &Cx, title: &str) -> WorkId {
    sqlx::query_scalar(
        "insert into works (title, title_key, slug) values ($1, lower($1), 'x') returning id",
    )
    .bind(title)
    .fetch_one(cx.db())
    .await
    .unwrap()
}

/// A copy of the work on somebody's shelf, on offer.
async fn copy_of(cx: &Cx, owner: &Cx, work: WorkId) -> CopyId {
    sqlx::query_scalar(
        "with edition as (insert into editions (work_id) values ($1) returning id, work_id)
         insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
         select id, work_id, $2, 4, 'listed', now() from edition returning id",
    )
    .bind(work)
    .bind(id(owner))
    .fetch_one(cx.db())
    .await
    .unwrap()
}

/// Every count of votes is what the votes are.
async fn counts_are_right(cx: &Cx) {
    let wrong = "select count(*) from reviews r
                 where helpful <> (select count(*) from review_votes v where v.review_id = r.id)";
    assert_eq!(number(cx, wrong).await, 0);
}

fn is_not_found<T>(result: Result<T>) -> bool {
    matches!(result, Err(Error::NotFound))
}

fn is_conflict<T>(result: Result<T>) -> bool {
    matches!(result, Err(Error::Conflict(_)))
}
