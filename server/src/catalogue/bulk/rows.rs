//! Records as PostgreSQL takes them in bulk.

use std::fmt::Write;

use dogear_catalogue_formats::record::{Record, Work};
use dogear_domain::fields::{match_key, slugify};
use dogear_domain::identity::{alone_key, exact_with_subtitle};

use crate::catalogue::repo::sort_name;

/// Records as rows of COPY's text format, by table.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub authors: String,
    pub redirects: String,
    pub works: String,
    pub editions: String,
}

impl Rows {
    /// Appends a record. An edition without a work brings one of its own.
    pub(super) fn push(&mut self, record: &Record) {
        match record {
            Record::Author(author) => {
                let rows = &mut self.authors;
                for text in [
                    &author.key,
                    &author.name,
                    &sort_name(&author.name),
                    &match_key(&author.name),
                    &author.original,
                ] {
                    field(rows, text);
                }
                end(rows);
            }
            Record::Redirect { from, to } => {
                field(&mut self.redirects, from);
                field(&mut self.redirects, to);
                end(&mut self.redirects);
            }
            Record::Work(work) => self.work(work),
            Record::Edition(edition) => {
                let alone = edition.work.is_empty();
                if alone {
                    self.work(&Work {
                        key: edition.key.clone(),
                        title: edition.title.clone(),
                        subtitle: edition.subtitle.clone(),
                        language: edition.language.clone(),
                        first_year: edition.year,
                        authors: edition.authors.clone(),
                        ..Work::default()
                    });
                }
                let work = if alone { &edition.key } else { &edition.work };
                let rows = &mut self.editions;
                field(rows, &edition.key);
                field(rows, work);
                optional(rows, edition.isbn.as_ref());
                field(rows, &edition.title);
                field(rows, &edition.format.to_string());
                field(rows, &edition.publisher);
                optional(rows, edition.year.as_ref());
                optional(rows, edition.pages.as_ref());
                field(rows, &edition.language);
                field(rows, &edition.subtitle);
                end(rows);
            }
        }
    }

    fn work(&mut self, work: &Work) {
        let rows = &mut self.works;
        for text in [
            &work.key,
            &work.title,
            &work.subtitle,
            &match_key(&work.title),
            &slugify(&work.title),
            &work.language,
        ] {
            field(rows, text);
        }
        optional(rows, work.first_year.as_ref());
        field(rows, &work.description);
        optional(rows, work.genre.as_ref());
        // An array literal inside a field: quoted for the one, escaped for the other.
        let keys: Vec<String> = work
            .authors
            .iter()
            .map(|key| format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\"")))
            .collect();
        field(rows, &format!("{{{}}}", keys.join(",")));
        field(rows, &exact_with_subtitle(&work.title, &work.subtitle));
        match alone_key(&work.title) {
            Some(key) => field(rows, &key),
            None => rows.push_str("\\N\t"),
        }
        end(rows);
    }
}

/// One field and the tab after it; what COPY would take for a mark is escaped, and what
/// PostgreSQL's texts cannot hold is left out.
fn field(rows: &mut String, text: &str) {
    for symbol in text.chars() {
        match symbol {
            '\\' => rows.push_str("\\\\"),
            '\t' => rows.push_str("\\t"),
            '\n' => rows.push_str("\\n"),
            '\r' => rows.push_str("\\r"),
            '\0' => {}
            other => rows.push(other),
        }
    }
    rows.push('\t');
}

fn optional(rows: &mut String, value: Option<&impl std::fmt::Display>) {
    match value {
        Some(value) => {
            let _ = write!(rows, "{value}\t");
        }
        None => rows.push_str("\\N\t"),
    }
}

/// The last tab becomes the end of the line.
fn end(rows: &mut String) {
    rows.pop();
    rows.push('\n');
}

#[cfg(test)]
mod tests {
    use dogear_catalogue_formats::record::Edition;
    use dogear_domain::edition::Format;
    use dogear_domain::isbn::Isbn13;

    use super::*;

    #[test]
    fn marks_of_the_format_are_escaped() {
        let mut rows = Rows::default();
        rows.push(&Record::Work(Work {
            key: "/works/OL1W".into(),
            title: "A\tB\\C\n\0D".into(),
            authors: vec!["a\"b".into(), "c\\d".into()],
            ..Work::default()
        }));
        assert_eq!(
            rows.works,
            "/works/OL1W\tA\\tB\\\\C\\nD\t\ta b c d\ta-b-c-d\t\t\\N\t\t\\N\t{\"a\\\\\"b\",\"c\\\\\\\\d\"}\ta b\\\\c d\t\\N\n"
        );
    }

    #[test]
    fn an_edition_without_a_work_brings_its_own() {
        let mut rows = Rows::default();
        rows.push(&Record::Edition(Edition {
            key: "/books/OL1M".into(),
            work: String::new(),
            isbn: Isbn13::parse("9780141439587").ok(),
            damaged_isbn: false,
            lost_text: false,
            title: "Emma".into(),
            subtitle: String::new(),
            format: Format::Paperback,
            publisher: "Penguin".into(),
            year: Some(2003),
            pages: None,
            language: "en".into(),
            authors: vec!["/authors/OL1A".into()],
        }));
        assert_eq!(
            rows.editions,
            "/books/OL1M\t/books/OL1M\t9780141439587\tEmma\tpaperback\tPenguin\t2003\t\\N\ten\t\n"
        );
        assert!(rows.works.starts_with("/books/OL1M\tEmma\t"));
    }
}
