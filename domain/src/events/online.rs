//! Where an event takes place online.

use std::ops::Deref;

use serde::Serialize;

use crate::fields::{FieldProblem, Line};

/// The address of a meeting on the web; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OnlineLink(Line);

impl OnlineLink {
    /// The most characters of it.
    pub const MAX: usize = 500;

    /// Reads what was typed.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(typed: &str) -> Result<Self, FieldProblem> {
        let line = Line::parse(typed, "the link", Self::MAX)?;
        if line.is_empty() || is_address(&line) {
            return Ok(Self(line));
        }
        Err("Enter a link that begins with https://, or leave it empty.".into())
    }
}

/// An address of a site that answers under its own name. One with a name and `@` before that is
/// not what it looks like, and none of these is needed for a meeting.
fn is_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let labels: Vec<&str> = name.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    labels.len() > 1
        && labels.iter().all(is_label)
        && port.parse::<u16>().is_ok()
        && !text.contains(|letter: char| letter.is_whitespace() || "<>\"\\^`{|}".contains(letter))
}

impl Deref for OnlineLink {
    type Target = Line;

    fn deref(&self) -> &Line {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_one_that_a_browser_opens_safely() {
        for fine in [
            "",
            "  ",
            "https://meet.example.org/lamp-light",
            "https://example.org:8443/j/123?pwd=a%20b#x",
            "https://bücher.example/raum",
        ] {
            assert_eq!(&**OnlineLink::parse(fine).unwrap(), fine.trim(), "{fine}");
        }
        for wrong in [
            "meet.example.org",
            "http://meet.example.org",
            "javascript:alert(1)",
            "https://",
            "https://localhost/",
            "https://meet.example.org@evil.example/",
            "https://meet.example.org:port/",
            "https://meet..org/",
            "https://meet.example.org/a b",
            "https://meet.example.org/\"onclick",
        ] {
            assert!(OnlineLink::parse(wrong).is_err(), "{wrong}");
        }
        let long = format!("https://meet.example.org/{}", "x".repeat(OnlineLink::MAX));
        assert!(OnlineLink::parse(&long).is_err());
    }
}
