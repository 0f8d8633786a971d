//! Walks the whole site by its links, over a demo community in which every text
//! is hostile: nothing of it becomes markup, and nothing private is shown.

use std::collections::{BTreeSet, VecDeque};

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_server::seed;

use super::app::{Browser, TestApp};

/// Tries to leave an element, an attribute, a title and a textarea at once.
const HOSTILE: &str =
    "x\"'></title></textarea></script><img src=q onerror=alert(1)><script>alert(2)</script>{{7*7}}";
/// Pages per walk at most: enough for each kind several times.
const MOST_PAGES: usize = 400;

async fn poison(app: &TestApp) {
    for statement in [
        "update users set display_name = left($1, 200), about = $1, city = $1, region = $1",
        "update works set title = $1, subtitle = $1, description = $1, author_line = $1",
        "update authors set name = $1 || id",
        "update series set title = $1 || id",
        "update editions set title = $1, publisher = $1",
        "update copies set note = $1, hidden_reason = $1",
        "update reader_books set private_note = $1",
        "update trades set close_reason = $1",
        "update trade_messages set body = $1",
        "update trade_legs set carrier = $1, tracking = $1",
        "update lists set name = left($1, 100), description = $1, hidden_reason = $1",
        "update list_items set note = $1",
        "update reports set details = $1, decision_note = $1",
        "update work_search set title = $1, author_line = $1",
        // Every text inside what was frozen or noted.
        "update trade_items set frozen = (select jsonb_object_agg(key, case when jsonb_typeof(value) = 'string' then to_jsonb($1::text) else value end) from jsonb_each(frozen)) where frozen <> '{}'",
        "update notifications set data = (select jsonb_object_agg(key, case when jsonb_typeof(value) = 'string' then to_jsonb($1::text) else value end) from jsonb_each(data)) where data <> '{}'",
        "update mails set subject = $1, text_body = $1",
    ] {
        sqlx::query(statement)
            .bind(HOSTILE)
            .execute(&app.site.services.db)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// The paths that a page links to.
fn links(body: &str) -> impl Iterator<Item = &str> {
    body.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.starts_with('/') && !href.starts_with("//"))
        .map(|href| href.split('#').next().unwrap_or(href))
}

/// The address without numbers and query: one kind of page.
fn kind(path: &str) -> String {
    path.split('?')
        .next()
        .unwrap_or(path)
        .split('/')
        .map(|part| {
            if part.starts_with(|c: char| c.is_ascii_digit()) {
                "{n}"
            } else {
                part
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// Visits pages breadth first, at most eight of a kind; gives each to `look`.
async fn walk(browser: &Browser, start: &[&str], mut look: impl FnMut(&str, &str)) -> usize {
    let mut queue: VecDeque<String> = start.iter().map(|path| (*path).to_owned()).collect();
    let mut seen: BTreeSet<String> = queue.iter().cloned().collect();
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    let mut visited = 0;
    while let Some(path) = queue.pop_front() {
        if visited == MOST_PAGES {
            break;
        }
        let of_kind = kinds.entry(kind(&path)).or_default();
        *of_kind += 1;
        if *of_kind > 8 || path.starts_with("/pkg/") {
            continue;
        }
        let answer = browser.get(&path).await;
        assert!(
            !answer.status.is_server_error(),
            "{path}: {}",
            answer.status
        );
        if answer.status == StatusCode::SEE_OTHER
            || !answer.header("content-type").starts_with("text/html")
        {
            continue;
        }
        visited += 1;
        look(&path, &answer.body);
        for link in links(&answer.body) {
            let link = link.replace("&amp;", "&");
            if seen.insert(link.clone()) {
                queue.push_back(link);
            }
        }
    }
    visited
}

fn harmless(path: &str, body: &str) {
    assert!(
        !body.contains("<img src=q"),
        "{path}: an element of the reader's own"
    );
    assert!(
        !body.contains("<script>"),
        "{path}: a script of the reader's own"
    );
    assert!(!body.contains("x\"'>"), "{path}: out of an attribute");
    for svg in body.split("<svg").skip(1) {
        let tag = svg.split('>').next().unwrap_or_default();
        // Without styles one without a size fills the screen.
        assert!(
            tag.contains(" width=") && tag.contains(" height="),
            "{path}: {tag}"
        );
    }
    // Charts have titles of their own, in the body.
    let head = body.split("<body").next().unwrap_or_default();
    assert_eq!(head.matches("<title>").count(), 1, "{path}: one title");
    assert_eq!(body.matches("<main").count(), 1, "{path}: one main");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_stays_text_on_every_page_for_every_role() {
    let app = TestApp::new().await;
    seed::demo(&app.site.services)
        .await
        .expect("the demo loads");
    poison(&app).await;
    let starts = [
        "/",
        "/browse",
        "/browse?q=x%22%3E%3Cimg%20src%3Dq%3E",
        "/login",
        "/register",
    ];
    let own = [
        "/shelf",
        "/shelf?tab=archive",
        "/lists",
        "/reading",
        "/trades",
        "/cart",
        "/checkout",
        "/orders",
        "/inbox",
        "/settings",
        "/settings/profile",
        "/report?subject=copy:1",
    ];
    let desk = [
        "/admin",
        "/admin/queue",
        "/admin/listings",
        "/admin/members",
        "/admin/trades",
        "/admin/orders",
        "/admin/loans",
        "/admin/jobs",
        "/admin/mail",
        "/admin/audit",
    ];

    let visited = walk(&app.browser(), &starts, harmless).await;
    assert!(visited > 20, "only {visited} pages as nobody");
    let reader = app.sign_in("ana_m").await;
    let visited = walk(&reader, &[&starts[..], &own[..]].concat(), harmless).await;
    assert!(visited > 40, "only {visited} pages as a reader");
    let (moderator, _) = app.signed_in("walker", Role::Admin).await;
    let visited = walk(&moderator, &desk, harmless).await;
    assert!(visited > 20, "only {visited} pages at the desk");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_private_is_on_the_pages_of_others() {
    let app = TestApp::new().await;
    seed::demo(&app.site.services)
        .await
        .expect("the demo loads");
    let (stranger, _) = app.signed_in("stranger", Role::Member).await;
    for browser in [&app.browser(), &stranger] {
        walk(
            browser,
            &["/", "/browse", "/u/ana_m", "/u/old_margin"],
            |path, body| {
                assert!(
                    !body.contains("@demo.dogear.example"),
                    "{path}: an address of somebody else"
                );
                assert!(!body.contains("$argon2"), "{path}: a password hash");
            },
        )
        .await;
    }
    let trades: Vec<i64> = sqlx::query_scalar("select id from trades order by id limit 12")
        .fetch_all(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    let unknown = stranger.get("/trades/999999999").await;
    for id in trades {
        let answer = stranger.get(&format!("/trades/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "trade {id}");
        let strip = |body: &str| {
            body.replace("/trades/999999999", "")
                .replace(&format!("/trades/{id}"), "")
        };
        assert_eq!(
            strip(&answer.body),
            strip(&unknown.body),
            "trade {id} looks like no trade"
        );
    }
}

/// Bytes of HTML, uncompressed. When a page has grown for a reason, the number follows.
#[tokio::test(flavor = "multi_thread")]
async fn the_main_pages_are_no_heavier_than_this() {
    let app = TestApp::new().await;
    seed::demo(&app.site.services)
        .await
        .expect("the demo loads");
    let reader = app.sign_in("ana_m").await;
    let visitor = app.browser();
    let mut over = Vec::new();
    for (browser, path, budget) in [
        (&visitor, "/", 13_600),
        (&visitor, "/browse", 25_600),
        (&visitor, "/books/1-middlemarch", 27_300),
        (&visitor, "/u/old_margin", 19_900),
        (&reader, "/", 23_300),
        (&reader, "/shelf", 32_600),
        (&reader, "/lists/1-books-that-smell-of-the-sea", 14_000),
        (&reader, "/reading", 29_000),
        (&reader, "/trades", 13_000),
        (&reader, "/cart", 12_000),
        (&reader, "/checkout", 14_000),
        (&reader, "/orders", 9_000),
        (&reader, "/inbox", 34_800),
        (&reader, "/trades/new?with=old_margin", 16_500),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let bytes = page.body.len();
        if bytes > budget + budget / 10 {
            over.push(format!(
                "{path} has {bytes} bytes, where {budget} were enough"
            ));
        }
    }
    assert_eq!(over, Vec::<String>::new());
}
