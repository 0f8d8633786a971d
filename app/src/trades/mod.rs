//! Trades: the list, the builder, the page of one trade, and what can be done with it.

pub mod actions;
mod ask;
mod builder;
mod list;
mod page;
mod spread;
mod timeline;
mod words;

// The moderators' desk shows the same records.
pub use spread::{Look, spread, steps};
pub use timeline::timeline;

use self::actions::*;
use crate::access::Who::{Member, Reader};
use crate::http::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/trades", list::show)
        .get("/trades/new", builder::new)
        .get("/trades/{id}", page::show)
        .get("/trades/{id}/counter", builder::counter)
        .get("/trades/{id}/accept", ask::accept)
        .get("/trades/{id}/decline", ask::decline)
        .get("/trades/{id}/withdraw", ask::withdraw)
        .get("/trades/{id}/send", ask::send)
        .get("/trades/{id}/cancel", ask::cancel)
        .get("/trades/{id}/problem", ask::problem)
        .action::<ProposeTrade>(Member)
        .action::<CounterTrade>(Member)
        .action::<AcceptTrade>(Member)
        .action::<DeclineTrade>(Reader)
        .action::<WithdrawTrade>(Reader)
        .action::<SendBooks>(Reader)
        .action::<HandOverBooks>(Reader)
        .action::<ReceiveBooks>(Reader)
        .action::<CancelTrade>(Reader)
        .action::<AgreeToCancel>(Reader)
        .action::<ReportProblem>(Reader)
        .action::<SettleTrade>(Reader)
        .action::<WriteMessage>(Reader)
        .action::<SaveAddress>(Reader)
}
