//! What a reader could get for what they own: copies of others that can be asked for now.

use dogear_domain::grade::Grade;
use dogear_domain::ids::CopyId;
use dogear_domain::variety::Variety;

use super::repo::{self, Found};
use crate::search::WorkLine;
use crate::{Cx, Result};

/// Offers that are shown.
const SHOWN: usize = 12;
/// Offers to a newcomer from which those are taken.
const CONSIDERED: i64 = 60;
/// Offers for the same book of the reader's that come before those for others.
const FOR_ONE_BOOK: usize = 3;

/// Why something is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferReason {
    /// Readers who own this book of theirs own it too.
    AlsoOwned {
        /// Of the book of theirs.
        title: String,
    },
    /// Of a series of which they own a volume.
    SameSeries {
        /// Of the series.
        title: String,
    },
    /// By an author of whom they own a book.
    SameAuthor {
        /// Of that book of theirs.
        title: String,
    },
    /// Of the genre they have most of; its name.
    Genre {
        /// As people read it.
        name: String,
    },
    /// Listed lately in their town.
    NewNearby,
    /// So many readers have asked for a copy.
    Wanted {
        /// How many.
        readers: i32,
    },
    /// Merely the newest there are.
    New,
}

/// A copy that the reader could ask for, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The best there is.
    pub reason: OfferReason,
    /// By which a trade names it.
    pub copy: CopyId,
    /// As its owner judges it.
    pub grade: Grade,
    /// Handle.
    pub owner: String,
    /// As the owner writes it; may be empty.
    pub city: String,
    /// The owner lives where the reader does.
    pub near: bool,
    /// Completed by the owner.
    pub trades: i32,
    /// What it is a copy of.
    pub work: WorkLine,
}

/// What is offered to somebody who has nothing that anything fits.
#[derive(Debug, Clone, Default)]
pub struct ForReader {
    /// What is near first, then what many want, then what is new.
    pub offers: Vec<Offer>,
    /// Something stands on their shelf.
    pub has_books: bool,
}

impl From<Found> for Offer {
    fn from(row: Found) -> Self {
        Self {
            reason: match row.kind {
                1 => OfferReason::AlsoOwned { title: row.because },
                2 => OfferReason::SameSeries { title: row.because },
                3 => OfferReason::SameAuthor { title: row.because },
                4 => OfferReason::Genre { name: row.because },
                5 => OfferReason::NewNearby,
                6 => OfferReason::Wanted {
                    readers: row.wanted,
                },
                _ => OfferReason::New,
            },
            copy: row.copy_id,
            grade: row.grade,
            owner: row.handle,
            city: row.city,
            near: row.near,
            trades: row.trades_completed,
            work: row.work,
        }
    }
}

/// What fits the shelf of the signed-in reader, best first: what readers of their books own
/// too, the rest of a series, the same authors, the genres they have most of. Of what fits
/// similar, the nearest first. Empty for visitors, and when nothing fits: see [`newcomer`].
///
/// Each reason adds to the score of a work: the score of [`super::rebuild_co_owned`] for each book that
/// has it among its own, 0.9 for a later and 0.5 for an earlier volume of a series, 0.4 for
/// an author, 0.05 for a genre and language. The 200 works that came last to the shelf count.
/// What the reader is trading for already is not offered, and of one owner two books at most.
///
/// # Errors
/// When the database does not answer in time.
pub async fn for_reader(cx: &Cx) -> Result<Vec<Offer>> {
    let Some(actor) = &cx.actor else {
        return Ok(Vec::new());
    };
    let rows = repo::for_shelf(cx.db(), actor.id, cx.now()).await?;
    Ok(mixed(rows.into_iter().map(Offer::from).collect()))
}

/// The best offers, with those for one book or genre not all in a row: the first few of each
/// reason in their order, then the rest.
fn mixed(offers: Vec<Offer>) -> Vec<Offer> {
    let mut first: Vec<Offer> = Vec::new();
    let mut rest = Vec::new();
    for offer in various(offers) {
        let same = first
            .iter()
            .filter(|other| other.reason == offer.reason)
            .count();
        if same < FOR_ONE_BOOK {
            first.push(offer);
        } else {
            rest.push(offer);
        }
    }
    first.extend(rest);
    first.truncate(SHOWN);
    first
}

/// Without what its owner has enough of in the list.
fn various(offers: Vec<Offer>) -> impl Iterator<Item = Offer> {
    let mut shown = Variety::default();
    offers
        .into_iter()
        .filter(move |offer| shown.takes(offer.work.id, &offer.owner))
}

/// For a reader whose shelf is empty, or has nothing that anything fits: what was listed in
/// their town lately, what most readers have asked for, what is new anywhere. Empty only
/// when there is nothing to be had from others.
///
/// # Errors
/// As [`for_reader`].
pub async fn newcomer(cx: &Cx) -> Result<ForReader> {
    let Some(actor) = &cx.actor else {
        return Ok(ForReader::default());
    };
    let rows = repo::for_newcomer(cx.db(), actor.id, cx.now(), CONSIDERED).await?;
    Ok(ForReader {
        has_books: rows.first().is_some_and(|row| row.has_books),
        offers: various(rows.into_iter().map(Offer::from).collect())
            .take(SHOWN)
            .collect(),
    })
}
