//! Two thousand readers who want twenty seats at once, through the whole site: nobody is lost, no
//! seat is given twice, and whoever waits is promoted in order.

use std::sync::Arc;

use axum::http::StatusCode;
use dogear::commands::Failure;
use dogear_domain::ids::{EventId, OccurrenceId};

use super::Bench;
use super::client::{Call, answers, send};

/// Who want seats.
const READERS: usize = 2_000;
/// What there is.
const SEATS: i64 = 20;
/// How many ask at the same moment.
const AT_ONCE: u32 = 200;

/// What the tables say of a date.
#[derive(Debug, sqlx::FromRow)]
struct Rows {
    counted: i64,
    booked: i64,
    bookings: i64,
    waiting: i64,
    /// Have neither.
    lost: i64,
    /// Had their turn after somebody who wants as many seats and asked later.
    passed: i64,
}

/// Runs it and prints what came of it.
///
/// # Errors
/// When a seat was given twice, somebody was lost or not answered, or somebody was passed on the
/// waiting list.
pub(super) async fn run(bench: &Bench<'_>) -> Result<(), Failure> {
    let (event, date) = bench.evenings_of(1, i32::try_from(SEATS)?).await?[0];
    let start = std::time::Instant::now();
    let calls = Arc::new((0..READERS).map(|n| take(bench, event, n)).collect());
    let answered = answers(bench.dogear, calls, AT_ONCE, None).await?;
    let mut refused = Vec::new();
    for answer in &answered {
        match answer.status {
            StatusCode::SEE_OTHER => {}
            StatusCode::CONFLICT => refused.push(answer.call),
            other => return Err(format!("reader {} was answered {other}", answer.call).into()),
        }
    }
    let answered = answered.len();
    let wait = refused.iter().map(|&n| wait(bench, event, n)).collect();
    send(bench.dogear, wait, AT_ONCE, None).await?;
    let took = start.elapsed().as_secs_f64();
    let full = rows(bench, date).await?;
    println!(
        "{READERS} readers want {SEATS} seats, {AT_ONCE} at once: {answered} answered in {took:.1} s; {} seats booked, {} counted, in {} bookings; {} wait, {} lost",
        full.booked, full.counted, full.bookings, full.waiting, full.lost
    );
    are_right(&full)?;
    if full.lost > 0 {
        return Err(format!("somebody has neither seats nor a place on the list: {full:?}").into());
    }
    // All who have some give them back at once; those who wait have them then, in their order.
    let guests: Vec<(i64, i64)> = sqlx::query_as(
        "select id, user_id from seat_bookings where occurrence_id = $1 and state = 'confirmed'",
    )
    .bind(date)
    .fetch_all(&bench.services().db)
    .await?;
    let calls = guests
        .iter()
        .filter_map(|(booking, guest)| {
            let n = bench.readers.iter().position(|reader| reader.0 == *guest)?;
            Some(Call {
                path: "/api/events/give-back-seats".into(),
                cookie: bench.cookies[n].clone(),
                body: format!("booking={booking}"),
            })
        })
        .collect();
    send(bench.dogear, calls, AT_ONCE, None).await?;
    let promoted = rows(bench, date).await?;
    println!(
        "after {} bookings were given back: {} seats booked, {} counted; {} wait, {} passed by somebody behind them",
        full.bookings, promoted.booked, promoted.counted, promoted.waiting, promoted.passed
    );
    are_right(&promoted)?;
    if promoted.passed == 0 && promoted.lost == full.bookings {
        return Ok(());
    }
    Err(format!("the list did not go on as it should: {promoted:?}").into())
}

/// In parties of one to four.
fn party(n: usize) -> usize {
    n % 4 + 1
}

fn take(bench: &Bench<'_>, event: EventId, n: usize) -> Call {
    Call {
        path: "/api/events/take-seats".into(),
        cookie: bench.cookies[n].clone(),
        body: format!(
            "event={event}&party={}&once={}",
            party(n),
            uuid::Uuid::new_v4()
        ),
    }
}

fn wait(bench: &Bench<'_>, event: EventId, n: usize) -> Call {
    Call {
        path: "/api/events/wait-for-seats".into(),
        cookie: bench.cookies[n].clone(),
        body: format!(
            "event={event}&wanted={}&once={}",
            party(n),
            uuid::Uuid::new_v4()
        ),
    }
}

async fn rows(bench: &Bench<'_>, date: OccurrenceId) -> Result<Rows, Failure> {
    let readers: Vec<i64> = bench.readers[..READERS]
        .iter()
        .map(|reader| reader.0)
        .collect();
    Ok(sqlx::query_as(
        "with live as (select user_id, party_size from seat_bookings
             where occurrence_id = $1 and state in ('held', 'confirmed')),
           list as (select * from seat_waitlist where occurrence_id = $1)
         select (select seats_taken from event_occurrences where id = $1)::bigint as counted,
           (select coalesce(sum(party_size), 0) from live) as booked,
           (select count(*) from live) as bookings,
           (select count(*) from list where state = 'waiting') as waiting,
           (select count(*) from unnest($2::bigint[]) reader
              where reader not in (select user_id from live)
                and reader not in (select user_id from list where state = 'waiting')) as lost,
           (select count(*) from list w where w.state = 'waiting' and exists (
              select from list p where p.state = 'converted' and p.party_size = w.party_size
                and (p.queued_at, p.id) > (w.queued_at, w.id))) as passed",
    )
    .bind(date)
    .bind(readers)
    .fetch_one(&bench.services().db)
    .await?)
}

/// # Errors
/// When more seats are given than there are, the count is another, or seats are left for which
/// somebody waits.
fn are_right(rows: &Rows) -> Result<(), Failure> {
    if rows.counted == rows.booked && rows.booked <= SEATS && rows.booked > SEATS - 4 {
        return Ok(());
    }
    Err(format!("the seats are not right: {rows:?}").into())
}
