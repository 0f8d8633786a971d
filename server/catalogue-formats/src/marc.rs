//! Bibliographic records of MARC 21 and UNIMARC, as ISO 2709 and as MARCXML.

mod iso2709;
mod marc21;
mod unimarc;

use crate::Reason;
use crate::record::Record;
use crate::xml::Element;

pub(crate) use iso2709::{begins, binary};

/// The two characters before the subfields of a field.
type Indicators = [char; 2];
/// Codes and texts, in order.
type Subfields = Vec<(char, String)>;

#[derive(Debug, Default)]
struct Marc {
    leader: String,
    control: Vec<(String, String)>,
    data: Vec<Field>,
    /// A field that is read could not be decoded, and a book is known without it.
    lost_text: bool,
}

#[derive(Debug, Default)]
struct Field {
    tag: String,
    first: char,
    second: char,
    /// It stands in field 880: what another field says, in its own script.
    original: bool,
    subfields: Subfields,
}

impl Field {
    fn all(&self, code: char) -> impl Iterator<Item = &str> {
        self.subfields
            .iter()
            .filter(move |(known, _)| *known == code)
            .map(|(_, text)| text.as_str())
    }

    /// The number that a field and its repetition share: the 01 of "880-01" and "245-01/$1".
    fn link(&self) -> Option<&str> {
        self.get('6').get(4..6)
    }

    fn get(&self, code: char) -> &str {
        self.all(code).next().unwrap_or_default()
    }
}

impl Marc {
    fn control(&self, tag: &str) -> &str {
        self.control
            .iter()
            .find(|(known, _)| known == tag)
            .map_or("", |(_, text)| text)
    }

    fn fields<'a>(&'a self, tags: &'a [&str]) -> impl Iterator<Item = &'a Field> {
        self.data
            .iter()
            .filter(move |field| !field.original && tags.contains(&field.tag.as_str()))
    }

    /// The first of these fields in its own script.
    fn original<'a>(&'a self, tags: &'a [&str]) -> Option<&'a Field> {
        self.data
            .iter()
            .find(|field| field.original && tags.contains(&field.tag.as_str()))
    }

    /// What a field says, in its own script: that with the same tag and number.
    fn original_of(&self, field: &Field) -> Option<&Field> {
        let number = field.link().filter(|number| *number != "00")?;
        self.data
            .iter()
            .find(|other| other.original && other.tag == field.tag && other.link() == Some(number))
    }

    /// Adds a field of data. Field 880 has the tag of the one it repeats: "$6245-01/$1".
    fn add(&mut self, tag: &str, [first, second]: Indicators, subfields: Subfields) {
        let mut field = Field {
            tag: tag.to_owned(),
            first,
            second,
            original: false,
            subfields,
        };
        if tag == "880" {
            let Some(repeated) = field.get('6').get(..3).map(str::to_owned) else {
                return;
            };
            field.tag = repeated;
            field.original = true;
        }
        if is_read(&field.tag) {
            self.data.push(field);
        }
    }

    /// A character of the leader or of a control field.
    fn code(text: &str, at: usize) -> char {
        text.as_bytes()
            .get(at)
            .map_or(' ', |byte| char::from(*byte))
    }
}

/// Adds what a `record` of MARCXML says.
///
/// # Errors
/// Those of a book.
pub(crate) fn xml(record: &Element, records: &mut Vec<Record>) -> Result<(), Reason> {
    let mut marc = Marc::default();
    for child in &record.children {
        let tag = child.attribute("tag").to_owned();
        match child.name.as_str() {
            // The blanks of a leader are part of it.
            "leader" => marc.leader.clone_from(&child.text),
            "controlfield" => marc.control.push((tag, child.text.clone())),
            "datafield" if is_read(&tag) => marc.add(
                &tag,
                ["ind1", "ind2"].map(|name| child.attribute(name).chars().next().unwrap_or(' ')),
                child
                    .children
                    .iter()
                    .filter_map(|subfield| {
                        Some((
                            subfield.attribute("code").chars().next()?,
                            subfield.text.clone(),
                        ))
                    })
                    .collect(),
            ),
            _ => {}
        }
    }
    book(&marc, records)
}

/// The fields that are looked at; what others hold cannot spoil a record. Those of UNIMARC stand
/// among them.
fn is_read(tag: &str) -> bool {
    matches!(
        tag,
        "010"
            | "020"
            | "041"
            | "100"
            | "101"
            | "110"
            | "111"
            | "130"
            | "200"
            | "210"
            | "214"
            | "215"
            | "240"
            | "245"
            | "250"
            | "260"
            | "264"
            | "300"
            | "330"
            | "520"
            | "606"
            | "650"
            | "655"
            | "700"
            | "701"
            | "702"
            | "710"
            | "711"
            | "712"
            | "720"
            | "740"
            | "880"
    )
}

/// Without these a book is not known; others may be lost.
fn is_needed(tag: &str) -> bool {
    matches!(
        tag,
        "100" | "110" | "111" | "200" | "245" | "700" | "701" | "710" | "711"
    )
}

/// Adds the book of a record, if it is one.
fn book(marc: &Marc, records: &mut Vec<Record>) -> Result<(), Reason> {
    // Text and spoken recordings, each a whole (or a part with a title of its own, which libraries
    // call a monograph, too). A leader that nobody has filled in says nothing against it.
    let (kind, level) = (Marc::code(&marc.leader, 6), Marc::code(&marc.leader, 7));
    let is_said = kind.is_ascii_lowercase();
    let is_book = matches!(kind, 'a' | 't' | 'i') && matches!(level, 'm' | 'a' | ' ');
    if Marc::code(&marc.leader, 5) == 'd' {
        return Err(Reason::Deleted);
    }
    if is_said && !is_book {
        return Err(Reason::NoBook);
    }
    if unimarc::is(marc) {
        unimarc::read(marc, records)
    } else {
        marc21::read(marc, records)
    }
}

#[cfg(test)]
#[path = "marc_tests.rs"]
mod tests;
