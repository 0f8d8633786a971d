//! What fields of UNIMARC say of a book.
//! Fields: <https://www.ifla.org/g/unimarc-rg/unimarc-bibliographic-3rd-edition-with-updates/>.

use super::marc21::bare;
use super::{Field, Marc};
use crate::Reason;
use crate::book::Book;
use crate::record::Record;
use crate::values;

/// Whether a record is one of UNIMARC: its title stands in field 200, and not in 245.
pub(super) fn is(marc: &Marc) -> bool {
    let has = |tag: &'static str| marc.fields(&[tag]).any(|field| !field.get('a').is_empty());
    has("200") && !has("245")
}

/// Adds what a record says.
///
/// # Errors
/// Those of a book.
pub(super) fn read(marc: &Marc, records: &mut Vec<Record>) -> Result<(), Reason> {
    let first = |tags: &[&str], code: char| -> String {
        marc.fields(tags)
            .map(|field| bare(field.get(code)))
            .find(|text| !text.is_empty())
            .unwrap_or_default()
            .to_owned()
    };
    let title = marc.fields(&["200"]).next().ok_or(Reason::NoTitle)?;
    let medium = title.get('b').to_lowercase();
    if ["lectr", "lektron", "microf", "online"]
        .iter()
        .any(|other| medium.contains(other))
    {
        return Err(Reason::Electronic);
    }
    // When the data were processed: eight digits of a date, the kind of date, the year.
    let processed = first(&["100"], 'a');
    let date = Some(first(&["210", "214"], 'd'))
        .filter(|date| values::year(date, 1000).is_some())
        .unwrap_or_else(|| processed.chars().skip(9).take(4).collect());
    let numbers: Vec<String> = marc
        .fields(&["010"])
        .map(|field| field.get('a').to_owned())
        .filter(|number| !number.is_empty())
        .collect();
    let binding = first(&["010"], 'b');
    let subjects: Vec<&str> = marc
        .fields(&["606"])
        .flat_map(|field| field.subfields.iter().map(|(_, text)| text.as_str()))
        .collect();
    let organisation = marc.control("003").trim();
    let mut whole = plain(title.get('a'));
    for (code, text) in &title.subfields {
        match code {
            'h' => whole = format!("{whole}. {}", bare(text)),
            'i' => whole = format!("{whole}: {}", bare(text)),
            _ => {}
        }
    }
    Book {
        reference: if organisation.is_empty() {
            String::new()
        } else {
            format!("{organisation} {}", marc.control("001").trim())
        },
        title: whole,
        subtitle: bare(title.get('e')).to_owned(),
        authors: authors(marc).into_iter().map(Into::into).collect(),
        isbns: numbers,
        publisher: first(&["210", "214"], 'c'),
        date,
        pages: values::page_count(&first(&["215"], 'a')),
        language: first(&["101"], 'a'),
        format: (!binding.is_empty()).then(|| binding_of(&binding)),
        genre: values::genre(subjects.into_iter()),
        description: first(&["330"], 'a'),
        lost_text: marc.lost_text,
        ..Book::default()
    }
    .records(records)
}

/// Those with the main responsibility, and others that are called authors (070).
fn authors(marc: &Marc) -> Vec<String> {
    let wrote = |field: &&Field| {
        let mut roles = field.all('4').peekable();
        let main = matches!(field.tag.as_str(), "700" | "701" | "710" | "711");
        (roles.peek().is_none() && main) || roles.any(|role| role.trim() == "070")
    };
    let all = ["700", "701", "702", "710", "711", "712"];
    let mut names: Vec<String> = marc.fields(&all).filter(wrote).map(name).collect();
    if names.is_empty() {
        names.extend(marc.fields(&["700", "710"]).next().map(name));
    }
    names.retain(|name| name.contains(char::is_alphanumeric));
    names
}

/// A family name with the given names, which stand apart; a body with its parts.
fn name(field: &Field) -> String {
    let (entry, rest) = (plain(field.get('a')), plain(field.get('b')));
    if field.tag.starts_with("71") {
        let parts = field.all('b').map(plain).filter(|part| !part.is_empty());
        return std::iter::once(entry)
            .chain(parts)
            .collect::<Vec<_>>()
            .join(". ");
    }
    let numeral = plain(field.get('d'));
    [rest, entry, numeral]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Without the marks between which articles stand that are left out when sorting.
fn plain(text: &str) -> String {
    bare(&text.replace(['\u{88}', '\u{89}', '\u{98}', '\u{9c}'], "")).to_owned()
}

/// What stands beside a number: "br.", "rel.", "Broschur".
fn binding_of(text: &str) -> dogear_domain::edition::Format {
    use dogear_domain::edition::Format;
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["br", "kart", "rúst", "soft", "paper", "мяг", "обл"]) {
        Format::Paperback
    } else if has(&["rel", "geb", "ril", "cart", "hard", "в пер"]) {
        Format::Hardback
    } else {
        Format::Other
    }
}
