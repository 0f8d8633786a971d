//! Copies: single physical books that readers own. Adding, editing, moving between
//! shelf, archive and trash, photos, and the page of one copy.

mod change;
mod export;
mod facts;
mod imaging;
mod import;
mod input;
mod lent;
mod lent_due;
mod many;
mod page;
mod photos;
mod place;
mod repo;
mod scan;
mod shelf;
mod sweep;
#[cfg(test)]
mod tests;
mod waits;

use dogear_domain::copies::HeldBy;
use dogear_domain::ids::{CopyId, EditionId, RoundId, TradeId, UserId};
use dogear_domain::money::Currency;
use dogear_domain::offers::{OfferError, Offers};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

pub(crate) use change::unlist_all;
pub use change::{Change, Changed, Undo, Undone, change, offering, undo};
pub(crate) use export::{EXPORT_COLUMNS, EXPORT_LIST};
pub use export::{ExportForm, export};
pub use facts::{CopyFacts, OwnFacts, facts, history, own_copies, own_facts, photos};
pub use imaging::{Picture, PictureProblem, process};
pub(crate) use import::{add_all, take_back};
pub(crate) use input::NewCopy;
pub use input::{CopyInput, OffersInput};
pub use lent::{
    AllLent, CopyLoans, LendForm, Lent, LentOutside, OutsideLoan, book_is_back, day_in_words, lend,
    lent_outside, loans_of, set_due, undo_back, undo_lending,
};
pub use many::{AddedMany, Candidate, Found, Pick, Understood, create_many, understand};
pub use page::{CopyDetails, CopyPage, PastOwner, open, owned, page, same_edition};
pub use photos::{
    AddedPhotos, Photo, PhotoSize, Shift, add_photos, move_photo, open_photo, put_back_photo,
    remove_photo,
};
pub(crate) use photos::{pictures, put as put_photo};
pub use place::{MovedTo, set_place};
pub(crate) use repo::{
    Handed, PhotoRow, desk, free_of_round, hand_on, hold, hold_for_round, release,
    take_off_listings, works_of,
};
pub use scan::{
    AllOfThem, Finished, ScanRow, ScanState, Scanned, Scans, dismiss_scan, finish_scans, scan,
    scan_again, scan_photo, scans,
};
pub use shelf::{Counts, Shelf, ShelfQuery, ShelfRow, Sort, Tab, places, shelf};
pub(crate) use sweep::{DeletePhotos, delete_files, erase};
pub use sweep::{PhotoFiles, check_photos};
pub use waits::{MOST_WAITS, OnLoanTo, Wait, stop_waiting, wait_for, waits};

use crate::catalogue::{self, EditionInput};
use crate::db::{IdempotencyKey, Idempotent};
use crate::jobs::schedule::Schedule;
use crate::{Cx, Error, Result};

/// Which book a new copy is of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Book {
    /// An edition the catalogue knows.
    Known(EditionId),
    /// One it may not know yet.
    New(Box<EditionInput>),
    /// One that has this ISBN, as typed.
    Isbn(String),
}

/// What [`create`] did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// The one that was made.
    pub copy: CopyId,
    /// Of the book, as it is shown.
    pub title: String,
    /// It is on offer.
    pub listed: bool,
    /// For what.
    #[serde(default)]
    pub offers: Offers,
}

/// Puts a copy on the reader's shelf, with its edition when that is new: both or neither.
///
/// # Errors
/// `Invalid` with everything that needs changing, also (field `second`) when the reader
/// has a copy of this edition and has not said that this is another one, and (field `known`)
/// when the book may be one that is known and they have not said which, or (field `isbn`) when
/// nobody has entered a book with it; `NotFound` for
/// an edition that is not there; `Forbidden`, `SignInRequired`; `Conflict` for a form
/// sent before with other content.
pub async fn create(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    book: &Book,
    input: &CopyInput,
) -> Result<Added> {
    let owner = cx.member()?.id;
    if let Some(offers) = &input.offers {
        offers.check_price_is_meant()?;
    }
    let copy = input.parse();
    let new = match book {
        Book::Known(_) | Book::Isbn(_) => None,
        Book::New(book) => {
            let genres: Vec<String> = catalogue::genres(cx)
                .await?
                .into_iter()
                .map(|g| g.slug)
                .collect();
            Some(book.parse(&genres))
        }
    };
    let (copy, new) = match (copy, new.transpose()) {
        (Ok(copy), Ok(new)) => (copy, new),
        (Err(Error::Invalid(copy)), Err(Error::Invalid(mut book))) => {
            for (field, message) in copy.iter() {
                book.add(field.to_owned(), message);
            }
            return Err(Error::Invalid(book));
        }
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let mut once = match cx.once(key, &(book, input)).await? {
        Idempotent::Done(added) => return Ok(added),
        Idempotent::New(once) => once,
    };
    let edition = match (book, new) {
        (Book::Known(edition), _) => *edition,
        (Book::New(book), Some(mut new)) => {
            new.created_by = Some(owner);
            catalogue::settle(&mut once.tx, &new, &book.known, cx.now()).await?
        }
        (Book::Isbn(isbn), _) => catalogue::edition_with(&mut once.tx, isbn).await?,
        (Book::New(_), None) => return Err(Error::NotFound),
    };
    if !input.second && repo::owns_edition(&mut once.tx, owner, edition).await? {
        return Err(Error::field(
            "second",
            "You already have a copy of this edition. Tick the box if this is another one.",
        ));
    }
    let (id, title) = insert(&mut once.tx, owner, edition, &copy, cx.now()).await?;
    repo::answer(&mut once.tx, owner, id).await?;
    let added = Added {
        copy: id,
        title,
        listed: copy.is_listed(),
        offers: copy.offers,
    };
    once.commit(&added).await?;
    Ok(added)
}

/// Puts one copy on a shelf, for search too.
async fn insert(
    tx: &mut PgConnection,
    owner: UserId,
    edition: EditionId,
    copy: &input::NewCopy,
    now: Timestamp,
) -> Result<(CopyId, String)> {
    let added = insert_all(tx, owner, &[(edition, copy)])
        .await?
        .pop()
        .ok_or(Error::NotFound)?;
    crate::search::refresh(tx, &[added.work_id], now).await?;
    Ok((added.id, added.title))
}

/// Inserts a copy of each of these editions, in this order; of one that was merged into another,
/// it is a copy of the other. Editions that are not there are left out. Search is left to the
/// caller.
async fn insert_all(
    tx: &mut PgConnection,
    owner: UserId,
    copies: &[(EditionId, &input::NewCopy)],
) -> Result<Vec<repo::Inserted>> {
    let editions: Vec<EditionId> = copies.iter().map(|(edition, _)| *edition).collect();
    let standing = catalogue::standing(tx, &editions).await?;
    let copies: Vec<_> = standing
        .into_iter()
        .zip(copies)
        .filter_map(|(edition, (_, copy))| Some((edition?, *copy)))
        .collect();
    repo::insert(tx, owner, &copies).await
}

/// Changes what is said about one of the reader's copies. Whoever is asked for it in an
/// open trade is asked again, because the terms are others now, unless only its place is.
///
/// # Errors
/// `NotFound` when it is not the reader's; `Conflict` while it is held for a trade or lent,
/// or when it says something else by now than the form showed; `Invalid`.
pub async fn edit(cx: &Cx, id: CopyId, input: &CopyInput) -> Result<()> {
    let owner = cx.member()?.id;
    let mut new = input.parse()?;
    if input.offers.as_ref().is_some_and(|typed| !typed.is_any()) {
        return Err(Error::field("offer", OfferError::Nothing));
    }
    let typed = input.offers.as_ref().map(OffersInput::read).transpose()?;
    let mut tx = cx.begin().await?;
    let copies = repo::lock_owned(&mut tx, owner, &[id]).await?;
    let copy = copies.first().ok_or(Error::NotFound)?;
    refuse_held(copy)?;
    new.offers = typed.unwrap_or(copy.offers);
    let said_anew =
        copy.grade != new.grade || copy.defects != new.defects || copy.note != **new.note;
    let offered_anew = copy.offers != new.offers;
    if said_anew || offered_anew || copy.place != **new.place {
        let current = input::version_of(
            copy.grade,
            &copy.defects,
            &copy.note,
            &copy.place,
            copy.offers,
        )?;
        input.version.check(&current)?;
        repo::set_place(&mut tx, &[id], &new.place).await?;
    }
    if said_anew {
        repo::set_condition(&mut tx, id, &new).await?;
    }
    if offered_anew {
        repo::set_offers(&mut tx, id, new.offers).await?;
    }
    if said_anew || offered_anew {
        change::terms_changed(&mut tx, cx, id).await?;
        crate::search::refresh(&mut tx, &[copy.work_id], cx.now()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What the site does with copies by itself.
pub(crate) fn schedules() -> impl IntoIterator<Item = Schedule> {
    sweep::schedules().into_iter().chain(lent_due::schedules())
}

/// The currency in which the reader last sold something; the euro for whoever never did.
///
/// # Errors
/// `SignInRequired`.
pub async fn currency(cx: &Cx) -> Result<Currency> {
    let last = repo::last_currency(cx.db(), cx.reader()?.id).await?;
    Ok(last.unwrap_or(Currency::Eur))
}

/// Refuses a copy that is promised, or out of the house.
fn refuse_held(copy: &repo::Locked) -> Result<()> {
    match copy.held_by {
        None => Ok(()),
        Some(by) => Err(held_back(copy.id, &copy.title, by)),
    }
}

/// Why a copy stays as it is.
fn held_back(copy: CopyId, title: &str, by: HeldBy) -> Error {
    match by {
        HeldBy::Trade(trade) => held(title, trade),
        HeldBy::Lent => Error::Conflict(format!(
            "“{title}” is lent to somebody, so it stays as it is until it is back. When it is, say so at {}.",
            dogear_urls::copy_lent(copy)
        )),
        HeldBy::Round(round) => given_away(title, round),
    }
}

fn given_away(title: &str, round: RoundId) -> Error {
    Error::Conflict(format!(
        "“{title}” is given away to one of those who ask for it, so it stays as it is until that is over. Look at {}.",
        dogear_urls::give(round)
    ))
}

fn held(title: &str, trade: TradeId) -> Error {
    Error::Conflict(format!(
        "“{title}” is promised in a trade, so it stays as it is until that is over. Open the trade at /trades/{trade}."
    ))
}
