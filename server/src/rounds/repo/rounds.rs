//! Rounds as they are changed.

use dogear_domain::ids::{CopyId, RoundId, TradeId, UserId, WorkId};
use dogear_domain::offers::Offers;
use dogear_domain::rounds::{Round, RoundMode, RoundState};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::db::MaybeTimestamp;

/// A copy that somebody would give away, locked.
pub(in crate::rounds) struct ToGive {
    pub work_id: WorkId,
    pub title: String,
    /// Listed and not hidden.
    pub listed: bool,
    pub offers: Offers,
}

/// A copy of this owner, locked until the end of the transaction.
pub(in crate::rounds) async fn lock_own(
    conn: &mut PgConnection,
    owner: UserId,
    copy: CopyId,
) -> Result<Option<ToGive>> {
    Ok(sqlx::query_as!(
        ToGive,
        r#"select c.work_id, shown_title(e.title, w.title) as "title!", is_listed(c) as "listed!",
             offer_terms(c) as "offers!: Offers"
         from copies c join editions e on e.id = c.edition_id join works w on w.id = c.work_id
         where c.id = $1 and c.owner_id = $2 for no key update of c"#,
        copy.0,
        owner.0
    )
    .fetch_optional(conn)
    .await?)
}

/// A round that begins now.
pub(in crate::rounds) struct New<'a> {
    pub copy: CopyId,
    pub owner: UserId,
    pub mode: RoundMode,
    /// Of a draw, with its hash.
    pub seed: Option<(&'a [u8], &'a [u8])>,
    pub closes_at: Timestamp,
    pub now: Timestamp,
}

/// Begins a round of a copy, which the caller has locked.
///
/// # Errors
/// A violation of `give_rounds_one_live` when there is one.
pub(in crate::rounds) async fn insert(
    conn: &mut PgConnection,
    new: &New<'_>,
) -> sqlx::Result<RoundId> {
    sqlx::query_scalar!(
        "insert into give_rounds (copy_id, owner_id, mode, seed, seed_hash, opened_at, closes_at)
         values ($1, $2, $3, $4, $5, $6, $7) returning id",
        new.copy.0,
        new.owner.0,
        new.mode.as_str(),
        new.seed.map(|(seed, _)| seed),
        new.seed.map(|(_, hash)| hash),
        new.now.to_sqlx(),
        new.closes_at.to_sqlx()
    )
    .fetch_one(conn)
    .await
}

/// A round, locked with its copy until the end of the transaction.
#[derive(Debug, Clone)]
pub(in crate::rounds) struct Locked {
    pub id: RoundId,
    pub copy_id: CopyId,
    pub owner_id: UserId,
    pub work_id: WorkId,
    pub title: String,
    pub mode: RoundMode,
    pub state: RoundState,
    pub closes_at: Timestamp,
    pub offer_until: Option<Timestamp>,
    pub offered_to: Option<UserId>,
    pub seed: Option<Vec<u8>>,
}

impl Locked {
    /// As far as its rules go.
    pub(in crate::rounds) fn rules(&self) -> Round {
        Round {
            mode: self.mode,
            state: self.state,
            closes_at: self.closes_at,
            offer_until: self.offer_until,
        }
    }
}

/// Locks the copy of a round, then the round, and reads it.
pub(in crate::rounds) async fn lock(
    conn: &mut PgConnection,
    round: RoundId,
) -> Result<Option<Locked>> {
    sqlx::query!(
        "select id from copies where id = (select copy_id from give_rounds where id = $1) for no key update",
        round.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    sqlx::query!(
        "select id from give_rounds where id = $1 for no key update",
        round.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    // A statement of its own: it has to see what was committed while the rows were waited for.
    Ok(sqlx::query_as!(
        Locked,
        r#"select r.id, r.copy_id, r.owner_id, c.work_id, shown_title(e.title, w.title) as "title!", r.mode,
             r.state, r.closes_at, r.offer_until as "offer_until!: MaybeTimestamp", r.offered_to, r.seed
         from give_rounds r join copies c on c.id = r.copy_id join editions e on e.id = c.edition_id
         join works w on w.id = c.work_id where r.id = $1"#,
        round.0
    )
    .fetch_optional(conn)
    .await?)
}

/// The live rounds of these copies.
pub(in crate::rounds) async fn live_of_copies(
    conn: &mut PgConnection,
    copies: &[CopyId],
) -> Result<Vec<RoundId>> {
    Ok(sqlx::query_scalar!(
        "select id from give_rounds where copy_id = any ($1) and state in ('open', 'offered') order by copy_id",
        copies as &[CopyId]
    )
    .fetch_all(conn)
    .await?)
}

/// The live rounds of a member's copies.
pub(in crate::rounds) async fn live_of_owner(
    conn: &mut PgConnection,
    owner: UserId,
) -> Result<Vec<RoundId>> {
    Ok(sqlx::query_scalar!(
        "select id from give_rounds where owner_id = $1 and state in ('open', 'offered') order by copy_id",
        owner.0
    )
    .fetch_all(conn)
    .await?)
}

/// Whether the owner may still give something away.
pub(in crate::rounds) async fn owner_stands(
    conn: &mut PgConnection,
    owner: UserId,
    now: Timestamp,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select in_good_standing(u, $2) as "stands!" from users u where u.id = $1"#,
        owner.0,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// Notes that it was drawn.
pub(in crate::rounds) async fn set_drawn(
    conn: &mut PgConnection,
    round: RoundId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update give_rounds set drawn_at = $2 where id = $1",
        round.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Offers the copy to a reader until then.
pub(in crate::rounds) async fn set_offered(
    conn: &mut PgConnection,
    round: RoundId,
    reader: UserId,
    until: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update give_rounds set state = 'offered', offered_to = $2, offer_until = $3 where id = $1",
        round.0,
        reader.0,
        until.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Offers it to nobody, and lets readers ask.
pub(in crate::rounds) async fn reopen(conn: &mut PgConnection, round: RoundId) -> Result<()> {
    sqlx::query!(
        "update give_rounds set state = 'open', offered_to = null, offer_until = null where id = $1",
        round.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends it; `trade` is what it has come to.
pub(in crate::rounds) async fn end(
    conn: &mut PgConnection,
    round: RoundId,
    state: RoundState,
    trade: Option<TradeId>,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update give_rounds set state = $2, trade_id = $3, ended_at = $4, offered_to = null, offer_until = null
         where id = $1",
        round.0,
        state.as_str(),
        trade.map(|trade| trade.0),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has the clock move on from what is offered to a member, in whatever round.
pub(in crate::rounds) async fn end_offers_to(
    conn: &mut PgConnection,
    member: UserId,
    owner: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update give_rounds set offer_until = $3
         where offered_to = $1 and state = 'offered' and ($2::bigint is null or owner_id = $2)",
        member.0,
        owner.map(|owner| owner.0),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Rounds for which something is due, the longest overdue first.
pub(in crate::rounds) async fn due(db: &PgPool, now: Timestamp, most: i64) -> Result<Vec<RoundId>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id!: RoundId" from (
             (select id, closes_at as at from give_rounds where state = 'open' and closes_at <= $1
                order by closes_at limit $2)
             union all
             (select id, offer_until from give_rounds where state = 'offered' and offer_until <= $1
                order by offer_until limit $2)) due
         order by at, id limit $2"#,
        now.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}
