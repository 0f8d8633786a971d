//! A reader's trades.

use dogear_domain::ids::{TradeId, UserId, WorkId};
use dogear_domain::trades::{Method, NextAction, TradeState};
use jiff::Timestamp;

use super::{Lost, PartyView, parties};
use crate::trades::addresses;
use crate::trades::repo::load;
use crate::trades::repo::views::{self as repo, TitleRow};
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
    /// By which its page is found.
    pub id: TradeId,
    /// How far it is.
    pub state: TradeState,
    /// How the books change hands.
    pub method: Method,
    /// The parties but the reader.
    pub others: Vec<PartyView>,
    /// Titles and works that the reader gives.
    pub gives: Vec<(WorkId, String)>,
    /// Titles and works that the reader gets.
    pub gets: Vec<(WorkId, String)>,
    /// Who has to do what.
    pub next: NextAction,
    /// A parcel comes to the reader, and nobody knows where to send it.
    pub address_missing: bool,
    /// When anything happened last.
    pub updated_at: Timestamp,
    /// As `waiting_trades` of the database, by which the masthead counts them.
    pub needs_you: bool,
    /// Parcels that are presumed lost.
    pub lost: Lost,
}

/// The reader's trades, what happened last first; at most 200.
///
/// # Errors
/// `SignInRequired`.
pub async fn list(cx: &Cx, filter: Filter) -> Result<Vec<Row>> {
    let reader = cx.reader()?.id;
    let (running, waiting) = (filter != Filter::Done, filter == Filter::NeedsYou);
    let trades = repo::list(cx.db(), reader, running, waiting, MOST).await?;
    let ids: Vec<TradeId> = trades.iter().map(|row| row.id).collect();
    let mut conn = cx.db().acquire().await?;
    let loaded = load::read_many(&mut conn, &ids).await?;
    drop(conn);
    let titles = repo::titles(cx.db(), &ids).await?;
    let mut users: Vec<UserId> = loaded
        .iter()
        .flat_map(|trade| trade.trade.parties.iter().map(|party| party.user))
        .filter(|&user| user != reader)
        .collect();
    users.sort_unstable();
    users.dedup();
    let people = parties(&mut *cx.db().acquire().await?, &users).await?;
    let rows = trades.into_iter().zip(loaded).map(|(row, trade)| {
        let rules = &trade.trade;
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
    Ok(rows.collect())
}
