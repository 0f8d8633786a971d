//! A work as it is compared, merged and made again: its whole row.

use dogear_domain::ids::WorkId;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::Fact;
use crate::Result;

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

    pub(super) fn same(&self, other: &Self, fact: Fact) -> bool {
        fact.columns()
            .iter()
            .all(|column| self.row.get(*column) == other.row.get(*column))
    }

    pub(super) fn take(&mut self, other: &Self, fact: Fact) {
        for column in fact.columns() {
            let value = other.row.get(*column).cloned().unwrap_or_default();
            self.row.insert((*column).to_owned(), value);
        }
    }
}

pub(super) async fn work(conn: &mut PgConnection, id: WorkId) -> Result<Option<Work>> {
    let row: Option<Json<Map<String, Value>>> = sqlx::query_scalar(
        "select to_jsonb(w) || jsonb_build_object('series_title', s.title, 'genre_name', g.name,
             'authors', coalesce((select jsonb_agg(jsonb_build_object('author_id', a.author_id,
                 'position', a.position, 'role', a.role) order by a.position, a.author_id)
                 from work_authors a where a.work_id = w.id), '[]'))
         from works w left join series s on s.id = w.series_id left join genres g on g.slug = w.genre
         where w.id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|Json(row)| Work { id, row }))
}

/// Writes the facts of a work that is there.
pub(super) async fn write(conn: &mut PgConnection, work: &Work, with_authors: bool) -> Result<()> {
    sqlx::query(
        "update works w set title = r.title, title_key = r.title_key, slug = r.slug,
             subtitle = r.subtitle, author_line = r.author_line, author_key = r.author_key,
             first_year = r.first_year, language = r.language, genre = r.genre,
             series_id = r.series_id, series_position = r.series_position, description = r.description
         from jsonb_populate_record(null::works, $2) r where w.id = $1",
    )
    .bind(work.id)
    .bind(Json(&work.row))
    .execute(&mut *conn)
    .await?;
    if with_authors {
        sqlx::query("delete from work_authors where work_id = $1")
            .bind(work.id)
            .execute(&mut *conn)
            .await?;
        authors(conn, work.id, &work.row).await?;
    }
    Ok(())
}

pub(super) async fn authors(
    conn: &mut PgConnection,
    work: WorkId,
    row: &Map<String, Value>,
) -> Result<()> {
    sqlx::query(
        "insert into work_authors (work_id, author_id, position, role)
         select $1, a.author_id, a.position, a.role
         from jsonb_to_recordset($2) as a (author_id bigint, position smallint, role text)",
    )
    .bind(work)
    .bind(Json(row.get("authors").unwrap_or(&json!([]))))
    .execute(conn)
    .await?;
    Ok(())
}
