//! What a reader could get for what they own: copies of others that can be asked for now.

use dogear_domain::grade::Grade;
use dogear_domain::ids::CopyId;
use jiff_sqlx::ToSqlx;

use crate::search::WorkLine;
use crate::{Cx, Result};

/// Offers that are shown.
const SHOWN: usize = 12;
/// Offers for the same book of the reader's that come before those for others.
const FOR_ONE_BOOK: usize = 3;

/// Why something is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// Readers who own this book of theirs own it too.
    AlsoOwned {
        title: String,
    },
    SameSeries {
        title: String,
    },
    SameAuthor {
        title: String,
    },
    /// Of the genre they have most of; its name.
    Genre {
        name: String,
    },
    /// Listed lately in their town.
    NewNearby,
    /// So many readers have asked for a copy.
    Wanted {
        readers: i32,
    },
    New,
}

/// A copy that the reader could ask for, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub fit: Fit,
    pub copy: CopyId,
    pub grade: Grade,
    pub owner: String,
    /// As the owner writes it; may be empty.
    pub city: String,
    /// The owner lives where the reader does.
    pub near: bool,
    /// Completed by the owner.
    pub trades: i32,
    pub work: WorkLine,
}

/// What is offered to somebody who has nothing that anything fits.
#[derive(Debug, Clone, Default)]
pub struct ForReader {
    pub offers: Vec<Offer>,
    /// Something stands on their shelf.
    pub has_books: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    kind: i32,
    /// The title, or genre, that is the reason.
    because: String,
    wanted: i32,
    has_books: bool,
    copy_id: CopyId,
    grade: Grade,
    handle: String,
    city: String,
    near: bool,
    trades_completed: i32,
    #[sqlx(flatten)]
    work: WorkLine,
}

impl From<Row> for Offer {
    fn from(row: Row) -> Self {
        Self {
            fit: match row.kind {
                1 => Fit::AlsoOwned { title: row.because },
                2 => Fit::SameSeries { title: row.because },
                3 => Fit::SameAuthor { title: row.because },
                4 => Fit::Genre { name: row.because },
                5 => Fit::NewNearby,
                6 => Fit::Wanted {
                    readers: row.wanted,
                },
                _ => Fit::New,
            },
            copy: row.copy_id,
            grade: row.grade,
            owner: row.handle,
            city: row.city,
            near: row.near,
            trades: row.trades_completed,
            work: row.work,
        }
    }
}

/// From `found`, the works worth an offer (work_id, …), one copy each that reader $1 can ask
/// for at $2, the nearest: `picked`. Needs `me`.
macro_rules! picked {
    () => {
        "me as (select u.id, u.town_id, t.latitude, t.longitude
             from users u left join towns t on t.id = u.town_id where u.id = $1),
         blocked as materialized (select user_id from blocked_with($1)),
         picked as (
             select f.*, o.* from found f cross join me cross join lateral (
                 select c.id as copy_id, c.grade, (c.owner).handle, (c.owner).city, (c.owner).trades_completed,
                     coalesce((c.owner).town_id = me.town_id, false) as near,
                     kilometres(me.latitude, me.longitude, t.latitude, t.longitude) as kilometres
                 from (select id, owner_id, grade, owner from offered_copies($2)
                       where work_id = f.work_id limit 100) c
                 left join towns t on t.id = (c.owner).town_id
                 where c.owner_id <> $1 and c.owner_id not in (select user_id from blocked)
                 order by coalesce((c.owner).town_id = me.town_id, false) desc, 7 nulls last, c.grade desc,
                     (c.owner).trades_completed desc, c.id
                 limit 1) o)"
    };
}

/// What fits the shelf of the signed-in reader, best first: what readers of their books own
/// too, the rest of a series, the same authors, the genres they have most of. Of what fits
/// alike, the nearest first. Empty for visitors, and when nothing fits: see [`newcomer`].
///
/// Each reason adds to the score of a work: the score of [`super::renew`] for each book that
/// has it among its own, 0.9 for a later and 0.5 for an earlier volume of a series, 0.4 for
/// an author, 0.05 for a genre and language. The 200 works that came last to the shelf count.
///
/// # Errors
/// When the database does not answer in time.
pub async fn for_reader(cx: &Cx) -> Result<Vec<Offer>> {
    let Some(actor) = &cx.actor else {
        return Ok(Vec::new());
    };
    let rows: Vec<Row> = sqlx::query_as(concat!(
        "with own as materialized (
             select work_id, max(id) as newest from copies
             where owner_id = $1 and state in ('owned', 'listed') group by work_id),
         shelf as materialized (
             select w.id, w.title, w.language, w.genre, w.series_id, w.series_position
             from (select work_id from own order by newest desc limit 200) o join works w on w.id = o.work_id),
         genre as (
             select genre, language, max(id) as because from shelf where genre is not null
             group by genre, language order by count(*) desc, genre, language limit 3),
         reasons as (
             select n.other_id as work_id, b.id as because, 1 as kind, n.score::float8 as score
             from shelf b join also_owned n on n.work_id = b.id
             union all
             select w.id, b.id, 2, case when w.series_position > b.series_position then 0.9 else 0.5 end
             from shelf b cross join lateral (
                 select id, series_position from works where series_id = b.series_id
                 order by series_position, id limit 40) w
             union all
             select o.work_id, b.id, 3, 0.4 from shelf b
             join work_authors a on a.work_id = b.id
             cross join lateral (select work_id from work_authors where author_id = a.author_id limit 40) o
             union all
             select s.work_id, g.because, 4, 0.05 from genre g cross join lateral (
                 select work_id, language from work_search where genre = g.genre and copies > 0
                 order by newest_at desc, work_id desc limit 100) s
             where s.language = g.language),
         -- Each looked up by itself: joined, the whole catalogue would be read for a few hundred.
         found as (
             select r.* from (
                 select work_id, sum(score) as score,
                     (array_agg(kind order by score desc, because desc))[1] as kind,
                     (array_agg(because order by score desc, because desc))[1] as because
                 from reasons where work_id not in (select work_id from own) group by work_id) r
             cross join lateral (
                 select from work_search s where s.work_id = r.work_id and s.copies > 0 offset 0) offered
             order by r.score desc, r.work_id limit 60), ",
        picked!(),
        " select p.kind, case when p.kind = 4 then coalesce(g.name, '') else b.title end as because,
             0 as wanted, true as has_books, p.copy_id, p.grade, p.handle, p.city, p.near, p.trades_completed,
             s.work_id, s.title, s.author_line, s.slug, s.language, s.copies, s.best_grade
         from picked p join work_search s using (work_id)
         join works b on b.id = p.because left join genres g on g.slug = b.genre
         order by round(p.score::numeric, 1) desc, p.near desc, p.kilometres nulls last, p.score desc, p.work_id"
    ))
    .bind(actor.id)
    .bind(cx.now().to_sqlx())
    .fetch_all(cx.db())
    .await?;
    Ok(mixed(rows.into_iter().map(Offer::from).collect()))
}

/// The best offers, with those for one book or genre not all in a row: the first few of each
/// reason in their order, then the rest.
fn mixed(offers: Vec<Offer>) -> Vec<Offer> {
    let mut first: Vec<Offer> = Vec::new();
    let mut rest = Vec::new();
    for offer in offers {
        let same = first.iter().filter(|other| other.fit == offer.fit).count();
        if same < FOR_ONE_BOOK {
            first.push(offer);
        } else {
            rest.push(offer);
        }
    }
    first.extend(rest);
    first.truncate(SHOWN);
    first
}

/// For a reader whose shelf is empty, or has nothing that anything fits: what was listed in
/// their town lately, what most readers have asked for, what is new anywhere. Empty only
/// when there is nothing to be had from others.
///
/// # Errors
/// As [`for_reader`].
pub async fn newcomer(cx: &Cx) -> Result<ForReader> {
    let Some(actor) = &cx.actor else {
        return Ok(ForReader::default());
    };
    let rows: Vec<Row> = sqlx::query_as(concat!(
        "with own as materialized (
             select distinct work_id from copies where owner_id = $1 and state in ('owned', 'listed')),
         candidates as (
             (select work_id, 5 as kind, newest_at from work_search
              where copies > 0 and towns @> array[(select town_id from users where id = $1)]
              order by newest_at desc, work_id desc limit 40)
             union all
             (select work_id, 6, newest_at from work_search
              where copies > 0 and wanted > 0 order by wanted desc, work_id desc limit 30)
             union all
             (select work_id, 7, newest_at from work_search
              where copies > 0 order by newest_at desc, work_id desc limit 60)),
         found as (
             select work_id, min(kind) as kind, max(newest_at) as newest_at from candidates
             where work_id not in (select work_id from own) group by work_id), ",
        picked!(),
        // What was listed in town by somebody who cannot be asked is new elsewhere at most.
        ", told as (
             select *, case when kind = 5 and not near then 7 else kind end as told from picked),
         ranked as (
             select *, row_number() over (partition by told order by newest_at desc, work_id desc) as place from told)
         select r.told as kind, '' as because, s.wanted, exists (select from own) as has_books, r.copy_id,
             r.grade, r.handle, r.city, r.near, r.trades_completed,
             s.work_id, s.title, s.author_line, s.slug, s.language, s.copies, s.best_grade
         from ranked r join work_search s using (work_id)
         order by r.place > 6, r.told, r.place limit $3"
    ))
    .bind(actor.id)
    .bind(cx.now().to_sqlx())
    .bind(SHOWN as i64)
    .fetch_all(cx.db())
    .await?;
    Ok(ForReader {
        has_books: rows.first().is_some_and(|row| row.has_books),
        offers: rows.into_iter().map(Offer::from).collect(),
    })
}
