//! `/developers/{tag}`: every operation of one kind of thing, as the document describes it.

use std::collections::BTreeSet;

use dogear_domain::fields::slugify;
use leptos::prelude::*;
use serde_json::Value;

use crate::http::{AppError, Nav, PageResult, Req, Segment};
use dogear_urls as urls;

/// The kinds of things in the document, and how addresses name them, by name.
pub(super) fn tags() -> Vec<(String, String)> {
    let all: BTreeSet<String> = operations()
        .filter_map(|found| text(&found.2["tags"][0]))
        .collect();
    all.into_iter()
        .map(|tag| {
            let slug = slugify(&tag);
            (tag, slug)
        })
        .collect()
}

/// Address, method and description of every operation.
fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    dogear_api::described()["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(path, item)| {
            item.as_object()
                .into_iter()
                .flatten()
                .map(|(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .filter(|(_, _, operation)| operation["operationId"].is_string())
}

pub(super) async fn page(req: Req, Segment(slug): Segment<String>) -> PageResult {
    let (tag, slug) = tags()
        .into_iter()
        .find(|(_, known)| *known == slug)
        .ok_or_else(AppError::not_found)?;
    let found: Vec<_> = operations()
        .filter(|(_, _, operation)| operation["tags"][0] == tag.as_str())
        .collect();
    let mut schemas = BTreeSet::new();
    for (_, _, operation) in &found {
        collect(operation, &mut schemas);
    }
    let title = format!("{tag}, for developers");
    Ok(req
        .page(title)
        .nav(Nav::None)
        .public(
            "The operations of the interface for programs, with their fields.",
            urls::developers_about(&slug),
        )
        .render(move || {
            view! {
                <div class="wrap page">
                    <div class="head">
                        <div class="stack stack-s">
                            <nav class="crumbs" aria-label="You are here">
                                <a href=urls::DEVELOPERS>"For developers"</a>
                            </nav>
                            <h1>{tag}</h1>
                        </div>
                    </div>
                    {found.into_iter().map(one).collect_view()}
                    {schemas.into_iter().map(schema).collect_view()}
                </div>
            }
        }))
}

fn one((path, method, operation): (&'static str, &'static str, &'static Value)) -> AnyView {
    let id = text(&operation["operationId"]).unwrap_or_default();
    let scopes: Vec<String> = operation["security"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|way| way["token"].as_array())
        .flatten()
        .filter_map(text)
        .collect();
    let open = operation["security"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|way| way.as_object().is_some_and(serde_json::Map::is_empty));
    let who = match (open, scopes.first()) {
        (true, _) => "With or without a token.".to_owned(),
        (false, Some(scope)) => format!("With a token that has the scope {scope}."),
        (false, None) => "With any token.".to_owned(),
    };
    let cost = operation["x-cost"].as_u64().unwrap_or(1);
    let address = format!("{} {path}", method.to_uppercase());
    let parameters: Vec<Line> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|parameter| Line {
            name: text(&parameter["name"]).unwrap_or_default(),
            kind: kind(&parameter["schema"]),
            place: text(&parameter["in"]).unwrap_or_default(),
            required: parameter["required"] == true,
            description: text(&parameter["description"]).unwrap_or_default(),
        })
        .collect();
    let body = operation["requestBody"]["content"]
        .as_object()
        .and_then(|content| content.iter().next())
        .map(|(media, content)| (media.clone(), kind(&content["schema"])));
    let answers: Vec<(String, String, Option<Kind>)> = operation["responses"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, answer)| answer["description"].is_string())
        .map(|(status, answer)| {
            let content = answer["content"]
                .as_object()
                .and_then(|all| all.values().next());
            (
                status.clone(),
                text(&answer["description"]).unwrap_or_default(),
                content.map(|content| kind(&content["schema"])),
            )
        })
        .collect();
    let labelled = id.clone();
    view! {
        <section class="hung" aria-labelledby=labelled>
            <header>
                <h2 id=id>{text(&operation["summary"])}</h2>
            </header>
            <div class="prose">
                <p>
                    <code class="strong">{address}</code>
                </p>
                {text(&operation["description"]).map(|words| view! { <p>{said(&words)}</p> })}
                <p class="small quiet">{who}" "{format!("Cost: {cost}.")}</p>
                {(!parameters.is_empty()).then(|| lines(parameters))}
                {body
                    .map(|(media, kind)| {
                        view! { <p>"Body: "{shown(kind)}", "<code>{media}</code>"."</p> }
                    })}
                <ul>
                    {answers
                        .into_iter()
                        .map(|(status, words, kind)| {
                            view! {
                                <li>
                                    <code>{status}</code>
                                    " "
                                    {words}
                                    {kind
                                        .map(|kind| {
                                            view! {
                                                " "
                                                {shown(kind)}
                                            }
                                        })}
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </div>
        </section>
    }
    .into_any()
}

/// A parameter, or a field.
struct Line {
    name: String,
    kind: Kind,
    /// `path`, `query`, `header`; empty for a field.
    place: String,
    required: bool,
    description: String,
}

/// The type of a value: its words, and the schema that they lead to.
struct Kind {
    words: String,
    leads_to: Option<String>,
}

fn kind(schema: &Value) -> Kind {
    if let Some(name) = reference(schema) {
        return Kind {
            words: name.clone(),
            leads_to: Some(name),
        };
    }
    if schema["type"] == "array" {
        let inner = kind(&schema["items"]);
        return Kind {
            words: format!("list of {}", inner.words),
            ..inner
        };
    }
    for any in ["oneOf", "anyOf"] {
        if let Some(ways) = schema[any].as_array() {
            let inner = ways.iter().find(|way| way["type"] != "null").map(kind);
            let null = ways.iter().any(|way| way["type"] == "null");
            if let Some(inner) = inner {
                let or_null = if null { " or null" } else { "" };
                return Kind {
                    words: format!("{}{or_null}", inner.words),
                    ..inner
                };
            }
        }
    }
    let plain = match &schema["type"] {
        Value::Array(types) => {
            let types: Vec<_> = types.iter().filter_map(Value::as_str).collect();
            types.join(" or ")
        }
        other => text(other).unwrap_or_else(|| "anything".into()),
    };
    let format = text(&schema["format"]).filter(|format| format.starts_with("date"));
    Kind {
        words: format.unwrap_or(plain),
        leads_to: None,
    }
}

fn reference(schema: &Value) -> Option<String> {
    let path = schema["$ref"].as_str()?;
    path.strip_prefix("#/components/schemas/")
        .map(str::to_owned)
}

fn shown(kind: Kind) -> AnyView {
    match kind.leads_to {
        Some(name) => view! { <a href=format!("#schema-{name}")>{kind.words}</a> }.into_any(),
        None => kind.words.into_any(),
    }
}

fn lines(lines: Vec<Line>) -> AnyView {
    view! {
        <dl>
            {lines
                .into_iter()
                .map(|line| {
                    let need = match (line.required, line.place.is_empty()) {
                        (true, _) | (false, true) => "",
                        (false, false) => ", optional",
                    };
                    let place = if line.place.is_empty() {
                        String::new()
                    } else {
                        format!(" in the {}", line.place)
                    };
                    view! {
                        <dt>
                            <code>{line.name}</code>
                            " "
                            <span class="quiet">{shown(line.kind)}{place}{need}</span>
                        </dt>
                        <dd>{said(&line.description)}</dd>
                    }
                })
                .collect_view()}
        </dl>
    }
    .into_any()
}

/// A text of the document, with what stands between backticks as code.
fn said(text: &str) -> Vec<AnyView> {
    text.split('`')
        .enumerate()
        .map(|(place, part)| {
            let part = part.to_owned();
            if place % 2 == 1 {
                view! { <code>{part}</code> }.into_any()
            } else {
                part.into_any()
            }
        })
        .collect()
}

/// Adds the names of all schemas that stand in a value, and in those.
fn collect(value: &Value, names: &mut BTreeSet<String>) {
    if let Some(name) = reference(value)
        && names.insert(name.clone())
    {
        collect(
            &dogear_api::described()["components"]["schemas"][&name],
            names,
        );
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|field| collect(field, names)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}

fn schema(name: String) -> AnyView {
    let schema = &dogear_api::described()["components"]["schemas"][&name];
    let words: Vec<String> = schema["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(text)
        .collect();
    let required: Vec<String> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(text)
        .collect();
    let fields: Vec<Line> = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(field, value)| Line {
            name: field.clone(),
            kind: kind(value),
            place: String::new(),
            required: required.contains(field),
            description: text(&value["description"]).unwrap_or_default(),
        })
        .collect();
    let id = format!("schema-{name}");
    let labelled = id.clone();
    view! {
        <section class="hung" aria-labelledby=labelled>
            <header>
                <h2 id=id>{name}</h2>
            </header>
            <div class="prose">
                {text(&schema["description"]).map(|words| view! { <p>{said(&words)}</p> })}
                {(!words.is_empty()).then(|| view! { <p>"One of: "{words.join(", ")}"."</p> })}
                {(!fields.is_empty()).then(|| lines(fields))}
            </div>
        </section>
    }
    .into_any()
}

fn text(value: &Value) -> Option<String> {
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}
