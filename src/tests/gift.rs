//! Asking for a book and offering none, through its pages.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::TestApp;
use super::trading::listed;

#[tokio::test]
async fn u06_a_gift_is_asked_for_by_a_step_of_its_own() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bob, cx) = app.signed_in("bob", Role::Member).await;
    let copy = listed(&cx, "Solaris").await.expect("listed").to_string();
    let path = "/api/trades/propose";
    let builder = format!("/trades/new?with=bob&get={copy}");
    let form = ana.get(&builder).await.form(path);
    let once = form.hidden("once").to_owned();
    let fields = [
        ("with", "bob"),
        ("get", copy.as_str()),
        ("method", "post"),
        ("message", "I would love to read it."),
        ("page", builder.as_str()),
        ("once", once.as_str()),
    ];
    let step = ana.post(path, &fields).await;
    assert_eq!(step.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        step.body
            .contains("You offer nothing. Ask for it as a gift?")
    );
    assert!(step.body.contains("Solaris"));
    // A question, and nothing that is wrong.
    assert!(!step.body.contains("There is a problem"), "{}", step.body);
    let trades = "select count(*) from trades";
    let count: i64 = sqlx::query_scalar(trades)
        .fetch_one(cx.db())
        .await
        .expect("a number");
    assert_eq!(count, 0);

    // Back to the shelves, with everything that was typed.
    let step = step.form(path);
    let hidden: Vec<(String, String)> = step.hidden_fields().collect();
    let with = |button: (&'static str, &'static str)| {
        let mut fields: Vec<(&str, &str)> = hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.push(button);
        fields
    };
    let back = ana.post(path, &with(("look", "shelves"))).await;
    assert!(back.body.contains("I would love to read it."));
    assert!(back.body.contains("You give") && !back.body.contains("You offer nothing"));
    let done = ana.post(path, &with(("gift", "yes"))).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let trade = ana.get(done.location()).await;
    assert!(trade.body.contains("I would love to read it."));

    let said = bob
        .post("/api/accounts/set-gift-requests", &[("gifts", "no")])
        .await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    let settings = bob.get("/settings/trades").await;
    assert!(settings.body.contains("Only for a book of theirs"));
    let page = ana.get(&builder).await;
    assert!(page.body.contains("takes no requests for gifts"));
}
