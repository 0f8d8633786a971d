//! Who gets in, and how often.

use axum::body::Body;
use axum::http::Method;
use dogear_domain::access_tokens::Scope;
use dogear_domain::accounts::Role;
use dogear_server::testing::TestSite;
use serde_json::{Value, json};

use super::kit::{ALL, Api};
use crate::guard::operations;

/// An address of the operation, with something in the place of each name.
fn address(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Operations × scopes: each is opened by its own scope alone, and by no token where it needs one.
#[tokio::test]
async fn each_operation_is_opened_by_its_scope_alone() {
    let api = Api::new().await;
    api.site.account("ana", Role::Moderator).await;
    let mut programs = vec![(None, api.visitor())];
    for scope in Scope::ALL {
        programs.push((Some(*scope), api.of("ana", scope.as_str()).await));
    }
    for operation in operations() {
        let path = address(&operation.path);
        for (scope, program) in &programs {
            let answer = program.send(&operation.method, &path, &Value::Null).await;
            let code = answer.json["code"].as_str().unwrap_or_default();
            let opened = operation.open
                || scope.is_some() && operation.scope.is_none_or(|needed| Some(needed) == *scope);
            let expected = match (opened, scope) {
                (true, _) => "",
                (false, None) => "token_required",
                (false, Some(_)) => "scope_missing",
            };
            let shut = ["token_required", "scope_missing"];
            if opened {
                assert!(
                    !shut.contains(&code),
                    "{} with {scope:?}: {code}",
                    operation.name
                );
            } else {
                assert_eq!(code, expected, "{} with {scope:?}", operation.name);
            }
        }
    }
}

#[tokio::test]
async fn a_token_is_a_header_and_works_until_it_ends() {
    let api = Api::new().await;
    let (program, cx) = api.member("ana", "read").await;
    let me = program.get("/me").await.is(200);
    assert_eq!(me.json["handle"], "ana");
    assert_eq!(me.json["scopes"], json!(["read"]));
    api.visitor()
        .get("/me")
        .await
        .is(401)
        .refused("token_required");
    for odd in [
        "",
        "dogear_",
        "dogear_x",
        "x",
        "Bearer",
        "dogear_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        let other = api.program(Some(odd.into()));
        let refused = other.get("/me").await.is(401).refused("token_invalid");
        assert!(refused.header("www-authenticate").contains("invalid_token"));
        // Also where none is needed: whoever sends one means it.
        other.get("/books/1").await.refused("token_invalid");
    }
    let basic = [("authorization", "Basic YTpi")];
    let answer = api
        .visitor()
        .call(Method::GET, "/me", &basic, Body::empty())
        .await;
    answer.refused("token_invalid");
    let address = format!("/me?access_token={}", "dogear_x");
    program.get(&address).await.is(400).refused("malformed");
    let token = dogear_server::access_tokens::list(&cx)
        .await
        .unwrap()
        .remove(0);
    dogear_server::access_tokens::revoke(&cx, token.id)
        .await
        .unwrap();
    program.get("/me").await.is(401).refused("token_invalid");
}

/// Who is a moderator is one by a token only when it is for the desk.
#[tokio::test]
async fn a_token_without_the_desk_is_a_members() {
    let api = Api::new().await;
    api.site.account("bea", Role::Moderator).await;
    let reads = api.of("bea", "read").await.get("/me").await;
    assert_eq!(reads.json["role"], "member");
    let desk = api.of("bea", "desk").await.get("/me").await;
    assert_eq!(desk.json["role"], "moderator");
}

#[tokio::test]
async fn every_answer_says_what_is_left() {
    let site = TestSite::with(|settings| settings.rate_limit_factor = 1).await;
    let api = Api::around(site);
    let (program, _) = api.member("ana", ALL).await;
    let left = |answer: &super::kit::Answered| -> u32 {
        answer
            .header("x-ratelimit-remaining")
            .parse()
            .expect("a number")
    };
    let first = program.get("/me").await.is(200);
    let limit: u32 = first.header("x-ratelimit-limit").parse().unwrap();
    assert_eq!(left(&first), limit - 1);
    let dear = program.get("/books/1/copies").await;
    assert!(left(&dear) <= limit - 4, "a list costs three");
    let visitor = api.visitor();
    let limit: u32 = visitor
        .get("/books/1")
        .await
        .header("x-ratelimit-limit")
        .parse()
        .unwrap();
    let mut refused = None;
    for _ in 0..limit {
        let answer = visitor.get("/books/1/copies").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused
        .expect("the address has a limit")
        .refused("too_many");
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((1..=3).contains(&wait));
    // A token has its own.
    program.get("/me").await.is(200);
}

#[tokio::test]
async fn what_is_nowhere_and_other_methods_are_problems_too() {
    let api = Api::new().await;
    let visitor = api.visitor();
    visitor.get("/nowhere").await.is(404).refused("not_found");
    visitor
        .get("/books/1/nowhere")
        .await
        .is(404)
        .refused("not_found");
    visitor.get("/books/one").await.is(404).refused("not_found");
    let answer = visitor.send("DELETE", "/me", &Value::Null).await;
    answer.is(405).refused("method_not_allowed");
}
