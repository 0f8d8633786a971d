//! What people type, read into values that are known to be right.
//!
//! Each type is made only by its `parse`, which answers with a sentence for the person who typed.

mod common;
mod errors;
mod folding;

use unicode_normalization::UnicodeNormalization as _;

pub use common::is_common;
pub use errors::{FieldErrors, FieldProblem, UnknownWord};
use folding::{fold_case, is_direction_control, is_invisible};
pub use folding::{match_key, slugify, title_key, turned, without_article};

/// An e-mail address as it was typed, without surrounding space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address. Only its shape is checked; the confirmation mail proves the rest.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(text: &str) -> Result<Self, FieldProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Enter your e-mail address.".into());
        }
        if text.len() > 254 {
            return Err(
                "This address is too long. An e-mail address has at most 254 characters.".into(),
            );
        }
        let shape = || FieldProblem::from("Enter an e-mail address like name@example.org.");
        let (local, host) = text.rsplit_once('@').ok_or_else(shape)?;
        let odd = |symbol: char| {
            symbol.is_whitespace()
                || symbol.is_control()
                || is_invisible(symbol)
                || "<>()[]\\,;:\"@".contains(symbol)
        };
        let dots = |part: &str| part.starts_with('.') || part.ends_with('.') || part.contains("..");
        let host_sane = host.contains('.')
            && host.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label
                        .chars()
                        .all(|symbol| symbol.is_alphanumeric() || symbol == '-')
            });
        if local.is_empty() || local.len() > 64 || local.contains(odd) || dots(local) || !host_sane
        {
            return Err(shape());
        }
        // Names under which there is never a mailbox (RFC 6761).
        let nowhere = ["invalid", "localhost"];
        let top = host.rsplit('.').next().unwrap_or_default();
        if nowhere.iter().any(|name| top.eq_ignore_ascii_case(name)) {
            return Err("No mail can be sent to this address. Enter another one.".into());
        }
        Ok(Self(text.to_owned()))
    }

    /// The address to write to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two spellings of one address are equal.
    #[must_use]
    pub fn key(&self) -> String {
        fold_case(&self.0)
    }
}

/// A member's unique short name, part of the address of their page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle(String);

/// Names that would be mistaken for the site itself, or are part of its addresses.
const RESERVED: &[&str] = &[
    "about",
    "account",
    "accounts",
    "admin",
    "administrator",
    "api",
    "assets",
    "author",
    "authors",
    "book",
    "books",
    "browse",
    "contact",
    "copy",
    "dev",
    "dogear",
    "everyone",
    "forgot",
    "former",
    "help",
    "home",
    "login",
    "logout",
    "mail",
    "me",
    "member",
    "members",
    "mod",
    "moderator",
    "moderators",
    "notifications",
    "null",
    "official",
    "privacy",
    "register",
    "root",
    "rules",
    "search",
    "security",
    "settings",
    "shelf",
    "signin",
    "signup",
    "staff",
    "support",
    "system",
    "team",
    "terms",
    "trade",
    "trades",
    "undefined",
    "user",
    "users",
    "webmaster",
    "www",
];

impl Handle {
    /// Reads a handle: 3 to 30 letters (a to z), digits, `_` and `-`, starting with a letter.
    /// A leading `@` is dropped and wide letters become ordinary ones.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(text: &str) -> Result<Self, FieldProblem> {
        let text: String = text.trim().nfkc().collect();
        let text = text.strip_prefix('@').unwrap_or(&text);
        if text.is_empty() {
            return Err("Choose a handle.".into());
        }
        if let Some(symbol) = text
            .chars()
            .find(|&symbol| !symbol.is_ascii_alphanumeric() && !matches!(symbol, '_' | '-'))
        {
            let symbol = if symbol.is_whitespace() {
                "a space".into()
            } else {
                format!("“{}”", symbol.escape_debug())
            };
            return Err(format!(
                "A handle has only the letters a to z, digits, “_” and “-”, but this one has {symbol}."
            )
            .into());
        }
        if !text.starts_with(|symbol: char| symbol.is_ascii_alphabetic()) {
            return Err("A handle starts with a letter.".into());
        }
        if !(3..=30).contains(&text.len()) {
            return Err(format!(
                "A handle has 3 to 30 characters, but this one has {}.",
                text.len()
            )
            .into());
        }
        let handle = Self(text.to_owned());
        let key = handle.key();
        if RESERVED.iter().any(|word| confusable_key(word) == key) {
            return Err("This handle is reserved. Choose another one.".into());
        }
        Ok(handle)
    }

    /// Reads a handle that somebody chooses: as [`Handle::parse`], but none that would be taken
    /// for a member who has left, like `former-12`.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn choose(text: &str) -> Result<Self, FieldProblem> {
        let handle = Self::parse(text)?;
        let former = fold_case(&handle.0);
        let rest = former.strip_prefix("former").unwrap_or("x");
        if rest
            .chars()
            .all(|symbol| symbol.is_ascii_digit() || "-_".contains(symbol))
        {
            return Err("This handle is reserved. Choose another one.".into());
        }
        Ok(handle)
    }

    /// The handle as its owner writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which handles that look alike are equal: case, `0` and `o`, `1`, `i` and `l`,
    /// `rn` and `m`, `vv` and `w` make no difference, nor do `_` and `-`.
    #[must_use]
    pub fn key(&self) -> String {
        confusable_key(&self.0)
    }
}

fn confusable_key(text: &str) -> String {
    let plain: String = fold_case(text)
        .chars()
        .filter(|symbol| !matches!(symbol, '_' | '-'))
        .map(|symbol| match symbol {
            '0' => 'o',
            '1' | 'i' => 'l',
            '5' => 's',
            other => other,
        })
        .collect();
    plain.replace("rn", "m").replace("vv", "w")
}

/// The name under which a member appears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// Reads a name of 1 to 60 characters on one line.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(text: &str) -> Result<Self, FieldProblem> {
        line(text, "your name", 60).and_then(|name| {
            if name.is_empty() {
                Err("Enter the name that others will see.".into())
            } else {
                Ok(Self(name))
            }
        })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads one line of text, possibly empty, of at most `max` characters: composed (NFC), trimmed,
/// runs of space made one, without characters that turn the direction of reading. `what` names the
/// field inside a sentence (“your city”).
///
/// # Errors
/// A sentence for the field.
pub fn line(text: &str, what: &str, max: usize) -> Result<String, FieldProblem> {
    let cleaned = clean(text, what, max)?;
    Ok(cleaned.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Reads one line of text like [`line()`], and wants it filled in.
///
/// # Errors
/// A sentence for the field.
pub fn required_line(text: &str, what: &str, max: usize) -> Result<String, FieldProblem> {
    let text = line(text, what, max)?;
    if text.is_empty() {
        return Err(format!("Enter {what}.").into());
    }
    Ok(text)
}

/// Reads text of several lines, possibly empty, of at most `max` characters: composed (NFC),
/// trimmed, line ends made `\n`, without characters that turn the direction of reading. `what`
/// names the field inside a sentence (“your message”).
///
/// # Errors
/// A sentence for the field.
pub fn text(text: &str, what: &str, max: usize) -> Result<String, FieldProblem> {
    clean(text, what, max)
}

/// Reads text of several lines like [`text()`], and wants it filled in.
///
/// # Errors
/// A sentence for the field.
pub fn required_text(input: &str, what: &str, max: usize) -> Result<String, FieldProblem> {
    let cleaned = clean(input, what, max)?;
    if cleaned.is_empty() {
        return Err(format!("Write {what}.").into());
    }
    Ok(cleaned)
}

fn clean(text: &str, what: &str, max: usize) -> Result<String, FieldProblem> {
    // What is far too long in bytes is not worth normalising first.
    if text.len() > max.saturating_mul(16).saturating_add(1024) {
        return Err(too_long(what, max, None));
    }
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let cleaned: String = unified
        .nfc()
        .filter(|&symbol| !is_direction_control(symbol))
        .collect();
    let cleaned = cleaned.trim();
    if cleaned
        .chars()
        .any(|symbol| symbol.is_control() && !matches!(symbol, '\n' | '\t'))
    {
        return Err(format!(
            "Remove the control characters from {what}; type it again if you pasted it."
        )
        .into());
    }
    let length = cleaned.chars().count();
    if length > max {
        return Err(too_long(what, max, Some(length)));
    }
    Ok(cleaned.to_owned())
}

fn too_long(what: &str, max: usize, length: Option<usize>) -> FieldProblem {
    match length {
        Some(length) => format!("Shorten {what} to {max} characters. It has {length} now.").into(),
        None => format!("Shorten {what} to {max} characters.").into(),
    }
}

/// The name of a time zone, such as `Europe/Lisbon`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone(String);

impl TimeZone {
    /// Reads the name of a zone of the IANA time zone database.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(text: &str) -> Result<Self, FieldProblem> {
        let text = text.trim();
        let shape = !text.is_empty()
            && text.len() <= 64
            && text
                .split('/')
                .all(|part| part.starts_with(|symbol: char| symbol.is_ascii_alphabetic()))
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
        if !shape || !is_known_zone(text) {
            return Err("Choose a time zone from the list, such as Europe/Lisbon.".into());
        }
        Ok(Self(text.to_owned()))
    }

    /// The name of the zone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn is_known_zone(name: &str) -> bool {
    let database = jiff::tz::db();
    // A machine without the database cannot tell; the shape of the name has to do there.
    database.is_definitively_empty() || database.get(name).is_ok()
}

#[cfg(target_arch = "wasm32")]
fn is_known_zone(_name: &str) -> bool {
    true
}

/// The fewest characters of a password.
pub const PASSWORD_MIN: usize = 8;
/// The most characters of a password.
pub const PASSWORD_MAX: usize = 256;

/// Checks the length of a password; nothing about it is changed or trimmed.
///
/// # Errors
/// A sentence for the field.
pub fn check_password_length(password: &str) -> Result<(), FieldProblem> {
    if password.is_empty() {
        return Err("Choose a password.".into());
    }
    let length = if password.len() > 1024 {
        usize::MAX
    } else {
        password.chars().count()
    };
    if length < PASSWORD_MIN {
        return Err(format!(
            "Use at least {PASSWORD_MIN} characters; several words in a row are easy to remember."
        )
        .into());
    }
    if length > PASSWORD_MAX {
        return Err(format!("Use at most {PASSWORD_MAX} characters.").into());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
