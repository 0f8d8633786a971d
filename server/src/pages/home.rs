//! What the front page shows.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;

use super::repo;
use crate::search::WorkLine;
use crate::{Cx, Result};

/// The front page may be this old.
const FRESH: Duration = Duration::from_secs(10);

/// A work, and in how many trades of the last 90 days somebody asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// In which it was asked for.
    pub trades: i64,
    /// As it stands in lists.
    pub work: WorkLine,
}

/// A work, and whose its newest copy is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Handle; empty when nobody can be named.
    pub owner: String,
    /// As it stands in lists.
    pub work: WorkLine,
}

/// The part of the front page that is the same for everybody.
#[derive(Debug, Clone, Default)]
pub struct Front {
    /// Works with the newest copies, few of one owner: more than are shown, since some may stand
    /// in another row.
    pub newest: Vec<Listed>,
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
    let (copies, this_week) = repo::totals(cx.db(), cx.now()).await?;
    Ok(Front {
        newest: repo::newest(cx.db()).await?,
        asked: repo::asked(cx.db(), cx.now()).await?,
        plenty: repo::plenty(cx.db()).await?,
        copies,
        this_week,
    })
}

/// Town of the signed-in reader, and the works with the newest copies there, as in [`Front`];
/// `None` when they have not said where they live or nobody is signed in.
///
/// # Errors
/// When the database does not answer in time.
pub async fn near(cx: &Cx) -> Result<Option<(String, Vec<Listed>)>> {
    let Some(actor) = &cx.actor else {
        return Ok(None);
    };
    if actor.city.trim().is_empty() {
        return Ok(None);
    }
    let works = repo::near(cx.db(), &actor.city).await?;
    Ok(Some((actor.city.clone(), works)))
}
