//! Many readers who want the same few seats, at two processes, of which one is killed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_server::testing::seats;
use tokio::task::JoinSet;

use super::app::{Browser, TestApp};
use super::events::published;
use super::processes::Process;

/// Who want seats.
const READERS: i32 = 200;
/// How many send at once.
const AT_ONCE: usize = 40;

/// A form of an event, with a key of its own.
async fn post(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> StatusCode {
    let once = uuid::Uuid::new_v4().to_string();
    let fields: Vec<_> = fields.iter().copied().chain([("once", &*once)]).collect();
    browser.post(path, &fields).await.status
}

/// Does `work` for each of these, so many at once; gives what came of it, in their order.
async fn all<T, R: Send + 'static>(
    those: Vec<T>,
    work: impl Fn(T) -> std::pin::Pin<Box<dyn Future<Output = R> + Send>>,
) -> Vec<R> {
    let gate = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for (n, one) in those.into_iter().enumerate() {
        let (gate, work) = (Arc::clone(&gate), work(one));
        tasks.spawn(async move {
            let _place = gate.acquire().await.expect("it stays open");
            (n, work.await)
        });
    }
    let mut outcomes = tasks.join_all().await;
    outcomes.sort_by_key(|(n, _)| *n);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// R15: parties of one to four; whoever gets no seats waits. Then those who have some give them
/// back, and a process that promotes is killed on the way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r15_a_crowd_at_two_processes_gets_each_seat_once_and_a_killed_one_leaves_none_behind() {
    let app = TestApp::new().await;
    let (host, host_cx) = app.signed_in("host", Role::Member).await;
    published(&host, "20").await;
    let readers = app.crowd(READERS).await;
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let (mut first, one) = Process::serve_shared(&app.site, folders[0].path());
    let (_second, two) = Process::serve_shared(&app.site, folders[1].path());
    let at = move |address, sid: &str| {
        let browser = Browser::of(address);
        browser.set_cookie("sid", sid);
        browser
    };

    let numbered = readers.iter().cloned().enumerate().collect();
    let outcomes = all(numbered, move |(n, sid): (usize, String)| {
        Box::pin(async move {
            let browser = at(if n % 2 == 0 { one } else { two }, &sid);
            let party = n % 4 + 1;
            let wanted = party.to_string();
            let fields = [("event", "1"), ("party", &*wanted)];
            match post(&browser, "/api/events/take-seats", &fields).await {
                StatusCode::SEE_OTHER => return (party, StatusCode::SEE_OTHER),
                StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => {}
                other => return (0, other),
            }
            let fields = [("event", "1"), ("wanted", &*wanted)];
            (
                0,
                post(&browser, "/api/events/wait-for-seats", &fields).await,
            )
        })
    })
    .await;
    let unanswered = outcomes
        .iter()
        .filter(|(_, status)| *status != StatusCode::SEE_OTHER);
    assert_eq!(unanswered.count(), 0, "{outcomes:?}");
    let seats: usize = outcomes.iter().map(|(seats, _)| seats).sum();
    assert_eq!(seats, 20, "all seats went, and none twice");
    seats::are_sound(&host_cx).await;

    let bookings: Vec<(i64, i64)> = sqlx::query_as(
        "select id, user_id - (select min(id) from users where handle like 'crowd%') from seat_bookings order by id",
    )
    .fetch_all(&app.site.services.db)
    .await
    .expect("PostgreSQL answers");
    let waited = waiting(&app).await;
    assert_eq!(bookings.len() as i64 + waited, i64::from(READERS));

    let those: Vec<(i64, String)> = bookings
        .iter()
        .map(|(id, place)| {
            (
                *id,
                readers[usize::try_from(*place).expect("a place")].clone(),
            )
        })
        .collect();
    // Seats are free already, and not yet the next one's, when the process dies.
    sqlx::raw_sql(
        "create function pause() returns trigger language plpgsql as
           $$ begin perform pg_sleep(0.1); return new; end $$;
         create trigger pause before update on seat_waitlist for each row execute function pause();",
    )
    .execute(&app.site.services.db)
    .await
    .expect("PostgreSQL answers");
    let killing = async {
        while count(&app, "where wait_event = 'PgSleep'").await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        first.kill();
    };
    let giving = all(those, move |(booking, sid)| {
        Box::pin(async move {
            let booking = booking.to_string();
            let fields = [("booking", &*booking)];
            let path = "/api/events/give-back-seats";
            let mut met_death = false;
            for address in [one, two] {
                match post(&at(address, &sid), path, &fields).await {
                    StatusCode::SEE_OTHER => return (true, met_death),
                    StatusCode::BAD_GATEWAY => met_death = true,
                    other => panic!("{other}"),
                }
            }
            (false, met_death)
        })
    });
    let ((), given) = tokio::join!(killing, giving);
    assert!(given.iter().all(|(done, _)| *done), "{given:?}");
    assert!(given.iter().any(|(_, met)| *met), "nobody met its death");
    // The server of a killed process finds out a moment later that nobody commits.
    let start = Instant::now();
    while count(
        &app,
        "where xact_start is not null and pid <> pg_backend_pid()",
    )
    .await
        > 0
    {
        assert!(start.elapsed() < Duration::from_secs(20), "one stays open");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    seats::are_sound(&host_cx).await;
    let given_back: i64 = sqlx::query_scalar(
        "select coalesce(sum(party_size), 0) from seat_bookings where state = 'cancelled'",
    )
    .fetch_one(&app.site.services.db)
    .await
    .expect("PostgreSQL answers");
    assert_eq!(given_back, 20, "each booking was given back once");
    assert!(waiting(&app).await < waited, "others have the seats");
}

async fn waiting(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(*) from seat_waitlist where state = 'waiting'")
        .fetch_one(&app.site.services.db)
        .await
        .expect("PostgreSQL answers")
}

/// Connections to the database of which this is so.
async fn count(app: &TestApp, which: &'static str) -> i64 {
    let connections = "(select * from pg_stat_activity where datname = current_database()) c";
    let statement = format!("select count(*) from {connections} {which}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
        .fetch_one(&app.site.services.db)
        .await
        .expect("PostgreSQL answers")
}
