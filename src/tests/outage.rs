//! Redis is away, or comes and goes, while readers use the site: pages answer, nobody is
//! told a lie, and nothing that was acknowledged is lost.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use dogear_domain::trades::Method;
use dogear_server::testing::TestSite;
use dogear_server::{accounts, trades};
use uuid::Uuid;

use super::app::{Answer, Browser};
use super::processes::{Process, Redis};
use super::trading::agreed;

const PASSWORD: &str = "a lamp among the margins";
/// The longest that any answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What readers met while Redis came and went.
#[derive(Default)]
struct Met {
    over: AtomicBool,
    pages: AtomicU64,
    signed_out: AtomicU64,
    /// Messages that were acknowledged, and those that were not.
    written: AtomicU64,
    unclear: AtomicU64,
}

async fn in_time(what: &str, answer: impl Future<Output = Answer>) -> Answer {
    tokio::time::timeout(PATIENCE, answer)
        .await
        .unwrap_or_else(|_| panic!("{what} took too long"))
}

async fn log_in(browser: &Browser, handle: &str) -> Answer {
    let form = [
        ("login", handle),
        ("password", PASSWORD),
        ("next", "/shelf"),
    ];
    let answer = in_time("logging in", browser.post("/api/accounts/log-in", &form)).await;
    assert!(
        answer.location() == "/shelf" || answer.status == StatusCode::SERVICE_UNAVAILABLE,
        "logging in: {} {} {}",
        answer.status,
        answer.location(),
        answer.body
    );
    answer
}

/// Tries until it works, as a reader would.
async fn log_in_at_last(browser: &Browser, handle: &str) {
    let start = Instant::now();
    while log_in(browser, handle).await.status != StatusCode::SEE_OTHER {
        assert!(start.elapsed() < PATIENCE, "{handle} cannot log in");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Whoever is not signed in finds every page.
async fn look_around(browser: &Browser, pages: &[String], met: &Met) {
    while !met.over.load(Ordering::Relaxed) {
        for page in pages {
            let answer = in_time(page, browser.get(page)).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}: {}", answer.body);
            met.pages.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Ana reads her trade and writes in it; when she is signed out, she logs in again.
async fn trade_on(browser: &Browser, trade: &str, met: &Met) {
    let number = trade.rsplit('/').next().expect("a last part");
    while !met.over.load(Ordering::Relaxed) {
        let page = in_time(trade, browser.get(trade)).await;
        if page.status == StatusCode::SERVICE_UNAVAILABLE {
            // While Redis is away nobody can say whether she is signed in.
            assert!(
                page.body.contains("We cannot see just now"),
                "{}",
                page.body
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        if page.status == StatusCode::SEE_OTHER {
            assert!(
                page.location().starts_with("/login?next="),
                "{}",
                page.location()
            );
            met.signed_out.fetch_add(1, Ordering::Relaxed);
            log_in(browser, "ana").await;
            continue;
        }
        assert_eq!(page.status, StatusCode::OK, "{trade}: {}", page.body);
        met.pages.fetch_add(1, Ordering::Relaxed);
        let once = Uuid::new_v4().to_string();
        let form = [
            ("trade", number),
            ("message", "Are you there?"),
            ("once", once.as_str()),
        ];
        let write = browser.post("/api/trades/write-message", &form);
        let sent = in_time("a message", write).await;
        match sent.status {
            StatusCode::SEE_OTHER => met.written.fetch_add(1, Ordering::Relaxed),
            StatusCode::UNAUTHORIZED => met.signed_out.fetch_add(1, Ordering::Relaxed),
            StatusCode::SERVICE_UNAVAILABLE => met.unclear.fetch_add(1, Ordering::Relaxed),
            status => panic!("a message: {status} {}", sent.body),
        };
    }
}

/// Two readers with a password and an agreed trade; gives the trade's path.
async fn community(site: &TestSite) -> String {
    let (ana, bob) = (site.member("ana").await, site.member("bob").await);
    let hash = accounts::hash_password(PASSWORD).await.expect("hashed");
    sqlx::query("update users set password_hash = $1")
        .bind(hash)
        .execute(&site.services.db)
        .await
        .expect("PostgreSQL answers");
    let trade = agreed(&ana, &bob, Method::Post, "Romola").await;
    format!("/trades/{}", trade.expect("agreed"))
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_dies_and_comes_back_pages_answer_and_nothing_is_lost() {
    let site = TestSite::new().await;
    let trade = community(&site).await;
    let mut redis = Redis::start().await;
    let (_server, address) = Process::serve(&site, &redis);
    let (stranger, ana) = (Browser::of(address), Browser::of(address));
    log_in_at_last(&ana, "ana").await;
    let book = stranger.get("/books/1").await.location().to_owned();
    let pages = ["/", "/browse", "/login", "/u/bob", &book].map(str::to_owned);

    let met = Met::default();
    let killing = async {
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(700)).await;
            redis.crash();
            tokio::time::sleep(Duration::from_millis(1500)).await;
            redis.come_back().await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        met.over.store(true, Ordering::Relaxed);
    };
    tokio::join!(
        killing,
        look_around(&stranger, &pages, &met),
        trade_on(&ana, &trade, &met)
    );

    log_in_at_last(&ana, "ana").await;
    assert_eq!(ana.get(&trade).await.status, StatusCode::OK);
    let [pages, signed_out, written, unclear] =
        [met.pages, met.signed_out, met.written, met.unclear].map(AtomicU64::into_inner);
    assert!(
        pages > 10 && signed_out > 0 && written > 0,
        "{pages} pages, {signed_out} times signed out, {written} messages"
    );
    let start = Instant::now();
    while open_jobs(&site).await > 0 {
        assert!(start.elapsed() < Duration::from_mins(1), "jobs stay open");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let kept: i64 = sqlx::query_scalar("select count(*) from trade_messages")
        .fetch_one(&site.services.db)
        .await
        .expect("PostgreSQL answers");
    assert!(
        (written..=written + unclear).contains(&(kept as u64)),
        "{kept} messages are there: {written} were acknowledged, {unclear} perhaps"
    );
    let violations = trades::invariants::violations(&site.services.db).await;
    assert_eq!(
        violations.expect("PostgreSQL answers"),
        Vec::<String>::new()
    );
}

async fn open_jobs(site: &TestSite) -> i64 {
    sqlx::query_scalar(
        "select count(*) from outbox where state in ('ready', 'running') and run_at <= now()",
    )
    .fetch_one(&site.services.db)
    .await
    .expect("PostgreSQL answers")
}

/// Waits until the site says that it can serve, and how well. On a busy machine PostgreSQL may
/// answer later than a probe waits: then it says so, and the next probe is another one.
async fn becomes(browser: &Browser, status: &str) {
    let start = Instant::now();
    let status = format!("\"status\":\"{status}\"");
    loop {
        let health = browser.get("/readyz").await;
        if health.status == StatusCode::OK && health.body.contains(&status) {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{}", health.body);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_starts_without_redis_answers_and_finds_it_later() {
    let site = TestSite::new().await;
    let trade = community(&site).await;
    let mut redis = Redis::away();
    let (_server, address) = Process::serve(&site, &redis);
    let browser = Browser::of(address);
    becomes(&browser, "degraded").await;
    for page in ["/", "/browse", "/u/ana", "/login"] {
        let answer = in_time(page, browser.get(page)).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}: {}", answer.body);
    }
    let refused = log_in(&browser, "ana").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);

    redis.come_back().await;
    becomes(&browser, "ready").await;
    log_in_at_last(&browser, "ana").await;
    assert_eq!(browser.get(&trade).await.status, StatusCode::OK);
}
