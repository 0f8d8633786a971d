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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(text: &str) -> Named {
        let mut lines = lines(text);
        assert_eq!(lines.len(), 1, "{text}");
        lines.remove(0).named
    }

    fn title(text: &str) -> Titled {
        match one(text) {
            Named::Title(titled) => titled,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn means(text: &str, title_key: &str, author_key: &str) -> bool {
        title(text)
            .readings
            .iter()
            .any(|reading| reading.title == title_key && reading.author == author_key)
    }

    #[test]
    fn an_isbn_is_read_in_any_notation_and_from_the_cells_of_a_table() {
        let dune = Named::Isbn(Isbn13::parse("9780441172719").expect("right"));
        for text in [
            "9780441172719",
            "  978-0-441-17271-9 ",
            "0-441-17271-7",
            "ISBN 978 0 441 17271 9",
            "=\"0441172717\"",
            "\"9780441172719\",",
            "Dune\tFrank Herbert\t9780441172719",
            "9780441172719;Dune;Frank Herbert",
            "9780441172719 Dune",
            "Dune, ISBN 0-441-17271-7",
        ] {
            assert_eq!(one(text), dune, "{text}");
        }
    }

    #[test]
    fn a_number_that_is_nearly_an_isbn_is_wrong_and_no_title() {
        for text in [
            "9780441172718",
            "978044117271",
            "0-441-17271-8",
            "=\"97804411727190\"",
            "Dune\tFrank Herbert\t9780441172718",
        ] {
            assert!(matches!(one(text), Named::Wrong(_)), "{text}");
        }
        // Short numbers, and years, are titles.
        assert!(means("1984 - George Orwell", "1984", "george orwell"));
        assert_eq!(title("2666").title, "2666");
    }

    #[test]
    fn title_and_author_are_told_apart_at_the_last_separator() {
        for text in [
            "Dune – Frank Herbert",
            "Dune — Frank Herbert",
            "Dune - Frank Herbert",
            "Dune by Frank Herbert",
            "Dune BY Frank Herbert",
            "Dune\tFrank Herbert",
            "Dune\t\tFrank Herbert\t1965",
            "Dune; Frank Herbert",
        ] {
            let titled = title(text);
            assert_eq!((&*titled.title, &*titled.author), ("Dune", "Frank Herbert"));
            assert_eq!(titled.readings[0].title, "dune");
            assert_eq!(titled.readings[0].author, "frank herbert");
        }
        let king = title("Stand by Me – Stephen King");
        assert_eq!(
            (&*king.title, &*king.author),
            ("Stand by Me", "Stephen King")
        );
        let water = title("Death by Water by Kenzaburō Ōe");
        assert_eq!(water.readings[0].title, "death by water");
        assert_eq!(title("Catch-22").author, "");
        assert_eq!(title("– Frank Herbert").author, "");
    }

    #[test]
    fn names_and_titles_are_tried_in_the_ways_in_which_they_are_written() {
        assert!(means("Dune – Herbert, Frank", "dune", "frank herbert"));
        assert!(means("Frank Herbert – Dune", "dune", "frank herbert"));
        assert!(means(
            "Good Omens – Terry Pratchett & Neil Gaiman",
            "good omens",
            "terry pratchett"
        ));
        assert!(means("Stand by Me", "stand by me", ""));
        let series = title("Dune (Dune Chronicles, #1) – Frank Herbert");
        let short = series
            .readings
            .iter()
            .find(|reading| reading.title == "dune");
        assert!(short.is_some_and(|reading| reading.written == "Dune (Dune Chronicles, #1)"));
    }

    #[test]
    fn a_name_says_whether_it_may_be_a_family_name_and_who_else_wrote() {
        let found = |text: &str, author: &str| {
            let found = title(text)
                .readings
                .into_iter()
                .find(|reading| reading.title == "dune" && reading.author == author);
            let reading = found.unwrap_or_else(|| panic!("{text} may be by {author}"));
            (reading.family, reading.authors)
        };
        let two = ["Frank Herbert".to_owned(), "Kevin J. Anderson".to_owned()];
        let three = [&two[..], &["Brian Herbert".to_owned()]].concat();
        for (text, author, family, authors) in [
            (
                "Dune – Herbert",
                "herbert",
                true,
                &["Herbert".to_owned()][..],
            ),
            (
                "Dune – Herbert, Frank",
                "herbert frank",
                false,
                &["Herbert, Frank".to_owned()],
            ),
            // A part of a name says of no book that it is meant.
            ("Dune – Herbert, Frank", "herbert", false, &[]),
            (
                "Dune – Frank Herbert, Kevin J. Anderson",
                "frank herbert",
                false,
                &two,
            ),
            (
                "Dune – Frank Herbert & Kevin J. Anderson",
                "frank herbert",
                false,
                &two,
            ),
            (
                "Dune – Frank Herbert, Kevin J. Anderson, Brian Herbert",
                "frank herbert",
                false,
                &three,
            ),
            ("Dune – Herbert, Frank, Jr.", "herbert", false, &[]),
        ] {
            assert_eq!(
                found(text, author),
                (family, authors.to_vec()),
                "{text}: {author}"
            );
        }
        let cells = Titled::of("Dune", "Herbert");
        assert!(cells.readings.iter().all(|reading| !reading.family));
    }

    #[test]
    fn nothing_is_tried_twice_and_signs_alone_are_no_side() {
        for text in [
            "Dune – Dune",
            "Dune – Frank Herbert",
            "? – Frank Herbert",
            "Dune – !",
            "?",
        ] {
            let mut tried: Vec<_> = title(text)
                .readings
                .into_iter()
                .map(|reading| (reading.title, reading.author))
                .collect();
            assert!(tried.iter().all(|(title, _)| !title.is_empty()), "{text}");
            let all = tried.len();
            tried.sort();
            tried.dedup();
            assert_eq!(tried.len(), all, "{text}");
        }
        assert_eq!(title("? – Frank Herbert").author, "");
        assert_eq!(title("Dune – !").author, "");
    }

    #[test]
    fn a_title_and_an_author_of_their_own_cells_are_not_taken_for_each_other() {
        let emma = Titled::of("Emma - A Novel", "Austen, Jane");
        assert_eq!(
            (&*emma.title, &*emma.author),
            ("Emma - A Novel", "Austen, Jane")
        );
        assert!(
            emma.readings
                .iter()
                .all(|reading| reading.title == "emma a novel")
        );
        assert!(
            emma.readings
                .iter()
                .any(|reading| reading.author == "jane austen")
        );
        assert_eq!(Titled::of("?", "").readings[0].title, "?");
    }

    #[test]
    fn empty_lines_are_no_lines() {
        assert!(lines(" \r\n\t\n\n").is_empty());
        let texts: Vec<String> = lines("a\r\n\r\n  b \n")
            .into_iter()
            .map(|line| line.text)
            .collect();
        assert_eq!(texts, ["a", "b"]);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(?s).*") {
            for line in lines(&text) {
                if let Named::Title(titled) = line.named {
                    prop_assert!(!titled.readings.is_empty());
                }
            }
        }
    }
}
