//! What each step takes, gives and refuses.

use dogear_server::testing::statements::count;
use serde_json::{Value, json};

use super::states::counter;
use super::*;

#[tokio::test]
async fn a_swap_from_the_proposal_to_the_last_parcel() {
    let world = World::new().await;
    let (ana, ben) = (&world.ana, &world.ben);
    let mut swap = world.swap("post").await;
    swap["message"] = json!("Would you?");
    let made = ana.send("POST", "/exchange", &swap).await.is(201);
    let id = id_of(&made);
    assert_eq!(made.header("location"), format!("/api/v1/exchange/{id}"));
    let seen = &made.json;
    assert_eq!(seen["kind"], "swap");
    assert_eq!(seen["state"], "proposed");
    assert_eq!(seen["author"], "ana");
    assert_eq!(seen["url"], format!("http://dogear.test/trades/{id}"));
    assert_eq!(seen["next"]["who"], "members");
    assert_eq!(seen["next"]["members"], json!(["ben"]));
    assert_eq!(seen["may"], json!(["withdraw", "unoffer"]));
    assert_eq!(seen["books"][0]["title"], "Emma");
    assert_eq!(get(ben, &id).await["next"]["who"], "you");
    // Ben would rather meet; the version that Ana knows is over.
    let before = get(ben, &id).await;
    let other = step(ben, &id, "counter", counter(&before, "ben")).await;
    assert_eq!(
        (&other["revision"], &other["method"]),
        (&json!(2), &json!("meet"))
    );
    let late = json!({ "version": before["version"] });
    let path = format!("/exchange/{id}/accept");
    let refused = ana
        .send("PUT", &path, &late)
        .await
        .is(409)
        .refused("conflict");
    assert!(refused.text.contains("has changed"), "{}", refused.text);
    let mut again = counter(&before, "ana");
    again["version"] = before["version"].clone();
    let path = format!("/exchange/{id}/counter");
    ana.send("PUT", &path, &again).await.is(409);
    let agreed = accept(ana, &id).await;
    assert_eq!(agreed["state"], "agreed");
    assert!(agreed["agreed_at"].is_string());
    for (taker, giver) in [(ana, "ben"), (ben, "ana")] {
        let leg = leg_from(&agreed, giver);
        step(taker, &id, "receive", json!({ "leg": leg })).await;
    }
    assert_eq!(get(ben, &id).await["state"], "completed");
    let events = ana.get(&format!("/exchange/{id}/events")).await.is(200);
    let events = events.json["items"].as_array().unwrap();
    let kinds: Vec<_> = events
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "propose", "message", "counter", "accept", "receive", "receive"
        ]
    );
    assert_eq!(events[0]["revision"]["added"].as_array().unwrap().len(), 2);
    assert_eq!(events[1]["text"], "Would you?");
    assert_eq!(events[5]["state"], "completed");
    assert_eq!(events[5]["by"], "ben");
    // In pages that do not move.
    let mut path = format!("/exchange/{id}/events?limit=4");
    let mut read = Vec::new();
    for _ in 0..2 {
        let page = ana.get(&path).await.is(200).json;
        read.extend(page["items"].as_array().unwrap().clone());
        let next = page["next"].as_str().unwrap_or_default().to_owned();
        path = format!("/exchange/{id}/events?limit=4&cursor={next}");
    }
    assert_eq!(&read, events);
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let world = World::new().await;
    let (ana, ben) = (&world.ana, &world.ben);
    let swap = world.swap("post").await;
    let with = |field: &str, value: Value| {
        let mut swap = swap.clone();
        swap[field] = value;
        swap
    };
    for (body, field) in [
        (with("colour", json!("red")), "colour"),
        (with("method", json!("pigeon")), "method"),
        (with("give", json!([12])), "give[0]"),
        (with("message", json!("x".repeat(20_000))), "message"),
        (with("give", swap["get"].clone()), "books"),
        (with("give", json!([])), "gift"),
        (with("get", json!(["999999"])), "books"),
    ] {
        let refused = ana.send("POST", "/exchange", &body).await;
        let refused = refused.is(422).refused("invalid");
        assert_eq!(refused.fields(), [field], "{}", refused.text);
    }
    ana.send("POST", "/exchange", &with("with", json!("ana")))
        .await
        .is(409);
    let nobody = with("with", json!("nobodyatall"));
    ana.send("POST", "/exchange", &nobody)
        .await
        .is(404)
        .refused("not_found");
    let id = world.proposed("post").await;
    for (path, body, field) in [
        ("accept", json!({ "version": "new" }), "version"),
        ("accept", json!({}), "version"),
        ("decline", json!({ "reason": "x".repeat(20_000) }), "reason"),
        ("send", json!({ "leg": "one" }), "leg"),
        (
            "send",
            json!({ "leg": "1", "carrier": "x".repeat(500) }),
            "carrier",
        ),
        ("address", json!({ "address": "" }), "address"),
    ] {
        let refused = ben
            .send("PUT", &format!("/exchange/{id}/{path}"), &body)
            .await;
        assert_eq!(refused.is(422).fields(), [field], "{path}");
    }
    let path = format!("/exchange/{id}/messages");
    let empty = ben.send("POST", &path, &json!({ "text": " " })).await;
    assert_eq!(empty.is(422).fields(), ["text"]);
    for path in [
        "/exchange/999999",
        "/exchange/one",
        "/exchange/01",
        "/exchange/0",
    ] {
        ana.get(path).await.is(404).refused("not_found");
    }
}

#[tokio::test]
async fn nobody_else_and_no_token_for_something_else_gets_in() {
    let world = World::new().await;
    let id = world.agreed("post").await;
    for path in ["", "/events", "/messages", "/address"] {
        let path = format!("/exchange/{id}{path}");
        world.cleo.get(&path).await.is(404).refused("not_found");
        world.api.visitor().get(&path).await.is(401);
    }
    let reads = world.api.of("ana", "read").await;
    reads.get(&format!("/exchange/{id}")).await.is(200);
    let trades = world.api.of("ana", "trade").await;
    trades
        .get(&format!("/exchange/{id}"))
        .await
        .refused("scope_missing");
    let orders = world.api.of("ana", "orders").await;
    for (program, path) in [
        (&reads, format!("/exchange/{id}/withdraw")),
        (&orders, format!("/exchange/{id}/withdraw")),
        (&trades, format!("/orders/{id}/pay")),
        (&reads, format!("/loans/{id}/let-keep")),
    ] {
        let refused = program.send("PUT", &path, &Value::Null).await;
        refused.is(403).refused("scope_missing");
    }
    // Where somebody lives is not for every program that may look.
    reads
        .get(&format!("/exchange/{id}/address"))
        .await
        .refused("scope_missing");
}

#[tokio::test]
async fn an_address_is_for_its_sender_and_one_at_a_time() {
    let world = World::new().await;
    let (ana, ben) = (&world.ana, &world.ben);
    let id = world.agreed("post").await;
    assert_eq!(get(ben, &id).await["address_missing"], true);
    let path = format!("/exchange/{id}/address");
    let none = ben.get(&path).await.is(200);
    assert_eq!(none.json, json!({ "own": null, "send_to": [] }));
    let home = json!({ "address": "2 Low Street\nLeeds" });
    let first = [("if-match", none.header("etag"))];
    let saved = ben.send_with("PUT", &path, &first, &home).await.is(200);
    assert_eq!(saved.json["own"], "2 Low Street\nLeeds");
    let other = json!({ "address": "3 High Street\nYork" });
    let stale = ben.send_with("PUT", &path, &first, &other).await;
    let stale = stale.is(412).refused("version_mismatch");
    assert_eq!(stale.header("etag"), saved.header("etag"));
    let present = [("if-match", stale.header("etag"))];
    ben.send_with("PUT", &path, &present, &other).await.is(200);
    let sender = ana.get(&path).await.is(200).json;
    assert_eq!(sender["own"], Value::Null);
    assert_eq!(sender["send_to"][0]["to"], "ben");
    assert_eq!(sender["send_to"][0]["address"], "3 High Street\nYork");
    // No other answer has it.
    let whole = ana.get(&format!("/exchange/{id}")).await.text;
    assert!(!whole.contains("High Street"), "{whole}");
    step(ana, &id, "cancel", json!({})).await;
    assert_eq!(ana.get(&path).await.is(200).json["send_to"], json!([]));
    ben.send("PUT", &path, &home).await.is(409);
}

#[tokio::test]
async fn letters_come_in_their_order_and_each_once() {
    let world = World::new().await;
    let (ana, ben) = (&world.ana, &world.ben);
    let id = world.proposed("meet").await;
    let path = format!("/exchange/{id}/messages");
    for number in 0..5 {
        let writer = if number % 2 == 0 { ana } else { ben };
        let letter = json!({ "text": format!("Letter {number}.") });
        let key = format!("letter-{number}");
        let once = [("idempotency-key", key.as_str())];
        let written = writer
            .send_with("POST", &path, &once, &letter)
            .await
            .is(201);
        let again = writer
            .send_with("POST", &path, &once, &letter)
            .await
            .is(201);
        assert_eq!(written.json, again.json);
        // The key stands for this letter.
        let other = json!({ "text": "Something else." });
        let other = writer.send_with("POST", &path, &once, &other).await;
        assert!(other.status.is_client_error(), "{}", other.text);
    }
    let mut next = String::new();
    let mut read = Vec::new();
    for _ in 0..3 {
        let page = ben.get(&format!("{path}?limit=2{next}")).await.is(200).json;
        for letter in page["items"].as_array().unwrap() {
            read.push(format!("{} {}", letter["by"], letter["text"]));
        }
        next = format!("&cursor={}", page["next"].as_str().unwrap_or_default());
    }
    assert_eq!(read.len(), 5);
    assert_eq!(read[3], "\"ben\" \"Letter 3.\"");
    step(ben, &id, "decline", json!({})).await;
}

#[tokio::test]
async fn a_trade_is_read_in_as_many_statements_whatever_it_has() {
    let world = World::new().await;
    let small = world.proposed("post").await;
    let large = world.made("disputed").await;
    let (_, one) = count(world.ana.get(&format!("/exchange/{small}"))).await;
    let (_, two) = count(world.ana.get(&format!("/exchange/{large}"))).await;
    // The legs of an agreed trade bring addresses and its problem along.
    assert!(one <= 20 && two <= 20, "{one} {two}");
}
