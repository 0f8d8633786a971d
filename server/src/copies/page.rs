//! One copy: as everybody sees it, and as its owner edits it.

use dogear_domain::copies::CopyState;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, EditionId, TradeId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::Photo;
use super::photos::of_copy;
use crate::catalogue::{self, KnownEdition};
use crate::{Cx, Error, Result};

/// The page of one copy.
#[derive(Debug, Clone)]
pub struct CopyPage {
    pub id: CopyId,
    pub book: KnownEdition,
    pub grade: Grade,
    pub defects: Vec<Defect>,
    pub note: String,
    pub state: CopyState,
    pub listed_at: Option<Timestamp>,
    /// Why a moderator hid it.
    pub hidden: Option<String>,
    /// The trade it is promised in; told to its owner only.
    pub held_by: Option<TradeId>,
    /// Promised to somebody: it cannot be asked for now.
    pub held: bool,
    pub owner_handle: String,
    pub owner_name: String,
    pub owner_city: String,
    pub owner_country: String,
    pub owner_trades: i32,
    /// It belongs to whoever asks.
    pub mine: bool,
    pub photos: Vec<Photo>,
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
    pub at: Timestamp,
}

/// A copy as its owner edits it.
#[derive(Debug, Clone)]
pub struct OwnCopy {
    pub id: CopyId,
    pub book: KnownEdition,
    pub grade: Grade,
    pub defects: Vec<Defect>,
    pub note: String,
    pub state: CopyState,
    pub hidden: Option<String>,
    pub held_by: Option<TradeId>,
    /// Open proposals that name it.
    pub proposals: i64,
    pub photos: Vec<Photo>,
}

#[derive(sqlx::FromRow)]
struct Row {
    edition_id: EditionId,
    owner_id: UserId,
    grade: Grade,
    defects: Vec<Defect>,
    note: String,
    state: CopyState,
    listed_at: Option<jiff_sqlx::Timestamp>,
    hidden: Option<String>,
    held_by: Option<TradeId>,
    handle: String,
    display_name: String,
    city: String,
    country: String,
    trades_completed: i32,
    proposals: i64,
}

async fn row(cx: &Cx, id: CopyId) -> Result<Row> {
    sqlx::query_as(
        "select c.edition_id, c.owner_id, c.grade, c.defects, c.note, c.state, c.listed_at,
             case when c.hidden_at is not null then c.hidden_reason end as hidden,
             h.trade_id as held_by, u.handle, u.display_name, u.city, u.country, u.trades_completed,
             (select count(*) from trade_items i join trades t on t.id = i.trade_id
                 where i.copy_id = c.id and i.revision = t.revision and t.state = 'proposed') as proposals
         from copies c join users u on u.id = c.owner_id
         left join copy_holds h on h.copy_id = c.id
         where c.id = $1",
    )
    .bind(id)
    .fetch_optional(cx.db())
    .await?
    .ok_or(Error::NotFound)
}

/// A copy, for whoever may see it: everybody while it is listed and not hidden, unless its owner
/// is suspended or there is a block; always its owner and moderators; and the parties of a trade
/// with it while that trade runs.
///
/// # Errors
/// `NotFound`.
pub async fn page(cx: &Cx, id: CopyId) -> Result<CopyPage> {
    let row = row(cx, id).await?;
    let shown = row.state == CopyState::Listed && row.hidden.is_none();
    if !sees(cx, id, row.owner_id, shown).await? {
        return Err(Error::NotFound);
    }
    let mine = cx
        .actor
        .as_ref()
        .is_some_and(|actor| actor.id == row.owner_id);
    let history: Vec<(String, String, jiff_sqlx::Timestamp)> =
        sqlx::query_as("select kind, city, at from copy_history where copy_id = $1 order by id")
            .bind(id)
            .fetch_all(cx.db())
            .await?;
    Ok(CopyPage {
        id,
        book: catalogue::edition(cx, row.edition_id).await?,
        grade: row.grade,
        defects: row.defects,
        note: row.note,
        state: row.state,
        listed_at: row.listed_at.map(jiff_sqlx::Timestamp::to_jiff),
        hidden: row.hidden,
        held: row.held_by.is_some(),
        held_by: row.held_by.filter(|_| mine),
        owner_handle: row.handle,
        owner_name: row.display_name,
        owner_city: row.city,
        owner_country: row.country,
        owner_trades: row.trades_completed,
        mine,
        photos: of_copy(cx.db(), id).await?,
        history: history
            .into_iter()
            .map(|(kind, city, at)| PastOwner {
                traded: kind == "trade",
                city,
                at: at.to_jiff(),
            })
            .collect(),
    })
}

/// One of the reader's own copies.
///
/// # Errors
/// `NotFound` when it is not theirs.
pub async fn owned(cx: &Cx, id: CopyId) -> Result<OwnCopy> {
    let reader = cx.reader()?.id;
    let row = row(cx, id).await?;
    if row.owner_id != reader {
        return Err(Error::NotFound);
    }
    Ok(OwnCopy {
        id,
        book: catalogue::edition(cx, row.edition_id).await?,
        grade: row.grade,
        defects: row.defects,
        note: row.note,
        state: row.state,
        hidden: row.hidden,
        held_by: row.held_by,
        proposals: row.proposals,
        photos: of_copy(cx.db(), id).await?,
    })
}

/// The reader's copies of an edition that are not in the trash, newest first.
///
/// # Errors
/// `SignInRequired`.
pub async fn same_edition(cx: &Cx, edition: EditionId) -> Result<Vec<(CopyId, Grade, CopyState)>> {
    Ok(sqlx::query_as(
        "select id, grade, state from copies
         where owner_id = $1 and edition_id = $2 and state <> 'deleted' order by id desc",
    )
    .bind(cx.reader()?.id)
    .bind(edition)
    .fetch_all(cx.db())
    .await?)
}

/// Whether the asker sees a copy. `shown` says that it is listed and not hidden.
pub(super) async fn sees(cx: &Cx, copy: CopyId, owner: UserId, shown: bool) -> Result<bool> {
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    if asker == Some(owner) || cx.moderator().is_ok() {
        return Ok(true);
    }
    Ok(sqlx::query_scalar(
        "select exists (
             select from users u
             where $3 and u.id = $2 and in_good_standing(u, $5) and not blocked(u.id, $4))
           or exists (
             select from trade_items i
             join trade_parties p on p.trade_id = i.trade_id
             join trades t on t.id = i.trade_id
             where i.copy_id = $1 and p.user_id = $4
               and t.state in ('proposed', 'agreed', 'disputed'))",
    )
    .bind(copy)
    .bind(owner)
    .bind(shown)
    .bind(asker)
    .bind(cx.now().to_sqlx())
    .fetch_one(cx.db())
    .await?)
}
