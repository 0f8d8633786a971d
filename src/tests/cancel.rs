//! The page before a trade is cancelled says what the rules will do, and they do it.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::ids::TradeId;
use dogear_domain::trades::Method;
use dogear_server::Cx;
use dogear_server::testing::said;
use dogear_server::trades::{self, Shipment};
use dogear_server::version::Version;
use jiff::SignedDuration;

use super::app::{Browser, TestApp};
use super::trading::{agreed, proposed};

const ENDS: &str = "Cancel this trade?";
const ASKS: &str = "Ask to cancel this trade?";
const OWN_PARCEL: &str =
    "Your own parcel is in the post already: agree with bob how it comes back to you.";
const OWN_BOOKS: &str =
    "You have handed your books over already: agree with bob how they come back to you.";

/// What is on the page, and in which state pressing its button leaves the trade.
async fn reads(browser: &Browser, trade: TradeId, heading: &str, texts: &[&str]) -> String {
    let page = browser.get(&format!("/trades/{trade}/cancel")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains(&format!("<h1>{heading}</h1>")),
        "{heading}: {}",
        page.body
    );
    for text in texts {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    for text in [OWN_PARCEL, OWN_BOOKS] {
        let wanted = texts.contains(&text);
        assert_eq!(page.body.contains(text), wanted, "{text}");
    }
    page.hidden("once").to_owned()
}

async fn press(browser: &Browser, cx: &Cx, trade: TradeId, once: &str) -> String {
    let trade_id = trade.to_string();
    let fields = [("trade", trade_id.as_str()), ("once", once)];
    let answer = browser.post("/api/trades/cancel", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    sqlx::query_scalar("select state from trades where id = $1")
        .bind(trade)
        .fetch_one(cx.db())
        .await
        .expect("it is there")
}

/// Where there is nothing to ask, the trade itself is shown.
async fn asks_nothing(browser: &Browser, trade: TradeId) {
    let page = browser.get(&format!("/trades/{trade}/cancel")).await;
    assert_eq!(page.status, StatusCode::OK);
    for heading in [ENDS, ASKS] {
        assert!(!page.body.contains(heading), "{}", page.body);
    }
}

/// Ana's books leave her.
async fn part(ana: &Cx, trade: TradeId, method: Method) {
    let giver = ana.actor.as_ref().expect("signed in").id;
    let page = trades::page(ana, trade).await.expect("her trade");
    let leg = page.legs.iter().find(|leg| leg.from == giver);
    let leg = leg.expect("she gives something").id;
    match method {
        Method::Post => trades::send(ana, None, trade, leg, &Shipment::default()).await,
        Method::Meet => trades::hand_over(ana, None, trade, leg).await,
    }
    .expect("it may leave");
}

#[tokio::test]
async fn the_page_says_what_the_rules_will_do() {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let (bob, as_bob) = app.signed_in("bob", Role::Member).await;
    let agree = async |method, name: &str| {
        agreed(&as_ana, &as_bob, method, name)
            .await
            .expect("agreed")
    };

    let offer = proposed(&as_ana, &as_bob, Method::Post, "Offered").await;
    asks_nothing(&ana, offer.expect("proposed")).await;

    let nothing_sent = "Nothing has been sent, so the trade ends at once. The books are free again, and bob is told.";
    let nothing_given = "Nothing has changed hands, so the trade ends at once. The books are free again, and bob is told.";
    for (method, text) in [(Method::Post, nothing_sent), (Method::Meet, nothing_given)] {
        let trade = agree(method, text).await;
        let once = reads(&ana, trade, ENDS, &[text]).await;
        assert_eq!(press(&ana, &as_ana, trade, &once).await, "cancelled");
        asks_nothing(&ana, trade).await;
    }

    for (method, start, own) in [
        (Method::Post, "Books are on their way", OWN_PARCEL),
        (Method::Meet, "Books have been handed over", OWN_BOOKS),
    ] {
        let trade = agree(method, start).await;
        part(&as_ana, trade, method).await;
        let others =
            |name| format!("{start}, so {name} has to agree. Until then the trade goes on.");
        reads(&bob, trade, ASKS, &[&others("ana")]).await;
        let once = reads(&ana, trade, ASKS, &[&others("bob"), own]).await;
        assert_eq!(press(&ana, &as_ana, trade, &once).await, "agreed");
        // Asked once, it is bob who answers, on the page of the trade.
        asks_nothing(&ana, trade).await;
        asks_nothing(&bob, trade).await;
        let page = bob.get(&format!("/trades/{trade}")).await.body;
        assert!(
            page.contains("action=\"/api/trades/agree-to-cancel\""),
            "{page}"
        );
    }

    let trade = agree(Method::Post, "Overdue").await;
    let address = &said("Ana Lee\n1 Mill Lane\nLeeds LS1 4AB\nGreat Britain");
    trades::save_address(&as_ana, None, trade, &Version::default(), address, false)
        .await
        .expect("kept");
    part(&as_ana, trade, Method::Post).await;
    app.site.advance(SignedDuration::from_hours(24 * 11));
    let overdue = "The books for you are long overdue, so you may cancel alone, and it does not count against you. The trade ends at once, the books are free again, and bob is told.";
    reads(&bob, trade, ASKS, &["so ana has to agree"]).await;
    let once = reads(&ana, trade, ENDS, &[overdue, OWN_PARCEL]).await;
    assert_eq!(press(&ana, &as_ana, trade, &once).await, "cancelled");
}
