//! Products of ONIX for Books 3, by reference names or short tags.
//! Code lists: <https://ns.editeur.org/onix/>; the numbers of lists stand beside their use.

use dogear_domain::edition::Format;
use dogear_domain::fields::turned;

use crate::Reason;
use crate::book::Book;
use crate::record::Record;
use crate::values;
use crate::xml::Element;

/// Short tags of the elements that are read. Composites have the same name in small letters.
const SHORT: &[(&str, &str)] = &[
    ("a001", "RecordReference"),
    ("a002", "NotificationType"),
    ("b012", "ProductForm"),
    ("b029", "Subtitle"),
    ("b030", "TitlePrefix"),
    ("b031", "TitleWithoutPrefix"),
    ("b035", "ContributorRole"),
    ("b036", "PersonName"),
    ("b037", "PersonNameInverted"),
    ("b039", "NamesBeforeKey"),
    ("b040", "KeyNames"),
    ("b047", "CorporateName"),
    ("b067", "SubjectSchemeIdentifier"),
    ("b069", "SubjectCode"),
    ("b070", "SubjectHeadingText"),
    ("b079", "ImprintName"),
    ("b081", "PublisherName"),
    ("b202", "TitleType"),
    ("b203", "TitleText"),
    ("b218", "ExtentType"),
    ("b219", "ExtentValue"),
    ("b221", "ProductIDType"),
    ("b244", "IDValue"),
    ("b252", "LanguageCode"),
    ("b253", "LanguageRole"),
    ("b306", "Date"),
    ("b333", "ProductFormDetail"),
    ("d104", "Text"),
    ("x409", "TitleElementLevel"),
    ("x419", "EditionType"),
    ("x426", "TextType"),
    ("x448", "PublishingDateRole"),
];

impl Element {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
            || SHORT
                .iter()
                .any(|(short, long)| *long == name && self.name == *short)
    }

    fn each<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.is(name))
    }

    /// The text of the first child of that name; empty when there is none.
    fn get(&self, name: &str) -> String {
        self.each(name)
            .next()
            .map(|child| child.whole_text().trim().to_owned())
            .unwrap_or_default()
    }

    /// All elements of that name below it, in order.
    fn below<'a>(&'a self, name: &'a str, found: &mut Vec<&'a Self>) {
        for child in &self.children {
            if child.is(name) {
                found.push(child);
            } else {
                child.below(name, found);
            }
        }
    }

    fn all<'a>(&'a self, name: &'a str) -> Vec<&'a Self> {
        let mut found = Vec::new();
        self.below(name, &mut found);
        found
    }
}

/// Tags that stand directly in a product before release 3.0, and nowhere in 3.0.
const OLDER: [&str; 7] = [
    "<title>",
    "<distinctivetitle>",
    "<b028>",
    "<isbn>",
    "<b004>",
    "<publicationdate>",
    "<b003>",
];

/// Whether products are described as before release 3.0, as far as the beginning of a file tells.
pub(crate) fn is_older(head: &str) -> bool {
    let head = head.to_ascii_lowercase();
    !head.contains("<descriptivedetail") && OLDER.iter().any(|tag| head.contains(tag))
}

/// Adds what a product says.
///
/// # Errors
/// `Deleted` for a notice of deletion, `NoBook` for what is neither printed nor spoken, and
/// those of a book.
pub(crate) fn product(product: &Element, records: &mut Vec<Record>) -> Result<(), Reason> {
    // List 1: 05 is a deletion.
    if product.get("NotificationType") == "05" {
        return Err(Reason::Deleted);
    }
    let none = Element::default();
    let described = product.each("DescriptiveDetail").next().unwrap_or(&none);
    let form = described.get("ProductForm");
    // List 150: B is for books, A for recordings; the rest are files, games, calendars.
    if !form.is_empty() && !form.starts_with(['A', 'B']) {
        return Err(Reason::NoBook);
    }
    let Some((title, subtitle)) = title(described) else {
        return Err(Reason::NoTitle);
    };
    let publishing = product.each("PublishingDetail").next().unwrap_or(&none);
    let mut publisher = publishing
        .each("Imprint")
        .next()
        .map(|imprint| imprint.get("ImprintName"))
        .unwrap_or_default();
    if publisher.is_empty() {
        publisher = publishing
            .each("Publisher")
            .next()
            .map(|publisher| publisher.get("PublisherName"))
            .unwrap_or_default();
    }
    let coded =
        |name, type_of: &'static str, kind: &'static [&'static str], value: &'static str| {
            let found = product.all(name);
            // In the order of the wanted kinds.
            kind.iter()
                .find_map(|kind| found.iter().find(|element| element.get(type_of) == *kind))
                .map(|element| element.get(value))
                .unwrap_or_default()
        };
    // List 163: 01 publication, 11 first publication of the work; list 23: 00 main pages,
    // 05 pages counted, 07 all pages; list 22: 01 of the text; list 153: 03 description, 02 short.
    let day = coded("PublishingDate", "PublishingDateRole", &["01"], "Date");
    Book {
        reference: product.get("RecordReference"),
        title,
        subtitle,
        authors: authors(described).into_iter().map(Into::into).collect(),
        isbns: isbns(product),
        publisher,
        date: day.chars().take(4).collect(),
        first_date: coded(
            "PublishingDate",
            "PublishingDateRole",
            &["11", "20"],
            "Date",
        )
        .chars()
        .take(4)
        .collect(),
        pages: coded(
            "Extent",
            "ExtentType",
            &["00", "05", "07", "11"],
            "ExtentValue",
        )
        .parse()
        .ok(),
        language: coded("Language", "LanguageRole", &["01"], "LanguageCode"),
        format: format(described, &form),
        genre: genre(described),
        description: plain(&coded("TextContent", "TextType", &["03", "02"], "Text")),
        ..Book::default()
    }
    .records(records)
}

/// The distinctive title (list 15: 01) of the product (list 149: 01), else its first one.
fn title(described: &Element) -> Option<(String, String)> {
    let details: Vec<&Element> = described.each("TitleDetail").collect();
    let detail = details
        .iter()
        .find(|detail| detail.get("TitleType") == "01")
        .or(details.first())?;
    let elements: Vec<&Element> = detail.each("TitleElement").collect();
    let element = elements
        .iter()
        .find(|element| element.get("TitleElementLevel") == "01")
        .or(elements.first())?;
    let whole = element.get("TitleText");
    let title = if whole.is_empty() {
        format!(
            "{} {}",
            element.get("TitlePrefix"),
            element.get("TitleWithoutPrefix")
        )
        .trim()
        .to_owned()
    } else {
        whole
    };
    Some((title, element.get("Subtitle")))
}

/// Who wrote it (list 17: A01 and the kinds of writing beside it); when nobody is said to,
/// the first contributor.
fn authors(described: &Element) -> Vec<String> {
    let contributors: Vec<&Element> = described.each("Contributor").collect();
    let wrote = |contributor: &&&Element| {
        contributor
            .each("ContributorRole")
            .any(|role| matches!(role.text.trim(), "A01" | "A02" | "A03" | "A09" | "A38"))
    };
    let mut names: Vec<String> = contributors
        .iter()
        .filter(wrote)
        .map(|one| name(one))
        .collect();
    if names.is_empty() {
        names.extend(contributors.first().map(|one| name(one)));
    }
    names.retain(|name| !name.is_empty());
    names
}

fn name(contributor: &Element) -> String {
    let name = contributor.get("PersonName");
    if !name.is_empty() {
        return name;
    }
    let parts = format!(
        "{} {}",
        contributor.get("NamesBeforeKey"),
        contributor.get("KeyNames")
    );
    if !parts.trim().is_empty() {
        return parts.trim().to_owned();
    }
    let inverted = contributor.get("PersonNameInverted");
    if inverted.is_empty() {
        contributor.get("CorporateName")
    } else {
        turned(&inverted)
    }
}

/// List 5: 15 ISBN-13, 03 GTIN-13, 02 ISBN-10. A GTIN may be the number of something that is
/// no book, and is one of ours only if it reads as an ISBN.
fn isbns(product: &Element) -> Vec<String> {
    let of = |kind: &str| -> Vec<String> {
        product
            .each("ProductIdentifier")
            .filter(|identifier| identifier.get("ProductIDType") == kind)
            .map(|identifier| identifier.get("IDValue"))
            .filter(|value| !value.is_empty())
            .collect()
    };
    let mut numbers = of("15");
    numbers.extend(of("03").into_iter().filter(|gtin| gtin.starts_with("97")));
    numbers.extend(of("02"));
    numbers
}

fn format(described: &Element, form: &str) -> Option<Format> {
    // List 21: LTE is large type; list 175: B101 mass market.
    if described
        .each("EditionType")
        .any(|kind| matches!(kind.text.trim(), "LTE" | "ULP"))
    {
        return Some(Format::LargePrint);
    }
    if described
        .each("ProductFormDetail")
        .any(|detail| detail.text.trim() == "B101")
    {
        return Some(Format::MassMarket);
    }
    match form {
        "" | "00" => None,
        "BB" => Some(Format::Hardback),
        "BC" => Some(Format::Paperback),
        _ if form.starts_with('A') => Some(Format::Audio),
        "BA" => None,
        _ => Some(Format::Other),
    }
}

/// List 27: 93 Thema, 10 BISAC, 12 BIC; the beginnings of their codes. Words are a last resort.
fn genre(described: &Element) -> Option<&'static str> {
    const THEMA: &[(&str, &str)] = &[
        ("FL", "science-fiction"),
        ("FM", "fantasy"),
        ("FF", "crime"),
        ("FH", "crime"),
        ("FV", "historical"),
        ("FYB", "short-stories"),
        ("F", "novels"),
        ("DC", "poetry"),
        ("DD", "plays"),
        ("DNL", "essays"),
        ("DNB", "biography"),
        ("Y", "children"),
        ("X", "comics"),
        ("QD", "philosophy"),
        ("WT", "travel"),
        ("P", "science"),
        ("NH", "history"),
    ];
    const BISAC: &[(&str, &str)] = &[
        ("FIC028", "science-fiction"),
        ("FIC009", "fantasy"),
        ("FIC022", "crime"),
        ("FIC031", "crime"),
        ("FIC014", "historical"),
        ("FIC029", "short-stories"),
        ("FIC", "novels"),
        ("JUV", "children"),
        ("JNF", "children"),
        ("CGN", "comics"),
        ("POE", "poetry"),
        ("DRA", "plays"),
        ("LCO010", "essays"),
        ("BIO", "biography"),
        ("PHI", "philosophy"),
        ("TRV", "travel"),
        ("SCI", "science"),
        ("HIS", "history"),
    ];
    const BIC: &[(&str, &str)] = &[
        ("FL", "science-fiction"),
        ("FM", "fantasy"),
        ("FF", "crime"),
        ("FH", "crime"),
        ("FV", "historical"),
        ("FYB", "short-stories"),
        ("FX", "comics"),
        ("F", "novels"),
        ("DC", "poetry"),
        ("DD", "plays"),
        ("DNF", "essays"),
        ("BG", "biography"),
        ("Y", "children"),
        ("HP", "philosophy"),
        ("WT", "travel"),
        ("P", "science"),
        ("HB", "history"),
    ];
    let subjects: Vec<&Element> = described.each("Subject").collect();
    for (scheme, table) in [("93", THEMA), ("10", BISAC), ("12", BIC)] {
        for subject in &subjects {
            if subject.get("SubjectSchemeIdentifier") == scheme {
                let code = subject.get("SubjectCode");
                if let Some((_, genre)) = table.iter().find(|(start, _)| code.starts_with(start)) {
                    return Some(genre);
                }
            }
        }
    }
    let words: Vec<String> = subjects
        .iter()
        .map(|subject| subject.get("SubjectHeadingText"))
        .collect();
    values::genre(words.iter().map(String::as_str))
}

/// A text that may hold markup as text: HTML in it was escaped, or stood in CDATA.
fn plain(text: &str) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut inside = false;
    for symbol in text
        .replace("</p>", "\n")
        .replace("<br/>", "\n")
        .replace("<br>", "\n")
        .chars()
    {
        match symbol {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if inside => {}
            other => plain.push(other),
        }
    }
    html_escape::decode_html_entities(&plain).into_owned()
}

#[cfg(test)]
#[path = "onix_tests.rs"]
mod tests;
