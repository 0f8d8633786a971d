//! What a correction does to a book.

use dogear_domain::corrections::BookField;
use dogear_domain::edition::Format;
use dogear_domain::fields::slugify;
use dogear_domain::ids::{AuthorId, EditionId, SeriesId, WorkId};
use sqlx::PgConnection;

use super::Change;
use super::facts::Facts;
use crate::catalogue::{input, repo};
use crate::error::OnConstraint;
use crate::{Error, Result};

/// Makes the changes whose field still says what it said. Gives those that are made, and
/// sentences about the others. The caller holds the work and the editions.
pub(super) async fn apply(
    conn: &mut PgConnection,
    facts: &Facts,
    changes: &[Change],
) -> Result<(Vec<Change>, Vec<String>)> {
    let (mut made, mut left) = (Vec::new(), Vec::new());
    for change in changes {
        match facts.text(change.edition, change.field) {
            Some(now) if now == change.after => made.push(change.clone()),
            Some(now) if now != change.before => left.push(format!(
                "the {}, which was changed since",
                lower(change.field)
            )),
            None => left.push(format!(
                "the {} of an edition that is gone",
                lower(change.field)
            )),
            Some(_) => match one(conn, facts.work, change).await? {
                None => made.push(change.clone()),
                Some(why) => left.push(why),
            },
        }
    }
    Ok((made, left))
}

fn lower(field: BookField) -> String {
    match field {
        BookField::Isbn => "ISBN".to_owned(),
        other => other.label().to_lowercase(),
    }
}

/// Makes one change; gives why it cannot be made.
async fn one(conn: &mut PgConnection, work: WorkId, change: &Change) -> Result<Option<String>> {
    match change.edition {
        Some(edition) => of_edition(conn, edition, change.field, &change.after).await,
        None => of_work(conn, work, change.field, &change.after)
            .await
            .map(|()| None),
    }
}

async fn of_work(
    conn: &mut PgConnection,
    work: WorkId,
    field: BookField,
    after: &str,
) -> Result<()> {
    match field {
        BookField::Authors => return authors(conn, work, after).await,
        BookField::Title => {
            sqlx::query("update works set title = $2, title_key = $3, slug = $4 where id = $1")
                .bind(work)
                .bind(after)
                .bind(input::key(after))
                .bind(slugify(after))
        }
        BookField::Subtitle => sqlx::query("update works set subtitle = $2 where id = $1")
            .bind(work)
            .bind(after),
        BookField::FirstYear => sqlx::query("update works set first_year = $2 where id = $1")
            .bind(work)
            .bind(after.parse::<i32>().ok()),
        BookField::Language => sqlx::query("update works set language = $2 where id = $1")
            .bind(work)
            .bind(after),
        BookField::Genre => sqlx::query("update works set genre = nullif($2, '') where id = $1")
            .bind(work)
            .bind(after),
        BookField::Series => {
            let series: Option<SeriesId> = match after {
                "" => None,
                title => Some(repo::series_by_title(&mut *conn, title).await?),
            };
            sqlx::query("update works set series_id = $2 where id = $1")
                .bind(work)
                .bind(series)
        }
        BookField::SeriesPosition => sqlx::query(
            "update works set series_position = $2::float8::numeric(6, 2) where id = $1",
        )
        .bind(work)
        .bind(after.parse::<f64>().ok()),
        BookField::Description => sqlx::query("update works set description = $2 where id = $1")
            .bind(work)
            .bind(after),
        _ => return Ok(()),
    }
    .execute(conn)
    .await?;
    Ok(())
}

/// Names in their order; who was an author before keeps the role.
async fn authors(conn: &mut PgConnection, work: WorkId, after: &str) -> Result<()> {
    let names: Vec<String> = after.split("; ").map(str::to_owned).collect();
    let ids: Vec<AuthorId> = repo::authors_by_name(&mut *conn, &names).await?;
    sqlx::query("delete from work_authors where work_id = $1 and author_id <> all ($2)")
        .bind(work)
        .bind(&ids)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "insert into work_authors (work_id, author_id, position)
         select $1, author, min(position) from unnest($2::bigint[]) with ordinality as t (author, position)
         group by author
         on conflict (work_id, author_id) do update set position = excluded.position",
    )
    .bind(work)
    .bind(&ids)
    .execute(&mut *conn)
    .await?;
    sqlx::query("update works set author_line = $2, author_key = $3 where id = $1")
        .bind(work)
        .bind(names.join(", "))
        .bind(
            names
                .first()
                .map_or_else(String::new, |name| input::key(name)),
        )
        .execute(conn)
        .await?;
    Ok(())
}

async fn of_edition(
    conn: &mut PgConnection,
    edition: EditionId,
    field: BookField,
    after: &str,
) -> Result<Option<String>> {
    match field {
        BookField::Isbn => return isbn(conn, edition, after).await,
        BookField::Format => sqlx::query("update editions set format = $2 where id = $1")
            .bind(edition)
            .bind(after.parse().unwrap_or(Format::Unknown)),
        BookField::Publisher => sqlx::query("update editions set publisher = $2 where id = $1")
            .bind(edition)
            .bind(after),
        BookField::Year => sqlx::query("update editions set year = $2 where id = $1")
            .bind(edition)
            .bind(after.parse::<i32>().ok()),
        BookField::Pages => sqlx::query("update editions set pages = $2 where id = $1")
            .bind(edition)
            .bind(after.parse::<i32>().ok()),
        BookField::EditionLanguage => {
            sqlx::query("update editions set language = $2 where id = $1")
                .bind(edition)
                .bind(after)
        }
        _ => return Ok(None),
    }
    .execute(conn)
    .await?;
    Ok(None)
}

async fn isbn(conn: &mut PgConnection, edition: EditionId, after: &str) -> Result<Option<String>> {
    if !after.is_empty() {
        repo::lock(conn, &format!("isbn {after}")).await?;
        let holder: Option<EditionId> = sqlx::query_scalar("select isbn_edition($1)")
            .bind(after)
            .fetch_one(&mut *conn)
            .await?;
        if holder.is_some_and(|holder| holder != edition) {
            return Ok(Some("the ISBN, which another edition has".into()));
        }
        sqlx::query("delete from merged_isbns where isbn13 = $1::char(13)")
            .bind(after)
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query("update editions set isbn13 = nullif($2, '') where id = $1")
        .bind(edition)
        .bind(after)
        .execute(conn)
        .await
        .on_constraint("editions_isbn13", || {
            Error::Conflict("Another edition has got this ISBN just now. Try once more.".into())
        })?;
    Ok(None)
}
