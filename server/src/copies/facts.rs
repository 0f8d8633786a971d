//! Copies as programs read them: one that is seen, or a page of the reader's own, with their books.

use dogear_domain::copies::{CopyState, HeldBy};
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, EditionId, RoundId, WorkId};
use dogear_domain::offers::Offers;
use dogear_domain::whereabouts::Whereabouts;
use jiff::Timestamp;

use super::Photo;
use super::input::version_of;
use super::page::{PastOwner, look_as_moderator, open};
use super::repo::{self, FactsRow};
use crate::version::Version;
use crate::{Cx, Error, Result};

/// A copy, its book and its owner, for whoever asks.
#[derive(Debug, Clone)]
pub struct CopyFacts {
    /// By which trades name it.
    pub id: CopyId,
    /// What it is a copy of.
    pub edition: EditionId,
    /// What that is an edition of.
    pub work: WorkId,
    /// Of the work's page.
    pub slug: String,
    /// The edition's own, or the work's.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
    /// Of the edition.
    pub isbn13: Option<String>,
    /// As its owner judges it.
    pub grade: Grade,
    /// What the owner owns up to.
    pub defects: Vec<Defect>,
    /// In the owner's words; may be empty.
    pub note: String,
    /// What it is offered for, once it is listed.
    pub offers: Offers,
    /// On the shelf, on offer, put away.
    pub state: CopyState,
    /// When it was put on offer; none while it is not.
    pub listed_at: Option<Timestamp>,
    /// In the owner's order.
    pub photos: Vec<Photo>,
    /// Handle.
    pub owner: String,
    /// Where they live.
    pub whereabouts: Whereabouts,
    /// It cannot be asked for now, other than in a round.
    pub held: bool,
    /// Somebody has it for a time.
    pub lent: bool,
    /// It is given away in this round, until then.
    pub round: Option<(RoundId, Timestamp)>,
    /// What only its owner is told.
    pub own: Option<OwnFacts>,
}

/// What only the owner of a copy is told.
#[derive(Debug, Clone)]
pub struct OwnFacts {
    /// Where they keep it; may be empty.
    pub place: String,
    /// Why a moderator hid it.
    pub hidden: Option<String>,
    /// Why it cannot be promised now.
    pub held_by: Option<HeldBy>,
    /// Open proposals that name it.
    pub proposals: i64,
    /// When it was added.
    pub created_at: Timestamp,
}

impl CopyFacts {
    /// By which [`edit`](super::edit) is told what its owner has seen.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        let place = self.own.as_ref().map_or("", |own| own.place.as_str());
        version_of(self.grade, &self.defects, &self.note, place, self.offers)
    }

    fn of(row: FactsRow, mine: bool) -> Self {
        let lent = row.loan.is_some() || row.lent_here;
        let held_by = HeldBy::of(row.trade, row.loan, row.round);
        Self {
            id: row.id,
            edition: row.edition,
            work: row.work,
            slug: row.slug,
            title: row.title,
            author_line: row.author_line,
            isbn13: row.isbn13,
            grade: row.grade,
            defects: row.defects,
            note: row.note,
            offers: row.offers,
            state: row.state,
            listed_at: row.listed_at,
            photos: row.photos.0,
            owner: row.owner,
            whereabouts: row.seen.0.into(),
            held: held_by.is_some(),
            lent,
            round: row.round.zip(row.closes_at),
            own: mine.then_some(OwnFacts {
                place: row.place,
                hidden: row.hidden,
                held_by,
                proposals: row.proposals,
                created_at: row.created_at,
            }),
        }
    }
}

/// A copy, for whoever may see it, as on its page.
///
/// # Errors
/// `NotFound`.
pub async fn facts(cx: &Cx, id: CopyId) -> Result<CopyFacts> {
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    let row = repo::facts(cx.db(), &[id], asker, cx.now()).await?.pop();
    let row = row.ok_or(Error::NotFound)?;
    if !row.visible {
        look_as_moderator(cx, id).await?;
    }
    let mine = asker == Some(row.owner_id);
    Ok(CopyFacts::of(row, mine))
}

/// One of the reader's own copies, and what only they are told.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not theirs.
pub async fn own_facts(cx: &Cx, id: CopyId) -> Result<CopyFacts> {
    let owner = cx.reader()?.id;
    let row = repo::facts(cx.db(), &[id], Some(owner), cx.now())
        .await?
        .pop();
    let row = row.filter(|row| row.owner_id == owner);
    Ok(CopyFacts::of(row.ok_or(Error::NotFound)?, true))
}

/// The reader's own copies, the last entered first, from behind the copy `before`: those in one
/// state, or all that are not in the trash.
///
/// # Errors
/// `SignInRequired`.
pub async fn own_copies(
    cx: &Cx,
    state: Option<CopyState>,
    before: Option<CopyId>,
    most: u32,
) -> Result<Vec<CopyFacts>> {
    let owner = cx.reader()?.id;
    let ids = repo::own_ids(cx.db(), owner, state, before, most.into()).await?;
    let rows = repo::facts(cx.db(), &ids, Some(owner), cx.now()).await?;
    Ok(rows
        .into_iter()
        .map(|row| CopyFacts::of(row, true))
        .collect())
}

/// Where a copy came to, oldest first, for whoever may see it.
///
/// # Errors
/// `NotFound`.
pub async fn history(cx: &Cx, id: CopyId) -> Result<Vec<PastOwner>> {
    open(cx, id).await?;
    let history = repo::history(cx.db(), id).await?;
    Ok(history.into_iter().map(PastOwner::from).collect())
}

/// The photos of a copy in their order, for whoever may see it.
///
/// # Errors
/// `NotFound`.
pub async fn photos(cx: &Cx, id: CopyId) -> Result<Vec<Photo>> {
    open(cx, id).await?;
    repo::of_copy(cx.db(), id).await
}
