//! `/livez`: the process answers. `/readyz`: it can serve; without Redis it can,
//! only nobody is signed in, and without workers it can, only nothing follows.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dogear_app::AppState;
use dogear_server::jobs;
use fred::interfaces::ClientLike;
use tokio_util::sync::CancellationToken;

/// Jobs that are due wait for seconds when all is well.
const LATE: Duration = Duration::from_mins(5);

/// Of the disk with the data, at least this much is free when all is well.
const LEAST_ROOM: u64 = 64 * 1024 * 1024;

/// Whether photos, and what the private services write, have room.
async fn has_room(folder: &std::path::Path) -> bool {
    let folder = folder.to_owned();
    let free = tokio::task::spawn_blocking(move || rustix::fs::statvfs(&folder)).await;
    // What cannot be seen is not reported.
    !matches!(free, Ok(Ok(disk)) if disk.f_bavail * disk.f_frsize < LEAST_ROOM)
}

pub(super) async fn livez() -> &'static str {
    "alive"
}

pub(super) async fn readyz(State(state): State<AppState>, stopping: CancellationToken) -> Response {
    let limit = Duration::from_millis(200);
    let postgres = tokio::time::timeout(limit, sqlx::query("select 1").execute(&state.services.db))
        .await
        .is_ok_and(|answer| answer.is_ok());
    let redis = tokio::time::timeout(limit, state.services.redis.ping::<()>(None))
        .await
        .is_ok_and(|answer| answer.is_ok());
    let oldest = tokio::time::timeout(limit, jobs::oldest_due(&state.services.db)).await;
    let waited = match oldest {
        Ok(Ok(waited)) => waited.unwrap_or_default(),
        _ => Duration::ZERO,
    };
    let in_time = waited < LATE;
    let room = has_room(&state.services.settings.data_dir).await;
    let ready = postgres && !stopping.is_cancelled();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let word = |ok| if ok { "ok" } else { "down" };
    let overall = match (ready, redis && in_time && room) {
        (true, true) => "ready",
        (true, false) => "degraded",
        (false, _) => "not ready",
    };
    let body = serde_json::json!({
        "status": overall,
        "postgres": word(postgres),
        "redis": word(redis),
        "disk": if room { "ok" } else { "full" },
        "jobs": if in_time { "ok" } else { "late" },
        "oldest_due_job_seconds": waited.as_secs(),
    });
    (status, Json(body)).into_response()
}
