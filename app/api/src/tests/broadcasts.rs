//! News of the site that admins write to many members.

use dogear_domain::accounts::Role;
use futures::future::join_all;
use serde_json::{Value, json};

use super::kit::{ALL, Api};

#[tokio::test]
async fn an_admin_counts_writes_and_stops() {
    let api = Api::new().await;
    api.site.account("dov", Role::Admin).await;
    let dov = api.of("dov", "desk").await;
    let (ana, _) = api.member("ana", ALL).await;
    let with = |preview: bool| json!({ "title": "A calendar", "body": "It is new.", "audience": "everyone", "preview": preview });
    let counted = dov
        .send("POST", "/notifications", &with(true))
        .await
        .is(200);
    assert_eq!(counted.json["members"], 2);
    assert_eq!(counted.json["broadcast"], Value::Null);
    assert_eq!(
        dov.get("/broadcasts").await.is(200).json["items"],
        json!([])
    );
    // The same key ten times at once writes once.
    let key = [("idempotency-key", "calendar")];
    let new = with(false);
    let sent = (0..10).map(|_| dov.send_with("POST", "/notifications", &key, &new));
    let made = join_all(sent).await;
    let id = made[0].json["broadcast"]["id"].as_str().unwrap().to_owned();
    for answer in made {
        assert_eq!(
            answer.header("location"),
            format!("/api/v1/broadcasts/{id}")
        );
        assert_eq!(answer.is(201).json["broadcast"]["id"], id);
    }
    api.site.run_jobs().await;
    let path = format!("/broadcasts/{id}");
    let sent = dov.get(&path).await.is(200).json;
    assert_eq!(sent["state"], "sent");
    assert_eq!(sent["told"], 2);
    assert_eq!(sent["author"], "dov");
    let notices = ana.get("/notifications").await.json;
    assert_eq!(notices["items"].as_array().unwrap().len(), 1);
    assert_eq!(notices["items"][0]["kind"], "site_news");
    assert_eq!(notices["items"][0]["text"], "A calendar: It is new.");
    dov.send("DELETE", &path, &Value::Null)
        .await
        .is(409)
        .refused("conflict");
    // One that leaves later is stopped.
    let later = json!({ "title": "Soon", "body": "It will be new.", "audience": "country", "place": "GB",
        "send_at": (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(5)).to_string() });
    let later = dov
        .send("POST", "/notifications", &later)
        .await
        .is(201)
        .json;
    let path = format!("/broadcasts/{}", later["broadcast"]["id"].as_str().unwrap());
    for _ in 0..2 {
        dov.send("DELETE", &path, &Value::Null).await.is(204);
    }
    assert_eq!(dov.get(&path).await.json["state"], "cancelled");
    let page = dov.get("/broadcasts?limit=1").await.is(200).json;
    assert_eq!(page["items"][0]["title"], "Soon");
    let next = page["next"].as_str().unwrap();
    let rest = dov
        .get(&format!("/broadcasts?limit=1&cursor={next}"))
        .await
        .is(200)
        .json;
    assert_eq!(rest["items"][0]["id"], id);
    for (change, field) in [
        (json!({ "title": "" }), "title"),
        (json!({ "body": "x".repeat(1001) }), "body"),
        (json!({ "audience": "town" }), "place"),
        (json!({ "audience": "nobody" }), "audience"),
        (json!({ "colour": "red" }), "colour"),
    ] {
        let mut new = with(true);
        new.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let refused = dov.send("POST", "/notifications", &new).await;
        assert_eq!(refused.is(422).fields(), [field]);
    }
}

#[tokio::test]
async fn nobody_but_an_admin_with_a_token_for_the_desk_writes_to_many() {
    let api = Api::new().await;
    api.site.account("dov", Role::Admin).await;
    api.site.account("bea", Role::Moderator).await;
    let dov = api.of("dov", "desk").await;
    let new = json!({ "title": "A calendar", "body": "It is new.", "audience": "everyone" });
    let made = dov.send("POST", "/notifications", &new).await.is(201).json;
    let path = format!("/broadcasts/{}", made["broadcast"]["id"].as_str().unwrap());
    // A moderator finds nothing; a token without the desk opens nothing.
    for (program, status, code) in [
        (api.of("bea", "desk").await, 404, "not_found"),
        (api.of("dov", ALL).await, 403, "scope_missing"),
        (api.visitor(), 401, "token_required"),
    ] {
        for (method, path, body) in [
            ("POST", "/notifications", new.clone()),
            ("GET", "/broadcasts", Value::Null),
            ("GET", &path, Value::Null),
            ("DELETE", &path, Value::Null),
        ] {
            let answer = program.send(method, path, &body).await;
            answer.is(status).refused(code);
        }
    }
}
