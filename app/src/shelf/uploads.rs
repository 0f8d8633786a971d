//! Places for uploads, each of which is held in memory while it arrives.

use std::collections::HashSet;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use dogear_domain::ids::UserId;
use dogear_server::Error;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use crate::http::AppError;

/// Uploads held in memory at one time.
const PLACES: usize = 4;
/// How long an upload waits for another one of the same reader: enough for a button that
/// was pressed twice.
const WAIT: Duration = Duration::from_secs(5);

/// See the module. A reader has one place at most, so that slow uploads of one keep nobody
/// else out.
pub struct Uploads {
    places: Semaphore,
    readers: Mutex<HashSet<UserId>>,
    left: Notify,
}

/// A place that is taken; free again when dropped.
pub struct Place<'a> {
    _turn: Turn<'a>,
    _place: SemaphorePermit<'a>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            places: Semaphore::new(PLACES),
            readers: Mutex::default(),
            left: Notify::new(),
        }
    }
}

impl Uploads {
    /// Takes a place for one upload, before its body is read.
    ///
    /// # Errors
    /// 429 while another upload of the reader goes on, 503 when all places are taken.
    pub async fn place(&self, reader: UserId) -> Result<Place<'_>, AppError> {
        let turn = tokio::time::timeout(WAIT, self.turn(reader)).await;
        let turn = turn.map_err(|_| AppError {
            message: Some("Another upload of yours is still on its way. Wait until it has arrived, then send this one again: nothing of it was kept.".into()),
            retry_after: Some(WAIT),
            ..AppError::status(StatusCode::TOO_MANY_REQUESTS)
        })?;
        let place = self
            .places
            .try_acquire()
            .map_err(|_| Error::Busy("all places for uploads are taken".into()))?;
        Ok(Place {
            _turn: turn,
            _place: place,
        })
    }

    async fn turn(&self, reader: UserId) -> Turn<'_> {
        loop {
            let mut left = pin!(self.left.notified());
            // Before looking, or whoever leaves in between would not be noticed.
            left.as_mut().enable();
            if self.readers().insert(reader) {
                return Turn {
                    uploads: self,
                    reader,
                };
            }
            left.await;
        }
    }

    fn readers(&self) -> MutexGuard<'_, HashSet<UserId>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Turn<'a> {
    uploads: &'a Uploads,
    reader: UserId,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.uploads.readers().remove(&self.reader);
        self.uploads.left.notify_waiters();
    }
}
