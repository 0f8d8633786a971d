//! `/dev/routes.json`: the table of who may call what, for tests that have to visit every page.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::access::ACCESS;

pub async fn json() -> Response {
    let rows: Vec<_> = ACCESS
        .iter()
        .map(
            |(method, path, who)| serde_json::json!({ "method": method, "path": path, "who": who }),
        )
        .collect();
    let head = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (head, serde_json::Value::from(rows).to_string()).into_response()
}
