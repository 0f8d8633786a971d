//! The days to post a parcel, on the page of its trade.

use dogear_domain::accounts::Role;
use dogear_domain::trades::Method;

use super::app::TestApp;
use super::trading::agreed;

#[tokio::test]
async fn u16_no_day_to_post_is_named_before_the_address_is_there() {
    let app = TestApp::new().await;
    let (ana, one) = app.signed_in("ana", Role::Member).await;
    let (bob, two) = app.signed_in("bob", Role::Member).await;
    let trade = agreed(&one, &two, Method::Post, "Emma")
        .await
        .expect("agreed");
    let path = format!("/trades/{trade}");
    let address = "2 Low Street, Leeds LS1 4AB";
    let save = |browser| {
        let (trade, path) = (trade.to_string(), path.clone());
        async move {
            let fields = [
                ("trade", trade.as_str()),
                ("address", address),
                ("page", &path),
            ];
            super::app::Browser::post(browser, "/api/trades/save-address", &fields).await
        }
    };
    for browser in [&ana, &bob] {
        let page = browser.get(&path).await.body;
        assert!(!page.contains("Post by"), "{page}");
        assert!(page.contains("You have agreed. Enter where"), "{page}");
    }
    save(&ana).await;
    let waits = ana.get(&path).await.body;
    // Of the two parcels only the one to her has a day.
    assert_eq!(waits.matches("Post by").count(), 1, "{waits}");
    assert!(
        waits.contains("Your days to post begin when it is there."),
        "{waits}"
    );
    let list = ana.get("/trades").await.body;
    assert!(
        list.contains("Your days to post begin when it is there."),
        "{list}"
    );
    let posts = bob.get(&path).await.body;
    assert!(
        posts.contains("Post by") && posts.contains("Post your parcel to"),
        "{posts}"
    );
}

#[tokio::test]
async fn u16_the_address_of_last_time_is_offered_shown_and_removed() {
    let app = TestApp::new().await;
    let (ana, one) = app.signed_in("ana", Role::Member).await;
    let (bob, two) = app.signed_in("bob", Role::Member).await;
    let mut trades = Vec::new();
    for book in ["Emma", "Persuasion", "Sanditon"] {
        let trade = agreed(&one, &two, Method::Post, book).await;
        trades.push(trade.expect("agreed").to_string());
    }
    let home = "Bob Reed\n2 Low Street\nLeeds LS1 4AB";
    let same = "Use the same address as last time";
    let (first, second) = (
        format!("/trades/{}", trades[0]),
        format!("/trades/{}", trades[1]),
    );

    let page = bob.get(&first).await.body;
    assert!(
        page.contains("Keep this address for my next trades"),
        "{page}"
    );
    assert!(!page.contains(same), "{page}");
    let tick = page.find("name=\"keep\"").expect("the box");
    let end = page[tick..].find('>').expect("its end") + tick;
    assert!(!page[tick..end].contains("checked"), "ticked by itself");
    assert!(bob.get("/settings").await.body.contains("None is kept"));
    let fields = [
        ("trade", &*trades[0]),
        ("address", home),
        ("keep", "on"),
        ("page", &first),
    ];
    bob.post("/api/trades/save-address", &fields).await;
    let said = bob.get(&first).await.body;
    assert!(said.contains("It is kept for your next trades."), "{said}");

    // It stands in the next trade, to be used by one press, or to be changed.
    let page = bob.get(&second).await.body;
    assert!(
        page.contains(same) && page.contains("Change it for this trade"),
        "{page}"
    );
    assert_eq!(page.matches("2 Low Street").count(), 3, "{page}");
    for (who, path) in [(&ana, &*second), (&bob, "/u/bob"), (&ana, "/u/bob")] {
        assert!(!who.get(path).await.body.contains("Low Street"), "{path}");
    }
    let fields = [("trade", &*trades[1]), ("address", home), ("page", &second)];
    bob.post("/api/trades/save-address", &fields).await;
    assert!(ana.get(&second).await.body.contains("2 Low Street"));
    let third = format!("/trades/{}", trades[2]);
    assert!(!ana.get(&third).await.body.contains("Low Street"));

    let page = bob.get("/settings/address").await.body;
    assert!(page.contains("2 Low Street"), "{page}");
    assert!(
        bob.get("/settings")
            .await
            .body
            .contains("Kept for your next trades")
    );
    assert!(
        !ana.get("/settings/address")
            .await
            .body
            .contains("Low Street")
    );
    let answer = bob
        .post(
            "/api/trades/forget-address",
            &[("page", "/settings/address")],
        )
        .await;
    assert_eq!(answer.location(), "/settings/address");
    let page = bob.get("/settings/address").await.body;
    assert!(
        page.contains("None is kept.") && !page.contains("Low Street"),
        "{page}"
    );
    assert!(!bob.get(&third).await.body.contains(same));
}
