//! Health, with and without Redis.

use axum::http::StatusCode;

use super::app::TestApp;

#[tokio::test]
async fn a_site_with_its_dependencies_is_ready() {
    let app = TestApp::new().await;
    let browser = app.browser();
    assert_eq!(browser.get("/livez").await.body, "alive");
    let ready = browser.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::OK);
    assert!(ready.body.contains("\"ready\""), "{}", ready.body);
}

#[tokio::test]
async fn without_redis_the_site_is_degraded_and_still_answers() {
    use fred::interfaces::ClientLike;
    let app = TestApp::new().await;
    let (browser, _) = app
        .signed_in("ana", dogear_domain::accounts::Role::Member)
        .await;
    app.site.services.redis.quit().await.expect("quits");
    let ready = browser.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::OK);
    assert!(ready.body.contains("degraded"), "{}", ready.body);
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn k03_a_site_whose_jobs_wait_says_so() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let put = "insert into outbox (kind, payload, dedupe_key, max_attempts, run_at)
         values ('send_mail', '{\"mail\": -1}', $1, 3, now() + make_interval(secs => $2))";
    // One that waits for its time, and one that was due a moment ago.
    for seconds in [3600.0, -30.0, -1200.0] {
        let ready = browser.get("/readyz").await;
        assert!(ready.body.contains("\"ready\""), "{}", ready.body);
        sqlx::query(put)
            .bind(seconds.to_string())
            .bind(seconds)
            .execute(&app.site.services.db)
            .await
            .unwrap();
    }
    let late = browser.get("/readyz").await;
    assert_eq!(late.status, StatusCode::OK, "pages are served");
    assert!(late.body.contains("degraded"), "{}", late.body);
    assert!(late.body.contains("\"late\""), "{}", late.body);
    assert!(late.body.contains("_seconds\":12"), "{}", late.body);
}

#[tokio::test]
async fn without_redis_nobody_can_guess_passwords_and_log_in_says_why() {
    use fred::interfaces::ClientLike;
    let app = TestApp::new().await;
    app.site.services.redis.quit().await.expect("quits");
    let browser = app.browser();
    let form = [("login", "ana"), ("password", "long enough")];
    let refused = browser.post("/api/accounts/log-in", &form).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        refused.body.contains("Too busy just now"),
        "{}",
        refused.body
    );
    assert!(!refused.header("retry-after").is_empty());
    // Other limits are not worth closing the site for.
    let theme = [("theme", "dark"), ("next", "/")];
    let written = browser.post("/api/theme/choose", &theme).await;
    assert_eq!(written.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn k10_without_redis_nobody_is_told_that_their_session_has_ended() {
    use fred::interfaces::ClientLike;
    let app = TestApp::new().await;
    let (admin, _) = app
        .signed_in("ada", dogear_domain::accounts::Role::Admin)
        .await;
    let page = admin.get("/settings/profile").await;
    assert_eq!(page.status, StatusCode::OK);
    app.site.services.redis.quit().await.expect("quits");
    let start = std::time::Instant::now();
    for ((method, pattern), rule) in dogear_app::routes(true).access().iter() {
        if rule.who == dogear_urls::Access::Anyone {
            continue;
        }
        let path = pattern.replace(['{', '}'], "1");
        let answer = if *method == "GET" {
            admin.get(&path).await
        } else {
            let typed = [
                ("message", "What I wrote\r\nand \"more\""),
                ("password", "secret"),
            ];
            admin.post(&path, &typed).await
        };
        let what = format!("{method} {path}: {} {}", answer.status, answer.body);
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{what}");
        assert!(answer.body.contains("We cannot see just now"), "{what}");
        assert!(!answer.header("retry-after").is_empty(), "{what}");
        assert_eq!(answer.header("cache-control"), "no-store", "{what}");
        if *method == "POST" && rule.files.is_none() {
            let form = answer.form(&path);
            let field = form.hidden("message").replace("&quot;", "\"");
            assert_eq!(field, "What I wrote\r\nand \"more\"");
            assert!(!form.body.contains("secret"), "{}", form.body);
        }
    }
    let took = start.elapsed();
    assert!(took < std::time::Duration::from_mins(1), "{took:?}");
    // What everybody may see is seen.
    for path in ["/", "/browse", "/u/ada"] {
        assert_eq!(admin.get(path).await.status, StatusCode::OK, "{path}");
    }
}
