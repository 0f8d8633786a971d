//! Events, seats at them, waiting lists and interest.

use dogear_domain::ids::EventId;
use dogear_server::Cx;
use dogear_server::events::{self, EventForm, VenueForm};
use dogear_server::testing::seats;
use dogear_server::testing::statements::count;
use futures::future::join_all;
use jiff::ToSpan;
use serde_json::{Value, json};

use super::kit::{ALL, Api, Program};

/// A published evening in Leeds, so many days from now, with what is changed of it.
pub(super) async fn evening(host: &Cx, days: i64, change: impl FnOnce(&mut EventForm)) -> EventId {
    let known = events::venues(host).await.unwrap();
    let venue = if let Some(venue) = known.first() {
        venue.id
    } else {
        let place = VenueForm {
            name: "Café Lamp".into(),
            address: "2 Low Street".into(),
            city: "Leeds".into(),
            country: "GB".into(),
            time_zone: "Europe/London".into(),
            ..VenueForm::default()
        };
        events::add_venue(host, None, &place).await.unwrap()
    };
    let today = host.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut form = EventForm {
        title: "Swap by lamplight".into(),
        description: "Bring three books.".into(),
        kind: "swap_meet".into(),
        visibility: "public".into(),
        venue: venue.to_string(),
        day: today.checked_add(days.days()).unwrap().to_string(),
        starts: "19:00".into(),
        ends: "21:00".into(),
        capacity: "5".into(),
        max_party: "4".into(),
        smaller_pass: true,
        ..EventForm::default()
    };
    change(&mut form);
    let event = events::create(host, None, &form).await.unwrap();
    events::publish(host, event).await.unwrap();
    event
}

/// So many new members, each with a program.
async fn guests(api: &Api, number: usize) -> Vec<Program> {
    let mut all = Vec::new();
    // Without letters that look like others: handles are told apart by eye.
    for letter in "abcdefghjkmnpqrstuvwxyz".chars().take(number) {
        let handle = format!("guest{letter}");
        all.push(api.member(&handle, ALL).await.0);
    }
    all
}

async fn taken(api: &Api, event: EventId) -> i32 {
    sqlx::query_scalar("select seats_taken from event_occurrences where event_id = $1")
        .bind(event.0)
        .fetch_one(&api.services.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn events_come_in_pages_and_are_narrowed_by_what_pages_know() {
    let api = Api::new().await;
    let (_, host) = api.member("host", ALL).await;
    let mut made = Vec::new();
    for days in 1..=5 {
        made.push(evening(&host, days, |_| {}).await.to_string());
    }
    let reading = evening(&host, 6, |form| {
        form.kind = "reading".into();
        form.title = "Solaris aloud".into();
    })
    .await
    .to_string();
    let visitor = api.visitor();
    let ids = |json: &Value| -> Vec<String> {
        let items = json["items"].as_array().unwrap().iter();
        items
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let (first, statements) = count(visitor.get("/events?limit=4")).await;
    let first = first.is(200);
    assert!(statements <= 3, "{statements}");
    assert_eq!(ids(&first.json), made[..4]);
    let cursor = first.json["next"].as_str().unwrap();
    let rest = visitor
        .get(&format!("/events?limit=4&cursor={cursor}"))
        .await
        .is(200);
    assert_eq!(ids(&rest.json), [made[4].clone(), reading.clone()]);
    assert_eq!(rest.json["next"], Value::Null);
    // A cursor is of its question.
    visitor
        .get(&format!("/events?kind=reading&cursor={cursor}"))
        .await
        .is(400)
        .refused("cursor_invalid");
    for (query, found) in [
        ("kind=reading", 1),
        ("q=solar", 1),
        ("q=nowhere", 0),
        ("host=host", 6),
        ("host=ana", 0),
        ("town=leeds", 6),
        ("town=Hull", 0),
    ] {
        let answer = visitor.get(&format!("/events?{query}")).await.is(200);
        assert_eq!(ids(&answer.json).len(), found, "{query}");
    }
    let day = first.json["items"][1]["starts_at"].as_str().unwrap()[..10].to_owned();
    let on = visitor
        .get(&format!("/events?from={day}&until={day}"))
        .await
        .is(200);
    assert_eq!(ids(&on.json), made[1..2]);
    // What pages pass over is said here.
    for query in [
        "kind=party",
        "within=7&town=Leeds",
        "within=10",
        "from=tomorrow",
        "from=2026-12-31&until=2026-12-01",
        "colour=red",
    ] {
        let answer = visitor.get(&format!("/events?{query}")).await;
        answer.is(400).refused("malformed");
    }
}

#[tokio::test]
async fn an_event_is_what_its_page_says_to_whoever_may_see_it() {
    let api = Api::new().await;
    let (_, host) = api.member("host", ALL).await;
    let (ana, ana_cx) = api.member("ana", ALL).await;
    let event = evening(&host, 10, |form| {
        form.online = "https://meet.example.org/x".into();
    })
    .await;
    let path = format!("/events/{event}");
    let (answer, statements) = count(api.visitor().get(&path)).await;
    let json = answer.is(200).json;
    assert!(statements <= 3, "{statements}");
    assert_eq!(json["title"], "Swap by lamplight");
    assert_eq!(
        json["url"],
        format!("http://dogear.test/events/{event}-swap-by-lamplight")
    );
    assert_eq!(json["time_zone"], "Europe/London");
    assert_eq!(json["seats"], json!({ "capacity": 5, "left": 5 }));
    assert_eq!(json["place"]["address"], "2 Low Street");
    assert_eq!(json["host"]["handle"], "host");
    assert_eq!(json["no_seats_because"], "");
    assert_eq!(json["booking"], Value::Null);
    // The link is for those who have seats.
    assert_eq!(json["online_link"], "");
    let booked = ana
        .send("POST", &format!("{path}/bookings"), &json!({ "party": 2 }))
        .await;
    let booked = booked.is(201).json;
    let seen = ana.get(&path).await.is(200).json;
    assert_eq!(seen["online_link"], "https://meet.example.org/x");
    assert_eq!(seen["booking"]["id"], booked["id"]);
    assert_eq!(seen["seats"]["left"], 3);

    let private = evening(&host, 11, |form| form.visibility = "invited".into()).await;
    let members = evening(&host, 12, |form| form.visibility = "members".into()).await;
    let visitor = api.visitor();
    for (program, event) in [(&visitor, private), (&ana, private), (&visitor, members)] {
        let path = format!("/events/{event}");
        program.get(&path).await.is(404).refused("not_found");
        program
            .get(&format!("{path}/books"))
            .await
            .is(404)
            .refused("not_found");
    }
    ana.get(&format!("/events/{members}")).await.is(200);
    // Nor can seats be had by whoever guesses its number.
    for (method, path, body) in [
        ("POST", "bookings", json!({ "party": 1 })),
        ("PUT", "waiting", json!({ "party": 1 })),
        ("DELETE", "waiting", Value::Null),
        ("PUT", "interest", json!({})),
    ] {
        let answer = ana
            .send(method, &format!("/events/{private}/{path}"), &body)
            .await;
        answer.is(404).refused("not_found");
    }
    // Whom the host has blocked does not see it.
    dogear_server::accounts::block(&host, "ana").await.unwrap();
    let other = evening(&host, 13, |_| {}).await;
    ana.get(&format!("/events/{other}"))
        .await
        .is(404)
        .refused("not_found");
    assert!(ana_cx.actor.is_some());
}

#[tokio::test]
async fn twenty_programs_at_once_get_five_seats() {
    let api = Api::new().await;
    let (_, host) = api.member("host", ALL).await;
    let event = evening(&host, 10, |form| form.smaller_pass = false).await;
    let path = format!("/events/{event}/bookings");
    let guests = guests(&api, 20).await;
    let one = json!({ "party": 1 });
    let answers = join_all(guests.iter().map(|guest| guest.send("POST", &path, &one))).await;
    let mut had = 0;
    for answer in answers {
        match answer.status.as_u16() {
            201 => had += 1,
            409 => {
                answer.refused("conflict");
            }
            other => panic!("{other}: {}", answer.text),
        }
    }
    assert_eq!(had, 5);
    assert_eq!(taken(&api, event).await, 5);
    seats::are_sound(&host).await;
}

#[tokio::test]
async fn the_same_key_takes_seats_once() {
    let api = Api::new().await;
    let (_, host) = api.member("host", ALL).await;
    let event = evening(&host, 10, |_| {}).await;
    let (ana, _) = api.member("ana", ALL).await;
    let path = format!("/events/{event}/bookings");
    let key = [("idempotency-key", "seats-1")];
    let two = json!({ "party": 2 });
    let sent = (0..10).map(|_| ana.send_with("POST", &path, &key, &two));
    let answers = join_all(sent).await;
    let first = answers[0].json["id"].as_str().unwrap().to_owned();
    for answer in answers {
        assert_eq!(
            answer.header("location"),
            format!("/api/v1/bookings/{first}")
        );
        assert_eq!(answer.is(201).json["id"], first);
    }
    assert_eq!(taken(&api, event).await, 2);
    // The same key for something else is refused, and so are second seats.
    let other = ana
        .send_with("POST", &path, &key, &json!({ "party": 1 }))
        .await;
    assert!(other.status.is_client_error(), "{}", other.text);
    ana.send("POST", &path, &two)
        .await
        .is(409)
        .refused("conflict");
    assert_eq!(taken(&api, event).await, 2);
    let refused = ana
        .send("POST", &path, &json!({ "party": 1, "colour": "red" }))
        .await;
    assert_eq!(refused.is(422).fields(), ["colour"]);
}

#[tokio::test]
async fn seats_are_listed_changed_and_given_back() {
    let api = Api::new().await;
    let (_, host) = api.member("host", ALL).await;
    let (ana, _) = api.member("ana", ALL).await;
    let (ben, _) = api.member("ben", ALL).await;
    let mut bookings = Vec::new();
    for days in [3, 1, 2] {
        let event = evening(&host, days, |_| {}).await;
        let path = format!("/events/{event}/bookings");
        let made = ana
            .send("POST", &path, &json!({ "party": 2 }))
            .await
            .is(201);
        bookings.push((made.json["id"].as_str().unwrap().to_owned(), event));
    }
    let (page, statements) = count(ana.get("/me/bookings?limit=2")).await;
    let page = page.is(200).json;
    assert!(statements <= 3, "{statements}");
    let id = |page: &Value, n: usize| page["items"][n]["id"].clone();
    assert_eq!(
        [id(&page, 0), id(&page, 1)],
        [&*bookings[1].0, &*bookings[2].0]
    );
    let next = page["next"].as_str().unwrap();
    let rest = ana
        .get(&format!("/me/bookings?limit=2&cursor={next}"))
        .await
        .is(200)
        .json;
    assert_eq!(id(&rest, 0), bookings[0].0);
    assert_eq!(rest["next"], Value::Null);
    let over = ana.get("/me/bookings?over=true").await.is(200).json;
    assert_eq!(over["items"], json!([]));
    assert_eq!(ben.get("/me/bookings").await.json["items"], json!([]));

    let (id, event) = &bookings[0];
    let path = format!("/bookings/{id}");
    assert_eq!(ana.get(&path).await.is(200).json["party"], 2);
    let more = ana
        .send("PATCH", &path, &json!({ "party": 4 }))
        .await
        .is(200);
    assert_eq!(more.json["party"], 4);
    let refused = ana.send("PATCH", &path, &json!({ "party": 9 })).await;
    assert_eq!(refused.is(422).fields(), ["party"]);
    // The seats of somebody else are not there.
    ben.get(&path).await.is(404).refused("not_found");
    for (method, path, body) in [
        ("PATCH", path.clone(), json!({ "party": 1 })),
        ("DELETE", path.clone(), Value::Null),
        ("POST", format!("{path}/confirm"), json!({})),
        ("POST", format!("{path}/accept"), Value::Null),
    ] {
        ben.send(method, &path, &body)
            .await
            .is(404)
            .refused("not_found");
    }
    assert_eq!(taken(&api, *event).await, 4);
    for _ in 0..2 {
        ana.send("DELETE", &path, &Value::Null).await.is(204);
    }
    ana.get(&path).await.is(404).refused("not_found");
    assert_eq!(taken(&api, *event).await, 0);
    // A token that only reads takes nothing and gives nothing back.
    let reads = api.of("ana", "read").await;
    let path = format!("/events/{event}/bookings");
    let refused = reads.send("POST", &path, &json!({ "party": 1 })).await;
    refused.is(403).refused("scope_missing");
    let visitor = api.visitor();
    let refused = visitor.send("POST", &path, &json!({ "party": 1 })).await;
    refused.is(401).refused("token_required");
    seats::are_sound(&host).await;
}

#[tokio::test]
async fn nobody_takes_seats_for_a_price_that_they_have_not_seen() {
    let api = Api::new().await;
    let (_, host) = api.member("host", ALL).await;
    let (ana, _) = api.member("ana", ALL).await;
    let event = evening(&host, 10, |form| {
        form.price = "4.50".into();
        form.currency = "EUR".into();
    })
    .await;
    let path = format!("/events/{event}");
    let price = ana.get(&path).await.json["price"].clone();
    assert_eq!(price, json!({ "amount": 450, "currency": "EUR" }));
    let book = format!("{path}/bookings");
    for wrong in [json!(null), json!({ "amount": 400, "currency": "EUR" })] {
        let answer = ana
            .send("POST", &book, &json!({ "party": 2, "price": wrong }))
            .await;
        answer.is(409).refused("conflict");
    }
    let wrong = json!({ "party": 2, "price": price, "code": "NOTHING" });
    assert_eq!(
        ana.send("POST", &book, &wrong).await.is(422).fields(),
        ["code"]
    );
    // Held, and confirmed for what was said.
    let held = json!({ "party": 2, "price": price, "hold": true });
    let held = ana.send("POST", &book, &held).await.is(201).json;
    assert_eq!(held["state"], "held");
    assert_eq!(held["is_hold"], true);
    let total = held["due"]["total"].clone();
    assert_eq!(total["amount"], 900);
    let confirm = format!("/bookings/{}/confirm", held["id"].as_str().unwrap());
    let refused = ana.send("POST", &confirm, &json!({})).await;
    refused.is(409).refused("conflict");
    let done = ana
        .send("POST", &confirm, &json!({ "total": total }))
        .await
        .is(200);
    assert_eq!(done.json["state"], "confirmed");
    assert_eq!(done.json["held_until"], Value::Null);
    assert_eq!(taken(&api, event).await, 2);
}

#[tokio::test]
async fn whoever_waits_is_offered_what_comes_free() {
    let api = Api::new().await;
    let (_, host) = api.member("host", ALL).await;
    let event = evening(&host, 10, |form| form.capacity = "2".into()).await;
    let (ana, _) = api.member("ana", ALL).await;
    let (ben, _) = api.member("ben", ALL).await;
    let path = format!("/events/{event}");
    let book = format!("{path}/bookings");
    let made = ana
        .send("POST", &book, &json!({ "party": 2 }))
        .await
        .is(201)
        .json;
    let full = ben.send("POST", &book, &json!({ "party": 1 })).await;
    full.is(409).refused("conflict");
    let waiting = format!("{path}/waiting");
    for _ in 0..2 {
        let joined = ben
            .send("PUT", &waiting, &json!({ "party": 2 }))
            .await
            .is(200);
        assert_eq!(joined.json["outcome"], "waits");
        assert_eq!(joined.json["waiting"]["position"], 1);
    }
    let refused = ben.send("PUT", &waiting, &json!({ "party": 9 })).await;
    assert_eq!(refused.is(422).fields(), ["party"]);
    ana.send("PUT", &waiting, &json!({ "party": 1 }))
        .await
        .is(409)
        .refused("conflict");
    let given = format!("/bookings/{}", made["id"].as_str().unwrap());
    ana.send("DELETE", &given, &Value::Null).await.is(204);
    let mine = ben.get("/me/bookings").await.json["items"][0].clone();
    assert_eq!(mine["state"], "held");
    assert_eq!(mine["is_hold"], false);
    let accept = format!("/bookings/{}/accept", mine["id"].as_str().unwrap());
    for _ in 0..2 {
        let accepted = ben.send("POST", &accept, &Value::Null).await.is(200);
        assert_eq!(accepted.json["state"], "confirmed");
    }
    ana.send("PUT", &waiting, &json!({ "party": 1 }))
        .await
        .is(200);
    for _ in 0..2 {
        ana.send("DELETE", &waiting, &Value::Null).await.is(204);
    }
    assert_eq!(ana.get(&path).await.json["waiting"], Value::Null);
    seats::are_sound(&host).await;
}

#[tokio::test]
async fn interest_is_noted_and_taken_back() {
    let api = Api::new().await;
    let (own, host) = api.member("host", ALL).await;
    let event = evening(&host, 10, |_| {}).await;
    let (ana, _) = api.member("ana", ALL).await;
    let path = format!("/events/{event}/interest");
    for _ in 0..2 {
        ana.send("PUT", &path, &json!({ "note": "Late, maybe" }))
            .await
            .is(204);
    }
    let seen = ana.get(&format!("/events/{event}")).await.json["interest"].clone();
    assert_eq!(
        seen,
        json!({ "count": 1, "is_mine": true, "note": "Late, maybe" })
    );
    let long = json!({ "note": "x".repeat(5000) });
    assert_eq!(
        ana.send("PUT", &path, &long).await.is(422).fields(),
        ["note"]
    );
    own.send("PUT", &path, &json!({}))
        .await
        .is(409)
        .refused("conflict");
    for _ in 0..2 {
        ana.send("DELETE", &path, &Value::Null).await.is(204);
    }
    let seen = ana.get(&format!("/events/{event}")).await.json["interest"].clone();
    assert_eq!(seen["count"], 0);
}
