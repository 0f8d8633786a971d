//! The ways in which people, scanners and spreadsheets write an ISBN.

use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

use super::{Isbn13, IsbnError};

/// Longer texts are no notation of one number.
pub(super) const LONGEST: usize = 100;
/// A spreadsheet drops the zeros in front; no publisher's number begins with more of them.
const LOST_ZEROS: usize = 3;

/// What a scanner types whose keyboard is not the one of the computer, from 1 to 9 and 0:
/// French, Czech, Slovak, and any keyboard with the shift key held.
const KEYBOARDS: [&str; 4] = ["&é\"'(-è_çà", "+ěščřžýáíé", "+ľščťžýáíé", "!@#$%^&*()"];

/// What may stand behind a number without a sign between.
const REMARKS: [&str; 22] = [
    "PBK",
    "HBK",
    "PAPER",
    "PAPERBACK",
    "HARDBACK",
    "HARDCOVER",
    "SOFTCOVER",
    "CLOTH",
    "CASED",
    "BOUND",
    "SET",
    "BR",
    "BROCH",
    "REL",
    "GEB",
    "KART",
    "PB",
    "HB",
    "HC",
    "TRADE",
    "MASS",
    "LIB",
];

/// The number in a text of any notation.
pub(super) fn read(text: &str) -> Result<Isbn13, IsbnError> {
    let typed = text.trim();
    if typed.len() > LONGEST {
        return Err(too_long(typed));
    }
    if let Some(digits) = other_keyboard(typed) {
        return super::of_symbols(&digits, false).map_err(|_| IsbnError::Keyboard);
    }
    let text = plain(typed);
    let (found, mut rest) = labelled(&text);
    let isbn = found?;
    // The same number once more, in its other form.
    while let Some(sign) = rest.chars().next() {
        let more = rest[sign.len_utf8()..].trim();
        if more.is_empty() {
            break;
        }
        let (again, behind) = labelled(more);
        if again != Ok(isbn) {
            return Err(IsbnError::Character(sign));
        }
        rest = behind;
    }
    Ok(isbn)
}

/// What is wrong with a text in which no number is looked for.
fn too_long(text: &str) -> IsbnError {
    let is_ours = |symbol: char| is_symbol(symbol) || digit(symbol).is_some();
    text.chars()
        .map(|symbol| symbol.to_ascii_uppercase())
        .find(|symbol| !is_ours(*symbol) && !is_separator(*symbol))
        .map_or_else(
            || IsbnError::Length(text.chars().filter(|symbol| !is_separator(*symbol)).count()),
            IsbnError::Character,
        )
}

/// Reads the first number of a text, with or without its label, as [`number`] does.
fn labelled(text: &str) -> (Result<Isbn13, IsbnError>, &str) {
    let text = without_scanner_mark(text);
    let Some(rest) = text
        .strip_prefix("ISBN")
        .or_else(|| text.strip_prefix("SBN"))
    else {
        return number(text);
    };
    let rest = rest.trim_start_matches(is_around);
    let whole = number(rest);
    // "ISBN-10 0441013597": the 10 belongs to the label, unless the number is right with it.
    match ["10", "13"].iter().find_map(|kind| rest.strip_prefix(kind)) {
        Some(behind) if whole.0.is_err() => {
            let behind = number(behind.trim_start_matches(is_around));
            match behind.0 {
                Err(IsbnError::Length(_) | IsbnError::Empty) => whole,
                _ => behind,
            }
        }
        _ => whole,
    }
}

/// Wide letters, digits of every script and capital letters made one.
pub(super) fn plain(text: &str) -> String {
    text.nfkc()
        .map(|symbol| digit(symbol).unwrap_or(symbol))
        .collect::<String>()
        .trim()
        .to_uppercase()
}

/// The ASCII digit of a digit in another script. The ten digits of a script stand in order,
/// beginning at the first or at the seventh place of a row of sixteen.
fn digit(symbol: char) -> Option<char> {
    let is_digit = |symbol: char| symbol.general_category() == GeneralCategory::DecimalNumber;
    if symbol.is_ascii() || !is_digit(symbol) {
        return None;
    }
    let (code, place) = (u32::from(symbol), u32::from(symbol) % 16);
    let from_first = char::from_u32(code - place).is_some_and(is_digit);
    char::from_digit(
        if from_first {
            place
        } else {
            place.checked_sub(6)?
        },
        10,
    )
}

/// "]E0978…": the kind of barcode, which some scanners type in front.
fn without_scanner_mark(text: &str) -> &str {
    match text.as_bytes() {
        [b']', kind, digit, ..] if kind.is_ascii_alphabetic() && digit.is_ascii_digit() => {
            &text[3..]
        }
        _ => text,
    }
}

/// Reads the first number of a text without its label, and what may stand behind it. Another
/// one may follow: it is given back with the sign that sets it apart.
fn number(text: &str) -> (Result<Isbn13, IsbnError>, &str) {
    if let Some(whole) = of_spreadsheet(text) {
        return (whole, "");
    }
    let (body, rest) = body(text);
    let symbols: Vec<char> = body.chars().filter(|symbol| is_symbol(*symbol)).collect();
    let are_apart = body
        .trim_matches(|symbol: char| !is_symbol(symbol))
        .contains(|symbol: char| !is_symbol(symbol));
    let found = super::of_symbols(&symbols, are_apart);
    let Some(next) = rest.chars().next() else {
        return (found, "");
    };
    match found {
        Ok(isbn) if matches!(next, '/' | ',' | ';' | '|') => (Ok(isbn), rest),
        Ok(isbn) if is_remark(text, rest) => (Ok(isbn), ""),
        Err(error) if !symbols.is_empty() && is_remark(text, rest) => (Err(error), ""),
        _ => (Err(IsbnError::Character(next)), ""),
    }
}

/// The number at the beginning with what stands between its symbols, and what follows it.
fn body(text: &str) -> (&str, &str) {
    let end = text
        .char_indices()
        .find(|(_, symbol)| !is_symbol(*symbol) && !is_separator(*symbol) && *symbol != '.')
        .map_or(text.len(), |(at, _)| at);
    text.split_at(end)
}

fn is_symbol(symbol: char) -> bool {
    symbol.is_ascii_digit() || symbol == 'X'
}

/// "(pbk.)", ": £5.99", "hardcover".
fn is_remark(text: &str, rest: &str) -> bool {
    if rest.starts_with(['(', '[', ':', '$', '£', '€']) {
        return true;
    }
    let apart = text[..text.len() - rest.len()].ends_with(is_separator);
    let word: String = rest
        .chars()
        .take_while(|symbol| symbol.is_alphabetic())
        .collect();
    apart && REMARKS.contains(&word.as_str())
}

/// What a spreadsheet makes of a number: "9780441013593.0", "9.78044E+12". None when it is
/// not of this kind.
fn of_spreadsheet(text: &str) -> Option<Result<Isbn13, IsbnError>> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((whole, fraction)) = text.split_once(['.', ','])
        && is_digits(whole)
        && is_digits(fraction)
        && fraction.bytes().all(|byte| byte == b'0')
    {
        let symbols: Vec<char> = whole.chars().collect();
        return Some(super::of_symbols(&symbols, false));
    }
    let (mantissa, exponent) = text.split_once('E')?;
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let (first, more) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    if first.len() != 1 || !is_digits(first) || !is_digits(exponent) {
        return None;
    }
    if !more.is_empty() && !is_digits(more) {
        return None;
    }
    // Not one digit is lost when there are as many as the number has.
    let symbols: Vec<char> = first.chars().chain(more.chars()).collect();
    let places = exponent.parse::<usize>().ok();
    let whole = (places == Some(symbols.len() - 1)).then(|| super::of_symbols(&symbols, false));
    Some(match whole {
        Some(Ok(isbn)) => Ok(isbn),
        _ => Err(IsbnError::Shortened),
    })
}

/// Zeros that were lost in front of ten characters, given back: none when there were too many.
/// A number that still begins with one has lost none, and programs put nothing between the
/// digits of what they take for a number: that is an SBN, or the day or telephone of somebody.
pub(super) fn with_lost_zeros(symbols: &[char], are_apart: bool) -> Option<Vec<char>> {
    let lost = 10_usize.checked_sub(symbols.len())?;
    let most = if are_apart { 1 } else { LOST_ZEROS };
    let is_lost = (1..=most).contains(&lost) && symbols.first() != Some(&'0');
    is_lost.then(|| {
        let zeros = std::iter::repeat_n('0', lost);
        zeros.chain(symbols.iter().copied()).collect()
    })
}

/// The digits that a scanner meant whose keyboard is another one: thirteen, as in a barcode.
/// A line of one or two signs is the place where a number should be.
fn other_keyboard(text: &str) -> Option<Vec<char>> {
    let lower = text.to_lowercase();
    KEYBOARDS.iter().find_map(|keys| {
        let meant = |symbol: char| {
            let place = keys.chars().position(|key| key == symbol)?;
            char::from_digit((u32::try_from(place).ok()? + 1) % 10, 10)
        };
        let digits: Vec<char> = lower.chars().map(meant).collect::<Option<_>>()?;
        let different: std::collections::BTreeSet<char> = digits.iter().copied().collect();
        let is_barcode = digits.len() == 13 && matches!(digits[..], ['9', '7', '8' | '9', ..]);
        (is_barcode && different.len() >= 4).then_some(digits)
    })
}

/// Whether a text is written in a way in which nothing but an ISBN is.
pub(super) fn is_marked(text: &str) -> bool {
    let typed = text.trim();
    if typed.len() > LONGEST {
        return false;
    }
    let marked = plain(typed);
    let labelled = marked.starts_with("ISBN") && marked.bytes().any(|byte| byte.is_ascii_digit());
    labelled
        || other_keyboard(typed).is_some()
        || matches!(of_spreadsheet(&marked), Some(Err(IsbnError::Shortened)) if marked.starts_with('9'))
}

fn is_around(symbol: char) -> bool {
    is_separator(symbol) || matches!(symbol, ':' | '(' | ')' | '.' | '#' | '=')
}

/// Space and dashes of any kind.
pub(super) fn is_separator(symbol: char) -> bool {
    symbol.is_whitespace()
        || matches!(
            symbol,
            '-' | '\u{00AD}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}'
        )
}

/// The numbers of a cell, without what programs put around them: one in any notation, or several:
/// `="0439358078"`, `[0441172717]`, `0441172717, 9780441172719`.
pub(super) fn numbers(cell: &str) -> Vec<&str> {
    fn trimmed(text: &str) -> &str {
        text.trim_matches(|symbol: char| {
            symbol.is_whitespace() || matches!(symbol, '=' | '"' | '\'' | '[' | ']')
        })
    }
    let whole = trimmed(cell);
    if Isbn13::parse(whole).is_ok() {
        return vec![whole];
    }
    let several = |separators: &'static [char]| -> Vec<&str> {
        let parts = whole.split(separators).map(trimmed);
        parts.filter(|part| !part.is_empty()).collect()
    };
    // A comma may be the point of a number that a spreadsheet has shortened, a space part of one.
    let apart = several(&[';', '|', '\n', '/']);
    let closer = several(&[';', '|', '\n', '/', ',', ' ']);
    let found = |parts: &[&str]| parts.iter().any(|part| Isbn13::parse(part).is_ok());
    if !found(&apart) && (found(&closer) || whole.contains(", ")) {
        closer
    } else {
        apart
    }
}
