//! `/livez`: the process answers. `/readyz`: it can serve; without Redis it can,
//! only nobody is signed in.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dogear_app::AppState;
use fred::interfaces::ClientLike;
use tokio_util::sync::CancellationToken;

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
    let ready = postgres && !stopping.is_cancelled();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let word = |ok| if ok { "ok" } else { "down" };
    let overall = match (ready, redis) {
        (true, true) => "ready",
        (true, false) => "degraded",
        (false, _) => "not ready",
    };
    let body =
        serde_json::json!({ "status": overall, "postgres": word(postgres), "redis": word(redis) });
    (status, Json(body)).into_response()
}
