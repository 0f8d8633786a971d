//! What hosts write to their guests.

use dogear_domain::fields::CancelReason;
use dogear_domain::ids::EventMessageId;

use super::*;

async fn drafted(world: &World, audience: &str, body: &str) -> EventMessageId {
    let seen = messages(&world.host, world.event).await.unwrap().draft;
    let seen = seen.map(|draft| draft.id);
    write_message(&world.host, world.event, (audience, body), seen)
        .await
        .unwrap();
    let draft = messages(&world.host, world.event).await.unwrap().draft;
    draft.expect("written").id
}

/// Mails with the words of a host, by their receivers.
async fn told(world: &World) -> Vec<(String, String)> {
    world.site.mailed_subjects().await;
    let mut mails: Vec<(String, String)> = (world.site.dev_mailbox.messages().into_iter())
        .filter(|mail| mail.subject.starts_with("A message about"))
        .map(|mail| (mail.to.join(","), mail.text))
        .collect();
    mails.sort();
    mails
}

#[tokio::test]
async fn a_host_looks_at_a_message_and_sends_it_once_to_each() {
    let world = World::new("1").await;
    world.take(&world.ana, 1).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    let first = drafted(&world, "guests", "The door is green.").await;
    let second = drafted(&world, "both", "The door is green.\n\nKnock twice.").await;
    assert_ne!(
        first, second,
        "what was looked at before is not what is sent"
    );
    let gone = send_message(&world.host, first).await;
    assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
    let seen = messages(&world.host, world.event).await.unwrap();
    assert_eq!(seen.draft.unwrap().recipients, 2);
    assert_eq!((told(&world).await, seen.sent), (vec![], vec![]));
    let theirs = send_message(&world.ana, second).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");

    assert_eq!(
        send_message(&world.host, second).await.unwrap(),
        (world.event, 2)
    );
    assert_eq!(
        send_message(&world.host, second).await.unwrap(),
        (world.event, 2)
    );
    let mails = told(&world).await;
    assert_eq!(mails.len(), 2, "{mails:?}");
    for (to, text) in &mails {
        assert!(text.contains("Knock twice."), "{to}: {text}");
    }
    let seen = messages(&world.host, world.event).await.unwrap();
    assert_eq!(seen.draft, None);
    let sent: Vec<_> = seen
        .sent
        .iter()
        .map(|one| (one.id, one.recipients))
        .collect();
    assert_eq!(sent, [(second, 2)]);
    for cx in [&world.ana, &world.bo] {
        let read = messages_to(cx, &world.page(cx).await).await.unwrap();
        assert_eq!(read.len(), 1);
    }
}

#[tokio::test]
async fn a_message_goes_to_those_whom_it_is_for_and_to_no_one_else() {
    let world = World::new("1").await;
    let cyd = world.site.member("cyd").await;
    world.take(&world.ana, 1).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    let message = drafted(&world, "waiting", "You are the next.").await;
    send_message(&world.host, message).await.unwrap();
    let mails = told(&world).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].0.starts_with("bob"), "{mails:?}");
    for cx in [&world.ana, &cyd, &world.site.visitor()] {
        assert_eq!(messages_to(cx, &world.page(cx).await).await.unwrap(), []);
    }

    // Neither those with whom there is a block, nor those who have left.
    crate::accounts::block(&world.bo, "host").await.unwrap();
    assert_eq!(
        refused(sent(&world, "waiting").await),
        "Nobody would read it: choose others to write to."
    );
    let message = drafted(&world, "both", "Tea at six.").await;
    send_message(&world.host, message).await.unwrap();
    leaving::erased(&world.ana).await;
    assert_eq!(told(&world).await.len(), 1);
}

async fn sent(world: &World, audience: &str) -> Result<(EventId, i64)> {
    let message = drafted(world, audience, "The door is green.").await;
    send_message(&world.host, message).await
}

#[tokio::test]
async fn three_messages_are_sent_a_day() {
    let world = World::new("20").await;
    world.take(&world.ana, 1).await.unwrap();
    for _ in 0..3 {
        sent(&world, "guests").await.unwrap();
    }
    let fourth = refused(sent(&world, "guests").await);
    assert!(
        fourth.starts_with("You have written 3 messages"),
        "{fourth}"
    );
    sqlx::query("update event_messages set sent_at = sent_at - interval '25 hours'")
        .execute(world.host.db())
        .await
        .unwrap();
    sent(&world, "guests").await.unwrap();
}

#[tokio::test]
async fn a_message_has_words_and_somebody_to_read_them() {
    let world = World::new("20").await;
    let empty = refused(write_message(&world.host, world.event, ("all", " "), None).await);
    assert!(
        empty.contains("audience: Choose to whom you write."),
        "{empty}"
    );
    assert!(empty.contains("body: "), "{empty}");
    assert!(refused(sent(&world, "both").await).starts_with("Nobody would read it"));
    discard_message(&world.host, world.event).await.unwrap();
    discard_message(&world.host, world.event).await.unwrap();
    assert_eq!(
        messages(&world.host, world.event).await.unwrap().draft,
        None
    );
    for outcome in [
        write_message(&world.ana, world.event, ("both", "Mine."), None).await,
        discard_message(&world.ana, world.event).await,
        messages(&world.ana, world.event).await.map(|_| ()),
    ] {
        assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
    }
    world.take(&world.ana, 1).await.unwrap();
    let message = drafted(&world, "both", "Tea at six.").await;
    cancel(&world.host, world.event, &CancelReason::default())
        .await
        .unwrap();
    let late = refused(send_message(&world.host, message).await);
    assert!(late.starts_with("The event is cancelled"), "{late}");
}

#[tokio::test]
async fn a_message_to_many_goes_on_where_it_was_left() {
    let world = World::new("").await;
    for number in 0..105 {
        let guest = world.site.member(&format!("guest{number}")).await;
        world.take(&guest, 1).await.unwrap();
    }
    world.site.run_jobs().await;
    let message = drafted(&world, "both", "Tea at six.").await;
    assert_eq!(send_message(&world.host, message).await.unwrap().1, 105);
    let mails = told(&world).await;
    assert_eq!(mails.len(), 105);
    // The first step again, as after a crash: each has it already.
    let mut conn = world.host.db().acquire().await.unwrap();
    let again = serde_json::json!({ "message": message, "after": 0, "waiting_after": null });
    let job: SendToGuests = serde_json::from_value(again).unwrap();
    crate::jobs::push(&mut conn, &job, "again", None)
        .await
        .unwrap();
    assert_eq!(told(&world).await.len(), 105);
}

#[tokio::test]
async fn of_a_host_who_leaves_no_message_stays() {
    let world = World::new("20").await;
    world.take(&world.ana, 1).await.unwrap();
    let message = drafted(&world, "guests", "Tea at six.").await;
    send_message(&world.host, message).await.unwrap();
    // Before the job has run.
    leaving::erased(&world.host).await;
    assert_eq!(told(&world).await, []);
    let left: i64 = sqlx::query_scalar("select count(*) from event_messages")
        .fetch_one(world.ana.db())
        .await
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn of_two_who_write_the_second_reads_what_the_first_has_written() {
    let world = World::new("20").await;
    world.take(&world.bo, 1).await.unwrap();
    super::hosts::helps(&world.host, world.event, &world.ana, "co_host").await;
    let first = drafted(&world, "guests", "Tea at six.").await;
    let write = async |body: &str, seen| {
        write_message(&world.ana, world.event, ("guests", body), seen).await
    };
    let second = refused(write("Coffee at six.", None).await);
    assert!(
        second.starts_with("Another message was written"),
        "{second}"
    );
    // Twice the same is fine.
    write("Tea at six.", None).await.unwrap();
    let there = messages(&world.host, world.event).await.unwrap().draft;
    assert_eq!(there.unwrap().id, first);
    write("Coffee at six.", Some(first)).await.unwrap();
    let there = messages(&world.host, world.event).await.unwrap().draft;
    assert_eq!(there.unwrap().body, "Coffee at six.");
}
