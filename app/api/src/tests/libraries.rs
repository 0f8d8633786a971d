//! Libraries: what a member reads, for themselves and for others.

use serde_json::{Value, json};

use super::copies::{book, taken};
use super::kit::{ALL, Api};

const BOOKS: &str = "/libraries/me/books";

#[tokio::test]
async fn a_book_is_put_read_and_taken_out_as_a_whole() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (emma, _) = book(&api, "Emma", None).await;
    let path = format!("{BOOKS}/{emma}");
    ana.get(&path).await.is(404).refused("not_found");
    let want = json!({ "status": "want", "note": "From the fair" });
    let wanted = ana.send("PUT", &path, &want).await.is(200);
    assert_eq!(wanted.json["status"], "want");
    assert_eq!(wanted.json["book"]["title"], "Emma");
    assert_eq!(wanted.json["own"]["note"], "From the fair");
    let (got, statements) = taken(&ana, &path).await;
    assert_eq!(got.is(200).header("etag"), wanted.header("etag"));
    assert!(statements <= 2, "{statements}");
    // Another version is refused, and the present one is said.
    let yesterday = wanted.header("etag").to_owned();
    let seen = [("if-match", yesterday.as_str())];
    let read = json!({ "status": "reading", "rating": 3.75 });
    let reading = ana.send_with("PUT", &path, &seen, &read).await.is(200);
    assert_eq!(reading.json["status"], "reading");
    assert_eq!(reading.json["rating"], 3.75);
    assert_eq!(reading.json["own"]["wanted"], false);
    assert_eq!(reading.json["own"]["note"], "");
    let late = ana.send_with("PUT", &path, &seen, &want).await;
    assert_eq!(late.header("etag"), reading.header("etag"));
    late.is(412).refused("version_mismatch");
    for status in [
        "paused", "reading", "read", "read", "stopped", "read", "reading",
    ] {
        let body = json!({ "status": status, "rating": 5 });
        let put = ana.send("PUT", &path, &body).await.is(200);
        assert_eq!(put.json["status"], status);
    }
    let readings = ana.get(&format!("{path}/readings")).await.is(200);
    assert_eq!(readings.json["items"].as_array().unwrap().len(), 4);
    ana.send("DELETE", &path, &Value::Null).await.is(204);
    ana.send("DELETE", &path, &Value::Null).await.is(204);
    ana.get(&path).await.is(404);
    ana.send_with("PUT", &path, &seen, &want)
        .await
        .is(412)
        .refused("version_mismatch");
    let rated: Option<i32> = sqlx::query_scalar("select n from work_ratings where work_id = $1")
        .bind(emma.parse::<i64>().unwrap())
        .fetch_optional(&api.services.db)
        .await
        .unwrap();
    assert_eq!(rated.unwrap_or_default(), 0);
    for (body, field) in [
        (json!({ "status": "paused" }), "status"),
        (json!({ "status": "lost" }), "status"),
        (json!({ "rating": 0 }), "rating"),
        (json!({ "rating": 5.25 }), "rating"),
        (json!({ "rating": 3.3 }), "rating"),
        (json!({ "rating": -1 }), "rating"),
        (json!({ "note": "x".repeat(100_000) }), "note"),
        (json!({ "visibility": "friends" }), "visibility"),
        (json!({ "stars": 3 }), "stars"),
    ] {
        let refused = ana.send("PUT", &path, &body).await.is(422);
        assert_eq!(refused.refused("invalid").fields(), [field]);
    }
    // Nothing was kept of what was refused.
    ana.get(&path).await.is(404);
    ana.send("PUT", &path, &json!({})).await.is(204);
    ana.send("PUT", &format!("{BOOKS}/999999"), &want)
        .await
        .is(404);
}

#[tokio::test]
async fn others_see_what_is_shown_and_no_more() {
    let api = Api::new().await;
    let (ana, cx) = api.member("ana", ALL).await;
    let (ben, _) = api.member("ben", ALL).await;
    let visitor = api.visitor();
    for (title, visibility) in [("Emma", "public"), ("Romola", "private"), ("Utopia", "")] {
        let (id, _) = book(&api, title, None).await;
        let mut body = json!({ "status": "read", "rating": 4, "note": "Dreadful secret" });
        if !visibility.is_empty() {
            body["visibility"] = json!(visibility);
        }
        let path = format!("{BOOKS}/{id}");
        ana.send("PUT", &path, &body).await.is(200);
        let reading =
            json!({ "started_on": "2019-03", "ended_on": "2019-04-02", "ending": "finished" });
        let made = ana
            .send("POST", &format!("{path}/readings"), &reading)
            .await;
        let made = made.is(201);
        let own = made.header("location").to_owned();
        for other in [&ben, &visitor] {
            let answer = other.get(&own).await;
            assert!([401, 404].contains(&answer.status.as_u16()), "{own}");
            let answer = other.send("DELETE", &own, &Value::Null).await;
            assert!([401, 404].contains(&answer.status.as_u16()), "{own}");
        }
        ben.send("PATCH", &own, &json!({ "ended_on": "2020" }))
            .await
            .is(404)
            .refused("not_found");
        ben.get(&path).await.is(404);
    }
    for other in [&ben, &visitor, &api.of("ana", "trade").await] {
        let seen = other.get("/libraries/ana").await.is(200);
        assert_eq!(
            seen.json["items"].as_array().unwrap().len(),
            1,
            "{}",
            seen.text
        );
        let emma = &seen.json["items"][0];
        assert_eq!(emma["book"]["title"], "Emma");
        assert_eq!(
            (&emma["status"], &emma["rating"]),
            (&json!("read"), &json!(4.0))
        );
        assert_eq!(emma["own"], Value::Null);
        for secret in ["secret", "2019-03", "Romola", "Utopia"] {
            assert!(!seen.text.contains(secret), "{}", seen.text);
        }
    }
    for path in ["/libraries/ana", "/libraries/me"] {
        let (own, statements) = taken(&ana, path).await;
        let own = own.is(200);
        assert!(statements <= 3, "{statements}");
        assert_eq!(own.json["items"].as_array().unwrap().len(), 3);
        assert!(own.text.contains("Dreadful secret"));
    }
    visitor.get("/libraries/nobody").await.is(404);
    visitor
        .get("/libraries/me")
        .await
        .is(401)
        .refused("token_required");
    let year = async |year: i32| {
        let answer = ana.get(&format!("/libraries/me?year={year}")).await.is(200);
        answer.json["items"].as_array().unwrap().len()
    };
    assert_eq!((year(2019).await, year(2020).await), (3, 0));
    let none = ana.get("/libraries/me?status=want").await.is(200);
    assert_eq!(none.json["items"], json!([]));
    // Whom one has blocked sees nothing of it.
    dogear_server::accounts::block(&cx, "ben").await.unwrap();
    ben.get("/libraries/ana").await.is(404).refused("not_found");
}

#[tokio::test]
async fn of_two_who_name_the_same_version_one_is_heard() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (emma, _) = book(&api, "Emma", None).await;
    let path = format!("{BOOKS}/{emma}");
    let mut etag = ana.send("PUT", &path, &json!({ "rating": 1 })).await;
    for round in 0..5 {
        let tag = etag.is(200).header("etag").to_owned();
        let seen = [("if-match", tag.as_str())];
        let (one, two) = (
            json!({ "rating": 2, "note": format!("one {round}") }),
            json!({ "rating": 3, "note": format!("two {round}") }),
        );
        let (one, two) = futures::join!(
            ana.send_with("PUT", &path, &seen, &one),
            ana.send_with("PUT", &path, &seen, &two)
        );
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "{} {}", one.text, two.text);
        etag = ana.get(&path).await;
    }
}

#[tokio::test]
async fn a_library_comes_in_pages_that_do_not_move() {
    let api = Api::new().await;
    let (ana, cx) = api.member("ana", ALL).await;
    sqlx::query(
        "with books as (insert into works (title, title_key, slug, language, author_line)
             select 'Book ' || n, 'book ' || n, 'book', 'en', 'Nobody' from generate_series(1, 105) n
             returning id)
         insert into reader_books (user_id, work_id, wanted_at, status, created_at, updated_at)
         select $1, id, now(), 'want', now(), now() from books",
    )
    .bind(cx.actor.as_ref().unwrap().id)
    .execute(&api.services.db)
    .await
    .unwrap();
    let (first, statements) = taken(&ana, "/libraries/me?status=want&limit=100").await;
    let first = first.is(200);
    assert!(statements <= 3, "{statements}");
    let items = first.json["items"].as_array().unwrap();
    assert_eq!(items.len(), 100);
    // What is changed meanwhile stays on its page.
    let last = items[99]["book"]["id"].as_str().unwrap();
    let path = format!("{BOOKS}/{last}");
    ana.send("PUT", &path, &json!({ "status": "want", "rating": 1 }))
        .await
        .is(200);
    let cursor = first.json["next"].as_str().unwrap();
    let rest = ana
        .get(&format!(
            "/libraries/me?status=want&limit=100&cursor={cursor}"
        ))
        .await
        .is(200);
    assert_eq!(rest.json["items"].as_array().unwrap().len(), 5);
    assert_eq!(rest.json["next"], Value::Null);
    ana.get(&format!("/libraries/me?cursor={cursor}"))
        .await
        .is(400)
        .refused("cursor_invalid");
}

#[tokio::test]
async fn readings_have_days_of_any_precision_and_go_on_once() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (emma, _) = book(&api, "Emma", None).await;
    let path = format!("{BOOKS}/{emma}/readings");
    let body = json!({ "started_on": "2020", "ended_on": "2020-11", "ending": "finished" });
    let key = [("idempotency-key", "r")];
    let made = ana.send_with("POST", &path, &key, &body).await.is(201);
    let again = ana.send_with("POST", &path, &key, &body).await.is(201);
    assert_eq!(made.json, again.json);
    assert_eq!(made.json["started_on"], "2020");
    assert_eq!(made.json["ended_on"], "2020-11");
    let open = ana.send("POST", &path, &json!({})).await.is(201);
    assert_eq!(open.json["ending"], Value::Null);
    for (body, field) in [
        (json!({}), "ending"),
        (json!({ "ended_on": "2020" }), "ending"),
        (
            json!({ "started_on": "spring", "ending": "stopped" }),
            "started_on",
        ),
        (
            json!({ "started_on": "2999", "ending": "stopped" }),
            "started_on",
        ),
        (
            json!({ "started_on": "2020", "ended_on": "2019", "ending": "stopped" }),
            "ended_on",
        ),
        (json!({ "ending": "lost" }), "ending"),
        (json!({ "finished_on": "2020" }), "finished_on"),
    ] {
        let refused = ana.send("POST", &path, &body).await.is(422);
        assert_eq!(refused.refused("invalid").fields(), [field]);
    }
    let one = format!(
        "/libraries/me/readings/{}",
        open.json["id"].as_str().unwrap()
    );
    let (got, statements) = taken(&ana, &one).await;
    let got = got.is(200);
    assert!(statements <= 3, "{statements}");
    let yesterday = got.header("etag").to_owned();
    let seen = [("if-match", yesterday.as_str())];
    let change =
        json!({ "started_on": "2026-05-12", "progress": { "done": 40, "unit": "percent" } });
    let changed = ana.send_with("PATCH", &one, &seen, &change).await.is(200);
    assert_eq!(changed.json["started_on"], "2026-05-12");
    assert_eq!(
        changed.json["progress"],
        json!({ "done": 40, "of": 100, "unit": "percent" })
    );
    let late = ana
        .send_with("PATCH", &one, &seen, &json!({ "started_on": null }))
        .await;
    assert_eq!(late.header("etag"), changed.header("etag"));
    late.is(412).refused("version_mismatch");
    // What is not named stays; what is null is emptied.
    let ended = json!({ "ending": "stopped", "ended_on": "2026-06" });
    let ended = ana.send("PATCH", &one, &ended).await.is(200);
    assert_eq!(ended.json["started_on"], "2026-05-12");
    let emptied = ana
        .send("PATCH", &one, &json!({ "started_on": null }))
        .await;
    let emptied = emptied.is(200);
    assert_eq!(emptied.json["started_on"], Value::Null);
    assert_eq!(emptied.json["ended_on"], "2026-06");
    for (change, field) in [
        (
            json!({ "progress": { "done": 50, "unit": "percent" } }),
            "progress",
        ),
        (json!({ "progress": null }), "progress"),
        (json!({ "ending": null }), "ending"),
        (
            json!({ "ended_on": "1999", "started_on": "2000" }),
            "ended_on",
        ),
    ] {
        let refused = ana.send("PATCH", &one, &change).await.is(422);
        assert_eq!(refused.refused("invalid").fields(), [field]);
    }
    ana.send("DELETE", &one, &Value::Null).await.is(204);
    ana.get(&one).await.is(404).refused("not_found");
}

#[tokio::test]
async fn years_have_numbers_and_goals() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (ben, _) = api.member("ben", ALL).await;
    let (emma, _) = book(&api, "Emma", None).await;
    for (day, ending) in [
        ("2019", "finished"),
        ("2019-05", "finished"),
        ("2019-06-01", "stopped"),
    ] {
        let body = json!({ "ended_on": day, "ending": ending });
        ana.send("POST", &format!("{BOOKS}/{emma}/readings"), &body)
            .await
            .is(201);
    }
    let goal = "/libraries/me/goals/2019";
    assert_eq!(ana.get(goal).await.is(200).json["books"], Value::Null);
    let set = ana.send("PUT", goal, &json!({ "books": 30 })).await.is(200);
    assert_eq!(set.json, json!({ "year": 2019, "books": 30, "read": 2 }));
    for books in [0, -1, 10_001, 9_999_999_999_i64] {
        let refused = ana
            .send("PUT", goal, &json!({ "books": books }))
            .await
            .is(422);
        assert_eq!(refused.refused("invalid").fields(), ["books"]);
    }
    let year = ana.get("/libraries/me/years/2019").await.is(200);
    assert_eq!(year.json["books"], 2);
    assert_eq!(year.json["months"][4], 1);
    assert_eq!(year.json["books_without_month"], 1);
    assert_eq!(year.json["goal"], 30);
    assert_eq!(ben.get(goal).await.json["books"], Value::Null);
    ana.send("DELETE", goal, &Value::Null).await.is(204);
    assert_eq!(ana.get(goal).await.json["books"], Value::Null);
    for year in ["1066", "9999", "soon", "99999"] {
        ana.get(&format!("/libraries/me/years/{year}"))
            .await
            .is(404);
        let path = format!("/libraries/me/goals/{year}");
        ana.send("PUT", &path, &json!({ "books": 1 })).await.is(404);
    }
}
