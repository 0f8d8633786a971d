//! Signing and sealing with the site's key.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use rand::RngCore;
use sha2::{Digest, Sha256};

/// A value that only we can have made: `payload.mac`, both base64url. `purpose`
/// keeps a value made for one use from being accepted for another.
pub fn sign(key: &[u8; 32], purpose: &str, payload: &[u8]) -> String {
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(payload),
        URL_SAFE_NO_PAD.encode(mac(key, purpose, payload).finalize().into_bytes())
    )
}

/// The payload of [`sign`], when it is genuine.
pub fn unsign(key: &[u8; 32], purpose: &str, signed: &str) -> Option<Vec<u8>> {
    let (payload, tag) = signed.split_once('.')?;
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
    mac(key, purpose, &payload).verify_slice(&tag).ok()?;
    Some(payload)
}

fn mac(key: &[u8; 32], purpose: &str, payload: &[u8]) -> Hmac<Sha256> {
    // HMAC takes its key as a whole block, zeros behind the key (RFC 2104).
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as Mac>::new(&block.into());
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(payload);
    mac
}

/// Bytes that only we can have made from `payload`, the same each time, for one `purpose`: what is
/// shown of a row without being stored with it.
pub fn derive(key: &[u8; 32], purpose: &str, payload: &[u8]) -> [u8; 32] {
    mac(key, purpose, payload).finalize().into_bytes().into()
}

/// Encrypts `text` (AES-256-GCM, random nonce in front), bound to `context`.
pub fn seal(key: &[u8; 32], context: &str, text: &str) -> Vec<u8> {
    let mut nonce = [0u8; 12];
    rand::rng().fill_bytes(&mut nonce);
    let payload = Payload {
        msg: text.as_bytes(),
        aad: context.as_bytes(),
    };
    let mut sealed = nonce.to_vec();
    // Fails only for texts of more than 64 GiB.
    if let Ok(encrypted) = cipher(key).encrypt(Nonce::from_slice(&nonce), payload) {
        sealed.extend(encrypted);
    }
    sealed
}

/// The text of [`seal`], when key and context are the same.
pub fn open(key: &[u8; 32], context: &str, sealed: &[u8]) -> Option<String> {
    let (nonce, encrypted) = sealed.split_at_checked(12)?;
    let payload = Payload {
        msg: encrypted,
        aad: context.as_bytes(),
    };
    let text = cipher(key)
        .decrypt(Nonce::from_slice(nonce), payload)
        .ok()?;
    String::from_utf8(text).ok()
}

fn cipher(key: &[u8; 32]) -> Aes256Gcm {
    // A key of its own for encryption, so that it is never also a signing key.
    let derived = Sha256::new_with_prefix(b"dogear seal")
        .chain_update(key)
        .finalize();
    Aes256Gcm::new(&derived)
}

/// A single-use token (256 bits) and the hash that is stored.
pub fn new_token() -> (String, Vec<u8>) {
    let mut bytes = [0u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    let token = URL_SAFE_NO_PAD.encode(bytes);
    let hash = token_hash(&token);
    (token, hash)
}

/// What is stored of a token.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn a_signature_fits_one_payload_one_purpose_and_one_key() {
        let signed = sign(&KEY, "flash", b"hello");
        assert_eq!(
            unsign(&KEY, "flash", &signed).as_deref(),
            Some(&b"hello"[..])
        );
        assert_eq!(unsign(&KEY, "unsubscribe", &signed), None);
        assert_eq!(unsign(&[8; 32], "flash", &signed), None);
        let other = sign(&KEY, "flash", b"other");
        let (payload, _) = other.split_once('.').unwrap();
        let (_, tag) = signed.split_once('.').unwrap();
        assert_eq!(unsign(&KEY, "flash", &format!("{payload}.{tag}")), None);
    }

    #[test]
    fn a_sealed_text_opens_only_in_its_context() {
        let sealed = seal(&KEY, "address:1", "14 Constitution Street");
        assert_eq!(
            open(&KEY, "address:1", &sealed).as_deref(),
            Some("14 Constitution Street")
        );
        assert_eq!(open(&KEY, "address:2", &sealed), None);
        assert_eq!(open(&KEY, "address:1", &sealed[..8]), None);
    }
}
