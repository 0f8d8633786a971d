//! What people type, read into values that are known to be right.
//!
//! Each type is made only by its `parse`, which answers with a sentence for the person who typed.

use std::borrow::Cow;
use std::fmt;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A word that is not part of a closed vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{word}” is no {kind}")]
pub struct UnknownWord {
    /// The vocabulary.
    pub kind: &'static str,
    /// What was found instead.
    pub word: String,
}

/// What is wrong with one field, as a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FieldProblem(pub Cow<'static, str>);

impl From<&'static str> for FieldProblem {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for FieldProblem {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl From<crate::isbn::IsbnError> for FieldProblem {
    fn from(error: crate::isbn::IsbnError) -> Self {
        Self(Cow::Owned(error.to_string()))
    }
}

/// The problems of a form, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(Vec<(Cow<'static, str>, String)>);

impl FieldErrors {
    /// No problems yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One problem, for checks that only the database can make.
    #[must_use]
    pub fn one(field: impl Into<Cow<'static, str>>, message: impl fmt::Display) -> Self {
        let mut errors = Self::new();
        errors.add(field, message);
        errors
    }

    /// Notes a problem of a field.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, message: impl fmt::Display) {
        self.0.push((field.into(), message.to_string()));
    }

    /// Unwraps the value of a field, or notes its problem and gives `None`.
    pub fn take<T, E: fmt::Display>(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        value: Result<T, E>,
    ) -> Option<T> {
        value.map_err(|problem| self.add(field, problem)).ok()
    }

    /// The first problem of a field.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&str> {
        self.iter()
            .find(|(name, _)| *name == field)
            .map(|(_, message)| message)
    }

    /// Field names and messages, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(field, message)| (field.as_ref(), message.as_str()))
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many problems there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The value when nothing is wrong.
    ///
    /// # Errors
    /// The problems themselves. A missing value without any problem is a mistake of the caller and
    /// counts as a problem of the whole form.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            None if self.is_empty() => {
                self.add("form", "Fill in the form and send it again.");
                Err(self)
            }
            _ => Err(self),
        }
    }
}

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

/// The form of a title or name by which it is sorted and compared: no case, accents, punctuation
/// or doubled spaces. “L’Étranger” and “l'etranger” give the same key.
#[must_use]
pub fn title_key(title: &str) -> String {
    let mut key = String::with_capacity(title.len());
    let mut gap = false;
    for symbol in fold_marks(title).chars() {
        match symbol {
            '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => {}
            _ if symbol.is_alphanumeric() => {
                if gap && !key.is_empty() {
                    key.push(' ');
                }
                gap = false;
                key.push(symbol);
            }
            '&' => {
                if !key.is_empty() {
                    key.push(' ');
                }
                key.push_str("and");
                gap = true;
            }
            _ => gap = true,
        }
    }
    key
}

/// A [`title_key`] without the article in front, so that “The Dispossessed” is found under D.
/// English, French, German, Spanish, Italian and Portuguese articles are known; a title that is
/// nothing but an article keeps it.
#[must_use]
pub fn without_article(key: &str) -> &str {
    const ARTICLES: &[&str] = &[
        "the", "a", "an", "le", "la", "les", "un", "une", "der", "die", "das", "ein", "eine", "el",
        "los", "las", "una", "il", "lo", "gli", "uno", "o", "os", "as", "um", "uma",
    ];
    match key.split_once(' ') {
        Some((first, rest)) if ARTICLES.contains(&first) => rest,
        _ => key,
    }
}

/// The readable part of an address: lower-case words joined by hyphens, at most 80 bytes, never
/// empty. Letters of every script are kept.
#[must_use]
pub fn slugify(text: &str) -> String {
    let mut slug = String::new();
    for word in title_key(text).split(' ') {
        if slug.is_empty() {
            slug.extend(word.chars().scan(0, |bytes, symbol| {
                *bytes += symbol.len_utf8();
                (*bytes <= 80).then_some(symbol)
            }));
        } else if slug.len() + 1 + word.len() <= 80 {
            slug.push('-');
            slug.push_str(word);
        } else {
            break;
        }
    }
    if slug.is_empty() {
        "-".to_owned()
    } else {
        slug
    }
}

/// NFKC and lower case, both ways round, so that the result stays the same when folded again.
fn fold_case(text: &str) -> String {
    let lower: String = text.trim().nfkc().collect::<String>().to_lowercase();
    lower
        .nfkc()
        .filter(|&symbol| !is_invisible(symbol))
        .collect()
}

fn fold_marks(text: &str) -> String {
    let plain: String = text
        .nfkd()
        .filter(|&symbol| !is_combining_mark(symbol) && !is_invisible(symbol))
        .collect();
    let mut folded = String::with_capacity(plain.len());
    for symbol in plain
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|&symbol| !is_combining_mark(symbol))
    {
        match symbol {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            other => folded.push(other),
        }
    }
    folded
}

/// Characters that change the direction of the text around them and so can disguise it.
fn is_direction_control(symbol: char) -> bool {
    matches!(symbol, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_invisible(symbol: char) -> bool {
    is_direction_control(symbol)
        || matches!(
            symbol,
            '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}'
        )
}

#[cfg(test)]
mod tests;
