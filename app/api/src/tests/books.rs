//! Books and their copies.

use dogear_server::testing::statements::count;
use serde_json::Value;

use super::kit::{ALL, Api};

/// A book with so many copies of it on offer, each of a reader of their own.
async fn offered(api: &Api, copies: i32) -> String {
    let work: i64 = sqlx::query_scalar(
        "with genre as (select slug from genres order by slug limit 1),
           work as (insert into works (title, title_key, slug, language, author_line, genre)
             select 'Emma', 'emma', 'emma', 'en', 'Jane Austen', slug from genre returning id),
           edition as (insert into editions (work_id, format, publisher, isbn13)
             select id, 'paperback', 'Penguin', '9780141439587' from work returning id, work_id),
           owners as (insert into users (handle, handle_key, email, email_key, email_verified_at, password_hash, display_name)
             select 'owner' || n, 'owner' || n, 'owner' || n || '@example.org', 'owner' || n || '@example.org',
               now(), '!', 'Owner ' || n from generate_series(1, $1) n returning id)
         insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
         select e.id, e.work_id, o.id, 3, 'listed', now() from edition e, owners o returning work_id",
    )
    .bind(copies)
    .fetch_one(&api.services.db)
    .await
    .expect("a book");
    work.to_string()
}

#[tokio::test]
async fn a_book_is_what_its_page_says_in_two_statements() {
    let api = Api::new().await;
    let book = offered(&api, 3).await;
    let visitor = api.visitor();
    let (answer, statements) = count(visitor.get(&format!("/books/{book}"))).await;
    let answer = answer.is(200);
    assert_eq!(statements, 2);
    let json = &answer.json;
    assert_eq!(json["id"], book);
    assert_eq!(json["title"], "Emma");
    assert_eq!(json["url"], format!("http://dogear.test/books/{book}-emma"));
    assert_eq!(json["copies_available"], 3);
    assert_eq!(json["editions"][0]["isbn13"], "9780141439587");
    assert_eq!(json["ratings"]["average"], Value::Null);
    visitor
        .get("/books/999999")
        .await
        .is(404)
        .refused("not_found");
    let again = visitor.get(&format!("/books/{book}")).await;
    assert_eq!(again.header("etag"), answer.header("etag"));
    visitor
        .get(&format!("/books/{book}?colour=red"))
        .await
        .is(400)
        .refused("malformed");
}

#[tokio::test]
async fn copies_come_in_pages_that_do_not_move() {
    let api = Api::new().await;
    let book = offered(&api, 105).await;
    let visitor = api.visitor();
    let path = format!("/books/{book}/copies");
    let (answer, statements) = count(visitor.get(&format!("{path}?limit=100"))).await;
    let first = answer.is(200);
    assert!(statements <= 3, "{statements}");
    assert_eq!(first.json["items"].as_array().unwrap().len(), 100);
    // One that is listed meanwhile is on no later page.
    sqlx::query("update copies set state = 'owned', listed_at = null where id = (select max(id) from copies)")
        .execute(&api.services.db)
        .await
        .unwrap();
    let cursor = first.json["next"].as_str().unwrap();
    let second = visitor
        .get(&format!("{path}?limit=100&cursor={cursor}"))
        .await
        .is(200);
    assert_eq!(second.json["items"].as_array().unwrap().len(), 5);
    assert_eq!(second.json["next"], Value::Null);
    // A cursor is of its list and its caller.
    let (other, _) = api.member("ana", ALL).await;
    for (program, path) in [
        (&other, format!("{path}?cursor={cursor}")),
        (&visitor, format!("/books/{book}1/copies?cursor={cursor}")),
        (&visitor, format!("{path}?cursor=MQ.{}", "a".repeat(43))),
        (&visitor, format!("{path}?cursor=")),
    ] {
        program.get(&path).await.is(400).refused("cursor_invalid");
    }
    visitor
        .get(&format!("{path}?limit=many"))
        .await
        .is(400)
        .refused("malformed");
}

#[tokio::test]
async fn copies_of_whom_one_has_blocked_are_left_out() {
    let api = Api::new().await;
    let book = offered(&api, 2).await;
    let (program, cx) = api.member("ana", ALL).await;
    api.member("ben", ALL).await;
    sqlx::query(
        "update copies set owner_id = (select id from users where handle = 'ben')
         where id = (select min(id) from copies)",
    )
    .execute(&api.services.db)
    .await
    .unwrap();
    dogear_server::accounts::block(&cx, "ben").await.unwrap();
    let seen = program.get(&format!("/books/{book}")).await;
    assert_eq!(seen.json["copies_available"], 1);
    let copies = program.get(&format!("/books/{book}/copies")).await;
    assert_eq!(copies.json["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        api.visitor().get(&format!("/books/{book}")).await.json["copies_available"],
        2
    );
}
