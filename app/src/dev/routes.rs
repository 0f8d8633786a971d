//! `/dev/routes.json`: the table of who may call what, for tests that have to visit every page.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::http::AccessTable;

/// Method, path and who may, of each route in the table.
pub(super) fn rows(table: &AccessTable) -> serde_json::Value {
    table
        .iter()
        .map(|((method, path), rule)| {
            serde_json::json!({ "method": method, "path": path, "who": rule.who })
        })
        .collect()
}

/// The rows, for whoever tries every route.
pub(super) fn json(rows: &serde_json::Value) -> Response {
    let head = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (head, rows.to_string()).into_response()
}
