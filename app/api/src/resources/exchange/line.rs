//! A trade in a list.

use dogear_domain::ids::{UserId, WorkId};
use dogear_domain::trades::{Method, NextAction, TradeKind, TradeState, Verb, Who};
use dogear_server::trades::{PartyView, Row};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::book::handle_of;
use crate::id::Id;
use crate::resources::parts::Money;

/// A trade in a list: what there is to do, and about which books.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeLine {
    id: Id,
    /// Its page.
    url: String,
    /// `swap`, `gift`, `sale` or `loan`.
    #[schema(value_type = String)]
    kind: TradeKind,
    /// `proposed`, `agreed`, `completed`, `declined`, `withdrawn`, `expired`, `superseded`,
    /// `cancelled`, `disputed` or `resolved`.
    #[schema(value_type = String)]
    state: TradeState,
    /// `post` or `meet`.
    #[schema(value_type = String)]
    method: Method,
    /// Handles of the parties but the caller; empty ones of former members.
    others: Vec<String>,
    /// That the caller gives.
    gives: Vec<BookRef>,
    /// That the caller gets.
    gets: Vec<BookRef>,
    /// What the books cost, where they are sold.
    amount: Option<Money>,
    /// The last moment of the day by which a lent book is to be back.
    loan_due: Option<Timestamp>,
    /// Who has to do what.
    next: NextStep,
    /// The caller has to do something now: the next step, or to say where a parcel goes.
    needs_you: bool,
    /// A parcel comes to the caller, and nobody knows where to send it.
    address_missing: bool,
    /// Until when the caller has to act; only in the list of what waits for them.
    due: Option<Timestamp>,
    /// When anything happened last.
    updated_at: Timestamp,
}

/// A book, by its title.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookRef {
    id: Id,
    title: String,
}

impl From<(WorkId, String)> for BookRef {
    fn from((id, title): (WorkId, String)) -> Self {
        Self {
            id: id.into(),
            title,
        }
    }
}

/// Who has to do what.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextStep {
    /// `you`, `members`, `moderators` or `nobody`.
    who: &'static str,
    /// Handles, where it is `members`; empty ones of former members.
    members: Vec<String>,
    /// The step, one of those in `may` of a trade; `accept` stands for any answer. Null when the
    /// trade has ended.
    #[schema(value_type = Option<String>)]
    verb: Option<Verb>,
    /// Until when, where there is a date.
    until: Option<Timestamp>,
}

impl NextStep {
    pub(super) fn of(next: &NextAction, parties: &[PartyView]) -> Self {
        let named = |users: &[UserId]| {
            let users = users.iter();
            users.map(|user| handle_of(parties, *user)).collect()
        };
        let (who, members) = match &next.who {
            Who::You => ("you", Vec::new()),
            Who::Members(users) => ("members", named(users)),
            Who::Moderators => ("moderators", Vec::new()),
            Who::Nobody => ("nobody", Vec::new()),
        };
        Self {
            who,
            members,
            verb: next.verb,
            until: next.until,
        }
    }
}

impl ExchangeLine {
    pub(super) fn of(row: Row, link: impl Fn(&str) -> String) -> Self {
        let others = row.others.iter();
        Self {
            id: row.id.into(),
            url: link(&dogear_urls::trade(row.id)),
            kind: row.kind,
            state: row.state,
            method: row.method,
            others: others
                .map(|party| handle_of(&row.others, party.user))
                .collect(),
            next: NextStep::of(&row.next, &row.others),
            gives: row.gives.into_iter().map(BookRef::from).collect(),
            gets: row.gets.into_iter().map(BookRef::from).collect(),
            amount: row.amount.map(Money::from),
            loan_due: row.loan.map(|loan| loan.due),
            needs_you: row.needs_you,
            address_missing: row.address_missing,
            due: row.due,
            updated_at: row.updated_at,
        }
    }
}
