//! A book that is lent to somebody outside the site: through the router, by its owner and seen by
//! somebody else.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::TestApp;

#[tokio::test]
async fn a_book_is_lent_comes_back_and_is_nobody_elses_business() {
    let app = TestApp::new().await;
    let (ann, _) = app.signed_in("ann", Role::Member).await;
    let (ben, _) = app.signed_in("ben", Role::Member).await;
    assert!(ann.get("/loans").await.body.contains("Nothing is lent"));
    let added = ann
        .post(
            "/api/copies/add-new",
            &[
                ("title", "Emma"),
                ("authors", "Jane Austen"),
                ("grade", "good"),
                ("place", "Attic, left"),
                ("offer", "trade"),
                ("page", "/shelf/add/new"),
            ],
        )
        .await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let copy = "/copies/1";
    let lent = "/copies/1/lent";
    assert!(ann.get(copy).await.body.contains("Attic, left"));
    assert!(ann.get("/shelf?q=emma").await.body.contains("Attic, left"));
    assert!(!ben.get(copy).await.body.contains("Attic"));
    assert_eq!(ben.get(lent).await.status, StatusCode::NOT_FOUND);

    // What was typed comes back with what is wrong.
    let wrong = ann
        .post(
            "/api/copies/lend",
            &[
                ("copy", "1"),
                ("borrower", "Joana"),
                ("lent_on", "2999-01-01"),
                ("due_on", "one day"),
                ("page", lent),
            ],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"Joana\"") && wrong.body.contains("still to come"));
    assert!(wrong.body.contains("Enter a day like 2026-12-31."));

    let sent = [("copy", "1"), ("borrower", "Joana"), ("page", lent)];
    let done = ann.post("/api/copies/lend", &sent).await;
    assert_eq!(done.location(), lent);
    let page = ann.get(lent).await.body;
    assert!(page.contains("“Emma” is lent out.") && page.contains("Joana"));
    assert!(page.contains("no day agreed") && page.contains("Undo"));
    let list = ann.get("/loans").await.body;
    assert!(list.contains("1 book is with people outside Dogear.") && list.contains("Joana"));
    assert!(ann.get("/shelf?tab=lent").await.body.contains("Lent out"));
    let seen = ben.get(copy).await.body;
    assert!(seen.contains("Lent out") && !seen.contains("Joana"));
    assert!(!seen.contains("Propose a trade"));

    let back = [("loan", "1"), ("from", "list"), ("page", "/loans")];
    let done = ann.post("/api/copies/back", &back).await;
    assert_eq!(done.location(), "/loans?f=outside");
    let list = ann.get(done.location()).await.body;
    assert!(list.contains("“Emma” is back.") && list.contains("Nothing is lent"));
    assert!(ben.get(copy).await.body.contains("Propose a trade"));
    assert!(ann.get(lent).await.body.contains("Lent before"));
}
