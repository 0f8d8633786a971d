//! How long a reader stays signed in.

use axum::http::header;
use dogear_domain::accounts::Role;
use jiff::{SignedDuration, Timestamp};

use super::app::{Answer, TestApp};

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
    let written = browser.post("/settings/theme", &theme).await;
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
