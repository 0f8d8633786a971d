//! Many copies at once.

use std::collections::BTreeSet;
use std::time::Instant;

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use super::copies::book;
use super::kit::{ALL, Answered, Api, Program};

async fn send(program: &Program, key: &str, body: String) -> Answered {
    let headers = [
        ("content-type", "application/x-ndjson"),
        ("idempotency-key", key),
    ];
    let path = "/copies/bulk";
    program
        .call(Method::POST, path, &headers, Body::from(body))
        .await
}

fn lines(answer: &Answered) -> Vec<Value> {
    let lines = answer.text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

async fn copies(api: &Api) -> i64 {
    sqlx::query_scalar("select count(*) from copies")
        .fetch_one(&api.services.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_thousand_lines_are_added_but_for_those_that_are_wrong() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    book(&api, "Emma", Some("9780141439587")).await;
    let editions: Vec<i64> = sqlx::query_scalar(
        "with works as (insert into works (title, title_key, slug, language, author_line)
             select 'Book ' || n, 'book ' || n, 'book', 'en', 'Nobody' from generate_series(1, 1000) n
             returning id)
         insert into editions (work_id, format) select id, 'paperback' from works returning id",
    )
    .fetch_all(&api.services.db)
    .await
    .unwrap();
    let mut sent: Vec<String> = editions
        .iter()
        .map(|edition| json!({ "edition": edition.to_string(), "grade": "good" }).to_string())
        .collect();
    sent[9] = json!({ "isbn": "9780141439587", "grade": "fine", "listed": true }).to_string();
    sent[99] = String::new();
    sent[499] = "{\"edition\": ".to_owned();
    sent[998] = sent[0].clone();
    let body = sent.join("\n") + "\n";
    let began = Instant::now();
    let answer = send(&ana, "shelf", body.clone()).await.is(200);
    eprintln!("a thousand lines took {:?}", began.elapsed());
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    let first = lines(&answer);
    assert_eq!(first.len(), 1000);
    let mut made = BTreeSet::new();
    for (number, line) in (1_u64..).zip(&first) {
        assert_eq!(line["line"], number);
        match number {
            100 | 500 => {
                assert_eq!(line["status"], 400, "{line}");
                assert_eq!(line["problem"]["code"], "malformed");
            }
            999 => {
                assert_eq!(line["status"], 422, "{line}");
                assert_eq!(line["problem"]["errors"][0]["field"], "second");
            }
            _ => {
                assert_eq!(line["status"], 201, "{line}");
                made.insert(line["copy"].as_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(made.len(), 997);
    assert_eq!(copies(&api).await, 997);
    // Sent again, it is the same, and nothing is made.
    let again = send(&ana, "shelf", body).await.is(200);
    assert_eq!(lines(&again), first);
    assert_eq!(copies(&api).await, 997);
}

#[tokio::test]
async fn what_is_no_list_of_lines_is_refused_whole() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (_, edition) = book(&api, "Emma", None).await;
    let line = json!({ "edition": edition, "grade": "good" }).to_string() + "\n";
    for body in [String::new(), line.repeat(1001)] {
        let refused = send(&ana, "a", body).await.is(422);
        assert_eq!(refused.refused("invalid").fields(), ["body"]);
    }
    send(&ana, "b", " ".repeat(2 * 1024 * 1024 + 1))
        .await
        .is(413)
        .refused("too_large");
    ana.send("POST", "/copies/bulk", &json!({}))
        .await
        .is(415)
        .refused("wrong_media_type");
    assert_eq!(copies(&api).await, 0);
    // Of two lines with one edition, the first is added.
    let answer = send(&ana, "c", line.repeat(2)).await.is(200);
    let statuses: Vec<_> = lines(&answer)
        .iter()
        .map(|line| line["status"].clone())
        .collect();
    assert_eq!(statuses, [201, 422]);
    // It costs as much as fifty calls; some of that is there again by now.
    let left =
        |answer: &Answered| -> i64 { answer.header("x-ratelimit-remaining").parse().unwrap() };
    let before = left(&ana.get("/me").await);
    let after = left(&send(&ana, "d", "{}".to_owned()).await);
    assert!((40..=50).contains(&(before - after)), "{before} {after}");
}
