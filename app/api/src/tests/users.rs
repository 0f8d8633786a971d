//! Readers, as programs of others see them.

use dogear_server::testing::statements::count;
use serde_json::Value;

use super::kit::{ALL, Api};

/// Ben has so many books on offer, has read and reviewed them all, and shows a list.
async fn ben(api: &Api, books: i32) {
    api.member("ben", ALL).await;
    sqlx::raw_sql("update users set city = 'Ghent', country = 'BE', trades_completed = 7 where handle = 'ben'")
        .execute(&api.services.db)
        .await
        .unwrap();
    sqlx::query(
        "with ben as (select id from users where handle = 'ben'),
           work as (insert into works (title, title_key, slug) select 'Book ' || n, 'book ' || n, 'book-' || n
             from generate_series(1, $1) n returning id),
           edition as (insert into editions (work_id) select id from work returning id, work_id),
           copy as (insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
             select e.id, e.work_id, b.id, 3, 'listed', now() from edition e, ben b order by e.id),
           said as (insert into reviews (user_id, work_id, body, created_at)
             select b.id, w.id, 'Good.', now() from work w, ben b order by w.id),
           list as (insert into lists (owner_id, name, slug, visibility, created_at, updated_at)
             select id, 'Seas', 'seas', 'public', now(), now() from ben)
         insert into reader_books (user_id, work_id, status, rating, rated_at, times_read, visibility, updated_at)
         select b.id, w.id, 'read', 17, now(), 1, 'public', now() - w.id * interval '1 minute' from work w, ben b",
    )
    .bind(books)
    .execute(&api.services.db)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_reader_is_what_their_page_says_in_one_statement() {
    let api = Api::new().await;
    ben(&api, 3).await;
    let visitor = api.visitor();
    let (answer, statements) = count(visitor.get("/users/ben")).await;
    let user = answer.is(200).json;
    assert_eq!(statements, 1);
    for (field, value) in [
        ("handle", "ben"),
        ("city", "Ghent"),
        ("country", "BE"),
        ("url", "http://dogear.test/u/ben"),
    ] {
        assert_eq!(user[field], value);
    }
    assert_eq!(
        (&user["trades_completed"], &user["reviews"]),
        (&7.into(), &3.into())
    );
    assert_eq!(
        (&user["lists"], &user["away_until"]),
        (&1.into(), &Value::Null)
    );
    assert!(user.get("email").is_none());
    assert_eq!(
        visitor.get("/users/BEN").await.is(200).json["handle"],
        "ben"
    );
    for nobody in ["nobody", "b", "%00", "ben%2Fcopies"] {
        let answer = visitor.get(&format!("/users/{nobody}")).await;
        answer.is(404).refused("not_found");
    }
}

#[tokio::test]
async fn what_a_reader_shows_comes_in_pages() {
    let api = Api::new().await;
    ben(&api, 105).await;
    let visitor = api.visitor();
    for list in ["copies", "reviews", "reading"] {
        let path = format!("/users/ben/{list}?limit=100");
        let (answer, statements) = count(visitor.get(&path)).await;
        let first = answer.is(200);
        assert!(statements <= 3, "{list} {statements}");
        assert_eq!(first.json["items"].as_array().unwrap().len(), 100, "{list}");
        let cursor = first.json["next"].as_str().unwrap();
        let second = visitor
            .get(&format!("{path}&cursor={cursor}"))
            .await
            .is(200);
        assert_eq!(second.json["items"].as_array().unwrap().len(), 5, "{list}");
        assert_eq!(second.json["next"], Value::Null);
        let ids = |json: &Value| -> Vec<String> {
            let items = json["items"].as_array().unwrap().iter();
            items.map(|item| item["book"].to_string()).collect()
        };
        let mut all = ids(&first.json);
        all.extend(ids(&second.json));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 105, "{list}");
        let other = visitor
            .get(&format!("/users/ana/{list}?cursor={cursor}"))
            .await;
        other.is(400).refused("cursor_invalid");
    }
    let reading = visitor.get("/users/ben/reading?limit=1").await.is(200);
    assert_eq!(reading.json["items"][0]["stars"], 4.25);
    assert_eq!(reading.json["items"][0]["status"], "read");
    let lists = visitor.get("/users/ben/lists").await.is(200);
    assert_eq!(lists.json["items"][0]["name"], "Seas");
    // Nothing of what they do not show.
    sqlx::raw_sql(
        "update reader_books set visibility = 'private'; update lists set visibility = 'private';
         update copies set state = 'owned', listed_at = null",
    )
    .execute(&api.services.db)
    .await
    .unwrap();
    for list in ["copies", "reading", "lists"] {
        let none = visitor.get(&format!("/users/ben/{list}")).await.is(200);
        assert_eq!(none.json["items"], serde_json::json!([]), "{list}");
    }
}

#[tokio::test]
async fn whom_one_has_blocked_is_not_found() {
    let api = Api::new().await;
    ben(&api, 1).await;
    let (ana, cx) = api.member("ana", ALL).await;
    ana.get("/users/ben").await.is(200);
    dogear_server::accounts::block(&cx, "ben").await.unwrap();
    let of_ben = api.of("ben", ALL).await;
    for rest in ["", "/copies", "/reviews", "/reading", "/lists"] {
        let answer = ana.get(&format!("/users/ben{rest}")).await;
        answer.is(404).refused("not_found");
        let answer = of_ben.get(&format!("/users/ana{rest}")).await;
        answer.is(404).refused("not_found");
        api.visitor()
            .get(&format!("/users/ben{rest}"))
            .await
            .is(200);
        let nobody = ana.get(&format!("/users/nobody{rest}")).await;
        nobody.is(404).refused("not_found");
    }
}
