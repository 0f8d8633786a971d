//! How a browser that has registered is known again when it confirms the address: by a secret in
//! a cookie, of which the account's link holds the hash. Who opens the link elsewhere, or was sent
//! somebody else's, confirms the address and is not logged in by it.

use axum::http::{HeaderValue, header};
use dogear_server::db::IdempotencyKey;
use dogear_server::secrets;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use uuid::Uuid;

use crate::http::{Req, joining_cookie};

/// As long as an account may wait for its confirmation.
const KEPT: u32 = 7 * 24 * 60 * 60;

/// The secret of a browser that registers: the same for a form that is sent twice.
pub(super) fn secret(req: &Req, key: Option<IdempotencyKey>) -> String {
    let key = key.map_or_else(Uuid::new_v4, |key| key.0);
    let site = &req.cx.services.settings.secret_key;
    secrets::sign(site, "joining", key.as_bytes())
}

/// Has the browser keep it.
pub(super) fn keep(req: &Req, secret: &str) {
    set(req, secret, KEPT);
}

/// Has the browser keep nothing.
pub(super) fn forget(req: &Req) {
    set(req, "", 0);
}

fn set(req: &Req, value: &str, seconds: u32) {
    let https = req.cx.services.settings.https();
    let secure = if https { "; Secure" } else { "" };
    let name = joining_cookie(https);
    let cookie =
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, cookie);
    }
}
