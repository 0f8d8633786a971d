//! The member's own review of a book, and votes for those of others.

use serde_json::{Value, json};

use super::copies::book;
use super::kit::{ALL, Api};

#[tokio::test]
async fn a_review_is_put_and_deleted_and_others_vote_for_it() {
    let api = Api::new().await;
    let (ana, _) = api.member("ana", ALL).await;
    let (ben, _) = api.member("ben", ALL).await;
    let (emma, _) = book(&api, "Emma", None).await;
    let path = format!("/books/{emma}/review");
    ana.get(&path).await.is(404);
    let body = json!({ "body": "Handsome, clever, and rich.", "rating": 4.5 });
    let written = ana.send("PUT", &path, &body).await.is(200);
    assert_eq!(written.json["rating"], 4.5);
    assert_eq!(written.json["spoiler"], false);
    let entry = ana.get(&format!("/libraries/me/books/{emma}")).await;
    assert_eq!(entry.is(200).json["rating"], 4.5);
    let yesterday = written.header("etag").to_owned();
    let seen = [("if-match", yesterday.as_str())];
    let other = json!({ "body": "Rich.", "spoiler": true });
    let changed = ana.send_with("PUT", &path, &seen, &other).await.is(200);
    assert_eq!(changed.json["id"], written.json["id"]);
    assert_eq!(changed.json["rating"], Value::Null);
    let late = ana.send_with("PUT", &path, &seen, &body).await;
    assert_eq!(late.header("etag"), changed.header("etag"));
    late.is(412).refused("version_mismatch");
    for (body, field) in [
        (json!({ "body": "" }), "body"),
        (json!({ "body": "x", "rating": 9 }), "rating"),
        (json!({ "body": "x", "stars": 3 }), "stars"),
    ] {
        let refused = ana.send("PUT", &path, &body).await.is(422);
        assert_eq!(refused.refused("invalid").fields(), [field]);
    }
    ana.send("PUT", "/books/999999/review", &body).await.is(404);
    let vote = format!("/reviews/{}/vote", written.json["id"].as_str().unwrap());
    for (helpful, votes) in [(true, 1), (true, 1), (false, 0), (true, 1)] {
        let voted = ben
            .send("POST", &vote, &json!({ "helpful": helpful }))
            .await;
        assert_eq!(voted.is(200).json["helpful"], votes);
    }
    ana.send("POST", &vote, &json!({ "helpful": true }))
        .await
        .is(403)
        .refused("forbidden");
    ben.get(&path).await.is(404);
    ben.send("DELETE", &path, &Value::Null).await.is(404);
    ana.send("DELETE", &path, &Value::Null).await.is(204);
    ana.get(&path).await.is(404).refused("not_found");
    ben.send("POST", &vote, &json!({ "helpful": true }))
        .await
        .is(404);
}
