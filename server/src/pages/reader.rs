//! A reader as others see them: profile, figures, what stands on the shelf for trade.

use dogear_domain::accounts::AccountStatus;
use dogear_domain::fields::Handle;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, UserId, WorkId};
use jiff::Timestamp;
use uuid::Uuid;

use super::repo::{self, ShelfRow};
use super::{PER_PAGE, defects, offset};
use crate::trades::Trust;
use crate::{Cx, Error, Result};

/// A listed copy on somebody's shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfLine {
    pub copy: CopyId,
    pub work: WorkId,
    pub title: String,
    pub author_line: String,
    pub slug: String,
    pub language: String,
    pub grade: Grade,
    pub defects: Vec<Defect>,
    pub note: String,
    /// The first photo.
    pub photo: Option<Uuid>,
    /// Promised in a trade.
    pub held: bool,
}

/// Who they say they are.
#[derive(Debug, Clone)]
pub struct Reader {
    pub id: UserId,
    pub handle: String,
    pub display_name: String,
    pub city: String,
    pub region: String,
    pub country: String,
    pub about: String,
    pub trust: Trust,
    /// Away until then: nothing can be asked for.
    pub away_until: Option<Timestamp>,
    pub is_me: bool,
}

/// A reader's public shelf, or nothing about it.
#[derive(Debug, Clone)]
pub enum ReaderPage {
    Open {
        reader: Box<Reader>,
        /// One page, newest first.
        shelf: Vec<ShelfLine>,
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
    if row.status != AccountStatus::Active || row.blocked {
        return Ok(ReaderPage::Closed);
    }
    if row.handle != handle {
        return Ok(ReaderPage::Elsewhere(row.handle));
    }
    let (most, offset) = (PER_PAGE.into(), offset(page, PER_PAGE));
    let shelf = repo::shelf(cx.db(), row.id, cx.now(), most, offset).await?;
    Ok(ReaderPage::Open {
        total: shelf.first().map_or(0, |line| line.total),
        shelf: shelf.into_iter().map(ShelfLine::from).collect(),
        reader: Box::new(Reader {
            is_me: me == Some(row.id),
            id: row.id,
            handle: row.handle,
            display_name: row.display_name,
            city: row.city,
            region: row.region,
            country: row.country,
            about: row.about,
            trust: row.trust.0,
            away_until: row.away_until.map(jiff_sqlx::Timestamp::to_jiff),
        }),
    })
}

impl From<ShelfRow> for ShelfLine {
    fn from(row: ShelfRow) -> Self {
        Self {
            copy: row.id,
            work: row.work_id,
            title: row.title,
            author_line: row.author_line,
            slug: row.slug,
            language: row.language,
            grade: row.grade,
            defects: defects(&row.defects),
            note: row.note,
            photo: row.photo,
            held: row.held,
        }
    }
}
