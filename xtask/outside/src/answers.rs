//! What others read in the same files.

use std::path::{Path, PathBuf};

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use crate::numbers::thirteen_digits;
use crate::reading::{Book, Read};

/// What is compared.
const PARTS: [&str; 8] = [
    "titles",
    "original scripts",
    "authors",
    "ISBNs",
    "pages",
    "years",
    "publishers",
    "languages",
];

/// What is no book, by the beginning of its file: serials, music, holdings, film. The record of
/// such a file has to be passed over, and no other that has an answer.
const NO_BOOKS: [(&str, &str); 6] = [
    ("bijouorannualofl1828cole", "is no book"),
    ("ithaca_two_856u", "is no book"),
    ("lesabndioeinas00sche", "is no book"),
    ("talis_empty_245", "is no book"),
    ("thewilliamsrecord_vol29b", "is no book"),
    ("wrapped_lines", "is a book as a file or on film"),
];
/// The serials among the files that are XML alone.
const SERIALS: [&str; 2] = ["abhandlungender01ggoog", "soilsurveyrepor00statgoog"];

/// Answers that are wrong, and what the record says instead. They are not compared.
const WRONG: [(&str, &str, &str); 2] = [
    (
        "warofrebellionco1473unit",
        "pages",
        "“70 v. in 128” are volumes",
    ),
    (
        "collingswood_520aa",
        "pages",
        "“2 sound cassettes (3 hr. 16 min.)” are minutes",
    ),
];

/// Codes of ISO 639-2 as the answers have them, and those of ISO 639-1.
const LANGUAGES: [(&str, &str); 11] = [
    ("ara", "ar"),
    ("chi", "zh"),
    ("eng", "en"),
    ("fre", "fr"),
    ("ger", "de"),
    ("heb", "he"),
    ("jpn", "ja"),
    ("por", "pt"),
    ("rus", "ru"),
    ("wel", "cy"),
    ("yid", "yi"),
];

/// How often both say the same, by part.
#[derive(Debug, Default)]
pub(crate) struct Agreement {
    same: [usize; PARTS.len()],
    of: [usize; PARTS.len()],
    /// Answers with which nothing was compared, since the record is rightly passed over.
    no_books: usize,
    differences: Vec<String>,
    faults: Vec<String>,
}

impl Agreement {
    /// Compares the record of a file with the answer that belongs to it, if there is one.
    pub(crate) fn compare(&mut self, file: &Path, read: &Read) {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let name = name.strip_suffix("_meta").unwrap_or(&name);
        let name = name.strip_suffix("_marc").unwrap_or(name);
        let of_answers = file
            .components()
            .any(|part| part.as_os_str() == "openlibrary");
        let passed_over = of_answers
            .then(|| {
                let serials = SERIALS.iter().map(|serial| (*serial, "is no book"));
                NO_BOOKS
                    .into_iter()
                    .chain(serials)
                    .find(|(known, _)| *known == name)
            })
            .flatten();
        let has_answer = answer(file);
        if let Some((_, wanted)) = passed_over {
            let mut reasons = read.reasons.keys();
            if !read.books.is_empty() || !reasons.all(|reason| reason.starts_with(wanted)) {
                self.faults
                    .push(format!("{name}: not passed over because it {wanted}"));
            }
            self.no_books += usize::from(has_answer.is_some());
            return;
        }
        let Some(path) = has_answer else { return };
        // One letter with its accent is one sign, as it is written everywhere else.
        let text = std::fs::read_to_string(&path).map(|text| text.nfc().collect::<String>());
        let Ok(Ok(answer)) = text.map(|text| serde_json::from_str::<Value>(&text)) else {
            self.faults
                .push(format!("{}: is no answer", path.display()));
            return;
        };
        // A record that was not used says nothing, and is missed in every part.
        let nothing = Book::default();
        let book = read.books.first().unwrap_or(&nothing);
        for (part, compared) in parts(book, &answer).into_iter().enumerate() {
            let Some((same, ours, theirs)) = compared else {
                continue;
            };
            let wrong = WRONG
                .iter()
                .find(|(of, what, _)| *of == name && *what == PARTS[part]);
            if let Some((_, what, why)) = wrong {
                self.differences
                    .push(format!("{name}: {what}: not compared with {theirs}: {why}"));
                continue;
            }
            self.of[part] += 1;
            self.same[part] += usize::from(same);
            if !same {
                self.differences.push(format!(
                    "{name}: {}: {ours} instead of {theirs}{}",
                    PARTS[part],
                    read.reasons()
                ));
            }
        }
    }

    pub(crate) fn sums(&self) -> impl Iterator<Item = (&'static str, usize, usize)> {
        (0..PARTS.len()).map(|part| (PARTS[part], self.same[part], self.of[part]))
    }

    /// How many answers belong to what is no book.
    pub(crate) fn no_books(&self) -> usize {
        self.no_books
    }

    pub(crate) fn differences(&self) -> &[String] {
        &self.differences
    }

    pub(crate) fn faults(self) -> Vec<String> {
        self.faults
    }
}

/// `bin_input/NAME.mrc` is answered by `bin_expect/NAME.json`, `xml_input/NAME_marc.xml` by
/// `xml_expect/NAME.json`.
fn answer(file: &Path) -> Option<PathBuf> {
    let folder = file.parent()?;
    let answers = folder.file_name()?.to_str()?.strip_suffix("_input")?;
    let name = file.file_stem()?.to_str()?;
    let name = if answers == "xml" {
        name.strip_suffix("_marc").unwrap_or(name)
    } else {
        name
    };
    let answer = folder
        .parent()?
        .join(format!("{answers}_expect"))
        .join(format!("{name}.json"));
    answer.exists().then_some(answer)
}

/// Whether both say the same, and what they say; none where the answer says nothing.
type Compared = Option<(bool, String, String)>;

fn parts(book: &Book, answer: &Value) -> [Compared; PARTS.len()] {
    let text = |name: &str| answer[name].as_str().unwrap_or_default();
    let edition = book.edition.as_ref();
    let show = |value: Option<i32>| value.map(|value| value.to_string()).unwrap_or_default();
    let equal = |ours: String, theirs: String| (ours == theirs, ours, theirs);
    let our_title = edition.map_or_else(String::new, |edition| {
        format!("{} | {}", edition.title, edition.subtitle)
    });
    let their_title = format!("{} | {}", text("title"), text("subtitle"));
    let publisher = edition
        .map(|edition| edition.publisher.clone())
        .unwrap_or_default();
    let publishers: Vec<&str> = texts(&answer["publishers"])
        .filter(|name| *name != "[s.n.]")
        .collect();
    let pages = answer["number_of_pages"]
        .as_i64()
        .map(|pages| pages.to_string());
    let language = texts(&answer["languages"]).next().map(|code| {
        LANGUAGES
            .iter()
            .find(|(long, _)| *long == code)
            .map_or(code, |(_, short)| short)
            .to_owned()
    });
    [
        (!text("title").is_empty()).then(|| {
            (
                letters(&our_title) == letters(&their_title),
                our_title,
                their_title,
            )
        }),
        scripts(book, answer),
        authors(book, answer),
        isbns(book, answer),
        pages.map(|pages| equal(show(edition.and_then(|edition| edition.pages)), pages)),
        year(text("publish_date"))
            .map(|year| equal(show(edition.and_then(|edition| edition.year)), year)),
        (!publishers.is_empty()).then(|| {
            let same = publishers
                .iter()
                .any(|name| letters(name) == letters(&publisher));
            (same, publisher, format!("{publishers:?}"))
        }),
        language.map(|code| {
            equal(
                edition
                    .map(|edition| edition.language.clone())
                    .unwrap_or_default(),
                code,
            )
        }),
    ]
}

/// A title in its own script: the edition bears it, and the work has one of the other titles.
fn scripts(book: &Book, answer: &Value) -> Compared {
    let title = answer["title"].as_str().unwrap_or_default();
    let others: Vec<&str> = texts(&answer["other_titles"]).collect();
    if title.is_ascii() || !title.chars().any(is_of_another_script) || others.is_empty() {
        return None;
    }
    let own = book
        .edition
        .as_ref()
        .map(|edition| edition.title.clone())
        .unwrap_or_default();
    let work = [
        book.work.title.clone(),
        format!("{} {}", book.work.title, book.work.subtitle),
    ];
    let same = letters(&own).starts_with(&letters(title))
        && others
            .iter()
            .any(|other| work.iter().any(|work| letters(work) == letters(other)));
    Some((
        same,
        format!("{own} = {}", work[1]),
        format!("{title} = {others:?}"),
    ))
}

/// A letter that is none of Latin ones.
fn is_of_another_script(symbol: char) -> bool {
    symbol.is_alphabetic()
        && matches!(u32::from(symbol), 0x370..0x1d00 | 0x1f00..0x2000 | 0x2e80..0xfb00 | 0xfb1d..)
}

/// Each who wrote it is read with all the words of the name, in any order, in each of its scripts;
/// and nobody else is.
fn authors(book: &Book, answer: &Value) -> Compared {
    let all: Vec<(bool, Vec<String>)> = answer["authors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|author| {
            let title = author["title"].as_str().unwrap_or_default();
            let names = std::iter::once(&author["name"])
                .chain(author["alternate_names"].as_array().into_iter().flatten())
                .filter_map(Value::as_str)
                // What somebody was is said beside the name, and in it.
                .map(|name| words(name.strip_suffix(title).unwrap_or(name)))
                .collect();
            (wrote(author["role"].as_str().unwrap_or_default()), names)
        })
        .collect();
    if !all.iter().any(|(wrote, _)| *wrote) {
        return None;
    }
    let ours: Vec<String> = book.authors.iter().map(|name| words(name)).collect();
    let others = book.other_names.iter().map(|name| words(name));
    let forms: Vec<String> = ours.iter().cloned().chain(others).collect();
    let held = all
        .iter()
        .filter(|(wrote, _)| *wrote)
        .all(|(_, names)| names.iter().all(|name| forms.contains(name)));
    let known = ours
        .iter()
        .all(|name| all.iter().any(|(_, names)| names.contains(name)));
    let theirs: Vec<_> = all
        .iter()
        .filter(|(wrote, _)| *wrote)
        .map(|(_, names)| names)
        .collect();
    Some((
        held && known,
        format!("{:?} {:?}", book.authors, book.other_names),
        format!("{theirs:?}"),
    ))
}

/// Whether a role, in words, is one of writing; without one it is.
fn wrote(role: &str) -> bool {
    let role = role.trim().trim_end_matches('.').to_lowercase();
    matches!(
        role.as_str(),
        "" | "author" | "supposed author" | "compiler" | "joint author"
    )
}

fn isbns(book: &Book, answer: &Value) -> Compared {
    let theirs: Vec<String> = texts(&answer["isbn_13"])
        .chain(texts(&answer["isbn_10"]))
        .filter_map(thirteen_digits)
        .collect();
    let ours = book.edition.as_ref().and_then(|edition| edition.isbn);
    let ours = ours.map(|isbn| isbn.to_string()).unwrap_or_default();
    (!theirs.is_empty() || !ours.is_empty())
        .then(|| (theirs.contains(&ours), ours, format!("{theirs:?}")))
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// The first four digits in a row.
fn year(date: &str) -> Option<String> {
    date.split(|symbol: char| !symbol.is_ascii_digit())
        .find(|digits| digits.len() == 4)
        .map(str::to_owned)
}

/// The words of a name in no order: "Austen, Jane" is "Jane Austen".
fn words(name: &str) -> String {
    let text: String = name
        .to_lowercase()
        .chars()
        .map(|symbol| if is_mark(symbol) { ' ' } else { symbol })
        .collect();
    let mut words: Vec<&str> = text.split_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

/// Without case, punctuation and space; accents stay.
fn letters(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|symbol| !is_mark(*symbol))
        .collect()
}

/// Not a letter, a digit, or an accent on one.
fn is_mark(symbol: char) -> bool {
    symbol.is_whitespace()
        || symbol.is_ascii_punctuation()
        || symbol.is_control()
        || matches!(symbol, '،' | '·' | '–' | '—' | '“' | '”' | '‘' | '’' | '…')
}

#[cfg(test)]
mod tests {
    use super::*;
    use dogear_catalogue_formats::record::Work;

    #[test]
    fn names_and_titles_are_compared_whole() {
        assert_eq!(words("Austen, Jane"), words("Jane Austen."));
        assert_ne!(words("Austen, Jane"), words("Austen, J."));
        assert_eq!(
            letters("The Iliad: a poem"),
            letters("the Iliad | A poem /")
        );
        assert_ne!(letters("Café"), letters("Cafe"));
        let book = Book {
            work: Work::default(),
            edition: None,
            authors: vec!["Jane Austen".into(), "Ann Other".into()],
            other_names: Vec::new(),
        };
        let answer = serde_json::json!({"authors": [{"name": "Austen, Jane"}]});
        assert!(!authors(&book, &answer).unwrap().0);
        assert!(
            parts(&Book::default(), &serde_json::json!({"title": "A"}))[0]
                .as_ref()
                .is_some_and(|(same, ..)| !same)
        );
    }
}
