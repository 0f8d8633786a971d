//! Copies: added once, changed by whoever owns them, and seen by others without what is private.

use axum::body::Body;
use axum::http::Method;
use dogear_server::testing::photos::barcodes;
use dogear_server::testing::statements::count;
use serde_json::{Value, json};

use super::kit::{ALL, Answered, Api, Program};

/// A book and an edition of it: their ids.
pub(super) async fn book(api: &Api, title: &str, isbn: Option<&str>) -> (String, String) {
    let (work, edition): (i64, i64) = sqlx::query_as(
        "with work as (insert into works (title, title_key, slug, language, author_line)
             values ($1, lower($1), 'slug', 'en', 'Jane Austen') returning id)
         insert into editions (work_id, format, publisher, isbn13)
         select id, 'paperback', 'Penguin', $2 from work returning work_id, id",
    )
    .bind(title)
    .bind(isbn)
    .fetch_one(&api.services.db)
    .await
    .expect("a book");
    (work.to_string(), edition.to_string())
}

fn of(edition: &str) -> Value {
    json!({ "edition": edition, "grade": "good", "listed": true,
        "note": "Read twice.", "place": "Behind the piano", "defects": ["pets"] })
}

/// What the path gives, and how many statements that takes, without those by which the token is
/// known.
pub(super) async fn taken(program: &Program, path: &str) -> (Answered, u32) {
    // The first time, the use of the token is written down.
    program.get("/me").await;
    let (_, known) = count(program.get("/me")).await;
    let (answer, all) = count(program.get(path)).await;
    (answer, all - known)
}

async fn added(program: &Program, body: &Value) -> Answered {
    program.send("POST", "/copies", body).await.is(201)
}

async fn copies(api: &Api) -> i64 {
    sqlx::query_scalar("select count(*) from copies")
        .fetch_one(&api.services.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_copy_is_added_by_edition_isbn_or_title_once_unless_it_is_a_second() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (_, edition) = book(&api, "Emma", Some("9780141439587")).await;
    let first = added(&ana, &of(&edition)).await;
    let id = first.json["id"].as_str().unwrap();
    assert_eq!(first.header("location"), format!("/api/v1/copies/{id}"));
    assert_eq!(first.json["own"]["place"], "Behind the piano");
    assert_eq!(first.json["state"], "listed");
    assert_eq!(first.json["offers"]["trade"], true);
    // The same edition by its ISBN, in the old notation.
    let mut again = json!({ "isbn": "0-14-143958-0", "grade": "good" });
    let doubted = ana.send("POST", "/copies", &again).await.is(422);
    assert_eq!(doubted.refused("invalid").fields(), ["second"]);
    again["second"] = json!(true);
    assert_eq!(added(&ana, &again).await.json["edition"], edition);
    let new = json!({ "book": { "title": "Romola", "authors": ["George Eliot"] }, "grade": "fine",
        "listed": true, "offers": { "lend": { "days": 20 },
            "sell": { "price": { "amount": 1250, "currency": "EUR" },
                "postage": { "amount": 300, "currency": "EUR" }, "at_once": true } } });
    let romola = added(&ana, &new).await;
    assert_eq!(romola.json["title"], "Romola");
    assert_eq!(romola.json["offers"]["trade"], false);
    assert_eq!(romola.json["offers"]["lend"]["days"], 20);
    assert_eq!(romola.json["offers"]["sell"]["price"]["amount"], 1250);
    assert_eq!(romola.json["offers"]["sell"]["postage"]["amount"], 300);
    assert_eq!(romola.json["offers"]["sell"]["at_once"], true);
    assert_eq!(copies(&api).await, 3);
}

#[tokio::test]
async fn what_is_wrong_with_a_copy_is_named_as_it_was_sent() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (_, edition) = book(&api, "Emma", None).await;
    let euros = json!({ "amount": 100, "currency": "EUR" });
    let yen = json!({ "amount": 100, "currency": "JPY" });
    for (body, field) in [
        (json!({ "grade": "good" }), "edition"),
        (
            json!({ "grade": "good", "edition": edition, "isbn": "1" }),
            "edition",
        ),
        (json!({ "grade": "good", "edition": "999999" }), "edition"),
        (json!({ "grade": "good", "isbn": "9780141439580" }), "isbn"),
        (json!({ "grade": "good", "isbn": "9780141439587" }), "isbn"),
        (json!({ "grade": "superb", "edition": edition }), "grade"),
        (json!({ "edition": edition }), "grade"),
        (
            json!({ "grade": "good", "edition": edition, "colour": "red" }),
            "colour",
        ),
        (
            json!({ "grade": "good", "edition": edition, "defects": ["eaten"] }),
            "defects",
        ),
        (
            json!({ "grade": "good", "edition": edition, "note": "x".repeat(9000) }),
            "note",
        ),
        (
            json!({ "grade": "good", "edition": edition, "place": "x".repeat(900) }),
            "place",
        ),
        (
            json!({ "grade": "good", "edition": edition, "offers": {} }),
            "offers",
        ),
        (
            json!({ "grade": "good", "edition": edition, "offers": { "give": true, "sell": { "price": euros } } }),
            "offers",
        ),
        (
            json!({ "grade": "good", "edition": edition, "offers": { "lend": { "days": 0 } } }),
            "offers.lend.days",
        ),
        (
            json!({ "grade": "good", "edition": edition, "offers": { "sell": { "price": { "amount": 0, "currency": "EUR" } } } }),
            "offers.sell.price",
        ),
        (
            json!({ "grade": "good", "edition": edition, "offers": { "sell": { "price": euros, "postage": yen } } }),
            "offers.sell.postage.currency",
        ),
        (
            json!({ "grade": "good", "book": { "title": "", "authors": ["A"] } }),
            "book.title",
        ),
        (
            json!({ "grade": "good", "book": { "title": "A", "authors": [] } }),
            "book.authors",
        ),
    ] {
        let answer = ana.send("POST", "/copies", &body).await.is(422);
        assert_eq!(answer.refused("invalid").fields(), [field], "{body:.200}");
    }
    assert_eq!(copies(&api).await, 0);
}

#[tokio::test]
async fn a_book_that_may_be_known_is_asked_about_with_the_choices() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (ben, _) = api.member("ben", ALL).await;
    let mut body = json!({ "grade": "good", "book": { "title": "Middlemarch",
        "authors": ["George Eliot"], "isbn": "9780141439587" } });
    let known = added(&ana, &body).await;
    body["book"]["title"] = json!("The Theory of Heat");
    body["book"]["authors"] = json!(["James Clerk Maxwell"]);
    let asked = ben.send("POST", "/copies", &body).await.is(422);
    let asked = asked.refused("invalid");
    assert_eq!(asked.fields(), ["book.known"]);
    let edition = known.json["edition"].as_str().unwrap();
    let detail = asked.json["detail"].as_str().unwrap();
    assert!(detail.contains(&format!("`{edition}` for")), "{detail}");
    assert!(detail.contains(&format!("`none:{edition}`")), "{detail}");
    body["book"]["known"] = json!(format!("none:{edition}"));
    assert_ne!(added(&ben, &body).await.json["edition"], edition);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_at_once_with_one_key_make_one_copy() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (_, edition) = book(&api, "Emma", None).await;
    let sent: Vec<_> = (0..50)
        .map(|_| {
            let (ana, body) = (ana.clone(), of(&edition));
            tokio::spawn(async move {
                let key = [("idempotency-key", "one")];
                ana.send_with("POST", "/copies", &key, &body).await
            })
        })
        .collect();
    let mut ids = Vec::new();
    for answer in sent {
        ids.push(answer.await.unwrap().is(201).json["id"].clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(copies(&api).await, 1);
    // Another copy under the key is a mistake of the program.
    let mut other = of(&edition);
    other["grade"] = json!("fine");
    let key = [("idempotency-key", "one")];
    let answer = ana.send_with("POST", "/copies", &key, &other).await;
    answer.is(409).refused("conflict");
}

#[tokio::test]
async fn what_is_private_stays_private() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (ben, _) = api.member("ben", ALL).await;
    let visitor = api.visitor();
    let (_, edition) = book(&api, "Emma", None).await;
    let copy = added(&ana, &of(&edition)).await;
    let id = copy.json["id"].as_str().unwrap();
    let path = format!("/copies/{id}");
    for program in [&ben, &visitor, &api.of("ana", "trade").await] {
        for path in [
            path.clone(),
            format!("{path}/photos"),
            format!("{path}/history"),
        ] {
            let seen = program.get(&path).await.is(200);
            assert!(!seen.text.contains("piano"), "{}", seen.text);
        }
        let seen = program.get(&path).await;
        assert_eq!(seen.json["own"], Value::Null);
        assert_eq!(seen.json["note"], "Read twice.");
        assert_eq!(seen.json["defects"], json!(["pets"]));
    }
    assert_eq!(ben.get("/me/copies").await.json["items"], json!([]));
    for program in [&ana, &api.of("ana", "read").await] {
        let own = program.get(&path).await.is(200);
        assert_eq!(own.json["own"]["place"], "Behind the piano");
        assert_eq!(own.header("etag"), copy.header("etag"));
    }
    // What is not on offer is not there for others, and theirs is not for them to change.
    ana.send("POST", &format!("{path}/unlist"), &Value::Null)
        .await
        .is(200);
    for program in [&ben, &visitor] {
        program.get(&path).await.is(404).refused("not_found");
        program.get(&format!("{path}/photos")).await.is(404);
    }
    for (method, path, body) in [
        ("PATCH", path.clone(), json!({ "note": "mine" })),
        ("PATCH", path.clone(), json!({ "place": "mine" })),
        ("DELETE", path.clone(), Value::Null),
        ("POST", format!("{path}/list"), Value::Null),
        ("POST", format!("{path}/restore"), Value::Null),
        ("POST", format!("{path}/archive"), Value::Null),
        ("DELETE", format!("{path}/photos/1"), Value::Null),
    ] {
        let answer = ben.send(method, &path, &body).await;
        answer.is(404).refused("not_found");
    }
    assert_eq!(ana.get(&path).await.json["note"], "Read twice.");
}

#[tokio::test]
async fn a_change_says_what_it_has_seen_and_leaves_what_it_does_not_name() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (_, edition) = book(&api, "Emma", None).await;
    let copy = added(&ana, &of(&edition)).await;
    let path = format!("/copies/{}", copy.json["id"].as_str().unwrap());
    let yesterday = copy.header("etag").to_owned();
    let change = json!({ "note": null, "grade": "fair", "offers": { "give": true } });
    let seen = [("if-match", yesterday.as_str())];
    let changed = ana.send_with("PATCH", &path, &seen, &change).await.is(200);
    assert_eq!(changed.json["note"], "");
    assert_eq!(changed.json["grade"], "fair");
    assert_eq!(changed.json["own"]["place"], "Behind the piano");
    assert_eq!(changed.json["defects"], json!(["pets"]));
    assert_eq!(changed.json["offers"]["give"], true);
    assert_eq!(changed.json["offers"]["trade"], false);
    let late = ana
        .send_with("PATCH", &path, &seen, &json!({ "note": "late" }))
        .await;
    assert_eq!(late.header("etag"), changed.header("etag"));
    late.is(412).refused("version_mismatch");
    let empty = ana.send("PATCH", &path, &json!({})).await.is(200);
    assert_eq!(empty.header("etag"), changed.header("etag"));
    for (change, field) in [
        (json!({ "grade": null }), "grade"),
        (json!({ "offers": null }), "offers"),
        (json!({ "offers": {} }), "offers"),
        (json!({ "listed": true }), "listed"),
    ] {
        let refused = ana.send("PATCH", &path, &change).await.is(422);
        assert_eq!(refused.refused("invalid").fields(), [field]);
    }
}

#[tokio::test]
async fn changes_of_different_fields_at_once_all_count() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (_, edition) = book(&api, "Emma", None).await;
    let copy = added(&ana, &of(&edition)).await;
    let path = format!("/copies/{}", copy.json["id"].as_str().unwrap());
    let (note, place, grade) = (
        json!({ "note": "New." }),
        json!({ "place": "Shed" }),
        json!({ "grade": "fair" }),
    );
    let sent = futures::join!(
        ana.send("PATCH", &path, &note),
        ana.send("PATCH", &path, &place),
        ana.send("PATCH", &path, &grade)
    );
    for answer in [sent.0, sent.1, sent.2] {
        answer.is(200);
    }
    let now = ana.get(&path).await.is(200);
    assert_eq!(now.json["note"], "New.");
    assert_eq!(now.json["own"]["place"], "Shed");
    assert_eq!(now.json["grade"], "fair");
    // Of those who name the version, one is heard.
    let etag = now.header("etag").to_owned();
    let seen = [("if-match", etag.as_str())];
    let (one, two) = (json!({ "note": "One" }), json!({ "note": "Two" }));
    let sent = futures::join!(
        ana.send_with("PATCH", &path, &seen, &one),
        ana.send_with("PATCH", &path, &seen, &two)
    );
    let mut statuses = [sent.0.status.as_u16(), sent.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test]
async fn a_promised_copy_only_moves_to_another_place() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (_, edition) = book(&api, "Emma", None).await;
    let copy = added(&ana, &of(&edition)).await;
    let id = copy.json["id"].as_str().unwrap();
    sqlx::query(
        "with trade as (insert into trades (state, opened_by, agreed_at)
             select 'agreed', owner_id, now() from copies where id = $1 returning id)
         insert into copy_holds (copy_id, trade_id) select $1, id from trade",
    )
    .bind(id.parse::<i64>().unwrap())
    .execute(&api.services.db)
    .await
    .unwrap();
    let path = format!("/copies/{id}");
    let held = ana.get(&path).await.is(200);
    assert_eq!(held.json["held"], true);
    assert_eq!(held.json["own"]["held_by"], "trade");
    let seen = api.visitor().get(&path).await.is(200);
    assert_eq!(seen.json["held"], true);
    for (method, path, body) in [
        (
            "PATCH",
            path.clone(),
            json!({ "note": "new", "place": "Shed" }),
        ),
        ("DELETE", path.clone(), Value::Null),
        ("POST", format!("{path}/unlist"), Value::Null),
    ] {
        let answer = ana.send(method, &path, &body).await;
        answer.is(409).refused("conflict");
    }
    let moved = ana.send("PATCH", &path, &json!({ "place": "Shed" })).await;
    assert_eq!(moved.is(200).json["own"]["place"], "Shed");
}

#[tokio::test]
async fn the_shelf_comes_in_pages_by_state_and_the_trash_gives_back() {
    let api = Api::new().await;
    let (ana, cx) = api.member("ana", ALL).await;
    let (_, edition) = book(&api, "Emma", None).await;
    sqlx::query(
        "insert into copies (edition_id, work_id, owner_id, grade, state)
         select e.id, e.work_id, $1, 3, 'owned' from editions e, generate_series(1, 104) where e.id = $2",
    )
    .bind(cx.actor.as_ref().unwrap().id)
    .bind(edition.parse::<i64>().unwrap())
    .execute(&api.services.db)
    .await
    .unwrap();
    let mut body = of(&edition);
    body["second"] = json!(true);
    let listed = added(&ana, &body).await;
    let id = listed.json["id"].as_str().unwrap();
    let (first, statements) = taken(&ana, "/me/copies?limit=100").await;
    let first = first.is(200);
    assert!(statements <= 3, "{statements}");
    assert_eq!(first.json["items"].as_array().unwrap().len(), 100);
    assert_eq!(first.json["items"][0], listed.json);
    let cursor = first.json["next"].as_str().unwrap();
    let rest = ana
        .get(&format!("/me/copies?limit=100&cursor={cursor}"))
        .await;
    assert_eq!(rest.is(200).json["items"].as_array().unwrap().len(), 5);
    ana.get(&format!("/me/copies?state=owned&cursor={cursor}"))
        .await
        .refused("cursor_invalid");
    let (one, statements) = taken(&ana, &format!("/copies/{id}")).await;
    one.is(200);
    assert!(statements <= 2, "{statements}");
    let items = async |state: &str| {
        let answer = ana.get(&format!("/me/copies?state={state}")).await.is(200);
        answer.json["items"].as_array().unwrap().len()
    };
    assert_eq!(items("listed").await, 1);
    ana.send("DELETE", &format!("/copies/{id}"), &Value::Null)
        .await
        .is(204);
    assert_eq!((items("listed").await, items("deleted").await), (0, 1));
    let back = ana
        .send("POST", &format!("/copies/{id}/restore"), &Value::Null)
        .await;
    assert_eq!(back.is(200).json["state"], "owned");
    let back = ana
        .send("POST", &format!("/copies/{id}/list"), &Value::Null)
        .await;
    assert_eq!(back.is(200).json["state"], "listed");
    ana.get("/me/copies?state=lost")
        .await
        .is(400)
        .refused("malformed");
}

#[tokio::test]
async fn a_photo_is_a_body_of_its_own() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (ben, _) = api.member("ben", ALL).await;
    let (_, edition) = book(&api, "Emma", None).await;
    let copy = added(&ana, &of(&edition)).await;
    let path = format!("/copies/{}/photos", copy.json["id"].as_str().unwrap());
    let photo = barcodes(&["9780141439587"]);
    let send = async |program: &Program, kind: &str, body: Vec<u8>| {
        let headers = [("content-type", kind), ("idempotency-key", "p")];
        program
            .call(Method::POST, &path, &headers, Body::from(body))
            .await
    };
    let answer = send(&ana, "image/png", photo.clone()).await.is(201);
    assert_eq!(answer.json["items"].as_array().unwrap().len(), 1);
    let again = send(&ana, "image/png", photo.clone()).await.is(201);
    assert_eq!(again.json, answer.json);
    assert_eq!(api.visitor().get(&path).await.json, answer.json);
    send(&ben, "image/png", photo.clone()).await.is(404);
    send(&ana, "application/json", photo.clone())
        .await
        .is(415)
        .refused("wrong_media_type");
    let broken = send(&ana, "image/jpeg", b"no photo".to_vec()).await.is(422);
    assert_eq!(broken.refused("invalid").fields(), ["body"]);
    // Larger than any other body may be, and no photo.
    send(&ana, "image/png", vec![0; 3 * 1024 * 1024])
        .await
        .is(422);
    send(&ana, "image/png", vec![0; 8 * 1024 * 1024 + 1])
        .await
        .is(413)
        .refused("too_large");
    let id = answer.json["items"][0]["id"].as_str().unwrap();
    let photo = format!("{path}/{id}");
    ben.send("DELETE", &photo, &Value::Null).await.is(404);
    ana.send("DELETE", &photo, &Value::Null).await.is(204);
    assert_eq!(ana.get(&path).await.json["items"], json!([]));
}
