//! What suspended readers are told, the house rules, and how to write to whoever runs the site.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::moderation::ReportReason;
use dogear_server::settings::Contact;
use dogear_server::testing::TestSite;

use super::app::TestApp;

const DETAILS: [&str; 2] = ["/about/rules", "/about/contact"];

#[tokio::test]
async fn u13_contact_and_house_rules_stand_at_the_foot_of_every_page() {
    let site = TestSite::with(|settings| {
        settings.contact = Contact::parse("hello+dogear@example.org").ok();
    });
    let app = TestApp::around(site.await);
    let visitor = app.browser();
    let home = visitor.get("/").await.body;
    for path in DETAILS {
        assert!(home.contains(&format!("href=\"{path}\"")), "{path}");
        assert_eq!(visitor.get(path).await.status, StatusCode::OK);
    }
    let contact = visitor.get("/about/contact").await.body;
    let link = "href=\"mailto:hello+dogear@example.org\"";
    assert!(contact.contains(link), "{contact}");
    let rules = visitor.get("/about/rules").await.body;
    // Whatever members can report somebody for, but “something else”, has its rule.
    for kind in dogear_domain::moderation::SubjectKind::ALL {
        for reason in ReportReason::for_kind(*kind) {
            match reason.rule() {
                Some(rule) => assert!(rules.contains(rule), "{reason:?}"),
                None => assert_eq!(reason, ReportReason::Other),
            }
        }
    }
    let unset = TestApp::new().await.browser().get("/about/contact").await;
    assert!(unset.body.contains("have named no address"));
    assert!(unset.body.contains("“Report”"), "what to do instead");
}

#[tokio::test]
async fn u13_suspended_readers_are_told_how_to_write_and_led_to_nothing_that_refuses_them() {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let (bob, as_bob) = app.signed_in("bob", Role::Member).await;
    let book = super::trading::listed(&as_bob, "One")
        .await
        .expect("listed");
    drop(as_ana);
    let pages = [
        "/u/bob".to_owned(),
        format!("/copies/{book}"),
        "/books/1".to_owned(),
    ];
    let shown = async |path: &str| {
        let page = ana.get(path).await;
        match page.status {
            StatusCode::OK => page.body,
            _ => ana.get(page.location()).await.body,
        }
    };
    for path in &pages {
        assert!(shown(path).await.contains("href=\"/report?"), "{path}");
        assert!(shown(path).await.contains("href=\"/trades/new?"), "{path}");
    }
    sqlx::query("update users set status = 'suspended' where handle = 'ana'")
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    for path in &pages {
        assert!(!shown(path).await.contains("href=\"/report?"), "{path}");
        assert!(!shown(path).await.contains("href=\"/trades/new?"), "{path}");
    }
    let home = ana.get("/").await.body;
    let banner = home.split("Your account is suspended").nth(1);
    let banner = banner.expect("a banner").split("</div>").next();
    for path in DETAILS {
        assert!(banner.is_some_and(|banner| banner.contains(path)), "{path}");
    }
    let refused = ana.get("/shelf/add").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("“Contact”"), "{}", refused.body);
    assert_eq!(bob.get("/about/contact").await.status, StatusCode::OK);
}
