//! The way to Google and back. It is bound to the session that it was made in, holds for a quarter
//! of an hour, and can be gone once.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::secrets::{derive, sign, token_hash, unsign};

const PURPOSE: &str = "google way";
/// A reader may have to log in at Google first.
const HOLDS: SignedDuration = SignedDuration::from_mins(15);

/// A way that was just made, or that somebody has come back on.
pub(super) struct Way {
    /// What Google is given, and gives back.
    pub state: String,
    /// What nobody can make of it but this site (RFC 7636).
    pub verifier: String,
}

impl Way {
    fn of(key: &[u8; 32], state: String, payload: &[u8]) -> Self {
        let verifier = URL_SAFE_NO_PAD.encode(derive(key, PURPOSE, payload));
        Self { state, verifier }
    }

    /// One for this session.
    pub(super) fn new(key: &[u8; 32], session: Uuid, now: Timestamp) -> Self {
        let nonce: [u8; 16] = rand::random();
        let made = now.as_second().to_be_bytes();
        let payload = [&session.as_bytes()[..], &made, &nonce].concat();
        Self::of(key, sign(key, PURPOSE, &payload), &payload)
    }

    /// The one that somebody has come back on, if it is of this session and still holds.
    pub(super) fn back(key: &[u8; 32], state: &str, session: Uuid, now: Timestamp) -> Option<Self> {
        let payload = unsign(key, PURPOSE, state)?;
        let (of, rest) = payload.split_at_checked(16)?;
        let (made, nonce) = rest.split_first_chunk::<8>()?;
        let made = Timestamp::from_second(i64::from_be_bytes(*made)).ok()?;
        let holds = made <= now && now <= made + HOLDS && nonce.len() == 16;
        (of == session.as_bytes() && holds).then(|| Self::of(key, state.to_owned(), &payload))
    }

    /// What Google compares the verifier with.
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }

    /// What is kept of one that was gone.
    pub(super) fn hash(&self) -> Vec<u8> {
        token_hash(&self.state)
    }
}

/// When the ways began that cannot be gone any more.
pub(super) fn all_over(now: Timestamp) -> Timestamp {
    now - HOLDS - HOLDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_leads_back_into_its_session_in_time() {
        let key = [7; 32];
        let (session, now) = (Uuid::new_v4(), Timestamp::UNIX_EPOCH);
        let way = Way::new(&key, session, now);
        let back = Way::back(&key, &way.state, session, now + HOLDS).expect("its own");
        assert_eq!(back.verifier, way.verifier);
        assert!((43..=128).contains(&way.verifier.len()), "RFC 7636");
        assert_ne!(way.challenge(), way.verifier);
        let late = now + HOLDS + SignedDuration::from_secs(1);
        let before = now - SignedDuration::from_secs(1);
        let other = Way::new(&key, session, now);
        assert_ne!(other.state, way.state);
        assert_ne!(other.verifier, way.verifier);
        assert!(Way::back(&key, &way.state, Uuid::new_v4(), now).is_none());
        assert!(Way::back(&key, &way.state, session, late).is_none());
        assert!(Way::back(&key, &way.state, session, before).is_none());
        assert!(Way::back(&[8; 32], &way.state, session, now).is_none());
        for state in ["", ".", "x.y", &sign(&key, "flash", session.as_bytes())] {
            assert!(Way::back(&key, state, session, now).is_none(), "{state}");
        }
    }
}
