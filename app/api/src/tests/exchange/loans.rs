//! Copies for a time.

use super::*;

#[tokio::test]
async fn a_copy_is_borrowed_by_the_terms_that_were_seen_and_longer() {
    let world = World::new().await;
    let (ana, ben) = (&world.ana, &world.ben);
    let copy = world.lent().await;
    let terms = ana.get(&format!("/loans/terms/{copy}")).await.is(200).json;
    let wanted = |due: String, terms: Value| json!({ "copy": copy.to_string(), "terms": terms, "due": due, "method": "meet" });
    let known = terms["terms"].clone();
    for (body, status, field) in [
        (wanted("tomorrow".into(), known.clone()), 422, "due"),
        (wanted("2020-01-01".into(), known.clone()), 422, "due"),
        (wanted(world.day(10), json!("1")), 422, "terms"),
    ] {
        let refused = ana.send("POST", "/loans", &body).await.is(status);
        assert_eq!(refused.fields(), [field], "{}", refused.text);
    }
    ana.send("POST", "/loans", &wanted(world.day(10), json!(0)))
        .await
        .is(409);
    let wish = wanted(world.day(10), known);
    let once = [("idempotency-key", "loan-1")];
    let made = ana.send_with("POST", "/loans", &once, &wish).await.is(201);
    let id = id_of(&made);
    let again = ana.send_with("POST", "/loans", &once, &wish).await.is(201);
    assert_eq!(id_of(&again), id);
    assert_eq!(made.json["loan"]["lender"], "ben");
    let path = format!("/loans/{id}/counter");
    let other = json!({ "version": made.json["version"], "due": world.day(6), "method": "meet" });
    ben.send("PUT", &path, &other).await.is(200);
    ben.send("PUT", &path, &other).await.is(409);
    accept(ana, &id).await;
    let leg = leg_from(&get(ana, &id).await, "ben");
    step(ana, &id, "receive", json!({ "leg": leg })).await;
    let path = format!("/loans/{id}/renewal");
    let early = json!({ "due": world.day(2) });
    let refused = ana.send("PUT", &path, &early).await.is(422);
    assert_eq!(refused.fields(), ["due"]);
    let later = json!({ "due": world.day(12) });
    let asked = ana.send("PUT", &path, &later).await.is(200);
    let due = asked.json["loan"]["asked"].clone();
    assert!(due.is_string());
    // It is the lender's to give.
    ana.send("PUT", &format!("{path}/grant"), &Value::Null)
        .await
        .is(409);
    let granted = ben
        .send("PUT", &format!("{path}/grant"), &Value::Null)
        .await;
    assert_eq!(granted.is(200).json["loan"]["due"], due);
    let events = ana.get(&format!("/exchange/{id}/events")).await.json;
    let events = events["items"].as_array().unwrap();
    let event = events.iter().find(|event| event["kind"] == "ask_renewal");
    assert_eq!(event.unwrap()["until"], due);
    ben.send("PUT", &format!("/loans/{id}/let-keep"), &Value::Null)
        .await
        .is(200);
    let kept = ana
        .send("PUT", &format!("/loans/{id}/agree-to-keep"), &Value::Null)
        .await
        .is(200);
    assert_eq!(
        (&kept.json["state"], &kept.json["loan"]["kept"]),
        (&json!("completed"), &json!(true))
    );
    ben.get(&format!("/loans/terms/{copy}")).await.is(404);
}
