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
