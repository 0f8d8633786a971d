//! Adding books, covers, photos: through the router.

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use dogear_domain::accounts::Role;

use super::app::{Answer, Browser, TestApp};

/// Two by two pixels.
pub(super) const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x02, 0x00, 0x00, 0x00, 0xfd, 0xd4, 0x9a,
    0x73, 0x00, 0x00, 0x00, 0x11, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0x00,
    0x44, 0x0c, 0x60, 0xf2, 0x3f, 0x00, 0x1b, 0xf2, 0x03, 0xfd, 0xf3, 0xe7, 0x4b, 0xb1, 0x00, 0x00,
    0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

const ADD_NEW: &str = "/api/copies/add-new";

/// Sends a photo with the form of this page.
async fn upload(browser: &Browser, page: &str, file: &[u8]) -> Answer {
    let copy = page.split('/').nth(2).expect("a copy");
    let mut body = Vec::new();
    for (name, value) in [("copy", copy), ("page", page)] {
        let part =
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    body.extend(
        b"--b\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"../x.svg\"\r\n\
Content-Type: image/svg+xml\r\n\r\n",
    );
    body.extend(file);
    body.extend(b"\r\n--b--\r\n");
    let path = "/api/copies/add-photos";
    browser.send(browser.upload(path, Body::from(body))).await
}

/// The first address in a page that starts with `start`.
fn address(page: &str, start: &str) -> String {
    let at = page
        .find(&format!("\"{start}"))
        .unwrap_or_else(|| panic!("no {start} in {page}"));
    page[at + 1..]
        .split(['"', '<', ' '])
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn a_book_is_added_by_isbn_shown_and_undone() {
    let app = TestApp::new().await;
    let (ann, _) = app.signed_in("ann", Role::Member).await;
    assert!(ann.get("/shelf").await.body.contains("Your shelf is bare"));

    let wrong = ann.get("/shelf/add?q=978-0-441-17271-8").await;
    assert!(wrong.body.contains("should be 9, not 8"));
    let unknown = ann.get("/shelf/add?q=0-441-17271-7").await;
    assert_eq!(unknown.location(), "/shelf/add/new?isbn=9780441172719");
    let form = ann.get(unknown.location()).await;
    assert!(form.body.contains("978-0441172719") && form.body.contains("value=\"9780441172719\""));

    let short = ann
        .post(
            ADD_NEW,
            &[
                ("title", "Dune"),
                ("note", "<b>&</b>"),
                ("page", "/shelf/add/new?isbn=9780441172719"),
            ],
        )
        .await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in [
        "Enter the author",
        "Choose the condition",
        "value=\"Dune\"",
        "&lt;b&gt;&amp;",
    ] {
        assert!(short.body.contains(text), "{text}");
    }
    let fields = [
        ("title", "Dune"),
        ("authors", "Frank Herbert"),
        ("isbn", "9780441172719"),
        ("grade", "good"),
        ("defects", "smoke"),
        ("offer", "trade"),
    ];
    let added = ann.post(ADD_NEW, &fields).await;
    assert_eq!(
        (added.status, added.location()),
        (StatusCode::SEE_OTHER, "/shelf/add")
    );
    let next = ann.get("/shelf/add").await;
    assert!(
        next.body
            .contains("“Dune” is on your shelf and listed for trade.")
    );

    let known = ann.get("/shelf/add?q=9780441172719").await;
    let again = ann.get(known.location()).await;
    assert!(
        again
            .body
            .contains("You already have a copy of this edition")
    );
    let found = ann.get("/shelf/add?q=dun").await;
    assert!(found.body.contains("Add this one"));

    let shelf = ann.get("/shelf").await;
    assert!(shelf.body.contains("Dune") && shelf.body.contains("From a smoking home"));
    let id = address(&shelf.body, "/copies/").replace("/copies/", "");
    let none = ann
        .post(
            "/api/copies/change-many",
            &[("change", "archive"), ("page", "/shelf")],
        )
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let back = [
        ("change", "archive"),
        ("copy", id.as_str()),
        ("page", "/shelf?tab=listed"),
    ];
    assert_eq!(
        ann.post("/api/copies/change-many", &back).await.location(),
        "/shelf?tab=listed"
    );
    let archived = ann.get("/shelf?tab=listed").await;
    assert!(archived.body.contains("“Dune” is in the archive."));
    let mark = "name=\"copies\" value=\"";
    let at = archived.body.find(mark).expect("an undo") + mark.len();
    let undo = archived.body[at..].split('"').next().unwrap_or_default();
    ann.post("/api/copies/undo-change", &[("copies", undo)])
        .await;
    assert!(
        ann.get(&format!("/copies/{id}"))
            .await
            .body
            .contains("listed for trade")
    );
    assert_eq!(
        app.browser().get(&format!("/copies/{id}")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn photos_and_covers_are_served_as_pictures_and_nothing_else() {
    let app = TestApp::new().await;
    let (ann, _) = app.signed_in("ann", Role::Member).await;
    let fields = [
        ("title", "Romola"),
        ("authors", "George Eliot"),
        ("grade", "fair"),
        ("then", "photos"),
    ];
    let photos = ann.post(ADD_NEW, &fields).await.location().to_owned();

    let stranger = upload(&app.browser(), &photos, PNG).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    let svg = upload(&ann, &photos, b"<svg xmlns='http://www.w3.org/2000/svg'/>").await;
    assert_eq!(svg.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(svg.body.contains("is not a photo we can read"));
    assert_eq!(
        upload(&ann, &photos, PNG).await.status,
        StatusCode::SEE_OTHER
    );

    let page = ann.get(&photos).await;
    let photo = address(&page.body, "/photos/");
    let request = ann
        .request(Method::GET, &photo)
        .body(Body::empty())
        .expect("a request");
    let picture = ann.send(request).await;
    assert_eq!(picture.status, StatusCode::OK);
    assert_eq!(picture.header("content-type"), "image/jpeg");
    assert_eq!(
        picture.header("content-security-policy"),
        "sandbox; default-src 'none'"
    );
    assert!(picture.header("cache-control").starts_with("private"));
    // Not listed: nobody else sees it.
    assert_eq!(
        app.browser().get(&photo).await.status,
        StatusCode::NOT_FOUND
    );
    for path in [
        "/photos/..%2fx.jpg",
        "/photos/a.jpg",
        "/photos/%00.jpg",
        "/covers/1",
        "/covers/9999.svg",
    ] {
        assert_eq!(ann.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }

    let cover = app
        .browser()
        .get(&address(&page_of_shelf(&ann).await, "/covers/"))
        .await;
    assert_eq!(cover.header("content-type"), "image/svg+xml");
    assert_eq!(
        cover.header("content-security-policy"),
        "sandbox; default-src 'none'"
    );
    assert!(cover.body.starts_with("<svg"));

    let id = page
        .body
        .split("action=\"/api/copies/remove-photo\" name=\"photo\" value=\"")
        .nth(1)
        .expect("a remove button");
    let id = id.split('"').next().unwrap_or_default();
    let copy = photos.split('/').nth(2).expect("a copy");
    ann.post("/api/copies/remove-photo", &[("copy", copy), ("photo", id)])
        .await;
    let page = ann.get(&photos).await.body;
    assert_eq!(ann.get(&photo).await.status, StatusCode::NOT_FOUND);
    let undo = page
        .split("name=\"photo\" value=\"")
        .nth(1)
        .expect("an undo");
    let undo = undo.split('"').next().unwrap_or_default();
    ann.post("/api/copies/put-back-photo", &[("photo", undo)])
        .await;
    assert_eq!(ann.get(&photo).await.status, StatusCode::OK);
}

async fn page_of_shelf(browser: &Browser) -> String {
    browser.get("/shelf").await.body
}

#[tokio::test]
async fn suggestions_while_typing_are_for_members() {
    let app = TestApp::new().await;
    let (ann, _) = app.signed_in("ann", Role::Member).await;
    let fields = [
        ("title", "Romola"),
        ("authors", "George Eliot"),
        ("grade", "fair"),
    ];
    ann.post(ADD_NEW, &fields).await;
    let found = look_up(&ann).await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.body.contains("Romola") && found.body.contains("/shelf/add/"));
    let stranger = look_up(&app.browser()).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
}

/// As the island asks: not for a page.
async fn look_up(browser: &Browser) -> Answer {
    let mut request = browser
        .request(Method::POST, "/api/lookup")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from("text=rom"))
        .expect("a request");
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::ACCEPT, json);
    browser.send(request).await
}

/// A filled-in form of a new book.
fn book<'a>(title: &'a str, isbn: &'a str, known: &'a str) -> [(&'a str, &'a str); 8] {
    [
        ("title", title),
        ("authors", "Paul Deitel"),
        ("isbn", isbn),
        ("grade", "good"),
        ("note", "with the disc"),
        ("offer", "keep"),
        ("known", known),
        ("page", "/shelf/add/new"),
    ]
}

#[tokio::test]
async fn f01_f04_the_form_of_a_new_book_asks_and_loses_nothing_typed() {
    let app = TestApp::new().await;
    let (ann, _) = app.signed_in("ann", Role::Member).await;
    let none = |asked: &Answer| -> String {
        let (_, rest) = asked.body.split_once("value=\"none:").expect("a way out");
        format!("none:{}", rest.split('"').next().unwrap_or_default())
    };
    let first = book("C How to Program", "9780807083697", "");
    assert_eq!(
        ann.post(ADD_NEW, &first).await.status,
        StatusCode::SEE_OTHER
    );

    let asked = ann.post(ADD_NEW, &book("C# How to Program", "", "")).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in [
        "Is it one of these?",
        "C How to Program",
        "None of these: enter mine",
        "value=\"C# How to Program\"",
        "with the disc",
    ] {
        assert!(asked.body.contains(text), "{text}");
    }
    // With something else wrong the question stands there still.
    let answer = none(&asked);
    let mut wrong = book("C# How to Program", "", &answer);
    wrong[3].1 = "";
    let again = ann.post(ADD_NEW, &wrong).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("Books like this one are known already"));
    let entered = ann
        .post(ADD_NEW, &book("C# How to Program", "", &answer))
        .await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    let next = ann.get("/shelf/add").await;
    assert!(next.body.contains("“C# How to Program” is on your shelf"));

    let canal = "The Long Canal, volume 2";
    let asked = ann.post(ADD_NEW, &book(canal, "9780807083697", "")).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in [
        "The ISBN belongs to “C How to Program” by Paul Deitel. Is that your book?",
        "It is added without the ISBN",
        "value=\"The Long Canal, volume 2\"",
    ] {
        assert!(asked.body.contains(text), "{text}");
    }
    ann.post(ADD_NEW, &book(canal, "9780807083697", &none(&asked)))
        .await;
    let next = ann.get("/shelf/add").await;
    assert!(next.body.contains("“The Long Canal, volume 2” is on your"));
}
