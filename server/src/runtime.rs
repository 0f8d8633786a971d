//! What the site does after a commit and by the clock, and what features do for those below
//! them. The one place that knows every job, every schedule and every hook.

use std::sync::Arc;

use futures::FutureExt;
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::hooks::{Erasure, Hooks};
use crate::jobs::schedule::{Interval, Schedule};
use crate::jobs::{self, Jobs};
use crate::{
    Result, Services, access_tokens, accounts, broadcasts, calendars, cart, catalogue, copies,
    corrections, db, events, imports, library, lists, mail, moderation, notifications, places,
    recommendations, reviews, rounds, search, trades,
};

/// Every kind of job, and every schedule, for [`Services::jobs`].
pub fn jobs() -> Jobs {
    Jobs::default()
        .register::<accounts::EraseAccount>()
        .register::<accounts::SendLink>()
        .register::<broadcasts::SendBroadcast>()
        .register::<calendars::GiveBack>()
        .register::<calendars::SyncEntry>()
        .register::<copies::DeletePhotos>()
        .register::<events::SendToGuests>()
        .register::<events::TellDates>()
        .register::<events::TellGuest>()
        .register::<events::TellWaiting>()
        .register::<events::TellGiving>()
        .register::<events::TellListEnded>()
        .register::<events::TellTransfer>()
        .register::<events::TellGuests>()
        .register::<events::TellInterested>()
        .register::<events::TellOfTask>()
        .register::<imports::WorkOnImport>()
        .register::<mail::SendMail>()
        .register::<rounds::TellAskers>()
        .register::<trades::PaymentEvent>()
        .register::<trades::Refund>()
        .register::<trades::TellOfArrival>()
        .register::<trades::TellParties>()
        .by_the_clock(schedules())
}

/// Who does what features below have done, for [`Services::hooks`].
pub fn hooks() -> Hooks {
    Hooks {
        terms_changed: |conn, cx, copy| trades::terms_changed(conn, cx, copy).boxed(),
        unoffered: |conn, cx, copies| {
            async move {
                // Rounds are locked before trades.
                rounds::unoffered(&mut *conn, cx, copies).await?;
                trades::unoffered(conn, cx, copies).await
            }
            .boxed()
        },
        at_event: |conn, cx, occurrence, news| {
            async move {
                // Trades are locked before what calendars have.
                trades::at_event(&mut *conn, cx, occurrence, news).await?;
                calendars::at_event(conn, cx, occurrence, news).await
            }
            .boxed()
        },
        errands: |conn, occurrence, guest| trades::errands(conn, occurrence, guest).boxed(),
        erasures: ERASURES,
    }
}

/// What is erased of a member who leaves, feature by feature: everything that names them and is
/// not kept for the others' sake. Rows are locked in this order.
const ERASURES: &[Erasure] = &[
    |conn, user| mail::erase(conn, user).boxed(),
    |conn, user| db::erase_keys(conn, user).boxed(),
    |conn, user| access_tokens::erase(conn, user).boxed(),
    |conn, user| search::saved::erase(conn, user).boxed(),
    |conn, user| imports::erase(conn, user).boxed(),
    |conn, user| corrections::erase(conn, user).boxed(),
    |conn, user| reviews::erase(conn, user).boxed(),
    |conn, user| rounds::erase(conn, user).boxed(),
    |conn, user| cart::erase(conn, user).boxed(),
    |conn, user| trades::erase(conn, user).boxed(),
    |conn, user| events::erase(conn, user).boxed(),
    |conn, user| calendars::erase(conn, user).boxed(),
    |conn, user| lists::erase(conn, user).boxed(),
    |conn, user| copies::erase(conn, user).boxed(),
    |conn, user| library::erase(conn, user).boxed(),
    |conn, user| notifications::erase(conn, user).boxed(),
    // After everything that keeps an earlier version when it is changed.
    |conn, user| moderation::evidence::erase(conn, user).boxed(),
];

/// Every schedule of the site.
pub fn schedules() -> Vec<Schedule> {
    let mut all = vec![Schedule {
        name: "clean up idempotency keys",
        when: Interval::Every(SignedDuration::from_hours(1)),
        run: |cx| async move { db::delete_old_keys(&cx).await }.boxed(),
    }];
    all.extend(jobs::schedules());
    all.extend(mail::schedules());
    all.extend(access_tokens::schedules());
    all.extend(accounts::schedules());
    all.extend(calendars::schedules());
    all.extend(catalogue::schedules());
    all.extend(copies::schedules());
    all.extend(events::schedules());
    all.extend(imports::schedules());
    all.extend(library::schedules());
    all.extend(lists::schedules());
    all.extend(moderation::schedules());
    all.extend(recommendations::schedules());
    all.extend(reviews::schedules());
    all.extend(rounds::schedules());
    all.extend(places::schedules());
    all.extend(trades::schedules());
    all.extend(search::schedules());
    all
}

/// Runs relay, workers and schedules until `stop` is cancelled; then takes no new
/// job, and returns when the running ones are finished or handed back, within 20 s.
///
/// # Errors
/// When the mail settings cannot be used. Everything later is logged and tried again.
pub async fn run(
    services: Arc<Services>,
    concurrency: usize,
    stop: CancellationToken,
) -> Result<()> {
    mail::check(&services.settings)?;
    Box::pin(jobs::run(services, schedules(), concurrency, stop)).await;
    Ok(())
}
