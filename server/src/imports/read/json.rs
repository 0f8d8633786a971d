//! Objects of books: our own export, and LibraryThing's.

use std::collections::HashMap;
use std::fmt;

use dogear_domain::imports::Source;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::columns::Columns;
use super::entry;
use super::{FileProblem, LONGEST_CELL, MOST_ROWS, Row, Table};
use crate::copies::{EXPORT_COLUMNS, EXPORT_LIST};

pub(super) fn read(text: &str) -> Result<Table, FileProblem> {
    let books: Books = serde_json::from_str(text).map_err(|error| {
        if error.is_eof() {
            FileProblem::Truncated
        } else if error.to_string().starts_with(TOO_MANY) {
            FileProblem::TooManyRows
        } else if error.is_data() {
            FileProblem::OtherJson
        } else {
            FileProblem::BrokenJson(error.line())
        }
    })?;
    let source = match (books.ours, books.rows.first()) {
        (true, _) => Source::Own,
        (false, Some(first)) if first.0.contains_key("books_id") => Source::LibraryThing,
        (false, None) => return Err(FileProblem::Empty),
        (false, Some(_)) => return Err(FileProblem::OtherJson),
    };
    let headers: Vec<String> = wanted().map(str::to_owned).collect();
    let columns = Columns::of(source, &headers);
    let rows = (1..)
        .zip(&books.rows)
        .map(|(number, object)| {
            let (entry, shelf) = entry::read(source, &columns, &|place| {
                object.0.get(&headers[place]).map_or("", String::as_str)
            });
            Row {
                number,
                cells: None,
                entry,
                shelf,
                repeats: None,
            }
        })
        .collect();
    Ok(Table {
        source,
        headers,
        columns,
        rows,
    })
}

/// What LibraryThing calls what our own export calls otherwise, or does not have.
const LIBRARYTHING: [&str; 16] = [
    "books_id",
    "primaryauthor",
    "secondaryauthor",
    "originalisbn",
    "isbn",
    "ean",
    "publication",
    "date",
    "collections",
    "rating",
    "review",
    "privatecomment",
    "datestarted",
    "dateread",
    "entrydate",
    "tags",
];
/// How the error for too many rows begins.
const TOO_MANY: &str = "too many rows";

/// What is kept of an object; nothing else takes up memory.
fn wanted() -> impl Iterator<Item = &'static str> {
    EXPORT_COLUMNS
        .into_iter()
        .map(|(_, name)| name)
        .chain(LIBRARYTHING)
}

/// The books of a file.
#[derive(Default)]
struct Books {
    rows: Vec<Object>,
    /// They stand in a list, as in our own export.
    ours: bool,
}

impl<'de> Deserialize<'de> for Books {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Top;
        impl<'de> Visitor<'de> for Top {
            type Value = Books;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("books")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Books, A::Error> {
                let mut books = Books::default();
                while let Some(key) = map.next_key::<String>()? {
                    if key == EXPORT_LIST {
                        books.rows = map.next_value::<List>()?.0;
                        books.ours = true;
                    } else if books.ours {
                        map.next_value::<IgnoredAny>()?;
                    } else {
                        books.rows.push(map.next_value()?);
                        enough(&books.rows)?;
                    }
                }
                Ok(books)
            }
        }
        deserializer.deserialize_map(Top)
    }
}

fn enough<E: serde::de::Error>(rows: &[Object]) -> Result<(), E> {
    if rows.len() > MOST_ROWS {
        return Err(E::custom(TOO_MANY));
    }
    Ok(())
}

struct List(Vec<Object>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;
        impl<'de> Visitor<'de> for Rows {
            type Value = List;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of books")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = seq.next_element()? {
                    rows.push(row);
                    enough(&rows)?;
                }
                Ok(List(rows))
            }
        }
        deserializer.deserialize_seq(Rows)
    }
}

/// The wanted fields of an object, each as text.
struct Object(HashMap<String, String>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a book")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut fields = HashMap::new();
                while let Some(key) = map.next_key::<String>()? {
                    if wanted().any(|name| name == key) {
                        fields.insert(key, map.next_value::<Text>()?.0);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// Whatever a value is, as text: several are separated by "; ".
#[derive(Default)]
struct Text(String);

impl Text {
    fn add(&mut self, part: &str) {
        // In characters, as in tables.
        if part.is_empty() || self.0.len() > 4 * LONGEST_CELL {
            return;
        }
        if !self.0.is_empty() {
            self.0.push_str("; ");
        }
        // JSON can write what no table and no database holds.
        let whole = part
            .chars()
            .filter(|symbol| !symbol.is_control() || matches!(symbol, '\n' | '\r' | '\t'));
        self.0.extend(whole.take(LONGEST_CELL));
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_str<E>(self, value: &str) -> Result<Text, E> {
                let mut text = Text::default();
                text.add(value);
                Ok(text)
            }

            fn visit_i64<E>(self, value: i64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            // What is not so stands there as if it were left out.
            fn visit_bool<E>(self, value: bool) -> Result<Text, E> {
                Ok(Text(if value {
                    "true".to_owned()
                } else {
                    String::new()
                }))
            }

            fn visit_unit<E>(self) -> Result<Text, E> {
                Ok(Text::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text, A::Error> {
                let mut text = Text::default();
                while let Some(part) = seq.next_element::<Text>()? {
                    text.add(&part.0);
                }
                Ok(text)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                let mut text = Text::default();
                while let Some((_, part)) = map.next_entry::<IgnoredAny, Text>()? {
                    text.add(&part.0);
                }
                Ok(text)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
