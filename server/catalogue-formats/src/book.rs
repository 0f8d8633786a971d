//! A book as formats describe it that know no works: edition, work and authors in one record.

use dogear_domain::edition::Format;
use dogear_domain::fields::match_key;
use dogear_domain::identity::exact_with_subtitle;
use dogear_domain::isbn::Isbn13;

use crate::Reason;
use crate::record::{Author, Edition, Record, Work};
use crate::values;

/// Authors of one book that are taken.
const MOST_AUTHORS: usize = 20;
/// Meetings have long names.
const LONGEST_NAME: usize = 240;

/// A name as it stands on a title page: "Jane Austen".
#[derive(Debug, Default, Clone)]
pub(crate) struct Name {
    pub name: String,
    /// The same in the script of the author, where the record gives both; may be empty.
    pub original: String,
}

impl<T: Into<String>> From<T> for Name {
    fn from(name: T) -> Self {
        Self {
            name: name.into(),
            original: String::new(),
        }
    }
}

/// What is known of a book, as the source wrote it.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// The number of the record at its source, as far as it says whose number that is.
    pub reference: String,
    pub title: String,
    pub subtitle: String,
    /// The same in the script of the book, where the record gives both; may be empty.
    pub original_title: String,
    pub original_subtitle: String,
    pub authors: Vec<Name>,
    /// Numbers that are meant as ISBNs, the right ones and the wrong ones.
    pub isbns: Vec<String>,
    pub publisher: String,
    pub date: String,
    /// When the work first came out, if the source says so.
    pub first_date: String,
    pub pages: Option<i64>,
    /// A code of two or three letters.
    pub language: String,
    pub format: Option<Format>,
    pub genre: Option<&'static str>,
    pub description: String,
    /// A part of the record could not be decoded, and was left out.
    pub lost_text: bool,
}

impl Book {
    /// Adds its records.
    ///
    /// # Errors
    /// `NoTitle`. Numbers of which none is right cost the number, and not the book: it is noted
    /// that they are damaged.
    pub(crate) fn records(self, records: &mut Vec<Record>) -> Result<(), Reason> {
        let title = values::line(&self.title, values::LINE);
        if title.is_empty() {
            return Err(Reason::NoTitle);
        }
        let subtitle = values::line(&self.subtitle, values::LINE);
        // What the title really says: two volumes of one title are two books.
        let wording = exact_with_subtitle(&title, &subtitle);
        let isbn = self
            .isbns
            .iter()
            .find_map(|number| Isbn13::parse(number).ok());
        let damaged_isbn = isbn.is_none() && !self.isbns.is_empty();
        let mut authors = Vec::new();
        for name in &self.authors {
            let original = values::line(&name.original, LONGEST_NAME);
            let name = values::line(&name.name, LONGEST_NAME);
            let author = format!("name:{}", match_key(&name));
            let is_name = name.contains(char::is_alphanumeric);
            if is_name && authors.len() < MOST_AUTHORS && !authors.contains(&author) {
                records.push(Record::Author(Author {
                    key: author.clone(),
                    name,
                    original,
                }));
                authors.push(author);
            }
        }
        let publisher = values::line(&self.publisher, 120);
        let year = values::year(&self.date, 1000);
        // The number of a record is the source's own and means little elsewhere: two libraries
        // may use the same one. With title and subtitle beside it they are told apart.
        let own = match (&isbn, values::line(&self.reference, 100)) {
            (Some(isbn), _) => format!("isbn:{isbn}"),
            (None, reference) if !reference.is_empty() => format!("ref:{reference}:{wording}"),
            _ => format!(
                "book:{wording}:{}:{}:{}",
                authors.join("+"),
                match_key(&publisher),
                year.map(|year| year.to_string()).unwrap_or_default()
            ),
        };
        let language = values::language(&self.language);
        // The edition is called as it stands on its title page: both forms are found.
        let original = values::line(&self.original_title, values::LINE);
        let own_title = if original.is_empty() {
            (title.clone(), subtitle.clone())
        } else {
            (
                original,
                values::line(&self.original_subtitle, values::LINE),
            )
        };
        records.push(Record::Work(Work {
            key: own.clone(),
            title,
            subtitle,
            language: language.clone(),
            first_year: values::year(&self.first_date, 1),
            description: values::paragraphs(&self.description),
            genre: self.genre,
            authors,
        }));
        records.push(Record::Edition(Edition {
            work: own.clone(),
            key: own,
            isbn,
            damaged_isbn,
            lost_text: self.lost_text,
            title: own_title.0,
            subtitle: own_title.1,
            format: self.format.unwrap_or(Format::Unknown),
            publisher,
            year,
            pages: values::pages(self.pages),
            language,
            authors: Vec::new(),
        }));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_brings_its_authors_once_and_its_work() {
        let book = |isbns: &[&str], reference: &str| Book {
            reference: reference.into(),
            title: "Emma".into(),
            authors: vec!["Jane Austen".into(), "jane austen".into(), "…".into()],
            isbns: isbns.iter().map(|isbn| (*isbn).to_owned()).collect(),
            date: "c1815".into(),
            ..Book::default()
        };
        let mut records = Vec::new();
        book(&["9780141439580", "0141439581"], "x")
            .records(&mut records)
            .unwrap();
        // A damaged number costs the number alone (O01).
        assert!(
            matches!(records.pop(), Some(Record::Edition(edition)) if edition.isbn.is_none() && edition.damaged_isbn)
        );
        records.clear();
        book(&["wrong", "978-0-14-143958-7"], "x")
            .records(&mut records)
            .unwrap();
        let keys: Vec<&str> = records
            .iter()
            .map(|record| match record {
                Record::Author(author) => author.key.as_str(),
                Record::Work(work) => &work.key,
                Record::Edition(edition) => &edition.key,
                Record::Redirect { .. } => "",
            })
            .collect();
        assert_eq!(
            keys,
            [
                "name:jane austen",
                "isbn:9780141439587",
                "isbn:9780141439587"
            ]
        );
        records.clear();
        book(&[], "DLC 12").records(&mut records).unwrap();
        assert!(
            matches!(&records[2], Record::Edition(edition) if edition.key == "ref:DLC 12:emma")
        );
        records.clear();
        book(&[], "").records(&mut records).unwrap();
        assert!(
            matches!(&records[2], Record::Edition(edition) if edition.key == "book:emma:name:jane austen::1815")
        );
        let nameless = Book {
            title: " \t".into(),
            ..Book::default()
        };
        assert_eq!(nameless.records(&mut records), Err(Reason::NoTitle));
    }
}
