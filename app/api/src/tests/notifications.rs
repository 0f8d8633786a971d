//! What the member is told, and what reaches them.

use dogear_server::Cx;
use dogear_server::testing::statements::count;
use futures::future::join_all;
use serde_json::{Value, json};

use super::kit::{ALL, Api};

/// So many notices of a member that are not read, the last one the newest.
async fn told(api: &Api, cx: &Cx, number: i32) {
    sqlx::query(
        "insert into notifications (user_id, kind, data, dedupe_key)
         select $1, 'security', jsonb_build_object('reason', 'Notice ' || n || '.'), 'test:' || n
         from generate_series(1, $2) n order by n",
    )
    .bind(cx.actor.as_ref().unwrap().id.0)
    .bind(number)
    .execute(&api.services.db)
    .await
    .expect("notices");
}

#[tokio::test]
async fn notices_come_newest_first_in_pages_that_do_not_move() {
    let api = Api::new().await;
    let (ana, cx) = api.member("ana", ALL).await;
    told(&api, &cx, 105).await;
    // The first use of a token is written down.
    ana.get("/me").await.is(200);
    let (first, statements) = count(ana.get("/notifications?limit=100")).await;
    let first = first.is(200).json;
    assert!(statements <= 3, "{statements}");
    assert_eq!(first["items"].as_array().unwrap().len(), 100);
    let newest = &first["items"][0];
    assert_eq!(newest["kind"], "security");
    assert_eq!(newest["text"], "Notice 105.");
    assert_eq!(newest["url"], "http://dogear.test/settings/account");
    assert_eq!(newest["read"], false);
    let id = newest["id"].as_str().unwrap();
    // One that comes meanwhile is on no later page.
    sqlx::query("insert into notifications (user_id, kind, data, dedupe_key) values ($1, 'security', '{}', 'late')")
        .bind(cx.actor.as_ref().unwrap().id.0)
        .execute(&api.services.db)
        .await
        .unwrap();
    let next = first["next"].as_str().unwrap();
    let rest = ana
        .get(&format!("/notifications?limit=100&cursor={next}"))
        .await
        .is(200)
        .json;
    assert_eq!(rest["items"].as_array().unwrap().len(), 5);
    assert_eq!(rest["items"][4]["text"], "Notice 1.");
    let other = ana
        .get(&format!("/notifications?show=unread&cursor={next}"))
        .await;
    other.is(400).refused("cursor_invalid");
    ana.get("/notifications?show=new")
        .await
        .is(400)
        .refused("malformed");
    assert_eq!(
        ana.get(&format!("/notifications/{id}")).await.is(200).json["id"],
        id
    );
    let trades = ana.get("/notifications?show=trades").await.is(200).json;
    assert_eq!(trades["items"], json!([]));
    // Nobody reads those of others.
    let (ben, _) = api.member("ben", ALL).await;
    assert_eq!(ben.get("/notifications").await.json["items"], json!([]));
    let path = format!("/notifications/{id}");
    ben.get(&path).await.is(404).refused("not_found");
    let marked = ben.send("PATCH", &path, &json!({ "read": true })).await;
    marked.is(404).refused("not_found");
    let without = api.of("ana", "notify").await;
    without
        .get("/notifications")
        .await
        .is(403)
        .refused("scope_missing");
}

#[tokio::test]
async fn notices_are_marked_one_by_one_and_all_up_to_one() {
    let api = Api::new().await;
    let (ana, cx) = api.member("ana", ALL).await;
    told(&api, &cx, 5).await;
    let list = ana.get("/notifications").await.json;
    let id = |n: usize| list["items"][n]["id"].as_str().unwrap().to_owned();
    let path = format!("/notifications/{}", id(0));
    for read in [true, true, false, true] {
        let marked = ana
            .send("PATCH", &path, &json!({ "read": read }))
            .await
            .is(200);
        assert_eq!(marked.json["read"], read);
    }
    let unread = ana.get("/notifications?show=unread").await.json;
    assert_eq!(unread["items"].as_array().unwrap().len(), 4);
    let refused = ana.send("PATCH", &path, &json!({})).await;
    assert_eq!(refused.is(422).fields(), ["read"]);
    // Up to the second newest but one: the same key says the same ten times.
    let up_to = json!({ "up_to": id(2) });
    let key = [("idempotency-key", "all-read")];
    let sent = (0..10).map(|_| ana.send_with("POST", "/notifications/read", &key, &up_to));
    for answer in join_all(sent).await {
        assert_eq!(answer.is(200).json, json!({ "count": 3 }));
    }
    let unread = ana.get("/notifications?show=unread").await.json;
    assert_eq!(unread["items"].as_array().unwrap().len(), 1);
    assert_eq!(unread["items"][0]["id"], id(1));
    let refused = ana
        .send("POST", "/notifications/read", &json!({ "up_to": 12 }))
        .await;
    assert_eq!(refused.is(422).fields(), ["up_to"]);
    let reads = api.of("ana", "read").await;
    let refused = reads.send("POST", "/notifications/read", &up_to).await;
    refused.is(403).refused("scope_missing");
}

#[tokio::test]
async fn settings_are_chosen_while_nobody_else_has() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let path = "/me/notification-settings";
    let read = ana.get(path).await.is(200);
    let of = |json: &Value, kind: &str| -> Value {
        let all = json["settings"].as_array().unwrap().iter();
        all.clone().find(|one| one["kind"] == kind).unwrap().clone()
    };
    assert_eq!(of(&read.json, "trade_proposed")["mail"], true);
    assert_eq!(of(&read.json, "security")["is_required"], true);
    let tag = read.header("etag").to_owned();
    let off = |kind: &str| json!({ "settings": [{ "kind": kind, "inbox": false, "mail": false }] });
    let with = [("if-match", tag.as_str())];
    let saved = ana
        .send_with("PUT", path, &with, &off("trade_proposed"))
        .await
        .is(200);
    assert_eq!(of(&saved.json, "trade_proposed")["inbox"], false);
    assert_eq!(of(&saved.json, "trade_declined")["inbox"], true);
    // The old version saves nothing more, and the present one stands in the answer.
    let late = ana
        .send_with("PUT", path, &with, &off("trade_declined"))
        .await
        .is(412);
    assert_eq!(late.header("etag"), saved.header("etag"));
    late.refused("version_mismatch");
    let now = ana.get(path).await.json;
    assert_eq!(of(&now, "trade_declined")["inbox"], true);
    // Without a version it is saved, and what is required stays on.
    let saved = ana.send("PUT", path, &off("security")).await.is(200).json;
    assert_eq!(of(&saved, "security")["mail"], true);
    let refused = ana.send("PUT", path, &off("nothing")).await;
    assert_eq!(refused.is(422).fields(), ["settings[0].kind"]);
}
