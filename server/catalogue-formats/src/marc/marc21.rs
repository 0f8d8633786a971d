//! What fields of MARC 21 say of a book. Fields: <https://www.loc.gov/marc/bibliographic/>.

use dogear_domain::edition::Format;
use dogear_domain::fields::{match_key, turned};
use dogear_domain::isbn::numbers_in;

use super::{Field, Marc};
use crate::Reason;
use crate::book::{Book, Name};
use crate::record::Record;
use crate::values;

/// Adds what a record says.
///
/// # Errors
/// Those of a book.
pub(super) fn read(marc: &Marc, records: &mut Vec<Record>) -> Result<(), Reason> {
    let leader = &marc.leader;
    let title = marc.fields(&["245"]).next();
    let medium = title.map_or_else(String::new, |title| title.get('h').to_lowercase());
    if ["electronic", "microf"]
        .iter()
        .any(|other| medium.contains(other))
    {
        return Err(Reason::Electronic);
    }
    let (title, subtitle) = titles(marc).ok_or(Reason::NoTitle)?;
    let original = marc.original(&["245"]).map(title_of).unwrap_or_default();
    let fixed = marc.control("008");
    // Copyright, printing and publishing may stand in fields of their own.
    let printed: Vec<&Field> = marc.fields(&["260", "264"]).collect();
    let publisher = printed
        .iter()
        .copied()
        .chain(marc.original(&["260", "264"]))
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
        title,
        subtitle,
        original_title: original.0,
        original_subtitle: original.1,
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
        lost_text: marc.lost_text,
    }
    .records(records)
}

/// Title and subtitle, out of the field of the title or, where it says nothing, out of those of
/// other and uniform titles.
fn titles(marc: &Marc) -> Option<(String, String)> {
    ["245", "740", "240", "130"]
        .iter()
        .flat_map(|tag| marc.fields(std::slice::from_ref(tag)))
        .map(title_of)
        .find(|(title, _)| title.contains(char::is_alphanumeric))
}

/// Title and subtitle of a field, each with the number and name of its part.
fn title_of(field: &Field) -> (String, String) {
    // Of a collection, what kind of things it holds.
    let own = [field.get('a'), field.get('k')];
    let own = own.into_iter().map(bare).find(|text| !text.is_empty());
    let (mut title, mut subtitle) = (own.unwrap_or_default().to_owned(), String::new());
    for (code, text) in &field.subfields {
        let text = bare(text);
        match code {
            'b' if subtitle.is_empty() => text.clone_into(&mut subtitle),
            'n' | 'p' if !text.is_empty() => {
                let whole = if subtitle.is_empty() {
                    &mut title
                } else {
                    &mut subtitle
                };
                if !whole.is_empty() {
                    whole.push_str(if *code == 'n' { ". " } else { ": " });
                }
                whole.push_str(text);
            }
            _ => {}
        }
    }
    (title, subtitle)
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
        for whole in field.all('a') {
            // A number may have spaces in it; what stands beside it has letters or brackets.
            let end = whole
                .char_indices()
                .find(|(_, symbol)| {
                    *symbol == '(' || (symbol.is_alphabetic() && !matches!(symbol, 'x' | 'X'))
                })
                .map_or(whole.len(), |(at, _)| at);
            let (number, beside) = match whole.split_at(end) {
                // A label before it: the parser of numbers knows those.
                (before, _) if before.trim().is_empty() => (whole, ""),
                parts => parts,
            };
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
            let read = numbers_in(number);
            if read.is_empty() || electronic.iter().any(|word| beside.contains(word)) {
                continue;
            }
            if numbers.is_empty() && !beside.trim().is_empty() {
                format = binding(&beside);
            }
            numbers.extend(read.into_iter().map(str::to_owned));
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

/// The main entry, and those of the added ones that are not said to have done something else:
/// people, bodies and meetings, as the record has them.
fn authors(marc: &Marc) -> Vec<Name> {
    let main = marc.fields(&["100", "110", "111"]);
    // With a title behind the name it is another book: one that is in this one, or related to it.
    let added: Vec<&Field> = marc
        .fields(&["700", "710", "711", "720"])
        .filter(|field| field.get('t').is_empty() || field.second == '2')
        .collect();
    let writers = added.iter().copied().filter(|field| wrote(field));
    let mut entries: Vec<&Field> = Vec::new();
    for field in main.chain(writers).filter(|field| is_named(field)) {
        // A meeting is entered once more with its year.
        let again = field.tag.ends_with("11")
            && entries.iter().any(|known| {
                known.tag.ends_with("11") && match_key(known.get('a')) == match_key(field.get('a'))
            });
        if !again {
            entries.push(field);
        }
    }
    if entries.is_empty() {
        entries.extend(added.into_iter().find(|field| is_named(field)));
    }
    entries
        .into_iter()
        .map(|field| Name {
            name: name(field),
            original: marc.original_of(field).map(name).unwrap_or_default(),
        })
        .collect()
}

fn is_named(field: &Field) -> bool {
    name(field).contains(char::is_alphanumeric)
}

/// Codes and terms of those who wrote a text, in whole:
/// <https://www.loc.gov/marc/relators/relaterm.html>. Older records shorten them.
const WRITERS: [&str; 24] = [
    "aut",
    "author",
    "joint author",
    "joint auth",
    "jt auth",
    "jt author",
    "supposed author",
    "attributed author",
    "creator",
    "cre",
    "com",
    "comp",
    "compiler",
    "joint comp",
    "joint compiler",
    "dub",
    "dubious author",
    "lbt",
    "librettist",
    "aus",
    "screenwriter",
    "auteur",
    "autor",
    "verfasser",
];

/// Whether somebody is called an author, or nothing at all.
fn wrote(field: &Field) -> bool {
    let mut roles = field
        .all(if field.tag == "711" { 'j' } else { 'e' })
        .chain(field.all('4'))
        .map(|role| role.to_lowercase().replace('.', ""))
        .filter(|role| !role.trim().is_empty())
        .peekable();
    roles.peek().is_none()
        || roles.any(|role| {
            // Several may stand together, and a code at the end of its address.
            role.replace(" and ", ",")
                .replace(" [and] ", ",")
                .split([',', ';', '/', '&'])
                .any(|role| WRITERS.contains(&role.trim()))
        })
}

/// A heading as the name on a title page.
fn name(field: &Field) -> String {
    let parts = |codes: &'static [char]| {
        field
            .subfields
            .iter()
            .filter(move |(code, _)| codes.contains(code))
            .map(|(_, text)| bare_of_remarks(text))
            .filter(|text| !text.is_empty())
    };
    match field.tag.get(1..) {
        // A body and its parts.
        Some("10") => sentence(parts(&['a', 'b'])),
        Some("11") => {
            let name = sentence(parts(&['a', 'e', 'q']));
            let when = parts(&['n', 'd', 'c']).collect::<Vec<_>>().join(", ");
            let when = when.replace(['(', ')'], "");
            if when.is_empty() {
                name
            } else {
                format!("{name} ({})", when.replace(" :", ","))
            }
        }
        _ => {
            let heading = bare_of_remarks(field.get('a'));
            // In their own script names are mostly written as they are spoken.
            let heading = if field.original {
                heading.replace('،', ",")
            } else {
                heading
            };
            let name = if field.first == '1' && !field.original
                || heading.contains(", ") && field.original
            {
                turned(&heading)
            } else {
                heading
            };
            parts(&['b'])
                .fold(name, |name, numeral| format!("{name} {numeral}"))
                .trim()
                .to_owned()
        }
    }
}

/// Parts with full stops between them.
fn sentence(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    parts.join(". ").replace(".. ", ". ")
}

/// Without what cataloguers add: "[from old catalog]", and brackets around what they found out.
fn bare_of_remarks(text: &str) -> String {
    let text = text
        .replace("[from old catalog]", "")
        .replace(['[', ']'], "");
    bare(&text).to_owned()
}

/// Without the punctuation that leads on to the next subfield. A full stop after an initial
/// or another abbreviation of one letter stays.
pub(super) fn bare(text: &str) -> &str {
    let text = text
        .trim()
        .trim_matches([' ', '/', ':', ';', ',', '='])
        .trim_end();
    let Some(without) = text.strip_suffix('.') else {
        return text;
    };
    let last = without.rsplit([' ', '.', '-']).next().unwrap_or_default();
    // Letters of one case only are no initials.
    let has_case = last.contains(|symbol: char| symbol.is_lowercase() || symbol.is_uppercase());
    if last.chars().count() <= 2 && (has_case || last.is_ascii()) {
        text
    } else {
        without
    }
}
