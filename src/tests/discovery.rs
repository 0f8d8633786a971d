//! What machines are told: addresses of public pages, and facts about books.

use axum::http::StatusCode;
use serde_json::Value;

use super::app::{Browser, TestApp};
use super::books::one_book;
use dogear_domain::accounts::Role;

/// The text between the first `before` and the next `after`.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before}: {text}"));
    rest.split_once(after).expect("an end").0
}

async fn get(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.body
}

#[tokio::test]
async fn search_engines_find_every_book_and_nobody_who_reads() {
    let app = TestApp::new().await;
    app.signed_in("ana", Role::Member).await;
    let work = one_book(&app, "ana").await;
    let browser = app.browser();
    let base = app.site.services.settings.link("/");
    let robots = get(&browser, "/robots.txt").await;
    let index = between(&robots, "Sitemap: ", "\n").replace(&base, "/");
    assert!(robots.contains("Disallow: /settings\n"));
    let index = get(&browser, &index).await;
    let file = between(&index, "<sitemap><loc>", "</loc>").replace(&base, "/");
    let file = get(&browser, &file).await;
    let page = between(&file, "<url><loc>", "</loc>").replace(&base, "/");
    assert!(page.starts_with(&format!("/books/{work}-")), "{page}");
    assert_eq!(file.matches("<url>").count(), 1);
    assert!(!index.contains("ana") && !file.contains("ana"));
    get(&browser, &page).await;

    // A span in which nothing stands is empty; other names are nothing.
    assert!(
        !get(&browser, "/sitemaps/books-4000000000.xml")
            .await
            .contains("<url>")
    );
    for none in [
        "books",
        "books-.xml",
        "books--1.xml",
        "readers-0.xml",
        "books-0.txt",
    ] {
        let answer = browser.get(&format!("/sitemaps/{none}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{none}");
    }
}

#[tokio::test]
async fn a_book_says_what_it_is_in_terms_of_schema_org() {
    let app = TestApp::new().await;
    app.signed_in("ana", Role::Member).await;
    let work = one_book(&app, "ana").await;
    let page = app.browser().get(&format!("/books/{work}")).await;
    let page = get(&app.browser(), page.location()).await;
    // The title holds "<i>": had it been written as it is, this would not be JSON to its end.
    let data = between(&page, "<script type=\"application/ld+json\">", "</script>");
    assert!(!data.contains('<'));
    let data: Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(data["@type"], "Book");
    assert_eq!(data["name"], "源氏物語 <i>");
    assert_eq!(data["workExample"][0]["isbn"], "9780141439549");
    assert_eq!(
        data["workExample"][0]["bookFormat"],
        "https://schema.org/Hardcover"
    );
    assert_eq!(data["offers"]["offerCount"], 1);
    assert!(!data.to_string().contains("ana"), "no reader is named");
}

#[tokio::test]
async fn a_browser_can_search_here_from_its_own_bar() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let page = get(&browser, "/about/trading").await;
    let link = between(
        &page,
        "application/opensearchdescription+xml\" title=\"Dogear\" href=\"",
        "\"",
    );
    let described = get(&browser, link).await;
    let template = between(&described, "template=\"", "\"").replace("{searchTerms}", "dracula");
    let path = template.replace(&app.site.services.settings.link("/"), "/");
    assert_eq!(path, "/browse?q=dracula");
    get(&browser, &path).await;
}

/// Programs that read news find new copies by author, shelf and search, as the pages have them.
#[tokio::test]
async fn feeds_have_the_new_copies_of_their_pages() {
    let app = TestApp::new().await;
    let (_, cx) = app.signed_in("ana", Role::Member).await;
    let work = one_book(&app, "ana").await;
    let author: i64 = sqlx::query_scalar(
        "with author as (insert into authors (name, sort_name, name_key) values ('紫式部', '紫式部', '紫式部') returning id)
         insert into work_authors (work_id, author_id, position) select $1, id, 0 from author
         returning author_id",
    )
    .bind(work)
    .fetch_one(&app.site.services.db)
    .await
    .expect("an author");
    let browser = app.browser();
    for (page, feed) in [
        (
            format!("/authors/{author}"),
            format!("/authors/{author}/feed.atom"),
        ),
        ("/u/ana".into(), "/u/ana/feed.atom".into()),
        (
            "/browse?language=ja".into(),
            "/browse/feed.atom?language=ja&amp;sort=newest".into(),
        ),
    ] {
        let shown = get(&browser, &page).await;
        let link = format!("type=\"application/atom+xml\" title=\"New copies\" href=\"{feed}\"");
        assert!(shown.contains(&link), "{page} leads to {feed}");
        let feed = feed.replace("&amp;", "&");
        let answer = browser.get(&feed).await;
        assert_eq!(
            answer.header("content-type"),
            "application/atom+xml; charset=utf-8"
        );
        assert_eq!(answer.body.matches("<entry>").count(), 1, "{}", answer.body);
        assert!(answer.body.contains("源氏物語 &lt;i&gt;") && !answer.body.contains("<script>"));
        assert!(answer.body.contains("http://dogear.test/copies/"));
        let known = browser
            .request(axum::http::Method::GET, &feed)
            .header("if-none-match", answer.header("etag"))
            .body(axum::body::Body::empty())
            .expect("a request");
        assert_eq!(browser.send(known).await.status, StatusCode::NOT_MODIFIED);
    }
    // What is listed no longer is in none, and a shelf that is closed has none.
    sqlx::query("update copies set state = 'owned', listed_at = null")
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    assert!(!get(&browser, "/u/ana/feed.atom").await.contains("<entry>"));
    sqlx::query("update users set status = 'suspended' where handle = 'ana'")
        .execute(cx.db())
        .await
        .expect("PostgreSQL answers");
    let closed = browser
        .get("/u/ana")
        .await
        .body
        .contains("This shelf is closed");
    let status = browser.get("/u/ana/feed.atom").await.status;
    assert_eq!(status == StatusCode::NOT_FOUND, closed);
    for nowhere in ["/authors/999999/feed.atom", "/u/nobody/feed.atom"] {
        assert_eq!(
            browser.get(nowhere).await.status,
            StatusCode::NOT_FOUND,
            "{nowhere}"
        );
    }
}
