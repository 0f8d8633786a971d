//! Rounds as they are shown.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, RoundId, TradeId, UserId, WorkId};
use dogear_domain::rounds::{AskState, RoundMode, RoundState};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::db::MaybeTimestamp;
use crate::places::Seen;
use crate::rounds::Order;

/// A round with its book and its giver.
pub(in crate::rounds) struct RoundRow {
    pub copy_id: CopyId,
    pub owner_id: UserId,
    pub handle: String,
    pub owner_name: String,
    pub work_id: WorkId,
    pub slug: String,
    pub title: String,
    pub author_line: String,
    pub language: String,
    pub grade: Grade,
    pub note: String,
    pub mode: RoundMode,
    pub state: RoundState,
    pub opened_at: Timestamp,
    pub closes_at: Timestamp,
    pub drawn_at: Option<Timestamp>,
    pub offer_until: Option<Timestamp>,
    pub seed: Option<Vec<u8>>,
    pub seed_hash: Option<Vec<u8>>,
    pub trade_id: Option<TradeId>,
    /// Who wait or are offered it.
    pub waiting: i64,
    /// Whoever has taken it.
    pub taker: Option<String>,
}

/// The round with this number, whoever may see it.
pub(in crate::rounds) async fn round(
    conn: &mut PgConnection,
    round: RoundId,
) -> Result<Option<RoundRow>> {
    Ok(sqlx::query_as!(
        RoundRow,
        r#"select r.copy_id, r.owner_id, u.handle, u.display_name as owner_name, c.work_id, w.slug,
             shown_title(e.title, w.title) as "title!", w.author_line,
             coalesce(nullif(e.language, ''), w.language) as "language!", c.grade, c.note, r.mode, r.state,
             r.opened_at, r.closes_at, r.drawn_at as "drawn_at!: MaybeTimestamp",
             r.offer_until as "offer_until!: MaybeTimestamp", r.seed, r.seed_hash, r.trade_id,
             (select count(*) from give_asks a where a.round_id = r.id and a.state in ('waiting', 'offered')) as "waiting!",
             (select t.display_name from give_asks a join users t on t.id = a.user_id
                where a.round_id = r.id and a.state = 'taken') as taker
         from give_rounds r join users u on u.id = r.owner_id join copies c on c.id = r.copy_id
         join editions e on e.id = c.edition_id join works w on w.id = c.work_id
         where r.id = $1"#,
        round.0
    )
    .fetch_optional(conn)
    .await?)
}

/// One reader's wish.
pub(in crate::rounds) struct AskRow {
    pub user_id: UserId,
    pub state: AskState,
    pub favoured: bool,
    pub place: Option<i32>,
}

/// All wishes of a round in the order in which they are asked: so many at most.
pub(in crate::rounds) async fn asks(
    conn: &mut PgConnection,
    round: RoundId,
    most: i64,
) -> Result<Vec<AskRow>> {
    Ok(sqlx::query_as!(
        AskRow,
        "select user_id, state, favoured, place from give_asks where round_id = $1
         order by place, number limit $2",
        round.0,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// A reader's own wish, and how many who may still get the book were before them in a queue.
pub(in crate::rounds) struct OwnRow {
    pub state: AskState,
    pub before: i64,
}

/// A reader's own wish in a round.
pub(in crate::rounds) async fn own(
    conn: &mut PgConnection,
    round: RoundId,
    user: UserId,
) -> Result<Option<OwnRow>> {
    Ok(sqlx::query_as!(
        OwnRow,
        r#"select a.state, (select count(*) from give_asks b where b.round_id = a.round_id
             and b.number < a.number and b.state in ('waiting', 'offered')) as "before!"
         from give_asks a where a.round_id = $1 and a.user_id = $2"#,
        round.0,
        user.0
    )
    .fetch_optional(conn)
    .await?)
}

/// A round that takes wishes, in the list of all.
pub(in crate::rounds) struct ListedRow {
    pub id: RoundId,
    pub work_id: WorkId,
    pub title: String,
    pub author_line: String,
    pub language: String,
    pub grade: Grade,
    pub handle: String,
    pub seen: Json<Seen>,
    pub mode: RoundMode,
    pub closes_at: Timestamp,
    pub waiting: i64,
    pub mine: bool,
    pub asked: bool,
    /// Rounds over all pages.
    pub found: i64,
}

/// Rounds in which `reader` could ask now, their own among them. In the order of their numbers,
/// which is the one of no word that pages know, they can be read from behind one of them on.
pub(in crate::rounds) async fn listed(
    db: &PgPool,
    reader: Option<UserId>,
    order: Option<Order>,
    before: Option<RoundId>,
    now: Timestamp,
    most: i64,
    offset: i64,
) -> Result<Vec<ListedRow>> {
    Ok(sqlx::query_as!(
        ListedRow,
        r#"select r.id, c.work_id, shown_title(e.title, w.title) as "title!", w.author_line,
             coalesce(nullif(e.language, ''), w.language) as "language!", c.grade, u.handle,
             p.seen as "seen!: Json<Seen>", r.mode, r.closes_at,
             (select count(*) from give_asks a where a.round_id = r.id and a.state in ('waiting', 'offered')) as "waiting!",
             coalesce(r.owner_id = $1, false) as "mine!",
             exists (select from give_asks a where a.round_id = r.id and a.user_id = $1) as "asked!",
             count(*) over () as "found!"
         from give_rounds r join copies c on c.id = r.copy_id join users u on u.id = r.owner_id
         join editions e on e.id = c.edition_id join works w on w.id = c.work_id
         cross join lateral seen_by($1, u) p
         where (r.state = 'open' or r.state = 'offered' and r.mode = 'queue') and r.closes_at > $2
           and is_listed(c) and in_good_standing(u, $2)
           and not exists (select from blocked_with($1) b where b.user_id = r.owner_id)
           and ($6::bigint is null or r.id < $6)
         order by case $3 when '' then r.id end desc,
           case $3 when 'nearest' then p.kilometres end,
           case $3 when 'nearest' then p.same_country end desc,
           case $3 when 'soon' then r.closes_at end,
           r.opened_at desc, r.id desc limit $4 offset $5"#,
        reader.map(|reader| reader.0),
        now.to_sqlx(),
        order.map_or("", Order::as_str),
        most,
        offset,
        before.map(|round| round.0)
    )
    .fetch_all(db)
    .await?)
}

/// A live round of the reader's, or one in which they wait.
pub(in crate::rounds) struct OwnRoundRow {
    pub id: RoundId,
    pub title: String,
    pub state: RoundState,
    pub mode: RoundMode,
    pub closes_at: Timestamp,
    pub waiting: i64,
    /// Of a round in which they wait.
    pub ask: Option<AskState>,
    pub offer_until: Option<Timestamp>,
}

/// What the reader gives away and waits for now, what is offered to them first, so many at most.
pub(in crate::rounds) async fn own_rounds(
    db: &PgPool,
    reader: UserId,
    most: i64,
) -> Result<Vec<OwnRoundRow>> {
    Ok(sqlx::query_as!(
        OwnRoundRow,
        r#"select r.id, shown_title(e.title, w.title) as "title!", r.state, r.mode, r.closes_at,
             (select count(*) from give_asks o where o.round_id = r.id and o.state in ('waiting', 'offered')) as "waiting!",
             a.state as "ask?", r.offer_until as "offer_until!: MaybeTimestamp"
         from give_rounds r join copies c on c.id = r.copy_id
         join editions e on e.id = c.edition_id join works w on w.id = c.work_id
         left join give_asks a on a.round_id = r.id and a.user_id = $1
         where r.state in ('open', 'offered')
           and (r.owner_id = $1 or a.state in ('waiting', 'offered'))
         order by a.state is not distinct from 'offered' desc, a.state, r.closes_at, r.id limit $2"#,
        reader.0,
        most
    )
    .fetch_all(db)
    .await?)
}
