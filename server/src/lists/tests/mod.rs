//! Lists on a real PostgreSQL.

mod merges;
mod moderated;
mod races;
mod rules;

use dogear_domain::ids::{CopyId, ListId, UserId, WorkId};
use dogear_domain::lists::{KEPT_DAYS, ListVisibility, Step};
use jiff::SignedDuration;

use super::*;
use crate::testing::TestSite;
use crate::version::Version;
use crate::{Cx, Error, Result, accounts, pages};

fn id(cx: &Cx) -> UserId {
    cx.actor.as_ref().unwrap().id
}

/// A work with this title, that search knows.
async fn work(site: &TestSite, title: &str) -> WorkId {
    let work: WorkId = sqlx::query_scalar(
        "with work as (insert into works (title, title_key, slug, author_line)
             values ($1, lower($1), 'x', 'George Eliot') returning id),
           edition as (insert into editions (work_id) select id from work)
         select id from work",
    )
    .bind(title)
    .fetch_one(&site.services.db)
    .await
    .unwrap();
    let mut tx = site.services.db.begin().await.unwrap();
    crate::search::refresh(&mut tx, &[work], site.visitor().now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    work
}

/// A copy of a work, listed or not.
async fn copy(site: &TestSite, owner: &Cx, work: WorkId, state: &str) -> CopyId {
    let copy: CopyId = sqlx::query_scalar(
        "insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
         select e.id, e.work_id, $1, 4, $3, case $3 when 'listed' then now() end
         from editions e where e.work_id = $2 returning id",
    )
    .bind(id(owner))
    .bind(work)
    .bind(state)
    .fetch_one(&site.services.db)
    .await
    .unwrap();
    let mut tx = site.services.db.begin().await.unwrap();
    crate::search::refresh(&mut tx, &[work], owner.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    copy
}

fn form(name: &str, visibility: ListVisibility) -> ListForm {
    ListForm {
        name: name.into(),
        visibility,
        ..ListForm::default()
    }
}

/// A list with these works in it.
async fn list_of(owner: &Cx, visibility: ListVisibility, works: &[WorkId]) -> ListId {
    let (list, _) = create(owner, None, &form("By the sea", visibility), None)
        .await
        .unwrap();
    for work in works {
        add(owner, list, *work).await.unwrap();
    }
    list
}

const ALL: Part = Part {
    here: false,
    page: 1,
};

async fn opened(cx: &Cx, list: ListId) -> Result<ListPage> {
    open(cx, &list.to_string(), ALL).await
}

/// The titles in a list, in their order.
async fn titles(cx: &Cx, list: ListId) -> Vec<String> {
    let page = opened(cx, list).await.unwrap();
    let places: Vec<i64> = page.items.iter().map(|item| item.place).collect();
    assert_eq!(places, (1..=page.books).collect::<Vec<_>>());
    page.items.into_iter().map(|item| item.work.title).collect()
}

/// The secret of an unlisted list, as its address has it.
async fn secret(owner: &Cx, list: ListId) -> String {
    let link = own(owner, list).await.unwrap().link.expect("unlisted");
    link.rsplit('/').next().unwrap().to_owned()
}

fn is_not_found<T>(result: Result<T>) -> bool {
    matches!(result, Err(Error::NotFound))
}
