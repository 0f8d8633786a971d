//! What parties of a trade who meet at an event learn of one another, and of an event that is not
//! theirs to see.

use super::meetings::{Evening, form, published};
use super::*;
use crate::events::{self, EventForm};

/// Its host changes the event.
async fn change(evening: &Evening, change: impl FnOnce(&mut EventForm)) {
    let (host, event) = (&evening.host, evening.event);
    let draft = events::draft(host, event).await.unwrap();
    let mut form = draft.form.clone();
    change(&mut form);
    let seen = draft.version().unwrap();
    events::save(host, event, &form, &seen).await.unwrap();
}

/// The text of the mail whose subject begins so.
async fn mail(evening: &Evening, subject: &str) -> String {
    let subjects = evening.world.site.mailed_subjects().await;
    let mails = evening.world.site.dev_mailbox.messages();
    let found = mails.iter().find(|mail| mail.subject.starts_with(subject));
    let Some(found) = found else {
        panic!("not among {subjects:?}");
    };
    found.text.clone()
}

#[tokio::test]
async fn a_new_link_online_is_nothing_to_those_who_meet_there() {
    let evening = Evening::new().await;
    let (ana, bo) = (&evening.world.ana, &evening.world.bo);
    evening.take(ana).await;
    evening.meet(ana).await.unwrap();
    let (due, told) = (evening.due().await, evening.told(bo).await);
    let link = "https://meet.example.org/lamp";
    change(&evening, |form| form.online = link.into()).await;
    assert_eq!(evening.noted().await, ["meeting_chosen"]);
    assert_eq!(evening.told(bo).await, told);
    assert_eq!(evening.due().await, due);
    let subjects = evening.world.site.mailed_subjects().await;
    let of_trade = |subject: &&String| subject.contains("where you meet");
    assert_eq!(subjects.iter().find(of_trade), None);
}

#[tokio::test]
async fn whoever_may_not_see_the_event_any_more_reads_no_date_and_no_street() {
    let evening = Evening::new().await;
    let (ana, bo) = (&evening.world.ana, &evening.world.bo);
    evening.take(ana).await;
    evening.meet(ana).await.unwrap();
    evening.told(bo).await;
    sqlx::query("update events set visibility = 'invited' where id = $1")
        .bind(evening.event)
        .execute(evening.host.db())
        .await
        .unwrap();
    assert_eq!(meetings(ana, evening.trade).await.unwrap(), []);
    let day = form(&evening.host, 30).await.day;
    change(&evening, |form| form.day = day).await;
    let told = evening.told(bo).await;
    let said = "The event at which you and ana were to hand over books has changed: your Bob’s book 1 for Ana’s book 1.";
    assert_eq!(told[1..], [said]);
    let text = mail(
        &evening,
        "The event at which you were to meet ana has changed",
    )
    .await;
    assert!(!text.contains("Low Street"), "{text}");
    assert!(!evening.view(bo).await.is_open);
}

#[tokio::test]
async fn events_that_the_other_may_not_see_hide_none_that_they_may() {
    let evening = Evening::new().await;
    let (ana, bo) = (&evening.world.ana, &evening.world.bo);
    evening.take(ana).await;
    for number in 0..20 {
        published(ana, 1 + number % 10).await;
    }
    sqlx::query("update events set visibility = 'invited' where host_id = $1")
        .bind(id(ana))
        .execute(ana.db())
        .await
        .unwrap();
    let found = meetings(ana, evening.trade).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].occurrence, evening.occurrence);
    assert!(found[0].has(id(ana)));
    // Its host has blocked the other.
    crate::accounts::block(&evening.host, "bob").await.unwrap();
    assert_eq!(meetings(ana, evening.trade).await.unwrap(), []);
    assert_eq!(meetings(bo, evening.trade).await.unwrap(), []);
}

#[tokio::test]
async fn of_a_party_who_has_not_named_the_event_nobody_learns_that_they_come_or_go() {
    let evening = Evening::new().await;
    let (ana, bo) = (&evening.world.ana, &evening.world.bo);
    evening.take(ana).await;
    evening.take(bo).await;
    evening.meet(ana).await.unwrap();
    evening.give_back(bo).await;
    assert_eq!(evening.noted().await, ["meeting_chosen"]);
    evening.take(bo).await;
    evening.at_hours_before(1).await;
    let booking = events::page(bo, evening.event).await.unwrap().booking;
    let (booking, event) = (booking.unwrap().id, evening.event);
    events::let_in(&evening.host, key(), event, booking, None)
        .await
        .unwrap();
    assert_eq!(evening.told(ana).await, [""; 0]);
    let told = evening.told(bo).await;
    assert!(told[1].starts_with("You are at “Swap by lamplight” now, where you meet ana"));
}

#[tokio::test]
async fn across_a_block_nobody_is_told_who_does_not_come() {
    let evening = Evening::new().await;
    let (ana, bo) = (&evening.world.ana, &evening.world.bo);
    evening.take(ana).await;
    evening.meet(ana).await.unwrap();
    assert_eq!(evening.told(bo).await.len(), 1);
    assert_eq!(hand_overs_at(bo, evening.event).await.unwrap().len(), 1);
    crate::accounts::block(bo, "ana").await.unwrap();
    assert_eq!(hand_overs_at(bo, evening.event).await.unwrap(), []);
    evening.give_back(ana).await;
    assert_eq!(evening.noted().await, ["meeting_chosen"]);
    assert_eq!(evening.told(bo).await.len(), 1);
}

#[tokio::test]
async fn a_host_is_not_told_to_have_seats() {
    let evening = Evening::new().await;
    let (ana, bo) = (&evening.world.ana, &evening.world.bo);
    let (event, occurrence) = published(bo, 10).await;
    events::take(ana, key(), event, 1).await.unwrap();
    meet_at(ana, key(), evening.trade, occurrence)
        .await
        .unwrap();
    assert_eq!(evening.told(bo).await.len(), 1);
    let text = mail(&evening, "ana would meet you at").await;
    assert!(text.contains("You host it yourself."), "{text}");
}
