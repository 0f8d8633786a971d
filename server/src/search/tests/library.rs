//! The demo catalogue in a test's database, and copies on readers' shelves.

use dogear_domain::fields::{slugify, title_key};
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, UserId, WorkId};
use sqlx::postgres::PgConnection;

use crate::Cx;
use crate::search;
use crate::testing::TestSite;

const CATALOGUE: &[u8] = include_bytes!("../../../seed/catalogue.csv");

#[derive(sqlx::FromRow)]
struct Line {
    title: String,
    subtitle: Option<String>,
    authors: String,
    year: Option<i32>,
    language: String,
    genre: String,
    series: Option<String>,
    series_position: Option<String>,
    isbn13: Option<String>,
    blurb: Option<String>,
}

/// Loads every work of the demo catalogue with one edition each; no copies.
pub(crate) async fn load(site: &TestSite) {
    let mut conn = site.services.db.acquire().await.unwrap();
    sqlx::raw_sql(
        "create temp table lines (key text, title text, subtitle text, authors text, year int, language text,
             genre text, series text, series_position numeric, isbn13 text, original_title text, blurb text)",
    )
    .execute(&mut *conn)
    .await
    .unwrap();
    copy(
        &mut conn,
        "copy lines from stdin (format csv, header)",
        CATALOGUE,
    )
    .await;
    let lines: Vec<Line> = sqlx::query_as(
        "select title, subtitle, authors, year, language, genre, series,
             series_position::text as series_position, isbn13, blurb from lines",
    )
    .fetch_all(&mut *conn)
    .await
    .unwrap();
    for line in lines {
        insert(&mut conn, &line).await;
    }
    search::refresh_all(&mut conn, site.services.clock.now())
        .await
        .unwrap();
}

async fn copy(conn: &mut PgConnection, statement: &str, data: &[u8]) {
    let mut sink = conn.copy_in_raw(statement).await.unwrap();
    sink.send(data).await.unwrap();
    sink.finish().await.unwrap();
}

async fn insert(conn: &mut PgConnection, line: &Line) {
    let authors = line.authors.replace(';', ", ");
    let series: Option<i64> = match &line.series {
        Some(series) => Some(
            sqlx::query_scalar(
                "insert into series (title, title_key) values ($1, $2)
                 on conflict (title_key) do update set title = excluded.title returning id",
            )
            .bind(series)
            .bind(title_key(series))
            .fetch_one(&mut *conn)
            .await
            .unwrap(),
        ),
        None => None,
    };
    let work: WorkId = sqlx::query_scalar(
        "insert into works (title, subtitle, title_key, slug, language, first_year, description, genre,
             series_id, author_line, author_key, series_position)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::numeric) returning id",
    )
    .bind(&line.title)
    .bind(line.subtitle.as_deref().unwrap_or_default())
    .bind(title_key(&line.title))
    .bind(slugify(&line.title))
    .bind(&line.language)
    .bind(line.year)
    .bind(line.blurb.as_deref().unwrap_or_default())
    .bind(&line.genre)
    .bind(series)
    .bind(&authors)
    .bind(title_key(&authors))
    .bind(&line.series_position)
    .fetch_one(&mut *conn)
    .await
    .unwrap();
    sqlx::query(
        "insert into editions (work_id, isbn13, format, language) values ($1, $2, 'paperback', $3)",
    )
    .bind(work)
    .bind(&line.isbn13)
    .bind(&line.language)
    .execute(&mut *conn)
    .await
    .unwrap();
    for (position, name) in line.authors.split(';').enumerate() {
        sqlx::query(
            "with author as (insert into authors (name, sort_name, name_key) values ($2, $2, $3)
                 on conflict (name_key) do update set name = excluded.name returning id)
             insert into work_authors (work_id, author_id, position) select $1, id, $4 from author",
        )
        .bind(work)
        .bind(name)
        .bind(title_key(name))
        .bind(position as i16)
        .execute(&mut *conn)
        .await
        .unwrap();
    }
}

/// The work with this exact title.
pub(crate) async fn work(site: &TestSite, title: &str) -> WorkId {
    sqlx::query_scalar("select id from works where title = $1")
        .bind(title)
        .fetch_one(&site.services.db)
        .await
        .unwrap_or_else(|error| panic!("{title}: {error}"))
}

/// Lists a copy of `title` on `owner`'s shelf and refreshes the search rows.
pub(crate) async fn list(site: &TestSite, owner: &Cx, title: &str, grade: Grade) -> CopyId {
    let owner: UserId = owner.actor.as_ref().unwrap().id;
    let work = work(site, title).await;
    let mut tx = site.services.db.begin().await.unwrap();
    let copy = sqlx::query_scalar(
        "insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
         select min(id), work_id, $2, $3, 'listed', now() from editions where work_id = $1
         group by work_id returning id",
    )
    .bind(work)
    .bind(owner)
    .bind(grade)
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    search::refresh(&mut tx, &[work], site.services.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    copy
}

/// Changes the database by hand and recomputes every search row.
pub(crate) async fn change(site: &TestSite, statement: &'static str) {
    let mut conn = site.services.db.acquire().await.unwrap();
    sqlx::raw_sql(statement).execute(&mut *conn).await.unwrap();
    search::refresh_all(&mut conn, site.services.clock.now())
        .await
        .unwrap();
}
