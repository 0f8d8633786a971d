//! Lending a copy and getting it back, through the pages.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use jiff::SignedDuration;

use super::app::{Answer, Browser, TestApp};
use super::trading::{lent, listed};

async fn sent(browser: &Browser, page: &str, path: &str, typed: &[(&str, &str)]) -> Answer {
    let form = browser.get(page).await.form(path);
    let hidden: Vec<(String, String)> = form.hidden_fields().collect();
    let mut fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    fields.extend(typed);
    browser.post(path, &fields).await
}

fn day(app: &TestApp, days: i64) -> String {
    let at = app.site.services.clock.now() + SignedDuration::from_hours(24 * days);
    at.strftime("%Y-%m-%d").to_string()
}

#[tokio::test]
async fn a_book_is_offered_borrowed_renewed_and_brought_back() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bob, cx) = app.signed_in("bob", Role::Member).await;
    let copy = listed(&cx, "Solaris").await.expect("listed").to_string();
    let edit = format!("/copies/{copy}/edit");
    let offer = |days| [("grade", "good"), ("offer", "lend"), ("days", days)];
    let wrong = sent(&bob, &edit, "/api/copies/edit", &offer("200")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("from 1 to 180") && wrong.body.contains("value=\"200\""));
    let saved = sent(&bob, &edit, "/api/copies/edit", &offer("6")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);

    let page = format!("/copies/{copy}");
    let shown = ana.get(&page).await;
    assert!(shown.body.contains("To borrow, 6 days") && shown.body.contains("Borrow it"));
    assert!(ana.get("/browse?offer=lend").await.body.contains("Solaris"));
    let asking = format!("{page}/borrow");
    assert!(ana.get(&asking).await.body.contains(&day(&app, 6)));
    let past = [
        ("due", "2020-01-01"),
        ("method", "post"),
        ("message", "For the club."),
    ];
    let refused = sent(&ana, &asking, "/api/trades/borrow", &past).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("This day is over.") && refused.body.contains("For the club."));
    let due = day(&app, 6);
    let wanted = [("due", due.as_str()), ("method", "post")];
    let asked = sent(&ana, &asking, "/api/trades/borrow", &wanted).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let trade = asked.location().to_owned();
    assert!(bob.get(&trade).await.body.contains("would borrow it until"));

    // By post nobody says yes without saying where it comes back to.
    let accept = format!("{trade}/accept");
    let nowhere = sent(&bob, &accept, "/api/trades/accept", &[]).await;
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        nowhere
            .body
            .contains("Enter where the book is to come back to.")
    );
    let home = [("address", "Bob Reed, 2 Low Street, Leeds")];
    let accepted = sent(&bob, &accept, "/api/trades/accept", &home).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.body);
    let address = [("address", "Ana, 9 Hill Road, Cork")];
    sent(&ana, &trade, "/api/trades/save-address", &address).await;
    let posting = bob.get(&trade).await;
    assert!(posting.body.contains("9 Hill Road"));
    let post = bob.get(&trade).await;
    let way = post.body.split("/send?leg=").nth(1).expect("a way");
    let leg: String = way.chars().take_while(char::is_ascii_digit).collect();
    sent(
        &bob,
        &format!("{trade}/send?leg={leg}"),
        "/api/trades/send",
        &[],
    )
    .await;
    let there = sent(&ana, &trade, "/api/trades/receive", &[]).await;
    assert_eq!(there.status, StatusCode::SEE_OTHER, "{}", there.body);
    let hers = ana.get(&trade).await.body;
    assert!(hers.contains("You have it until") && hers.contains("2 Low Street"));
    assert!(!bob.get(&trade).await.body.contains("9 Hill Road"));
    assert!(bob.get("/shelf").await.body.contains("Lent to ana"));
    assert!(bob.get("/loans").await.body.contains("Solaris"));
    assert!(ana.get("/loans?f=borrowed").await.body.contains("Solaris"));

    let renew = format!("{trade}/renew");
    let later = day(&app, 20);
    let wanted = [("due", later.as_str())];
    let asked = sent(&ana, &renew, "/api/trades/ask-renewal", &wanted).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    assert!(bob.get(&trade).await.body.contains("asks to have it until"));
    let given = sent(&bob, &trade, "/api/trades/grant-renewal", &[]).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
    assert!(ana.get(&trade).await.body.contains("gave more time"));
    // Without a word of hers he can say that it is back.
    let back = sent(&bob, &trade, "/api/trades/receive", &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    let over = bob.get(&trade).await.body;
    assert!(over.contains("The book is back. This loan is over."));
    assert!(bob.get(&page).await.body.contains("To borrow, 6 days"));
}

#[tokio::test]
async fn what_is_long_overdue_is_reported_and_settled_at_the_desk() {
    let app = TestApp::new().await;
    let (ana, ana_cx) = app.signed_in("ana", Role::Member).await;
    let (bob, bob_cx) = app.signed_in("bob", Role::Member).await;
    let (carl, _) = app.signed_in("carl", Role::Member).await;
    let (bea, _) = app.signed_in("bea", Role::Moderator).await;
    let id = lent(&ana_cx, &bob_cx, "Emma", 3).await.expect("lent");
    let trade = format!("/trades/{id}");
    let copy: i64 = sqlx::query_scalar("select copy_id from copy_holds")
        .fetch_one(bob_cx.db())
        .await
        .expect("held");
    let page = format!("/copies/{copy}");
    let shown = carl.get(&page).await.body;
    assert!(shown.contains("Lent out until") && !shown.contains("Lent to"));
    let waits = sent(&carl, &page, "/api/copies/wait", &[]).await;
    assert_eq!(waits.status, StatusCode::SEE_OTHER, "{}", waits.body);
    assert!(carl.get(&page).await.body.contains("Do not wait for it"));
    assert!(
        carl.get("/loans?f=borrowed")
            .await
            .body
            .contains("For which you wait")
    );
    let later = day(&app, 20);
    let asked = ana
        .post(
            "/api/trades/ask-renewal",
            &[
                ("trade", &id.to_string()),
                ("due", &later),
                ("page", &trade),
            ],
        )
        .await;
    assert!(
        asked.body.contains("Another reader waits"),
        "{}",
        asked.body
    );

    app.site.advance(SignedDuration::from_hours(24 * 40));
    assert!(ana.get(&trade).await.body.contains("It was due back on"));
    let late = bob.get(&trade).await.body;
    assert!(late.contains("was to bring it back by"));
    let way = late.split("/problem?leg=").nth(1).expect("a report");
    let leg: String = way.chars().take_while(char::is_ascii_digit).collect();
    let report = format!("{trade}/problem?leg={leg}");
    assert!(
        bob.get(&report)
            .await
            .body
            .contains("It does not come back")
    );
    let said = [
        ("problem", "not_returned"),
        ("details", "I have written often."),
    ];
    let reported = sent(&bob, &report, "/api/trades/report-problem", &said).await;
    assert_eq!(reported.status, StatusCode::SEE_OTHER, "{}", reported.body);
    assert_eq!(bob.get("/admin/loans").await.status, StatusCode::NOT_FOUND);
    let overdue = bea.get("/admin/loans?state=overdue").await.body;
    assert!(overdue.contains(&format!("/admin/trades/{id}")) && overdue.contains("overdue"));
    let of_nobody = bea.get("/admin/loans?q=carl").await.body;
    assert!(of_nobody.contains("No loan fits."));
    let case = format!("/admin/queue/trade/{id}");
    let desk = bea.get(&case).await.body;
    assert!(desk.contains("The borrowed book is gone"), "{desk}");
    assert!(!desk.contains("makes good with another"), "{desk}");
    let end = [
        ("outcome", "written_off"),
        ("statement", "Nobody has heard of Ana for a month."),
        ("sure", "1"),
    ];
    let settled = sent(&bea, &case, "/api/moderation/resolve-trade", &end).await;
    assert_eq!(settled.status, StatusCode::SEE_OTHER, "{}", settled.body);
    assert!(bob.get(&page).await.body.contains("Not listed"));
}
