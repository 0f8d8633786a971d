//! One copy: as everybody sees it, and as its owner edits it.

use dogear_domain::copies::{CopyState, HeldBy};
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, EditionId, RoundId};
use dogear_domain::offers::Offers;
use dogear_domain::whereabouts::Whereabouts;
use jiff::Timestamp;

use super::Photo;
use super::input::version_of;
use super::repo::{self, CopyRow};
use super::waits::{self, OnLoanTo};
use crate::catalogue::{self, KnownEdition};
use crate::version::Version;
use crate::{Cx, Error, Result, audit, places};

/// A copy as it stands, with its book and its photos.
#[derive(Debug, Clone)]
pub struct CopyDetails {
    /// By which trades name it.
    pub id: CopyId,
    /// What it is a copy of.
    pub book: KnownEdition,
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
    /// Why a moderator hid it.
    pub hidden: Option<String>,
    /// Where its owner keeps it; told to nobody else, and may be empty.
    pub place: String,
    /// Why it cannot be promised now; told to its owner only.
    pub held_by: Option<HeldBy>,
    /// Open proposals that name it; told to its owner only.
    pub proposals: i64,
    /// In the owner's order.
    pub photos: Vec<Photo>,
}

impl CopyDetails {
    /// By which the form that edits it says what it showed.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        version_of(
            self.grade,
            &self.defects,
            &self.note,
            &self.place,
            self.offers,
        )
    }
}

/// The page of one copy.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // each says something else of it
pub struct CopyPage {
    /// The copy itself.
    pub copy: CopyDetails,
    /// Promised to somebody, or out of the house: it cannot be asked for now.
    pub held: bool,
    /// It is the latter.
    pub lent: bool,
    /// To whom, where that is on the site.
    pub on_loan: Option<OnLoanTo>,
    /// The reader wants to be told when it is back.
    pub waiting: bool,
    /// It is given away in this round, until then: one can ask for it there.
    pub round: Option<(RoundId, Timestamp)>,
    /// Without the @.
    pub owner_handle: String,
    /// What they want to be called.
    pub owner_name: String,
    /// Where they live.
    pub whereabouts: Whereabouts,
    /// That they completed.
    pub owner_trades: i32,
    /// It belongs to whoever asks.
    pub mine: bool,
    /// Oldest first.
    pub history: Vec<PastOwner>,
}

/// Where a copy came to, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastOwner {
    /// By a trade; else it was added to the site there.
    pub traded: bool,
    /// Empty when the reader has not said.
    pub city: String,
    /// Since when it is there.
    pub at: Timestamp,
}

impl From<repo::History> for PastOwner {
    fn from(line: repo::History) -> Self {
        Self {
            traded: line.kind == "trade",
            city: line.city,
            at: line.at,
        }
    }
}

/// A copy, for whoever may see it.
///
/// # Errors
/// `NotFound`.
pub async fn page(cx: &Cx, id: CopyId) -> Result<CopyPage> {
    let mut row = repo::copy(cx.db(), id).await?.ok_or(Error::NotFound)?;
    open(cx, id).await?;
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    let mine = asker == Some(row.owner_id);
    let on_loan = match row.trade {
        Some(_) => waits::on_loan(cx, id, asker, mine).await?,
        None => None,
    };
    let lent = row.loan.is_some() || on_loan.is_some();
    let closes_at = row.round_closes_at.map(jiff_sqlx::Timestamp::to_jiff);
    let round = row.round.zip(closes_at);
    let held = lent || row.trade.is_some() || round.is_some();
    let waiting = lent && !mine && waits::is_waiting(cx, id, asker).await?;
    if !mine {
        row.trade = None;
        row.loan = None;
        row.round = None;
        row.place.clear();
        row.proposals = 0;
    }
    let history = repo::history(cx.db(), id).await?;
    Ok(CopyPage {
        held,
        lent,
        on_loan,
        waiting,
        round,
        mine,
        owner_handle: std::mem::take(&mut row.handle),
        owner_name: std::mem::take(&mut row.display_name),
        whereabouts: places::whereabouts(cx, row.owner_id).await?,
        owner_trades: row.trades_completed,
        history: history.into_iter().map(PastOwner::from).collect(),
        copy: details(cx, id, row).await?,
    })
}

async fn details(cx: &Cx, id: CopyId, row: CopyRow) -> Result<CopyDetails> {
    Ok(CopyDetails {
        id,
        book: catalogue::edition(cx, row.edition_id).await?,
        grade: row.grade,
        defects: row.defects,
        note: row.note,
        offers: row.offers,
        state: row.state,
        listed_at: row.listed_at.map(jiff_sqlx::Timestamp::to_jiff),
        hidden: row.hidden,
        place: row.place,
        held_by: HeldBy::of(row.trade, row.loan, row.round),
        proposals: row.proposals,
        photos: repo::of_copy(cx.db(), id).await?,
    })
}

/// One of the reader's own copies.
///
/// # Errors
/// `NotFound` when it is not theirs.
pub async fn owned(cx: &Cx, id: CopyId) -> Result<CopyDetails> {
    let reader = cx.reader()?.id;
    let row = repo::copy(cx.db(), id).await?.ok_or(Error::NotFound)?;
    if row.owner_id != reader {
        return Err(Error::NotFound);
    }
    details(cx, id, row).await
}

/// The reader's copies of an edition that are not in the trash, newest first.
///
/// # Errors
/// `SignInRequired`.
pub async fn same_edition(cx: &Cx, edition: EditionId) -> Result<Vec<(CopyId, Grade, CopyState)>> {
    let copies = repo::owned_of_edition(cx.db(), cx.reader()?.id, edition).await?;
    Ok(copies
        .into_iter()
        .map(|copy| (copy.id, copy.grade, copy.state))
        .collect())
}

/// Lets whoever sees a copy pass. A moderator sees every copy; the look at one that is not for
/// everybody's eyes is written to the audit log first.
///
/// # Errors
/// `NotFound`.
pub async fn open(cx: &Cx, copy: CopyId) -> Result<()> {
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    if repo::is_visible(cx.db(), copy, asker, cx.now()).await? {
        return Ok(());
    }
    look_as_moderator(cx, copy).await
}

/// Lets a moderator look at a copy that is not for everybody's eyes, and writes it down first.
///
/// # Errors
/// `NotFound` for anybody else.
pub(super) async fn look_as_moderator(cx: &Cx, copy: CopyId) -> Result<()> {
    if cx.moderator().is_err() {
        return Err(Error::NotFound);
    }
    audit::record_view(cx, "copy", copy.0).await
}

/// Whether the asker sees a copy: by the rule for everybody (`may_see_copy`), or as a moderator.
pub(super) async fn sees(cx: &Cx, copy: CopyId) -> Result<bool> {
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    Ok(cx.moderator().is_ok() || repo::is_visible(cx.db(), copy, asker, cx.now()).await?)
}
