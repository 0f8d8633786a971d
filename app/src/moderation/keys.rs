//! Which key decides what: each has one meaning, whatever the case is about.

use dogear_domain::moderation::Verdict;

/// Keys that mean something on every page of the desk, or in the lists.
#[cfg(test)]
const TAKEN: &[&str] = &["j", "k", "o", "s", "u", "n", "a", "/"];
/// Ends a trade: it takes the focus, and Enter presses it.
pub(super) const END: &str = "e";

/// The key of a verdict. Digits are left to the outcomes of a trade.
pub(super) const fn key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Leave => "l",
        Verdict::Warn => "w",
        Verdict::Hide => "h",
        Verdict::HideAndWarn => "b",
        Verdict::Suspend7 => "v",
        Verdict::Suspend30 => "t",
        Verdict::Dismiss => "d",
        Verdict::Suspend => "x",
        Verdict::Restore => "r",
        Verdict::Resolve => END,
        Verdict::CancelEvent => "c",
        Verdict::MarkSpoiler => "m",
    }
}

/// Whether the key only leads to the button, which Enter then presses: nobody is suspended, and
/// no event cancelled, by one letter.
pub(super) const fn is_confirmed(verdict: Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Suspend7
            | Verdict::Suspend30
            | Verdict::Suspend
            | Verdict::Resolve
            | Verdict::CancelEvent
    )
}

#[cfg(test)]
mod tests {
    use dogear_domain::moderation::Verdict;

    use super::{TAKEN, is_confirmed, key};

    #[test]
    fn u12_each_key_has_one_meaning_and_none_suspends_by_itself() {
        let mut known: Vec<&str> = TAKEN.to_vec();
        for &verdict in Verdict::ALL {
            let key = key(verdict);
            assert!(!known.contains(&key), "{key} means two things");
            assert!(!key.bytes().all(|byte| byte.is_ascii_digit()));
            known.push(key);
            let heavy = verdict.as_str().starts_with("suspend")
                || [Verdict::Resolve, Verdict::CancelEvent].contains(&verdict);
            assert_eq!(is_confirmed(verdict), heavy, "{verdict:?}");
        }
    }
}
