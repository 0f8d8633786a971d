//! Copies are added: known books many at a time, others one by one as from the form of a
//! new book, because that takes locks which two imports would take in different orders.

use jiff::Timestamp;
use std::collections::HashSet;

use dogear_domain::copies::CopyState;
use dogear_domain::ids::{CopyId, EditionId, ImportId};
use dogear_domain::imports::{ImportState, Offer, Outcome};
use dogear_domain::offers::Offers;
use sqlx::PgConnection;

use super::check::problem;
use super::read::Entry;
use super::repo::{self, Locked, Verdict, Waiting};
use crate::copies::{self, NewCopy};
use crate::notifications::{self, Facts, Kind};
use crate::{Cx, Error, Result, catalogue};

/// Rows of one transaction.
const BATCH: i64 = 100;

/// Adds the next rows; when none is left, the import is done.
pub(super) async fn process_batch(cx: &Cx, import: ImportId) -> Result<()> {
    let mut tx = cx.begin().await?;
    let Some(locked) = running(&mut tx, import, cx.now()).await? else {
        return Ok(());
    };
    if !locked.active {
        super::set_state(&mut tx, &locked, ImportState::Stopped, cx.now()).await?;
        return tx.commit().await;
    }
    let rows = repo::to_add(&mut tx, &locked, BATCH, None).await?;
    if rows.is_empty() {
        if let Some(mut tx) = super::record::next(cx, tx, &locked).await? {
            finish(cx, &mut tx, &locked).await?;
            tx.commit().await?;
        }
        return Ok(());
    }
    let (known, mut others): (Vec<Waiting>, Vec<Waiting>) =
        rows.into_iter().partition(|row| row.edition_id.is_some());
    match add_known(&mut tx, &locked, &known, cx.now()).await {
        Ok(()) => tx.commit().await?,
        Err(error @ Error::Busy(_)) => return Err(error),
        Err(error) => {
            tracing::warn!(%import, %error, "rows of an import not added together; each by itself");
            drop(tx);
            others.extend(known);
        }
    }
    for row in &others {
        add_one(cx, import, row.number).await?;
    }
    Ok(())
}

/// The import, locked, if its books are being added.
async fn running(
    conn: &mut PgConnection,
    import: ImportId,
    now: Timestamp,
) -> Result<Option<Locked>> {
    let locked = repo::lock(conn, import, now).await?;
    Ok(locked.filter(|import| import.state == ImportState::Running))
}

/// Adds copies of editions that are there; books that the reader has are noted as such.
async fn add_known(
    conn: &mut PgConnection,
    import: &Locked,
    rows: &[Waiting],
    now: Timestamp,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let editions: Vec<EditionId> = rows.iter().filter_map(|row| row.edition_id).collect();
    let mut owned = repo::owned(conn, import, &editions).await?;
    let mut verdicts = Vec::new();
    let mut copies: Vec<(i32, EditionId, NewCopy)> = Vec::new();
    for row in rows {
        let Some(edition) = row.edition_id else {
            continue;
        };
        match new_copy(import, &row.entry) {
            _ if is_duplicate(import, row, edition, &mut owned) => {
                verdicts.push(duplicate(row.number, edition));
            }
            Ok(copy) => copies.push((row.number, edition, copy)),
            Err(reason) => verdicts.push(failed(row.number, reason)),
        }
    }
    let asked: Vec<(EditionId, &NewCopy)> = copies
        .iter()
        .map(|(_, edition, copy)| (*edition, copy))
        .collect();
    if !asked.is_empty() {
        let ids = copies::add_all(conn, import.user_id, &asked, now).await?;
        let added = copies.iter().zip(ids);
        verdicts.extend(added.map(|((number, edition, _), id)| added_as(*number, *edition, id)));
    }
    repo::record(conn, import.id, &verdicts).await
}

/// Adds one row, with its edition when that is new. What is wrong with the row is noted there.
async fn add_one(cx: &Cx, import: ImportId, number: i32) -> Result<()> {
    let mut tx = cx.begin().await?;
    let Some(locked) = running(&mut tx, import, cx.now()).await? else {
        return Ok(());
    };
    // Its reader may have chosen otherwise meanwhile.
    let Some(row) = repo::to_add(&mut tx, &locked, 1, Some(number)).await?.pop() else {
        return Ok(());
    };
    match try_one(&mut tx, &locked, &row, cx.now()).await {
        Ok(verdict) => {
            repo::record(&mut tx, import, &[verdict]).await?;
            tx.commit().await?;
        }
        Err(error @ Error::Busy(_)) => return Err(error),
        Err(error) => {
            drop(tx);
            let reason = match &error {
                Error::Invalid(_) => problem(Some(error)).unwrap_or_default(),
                Error::NotFound => "The book is no longer in the catalogue.".to_owned(),
                error => {
                    tracing::error!(%import, number, %error, "a row of an import was not added");
                    "Something went wrong here. Try it again.".to_owned()
                }
            };
            let mut tx = cx.begin().await?;
            if running(&mut tx, import, cx.now()).await?.is_some() {
                repo::record(&mut tx, import, &[failed(number, reason)]).await?;
                tx.commit().await?;
            }
        }
    }
    Ok(())
}

async fn try_one(
    conn: &mut PgConnection,
    import: &Locked,
    row: &Waiting,
    now: Timestamp,
) -> Result<Verdict> {
    let copy = match new_copy(import, &row.entry) {
        Ok(copy) => copy,
        Err(reason) => return Ok(failed(row.number, reason)),
    };
    let edition = match (row.edition_id, row.work_id) {
        (Some(edition), _) => edition,
        (None, work) => {
            let mut new = row.entry.edition_input().parse(&[])?;
            new.created_by = Some(import.user_id);
            let found = match work {
                Some(work) if new.isbn.is_none() => {
                    catalogue::find_or_create_edition_of(conn, work, &new, now).await?
                }
                _ => catalogue::find_or_enter_apart(conn, new, now).await?,
            };
            found.edition
        }
    };
    let mut owned = repo::owned(conn, import, &[edition]).await?;
    if is_duplicate(import, row, edition, &mut owned) {
        return Ok(duplicate(row.number, edition));
    }
    let ids = copies::add_all(conn, import.user_id, &[(edition, &copy)], now).await?;
    let id = ids.first().ok_or(Error::NotFound)?;
    Ok(added_as(row.number, edition, *id))
}

/// Whether the reader has this book, and has not said that another copy is meant. A book of
/// which a copy is added now is had from then on.
fn is_duplicate(
    import: &Locked,
    row: &Waiting,
    edition: EditionId,
    owned: &mut HashSet<EditionId>,
) -> bool {
    if import.seconds || row.second {
        return false;
    }
    if owned.contains(&edition) {
        return true;
    }
    if !import.source.rows_are_copies() {
        owned.insert(edition);
    }
    false
}

/// The copy of a row, as its reader and the file want it, or why it cannot be.
fn new_copy(import: &Locked, entry: &Entry) -> Result<NewCopy, String> {
    let mut copy = entry
        .copy_input(import.grade)
        .parse()
        .map_err(|error| problem(Some(error)).unwrap_or_default())?;
    copy.state = match import.offer {
        Offer::Keep => CopyState::Owned,
        Offer::Trade | Offer::Give | Offer::Lend => CopyState::Listed,
        Offer::File => entry.state.unwrap_or(CopyState::Owned),
    };
    match import.offer {
        Offer::Trade => copy.offers = Offers::default(),
        Offer::Give => copy.offers = Offers::GIFT,
        Offer::Lend => copy.offers = Offers::LENT,
        Offer::Keep | Offer::File => {}
    }
    if import.offer == Offer::File {
        copy.listed_at = entry.listed;
    }
    Ok(copy)
}

fn added_as(number: i32, edition: EditionId, copy: CopyId) -> Verdict {
    Verdict {
        edition: Some(edition),
        copy: Some(copy),
        ..Verdict::of(number, Outcome::Added)
    }
}

fn duplicate(number: i32, edition: EditionId) -> Verdict {
    Verdict {
        edition: Some(edition),
        ..Verdict::of(number, Outcome::Duplicate)
    }
}

fn failed(number: i32, reason: String) -> Verdict {
    Verdict {
        reason,
        ..Verdict::of(number, Outcome::Failed)
    }
}

/// “3 books added”; nothing of none.
fn counted(number: i64, one: &str, many: &str) -> Option<String> {
    (number > 0).then(|| format!("{number} {}", if number == 1 { one } else { many }))
}

/// Nothing is left to add: the reader is told.
async fn finish(cx: &Cx, conn: &mut PgConnection, import: &Locked) -> Result<()> {
    super::set_state(conn, import, ImportState::Done, cx.now()).await?;
    let added = repo::count_added(conn, import.id).await?;
    let recorded = repo::count_recorded(conn, import.id).await?;
    let what = [
        counted(added, "book added", "books added"),
        counted(recorded, "kept in your library", "kept in your library"),
    ];
    let what = what.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let facts = Facts {
        what,
        path: dogear_urls::shelf_import(import.id),
        ..Facts::default()
    };
    let key = format!("import:{}:{}", import.id, import.round);
    notifications::notify(
        cx,
        conn,
        import.user_id,
        Kind::ImportFinished,
        &facts,
        &key,
        None,
    )
    .await
}
