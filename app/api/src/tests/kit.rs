//! A site behind the interface, and programs that call it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use dogear_domain::accounts::Role;
use dogear_server::Cx;
use dogear_server::access_tokens::{TokenForm, operator};
use dogear_server::testing::TestSite;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use std::ops::Deref;
use std::sync::Arc;

/// A site and the interface to it.
pub(crate) struct Api {
    pub site: TestSite,
    router: Router,
}

impl Deref for Api {
    type Target = TestSite;

    fn deref(&self) -> &TestSite {
        &self.site
    }
}

/// Every scope.
pub(crate) const ALL: &str = "read,shelf,trade,orders,events,notify";

impl Api {
    pub(crate) async fn new() -> Self {
        Self::around(TestSite::new().await)
    }

    pub(crate) fn around(site: TestSite) -> Self {
        let router = crate::router(Arc::clone(&site.services));
        Self { site, router }
    }

    /// A program without a token.
    pub(crate) fn visitor(&self) -> Program {
        self.program(None)
    }

    /// A new member, and a program with a token of theirs that opens these scopes.
    pub(crate) async fn member(&self, handle: &str, scopes: &str) -> (Program, Cx) {
        let cx = self.site.account(handle, Role::Member).await;
        (self.of(handle, scopes).await, cx)
    }

    /// A program with a token of somebody who is there already.
    pub(crate) async fn of(&self, handle: &str, scopes: &str) -> Program {
        let token = self.token(handle, scopes).await;
        self.program(Some(token))
    }

    /// A token of somebody who is there already.
    pub(crate) async fn token(&self, handle: &str, scopes: &str) -> String {
        let form = TokenForm {
            name: "test".into(),
            scopes: scopes.split(',').map(str::to_owned).collect(),
            days: "30".into(),
            password: String::new(),
        };
        let cx = Cx::system(Arc::clone(&self.site.services));
        let (_, token) = operator::create(&cx, handle, &form).await.expect("a token");
        token
    }

    /// A program that sends this token.
    pub(crate) fn program(&self, token: Option<String>) -> Program {
        Program {
            router: self.router.clone(),
            token,
        }
    }
}

/// A program that calls the interface.
#[derive(Clone)]
pub(crate) struct Program {
    router: Router,
    token: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Null when there is no body.
    pub json: Value,
    pub text: String,
}

impl Answered {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("readable"))
    }

    /// The same, which has this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// The same, which is refused with this code.
    #[track_caller]
    pub(crate) fn refused(self, code: &str) -> Self {
        assert_eq!(self.json["code"], code, "{} {}", self.status, self.text);
        assert_eq!(self.json["status"], self.status.as_u16());
        assert_eq!(self.header("content-type"), "application/problem+json");
        self
    }

    /// The fields that are said to need changing.
    pub(crate) fn fields(&self) -> Vec<&str> {
        let errors = self.json["errors"].as_array().into_iter().flatten();
        errors.filter_map(|error| error["field"].as_str()).collect()
    }
}

impl Program {
    /// One that calls this router.
    pub(crate) fn around(router: Router, token: Option<String>) -> Self {
        Self { router, token }
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        self.call(Method::GET, path, &[], Body::empty()).await
    }

    /// Sends JSON.
    pub(crate) async fn send(&self, method: &str, path: &str, json: &Value) -> Answered {
        self.send_with(method, path, &[], json).await
    }

    /// Sends JSON with more headers.
    pub(crate) async fn send_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        json: &Value,
    ) -> Answered {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        let body = if json.is_null() {
            Body::empty()
        } else {
            Body::from(json.to_string())
        };
        let method = method.parse().expect("a method");
        self.call(method, path, &all, body).await
    }

    /// Sends anything. The path is below the base.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Answered {
        let uri = if path.starts_with("/api/") {
            path.to_owned()
        } else {
            format!("{}{path}", crate::BASE)
        };
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("answers");
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8_lossy(&body).into_owned();
        Answered {
            status: parts.status,
            headers: parts.headers,
            json: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        }
    }
}
