//! What a book says, field by field, as forms write it.

use std::collections::BTreeMap;

use dogear_domain::corrections::BookField;
use dogear_domain::ids::{EditionId, WorkId};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use crate::Result;
use crate::version::Version;

/// The fields of one edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EditionFacts {
    pub id: EditionId,
    pub texts: BTreeMap<BookField, String>,
}

/// The fields of a work and of its editions.
#[derive(Debug, Clone)]
pub struct Facts {
    /// By which corrections name it.
    pub work: WorkId,
    /// Of the work's page.
    pub slug: String,
    pub(super) texts: Json<BTreeMap<BookField, String>>,
    pub(super) editions: Json<Vec<EditionFacts>>,
}

/// What a form calls a field: `title`, `isbn-12`.
pub fn name(edition: Option<EditionId>, field: BookField) -> String {
    match edition {
        Some(edition) => format!("{field}-{edition}"),
        None => field.to_string(),
    }
}

impl Facts {
    /// Of how many editions a form has the fields.
    pub const SHOWN: usize = 20;

    /// What a field says now; empty when it is not known, `None` when there is no such edition.
    pub fn text(&self, edition: Option<EditionId>, field: BookField) -> Option<&str> {
        let texts = match edition {
            Some(id) => &self.editions.iter().find(|edition| edition.id == id)?.texts,
            None => &self.texts.0,
        };
        Some(texts.get(&field).map_or("", String::as_str))
    }

    /// The title of the work.
    pub fn title(&self) -> &str {
        self.text(None, BookField::Title).unwrap_or_default()
    }

    /// Its editions, the oldest entry first.
    pub fn editions(&self) -> impl Iterator<Item = EditionId> + use<'_> {
        self.editions.iter().map(|edition| edition.id)
    }

    /// Every field there is, those of the work first.
    pub fn fields(&self) -> impl Iterator<Item = (Option<EditionId>, BookField)> + use<'_> {
        let of_work = BookField::OF_WORK.into_iter().map(|field| (None, field));
        of_work.chain(self.editions().flat_map(|edition| {
            BookField::OF_EDITION
                .into_iter()
                .map(move |field| (Some(edition), field))
        }))
    }

    /// Changes with any of what a form has of it: a form that was shown remembers what it showed.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        let shown: Vec<&EditionFacts> = self.editions.iter().take(Self::SHOWN).collect();
        Version::of(&(&self.texts, shown))
    }
}
