//! A year of reading.

use dogear_domain::ids::{AuthorId, UserId};
use dogear_domain::library::RoughDay;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::library::year::YearBook;

/// What a reader has read to the end from `first` to before `next`, the last first.
pub(in crate::library) async fn books(
    db: &PgPool,
    reader: UserId,
    first: Date,
    next: Date,
) -> Result<Vec<YearBook>> {
    let rows = sqlx::query!(
        r#"select r.work_id, w.slug, w.title, w.author_line, w.language, r.ended_on, r.ended_precision,
             pages_of(r) as pages, b.rating as "rating?: dogear_domain::library::Rating",
             exists (select from readings x where x.user_id = r.user_id and x.work_id = r.work_id
               and x.ending = 'finished' and x.id <> r.id
               and (x.ended_on is null or (x.ended_on, x.id) < (r.ended_on, r.id))) as "again!",
             array(select a.author_id from work_authors a where a.work_id = r.work_id) as "authors!: Vec<AuthorId>"
         from readings r join works w on w.id = r.work_id
         left join reader_books b on b.user_id = r.user_id and b.work_id = r.work_id
         where r.user_id = $1 and r.ending = 'finished' and r.ended_on >= $2 and r.ended_on < $3
         order by r.ended_on desc, r.id desc"#,
        reader.0,
        first.to_sqlx() as jiff_sqlx::Date,
        next.to_sqlx() as jiff_sqlx::Date
    )
    .fetch_all(db)
    .await?;
    let books = rows.into_iter().filter_map(|row| {
        Some(YearBook {
            work: row.work_id,
            slug: row.slug,
            title: row.title,
            author_line: row.author_line,
            language: row.language,
            day: RoughDay::new(row.ended_on?.to_jiff(), row.ended_precision?),
            pages: row.pages,
            rating: row.rating,
            again: row.again,
            authors: row.authors,
        })
    });
    Ok(books.collect())
}

/// What stands around the books of a year.
pub(in crate::library) struct Around {
    pub given: i64,
    pub got: i64,
    pub goal: Option<i32>,
    /// In which something was read to the end.
    pub years: Vec<i16>,
}

/// Copies given and got in trades between two moments, the goal, and other years.
pub(in crate::library) async fn around(
    db: &PgPool,
    reader: UserId,
    year: i16,
    (from, until): (Timestamp, Timestamp),
) -> Result<Around> {
    Ok(sqlx::query_as!(
        Around,
        r#"select count(*) filter (where l.from_user = $1) as "given!",
             count(*) filter (where l.to_user = $1) as "got!",
             (select g.books from reading_goals g where g.user_id = $1 and g.year = $2) as goal,
             array(select distinct extract(year from r.ended_on)::smallint from readings r
               where r.user_id = $1 and r.ending = 'finished' and r.ended_on is not null
                 and r.ended_on >= '1900-01-01' and r.ended_on < '2201-01-01') as "years!"
         from trade_parties p
         join trade_legs l on l.trade_id = p.trade_id and $1 in (l.from_user, l.to_user)
           and l.received_at >= $3 and l.received_at < $4
         join copy_history h on h.leg_id = l.id
         where p.user_id = $1"#,
        reader.0,
        i32::from(year),
        from.to_sqlx() as jiff_sqlx::Timestamp,
        until.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(db)
    .await?)
}

/// Takes the goal of a year away, which it gives.
pub(in crate::library) async fn remove_goal(
    tx: &mut PgConnection,
    reader: UserId,
    year: i16,
) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "delete from reading_goals where user_id = $1 and year = $2 returning books",
        reader.0,
        i32::from(year)
    )
    .fetch_optional(tx)
    .await?)
}

/// Sets the goal of a year that has none; of two at once, the later stands.
pub(in crate::library) async fn set_goal(
    tx: &mut PgConnection,
    reader: UserId,
    year: i16,
    books: i32,
) -> Result<()> {
    sqlx::query!(
        "insert into reading_goals (user_id, year, books) values ($1, $2, $3)
         on conflict (user_id, year) do update set books = excluded.books",
        reader.0,
        i32::from(year),
        books
    )
    .execute(tx)
    .await?;
    Ok(())
}
