//! Texts folded to the form in which they are compared, sorted or part of an address.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

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

/// The form by which titles and names are compared: a [`title_key`], but never empty.
#[must_use]
pub fn match_key(text: &str) -> String {
    match title_key(text) {
        // Nothing but punctuation: "?" is a title too.
        key if key.is_empty() => text.trim().to_lowercase(),
        key => key,
    }
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
pub(super) fn fold_case(text: &str) -> String {
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
pub(super) fn is_direction_control(symbol: char) -> bool {
    matches!(symbol, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

pub(super) fn is_invisible(symbol: char) -> bool {
    is_direction_control(symbol)
        || matches!(
            symbol,
            '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}'
        )
}
