//! The list of a reader's books, a page of it at a time.

use dogear_domain::ids::{ReadingId, UserId, WorkId};
use dogear_domain::library::{DayPrecision, ProgressUnit, Rating, ReadingStatus};
use sqlx::{FromRow, PgPool, Postgres, QueryBuilder};

use super::readings::{progress, rough};
use crate::Result;
use crate::library::Panel;
use crate::library::list::{Counts, LibraryRow, Sort, Tab};

/// How many books stand under each tab, and whether others see them.
pub(in crate::library) async fn counts(db: &PgPool, reader: UserId) -> Result<Counts> {
    Ok(sqlx::query_as!(
        Counts,
        r#"select count(*) as "all!",
             count(*) filter (where wanted_at is not null) as "want!",
             count(*) filter (where status = 'reading') as "reading!",
             count(*) filter (where status = 'paused') as "paused!",
             count(*) filter (where times_read > 0) as "read!",
             count(*) filter (where rating is not null) as "rated!",
             (select count(distinct r.work_id) from readings r
               where r.user_id = $1 and r.ending = 'stopped') as "stopped!",
             (select count(distinct c.work_id) from copies c
               where c.owner_id = $1 and c.state <> 'deleted') as "owned!",
             exists (select from library_settings s where s.user_id = $1 and s.is_public) as "is_public!"
         from reader_books where user_id = $1"#,
        reader.0
    )
    .fetch_one(db)
    .await?)
}

/// Which books, in which order.
pub(in crate::library) struct Wanted<'a> {
    pub reader: UserId,
    pub tab: Tab,
    pub sort: Sort,
    /// A key of a title or an author's name; empty for all.
    pub key: &'a str,
    pub most: i64,
    pub offset: i64,
}

#[derive(FromRow)]
struct Row {
    work: WorkId,
    slug: String,
    title: String,
    author_line: String,
    language: String,
    status: Option<ReadingStatus>,
    wanted: bool,
    times_read: i32,
    rating: Option<Rating>,
    shown: bool,
    open: Option<ReadingId>,
    progress: Option<i32>,
    total: Option<i32>,
    unit: Option<ProgressUnit>,
    pages: Option<i32>,
    read_on: Option<jiff_sqlx::Date>,
    read_precision: Option<DayPrecision>,
    owned: bool,
    found: i64,
}

/// The books that match, and how many do over all pages where a text is searched for. The page is
/// picked first, by columns of the entry and the book alone; all else is read of its books.
pub(in crate::library) async fn rows(
    db: &PgPool,
    wanted: &Wanted<'_>,
) -> Result<(Vec<LibraryRow>, i64)> {
    let mut sql = QueryBuilder::new(
        "select w.id as work, w.slug, w.title, w.author_line, w.language, b.status,
           b.wanted_at is not null as wanted, coalesce(b.times_read, 0) as times_read, b.rating,
           b.user_id is not null and shows_reading(b) as shown,
           o.id as open, o.progress, o.total, o.unit, case when o.id is not null then pages_of(o) end as pages,
           l.ended_on as read_on, l.ended_precision as read_precision,
           exists (select from copies c where c.owner_id = ",
    );
    sql.push_bind(wanted.reader.0).push(
        " and c.work_id = w.id and c.state <> 'deleted') as owned, p.found
         from (select q.work_id, q.found, row_number() over () as place from (",
    );
    pick(&mut sql, wanted);
    sql.push(") q) p join works w on w.id = p.work_id left join reader_books b on b.user_id = ")
        .push_bind(wanted.reader.0)
        .push(" and b.work_id = p.work_id left join readings o on o.user_id = ")
        .push_bind(wanted.reader.0)
        .push(" and o.work_id = p.work_id and o.ending is null left join lateral (select r.ended_on, r.ended_precision from readings r where r.user_id = ")
        .push_bind(wanted.reader.0)
        .push(" and r.work_id = p.work_id and r.ending = 'finished' order by r.ended_on desc nulls last limit 1) l on true order by p.place");
    let rows: Vec<Row> = sql.build_query_as().fetch_all(db).await?;
    let found = rows.first().map_or(0, |row| row.found);
    Ok((rows.into_iter().map(LibraryRow::from).collect(), found))
}

/// The books of the page, in their order.
fn pick(sql: &mut QueryBuilder<Postgres>, wanted: &Wanted<'_>) {
    let reader = wanted.reader.0;
    let work = if wanted.tab == Tab::Owned {
        sql.push("select m.work_id, ");
        "m.work_id"
    } else {
        sql.push("select b.work_id, ");
        "b.work_id"
    };
    // Counted only where the tabs do not know it: it needs every row.
    sql.push(if wanted.key.is_empty() {
        "0::bigint as found"
    } else {
        "count(*) over () as found"
    });
    if wanted.tab == Tab::Owned {
        sql.push(" from (select distinct c.work_id from copies c where c.state <> 'deleted' and c.owner_id = ")
            .push_bind(reader)
            .push(") m left join reader_books b on b.work_id = m.work_id and b.user_id = ")
            .push_bind(reader);
    } else {
        sql.push(" from reader_books b");
    }
    if !wanted.key.is_empty() || matches!(wanted.sort, Sort::Title | Sort::Author) {
        sql.push(" join works w on w.id = ").push(work);
    }
    if wanted.sort == Sort::Read {
        sql.push(" left join (select r.work_id, max(r.ended_on) as ended_on from readings r where r.ending = 'finished' and r.user_id = ")
            .push_bind(reader)
            .push(" group by r.work_id) e on e.work_id = ")
            .push(work);
    }
    sql.push(" where true");
    if wanted.tab != Tab::Owned {
        sql.push(" and b.user_id = ").push_bind(reader);
    }
    sql.push(match wanted.tab {
        Tab::All | Tab::Owned => "",
        Tab::Want => " and b.wanted_at is not null",
        Tab::Reading => " and b.status = 'reading'",
        Tab::Paused => " and b.status = 'paused'",
        Tab::Read => " and b.times_read > 0",
        Tab::Rated => " and b.rating is not null",
        Tab::Stopped => {
            " and exists (select from readings r where r.user_id = b.user_id and r.work_id = b.work_id and r.ending = 'stopped')"
        }
    });
    if !wanted.key.is_empty() {
        let pattern = format!("%{}%", wanted.key);
        sql.push(" and (w.title_key like ")
            .push_bind(pattern.clone())
            .push(" or exists (select from work_authors wa join authors a on a.id = wa.author_id where wa.work_id = w.id and a.name_key like ")
            .push_bind(pattern)
            .push("))");
    }
    sql.push(" order by ").push(match wanted.sort {
        Sort::Changed if wanted.tab == Tab::Owned => "b.updated_at desc nulls last, ",
        Sort::Changed => "b.updated_at desc, ",
        Sort::Title => "w.title_key collate \"C\", ",
        Sort::Author => "w.author_key collate \"C\", w.title_key collate \"C\", ",
        Sort::Rating => "b.rating desc nulls last, b.updated_at desc nulls last, ",
        Sort::Read => "e.ended_on desc nulls last, b.updated_at desc nulls last, ",
    });
    sql.push(work)
        .push(" desc limit ")
        .push_bind(wanted.most)
        .push(" offset ")
        .push_bind(wanted.offset);
}

impl From<Row> for LibraryRow {
    fn from(row: Row) -> Self {
        Self {
            slug: row.slug,
            title: row.title,
            author_line: row.author_line,
            language: row.language,
            panel: Panel {
                work: row.work,
                status: row.status,
                wanted: row.wanted,
                times_read: row.times_read,
                rating: row.rating,
                open: row.open,
                progress: progress(row.progress, row.total, row.unit),
                pages: row.pages,
            },
            read_on: rough(row.read_on, row.read_precision),
            shown: row.shown,
            owned: row.owned,
        }
    }
}
