//! What no text of ours can hold, wherever it comes from; and cookies that pass for others.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use dogear_domain::accounts::Role;
use dogear_server::testing::TestSite;

use super::app::{Answer, Browser, TestApp};

const ODD: [&str; 6] = ["%00", "a%00b", "%ff", "%C0%80", "%E2%82", "%ED%A0%80"];

fn in_words(answer: &Answer, what: &str) {
    let said = answer.body.contains("<h1>") && answer.body.contains("class=\"lead\"");
    assert!(said, "{what}: {} {}", answer.status, answer.body);
}

#[tokio::test]
async fn a15_addresses_that_are_no_text_lead_nowhere() {
    let app = TestApp::new().await;
    let (admin, _) = app.signed_in("ada", Role::Admin).await;
    let visitor = app.browser();
    for browser in [&admin, &visitor] {
        for page in dogear_urls::pages::ALL {
            for odd in ODD {
                let mut path = page.pattern.to_owned();
                while let (Some(start), Some(end)) = (path.find('{'), path.find('}')) {
                    path.replace_range(start..=end, odd);
                }
                if path != page.pattern {
                    let answer = browser.get(&path).await;
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
                    in_words(&answer, &path);
                }
                let plain = page.pattern.replace(['{', '}'], "").replace('*', "");
                for query in [format!("q={odd}"), format!("{odd}=1"), format!("a=b&{odd}")] {
                    let path = format!("{plain}?{query}");
                    let answer = browser.get(&path).await;
                    let lenient = page.pattern == dogear_urls::BROWSE || !odd.contains("%00");
                    let refused = answer.status == StatusCode::BAD_REQUEST;
                    assert!(refused || lenient, "{path}: {}", answer.status);
                    assert!(!answer.status.is_server_error(), "{path}");
                }
            }
        }
    }
    for odd in ODD {
        let answer = visitor.get(&format!("/pkg/{odd}.js")).await;
        assert!(answer.status.is_client_error(), "{odd}: {}", answer.status);
    }
}

#[tokio::test]
async fn a15_functions_refuse_what_they_cannot_read() {
    let app = TestApp::new().await;
    app.signed_in("ada", Role::Admin).await;
    let names = "id copy copies trade trades message report member user handle email login \
        password name title q query text reason subject page at edition work author series isbn \
        import row kind state grade city country note next theme leg seen give get with days \
        until address token photo search place language genre format filter before number";
    let fill = |value: &str| -> String {
        let pairs = names
            .split_whitespace()
            .map(|name| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("&")
    };
    let bodies = [
        fill("%00"),
        fill("%ff"),
        fill("-9223372036854775809"),
        fill("9223372036854775807"),
        fill("1e308"),
        fill("%F0%9F%92%A9"),
        "%00=1".to_owned(),
        "=".to_owned(),
        "&&&".to_owned(),
        "{\"trade\":1}".to_owned(),
    ];
    for (method, path) in dogear_app::routes(true).access().keys() {
        if *method != "POST" || !path.starts_with("/api/") {
            continue;
        }
        for body in &bodies {
            for accept in ["text/html", "application/json"] {
                // Some of them end the session that asks.
                let browser = app.sign_in("ada").await;
                let mut request = browser
                    .request(Method::POST, path)
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .header("sec-fetch-site", "same-origin")
                    .body(Body::from(body.clone()))
                    .expect("a request");
                let accept = header::HeaderValue::from_static(accept);
                request.headers_mut().insert(header::ACCEPT, accept);
                let answer = browser.send(request).await;
                let shown = &body[..body.len().min(40)];
                assert!(
                    !answer.status.is_server_error(),
                    "{path} {shown}: {} {}",
                    answer.status,
                    answer.body
                );
            }
        }
    }
}

/// A site that readers reach over TLS, and the id of somebody's session there.
async fn over_tls() -> (TestApp, String) {
    let site = TestSite::with(|settings| {
        settings.base_url = "https://dogear.test".parse().expect("a URL");
    });
    let app = TestApp::around(site.await);
    let (browser, _) = app.signed_in("ana", Role::Member).await;
    let id = browser.cookie("sid").expect("signed in");
    (app, id)
}

/// Asks for a page with this header, as it is.
async fn shelf(browser: &Browser, cookies: &[&str]) -> Answer {
    let mut request = browser
        .request(Method::GET, "/shelf")
        .body(Body::empty())
        .expect("a request");
    request.headers_mut().remove(header::COOKIE);
    for cookie in cookies {
        let value = cookie.parse().expect("a header");
        request.headers_mut().append(header::COOKIE, value);
    }
    browser.send(request).await
}

#[tokio::test]
async fn a14_only_the_session_cookie_itself_is_a_session_and_there_is_one() {
    let (app, id) = over_tls().await;
    let browser = app.browser();
    let signed_in = shelf(&browser, &[&format!("__Host-sid={id}; other=1")]).await;
    assert_eq!(signed_in.status, StatusCode::OK);
    for name in [
        "%5F%5FHost-sid",
        "%5f%5fhost-sid",
        "__Host%2Dsid",
        "sid",
        "__host-sid",
    ] {
        let answer = shelf(&browser, &[&format!("{name}={id}")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}");
        assert!(answer.location().starts_with("/login"), "{name}");
        let beside = format!("{name}=x; __Host-sid={id}; {name}=y");
        assert_eq!(
            shelf(&browser, &[&beside]).await.status,
            StatusCode::OK,
            "{name}"
        );
    }
    let two = format!("__Host-sid={id}; __Host-sid=x");
    let (first, second) = (format!("__Host-sid={id}"), "__Host-sid=x");
    for cookies in [&[two.as_str()][..], &[second, &first], &[&first, &first]] {
        let answer = shelf(&browser, cookies).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{cookies:?}");
        assert!(answer.body.contains("two sessions"), "{}", answer.body);
        assert_eq!(answer.header("clear-site-data"), "\"cookies\"");
    }
}

#[tokio::test]
async fn a14_our_other_cookies_are_bound_to_the_host_and_end() {
    let (app, _) = over_tls().await;
    let browser = app.browser();
    let theme = [("theme", "dark"), ("next", "/login")];
    let chosen = browser.post("/api/theme/choose", &theme).await;
    let cookie = chosen.header("set-cookie").to_owned();
    for part in ["__Host-theme=dark;", "Path=/;", "HttpOnly", "Secure"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(
        browser
            .get("/login")
            .await
            .body
            .contains("data-theme=\"dark\"")
    );
    let other = app.browser();
    other.set_cookie("theme", "dark");
    other.set_cookie("%5F%5FHost-theme", "dark");
    assert!(
        !other
            .get("/login")
            .await
            .body
            .contains("data-theme=\"dark\"")
    );

    let key = app.site.services.settings.secret_key;
    let now = jiff::Timestamp::now().as_second();
    let says = |written: i64| {
        let text = format!(
            "{{\"written\":{written},\"session\":null,\"flash\":{{\"sentence\":\"It is done.\",\"undo\":null}}}}"
        );
        dogear_server::secrets::sign(&key, "flash", text.as_bytes())
    };
    for (name, written, shown) in [
        ("__Host-flash", now, true),
        ("__Host-flash", now - 3600, false),
        ("flash", now, false),
        ("%5F%5FHost-flash", now, false),
    ] {
        let browser = app.browser();
        browser.set_cookie(name, &says(written));
        let page = browser.get("/login").await.body;
        assert_eq!(page.contains("It is done."), shown, "{name} {written}");
    }
}

#[tokio::test]
async fn a14_what_was_said_in_one_session_is_shown_in_no_other() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (ben, _) = app.signed_in("ben", Role::Member).await;
    let done = ana
        .post("/api/notifications/mark-all-read", &[("up_to", "0")])
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let said = ana.cookie("flash").expect("something was said");
    for other in [&ben, &app.browser()] {
        other.set_cookie("flash", &said);
        let page = other.get("/about").await.body;
        assert!(!page.contains("Everything was read already."), "{page}");
    }
    let page = ana.get("/about").await.body;
    assert!(page.contains("Everything was read already."), "{page}");
    // What is said on leaving is for the visitor who comes next in this browser.
    let left = ana.post("/api/accounts/log-out", &[]).await;
    assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.body);
    let page = ana.get("/about").await.body;
    assert!(page.contains("You have logged out."), "{page}");
}
