//! What the pages show of trades.

mod builder;
mod list;
mod orders;
mod page;
mod returns;
mod timeline;

use dogear_domain::ids::UserId;
use dogear_domain::trades::{Leg, LegState, Trade};
use dogear_domain::whereabouts::Whereabouts;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::Result;
use crate::trades::Trust;
use crate::trades::repo::views::{self as repo, PartyRow};

pub use builder::{
    BuilderView, Choice, SHELF_PAGE, ShelfSearch, ShelfView, builder, counter_builder,
};
pub use list::{Filter, Key, Page, Row, list, list_rows};
pub use orders::{OrderPage, Orders, order_rows, ordered, orders};
pub use page::{
    BookLine, Change, Dispute, Entry, LegView, MeetingNews, Revision, TimelineItem, TradeView,
    for_moderator, page,
};
pub use returns::{GoesBack, ReturnView};

/// Whether parcels of a running trade are presumed lost, from a party's side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    /// One that was to come.
    pub coming: bool,
    /// One that the party has sent.
    pub going: bool,
}

impl Lost {
    fn of(rules: &Trade, user: UserId) -> Self {
        let lost = |leg: &&Leg| leg.state == LegState::Lost;
        Self {
            coming: rules.legs.iter().filter(lost).any(|leg| leg.to == user),
            going: rules.legs.iter().filter(lost).any(|leg| leg.from == user),
        }
    }
}

/// How a loan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // facts, each of its own
pub struct LoanView {
    /// Whose book it is.
    pub lender: UserId,
    /// Who has it for a time.
    pub borrower: UserId,
    /// The last moment of the day by which it is to be back.
    pub due: Timestamp,
    /// It is with its borrower, or on its way back.
    pub out: bool,
    /// It is with its borrower, and the day has passed.
    pub overdue: bool,
    /// Until when the borrower asks to have it.
    pub asked: Option<Timestamp>,
    /// The borrower may keep it.
    pub keep_offered: bool,
    /// The borrower has kept it.
    pub kept: bool,
}

impl LoanView {
    fn of(rules: &Trade, now: Timestamp) -> Option<Self> {
        let loan = rules.loan?;
        let due = rules.due_back()?;
        let out = rules.is_out();
        let with_borrower = rules
            .return_leg()
            .is_some_and(|leg| leg.state == LegState::Pending);
        Some(Self {
            lender: rules.lender()?,
            borrower: rules.borrower()?,
            due,
            out,
            overdue: out && with_borrower && now > due,
            asked: loan.asked.filter(|_| out),
            keep_offered: loan.keep_offered && out,
            kept: loan.kept,
        })
    }
}

/// A party, with the figures on which trust rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyView {
    /// Stays the same when the handle changes.
    pub user: UserId,
    /// Without the @.
    pub handle: String,
    /// “a former member” for an erased account.
    pub name: String,
    /// Where they live, for the viewer.
    pub whereabouts: Whereabouts,
    /// None when they have not said that they are away.
    pub away_until: Option<Timestamp>,
    /// The account is erased.
    pub former: bool,
    /// How they trade.
    pub trust: Trust,
}

impl PartyView {
    fn new(row: PartyRow) -> Self {
        Self {
            user: row.id,
            handle: row.handle,
            name: if row.former {
                "a former member".into()
            } else {
                row.display_name
            },
            whereabouts: row.seen.0.into(),
            away_until: row.away_until.map(jiff_sqlx::Timestamp::to_jiff),
            former: row.former,
            trust: row.trust.0,
        }
    }
}

impl PartyView {
    /// The name with the handle, which nobody else can have: where books, addresses or promises
    /// are at stake.
    pub fn called(&self) -> String {
        if self.former {
            self.name.clone()
        } else {
            format!("{} (@{})", self.name, self.handle)
        }
    }
}

/// The members with these numbers, in the order asked for, as `viewer` may see them.
async fn parties(
    conn: &mut PgConnection,
    users: &[UserId],
    viewer: Option<UserId>,
) -> Result<Vec<PartyView>> {
    let rows = repo::parties(conn, users, viewer).await?;
    Ok(rows.into_iter().map(PartyView::new).collect())
}
