//! One sentence for the next page, in a signed cookie: nobody but us can put
//! words on our pages, and no text stands in an address.

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::CookieJar;
use dogear_server::secrets;
use serde::{Deserialize, Serialize};

use crate::action::Undo;

/// Where the sentence travels.
pub const FLASH_COOKIE: &str = "flash";

/// What the next page says once, above its heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub sentence: String,
    /// How it is taken back.
    pub undo: Option<Undo>,
}

impl Flash {
    pub fn new(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            undo: None,
        }
    }

    /// Adds an Undo button: a form that posts `name=value` to `action`.
    pub fn undo(
        mut self,
        action: impl Into<String>,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.undo = Some(Undo {
            action: action.into(),
            fields: vec![(name.into(), value.into())],
        });
        self
    }

    pub(super) fn read(jar: &CookieJar, key: &[u8; 32]) -> Option<Self> {
        let value = jar.get(FLASH_COOKIE)?.value().to_owned();
        serde_json::from_slice(&secrets::unsign(key, "flash", &value)?).ok()
    }

    pub(super) fn write(&self, headers: &mut HeaderMap, key: &[u8; 32], https: bool) {
        let Ok(json) = serde_json::to_vec(self) else {
            return;
        };
        set(headers, &secrets::sign(key, "flash", &json), 300, https);
    }

    pub(super) fn clear(headers: &mut HeaderMap, https: bool) {
        set(headers, "", 0, https);
    }
}

fn set(headers: &mut HeaderMap, value: &str, seconds: u32, https: bool) {
    let secure = if https { "; Secure" } else { "" };
    let cookie = format!(
        "{FLASH_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"
    );
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
}
