//! Works and editions that are one: what moves from the dropped one to the kept one and back,
//! the row that is deleted, and made again from what was kept of it.

use dogear_domain::identity::alone_key;
use dogear_domain::ids::{EditionId, WorkId};
use serde_json::{Map, Value, json};
use sqlx::{PgConnection, QueryBuilder};

use crate::Result;

/// Source and key of a record in an outside catalogue.
pub(crate) type Source = [String; 2];

/// Keeps others from the editions of these works until the end of the transaction.
pub(crate) async fn lock_editions_of(conn: &mut PgConnection, works: &[i64]) -> Result<()> {
    sqlx::query!(
        "select from editions where work_id = any ($1) order by id for update",
        works
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps others from these works until the end of the transaction.
pub(crate) async fn lock_works(conn: &mut PgConnection, works: &[i64]) -> Result<()> {
    sqlx::query!(
        "select from works where id = any ($1) order by id for update",
        works
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps others from these editions until the end of the transaction.
pub(crate) async fn lock_editions(conn: &mut PgConnection, editions: &[i64]) -> Result<()> {
    sqlx::query!(
        "select from editions where id = any ($1) order by id for update",
        editions
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives every edition of one work to another; their numbers. Each keeps the title and subtitle
/// that it was shown with.
pub(crate) async fn move_editions(
    conn: &mut PgConnection,
    from: WorkId,
    to: WorkId,
) -> Result<Vec<i64>> {
    let mut moved: Vec<i64> = sqlx::query_scalar!(
        r#"update editions e set work_id = $2,
             title = own_text(shown_title(e.title, a.title), b.title),
             subtitle = own_text(shown_title(e.subtitle, a.subtitle), b.subtitle)
         from works a, works b where a.id = $1 and b.id = $2 and e.work_id = $1
         returning e.id as "id: i64""#,
        from.0,
        to.0
    )
    .fetch_all(conn)
    .await?;
    moved.sort_unstable();
    Ok(moved)
}

/// As [`move_editions`], those of these editions that are still with one work; how many.
pub(crate) async fn move_some_editions(
    conn: &mut PgConnection,
    editions: &[i64],
    from: WorkId,
    to: WorkId,
) -> Result<u64> {
    let moved = sqlx::query!(
        "update editions e set work_id = $2,
             title = own_text(shown_title(e.title, a.title), b.title),
             subtitle = own_text(shown_title(e.subtitle, a.subtitle), b.subtitle)
         from works a, works b where a.id = $1 and b.id = $2 and e.work_id = $1 and e.id = any ($3)",
        from.0,
        to.0,
        editions
    )
    .execute(conn)
    .await?;
    Ok(moved.rows_affected())
}

/// Gives the records of one work to another.
pub(crate) async fn move_work_sources(
    conn: &mut PgConnection,
    from: WorkId,
    to: WorkId,
) -> Result<Vec<Source>> {
    Ok(sqlx::query_scalar!(
        r#"update work_sources set work_id = $2 where work_id = $1
         returning array[source, key] as "source!: Source""#,
        from.0,
        to.0
    )
    .fetch_all(conn)
    .await?)
}

/// Gives those of these records that are still with one work to another.
pub(crate) async fn move_some_work_sources(
    conn: &mut PgConnection,
    sources: &[Source],
    from: WorkId,
    to: WorkId,
) -> Result<()> {
    sqlx::query!(
        "update work_sources s set work_id = $2 from jsonb_array_elements($3) was
         where s.source = was ->> 0 and s.key = was ->> 1 and s.work_id = $1",
        from.0,
        to.0,
        json!(sources)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes a work with its editions, to which nothing refers.
pub(crate) async fn delete_work_with_editions(conn: &mut PgConnection, work: WorkId) -> Result<()> {
    sqlx::query!(
        "delete from merged_isbns where edition_id in (select id from editions where work_id = $1)",
        work.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from editions where work_id = $1", work.0)
        .execute(&mut *conn)
        .await?;
    delete_work(conn, work).await
}

/// Deletes a work that has nothing any more.
pub(crate) async fn delete_work(conn: &mut PgConnection, work: WorkId) -> Result<()> {
    sqlx::query!("delete from works where id = $1", work.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Has a work say what is in `row`, its authors but for their list.
pub(crate) async fn write_work(
    conn: &mut PgConnection,
    work: WorkId,
    row: &Map<String, Value>,
) -> Result<()> {
    sqlx::query!(
        "update works w set title = r.title, title_key = r.title_key, alone_key = $3, slug = r.slug,
             subtitle = r.subtitle, author_line = r.author_line, author_key = r.author_key,
             first_year = r.first_year, language = r.language, genre = r.genre,
             series_id = r.series_id, series_position = r.series_position, description = r.description
         from jsonb_populate_record(null::works, $2) r where w.id = $1",
        work.0,
        json!(row),
        alone_key_of(row)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives a work the list of authors under `authors` in `row`, and no others.
pub(crate) async fn write_authors(
    conn: &mut PgConnection,
    work: WorkId,
    row: &Map<String, Value>,
) -> Result<()> {
    sqlx::query!("delete from work_authors where work_id = $1", work.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into work_authors (work_id, author_id, position, role)
         select $1, a.author_id, a.position, a.role
         from jsonb_to_recordset($2) as a (author_id bigint, position smallint, role text)",
        work.0,
        row.get("authors").cloned().unwrap_or_else(|| json!([]))
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes a work again that was deleted, with its number.
pub(crate) async fn remake_work(conn: &mut PgConnection, row: &Map<String, Value>) -> Result<()> {
    let mut row = row.clone();
    row.insert("alone_key".to_owned(), json!(alone_key_of(&row)));
    remake(conn, "works", &row, "").await?;
    Ok(())
}

/// From the title: rows that were kept before there was such a column have none.
fn alone_key_of(row: &Map<String, Value>) -> Option<String> {
    alone_key(row.get("title")?.as_str()?)
}

/// Makes an edition again that was deleted, with its number; false when another has its ISBN.
pub(crate) async fn remake_edition(
    conn: &mut PgConnection,
    row: &Map<String, Value>,
) -> Result<bool> {
    let made = remake(conn, "editions", row, " on conflict (isbn13) do nothing").await?;
    Ok(made == 1)
}

/// Inserts what was once `to_jsonb` of a row. Only the columns that the row had are named: one
/// that the table has got since takes its default.
async fn remake(
    conn: &mut PgConnection,
    table: &str,
    row: &Map<String, Value>,
    end: &str,
) -> Result<u64> {
    let columns = sqlx::query_scalar!(
        r#"select string_agg(quote_ident(attname), ', ' order by attnum) as "columns!"
         from pg_attribute where attrelid = ($1::text)::regclass and attnum > 0 and not attisdropped
           and attgenerated = '' and attname = any ($2)"#,
        table,
        &row.keys().cloned().collect::<Vec<_>>()
    )
    .fetch_one(&mut *conn)
    .await?;
    let mut insert = QueryBuilder::new(format!(
        "insert into {table} ({columns}) overriding system value
         select {columns} from jsonb_populate_record(null::{table}, "
    ));
    insert.push_bind(json!(row)).push(")").push(end);
    Ok(insert.build().execute(conn).await?.rows_affected())
}

/// Has an edition say what is in `row`.
pub(crate) async fn write_edition(
    conn: &mut PgConnection,
    edition: EditionId,
    row: &Map<String, Value>,
) -> Result<()> {
    sqlx::query!(
        "update editions e set isbn13 = r.isbn13, title = r.title, format = r.format,
             publisher = r.publisher, year = r.year, pages = r.pages, language = r.language,
             subtitle = coalesce(r.subtitle, e.subtitle)
         from jsonb_populate_record(null::editions, $2) r where e.id = $1",
        edition.0,
        json!(row)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes an edition that has nothing any more.
pub(crate) async fn delete_edition(conn: &mut PgConnection, edition: EditionId) -> Result<()> {
    sqlx::query!("delete from editions where id = $1", edition.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Has the ISBNs that lead to one edition lead to another; which.
pub(crate) async fn move_isbns(
    conn: &mut PgConnection,
    from: EditionId,
    to: EditionId,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"update merged_isbns set edition_id = $2 where edition_id = $1
         returning isbn13::text as "isbn13!""#,
        from.0,
        to.0
    )
    .fetch_all(conn)
    .await?)
}

/// Has those of these ISBNs that still lead to one edition lead to another.
pub(crate) async fn move_some_isbns(
    conn: &mut PgConnection,
    isbns: &[String],
    from: EditionId,
    to: EditionId,
) -> Result<()> {
    sqlx::query!(
        "update merged_isbns set edition_id = $2 where edition_id = $1 and isbn13 = any ($3::text[])",
        from.0,
        to.0,
        isbns
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has the ISBN of a deleted edition, if it had one, lead to another.
pub(crate) async fn lead_isbn(
    conn: &mut PgConnection,
    dropped: &Map<String, Value>,
    to: EditionId,
) -> Result<()> {
    sqlx::query!(
        "insert into merged_isbns (isbn13, edition_id)
         select $1::jsonb #>> '{isbn13}', $2 where $1::jsonb #>> '{isbn13}' is not null",
        json!(dropped),
        to.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has the ISBN of an edition that is made again lead to the other no more.
pub(crate) async fn free_isbn(
    conn: &mut PgConnection,
    dropped: &Map<String, Value>,
    from: EditionId,
) -> Result<()> {
    sqlx::query!(
        "delete from merged_isbns where edition_id = $1 and isbn13 = $2::jsonb #>> '{isbn13}'",
        from.0,
        json!(dropped)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives the records of one edition to another.
pub(crate) async fn move_edition_sources(
    conn: &mut PgConnection,
    from: EditionId,
    to: EditionId,
) -> Result<Vec<Source>> {
    Ok(sqlx::query_scalar!(
        r#"update edition_sources set edition_id = $2 where edition_id = $1
         returning array[source, key] as "source!: Source""#,
        from.0,
        to.0
    )
    .fetch_all(conn)
    .await?)
}

/// Gives those of these records that are still with one edition to another.
pub(crate) async fn move_some_edition_sources(
    conn: &mut PgConnection,
    sources: &[Source],
    from: EditionId,
    to: EditionId,
) -> Result<()> {
    sqlx::query!(
        "update edition_sources s set edition_id = $2 from jsonb_array_elements($3) was
         where s.source = was ->> 0 and s.key = was ->> 1 and s.edition_id = $1",
        from.0,
        to.0,
        json!(sources)
    )
    .execute(conn)
    .await?;
    Ok(())
}
