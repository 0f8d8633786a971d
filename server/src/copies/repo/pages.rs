//! One copy with its owner and its history, and who may see it.

use dogear_domain::copies::CopyState;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, EditionId, OutsideLoanId, RoundId, TradeId, UserId};
use dogear_domain::offers::Offers;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::Result;

/// A copy with what its pages say about it.
pub(in crate::copies) struct CopyRow {
    pub edition_id: EditionId,
    pub owner_id: UserId,
    pub grade: Grade,
    pub defects: Vec<Defect>,
    pub note: String,
    pub offers: Offers,
    pub state: CopyState,
    pub listed_at: Option<jiff_sqlx::Timestamp>,
    /// Why a moderator hid it.
    pub hidden: Option<String>,
    /// Where its owner keeps it.
    pub place: String,
    /// The trade it is promised in.
    pub trade: Option<TradeId>,
    /// The loan that it is out of the house on.
    pub loan: Option<OutsideLoanId>,
    /// The round in which it is given away, and until when readers can ask in it.
    pub round: Option<RoundId>,
    pub round_closes_at: Option<jiff_sqlx::Timestamp>,
    pub handle: String,
    pub display_name: String,
    pub trades_completed: i32,
    /// Open proposals that name it.
    pub proposals: i64,
}

/// The copy with this number, whoever may see it.
pub(in crate::copies) async fn copy(db: &PgPool, id: CopyId) -> Result<Option<CopyRow>> {
    Ok(sqlx::query_as!(
        CopyRow,
        r#"select c.edition_id, c.owner_id, c.grade, c.defects as "defects: Vec<Defect>", c.note,
             offer_terms(c) as "offers!: Offers", c.state,
             c.listed_at, case when c.hidden_at is not null then c.hidden_reason end as hidden,
             c.place, h.trade_id as "trade?", h.outside_loan_id as "loan?", h.round_id as "round?",
             g.closes_at as "round_closes_at?", u.handle, u.display_name, u.trades_completed,
             (select count(*) from trade_items i join trades t on t.id = i.trade_id
                 where i.copy_id = c.id and i.revision = t.revision and t.state = 'proposed') as "proposals!"
         from copies c join users u on u.id = c.owner_id
         left join copy_holds h on h.copy_id = c.id left join give_rounds g on g.id = h.round_id
         where c.id = $1"#,
        id.0
    )
    .fetch_optional(db)
    .await?)
}

/// One line of a copy's history.
pub(in crate::copies) struct History {
    pub kind: String,
    pub city: String,
    pub at: Timestamp,
}

/// Where a copy came to, oldest first.
pub(in crate::copies) async fn history(db: &PgPool, id: CopyId) -> Result<Vec<History>> {
    Ok(sqlx::query_as!(
        History,
        "select kind, city, at from copy_history where copy_id = $1 order by id",
        id.0
    )
    .fetch_all(db)
    .await?)
}

/// Whether `asker`, or anybody, may see a copy.
pub(in crate::copies) async fn is_visible(
    db: &PgPool,
    copy: CopyId,
    asker: Option<UserId>,
    now: Timestamp,
) -> Result<bool> {
    let visible = sqlx::query_scalar!(
        r#"select may_see_copy(c, $2, $3) as "visible!" from copies c where c.id = $1"#,
        copy.0,
        asker.map(|asker| asker.0),
        now.to_sqlx()
    );
    Ok(visible.fetch_optional(db).await?.unwrap_or_default())
}
