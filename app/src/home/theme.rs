//! Day, lamp, sepia: kept in a cookie, so that the first byte of a page is right.

use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::http::{Form, Req, THEME_COOKIE};

pub async fn choose(req: Req, form: Form) -> Response {
    let theme = match form.text("theme") {
        theme @ ("light" | "dark" | "sepia") => theme,
        _ => "",
    };
    let age = if theme.is_empty() { 0 } else { 31_536_000 };
    let secure = if req.cx.services.settings.https() {
        "; Secure"
    } else {
        ""
    };
    let cookie =
        format!("{THEME_COOKIE}={theme}; Path=/; SameSite=Lax; HttpOnly; Max-Age={age}{secure}");
    let mut response = req.redirect(form.text("next"));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
