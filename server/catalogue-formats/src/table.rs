//! Tables: which column says what is told by its header, or by the operator.

use csv::ReaderBuilder;
use dogear_domain::edition::Format;
use dogear_domain::fields::{authors_in, turned};
use dogear_domain::isbn::numbers_in;
use dogear_domain::spreadsheet::header_key;

use crate::Reason;
use crate::book::Book;
use crate::record::Record;
use crate::values;

/// What a column of a table can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The number of the row at its source.
    Id,
    /// Without the subtitle.
    Title,
    /// What follows the title.
    Subtitle,
    /// Names as on a title page, several of them separated by semicolons or bars.
    Author,
    /// The same, family names first: "Austen, Jane".
    AuthorInverted,
    /// An ISBN, of ten or thirteen digits.
    Isbn,
    /// Who published the edition.
    Publisher,
    /// When the edition came out.
    Year,
    /// When the work first came out.
    FirstYear,
    /// How many pages.
    Pages,
    /// A code of two or three letters.
    Language,
    /// The binding, in words.
    Format,
    /// A subject, in words.
    Genre,
    /// What the book is about.
    Description,
}

impl Column {
    /// Their names, as the operator writes them, and the headers by which they are known.
    pub const NAMES: [(Self, &'static str, &'static [&'static str]); 14] = [
        (Self::Id, "id", &["record id", "identifier"]),
        (
            Self::Title,
            "title",
            &["titel", "titre", "título", "titolo", "book title"],
        ),
        (Self::Subtitle, "subtitle", &["untertitel", "sous-titre"]),
        (
            Self::Author,
            "author",
            &[
                "authors",
                "autor",
                "autoren",
                "auteur",
                "auteurs",
                "autore",
                "creator",
                "creators",
                "author name",
                "author details",
                "primary author",
                "verfasser",
                "writer",
            ],
        ),
        (
            Self::AuthorInverted,
            "author-inverted",
            &["author_sort", "author l-f"],
        ),
        (
            Self::Isbn,
            "isbn",
            &[
                "isbn13",
                "isbn10",
                "ean",
                "ean13",
                "ean isbn13",
                "upc isbn10",
                "isbns",
                "isbn/uid",
            ],
        ),
        (
            Self::Publisher,
            "publisher",
            &["verlag", "éditeur", "editeur", "editorial", "editore"],
        ),
        (
            Self::Year,
            "year",
            &[
                "publication year",
                "year published",
                "published",
                "pubdate",
                "publish date",
                "publication date",
                "date published",
                "erscheinungsjahr",
                "date",
                "jahr",
                "année",
            ],
        ),
        (
            Self::FirstYear,
            "first-year",
            &["original publication year", "first published"],
        ),
        (
            Self::Pages,
            "pages",
            &["number of pages", "page count", "seiten"],
        ),
        (
            Self::Language,
            "language",
            &["languages", "lang", "sprache", "langue", "idioma"],
        ),
        (Self::Format, "format", &["binding", "einband", "reliure"]),
        (Self::Genre, "genre", &["genres", "subject", "subjects"]),
        (Self::Description, "description", &["summary", "abstract"]),
    ];
}

/// Columns that the operator names: what they say, and their header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping(Vec<(Column, String)>);

impl Mapping {
    /// Reads pairs such as `title=Name of the book`.
    ///
    /// # Errors
    /// What is wrong with one, as a sentence.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let column = |pair: &str| {
            let (name, header) = pair.split_once('=')?;
            let known = Column::NAMES
                .iter()
                .find(|(_, known, _)| *known == name.trim())?;
            (!header.trim().is_empty()).then(|| (known.0, header.trim().to_owned()))
        };
        pairs
            .into_iter()
            .map(|pair| {
                column(pair).ok_or_else(|| {
                    let names: Vec<&str> = Column::NAMES.iter().map(|(_, name, _)| *name).collect();
                    format!("“{pair}” does not say which column is meant: write FIELD=HEADER, where FIELD is one of {}.", names.join(", "))
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The pairs in one line, by which an import is known again.
    pub fn in_a_line(&self) -> String {
        self.0
            .iter()
            .map(|(column, header)| format!("{column:?}={header}\n"))
            .collect()
    }
}

/// How rows of a table are read.
#[derive(Debug)]
pub(crate) struct Table {
    delimiter: u8,
    /// The cells of each column that says something, in order.
    columns: Vec<(Column, usize)>,
    cells: usize,
}

impl Table {
    /// From the first row.
    ///
    /// # Errors
    /// A sentence: no column is the title, or a header of the mapping is not there.
    pub(crate) fn new(header: &[u8], mapping: &Mapping) -> Result<Self, String> {
        let text = String::from_utf8_lossy(header);
        let text = text.trim_start_matches('\u{feff}');
        let delimiter = [b',', b';', b'\t', b'|']
            .into_iter()
            .max_by_key(|delimiter| text.bytes().filter(|byte| byte == delimiter).count())
            .unwrap_or(b',');
        let headers: Vec<String> = cells(text, delimiter)
            .unwrap_or_default()
            .iter()
            .map(|header| header.trim().to_lowercase())
            .collect();
        let mut columns = Vec::new();
        for (column, header) in &mapping.0 {
            let at = headers
                .iter()
                .position(|known| header_key(known) == header_key(header))
                .ok_or_else(|| {
                    format!(
                        "no column is called “{header}”; there are: {}",
                        headers.join(", ")
                    )
                })?;
            columns.push((*column, at));
        }
        for (column, name, others) in Column::NAMES {
            if mapping.0.iter().any(|(mapped, _)| *mapped == column) {
                continue;
            }
            // An ISBN may stand in two columns; of the others the first one counts.
            let found = std::iter::once(&name)
                .chain(others)
                .filter_map(|name| {
                    let key = header_key(name);
                    headers.iter().position(|header| header_key(header) == key)
                })
                .take(if column == Column::Isbn { 8 } else { 1 });
            columns.extend(found.map(|at| (column, at)));
        }
        if !columns.iter().any(|(column, _)| *column == Column::Title) {
            return Err(format!(
                "no column is the title; say which one with --map title=HEADER. There are: {}",
                headers.join(", ")
            ));
        }
        Ok(Self {
            delimiter,
            columns,
            cells: headers.len(),
        })
    }

    /// Adds what a row says; an empty one says nothing.
    ///
    /// # Errors
    /// `Cells` when it has more of them than the table has columns: one of its marks is lost,
    /// and its cells are not where they seem. Those of a book.
    pub(crate) fn row(&self, text: &str, records: &mut Vec<Record>) -> Result<(), Reason> {
        let row = cells(text, self.delimiter).ok_or(Reason::Cells)?;
        if row.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        // Some programs leave a delimiter at the end.
        if row
            .iter()
            .skip(self.cells)
            .any(|cell| !cell.trim().is_empty())
        {
            return Err(Reason::Cells);
        }
        let all = |column| {
            self.columns
                .iter()
                .filter(move |(known, _)| *known == column)
                .filter_map(|(_, at)| row.get(*at))
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
        };
        let get = |column| all(column).next().unwrap_or_default().to_owned();
        let format = get(Column::Format);
        let mut authors: Vec<String> = all(Column::Author).flat_map(authors_in).collect();
        if authors.is_empty() {
            authors = all(Column::AuthorInverted)
                .flat_map(|cell| cell.split([';', '|', '\n']))
                .flat_map(|cell| cell.split(" & "))
                .map(turned)
                .filter(|name| !name.is_empty())
                .collect();
        }
        let genre = get(Column::Genre);
        Book {
            reference: get(Column::Id),
            title: get(Column::Title),
            subtitle: get(Column::Subtitle),
            authors: authors.into_iter().map(Into::into).collect(),
            isbns: all(Column::Isbn)
                .flat_map(numbers_in)
                .map(str::to_owned)
                .collect(),
            publisher: get(Column::Publisher),
            date: get(Column::Year),
            first_date: get(Column::FirstYear),
            pages: get(Column::Pages).parse().ok(),
            language: get(Column::Language),
            format: Some(
                Format::ALL
                    .iter()
                    .copied()
                    .find(|known| known.label().eq_ignore_ascii_case(&format))
                    .unwrap_or_else(|| values::format(&format)),
            ),
            genre: values::genre(std::iter::once(genre.as_str())),
            description: get(Column::Description),
            ..Book::default()
        }
        .records(records)
    }
}

/// The cells of a row; none when another row follows, which would be lost without a word.
fn cells(text: &str, delimiter: u8) -> Option<csv::StringRecord> {
    let (mut row, mut next) = (csv::StringRecord::new(), csv::StringRecord::new());
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(text.len().max(1))
        .from_reader(text.as_bytes());
    reader.read_record(&mut row).ok()?;
    let follows = reader.read_record(&mut next).ok()?;
    (!follows).then_some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edition(header: &str, mapping: &Mapping, row: &str) -> Result<Vec<String>, Reason> {
        let table = Table::new(header.as_bytes(), mapping).unwrap();
        let mut records = Vec::new();
        table.row(row, &mut records)?;
        Ok(records
            .into_iter()
            .map(|record| match record {
                Record::Author(author) => author.name,
                Record::Work(work) => {
                    format!("{} ({})", work.title, work.genre.unwrap_or_default())
                }
                Record::Edition(edition) => format!(
                    "{} {} {} {:?} {}",
                    edition
                        .isbn
                        .map(|isbn| isbn.to_string())
                        .unwrap_or_default(),
                    edition.publisher,
                    edition.language,
                    edition.year,
                    edition.format
                ),
                Record::Redirect { .. } => String::new(),
            })
            .collect())
    }

    #[test]
    fn columns_are_found_by_their_headers_in_any_order() {
        let none = Mapping::default();
        let read = edition(
            "\u{feff}ISBN;Autor;Titel;Verlag;Jahr;Sprache;Einband;Genre\n",
            &none,
            "=\"9780141439587\";Jane Austen;\"Emma; a novel\";Penguin;2003;ger;Paperback;Fiction\n",
        );
        assert_eq!(
            read.unwrap(),
            [
                "Jane Austen",
                "Emma; a novel (novels)",
                "9780141439587 Penguin de Some(2003) paperback"
            ]
        );
        assert_eq!(edition("title,author\n", &none, ",,\n").unwrap(), [""; 0]);
        assert_eq!(
            edition("title,author\n", &none, "a,b,c\n"),
            Err(Reason::Cells)
        );
        assert_eq!(edition("title,author\n", &none, "a,b,\n").unwrap().len(), 3);
        assert_eq!(
            edition("title,author\n", &none, "a,b\nc,d\n"),
            Err(Reason::Cells)
        );
        // A damaged number costs the number, never the book (O01).
        assert_eq!(
            edition("title,isbn\n", &none, "Emma,9780141439580\n").unwrap(),
            ["Emma ()", "   None unknown"]
        );
        assert_eq!(
            edition("title,isbn\n", &none, ",9780141439587\n"),
            Err(Reason::NoTitle)
        );
    }

    #[test]
    fn the_operator_says_which_columns_are_meant() {
        let mapping = Mapping::parse(["title=Werk", "author-inverted=Von Wem"]).unwrap();
        let read = edition(
            "werk\tvon  wem\n",
            &mapping,
            "Emma\tAusten, Jane | Doe, J.\n",
        )
        .unwrap();
        assert_eq!(read[..2], ["Jane Austen", "J. Doe"]);
        let missing = Table::new(b"title,author\n", &mapping).unwrap_err();
        assert!(
            missing.contains("Werk") && missing.contains("title, author"),
            "{missing}"
        );
        let untitled = Table::new(b"name,author\n", &Mapping::default()).unwrap_err();
        assert!(untitled.contains("--map title=HEADER"), "{untitled}");
        for wrong in ["title", "titel=a", "title= "] {
            assert!(
                Mapping::parse([wrong])
                    .unwrap_err()
                    .contains("FIELD=HEADER")
            );
        }
    }

    #[test]
    fn o01_the_number_of_a_row_is_read_in_any_notation_and_out_of_several() {
        for cell in [
            "441013597",
            "=\"0441013597\"",
            "\"0441013597, 9780441013593\"",
            "\"[0441013597; 9780441013593]\"",
            "978 0 441 01359 3",
            "ISBN-10 0441013597 (pbk.)",
            "9780441013593.0",
            "9780000000000 9780441013593",
        ] {
            let read = edition(
                "title,isbn\n",
                &Mapping::default(),
                &format!("Dune,{cell}\n"),
            );
            assert!(read.unwrap()[1].starts_with("9780441013593 "), "{cell}");
        }
        let two = edition(
            "title;isbn;isbn13\n",
            &Mapping::default(),
            "Dune;441013597;9,78E+12\n",
        );
        assert!(two.unwrap()[1].starts_with("9780441013593 "));
    }

    #[test]
    fn f15_f16_headers_and_authors_are_read_in_any_spelling() {
        for (header, row) in [
            (
                "Title,Author,ISBN 13,Publish Date\n",
                "Dune,\"Herbert, Frank\",9780441013593,2005-08-02\n",
            ),
            (
                "TITLE,creators,ean_isbn13,publish_date\n",
                "Dune,Frank Herbert,9780441013593,2005\n",
            ),
            (
                "title|Author_Details|Isbn-13|date-published\n",
                "Dune|Frank Herbert|9780441013593|2005\n",
            ),
        ] {
            let read = edition(header, &Mapping::default(), row).unwrap();
            assert_eq!(read[0], "Frank Herbert");
            assert!(
                read[2].starts_with("9780441013593   Some(2005)"),
                "{header} {read:?}"
            );
        }
    }
}
