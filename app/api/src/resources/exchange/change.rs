//! What a proposal changes against the one before.

use dogear_domain::trades::Method;
use dogear_server::trades::{BookLine, PartyView, Revision};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::book::handle_of;
use crate::id::Id;
use crate::resources::parts::Money;

/// A proposal or an answer to one, by what it changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeRevision {
    /// From 1.
    number: i32,
    /// `post` or `meet`.
    #[schema(value_type = String)]
    method: Method,
    /// What its books cost, without postage; where they are sold.
    price: Option<Money>,
    /// The last moment of the day until which its book is lent.
    due: Option<Timestamp>,
    /// Against the one before; of the first, all that it holds.
    added: Vec<MovedBook>,
    /// Against the one before.
    removed: Vec<MovedBook>,
}

/// A book with the direction in which it goes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MovedBook {
    /// Which copy.
    copy: Id,
    title: String,
    /// Handle of whoever gives it; empty for a former member.
    from: String,
    /// Handle of whoever gets it; empty for a former member.
    to: String,
}

impl ExchangeRevision {
    pub(super) fn of(revision: &Revision, parties: &[PartyView]) -> Self {
        let moved = |line: &BookLine| MovedBook {
            copy: line.copy.into(),
            title: line.book.title.clone(),
            from: handle_of(parties, line.from),
            to: handle_of(parties, line.to),
        };
        let of = |added: bool| {
            let changes = revision.changes.iter();
            changes
                .filter(|change| change.added == added)
                .map(|change| moved(&change.line))
                .collect()
        };
        Self {
            number: revision.number,
            method: revision.method,
            price: revision.price.map(Money::from),
            due: revision.due,
            added: of(true),
            removed: of(false),
        }
    }
}
