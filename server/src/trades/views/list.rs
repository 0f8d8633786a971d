//! A reader's trades.

use dogear_domain::ids::{TradeId, UserId, WorkId};
use dogear_domain::trades::{Method, NextAction, TradeState};
use jiff::Timestamp;
use sqlx::FromRow;

use super::{Lost, PartyView, parties};
use crate::trades::{addresses, load};
use crate::{Cx, Result};

/// The most rows of one list.
const MOST: i64 = 200;

/// Which trades to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// The next step is the reader's.
    #[default]
    NeedsYou,
    /// Everything that runs.
    Open,
    /// Everything that has ended.
    Done,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub id: TradeId,
    pub state: TradeState,
    pub method: Method,
    /// The parties but the reader.
    pub others: Vec<PartyView>,
    /// Titles and works that the reader gives.
    pub gives: Vec<(WorkId, String)>,
    /// Titles and works that the reader gets.
    pub gets: Vec<(WorkId, String)>,
    pub next: NextAction,
    /// A parcel comes to the reader, and nobody knows where to send it.
    pub address_missing: bool,
    pub updated_at: Timestamp,
    /// By the rules of which the masthead counts the trades, in `accounts::sessions`.
    pub needs_you: bool,
    pub lost: Lost,
}

#[derive(FromRow)]
struct TradeRow {
    id: TradeId,
    updated_at: jiff_sqlx::Timestamp,
}

#[derive(FromRow)]
struct TitleRow {
    trade_id: TradeId,
    from_user: UserId,
    to_user: UserId,
    work: WorkId,
    title: String,
}

/// The reader's trades, what happened last first; at most 200.
///
/// # Errors
/// `SignInRequired`.
pub async fn list(cx: &Cx, filter: Filter) -> Result<Vec<Row>> {
    let reader = cx.reader()?.id;
    let trades: Vec<TradeRow> = sqlx::query_as(
        "select t.id, t.updated_at
         from trade_parties p join trades t on t.id = p.trade_id
         where p.user_id = $1 and (t.state in ('proposed', 'agreed', 'disputed')) = $2
         order by t.updated_at desc, t.id desc limit $3",
    )
    .bind(reader)
    .bind(filter != Filter::Done)
    .bind(MOST)
    .fetch_all(cx.db())
    .await?;
    let ids: Vec<TradeId> = trades.iter().map(|row| row.id).collect();
    let mut conn = cx.db().acquire().await?;
    let loaded = load::read_many(&mut conn, &ids).await?;
    drop(conn);
    let titles: Vec<TitleRow> = sqlx::query_as(
        "select i.trade_id, i.from_user, i.to_user, (i.frozen ->> 'work')::bigint as work,
           i.frozen ->> 'title' as title
         from trades t join trade_items i on i.trade_id = t.id and i.revision = t.revision
         where t.id = any ($1) order by i.copy_id",
    )
    .bind(ids.iter().map(|id| id.0).collect::<Vec<i64>>())
    .fetch_all(cx.db())
    .await?;
    let mut users: Vec<UserId> = loaded
        .iter()
        .flat_map(|trade| trade.rules.parties.iter().map(|party| party.user))
        .filter(|&user| user != reader)
        .collect();
    users.sort_unstable();
    users.dedup();
    let people = parties(cx.db(), &users).await?;
    let rows = trades.into_iter().zip(loaded).map(|(row, trade)| {
        let rules = &trade.rules;
        let next = rules.next_action(reader);
        let address_missing = addresses::is_waited_for(rules, reader);
        let titles_where = |wanted: &dyn Fn(&TitleRow) -> bool| {
            titles
                .iter()
                .filter(|title| title.trade_id == row.id && wanted(title))
                .map(|title| (title.work, title.title.clone()))
                .collect::<Vec<_>>()
        };
        Row {
            id: row.id,
            state: rules.state,
            method: rules.method,
            others: people
                .iter()
                .filter(|person| rules.party(person.user).is_some())
                .cloned()
                .collect(),
            gives: titles_where(&|title| title.from_user == reader),
            gets: titles_where(&|title| title.to_user == reader),
            needs_you: rules.needs(reader) || address_missing,
            lost: Lost::of(rules, reader),
            next,
            address_missing,
            updated_at: row.updated_at.to_jiff(),
        }
    });
    Ok(rows
        .filter(|row| filter != Filter::NeedsYou || row.needs_you)
        .collect())
}
