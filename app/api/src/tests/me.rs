//! The member's profile, holidays, searches and blocks.

use futures::future::join_all;
use serde_json::{Value, json};

use super::kit::{ALL, Api};

#[tokio::test]
async fn a_profile_is_changed_field_by_field() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let read = ana.get("/me/profile").await.is(200);
    let tag = read.header("etag").to_owned();
    let changed = ana
        .send(
            "PATCH",
            "/me",
            &json!({ "city": "Hull", "country": "GB", "about": "I read." }),
        )
        .await
        .is(200)
        .json;
    assert_eq!(changed["city"], "Hull");
    assert_eq!(changed["name"], read.json["name"]);
    let changed = ana
        .send("PATCH", "/me", &json!({ "about": null }))
        .await
        .is(200);
    assert_eq!(changed.json["about"], "");
    assert_eq!(changed.json["city"], "Hull");
    // What was read before that is another version by now.
    let with = [("if-match", tag.as_str())];
    let late = ana
        .send_with("PATCH", "/me", &with, &json!({ "city": "Bath" }))
        .await
        .is(412);
    assert_eq!(late.header("etag"), changed.header("etag"));
    late.refused("version_mismatch");
    let tag = changed.header("etag").to_owned();
    let with = [("if-match", tag.as_str())];
    ana.send_with("PATCH", "/me", &with, &json!({ "city": "York" }))
        .await
        .is(200);
    for (change, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "country": "XX" }), "country"),
        (json!({ "time_zone": "Mars/Base" }), "time_zone"),
        (json!({ "handle": "other" }), "handle"),
        (json!({ "city": 5 }), "city"),
    ] {
        let answer = ana.send("PATCH", "/me", &change).await;
        assert_eq!(answer.is(422).fields(), [field], "{change}");
    }
    assert_eq!(ana.get("/me/profile").await.json["city"], "York");
    let reads = api.of("ana", "read").await;
    let refused = reads.send("PATCH", "/me", &json!({ "city": "Hull" })).await;
    refused.is(403).refused("scope_missing");
}

/// Changes of different fields at once are laid over each other: none is lost.
#[tokio::test]
async fn two_changes_at_once_both_stand() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let changes = [json!({ "city": "Leeds" }), json!({ "about": "I read." })];
    let sent = changes
        .iter()
        .map(|change| ana.send("PATCH", "/me", change));
    for answer in join_all(sent).await {
        answer.is(200);
    }
    let now = ana.get("/me/profile").await.json;
    assert_eq!(now["city"], "Leeds");
    assert_eq!(now["about"], "I read.");
}

#[tokio::test]
async fn somebody_is_away_and_back() {
    let api = Api::new().await;
    let (ana, cx) = api.member("ana", ALL).await;
    let before = ana.get("/me/profile").await;
    let today = cx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let day = json!({ "last_day": today.tomorrow().unwrap().to_string() });
    for _ in 0..2 {
        let away = ana.send("PUT", "/me/away", &day).await.is(200);
        assert_ne!(away.json["away_until"], Value::Null);
    }
    for wrong in ["2020-01-01", "soon"] {
        let refused = ana
            .send("PUT", "/me/away", &json!({ "last_day": wrong }))
            .await;
        assert_eq!(refused.is(422).fields(), ["last_day"]);
    }
    let back = json!({ "last_day": null });
    let with = [("if-match", before.header("etag"))];
    let late = ana.send_with("PUT", "/me/away", &with, &back).await;
    late.is(412).refused("version_mismatch");
    let now = ana.send("PUT", "/me/away", &back).await.is(200);
    assert_eq!(now.json["away_until"], Value::Null);
}

#[tokio::test]
async fn a_search_is_kept_once() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (ben, _) = api.member("ben", ALL).await;
    let new = json!({ "query": "q=austen&page=2" });
    let sent = (0..10).map(|_| ana.send("POST", "/me/searches", &new));
    let made = join_all(sent).await;
    let id = made[0].json["id"].as_str().unwrap().to_owned();
    for answer in made {
        assert_eq!(answer.is(201).json["id"], id);
    }
    let list = ana.get("/me/searches").await.is(200).json;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["query"], "q=austen");
    assert_eq!(ben.get("/me/searches").await.json["items"], json!([]));
    for wrong in ["", "page=2"] {
        let refused = ana
            .send("POST", "/me/searches", &json!({ "query": wrong }))
            .await;
        assert_eq!(refused.is(422).fields(), ["query"]);
    }
    let path = format!("/me/searches/{id}");
    let quiet = ana
        .send("PATCH", &path, &json!({ "alert": false }))
        .await
        .is(200);
    assert_eq!(quiet.json["alert"], false);
    ben.send("PATCH", &path, &json!({ "alert": true }))
        .await
        .is(404)
        .refused("not_found");
    ben.send("DELETE", &path, &Value::Null)
        .await
        .is(404)
        .refused("not_found");
    ana.send("DELETE", &path, &Value::Null).await.is(204);
    ana.send("DELETE", &path, &Value::Null)
        .await
        .is(404)
        .refused("not_found");
}

#[tokio::test]
async fn readers_are_blocked_and_unblocked_by_handle() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    for handle in ["ben", "cleo", "dora"] {
        api.member(handle, ALL).await;
        for _ in 0..2 {
            ana.send("PUT", &format!("/me/blocks/{handle}"), &Value::Null)
                .await
                .is(204);
        }
    }
    let page = ana.get("/me/blocks?limit=2").await.is(200).json;
    assert_eq!(page["items"][0]["handle"], "dora");
    let next = page["next"].as_str().unwrap();
    let rest = ana
        .get(&format!("/me/blocks?limit=2&cursor={next}"))
        .await
        .is(200)
        .json;
    assert_eq!(rest["items"][0]["handle"], "ben");
    assert_eq!(rest["next"], Value::Null);
    for _ in 0..2 {
        ana.send("DELETE", "/me/blocks/cleo", &Value::Null)
            .await
            .is(204);
    }
    let left = ana.get("/me/blocks").await.json;
    assert_eq!(left["items"].as_array().unwrap().len(), 2);
    for wrong in ["nobody", "ana"] {
        let refused = ana
            .send("PUT", &format!("/me/blocks/{wrong}"), &Value::Null)
            .await;
        assert_eq!(refused.is(422).fields(), ["handle"], "{wrong}");
    }
    let refused = ana.send("DELETE", "/me/blocks/nobody", &Value::Null).await;
    refused.is(404).refused("not_found");
}
