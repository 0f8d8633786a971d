//! Reviews over HTTP: what is typed is never lost, and does nothing but stand there.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use serde_json::Value;

use super::app::{Answer, Browser, TestApp};
use super::books::one_book;

const WRITE: &str = "/api/reviews/write";

/// Sends the form of the page with these fields beside what it holds.
async fn send(browser: &Browser, page: &str, function: &str, typed: &[(&str, &str)]) -> Answer {
    let form = browser.get(page).await.form(function);
    let hidden: Vec<(String, String)> = form.hidden_fields().collect();
    let held = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| !typed.iter().any(|(other, _)| other == name));
    let fields: Vec<(&str, &str)> = held.chain(typed.iter().copied()).collect();
    browser.post(function, &fields).await
}

#[tokio::test]
async fn a_review_is_written_read_found_helpful_and_deleted() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (ben, _) = app.signed_in("ben", Role::Member).await;
    let work = one_book(&app, "ana").await;
    let book = app.browser().get(&format!("/books/{work}")).await;
    let book = book.location().to_owned();
    let page = format!("{book}/review");

    // Refused: everything typed is still there.
    let long = "so long ".repeat(1300);
    for (typed, status, said) in [
        (
            vec![
                ("body", ""),
                ("stars", "4"),
                ("quarters", "1"),
                ("spoiler", "on"),
            ],
            StatusCode::UNPROCESSABLE_ENTITY,
            "your review",
        ),
        (
            vec![
                ("body", &*long),
                ("stars", "4"),
                ("quarters", "1"),
                ("spoiler", "on"),
            ],
            StatusCode::UNPROCESSABLE_ENTITY,
            "10,000",
        ),
        (
            vec![
                ("body", "Kept &amp; <b>bold</b>"),
                ("stars", "5"),
                ("quarters", "2"),
                ("spoiler", "on"),
            ],
            StatusCode::UNPROCESSABLE_ENTITY,
            "Five stars are the most",
        ),
        (
            vec![
                ("body", "Kept"),
                ("stars", "11"),
                ("quarters", "x"),
                ("spoiler", "on"),
            ],
            StatusCode::UNPROCESSABLE_ENTITY,
            "Choose one of the ratings shown",
        ),
    ] {
        let refused = send(&ana, &page, WRITE, &typed).await;
        assert_eq!(refused.status, status, "{typed:?}");
        assert!(refused.body.contains(said), "{said}: {}", refused.body);
        let stars = typed[1].1;
        let kept = format!("value=\"{stars}\" checked");
        assert!(stars == "11" || refused.body.contains(&kept), "{kept}");
        assert!(
            refused
                .body
                .contains("name=\"spoiler\" value=\"on\" checked")
        );
        assert!(!refused.body.contains("<b>bold"));
        assert!(typed[0].1 != "Kept" || refused.body.contains("Kept</textarea>"));
    }

    let text = "<script>alert(2)</script> & so.\n[spoiler]<i>She</i> leaves.[/spoiler]";
    let typed = [("body", text), ("stars", "4"), ("quarters", "1")];
    let saved = send(&ana, &page, WRITE, &typed).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let shown = ben.get(&book).await.body;
    assert!(shown.contains("&lt;script&gt;alert(2)&lt;/script&gt; &amp; so."));
    assert!(!shown.contains("<script>alert") && !shown.contains("<i>She"));
    assert!(shown.contains("<summary>Spoiler</summary>") && shown.contains("4¼ stars"));
    // One rating is no mean.
    assert!(shown.contains("1 rating") && !shown.contains("of 5 stars"));
    let (_, data) = shown
        .split_once("<script type=\"application/ld+json\">")
        .expect("facts");
    let (data, _) = data.split_once("</script>").expect("their end");
    let data: Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(data["review"][0]["reviewRating"]["ratingValue"], "4.25");
    assert_eq!(data["aggregateRating"], Value::Null);
    assert!(!data.to_string().contains("leaves"), "{data}");

    // Visitors are asked to log in; readers come back to where they were.
    let list = format!("{book}/reviews?sort=newest");
    let helpful = [("helpful", "true")];
    let visitor = send(&app.browser(), &list, "/api/reviews/vote", &helpful).await;
    assert_eq!(visitor.status, StatusCode::UNAUTHORIZED);
    let voted = send(&ben, &list, "/api/reviews/vote", &helpful).await;
    assert_eq!(voted.status, StatusCode::SEE_OTHER);
    assert!(
        voted.location().starts_with(&format!("{list}#review-")),
        "{}",
        voted.location()
    );
    assert!(ben.get(&list).await.body.contains("Helped 1 reader"));
    let elsewhere = [("helpful", "true"), ("next", "//evil.example/")];
    let elsewhere = send(&ben, &list, "/api/reviews/vote", &elsewhere).await;
    assert!(
        elsewhere.location().starts_with("/books/"),
        "{}",
        elsewhere.location()
    );
    let own = ana.get(&book).await.body;
    assert!(own.contains("Change or delete it") && !own.contains("/api/reviews/vote"));

    // What is not there, is not theirs, or means nothing.
    assert_eq!(
        ana.get("/books/999999/review").await.status,
        StatusCode::NOT_FOUND
    );
    let delete = format!("{page}/delete");
    assert_eq!(ben.get(&delete).await.status, StatusCode::NOT_FOUND);
    for odd in ["?after=x&sort=y", "?after=1.2.3", "?sort=&after="] {
        let answer = ben.get(&format!("{book}/reviews{odd}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{odd}");
    }
    for path in [
        "/top-rated?page=x&genre=zzz&language=..",
        "/u/ana/reviews?before=x",
    ] {
        assert_eq!(ben.get(path).await.status, StatusCode::OK, "{path}");
    }
    assert!(ben.get("/u/ana").await.body.contains("/u/ana/reviews"));

    let gone = send(&ana, &delete, "/api/reviews/delete", &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert!(!ben.get(&book).await.body.contains("alert(2)"));
    let undo = ana.get(&book).await;
    assert!(undo.body.contains("/api/reviews/undelete"));
    let form = undo.form("/api/reviews/undelete");
    let fields: Vec<(String, String)> = form.hidden_fields().collect();
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let back = ana.post("/api/reviews/undelete", &fields).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    assert!(ben.get(&book).await.body.contains("alert(2)"));
}

#[tokio::test]
async fn a_mean_and_its_bars_are_said_from_three_ratings_on() {
    let app = TestApp::new().await;
    app.signed_in("ana", Role::Member).await;
    let work = one_book(&app, "ana").await;
    let buckets = |ratings: &[usize]| {
        let mut buckets = vec![0_i32; 20];
        for quarters in ratings {
            buckets[quarters - 1] += 1;
        }
        buckets
    };
    for (ratings, mean) in [
        (vec![20, 16], None),
        (vec![20, 16, 14], Some("4.2 of 5 stars")),
    ] {
        sqlx::query(
            "insert into work_ratings (work_id, n, sum, buckets) values ($1, $2, $3, $4)
             on conflict (work_id) do update set n = $2, sum = $3, buckets = $4",
        )
        .bind(work)
        .bind(i32::try_from(ratings.len()).expect("few"))
        .bind(i32::try_from(ratings.iter().sum::<usize>()).expect("few"))
        .bind(buckets(&ratings))
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
        let page = app.browser().get(&format!("/books/{work}")).await;
        let page = app.browser().get(page.location()).await.body;
        assert_eq!(page.contains("5 stars</th>"), mean.is_some());
        assert_eq!(page.contains("aggregateRating"), mean.is_some());
        if let Some(mean) = mean {
            assert!(page.contains(mean), "{page}");
            assert!(page.contains("\"ratingValue\":\"4.17\""), "{page}");
        }
    }
}
