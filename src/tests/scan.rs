//! Scanning books: through the router.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use dogear_domain::accounts::Role;
use dogear_server::testing::photos::barcodes;

use super::app::{Answer, Browser, TestApp};

const DUNE: &str = "9780441172719";
const NEW: &str = "9780306406157";

/// Dune stands in the catalogue; ann has nothing.
async fn site() -> (TestApp, Browser) {
    let app = TestApp::new().await;
    let (ben, _) = app.signed_in("ben", Role::Member).await;
    enter(&ben, "Dune", DUNE).await;
    let (ann, _) = app.signed_in("ann", Role::Member).await;
    (app, ann)
}

async fn enter(browser: &Browser, title: &str, isbn: &str) -> Answer {
    let fields = [
        ("title", title),
        ("authors", "Somebody"),
        ("isbn", isbn),
        ("grade", "good"),
        ("from", "scan"),
    ];
    let answer = browser.post("/api/copies/add-new", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer
}

async fn scan(browser: &Browser, isbn: &str) -> Answer {
    let fields = [
        ("isbn", isbn),
        ("grade", "fine"),
        ("offer", "keep"),
        ("page", "/shelf/add/scan"),
    ];
    browser.post("/api/copies/scan", &fields).await
}

fn photo(browser: &Browser, file: &[u8]) -> axum::http::Request<Body> {
    let mut body =
        b"--b\r\nContent-Disposition: form-data; name=\"grade\"\r\n\r\nfine\r\n".to_vec();
    body.extend(b"--b\r\nContent-Disposition: form-data; name=\"page\"\r\n\r\n/shelf/add/scan\r\n");
    body.extend(
        b"--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x.png\"\r\n\r\n",
    );
    body.extend(file);
    body.extend(b"\r\n--b--\r\n");
    browser.upload("/api/copies/scan-photo", Body::from(body))
}

/// The value of the button with this name.
fn button(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page
        .split(&mark)
        .nth(1)
        .unwrap_or_else(|| panic!("no {mark}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn one_book_after_the_other_with_the_same_choices() {
    let (_app, ann) = site().await;
    for page in ["/shelf", "/shelf/add", "/shelf/add/many"] {
        let page = ann.get(page).await.body;
        assert!(page.contains("href=\"/shelf/add/scan\""));
    }
    let added = scan(&ann, DUNE).await;
    let next = "/shelf/add/scan?grade=fine&offer=keep";
    assert_eq!(
        (added.status, added.location()),
        (StatusCode::SEE_OTHER, next)
    );
    let page = ann.get(next).await.body;
    assert!(page.contains("1 book added") && page.contains("Fine, not listed"));
    assert!(page.contains("value=\"fine\" selected") && page.contains("value=\"keep\" selected"));
    assert!(page.contains("autofocus"));

    assert_eq!(scan(&ann, DUNE).await.location(), next);
    assert_eq!(scan(&ann, NEW).await.location(), next);
    let page = ann.get(next).await.body;
    assert!(page.contains("add a second copy?"));
    assert!(page.contains("href=\"/shelf/add/new?isbn=9780306406157&amp;then=scan\""));

    // What was typed stays, and the list too.
    let wrong = scan(&ann, "9780441172718<i>").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"9780441172718&lt;i&gt;\""));
    assert!(wrong.body.contains("1 book added"));

    let form = ann.get("/shelf/add/new?isbn=9780306406157&then=scan").await;
    assert_eq!(form.form("/api/copies/add-new").hidden("from"), "scan");
    assert_eq!(
        enter(&ann, "Newly", NEW).await.location(),
        "/shelf/add/scan"
    );
    let page = ann.get(next).await.body;
    assert!(page.contains("2 books added") && page.contains("Newly"));

    let fields = [
        ("scan", button(&page, "scan")),
        ("grade", "good".to_owned()),
    ];
    let fields = fields
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    assert_eq!(
        ann.post("/api/copies/add-scanned", &fields).await.status,
        StatusCode::SEE_OTHER
    );
    let page = ann.get(next).await.body;
    assert!(page.contains("3 books added"));
    let undo = button(&page, "copy");
    ann.post("/api/copies/undo-scan", &[("copy", &undo)]).await;
    assert!(ann.get(next).await.body.contains("2 books added"));
    let nothing = ann.post("/api/copies/undo-scan", &[]).await;
    assert_eq!(nothing.status, StatusCode::BAD_REQUEST);

    let all = [("all_grade", "fair"), ("all_offer", "trade")];
    let finished = ann.post("/api/copies/finish-scans", &all).await;
    assert_eq!(finished.location(), "/shelf");
    let shelf = ann.get("/shelf").await.body;
    assert!(shelf.contains("2 scanned books are on your shelf."));
    assert!(shelf.contains("2 listed"));
    assert!(!ann.get(next).await.body.contains("added</h2>"));
}

#[tokio::test]
async fn a_photo_is_read_and_one_without_a_code_is_told_why() {
    let (app, ann) = site().await;
    let read = ann.send(photo(&ann, &barcodes(&[DUNE, NEW]))).await;
    let next = "/shelf/add/scan?grade=fine&offer=trade";
    assert_eq!(
        (read.status, read.location()),
        (StatusCode::SEE_OTHER, next)
    );
    let page = ann.get(next).await.body;
    assert!(page.contains("1 book added") && page.contains("978-0306406157"));
    for file in [&barcodes(&[])[..], b"no picture", b""] {
        let refused = ann.send(photo(&ann, file)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("id=\"f-photo-error\""));
        assert!(refused.body.contains("value=\"fine\" selected"));
    }
    let stranger = app.browser();
    let stranger = stranger.send(photo(&stranger, &barcodes(&[DUNE]))).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    let urlencoded = ann
        .request(Method::POST, "/api/copies/scan-photo")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from("isbn=1"))
        .expect("a request");
    assert!(ann.send(urlencoded).await.status.is_client_error());
}
