//! The moderators' desk, and the page on which members report something.

pub mod actions;
mod audit;
mod books;
pub mod broadcast_actions;
mod broadcasts;
mod case;
mod corrections;
mod decisions;
mod dispute;
mod editions;
pub mod event_actions;
mod evidence;
mod first_events;
mod jobs;
mod keys;
mod list;
mod listings;
mod lists;
mod loans;
mod mail;
mod member;
mod members;
mod merges;
mod orders;
mod overview;
mod part;
pub mod payment_actions;
mod payments;
mod queue;
mod report;
pub mod review_actions;
mod reviews;
mod rounds;
mod schedules;
mod settings;
mod shared;
mod trades;

use self::actions::*;
use self::broadcast_actions::*;
use self::event_actions::*;
use self::payment_actions::*;
use self::review_actions::*;
use crate::http::Routes;
use dogear_urls::Access::{Admin, Member, Moderator};
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::REPORT, report::form)
        .get(&pages::REPORT_OWN, report::show)
        .get(&pages::ADMIN, queue::start)
        .get(&pages::ADMIN_FIND, shared::find)
        .get(&pages::ADMIN_OVERVIEW, overview::show)
        .get(&pages::ADMIN_QUEUE, queue::list)
        .get(&pages::ADMIN_CASE, queue::open)
        .get(&pages::ADMIN_DECISIONS, decisions::list)
        .get(&pages::ADMIN_LISTINGS, listings::list)
        .get(&pages::ADMIN_LISTING, listings::show)
        .get(&pages::ADMIN_REVIEWS, reviews::list)
        .get(&pages::ADMIN_REVIEW, reviews::show)
        .get(&pages::ADMIN_ROUNDS, rounds::list)
        .get(&pages::ADMIN_BOOKS, books::list)
        .get(&pages::ADMIN_MERGE, books::compare)
        .get(&pages::ADMIN_MERGED, books::merged)
        .get(&pages::ADMIN_BOOK, editions::list)
        .get(&pages::ADMIN_MERGE_EDITIONS, editions::compare)
        .get(&pages::ADMIN_MERGED_EDITIONS, editions::merged)
        .get(&pages::ADMIN_CORRECTIONS, corrections::list)
        .get(&pages::ADMIN_EVENTS, first_events::list)
        .get(&pages::ADMIN_MEMBERS, members::list)
        .get(&pages::ADMIN_MEMBER, member::show)
        .get(&pages::ADMIN_MEMBER_SUSPEND, member::suspend)
        .get(&pages::ADMIN_MEMBER_RESTORE, member::restore)
        .get(&pages::ADMIN_MEMBER_ROLE, member::role)
        .get(&pages::ADMIN_TRADES, trades::list)
        .get(&pages::ADMIN_ORDERS, orders::list)
        .get(&pages::ADMIN_LOANS, loans::list)
        .get(&pages::ADMIN_TRADE, trades::show)
        .get(&pages::ADMIN_JOBS, jobs::list)
        .get(&pages::ADMIN_JOB_DISCARD, jobs::confirm_discard)
        .get(&pages::ADMIN_SCHEDULES, schedules::list)
        .get(&pages::ADMIN_MAIL, mail::list)
        .get(&pages::ADMIN_MAIL_ONE, mail::show)
        .get(&pages::ADMIN_BROADCASTS, broadcasts::list)
        .get(&pages::ADMIN_AUDIT, audit::list)
        .get(&pages::ADMIN_PAYMENTS, payments::list)
        .get(&pages::ADMIN_SETTINGS, settings::show)
        .action::<ReportSubject>(Member)
        .action::<DecideCase>(Moderator)
        .action::<ReleaseCase>(Moderator)
        .action::<ResolveTrade>(Moderator)
        .action::<TakeBackDecision>(Moderator)
        .action::<HideListing>(Moderator)
        .action::<RestoreListing>(Moderator)
        .action::<ShowListAgain>(Moderator)
        .action::<HideReview>(Moderator)
        .action::<RestoreReview>(Moderator)
        .action::<MergeBooks>(Moderator)
        .action::<TakeBackMerge>(Moderator)
        .action::<MergeEditions>(Moderator)
        .action::<TakeBackEditionMerge>(Moderator)
        .action::<AcceptCorrection>(Moderator)
        .action::<RefuseCorrection>(Moderator)
        .action::<ApproveEvent>(Moderator)
        .action::<SendEventBack>(Moderator)
        .action::<SuspendMember>(Moderator)
        .action::<RestoreMember>(Moderator)
        .action::<ChangeRole>(Admin)
        .action::<RetryJob>(Moderator)
        .action::<DiscardJob>(Moderator)
        .action::<RunSchedule>(Moderator)
        .action::<SendMailAgain>(Moderator)
        .action::<SendTestMail>(Moderator)
        .action::<WriteBroadcast>(Admin)
        .action::<StopBroadcast>(Admin)
        .action::<AskAboutPayment>(Admin)
        .action::<GivePaymentBack>(Admin)
        .action::<ChangeSettings>(Admin)
        .action::<RestoreSetting>(Admin)
        .action::<ChangeFirstEvents>(Admin)
        .action::<ChangeSeatSettings>(Admin)
}
