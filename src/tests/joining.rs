//! From a page that needs an account, by joining and the mail, to that page.

use axum::http::StatusCode;
use axum::http::header;
use dogear_domain::accounts::Role;

use super::app::{Answer, Browser, TestApp};

const REGISTER: &str = "/api/accounts/register";
const CONFIRM: &str = "/api/accounts/confirm-address";
pub(super) const ADDRESS: &str = "noor@readers.test";

/// Fills in the form of this page.
pub(super) async fn join(browser: &Browser, page: Answer, email: &str, handle: &str) -> Answer {
    let hidden: Vec<_> = page.form(REGISTER).hidden_fields().collect();
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(k, v)| (&**k, &**v)).collect();
    fields.extend([
        ("email", email),
        ("handle", handle),
        ("display_name", "Noor"),
        ("password", "a lamp among the margins"),
    ]);
    let sent = browser.post(REGISTER, &fields).await;
    // A second press changes nothing.
    let again = browser.post(REGISTER, &fields).await;
    assert_eq!(again.location(), sent.location());
    sent
}

pub(super) async fn confirm(app: &TestApp, browser: &Browser) -> Answer {
    app.site.run_jobs().await;
    let token = app.mailed_link(ADDRESS, "/verify/").expect("mailed");
    browser.post(CONFIRM, &[("token", &token)]).await
}

#[tokio::test]
async fn u04_whoever_joins_for_something_goes_on_there_in_the_same_browser() {
    let app = TestApp::new().await;
    app.signed_in("bob", Role::Member).await;
    let browser = app.browser();
    for (wanted, joins) in [
        ("/shelf/add", true),
        ("/trades/new?with=bob&want=3", true),
        ("/books/3-emma/correct", true),
        ("/trades/3", false),
        ("/shelf", false),
    ] {
        let led = browser.get(wanted).await;
        let start = if joins {
            "/register?next="
        } else {
            "/login?next="
        };
        assert!(
            led.location().starts_with(start),
            "{wanted}: {}",
            led.location()
        );
    }
    let led = browser.get("/trades/new?with=bob").await;
    let next = "next=%2Ftrades%2Fnew%3Fwith%3Dbob";
    let page = browser.get(led.location()).await;
    assert!(page.body.contains(&format!("href=\"/login?{next}\"")));
    let log_in = browser.get(&format!("/login?{next}")).await;
    assert!(log_in.body.contains(&format!("href=\"/register?{next}\"")));

    let sent = join(&browser, page, ADDRESS, "noor").await;
    assert_eq!(sent.location(), "/register/sent", "{}", sent.body);
    // What is sent again leads there, too.
    browser
        .post("/api/accounts/ask-to-confirm", &[("email", ADDRESS)])
        .await;
    let before = browser.cookie("sid");
    let confirmed = confirm(&app, &browser).await;
    assert_eq!(confirmed.location(), "/trades/new?with=bob");
    assert_ne!(browser.cookie("sid"), before, "a session begins");
    assert_eq!(browser.cookie("joining"), None);
    let builder = browser.get(confirmed.location()).await;
    assert_eq!(builder.status, StatusCode::OK, "{}", builder.body);
    for mail in app.site.dev_mailbox.messages() {
        assert!(!mail.text.contains("/trades/new"), "{}", mail.text);
    }
    // Known by now: who was signed in here once is asked to log in.
    browser.set_cookie("sid", "gone");
    let led = browser.get("/shelf/add").await;
    assert_eq!(led.location(), "/login?next=%2Fshelf%2Fadd");
}

#[tokio::test]
async fn u04_elsewhere_the_link_confirms_and_one_logs_in_by_hand() {
    let app = TestApp::new().await;
    let (browser, elsewhere) = (app.browser(), app.browser());
    let page = browser.get("/register?next=%2Fshelf%2Fadd").await;
    join(&browser, page, ADDRESS, "noor").await;
    // Another one that joins has a secret of its own, which opens nothing here.
    let page = elsewhere.get("/register?next=%2Fshelf").await;
    join(&elsewhere, page, "mallory@readers.test", "mallory").await;
    let confirmed = confirm(&app, &elsewhere).await;
    assert_eq!(confirmed.location(), "/login?next=%2Fshelf%2Fadd");
    assert_eq!(elsewhere.cookie("sid"), None);
    let page = elsewhere.get(confirmed.location()).await;
    assert!(page.body.contains("Your address is confirmed."));
    let sessions: i64 = sqlx::query_scalar("select count(*) from user_sessions")
        .fetch_one(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    assert_eq!(sessions, 0);
}

#[tokio::test]
async fn u04_somebody_who_is_signed_in_stays_who_they_are() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let browser = app.browser();
    let page = browser.get("/register").await;
    join(&browser, page, ADDRESS, "noor").await;
    let secret = browser.cookie("joining").expect("kept");
    ana.set_cookie("joining", &secret);
    let sid = ana.cookie("sid");
    let confirmed = confirm(&app, &ana).await;
    assert_eq!(confirmed.location(), "/settings");
    assert_eq!(ana.cookie("sid"), sid);
    assert!(ana.get("/settings").await.body.contains("ana"));
}

#[tokio::test]
async fn u04_only_paths_of_this_site_are_kept_and_a_known_address_answers_the_same() {
    let app = TestApp::new().await;
    app.signed_in("ana", Role::Member).await;
    let (new, known) = (app.browser(), app.browser());
    for next in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
        let page = new.get(&format!("/register?next={next}")).await;
        assert_eq!(page.form(REGISTER).hidden("next"), "/", "{next}");
    }
    let mut answers = Vec::new();
    for (browser, email, handle) in [
        (&new, ADDRESS, "noor"),
        (&known, "ana@readers.test", "noor2"),
    ] {
        let fields = [
            ("email", email),
            ("handle", handle),
            ("display_name", "Noor"),
            ("password", "a lamp among the margins"),
            ("next", "https://evil.example/"),
        ];
        let sent = browser.post(REGISTER, &fields).await;
        let cookie = sent.header(header::SET_COOKIE.as_str()).to_owned();
        assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
        answers.push((sent.status, sent.location().to_owned(), cookie.len()));
    }
    assert_eq!(answers[0], answers[1]);
    let confirmed = confirm(&app, &new).await;
    assert_eq!(confirmed.location(), "/", "logged in, and nowhere to go on");
}

#[tokio::test]
async fn u04_the_masthead_leads_back_to_the_page_it_stands_on() {
    let minute = std::time::Duration::from_mins(1);
    let app = TestApp::with_page_cache(dogear_server::testing::TestSite::new().await, minute);
    app.signed_in("ana", Role::Member).await;
    app.signed_in("bob", Role::Member).await;
    let browser = app.browser();
    // Twice: the second answer comes out of the memory of pages, each for its own address.
    for _ in 0..2 {
        for (path, next) in [
            ("/u/ana", "%2Fu%2Fana"),
            ("/u/bob", "%2Fu%2Fbob"),
            ("/browse?q=emma", "%2Fbrowse%3Fq%3Demma"),
        ] {
            let page = browser.get(path).await.body;
            for form in ["login", "register"] {
                let link = format!("href=\"/{form}?next={next}\"");
                assert!(page.contains(&link), "{path}: {link}");
            }
        }
        let home = browser.get("/").await.body;
        assert!(home.contains("href=\"/login\"") && home.contains("href=\"/register\""));
    }
    // The forms hand it on, to each other too.
    let form = browser.get("/login?next=%2Fu%2Fana").await;
    assert!(form.body.contains("href=\"/register?next=%2Fu%2Fana\""));
    assert_eq!(form.form("/api/accounts/log-in").hidden("next"), "/u/ana");
}
