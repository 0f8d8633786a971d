//! What the pages of trades read.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, LegId, RoundId, TradeId, UserId, WorkId};
use dogear_domain::money::Currency;
use dogear_domain::offers::Offers;
use dogear_domain::trades::{Method, ProblemReason, TradeState};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor, PgPool};

use crate::Result;
use crate::places::Seen;
use crate::trades::Trust;
use crate::trades::event::EventData;
use crate::trades::snapshot::{CopySnapshot, SnapshotPhoto};

/// A trade in a list.
pub(in crate::trades) struct ListedRow {
    pub id: TradeId,
    pub updated_at: jiff_sqlx::Timestamp,
    /// Until when the member has to do what waits for them, where there is a date.
    pub due: Option<jiff_sqlx::Timestamp>,
}

/// A member's trades that wait for them, or their orders alone, what is due first first, from
/// behind `after` on; those in which a key is found, unless it is empty. A parcel that cannot leave for want of an address is
/// not late, and where a trade stands still nothing is.
pub(in crate::trades) async fn waiting(
    db: &PgPool,
    user: UserId,
    key: &str,
    orders: bool,
    after: Option<(Option<Timestamp>, TradeId)>,
    most: i64,
) -> Result<Vec<ListedRow>> {
    let (due, id) = after.map_or((None, 0), |(due, id)| (due, id.0));
    Ok(sqlx::query_as!(
        ListedRow,
        r#"with mine as (
           select t.id, t.updated_at,
             coalesce(case t.state when 'proposed' then t.reply_due when 'agreed' then (
               select min(case when l.from_user = $1 and l.state = 'pending' and not exists (
                     select from payments y where y.trade_id = t.id and y.state in ('due', 'processing') and t.method = 'post') and (
                     t.method = 'meet' or exists (
                       select from trade_parties o
                       where o.trade_id = t.id and o.user_id = l.to_user
                         and o.address_sealed is not null)) then l.send_due
                   when l.to_user = $1 and l.state = 'handed_over' then l.receive_due
                   when l.to_user = $1 and l.state = 'pending' then (
                     select y.due_at from payments y where y.trade_id = t.id and y.state = 'due') end)
               from trade_legs l where l.trade_id = t.id) end, 'infinity') as due
           from waiting_trades($1) w join trades t on t.id = w.trade_id
           where ($6 = '' or t.id in (select trade_id from found_trades($1, $6)))
             and (not $7 or trade_kind(t) <> 'swap'))
         select id as "id!: TradeId", updated_at as "updated_at!", nullif(due, 'infinity') as due
         from mine
         where $2::boolean or (due, id) > (coalesce($3::timestamptz, 'infinity'), $4)
         order by mine.due, id limit $5"#,
        user.0,
        after.is_none(),
        due.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        id,
        most,
        key,
        orders
    )
    .fetch_all(db)
    .await?)
}

/// How many trades there are in each list.
pub(in crate::trades) struct CountsRow {
    pub needs_you: i64,
    pub open: i64,
    pub done: i64,
}

/// How many of a member's trades wait for them, run, and have ended; of those in which a key is
/// found, unless it is empty.
pub(in crate::trades) async fn counts(db: &PgPool, user: UserId, key: &str) -> Result<CountsRow> {
    Ok(sqlx::query_as!(
        CountsRow,
        r#"select count(*) filter (where t.state in ('proposed', 'agreed', 'disputed')) as "open!",
             count(*) filter (where t.state not in ('proposed', 'agreed', 'disputed')) as "done!",
             count(w.trade_id) as "needs_you!"
         from trade_parties p join trades t on t.id = p.trade_id
             left join waiting_trades($1) w on w.trade_id = t.id
         where p.user_id = $1
             and ($2 = '' or t.id in (select trade_id from found_trades($1, $2)))"#,
        user.0,
        key
    )
    .fetch_one(db)
    .await?)
}

/// Which trades of a list by the last change.
#[derive(Default)]
pub(in crate::trades) struct Wanted<'a> {
    /// Those in which it is found; empty for all.
    pub key: &'a str,
    /// Those that run, or those that have ended.
    pub running: Option<bool>,
    /// Those in which books go one way alone, for money, for nothing or for a time.
    pub orders: bool,
    /// Of these, those in which the member gets the books, or gives them.
    pub gets: Option<bool>,
}

/// A member's trades, what happened last first, from behind `after` on.
pub(in crate::trades) async fn list(
    db: &PgPool,
    user: UserId,
    wanted: &Wanted<'_>,
    after: Option<(Timestamp, TradeId)>,
    most: i64,
) -> Result<Vec<ListedRow>> {
    let (at, id) = after.map_or((None, 0), |(at, id)| (Some(at), id.0));
    Ok(sqlx::query_as!(
        ListedRow,
        r#"select t.id, t.updated_at, null::timestamptz as due
         from trade_parties p join trades t on t.id = p.trade_id
         where p.user_id = $1
             and ($2::boolean is null or (t.state in ('proposed', 'agreed', 'disputed')) = $2)
             and (not $7 or trade_kind(t) <> 'swap')
             and ($8::boolean is null or $8 = exists (
               select from trade_items i where i.trade_id = t.id and i.revision = t.revision
                 and i.to_user = $1))
             and ($3::timestamptz is null or (t.updated_at, t.id) < ($3, $4))
             and ($6 = '' or t.id in (select trade_id from found_trades($1, $6)))
         order by t.updated_at desc, t.id desc limit $5"#,
        user.0,
        wanted.running,
        at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        id,
        most,
        wanted.key,
        wanted.orders,
        wanted.gets
    )
    .fetch_all(db)
    .await?)
}

/// A book in a list of trades.
pub(in crate::trades) struct TitleRow {
    pub trade_id: TradeId,
    pub from_user: UserId,
    pub to_user: UserId,
    pub work: WorkId,
    pub title: String,
}

/// The books of trades, as they are now.
pub(in crate::trades) async fn titles(db: &PgPool, trades: &[TradeId]) -> Result<Vec<TitleRow>> {
    let numbers: Vec<i64> = trades.iter().map(|id| id.0).collect();
    Ok(sqlx::query_as!(
        TitleRow,
        r#"select i.trade_id, i.from_user, i.to_user, (i.frozen ->> 'work')::bigint as "work!: WorkId",
           i.frozen ->> 'title' as "title!"
         from trades t join trade_items i on i.trade_id = t.id and i.revision = t.revision
         where t.id = any ($1) order by i.copy_id"#,
        &numbers
    )
    .fetch_all(db)
    .await?)
}

/// A party.
pub(in crate::trades) struct PartyRow {
    pub id: UserId,
    pub handle: String,
    pub display_name: String,
    pub seen: Json<Seen>,
    pub away_until: Option<jiff_sqlx::Timestamp>,
    pub former: bool,
    pub trust: Json<Trust>,
}

/// The members with these numbers, in the order asked for, as `viewer` may see them.
pub(in crate::trades) async fn parties(
    db: impl PgExecutor<'_>,
    users: &[UserId],
    viewer: Option<UserId>,
) -> Result<Vec<PartyRow>> {
    let numbers: Vec<i64> = users.iter().map(|user| user.0).collect();
    Ok(sqlx::query_as!(
        PartyRow,
        r#"select u.id, u.handle, u.display_name, u.away_until,
           w.seen as "seen!: Json<Seen>",
           u.status = 'deleted' as "former!", trust(u) as "trust!: Json<Trust>"
         from unnest($1::bigint[]) with ordinality as wanted (id, place)
         join users u on u.id = wanted.id cross join lateral seen_by($2, u) w
         order by wanted.place"#,
        &numbers,
        viewer.map(|user| user.0)
    )
    .fetch_all(db)
    .await?)
}

/// Dates of a trade, how many other open proposals of `viewer` have one of its books, and the
/// give-away round that it came from.
pub(in crate::trades) struct DatesRow {
    pub created_at: jiff_sqlx::Timestamp,
    pub agreed_at: Option<jiff_sqlx::Timestamp>,
    pub closed_at: Option<jiff_sqlx::Timestamp>,
    pub competing: i64,
    pub round: Option<RoundId>,
}

/// See [`DatesRow`].
pub(in crate::trades) async fn dates(
    conn: &mut PgConnection,
    trade: TradeId,
    viewer: Option<UserId>,
) -> Result<DatesRow> {
    Ok(sqlx::query_as!(
        DatesRow,
        r#"select t.created_at, t.agreed_at, t.closed_at,
           (select count(distinct o.id) from trade_items mine
              join trade_items theirs on theirs.copy_id = mine.copy_id and theirs.trade_id <> t.id
              join trades o on o.id = theirs.trade_id and o.revision = theirs.revision
              join trade_parties p on p.trade_id = o.id and p.user_id = $2
            where t.state = 'proposed' and mine.trade_id = t.id and mine.revision = t.revision
              and o.state = 'proposed') as "competing!",
           g.id as "round?"
         from trades t left join give_rounds g on g.trade_id = t.id where t.id = $1"#,
        trade.0,
        viewer.map(|user| user.0)
    )
    .fetch_one(conn)
    .await?)
}

/// How the books of a leg travel.
pub(in crate::trades) struct TravelRow {
    pub id: LegId,
    pub carrier: String,
    pub tracking: String,
    pub sent_at: Option<jiff_sqlx::Timestamp>,
}

/// The legs of a trade.
pub(in crate::trades) async fn travels(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<Vec<TravelRow>> {
    Ok(sqlx::query_as!(
        TravelRow,
        "select id, carrier, tracking, sent_at from trade_legs where trade_id = $1 order by id",
        trade.0
    )
    .fetch_all(conn)
    .await?)
}

/// A problem with a trade.
pub(in crate::trades) struct DisputeRow {
    pub leg_id: Option<LegId>,
    pub opened_by: UserId,
    pub reason: ProblemReason,
    pub details: String,
    pub photos: Json<Vec<SnapshotPhoto>>,
    pub created_at: jiff_sqlx::Timestamp,
    pub closed_at: Option<jiff_sqlx::Timestamp>,
    pub statement: String,
}

/// The last problem of a trade.
pub(in crate::trades) async fn dispute(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<Option<DisputeRow>> {
    Ok(sqlx::query_as!(
        DisputeRow,
        r#"select leg_id, opened_by, reason, details, photos as "photos: Json<Vec<SnapshotPhoto>>",
           created_at, closed_at, statement
         from trade_disputes where trade_id = $1 order by id desc limit 1"#,
        trade.0
    )
    .fetch_optional(conn)
    .await?)
}

/// The sealed addresses of the parties who gave one.
pub(in crate::trades) async fn addresses(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<Vec<(UserId, Vec<u8>)>> {
    let rows = sqlx::query!(
        r#"select user_id, address_sealed as "sealed!" from trade_parties
         where trade_id = $1 and address_sealed is not null"#,
        trade.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.user_id, row.sealed))
        .collect())
}

/// A book of a revision.
pub(in crate::trades) struct LineRow {
    pub revision: i32,
    pub copy_id: CopyId,
    pub from_user: UserId,
    pub to_user: UserId,
    pub frozen: Json<CopySnapshot>,
}

/// The books of every revision of a trade.
pub(in crate::trades) async fn lines(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<Vec<LineRow>> {
    Ok(sqlx::query_as!(
        LineRow,
        r#"select revision, copy_id, from_user, to_user, frozen as "frozen: Json<CopySnapshot>" from trade_items
         where trade_id = $1 order by revision, copy_id"#,
        trade.0
    )
    .fetch_all(conn)
    .await?)
}

/// An entry of a trade's history with what it refers to.
pub(in crate::trades) struct EntryRow {
    pub kind: String,
    pub actor_id: Option<UserId>,
    pub to_state: TradeState,
    pub revision: Option<i32>,
    pub leg_id: Option<LegId>,
    pub data: Json<EventData>,
    pub at: jiff_sqlx::Timestamp,
    pub body: Option<String>,
    pub hidden: bool,
    pub method: Option<Method>,
    pub method_before: Option<Method>,
    /// Of a revision that sells.
    pub price: Option<i32>,
    pub currency: Option<Currency>,
    /// Of a revision that lends.
    pub due: Option<jiff_sqlx::Timestamp>,
    /// What the event is called at which the books were to change hands.
    pub meeting: Option<String>,
}

/// The history of a trade, from the first entry to the last; hidden messages with their text
/// only for whoever `sees_hidden`.
pub(in crate::trades) async fn history(
    conn: &mut PgConnection,
    trade: TradeId,
    sees_hidden: bool,
) -> Result<Vec<EntryRow>> {
    Ok(sqlx::query_as!(
        EntryRow,
        r#"select e.kind, e.actor_id, e.to_state as "to_state!", e.revision, e.leg_id,
           e.data as "data: Json<EventData>", e.at,
           case when m.hidden_at is null or $2 then m.body end as body,
           m.hidden_at is not null as "hidden!", r.method as "method?", b.method as "method_before?",
           r.currency as "currency?: Currency",
           (select sum(i.price_minor)::int from trade_items i
             where i.trade_id = r.trade_id and i.revision = r.number) as price,
           r.due_at as "due?", v.title as "meeting?"
         from trade_events e
         left join event_occurrences o on o.id = (e.data ->> 'meeting')::bigint
         left join events v on v.id = o.event_id
         left join trade_messages m on m.id = (e.data ->> 'message')::bigint
         left join trade_revisions r on r.trade_id = e.trade_id and r.number = e.revision
         left join trade_revisions b on b.trade_id = e.trade_id and b.number = e.revision - 1
         where e.trade_id = $1 order by e.seq"#,
        trade.0,
        sees_hidden
    )
    .fetch_all(conn)
    .await?)
}

/// Whose shelf the builder shows, to whom, and what is looked for on it.
pub(in crate::trades) struct ShelfQuery<'a> {
    pub owner: UserId,
    pub reader: UserId,
    pub chosen: &'a [i64],
    /// The trade that is answered, whose own offers do not count.
    pub except: Option<TradeId>,
    /// A key of title or author; empty for all.
    pub text: &'a str,
    /// So many of those that are found are passed over.
    pub offset: i64,
    /// And so many shown.
    pub most: i64,
    pub now: Timestamp,
}

/// A copy on a shelf that the builder shows.
pub(in crate::trades) struct ShelfRow {
    pub id: CopyId,
    pub work_id: WorkId,
    pub title: String,
    pub author_line: String,
    pub grade: Grade,
    pub defects: Vec<String>,
    pub terms: Offers,
    pub chosen: bool,
    pub available: bool,
    pub offers: i64,
    /// How many are found, on all pages.
    pub found: i64,
}

/// Copies of a shelf that can be put into a trade, in the order of their titles, one page; before
/// them the chosen ones, of which the reader sees only what they may. A chosen one keeps its place
/// among the others, so that no page moves when something is chosen.
pub(in crate::trades) async fn shelf(db: &PgPool, query: &ShelfQuery<'_>) -> Result<Vec<ShelfRow>> {
    Ok(sqlx::query_as!(
        ShelfRow,
        r#"select id, work_id, title as "title!", author_line, grade, defects, terms as "terms!: Offers",
             chosen as "chosen!",
             available as "available!", found as "found!",
             (select count(*) from trade_items i join trades t on t.id = i.trade_id and t.revision = i.revision
                join trade_parties p on p.trade_id = t.id and p.user_id = $2
              where i.copy_id = placed.id and t.state = 'proposed' and t.id is distinct from $4) as "offers!"
         from (
           select *, row_number() over (partition by matches order by title_key, id) as place,
             count(*) filter (where matches) over () as found
           from (
             select *, available
               and ($5 = '' or position($5 in title_key) > 0 or position($5 in author_key) > 0) as matches
             from (
               select c.id, c.work_id, shown_title(e.title, w.title) as title, w.author_line,
                 c.grade, c.defects, c.id = any ($3) and may_see_copy(c, $2, $8) as chosen,
                 offer_terms(c) as terms, is_listed(c) and (c.offer_trade or c.offer_give)
                   and not exists (select from copy_holds h where h.copy_id = c.id) as available,
                 w.title_key, w.author_key
               from copies c join editions e on e.id = c.edition_id join works w on w.id = c.work_id
               where c.owner_id = $1 and c.state <> 'deleted') shelf
           ) matched
           where chosen or matches) placed
         where chosen or place > $6 and place <= $6 + $7
         order by chosen desc, title_key, id"#,
        query.owner.0,
        query.reader.0,
        query.chosen,
        query.except.map(|trade| trade.0),
        query.text,
        query.offset,
        query.most,
        query.now.to_sqlx()
    )
    .fetch_all(db)
    .await?)
}

/// Whether somebody is a party of a trade.
pub(in crate::trades) async fn is_party(db: &PgPool, trade: TradeId, user: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from trade_parties where trade_id = $1 and user_id = $2) as "is!""#,
        trade.0,
        user.0
    )
    .fetch_one(db)
    .await?)
}
