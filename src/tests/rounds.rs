//! A book that is given away to one of those who ask: through the router, by its owner, by readers
//! who ask, and by others.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use jiff::SignedDuration;

use super::app::TestApp;
use super::trading::listed;

#[tokio::test]
async fn a_book_is_drawn_for_and_taken() {
    let app = TestApp::new().await;
    let (ann, giver) = app.signed_in("ann", Role::Member).await;
    let (ben, _) = app.signed_in("ben", Role::Member).await;
    let (cai, _) = app.signed_in("cai", Role::Member).await;
    let visitor = app.browser();
    listed(&giver, "Emma").await.expect("listed");
    let give = "/copies/1/give";
    assert_eq!(ben.get(give).await.status, StatusCode::NOT_FOUND);
    assert!(
        ann.get("/give")
            .await
            .body
            .contains("Nothing is given away")
    );

    // What was chosen comes back with what is wrong.
    let wrong = [
        ("copy", "1"),
        ("mode", "queue"),
        ("hours", "500"),
        ("page", give),
    ];
    let wrong = ann.post("/api/rounds/open", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("from 12 hours to 7 days"));
    assert!(
        wrong.body.contains("value=\"queue\" checked"),
        "{}",
        wrong.body
    );

    let draw = [
        ("copy", "1"),
        ("mode", "draw"),
        ("hours", "48"),
        ("page", give),
    ];
    let done = ann.post("/api/rounds/open", &draw).await;
    assert_eq!(done.location(), "/give/1");
    assert_eq!(ann.get(give).await.location(), "/give/1");
    let page = ann.get("/give/1").await.body;
    assert!(page.contains("“Emma” is given away.") && page.contains("End it"));
    assert!(ann.get("/shelf").await.body.contains("Given away"));
    assert!(
        ann.get("/copies/1/edit")
            .await
            .body
            .contains("You give it away")
    );

    for page in ["/copies/1", "/books/1-emma", "/u/ann"] {
        let seen = ben.get(page).await.body;
        assert!(
            seen.contains("Given away until") && seen.contains("/give/1"),
            "{page}"
        );
        assert!(!seen.contains("/trades/new?with=ann&amp;copy=1"), "{page}");
    }
    let free = ben.get("/browse?offer=give").await.body;
    assert!(free.contains("/books/1-emma"), "{free}");
    let swaps = ben.get("/browse?offer=trade").await.body;
    assert!(!swaps.contains("/books/1-emma"));
    let ask = [("round", "1"), ("page", "/give/1")];
    let early = ben.post("/api/rounds/ask", &ask).await;
    assert_eq!(early.status, StatusCode::FORBIDDEN);
    assert!(early.body.contains("a member for 7 days"));
    sqlx::query("update users set created_at = now() - interval '8 days'")
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    assert_eq!(
        ann.post("/api/rounds/ask", &ask).await.status,
        StatusCode::FORBIDDEN
    );
    for asker in [&ben, &cai] {
        assert_eq!(
            asker.post("/api/rounds/ask", &ask).await.location(),
            "/give/1"
        );
        assert!(
            asker
                .get("/give/1")
                .await
                .body
                .contains("You have asked for it.")
        );
    }
    let page = ann.get("/give/1").await.body;
    assert!(
        page.contains("2 readers have asked so far.") && page.contains("Fingerprint of the seed")
    );
    assert!(!page.contains("ben") && !page.contains("cai"));
    assert!(
        visitor
            .get("/give")
            .await
            .body
            .contains("2 readers have asked.")
    );
    let signing_in = visitor.post("/api/rounds/ask", &ask).await;
    assert!(signing_in.body.contains("Log in") || signing_in.location().starts_with("/login"));

    app.site.advance(SignedDuration::from_hours(49));
    let clock = dogear_server::runtime::schedules()
        .into_iter()
        .find(|schedule| schedule.name == "give-away rounds")
        .expect("a schedule");
    (clock.run)(app.site.visitor()).await.expect("drawn");
    let drawn = ben.get("/give/1").await.body;
    let (first, second) = if drawn.contains("The draw fell on you") {
        (&ben, &cai)
    } else {
        (&cai, &ben)
    };
    assert!(
        first
            .get("/give/1")
            .await
            .body
            .contains("The draw fell on you: take it by")
    );
    let waits = second.get("/give/1").await.body;
    assert!(waits.contains("somebody before you is asked") && waits.contains("(you)"));
    assert!(!visitor.get("/give/1").await.body.contains("(you)"));
    let stands = [("round", "1"), ("page", "/give/1")];
    let refused = ann.post("/api/rounds/close", &stands).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("What is drawn stands"));

    let none = first.post("/api/rounds/take", &ask).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Choose how the book comes to you."));
    let take = [("round", "1"), ("method", "meet"), ("page", "/give/1")];
    assert_eq!(
        first.post("/api/rounds/take", &take).await.location(),
        "/trades/1"
    );
    for party in [first, &ann] {
        let trade = party.get("/trades/1").await.body;
        assert!(
            trade.contains("It comes from a <a href=\"/give/1\">give-away round</a>."),
            "{trade}"
        );
    }
    assert!(ann.get("/give/1").await.body.contains("has taken it."));
    let over = second.get("/give/1").await.body;
    assert!(over.contains("has taken it.") && !over.contains("/trades/1"));

    let (bea, _) = app.signed_in("bea", Role::Moderator).await;
    let desk = bea.get("/admin/rounds?state=over").await.body;
    assert!(desk.contains("Emma") && desk.contains("taken") && !desk.contains("ben"));
    assert_eq!(ann.get("/admin/rounds").await.status, StatusCode::NOT_FOUND);
}
