//! The order of a draw: anybody who knows the seed gets the same.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::ids::{RoundId, UserId};

/// SHA-256 of the seed: shown from the beginning, so that the seed cannot be chosen afterwards.
#[must_use]
pub fn seed_hash(seed: &[u8]) -> [u8; 32] {
    Sha256::digest(seed).into()
}

/// The code of a reader in a round: HMAC-SHA256 of `round:reader`, both as numbers, with the seed as
/// key.
#[must_use]
pub fn draw_code(seed: &[u8], round: RoundId, reader: UserId) -> [u8; 32] {
    // HMAC takes keys of every length; were there one that it refuses, all codes would be alike.
    Hmac::<Sha256>::new_from_slice(seed).map_or([0; 32], |mut mac| {
        mac.update(format!("{round}:{reader}").as_bytes());
        mac.finalize().into_bytes().into()
    })
}

/// Readers in the order in which they are asked: those who have had no gift lately before those who
/// have, each part by its codes, the smallest first.
#[must_use]
pub fn order(seed: &[u8], round: RoundId, readers: &[(UserId, bool)]) -> Vec<UserId> {
    let mut drawn: Vec<_> = readers
        .iter()
        .map(|&(reader, favoured)| (!favoured, draw_code(seed, round, reader), reader))
        .collect();
    drawn.sort_unstable();
    drawn.into_iter().map(|(.., reader)| reader).collect()
}

/// As it is shown: two letters a byte.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
