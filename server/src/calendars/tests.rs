//! Addresses of calendars.

use uuid::Uuid;

use super::*;
use crate::testing::TestSite;

fn key() -> IdempotencyKey {
    IdempotencyKey(Uuid::new_v4())
}

/// The secret of somebody's address.
async fn secret(cx: &Cx) -> String {
    let address = address(cx).await.unwrap().expect("made");
    let name = address.link.strip_prefix("http://dogear.test/calendar/");
    let secret = name.unwrap().strip_suffix(".ics").unwrap();
    secret.to_owned()
}

/// It leads nowhere.
async fn is_shut(cx: &Cx, secret: &str) -> bool {
    matches!(file(cx, secret).await, Err(Error::NotFound))
}

#[tokio::test]
async fn an_address_is_made_once_shown_again_renewed_and_stopped() {
    let site = TestSite::new().await;
    let (ana, bob) = (site.member("ana").await, site.member("bob").await);
    let visitor = site.visitor();
    assert_eq!(address(&ana).await.unwrap(), None);
    let once = key();
    make(&ana, Some(once)).await.unwrap();
    let first = secret(&ana).await;
    make(&ana, Some(once)).await.unwrap();
    assert_eq!(secret(&ana).await, first, "sent twice, made once");
    make(&bob, Some(key())).await.unwrap();
    assert_ne!(secret(&bob).await, first);
    assert!(file(&visitor, &first).await.is_ok(), "nobody has to log in");

    make(&ana, Some(key())).await.unwrap();
    let second = secret(&ana).await;
    assert!(is_shut(&visitor, &first).await);
    assert!(file(&visitor, &second).await.is_ok());
    stop(&ana).await.unwrap();
    stop(&ana).await.unwrap();
    assert!(is_shut(&visitor, &second).await);
    assert_eq!(address(&ana).await.unwrap(), None);
    assert!(file(&visitor, &secret(&bob).await).await.is_ok());
}

#[tokio::test]
async fn no_address_is_guessed_from_another_or_from_the_database() {
    let site = TestSite::new().await;
    let ana = site.member("ana").await;
    make(&ana, Some(key())).await.unwrap();
    let secret = secret(&ana).await;
    let (nonce, mac) = secret.split_once('.').unwrap();
    let elsewhere = sign(&site.services.settings.secret_key, "unsubscribe", &[7; 16]);
    for guess in [
        "",
        ".",
        nonce,
        &format!("{nonce}."),
        &format!("{nonce}.{}", "A".repeat(mac.len())),
        &format!("{}.{mac}", "A".repeat(nonce.len())),
        &elsewhere,
    ] {
        assert!(is_shut(&site.visitor(), guess).await, "{guess}");
    }
    let stored: Vec<u8> = sqlx::query_scalar("select nonce from calendar_feeds")
        .fetch_one(ana.db())
        .await
        .unwrap();
    assert_eq!(stored.len(), 16, "128 random bits");
}
