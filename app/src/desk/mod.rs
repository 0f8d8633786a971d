//! The moderators' desk, and the page on which members report something.

mod audit;
mod books;
mod case;
mod chart;
mod corrections;
mod decisions;
mod dispute;
mod editions;
mod frame;
mod jobs;
mod listings;
mod mail;
mod member;
mod members;
mod overview;
mod queue;
mod report;
mod settings;
mod trades;

pub use frame::layout;

use crate::http::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/report", report::form)
        .post("/report", report::submit)
        .get("/reports/{id}", report::show)
        .get("/admin", queue::start)
        .get("/admin/find", frame::find)
        .get("/admin/overview", overview::show)
        .get("/admin/queue", queue::list)
        .get("/admin/queue/{kind}/{id}", queue::open)
        .post("/admin/queue/{kind}/{id}", queue::decide)
        .post("/admin/queue/{kind}/{id}/release", queue::release)
        .get("/admin/decisions", decisions::list)
        .post("/admin/undo", decisions::undo)
        .get("/admin/listings", listings::list)
        .get("/admin/listings/{id}", listings::show)
        .post("/admin/listings/{id}/hide", listings::hide)
        .post("/admin/listings/{id}/restore", listings::restore)
        .get("/admin/books", books::list)
        .get("/admin/books/merge", books::compare)
        .post("/admin/books/merge", books::merge)
        .get("/admin/books/merges/{id}", books::merged)
        .post("/admin/books/merges/{id}/undo", books::undo)
        .get("/admin/books/{id}", editions::list)
        .get("/admin/editions/merge", editions::compare)
        .post("/admin/editions/merge", editions::merge)
        .get("/admin/editions/merges/{id}", editions::merged)
        .post("/admin/editions/merges/{id}/undo", editions::undo)
        .get("/admin/corrections", corrections::list)
        .post("/admin/corrections/{id}/accept", corrections::accept)
        .post("/admin/corrections/{id}/refuse", corrections::refuse)
        .get("/admin/members", members::list)
        .get("/admin/members/{handle}", member::show)
        .get("/admin/members/{handle}/suspend", member::suspend_form)
        .post("/admin/members/{handle}/suspend", member::suspend)
        .get("/admin/members/{handle}/restore", member::restore_form)
        .post("/admin/members/{handle}/restore", member::restore)
        .get("/admin/members/{handle}/role", member::role_form)
        .post("/admin/members/{handle}/role", member::role)
        .get("/admin/trades", trades::list)
        .get("/admin/trades/{id}", trades::show)
        .post("/admin/trades/{id}/resolve", dispute::resolve)
        .get("/admin/jobs", jobs::list)
        .post("/admin/jobs/{id}/retry", jobs::retry)
        .get("/admin/jobs/{id}/discard", jobs::ask_discard)
        .post("/admin/jobs/{id}/discard", jobs::discard)
        .get("/admin/mail", mail::list)
        .get("/admin/mail/{id}", mail::show)
        .post("/admin/mail/{id}/send-again", mail::send_again)
        .get("/admin/audit", audit::list)
        .get("/admin/settings", settings::show)
        .post("/admin/settings", settings::change)
        .post("/admin/settings/default", settings::restore_default)
}
