//! What a form edits, as it stood when the form was opened.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// What is said to whoever saves over what was saved since.
const CHANGED: &str = "This was changed after you had opened the page, so nothing is saved yet. Below stand what is saved now and what you entered. Save again if yours is right.";

/// A digest of the values that a form showed. The form sends it along, and whoever saves compares
/// it with what stands now: an old page never writes over something that its reader has not seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(String);

impl Version {
    /// The version of these values, which are everything that the form edits.
    ///
    /// # Errors
    /// None that happens.
    pub fn of(values: &impl Serialize) -> Result<Self> {
        Ok(Self(fingerprint(&serde_json::to_vec(values)?)))
    }

    /// Whether a form that was opened at this version may still be saved, now that `current`
    /// stands. Whoever names no version, as scripts do, has seen no page that could be old.
    ///
    /// # Errors
    /// `Conflict` in words for the page that is shown again.
    pub fn check(&self, current: &Self) -> Result<()> {
        if self.0.is_empty() || self == current {
            return Ok(());
        }
        Err(Error::Conflict(CHANGED.into()))
    }

    /// As it travels in the form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What tells these bytes from any others: the first 64 bits of their SHA-256, in hexadecimal.
pub fn fingerprint(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let short = digest.iter().take(8).map(|byte| format!("{byte:02x}"));
    short.collect()
}

impl From<String> for Version {
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f19_only_an_old_page_is_refused() {
        let old = Version::of(&("fair", "torn")).unwrap();
        let now = Version::of(&("good", "torn")).unwrap();
        assert!(old.check(&old.clone()).is_ok());
        assert!(matches!(old.check(&now), Err(Error::Conflict(_))));
        assert!(Version::default().check(&now).is_ok());
        assert_eq!(Version::from(now.as_str().to_owned()), now);
    }
}
