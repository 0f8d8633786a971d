//! Signed messages: `t=<seconds>,v1=<hex>,v1=<hex>`, each an HMAC-SHA256 of `<seconds>.<body>`.

use hmac::{Hmac, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

use super::NotTheirs;

/// So far the clocks may be apart, and so long a message may take.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(300);
/// More signatures than anybody needs while secrets change.
const MOST: usize = 8;

/// Whether one of the signatures in `header` was made with one of `secrets`, about now.
///
/// # Errors
/// [`NotTheirs::Forged`], also for what cannot be read; [`NotTheirs::OutOfTime`].
pub(super) fn check(
    header: &str,
    body: &[u8],
    secrets: &[String],
    now: Timestamp,
) -> Result<(), NotTheirs> {
    let mut seconds: Option<&str> = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            // Two of them leave open which is signed.
            Some(("t", _)) if seconds.is_some() => return Err(NotTheirs::Forged),
            Some(("t", value)) => seconds = Some(value),
            Some(("v1", value)) if signatures.len() < MOST => {
                signatures.extend(unhexed(value));
            }
            _ => {}
        }
    }
    let seconds = seconds.ok_or(NotTheirs::Forged)?;
    let at = (seconds.len() <= 12 && seconds.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| Timestamp::from_second(seconds.parse().ok()?).ok())
        .flatten()
        .ok_or(NotTheirs::Forged)?;
    let signed = secrets.iter().any(|secret| {
        signatures
            .iter()
            .any(|sig| is_of(secret, seconds, body, sig))
    });
    if !signed {
        return Err(NotTheirs::Forged);
    }
    if now.duration_since(at).abs() > TOLERANCE {
        return Err(NotTheirs::OutOfTime);
    }
    Ok(())
}

/// In a time that does not tell how much of it is right.
fn is_of(secret: &str, seconds: &str, body: &[u8], signature: &[u8]) -> bool {
    mac(secret, seconds, body).is_some_and(|mac| mac.verify_slice(signature).is_ok())
}

fn mac(secret: &str, seconds: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(seconds.as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(mac)
}

/// The 32 bytes that are written so; nothing for anything else.
fn unhexed(text: &str) -> Option<[u8; 32]> {
    let text = text.as_bytes();
    if text.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(bytes)
}

/// As the payment service signs, for tests and what stands for it.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn signed(secret: &str, at: Timestamp, body: &[u8]) -> String {
    use std::fmt::Write as _;
    let seconds = at.as_second().to_string();
    let mut header = format!("t={seconds},v1=");
    if let Some(mac) = mac(secret, &seconds, body) {
        for byte in mac.finalize().into_bytes() {
            let _ = write!(header, "{byte:02x}");
        }
    }
    header
}
