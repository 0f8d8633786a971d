//! The books that guests bring to swap meets.

use dogear_domain::ids::EventId;
use dogear_server::Cx;
use dogear_server::testing::statements::count;
use serde_json::{Value, json};

use super::events::evening;
use super::kit::{ALL, Api};

/// Copies of books that a reader brings to an event.
async fn brings(api: &Api, cx: &Cx, event: EventId, number: i32) {
    sqlx::query(
        "with genre as (select slug from genres order by slug limit 1),
           made as (insert into works (title, title_key, slug, language, author_line, genre)
             select 'Book ' || n, 'book ' || n, 'book-' || n, 'en', 'Jane Austen', slug
             from genre, generate_series(10, 9 + $1) n returning id),
           edition as (insert into editions (work_id, format) select id, 'paperback' from made returning id, work_id),
           copy as (insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
             select id, work_id, $2, 3, 'listed', now() from edition returning id)
         insert into event_books (occurrence_id, copy_id, user_id, added_at)
         select o.id, copy.id, $2, now() from copy, event_occurrences o where o.event_id = $3",
    )
    .bind(number)
    .bind(cx.actor.as_ref().unwrap().id.0)
    .bind(event.0)
    .execute(&api.services.db)
    .await
    .expect("books");
}

#[tokio::test]
async fn books_at_a_swap_meet_come_in_pages_and_say_their_owners_to_guests_alone() {
    let api = Api::new().await;
    let (_, host) = api.member("host", ALL).await;
    let event = evening(&host, 10, |_| {}).await;
    let (ana, ana_cx) = api.member("ana", ALL).await;
    let (ben, _) = api.member("ben", ALL).await;
    let book = format!("/events/{event}/bookings");
    ana.send("POST", &book, &json!({ "party": 1 }))
        .await
        .is(201);
    ben.send("POST", &book, &json!({ "party": 1 }))
        .await
        .is(201);
    brings(&api, &ana_cx, event, 5).await;
    let path = format!("/events/{event}/books");
    let visitor = api.visitor();
    let (first, statements) = count(visitor.get(&format!("{path}?limit=3"))).await;
    let first = first.is(200).json;
    assert!(statements <= 3, "{statements}");
    assert_eq!(first["items"].as_array().unwrap().len(), 3);
    assert_eq!(first["items"][0]["title"], "Book 10");
    assert_eq!(first["items"][0]["owner"], Value::Null);
    assert_eq!(first["items"][0]["copy"], Value::Null);
    let next = first["next"].as_str().unwrap();
    let rest = visitor
        .get(&format!("{path}?limit=3&cursor={next}"))
        .await
        .is(200)
        .json;
    assert_eq!(rest["items"][0]["title"], "Book 13");
    assert_eq!(rest["items"].as_array().unwrap().len(), 2);
    assert_eq!(rest["next"], Value::Null);
    let seen = ben.get(&path).await;
    assert_eq!(seen.is(200).json["items"][0]["owner"], "ana");
    let found = visitor
        .get(&format!("{path}?q=book%2014"))
        .await
        .is(200)
        .json;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let reading = evening(&host, 11, |form| form.kind = "reading".into()).await;
    visitor
        .get(&format!("/events/{reading}/books"))
        .await
        .is(404)
        .refused("not_found");
}
