//! What a correction does to a book.

use dogear_domain::corrections::BookField;
use dogear_domain::edition::Format;
use dogear_domain::fields::{match_key, slugify};
use dogear_domain::identity;
use dogear_domain::ids::{EditionId, WorkId};
use sqlx::PgConnection;

use super::Change;
use super::facts::Facts;
use crate::catalogue::repo;
use crate::catalogue::repo::edits::{self, EditionField, WorkField};
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
    let (title_key, alone_key);
    let slug;
    let field = match field {
        BookField::Authors => return authors(conn, work, after).await,
        BookField::Title => {
            (title_key, slug) = (match_key(after), slugify(after));
            alone_key = identity::alone_key(after);
            WorkField::Title {
                title: after,
                key: &title_key,
                alone_key: alone_key.as_deref(),
                slug: &slug,
            }
        }
        BookField::Subtitle => WorkField::Subtitle(after),
        BookField::FirstYear => WorkField::FirstYear(after.parse().ok()),
        BookField::Language => WorkField::Language(after),
        BookField::Genre => WorkField::Genre(after),
        BookField::Series => WorkField::Series(match after {
            "" => None,
            title => Some(repo::series_by_title(&mut *conn, title).await?),
        }),
        BookField::SeriesPosition => WorkField::SeriesPosition(after.parse().ok()),
        BookField::Description => WorkField::Description(after),
        _ => return Ok(()),
    };
    edits::set_work_field(conn, work, field).await
}

/// Names in their order.
async fn authors(conn: &mut PgConnection, work: WorkId, after: &str) -> Result<()> {
    let names: Vec<String> = after.split("; ").map(str::to_owned).collect();
    let ids = repo::authors_by_name(&mut *conn, &names).await?;
    let key = names
        .first()
        .map_or_else(String::new, |name| match_key(name));
    edits::set_authors(conn, work, &ids, &names.join(", "), &key).await
}

async fn of_edition(
    conn: &mut PgConnection,
    edition: EditionId,
    field: BookField,
    after: &str,
) -> Result<Option<String>> {
    let field = match field {
        BookField::Isbn => return isbn(conn, edition, after).await,
        BookField::Format => EditionField::Format(after.parse().unwrap_or(Format::Unknown)),
        BookField::Publisher => EditionField::Publisher(after),
        BookField::Year => EditionField::Year(after.parse().ok()),
        BookField::Pages => EditionField::Pages(after.parse().ok()),
        BookField::EditionLanguage => EditionField::Language(after),
        _ => return Ok(None),
    };
    edits::set_edition_field(conn, edition, field).await?;
    Ok(None)
}

async fn isbn(conn: &mut PgConnection, edition: EditionId, after: &str) -> Result<Option<String>> {
    if !after.is_empty() {
        repo::lock(conn, &format!("isbn {after}")).await?;
        let holder = edits::holder_of_isbn(conn, after).await?;
        if holder.is_some_and(|holder| holder != edition) {
            return Ok(Some("the ISBN, which another edition has".into()));
        }
    }
    edits::set_isbn(conn, edition, after)
        .await
        .on_constraint("editions_isbn13", || {
            Error::Conflict("Another edition has got this ISBN just now. Try once more.".into())
        })?;
    Ok(None)
}
