//! The form of a new book, filled in by an outside catalogue.

use axum::Json;
use axum::routing::get;
use dogear_domain::accounts::Role;
use dogear_server::testing::TestSite;
use serde_json::json;

use super::app::TestApp;

#[tokio::test]
async fn an_unknown_isbn_is_filled_in_to_be_looked_at() {
    let answer = json!({"ISBN:9780441172719": {
        "title": "Dune <i>", "authors": [{"name": "Frank Herbert"}],
        "publishers": [{"name": "Ace"}], "publish_date": "1990",
    }});
    let catalogue = axum::Router::new().route("/api/books", get(async move || Json(answer)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(axum::serve(listener, catalogue).into_future());
    let app = TestApp::around(
        TestSite::with(|settings| settings.lookup_url = Some(url.parse().unwrap())).await,
    );
    let (ann, _) = app.signed_in("ann", Role::Member).await;
    let leads = ann.get("/shelf/add?q=0-441-17271-7").await;
    let page = ann.get(leads.location()).await.body;
    for part in [
        "127.0.0.1 knows it and filled in what follows",
        "value=\"Dune &lt;i&gt;\"",
        "value=\"Frank Herbert\"",
        "value=\"Ace\"",
        "value=\"1990\"",
        "value=\"9780441172719\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // What it does not know is typed, and nothing is entered by looking.
    let page = ann.get("/shelf/add/new?isbn=9780141439587").await.body;
    assert!(page.contains("Title and author are enough") && !page.contains("filled in"));
    let works: i64 = sqlx::query_scalar("select count(*) from works")
        .fetch_one(&app.site.services.db)
        .await
        .unwrap();
    assert_eq!(works, 0);
    serving.abort();
}
