//! Uploads: kept on the disk while they arrive, in one of a few places in memory while
//! something is done with them.

use std::collections::HashSet;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Request};
use axum::http::StatusCode;
use dogear_domain::ids::UserId;
use dogear_server::{Error, limits};
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use super::{AppError, Form, Req, body};

/// Files of one upload together: as much as the site takes in one request.
pub const LARGEST_UPLOAD: usize = 24 * 1024 * 1024;

/// Which files a form may carry.
#[derive(Debug, Clone, Copy)]
pub struct Files {
    /// The field that they are in.
    pub field: &'static str,
    /// How many of them.
    pub most: usize,
    /// Bytes of one.
    pub largest: usize,
}

/// Name and content of each file, at most one more than may be.
pub(super) type Sent = Vec<(String, Vec<u8>)>;

/// Fields beside the files, and the bytes of one: more than any form with files has.
const MOST_FIELDS: usize = 50;
const LONGEST_FIELD: usize = 12_000;
/// Uploads held in memory at one time.
const PLACES: usize = 4;
/// How long one that has arrived waits for a place.
const WAIT_FOR_PLACE: Duration = Duration::from_secs(2);
/// How long an upload waits for another one of the same reader: enough for a button that
/// was pressed twice.
const WAIT: Duration = Duration::from_secs(5);

/// See the module. A reader has one upload at a time, so that those of one keep nobody else
/// out; a place is taken when all of it is there, so that a slow one keeps out nobody at all.
pub(super) struct Uploads {
    places: Semaphore,
    readers: Mutex<HashSet<UserId>>,
    left: Notify,
}

/// A place that is taken; free again when dropped.
pub(super) struct Place<'a> {
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
    /// Waits until an upload has arrived, and takes a place for it.
    ///
    /// # Errors
    /// 429 while another upload of the reader goes on or after too many, 503 when all places
    /// are taken; those of the body.
    pub(super) async fn take(
        &self,
        req: &Req,
        request: Request,
    ) -> Result<(Place<'_>, Request), AppError> {
        let reader = req.cx.reader()?.id;
        let turn = tokio::time::timeout(WAIT, self.turn(reader)).await;
        let turn = turn.map_err(|_| AppError {
            message: Some("Another upload of yours is still on its way. Wait until it has arrived, then send this one again: nothing of it was kept.".into()),
            retry_after: Some(WAIT),
            ..AppError::status(StatusCode::TOO_MANY_REQUESTS)
        })?;
        req.cx.limit(limits::UPLOAD, &reader.to_string()).await?;
        let (parts, body) = request.into_parts();
        let folder = req.cx.services.settings.data_dir.clone();
        let body = body::arrived(body, folder).await?;
        let place = tokio::time::timeout(WAIT_FOR_PLACE, self.places.acquire()).await;
        let Ok(Ok(place)) = place else {
            return Err(Error::Busy("all places for uploads are taken".into()).into());
        };
        let place = Place {
            _turn: turn,
            _place: place,
        };
        Ok((place, Request::from_parts(parts, body)))
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

/// Reads a form with files. A file over the limit is cut short behind it.
///
/// # Errors
/// Those of the body: malformed, too large, cut short.
pub(super) async fn read(mut upload: Multipart, files: Files) -> Result<(Form, Sent), AppError> {
    let problem = |error: MultipartError| AppError::status(error.status());
    let mut fields = Vec::new();
    let mut found = Vec::new();
    while let Some(mut part) = upload.next_field().await.map_err(problem)? {
        let Some(name) = part.name().map(str::to_owned) else {
            continue;
        };
        if name == files.field {
            let name = part.file_name().unwrap_or_default().to_owned();
            let mut file = Vec::new();
            while let Some(chunk) = part.chunk().await.map_err(problem)? {
                // What is over the limit is read to its end, but not kept.
                if file.len() <= files.largest {
                    file.extend_from_slice(&chunk);
                }
            }
            // A browser sends an empty part for a field without files.
            if !file.is_empty() && found.len() <= files.most {
                found.push((name, file));
            }
        } else if fields.len() < MOST_FIELDS {
            let value = part.text().await.map_err(problem)?;
            if name.contains('\0') || value.contains('\0') {
                return Err(AppError::status(StatusCode::BAD_REQUEST));
            }
            if value.len() <= LONGEST_FIELD {
                fields.push((name, value));
            }
        }
    }
    Ok((fields.into_iter().collect(), found))
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
