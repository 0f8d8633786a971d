//! A reader as others see them: profile, figures, what stands on the shelf for trade.

use dogear_domain::fields::Handle;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, EditionId, ListId, RoundId, UserId, WorkId};
use dogear_domain::offers::Offers;
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::repo::{self, ReaderRow, ShelfRow};
use super::{PER_PAGE, defects, offset};
use crate::trades::Trust;
use crate::{Cx, Error, Result};

/// A listed copy on somebody's shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfLine {
    /// By which a trade names it.
    pub copy: CopyId,
    /// What it is a copy of.
    pub work: WorkId,
    /// Of the work's, the one it is a copy of.
    pub edition: EditionId,
    /// Of the work, without the subtitle.
    pub title: String,
    /// Of the work: all authors in one line.
    pub author_line: String,
    /// Of the work's page.
    pub slug: String,
    /// The code of the work's; may be empty.
    pub language: String,
    /// As its owner judges it.
    pub grade: Grade,
    /// What the owner owns up to.
    pub defects: Vec<Defect>,
    /// In the owner's words; may be empty.
    pub note: String,
    /// What it is offered for.
    pub offers: Offers,
    /// The first photo.
    pub photo: Option<Uuid>,
    /// Promised in a trade, or lent.
    pub held: bool,
    /// It is given away in this round, until then: one asks for it there.
    pub round: Option<(RoundId, Timestamp)>,
}

/// A list that a reader shows to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PublicList {
    /// Its number.
    pub id: ListId,
    /// The readable part of its address.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// How many are in it.
    pub books: i64,
}

/// Who they say they are.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Stays the same when the handle changes.
    pub id: UserId,
    /// As they spell it, without the @.
    pub handle: String,
    /// What they want to be called.
    pub display_name: String,
    /// As they wrote it; may be empty.
    pub city: String,
    /// As they wrote it; may be empty.
    pub region: String,
    /// Two letters; may be empty.
    pub country: String,
    /// They send parcels to other countries.
    pub posts_abroad: bool,
    /// In their words; may be empty.
    pub about: String,
    /// How they trade.
    pub trust: Trust,
    /// Away until then: nothing can be asked for.
    pub away_until: Option<Timestamp>,
    /// Events to come that they host, as far as whoever asks may see them; a series counts once.
    pub hosts: i64,
    /// Their lists that everybody may see, the one that was changed last first.
    pub lists: Vec<PublicList>,
    /// How many of their reviews others see.
    pub reviews: i64,
    /// They show something of what they read.
    pub shows_reading: bool,
    /// It is the one who asks.
    pub is_me: bool,
}

/// A reader's public shelf, or nothing about it.
#[derive(Debug, Clone)]
pub enum ReaderPage {
    /// For everybody to see.
    Open {
        /// Whose it is.
        reader: Box<Reader>,
        /// One page, newest first.
        shelf: Vec<ShelfLine>,
        /// Copies on all pages.
        total: i64,
    },
    /// The account is suspended, closing or gone, or one of the two has blocked the other.
    Closed,
    /// The address in another spelling than the handle's own.
    Elsewhere(String),
}

/// The shelf of the reader with this handle, in any spelling of case; `page` from 1.
///
/// # Errors
/// `NotFound` when nobody has, or ever had, that handle.
pub async fn reader(cx: &Cx, handle: &str, page: u32) -> Result<ReaderPage> {
    let key = Handle::parse(handle).map_err(|_| Error::NotFound)?.key();
    let me = cx.actor.as_ref().map(|actor| actor.id);
    let row = repo::reader(cx.db(), &key, me, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    if !row.open {
        return Ok(ReaderPage::Closed);
    }
    if row.handle != handle {
        return Ok(ReaderPage::Elsewhere(row.handle));
    }
    let part = repo::Shelf {
        owner: row.id,
        before: None,
        most: PER_PAGE.into(),
        offset: offset(page, PER_PAGE),
    };
    let shelf = repo::shelf(cx.db(), &part, cx.now()).await?;
    Ok(ReaderPage::Open {
        total: shelf.first().map_or(0, |line| line.total),
        shelf: shelf.into_iter().map(ShelfLine::from).collect(),
        reader: Box::new(Reader::of(row, me)),
    })
}

/// Who the reader with this handle, in any spelling of case, says they are.
///
/// # Errors
/// `NotFound` when nobody has that handle, or whoever asks may not see them.
pub async fn reader_facts(cx: &Cx, handle: &str) -> Result<Reader> {
    let key = Handle::parse(handle).map_err(|_| Error::NotFound)?.key();
    let me = cx.actor.as_ref().map(|actor| actor.id);
    let row = repo::reader(cx.db(), &key, me, cx.now()).await?;
    let row = row.filter(|row| row.open).ok_or(Error::NotFound)?;
    Ok(Reader::of(row, me))
}

/// What stands on the shelf of a reader for others to see: the last entered first, from behind the
/// copy `before`; at most so many.
///
/// # Errors
/// As [`reader_facts`].
pub async fn copies_of_reader(
    cx: &Cx,
    handle: &str,
    before: Option<CopyId>,
    most: u32,
) -> Result<Vec<ShelfLine>> {
    let part = repo::Shelf {
        owner: reader_facts(cx, handle).await?.id,
        before,
        most: most.into(),
        offset: 0,
    };
    let shelf = repo::shelf(cx.db(), &part, cx.now()).await?;
    Ok(shelf.into_iter().map(ShelfLine::from).collect())
}

impl Reader {
    fn of(row: ReaderRow, me: Option<UserId>) -> Self {
        Self {
            is_me: me == Some(row.id),
            id: row.id,
            handle: row.handle,
            display_name: row.display_name,
            city: row.city,
            region: row.region,
            country: row.country,
            posts_abroad: row.posts_abroad,
            about: row.about,
            trust: row.trust.0,
            hosts: row.hosts,
            lists: row.lists.0,
            reviews: row.reviews,
            shows_reading: row.shows_reading,
            away_until: row.away_until.map(jiff_sqlx::Timestamp::to_jiff),
        }
    }
}

impl From<ShelfRow> for ShelfLine {
    fn from(row: ShelfRow) -> Self {
        Self {
            copy: row.id,
            work: row.work_id,
            edition: row.edition_id,
            title: row.title,
            author_line: row.author_line,
            slug: row.slug,
            language: row.language,
            grade: row.grade,
            defects: defects(&row.defects),
            note: row.note,
            offers: row.offers,
            photo: row.photo,
            held: row.held,
            round: row
                .round
                .zip(row.closes_at.map(jiff_sqlx::Timestamp::to_jiff)),
        }
    }
}
