//! News of the site, through the page on which admins write them.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::TestApp;
use super::events::send;

const PAGE: &str = "/admin/broadcasts";

#[tokio::test]
async fn news_are_looked_at_sent_and_read() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bea, _) = app.signed_in("bea", Role::Moderator).await;
    let (dov, _) = app.signed_in("dov", Role::Admin).await;
    for other in [&ana, &bea] {
        assert_eq!(other.get(PAGE).await.status, StatusCode::NOT_FOUND);
    }
    assert!(dov.get("/admin/mail").await.body.contains(PAGE));
    assert!(!bea.get("/admin/mail").await.body.contains(PAGE));
    let write = "/api/moderation/write-broadcast";
    let empty = dov.get(PAGE).await;
    assert!(!empty.body.contains("Send it"), "{}", empty.body);
    // Each form has a key of its own, which counts once.
    let hidden: Vec<(String, String)> = empty.form(write).hidden_fields().collect();
    let again: Vec<(String, String)> = dov.get(PAGE).await.form(write).hidden_fields().collect();
    let with = |hidden: &[(String, String)], more: &[(&str, &str)]| -> Vec<(String, String)> {
        let typed = [
            ("title", "A calendar"),
            ("body", "It is new."),
            ("audience", "everyone"),
        ];
        let all = typed.iter().chain(more);
        let typed = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        hidden.iter().cloned().chain(typed).collect()
    };
    let post = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (&**a, &**b)).collect();
        dov.post(write, &fields).await
    };
    let shown = post(with(&hidden, &[("check", "yes")])).await;
    assert_eq!(shown.status, StatusCode::OK);
    let says = "This goes to all members: 3 members.";
    assert!(shown.body.contains(says), "{}", shown.body);
    assert!(shown.body.contains("Send it"), "{}", shown.body);
    let refused = post(with(&hidden, &[("check", "yes"), ("send_at", "soon")])).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(dov.get(PAGE).await.body.contains("Nothing was written"));

    let sent = post(with(&hidden, &[])).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let list = dov.get(PAGE).await;
    assert!(list.body.contains("0 of 3 members told"), "{}", list.body);
    app.site.run_jobs().await;
    let list = dov.get(PAGE).await;
    assert!(list.body.contains("3 of 3 members told"), "{}", list.body);
    let inbox = ana.get("/inbox").await;
    assert!(
        inbox.body.contains("A calendar: It is new."),
        "{}",
        inbox.body
    );

    // One that leaves later is stopped.
    let tomorrow = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24)).to_string();
    let later = post(with(&again, &[("send_at", &tomorrow)])).await;
    assert_eq!(later.status, StatusCode::SEE_OTHER, "{}", later.body);
    send(&dov, PAGE, "/api/moderation/stop-broadcast", &[]).await;
    let list = dov.get(PAGE).await;
    assert!(list.body.contains("Stopped"), "{}", list.body);
}
