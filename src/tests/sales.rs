//! Offering a copy for a price, and buying it, through the pages.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::{Answer, Browser, TestApp};
use super::trading::listed;

pub(super) async fn sent(
    browser: &Browser,
    page: &str,
    path: &str,
    typed: &[(&str, &str)],
) -> Answer {
    let form = browser.get(page).await.form(path);
    let hidden: Vec<(String, String)> = form.hidden_fields().collect();
    let mut fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    fields.extend(typed);
    browser.post(path, &fields).await
}

#[tokio::test]
async fn a_price_is_entered_shown_bought_for_and_marked_as_paid() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bob, cx) = app.signed_in("bob", Role::Member).await;
    let copy = listed(&cx, "Solaris").await.expect("listed").to_string();
    let edit = format!("/copies/{copy}/edit");
    let offer = |price| {
        [
            ("grade", "good"),
            ("offer", "sale"),
            ("price", price),
            ("currency", "EUR"),
        ]
    };
    let guessed = sent(&bob, &edit, "/api/copies/edit", &offer("1.250")).await;
    assert_eq!(guessed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(guessed.body.contains("can be read as 1250 or as 1.25"));
    assert!(
        guessed.body.contains("value=\"1.250\""),
        "what was typed stays"
    );
    let nothing = sent(&bob, &edit, "/api/copies/edit", &[("grade", "good")]).await;
    assert!(nothing.body.contains("Tick at least one"));
    let saved = sent(&bob, &edit, "/api/copies/edit", &offer("6,50")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);

    let page = format!("/copies/{copy}");
    let shown = ana.get(&page).await;
    assert!(shown.body.contains("Buy it for €6.50"));
    assert!(!shown.body.contains("Propose a trade"));
    // What a shelf, a book and the search say of it.
    let work: i64 = sqlx::query_scalar("select work_id from copies")
        .fetch_one(cx.db())
        .await
        .expect("a book");
    let book = ana.get(&format!("/books/{work}")).await;
    let book = ana.get(book.location()).await;
    assert!(book.body.contains("€6.50") && book.body.contains("One copy on offer"));
    assert!(book.body.contains("\"price\":\"6.50\"") || book.body.contains("&quot;6.50&quot;"));
    assert!(ana.get("/browse?offer=sale").await.body.contains("Solaris"));
    assert!(
        !ana.get("/browse?offer=give")
            .await
            .body
            .contains(">Solaris<")
    );
    assert!(ana.get("/u/bob").await.body.contains("€6.50"));

    let buying = format!("{page}/buy");
    let asked = sent(&ana, &buying, "/api/trades/buy", &[("method", "post")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let trade = asked.location().to_owned();
    let price = format!("price-{copy}");
    let answered = sent(
        &bob,
        &format!("{trade}/price"),
        "/api/trades/name-price",
        &[(price.as_str(), "0"), ("method", "post")],
    )
    .await;
    assert_eq!(answered.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answered.body.contains("more than 0"));
    let accepted = sent(&bob, &format!("{trade}/accept"), "/api/trades/accept", &[]).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.body);
    assert!(ana.get(&trade).await.body.contains("Pay €6.50 by"));
    let waiting = bob.get(&trade).await;
    assert!(waiting.body.contains("Post nothing before"));
    assert!(!waiting.body.contains("I have posted it"));
    // The amount is the site's: what a form says of it is passed over.
    let paid = sent(
        &bob,
        &trade,
        "/api/trades/mark-paid",
        &[("price", "1"), ("state", "refunded")],
    )
    .await;
    assert_eq!(paid.status, StatusCode::SEE_OTHER, "{}", paid.body);
    let row: (String, i64) = sqlx::query_as("select state, amount_minor from payments")
        .fetch_one(cx.db())
        .await
        .expect("a payment");
    assert_eq!(row, ("paid".into(), 650));
    let selling = bob.get("/trades?show=selling").await;
    assert_eq!(selling.location(), "/orders?f=selling");
    let selling = bob.get(selling.location()).await.body;
    assert!(selling.contains("for €6.50"));
    assert!(ana.get("/orders?f=buying").await.body.contains("Solaris"));
    assert!(
        ana.get("/orders?f=done")
            .await
            .body
            .contains("No order has ended")
    );
    let gone = ana.get(&buying).await;
    assert_eq!(gone.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn buyers_read_whether_a_trader_sells() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bob, cx) = app.signed_in("bob", Role::Member).await;
    let copy = super::trading::for_sale(&cx, "Emma")
        .await
        .expect("for sale");
    let page = format!("/copies/{copy}/buy");
    assert!(ana.get(&page).await.body.contains("is a private reader"));
    sent(
        &bob,
        "/settings/trades",
        "/api/accounts/set-trader",
        &[("trader", "yes")],
    )
    .await;
    assert!(ana.get(&page).await.body.contains("sells as a trader"));
    // One’s own book is not for oneself.
    assert_eq!(bob.get(&page).await.location(), format!("/copies/{copy}"));
}

#[tokio::test]
async fn a_sold_book_goes_back_through_the_pages_and_the_seller_gives_the_money_back() {
    let app = TestApp::new().await;
    let (ana, ana_cx) = app.signed_in("ana", Role::Member).await;
    let (bob, cx) = app.signed_in("bob", Role::Member).await;
    let copy = super::trading::for_sale(&cx, "Emma")
        .await
        .expect("for sale");
    let buying = format!("/copies/{copy}/buy");
    let before = ana.get(&buying).await.body;
    assert!(before.contains("you cannot simply give back"));
    let returns = [("trader", "returns")];
    sent(
        &bob,
        "/settings/trades",
        "/api/accounts/set-trader",
        &returns,
    )
    .await;
    let settings = bob.get("/settings/trades").await.body;
    assert!(settings.contains("and take books back"));
    let before = ana.get(&buying).await.body;
    assert!(before.contains("takes back what you buy within 14 days"));

    let trade = super::trading::bought(&ana_cx, &cx, "Solaris")
        .await
        .expect("bought");
    let (page, asking) = (
        format!("/trades/{trade}"),
        format!("/trades/{trade}/return"),
    );
    assert!(ana.get(&page).await.body.contains(&asking));
    assert!(!bob.get(&page).await.body.contains(&asking));
    assert!(!bob.get(&asking).await.body.contains("Give the book back?"));
    let long = "x".repeat(501);
    let long = [("reason", long.as_str()), ("page", asking.as_str())];
    let refused = sent(&ana, &asking, "/api/trades/ask-return", &long).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains(&"x".repeat(501)),
        "what was typed stays"
    );
    let why = [("reason", "It is not for me.")];
    let asked = sent(&ana, &asking, "/api/trades/ask-return", &why).await;
    assert_eq!(asked.location(), page, "{}", asked.body);
    let shown = bob.get(&page).await.body;
    assert!(shown.contains("gives it back. Meet by") && shown.contains("It is not for me."));
    let back = ana.get(&page).await.body;
    assert!(back.contains("You give it back.") && back.contains("Keep it after all"));
    assert!(
        ana.get("/orders?f=needs-you")
            .await
            .body
            .contains("You give it back.")
    );
    let handed = sent(&ana, &page, "/api/trades/hand-over", &[]).await;
    assert_eq!(handed.status, StatusCode::SEE_OTHER, "{}", handed.body);
    let problem = format!("{page}/problem");
    assert!(bob.get(&page).await.body.contains(&problem));
    let came = sent(&bob, &page, "/api/trades/receive", &[]).await;
    assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.body);
    let owed = bob.get(&page).await.body;
    assert!(owed.contains("and the sale is over") && owed.contains("back</button>"));
    let given = sent(&bob, &page, "/api/trades/mark-given-back", &[]).await;
    assert_eq!(given.location(), page, "{}", given.body);
    let end = ana.get(&page).await.body;
    assert!(end.contains("given back, the seller says."));
    assert!(
        ana.get("/orders?f=done")
            .await
            .body
            .contains("has the book back")
    );
}
