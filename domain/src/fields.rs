//! What people type, read into values that are known to be right.
//!
//! Each type is made only by its `parse`, which answers with a sentence for the person who typed.

mod common;
mod errors;
mod folding;
mod names;
mod people;
mod texts;
mod visible;
mod words;

use unicode_normalization::UnicodeNormalization as _;

pub use common::is_common;
pub use errors::{FieldErrors, FieldProblem, UnknownWord};
use folding::{fold_case, is_direction_control, is_invisible};
pub use folding::{match_key, slugify, title_key, without_article};
pub use names::{DisplayName, Handle, name_key};
pub use people::{authors_in, turned};
pub use texts::{
    About, AuthorName, BookDescription, BookTitle, BorrowerName, BroadcastBody, BroadcastTitle,
    CancelReason, Carrier, City, CopyNote, CopyPlace, CorrectionNote, DecisionMessage, DeskNote,
    Directions, EventDescription, EventTitle, FeedbackWords, FileName, GuestMessage, GuestName,
    InterestNote, LeftoverWords, ListDescription, ListName, ListNote, Message,
    OrganisationDescription, OrganisationName, OrganisationTown, OtherBook, PostalAddress,
    PrivateNote, ProblemDetails, PublisherName, Reason, RefusalReason, Region, ReportDetails,
    RestoreReason, ReviewBody, RoleReason, SearchWords, SendBackReason, SeriesTitle,
    SettingsReason, Statement, Subtitle, TaskNote, TaskTitle, TokenName, Tracking, VenueAddress,
    VenueCity, VenueName,
};
use visible::{has_too_many_marks, has_visible};
pub use words::{Line, Text};

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
        let composed: String = host.nfc().collect();
        let host_sane = composed.contains('.')
            && composed.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label
                        .chars()
                        .all(|symbol| symbol.is_alphanumeric() || symbol == '-')
            });
        let is_domain = || idna::domain_to_ascii(host).is_ok_and(|host| host.len() <= 253);
        if local.is_empty()
            || local.len() > 64
            || local.contains(odd)
            || dots(local)
            || !host_sane
            || !is_domain()
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
        let (local, host) = self.parts();
        // A domain has two spellings: "bücher.example" and "xn--bcher-kva.example".
        let (host, _) = idna::domain_to_unicode(host);
        fold_case(&format!("{local}@{host}"))
    }

    /// The address as every mail server takes it: the domain in ASCII. The part before it stays.
    pub fn deliverable(&self) -> String {
        let (local, host) = self.parts();
        match idna::domain_to_ascii(host) {
            Ok(host) => format!("{local}@{host}"),
            Err(_) => self.0.clone(),
        }
    }

    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }
}

/// Reads one line of text, possibly empty, of at most `max` characters: composed (NFC), trimmed,
/// runs of space made one, without characters that turn the direction of reading, and empty when
/// nothing in it can be seen. `what` names the field inside a sentence (“your city”).
///
/// # Errors
/// A sentence for the field.
pub fn line(text: &str, what: &str, max: usize) -> Result<String, FieldProblem> {
    let cleaned = clean(text, what, max)?;
    if !has_visible(&cleaned) {
        return Ok(String::new());
    }
    Ok(cleaned.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Reads one line of text like [`line()`], and wants something in it that can be seen.
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
/// trimmed, line ends made `\n`, without characters that turn the direction of reading, and empty
/// when nothing in it can be seen. `what` names the field inside a sentence (“your message”).
///
/// # Errors
/// A sentence for the field.
pub fn text(text: &str, what: &str, max: usize) -> Result<String, FieldProblem> {
    let cleaned = clean(text, what, max)?;
    Ok(if has_visible(&cleaned) {
        cleaned
    } else {
        String::new()
    })
}

/// Reads text of several lines like [`text()`], and wants something in it that can be seen.
///
/// # Errors
/// A sentence for the field.
pub fn required_text(input: &str, what: &str, max: usize) -> Result<String, FieldProblem> {
    let text = text(input, what, max)?;
    if text.is_empty() {
        return Err(format!("Write {what}.").into());
    }
    Ok(text)
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
    if has_too_many_marks(cleaned) {
        return Err(
            format!("Take some of the accents from {what}: a letter has at most four.").into(),
        );
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
        if !looks_like_zone(text) || !is_known_zone(text) {
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

/// Whether a name is made as those of time zones are.
fn looks_like_zone(name: &str) -> bool {
    name.len() <= 64
        && name
            .split('/')
            .all(|part| part.starts_with(|symbol: char| symbol.is_ascii_alphabetic()))
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte))
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
