//! Editions, authors, series, genres and reviews, and books that were merged.

use dogear_domain::accounts::Role;
use dogear_domain::ids::WorkId;
use dogear_server::testing::statements::count;
use serde_json::{Value, json};

use super::kit::{ALL, Api, Program};

/// Enters a book; gives it and its edition.
async fn enter(program: &Program, title: &str, more: &[(&str, &str)]) -> (String, String) {
    let mut new = json!({ "title": title, "authors": ["Ada Ort"] });
    for (name, value) in more {
        new[*name] = json!(value);
    }
    let made = program.send("POST", "/books", &new).await.is(201);
    let id = |name: &str| made.json[name].as_str().unwrap().to_owned();
    (id("book"), id("id"))
}

/// A moderator merges one book into another.
async fn merge(api: &Api, keep: &str, drop: &str) {
    let desk = api.site.account("dora", Role::Moderator).await;
    let work = |id: &str| WorkId(id.parse().unwrap());
    dogear_server::moderation::merges::works::merge(&desk, None, work(keep), work(drop), &[])
        .await
        .unwrap();
}

#[tokio::test]
async fn an_edition_is_found_by_any_spelling_of_its_isbn() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (book, edition) = enter(&ana, "Emma", &[("isbn", "0-14-143958-0")]).await;
    let visitor = api.visitor();
    for isbn in ["9780141439587", "0141439580", "978-0-14-143958-7"] {
        let (answer, statements) = count(visitor.get(&format!("/isbn/{isbn}"))).await;
        let answer = answer.is(200);
        assert_eq!(statements, 1);
        assert_eq!(
            (&answer.json["id"], &answer.json["book"]),
            (&json!(edition), &json!(book))
        );
        assert_eq!(answer.json["authors"], json!(["Ada Ort"]));
    }
    let unknown = visitor.get("/isbn/9780199535521").await;
    unknown.is(404).refused("not_found");
    for wrong in ["9780141439588", "12", "emma"] {
        let answer = visitor.get(&format!("/isbn/{wrong}")).await.is(422);
        assert_eq!(answer.refused("invalid").fields(), ["isbn"]);
    }
    let (answer, statements) = count(visitor.get(&format!("/editions/{edition}"))).await;
    assert_eq!(
        (answer.is(200).json["isbn13"].clone(), statements),
        (json!("9780141439587"), 1)
    );
    visitor
        .get("/editions/999")
        .await
        .is(404)
        .refused("not_found");
}

#[tokio::test]
async fn a_merged_book_leads_to_the_other_one() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (keep, _) = enter(&ana, "Emma", &[]).await;
    let (drop, edition) = enter(&ana, "Something else", &[]).await;
    merge(&api, &keep, &drop).await;
    let visitor = api.visitor();
    for rest in ["", "/copies", "/similar", "/reviews"] {
        let moved = visitor.get(&format!("/books/{drop}{rest}")).await.is(308);
        let to = format!("/api/v1/books/{keep}{rest}");
        assert_eq!(moved.header("location"), to);
        assert_eq!(moved.json["moved_to"], to);
        assert_eq!(moved.header("cache-control"), "no-cache");
        visitor.get(&to).await.is(200);
        let gone = visitor.get(&format!("/books/999{rest}")).await;
        gone.is(404).refused("not_found");
    }
    // The edition went along.
    let edition = visitor.get(&format!("/editions/{edition}")).await.is(200);
    assert_eq!(edition.json["book"], keep);
    let change = json!({ "title": "Emma, a novel" });
    let refused = ana.send("PATCH", &format!("/books/{drop}"), &change).await;
    refused.is(404).refused("not_found");
}

#[tokio::test]
async fn authors_and_series_have_their_books() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let in_series = |place: &'static str| [("series", "Harbours"), ("series_position", place)];
    let (second, _) = enter(&ana, "Tide", &in_series("2")).await;
    let (first, _) = enter(&ana, "Quay", &in_series("1.5")).await;
    let visitor = api.visitor();
    let book = visitor.get(&format!("/books/{first}")).await.is(200);
    let author = book.json["authors"][0]["id"].as_str().unwrap();
    let (answer, statements) = count(visitor.get(&format!("/authors/{author}"))).await;
    let answer = answer.is(200);
    assert!(statements <= 2, "{statements}");
    assert_eq!(
        (&answer.json["name"], &answer.json["books"]),
        (&json!("Ada Ort"), &json!(2))
    );
    let path = format!("/authors/{author}/books?limit=1");
    let (answer, statements) = count(visitor.get(&path)).await;
    let page = answer.is(200);
    assert!(statements <= 2, "{statements}");
    assert_eq!(page.json["items"][0]["id"], first);
    // One that is entered meanwhile moves nothing.
    enter(&ana, "Jetty", &[]).await;
    let cursor = page.json["next"].as_str().unwrap();
    let page = visitor
        .get(&format!("{path}&cursor={cursor}"))
        .await
        .is(200);
    assert_eq!(page.json["items"][0]["id"], second);
    assert_eq!(page.json["next"], Value::Null);

    let series = book.json["series"]["id"].as_str().unwrap();
    let series = visitor.get(&format!("/series/{series}")).await.is(200);
    let positions = [&series.json["volumes"][0], &series.json["volumes"][1]];
    let positions = positions.map(|volume| volume["position"].as_str().unwrap());
    assert_eq!(positions, ["1.5", "2"]);
    for path in ["/authors/999", "/authors/999/books", "/series/999"] {
        visitor.get(path).await.is(404).refused("not_found");
    }
    let genres = visitor.get("/genres").await.is(200);
    assert!(genres.json["items"].as_array().unwrap().len() > 5);
}

#[tokio::test]
async fn reviews_come_in_their_order_without_those_of_whom_one_has_blocked() {
    let api = Api::new().await;
    let (ana, cx) = api.member("ana", ALL).await;
    let (book, _) = enter(&ana, "Emma", &[]).await;
    for handle in ["ben", "cleo", "dan"] {
        api.member(handle, ALL).await;
    }
    sqlx::query(
        "insert into reviews (user_id, work_id, body, helpful, created_at)
         select id, $1, 'By ' || handle, case handle when 'ben' then 5 when 'dan' then 2 else 0 end, now()
         from users where handle in ('ben', 'cleo', 'dan') order by id",
    )
    .bind(book.parse::<i64>().unwrap())
    .execute(&api.services.db)
    .await
    .unwrap();
    let visitor = api.visitor();
    let path = format!("/books/{book}/reviews");
    let by = |json: &Value| -> Vec<String> {
        let items = json["items"].as_array().unwrap().iter();
        items
            .map(|item| item["user"].as_str().unwrap().to_owned())
            .collect()
    };
    let (answer, statements) = count(visitor.get(&format!("{path}?limit=2"))).await;
    let first = answer.is(200);
    assert_eq!(statements, 2);
    assert_eq!(by(&first.json), ["ben", "dan"]);
    let cursor = first.json["next"].as_str().unwrap();
    let second = visitor
        .get(&format!("{path}?limit=2&cursor={cursor}"))
        .await;
    assert_eq!(by(&second.is(200).json), ["cleo"]);
    let other = visitor
        .get(&format!("{path}?sort=newest&cursor={cursor}"))
        .await;
    other.is(400).refused("cursor_invalid");
    let newest = visitor.get(&format!("{path}?sort=newest")).await.is(200);
    assert_eq!(by(&newest.json), ["dan", "cleo", "ben"]);
    visitor.get(&format!("{path}?sort=best")).await.is(400);
    dogear_server::accounts::block(&cx, "ben").await.unwrap();
    assert_eq!(by(&ana.get(&path).await.json), ["dan", "cleo"]);
    // Their own stands first, beside as many others as there are.
    sqlx::query(
        "insert into reviews (user_id, work_id, body, created_at)
         select id, $1, 'Mine', now() from users where handle = 'ana'",
    )
    .bind(book.parse::<i64>().unwrap())
    .execute(&api.services.db)
    .await
    .unwrap();
    let own = ana.get(&format!("{path}?limit=1")).await.is(200);
    assert_eq!(by(&own.json), ["ana", "dan"]);
    assert_eq!(own.json["items"][0]["mine"], true);

    let id = first.json["items"][0]["id"].as_str().unwrap();
    let (answer, statements) = count(visitor.get(&format!("/reviews/{id}"))).await;
    let one = answer.is(200);
    assert_eq!((&one.json["text"], statements), (&json!("By ben"), 1));
    assert_eq!(one.json["book"], book);
    ana.get(&format!("/reviews/{id}"))
        .await
        .is(404)
        .refused("not_found");
    sqlx::query("update reviews set hidden_at = now(), hidden_reason = 'x'")
        .execute(&api.services.db)
        .await
        .unwrap();
    visitor.get(&format!("/reviews/{id}")).await.is(404);
}
