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
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::REPORT, report::form)
        .post("/report", report::submit)
        .get(&pages::REPORT_OWN, report::show)
        .get(&pages::DESK, queue::start)
        .get(&pages::DESK_FIND, frame::find)
        .get(&pages::DESK_OVERVIEW, overview::show)
        .get(&pages::DESK_QUEUE, queue::list)
        .get(&pages::DESK_CASE, queue::open)
        .post("/admin/queue/{kind}/{id}", queue::decide)
        .post("/admin/queue/{kind}/{id}/release", queue::release)
        .get(&pages::DESK_DECISIONS, decisions::list)
        .post("/admin/undo", decisions::undo)
        .get(&pages::DESK_LISTINGS, listings::list)
        .get(&pages::DESK_LISTING, listings::show)
        .post("/admin/listings/{id}/hide", listings::hide)
        .post("/admin/listings/{id}/restore", listings::restore)
        .get(&pages::DESK_BOOKS, books::list)
        .get(&pages::DESK_MERGE, books::compare)
        .post("/admin/books/merge", books::merge)
        .get(&pages::DESK_MERGED, books::merged)
        .post("/admin/books/merges/{id}/undo", books::undo)
        .get(&pages::DESK_BOOK, editions::list)
        .get(&pages::DESK_MERGE_EDITIONS, editions::compare)
        .post("/admin/editions/merge", editions::merge)
        .get(&pages::DESK_MERGED_EDITIONS, editions::merged)
        .post("/admin/editions/merges/{id}/undo", editions::undo)
        .get(&pages::DESK_CORRECTIONS, corrections::list)
        .post("/admin/corrections/{id}/accept", corrections::accept)
        .post("/admin/corrections/{id}/refuse", corrections::refuse)
        .get(&pages::DESK_MEMBERS, members::list)
        .get(&pages::DESK_MEMBER, member::show)
        .get(&pages::DESK_MEMBER_SUSPEND, member::suspend_form)
        .post("/admin/members/{handle}/suspend", member::suspend)
        .get(&pages::DESK_MEMBER_RESTORE, member::restore_form)
        .post("/admin/members/{handle}/restore", member::restore)
        .get(&pages::DESK_MEMBER_ROLE, member::role_form)
        .post("/admin/members/{handle}/role", member::role)
        .get(&pages::DESK_TRADES, trades::list)
        .get(&pages::DESK_TRADE, trades::show)
        .post("/admin/trades/{id}/resolve", dispute::resolve)
        .get(&pages::DESK_JOBS, jobs::list)
        .post("/admin/jobs/{id}/retry", jobs::retry)
        .get(&pages::DESK_JOB_DISCARD, jobs::ask_discard)
        .post("/admin/jobs/{id}/discard", jobs::discard)
        .get(&pages::DESK_MAIL, mail::list)
        .get(&pages::DESK_MAIL_ONE, mail::show)
        .post("/admin/mail/{id}/send-again", mail::send_again)
        .get(&pages::DESK_AUDIT, audit::list)
        .get(&pages::DESK_SETTINGS, settings::show)
        .post("/admin/settings", settings::change)
        .post("/admin/settings/default", settings::restore_default)
}
