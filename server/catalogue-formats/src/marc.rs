//! MARC 21 bibliographic records, as ISO 2709 and as MARCXML.
//! Fields: <https://www.loc.gov/marc/bibliographic/>.
//!
//! The directory is read here because the readers that exist panic on records whose
//! lengths are wrong, and those are the rule rather than the exception.

use dogear_domain::edition::Format;
use dogear_domain::fields::turned;

use super::marc8;
use crate::Reason;
use crate::book::Book;
use crate::record::Record;
use crate::values;
use crate::xml::Element;

const LEADER: usize = 24;
const SUBFIELD: u8 = 0x1f;
const END_OF_FIELD: u8 = 0x1e;

#[derive(Debug, Default)]
struct Marc {
    leader: String,
    control: Vec<(String, String)>,
    data: Vec<Field>,
}

#[derive(Debug, Default)]
struct Field {
    tag: String,
    first: char,
    subfields: Vec<(char, String)>,
}

impl Field {
    fn all(&self, code: char) -> impl Iterator<Item = &str> {
        self.subfields
            .iter()
            .filter(move |(known, _)| *known == code)
            .map(|(_, text)| text.as_str())
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
            .filter(move |field| tags.contains(&field.tag.as_str()))
    }

    /// A character of the leader or of a control field.
    fn code(text: &str, at: usize) -> char {
        text.as_bytes()
            .get(at)
            .map_or(' ', |byte| char::from(*byte))
    }
}

/// Whether a file begins like a record of ISO 2709: its length, then its kind.
pub(crate) fn begins(head: &[u8]) -> bool {
    head.len() >= 12
        && head[..5].iter().all(u8::is_ascii_digit)
        && head[5..10]
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b' ')
        && head[10..12].iter().all(u8::is_ascii_digit)
}

/// Adds what a record of ISO 2709 says.
///
/// # Errors
/// `Marc` when its lengths make no sense, `Encoding`, and those of a book.
pub(crate) fn binary(bytes: &[u8], records: &mut Vec<Record>) -> Result<(), Reason> {
    let leader = bytes
        .get(..LEADER)
        .filter(|leader| leader.is_ascii())
        .ok_or(Reason::Marc)?;
    let unicode = leader[9] == b'a';
    let text = |bytes: &[u8]| {
        if unicode {
            std::str::from_utf8(bytes).ok().map(str::to_owned)
        } else {
            marc8::decode(bytes)
        }
        .ok_or(Reason::Encoding)
    };
    let base = number(&leader[12..17])?;
    let directory = bytes.get(LEADER..base).ok_or(Reason::Marc)?;
    let mut marc = Marc {
        leader: String::from_utf8_lossy(leader).into_owned(),
        ..Marc::default()
    };
    for entry in directory.chunks_exact(12) {
        let tag = std::str::from_utf8(&entry[..3]).map_err(|_| Reason::Marc)?;
        let (length, start) = (number(&entry[3..7])?, base + number(&entry[7..12])?);
        let data = bytes.get(start..start + length).ok_or(Reason::Marc)?;
        let data = data.strip_suffix(&[END_OF_FIELD]).unwrap_or(data);
        if tag.starts_with("00") {
            marc.control.push((tag.to_owned(), text(data)?));
        } else if is_read(tag) {
            let mut parts = data.split(|byte| *byte == SUBFIELD);
            let indicators = parts.next().unwrap_or_default();
            let subfields = parts
                .filter(|part| !part.is_empty())
                .map(|part| Ok((char::from(part[0]), text(&part[1..])?)))
                .collect::<Result<_, Reason>>()?;
            marc.data.push(Field {
                tag: tag.to_owned(),
                first: indicators.first().map_or(' ', |byte| char::from(*byte)),
                subfields,
            });
        }
    }
    book(&marc, records)
}

fn number(digits: &[u8]) -> Result<usize, Reason> {
    std::str::from_utf8(digits)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or(Reason::Marc)
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
            "datafield" if is_read(&tag) => marc.data.push(Field {
                tag,
                first: child.attribute("ind1").chars().next().unwrap_or(' '),
                subfields: child
                    .children
                    .iter()
                    .filter_map(|subfield| {
                        Some((
                            subfield.attribute("code").chars().next()?,
                            subfield.text.clone(),
                        ))
                    })
                    .collect(),
            }),
            _ => {}
        }
    }
    book(&marc, records)
}

/// The fields that are looked at; what others hold cannot spoil a record.
fn is_read(tag: &str) -> bool {
    matches!(
        tag,
        "020"
            | "041"
            | "100"
            | "110"
            | "245"
            | "250"
            | "260"
            | "264"
            | "300"
            | "520"
            | "650"
            | "655"
            | "700"
    )
}

fn book(marc: &Marc, records: &mut Vec<Record>) -> Result<(), Reason> {
    let leader = &marc.leader;
    // Deleted, or no book: text and spoken recordings, each a whole (or a part with a title
    // of its own, which libraries call a monograph, too).
    let is_book = matches!(Marc::code(leader, 6), 'a' | 't' | 'i')
        && matches!(Marc::code(leader, 7), 'm' | 'a' | ' ');
    if Marc::code(leader, 5) == 'd' || !is_book {
        return Ok(());
    }
    let Some(title) = marc.fields(&["245"]).next() else {
        return Err(Reason::NoTitle);
    };
    let medium = title.get('h').to_lowercase();
    if ["electronic", "microf"]
        .iter()
        .any(|other| medium.contains(other))
    {
        return Ok(());
    }
    let fixed = marc.control("008");
    // Copyright, printing and publishing may stand in fields of their own.
    let printed: Vec<&Field> = marc.fields(&["260", "264"]).collect();
    let publisher = printed
        .iter()
        .map(|field| bare(field.get('b')))
        .find(|name| !name.is_empty());
    let pages = marc
        .fields(&["300"])
        .next()
        .map_or("", |field| field.get('a'));
    let (isbns, format) = numbers(marc);
    let date = printed
        .iter()
        .map(|field| field.get('c'))
        .find(|date| values::year(date, 1000).is_some());
    let audio = Marc::code(leader, 6) == 'i';
    let large = marc.fields(&["250", "300"]).any(|field| {
        field.subfields.iter().any(|(_, text)| {
            let text = text.to_lowercase();
            text.contains("large print") || text.contains("large type")
        })
    });
    let subjects: Vec<&str> = marc
        .fields(&["650", "655"])
        .flat_map(|field| field.subfields.iter().map(|(_, text)| text.as_str()))
        .collect();
    // A book without them has subjects, too; only 008 says that it is a novel.
    let genre = values::genre(subjects.into_iter()).or_else(|| {
        match (Marc::code(leader, 6), Marc::code(fixed, 33)) {
            ('a', '1' | 'f') => Some("novels"),
            ('a', 'p') => Some("poetry"),
            ('a', 'd') => Some("plays"),
            ('a', 'j') => Some("short-stories"),
            ('a', 'e') => Some("essays"),
            _ => None,
        }
    });
    let organisation = marc.control("003").trim();
    Book {
        // Without its organisation the number is anybody's.
        reference: if organisation.is_empty() {
            String::new()
        } else {
            format!("{organisation} {}", marc.control("001").trim())
        },
        title: titled(title),
        subtitle: bare(title.get('b')).to_owned(),
        authors: authors(marc),
        isbns,
        publisher: publisher.unwrap_or_default().to_owned(),
        date: date.map_or_else(|| fixed.chars().skip(7).take(4).collect(), str::to_owned),
        first_date: String::new(),
        pages: values::page_count(pages),
        language: language(marc, fixed),
        format: if audio {
            Some(Format::Audio)
        } else if large {
            Some(Format::LargePrint)
        } else {
            format
        },
        genre,
        description: marc
            .fields(&["520"])
            .next()
            .map(|field| field.get('a').to_owned())
            .unwrap_or_default(),
    }
    .records(records)
}

/// Title and the number and name of its part.
fn titled(field: &Field) -> String {
    let mut title = bare(field.get('a')).to_owned();
    for (code, text) in &field.subfields {
        if matches!(code, 'n' | 'p') {
            title.push_str(if *code == 'n' { ". " } else { ": " });
            title.push_str(bare(text));
        }
    }
    title
}

fn language(marc: &Marc, fixed: &str) -> String {
    let code: String = fixed.chars().skip(35).take(3).collect();
    if !values::language(&code).is_empty() {
        return code;
    }
    let field = marc.fields(&["041"]).next();
    // Several codes may stand in one subfield: "engfre".
    field
        .map(|field| field.get('a').chars().take(3).collect())
        .unwrap_or_default()
}

/// The numbers of printed editions, and the binding that stands beside the first right one.
fn numbers(marc: &Marc) -> (Vec<String>, Option<Format>) {
    let (mut numbers, mut format) = (Vec::new(), None);
    for field in marc.fields(&["020"]) {
        for number in field.all('a') {
            let (number, beside) = number
                .trim()
                .split_once([' ', '('])
                .unwrap_or((number.trim(), ""));
            let beside: String = std::iter::once(beside)
                .chain(field.all('q'))
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase();
            let electronic = [
                "electronic",
                "ebook",
                "e-book",
                "epub",
                "pdf",
                "online",
                "kindle",
            ];
            if number.is_empty() || electronic.iter().any(|word| beside.contains(word)) {
                continue;
            }
            if numbers.is_empty() && !beside.trim().is_empty() {
                format = binding(&beside);
            }
            numbers.push(number.trim_end_matches([':', '.', ',']).to_owned());
        }
    }
    (numbers, format)
}

/// What libraries write beside a number: "pbk.", "hbk. : alk. paper".
fn binding(beside: &str) -> Option<Format> {
    let has = |words: &[&str]| words.iter().any(|word| beside.contains(word));
    if has(&["mass market"]) {
        Some(Format::MassMarket)
    } else if has(&[
        "pbk",
        "paper back",
        "paperback",
        "softcover",
        "broch",
        "kart",
    ]) {
        Some(Format::Paperback)
    } else if has(&[
        "hbk",
        "hardback",
        "hardcover",
        "hard cover",
        "hc",
        "cloth",
        "cased",
        "geb",
        "rel",
    ]) {
        Some(Format::Hardback)
    } else {
        None
    }
}

/// The main entry, and of the added ones those that are called authors; when nobody is,
/// the first of them.
fn authors(marc: &Marc) -> Vec<String> {
    let is_author = |field: &&Field| {
        let called: Vec<String> = field
            .all('e')
            .chain(field.all('4'))
            .map(str::to_lowercase)
            .collect();
        called.is_empty()
            || called
                .iter()
                .any(|role| role.contains("author") || role.contains("aut"))
    };
    // With a title behind the name it is another book that is in this one.
    let added: Vec<&Field> = marc
        .fields(&["700"])
        .filter(|field| field.get('t').is_empty())
        .collect();
    let mut names: Vec<String> = marc.fields(&["100", "110"]).map(name).collect();
    let said = |field: &&&Field| !field.get('e').is_empty() || !field.get('4').is_empty();
    let more = added
        .iter()
        .filter(|field| is_author(field))
        .filter(|field| names.is_empty() || said(field));
    let more: Vec<String> = more.map(|field| name(field)).collect();
    names.extend(more);
    if names.is_empty() {
        names.extend(added.first().map(|field| name(field)));
    }
    names.retain(|name| !name.is_empty());
    names
}

/// A heading as the name on a title page.
fn name(field: &Field) -> String {
    let heading = bare(field.get('a'));
    if field.tag == "110" {
        return heading.to_owned();
    }
    let mut name = if field.first == '1' {
        turned(heading)
    } else {
        heading.to_owned()
    };
    let numeral = bare(field.get('b'));
    if !numeral.is_empty() {
        name = format!("{name} {numeral}");
    }
    name
}

/// Without the punctuation that leads on to the next subfield. A full stop after an initial
/// or another abbreviation of one letter stays.
fn bare(text: &str) -> &str {
    let text = text
        .trim()
        .trim_end_matches([' ', '/', ':', ';', ',', '='])
        .trim_end();
    let Some(without) = text.strip_suffix('.') else {
        return text;
    };
    let last = without.rsplit([' ', '.', '-']).next().unwrap_or_default();
    if last.chars().count() <= 2 {
        text
    } else {
        without
    }
}

#[cfg(test)]
#[path = "marc_tests.rs"]
mod tests;
