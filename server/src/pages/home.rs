//! What the front page shows.

use jiff_sqlx::ToSqlx;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;

use crate::search::WorkLine;
use crate::{Cx, Result};

/// The front page may be this old.
const FRESH: Duration = Duration::from_secs(10);

/// A work, and in how many trades of the last 90 days somebody asked for it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Asked {
    pub trades: i64,
    #[sqlx(flatten)]
    pub work: WorkLine,
}

/// The part of the front page that is the same for everybody.
#[derive(Debug, Clone, Default)]
pub struct Front {
    /// Works with the newest copies.
    pub newest: Vec<WorkLine>,
    /// What is asked for most.
    pub asked: Vec<Asked>,
    /// Works with the most copies.
    pub plenty: Vec<WorkLine>,
    /// All copies that can be asked for now.
    pub copies: i64,
    /// Copies listed in the last seven days.
    pub this_week: i64,
}

/// Reads the front page and remembers it for a moment. Cheap to clone.
#[derive(Clone)]
pub struct FrontCache(Cache<(), Arc<Front>>);

impl Default for FrontCache {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(1).time_to_live(FRESH).build())
    }
}

impl FrontCache {
    /// The front page as of a few seconds ago at most.
    ///
    /// # Errors
    /// When the database does not answer in time.
    pub async fn get(&self, cx: &Cx) -> Result<Arc<Front>> {
        if let Some(front) = self.0.get(&()).await {
            return Ok(front);
        }
        let front = Arc::new(read(cx).await?);
        self.0.insert((), Arc::clone(&front)).await;
        Ok(front)
    }
}

async fn read(cx: &Cx) -> Result<Front> {
    let newest = sqlx::query_as(
        "select work_id, title, author_line, slug, language, copies, best_grade
         from work_search where copies > 0 order by newest_at desc, work_id desc limit 12",
    )
    .fetch_all(cx.db())
    .await?;
    let plenty = sqlx::query_as(
        "select work_id, title, author_line, slug, language, copies, best_grade
         from work_search where copies > 0 order by copies desc, work_id desc limit 7",
    )
    .fetch_all(cx.db())
    .await?;
    let asked = sqlx::query_as(
        "select count(distinct t.id) as trades, s.work_id, s.title, s.author_line, s.slug, s.language,
             s.copies, s.best_grade
         from trades t
         join trade_items i on i.trade_id = t.id and i.revision = t.revision and i.to_user = t.opened_by
         join copies c on c.id = i.copy_id
         join work_search s on s.work_id = c.work_id
         where t.created_at > $1::timestamptz - interval '90 days' and t.state <> 'draft'
         group by s.work_id order by 1 desc, s.work_id limit 7",
    )
    .bind(cx.now().to_sqlx())
    .fetch_all(cx.db())
    .await?;
    let (copies, this_week) = sqlx::query_as(
        "select coalesce((select sum(copies) from work_search where copies > 0), 0)::bigint,
             (select count(*) from offered_copies($1) where listed_at > $1 - interval '7 days')",
    )
    .bind(cx.now().to_sqlx())
    .fetch_one(cx.db())
    .await?;
    Ok(Front {
        newest,
        asked,
        plenty,
        copies,
        this_week,
    })
}

/// Town of the signed-in reader, and the works with the newest copies there;
/// `None` when they have not said where they live or nobody is signed in.
///
/// # Errors
/// When the database does not answer in time.
pub async fn near(cx: &Cx) -> Result<Option<(String, Vec<WorkLine>)>> {
    let Some(actor) = &cx.actor else {
        return Ok(None);
    };
    if actor.city.trim().is_empty() {
        return Ok(None);
    }
    let works = sqlx::query_as(
        "select work_id, title, author_line, slug, language, copies, best_grade
         from work_search where copies > 0 and places @> array[folded($1)] and folded($1) <> ''
         order by newest_at desc, work_id desc limit 12",
    )
    .bind(&actor.city)
    .fetch_all(cx.db())
    .await?;
    Ok(Some((actor.city.clone(), works)))
}
