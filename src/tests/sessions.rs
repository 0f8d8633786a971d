//! How long a reader stays signed in.

use axum::http::{StatusCode, header};
use dogear_domain::accounts::Role;
use dogear_server::accounts;
use fred::interfaces::{AuthInterface, ClientLike};
use fred::types::{ClusterHash, CustomCommand};
use jiff::{SignedDuration, Timestamp};

use super::app::{Answer, Browser, TestApp};

const PASSWORD: &str = "a lamp among the margins";

fn session_cookie(answer: &Answer) -> Option<String> {
    answer
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find(|cookie| cookie.starts_with("sid="))
        .map(str::to_owned)
}

#[tokio::test]
async fn a_session_is_renewed_once_a_day_by_reading_and_never_by_writing() {
    let app = TestApp::new().await;
    let (fresh, cx) = app.signed_in("ana", Role::Member).await;
    assert_eq!(session_cookie(&fresh.get("/shelf").await), None);

    let session = cx.actor.as_ref().expect("signed in").session;
    let old = Timestamp::now() - SignedDuration::from_hours(25);
    let browser = app.with_record(session, old).await;
    let theme = [("theme", "dark"), ("next", "/")];
    let written = browser.post("/api/theme/choose", &theme).await;
    assert_eq!(session_cookie(&written), None);
    let read = browser.get("/shelf").await;
    let cookie = session_cookie(&read).expect("a cookie with its full time");
    assert!(cookie.contains("Max-Age=2592000"), "{cookie}");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    assert_eq!(
        session_cookie(&browser.get("/shelf").await),
        None,
        "once a day"
    );

    let id = cookie
        .trim_start_matches("sid=")
        .split(';')
        .next()
        .unwrap_or_default();
    let left: i64 = {
        use fred::interfaces::KeysInterface;
        app.site
            .services
            .redis
            .ttl(id)
            .await
            .expect("Redis answers")
    };
    // The record was made with an hour to live.
    assert!(left > 29 * 24 * 3600, "{left} s");
}

/// Redis reads records and counts rate limits, but stores no record any more.
async fn no_record_is_stored(app: &TestApp) {
    let name = format!("reads-{}", uuid::Uuid::new_v4());
    let redis = &app.site.services.redis;
    let setuser = [
        "SETUSER", &name, "on", ">secret", "%R~*", "~limit:*", "+@all",
    ];
    let acl = CustomCommand::new_static("ACL", ClusterHash::FirstKey, false);
    let _: () = redis
        .custom(acl, setuser.map(str::to_owned).to_vec())
        .await
        .expect("Redis answers");
    redis.auth(Some(name), "secret").await.expect("known");
}

async fn with_password(app: &TestApp) {
    let hash = accounts::hash_password(PASSWORD).await.expect("hashed");
    sqlx::query("update users set password_hash = $1")
        .bind(hash)
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
}

async fn live_sessions(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(*) from user_sessions where ended_at is null")
        .fetch_one(&app.site.services.db)
        .await
        .expect("PostgreSQL answers")
}

fn sid(browser: &Browser) -> Option<String> {
    browser.cookie("sid")
}

#[tokio::test]
async fn a_session_that_cannot_be_kept_is_none_and_the_form_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let (before, _) = app.signed_in("ana", Role::Member).await;
    with_password(&app).await;
    no_record_is_stored(&app).await;
    let form = [
        ("login", "ana@readers.test"),
        ("password", PASSWORD),
        ("page", "/login"),
    ];
    // Also for whoever is signed in already.
    for browser in [app.browser(), before] {
        let answer = browser.post("/api/accounts/log-in", &form).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!answer.header("retry-after").is_empty());
        assert!(answer.body.contains("Too busy just now"), "{}", answer.body);
        assert!(
            answer.body.contains("value=\"ana@readers.test\""),
            "{}",
            answer.body
        );
        assert!(!answer.body.contains(PASSWORD));
        assert_eq!(sid(&browser), None);
        let shelf = browser.get("/shelf").await;
        assert_eq!(shelf.location(), "/login?next=%2Fshelf");
    }
    assert_eq!(live_sessions(&app).await, 0);
}

#[tokio::test]
async fn a_session_that_cannot_be_renewed_costs_nothing_else() {
    let app = TestApp::new().await;
    let (_, cx) = app.signed_in("ana", Role::Member).await;
    let session = cx.actor.as_ref().expect("signed in").session;
    let old = Timestamp::now() - SignedDuration::from_hours(25);
    let browser = app.with_record(session, old).await;
    no_record_is_stored(&app).await;
    for _ in 0..2 {
        let page = browser.get("/shelf").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    }
}

#[tokio::test]
async fn a_password_that_was_changed_is_said_to_be_changed() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    with_password(&app).await;
    no_record_is_stored(&app).await;
    let form = [
        ("current", PASSWORD),
        ("password", "an oar among the pages"),
    ];
    let changed = ana.post("/api/accounts/change-password", &form).await;
    assert_eq!(changed.location(), "/login", "{}", changed.body);
    let page = ana.get("/login").await;
    assert!(
        page.body.contains("Your password is changed"),
        "{}",
        page.body
    );
    assert_eq!(sid(&ana), None);
}

#[tokio::test]
async fn without_a_record_to_remove_logging_out_still_ends_the_session() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    no_record_is_stored(&app).await;
    let out = ana.post("/api/accounts/log-out", &[]).await;
    assert_eq!(out.location(), "/", "{}", out.body);
    assert_eq!(live_sessions(&app).await, 0);
    assert_eq!(ana.get("/shelf").await.location(), "/login?next=%2Fshelf");
}
