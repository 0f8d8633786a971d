//! A pasted list of books: through the router.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::{Browser, TestApp};

/// The values of the fields with this name.
fn values<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let mark = format!("name=\"{name}\" value=\"");
    page.split(&mark)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

/// The control with this name and value, up to its end.
fn control<'a>(page: &'a str, name: &str, value: &str) -> &'a str {
    let mark = format!("name=\"{name}\" value=\"{value}\"");
    let at = page.find(&mark).unwrap_or_else(|| panic!("no {mark}"));
    page[at..].split('>').next().unwrap_or_default()
}

async fn enter(browser: &Browser, title: &str, authors: &str, isbn: &str) {
    let fields = [
        ("title", title),
        ("authors", authors),
        ("isbn", isbn),
        ("grade", "good"),
    ];
    let answer = browser.post("/api/copies/add-new", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

#[tokio::test]
async fn a_pasted_list_is_looked_at_added_once_and_taken_back() {
    let app = TestApp::new().await;
    let (ben, _) = app.signed_in("ben", Role::Member).await;
    enter(&ben, "Dune", "Frank Herbert", "9780441172719").await;
    enter(&ben, "Poems", "Emily Dickinson", "").await;
    enter(&ben, "Emma", "Jane Austen", "").await;
    let (ann, _) = app.signed_in("ann", Role::Member).await;
    let shelf = ann.get("/shelf").await.body;
    assert!(shelf.contains("href=\"/shelf/add/many\""));
    enter(&ann, "Emma", "Jane Austen", "").await;
    let add = ann.get("/shelf/add").await.body;
    assert!(add.contains("href=\"/shelf/add/many\""));

    let empty = ann.post("/shelf/add/many", &[("lines", " \n")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("There is a problem") && empty.body.contains("at least one book"));
    let too_many = "<Dune>\n".repeat(201);
    let long = ann.post("/shelf/add/many", &[("lines", &too_many)]).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(long.body.contains("There are 201 lines now") && long.body.contains("&lt;Dune&gt;"));

    let text = "0-441-17271-7\nPoems\n978-0-441-17271-8\nEmma by Jane Austen\n9780306406157\nNo \"<i>\" book – Nobody";
    let form = [("lines", text), ("grade", "fine"), ("offer", "trade")];
    let page = ann.post("/shelf/add/many", &form).await;
    assert_eq!(page.status, StatusCode::OK);
    let page = page.body;
    for part in [
        "6 lines: 2 found, 1 to choose from, 3 not found.",
        "should be 9, not 8",
        "You have this already",
        "/shelf/add/new?isbn=9780306406157",
        "/shelf/add/new?title=No+%22%3Ci%3E%22+book&amp;authors=Nobody",
        "In “Fine” condition, listed for trade.",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("<i>") && !page.contains("\"<i"));
    let dune = values(&page, "pick-1")[0];
    assert!(control(&page, "pick-1", dune).contains("checked"));
    let poems = values(&page, "pick-2");
    assert!(!control(&page, "pick-2", poems[0]).contains("checked"));
    assert!(control(&page, "pick-2", "").contains("checked"));
    let emma = values(&page, "pick-4")[0];
    assert!(emma.ends_with(":second") && !control(&page, "pick-4", emma).contains("checked"));
    let count = "select count(*) from copies where state <> 'deleted'";
    let count = async || -> i64 {
        sqlx::query_scalar(count)
            .fetch_one(&app.site.services.db)
            .await
            .expect("PostgreSQL answers")
    };
    assert_eq!(count().await, 4, "looking adds nothing");

    // Back to the list, with everything in it.
    let change = [&form[..], &[("change", "1")]].concat();
    let again = ann.post("/shelf/add/many", &change).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(again.body.contains("978-0-441-17271-8"));
    assert!(again.body.contains("No &quot;&lt;i&gt;&quot; book"));

    // Nothing ticked: the page comes back with the choices as they were.
    let page = ("page", "/shelf/add/many");
    let none = [&form[..], &[("pick-2", ""), page]].concat();
    let none = ann.post("/api/copies/add-many", &none).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Tick the books that you want to add."));
    assert!(!control(&none.body, "pick-1", dune).contains("checked"));
    let bare = emma.trim_end_matches(":second");
    let mine = [&form[..], &[("pick-1", dune), ("pick-4", bare), page]].concat();
    let mine = ann.post("/api/copies/add-many", &mine).await;
    assert_eq!(mine.status, StatusCode::CONFLICT);
    assert!(mine.body.contains("“Emma” is on your shelf already"));
    assert!(control(&mine.body, "pick-1", dune).contains("checked"));
    assert_eq!(count().await, 4);

    let key = uuid::Uuid::new_v4().to_string();
    let picks = [
        ("once", key.as_str()),
        ("pick-1", dune),
        ("pick-2", poems[0]),
        ("pick-4", emma),
    ];
    let send = [&form[..], &picks].concat();
    for _ in 0..2 {
        let added = ann.post("/api/copies/add-many", &send).await;
        assert_eq!(
            (added.status, added.location()),
            (StatusCode::SEE_OTHER, "/shelf")
        );
    }
    assert_eq!(count().await, 7);
    let shelf = ann.get("/shelf").await.body;
    assert!(shelf.contains("3 books added and listed for trade."));
    let undo = values(&shelf, "copies")[0].to_owned();
    ann.post("/api/copies/undo-change", &[("copies", &undo)])
        .await;
    assert_eq!(count().await, 4);
    assert!(
        ann.get("/shelf")
            .await
            .body
            .contains("Undone: 3 books are as before.")
    );
}

#[tokio::test]
async fn a_list_as_long_as_it_may_be_is_added_and_its_undo_fits_a_cookie() {
    let app = TestApp::new().await;
    let (ann, _) = app.signed_in("ann", Role::Member).await;
    enter(&ann, "Dune", "Frank Herbert", "9780441172719").await;
    sqlx::query("alter table copies alter column id restart with 900000001")
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    let names: Vec<String> = (1..=200).map(|line| format!("pick-{line}")).collect();
    // Each in another script, so that every letter takes nine bytes of the form.
    let lines = "本のとても長い題名が一行に一冊ずつ並んでいる表を貼り付ける\n".repeat(200);
    let mut form = vec![
        ("lines", lines.as_str()),
        ("grade", "good"),
        ("offer", "keep"),
    ];
    form.extend(names.iter().map(|name| (name.as_str(), "1:second")));
    let added = ann.post("/api/copies/add-many", &form).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let cookie = added.header("set-cookie");
    assert!(
        cookie.starts_with("flash=") && cookie.len() < 4096,
        "{} bytes",
        cookie.len()
    );
    assert!(ann.get("/shelf").await.body.contains("200 books added."));
}
