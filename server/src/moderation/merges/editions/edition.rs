//! An edition as it is compared, merged and made again: its whole row.

use dogear_domain::edition::{Format, language_name};
use dogear_domain::ids::{EditionId, WorkId};
use dogear_domain::isbn::Isbn13;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::PgConnection;

use crate::Result;
use crate::moderation::merges::Mergeable;
use crate::moderation::repo::edition_merges as repo;

/// Something said about an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Detail {
    Isbn,
    Title,
    Format,
    Publisher,
    Year,
    Pages,
    Language,
}

impl Detail {
    pub const ALL: [Self; 7] = [
        Self::Isbn,
        Self::Title,
        Self::Format,
        Self::Publisher,
        Self::Year,
        Self::Pages,
        Self::Language,
    ];

    /// As pages name it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Isbn => "ISBN",
            Self::Title => "Own title",
            Self::Format => "Format",
            Self::Publisher => "Publisher",
            Self::Year => "Year",
            Self::Pages => "Pages",
            Self::Language => "Language",
        }
    }

    /// The column of `editions`.
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Isbn => "isbn13",
            Self::Title => "title",
            Self::Format => "format",
            Self::Publisher => "publisher",
            Self::Year => "year",
            Self::Pages => "pages",
            Self::Language => "language",
        }
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Edition {
    pub id: EditionId,
    pub(super) row: Map<String, Value>,
}

impl Edition {
    /// The work it is an edition of.
    pub fn work(&self) -> WorkId {
        WorkId(
            self.row
                .get("work_id")
                .and_then(Value::as_i64)
                .unwrap_or_default(),
        )
    }

    /// The detail in words; empty when it is not known.
    pub fn say(&self, detail: Detail) -> String {
        let text = match self.row.get(detail.column()) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => return String::new(),
        };
        match detail {
            Detail::Isbn => text.parse::<Isbn13>().map_or(text, |isbn| isbn.grouped()),
            Detail::Format => match text.parse() {
                Ok(Format::Unknown) | Err(_) => String::new(),
                Ok(format) => format.label().to_owned(),
            },
            Detail::Language => language_name(&text).unwrap_or_default().to_owned(),
            _ => text,
        }
    }

    /// Whether `other` says what this one leaves open. Without a title of its own an edition
    /// has the work's, which is no gap.
    pub fn is_completed_by(&self, other: &Self, detail: Detail) -> bool {
        detail != Detail::Title && self.say(detail).is_empty() && !other.say(detail).is_empty()
    }
}

impl Mergeable for Edition {
    type Said = Detail;

    fn same(&self, other: &Self, detail: Detail) -> bool {
        self.row.get(detail.column()) == other.row.get(detail.column())
    }

    fn take(&mut self, other: &Self, detail: Detail) {
        let value = other.row.get(detail.column()).cloned().unwrap_or_default();
        self.row.insert(detail.column().to_owned(), value);
    }
}

pub(super) async fn edition(conn: &mut PgConnection, id: EditionId) -> Result<Option<Edition>> {
    let row = repo::edition(conn, id).await?;
    Ok(row.map(|row| Edition { id, row }))
}
