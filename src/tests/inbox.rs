//! The inbox, what reaches a reader, unsubscribing, and the pages of development.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use dogear_domain::accounts::Role;
use dogear_domain::ids::UserId;
use dogear_server::Cx;
use dogear_server::mail::templates;
use dogear_server::notifications::unsubscribe::link;
use dogear_server::notifications::{Facts, Kind, notify, prefs};
use dogear_server::testing::TestSite;

use super::app::{Browser, TestApp};

fn id(cx: &Cx) -> UserId {
    cx.actor.as_ref().expect("signed in").id
}

/// Tells `user` about something; `what` appears in the sentence and names the event.
async fn tell(app: &TestApp, user: UserId, kind: Kind, what: &str) {
    let services = &app.site.services;
    let letter = templates::notice(&services.settings, what, "Heading", &["Text <b>"], "/inbox");
    let facts = Facts {
        who: "Ben <i>".into(),
        what: what.into(),
        path: "/settings/notifications".into(),
        ..Facts::default()
    };
    let mut tx = services.db.begin().await.expect("a transaction");
    notify(
        &Cx::system(services.clone()),
        &mut tx,
        user,
        kind,
        &facts,
        &format!("{user}:{what}"),
        Some(letter),
    )
    .await
    .expect("stored");
    tx.commit().await.expect("committed");
}

async fn unread(browser: &Browser) -> String {
    let request = browser
        .request(Method::POST, "/api/unread")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .header("sec-fetch-site", "same-origin")
        .body(Body::empty())
        .expect("a request");
    browser.send(request).await.body
}

const OPEN: &str = "/api/notifications/open";
const MARK_UNREAD: &str = "/api/notifications/mark-unread";

#[tokio::test]
async fn a_notice_is_unread_until_it_is_opened_and_never_changes_by_get() {
    let app = TestApp::new().await;
    let (ann, cx) = app.signed_in("ann", Role::Member).await;
    let (ben, _) = app.signed_in("ben", Role::Member).await;
    tell(&app, id(&cx), Kind::TradeProposed, "Emma for Solaris").await;

    let page = ann.get("/inbox").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("<title>(1) Inbox"), "{}", page.body);
    assert!(page.body.contains("Unread. "));
    assert!(
        page.body
            .contains("Ben &lt;i&gt; proposes a trade: Emma for Solaris.")
    );
    assert_eq!(unread(&ann).await, "1");

    let form = page.form(OPEN);
    let notice = [("notice", form.hidden("notice"))];
    assert_eq!(ann.get(OPEN).await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(ben.post(OPEN, &notice).await.status, StatusCode::NOT_FOUND);
    assert_eq!(unread(&ann).await, "1");
    // What is refused is shown as a page, which counts them as any other does.
    let lost = ann.post(OPEN, &[("notice", "999999")]).await;
    assert_eq!(lost.status, StatusCode::NOT_FOUND);
    assert!(lost.body.contains("<title>(1) "), "{}", lost.body);
    let opened = ann.post(OPEN, &notice).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    assert_eq!(opened.location(), "/settings/notifications");
    assert_eq!(unread(&ann).await, "0");

    let page = ann.get("/inbox").await;
    assert!(!page.body.contains("Unread. "));
    let form = page.form(MARK_UNREAD);
    let notice = form.hidden("notice");
    for (next, to) in [
        ("/inbox?show=unread", "/inbox?show=unread"),
        ("//evil.example", "/inbox"),
    ] {
        let answer = ann
            .post(MARK_UNREAD, &[("notice", notice), ("next", next)])
            .await;
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, to)
        );
    }
    assert_eq!(unread(&ann).await, "1");
    assert_eq!(unread(&ben).await, "0");
}

#[tokio::test]
async fn all_that_was_shown_is_marked_at_once_and_taken_back() {
    let app = TestApp::new().await;
    let (ann, cx) = app.signed_in("ann", Role::Member).await;
    for number in 0..32 {
        tell(
            &app,
            id(&cx),
            Kind::TradeDeclined,
            &format!("book {number}"),
        )
        .await;
    }
    let page = ann.get("/inbox").await.body;
    assert!(page.contains("book 31") && page.contains("book 2."));
    assert!(!page.contains("book 1."), "30 to a page");
    let older = page.split("rel=\"next\"").next().expect("split");
    let older = older.rsplit("href=\"").next().expect("an address");
    let older = older.split('"').next().expect("its end");
    let second = ann.get(older).await.body;
    assert!(second.contains("book 1.") && second.contains("book 0."));
    assert!(!second.contains("rel=\"next\""));

    let up_to = page
        .split("name=\"up_to\" value=\"")
        .nth(1)
        .expect("the form");
    let up_to = up_to.split('"').next().expect("its value");
    tell(&app, id(&cx), Kind::TradeDeclined, "later").await;
    let marked = ann
        .post(
            "/api/notifications/mark-all-read",
            &[("show", ""), ("up_to", up_to)],
        )
        .await;
    assert_eq!(marked.location(), "/inbox");
    assert_eq!(unread(&ann).await, "1", "what came in later stays unread");
    let page = ann.get("/inbox").await.body;
    assert!(page.contains("32 notices marked as read."));
    let at = page.split("name=\"at\" value=\"").nth(1).expect("the undo");
    let at = at.split('"').next().expect("its value");
    ann.post("/api/notifications/mark-all-unread", &[("at", at)])
        .await;
    assert_eq!(unread(&ann).await, "33");
}

#[tokio::test]
async fn an_empty_inbox_says_why_it_is_empty() {
    let app = TestApp::new().await;
    let (ann, cx) = app.signed_in("ann", Role::Member).await;
    for (path, says) in [
        ("/inbox", "Nothing has happened yet"),
        ("/inbox?show=unread", "All read"),
        ("/inbox?show=trades", "No notice about a trade"),
        ("/inbox?before=1", "Nothing older"),
        ("/inbox?show=%FF&before=x", "Nothing has happened yet"),
    ] {
        let page = ann.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains(says), "{path}");
    }
    tell(&app, id(&cx), Kind::Security, "new password").await;
    let trades = ann.get("/inbox?show=trades").await.body;
    assert!(trades.contains("No notice about a trade"));
}

#[tokio::test]
async fn readers_choose_what_reaches_them_and_security_always_does() {
    let app = TestApp::new().await;
    let (ann, cx) = app.signed_in("ann", Role::Member).await;
    let page = ann.get("/settings/notifications").await;
    assert_eq!(page.status, StatusCode::OK);
    let fixed = Kind::ALL.iter().filter(|kind| kind.required()).count();
    assert_eq!(page.body.matches(" disabled").count(), 2 * fixed);
    let saved = ann
        .post(
            "/api/notifications/choose",
            &[
                ("kind", "trade_proposed"),
                ("kind", "trade_declined"),
                ("kind", "security"),
                ("mail", "trade_declined"),
            ],
        )
        .await;
    assert_eq!(saved.location(), "/settings/notifications");
    assert!(
        ann.get("/settings/notifications")
            .await
            .body
            .contains("Saved.")
    );
    let chosen = |kind: Kind, all: &[dogear_server::notifications::Pref]| {
        all.iter()
            .find(|pref| pref.kind == kind)
            .map(|pref| (pref.in_app, pref.mail))
            .expect("every kind has a row")
    };
    let all = prefs(&cx).await.expect("read");
    assert_eq!(chosen(Kind::TradeProposed, &all), (false, false));
    assert_eq!(chosen(Kind::TradeDeclined, &all), (false, true));
    assert_eq!(chosen(Kind::Security, &all), (true, true));
    // Not on the form that was sent, so as it was.
    assert_eq!(chosen(Kind::TradeAgreed, &all), (true, true));
}

#[tokio::test]
async fn u21_one_of_three_presets_says_how_much_comes_by_mail() {
    let app = TestApp::new().await;
    let (ann, cx) = app.signed_in("ann", Role::Member).await;
    let page = |body: String| {
        (
            body.contains("<details class=\"sheet plain mt6\" open"),
            body,
        )
    };
    let (open, first) = page(ann.get("/settings/notifications").await.body);
    assert!(!open, "the details are folded");
    assert_eq!(first.matches("name=\"preset\"").count(), 3);
    assert!(first.contains("value=\"suggested\" checked"));
    let mailed = |all: &[dogear_server::notifications::Pref], kind: Kind| {
        all.iter().any(|pref| pref.kind == kind && pref.mail)
    };
    for (preset, declined, proposed) in [
        ("needs-reader", false, true),
        ("inbox", false, false),
        ("suggested", true, true),
    ] {
        let saved = ann
            .post("/api/notifications/preset", &[("preset", preset)])
            .await;
        assert_eq!(saved.location(), "/settings/notifications");
        let all = prefs(&cx).await.expect("read");
        assert_eq!(mailed(&all, Kind::TradeDeclined), declined, "{preset}");
        assert_eq!(mailed(&all, Kind::TradeProposed), proposed, "{preset}");
        assert!(mailed(&all, Kind::Security), "{preset}");
        assert!(all.iter().all(|pref| pref.in_app), "{preset}");
    }
    let none = ann
        .post("/api/notifications/preset", &[("preset", "often")])
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Choose how much should come by mail."));
}

/// Whether mails of that kind still go to the reader.
async fn mails(cx: &Cx, kind: Kind) -> bool {
    prefs(cx)
        .await
        .expect("read")
        .iter()
        .any(|pref| pref.kind == kind && pref.mail)
}

#[tokio::test]
async fn the_link_in_a_mail_asks_before_it_stops_anything() {
    let app = TestApp::new().await;
    let cx = app.site.member("ann").await;
    let link = link(&app.site.services.settings, id(&cx), Kind::TradeMessage);
    let path = link
        .strip_prefix("http://dogear.test")
        .expect("our address");
    let browser = app.browser();
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Stop these mails?") && page.body.contains("A message"));
    assert!(mails(&cx, Kind::TradeMessage).await, "GET changes nothing");

    let stop = "/api/notifications/unsubscribe";
    let form = page.form(stop);
    let token = [("token", form.hidden("token"))];
    let answer = browser.post(stop, &token).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, path)
    );
    assert!(!mails(&cx, Kind::TradeMessage).await);
    assert!(mails(&cx, Kind::TradeProposed).await);
    let after = browser.get(path).await.body;
    assert!(after.contains("These mails have stopped"));

    for forged in ["/unsubscribe/x", &path[..path.len() - 2]] {
        for answer in [browser.get(forged).await, browser.post(forged, &[]).await] {
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            assert!(answer.body.contains("This link does not work"));
        }
    }
}

/// RFC 8058: the mail program sends the POST, with nothing but the body.
#[tokio::test]
async fn one_click_unsubscribes_without_session_or_browser_headers() {
    let app = TestApp::new().await;
    let cx = app.site.member("ann").await;
    let multipart = "multipart/form-data; boundary=b";
    let parts = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    for (kind, content_type, body) in [
        (
            Kind::TradeProposed,
            "application/x-www-form-urlencoded",
            "List-Unsubscribe=One-Click",
        ),
        (Kind::TradeDeclined, multipart, parts),
    ] {
        let link = link(&app.site.services.settings, id(&cx), kind);
        let path = link
            .strip_prefix("http://dogear.test")
            .expect("our address");
        assert!(mails(&cx, kind).await);
        for _ in 0..2 {
            let request = axum::http::Request::post(path)
                .header(header::HOST, "dogear.test")
                .header(header::CONTENT_TYPE, content_type)
                .body(Body::from(body))
                .expect("a request");
            let answer = app.browser().send(request).await;
            assert_eq!(answer.status, StatusCode::OK, "no redirect: {content_type}");
            assert!(!mails(&cx, kind).await, "{content_type}");
        }
    }
}

#[tokio::test]
async fn caught_mail_is_shown_without_trusting_it() {
    let app = TestApp::new().await;
    let cx = app.site.member("ann").await;
    let browser = app.browser();
    assert!(browser.get("/dev/mail").await.body.contains("No mail yet"));
    tell(&app, id(&cx), Kind::TradeProposed, "Emma & Solaris").await;
    app.site.run_jobs().await;

    let list = browser.get("/dev/mail?to=ANN@readers.test").await.body;
    assert!(list.contains("data-to=\"ann@readers.test\" data-subject=\"Emma &amp; Solaris\""));
    assert!(
        list.contains("<a href=\"http://dogear.test/inbox\">"),
        "{list}"
    );
    let others = browser.get("/dev/mail?to=ben@readers.test").await.body;
    assert!(!others.contains("data-to="));

    let json = browser.get("/dev/mail.json").await;
    let mails: serde_json::Value = serde_json::from_str(&json.body).expect("JSON");
    assert_eq!(mails[0]["to"][0], "ann@readers.test");
    assert_eq!(mails[0]["subject"], "Emma & Solaris");
    let letter = format!("/dev/mail/{}", mails[0]["id"]);

    let page = browser.get(&letter).await;
    assert!(
        page.header("content-security-policy")
            .contains("frame-src 'self'")
    );
    assert!(
        !page
            .header("content-security-policy")
            .contains("unsafe-inline")
    );
    assert!(page.body.contains("<dt>List-Unsubscribe-Post</dt>"));
    let html = browser.get(&format!("{letter}/html")).await;
    let policy = html.header("content-security-policy");
    assert!(policy.starts_with("sandbox;") && policy.contains("default-src 'none'"));
    assert!(policy.contains("frame-ancestors 'self'"));
    assert_eq!(
        browser.get("/dev/mail/999").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        browser.get("/dev/mail/x").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_style_guide_draws_every_family() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let page = browser.get("/dev/styleguide").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Enter an ISBN with 10 or 13 digits"));
    for family in dogear_domain::covers::Family::ALL {
        let path = format!("/dev/cover/{}.svg", family.name());
        assert!(page.body.contains(&path), "{path}");
        let cover = browser.get(&path).await;
        assert_eq!(cover.header("content-type"), "image/svg+xml", "{path}");
        assert!(cover.body.starts_with("<svg"), "{path}");
    }
    assert_eq!(
        browser.get("/dev/cover/none.svg").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn production_has_no_pages_of_development() {
    let site = TestSite::with(|settings| settings.development = false).await;
    let app = TestApp::around(site);
    let browser = app.browser();
    for path in [
        "/dev/mail",
        "/dev/mail.json",
        "/dev/mail/1",
        "/dev/mail/1/html",
        "/dev/styleguide",
        "/dev/cover/bands.svg",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            answer.body.contains("There is nothing on this page"),
            "{path}"
        );
    }
}
