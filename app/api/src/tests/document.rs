//! The document says what there is, and stays true to what it has said.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::described;
use crate::guard::operations;

/// What is promised: see `docs/api/openapi.json`.
const COMMITTED: &str = include_str!("../../../../docs/api/openapi.json");

#[test]
fn the_committed_document_is_the_one_that_is_sent() {
    let now = serde_json::to_string_pretty(described()).unwrap() + "\n";
    if std::env::var_os("DOGEAR_WRITE_API").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/openapi.json");
        std::fs::write(path, &now).unwrap();
        return;
    }
    assert!(
        now == COMMITTED,
        "the interface has changed: look whether that keeps the promise of v1, write it into docs/api/CHANGELOG.md, and run the test once more with DOGEAR_WRITE_API=1"
    );
}

#[test]
fn every_operation_says_who_may_call_it_and_what_it_is() {
    let mut names = BTreeSet::new();
    for operation in operations() {
        assert!(
            names.insert(operation.name.clone()),
            "{} is there twice",
            operation.name
        );
        let path = &described()["paths"][&operation.path];
        let described = &path[operation.method.to_lowercase()];
        for part in ["summary", "tags"] {
            assert!(
                !described[part].is_null(),
                "{} has no {part}",
                operation.name
            );
        }
        assert!(
            operation.open || operation.method == "GET" || operation.scope.is_some(),
            "{} changes something, and any token opens it",
            operation.name
        );
        let reads = operation.method == "GET";
        assert!(
            !operation.open || reads,
            "{} changes something without a token",
            operation.name
        );
    }
}

/// Every schema and every field of one is described in words.
#[test]
fn every_field_has_a_name_that_says_enough_or_words() {
    let plain = ["id", "title", "name", "url", "year", "pages", "slug"];
    for (name, schema) in described()["components"]["schemas"].as_object().unwrap() {
        if name.starts_with("List_") || name == "Id" {
            continue;
        }
        assert!(
            schema["description"].is_string(),
            "{name} has no description"
        );
        for (field, value) in schema["properties"].as_object().into_iter().flatten() {
            let leads = value.to_string().contains("$ref");
            let said = value["description"].is_string() || leads || plain.contains(&field.as_str());
            assert!(said, "{name}.{field} has no description: {value}");
        }
    }
}

/// Nothing leads nowhere.
#[test]
fn every_reference_is_there() {
    fn look(value: &Value) {
        if let Some(path) = value["$ref"].as_str() {
            let pointer = path.trim_start_matches('#');
            assert!(described().pointer(pointer).is_some(), "{path}");
        }
        match value {
            Value::Object(fields) => fields.values().for_each(look),
            Value::Array(items) => items.iter().for_each(look),
            _ => {}
        }
    }
    look(described());
}
