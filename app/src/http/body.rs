//! Bodies on their way: kept until they are whole, and what is said of one that is not.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError};
use tokio::fs::File;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio_util::io::ReaderStream;

use super::AppError;

/// Why the rest of a body is not waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfinished {
    /// It takes longer than a body may.
    TooSlow,
    /// The site is being closed.
    Closing,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooSlow => "the body did not arrive in time",
            Self::Closing => "the site is being closed",
        })
    }
}

impl Error for Unfinished {}

/// The body of a form without files.
///
/// # Errors
/// 408 when it takes too long, 413 when it is too large, 400 when it is broken off.
pub(super) async fn whole(request: Request) -> Result<Bytes, AppError> {
    let body = Bytes::from_request(request, &()).await;
    body.map_err(|rejection| AppError::status(cause(&rejection).unwrap_or(rejection.status())))
}

/// The same body, once all of it is there. Until then it is in a file without a name, so that
/// whoever dawdles holds no place in memory.
///
/// # Errors
/// As [`whole`], and 507 when there is no room on the disk.
pub(super) async fn arrived(mut body: Body, folder: PathBuf) -> Result<Body, AppError> {
    let file = dogear_server::blocking::run(move || tempfile::tempfile_in(folder)).await?;
    let mut file = File::from_std(file.map_err(dogear_server::Error::from)?);
    while let Some(frame) = body.frame().await {
        let frame = frame
            .map_err(|error| AppError::status(cause(&error).unwrap_or(StatusCode::BAD_REQUEST)))?;
        if let Ok(bytes) = frame.into_data() {
            file.write_all(&bytes)
                .await
                .map_err(dogear_server::Error::from)?;
        }
    }
    // What was written last is only now known to be on the disk, or not.
    file.flush().await.map_err(dogear_server::Error::from)?;
    file.rewind().await.map_err(dogear_server::Error::from)?;
    Ok(Body::from_stream(ReaderStream::with_capacity(
        file,
        64 * 1024,
    )))
}

/// What is wrong with a body that could not be read, as far as it can be seen.
fn cause(error: &(dyn Error + 'static)) -> Option<StatusCode> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        match error.downcast_ref::<Unfinished>() {
            Some(Unfinished::TooSlow) => return Some(StatusCode::REQUEST_TIMEOUT),
            Some(Unfinished::Closing) => return Some(StatusCode::SERVICE_UNAVAILABLE),
            None if error.is::<LengthLimitError>() => return Some(StatusCode::PAYLOAD_TOO_LARGE),
            None => cause = error.source(),
        }
    }
    None
}
