//! One sentence for the next page, in a signed cookie: nobody but us can put words on our pages,
//! no text stands in an address, and what was said in one session is shown in no other.

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::CookieJar;
use dogear_server::secrets;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::action::Undo;

/// Where the sentence travels; bound to this host and to TLS where there is TLS.
pub fn flash_cookie(https: bool) -> &'static str {
    if https { "__Host-flash" } else { "flash" }
}

/// Seconds until nobody is shown it any more.
const KEPT: u32 = 300;

/// What the next page says once, above its heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub sentence: String,
    /// How it is taken back.
    pub undo: Option<Undo>,
}

/// What is signed: one that was kept for later, or for somebody else, says nothing.
#[derive(Serialize, Deserialize)]
struct Signed {
    /// In seconds since 1970.
    written: i64,
    /// The session that the next page is to be asked for in; none for a visitor.
    session: Option<Uuid>,
    flash: Flash,
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

    pub(super) fn read(
        jar: &CookieJar,
        key: &[u8; 32],
        https: bool,
        session: Option<Uuid>,
    ) -> Option<Self> {
        let value = jar.get(flash_cookie(https))?.value().to_owned();
        let signed: Signed =
            serde_json::from_slice(&secrets::unsign(key, "flash", &value)?).ok()?;
        let age = jiff::Timestamp::now().as_second() - signed.written;
        (age <= i64::from(KEPT) && signed.session == session).then_some(signed.flash)
    }

    pub(super) fn write(
        &self,
        headers: &mut HeaderMap,
        key: &[u8; 32],
        https: bool,
        session: Option<Uuid>,
    ) {
        let signed = Signed {
            written: jiff::Timestamp::now().as_second(),
            session,
            flash: self.clone(),
        };
        let Ok(json) = serde_json::to_vec(&signed) else {
            return;
        };
        set(headers, &secrets::sign(key, "flash", &json), KEPT, https);
    }

    pub(super) fn clear(headers: &mut HeaderMap, https: bool) {
        set(headers, "", 0, https);
    }
}

fn set(headers: &mut HeaderMap, value: &str, seconds: u32, https: bool) {
    let secure = if https { "; Secure" } else { "" };
    let name = flash_cookie(https);
    let cookie =
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
}
