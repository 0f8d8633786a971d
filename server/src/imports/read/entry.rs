//! What one row says, in the terms of our own forms.

use dogear_domain::copies::CopyState;
use dogear_domain::edition::{Format, LANGUAGES, language_name};
use dogear_domain::fields::{authors_in, title_key, turned};
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::identity::{Described, Facts, exact, in_series};
use dogear_domain::imports::{Field, Source};
use dogear_domain::isbn::{Isbn13, meant_as_isbn, numbers_in};
use dogear_domain::pasted::{Line, Named, Titled};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::columns::Columns;
use super::reading::{self, Life};
use super::source::{OWNED, mode};
use crate::catalogue::EditionInput;
use crate::copies::{CopyInput, OffersInput};

/// Authors of one book that are entered.
const MOST_AUTHORS: usize = 10;
/// A longer publisher is something else.
const LONGEST_PUBLISHER: usize = 120;
const LONGEST_SHELF: usize = 60;

/// What a row says. Empty is what it does not say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    pub title: String,
    /// Separated by "; ".
    pub authors: String,
    pub isbn: Option<Isbn13>,
    /// What is wrong with a number that is meant as an ISBN.
    pub isbn_problem: String,
    pub publisher: String,
    pub year: Option<i32>,
    pub format: Option<Format>,
    pub language: String,
    pub series: String,
    pub series_position: String,
    pub grade: Option<Grade>,
    pub defects: Vec<Defect>,
    pub note: String,
    /// Where its owner keeps it.
    pub place: String,
    pub state: Option<CopyState>,
    pub listed: Option<Timestamp>,
    /// It is read on a screen: nothing that could be given away.
    pub is_ebook: bool,
    /// What it is offered for; nothing where the file does not say it.
    pub offers: Option<OffersInput>,
    /// Why the row is of no use at all.
    pub unusable: String,
    /// An earlier row that has the same ISBN and names another book.
    pub shares_isbn: Option<i32>,
    /// What it says of its reader's reading.
    pub life: Life,
}

/// The text of a column, from 0.
type Cells<'a> = &'a dyn Fn(usize) -> &'a str;

/// Reads a row: what it says, and the shelf it stands on.
pub(super) fn read(source: Source, columns: &Columns, cells: Cells<'_>) -> (Entry, String) {
    let row = Cell {
        source,
        columns,
        cells,
    };
    let mut entry = Entry::default();
    (entry.isbn, entry.isbn_problem) = row.isbn();
    let title = row.text(Field::Title);
    (entry.title, entry.series, entry.series_position) = match source {
        Source::Goodreads => parts_of(&title),
        _ => (title, String::new(), String::new()),
    };
    entry.authors = row.authors();
    entry.publisher = row.publisher();
    entry.year = row.year();
    let format = row.text(Field::Format);
    match binding(source, &format) {
        Binding::Known(format) => entry.format = Some(format),
        Binding::Ebook => entry.is_ebook = true,
        Binding::Unknown => {}
    }
    entry.language = language(&row.text(Field::Language));
    let condition = row.text(Field::Grade);
    entry.grade = grade(&condition);
    entry.note = row.text(Field::Note);
    let shelf = row.shelf();
    if source == Source::Own {
        if entry.grade.is_none() && !condition.is_empty() {
            entry.unusable = format!("There is no condition “{condition}”.");
        }
        for word in row.text(Field::Defects).split(';').map(str::trim) {
            match word.parse() {
                Ok(defect) => entry.defects.push(defect),
                Err(_) if word.is_empty() => {}
                Err(_) => entry.unusable = format!("There is no defect “{word}”."),
            }
        }
        entry.place = row.text(Field::Place);
        entry.state = shelf.parse().ok();
        entry.listed = moment(&row.text(Field::Listed));
        entry.offers = row.offers();
    }
    if source == Source::Inventaire {
        (entry.offers, entry.state) = mode(&shelf);
    }
    entry.life = reading::read(&row);
    (entry, shelf)
}

/// One row, whose cells are asked for by what they say.
pub(super) struct Cell<'a, 'b> {
    pub source: Source,
    columns: &'b Columns,
    cells: Cells<'a>,
}

impl<'a> Cell<'a, '_> {
    fn all(&self, field: Field) -> impl Iterator<Item = &'a str> {
        self.columns
            .get(field)
            .iter()
            .map(|place| (self.cells)(*place))
    }

    /// The first cell of the field that is not empty, ready to be kept.
    pub(super) fn text(&self, field: Field) -> String {
        let cell = self.all(field).map(|cell| match self.source {
            Source::Own | Source::Library => cell.trim(),
            _ => bare(cell),
        });
        let mut cells = cell;
        let cell = cells.find(|cell| !cell.is_empty());
        let cell = cell.unwrap_or_default();
        if self.source == Source::LibraryThing && cell.contains('&') {
            return html_escape::decode_html_entities(cell).into_owned();
        }
        cell.to_owned()
    }

    /// The first right number of all, or what is wrong with the first that is meant as one.
    fn isbn(&self) -> (Option<Isbn13>, String) {
        let mut problem = String::new();
        for part in self.all(Field::Isbn).flat_map(numbers_in) {
            match Isbn13::parse(part) {
                Ok(isbn) => return (Some(isbn), String::new()),
                Err(error) if problem.is_empty() && meant_as_isbn(part) => {
                    problem = error.to_string();
                }
                Err(_) => {}
            }
        }
        (None, problem)
    }

    fn authors(&self) -> String {
        let (first, others) = (self.text(Field::Author), self.text(Field::MoreAuthors));
        let names: Vec<String> = match self.source {
            Source::LibraryThing => [first.as_str(), others.as_str()]
                .into_iter()
                .flat_map(|cell| cell.split(['|', ';']))
                .map(turned)
                .collect(),
            Source::Goodreads => std::iter::once(first.trim().to_owned())
                .chain(by_comma(&others))
                .collect(),
            Source::StoryGraph | Source::BookWyrm | Source::Inventaire => by_comma(&first),
            Source::Generic => authors_in(&first),
            Source::Own | Source::Library => first
                .split(';')
                .map(|name| name.trim().to_owned())
                .collect(),
        };
        let names: Vec<String> = names
            .into_iter()
            .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|name| !name.is_empty())
            .take(MOST_AUTHORS)
            .collect();
        names.join("; ")
    }

    fn publisher(&self) -> String {
        let text = self.text(Field::Publisher);
        let text = match self.source {
            // "Ace (1990), Edition: Reprint, 604 pages".
            Source::LibraryThing => text
                .split([',', '('])
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned(),
            _ => text,
        };
        match self.source {
            Source::Own | Source::Library => text,
            _ if text.chars().count() > LONGEST_PUBLISHER => String::new(),
            _ => text,
        }
    }

    /// The first year that stands there, as in "May 1998" or "1998-05-01".
    fn year(&self) -> Option<i32> {
        let text = self.text(Field::Year);
        text.split(|symbol: char| !symbol.is_ascii_digit())
            .filter(|digits| digits.len() == 4)
            .filter_map(|digits| digits.parse().ok())
            .find(|year| (1000..=2100).contains(year))
    }

    /// What our own export says of the offers; a file of before has no word of them.
    fn offers(&self) -> Option<OffersInput> {
        let offers = self.text(Field::Offers);
        let offers = OffersInput {
            ways: offers
                .split(';')
                .map(|word| word.trim().to_owned())
                .collect(),
            price: self.text(Field::Price),
            currency: self.text(Field::Currency),
            postage: self.text(Field::Postage),
            days: self.text(Field::LoanDays),
            at_once: is_yes(self.text(Field::AtOnce).to_lowercase().trim()),
        };
        offers.is_any().then_some(offers)
    }

    fn shelf(&self) -> String {
        let owned = self.text(Field::Owned).to_lowercase();
        if is_yes(owned.trim()) {
            return OWNED.to_owned();
        }
        let shelf = self.text(Field::Shelf);
        let collections = || shelf.split([',', ';']).map(str::trim);
        if self.source == Source::LibraryThing && collections().any(|name| name == "Your library") {
            return OWNED.to_owned();
        }
        shelf.chars().take(LONGEST_SHELF).collect()
    }
}

impl Entry {
    /// The book, as the form of a new book takes it.
    pub(crate) fn edition_input(&self) -> EditionInput {
        EditionInput {
            title: self.title.clone(),
            authors: self.authors.clone(),
            isbn: self.isbn.map(|isbn| isbn.to_string()).unwrap_or_default(),
            publisher: self.publisher.clone(),
            year: self.year.map(|year| year.to_string()).unwrap_or_default(),
            format: self
                .format
                .map(|format| format.to_string())
                .unwrap_or_default(),
            language: self.language.clone(),
            series: self.series.clone(),
            series_position: self.series_position.clone(),
            ..EditionInput::default()
        }
    }

    /// The copy, as the form of a copy takes it; `grade` where the row has none.
    pub(crate) fn copy_input(&self, grade: Grade) -> CopyInput {
        CopyInput {
            grade: self.grade.unwrap_or(grade).as_str().to_owned(),
            defects: self
                .defects
                .iter()
                .map(|defect| defect.as_str().to_owned())
                .collect(),
            note: self.note.clone(),
            place: self.place.clone(),
            offers: self.offers.clone(),
            ..CopyInput::default()
        }
    }

    /// How it is looked up; nothing when it names no book.
    pub(crate) fn line(&self) -> Option<Line> {
        let named = match self.isbn {
            Some(isbn) => Named::Isbn(isbn),
            None if self.title.is_empty() => return None,
            None => Named::Title(Titled::of(&self.title, self.authors.trim())),
        };
        Some(Line {
            text: self.title.clone(),
            named,
        })
    }

    /// The book, as it is compared with others.
    pub(crate) fn described(&self) -> Described<'_> {
        Described {
            title: &self.title,
            subtitle: "",
            authors: self
                .authors
                .split(';')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .collect(),
        }
    }

    /// What the row says of the edition beside title and authors.
    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            format: self.format,
            publisher: &self.publisher,
            year: self.year,
        }
    }

    /// What two rows of the same book have in common, if titles and authors do not say otherwise.
    pub(crate) fn key(&self) -> Option<String> {
        match self.isbn {
            Some(isbn) => Some(isbn.to_string()),
            None if self.title.is_empty() => None,
            None => Some(format!(
                "{}\n{}\n{}",
                exact(&self.title),
                title_key(&self.authors),
                self.format.map_or("", Format::as_str)
            )),
        }
    }
}

/// A yes in small letters, in the languages whose headers are known, or a number of copies.
fn is_yes(word: &str) -> bool {
    matches!(
        word,
        "yes"
            | "y"
            | "true"
            | "t"
            | "ja"
            | "j"
            | "oui"
            | "o"
            | "sí"
            | "si"
            | "sì"
            | "sim"
            | "s"
            | "x"
            | "✓"
            | "wahr"
            | "vrai"
            | "verdadero"
            | "vero"
            | "owned"
    ) || word.parse().is_ok_and(|copies: f64| copies > 0.0)
}

/// The cell without a wrapping `="…"`.
fn bare(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .map_or(cell, str::trim)
}

/// "Dune (Dune Chronicles, #1)": title, series and place in it, where that is one number.
fn parts_of(title: &str) -> (String, String, String) {
    let Some(found) = in_series(title) else {
        return (title.to_owned(), String::new(), String::new());
    };
    let one = found.number.parse();
    let place = if one.is_ok_and(|n: f64| (0.0..10_000.0).contains(&n)) {
        found.number
    } else {
        ""
    };
    (
        found.title.to_owned(),
        found.series.to_owned(),
        place.to_owned(),
    )
}

/// Names separated by commas; "Martin Luther King, Jr." is one.
fn by_comma(names: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in names
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let suffix = matches!(
            part.trim_end_matches('.'),
            "Jr" | "Sr" | "II" | "III" | "IV" | "PhD" | "Ph.D" | "MD" | "M.D"
        );
        match found.last_mut() {
            Some(name) if suffix => *name = format!("{name}, {part}"),
            _ => found.push(part.to_owned()),
        }
    }
    found
}

enum Binding {
    Known(Format),
    Ebook,
    Unknown,
}

fn binding(source: Source, text: &str) -> Binding {
    if source == Source::Own {
        return text.parse().map_or(Binding::Unknown, Binding::Known);
    }
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["kindle", "ebook", "e-book", "digital", "nook", "epub"]) {
        Binding::Ebook
    } else if has(&["large print", "large-print"]) {
        Binding::Known(Format::LargePrint)
    } else if has(&["mass market", "mass-market"]) {
        Binding::Known(Format::MassMarket)
    } else if has(&["paperback", "softcover", "taschenbuch", "broché", "poche"]) {
        Binding::Known(Format::Paperback)
    } else if has(&[
        "hardcover",
        "hardback",
        "gebunden",
        "relié",
        "library binding",
    ]) {
        Binding::Known(Format::Hardback)
    } else if has(&["audio", "cd", "cassette"]) {
        Binding::Known(Format::Audio)
    } else {
        Binding::Unknown
    }
}

/// A code, or the English name of a language.
fn language(text: &str) -> String {
    let first = text
        .split([',', ';', '('])
        .next()
        .unwrap_or_default()
        .trim();
    let code = first.to_lowercase();
    if language_name(&code).is_some() {
        return code;
    }
    LANGUAGES
        .iter()
        .find(|(_, name)| name.eq_ignore_ascii_case(first))
        .map_or_else(String::new, |(code, _)| (*code).to_owned())
}

/// A word of ours, or what booksellers write.
fn grade(text: &str) -> Option<Grade> {
    let text = text.trim().to_lowercase();
    // Our own numbers go from 1 to 6, those of others do not.
    let word =
        (!text.starts_with(|symbol: char| symbol.is_ascii_digit())).then(|| text.parse().ok());
    word.flatten().or_else(|| {
        Some(match text.replace('-', " ").as_str() {
            "new" | "as new" | "like new" | "brand new" | "mint" => Grade::AsNew,
            "fine" | "near fine" => Grade::Fine,
            "very good" | "verygood" => Grade::VeryGood,
            "good" | "used good" => Grade::Good,
            "fair" | "acceptable" | "used" => Grade::Fair,
            "poor" | "reading copy" | "bad" => Grade::ReadingCopy,
            _ => return None,
        })
    })
}

/// A moment, or the beginning of a day in UTC.
fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let day: jiff::civil::Date = text.parse().ok()?;
        Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    })
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn f15_a_no_in_any_language_is_no_yes() {
        for word in ["yes", "ja", "oui", "sí", "x", "✓", "1", "2", "1.0"] {
            assert!(is_yes(word), "{word}");
        }
        for word in [
            "", "no", "nein", "n", "f", "non", "-", "0", "-1", "nan", "false",
        ] {
            assert!(!is_yes(word), "{word}");
        }
    }
}
