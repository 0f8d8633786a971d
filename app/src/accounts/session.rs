//! The record by which a browser holds a session.

use dogear_server::Error;
use uuid::Uuid;

use crate::http::{Req, SESSION_KEY, SessionData};

/// Puts a new session into the browser's record.
pub(super) async fn keep(req: &Req, session: Uuid) -> Result<(), Error> {
    let data = SessionData::new(session, req.cx.now());
    let inserted = req.session.insert(SESSION_KEY, data).await;
    match inserted.map_err(session_error) {
        Ok(()) => rotate(req).await,
        Err(error) => {
            req.session.clear().await;
            Err(error)
        }
    }
}

/// Gives the session another id, so that one known before is worth nothing afterwards,
/// and saves it: here a failure still becomes a page. Then the browser is signed out.
pub(super) async fn rotate(req: &Req) -> Result<(), Error> {
    let saved = match req.session.cycle_id().await {
        Ok(()) => req.session.save().await,
        failed => failed,
    };
    if saved.is_err() {
        req.session.clear().await;
    }
    saved.map_err(session_error)
}

/// Removes the session's record and cookie. A record that stays opens nothing: the
/// session's own row has ended.
pub(super) async fn forget(req: &Req) {
    if let Err(error) = req.session.flush().await {
        tracing::warn!(%error, "session record not removed");
    }
}

fn session_error(error: tower_sessions::session::Error) -> Error {
    Error::Busy(format!("sessions: {error}"))
}
