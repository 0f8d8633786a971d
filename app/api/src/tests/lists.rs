//! Lists: the member's own, and what others see of them.

use serde_json::{Value, json};

use super::copies::{book, taken};
use super::kit::{ALL, Api};

#[tokio::test]
async fn a_list_is_made_once_changed_and_deleted_by_its_owner() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (ben, _) = api.member("ben", ALL).await;
    let (emma, _) = book(&api, "Emma", None).await;
    let body = json!({ "name": "The sea", "visibility": "public", "book": emma });
    let key = [("idempotency-key", "l")];
    let made = ana.send_with("POST", "/lists", &key, &body).await.is(201);
    let again = ana.send_with("POST", "/lists", &key, &body).await.is(201);
    assert_eq!(made.json, again.json);
    let id = made.json["id"].as_str().unwrap();
    assert_eq!(made.header("location"), format!("/api/v1/lists/{id}"));
    assert_eq!(made.json["books"], 1);
    let own = ana.get("/me/lists").await.is(200);
    assert_eq!(own.json["items"].as_array().unwrap().len(), 1);
    assert_eq!(ben.get("/me/lists").await.json["items"], json!([]));
    let path = format!("/lists/{id}");
    let (seen, statements) = taken(&ben, &path).await;
    let seen = seen.is(200);
    assert!(statements <= 2, "{statements}");
    assert_eq!(seen.json["name"], "The sea");
    // Absent stays, null is emptied, and yesterday is refused.
    let yesterday = made.header("etag").to_owned();
    let if_match = [("if-match", yesterday.as_str())];
    let change = json!({ "description": "Salt", "ranked": true });
    let changed = ana
        .send_with("PATCH", &path, &if_match, &change)
        .await
        .is(200);
    assert_eq!(changed.json["name"], "The sea");
    assert_eq!(changed.json["visibility"], "public");
    let late = ana
        .send_with("PATCH", &path, &if_match, &json!({ "name": "Late" }))
        .await;
    assert_eq!(late.header("etag"), changed.header("etag"));
    late.is(412).refused("version_mismatch");
    let emptied = ana
        .send("PATCH", &path, &json!({ "description": null }))
        .await
        .is(200);
    assert_eq!(
        (&emptied.json["description"], &emptied.json["ranked"]),
        (&json!(""), &json!(true))
    );
    for (change, field) in [
        (json!({ "name": null }), "name"),
        (json!({ "visibility": "friends" }), "visibility"),
        (json!({ "title": "x" }), "title"),
    ] {
        let refused = ana.send("PATCH", &path, &change).await.is(422);
        assert_eq!(refused.refused("invalid").fields(), [field]);
    }
    for (method, path, body) in [
        ("PATCH", path.clone(), json!({ "name": "mine" })),
        ("DELETE", path.clone(), Value::Null),
        ("POST", format!("{path}/restore"), Value::Null),
        ("POST", format!("{path}/items"), json!({ "book": emma })),
        (
            "PUT",
            format!("{path}/items/{emma}"),
            json!({ "note": "mine" }),
        ),
        ("DELETE", format!("{path}/items/{emma}"), Value::Null),
    ] {
        let answer = ben.send(method, &path, &body).await;
        answer.is(404).refused("not_found");
    }
    ana.send("DELETE", &path, &Value::Null).await.is(204);
    ana.get(&path).await.is(404);
    let back = ana
        .send("POST", &format!("{path}/restore"), &Value::Null)
        .await;
    assert_eq!(back.is(200).json["books"], 1);
    for (body, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "A", "book": "999999" }), "book"),
        (json!({ "name": "A", "visibility": "all" }), "visibility"),
    ] {
        let refused = ana.send("POST", "/lists", &body).await.is(422);
        assert_eq!(refused.refused("invalid").fields(), [field]);
    }
}

#[tokio::test]
async fn a_private_list_is_nowhere_for_others() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (ben, _) = api.member("ben", ALL).await;
    for visibility in ["private", "unlisted"] {
        let body = json!({ "name": "Presents", "visibility": visibility });
        let made = ana.send("POST", "/lists", &body).await.is(201);
        let path = format!("/lists/{}", made.json["id"].as_str().unwrap());
        ana.get(&path).await.is(200);
        for other in [&ben, &api.visitor(), &api.of("ana", "trade").await] {
            other.get(&path).await.is(404).refused("not_found");
            other.get(&format!("{path}/items")).await.is(404);
        }
    }
}

#[tokio::test]
async fn the_books_of_a_list_come_in_pages_in_their_order() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let body = json!({ "name": "Long", "visibility": "public" });
    let made = ana.send("POST", "/lists", &body).await.is(201);
    let id = made.json["id"].as_str().unwrap();
    let path = format!("/lists/{id}/items");
    sqlx::query(
        "with books as (insert into works (title, title_key, slug, language, author_line)
             select 'Book ' || n, 'book ' || n, 'book', 'en', 'Nobody' from generate_series(1, 104) n
             returning id)
         insert into list_items (list_id, work_id, position, added_at)
         select $1, id, row_number() over (order by id), now() from books",
    )
    .bind(id.parse::<i64>().unwrap())
    .execute(&api.services.db)
    .await
    .unwrap();
    let (emma, edition) = book(&api, "Emma", None).await;
    for _ in 0..2 {
        let list = ana
            .send("POST", &path, &json!({ "book": emma }))
            .await
            .is(200);
        assert_eq!(list.json["books"], 105);
    }
    let refused = ana.send("POST", &path, &json!({ "book": "999999" })).await;
    assert_eq!(refused.is(422).refused("invalid").fields(), ["book"]);
    let visitor = api.visitor();
    let (first, statements) = taken(&visitor, &format!("{path}?limit=100")).await;
    let first = first.is(200);
    assert!(statements <= 3, "{statements}");
    let items = first.json["items"].as_array().unwrap();
    assert_eq!(items.len(), 100);
    assert_eq!(
        (&items[0]["place"], &items[99]["place"]),
        (&json!(1), &json!(100))
    );
    let cursor = first.json["next"].as_str().unwrap();
    // What is taken out of a page that was read moves no other book.
    let gone = items[3]["book"]["id"].as_str().unwrap();
    for _ in 0..2 {
        ana.send("DELETE", &format!("{path}/{gone}"), &Value::Null)
            .await
            .is(204);
    }
    let rest = visitor
        .get(&format!("{path}?limit=100&cursor={cursor}"))
        .await;
    let rest = rest.is(200);
    assert_eq!(rest.json["items"].as_array().unwrap().len(), 5);
    assert_eq!(rest.json["items"][4]["book"]["title"], "Emma");
    let copy = ana
        .send(
            "POST",
            "/copies",
            &json!({ "edition": edition, "grade": "good" }),
        )
        .await
        .is(201);
    let item = format!("{path}/{emma}");
    let said = json!({ "note": "First", "place": 1, "copy": copy.json["id"] });
    ana.send("PUT", &item, &said).await.is(204);
    let own = ana.get(&format!("{path}?limit=1")).await.is(200);
    assert_eq!(own.json["items"][0]["note"], "First");
    assert_eq!(own.json["items"][0]["copy"], copy.json["id"]);
    // The copy is on no offer: others are not told that it is there.
    let seen = visitor.get(&format!("{path}?limit=1")).await.is(200);
    assert_eq!(seen.json["items"][0]["copy"], Value::Null);
    ana.send("PUT", &format!("{path}/{gone}"), &json!({}))
        .await
        .is(404);
    let refused = ana.send("PUT", &item, &json!({ "place": 0 })).await;
    assert_eq!(refused.is(422).refused("invalid").fields(), ["place"]);
}
