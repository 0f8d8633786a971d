//! What a book says, field by field, as forms write it.

use std::collections::{BTreeMap, HashMap};

use dogear_domain::corrections::BookField;
use dogear_domain::ids::{EditionId, WorkId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::Result;

/// The fields of one edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EditionFacts {
    pub id: EditionId,
    pub texts: BTreeMap<BookField, String>,
}

/// The fields of a work and of its editions.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Facts {
    pub work: WorkId,
    pub slug: String,
    texts: Json<BTreeMap<BookField, String>>,
    editions: Json<Vec<EditionFacts>>,
}

/// What a form calls a field: `title`, `isbn-12`.
pub fn name(edition: Option<EditionId>, field: BookField) -> String {
    match edition {
        Some(edition) => format!("{field}-{edition}"),
        None => field.to_string(),
    }
}

impl Facts {
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

    /// Changes with any of it: a form that was shown remembers what it showed.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<String> {
        let text = serde_json::to_vec(&(&self.texts, &self.editions))?;
        let digest = Sha256::digest(text);
        Ok(digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect())
    }
}

/// The facts of these works, as far as they are there.
pub(super) async fn read(
    conn: &mut PgConnection,
    works: &[WorkId],
) -> Result<HashMap<WorkId, Facts>> {
    let rows: Vec<Facts> = sqlx::query_as(
        "select w.id as work, w.slug, jsonb_build_object('title', w.title, 'subtitle', w.subtitle,
             'authors', coalesce((select string_agg(a.name, '; ' order by wa.position, a.id)
                 from work_authors wa join authors a on a.id = wa.author_id where wa.work_id = w.id), ''),
             'first_year', coalesce(w.first_year::text, ''), 'language', w.language,
             'genre', coalesce(w.genre, ''), 'series', coalesce(s.title, ''),
             'series_position', coalesce(trim_scale(w.series_position)::text, ''),
             'description', w.description) as texts,
             coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'texts', jsonb_build_object(
                 'isbn', coalesce(e.isbn13::text, ''),
                 'format', case e.format when 'unknown' then '' else e.format end,
                 'publisher', e.publisher, 'year', coalesce(e.year::text, ''),
                 'pages', coalesce(e.pages::text, ''), 'edition_language', e.language)) order by e.id)
                 from (select * from editions where work_id = w.id order by id limit 200) e), '[]') as editions
         from works w left join series s on s.id = w.series_id where w.id = any ($1)",
    )
    .bind(works)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|facts| (facts.work, facts)).collect())
}
