//! A work with its editions and copies.

use std::collections::HashMap;

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, EditionId, RoundId, SeriesId, UserId, WorkId};
use dogear_domain::offers::Offers;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

use crate::Result;
use crate::pages::{CopySort, EditionLine, Named};
use crate::places::Seen;
use crate::trades::Trust;

/// A work with its authors and editions.
pub(in crate::pages) struct WorkRow {
    pub slug: String,
    pub title: String,
    pub subtitle: String,
    pub language: String,
    pub first_year: Option<i32>,
    pub description: String,
    pub genre: Option<String>,
    pub genre_name: Option<String>,
    pub series_id: Option<SeriesId>,
    pub series_title: Option<String>,
    pub series_position: Option<String>,
    pub author_line: String,
    pub authors: Json<Vec<Named>>,
    /// Without their copies.
    pub editions: Json<Vec<EditionLine>>,
    /// Of its ratings, none while there is none: how many, the sum of their quarters, and how many
    /// gave each number of quarters.
    pub rated: Option<i32>,
    pub rated_sum: Option<i32>,
    pub rated_buckets: Option<Vec<i32>>,
}

/// The work with this number.
pub(in crate::pages) async fn work(db: &PgPool, id: WorkId) -> Result<Option<WorkRow>> {
    Ok(sqlx::query_as!(
        WorkRow,
        r#"select w.slug, w.title, w.subtitle, w.language, w.first_year, w.description, w.genre,
             g.name as "genre_name?", w.series_id, s.title as "series_title?",
             trim_scale(w.series_position)::text as series_position, w.author_line,
             coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name) order by wa.position, a.id)
                 from work_authors wa join authors a on a.id = wa.author_id
                 where wa.work_id = w.id), '[]') as "authors!: Json<Vec<Named>>",
             coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'title', e.title, 'subtitle', e.subtitle, 'format', e.format,
                     'publisher', e.publisher, 'year', e.year, 'pages', e.pages,
                     'language', coalesce(nullif(e.language, ''), w.language), 'isbn13', e.isbn13::text)
                     order by e.year desc nulls last, e.id)
                 from (select * from editions where work_id = w.id order by id limit 50) e), '[]')
                 as "editions!: Json<Vec<EditionLine>>",
             wr.n as "rated?", wr.sum as "rated_sum?", wr.buckets as "rated_buckets?"
         from works w
         left join genres g on g.slug = w.genre
         left join series s on s.id = w.series_id
         left join work_ratings wr on wr.work_id = w.id
         where w.id = $1"#,
        id.0
    )
    .fetch_optional(db)
    .await?)
}

/// A listed copy, with the numbers over all pages.
pub(in crate::pages) struct CopyRow {
    pub id: CopyId,
    pub edition_id: EditionId,
    pub grade: Grade,
    pub defects: Vec<String>,
    pub note: String,
    pub offers: Offers,
    pub photos: Vec<Uuid>,
    pub handle: String,
    pub seen: Json<Seen>,
    pub held: bool,
    /// The round in which one can ask for it, and until when.
    pub round: Option<RoundId>,
    pub closes_at: Option<jiff_sqlx::Timestamp>,
    pub available: i64,
    pub in_trades: i64,
    pub mine: bool,
    pub trust: Json<Trust>,
}

/// The copies of a work that `reader` may see listed, whose owners would hand them over, those that
/// are promised or lent last, where those that are given away in a round count as free. The nearest first: behind those whose distance is known the
/// reader’s country, then what can be posted abroad.
pub(in crate::pages) async fn copies(
    db: &PgPool,
    work: WorkId,
    reader: Option<UserId>,
    sort: CopySort,
    now: Timestamp,
    most: i64,
    offset: i64,
) -> Result<Vec<CopyRow>> {
    Ok(sqlx::query_as!(
        CopyRow,
        r#"select l.id as "id!: CopyId", l.edition_id as "edition_id!: EditionId",
             l.grade as "grade!: Grade", l.defects as "defects!", trust(l.owner) as "trust!: Json<Trust>",
             l.note as "note!", offer_terms(k) as "offers!: Offers", (l.owner).handle as "handle!",
             w.seen as "seen!: Json<Seen>",
             l.held and g.id is null as "held!", g.id as "round?", g.closes_at as "closes_at?", coalesce(l.owner_id = $2, false) as "mine!",
             count(*) filter (where not l.held or g.id is not null) over () as "available!",
             count(*) filter (where l.held and g.id is null) over () as "in_trades!",
             array(select p.key from copy_photos p where p.copy_id = l.id order by p.position, p.id) as "photos!"
         from listed_copies($3) l join copies k on k.id = l.id cross join lateral seen_by($2, l.owner) w
         left join give_rounds g on g.copy_id = l.id and takes_asks(g, $3)
         where l.work_id = $1 and not l.owner_away
             and not exists (select from blocked_with($2) b where b.user_id = l.owner_id)
         order by l.held and g.id is null,
             case $6 when 'nearest' then w.kilometres end,
             case $6 when 'nearest' then w.same_country end desc,
             case $6 when 'nearest' then (l.owner).posts_abroad end desc,
             case $6 when 'newest' then l.listed_at end desc,
             -- What is given away costs nothing.
             case $6 when 'price' then case when k.offer_give then 0 else k.price_minor end end,
             l.grade desc, (l.owner).trades_completed desc, l.id limit $4 offset $5"#,
        work.0,
        reader.map(|reader| reader.0),
        now.to_sqlx(),
        most,
        offset,
        sort.as_str()
    )
    .fetch_all(db)
    .await?)
}

/// The same copies but for those that are promised or lent, the last entered first, from behind
/// the copy `before`. The numbers over all pages are nought.
pub(in crate::pages) async fn copies_before(
    db: &PgPool,
    work: WorkId,
    reader: Option<UserId>,
    now: Timestamp,
    before: Option<CopyId>,
    most: i64,
) -> Result<Vec<CopyRow>> {
    Ok(sqlx::query_as!(
        CopyRow,
        r#"select l.id as "id!: CopyId", l.edition_id as "edition_id!: EditionId",
             l.grade as "grade!: Grade", l.defects as "defects!", trust(l.owner) as "trust!: Json<Trust>",
             l.note as "note!", offer_terms(k) as "offers!: Offers", (l.owner).handle as "handle!",
             w.seen as "seen!: Json<Seen>",
             false as "held!", g.id as "round?", g.closes_at as "closes_at?", coalesce(l.owner_id = $2, false) as "mine!",
             0::bigint as "available!", 0::bigint as "in_trades!",
             array(select p.key from copy_photos p where p.copy_id = l.id order by p.position, p.id) as "photos!"
         from listed_copies($3) l join copies k on k.id = l.id cross join lateral seen_by($2, l.owner) w
         left join give_rounds g on g.copy_id = l.id and takes_asks(g, $3)
         where l.work_id = $1 and not l.owner_away and (not l.held or g.id is not null)
             and ($4::bigint is null or l.id < $4)
             and not exists (select from blocked_with($2) b where b.user_id = l.owner_id)
         order by l.id desc limit $5"#,
        work.0,
        reader.map(|reader| reader.0),
        now.to_sqlx(),
        before.map(|copy| copy.0),
        most
    )
    .fetch_all(db)
    .await?)
}

/// How many of the copies in [`copies`] that nobody is promised there are of each edition.
pub(in crate::pages) async fn copies_of_editions(
    db: &PgPool,
    work: WorkId,
    reader: Option<UserId>,
    now: Timestamp,
) -> Result<HashMap<EditionId, i64>> {
    let counts = sqlx::query!(
        r#"select l.edition_id as "edition_id!: EditionId", count(*) as "copies!"
         from listed_copies($3) l
         where l.work_id = $1 and not l.owner_away
             and (not l.held or exists (select from give_rounds g
               where g.copy_id = l.id and takes_asks(g, $3)))
             and not exists (select from blocked_with($2) b where b.user_id = l.owner_id)
         group by l.edition_id"#,
        work.0,
        reader.map(|reader| reader.0),
        now.to_sqlx()
    )
    .fetch_all(db)
    .await?;
    Ok(counts
        .into_iter()
        .map(|row| (row.edition_id, row.copies))
        .collect())
}
