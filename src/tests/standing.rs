//! What readers who are not in good standing may still change.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use dogear_domain::trades::Method;

use super::app::TestApp;
use super::trading::{agreed, proposed};

#[tokio::test]
async fn a_suspended_reader_changes_nothing_that_others_see() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let profile = |name, city, about, zone| {
        [
            ("display_name", name),
            ("city", city),
            ("about", about),
            ("country", "GB"),
            ("time_zone", zone),
        ]
    };
    let start = profile("Ana", "Leeds", "Novels.", "Europe/London");
    let saved = ana.post("/api/accounts/save-profile", &start).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    sqlx::query("update users set status = 'suspended' where handle = 'ana'")
        .execute(&app.site.services.db)
        .await
        .expect("suspended");
    for changed in [
        profile("Buy at evil.example", "Leeds", "Novels.", "Europe/London"),
        profile("Ana", "Elsewhere", "Novels.", "Europe/London"),
        profile("Ana", "Leeds", "Buy at evil.example", "Europe/London"),
    ] {
        let refused = ana.post("/api/accounts/save-profile", &changed).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.body.contains("Your account is suspended"));
    }
    let zone = profile("Ana", "Leeds", "Novels.", "Asia/Tokyo");
    let saved = ana.post("/api/accounts/save-profile", &zone).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let seen: (String, String, String, String) = sqlx::query_as(
        "select display_name, city, about, time_zone from users where handle = 'ana'",
    )
    .fetch_one(&app.site.services.db)
    .await
    .expect("PostgreSQL answers");
    let kept = ("Ana", "Leeds", "Novels.", "Asia/Tokyo");
    assert_eq!((&*seen.0, &*seen.1, &*seen.2, &*seen.3), kept);
    // What is theirs alone stays open.
    for path in [
        "/settings/account",
        "/settings/sessions",
        "/settings/delete",
        "/settings/notifications",
    ] {
        assert_eq!(ana.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn c05_a_trade_is_reported_from_its_page_also_after_the_time_for_problems() {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let (_, as_ben) = app.signed_in("ben", Role::Member).await;
    let trade = agreed(&as_ana, &as_ben, Method::Meet, "Swap")
        .await
        .expect("a trade");
    for state in ["proposed", "agreed", "completed", "declined", "resolved"] {
        sqlx::query(
            "update trades set state = $1, closed_at = case when $1 in ('proposed', 'agreed') then null
                 else now() - interval '90 days' end,
               reply_due = case when $1 = 'proposed' then now() end",
        )
        .bind(state)
        .execute(&app.site.services.db)
        .await
        .expect("another state");
        let page = ana.get(&format!("/trades/{trade}")).await;
        let link = format!("/report?subject=trade:{trade}");
        assert!(
            page.body.contains(&format!("href=\"{link}\"")),
            "{state}: {}",
            page.body
        );
        let form = ana.get(&link).await;
        assert_eq!(form.status, StatusCode::OK, "{state}");
    }
    // Nobody is led to a form that is not open to them.
    sqlx::query("update users set status = 'suspended' where handle = 'ana'")
        .execute(&app.site.services.db)
        .await
        .expect("suspended");
    let page = ana.get(&format!("/trades/{trade}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("/report?subject=trade:"));
}

#[tokio::test]
async fn c07_pages_speak_of_nothing_that_cannot_be() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    for path in ["/", "/settings", "/about/trading"] {
        let page = ana.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for wrong in ["not confirmed", "Not confirmed", "appeal"] {
            assert!(!page.body.contains(wrong), "{path}: {wrong}");
        }
    }
    assert!(ana.get("/settings").await.body.contains("ana@"));
}

#[tokio::test]
async fn u03_the_main_button_stands_under_the_sentence_and_u18_the_next_step_is_not_reached() {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let (ben, as_ben) = app.signed_in("ben", Role::Member).await;
    let trade = agreed(&as_ana, &as_ben, Method::Post, "Swap")
        .await
        .expect("a trade");
    let path = format!("/trades/{trade}");
    let head = |body: &str| {
        let head = body.split("<h1").nth(1).expect("a heading");
        head.split("</header>").next().expect("its end").to_owned()
    };
    let page = ben.get(&path).await;
    assert!(page.body.contains("aria-label=\"Steps of this trade\""));
    let steps = page
        .body
        .split("Steps of this trade")
        .nth(1)
        .expect("steps");
    let current = steps.split("aria-current=\"step\"").nth(1).expect("a step");
    assert!(
        current
            .split("</li>")
            .next()
            .expect("it")
            .contains("Agreed")
    );
    let next = steps.split("class=\"next\"").nth(1).expect("a next step");
    assert!(next.split("</li>").next().expect("it").contains("Sent"));
    assert!(
        head(&page.body).contains("href=\"#address\""),
        "{}",
        page.body
    );
    for (cx, other, leg_of) in [(&as_ana, &ben, &as_ana), (&as_ben, &ana, &as_ben)] {
        let view = dogear_server::trades::page(cx, trade)
            .await
            .expect("a page");
        let me = leg_of.actor.as_ref().expect("signed in").id;
        let leg = view.legs.iter().find(|leg| leg.from == me).expect("a leg");
        let parcel = dogear_server::trades::Shipment::default();
        dogear_server::trades::send(cx, None, trade, leg.id, &parcel)
            .await
            .expect("sent");
        let page = other.get(&path).await;
        assert!(head(&page.body).contains("It has arrived"), "{}", page.body);
        assert_eq!(page.body.matches("It has arrived").count(), 1);
    }
}

#[tokio::test]
async fn u01_seeing_a_trade_unfolds_the_corner() {
    let app = TestApp::new().await;
    let (_, as_ana) = app.signed_in("ana", Role::Member).await;
    let (ben, as_ben) = app.signed_in("ben", Role::Member).await;
    let trade = proposed(&as_ana, &as_ben, Method::Meet, "Swap")
        .await
        .expect("a trade");
    app.site.run_jobs().await;
    let inbox = ben.get("/inbox").await;
    assert!(inbox.body.contains("data-unread=\"1\""), "{}", inbox.body);
    let page = ben.get(&format!("/trades/{trade}")).await;
    assert!(page.body.contains("data-unread=\"0\""), "{}", page.body);
    assert!(ben.get("/inbox").await.body.contains("data-unread=\"0\""));
    let list = ben.get("/trades").await;
    assert!(
        list.body
            .contains("Needs you <span class=\"count\">1</span>"),
        "{}",
        list.body
    );
    assert!(list.body.contains("Within a week") || list.body.contains("Later"));
    // Behind the last line it is not said that nothing waits.
    let beyond = ben.get("/trades?after=.9000000000000000000").await;
    assert!(beyond.body.contains("That was the last page"));
    assert!(!beyond.body.contains("Nothing waits for you"));
}

#[tokio::test]
async fn a_suspended_reader_is_told_and_led_to_no_form_that_is_closed() {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let (ben, as_ben) = app.signed_in("ben", Role::Member).await;
    let trade = agreed(&as_ana, &as_ben, Method::Meet, "Swap")
        .await
        .expect("a trade");
    let wrote = ben
        .post(
            "/api/trades/write-message",
            &[
                ("trade", trade.to_string().as_str()),
                ("message", "Tuesday?"),
            ],
        )
        .await;
    assert_eq!(wrote.status, StatusCode::SEE_OTHER, "{}", wrote.body);
    let path = format!("/trades/{trade}");
    assert!(ana.get(&path).await.body.contains("Report this message"));
    assert!(!ana.get("/").await.body.contains("is suspended"));
    sqlx::query(
        "update users set status = 'suspended', suspension_reason = 'You asked for money.',
           suspended_until = now() + interval '5 days' where handle = 'ana'",
    )
    .execute(&app.site.services.db)
    .await
    .expect("suspended");
    assert!(!ana.get(&path).await.body.contains("/report?subject="));
    let home = ana.get("/").await;
    assert!(
        home.body.contains("Your account is suspended until ")
            && home.body.contains("You asked for money."),
        "{}",
        home.body
    );
    let settings = ana.get("/settings").await;
    assert!(settings.body.contains("You asked for money."));
    assert!(!home.body.contains("Nothing waits for you"));
}

#[tokio::test]
async fn u13_the_refusal_says_why_and_until_when_itself() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let suspend = async |until: &str| {
        let statement = format!(
            "update users set status = 'suspended', suspension_reason = 'You asked for money.',
               suspended_until = {until} where handle = 'ana'"
        );
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(&app.site.services.db)
            .await
            .expect("suspended");
    };
    suspend("now() + interval '5 days'").await;
    let day = app.site.services.clock.now() + jiff::SignedDuration::from_hours(5 * 24);
    let london = jiff::tz::TimeZone::get("Europe/London").expect("a time zone");
    let day = day.to_zoned(london).strftime("until %A %-d %B").to_string();
    let page = ana.get("/shelf/add").await;
    let form = ana
        .post(
            "/api/trades/propose",
            &[("with", "bob"), ("page", "/browse")],
        )
        .await;
    for refused in [&page, &form] {
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let main = refused.body.split("<main").nth(1).expect("a page");
        assert!(main.contains(&day), "{day}: {main}");
        assert!(main.contains("You asked for money."), "{main}");
    }
    suspend("null").await;
    let refused = ana.get("/shelf/add").await.body;
    assert!(refused.contains("until a moderator lifts it."), "{refused}");
    assert!(refused.contains("You asked for money."), "{refused}");
}
