//! The drawn covers of works.

use std::sync::Arc;
use std::time::Duration;

use dogear_domain::covers::cover_svg;
use dogear_domain::ids::WorkId;
use moka::future::Cache;
use tokio::sync::Semaphore;

use super::repo;
use crate::version::fingerprint;
use crate::{Cx, Error, Result};

/// Covers kept in memory: some 3 kB each.
const KEPT: u64 = 4096;
/// A corrected title shows on the cover after this long at most.
const FRESH: Duration = Duration::from_mins(10);
/// Connections that covers may use at once: a page asks for dozens, and the pages
/// of other readers must not wait behind them.
const READING: usize = 2;

/// One cover, drawn.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// The picture, as it is sent.
    pub svg: Arc<str>,
    /// Quoted; changes with the picture.
    pub etag: Arc<str>,
}

/// Draws covers and remembers the latest. Cheap to clone.
#[derive(Clone)]
pub struct Covers {
    drawn: Cache<WorkId, Drawing>,
    reading: Arc<Semaphore>,
}

impl Default for Covers {
    fn default() -> Self {
        Self {
            drawn: Cache::builder()
                .max_capacity(KEPT)
                .time_to_live(FRESH)
                .build(),
            reading: Arc::new(Semaphore::new(READING)),
        }
    }
}

impl Covers {
    /// The cover of a work, or of the one into which it was merged.
    ///
    /// # Errors
    /// `NotFound` when there is no such work.
    pub async fn of(&self, cx: &Cx, work: WorkId) -> Result<Drawing> {
        if let Some(drawing) = self.drawn.get(&work).await {
            return Ok(drawing);
        }
        let reading = self.reading.acquire().await.map_err(Error::internal)?;
        let cover = repo::works::cover(cx.db(), work)
            .await?
            .ok_or(Error::NotFound)?;
        drop(reading);
        let svg = cover_svg(&cover.title, &cover.author_line, 0);
        let drawing = Drawing {
            etag: format!("\"{}\"", fingerprint(svg.as_bytes())).into(),
            svg: svg.into(),
        };
        self.drawn.insert(work, drawing.clone()).await;
        Ok(drawing)
    }
}
