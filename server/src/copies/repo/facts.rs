//! Copies with their books and owners, as programs read them.

use dogear_domain::copies::CopyState;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, EditionId, OutsideLoanId, RoundId, TradeId, UserId, WorkId};
use dogear_domain::offers::Offers;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;
use sqlx::types::Json;

use crate::Result;
use crate::copies::Photo;
use crate::db::MaybeTimestamp;
use crate::places::Seen;

/// A copy with its book and its owner, and all that only the owner is told.
pub(in crate::copies) struct FactsRow {
    pub id: CopyId,
    pub edition: EditionId,
    pub work: WorkId,
    pub slug: String,
    pub title: String,
    pub author_line: String,
    pub isbn13: Option<String>,
    pub grade: Grade,
    pub defects: Vec<Defect>,
    pub note: String,
    pub offers: Offers,
    pub state: CopyState,
    pub listed_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub hidden: Option<String>,
    pub place: String,
    pub trade: Option<TradeId>,
    pub loan: Option<OutsideLoanId>,
    pub round: Option<RoundId>,
    pub closes_at: Option<Timestamp>,
    /// It is lent to another reader.
    pub lent_here: bool,
    pub proposals: i64,
    pub photos: Json<Vec<Photo>>,
    pub owner_id: UserId,
    pub owner: String,
    pub seen: Json<Seen>,
    /// Whoever asks may see it.
    pub visible: bool,
}

/// These copies, whoever may see them, the last entered first.
pub(in crate::copies) async fn facts(
    db: &PgPool,
    ids: &[CopyId],
    asker: Option<UserId>,
    now: Timestamp,
) -> Result<Vec<FactsRow>> {
    Ok(sqlx::query_as!(
        FactsRow,
        r#"select c.id, c.edition_id as edition, c.work_id as work, w.slug,
             shown_title(e.title, w.title) as "title!", w.author_line, e.isbn13::text as isbn13,
             c.grade, c.defects as "defects: Vec<Defect>", c.note,
             offer_terms(c) as "offers!: Offers", c.state,
             c.listed_at as "listed_at!: MaybeTimestamp", c.created_at,
             case when c.hidden_at is not null then c.hidden_reason end as hidden, c.place,
             h.trade_id as "trade?", h.outside_loan_id as "loan?", h.round_id as "round?",
             g.closes_at as "closes_at!: MaybeTimestamp",
             exists (select from trade_legs b
                 where b.trade_id = h.trade_id and b.purpose = 'return') as "lent_here!",
             (select count(*) from trade_items i join trades t on t.id = i.trade_id
                 where i.copy_id = c.id and i.revision = t.revision and t.state = 'proposed') as "proposals!",
             coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'key', p.key, 'width', p.width,
                     'height', p.height) order by p.position, p.id)
                 from copy_photos p where p.copy_id = c.id), '[]') as "photos!: Json<Vec<Photo>>",
             c.owner_id, u.handle as owner, s.seen as "seen!: Json<Seen>",
             may_see_copy(c, $2, $3) as "visible!"
         from copies c
         join editions e on e.id = c.edition_id
         join works w on w.id = c.work_id
         join users u on u.id = c.owner_id
         cross join lateral seen_by($2, u) s
         left join copy_holds h on h.copy_id = c.id
         left join give_rounds g on g.id = h.round_id
         where c.id = any ($1) order by c.id desc"#,
        ids as &[CopyId],
        asker.map(|asker| asker.0),
        now.to_sqlx()
    )
    .fetch_all(db)
    .await?)
}

/// The numbers of an owner's copies in this state, or outside the trash, the last entered first,
/// from behind `before`.
pub(in crate::copies) async fn own_ids(
    db: &PgPool,
    owner: UserId,
    state: Option<CopyState>,
    before: Option<CopyId>,
    most: i64,
) -> Result<Vec<CopyId>> {
    Ok(sqlx::query_scalar!(
        "select id from copies
         where owner_id = $1 and case when $2::text is null then state <> 'deleted' else state = $2 end
             and ($3::bigint is null or id < $3)
         order by id desc limit $4",
        owner.0,
        state.map(CopyState::as_str),
        before.map(|copy| copy.0),
        most
    )
    .fetch_all(db)
    .await?)
}
