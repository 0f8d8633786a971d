//! Passwords: what is good enough, and hashing that cannot take the machine down.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use dogear_domain::fields::{FieldProblem, check_password_length};
use tokio::sync::Semaphore;

use crate::{Error, Result, blocking};

/// OWASP's minimum for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes that may wait for a core; more are refused at once.
const MOST_WAITING: usize = 128;
/// Longer texts are never hashed.
const MOST_BYTES: usize = 1024;
/// Characters the strength estimate looks at; its time grows with the square.
const MOST_JUDGED: usize = 64;

/// As many hashes at once as there are cores, and a queue with an end.
struct Gate {
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

static GATE: LazyLock<Gate> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Gate {
        running: Arc::new(Semaphore::new(cores)),
        queue: Arc::new(Semaphore::new(cores + MOST_WAITING)),
    }
});

/// The hash of a password nobody has: verifying against it takes as long as against a real one.
static NOBODYS: LazyLock<Option<String>> = LazyLock::new(|| {
    let nobodys = crate::secrets::new_token().0;
    digest(nobodys.as_bytes()).ok()
});

/// Hashes `password` (Argon2id, PHC string), when a core is free.
///
/// # Errors
/// `Busy` when too many wait already.
pub async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    gated(move || digest(password.as_bytes()))
        .await?
        .map_err(|error| Error::internal(error.to_string()))
}

/// Whether `password` fits `known`. Takes the same time when there is no hash to compare with.
///
/// # Errors
/// `Busy` when too many wait already.
pub(super) async fn verify(password: &str, known: Option<&str>) -> Result<bool> {
    if password.len() > MOST_BYTES {
        return Ok(false);
    }
    let password = password.to_owned();
    let known = known.filter(|hash| !hash.is_empty()).map(str::to_owned);
    gated(move || {
        if let Some(Ok(hash)) = known.as_deref().map(PasswordHash::new) {
            return fits(&password, &hash);
        }
        if let Some(Ok(hash)) = NOBODYS.as_deref().map(PasswordHash::new) {
            fits(&password, &hash);
        }
        false
    })
    .await
}

/// Checks length and strength. `words` are the reader's own (name, handle, address): a
/// password made of them counts as easy to guess.
///
/// # Errors
/// A sentence for the field.
pub(super) fn check(password: &str, words: &[&str]) -> Result<(), FieldProblem> {
    check_password_length(password)?;
    // Also run together, since every part for itself counts as one more thing to guess.
    let joined: Vec<String> = words
        .iter()
        .map(|word| {
            word.chars()
                .filter(|symbol| symbol.is_alphanumeric())
                .collect()
        })
        .collect();
    let mut known: Vec<&str> = vec!["dogear"];
    known.extend(joined.iter().map(String::as_str));
    for word in words {
        known.push(word);
        known.extend(
            word.split(|symbol: char| !symbol.is_alphanumeric())
                .filter(|part| part.len() > 2),
        );
    }
    let judged: String = password.chars().take(MOST_JUDGED).collect();
    let estimate = zxcvbn::zxcvbn(&judged, &known);
    if estimate.score() >= zxcvbn::Score::Two {
        return Ok(());
    }
    Err(
        "This password is among the first that somebody would try. Put three or four unrelated words in a row."
            .into(),
    )
}

fn fits(password: &str, hash: &PasswordHash) -> bool {
    argon2().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), hash).is_ok())
}

fn digest(password: &[u8]) -> argon2::password_hash::Result<String> {
    let hash: PasswordHash = argon2()?.hash_password(password)?;
    Ok(hash.to_string())
}

fn argon2() -> argon2::password_hash::Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn gated<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let busy = || Error::Busy("too many passwords wait to be checked".into());
    let place = Arc::clone(&GATE.queue)
        .try_acquire_owned()
        .map_err(|_| busy())?;
    let turn = Arc::clone(&GATE.running).acquire_owned();
    let turn = tokio::time::timeout(Duration::from_secs(12), turn)
        .await
        .map_err(|_| busy())?
        .map_err(Error::internal)?;
    blocking::run(move || {
        // Held by the work itself: whoever waited for it may have left.
        let _held = (place, turn);
        work()
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hashes_have_the_right_parameters_and_fit_one_password() {
        let hashed = hash("correct horse battery staple").await.unwrap();
        assert!(
            hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hashed}"
        );
        assert!(
            verify("correct horse battery staple", Some(&hashed))
                .await
                .unwrap()
        );
        for wrong in [
            "correct horse battery stapl",
            "",
            "Correct horse battery staple",
        ] {
            assert!(!verify(wrong, Some(&hashed)).await.unwrap());
        }
        assert!(!verify("anything", None).await.unwrap());
        assert!(!verify("", Some("")).await.unwrap());
    }

    #[tokio::test]
    async fn a_long_unicode_password_is_hashed_whole() {
        let long = "ёж🦔".repeat(80);
        let hashed = hash(&long).await.unwrap();
        assert!(verify(&long, Some(&hashed)).await.unwrap());
        let other = format!("{}x", &long[..long.len() - 4]);
        assert!(!verify(&other, Some(&hashed)).await.unwrap());
    }

    #[test]
    fn common_passwords_and_ones_own_words_are_refused() {
        for weak in [
            "password1",
            "qwertyuiop",
            "12345678",
            "dogear123",
            "wrenaldous",
            "wrenaldous1",
            "iloveyou",
            "aaaaaaaa",
        ] {
            assert!(
                check(weak, &["wren.aldous@example.org", "wren", "Wren Aldous"]).is_err(),
                "{weak}"
            );
        }
        for good in [
            "lantern gravel ostrich",
            "Kt7#vbQ2zx",
            "снег лежит на крыше",
        ] {
            assert_eq!(check(good, &["wren"]), Ok(()), "{good}");
        }
        assert!(check("short", &[]).is_err());
        assert!(check(&"long".repeat(65), &[]).is_err());
    }
}
