//! What others read in the same files.

use std::path::{Path, PathBuf};

use dogear_catalogue_formats::values;
use dogear_domain::fields::match_key;
use serde_json::Value;

use crate::reading::{Book, Read};

/// What is compared.
const PARTS: [&str; 6] = [
    "titles",
    "authors",
    "pages",
    "years",
    "publishers",
    "languages",
];

/// How often both say the same, by part.
#[derive(Debug, Default)]
pub(crate) struct Agreement {
    same: [usize; PARTS.len()],
    of: [usize; PARTS.len()],
    differences: Vec<String>,
}

impl Agreement {
    /// Compares the only book of a file with the answer that belongs to it, if there is one.
    pub(crate) fn compare(&mut self, file: &Path, read: &Read) {
        let ([book], Some(answer)) = (read.books.as_slice(), answer(file)) else {
            return;
        };
        let Ok(Ok(answer)) = std::fs::read(&answer).map(|bytes| serde_json::from_slice(&bytes))
        else {
            return;
        };
        for (part, compared) in parts(book, &answer).into_iter().enumerate() {
            let Some((same, ours, theirs)) = compared else {
                continue;
            };
            self.of[part] += 1;
            self.same[part] += usize::from(same);
            if !same {
                self.differences.push(format!(
                    "{}: {}: {ours} instead of {theirs}",
                    file.file_name().unwrap_or_default().display(),
                    PARTS[part]
                ));
            }
        }
    }

    pub(crate) fn sums(&self) -> impl Iterator<Item = (&'static str, usize, usize)> {
        (0..PARTS.len()).map(|part| (PARTS[part], self.same[part], self.of[part]))
    }

    pub(crate) fn differences(&self) -> &[String] {
        &self.differences
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

type Compared = Option<(bool, String, String)>;

fn parts(book: &Book, answer: &Value) -> [Compared; PARTS.len()] {
    let text = |name: &str| answer[name].as_str().unwrap_or_default();
    let first = |name: &str| answer[name][0].as_str().unwrap_or_default();
    let whole = |title: &str, subtitle: &str| letters(&format!("{title} {subtitle}"));
    let title = |title: &str| {
        // What one takes for a part of the title, the other takes for the subtitle.
        letters(title) == letters(&book.work.title)
            || whole(title, text("subtitle")) == whole(&book.work.title, &book.work.subtitle)
    };
    let titles = || {
        let others = answer["other_titles"].as_array().into_iter().flatten();
        title(text("title")) || others.filter_map(Value::as_str).any(title)
    };
    // Translators and editors are no authors here.
    let theirs: Vec<Vec<String>> = answer["authors"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|author| wrote(author["role"].as_str().unwrap_or_default()))
        .map(names)
        .collect();
    let ours: Vec<String> = book.authors.iter().map(|name| words(name)).collect();
    let authors = || {
        let held = |names: &Vec<String>| {
            names
                .iter()
                .any(|name| ours.iter().any(|ours| is_named(ours, name)))
        };
        theirs.iter().all(held)
    };
    let edition = book.edition.as_ref();
    let show = |value: Option<i32>| value.map(|value| value.to_string()).unwrap_or_default();
    // "70 v. in 128" counts no pages.
    let counts_pages = values::page_count(text("pagination")).is_some();
    let pages = answer["number_of_pages"]
        .as_i64()
        .filter(|_| counts_pages)
        .map(|pages| pages.to_string());
    let our_pages = show(edition.and_then(|edition| edition.pages));
    let year = values::year(text("publish_date"), 1000).map(|year| year.to_string());
    let our_year = show(edition.and_then(|edition| edition.year));
    let publisher = edition
        .map(|edition| edition.publisher.clone())
        .unwrap_or_default();
    let publishers = answer["publishers"].as_array();
    let language = values::language(first("languages"));
    let our_language = edition
        .map(|edition| edition.language.clone())
        .unwrap_or_default();
    let equal = |ours: String, theirs: String| (ours == theirs, ours, theirs);
    [
        (!text("title").is_empty()).then(|| {
            (
                titles(),
                format!("{} | {}", book.work.title, book.work.subtitle),
                format!("{} | {}", text("title"), text("subtitle")),
            )
        }),
        (!theirs.is_empty()).then(|| {
            (
                authors(),
                format!("{:?}", book.authors),
                format!("{theirs:?}"),
            )
        }),
        pages.map(|pages| equal(our_pages, pages)),
        year.map(|year| equal(our_year, year)),
        publishers.map(|names| {
            let same = names
                .iter()
                .filter_map(Value::as_str)
                .any(|name| letters(name) == letters(&publisher));
            (same, publisher, format!("{names:?}"))
        }),
        (!language.is_empty()).then(|| equal(our_language, language)),
    ]
}

/// An author's name in each of its forms.
fn names(author: &Value) -> Vec<String> {
    let others = author["alternate_names"].as_array().into_iter().flatten();
    std::iter::once(&author["name"])
        .chain(others)
        .filter_map(Value::as_str)
        .map(words)
        .collect()
}

fn wrote(role: &str) -> bool {
    let role = role.to_lowercase();
    role.is_empty() || role.contains("author") || role.contains("comp")
}

/// Whether a name is that of the answer, which may say beside it what somebody was: "duke of".
fn is_named(ours: &str, theirs: &str) -> bool {
    let all: Vec<&str> = theirs.split(' ').collect();
    let mut found = ours.split(' ');
    ours == theirs
        || (found.clone().count() * 2 >= all.len() && found.all(|word| all.contains(&word)))
}

/// The words of a name in no order: "Austen, Jane" is "Jane Austen".
fn words(name: &str) -> String {
    let key = match_key(name);
    let mut words: Vec<&str> = key.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

fn letters(text: &str) -> String {
    match_key(text).replace(' ', "")
}
