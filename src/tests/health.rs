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
