//! Wishes of readers in rounds.

use dogear_domain::ids::{RoundId, UserId};
use dogear_domain::rounds::AskState;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;
use crate::db::MaybeTimestamp;

/// Lets one wish or gift of a member come after the other, until the end of the transaction.
pub(in crate::rounds) async fn lock_wishes(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('rounds', $1))",
        user.0
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// What is known of a reader who would ask.
pub(in crate::rounds) struct AskerRow {
    pub joined: Timestamp,
    pub completed: i64,
    pub open: i64,
    pub silent: i64,
    pub last_silent: Option<Timestamp>,
}

/// The reader, with the offers that they left unanswered since then.
pub(in crate::rounds) async fn asker(
    conn: &mut PgConnection,
    user: UserId,
    since: Timestamp,
) -> Result<AskerRow> {
    Ok(sqlx::query_as!(
        AskerRow,
        r#"select u.created_at as joined, u.trades_completed::bigint as "completed!",
             count(a.round_id) filter (where a.state in ('waiting', 'offered') and r.state in ('open', 'offered'))
               as "open!",
             count(a.round_id) filter (where a.state = 'silent' and a.answered_at > $2) as "silent!",
             max(a.answered_at) filter (where a.state = 'silent') as "last_silent!: MaybeTimestamp"
         from users u left join give_asks a on a.user_id = u.id left join give_rounds r on r.id = a.round_id
         where u.id = $1 group by u.id"#,
        user.0,
        since.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// Whether the reader sees the copy of a round listed, by somebody who has not blocked them nor is
/// blocked.
pub(in crate::rounds) async fn sees(
    conn: &mut PgConnection,
    round: RoundId,
    user: Option<UserId>,
    now: Timestamp,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select may_see_copy(c, $2, $3) as "sees!" from give_rounds r join copies c on c.id = r.copy_id
         where r.id = $1 and c.owner_id = r.owner_id"#,
        round.0,
        user.map(|user| user.0),
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?
    .unwrap_or_default())
}

/// Notes that the reader asks.
///
/// # Errors
/// A violation of `give_asks_pkey` when they have.
pub(in crate::rounds) async fn insert(
    conn: &mut PgConnection,
    round: RoundId,
    user: UserId,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into give_asks (round_id, user_id, asked_at) values ($1, $2, $3)",
        round.0,
        user.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What became of a reader's wish.
pub(in crate::rounds) async fn state(
    conn: &mut PgConnection,
    round: RoundId,
    user: UserId,
) -> Result<Option<AskState>> {
    Ok(sqlx::query_scalar!(
        "select state from give_asks where round_id = $1 and user_id = $2",
        round.0,
        user.0
    )
    .fetch_optional(conn)
    .await?)
}

/// How many wait, or are offered it.
pub(in crate::rounds) async fn live(conn: &mut PgConnection, round: RoundId) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "live!" from give_asks where round_id = $1 and state in ('waiting', 'offered')"#,
        round.0
    )
    .fetch_one(conn)
    .await?)
}

/// Forgets that the reader asked.
pub(in crate::rounds) async fn delete(
    conn: &mut PgConnection,
    round: RoundId,
    user: UserId,
) -> Result<()> {
    sqlx::query!(
        "delete from give_asks where round_id = $1 and user_id = $2",
        round.0,
        user.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What has become of a wish now.
pub(in crate::rounds) async fn settle(
    conn: &mut PgConnection,
    round: RoundId,
    user: UserId,
    state: AskState,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update give_asks set state = $3, answered_at = $4 where round_id = $1 and user_id = $2",
        round.0,
        user.0,
        state.as_str(),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The reader is offered it.
pub(in crate::rounds) async fn set_offered(
    conn: &mut PgConnection,
    round: RoundId,
    user: UserId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update give_asks set state = 'offered', offered_at = $3 where round_id = $1 and user_id = $2",
        round.0,
        user.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Everybody who waits.
pub(in crate::rounds) async fn waiting(
    conn: &mut PgConnection,
    round: RoundId,
) -> Result<Vec<UserId>> {
    Ok(sqlx::query_scalar!(
        "select user_id from give_asks where round_id = $1 and state = 'waiting' order by user_id",
        round.0
    )
    .fetch_all(conn)
    .await?)
}

/// Everybody who waits, or could not have it when it was their turn.
pub(in crate::rounds) async fn to_tell(
    conn: &mut PgConnection,
    round: RoundId,
) -> Result<Vec<UserId>> {
    Ok(sqlx::query_scalar!(
        "select user_id from give_asks where round_id = $1 and state in ('waiting', 'skipped') order by user_id",
        round.0
    )
    .fetch_all(conn)
    .await?)
}

/// Writes the order of a draw down, and who was favoured in it.
pub(in crate::rounds) async fn place(
    conn: &mut PgConnection,
    round: RoundId,
    order: &[UserId],
    favoured: &[bool],
) -> Result<()> {
    sqlx::query!(
        "update give_asks a set place = o.place, favoured = o.favoured
         from unnest($2::bigint[], $3::boolean[]) with ordinality o (user_id, favoured, place)
         where a.round_id = $1 and a.user_id = o.user_id",
        round.0,
        order as &[UserId],
        favoured
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose turn it is.
pub(in crate::rounds) struct Next {
    pub user_id: UserId,
    /// In good standing, and no block between them and the owner.
    pub fit: bool,
}

/// The first who waits.
pub(in crate::rounds) async fn next(
    conn: &mut PgConnection,
    round: RoundId,
    owner: UserId,
    now: Timestamp,
) -> Result<Option<Next>> {
    Ok(sqlx::query_as!(
        Next,
        r#"select a.user_id, in_good_standing(u, $3) and not blocked(a.user_id, $2) as "fit!"
         from give_asks a join users u on u.id = a.user_id
         where a.round_id = $1 and a.state = 'waiting' order by a.place, a.number limit 1"#,
        round.0,
        owner.0,
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Ends the wishes of a member in live rounds: of this owner, or of all.
pub(in crate::rounds) async fn end_of(
    conn: &mut PgConnection,
    member: UserId,
    owner: Option<UserId>,
    state: AskState,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update give_asks a set state = $3, answered_at = $4
         from give_rounds r
         where r.id = a.round_id and a.user_id = $1 and ($2::bigint is null or r.owner_id = $2)
           and a.state in ('waiting', 'offered') and r.state in ('open', 'offered')",
        member.0,
        owner.map(|owner| owner.0),
        state.as_str(),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A member's time zone, by its IANA name.
pub(in crate::rounds) async fn time_zone(conn: &mut PgConnection, user: UserId) -> Result<String> {
    Ok(
        sqlx::query_scalar!("select time_zone from users where id = $1", user.0)
            .fetch_one(conn)
            .await?,
    )
}
