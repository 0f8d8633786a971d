//! From the staging tables into the catalogue: what is known is completed, what is
//! not known is added. What readers have stays as it is.
//!
//! Each step is one transaction that also moves the import to the next step, so that an
//! import that was killed goes on with a step that is wholly undone or wholly done.

use std::collections::HashMap;

use dogear_domain::identity::exact_with_subtitle;
use futures::TryStreamExt as _;
use sqlx::PgConnection;

use super::repo::{authors as author, editions as edition, works as work};
use super::report::Counts;
use crate::Result;

/// A redirect may lead to another one; longer chains than this are circles.
const LONGEST_CHAIN: usize = 4;

/// Adds authors whose names are new.
///
/// # Errors
/// Those of the database.
pub(super) async fn authors(
    conn: &mut PgConnection,
    source: &str,
    counts: &mut Counts,
) -> Result<()> {
    for _ in 0..LONGEST_CHAIN {
        author::follow_redirects(conn).await?;
    }
    author::analyze_staged(conn).await?;
    counts.new_authors = author::insert_new(conn).await?;
    author::note_keys(conn, source).await?;
    author::note_author_redirects(conn, source).await
}

/// Finds or adds the work of each staged one: by its key, by the ISBNs of its editions, by
/// title with subtitle and all authors, else new.
///
/// # Errors
/// Those of the database.
pub(super) async fn works(
    conn: &mut PgConnection,
    source: &str,
    counts: &mut Counts,
) -> Result<()> {
    work::gather(conn, source).await?;
    work::analyze(conn).await?;
    work::match_by_isbn(conn).await?;
    match_by_wording(conn).await?;
    work::draw_numbers(conn).await?;
    work::resolve(conn).await?;
    counts.new_works = work::insert_new(conn).await?;
    work::insert_authors(conn).await?;
    work::complete(conn).await?;
    work::note_keys(conn, source).await?;
    author::note_work_redirects(conn, source).await?;
    let resolved = work::count_resolved(conn).await?;
    counts.known_works = resolved.unsigned_abs().saturating_sub(counts.new_works);
    Ok(())
}

/// Gives those still without a work the earliest one that is the same by what its title really says.
async fn match_by_wording(conn: &mut PgConnection) -> Result<()> {
    let mut same: HashMap<String, i64> = HashMap::new();
    {
        let mut alike = work::alike(conn);
        while let Some(known) = alike.try_next().await? {
            if known.wording == exact_with_subtitle(&known.title, &known.subtitle) {
                same.entry(known.key).or_insert(known.work_id);
            }
        }
    }
    let (keys, works): (Vec<String>, Vec<i64>) = same.into_iter().unzip();
    if !keys.is_empty() {
        work::set_works(conn, &keys, &works).await?;
    }
    Ok(())
}

/// Completes known editions and adds the others to their works; then gives authors the names in
/// their own script, since from here on the list of works is only that of search rows to make.
///
/// # Errors
/// Those of the database.
pub(super) async fn editions(
    conn: &mut PgConnection,
    source: &str,
    counts: &mut Counts,
) -> Result<()> {
    edition::gather(conn, source).await?;
    edition::analyze(conn).await?;
    let (staged, placed) = edition::count(conn).await?;
    counts.without_work = (staged - placed).unsigned_abs();
    edition::match_described(conn).await?;
    edition::complete(conn).await?;
    edition::draw_numbers(conn).await?;
    counts.new_editions = edition::insert_new(conn).await?;
    counts.known_editions = placed.unsigned_abs().saturating_sub(counts.new_editions);
    edition::note_keys(conn, source).await?;
    edition::set_languages(conn).await?;
    author::complete(conn).await
}
