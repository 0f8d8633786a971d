//! Headers, origins, bodies, redirects, error pages.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use dogear_domain::accounts::Role;
use dogear_server::testing::TestSite;

use super::app::TestApp;

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for path in [
        "/",
        "/no-such-page",
        "/livez",
        "/pkg/none.js",
        "/login",
        "/api/none",
    ] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe-inline"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert!(!answer.header("referrer-policy").is_empty(), "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a16_what_is_not_there_is_not_kept() {
    let app = TestApp::new().await;
    for path in ["/pkg/none.js", "/pkg/", "/pkg/../none", "/site.webmanifest"] {
        let answer = app.browser().get(path).await;
        let there = answer.status.is_success();
        let cached = answer.header("cache-control");
        assert_eq!(cached.contains("max-age"), there, "{path}: {cached}");
        assert!(there || cached.contains("no-store"), "{path}: {cached}");
    }
}

#[tokio::test]
async fn pages_hold_no_inline_script_or_style() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for path in ["/", "/login", "/register", "/browse", "/nothing"] {
        let body = browser.get(path).await.body;
        assert!(!body.contains(" style=\""), "{path}");
        assert!(!body.contains(" onclick="), "{path}");
        for script in body.split("<script").skip(1) {
            assert!(
                script.starts_with(" type=\"module\" src="),
                "{path}: <script{}",
                &script[..40.min(script.len())]
            );
        }
    }
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let app = TestApp::new().await;
    let (browser, _) = app.signed_in("ana", Role::Member).await;
    let cases: [&[(&str, &str)]; 5] = [
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ],
        &[
            ("sec-fetch-site", "same-site"),
            ("origin", "https://sub.dogear.test"),
        ],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[],
    ];
    for headers in cases {
        let mut request = browser
            .request(Method::POST, "/api/theme/choose")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = browser
            .send(
                request
                    .body(Body::from("theme=dark&next=/"))
                    .expect("a request"),
            )
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert!(answer.body.contains("<main"), "{headers:?}");
        assert!(
            answer.body.contains("the headers Host and Origin"),
            "{headers:?}: {}",
            answer.body
        );
        assert!(
            answer.headers.get(header::SET_COOKIE).is_none(),
            "{headers:?}"
        );
    }
    let ours = browser
        .post("/api/theme/choose", &[("theme", "dark"), ("next", "/")])
        .await;
    assert_eq!(ours.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn bodies_of_the_wrong_kind_or_size_are_refused() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let send = async |kind: &str, body: Vec<u8>| {
        let request = browser
            .request(Method::POST, "/api/theme/choose")
            .header(header::CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .expect("a request");
        browser.send(request).await.status
    };
    let urlencoded = "application/x-www-form-urlencoded";
    assert_eq!(
        send("text/plain", b"theme=dark".into()).await,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    assert_eq!(
        send("application/json", b"{}".into()).await,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    assert_eq!(
        send(urlencoded, vec![b'a'; 600 * 1024]).await,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    assert_eq!(
        send(urlencoded, b"theme=%00".into()).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        send(urlencoded, "a=b&".repeat(5000).into_bytes()).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        send(urlencoded, b"theme=%ff%fe&next=/".into()).await,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_redirect_stays_on_the_site() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for next in [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nb: c",
    ] {
        let answer = browser
            .post("/api/theme/choose", &[("theme", "dark"), ("next", next)])
            .await;
        assert_eq!(answer.location(), "/", "{next:?}");
    }
}

#[tokio::test]
async fn errors_are_pages_of_the_site_and_tell_nothing() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let missing = browser.get("/no/such/page").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.body.contains("<main"), "in the layout");
    app.site.services.db.close().await;
    let (status, body) = {
        let answer = browser.get("/browse").await;
        (answer.status, answer.body)
    };
    assert!(status.is_server_error(), "{status}");
    for word in ["sqlx", "postgres", "Pool", "select ", ".rs:", "panicked"] {
        assert!(!body.contains(word), "{word} in {body}");
    }
}

#[tokio::test]
async fn without_postgresql_a_signed_in_reader_gets_a_page_that_says_so() {
    let app = TestApp::new().await;
    let (browser, _) = app.signed_in("ana", Role::Member).await;
    app.site.services.db.close().await;
    for path in ["/", "/browse", "/shelf", "/no/such/page"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.header("retry-after"), "5", "{path}");
        assert!(answer.header("content-type").starts_with("text/html"));
        let id = answer.header("x-request-id");
        let reference = format!("Reference: <code>{id}</code>");
        assert!(!id.is_empty() && answer.body.contains(&reference), "{path}");
        assert!(answer.body.contains("<h1>"), "{path}: {}", answer.body);
        assert!(!answer.header("content-security-policy").is_empty());
    }
}

#[tokio::test]
async fn what_the_framework_refuses_is_a_page_too() {
    let app = TestApp::new().await;
    let (browser, _) = app.signed_in("ana", Role::Member).await;
    let is_page = |answer: &super::app::Answer, words: &str| {
        assert!(answer.header("content-type").starts_with("text/html"));
        assert!(answer.body.contains("<main"), "{}", answer.body);
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    };
    let query = browser.get("/report?subject=a&subject=b").await;
    assert_eq!(query.status, StatusCode::BAD_REQUEST);
    is_page(&query, "We could not read that");

    let multipart = browser
        .request(Method::POST, "/api/copies/add-photos")
        .header(header::CONTENT_TYPE, "multipart/form-data")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from("no boundary"))
        .expect("a request");
    let multipart = browser.send(multipart).await;
    assert_eq!(multipart.status, StatusCode::BAD_REQUEST);
    is_page(&multipart, "We could not read that");

    // Larger than the whole site takes: refused by what it says of itself.
    for path in ["/api/copies/add-photos", "/api/theme/choose"] {
        let huge = browser
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .header(header::CONTENT_LENGTH, 30_000_000)
            .header("sec-fetch-site", "same-origin")
            .body(Body::empty())
            .expect("a request");
        let huge = browser.send(huge).await;
        assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        is_page(&huge, "That was too large");
    }
}

#[tokio::test]
async fn whoever_has_to_log_in_first_comes_back_to_the_page_of_the_form() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for (referer, next) in [
        (
            "https://dogear.test/trades/new?with=bob",
            "/login?next=%2Ftrades%2Fnew%3Fwith%3Dbob",
        ),
        ("https://dogear.test.evil.example/x", "/login?next=%2F"),
        (
            "https://evil.example/https://dogear.test/x",
            "/login?next=%2F",
        ),
        ("https://dogear.test//evil.example", "/login?next=%2F"),
        ("nonsense", "/login?next=%2F"),
    ] {
        let request = browser
            .request(Method::POST, "/api/trades/propose")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, referer)
            .header("sec-fetch-site", "same-origin")
            .body(Body::empty())
            .expect("a request");
        let answer = browser.send(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(
            answer.body.contains(&format!("data-log-in=\"{next}\"")),
            "{referer}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_forged_flash_is_not_shown() {
    let app = TestApp::new().await;
    let browser = app.browser();
    browser.set_cookie(
        "flash",
        "eyJzZW50ZW5jZSI6IkNhbGwgKzEgOTAwIiwidW5kbyI6bnVsbH0.AAAA",
    );
    assert!(!browser.get("/").await.body.contains("900"));
}

#[tokio::test]
async fn a_signed_in_page_is_never_cached() {
    let app = TestApp::new().await;
    let (browser, _) = app.signed_in("ana", Role::Member).await;
    let answer = browser.get("/").await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.body.contains("ana"));
}

#[tokio::test]
async fn names_of_readers_do_not_mix_between_parallel_requests() {
    let app = TestApp::new().await;
    let mut readers = Vec::new();
    for n in 0..10 {
        let handle = format!("reader{n}x");
        readers.push((
            handle.clone(),
            std::sync::Arc::new(app.signed_in(&handle, Role::Member).await.0),
        ));
    }
    for round in 0..20 {
        let mut tasks = tokio::task::JoinSet::new();
        for (handle, browser) in &readers {
            let (handle, browser) = (handle.clone(), std::sync::Arc::clone(browser));
            let others: Vec<String> = readers
                .iter()
                .map(|(other, _)| other.clone())
                .filter(|other| *other != handle)
                .collect();
            tasks.spawn(async move {
                let answer = browser.get("/").await;
                assert_eq!(answer.status, StatusCode::OK, "round {round}: {handle}");
                assert!(answer.body.contains(&handle), "round {round}: own name");
                for other in others {
                    assert!(
                        !answer.body.contains(&other),
                        "round {round}: {other} on the page of {handle}"
                    );
                }
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.expect("no page shows another reader's name");
        }
    }
}

#[tokio::test]
async fn a22_a_request_is_named_by_us_or_by_a_trusted_proxy_alone() {
    let theirs = "0192f0c1-7d2e-7b1a";
    for (proxies, taken) in [(vec![], false), (vec!["127.0.0.1/32"], true)] {
        let proxies: Vec<_> = proxies
            .iter()
            .map(|network| network.parse().expect("a network"))
            .collect();
        let site = TestSite::new().await;
        let app = TestApp::behind(site, std::time::Duration::ZERO, &proxies);
        let browser = app.browser();
        for id in [theirs, "a b", "x", "<script>alert(1)</script>"] {
            let request = browser
                .request(Method::GET, "/login")
                .header("x-request-id", id)
                .body(Body::empty())
                .expect("a request");
            let answer = browser.send(request).await;
            let given = answer.header("x-request-id").to_owned();
            assert_eq!(given == id, taken && id == theirs, "{id}: {given}");
            assert!(given.len() >= 8, "{given}");
        }
    }
}

#[tokio::test]
async fn a22_in_production_the_site_answers_under_its_own_name_alone() {
    let site = TestSite::with(|settings| {
        settings.base_url = "https://books.example.org".parse().expect("an address");
        settings.development = false;
    })
    .await;
    let app = TestApp::around(site);
    let browser = app.browser();
    for (host, path, status) in [
        ("books.example.org", "/login", StatusCode::OK),
        ("evil.example", "/login", StatusCode::MISDIRECTED_REQUEST),
        ("evil.example", "/u/nobody", StatusCode::MISDIRECTED_REQUEST),
        ("10.0.0.7:3000", "/livez", StatusCode::OK),
    ] {
        let mut request = browser
            .request(Method::GET, path)
            .body(Body::empty())
            .expect("a request");
        let name = host.parse().expect("a name");
        request.headers_mut().insert(header::HOST, name);
        let answer = browser.send(request).await;
        assert_eq!(answer.status, status, "{host} {path}: {}", answer.body);
        if status == StatusCode::MISDIRECTED_REQUEST {
            let says = "It is at https://books.example.org/";
            assert!(answer.body.contains(says), "{}", answer.body);
            assert!(!answer.body.contains("evil.example"), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn a22_a_form_of_a_page_without_tls_is_none_of_ours() {
    let site = TestSite::with(|settings| {
        settings.base_url = "https://dogear.test".parse().expect("an address");
    })
    .await;
    let app = TestApp::around(site);
    let browser = app.browser();
    for (origin, status) in [
        ("https://dogear.test", StatusCode::SEE_OTHER),
        ("http://dogear.test", StatusCode::FORBIDDEN),
    ] {
        let request = browser
            .request(Method::POST, "/api/theme/choose")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, origin)
            .body(Body::from("theme=dark&next=/"))
            .expect("a request");
        assert_eq!(browser.send(request).await.status, status, "{origin}");
    }
}
