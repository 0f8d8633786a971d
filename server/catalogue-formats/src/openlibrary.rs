//! Lines of Open Library's dumps: five fields separated by tabs, the last one JSON.
//! Layout: <https://openlibrary.org/developers/dumps>.

use dogear_domain::isbn::Isbn13;
use serde::Deserialize;

use crate::Reason;
use crate::record::{Author, Edition, Record, Work};
use crate::values;

#[derive(Deserialize)]
struct Key {
    key: String,
}

/// Works name their authors with roles, editions plainly; some old records hold the bare key.
#[derive(Deserialize)]
#[serde(untagged)]
enum AuthorRef {
    Role { author: KeyOrText },
    Plain(Key),
    Other(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum KeyOrText {
    Key(Key),
    Text(String),
}

/// A text, plain or with its type.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Typed { value: String },
    Other(serde::de::IgnoredAny),
}

impl Text {
    fn into_string(self) -> String {
        match self {
            Self::Plain(text) | Self::Typed { value: text } => text,
            Self::Other(_) => String::new(),
        }
    }
}

#[derive(Deserialize)]
struct AuthorLine {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    personal_name: Option<String>,
}

#[derive(Deserialize)]
struct WorkLine {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    subtitle: Option<String>,
    #[serde(default)]
    authors: Vec<AuthorRef>,
    #[serde(default)]
    description: Option<Text>,
    #[serde(default)]
    subjects: Vec<Text>,
    #[serde(default)]
    first_publish_date: Option<Text>,
}

#[derive(Deserialize)]
struct EditionLine {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    title_prefix: Option<String>,
    #[serde(default)]
    subtitle: Option<String>,
    #[serde(default)]
    authors: Vec<AuthorRef>,
    #[serde(default)]
    works: Vec<Key>,
    #[serde(default)]
    isbn_13: Vec<String>,
    #[serde(default)]
    isbn_10: Vec<String>,
    #[serde(default)]
    publishers: Vec<String>,
    #[serde(default)]
    publish_date: Option<Text>,
    #[serde(default)]
    number_of_pages: Option<serde_json::Value>,
    #[serde(default)]
    physical_format: Option<String>,
    #[serde(default)]
    languages: Vec<Key>,
}

#[derive(Deserialize)]
struct RedirectLine {
    location: String,
}

/// The record of a line; none for a kind that the catalogue has no use for.
///
/// # Errors
/// Why the line cannot be used.
pub(crate) fn record(line: &str) -> Result<Option<Record>, Reason> {
    let mut fields = line.splitn(5, '\t');
    let (Some(kind), Some(key), Some(_), Some(_), Some(json)) = (
        fields.next(),
        fields.next(),
        fields.next(),
        fields.next(),
        fields.next(),
    ) else {
        return Err(Reason::Fields);
    };
    let wrong = |_| Reason::Json;
    let key = key.to_owned();
    Ok(Some(match kind {
        "/type/author" => {
            let line: AuthorLine = serde_json::from_str(json).map_err(wrong)?;
            let name = line.name.or(line.personal_name).unwrap_or_default();
            let name = values::line(&name, 120);
            if name.is_empty() {
                return Err(Reason::NoName);
            }
            Record::Author(Author {
                key,
                name,
                original: String::new(),
            })
        }
        "/type/work" => Record::Work(work(key, serde_json::from_str(json).map_err(wrong)?)?),
        "/type/edition" => {
            Record::Edition(edition(key, serde_json::from_str(json).map_err(wrong)?)?)
        }
        "/type/redirect" => {
            let line: RedirectLine = serde_json::from_str(json).map_err(wrong)?;
            Record::Redirect {
                from: key,
                to: line.location,
            }
        }
        _ => return Ok(None),
    }))
}

fn work(key: String, work: WorkLine) -> Result<Work, Reason> {
    let title = values::line(&work.title.unwrap_or_default(), values::LINE);
    if title.is_empty() {
        return Err(Reason::NoTitle);
    }
    let subjects: Vec<String> = work.subjects.into_iter().map(Text::into_string).collect();
    Ok(Work {
        key,
        title,
        subtitle: values::line(&work.subtitle.unwrap_or_default(), values::LINE),
        language: String::new(),
        first_year: work
            .first_publish_date
            .and_then(|text| values::year(&text.into_string(), 1)),
        description: work
            .description
            .map(|text| values::paragraphs(&text.into_string()))
            .unwrap_or_default(),
        genre: values::genre(subjects.iter().map(String::as_str)),
        authors: author_keys(work.authors),
    })
}

fn edition(key: String, edition: EditionLine) -> Result<Edition, Reason> {
    let title = edition.title.unwrap_or_default();
    let title = match edition.title_prefix {
        Some(prefix) if !prefix.trim().is_empty() => format!("{} {title}", prefix.trim()),
        _ => title,
    };
    let title = values::line(&title, values::LINE);
    if title.is_empty() {
        return Err(Reason::NoTitle);
    }
    let numbers = edition.isbn_13.iter().chain(&edition.isbn_10);
    let isbn = numbers
        .clone()
        .find_map(|number| Isbn13::parse(number).ok());
    // A damaged number costs the number, not the book.
    let damaged_isbn = isbn.is_none() && numbers.count() > 0;
    let publisher = edition.publishers.into_iter().next().unwrap_or_default();
    let pages = match edition.number_of_pages {
        Some(serde_json::Value::Number(number)) => number.as_i64(),
        Some(serde_json::Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    Ok(Edition {
        key,
        work: edition
            .works
            .into_iter()
            .next()
            .map(|work| work.key)
            .unwrap_or_default(),
        isbn,
        damaged_isbn,
        lost_text: false,
        title,
        subtitle: values::line(&edition.subtitle.unwrap_or_default(), values::LINE),
        format: values::format(&edition.physical_format.unwrap_or_default()),
        publisher: values::line(&publisher, 120),
        year: edition
            .publish_date
            .and_then(|text| values::year(&text.into_string(), 1000)),
        pages: values::pages(pages),
        language: edition
            .languages
            .first()
            .map(|language| values::language(language.key.trim_start_matches("/languages/")))
            .unwrap_or_default(),
        authors: author_keys(edition.authors),
    })
}

fn author_keys(authors: Vec<AuthorRef>) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for author in authors {
        let key = match author {
            AuthorRef::Role {
                author: KeyOrText::Key(Key { key }) | KeyOrText::Text(key),
            }
            | AuthorRef::Plain(Key { key }) => key,
            AuthorRef::Other(_) => continue,
        };
        if keys.len() < 10 && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use dogear_domain::edition::Format;

    use super::*;

    fn of(kind: &str, key: &str, json: &str) -> Result<Option<Record>, Reason> {
        record(&format!(
            "/type/{kind}\t{key}\t3\t2026-01-01T00:00:00\t{json}"
        ))
    }

    #[test]
    fn an_edition_is_read_whatever_its_notation() {
        let read = of(
            "edition",
            "/books/OL1M",
            r#"{"title":"Dispossessed","title_prefix":"The","works":[{"key":"/works/OL2W"}],"isbn_10":["0-06-105488-7"],
               "publishers":["Harper"," x"],"publish_date":"c1974.","number_of_pages":"387","physical_format":"Mass Market Paperback",
               "languages":[{"key":"/languages/eng"}],"authors":[{"key":"/authors/OL3A"}],"unknown":{"a":[1]}}"#,
        );
        let Ok(Some(Record::Edition(edition))) = read else {
            panic!("{read:?}")
        };
        assert_eq!(edition.title, "The Dispossessed");
        assert_eq!(edition.isbn, Isbn13::parse("0061054887").ok());
        assert_eq!((edition.year, edition.pages), (Some(1974), Some(387)));
        assert_eq!(edition.format, Format::MassMarket);
        assert_eq!(
            (edition.work.as_str(), edition.language.as_str()),
            ("/works/OL2W", "en")
        );
    }

    #[test]
    fn a_work_names_its_authors_once_in_either_form() {
        let read = of(
            "work",
            "/works/OL2W",
            r#"{"title":"Good Omens","authors":[{"type":"/type/author_role","author":{"key":"/authors/OL1A"}},
               {"author":"/authors/OL2A"},{"key":"/authors/OL1A"}],"description":{"type":"/type/text","value":"A\r\nB"},
               "subjects":["Fantasy fiction"],"first_publish_date":"May 1990"}"#,
        );
        let Ok(Some(Record::Work(work))) = read else {
            panic!("{read:?}")
        };
        assert_eq!(work.authors, ["/authors/OL1A", "/authors/OL2A"]);
        assert_eq!((work.genre, work.first_year), (Some("fantasy"), Some(1990)));
        assert_eq!(work.description, "A\nB");
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        assert_eq!(record("one\ttwo"), Err(Reason::Fields));
        assert_eq!(of("work", "/works/OL1W", "{\"title\":"), Err(Reason::Json));
        assert_eq!(of("work", "/works/OL1W", "{}"), Err(Reason::NoTitle));
        assert_eq!(
            of("author", "/authors/OL1A", "{\"name\":\" \"}"),
            Err(Reason::NoName)
        );
        let wrong = of(
            "edition",
            "/books/OL1M",
            r#"{"title":"A","isbn_13":["9780141439580"]}"#,
        );
        // Its number is wrong, and that is all that is lost (O01).
        assert!(
            matches!(wrong, Ok(Some(Record::Edition(edition))) if edition.damaged_isbn && edition.isbn.is_none())
        );
        assert_eq!(of("page", "/about", "{}"), Ok(None));
    }
}
