//! What visitors choose for themselves.

use axum::http::{HeaderValue, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use crate::action::{ActionError, Done, HtmlForm};
use crate::http::{context, own_path, theme_cookie};

/// Chooses light, dark or sepia, or what the device says; the reader goes on at `next`. Kept in
/// a cookie, so that the first byte of a page is right.
#[allow(clippy::unused_async)] // as every server function
#[server(endpoint = "theme/choose", input = HtmlForm)]
pub async fn choose_theme(
    #[server(default)] theme: String,
    #[server(default)] next: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let theme = match theme.as_str() {
        theme @ ("light" | "dark" | "sepia") => theme,
        _ => "",
    };
    let age = if theme.is_empty() { 0 } else { 31_536_000 };
    let https = req.cx.services.settings.https();
    let secure = if https { "; Secure" } else { "" };
    let name = theme_cookie(https);
    let cookie = format!("{name}={theme}; Path=/; SameSite=Lax; HttpOnly; Max-Age={age}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, cookie);
    }
    Ok(Done::go(own_path(&next)))
}
