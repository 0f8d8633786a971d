//! A shelf as a file: through the router.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::TestApp;

#[tokio::test]
async fn a_shelf_is_taken_away_as_a_file_of_the_day_that_nobody_keeps() {
    let app = TestApp::new().await;
    let (ann, cx) = app.signed_in("ann", Role::Member).await;
    let (ben, _) = app.signed_in("ben", Role::Member).await;
    for (browser, title, note) in [(&ann, "=1+1", "„Zitat“"), (&ben, "Romola", "Ben’s own")] {
        let fields = [
            ("title", title),
            ("authors", "Анна Ахматова"),
            ("note", note),
            ("grade", "good"),
        ];
        browser.post("/api/copies/add-new", &fields).await;
    }
    let shelf = ann.get("/shelf").await.body;
    let day = cx.now().strftime("%Y-%m-%d");
    for (ending, kind, title) in [
        ("csv", "text/csv; charset=utf-8", "'=1+1"),
        ("json", "application/json", "\"=1+1\""),
    ] {
        let path = format!("/shelf/export.{ending}");
        assert!(shelf.contains(&format!("href=\"{path}\"")));
        let file = ann.get(&path).await;
        assert_eq!(file.status, StatusCode::OK);
        assert_eq!(file.header("content-type"), kind);
        assert_eq!(
            file.header("content-disposition"),
            format!("attachment; filename=\"dogear-shelf-{day}.{ending}\"")
        );
        assert_eq!(file.header("cache-control"), "no-store");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        for part in [title, "Анна Ахматова", "„Zitat“"] {
            assert!(file.body.contains(part), "{part} in {}", file.body);
        }
        assert!(!file.body.contains("Romola") && !file.body.contains("Ben"));
        let nobody = app.browser().get(&path).await;
        assert_eq!(nobody.status, StatusCode::SEE_OTHER);
        assert!(nobody.location().starts_with("/login"));
    }
}
