//! A work as it is compared, merged and made again: its whole row.

use dogear_domain::ids::WorkId;
use serde_json::{Map, Value};
use sqlx::PgConnection;

use super::{Fact, Mergeable};
use crate::Result;
use crate::catalogue::repo::merging;
use crate::moderation::repo::work_merges as repo;

/// A work as it is compared: its row, and names for what the row only refers to.
#[derive(Debug, Clone)]
pub struct Work {
    pub id: WorkId,
    pub(super) row: Map<String, Value>,
}

impl Work {
    pub(super) fn text(&self, column: &str) -> String {
        match self.row.get(column) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    pub fn title(&self) -> String {
        self.text("title")
    }

    pub fn slug(&self) -> String {
        self.text("slug")
    }

    /// The fact in words; empty when it is not known.
    pub fn say(&self, fact: Fact) -> String {
        match fact {
            Fact::Language => dogear_domain::edition::language_name(&self.text("language"))
                .map(|name| name.to_string())
                .unwrap_or_default(),
            Fact::Genre => self.text("genre_name"),
            Fact::Series => [self.text("series_title"), self.text("series_position")]
                .join(" ")
                .trim()
                .to_owned(),
            other => self.text(other.columns()[0]),
        }
    }
}

impl Mergeable for Work {
    type Said = Fact;

    fn same(&self, other: &Self, fact: Fact) -> bool {
        fact.columns()
            .iter()
            .all(|column| self.row.get(*column) == other.row.get(*column))
    }

    fn take(&mut self, other: &Self, fact: Fact) {
        for column in fact.columns() {
            let value = other.row.get(*column).cloned().unwrap_or_default();
            self.row.insert((*column).to_owned(), value);
        }
    }
}

pub(super) async fn work(conn: &mut PgConnection, id: WorkId) -> Result<Option<Work>> {
    let row = repo::work(conn, id).await?;
    Ok(row.map(|row| Work { id, row }))
}

/// Writes the facts of a work that is there.
pub(super) async fn write(conn: &mut PgConnection, work: &Work, with_authors: bool) -> Result<()> {
    merging::write_work(conn, work.id, &work.row).await?;
    if with_authors {
        merging::write_authors(conn, work.id, &work.row).await?;
    }
    Ok(())
}
