//! The moderators' desk, and the page on which members report something.

pub mod actions;
mod audit;
mod books;
mod case;
mod chart;
mod corrections;
mod decisions;
mod dispute;
mod editions;
mod jobs;
mod list;
mod listings;
mod mail;
mod member;
mod members;
mod merges;
mod overview;
mod part;
mod queue;
mod report;
mod settings;
mod shared;
mod trades;

use self::actions::*;
use crate::http::Routes;
use dogear_urls::Access::{Admin, Member, Moderator};
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::REPORT, report::form)
        .get(&pages::REPORT_OWN, report::show)
        .get(&pages::DESK, queue::start)
        .get(&pages::DESK_FIND, shared::find)
        .get(&pages::DESK_OVERVIEW, overview::show)
        .get(&pages::DESK_QUEUE, queue::list)
        .get(&pages::DESK_CASE, queue::open)
        .get(&pages::DESK_DECISIONS, decisions::list)
        .get(&pages::DESK_LISTINGS, listings::list)
        .get(&pages::DESK_LISTING, listings::show)
        .get(&pages::DESK_BOOKS, books::list)
        .get(&pages::DESK_MERGE, books::compare)
        .get(&pages::DESK_MERGED, books::merged)
        .get(&pages::DESK_BOOK, editions::list)
        .get(&pages::DESK_MERGE_EDITIONS, editions::compare)
        .get(&pages::DESK_MERGED_EDITIONS, editions::merged)
        .get(&pages::DESK_CORRECTIONS, corrections::list)
        .get(&pages::DESK_MEMBERS, members::list)
        .get(&pages::DESK_MEMBER, member::show)
        .get(&pages::DESK_MEMBER_SUSPEND, member::suspend)
        .get(&pages::DESK_MEMBER_RESTORE, member::restore)
        .get(&pages::DESK_MEMBER_ROLE, member::role)
        .get(&pages::DESK_TRADES, trades::list)
        .get(&pages::DESK_TRADE, trades::show)
        .get(&pages::DESK_JOBS, jobs::list)
        .get(&pages::DESK_JOB_DISCARD, jobs::confirm_discard)
        .get(&pages::DESK_MAIL, mail::list)
        .get(&pages::DESK_MAIL_ONE, mail::show)
        .get(&pages::DESK_AUDIT, audit::list)
        .get(&pages::DESK_SETTINGS, settings::show)
        .action::<ReportSubject>(Member)
        .action::<DecideCase>(Moderator)
        .action::<ReleaseCase>(Moderator)
        .action::<ResolveTrade>(Moderator)
        .action::<TakeBackDecision>(Moderator)
        .action::<HideListing>(Moderator)
        .action::<RestoreListing>(Moderator)
        .action::<MergeBooks>(Moderator)
        .action::<TakeBackMerge>(Moderator)
        .action::<MergeEditions>(Moderator)
        .action::<TakeBackEditionMerge>(Moderator)
        .action::<AcceptCorrection>(Moderator)
        .action::<RefuseCorrection>(Moderator)
        .action::<SuspendMember>(Moderator)
        .action::<RestoreMember>(Moderator)
        .action::<ChangeRole>(Admin)
        .action::<RetryJob>(Moderator)
        .action::<DiscardJob>(Moderator)
        .action::<SendMailAgain>(Moderator)
        .action::<ChangeSettings>(Admin)
        .action::<RestoreSetting>(Admin)
}
