//! Books from a file: through the router.

use axum::body::Body;
use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::{Answer, Browser, TestApp};

/// A file of Goodreads: one book that is read and owned, one that is wished for, one without a
/// number and with several that may be meant.
const GOODREADS: &str = "Book Id,Title,Author,ISBN13,Exclusive Shelf,Owned Copies\n\
    1,Dune,Frank Herbert,=\"9780441172719\",read,1\n\
    2,Emma,Jane Austen,,to-read,0\n\
    3,Poems,Rupert Brooke,,read,1\n";

async fn send(browser: &Browser, name: &str, file: &[u8]) -> Answer {
    let mut body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"page\"\r\n\r\n/shelf/import\r\n\
         --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend(file);
    body.extend(b"\r\n--b--\r\n");
    browser
        .send(browser.upload("/api/imports/upload", Body::from(body)))
        .await
}

async fn enter(browser: &Browser, title: &str, authors: &str) {
    let fields = [("title", title), ("authors", authors), ("grade", "good")];
    let answer = browser.post("/api/copies/add-new", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

#[tokio::test]
async fn a_file_is_looked_at_chosen_from_added_and_undone() {
    let app = TestApp::new().await;
    let (ben, _) = app.signed_in("ben", Role::Member).await;
    enter(&ben, "Poems", "Emily Dickinson").await;
    let (ann, _) = app.signed_in("ann", Role::Member).await;
    for page in ["/shelf", "/shelf/add"] {
        assert!(
            ann.get(page).await.body.contains("href=\"/shelf/import\""),
            "{page}"
        );
    }
    let sent = send(&ann, "goodreads <b>.csv", GOODREADS.as_bytes()).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let import = sent.location().to_owned();
    let shown = ann.get(&import).await.body;
    for text in [
        "This looks like a Goodreads export: 3 books.",
        "Nothing is added yet",
        "New to Dogear: 2",
        "For you to choose: 1",
        "goodreads &lt;b>.csv",
    ] {
        assert!(
            shown.contains(text) || shown.contains(&text.replace("b>", "b&gt;")),
            "{text} in {shown}"
        );
    }
    let box_of = |shelf: &str| {
        let at = shown
            .find(&format!("name=\"shelf\" value=\"{shelf}\""))
            .expect("a box");
        shown[at..].split('>').next().unwrap_or_default().to_owned()
    };
    assert!(box_of("owned").contains("checked") && !box_of("to-read").contains("checked"));
    assert!(
        ann.get("/shelf/import")
            .await
            .body
            .contains(&format!("href=\"{import}\""))
    );

    let rows = format!("{import}/rows");
    let doubtful = ann.get(&format!("{rows}?show=doubtful")).await.body;
    assert!(doubtful.contains("Emily Dickinson") && !doubtful.contains("Frank Herbert"));
    let choose = "/api/imports/choose-rows";
    let page = format!("{rows}?show=doubtful");
    let number = import.rsplit('/').next().expect("a number");
    let row = [("import", number), ("row", "3"), ("page", page.as_str())];
    let none = ann.post(choose, &row).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Choose for at least one row"));
    let chosen = ann
        .post(choose, &[&row[..], &[("pick-3", "enter")]].concat())
        .await;
    assert_eq!(chosen.location(), format!("{rows}?show=doubtful"));

    let start = "/api/imports/start";
    let wrong = ann
        .post(
            start,
            &[
                ("import", number),
                ("page", import.as_str()),
                ("grade", "good"),
                ("offer", "trade"),
            ],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Tick at least one shelf"));
    let trade = wrong.body.find("value=\"trade\"").expect("the offer");
    assert!(
        wrong.body[trade..]
            .split('>')
            .next()
            .unwrap_or_default()
            .contains("checked"),
        "what was typed stays"
    );
    let fields = [
        ("import", number),
        ("page", import.as_str()),
        ("shelf", "owned"),
        ("grade", "fine"),
        ("offer", "trade"),
    ];
    let kept = [&fields[..], &[("save", "1")]].concat();
    assert_eq!(ann.post(start, &kept).await.location(), import);
    assert_eq!(ann.post(start, &fields).await.location(), import);
    let running = ann.get(&import).await.body;
    assert!(
        running.contains("<progress") && running.contains("0 of 2 books"),
        "{running}"
    );
    assert!(running.contains(&format!("href=\"{import}\"")) && running.contains("Refresh"));
    app.site.run_jobs().await;
    let done = ann.get(&import).await.body;
    assert!(done.contains("2 books are on your shelf now."), "{done}");
    let shelf = ann.get("/shelf").await.body;
    assert!(shelf.contains("Dune") && shelf.contains("Rupert Brooke") && !shelf.contains("Emma"));
    assert!(
        ann.get("/inbox")
            .await
            .body
            .contains("Your import is finished: 2 books added.")
    );

    let undone = ann.post("/api/imports/undo", &[("import", number)]).await;
    assert_eq!(undone.location(), import);
    app.site.run_jobs().await;
    assert!(
        ann.get(&import)
            .await
            .body
            .contains("2 books were taken off your shelf again")
    );
    assert!(!ann.get("/shelf").await.body.contains("Rupert Brooke"));
    let late = ann.post(start, &fields).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("upload the file again"));
}

#[tokio::test]
async fn an_import_is_nobody_elses_business() {
    let app = TestApp::new().await;
    let (ann, _) = app.signed_in("ann", Role::Member).await;
    let (eve, _) = app.signed_in("eve", Role::Member).await;
    let import = send(&ann, "a.csv", GOODREADS.as_bytes())
        .await
        .location()
        .to_owned();
    let missing = eve.get("/shelf/import/999999").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    for path in [import.clone(), format!("{import}/rows")] {
        assert_eq!(eve.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let number = import.rsplit('/').next().expect("a number");
    let fields = [
        ("import", number),
        ("page", "/shelf/import"),
        ("shelf", "owned"),
        ("grade", "good"),
        ("offer", "keep"),
        ("column-title", "0"),
        ("row", "3"),
        ("pick-3", "skip"),
    ];
    for step in [
        "choose-columns",
        "choose-rows",
        "start",
        "stop",
        "retry",
        "undo",
    ] {
        let path = format!("/api/imports/{step}");
        assert_eq!(
            eve.post(&path, &fields).await.status,
            StatusCode::NOT_FOUND,
            "{step}"
        );
    }
    assert!(!eve.get("/shelf/import").await.body.contains("a.csv"));
    let asked = |browser: Browser| async move {
        let number = import.rsplit('/').next().unwrap_or_default().to_owned();
        browser
            .post("/api/import-progress", &[("import", number.as_str())])
            .await
    };
    let theirs = asked(eve).await;
    assert!(!theirs.body.contains("ready"), "{}", theirs.body);
}

#[tokio::test]
async fn files_that_cannot_be_read_are_refused_with_the_reason() {
    let app = TestApp::new().await;
    let (ann, _) = app.signed_in("ann", Role::Member).await;
    let large = vec![b'a'; 10 * 1024 * 1024 + 1];
    for (file, reason) in [
        (&b""[..], "Choose the file"),
        (&b"PK\x03\x04"[..], "save it as CSV"),
        (&b"\0\0\0\0\0\0\0\0\0\0\0\0"[..], "no table of books"),
        (&b"{\"copies\":[{"[..], "breaks off in the middle"),
        (&b"Title,Author\n"[..], "no books in this file"),
        (&large, "more than 10 MB"),
    ] {
        let answer = send(&ann, "x", file).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}");
        assert!(
            answer.body.contains(reason) && answer.body.contains("There is a problem"),
            "{reason}"
        );
    }
    // A table that nobody recognises asks for its columns.
    let sent = send(&ann, "t.csv", b"Werk,Wer\nDune,Frank Herbert\n").await;
    let import = sent.location().to_owned();
    let shown = ann.get(&import).await.body;
    assert!(
        shown.contains("Which column says what") && shown.contains("Werk (Dune)"),
        "{shown}"
    );
    let columns = "/api/imports/choose-columns";
    let number = import.rsplit('/').next().expect("a number");
    let table = [
        ("import", number),
        ("page", import.as_str()),
        ("column-author", "1"),
    ];
    let none = ann.post(columns, &table).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let chosen = ann
        .post(columns, &[&table[..], &[("column-title", "0")]].concat())
        .await;
    assert_eq!(chosen.location(), import);
    assert!(ann.get(&import).await.body.contains("New to Dogear: 1"));
    // Pages that are not there.
    for query in [
        "?show=nonsense",
        "?page=999999999",
        "?show=doubtful&page=-1",
    ] {
        let answer = ann.get(&format!("{import}/rows{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}");
    }
}
