//! What a reader could ask for, one copy of each work.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::Result;
use crate::search::{WorkLine, work_line};

/// A copy that the reader could ask for.
pub(in crate::recommendations) struct Found {
    /// From 1, what readers of the same book own, to 7, what is new.
    pub kind: i32,
    /// The title, or genre, that is the reason.
    pub because: String,
    pub wanted: i32,
    /// Something stands on the reader's shelf.
    pub has_books: bool,
    pub copy_id: CopyId,
    pub grade: Grade,
    pub handle: String,
    pub city: String,
    pub near: bool,
    pub trades_completed: i32,
    pub work: WorkLine,
}

/// Of the works worth an offer, which `$before` calls `found` (`work_id`, …), one copy each that
/// reader $1 can ask for at $2, the nearest. `$after` reads them as `picked`.
macro_rules! offers {
    ($db:expr, $before:tt, $after:tt, $($argument:expr),+) => {
        sqlx::query!(
            $before + r#", me as (select u.id, u.town_id, t.latitude, t.longitude
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
                 limit 1) o)"# + $after,
            $($argument),+
        )
        .map(|row| Found {
            kind: row.kind,
            because: row.because,
            wanted: row.wanted,
            has_books: row.has_books,
            copy_id: row.copy_id,
            grade: row.grade,
            handle: row.handle,
            city: row.city,
            near: row.near,
            trades_completed: row.trades_completed,
            work: work_line!(row),
        })
        .fetch_all($db)
    };
}

/// What fits the reader's shelf, best first, by the scores that
/// [`for_reader`](crate::recommendations::for_reader) tells.
pub(in crate::recommendations) async fn for_shelf(
    db: &PgPool,
    reader: UserId,
    now: Timestamp,
) -> Result<Vec<Found>> {
    Ok(offers!(
        db,
        r#"with own as materialized (
             select work_id, max(id) as newest from copies
             where owner_id = $1 and state in ('owned', 'listed') group by work_id),
         traded as materialized (
             select c.work_id from trade_parties p
             join trades t on t.id = p.trade_id and t.state in ('proposed', 'agreed', 'disputed')
             join trade_items i on i.trade_id = t.id and i.revision = t.revision and i.to_user = $1
             join copies c on c.id = i.copy_id
             where p.user_id = $1),
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
                 from reasons where work_id not in (select work_id from own)
                     and work_id not in (select work_id from traded)
                 group by work_id) r
             cross join lateral (
                 select from work_search s where s.work_id = r.work_id and s.copies > 0 offset 0) offered
             order by r.score desc, r.work_id limit 60)"#,
        r#" select p.kind as "kind!", case when p.kind = 4 then coalesce(g.name, '') else b.title end as "because!",
             0 as "wanted!", true as "has_books!", p.copy_id as "copy_id!: CopyId", p.grade as "grade!: Grade",
             p.handle as "handle!", p.city as "city!", p.near as "near!",
             p.trades_completed as "trades_completed!",
             s.work_id as "work_id!: WorkId", s.title as "title!", s.author_line as "author_line!",
             s.slug as "slug!", s.language as "language!", s.copies as "copies!",
             s.best_grade as "best_grade?: Grade"
         from picked p join work_search s using (work_id)
         join works b on b.id = p.because left join genres g on g.slug = b.genre
         order by round(p.score::numeric, 1) desc, p.near desc, p.kilometres nulls last, p.score desc, p.work_id"#,
        reader.0,
        now.to_sqlx()
    )
    .await?)
}

/// What is listed in the reader's town, what most have asked for, what is new: at most `most`.
/// What was listed in town by somebody who cannot be asked is new elsewhere at most.
pub(in crate::recommendations) async fn for_newcomer(
    db: &PgPool,
    reader: UserId,
    now: Timestamp,
    most: i64,
) -> Result<Vec<Found>> {
    Ok(offers!(
        db,
        r#"with own as materialized (
             select distinct work_id from copies where owner_id = $1 and state in ('owned', 'listed')),
         traded as materialized (
             select c.work_id from trade_parties p
             join trades t on t.id = p.trade_id and t.state in ('proposed', 'agreed', 'disputed')
             join trade_items i on i.trade_id = t.id and i.revision = t.revision and i.to_user = $1
             join copies c on c.id = i.copy_id
             where p.user_id = $1),
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
             where work_id not in (select work_id from own)
                 and work_id not in (select work_id from traded)
             group by work_id)"#,
        r#", told as (
             select *, case when kind = 5 and not near then 7 else kind end as told from picked),
         ranked as (
             select *, row_number() over (partition by told order by newest_at desc, work_id desc) as place from told)
         select r.told as "kind!", '' as "because!", s.wanted as "wanted!", exists (select from own) as "has_books!", r.copy_id as "copy_id!: CopyId", r.grade as "grade!: Grade",
             r.handle as "handle!", r.city as "city!", r.near as "near!",
             r.trades_completed as "trades_completed!",
             s.work_id as "work_id!: WorkId", s.title as "title!", s.author_line as "author_line!",
             s.slug as "slug!", s.language as "language!", s.copies as "copies!",
             s.best_grade as "best_grade?: Grade"
         from ranked r join work_search s using (work_id)
         order by r.place > 6, r.told, r.place limit $3"#,
        reader.0,
        now.to_sqlx(),
        most
    )
    .await?)
}
