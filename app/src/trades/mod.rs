//! Trades: the list, the builder, the page of one trade and its steps.

mod ask;
mod builder;
mod list;
mod page;
mod spread;
mod steps;
mod timeline;
mod words;

// The moderators' desk shows the same records.
pub use spread::{Look, spread, steps};
pub use timeline::timeline;

use crate::http::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/trades", list::show)
        .get("/trades/new", builder::new)
        .post("/trades/new", builder::propose)
        .get("/trades/{id}", page::show)
        .get("/trades/{id}/counter", builder::counter)
        .post("/trades/{id}/counter", builder::answer)
        .get("/trades/{id}/accept", ask::accept)
        .post("/trades/{id}/accept", steps::accept)
        .get("/trades/{id}/decline", ask::decline)
        .post("/trades/{id}/decline", steps::decline)
        .get("/trades/{id}/withdraw", ask::withdraw)
        .post("/trades/{id}/withdraw", steps::withdraw)
        .get("/trades/{id}/send", ask::send)
        .post("/trades/{id}/send", steps::send)
        .post("/trades/{id}/hand-over", steps::hand_over)
        .post("/trades/{id}/receive", steps::receive)
        .get("/trades/{id}/cancel", ask::cancel)
        .post("/trades/{id}/cancel", steps::cancel)
        .post("/trades/{id}/cancel/agree", steps::consent_to_cancel)
        .get("/trades/{id}/problem", ask::problem)
        .post("/trades/{id}/problem", steps::problem)
        .post("/trades/{id}/settle", steps::settle)
        .post("/trades/{id}/messages", steps::message)
        .post("/trades/{id}/address", steps::address)
}
