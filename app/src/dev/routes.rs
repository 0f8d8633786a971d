//! `/dev/routes.json`: the table of who may call what, for tests that have to visit every page.

use axum::http::header;
use axum::response::{IntoResponse, Response};

pub async fn json() -> Response {
    let rows: Vec<_> = crate::routes(true)
        .access()
        .iter()
        .map(|((method, path), rule)| {
            serde_json::json!({ "method": method, "path": path, "who": rule.who })
        })
        .collect();
    let head = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (head, serde_json::Value::from(rows).to_string()).into_response()
}
