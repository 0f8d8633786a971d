//! The document of the interface (`OpenAPI` 3.1), made of what stands at the handlers. What holds for
//! all operations of a kind is added here: the problems that each can answer with, and the headers.

use std::sync::OnceLock;

use serde_json::{Value, json};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::problem::{Code, ProblemBody};
use crate::{BASE, Site, resources};

/// What says of the interface as a whole.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Dogear",
        version = "1",
        description = "Books, shelves, trades and events of this site, for programs. Everything a reader can do in the pages, by the same rules.",
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later")
    ),
    components(schemas(ProblemBody, Code))
)]
struct Whole;

/// The routes below the base, and the document of them.
pub(crate) fn parts() -> (axum::Router<Site>, OpenApi) {
    let routes = OpenApiRouter::new().merge(resources::routes());
    let (routes, described) = routes.split_for_parts();
    let mut whole = Whole::openapi();
    whole.merge(described);
    (routes, whole)
}

/// The document.
///
/// # Panics
/// Never: it is made of what is known when it is compiled.
pub fn described() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(document)
}

fn document() -> Value {
    let mut document = serde_json::to_value(parts().1).expect("a document serialises");
    document["servers"] = json!([{ "url": "/" }]);
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    document["paths"] = paths
        .into_iter()
        .map(|(path, item)| (format!("{BASE}{path}"), item))
        .collect::<serde_json::Map<_, _>>()
        .into();
    for item in document["paths"]
        .as_object_mut()
        .into_iter()
        .flat_map(|paths| paths.values_mut())
    {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if operation["operationId"].is_string() {
                complete(method, operation);
            }
        }
    }
    document["components"]["securitySchemes"] = json!({
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token, made at /settings/tokens. The scopes that an operation names are those that the token has to open."
        }
    });
    document["components"]["responses"] = json!({
        "Problem": {
            "description": "Why nothing was done.",
            "content": { "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" }
            }}
        }
    });
    document
}

/// The document as it is sent.
///
/// # Panics
/// As [`described`].
pub(crate) fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| serde_json::to_string(described()).expect("a document serialises"))
}

/// Adds what an operation can answer beside what stands at its handler.
fn complete(method: &str, operation: &mut Value) {
    let open = operation["security"]
        .as_array()
        .is_some_and(|ways| ways.iter().any(|way| way == &json!({})));
    let parameters = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let has = |place: &str, name: Option<&str>| {
        parameters.iter().any(|parameter| {
            parameter["in"] == place && name.is_none_or(|name| parameter["name"] == name)
        })
    };
    let has_body = operation["requestBody"].is_object();
    let mut codes = vec![400, 401, 429, 503];
    if !open {
        codes.push(403);
    }
    if has("path", None) {
        codes.push(404);
    }
    if has("header", Some("If-Match")) {
        codes.push(412);
    }
    if method != "get" {
        // Things may have moved on, and a key may have been used for something else.
        codes.push(409);
    }
    if has_body {
        codes.extend([413, 415, 422]);
    }
    for code in codes {
        let code = code.to_string();
        if operation["responses"][&code].is_null() {
            operation["responses"][&code] = json!({ "$ref": "#/components/responses/Problem" });
        }
    }
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        if response["$ref"].is_null() {
            describe_headers(status, response);
        }
    }
}

/// The headers that answers have.
fn describe_headers(status: &str, response: &mut Value) {
    let mut describe = |name: &str, description: &str, kind: &str| {
        response["headers"][name] =
            json!({ "description": description, "schema": { "type": kind } });
    };
    describe(
        "X-RateLimit-Limit",
        "As much as may be asked at once.",
        "integer",
    );
    describe("X-RateLimit-Remaining", "What is left of it.", "integer");
    describe(
        "X-RateLimit-Reset",
        "Seconds until all of it is there again.",
        "integer",
    );
    if ["200", "201"].contains(&status) {
        describe(
            "ETag",
            "The version of what is in the body: for If-None-Match and If-Match.",
            "string",
        );
    }
}
