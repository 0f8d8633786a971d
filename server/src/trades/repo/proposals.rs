//! Proposals: a trade's first rows, its revisions, the facts about the copies in them.

use dogear_domain::copies::HeldBy;
use dogear_domain::ids::{CopyId, OutsideLoanId, RoundId, TradeId, UserId};
use dogear_domain::offers::Offers;
use dogear_domain::trades::{Item, Method, TradeState};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::load::ids;
use crate::Result;

/// A copy as a proposal looks at it.
pub(in crate::trades) struct Fact {
    pub id: CopyId,
    pub owner_id: UserId,
    pub terms_version: i32,
    /// Listed and not hidden.
    pub listed: bool,
    /// Its owner has deleted it.
    pub in_trash: bool,
    pub offers: Offers,
    /// The trade that holds it.
    pub trade: Option<TradeId>,
    /// The loan that holds it.
    pub loan: Option<OutsideLoanId>,
    /// The round that holds it.
    pub round: Option<RoundId>,
    /// The one who asks may see it.
    pub seen: bool,
    pub title: String,
}

impl Fact {
    /// Why it can be promised to nobody else.
    pub(in crate::trades) fn held_by(&self) -> Option<HeldBy> {
        HeldBy::of(self.trade, self.loan, self.round)
    }
}

/// The facts about copies, by number. Right until the end of the transaction only
/// for copies that the caller has locked before this call. Without an `asker` it is the site that
/// looks.
pub(in crate::trades) async fn facts(
    conn: &mut PgConnection,
    copies: &[CopyId],
    asker: Option<UserId>,
    now: Timestamp,
) -> Result<Vec<Fact>> {
    Ok(sqlx::query_as!(
        Fact,
        r#"select c.id, c.owner_id, c.terms_version,
           is_listed(c) as "listed!", c.state = 'deleted' as "in_trash!", offer_terms(c) as "offers!: Offers",
           h.trade_id as "trade?", h.outside_loan_id as "loan?", h.round_id as "round?",
           $2::bigint is null or may_see_copy(c, $2, $3) as "seen!",
           shown_title(e.title, w.title) as "title!"
         from copies c join editions e on e.id = c.edition_id join works w on w.id = c.work_id
           left join copy_holds h on h.copy_id = c.id
         where c.id = any ($1) order by c.id"#,
        &ids(copies),
        asker.map(|asker| asker.0),
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}

/// How many trades a member has completed, and how many proposals of theirs are open.
pub(in crate::trades) async fn proposing_counts(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select u.trades_completed::bigint as "completed!",
           (select count(*) from trades t where t.opened_by = u.id and t.state = 'proposed') as "open!"
         from users u where u.id = $1"#,
        user.0
    )
    .fetch_one(conn)
    .await?;
    Ok((row.completed, row.open))
}

/// How many proposals of a member to another one are open, and how many came to nothing since
/// then.
pub(in crate::trades) async fn pair_counts(
    conn: &mut PgConnection,
    user: UserId,
    other: UserId,
    since: Timestamp,
) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) filter (where t.state = 'proposed') as "open!",
           count(*) filter (where t.state <> 'proposed' and t.agreed_at is null) as "vain!"
         from trade_parties p join trades t on t.id = p.trade_id
         where p.user_id = $2 and t.opened_by = $1
           and (t.state = 'proposed' or t.created_at > $3)"#,
        user.0,
        other.0,
        since.to_sqlx()
    )
    .fetch_one(conn)
    .await?;
    Ok((row.open, row.vain))
}

/// A draft between two members.
pub(in crate::trades) async fn insert(
    conn: &mut PgConnection,
    opened_by: UserId,
    other: UserId,
    method: Method,
    now: Timestamp,
) -> Result<TradeId> {
    let trade = sqlx::query_scalar!(
        "insert into trades (state, opened_by, method, asked_at, created_at, updated_at)
         values ($1, $2, $3, $4, $4, $4) returning id",
        TradeState::Draft.as_str(),
        opened_by.0,
        method.as_str(),
        now.to_sqlx()
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into trade_parties (trade_id, user_id, position) values ($1, $2, 1), ($1, $3, 2)",
        trade.0,
        opened_by.0,
        other.0
    )
    .execute(conn)
    .await?;
    Ok(trade)
}

/// One more revision with its items, which are taken down as they are now.
pub(in crate::trades) async fn insert_revision(
    conn: &mut PgConnection,
    trade: TradeId,
    number: i32,
    author: UserId,
    method: Method,
    items: &[Item],
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into trade_revisions (trade_id, number, author_id, method, created_at)
         values ($1, $2, $3, $4, $5)",
        trade.0,
        number,
        author.0,
        method.as_str(),
        now.to_sqlx()
    )
    .execute(&mut *conn)
    .await?;
    let copies: Vec<i64> = items.iter().map(|item| item.copy.0).collect();
    let givers: Vec<i64> = items.iter().map(|item| item.from.0).collect();
    let takers: Vec<i64> = items.iter().map(|item| item.to.0).collect();
    let terms: Vec<i32> = items.iter().map(|item| item.terms).collect();
    sqlx::query!(
        "insert into trade_items (trade_id, revision, copy_id, from_user, to_user, terms_version, frozen)
         select $1, $2, item.copy, item.giver, item.taker, item.terms, freeze_copy(item.copy)
         from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::int[]) as item (copy, giver, taker, terms)",
        trade.0,
        number,
        &copies,
        &givers,
        &takers,
        &terms
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the copies of a revision down as they are now.
pub(in crate::trades) async fn freeze(
    conn: &mut PgConnection,
    trade: TradeId,
    revision: i32,
    copies: &[CopyId],
) -> Result<()> {
    sqlx::query!(
        "update trade_items i set frozen = freeze_copy(c.id), terms_version = c.terms_version
         from copies c
         where i.trade_id = $1 and i.revision = $2 and i.copy_id = c.id and c.id = any ($3)",
        trade.0,
        revision,
        &ids(copies)
    )
    .execute(conn)
    .await?;
    Ok(())
}
