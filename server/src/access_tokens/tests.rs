//! Access tokens on a real database.

use dogear_domain::access_tokens::Scope;
use dogear_domain::accounts::Role;
use jiff::SignedDuration;
use uuid::Uuid;

use super::{MOST_TOKENS, PREFIX, TokenForm, bearer, create, list, made, operator, revoke};
use crate::db::IdempotencyKey;
use crate::testing::TestSite;
use crate::{Cx, Error, accounts};

const PASSWORD: &str = "quite a long one to guess";

fn form(name: &str, scopes: &[&str]) -> TokenForm {
    TokenForm {
        name: name.into(),
        scopes: scopes.iter().map(|&scope| scope.into()).collect(),
        days: "30".into(),
        password: PASSWORD.into(),
    }
}

fn key() -> IdempotencyKey {
    IdempotencyKey(Uuid::new_v4())
}

/// A member who has a password.
async fn member(site: &TestSite, handle: &str) -> Cx {
    let cx = site.member(handle).await;
    let system = Cx::system(site.services.clone());
    accounts::operator::reset_password(&system, handle, PASSWORD)
        .await
        .unwrap();
    // The version of the account is another one now, and so is the session.
    cx
}

fn fields(error: &Error) -> Vec<String> {
    match error {
        Error::Invalid(errors) => errors.iter().map(|(field, _)| field.to_owned()).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_token_is_shown_for_a_moment_and_works_until_its_end() {
    let site = TestSite::new().await;
    let ana = member(&site, "ana").await;
    let key = key();
    create(&ana, key, &form("sync", &["read", "shelf"]))
        .await
        .unwrap();
    // Sent twice, it is one token.
    create(&ana, key, &form("sync", &["read", "shelf"]))
        .await
        .unwrap();
    let (token, secret) = made(&ana, key).await.unwrap();
    assert!(secret.starts_with(PREFIX) && secret.ends_with(&token.hint));
    let stored: String = sqlx::query_scalar("select row_to_json(t)::text from access_tokens t")
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    assert!(!stored.contains(&secret[PREFIX.len()..]));
    let found = bearer(&site.services, &secret)
        .await
        .unwrap()
        .expect("it works");
    assert_eq!(found.actor.handle, "ana");
    assert!(found.scopes.has(Scope::Shelf) && !found.scopes.has(Scope::Trade));
    assert!(list(&ana).await.unwrap()[0].last_used.is_some());

    let ben = member(&site, "ben").await;
    assert!(
        matches!(made(&ben, key).await, Err(Error::NotFound)),
        "nobody else is shown it"
    );
    assert!(matches!(revoke(&ben, token.id).await, Err(Error::NotFound)));
    site.services.clock.advance(SignedDuration::from_mins(11));
    assert!(
        matches!(made(&ana, key).await, Err(Error::NotFound)),
        "and not later"
    );
    site.services
        .clock
        .advance(SignedDuration::from_hours(24 * 30));
    assert!(bearer(&site.services, &secret).await.unwrap().is_none());
    assert!(list(&ana).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_typed_wrong_is_said_at_its_field() {
    let site = TestSite::new().await;
    let ana = member(&site, "ana").await;
    let wrong = TokenForm {
        days: "31".into(),
        ..form(" ", &["everything"])
    };
    let error = create(&ana, key(), &wrong).await.unwrap_err();
    assert_eq!(fields(&error), ["name", "scopes", "days"]);
    let error = create(&ana, key(), &form("a", &[])).await.unwrap_err();
    assert_eq!(fields(&error), ["scopes"]);
    let error = create(&ana, key(), &form("a", &["desk"]))
        .await
        .unwrap_err();
    assert_eq!(fields(&error), ["scopes"], "she is no moderator");
    let wrong = TokenForm {
        password: "not it".into(),
        ..form("a", &["read"])
    };
    let error = create(&ana, key(), &wrong).await.unwrap_err();
    assert_eq!(fields(&error), ["password"]);
    assert!(list(&ana).await.unwrap().is_empty());
}

#[tokio::test]
async fn tokens_end_with_the_password_the_member_and_by_themselves() {
    let site = TestSite::new().await;
    let system = Cx::system(site.services.clone());
    let ana = member(&site, "ana").await;
    let make = async || {
        operator::create(&system, "ana", &form("sync", &["read"]))
            .await
            .unwrap()
    };
    let works = async |token: &str| bearer(&site.services, token).await.unwrap().is_some();
    let (id, revoked) = make().await;
    let (_, other) = make().await;
    assert!(works(&revoked).await && works(&other).await);
    assert_eq!(revoke(&ana, id).await.unwrap(), "sync");
    revoke(&ana, id).await.unwrap();
    assert!(!works(&revoked).await && works(&other).await);
    accounts::operator::reset_password(&system, "ana", "another long one to guess")
        .await
        .unwrap();
    assert!(!works(&other).await, "a new password ends tokens");
    assert!(list(&ana).await.unwrap().is_empty());
    let (_, last) = make().await;
    sqlx::query("update users set status = 'deleted', deleted_at = now() where handle = 'ana'")
        .execute(&site.services.db)
        .await
        .unwrap();
    assert!(!works(&last).await);
}

/// Only the desk's scope makes a moderator of a moderator's token, and of nobody else's.
#[tokio::test]
async fn a_role_goes_with_the_scope_of_the_desk() {
    let site = TestSite::new().await;
    let system = Cx::system(site.services.clone());
    site.account("bea", Role::Moderator).await;
    let role = async |scope: &str| {
        let (_, token) = operator::create(&system, "bea", &form("x", &[scope]))
            .await
            .unwrap();
        bearer(&site.services, &token)
            .await
            .unwrap()
            .expect("it works")
            .actor
            .role
    };
    assert_eq!(role("read").await, Role::Member);
    assert_eq!(role("desk").await, Role::Moderator);
}

/// Fifty at once: as many as a member may have, and not one more.
#[tokio::test]
async fn a_member_has_so_many_tokens_also_when_they_are_made_at_once() {
    let site = TestSite::new().await;
    let system = Cx::system(site.services.clone());
    let ana = site.member("ana").await;
    let all = (0..50).map(|_| {
        let system = system.clone();
        tokio::spawn(async move { operator::create(&system, "ana", &form("x", &["read"])).await })
    });
    let made = futures::future::join_all(all).await;
    let made = made
        .into_iter()
        .filter(|made| made.as_ref().unwrap().is_ok())
        .count();
    assert_eq!(made, MOST_TOKENS);
    assert_eq!(list(&ana).await.unwrap().len(), MOST_TOKENS);
}
