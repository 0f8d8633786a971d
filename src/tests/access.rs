//! The access table is total, and it is enforced.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_urls::Access;
use leptos::server_fn;

use super::app::TestApp;

#[test]
fn every_server_function_is_routed() {
    let routes = dogear_app::routes(true).access();
    let functions: BTreeSet<&str> = server_fn::axum::server_fn_paths()
        .map(|(path, _)| path)
        .collect();
    let routed: BTreeSet<&str> = routes
        .keys()
        .filter(|(_, path)| path.starts_with("/api/"))
        .map(|(_, path)| *path)
        .collect();
    let closed: Vec<_> = functions.difference(&routed).collect();
    assert!(
        closed.is_empty(),
        "routed by no feature, so nobody may call them: {closed:?}"
    );
}

#[test]
fn every_page_that_is_declared_is_routed() {
    let routes = dogear_app::routes(true).access();
    let nowhere: Vec<_> = dogear_urls::pages::ALL
        .iter()
        .map(|page| page.pattern)
        .filter(|pattern| !routes.contains_key(&("GET", *pattern)))
        .collect();
    assert!(nowhere.is_empty(), "declared and not routed: {nowhere:?}");
}

#[test]
fn server_functions_change_nothing_by_get() {
    for (path, method) in server_fn::axum::server_fn_paths() {
        assert_eq!(method, "POST", "{path}");
    }
}

/// A path of that pattern to which nothing belongs.
fn example(pattern: &str) -> String {
    pattern
        .split('/')
        .map(|part| {
            if part.starts_with('{') {
                "999999999"
            } else {
                part
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn whoever_is_not_in_the_row_is_refused() {
    let app = TestApp::new().await;
    let nobody = app.browser();
    let (member, _) = app.signed_in("mallory", Role::Member).await;
    app.signed_in("bea", Role::Moderator).await;
    let (suspended, _) = app.signed_in("susan", Role::Member).await;
    let (unconfirmed, _) = app.signed_in("umberto", Role::Member).await;
    for change in [
        "update users set status = 'suspended' where handle = 'susan'",
        "update users set email_verified_at = null where handle = 'umberto'",
    ] {
        sqlx::query(change)
            .execute(&app.site.services.db)
            .await
            .expect("PostgreSQL answers");
    }
    for ((method, pattern), rule) in dogear_app::routes(true).access().iter() {
        let (path, who) = (example(pattern), rule.who);
        // Some rows end the session that asks.
        let moderator = app.sign_in("bea").await;
        let ask = async |browser: &super::app::Browser| match *method {
            "GET" => browser.get(&path).await,
            _ => browser.post(&path, &[]).await,
        };
        if who > Access::Anyone {
            let answer = ask(&nobody).await;
            let sent_to_log_in = answer.status == StatusCode::SEE_OTHER
                && ["/login?next=", "/register?next="]
                    .iter()
                    .any(|start| answer.location().starts_with(start));
            assert!(
                answer.status == StatusCode::UNAUTHORIZED || sent_to_log_in,
                "{method} {path} by nobody: {}",
                answer.status
            );
        }
        if who == Access::Member {
            for (browser, why) in [(&suspended, "is suspended"), (&unconfirmed, "/verify")] {
                let answer = ask(browser).await;
                assert_eq!(
                    answer.status,
                    StatusCode::FORBIDDEN,
                    "{method} {path} by a reader who {why}"
                );
                assert!(
                    answer.body.contains(why),
                    "{method} {path}: {}",
                    answer.body
                );
            }
        }
        if who >= Access::Moderator {
            let answer = ask(&member).await;
            assert_eq!(
                answer.status,
                StatusCode::NOT_FOUND,
                "{method} {path} by a member"
            );
        }
        if who == Access::Admin {
            let answer = ask(&moderator).await;
            assert_eq!(
                answer.status,
                StatusCode::NOT_FOUND,
                "{method} {path} by a moderator"
            );
        }
        let answer = ask(&moderator).await;
        assert!(
            !answer.status.is_server_error(),
            "{method} {path} by a moderator: {}",
            answer.status
        );
    }
}
