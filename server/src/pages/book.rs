//! A work with its editions and every copy that can be asked for.

use jiff_sqlx::ToSqlx;
use std::collections::HashMap;

use dogear_domain::edition::Format;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{AuthorId, CopyId, EditionId, SeriesId, WorkId};
use dogear_domain::isbn::Isbn13;
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Trust, TrustRow, defects, offset};
use crate::recommendations::{self, Alike};
use crate::{Cx, Error, Result};

/// Copies on one page of a book's table.
pub const COPIES_PER_PAGE: u64 = 50;

/// An author's id and name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Named {
    pub id: AuthorId,
    pub name: String,
}

/// A work's place in a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesPlace {
    pub id: SeriesId,
    pub title: String,
    /// "3", "1.5"; empty when the series is not numbered.
    pub position: String,
}

/// An edition, and how many of its copies can be asked for now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EditionLine {
    pub id: EditionId,
    /// Empty when it is the work's.
    pub title: String,
    pub format: Format,
    pub publisher: String,
    pub year: Option<i32>,
    pub pages: Option<i32>,
    pub language: String,
    pub isbn13: Option<Isbn13>,
    #[serde(default)]
    pub copies: i64,
}

/// A copy that can be asked for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyLine {
    pub id: CopyId,
    pub edition: EditionId,
    pub grade: Grade,
    pub defects: Vec<Defect>,
    pub note: String,
    /// Keys of the photos, in the owner's order.
    pub photos: Vec<Uuid>,
    pub owner: String,
    pub city: String,
    pub trust: Trust,
    /// It belongs to whoever asks.
    pub mine: bool,
}

/// Everything on a book's page.
#[derive(Debug, Clone)]
pub struct BookPage {
    pub id: WorkId,
    pub slug: String,
    pub title: String,
    pub subtitle: String,
    pub language: String,
    pub first_year: Option<i32>,
    pub description: String,
    /// Slug and name.
    pub genre: Option<(String, String)>,
    pub series: Option<SeriesPlace>,
    pub author_line: String,
    pub authors: Vec<Named>,
    pub editions: Vec<EditionLine>,
    /// The page of them that was asked for, best first.
    pub copies: Vec<CopyLine>,
    /// The number of that page, from 1.
    pub page: u64,
    /// All copies that can be asked for.
    pub available: i64,
    /// Listed copies that are promised in a trade.
    pub in_trades: i64,
    /// What its readers also own, and what is like it.
    pub alike: Alike,
}

#[derive(sqlx::FromRow)]
struct WorkRow {
    slug: String,
    title: String,
    subtitle: String,
    language: String,
    first_year: Option<i32>,
    description: String,
    genre: Option<String>,
    genre_name: Option<String>,
    series_id: Option<SeriesId>,
    series_title: Option<String>,
    series_position: Option<String>,
    author_line: String,
    authors: Json<Vec<Named>>,
    editions: Json<Vec<EditionLine>>,
}

#[derive(sqlx::FromRow)]
struct CopyRow {
    id: CopyId,
    edition_id: EditionId,
    grade: Grade,
    defects: Vec<String>,
    note: String,
    photos: Vec<Uuid>,
    handle: String,
    city: String,
    held: bool,
    available: i64,
    in_trades: i64,
    mine: bool,
    #[sqlx(flatten)]
    trust: TrustRow,
}

impl BookPage {
    /// How many pages the table of copies has.
    pub fn pages(&self) -> u64 {
        (self.available.max(0) as u64).div_ceil(COPIES_PER_PAGE)
    }
}

/// The page of a work, with page `page` (from 1) of its copies, or the first when there is
/// no such page. Copies of readers who blocked, or are blocked by, the one who asks are
/// left out.
///
/// # Errors
/// `NotFound` when there is no such work.
pub async fn book(cx: &Cx, id: WorkId, mut page: u64) -> Result<BookPage> {
    let work = work(cx, id).await?.ok_or(Error::NotFound)?;
    let mut rows = copies(cx, id, page).await?;
    if page != 1 && rows.iter().all(|row| row.held) {
        page = 1;
        rows = copies(cx, id, page).await?;
    }
    let alike = recommendations::alike(cx, id).await?;
    let available = rows.first().map_or(0, |row| row.available);
    let in_trades = rows.first().map_or(0, |row| row.in_trades);
    let copies: Vec<CopyLine> = rows
        .into_iter()
        .filter(|row| !row.held)
        .map(|row| CopyLine {
            id: row.id,
            edition: row.edition_id,
            grade: row.grade,
            defects: defects(&row.defects),
            note: row.note,
            photos: row.photos,
            owner: row.handle,
            city: row.city,
            trust: row.trust.into(),
            mine: row.mine,
        })
        .collect();
    let of_edition: HashMap<EditionId, i64> = if available as usize == copies.len() {
        copies.iter().fold(HashMap::new(), |mut counts, copy| {
            *counts.entry(copy.edition).or_default() += 1;
            counts
        })
    } else {
        copies_of_editions(cx, id).await?
    };
    let mut editions = work.editions.0;
    for edition in &mut editions {
        edition.copies = of_edition.get(&edition.id).copied().unwrap_or_default();
    }
    Ok(BookPage {
        id,
        slug: work.slug,
        title: work.title,
        subtitle: work.subtitle,
        language: work.language,
        first_year: work.first_year,
        description: work.description,
        genre: work.genre.zip(work.genre_name),
        series: work
            .series_id
            .zip(work.series_title)
            .map(|(id, title)| SeriesPlace {
                id,
                title,
                position: work.series_position.unwrap_or_default(),
            }),
        author_line: work.author_line,
        authors: work.authors.0,
        editions,
        copies,
        page,
        available,
        in_trades,
        alike,
    })
}

async fn work(cx: &Cx, id: WorkId) -> Result<Option<WorkRow>> {
    Ok(sqlx::query_as(
        "select w.slug, w.title, w.subtitle, w.language, w.first_year, w.description, w.genre,
             g.name as genre_name, w.series_id, s.title as series_title,
             trim_scale(w.series_position)::text as series_position, w.author_line,
             coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name) order by wa.position, a.id)
                 from work_authors wa join authors a on a.id = wa.author_id
                 where wa.work_id = w.id), '[]') as authors,
             coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'title', e.title, 'format', e.format,
                     'publisher', e.publisher, 'year', e.year, 'pages', e.pages,
                     'language', coalesce(nullif(e.language, ''), w.language), 'isbn13', e.isbn13::text)
                     order by e.year desc nulls last, e.id)
                 from (select * from editions where work_id = w.id order by id limit 50) e), '[]') as editions
         from works w
         left join genres g on g.slug = w.genre
         left join series s on s.id = w.series_id
         where w.id = $1",
    )
    .bind(id)
    .fetch_optional(cx.db())
    .await?)
}

/// The copies of work $1 that reader $2 may see listed at $3, and who would hand them over.
macro_rules! listed {
    ($columns:literal) => {
        concat!(
            "select ",
            $columns,
            ", l.held from listed_copies($3) l
             where l.work_id = $1 and not l.owner_away
                 and not exists (select from blocked_with($2) b where b.user_id = l.owner_id)"
        )
    };
}

async fn copies(cx: &Cx, work: WorkId, page: u64) -> Result<Vec<CopyRow>> {
    Ok(sqlx::query_as(concat!(
        "with listed as (",
        listed!(
            "l.id, l.edition_id, l.owner_id, l.grade, l.defects, l.note, (l.owner).handle, (l.owner).city,
             (l.owner).trades_completed, (l.owner).replies, (l.owner).reply_seconds,
             (l.owner).parcels_sent, (l.owner).parcels_on_time, (l.owner).created_at as joined_at"
        ),
        ") select l.*, coalesce(l.owner_id = $2, false) as mine,
             count(*) filter (where not held) over () as available,
             count(*) filter (where held) over () as in_trades,
             array(select p.key from copy_photos p where p.copy_id = l.id order by p.position, p.id) as photos
         from listed l
         order by held, grade desc, trades_completed desc, id limit $4 offset $5"
    ))
    .bind(work)
    .bind(cx.actor.as_ref().map(|actor| actor.id))
    .bind(cx.now().to_sqlx())
    .bind(COPIES_PER_PAGE as i64)
    .bind(offset(page, COPIES_PER_PAGE))
    .fetch_all(cx.db())
    .await?)
}

/// How many copies of each edition can be asked for: where one page does not show them all.
async fn copies_of_editions(cx: &Cx, work: WorkId) -> Result<HashMap<EditionId, i64>> {
    let counts: Vec<(EditionId, i64)> = sqlx::query_as(concat!(
        "select edition_id, count(*) from (",
        listed!("l.edition_id"),
        ") l where not held group by edition_id"
    ))
    .bind(work)
    .bind(cx.actor.as_ref().map(|actor| actor.id))
    .bind(cx.now().to_sqlx())
    .fetch_all(cx.db())
    .await?;
    Ok(counts.into_iter().collect())
}
