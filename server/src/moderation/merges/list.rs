//! Works to choose from, and the merges that were made.

use dogear_domain::fields;
use dogear_domain::ids::WorkId;
use jiff::Timestamp;

use crate::db::MaybeTimestamp;
use crate::{Cx, Error, Result};

/// Works in one list.
const PAGE: i64 = 50;
/// The newest works that are looked at for duplicates: a look-up in an index for each.
const LOOKED_AT: i64 = 2000;

/// A work in a list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Found {
    pub id: WorkId,
    pub slug: String,
    pub title: String,
    pub author_line: String,
    pub first_year: Option<i32>,
    pub editions: i64,
    pub copies: i64,
}

/// Two works that are probably one: the older first.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Pair {
    pub keep: WorkId,
    pub drop: WorkId,
    pub title: String,
    pub keep_authors: String,
    pub drop_authors: String,
}

/// A merge, as it stands in the list and on its page.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Merge {
    pub id: i64,
    pub dropped: WorkId,
    pub dropped_title: String,
    /// The work that stands there now, and its slug and title.
    pub kept: Option<WorkId>,
    pub slug: Option<String>,
    pub title: Option<String>,
    /// Handle.
    pub moderator: String,
    #[sqlx(try_from = "jiff_sqlx::Timestamp")]
    pub created_at: Timestamp,
    #[sqlx(try_from = "MaybeTimestamp")]
    pub undone_at: Option<Timestamp>,
    pub editions: i32,
    pub copies: i32,
}

/// Works whose title or author holds `words`, or with that ISBN or number, at most 50.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn find(cx: &Cx, words: &str) -> Result<Vec<Found>> {
    cx.moderator()?;
    let isbn = words.trim().parse::<dogear_domain::isbn::Isbn13>().ok();
    let number = words.trim().trim_start_matches('#').parse::<i64>().ok();
    let key = fields::title_key(words).replace(['%', '_', '\\'], "");
    if key.is_empty() && number.is_none() {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_as(
        "select w.id, w.slug, w.title, w.author_line, w.first_year,
             (select count(*) from editions e where e.work_id = w.id) as editions,
             (select count(*) from copies c where c.work_id = w.id and c.state <> 'deleted') as copies
         from works w where w.id in (
             select $2::bigint
             union select work_id from editions where id = isbn_edition($3)
             union (select id from works where title_key like $1 limit $4)
             union (select wa.work_id from authors a join work_authors wa on wa.author_id = a.id
                 where a.name_key like $1 limit $4))
         order by w.title_key, w.id limit $4",
    )
    .bind(format!("%{key}%"))
    .bind(number)
    .bind(isbn.map(|isbn| isbn.to_string()))
    .bind(PAGE)
    .fetch_all(cx.db())
    .await?)
}

/// Among the newest works, those whose title another work has too, by the same first author
/// or with an author in common.
///
/// # Errors
/// As [`find`].
pub async fn likely(cx: &Cx) -> Result<Vec<Pair>> {
    cx.moderator()?;
    Ok(sqlx::query_as(
        "select o.id as keep, w.id as drop, w.title, o.author_line as keep_authors, w.author_line as drop_authors
         from (select id, title, title_key, author_key, author_line from works order by id desc limit $1) w
         join works o on o.title_key = w.title_key and o.id < w.id
         where (o.author_key = w.author_key and w.author_key <> '')
             or exists (select from work_authors a join work_authors b using (author_id)
                 where a.work_id = w.id and b.work_id = o.id)
         order by w.id desc, o.id limit $2",
    )
    .bind(LOOKED_AT)
    .bind(PAGE)
    .fetch_all(cx.db())
    .await?)
}

/// The 50 newest merges.
///
/// # Errors
/// As [`find`].
pub async fn recent(cx: &Cx) -> Result<Vec<Merge>> {
    merges(cx, None).await
}

/// One merge.
///
/// # Errors
/// As [`find`], and `NotFound` when there is none with this number.
pub async fn one(cx: &Cx, id: i64) -> Result<Merge> {
    merges(cx, Some(id)).await?.pop().ok_or(Error::NotFound)
}

async fn merges(cx: &Cx, id: Option<i64>) -> Result<Vec<Merge>> {
    cx.moderator()?;
    Ok(sqlx::query_as(
        "select m.id, m.dropped_id as dropped, m.snapshot #>> '{dropped,title}' as dropped_title,
             w.id as kept, w.slug, w.title, u.handle as moderator, m.created_at, m.undone_at,
             jsonb_array_length(m.snapshot #> '{moved,editions}') as editions,
             jsonb_array_length(m.snapshot #> '{moved,copies}') as copies
         from work_merges m join users u on u.id = m.moderator_id
         left join works w on w.id = merged_work(m.kept_id)
         where $1::bigint is null or m.id = $1
         order by m.id desc limit $2",
    )
    .bind(id)
    .bind(PAGE)
    .fetch_all(cx.db())
    .await?)
}
