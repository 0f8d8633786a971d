//! Events that are reported, and what moderators do about them.

use dogear_domain::accounts::Role;
use dogear_domain::events::OccurrenceState;
use dogear_domain::moderation::{ReportReason, SubjectKind, SubjectRef, Verdict};

use super::series::{series, sweep_series};
use super::*;
use crate::moderation::case::{self, Content};
use crate::moderation::decisions::{self, Ruling};
use crate::moderation::queue::{self, Filter};
use crate::moderation::reports::{self, NewReport};

async fn report(world: &World, by: &Cx) -> Result<reports::Filed> {
    let subject = SubjectRef::event(world.event);
    let new = NewReport::read(subject, "offensive", "It says what nobody should.").unwrap();
    reports::create(by, key(), &new).await
}

fn ruling(world: &World, verdict: Verdict) -> Ruling {
    let subject = SubjectRef::event(world.event);
    Ruling::read(subject, verdict, "Insults are not for Dogear.", "").unwrap()
}

#[tokio::test]
async fn a_reported_event_is_cancelled_and_everybody_reads_why() {
    let world = World::new("2").await;
    let cyd = world.site.member("cyd").await;
    let bea = world.site.account("bea", Role::Moderator).await;
    world.take(&world.ana, 2).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    world.site.mailed_subjects().await;
    let filed = report(&world, &cyd).await.unwrap();
    let again = report(&world, &cyd).await.unwrap();
    assert_eq!((again.id, again.already), (filed.id, true));

    let waiting = queue::list(
        &bea,
        Filter {
            page: 1,
            ..Filter::default()
        },
    )
    .await
    .unwrap();
    let item = waiting.first().expect("it waits");
    assert_eq!(
        (item.kind, &*item.title),
        (SubjectKind::Event, "Swap by lamplight")
    );
    assert_eq!(item.accused.as_deref(), Some("host"));
    assert_eq!(queue::counts(&bea).await.unwrap().events, 1);
    let case = case::open(&bea, item.subject()).await.unwrap();
    let Content::Event(shown) = &case.content else {
        panic!("{:?}", case.content);
    };
    assert_eq!(shown.description, "Bring three books.");
    assert!(case.verdicts.contains(&Verdict::CancelEvent));

    let theirs = decisions::decide(&cyd, key(), &ruling(&world, Verdict::CancelEvent)).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    decisions::decide(&bea, key(), &ruling(&world, Verdict::CancelEvent))
        .await
        .unwrap();
    let page = world.page(&world.ana).await;
    assert_eq!(page.seating.state, OccurrenceState::Cancelled);
    assert_eq!(page.seating.taken, 0);
    world.site.mailed_subjects().await;
    let mails = world.site.dev_mailbox.messages();
    let read: Vec<_> = (mails.iter())
        .filter(|mail| mail.text.contains("Insults are not for Dogear."))
        .map(|mail| (mail.to.join(","), &*mail.subject))
        .collect();
    let of = |who: &str| read.iter().filter(|(to, _)| to.starts_with(who)).count();
    assert_eq!(
        (of("host"), of("ana"), of("bob"), read.len()),
        (1, 1, 1, 3),
        "{read:?}"
    );
    let guest = mails
        .iter()
        .find(|mail| mail.to[0].starts_with("ana") && mail.subject.contains("is cancelled"));
    let text = &guest.unwrap().text;
    assert!(text.contains("A moderator writes:"), "{text}");
    // What is cancelled cannot be cancelled again.
    report(&world, &world.ana).await.unwrap();
    let case = case::open(&bea, SubjectRef::event(world.event))
        .await
        .unwrap();
    assert!(
        !case.verdicts.contains(&Verdict::CancelEvent),
        "{:?}",
        case.verdicts
    );
    let again = decisions::decide(&bea, key(), &ruling(&world, Verdict::CancelEvent)).await;
    assert!(refused(again).starts_with("It is over or cancelled already"));
    let report = reports::own(&cyd, filed.id).await.unwrap();
    let outcome = report.outcome.unwrap();
    assert_eq!(
        outcome,
        "A moderator has looked at it and cancelled the event."
    );
    let written: i64 =
        sqlx::query_scalar("select count(*) from audit_log where action = 'event.cancel'")
            .fetch_one(bea.db())
            .await
            .unwrap();
    assert_eq!(written, 1);
    world.sound().await;
}

#[tokio::test]
async fn a_date_of_a_series_is_cancelled_with_all_that_say_the_same() {
    let world = World::new("2").await;
    let made = series(&world.host, "40", "20").await;
    let cyd = world.site.member("cyd").await;
    let bea = world.site.account("bea", Role::Moderator).await;
    take(&world.ana, key(), made[3], 1).await.unwrap();
    take(&world.bo, key(), made[9], 2).await.unwrap();
    let subject = SubjectRef::event(made[3]);
    let new = NewReport::read(subject, "offensive", "It says what nobody should.").unwrap();
    reports::create(&cyd, key(), &new).await.unwrap();
    let case = case::open(&bea, subject).await.unwrap();
    let Content::Event(shown) = &case.content else {
        panic!("{:?}", case.content);
    };
    assert_eq!(shown.dates_to_come(), 25);
    let ruling = Ruling::read(
        subject,
        Verdict::CancelEvent,
        "Insults are not for Dogear.",
        "",
    );
    decisions::decide(&bea, key(), &ruling.unwrap())
        .await
        .unwrap();
    world.site.mailed_subjects().await;
    let mails = world.site.dev_mailbox.messages();
    for guest in ["ana", "bob"] {
        let told = mails.iter().filter(|mail| {
            mail.to[0].starts_with(guest)
                && mail.subject.contains("is cancelled")
                && mail.text.contains("Insults are not for Dogear.")
        });
        assert_eq!(told.count(), 1, "{guest}");
    }
    // No more are made, and what is once goes on.
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 7));
    sweep_series(&world.host).await;
    let left: Vec<(String, i64)> = sqlx::query_as(
        "select o.state, count(*) from event_occurrences o join events e on e.id = o.event_id
         where e.series_id is not null group by o.state",
    )
    .fetch_all(bea.db())
    .await
    .unwrap();
    assert_eq!(left, [("cancelled".to_owned(), 25)]);
    assert_eq!(
        world.page(&world.ana).await.seating.state,
        OccurrenceState::Published
    );
    world.sound().await;
}

#[tokio::test]
async fn a_report_keeps_what_the_event_said_and_one_that_is_dismissed_changes_nothing() {
    let world = World::new("2").await;
    let bea = world.site.account("bea", Role::Moderator).await;
    world.take(&world.ana, 1).await.unwrap();
    report(&world, &world.bo).await.unwrap();
    (world
        .edit(|form| form.description = "Be kind.".into())
        .await)
        .unwrap();
    let case = case::open(&bea, SubjectRef::event(world.event))
        .await
        .unwrap();
    let kept = case.reports[0].evidence.as_ref().expect("kept");
    assert!(
        format!("{:?}", kept.0).contains("Bring three books."),
        "{kept:?}"
    );
    assert_ne!(case.now.as_ref(), Some(&kept.0));
    decisions::decide(&bea, key(), &ruling(&world, Verdict::Dismiss))
        .await
        .unwrap();
    assert_eq!(
        world.page(&world.ana).await.seating.state,
        OccurrenceState::Published
    );
}

#[tokio::test]
async fn who_cannot_see_an_event_cannot_report_it_and_nobody_reports_their_own() {
    let world = World::new("2").await;
    let own = report(&world, &world.host).await;
    assert!(matches!(own, Err(Error::Forbidden(_))), "{own:?}");
    world.take(&world.ana, 1).await.unwrap();
    (world.edit(|form| form.visibility = "invited".into()).await).unwrap();
    let hidden = report(&world, &world.bo).await;
    assert!(matches!(hidden, Err(Error::NotFound)), "{hidden:?}");
    // Whoever was there can, also when a block hides it.
    crate::accounts::block(&world.host, "ana").await.unwrap();
    report(&world, &world.ana).await.unwrap();
    let reasons = ReportReason::for_kind(SubjectKind::Event);
    assert!(
        reasons.contains(&ReportReason::Offensive) && !reasons.contains(&ReportReason::NotABook)
    );
}

#[tokio::test]
async fn seats_that_do_not_fit_their_bookings_are_found_among_the_records() {
    let world = World::new("9").await;
    world.take(&world.ana, 2).await.unwrap();
    let db = world.host.db();
    let found = || async { crate::moderation::records::look(db).await.unwrap().findings };
    assert_eq!(found().await, Vec::<String>::new());
    sqlx::query("update event_occurrences set seats_taken = 5")
        .execute(db)
        .await
        .unwrap();
    assert_eq!(
        found().await,
        ["Date 1 of an event has 5 seats taken by its own number, and 2 by its bookings"]
    );
}
