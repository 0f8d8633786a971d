//! How many statements it takes to show the pages that are asked for most, and to accept a trade.
//! A loop around a query shows here.

use axum::http::StatusCode;
use dogear_domain::trades::Method;
use dogear_server::testing::statements;
use dogear_server::{cart, trades};

use super::app::TestApp;
use super::trading::{agreed, for_sale_at_once, proposed};

#[tokio::test]
async fn hot_pages_take_no_more_statements_than_this() {
    let app = TestApp::new().await;
    let (ana, bob) = (app.site.member("ana").await, app.site.member("bob").await);
    let mut last = None;
    for number in 0..3 {
        let title = format!("Number {number}");
        let trade = agreed(&ana, &bob, Method::Post, &title).await;
        last = Some(trade.expect("agreed"));
    }
    let trade = format!("/trades/{}", last.expect("one of three"));
    let browser = app.sign_in("ana").await;
    let pages = [
        ("/", 7),
        ("/browse", 4),
        // One of them asks where the reader is, for the distances, one for the reviews, one what the
        // book is to the reader, and one in which of their lists it is.
        ("/books/1-number-0-given", 8),
        ("/u/bob", 3),
        // One asks for the currency in which the reader last sold something.
        ("/shelf", 4),
        ("/lists", 2),
        ("/reading", 3),
        ("/reading?tab=owned&sort=author&q=number", 3),
        ("/reading/2026", 3),
        ("/trades", 9),
        ("/orders", 7),
        ("/cart", 3),
        ("/checkout", 3),
        // One of them asks for the address that the reader keeps.
        (&trade, 15),
        ("/inbox", 2),
    ];
    let mut over = Vec::new();
    for (path, most) in pages {
        let (page, taken) = statements::count(browser.get(path)).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        if taken > most {
            over.push(format!("{path} took {taken}, not {most}"));
        }
    }
    assert_eq!(over, Vec::<String>::new());
}

#[tokio::test]
async fn five_lines_of_five_owners_are_checked_out_in_no_more_statements_than_this() {
    let app = TestApp::new().await;
    let ana = app.site.member("ana").await;
    let mut order = cart::Order::default();
    for number in 0..5 {
        let seller = app.site.member(&format!("seller{number}")).await;
        let name = format!("Book {number}");
        let copy = for_sale_at_once(&seller, &name).await.expect("for sale");
        cart::add(&ana, copy).await.expect("in the cart");
    }
    let (shown, taken) = statements::count(cart::page(&ana)).await;
    assert!(taken <= 5, "{taken} statements for the page");
    for parcel in shown.expect("shown").parcels {
        let lines = parcel.lines.iter();
        order
            .lines
            .extend(lines.map(|line| (line.book.copy, line.terms)));
        let way = cart::Way {
            method: Some(Method::Post),
            message: String::new(),
        };
        order.ways.insert(parcel.key, way);
    }
    let (placed, taken) = statements::count(cart::checkout(&ana, None, &order)).await;
    assert_eq!(placed.expect("placed").len(), 5);
    // What all have in common, and what each sale takes.
    assert!(taken <= 15 + 5 * 33, "{taken} statements");
    assert!(taken > 50, "{taken} statements");
}

#[tokio::test]
async fn accepting_takes_no_more_statements_than_this() {
    let app = TestApp::new().await;
    let (ana, bob) = (app.site.member("ana").await, app.site.member("bob").await);
    let trade = proposed(&ana, &bob, Method::Post, "A book").await;
    let trade = trade.expect("proposed");
    let seen = trades::page(&bob, trade).await.expect("shown").seen;
    let (state, taken) = statements::count(trades::accept(&bob, None, trade, seen)).await;
    state.expect("accepted");
    assert!(taken <= 29, "{taken} statements");
    // Somebody asked: a count of nothing would pass too.
    assert!(taken > 10, "{taken} statements");
}
