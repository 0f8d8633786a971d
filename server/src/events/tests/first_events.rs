//! The first event of a new host waits for a moderator.

use dogear_domain::accounts::Role;
use dogear_domain::events::{EventReview, OccurrenceState};

use super::series::drafts;
use super::*;
use crate::moderation::first_events::{self, FirstEvents};
use crate::testing::said;

/// A site on which they wait, with a moderator, and an evening of somebody new.
async fn site() -> (World, Cx, Cx, EventId) {
    let world = World::new("3").await;
    world.site.first_events_wait().await;
    let bea = world.site.account("bea", Role::Moderator).await;
    let form = evening(&world.ana, 12, "2").await;
    let event = create(&world.ana, key(), &form).await.unwrap();
    let ana = world.ana.clone();
    (world, bea, ana, event)
}

async fn on_desk(bea: &Cx) -> FirstEvents {
    first_events::list(bea).await.unwrap()
}

async fn version_of(bea: &Cx, event: EventId) -> Version {
    let FirstEvents { waiting, sent_back } = on_desk(bea).await;
    let all = waiting.into_iter().chain(sent_back);
    let mut found = all.filter(|first| first.event == event);
    found.next().expect("on the desk").version
}

#[tokio::test]
async fn it_is_published_when_it_is_approved_and_then_its_host_is_free() {
    let (world, bea, ana, event) = site().await;
    assert_eq!(publish(&ana, event).await.unwrap(), 0);
    assert_eq!(publish(&ana, event).await.unwrap(), 0, "twice is fine");
    let shown = page(&ana, event).await.unwrap();
    assert_eq!(
        (shown.seating.state, shown.review),
        (OccurrenceState::Draft, EventReview::Waiting)
    );
    assert!(matches!(page(&world.bo, event).await, Err(Error::NotFound)));
    assert!(matches!(
        take(&world.bo, key(), event, 1).await,
        Err(Error::NotFound)
    ));
    assert_eq!(listed_in(&world.bo, "").await.len(), 1);

    for other in [&ana, &world.bo] {
        assert!(matches!(
            first_events::list(other).await,
            Err(Error::NotFound)
        ));
        assert!(matches!(
            first_events::approve(other, event, &Version::default()).await,
            Err(Error::NotFound)
        ));
    }
    assert_eq!(first_events::waiting(&bea).await.unwrap(), 1);
    let waiting = on_desk(&bea).await.waiting;
    assert_eq!(
        (waiting.len(), &*waiting[0].title, &*waiting[0].host_handle),
        (1, "Swap by lamplight", "ana")
    );
    let seen = version_of(&bea, event).await;
    first_events::approve(&bea, event, &seen).await.unwrap();
    assert_eq!(listed_in(&world.bo, "").await.len(), 2);
    assert_eq!(first_events::waiting(&bea).await.unwrap(), 0);
    take(&world.bo, key(), event, 1).await.unwrap();
    let mails = world.site.mailed_subjects().await;
    assert!(
        mails.contains(&"“Swap by lamplight” is published".into()),
        "{mails:?}"
    );

    let second = evening(&ana, 15, "2").await;
    let second = create(&ana, key(), &second).await.unwrap();
    assert_eq!(publish(&ana, second).await.unwrap(), 1);
}

#[tokio::test]
async fn whoever_has_hosted_traded_or_is_of_the_staff_does_not_wait() {
    let (world, bea, ana, event) = site().await;
    // The host of the world has published before it was asked for.
    let known = evening(&world.host, 15, "2").await;
    let known = create(&world.host, key(), &known).await.unwrap();
    assert_eq!(publish(&world.host, known).await.unwrap(), 1);
    let own = evening(&bea, 15, "2").await;
    let own = create(&bea, key(), &own).await.unwrap();
    assert_eq!(publish(&bea, own).await.unwrap(), 1);
    sqlx::query("update users set trades_completed = 1 where handle = 'ana'")
        .execute(ana.db())
        .await
        .unwrap();
    assert_eq!(publish(&ana, event).await.unwrap(), 1);
}

#[tokio::test]
async fn an_admin_turns_it_off_and_that_is_written_down() {
    let (world, bea, ana, event) = site().await;
    let dov = world.site.account("dov", Role::Admin).await;
    assert!(first_events::do_wait(&dov).await.unwrap());
    assert!(matches!(
        first_events::set_wait(&bea, "no", "").await,
        Err(Error::NotFound)
    ));
    let neither = refused(first_events::set_wait(&dov, "perhaps", "").await);
    assert!(neither.contains("Choose whether they wait."), "{neither}");
    first_events::set_wait(&dov, "no", "We know each other.")
        .await
        .unwrap();
    first_events::set_wait(&dov, "no", "Twice.").await.unwrap();
    assert!(!first_events::do_wait(&dov).await.unwrap());
    let written: i64 =
        sqlx::query_scalar("select count(*) from audit_log where action = 'setting.change'")
            .fetch_one(dov.db())
            .await
            .unwrap();
    assert_eq!(written, 1);
    assert_eq!(publish(&ana, event).await.unwrap(), 1);
}

#[tokio::test]
async fn it_is_sent_back_changed_and_asked_for_again() {
    let (world, bea, ana, event) = site().await;
    publish(&ana, event).await.unwrap();
    let seen = version_of(&bea, event).await;
    first_events::send_back(&bea, event, &said("Where do we meet?"))
        .await
        .unwrap();
    let again = refused(first_events::send_back(&bea, event, &said("Where?")).await);
    assert!(again.starts_with("Somebody has decided this"), "{again}");
    let shown = page(&ana, event).await.unwrap();
    assert_eq!(
        (shown.review, &*shown.review_note),
        (EventReview::SentBack, "Where do we meet?")
    );
    assert!(matches!(page(&world.bo, event).await, Err(Error::NotFound)));
    let subjects = world.site.mailed_subjects().await;
    assert!(subjects.contains(&"Please change “Swap by lamplight”".into()));
    assert_eq!(on_desk(&bea).await.sent_back.len(), 1);

    let now = draft(&ana, event).await.unwrap();
    let mut form = now.form.clone();
    form.description = "At the back door.".into();
    save(&ana, event, &form, &now.version().unwrap())
        .await
        .unwrap();
    publish(&ana, event).await.unwrap();
    assert_eq!(first_events::waiting(&bea).await.unwrap(), 1);
    // What has changed since the page was opened is read once more.
    let changed = refused(first_events::approve(&bea, event, &seen).await);
    assert!(changed.contains("has changed"), "{changed}");
    let seen = version_of(&bea, event).await;
    first_events::send_back(&bea, event, &said("Once more."))
        .await
        .unwrap();
    // Sending back is taken back by approving.
    first_events::approve(&bea, event, &seen).await.unwrap();
    assert!(!page(&world.bo, event).await.unwrap().is_draft());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_moderators_the_first_decides_and_the_second_is_told() {
    let (world, bea, ana, event) = site().await;
    let cal = world.site.account("cal", Role::Moderator).await;
    publish(&ana, event).await.unwrap();
    let seen = version_of(&bea, event).await;
    let why = said("No.");
    let both = tokio::join!(
        first_events::approve(&bea, event, &seen),
        first_events::approve(&cal, event, &seen),
    );
    let back = first_events::send_back(&cal, event, &why).await;
    let outcomes = [both.0, both.1];
    assert_eq!(outcomes.iter().filter(|one| one.is_ok()).count(), 1);
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        assert!(refused(outcome).starts_with("Somebody has decided this"));
    }
    assert!(refused(back).starts_with("Somebody has decided this"));
    let told: i64 =
        sqlx::query_scalar("select count(*) from notifications where kind = 'event_approved'")
            .fetch_one(bea.db())
            .await
            .unwrap();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn one_approval_is_for_all_dates_of_a_series_and_a_moderator_leaves_their_own() {
    let (world, bea, ana, _) = site().await;
    let first = drafts(&ana, "4").await;
    assert_eq!(publish(&ana, first).await.unwrap(), 0);
    let waiting = on_desk(&bea).await.waiting;
    assert_eq!((waiting.len(), waiting[0].dates), (1, 4));
    assert_eq!(first_events::waiting(&bea).await.unwrap(), 1);
    let seen = version_of(&bea, first).await;
    // Ana is made a moderator meanwhile.
    sqlx::query("update users set role = 'moderator' where handle = 'ana'")
        .execute(ana.db())
        .await
        .unwrap();
    let mut promoted = ana.clone();
    promoted.actor.as_mut().unwrap().role = Role::Moderator;
    assert!(matches!(
        first_events::approve(&promoted, first, &seen).await,
        Err(Error::Forbidden(_))
    ));
    first_events::approve(&bea, first, &seen).await.unwrap();
    assert_eq!(listed_in(&world.bo, "").await.len(), 5);
    assert_eq!(on_desk(&bea).await.waiting.len(), 0);
}

#[tokio::test]
async fn what_has_begun_meanwhile_and_what_is_deleted_leaves_the_desk() {
    let (_world, bea, ana, event) = site().await;
    publish(&ana, event).await.unwrap();
    let seen = version_of(&bea, event).await;
    delete(&ana, event).await.unwrap();
    assert_eq!(first_events::waiting(&bea).await.unwrap(), 0);
    let gone = first_events::approve(&bea, event, &seen).await;
    assert!(refused(gone).starts_with("Somebody has decided this"));
    restore(&ana, event).await.unwrap();
    let back = page(&ana, event).await.unwrap().review;
    assert_eq!(back, EventReview::Waiting);
    assert_eq!(first_events::waiting(&bea).await.unwrap(), 1);

    sqlx::query(
        "update event_occurrences set starts_at = now() - interval '1 hour', ends_at = now() + interval '1 hour'
         where event_id = $1",
    )
    .bind(event.0)
    .execute(ana.db())
    .await
    .unwrap();
    assert_eq!(first_events::waiting(&bea).await.unwrap(), 0);
    let late = refused(first_events::approve(&bea, event, &seen).await);
    assert!(late.starts_with("It would have begun already"), "{late}");
}

#[tokio::test]
async fn dates_that_were_changed_alone_are_approved_by_themselves() {
    let (world, bea, ana, _) = site().await;
    let first = drafts(&ana, "4").await;
    let made: Vec<i64> =
        sqlx::query_scalar("select id from events where series_id is not null order by id")
            .fetch_all(ana.db())
            .await
            .unwrap();
    let other = EventId(made[2]);
    let now = draft(&ana, other).await.unwrap();
    let mut form = now.form.clone();
    form.title = "Something else".into();
    save(&ana, other, &form, &now.version().unwrap())
        .await
        .unwrap();
    publish(&ana, first).await.unwrap();
    let waiting = on_desk(&bea).await.waiting;
    let mut rows: Vec<(&str, i64)> = (waiting.iter())
        .map(|first| (&*first.title, first.dates))
        .collect();
    rows.sort_unstable();
    assert_eq!(rows, [("Something else", 1), ("Swap by lamplight", 3)]);
    assert_eq!(first_events::waiting(&bea).await.unwrap(), 2);
    let seen = version_of(&bea, first).await;
    first_events::approve(&bea, first, &seen).await.unwrap();
    assert!(page(&ana, other).await.unwrap().is_draft());
    assert_eq!(listed_in(&world.bo, "").await.len(), 4);
    // Its host waits no more, and publishes it.
    assert_eq!(publish(&ana, other).await.unwrap(), 4);
    assert_eq!(on_desk(&bea).await.waiting.len(), 0);
}

#[tokio::test]
async fn partners_are_read_and_whoever_helps_does_not_decide() {
    let (_world, bea, ana, event) = site().await;
    publish(&ana, event).await.unwrap();
    let seen = version_of(&bea, event).await;
    save_partners(&ana, event, "Riverside Books", &Version::default())
        .await
        .unwrap();
    let changed = refused(first_events::approve(&bea, event, &seen).await);
    assert!(changed.contains("has changed"), "{changed}");
    assert_eq!(
        on_desk(&bea).await.waiting[0].partners[0].name,
        "Riverside Books"
    );
    let seen = version_of(&bea, event).await;
    sqlx::query(
        "insert into event_hosts (event_id, user_id, role, invited_at)
         select $1, id, 'co_host', now() from users where handle = 'bea'",
    )
    .bind(event.0)
    .execute(ana.db())
    .await
    .unwrap();
    let own = first_events::approve(&bea, event, &seen).await;
    assert!(matches!(own, Err(Error::Forbidden(_))), "{own:?}");
    let own = first_events::send_back(&bea, event, &said("No.")).await;
    assert!(matches!(own, Err(Error::Forbidden(_))), "{own:?}");
}
