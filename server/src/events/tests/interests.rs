//! Members who are interested in an event.

use dogear_domain::fields::CancelReason;
use jiff::SignedDuration;

use super::series::{drafts, sweep_series};
use super::*;

async fn interest_of(world: &World, cx: &Cx) -> Interest {
    let page = world.page(cx).await;
    interest(cx, &page).await.unwrap().expect("it is asked")
}

#[tokio::test]
async fn they_are_counted_and_their_host_alone_reads_their_notes() {
    let world = World::new("3").await;
    be_interested(&world.ana, world.event, "By train?")
        .await
        .unwrap();
    be_interested(&world.ana, world.event, "By bus?")
        .await
        .unwrap();
    be_interested(&world.bo, world.event, "").await.unwrap();
    let seen = interest_of(&world, &world.ana).await;
    assert_eq!((seen.number, seen.own.as_deref()), (2, Some("By bus?")));
    let visitor = world.site.visitor();
    assert_eq!(
        interest_of(&world, &visitor).await,
        Interest {
            number: 2,
            own: None
        }
    );
    let list = interested(&world.host, world.event).await.unwrap();
    let read: Vec<_> = list.iter().map(|one| (&*one.handle, &*one.note)).collect();
    assert_eq!(read, [("ana", "By bus?"), ("bob", "")]);
    assert!(matches!(
        interested(&world.ana, world.event).await,
        Err(Error::NotFound)
    ));
    drop_interest(&world.ana, world.event).await.unwrap();
    drop_interest(&world.ana, world.event).await.unwrap();
    assert_eq!(interest_of(&world, &world.ana).await.number, 1);
}

#[tokio::test]
async fn not_for_oneself_not_of_what_one_does_not_see_and_not_too_late() {
    let world = World::new("3").await;
    let own = refused(be_interested(&world.host, world.event, "").await);
    assert_eq!(own, "This is your own event.");
    let long = refused(be_interested(&world.ana, world.event, &"a".repeat(201)).await);
    assert!(long.starts_with("note: "), "{long}");
    let hidden = drafts(&world.host, "2").await;
    assert!(matches!(
        be_interested(&world.ana, hidden, "").await,
        Err(Error::NotFound)
    ));
    be_interested(&world.ana, world.event, "").await.unwrap();
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 11));
    let late = refused(be_interested(&world.bo, world.event, "").await);
    assert_eq!(late, "It has begun already.");
    let page = world.page(&world.ana).await;
    assert_eq!(interest(&world.ana, &page).await.unwrap(), None);
    // A month later nobody knows any more.
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 31));
    super::super::interests::forget(&world.host).await.unwrap();
    let kept: i64 = sqlx::query_scalar("select count(*) from event_interests")
        .fetch_one(world.host.db())
        .await
        .unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn they_are_told_when_it_moves_and_when_it_is_cancelled_and_guests_only_once() {
    let world = World::new("3").await;
    be_interested(&world.ana, world.event, "").await.unwrap();
    be_interested(&world.bo, world.event, "").await.unwrap();
    world.take(&world.bo, 1).await.unwrap();
    world.site.mailed_subjects().await;
    world
        .edit(|form| form.starts = "19:30".into())
        .await
        .unwrap();
    let to_ana = |world: &World| -> Vec<String> {
        let mails = world.site.dev_mailbox.messages().into_iter();
        mails
            .filter(|mail| mail.to == ["ana@readers.test"])
            .map(|mail| mail.subject)
            .collect()
    };
    world.site.mailed_subjects().await;
    assert_eq!(to_ana(&world), ["“Swap by lamplight” has been moved"]);
    cancel(&world.host, world.event, &CancelReason::default())
        .await
        .unwrap();
    world.site.mailed_subjects().await;
    assert_eq!(
        to_ana(&world),
        [
            // The newest first.
            "“Swap by lamplight” is cancelled",
            "“Swap by lamplight” has been moved"
        ]
    );
    let told: i64 = sqlx::query_scalar(
        "select count(*) from notifications n join users u on u.id = n.user_id
         where u.handle = 'bob' and n.kind = 'event_of_interest'",
    )
    .fetch_one(world.host.db())
    .await
    .unwrap();
    assert_eq!(told, 0, "whoever has seats is told as a guest");
}

#[tokio::test]
async fn they_are_told_that_it_is_cancelled_when_its_host_leaves() {
    let world = World::new("3").await;
    be_interested(&world.ana, world.event, "Is there tea?")
        .await
        .unwrap();
    super::leaving::erased(&world.host).await;
    let note: String = sqlx::query_scalar("select note from event_interests")
        .fetch_one(world.ana.db())
        .await
        .unwrap();
    assert_eq!(note, "", "it was for the host alone");
    let subjects = world.site.mailed_subjects().await;
    assert!(
        subjects.contains(&"“Swap by lamplight” is cancelled".to_owned()),
        "{subjects:?}"
    );
}

#[tokio::test]
async fn they_are_told_of_a_new_date_of_the_series() {
    let world = World::new("3").await;
    let first = drafts(&world.host, "40").await;
    publish(&world.host, first).await.unwrap();
    be_interested(&world.ana, first, "").await.unwrap();
    world.site.mailed_subjects().await;
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 7));
    sweep_series(&world.host).await;
    sweep_series(&world.host).await;
    let mails = world.site.mailed_subjects().await;
    let new = mails
        .iter()
        .filter(|subject| subject.ends_with("has a new date"));
    assert_eq!(new.count(), 1, "{mails:?}");
    // Three at once are one notice and one mail.
    let clock = &world.site.services.clock;
    clock.advance(SignedDuration::from_hours(24 * 21));
    sweep_series(&world.host).await;
    let mails = world.site.mailed_subjects().await;
    let new: Vec<_> = (mails.iter())
        .filter(|subject| {
            subject.contains("has 3 new dates") || subject.ends_with("has a new date")
        })
        .collect();
    assert_eq!(new.len(), 2, "{mails:?}");
    let mails = world.site.dev_mailbox.messages();
    let of_three = mails.iter().find(|mail| mail.subject.contains("3 new"));
    let text = of_three.unwrap().text.replace('\n', " ");
    assert_eq!(text.matches("19:00 to 21:00").count(), 4, "{text}");
    let notices: i64 =
        sqlx::query_scalar("select count(*) from notifications where kind = 'event_of_interest'")
            .fetch_one(world.host.db())
            .await
            .unwrap();
    assert_eq!(notices, 2);
}
