//! Stalls of a swap meet through their page, as browsers without scripts send forms.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::TestApp;
use super::events::{published, send};

#[tokio::test(flavor = "multi_thread")]
async fn a_stall_that_somebody_has_is_refused_in_its_row_and_nothing_typed_is_lost() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bob, _) = app.signed_in("bob", Role::Member).await;
    let (cyd, _) = app.signed_in("cyd", Role::Member).await;
    let page = published(&ana, "10").await;
    for guest in [&bob, &cyd] {
        send(guest, &page, "/api/events/take-seats", &[("party", "1")]).await;
    }
    let (stalls, path) = ("/host/1/stalls", "/api/events/set-stall");
    send(&ana, stalls, path, &[("booking", "1"), ("stall", "a3")]).await;
    let shown = ana.get(stalls).await;
    let mut typed: Vec<(String, String)> = shown.form(path).hidden_fields().collect();
    typed.retain(|(name, _)| !["booking", "stall", "page"].contains(&name.as_str()));
    let mut fields: Vec<(&str, &str)> = typed
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    fields.extend([("booking", "2"), ("stall", "a3"), ("page", stalls)]);
    let refused = ana.post(path, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let body = &refused.body;
    assert!(body.contains("bob has stall A3 already."), "{body}");
    assert!(body.contains("value=\"a3\""), "what was typed: {body}");
    assert_eq!(body.matches("id=\"f-stall\"").count(), 1, "{body}");
    for (who, address, words) in [
        (&bob, "/events/1/ticket", "Your table is stall A3."),
        (&ana, "/host/1", "Stall A3"),
        (&ana, "/host/1/door", ", stall A3"),
        (&ana, "/host/1/door/print", "<td>A3</td>"),
        (&ana, "/host/1/door/print?show=badges", "Stall A3"),
        (&ana, "/host/1/guests.csv", ",A3\r\n"),
    ] {
        let answer = who.get(address).await;
        assert!(answer.body.contains(words), "{address}: {}", answer.body);
    }
    assert_eq!(bob.get(stalls).await.status, StatusCode::NOT_FOUND);
    let feedback = ana.get("/events/1/feedback").await;
    assert_eq!(feedback.status, StatusCode::NOT_FOUND, "no guest");
}
