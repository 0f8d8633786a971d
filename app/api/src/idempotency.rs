//! `Idempotency-Key`: whatever changes something can be sent again, and counts once. The keys are
//! kept by the same mechanism as those of forms, for two days.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use dogear_server::db::IdempotencyKey;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::problem::{Code, Problem};

/// The key of a request, if it has one: 1 to 255 visible characters.
pub(crate) struct Once(pub Option<IdempotencyKey>);

impl<S: Sync> FromRequestParts<S> for Once {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all("idempotency-key").iter();
        let Some(value) = values.next() else {
            return Ok(Self(None));
        };
        let text = value.as_bytes();
        let fits = (1..=255).contains(&text.len())
            && text.iter().all(|byte| (0x21..=0x7e).contains(byte))
            && values.next().is_none();
        if !fits {
            return Err(Problem::new(Code::Malformed).saying(
                "`Idempotency-Key` has 1 to 255 visible characters of ASCII, and stands once.",
            ));
        }
        Ok(Self(Some(key_of(text))))
    }
}

impl Once {
    /// The key of one line of a request that has many.
    pub(crate) fn of_line(&self, line: usize) -> Option<IdempotencyKey> {
        let IdempotencyKey(whole) = self.0.as_ref()?;
        Some(key_of(format!("{whole} line {line}").as_bytes()))
    }
}

/// Keys of forms are random: one of a program is never one of those.
fn key_of(text: &[u8]) -> IdempotencyKey {
    let digest = Sha256::new_with_prefix(b"dogear api key ")
        .chain_update(text)
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    IdempotencyKey(Uuid::from_bytes(bytes))
}
