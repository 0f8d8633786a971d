//! A reader's orders: the trades in which books go one way alone, for money, for nothing or for a
//! time. A kind of trade that comes later stands among them by itself.

use dogear_domain::ids::TradeId;

use super::list::{self, Key, PAGE, Row};
use crate::trades::repo::orders as repo;
use crate::trades::repo::views::{self, Wanted};
use crate::{Cx, Result};

/// Which orders to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orders {
    /// The next step is the reader's.
    #[default]
    NeedsYou,
    /// What runs, and the reader gets.
    Getting,
    /// What runs, and the reader gives.
    Giving,
    /// What has ended.
    Done,
}

/// A page of the reader's orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPage {
    /// What waits for the reader by its date, everything else by its last change.
    pub rows: Vec<Row>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Key>,
    /// How many wait for the reader.
    pub needs_you: i64,
    /// How many run that the reader gets.
    pub getting: i64,
    /// How many run that the reader gives.
    pub giving: i64,
    /// How many have ended.
    pub done: i64,
}

impl OrderPage {
    /// How many a list of them has, on all its pages.
    #[must_use]
    pub const fn number(&self, which: Orders) -> i64 {
        match which {
            Orders::NeedsYou => self.needs_you,
            Orders::Getting => self.getting,
            Orders::Giving => self.giving,
            Orders::Done => self.done,
        }
    }
}

/// The reader's orders, 50 at a time, from behind `after` on: [`OrderPage::next`] of the page
/// before.
///
/// # Errors
/// `SignInRequired`.
pub async fn orders(cx: &Cx, which: Orders, after: Option<Key>) -> Result<OrderPage> {
    let reader = cx.reader()?.id;
    let (rows, next) = order_rows(cx, which, after, PAGE).await?;
    let counts = repo::counts(cx.db(), reader).await?;
    Ok(OrderPage {
        rows,
        next,
        needs_you: counts.needs_you,
        getting: counts.gets,
        giving: counts.gives,
        done: counts.done,
    })
}

/// The lines of [`orders`] alone, so many at most, and where the next page begins.
///
/// # Errors
/// `SignInRequired`.
pub async fn order_rows(
    cx: &Cx,
    which: Orders,
    after: Option<Key>,
    most: usize,
) -> Result<(Vec<Row>, Option<Key>)> {
    let reader = cx.reader()?.id;
    let one_more = most as i64 + 1;
    let by_due = which == Orders::NeedsYou;
    let mut trades = if by_due {
        let after = after.map(|key| (key.at, key.id));
        views::waiting(cx.db(), reader, "", true, after, one_more).await?
    } else {
        let after = after.and_then(|key| Some((key.at?, key.id)));
        let wanted = Wanted {
            running: Some(which != Orders::Done),
            orders: true,
            gets: match which {
                Orders::Getting => Some(true),
                Orders::Giving => Some(false),
                Orders::NeedsYou | Orders::Done => None,
            },
            ..Wanted::default()
        };
        views::list(cx.db(), reader, &wanted, after, one_more).await?
    };
    let next = list::cut(&mut trades, by_due, most);
    Ok((list::rows(cx, reader, trades).await?, next))
}

/// Those of these trades that are the reader's, as lines of a list: what was just ordered.
///
/// # Errors
/// `SignInRequired`.
pub async fn ordered(cx: &Cx, trades: &[TradeId]) -> Result<Vec<Row>> {
    let reader = cx.reader()?.id;
    let mine = repo::among(cx.db(), reader, trades).await?;
    list::rows(cx, reader, mine).await
}
