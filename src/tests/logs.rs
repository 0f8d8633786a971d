//! What the logs tell about a request.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::trades::Method;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use super::app::TestApp;
use super::{door, google, joining};

/// Lines that were logged on this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        let bytes = self.0.lock().expect("not poisoned");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn with(&self, words: &[&str]) -> bool {
        let bytes = self.0.lock().expect("not poisoned");
        String::from_utf8_lossy(&bytes)
            .lines()
            .any(|line| words.iter().all(|word| line.contains(word)))
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("not poisoned")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Hears what is logged on this thread at `most` or above, until what is returned beside the lines
/// is dropped.
fn hear(most: tracing::Level) -> (Lines, (tracing::Dispatch, DefaultGuard)) {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(most)
        .with_writer(lines.clone())
        .finish();
    // While there is one subscriber only, a place that another test's thread comes to first
    // is switched off for all threads: that thread alone is asked, and it has none.
    let second = tracing::Dispatch::new(tracing_subscriber::registry());
    (
        lines,
        (second, tracing::subscriber::set_default(subscriber)),
    )
}

#[tokio::test]
async fn a_write_that_fails_is_found_by_the_reference_that_its_reader_saw() {
    let app = TestApp::new().await;
    let (lines, _heard) = hear(tracing::Level::INFO);
    let browser = app.browser();
    let fine = browser.get("/login?next=%2Fsecret").await;
    let id = fine.header("x-request-id");
    assert!(lines.with(&[
        id,
        "answered",
        "\"status\":200",
        "\"GET\"",
        "\"/login\"",
        "\"ms\""
    ]));
    assert!(!lines.with(&["secret"]), "no query is logged");

    app.site.services.db.close().await;
    let form = [("login", "ana"), ("password", "long enough")];
    let broken = browser.post("/api/accounts/log-in", &form).await;
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    let id = broken.header("x-request-id");
    assert!(broken.body.contains(id), "{}", broken.body);
    assert!(lines.with(&[id, "internal error", "\"POST\"", "\"/api/accounts/log-in\""]));
    assert!(lines.with(&[id, "answered", "\"status\":500"]));
}

/// Every secret in the mails that have come in: what follows the address of a page with `{token}`.
fn mailed_secrets(app: &TestApp) -> BTreeSet<String> {
    let starts: Vec<&str> = dogear_urls::pages::ALL
        .iter()
        .filter_map(|page| page.pattern.strip_suffix("{token}"))
        .collect();
    let mut secrets = BTreeSet::new();
    for mail in app.site.dev_mailbox.messages() {
        let link = mail.header("List-Unsubscribe").unwrap_or_default();
        let text = format!("{}\n{}", mail.text, link.replace(['<', '>'], " "));
        for start in &starts {
            for rest in text.split(&format!("dogear.test{start}")).skip(1) {
                let secret = rest.split_whitespace().next().expect("a secret");
                secrets.insert(format!("{start}{secret}"));
            }
        }
    }
    secrets
}

/// Tables with `text` in any column of any row.
async fn tables_with(app: &TestApp, text: &str) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    .fetch_all(&app.site.services.db)
    .await
    .expect("PostgreSQL answers");
    let mut found = Vec::new();
    for table in tables {
        let sql = format!(
            "select exists (select from {table} t where position($1 in to_jsonb(t)::text) > 0)"
        );
        let here: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(text)
            .fetch_one(&app.site.services.db)
            .await
            .expect("PostgreSQL answers");
        if here {
            found.push(table);
        }
    }
    found
}

#[tokio::test]
async fn a02_no_secret_of_a_mail_is_in_the_log_or_the_database() {
    let app = TestApp::new().await;
    let (lines, _heard) = hear(tracing::Level::DEBUG);

    let password = "a lamp among the margins";
    let address = "noor@readers.test";
    let browser = app.browser();
    let joined = [
        ("email", address),
        ("handle", "noor"),
        ("display_name", "Noor"),
        ("password", password),
    ];
    let send = async |action: &str, fields: &[(&str, &str)]| {
        let answer = browser.post(action, fields).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{action}: {}",
            answer.body
        );
        app.site.run_jobs().await;
    };
    send("/api/accounts/register", &joined).await;
    send("/api/accounts/ask-to-confirm", &[("email", address)]).await;
    let secret = app.mailed_link(address, "/verify/").expect("mailed");
    send("/api/accounts/confirm-address", &[("token", &secret)]).await;
    send("/api/accounts/ask-for-reset", &[("email", address)]).await;
    let log_in = [("login", "noor"), ("password", password), ("next", "/")];
    send("/api/accounts/log-in", &log_in).await;
    let moved = [("email", "new@readers.test"), ("email_password", password)];
    send("/api/accounts/change-address", &moved).await;
    let (_, ana) = app.signed_in("ana", Role::Member).await;
    super::trading::proposed(&ana, &app.site.member("bob").await, Method::Post, "Secret")
        .await
        .expect("proposed");
    app.site.run_jobs().await;

    let secrets = mailed_secrets(&app);
    for page in dogear_urls::pages::ALL {
        let Some(start) = page.pattern.strip_suffix("{token}") else {
            continue;
        };
        assert!(
            secrets.iter().any(|secret| secret.starts_with(start)),
            "no mail has a link to {}",
            page.pattern
        );
    }
    for address in &secrets {
        browser.get(address).await;
        // As mail programs break them.
        browser.get(&format!("{address}/")).await;
        browser
            .post(address, &[("List-Unsubscribe", "One-Click")])
            .await;
    }
    assert!(
        lines.with(&["answered", "/reset/{token}", "\"GET\""]),
        "the log was read"
    );
    for address in &secrets {
        let secret = address.rsplit('/').next().expect("a last part");
        assert!(!lines.text().contains(secret), "{address} is in the log");
        assert_eq!(
            tables_with(&app, secret).await,
            Vec::<String>::new(),
            "{address}"
        );
    }
}

#[tokio::test]
async fn a02_the_address_of_a_calendar_is_not_in_the_log_or_the_database() {
    let app = TestApp::new().await;
    let (lines, _heard) = hear(tracing::Level::DEBUG);

    let (ana, cx) = app.signed_in("ana", Role::Member).await;
    ana.post("/api/events/make-calendar", &[]).await;
    let address = dogear_server::calendars::address(&cx).await.expect("read");
    let link = address.expect("made").link;
    let path = link.strip_prefix("http://dogear.test").expect("here");
    let program = app.browser();
    assert_eq!(program.get(path).await.status, StatusCode::OK);
    // As somebody breaks it who copies it.
    program.get(&format!("{path}/")).await;
    program.get(&path.replace(".ics", "")).await;
    ana.post("/api/events/stop-calendar", &[]).await;
    assert_eq!(program.get(path).await.status, StatusCode::NOT_FOUND);
    assert!(
        lines.with(&["answered", "/calendar/{file}", "\"GET\""]),
        "the log was read"
    );
    let secret = path
        .trim_start_matches("/calendar/")
        .trim_end_matches(".ics");
    let (nonce, mac) = secret.split_once('.').expect("two parts");
    for part in [nonce, mac] {
        assert!(!lines.text().contains(part), "{part} is in the log");
        assert_eq!(tables_with(&app, part).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a02_what_google_gives_is_not_in_the_log_or_the_database() {
    let app = TestApp::known_to_google(&google::google(Arc::default()).await).await;
    let (lines, _heard) = hear(tracing::Level::DEBUG);

    let evening = door::evening(&app).await;
    let state = google::state(&evening.ana).await;
    let path = format!("/seats/google?state={state}&code=4-code-secret");
    // As somebody breaks it who copies it, and as somebody else who has it.
    evening.ana.get(&path.replace("google?", "google/?")).await;
    app.browser().get(&path).await;
    evening.host.get(&path).await;
    assert_eq!(evening.ana.get(&path).await.status, StatusCode::SEE_OTHER);
    app.site.run_jobs().await;
    assert!(
        lines.with(&["answered", "/seats/google", "\"GET\""])
            && lines.text().contains("google_entry"),
        "the log was read"
    );
    let (_, mac) = state.split_once('.').expect("two parts");
    for secret in [
        mac,
        "code-secret",
        "refresh-secret",
        "access-secret",
        "site-secret",
    ] {
        assert!(!lines.text().contains(secret), "{secret} is in the log");
        assert_eq!(tables_with(&app, secret).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn r13_no_code_of_a_ticket_is_in_the_log_or_the_database() {
    let app = TestApp::new().await;
    let (lines, _heard) = hear(tracing::Level::DEBUG);

    let evening = door::evening(&app).await;
    let code = evening.code().await;
    let path = format!("/host/1/door?code={code}");
    for browser in [&evening.ana, &evening.host, &app.browser()] {
        browser.get(&path).await;
        browser.get(&format!("{path}/")).await;
        browser.get(&format!("/host/1/door?q={code}")).await;
        let sent = [
            ("event", "1"),
            ("q", code.as_str()),
            ("express", "on"),
            ("page", path.as_str()),
        ];
        browser.post("/api/events/find-at-door", &sent).await;
    }
    app.site.run_jobs().await;
    assert!(
        lines.with(&["answered", "/host/{event}/door", "\"GET\""]),
        "the log was read"
    );
    for form in [
        code.clone(),
        code.replace('-', ""),
        code.replace('-', "%2D"),
    ] {
        assert!(!lines.text().contains(&form), "{form} is in the log");
        assert_eq!(tables_with(&app, &form).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a02_the_link_of_an_invitation_is_not_in_the_log_or_the_database() {
    let app = TestApp::new().await;
    let (lines, _heard) = hear(tracing::Level::DEBUG);

    let evening = door::evening(&app).await;
    sqlx::query("update events set visibility = 'invited'")
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    let made = [("event", "1")];
    let answer = evening.host.post("/api/events/make-invitation", &made);
    assert_eq!(answer.await.status, StatusCode::SEE_OTHER);
    let page = evening.host.get("/host/1").await;
    let (_, rest) = page
        .body
        .split_once("http://dogear.test/invitations/")
        .expect("shown");
    let (secret, _) = rest.split_once('"').expect("its end");
    let path = format!("/invitations/{secret}");
    let visitor = app.browser();
    let shown = visitor.get(&path).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert_eq!(shown.header("cache-control"), "no-store");
    assert_eq!(shown.header("referrer-policy"), "no-referrer");
    let (bob, _) = app.signed_in("bob", Role::Member).await;
    for browser in [&bob, &visitor] {
        browser.get(&path).await;
        // As somebody breaks it who copies it.
        browser.get(&format!("{path}/")).await;
        browser.get(&format!("/login?next={path}")).await;
    }
    let form = visitor.get(&format!("/register?next={path}")).await;
    let sent = joining::join(&visitor, form, joining::ADDRESS, "noor").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    evening
        .host
        .post("/api/events/make-invitation", &made)
        .await;
    assert_eq!(app.browser().get(&path).await.status, StatusCode::NOT_FOUND);
    assert!(
        lines.with(&["answered", "/invitations/{secret}", "\"GET\""]),
        "the log was read"
    );
    let (nonce, mac) = secret.split_once('.').expect("two parts");
    for part in [nonce, mac] {
        assert!(!lines.text().contains(part), "{part} is in the log");
        assert_eq!(tables_with(&app, part).await, Vec::<String>::new());
    }
}
