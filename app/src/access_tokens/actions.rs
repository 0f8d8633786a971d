//! What readers do with their access tokens.

use dogear_server::access_tokens::{self, TokenForm};
use dogear_server::db::IdempotencyKey;
use leptos::prelude::*;
use uuid::Uuid;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Makes a token, which the next page shows, once.
#[server(endpoint = "access-tokens/make", input = HtmlForm)]
pub async fn make_token(
    #[server(default)] name: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] days: String,
    #[server(default)] password: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let form = TokenForm {
        name,
        scopes,
        days,
        password,
    };
    let key: Option<IdempotencyKey> = once.into();
    // A form without a key counts each time.
    let key = key.unwrap_or_else(|| IdempotencyKey(Uuid::new_v4()));
    access_tokens::create(&context()?.cx, key, &form).await?;
    Ok(Done::go(urls::access_token_made(&key.0.to_string())))
}

/// Ends a token at once.
#[server(endpoint = "access-tokens/end", input = HtmlForm)]
pub async fn end_token(token: Uuid) -> Result<Done, ActionError> {
    let name = access_tokens::revoke(&context()?.cx, token).await?;
    Ok(Done::go(urls::ACCESS_TOKENS).saying(format!(
        "“{name}” does not work any more. Programs that use it are refused from now on."
    )))
}
