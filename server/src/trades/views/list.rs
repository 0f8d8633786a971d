//! A reader's trades.

use std::fmt;

use dogear_domain::fields::title_key;
use dogear_domain::ids::{TradeId, UserId, WorkId};
use dogear_domain::money::Money;
use dogear_domain::trades::{Method, NextAction, TradeKind, TradeState};
use jiff::Timestamp;

use super::page::amount;
use super::{GoesBack, LoanView, Lost, PartyView, parties};
use crate::trades::addresses;
use crate::trades::repo::load;
use crate::trades::repo::views::{self as repo, ListedRow, TitleRow};
use crate::{Cx, Result};

/// Rows of one page.
pub(super) const PAGE: usize = 50;
/// Letters of a search that are read.
const MOST_LETTERS: usize = 200;

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
    /// Everything.
    All,
}

/// Behind which line a page begins. As text it stands in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// What the list is ordered by: the date of the step that waits, if it has one, or the last
    /// change.
    pub(super) at: Option<Timestamp>,
    pub(super) id: TradeId,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(at) = self.at {
            write!(f, "{}", at.as_microsecond())?;
        }
        write!(f, ".{}", self.id)
    }
}

impl Key {
    /// The key that an address names; nothing for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        let at = match at {
            "" => None,
            at => Some(Timestamp::from_microsecond(at.parse().ok()?).ok()?),
        };
        let id = id.parse().ok()?;
        Some(Self { at, id })
    }
}

/// A page of the reader's trades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What waits for the reader by its date, everything else by its last change.
    pub rows: Vec<Row>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Key>,
    /// What was searched for; empty when nothing was. Then the numbers are of what was found.
    pub words: String,
    /// How many wait for the reader.
    pub needs_you: i64,
    /// How many run.
    pub open: i64,
    /// How many have ended.
    pub done: i64,
}

impl Page {
    /// How many a list of them has, on all its pages.
    #[must_use]
    pub const fn number(&self, filter: Filter) -> i64 {
        match filter {
            Filter::NeedsYou => self.needs_you,
            Filter::Open => self.open,
            Filter::Done => self.done,
            Filter::All => self.open + self.done,
        }
    }
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// By which its page is found.
    pub id: TradeId,
    /// How far it is.
    pub state: TradeState,
    /// Books for books, for nothing, for money, or for a time.
    pub kind: TradeKind,
    /// What the books cost, where they are sold.
    pub amount: Option<Money>,
    /// Until when the book is lent, and how that stands; none where it is not.
    pub loan: Option<LoanView>,
    /// How sold books go back, where they do.
    pub goes_back: Option<GoesBack>,
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
    /// Until when the reader has to do what waits for them; only in that list.
    pub due: Option<Timestamp>,
    /// As `waiting_trades` of the database, by which the masthead counts them.
    pub needs_you: bool,
    /// Parcels that are presumed lost.
    pub lost: Lost,
}

/// The reader's trades, 50 at a time, from behind `after` on: [`Page::next`] of the page before.
/// With `words`, those in which all of them are found: in titles, authors, and handle and name of
/// the other readers.
///
/// # Errors
/// `SignInRequired`.
pub async fn list(cx: &Cx, filter: Filter, words: &str, after: Option<Key>) -> Result<Page> {
    let reader = cx.reader()?.id;
    let words: String = words.trim().chars().take(MOST_LETTERS).collect();
    let key = title_key(&words);
    let (rows, next) = found(cx, reader, filter, &key, after, PAGE).await?;
    let counts = repo::counts(cx.db(), reader, &key).await?;
    Ok(Page {
        rows,
        next,
        words: if key.is_empty() { String::new() } else { words },
        needs_you: counts.needs_you,
        open: counts.open,
        done: counts.done,
    })
}

/// The lines of [`list`] alone, so many at most, and where the next page begins.
///
/// # Errors
/// `SignInRequired`.
pub async fn list_rows(
    cx: &Cx,
    filter: Filter,
    words: &str,
    after: Option<Key>,
    most: usize,
) -> Result<(Vec<Row>, Option<Key>)> {
    let reader = cx.reader()?.id;
    let words: String = words.trim().chars().take(MOST_LETTERS).collect();
    found(cx, reader, filter, &title_key(&words), after, most).await
}

async fn found(
    cx: &Cx,
    reader: UserId,
    filter: Filter,
    key: &str,
    after: Option<Key>,
    most: usize,
) -> Result<(Vec<Row>, Option<Key>)> {
    let one_more = most as i64 + 1;
    let running = match filter {
        Filter::NeedsYou | Filter::All => None,
        Filter::Open => Some(true),
        Filter::Done => Some(false),
    };
    let by_due = filter == Filter::NeedsYou;
    let mut trades = if by_due {
        let after = after.map(|key| (key.at, key.id));
        repo::waiting(cx.db(), reader, key, false, after, one_more).await?
    } else {
        let after = after.and_then(|key| Some((key.at?, key.id)));
        let wanted = repo::Wanted {
            key,
            running,
            ..repo::Wanted::default()
        };
        repo::list(cx.db(), reader, &wanted, after, one_more).await?
    };
    let next = cut(&mut trades, by_due, most);
    Ok((rows(cx, reader, trades).await?, next))
}

/// Cuts what was read down to one page; gives where the next one begins, if there is one.
pub(super) fn cut(trades: &mut Vec<ListedRow>, by_due: bool, most: usize) -> Option<Key> {
    let more = trades.len() > most;
    trades.truncate(most);
    trades.last().filter(|_| more).map(|row| Key {
        at: if by_due {
            row.due.map(jiff_sqlx::Timestamp::to_jiff)
        } else {
            Some(row.updated_at.to_jiff())
        },
        id: row.id,
    })
}

/// The lines of these trades of the reader's.
pub(super) async fn rows(cx: &Cx, reader: UserId, trades: Vec<ListedRow>) -> Result<Vec<Row>> {
    if trades.is_empty() {
        return Ok(Vec::new());
    }
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
    let people = parties(&mut *cx.db().acquire().await?, &users, Some(reader)).await?;
    let now = cx.now();
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
            kind: rules.kind(),
            amount: amount(rules),
            loan: LoanView::of(rules, now),
            goes_back: GoesBack::of(rules),
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
            due: row.due.map(jiff_sqlx::Timestamp::to_jiff),
        }
    });
    Ok(rows.collect())
}
