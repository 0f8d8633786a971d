//! Books that programs enter, correct and delete.

use dogear_domain::accounts::Role;
use serde_json::{Value, json};

use super::kit::{ALL, Api};

async fn number(api: &Api, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement)
        .fetch_one(&api.services.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_same_key_ten_times_at_once_enters_one_book() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let new = json!({
        "title": "Emma", "authors": ["Jane Austen"], "isbn": "0-14-143958-0", "year": 2003,
        "format": "paperback", "language": "en", "publisher": "Penguin",
    });
    let (mut answers, mut tasks) = (Vec::new(), tokio::task::JoinSet::new());
    for _ in 0..10 {
        let (ana, new) = (ana.clone(), new.clone());
        tasks.spawn(async move {
            let headers = [("idempotency-key", "once")];
            ana.send_with("POST", "/books", &headers, &new).await
        });
    }
    while let Some(answer) = tasks.join_next().await {
        answers.push(answer.unwrap().is(201));
    }
    let first = &answers[0];
    assert!(answers.iter().all(|answer| answer.text == first.text));
    let edition = first.json["id"].as_str().unwrap();
    assert_eq!(
        first.header("location"),
        format!("/api/v1/editions/{edition}")
    );
    assert_eq!(first.json["isbn13"], "9780141439587");
    assert_eq!(number(&api, "select count(*) from works").await, 1);
    // Known by now, by whatever key.
    let known = ana.send("POST", "/books", &new).await.is(200);
    assert_eq!(known.json["id"], edition);
    let other = json!({ "title": "Persuasion", "authors": ["Jane Austen"] });
    let headers = [("idempotency-key", "once")];
    let refused = ana.send_with("POST", "/books", &headers, &other).await;
    refused.is(409).refused("conflict");
}

#[tokio::test]
async fn a_doubt_names_the_books_and_how_to_answer() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let isbn = "9780141439587";
    let emma = json!({ "title": "Emma", "authors": ["Jane Austen"], "isbn": isbn });
    let emma = ana.send("POST", "/books", &emma).await.is(201);
    let edition = emma.json["id"].as_str().unwrap();
    let mut other = json!({ "title": "Austerlitz", "authors": ["W. G. Sebald"], "isbn": isbn });
    let doubt = ana.send("POST", "/books", &other).await.is(409);
    let detail = doubt.refused("conflict").json["detail"].clone();
    let detail = detail.as_str().unwrap();
    assert!(detail.contains(&format!("{edition}: “Emma”")), "{detail}");
    let none = format!("none:{edition}");
    assert!(detail.contains(&format!("`{none}`")), "{detail}");
    assert_eq!(number(&api, "select count(*) from works").await, 1);
    other["known"] = json!(edition);
    let same = ana.send("POST", "/books", &other).await.is(200);
    assert_eq!(same.json["id"], edition);
    other["known"] = json!(none);
    let apart = ana.send("POST", "/books", &other).await.is(201);
    assert_eq!(apart.json["isbn13"], Value::Null);
    assert_eq!(number(&api, "select count(*) from works").await, 2);
}

#[tokio::test]
async fn what_a_form_refuses_is_refused() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    for (change, field) in [
        (json!({ "title": "" }), "title"),
        (json!({ "authors": [] }), "authors"),
        (json!({ "isbn": "9780141439588" }), "isbn"),
        (json!({ "year": 98 }), "year"),
        (json!({ "format": "papyrus" }), "format"),
        (json!({ "genre": "raffle" }), "genre"),
        (json!({ "series_position": "3" }), "series"),
        (json!({ "colour": "red" }), "colour"),
    ] {
        let mut new = json!({ "title": "Emma", "authors": ["Jane Austen"] });
        let change = change.as_object().unwrap().clone();
        new.as_object_mut().unwrap().extend(change);
        let answer = ana.send("POST", "/books", &new).await.is(422);
        assert_eq!(answer.refused("invalid").fields(), [field]);
    }
    let new = json!({ "title": "Emma", "authors": ["Jane Austen"] });
    let (reads, _) = api.member("ben", "read").await;
    let refused = reads.send("POST", "/books", &new).await;
    refused.is(403).refused("scope_missing");
    let refused = api.visitor().send("POST", "/books", &new).await;
    refused.is(401).refused("token_required");
    assert_eq!(number(&api, "select count(*) from works").await, 0);
}

#[tokio::test]
async fn a_correction_waits_for_a_moderator() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let new = json!({ "title": "Ema", "authors": ["Jane Austen"], "publisher": "Penguin" });
    let made = ana.send("POST", "/books", &new).await.is(201);
    let edition = made.json["id"].as_str().unwrap();
    let path = format!("/books/{}", made.json["book"].as_str().unwrap());
    let tag = ana.get(&path).await.header("etag").to_owned();
    let change = json!({
        "title": "Emma", "authors": ["Jane Austen", "Ada Ort"],
        "editions": [{ "id": edition, "year": 2003, "publisher": null }],
    });
    let headers = [("idempotency-key", "fix"), ("if-match", tag.as_str())];
    let first = ana
        .send_with("PATCH", &path, &headers, &change)
        .await
        .is(202);
    let again = ana
        .send_with("PATCH", &path, &headers, &change)
        .await
        .is(202);
    assert_eq!(first.text, again.text);
    let changes =
        "select jsonb_array_length(changes)::bigint from corrections where state = 'open'";
    assert_eq!(number(&api, changes).await, 4);
    // The book says the same until then.
    assert_eq!(ana.get(&path).await.json["title"], "Ema");
    sqlx::query("update works set subtitle = 'A novel'")
        .execute(&api.services.db)
        .await
        .unwrap();
    let headers = [("if-match", tag.as_str())];
    let stale = ana
        .send_with("PATCH", &path, &headers, &change)
        .await
        .is(412);
    let present = ana.get(&path).await;
    assert_eq!(
        stale.refused("version_mismatch").header("etag"),
        present.header("etag")
    );
    for (change, field) in [
        (json!({}), "note"),
        (json!({ "title": null }), "title"),
        (json!({ "genre": "raffle" }), "genre"),
        (
            json!({ "editions": [{ "id": edition, "isbn": "12" }] }),
            "editions[0].isbn",
        ),
        (
            json!({ "editions": [{ "id": "999", "isbn": null }] }),
            "editions[0].id",
        ),
        (
            json!({ "editions": [{ "id": edition, "colour": 1 }] }),
            "editions[0].colour",
        ),
        (json!({ "same_as": "999" }), "same_as"),
    ] {
        let answer = ana.send("PATCH", &path, &change).await.is(422);
        assert_eq!(answer.refused("invalid").fields(), [field], "{change}");
    }
    let nowhere = ana
        .send("PATCH", "/books/999", &json!({ "title": "X" }))
        .await;
    nowhere.is(404).refused("not_found");
}

#[tokio::test]
async fn moderators_delete_what_nothing_refers_to() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    api.site.account("dora", Role::Moderator).await;
    let dora = api.of("dora", "desk,shelf").await;
    let new = json!({ "title": "Qwertz", "authors": ["Asdf"] });
    let made = ana.send("POST", "/books", &new).await.is(201);
    let path = format!("/books/{}", made.json["book"].as_str().unwrap());
    let refused = ana.send("DELETE", &path, &Value::Null).await;
    refused.is(403).refused("scope_missing");
    let change = json!({ "note": "This is junk." });
    ana.send("PATCH", &path, &change).await.is(202);
    let refused = dora.send("DELETE", &path, &Value::Null).await.is(409);
    let words = refused.refused("conflict").json["detail"].to_string();
    assert!(
        words.contains("a correction of it must be decided first"),
        "{words}"
    );
    sqlx::query("update corrections set state = 'withdrawn'")
        .execute(&api.services.db)
        .await
        .unwrap();
    let gone = dora
        .send("DELETE", &format!("{path}?reason=junk"), &Value::Null)
        .await
        .is(204);
    assert_eq!(gone.text, "");
    ana.get(&path).await.is(404).refused("not_found");
    let refused = dora.send("DELETE", &path, &Value::Null).await;
    refused.is(404).refused("not_found");
    let audited = "select count(*) from audit_log where action = 'work.delete' and reason = 'junk'";
    assert_eq!(number(&api, audited).await, 1);
}
