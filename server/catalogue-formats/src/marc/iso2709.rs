//! Records of ISO 2709: a leader, a directory of fields, and the fields.
//!
//! The directory is read here because the readers that exist panic on records whose
//! lengths are wrong, and those are the rule rather than the exception.

use unicode_normalization::UnicodeNormalization as _;

use super::{Indicators, Marc, Subfields, book, is_needed, is_read};
use crate::record::Record;
use crate::{Reason, iso5426, marc8};

pub(super) const LEADER: usize = 24;
pub(super) const SUBFIELD: u8 = 0x1f;
pub(super) const END_OF_FIELD: u8 = 0x1e;
const END_OF_RECORD: u8 = 0x1d;
/// Bytes of an entry of the directory: tag, length, place.
const ENTRY: usize = 12;

/// Whether a file begins like a record of ISO 2709: its length, then its kind.
pub(crate) fn begins(head: &[u8]) -> bool {
    head.len() >= 12
        && head[..5].iter().all(u8::is_ascii_digit)
        && head[5..10]
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'^' | b'#'))
        && head[10..12].iter().all(u8::is_ascii_digit)
}

/// Adds what a record says.
///
/// # Errors
/// `Marc` when its lengths make no sense and its marks do not help, `Encoding`, and those of
/// a book.
pub(crate) fn binary(bytes: &[u8], records: &mut Vec<Record>) -> Result<(), Reason> {
    let leader = bytes
        .get(..LEADER)
        .filter(|leader| leader.is_ascii())
        .ok_or(Reason::Marc)?;
    let fields: Vec<(&str, &[u8])> = fields(bytes)?
        .into_iter()
        .filter(|(tag, _)| tag.starts_with("00") || is_read(tag))
        .collect();
    let has = |wanted: &str| fields.iter().any(|(tag, _)| *tag == wanted);
    // UNIMARC has other encodings than MARC-8, and does not say which in the leader.
    let unimarc = has("200") && !has("245");
    let declared = if unimarc
        && fields
            .iter()
            .any(|(tag, data)| *tag == "100" && is_iso5426(data))
    {
        Encoding::Iso5426
    } else if unimarc || leader[9] == b'a' {
        Encoding::Utf8
    } else {
        Encoding::Marc8
    };
    let mut marc = Marc {
        leader: String::from_utf8_lossy(leader).into_owned(),
        ..Marc::default()
    };
    for (tag, data) in fields {
        let encoding = declared.proved_by(data);
        let read = if tag.starts_with("00") {
            encoding
                .text(data)
                .map(|text| marc.control.push((tag.to_owned(), text)))
        } else {
            subfields(data, encoding)
                .map(|(indicators, subfields)| marc.add(tag, indicators, subfields))
        };
        if read.is_none() {
            if is_needed(tag) {
                return Err(Reason::Encoding);
            }
            marc.lost_text = true;
        }
    }
    book(&marc, records)
}

/// Whether field 100 of UNIMARC names ISO 5426 as one of the two sets of characters in use, at
/// places 26 to 29 of its first subfield.
fn is_iso5426(data: &[u8]) -> bool {
    data.split(|byte| *byte == SUBFIELD)
        .filter_map(|part| part.strip_prefix(b"a"))
        .any(|coded| {
            let sets = coded.get(26..30).unwrap_or_default();
            sets.chunks_exact(2).any(|set| set == b"03")
        })
}

/// The indicators and the subfields; none when their text cannot be read.
fn subfields(data: &[u8], encoding: Encoding) -> Option<(Indicators, Subfields)> {
    let mut parts = data.split(|byte| *byte == SUBFIELD);
    let indicators = parts.next().unwrap_or_default();
    let subfields = parts
        .filter(|part| !part.is_empty())
        .map(|part| {
            let text = encoding.text(part)?;
            // A code is a plain letter or digit, whatever mark has slipped on it.
            let mut symbols = text.chars();
            let code = symbols.next()?.nfd().next()?;
            Some((code, symbols.as_str().to_owned()))
        })
        .collect::<Option<_>>()?;
    let indicator = |at| indicators.get(at).map_or(' ', |byte| char::from(*byte));
    Some(([indicator(0), indicator(1)], subfields))
}

/// What the directory says of a field: its tag, how long it is, and where it begins.
type Entry<'a> = (&'a str, Option<usize>, Option<usize>);

/// The tags and data of a record. Where the places of the directory do not fit the marks at the
/// ends of fields, a field too short for one, the marks count.
fn fields(bytes: &[u8]) -> Result<Vec<(&str, &[u8])>, Reason> {
    let rest = bytes.get(LEADER..).ok_or(Reason::Marc)?;
    let end = rest
        .iter()
        .position(|byte| *byte == END_OF_FIELD)
        .filter(|end| end % ENTRY == 0)
        .ok_or(Reason::Marc)?;
    let (directory, data) = (&rest[..end], &rest[end + 1..]);
    let data = data.strip_suffix(&[END_OF_RECORD]).unwrap_or(data);
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for entry in directory.chunks_exact(ENTRY) {
        let tag = std::str::from_utf8(&entry[..3]).map_err(|_| Reason::Marc)?;
        entries.push((tag, number(&entry[3..7]), number(&entry[7..])));
    }
    let by_place: Option<Vec<(&str, &[u8])>> = entries
        .iter()
        .map(|(tag, length, start)| Some((*tag, at(data, (*start)?, (*length)?)?)))
        .collect();
    if let Some(fields) = by_place {
        return Ok(fields);
    }
    by_marks(entries, data).ok_or(Reason::Marc)
}

/// The fields between the marks: those that stand where the directory says, then the others in
/// the order in which they are said to stand.
fn by_marks<'a>(mut entries: Vec<Entry<'a>>, data: &'a [u8]) -> Option<Vec<(&'a str, &'a [u8])>> {
    entries.sort_by_key(|(_, _, start)| *start);
    let mut place = 0;
    let mut parts: Vec<(usize, &[u8])> = data
        .strip_suffix(&[END_OF_FIELD])
        .unwrap_or(data)
        .split(|byte| *byte == END_OF_FIELD)
        .map(|part| {
            let at = place;
            place += part.len() + 1;
            (at, part)
        })
        .collect();
    if parts.len() != entries.len() {
        return None;
    }
    let (mut fields, mut misplaced) = (Vec::new(), Vec::new());
    for (tag, length, start) in entries {
        let (length, start) = (length.unwrap_or_default(), start?);
        match parts
            .iter()
            .position(|(at, part)| *at == start && part.len() + 1 == length)
        {
            Some(found) => fields.push((tag, parts.remove(found).1)),
            None => misplaced.push(tag),
        }
    }
    fields.extend(
        misplaced
            .into_iter()
            .zip(parts.into_iter().map(|(_, part)| part)),
    );
    Some(fields)
}

/// A field at its place, if one begins and ends there.
fn at(data: &[u8], start: usize, length: usize) -> Option<&[u8]> {
    let begins = start == 0 || data.get(start - 1) == Some(&END_OF_FIELD);
    let field = data.get(start..start.checked_add(length)?)?;
    let field = field.strip_suffix(&[END_OF_FIELD])?;
    (begins && !field.contains(&END_OF_FIELD)).then_some(field)
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
}

/// How the texts of a field are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Marc8,
    Iso5426,
}

impl Encoding {
    /// What the bytes of a field prove counts, then what the record says: accents of the older ones
    /// stand before plain letters, so that a text with accents is never right in both.
    fn proved_by(self, data: &[u8]) -> Self {
        if !data.is_ascii() && std::str::from_utf8(data).is_ok() {
            Self::Utf8
        } else {
            self
        }
    }

    fn text(self, bytes: &[u8]) -> Option<String> {
        let text = match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Self::Marc8 => marc8::decode(bytes),
            Self::Iso5426 => iso5426::decode(bytes),
        }?;
        Some(with_references(text))
    }
}

/// What an encoding could not say stands there by its number: "&#x4E00;".
fn with_references(text: String) -> String {
    if text.contains("&#x") {
        html_escape::decode_html_entities(&text).into_owned()
    } else {
        text
    }
}
