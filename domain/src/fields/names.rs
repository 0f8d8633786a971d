//! What members are called: handles and display names, none of which may pass for the site.

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use super::folding::fold_case;
use super::visible::is_visible;
use super::{FieldProblem, line};

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
    /// for a member who has left, like `former-12`, or for the site or its staff.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn choose(text: &str) -> Result<Self, FieldProblem> {
        let handle = Self::parse(text)?;
        let former = fold_case(&handle.0);
        let rest = former.strip_prefix("former").unwrap_or("x");
        let has_left = rest
            .chars()
            .all(|symbol| symbol.is_ascii_digit() || "-_".contains(symbol));
        if has_left || passes_for_staff(&handle.0) {
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

pub(super) fn confusable_key(text: &str) -> String {
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
    /// Reads a name of 1 to 60 characters on one line, with a letter or digit that can be seen.
    /// It has no `@`, which stands before handles, no web address, and does not pass for the site or its staff.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(text: &str) -> Result<Self, FieldProblem> {
        let name = line(text, "your name", 60)?;
        if !name
            .chars()
            .any(|symbol| symbol.is_alphanumeric() && is_visible(symbol))
        {
            return Err("Enter the name that others will see.".into());
        }
        if name.contains(['@', '＠', '﹫']) {
            return Err("Leave out the @: your handle stands beside your name anyway.".into());
        }
        if has_web_address(&name) {
            return Err(
                "Leave web addresses out of your name. After a full stop put a space.".into(),
            );
        }
        if passes_for_staff(&name) {
            return Err(
                "This name could be taken for the site or its moderators. Choose another one."
                    .into(),
            );
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether mail programs would make a link of a part of it: `://`, `www.`, or a full stop between
/// words of two letters and more. Initials, as in “J.R.R. Tolkien”, are none.
fn has_web_address(name: &str) -> bool {
    let plain = fold_case(&name.nfkc().collect::<String>());
    let long = |part: &str, at_end: bool| {
        let letters = |symbol: &char| symbol.is_alphanumeric() || *symbol == '-';
        let letters = if at_end {
            part.chars().rev().take_while(letters).count()
        } else {
            part.chars().take_while(letters).count()
        };
        letters >= 2
    };
    let dotted = plain
        .match_indices(['.', '。', '․'])
        .any(|(at, dot)| long(&plain[..at], true) && long(&plain[at + dot.len()..], false));
    dotted || plain.contains("://") || plain.contains("www.")
}

/// What makes any word that holds it one of the site's own.
const OWN: [&str; 4] = ["dogear", "moderator", "moderation", "administrator"];
/// What does so only as a whole word: other words hold it.
const OWN_WORDS: [&str; 6] = ["admin", "admins", "mods", "staff", "support", "helpdesk"];

fn passes_for_staff(name: &str) -> bool {
    // A capital can look like another letter when its small form does not, as the Cyrillic М.
    let capitals = name.nfkc().collect::<String>().to_uppercase();
    let drawn: String = skeleton(&capitals).collect();
    reads_as_staff(name) || reads_as_staff(&drawn)
}

fn reads_as_staff(name: &str) -> bool {
    let words: Vec<String> = fold_case(name)
        .split(|symbol: char| !symbol.is_alphanumeric())
        .map(name_key)
        .filter(|word| !word.is_empty())
        .collect();
    let held = |own: &&str| words.iter().any(|word| word.contains(&name_key(own)));
    // In pieces: “Dog Ear”, “m o d e r a t o r”.
    let pieced = |own: &&str| {
        (0..words.len()).any(|first| {
            let mut joined = String::new();
            words[first..].iter().any(|word| {
                joined.push_str(word);
                joined == name_key(own)
            })
        })
    };
    OWN.iter().any(held) || OWN.iter().chain(&OWN_WORDS).any(pieced)
}

/// The form in which names that look alike are equal: letters and digits only, those that are
/// taken for each other made one (Unicode Technical Standard 39, and the digits that stand for
/// letters), without accents.
#[must_use]
pub fn name_key(text: &str) -> String {
    let plain: String = fold_case(text)
        .nfkd()
        .filter(|symbol| symbol.is_alphanumeric())
        .collect();
    skeleton(&plain)
        .flat_map(char::to_lowercase)
        .filter(|symbol| symbol.is_alphanumeric())
        .map(|symbol| match symbol {
            '0' => 'o',
            '1' | 'i' => 'l',
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            other => other,
        })
        .collect()
}
