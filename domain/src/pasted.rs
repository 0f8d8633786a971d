//! Many books named at once, one a line: by ISBN, or by title and author.

use crate::fields::{match_key, title_key};
use crate::isbn::{Isbn13, IsbnError, meant_as_isbn};

/// The most lines that are read at once.
pub const MOST_LINES: usize = 200;
/// No title with its author is longer; what stands behind is left out.
const LONGEST_LINE: usize = 300;

/// A line with something in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// As typed, trimmed.
    pub text: String,
    /// What it names.
    pub named: Named,
}

/// What a line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// One edition.
    Isbn(Isbn13),
    /// It is meant as an ISBN, and this is wrong with it.
    Wrong(IsbnError),
    /// A work, in words.
    Title(Titled),
}

/// Title and author as far as they can be told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titled {
    /// As typed.
    pub title: String,
    /// As typed; empty when nothing tells it from the title.
    pub author: String,
    /// What may be meant, likeliest first; never empty.
    pub readings: Vec<Reading>,
}

/// One way to understand a line, in the form in which titles and names are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// A title key.
    pub title: String,
    /// The key of a name, or empty.
    pub author: String,
    /// The whole title as typed, by which it is told whether a book is the one that is meant.
    pub written: String,
    /// All authors as typed; empty when only a part of a name was tried.
    pub authors: Vec<String>,
    /// The name may be a family name alone, as people write lists; the program that fills a cell
    /// of its own knows the whole one.
    pub family: bool,
}

/// Reads the lines of a text; empty ones are passed over.
#[must_use]
pub fn lines(text: &str) -> Vec<Line> {
    text.lines()
        .map(|line| line.trim().chars().take(LONGEST_LINE).collect::<String>())
        .filter(|line| !line.is_empty())
        .map(|text| Line {
            named: named(&text),
            text,
        })
        .collect()
}

fn named(text: &str) -> Named {
    // Spreadsheets and some exports wrap an ISBN as ="0439358078".
    let bare = |part: &str| {
        part.trim_matches(|symbol: char| {
            symbol.is_whitespace() || matches!(symbol, '=' | '"' | '\'' | ',' | ';')
        })
        .to_owned()
    };
    match Isbn13::parse(&bare(text)) {
        Ok(isbn) => return Named::Isbn(isbn),
        Err(problem) if meant_as_isbn(&bare(text)) => return Named::Wrong(problem),
        Err(_) => {}
    }
    // One cell of a row, or the first or last word.
    let words = text.split_whitespace();
    let parts = text
        .split(['\t', ';'])
        .chain(words.clone().next())
        .chain(words.last());
    let numbers: Vec<String> = parts.map(bare).filter(|part| meant_as_isbn(part)).collect();
    let mut read = numbers.iter().map(|number| Isbn13::parse(number));
    match (read.clone().find_map(Result::ok), read.next()) {
        (Some(isbn), _) => Named::Isbn(isbn),
        (None, Some(Err(problem))) => Named::Wrong(problem),
        _ => Named::Title(titled(text)),
    }
}

fn titled(text: &str) -> Titled {
    let (title, author) = split(text).unwrap_or((text, ""));
    let mut readings = Readings {
        free: true,
        ..Readings::default()
    };
    readings.of(title, author);
    if !author.is_empty() {
        readings.of_exactly(author, title);
    }
    readings.may_mean(text, text, Writer::default());
    readings.into_titled(title, author)
}

impl Titled {
    /// What is meant by a title and authors that stand in cells of their own.
    #[must_use]
    pub fn of(title: &str, authors: &str) -> Self {
        let mut readings = Readings::default();
        readings.of(title, authors);
        readings.may_mean(title, title, Writer::default());
        readings.into_titled(title, authors)
    }
}

/// Readings as they are collected, each once.
#[derive(Default)]
struct Readings {
    found: Vec<Reading>,
    /// Out of a line of text, not out of cells.
    free: bool,
}

impl Readings {
    fn may_mean(&mut self, title: &str, written: &str, writer: Writer) {
        let reading = Reading {
            title: if title.trim().is_empty() {
                String::new()
            } else {
                match_key(title)
            },
            author: title_key(&writer.name),
            written: written.to_owned(),
            family: self.free && !writer.name.contains(',') && writer.all.len() == 1,
            authors: writer.all,
        };
        let known = self
            .found
            .iter()
            .any(|other| (&other.title, &other.author) == (&reading.title, &reading.author));
        if !known && !reading.title.is_empty() {
            self.found.push(reading);
        }
    }

    /// The author's book of that title, in the ways in which both are written.
    fn of(&mut self, title: &str, author: &str) {
        if author.is_empty() {
            return;
        }
        let shorter = shorter(title);
        for writer in writers(author) {
            self.may_mean(title, title, writer.clone());
            if shorter != title {
                self.may_mean(shorter, title, writer);
            }
        }
    }

    /// As [`Readings::of`], with the whole title alone.
    fn of_exactly(&mut self, title: &str, author: &str) {
        for writer in writers(author) {
            self.may_mean(title, title, writer);
        }
    }

    fn into_titled(mut self, title: &str, author: &str) -> Titled {
        if self.found.is_empty() {
            // Nothing at all: no title is like it.
            self.found.push(Reading {
                title: title.to_lowercase(),
                author: String::new(),
                written: title.to_owned(),
                authors: Vec::new(),
                family: false,
            });
        }
        Titled {
            title: title.to_owned(),
            author: author.to_owned(),
            readings: self.found,
        }
    }
}

/// The first two cells of a row, or both sides of the last of the surest separators.
fn split(text: &str) -> Option<(&str, &str)> {
    let filled = |part: &&str| !title_key(part).is_empty();
    let mut cells = text.split('\t').map(str::trim).filter(filled);
    if let (Some(title), Some(author)) = (cells.next(), cells.next()) {
        return Some((title, author));
    }
    // ASCII letters alone change, so places in one are places in the other.
    let lower = text.to_ascii_lowercase();
    [" – ", " — ", " - ", ";", " by "]
        .iter()
        .find_map(|separator| {
            let at = lower.rfind(separator)?;
            let sides = (text[..at].trim(), text[at + separator.len()..].trim());
            (filled(&sides.0) && filled(&sides.1)).then_some(sides)
        })
}

/// A title without what some lists add to it: "Dune (Dune, #1)", "Frankenstein: or, the …".
fn shorter(title: &str) -> &str {
    let end = title.find([':', '(']).unwrap_or(title.len());
    match title[..end].trim() {
        "" => title,
        short => short,
    }
}

/// A name by which books are looked up, and all the names it stands among.
#[derive(Clone, Default)]
struct Writer {
    name: String,
    all: Vec<String>,
}

/// The name as typed; turned round when it is "Last, First"; the first of several. A family name
/// alone finds books, but says of none that it is meant.
fn writers(author: &str) -> Vec<Writer> {
    let mut several = vec![author];
    for separator in [" & ", " and ", ";", " / "] {
        several = several
            .into_iter()
            .flat_map(|names| names.split(separator))
            .collect();
    }
    let several: Vec<&str> = several
        .into_iter()
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let all: Vec<String> = several.iter().map(|name| (*name).to_owned()).collect();
    let mut writers = vec![Writer {
        name: author.to_owned(),
        all: vec![author.to_owned()],
    }];
    let Some(first) = several.first() else {
        return writers;
    };
    let parts: Vec<&str> = first.split(',').map(str::trim).collect();
    match parts.as_slice() {
        [last, given] => {
            writers.push(Writer {
                name: format!("{given} {last}"),
                all: all.clone(),
            });
            // "Frank Herbert, Kevin J. Anderson" is two people.
            let listed = last.contains(' ') && several.len() == 1;
            writers.push(Writer {
                name: (*last).to_owned(),
                all: if listed {
                    parts.iter().map(|name| (*name).to_owned()).collect()
                } else {
                    Vec::new()
                },
            });
        }
        [one, _, ..] => writers.push(Writer {
            name: (*one).to_owned(),
            all: if one.contains(' ') {
                parts.iter().map(|name| (*name).to_owned()).collect()
            } else {
                Vec::new()
            },
        }),
        _ => writers.push(Writer {
            name: (*first).to_owned(),
            all,
        }),
    }
    writers
}

#[cfg(test)]
mod tests;
