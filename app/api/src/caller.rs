//! Who calls, and by which token.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use dogear_domain::access_tokens::Scopes;
use dogear_server::{Actor, Cx};

use crate::problem::{Code, Problem};

/// The client's address after trusted proxies, which the router around this one puts into the
/// request.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

/// Who calls: built by the guard, once for each request.
#[derive(Clone)]
pub(crate) struct Caller {
    /// For the services.
    pub cx: Cx,
    /// What the token opens; nothing without one.
    pub scopes: Scopes,
}

impl Caller {
    /// The member whose token it is.
    ///
    /// # Errors
    /// `token_required`, for a visitor.
    pub(crate) fn member(&self) -> Result<&Actor, Problem> {
        Ok(self.cx.reader()?)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Problem::new(Code::Internal))
    }
}

/// The token that a request carries: none, or something that cannot be one.
pub(crate) fn token(headers: &HeaderMap) -> Option<Result<&str, Problem>> {
    let mut values = headers.get_all(axum::http::header::AUTHORIZATION).iter();
    let value = values.next()?;
    let token = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(token.trim())
    });
    Some(match (token, values.next()) {
        (Some(token), None) => Ok(token),
        _ => Err(Problem::new(Code::TokenInvalid)
            .saying("Send one header `Authorization: Bearer …` with the token.")),
    })
}
