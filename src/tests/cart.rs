//! A cart of several owners, and its checkout, through the pages.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::ids::CopyId;
use dogear_server::Cx;
use dogear_server::copies::{self, OffersInput};

use super::app::TestApp;
use super::sales::sent;
use super::trading::listed;

/// A new book that the reader sells for so much.
async fn sells(cx: &Cx, title: &str, price: &str, at_once: bool) -> CopyId {
    let copy = listed(cx, title).await.expect("listed");
    asks(cx, copy, price, at_once).await;
    copy
}

async fn asks(cx: &Cx, copy: CopyId, price: &str, at_once: bool) {
    let offers = OffersInput {
        ways: vec!["sale".into()],
        price: price.into(),
        currency: "EUR".into(),
        postage: "2".into(),
        days: String::new(),
        at_once,
    };
    let change = copies::offering(&offers).expect("an offer");
    copies::change(cx, None, &[copy], change)
        .await
        .expect("offered");
}

async fn rows(cx: &Cx, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement)
        .fetch_one(cx.db())
        .await
        .expect("PostgreSQL answers")
}

#[tokio::test]
async fn a_cart_of_three_owners_with_a_stale_line_is_placed_once_all_of_it_is_seen() {
    let app = TestApp::new().await;
    let (ana, cx) = app.signed_in("ana", Role::Member).await;
    let (_, bob) = app.signed_in("bob", Role::Member).await;
    let (_, cai) = app.signed_in("cai", Role::Member).await;
    let (_, dov) = app.signed_in("dov", Role::Member).await;
    assert!(ana.get("/cart").await.body.contains("Your cart is empty"));
    assert!(
        ana.get("/checkout")
            .await
            .body
            .contains("Your cart is empty")
    );
    let emma = sells(&bob, "Emma", "6.50", false).await;
    let solaris = sells(&cai, "Solaris", "4", true).await;
    let dune = sells(&dov, "Dune", "5", true).await;
    // From the page of the copy, of buying it, and of the book.
    for (page, copy) in [
        (format!("/copies/{emma}"), emma),
        (format!("/copies/{solaris}/buy"), solaris),
        ("/books/3-dune".to_owned(), dune),
    ] {
        let added = sent(&ana, &page, "/api/cart/add", &[]).await;
        assert_eq!(added.location(), "/cart", "{page}: {}", added.body);
        assert!(
            ana.get("/cart")
                .await
                .body
                .contains(&format!("/copies/{copy}\""))
        );
    }
    let cart = ana.get("/cart").await.body;
    for said in [
        "1 book from bob",
        "€6.50",
        "Buy now",
        "nobody is asked any more",
    ] {
        assert!(cart.contains(said), "{said}");
    }
    let out = sent(&ana, "/cart", "/api/cart/remove", &[]).await;
    let undo = ana.get(out.location()).await;
    let back = undo.form("/api/cart/add");
    let back: Vec<(String, String)> = back.hidden_fields().collect();
    let back: Vec<(&str, &str)> = back
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    assert_eq!(ana.post("/api/cart/add", &back).await.location(), "/cart");
    assert_eq!(rows(&cx, "select count(*) from cart_items").await, 3);

    // The page is open while Bob asks for more.
    let form = ana.get("/checkout").await.form("/api/cart/check-out");
    let hidden: Vec<(String, String)> = form.hidden_fields().collect();
    asks(&bob, emma, "9", false).await;
    let ways: Vec<(String, &str)> = [&bob, &cai, &dov]
        .iter()
        .flat_map(|seller| {
            let id = seller.reader().expect("signed in").id;
            [
                (format!("method-{id}.EUR"), "post"),
                (format!("message-{id}.EUR"), "On Monday & <soon>"),
            ]
        })
        .collect();
    let mut fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    fields.extend(ways.iter().map(|(name, value)| (name.as_str(), *value)));
    // What the site says of money, no form says.
    fields.extend([
        ("price", "1"),
        ("state", "agreed"),
        ("amount", "1"),
        ("postage", "0"),
    ]);
    let refused = ana.post("/api/cart/check-out", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("has become dearer"),
        "{}",
        refused.body
    );
    assert!(refused.body.contains(&format!("href=\"#f-line-{emma}\"")));
    assert_eq!(
        refused.body.matches("On Monday &amp; &lt;soon&gt;").count(),
        3
    );
    assert_eq!(refused.body.matches("value=\"post\" checked").count(), 3);
    assert_eq!(rows(&cx, "select count(*) from trades").await, 0);
    assert!(ana.get("/cart").await.body.contains("has become dearer"));
    let seen = sent(&ana, "/cart", "/api/cart/see", &[]).await;
    assert!(
        !ana.get(seen.location())
            .await
            .body
            .contains("has become dearer")
    );

    let ways: Vec<(&str, &str)> = ways
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let placed = sent(&ana, "/checkout", "/api/cart/check-out", &ways).await;
    assert_eq!(
        placed.location(),
        "/orders/placed?trades=1.2.3",
        "{}",
        placed.body
    );
    let placed = ana.get(placed.location()).await.body;
    for said in [
        "3 orders are placed",
        "You would pay €11.00",
        "Pay €6.00 by",
        "Pay €7.00 by",
    ] {
        assert!(placed.contains(said), "{said}: {placed}");
    }
    let owed = "select sum(amount_minor)::bigint from payments";
    assert_eq!(rows(&cx, owed).await, 1300);
    assert!(ana.get("/orders").await.body.contains("Solaris"));
    assert_eq!(
        ana.get("/orders/placed?trades=x.99.").await.location(),
        "/orders"
    );
    // Others know nothing of it.
    let (eve, _) = app.signed_in("eve", Role::Member).await;
    assert_eq!(
        eve.get("/orders/placed?trades=1.2").await.location(),
        "/orders"
    );
}

#[tokio::test]
async fn the_desk_lists_sales_with_their_payments_and_nobody_else_does() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (_, bob) = app.signed_in("bob", Role::Member).await;
    let (bea, _) = app.signed_in("beatrice", Role::Moderator).await;
    let copy = sells(&bob, "Emma", "6.50", true).await;
    let buying = format!("/copies/{copy}/buy");
    assert!(ana.get(&buying).await.body.contains("sells it at once"));
    let bought = sent(&ana, &buying, "/api/trades/buy", &[("method", "post")]).await;
    let trade = ana.get(bought.location()).await.body;
    assert!(trade.contains("You have bought it, and it is kept for you"));
    assert!(trade.contains("You bought it, as its owner had offered"));
    assert_eq!(ana.get("/admin/orders").await.status, StatusCode::NOT_FOUND);
    let list = bea.get("/admin/orders").await.body;
    for said in [
        "Not paid yet",
        "€8.50",
        "/admin/trades/1",
        "/admin/members/bob",
    ] {
        assert!(list.contains(said), "{said}");
    }
    for (query, found) in [
        ("state=due", true),
        ("state=paid", false),
        ("state=none", false),
        ("q=bob", true),
        ("q=99", false),
    ] {
        let list = bea.get(&format!("/admin/orders?{query}")).await.body;
        assert_eq!(list.contains("/admin/trades/1\""), found, "{query}");
    }
}
