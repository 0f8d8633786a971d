//! The moderators' desk, through its pages.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::trades::{Policy, Setting};

use super::app::TestApp;

/// The value of a hidden field.
fn hidden<'a>(body: &'a str, name: &str) -> &'a str {
    let field = body
        .split("<input ")
        .find(|field| field.contains(&format!("name=\"{name}\"")))
        .expect("such a field");
    let value = field.split("value=\"").nth(1).expect("a value");
    value.split('"').next().expect("its end")
}

#[tokio::test]
async fn an_admin_changes_the_settings_and_keeps_what_was_typed_on_errors() {
    let app = TestApp::new().await;
    let (dov, _) = app.signed_in("dov", Role::Admin).await;
    let (bea, _) = app.signed_in("bea", Role::Moderator).await;
    let path = "/admin/settings";
    assert_eq!(bea.get(path).await.status, StatusCode::NOT_FOUND);
    assert!(!bea.get("/admin/queue").await.body.contains(path));
    assert!(dov.get("/admin/queue").await.body.contains(path));

    let page = dov.get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    for setting in Setting::ALL {
        assert!(page.body.contains(setting.label()), "{setting}");
        assert!(page.body.contains(setting.unit()), "{setting}");
    }
    assert!(!page.body.contains("Back to the default of"));
    let filled = |send_days: &str, once: &str, seen: &str| {
        let mut fields: Vec<(String, String)> = Setting::ALL
            .iter()
            .map(|setting| {
                let number = setting.of(&Policy::default()).to_string();
                (setting.as_str().to_owned(), number)
            })
            .collect();
        for (name, value) in [("send_days", send_days), ("once", once), ("seen", seen)] {
            fields.retain(|(known, _)| known != name);
            fields.push((name.to_owned(), value.to_owned()));
        }
        fields.push(("reason".to_owned(), "Strikes at the post.".to_owned()));
        fields
    };
    let send = async |fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        dov.post(path, &fields).await
    };
    let seen = hidden(&page.body, "seen");
    let wrong = send(&filled("900", hidden(&page.body, "once"), seen)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"900\""));
    assert!(wrong.body.contains("value=\"Strikes at the post.\""));
    assert!(wrong.body.contains("href=\"#f-send_days\""));

    let fields = filled("12", hidden(&wrong.body, "once"), seen);
    for _ in 0..2 {
        let saved = send(&fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        assert_eq!(saved.location(), path);
    }
    let page = dov.get(path).await;
    assert!(page.body.contains("send_days: 7 → 12"), "the history");
    assert!(page.body.contains("Strikes at the post."));
    assert!(page.body.contains("Back to the default of 7"));
    assert!(dov.get("/about/trading").await.body.contains("12 days"));

    let back = dov
        .post(
            "/admin/settings/default",
            &[
                ("setting", "send_days"),
                ("once", hidden(&page.body, "once")),
            ],
        )
        .await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    let page = dov.get(path).await;
    assert!(!page.body.contains("Back to the default of"));
    assert!(page.body.contains("send_days: 12 → 7"));
}
