//! The first door: who calls, whether the token opens the address, and how much was asked of late.
//! The services decide again.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use dogear_domain::access_tokens::{Scope, Scopes};
use dogear_server::limits::{API_BY_ADDRESS, API_BY_TOKEN, Budget};
use dogear_server::{Cx, access_tokens};
use serde_json::Value;

use crate::caller::{Caller, ClientAddress, token};
use crate::problem::{Code, Problem};
use crate::{Site, document};

/// What holds for an operation before it runs, as the document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// In capitals.
    pub method: String,
    /// With its base: `/api/v1/books/{id}`.
    pub path: String,
    /// By which other things name it: `get_book`.
    pub name: String,
    /// What a token has to open; none where any token will do.
    pub scope: Option<Scope>,
    /// It can be asked without a token.
    pub open: bool,
    /// So many uses of the limit.
    pub cost: u32,
}

/// Every operation, in the order of addresses.
///
/// # Panics
/// When an operation does not say who may call it: a mistake that each test of the interface finds.
pub fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document::described()["paths"]
        .as_object()
        .into_iter()
        .flatten()
    {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if operation["operationId"].is_string() {
                all.push(read(path, method, operation));
            }
        }
    }
    all
}

fn read(path: &str, method: &str, operation: &Value) -> Operation {
    let says = operation["security"].as_array();
    let says = says.unwrap_or_else(|| panic!("{method} {path} does not say who may call it"));
    let open = says
        .iter()
        .any(|way| way.as_object().is_some_and(serde_json::Map::is_empty));
    let scope = says
        .iter()
        .filter_map(|way| way["token"].as_array())
        .flatten()
        .filter_map(Value::as_str)
        .map(|word| word.parse().expect("a scope"))
        .next();
    let cost = operation["x-cost"].as_u64().unwrap_or(1);
    Operation {
        method: method.to_uppercase(),
        path: path.to_owned(),
        name: operation["operationId"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        scope,
        open,
        cost: u32::try_from(cost).unwrap_or(u32::MAX),
    }
}

/// The operations by method and address.
pub(crate) struct Rules(BTreeMap<(String, String), Operation>);

impl Rules {
    pub(crate) fn new() -> Self {
        let by_name = |operation: Operation| {
            let key = (operation.method.clone(), operation.path.clone());
            (key, operation)
        };
        Self(operations().into_iter().map(by_name).collect())
    }

    fn of(&self, method: &Method, path: &str) -> Option<&Operation> {
        let method = if *method == Method::HEAD {
            Method::GET
        } else {
            method.clone()
        };
        self.0.get(&(method.to_string(), path.to_owned()))
    }
}

/// Lets in whom the document names, and says with each answer what is left of the limit.
pub(crate) async fn guard(
    State((services, rules)): State<(Site, Arc<Rules>)>,
    path: Option<MatchedPath>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut cx = visitor(services, &request);
    let rule = path.and_then(|path| rules.of(request.method(), path.as_str()).cloned());
    // What is nowhere is counted, too.
    let cost = rule.as_ref().map_or(1, |rule| rule.cost);
    let bearer = match token(request.headers()) {
        None => Ok(None),
        Some(Err(problem)) => Err(problem),
        Some(Ok(token)) => match access_tokens::bearer(&cx.services, token).await {
            Ok(Some(bearer)) => Ok(Some(bearer)),
            Ok(None) => Err(Problem::new(Code::TokenInvalid)),
            Err(error) => Err(error.into()),
        },
    };
    let budget = match &bearer {
        Ok(Some(bearer)) => {
            cx.spend(API_BY_TOKEN, &bearer.token.to_string(), cost)
                .await
        }
        _ => cx.spend(API_BY_ADDRESS, &cx.ip_key(), cost).await,
    };
    let mut response = match admit(&mut cx, rule.as_ref(), bearer, budget) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    };
    finish(response.headers_mut(), budget);
    response
}

/// The call as somebody without a token makes it.
fn visitor(services: Site, request: &Request) -> Cx {
    let ip = request.extensions().get::<ClientAddress>();
    let text = |name: &str, longest: usize| -> String {
        let value = request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or_default().chars().take(longest).collect()
    };
    Cx {
        services,
        actor: None,
        ip: ip.map_or(IpAddr::from([127, 0, 0, 1]), |ip| ip.0),
        user_agent: text(header::USER_AGENT.as_str(), 200),
        request_id: text("x-request-id", 64),
    }
}

/// Who calls, if they may.
fn admit(
    cx: &mut Cx,
    rule: Option<&Operation>,
    bearer: Result<Option<access_tokens::Bearer>, Problem>,
    budget: Option<Budget>,
) -> Result<Caller, Problem> {
    if let Some(wait) = budget.and_then(|budget| budget.retry_after) {
        return Err(Problem::new(Code::TooMany)
            .with_header(header::RETRY_AFTER, &wait.as_secs().max(1).to_string()));
    }
    let bearer = bearer?;
    let mut scopes = Scopes::NONE;
    if let Some(bearer) = bearer {
        cx.actor = Some(bearer.actor);
        scopes = bearer.scopes;
    }
    // What is nowhere says so itself.
    if let Some(rule) = rule.filter(|rule| !rule.open) {
        if cx.actor.is_none() {
            return Err(Problem::new(Code::TokenRequired));
        }
        if let Some(scope) = rule.scope.filter(|scope| !scopes.has(*scope)) {
            return Err(Problem::new(Code::ScopeMissing)
                .saying(format!("This needs a token with the scope `{scope}`.")));
        }
    }
    Ok(Caller {
        cx: cx.clone(),
        scopes,
    })
}

/// What every answer says beside its body.
fn finish(headers: &mut HeaderMap, budget: Option<Budget>) {
    if let Some(budget) = budget {
        let seconds = budget.reset.as_secs_f64().ceil();
        for (name, value) in [
            ("x-ratelimit-limit", budget.limit.to_string()),
            ("x-ratelimit-remaining", budget.remaining.to_string()),
            ("x-ratelimit-reset", seconds.to_string()),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
    headers.insert(
        header::VARY,
        HeaderValue::from_static("authorization, accept-encoding"),
    );
    if !headers.contains_key(header::CACHE_CONTROL) {
        // Kept by whoever asks, and asked for again each time: `If-None-Match` makes that cheap.
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        );
    }
}
