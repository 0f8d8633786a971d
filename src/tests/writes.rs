//! Writes survive a client that goes away (sqlx loses a `begin` dropped half way).

use std::time::Duration;

use dogear_domain::accounts::Role;

use super::app::TestApp;

/// T01: clients that leave at random moments leave no transaction open behind them.
#[tokio::test]
async fn clients_that_leave_leave_no_open_transaction() {
    let app = TestApp::new().await;
    let (browser, cx) = app.signed_in("ana", Role::Member).await;
    let browser = std::sync::Arc::new(browser);
    for n in 0..300u64 {
        let browser = std::sync::Arc::clone(&browser);
        let asked = tokio::spawn(async move {
            let name = format!("Ana {n}");
            let fields = [
                ("display_name", name.as_str()),
                ("time_zone", "Europe/London"),
                ("country", "GB"),
            ];
            browser
                .post("/api/accounts/save-profile", &fields)
                .await
                .status
        });
        tokio::time::sleep(Duration::from_micros(n * 23 % 4000)).await;
        asked.abort();
    }
    app.tracker.close();
    app.tracker.wait().await;
    app.tracker.reopen();
    let open: i64 = sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database()
           and state like 'idle in transaction%'",
    )
    .fetch_one(&app.site.services.db)
    .await
    .expect("PostgreSQL answers");
    assert_eq!(open, 0);
    let last = browser
        .post(
            "/api/accounts/save-profile",
            &[
                ("display_name", "Ana at last"),
                ("time_zone", "Europe/London"),
                ("country", "GB"),
            ],
        )
        .await;
    assert_eq!(
        last.status,
        axum::http::StatusCode::SEE_OTHER,
        "{}",
        last.body
    );
    let name: String = {
        // Another connection than any the requests used.
        let pool = dogear_server::db::connect(&app.site.database_url, 1)
            .await
            .expect("connects");
        sqlx::query_scalar("select display_name from users where id = $1")
            .bind(cx.actor.as_ref().expect("signed in").id)
            .fetch_one(&pool)
            .await
            .expect("PostgreSQL answers")
    };
    assert_eq!(name, "Ana at last");
}
