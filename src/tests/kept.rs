//! Forms that are sent after the session has ended, without scripts: nothing that was written is
//! lost, and nothing is sent unasked.

use axum::body::Body;
use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::trades::Method as Way;
use dogear_server::accounts;

use super::app::{Answer, Browser, TestApp};
use super::trading::proposed;

const PASSWORD: &str = "a lamp among the margins";
const WRITE: &str = "/api/trades/write-message";
const LOG_IN: &str = "/api/accounts/log-in";

/// Ends all sessions; gives everybody a password.
async fn all_sessions_end(app: &TestApp) {
    let hash = accounts::hash_password(PASSWORD).await.expect("hashed");
    let db = &app.site.services.db;
    sqlx::query("update users set password_hash = $1")
        .bind(hash)
        .execute(db)
        .await
        .expect("PostgreSQL answers");
    sqlx::query("update user_sessions set ended_at = now()")
        .execute(db)
        .await
        .expect("PostgreSQL answers");
}

/// A value as a browser reads it.
fn read(value: &str) -> String {
    let marks = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ];
    marks.iter().fold(value.to_owned(), |text, (mark, sign)| {
        text.replace(mark, sign)
    })
}

/// Logs in with the form of this page, as it stands there.
async fn log_in(browser: &Browser, page: Answer, login: &str, password: &str) -> Answer {
    let hidden: Vec<_> = page.form(LOG_IN).hidden_fields().collect();
    let hidden: Vec<_> = hidden
        .iter()
        .map(|(name, value)| (name, read(value)))
        .collect();
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(k, v)| (&***k, &**v)).collect();
    fields.extend([("login", login), ("password", password)]);
    browser.post(LOG_IN, &fields).await
}

async fn messages(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar("select body from trade_messages order by id")
        .fetch_all(&app.site.services.db)
        .await
        .expect("PostgreSQL answers")
}

/// Signs that have to be escaped, of several bytes, in lines, as long as a message may be.
fn letters() -> String {
    format!("“Ναί” <b>& {}\r\nEnd.", "x̱ д ".repeat(700))
}

#[tokio::test]
async fn f23_u20_what_was_written_is_shown_again_after_logging_in_and_sent_once() {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let (_, as_bob) = app.signed_in("bob", Role::Member).await;
    let trade = proposed(&as_ana, &as_bob, Way::Post, "One").await.unwrap();
    let id = trade.to_string();
    let page = format!("/trades/{trade}");
    let once = ana.get(&page).await.form(WRITE).hidden("once").to_owned();
    let text = letters();
    all_sessions_end(&app).await;

    let form = [
        ("trade", &*id),
        ("message", &*text),
        ("page", &*page),
        ("once", &*once),
    ];
    let asked = ana.post(WRITE, &form).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert_eq!(asked.header("cache-control"), "no-store");
    assert!(asked.body.contains("<h1>Log in first</h1>"));
    assert!(!asked.body.contains("There is a problem"));
    let escaped = "“Ναί” &lt;b&gt;&amp; x̱ д";
    let shown = asked.body.split("What you entered</h2>").nth(1);
    let shown = shown.expect("what was written, below the form");
    assert!(shown.contains(escaped));
    assert!(shown.contains("End.</p>"), "to its last letter");

    // A wrong password loses nothing.
    let wrong = log_in(&ana, asked, "ana", "not this one").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("End.</p>"));
    assert!(!wrong.body.contains("not this one"));

    let sid = ana.cookie("sid");
    let again = log_in(&ana, wrong, "ana", PASSWORD).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
    assert_ne!(ana.cookie("sid"), sid, "a session with another id");
    assert!(
        again
            .body
            .contains("You are logged in as @ana. Nothing was sent yet")
    );
    let again = again.form(WRITE);
    assert_eq!(
        again.hidden("once"),
        once,
        "the form counts once, as before"
    );
    assert_eq!(again.hidden("page"), page);
    assert!(again.body.contains(escaped), "{}", again.body);
    assert_eq!(
        messages(&app).await,
        Vec::<String>::new(),
        "nothing unasked"
    );

    for _ in 0..2 {
        let sent = ana.post(WRITE, &form).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    }
    assert_eq!(messages(&app).await.len(), 1);
}

#[tokio::test]
async fn f23_a_field_that_was_emptied_stays_empty_after_logging_in() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let save = "/api/accounts/save-profile";
    sqlx::query("update users set about = 'Novels.', posts_abroad = true where handle = 'ana'")
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    let page = ana.get("/settings/profile").await.body;
    assert!(
        page.contains("Novels.") && page.contains("checked"),
        "{page}"
    );
    all_sessions_end(&app).await;
    let form = [
        ("display_name", "Ana Verity"),
        ("city", ""),
        ("region", ""),
        ("country", ""),
        ("about", ""),
        ("time_zone", "UTC"),
        ("page", "/settings/profile"),
    ];
    let asked = ana.post(save, &form).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    let again = log_in(&ana, asked, "ana", PASSWORD).await;
    assert!(
        again.body.contains("value=\"Ana Verity\""),
        "{}",
        again.body
    );
    assert!(!again.body.contains("Novels."), "{}", again.body);
    let boxes = again.body.split("name=\"posts_abroad\"").nth(1);
    let boxes = boxes.and_then(|rest| rest.split('>').next());
    assert!(
        boxes.is_some_and(|tag| !tag.contains("checked")),
        "{boxes:?}"
    );
}

#[tokio::test]
async fn f23_u20_somebody_else_who_logs_in_is_asked_and_sends_nothing() {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let (_, as_bob) = app.signed_in("bob", Role::Member).await;
    app.signed_in("eve", Role::Member).await;
    let trade = proposed(&as_ana, &as_bob, Way::Post, "One").await.unwrap();
    let (id, page) = (trade.to_string(), format!("/trades/{trade}"));
    all_sessions_end(&app).await;
    let form = [("trade", &*id), ("message", "For bob."), ("page", &*page)];
    let asked = ana.post(WRITE, &form).await;
    let eve = log_in(&ana, asked, "eve", PASSWORD).await;
    assert_eq!(eve.status, StatusCode::OK);
    assert!(eve.body.contains("<h1>Not sent yet</h1>"), "{}", eve.body);
    assert!(eve.body.contains("You are logged in as @eve."));
    assert!(eve.body.contains("For bob.</p>"), "it can be copied");
    let hidden: Vec<_> = eve.form(WRITE).hidden_fields().collect();
    assert!(hidden.contains(&("message".into(), "For bob.".into())));
    assert_eq!(messages(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn f23_u20_passwords_and_files_are_not_kept_and_a_button_is_pressed_again() {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let (_, as_bob) = app.signed_in("bob", Role::Member).await;
    let trade = proposed(&as_ana, &as_bob, Way::Post, "One").await.unwrap();
    all_sessions_end(&app).await;

    let change = "/api/accounts/change-address";
    let form = [
        ("email", "new@readers.test"),
        ("email_password", "hunter-of-larks"),
        ("current", "hunter-of-larks"),
        ("page", "/settings/account"),
    ];
    let asked = ana.post(change, &form).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert!(!asked.body.contains("hunter-of-larks"), "{}", asked.body);
    let again = log_in(&ana, asked, "ana", PASSWORD).await;
    let again = again.form(change);
    assert!(again.body.contains("value=\"new@readers.test\""));

    all_sessions_end(&app).await;
    let asked = ana.post("/api/accounts/log-out", &[]).await;
    assert!(!asked.body.contains("is kept on this page"));
    let in_again = log_in(&ana, asked, "ana", PASSWORD).await;
    assert_eq!(in_again.status, StatusCode::SEE_OTHER, "{}", in_again.body);

    all_sessions_end(&app).await;
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"trade\"\r\n\r\n{trade}\r\n--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nThe back is torn.\r\n--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\n{}\r\n--b--\r\n",
        "J".repeat(300_000)
    );
    let upload = ana.upload("/api/copies/add-photos", Body::from(body));
    let asked = ana.send(upload).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert!(
        asked.body.contains("Files cannot be kept"),
        "{}",
        asked.body
    );
    assert!(asked.body.contains("The back is torn.</p>"));
    assert!(!asked.body.contains("JJJJ"));
    let again = log_in(&ana, asked, "ana", PASSWORD).await;
    assert!(again.body.contains("Files were not kept"), "{}", again.body);
    assert!(again.body.contains("The back is torn."), "{}", again.body);
}

#[tokio::test]
async fn f23_u20_what_is_too_large_or_from_elsewhere_is_not_shown() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let large = "x".repeat(500 * 1024);
    let form = [("trade", "1"), ("message", &*large)];
    let answer = browser.post(WRITE, &form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.contains("could not be kept here"));
    assert!(answer.body.len() < 100_000);

    let request = browser
        .request(axum::http::Method::POST, WRITE)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from("message=Not+theirs"));
    let answer = browser.send(request.expect("a request")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!answer.body.contains("Not theirs"));
}
