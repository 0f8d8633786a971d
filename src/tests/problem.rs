//! The form for a problem with the books of a trade, through its pages.

use axum::body::Body;
use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::trades::Method;
use dogear_server::trades::{self, Shipment};

use super::app::TestApp;
use super::shelf::PNG;
use super::trading::agreed;

#[tokio::test]
async fn u17_the_form_lists_what_can_be_and_takes_photos() {
    let app = TestApp::new().await;
    let (_, ana) = app.signed_in("ana", Role::Member).await;
    let (bob, cx) = app.signed_in("bob", Role::Member).await;
    let trade = agreed(&ana, &cx, Method::Post, "Emma")
        .await
        .expect("agreed");
    let view = trades::page(&ana, trade).await.expect("a trade");
    let leg = view.legs.iter().find(|leg| Some(leg.from) == view.viewer);
    let leg = leg.expect("a leg").id;
    trades::send(&ana, None, trade, leg, &Shipment::default())
        .await
        .expect("sent");
    trades::receive(&cx, None, trade, leg).await.expect("here");

    let form = format!("/trades/{trade}/problem?leg={leg}");
    let page = bob.get(&form).await;
    for (word, listed) in [
        ("wrong_book", true),
        ("damaged_in_post", true),
        ("never_arrived", false),
        ("no_answer", false),
    ] {
        let value = format!("value=\"{word}\"");
        assert_eq!(page.body.contains(&value), listed, "{word}");
    }
    assert!(page.body.contains("multipart/form-data"));

    // As long as may be, in letters of three bytes each.
    let details = "本".repeat(2000);
    let path = "/api/trades/report-problem";
    let page = page.form(path);
    let mut fields: Vec<(String, String)> = page.hidden_fields().collect();
    fields.push(("problem".into(), "wrong_book".into()));
    fields.push(("details".into(), details.clone()));
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    for (name, content) in [("a.png", PNG), ("b.png", b"no photo")] {
        let part = format!(
            "--b\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend(part.into_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    let done = bob.send(bob.upload(path, Body::from(body))).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = bob.get(done.location()).await;
    assert!(page.body.contains("Not taken: “b.png”"), "{}", page.body);
    assert!(page.body.contains("Photo 1 of the problem") && page.body.contains(&details));
    let photo = page.body.split("\"/photos/").nth(1).expect("a photo");
    let photo = format!("/photos/{}", photo.split('"').next().expect("its name"));

    let (moderator, _) = app.signed_in("dov", Role::Moderator).await;
    let case = moderator.get(&format!("/admin/queue/trade/{trade}")).await;
    assert!(case.body.contains(&photo), "{}", case.body);
    assert_eq!(moderator.get(&photo).await.status, StatusCode::OK);
    assert_eq!(
        app.browser().get(&photo).await.status,
        StatusCode::NOT_FOUND
    );
}
