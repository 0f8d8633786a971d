//! The written files under `server/seed`.

use dogear_domain::accounts::Role;
use dogear_domain::isbn::Isbn13;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

const CATALOGUE: &str = include_str!("../../../seed/catalogue.csv");
const READERS: &str = include_str!("../../../seed/readers.csv");
const NOTES: &str = include_str!("../../../seed/notes.csv");
const LETTERS: &str = include_str!("../../../seed/messages.csv");

/// A work. The columns are explained in `server/seed/README.md`.
#[derive(Debug, Deserialize)]
pub(super) struct Work {
    pub title: String,
    pub subtitle: String,
    pub authors: String,
    pub year: Option<i32>,
    pub language: String,
    pub genre: String,
    pub series: String,
    pub series_position: Option<f64>,
    pub isbn13: Option<Isbn13>,
    pub blurb: String,
}

/// A reader.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Reader {
    pub handle: String,
    pub display_name: String,
    pub city: String,
    pub region: String,
    pub country: String,
    pub about: String,
    pub time_zone: String,
    pub joined_months_ago: i64,
    pub role: Role,
}

/// What an owner says about a copy.
#[derive(Debug, Deserialize)]
pub(super) struct Note {
    pub grade: i16,
    pub note: String,
    pub defects: String,
}

/// What readers write to each other.
#[derive(Debug, Deserialize)]
pub(super) struct Letter {
    pub kind: String,
    pub text: String,
}

/// Everything that was written for the demo community.
pub(super) struct Files {
    pub works: Vec<Work>,
    pub readers: Vec<Reader>,
    pub notes: Vec<Note>,
    pub letters: Vec<Letter>,
}

impl Files {
    /// # Errors
    /// `Internal` when a file does not have the promised columns.
    pub(super) fn read() -> Result<Self> {
        Ok(Self {
            works: rows(CATALOGUE)?,
            readers: rows(READERS)?,
            notes: rows(NOTES)?,
            letters: rows(LETTERS)?,
        })
    }
}

fn rows<T: DeserializeOwned>(text: &str) -> Result<Vec<T>> {
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize()
        .collect::<std::result::Result<_, _>>()
        .map_err(Error::internal)
}
