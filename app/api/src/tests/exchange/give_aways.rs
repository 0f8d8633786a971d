//! Copies for one of those who ask.

use dogear_domain::rounds::{draw_code, hex, seed_hash};
use jiff::SignedDuration;

use super::*;

impl World {
    /// Ben gives a copy away.
    async fn given(&self, mode: &str) -> String {
        let copy = self.copy(&self.ben_cx).await;
        let new = json!({ "copy": copy.to_string(), "mode": mode, "hours": 12 });
        id_of(&self.ben.send("POST", "/give-aways", &new).await.is(201))
    }
}

fn of(id: &str, verb: &str) -> String {
    format!("/give-aways/{id}/{verb}")
}

#[tokio::test]
async fn a_queue_from_the_first_who_asks_to_the_gift() {
    let world = World::new().await;
    let (ana, ben, cleo) = (&world.ana, &world.ben, &world.cleo);
    let id = world.given("queue").await;
    let path = format!("/give-aways/{id}");
    let shown = world.api.visitor().get(&path).await.is(200).json;
    assert_eq!(
        (&shown["state"], &shown["owner"]),
        (&json!("open"), &json!("ben"))
    );
    assert_eq!(shown["draw"], Value::Null);
    let none = Value::Null;
    ben.send("PUT", &of(&id, "ask"), &none).await.is(403);
    let first = ana.send("PUT", &of(&id, "ask"), &none).await.is(200);
    assert_eq!(first.json["ask"], json!({ "state": "offered", "place": 1 }));
    ana.send("PUT", &of(&id, "ask"), &none).await.is(409);
    let second = cleo.send("PUT", &of(&id, "ask"), &none).await.is(200);
    assert_eq!(
        second.json["ask"],
        json!({ "state": "waiting", "place": 2 })
    );
    // It is offered to somebody else.
    let take = json!({ "method": "meet" });
    cleo.send("PUT", &of(&id, "take"), &take).await.is(409);
    cleo.send("PUT", &of(&id, "pass"), &none).await.is(409);
    ben.send("PUT", &of(&id, "take"), &take).await.is(404);
    ben.send("DELETE", &path, &none).await.is(409);
    cleo.send("DELETE", &path, &none).await.is(404);
    for _ in 0..2 {
        ana.send("PUT", &of(&id, "pass"), &none).await.is(200);
    }
    let refused = cleo.send("PUT", &of(&id, "take"), &json!({})).await;
    assert_eq!(refused.is(422).fields(), ["method"]);
    let once = [("idempotency-key", "take-1")];
    let gift = cleo
        .send_with("PUT", &of(&id, "take"), &once, &take)
        .await
        .is(200);
    let again = cleo
        .send_with("PUT", &of(&id, "take"), &once, &take)
        .await
        .is(200);
    assert_eq!(gift.json["id"], again.json["id"]);
    assert_eq!(
        (&gift.json["kind"], &gift.json["state"]),
        (&json!("gift"), &json!("agreed"))
    );
    assert_eq!(gift.json["give_away"], id);
    let over = ben.get(&path).await.is(200).json;
    assert_eq!(
        (&over["state"], &over["exchange"]),
        (&json!("taken"), &gift.json["id"])
    );
    let lost = ana.get(&path).await.is(200).json;
    assert_eq!(lost["exchange"], Value::Null);
    // Everybody may know that it is taken, and nobody else by whom.
    let outside = world.api.visitor().get(&path).await.is(200).json;
    assert_eq!((&outside["exchange"], &outside["taker"]), (&none, &none));
}

#[tokio::test]
async fn a_draw_can_be_checked_by_a_program() {
    let world = World::new().await;
    let (ana, cleo) = (&world.ana, &world.cleo);
    let id = world.given("draw").await;
    let none = Value::Null;
    for program in [ana, cleo] {
        let asked = program.send("PUT", &of(&id, "ask"), &none).await.is(200);
        assert_eq!(asked.json["ask"]["state"], "waiting");
        assert_eq!(asked.json["draw"]["seed"], Value::Null);
    }
    // Whoever asks can leave again, and come back.
    for _ in 0..2 {
        cleo.send("DELETE", &of(&id, "ask"), &none).await.is(204);
    }
    cleo.send("PUT", &of(&id, "ask"), &none).await.is(200);
    world.api.site.advance(SignedDuration::from_hours(13));
    for schedule in dogear_server::rounds::schedules() {
        (schedule.run)(Cx::system(world.api.services.clone()))
            .await
            .unwrap();
    }
    let drawn = ana.get(&format!("/give-aways/{id}")).await.is(200).json;
    let draw = &drawn["draw"];
    let seed = bytes(draw["seed"].as_str().unwrap());
    assert_eq!(hex(&seed_hash(&seed)), draw["seed_hash"].as_str().unwrap());
    let order = draw["order"].as_array().unwrap();
    assert_eq!(order.len(), 2);
    let codes: Vec<String> = order
        .iter()
        .map(|line| {
            let number = line["number"].as_str().unwrap().parse().unwrap();
            hex(&draw_code(&seed, id.parse().unwrap(), number))
        })
        .collect();
    assert_eq!(order[0]["code"], codes[0]);
    assert!(codes[0] < codes[1]);
    assert!(order.iter().any(|line| line["number"] == draw["number"]));
    // Those who have no part in it are told no numbers.
    let outside = world.api.member("dora", ALL).await.0;
    let outside = outside.get(&format!("/give-aways/{id}")).await;
    assert!(outside.status == 404 || outside.json["draw"]["order"] == json!([]));
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[tokio::test]
async fn only_what_is_listed_and_free_is_given_away_and_found() {
    let world = World::new().await;
    let (ana, ben) = (&world.ana, &world.ben);
    let copy = world.copy(&world.ben_cx).await;
    let new = |hours: i32| json!({ "copy": copy.to_string(), "mode": "draw", "hours": hours });
    ana.send("POST", "/give-aways", &new(12)).await.is(404);
    let short = ben.send("POST", "/give-aways", &new(1)).await.is(422);
    assert_eq!(short.fields(), ["hours"]);
    let once = [("idempotency-key", "give-1")];
    let made = ben
        .send_with("POST", "/give-aways", &once, &new(12))
        .await
        .is(201);
    let again = ben
        .send_with("POST", "/give-aways", &once, &new(12))
        .await
        .is(201);
    assert_eq!(made.json["id"], again.json["id"]);
    ben.send("POST", "/give-aways", &new(12)).await.is(409);
    let id = id_of(&made);
    assert_eq!(made.header("location"), format!("/api/v1/give-aways/{id}"));
    let mut all = vec![id.clone()];
    for _ in 0..2 {
        all.push(world.given("queue").await);
    }
    all.reverse();
    let mut found = Vec::new();
    let mut at = "/give-aways?limit=2".to_owned();
    for _ in 0..2 {
        let page = world.api.visitor().get(&at).await.is(200).json;
        for line in page["items"].as_array().unwrap() {
            found.push(line["id"].as_str().unwrap().to_owned());
        }
        at = format!(
            "/give-aways?cursor={}",
            page["next"].as_str().unwrap_or_default()
        );
    }
    assert_eq!(found, all);
    for _ in 0..2 {
        let closed = ben
            .send("DELETE", &format!("/give-aways/{id}"), &Value::Null)
            .await;
        closed.is(204);
    }
    let left = ana.get("/give-aways").await.json;
    assert_eq!(left["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        ben.get(&format!("/give-aways/{id}")).await.json["state"],
        "closed"
    );
    let reads = world.api.of("ana", "read,trade").await;
    let refused = reads.send("PUT", &of(&all[0], "ask"), &Value::Null).await;
    refused.is(403).refused("scope_missing");
}
