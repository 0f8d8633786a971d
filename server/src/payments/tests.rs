//! Signatures, and what answers mean.

use dogear_domain::money::Currency;
use jiff::SignedDuration;
use serde_json::json;

use super::signature::signed;
use super::*;
use crate::testing::payments::{SECRETS, Stub, Trick};

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn checkout(id: Uuid) -> Checkout {
    Checkout {
        id,
        account: "acct_1".into(),
        amount: Money {
            minor: 850,
            currency: Currency::Eur,
        },
        what: "A book, sale 7 at dogear.test".into(),
        until: now() + SignedDuration::from_hours(1),
        back: (
            "http://dogear.test/paid".into(),
            "http://dogear.test/left".into(),
        ),
    }
}

#[tokio::test]
async fn only_what_is_signed_just_now_is_theirs() {
    let stripe = Stripe::new(Stub::new().await.settings());
    let body = json!({
        "id": "evt_1", "type": "checkout.session.completed",
        "data": { "object": { "id": "cs_1", "object": "checkout.session" } },
    });
    let body = body.to_string().into_bytes();
    let good = signed(SECRETS[0], now(), &body);
    let news = stripe.verify(&good, &body, now()).unwrap();
    assert_eq!((&*news.id, &*news.reference), ("evt_1", "cs_1"));
    // While the secret is changed: the old one too, and one signature of several.
    let old = signed(SECRETS[1], now(), &body);
    assert!(stripe.verify(&old, &body, now()).is_ok());
    let zeros = "0".repeat(64);
    let signature = good.split_once("v1=").unwrap().1;
    let second = now().as_second();
    let several = format!("t={second},v0={zeros},v1={zeros},v1={signature}");
    assert!(stripe.verify(&several, &body, now()).is_ok());
    let capitals = format!("t={second},v1={}", signature.to_uppercase());
    assert!(stripe.verify(&capitals, &body, now()).is_ok());

    let at = |seconds: i64| {
        signed(
            SECRETS[0],
            now() + SignedDuration::from_secs(seconds),
            &body,
        )
    };
    assert!(stripe.verify(&at(-300), &body, now()).is_ok());
    assert!(stripe.verify(&at(300), &body, now()).is_ok());
    let mut longer = body.clone();
    longer.push(b' ');
    for (header, body, why) in [
        (String::new(), &body, NotTheirs::Forged),
        ("t=,v1=".into(), &body, NotTheirs::Forged),
        (signature.to_owned(), &body, NotTheirs::Forged),
        (
            signed("whsec_guessed", now(), &body),
            &body,
            NotTheirs::Forged,
        ),
        // Cut, lengthened, not of this body, of another time.
        (good[..good.len() - 1].to_owned(), &body, NotTheirs::Forged),
        (format!("{good}00"), &body, NotTheirs::Forged),
        (good.clone(), &longer, NotTheirs::Forged),
        (
            format!("t={},v1={signature}", second + 1),
            &body,
            NotTheirs::Forged,
        ),
        (
            format!("t={second},t={second},v1={signature}"),
            &body,
            NotTheirs::Forged,
        ),
        (
            format!("t=-{second},v1={signature}"),
            &body,
            NotTheirs::Forged,
        ),
        (
            format!("t=99999999999999999999,v1={signature}"),
            &body,
            NotTheirs::Forged,
        ),
        (
            format!("t={second},v0={signature}"),
            &body,
            NotTheirs::Forged,
        ),
        (format!("v1={signature}"), &body, NotTheirs::Forged),
        (at(-301), &body, NotTheirs::OutOfTime),
        (at(301), &body, NotTheirs::OutOfTime),
    ] {
        assert_eq!(stripe.verify(&header, body, now()), Err(why), "{header}");
    }
    for unreadable in [
        "",
        "{}",
        "[]",
        r#"{"id":"evt_1","type":"x","data":{"object":{"id":"a b"}}}"#,
    ] {
        let header = signed(SECRETS[0], now(), unreadable.as_bytes());
        let read = stripe.verify(&header, unreadable.as_bytes(), now());
        assert_eq!(read, Err(NotTheirs::Unreadable), "{unreadable}");
    }
}

#[tokio::test]
async fn a_page_is_made_once_however_often_it_is_asked_for() {
    let stub = Stub::new().await;
    let stripe = Stripe::new(stub.settings());
    let id = Uuid::new_v4();
    stub.plays([Trick::Loses, Trick::Cuts, Trick::Says(503, "busy")]);
    for _ in 0..3 {
        let lost = stripe.checkout(&checkout(id)).await;
        assert!(matches!(lost, Err(Trouble::Later(_))), "{lost:?}");
    }
    let opened = stripe.checkout(&checkout(id)).await.unwrap();
    assert_eq!(opened.reference, "cs_1");
    assert_eq!(stub.state().sessions.len(), 1);
    let page = stub.state().sessions[0].clone();
    assert_eq!(
        (page.minor, &*page.currency, &*page.account),
        (850, "eur", "acct_1")
    );
    let fetched = async || stripe.fetch("acct_1", id, "cs_1").await;
    assert_eq!(fetched().await, Ok(Standing::Open));
    // One of somebody else is not taken for it.
    let other = stripe.fetch("acct_1", Uuid::new_v4(), "cs_1").await;
    assert!(matches!(other, Err(Trouble::Later(_))), "{other:?}");
    let foreign = stripe.fetch("acct_2", id, "cs_1").await;
    assert!(matches!(foreign, Err(Trouble::Refused(_))), "{foreign:?}");
    assert!(stub.pay());
    let paid = Paid {
        minor: 850,
        currency: "EUR".into(),
        payment: "pi_1".into(),
    };
    assert_eq!(fetched().await, Ok(Standing::Paid(paid)));
    let closed = stripe.expire("acct_1", "cs_1").await;
    assert!(matches!(closed, Err(Trouble::Refused(_))), "{closed:?}");
}

#[tokio::test]
async fn answers_without_sense_are_asked_for_again() {
    let stub = Stub::new().await;
    let stripe = Stripe::new(stub.settings());
    let id = Uuid::new_v4();
    for (status, body) in [
        (200, ""),
        (200, "[]"),
        (200, "{}"),
        (200, r#"{"client_reference_id":"x","status":"complete"}"#),
        (302, "{}"),
        (401, r#"{"error":{"code":"invalid_api_key"}}"#),
        (409, "{}"),
        (429, "{}"),
        (500, "<html>"),
    ] {
        stub.plays([Trick::Says(status, body)]);
        let asked = stripe.fetch("acct_1", id, "cs_1").await;
        assert!(
            matches!(asked, Err(Trouble::Later(_))),
            "{status} {body}: {asked:?}"
        );
    }
    stub.plays([Trick::Says(400, r#"{"error":{"code":"Card of Ana 4242"}}"#)]);
    let asked = stripe.fetch("acct_1", id, "cs_1").await;
    assert_eq!(asked, Err(Trouble::Refused("unknown".into())));
}

#[tokio::test]
async fn money_goes_back_once_also_when_nobody_remembers_that() {
    let stub = Stub::new().await;
    let stripe = Stripe::new(stub.settings());
    let back = |id| GiveBack {
        id,
        account: "acct_1".into(),
        payment: "pi_1".into(),
        minor: 850,
        total: 850,
    };
    let id = Uuid::new_v4();
    // The first is a question that finds nothing; then it is done, and the answer is lost.
    stub.plays([Trick::Delays(std::time::Duration::ZERO), Trick::Loses]);
    let lost = stripe.refund(&back(id)).await;
    assert!(matches!(lost, Err(Trouble::Later(_))), "{lost:?}");
    assert_eq!(stripe.refund(&back(id)).await, Ok(Given::Done));
    // Another refund of the same payment has nothing left to give.
    assert_eq!(stripe.refund(&back(Uuid::new_v4())).await, Ok(Given::Done));
    assert_eq!(stub.state().returned.len(), 1);
    // A part of what is left is given when there is more to give.
    let part = GiveBack {
        minor: 100,
        total: 950,
        ..back(Uuid::new_v4())
    };
    assert_eq!(stripe.refund(&part).await, Ok(Given::Done));
    assert_eq!(stub.state().returned[1].minor, 100);
    stub.state().refunds_end = Some("failed");
    let other = GiveBack {
        payment: "pi_2".into(),
        ..back(Uuid::new_v4())
    };
    assert!(matches!(stripe.refund(&other).await, Ok(Given::Failed(_))));
}
