//! What guests say of an event, reported: what moderators see, and which of them.

use dogear_domain::accounts::Role;
use dogear_domain::moderation::{SubjectKind, SubjectRef, Verdict};

use super::super::hosts::{helper_of, helps};
use super::super::leaving::erased;
use super::*;
use crate::moderation::case::{self, Content};
use crate::moderation::decisions::{self, Ruling};
use crate::moderation::queue;
use crate::moderation::reports::{self, NewReport};

#[tokio::test]
async fn words_are_reported_and_moderators_see_whose_they_are() {
    let world = World::new("10").await;
    world.take(&world.ana, 1).await.unwrap();
    let ends = ends_at(&world).await;
    hours_after(&world, ends, 1);
    save_feedback(&world.ana, world.event, &form("1", "You all smell."))
        .await
        .unwrap();
    let page = world.page(&world.host).await;
    let read = feedback_of(&world.host, &page).await.unwrap().unwrap();
    let subject = SubjectRef::feedback(read.words[0].id);
    let report = |by: Cx| async move {
        let new = NewReport::read(subject, "offensive", "").unwrap();
        reports::create(&by, key(), &new).await
    };
    let theirs = report(world.bo.clone()).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    report(world.host.clone()).await.unwrap();
    let bea = world.site.account("bea", Role::Moderator).await;
    assert_eq!(queue::counts(&bea).await.unwrap().feedback, 1);
    let case = case::open(&bea, subject).await.unwrap();
    assert_eq!(case.subject.kind, SubjectKind::Feedback);
    assert_eq!(case.accused.map(|person| person.handle), Some("ana".into()));
    let Content::Feedback(shown) = case.content else {
        panic!("{:?}", case.content);
    };
    assert_eq!(
        (&*shown.words, shown.rating, shown.event),
        ("You all smell.", 1, world.event)
    );
    let kept: serde_json::Value = sqlx::query_scalar("select evidence('feedback', $1)")
        .bind(subject.id)
        .fetch_one(bea.db())
        .await
        .unwrap();
    assert_eq!(kept["words"], "You all smell.");
    // Hidden, they stay so when they are written anew; the rating stays.
    let hide = Ruling::read(subject, Verdict::Hide, "Be civil.", "").unwrap();
    let decision = decisions::decide(&bea, None, &hide).await.unwrap();
    let read = async || feedback_of(&world.host, &page).await.unwrap().unwrap();
    assert_eq!((read().await.number, read().await.words), (1, vec![]));
    save_feedback(&world.ana, world.event, &form("1", "All of you."))
        .await
        .unwrap();
    assert_eq!(read().await.words, []);
    let again = report(world.host.clone()).await;
    assert!(matches!(again, Err(Error::NotFound)), "{again:?}");
    decisions::undo(&bea, decision).await.unwrap();
    assert_eq!(read().await.words[0].words, "All of you.");
    let told: Vec<String> = sqlx::query_scalar(
        "select n.kind from notifications n join users u on u.id = n.user_id
         where u.handle = 'ana' and n.kind like 'message%' order by n.id",
    )
    .fetch_all(bea.db())
    .await
    .unwrap();
    assert_eq!(told, ["message_hidden", "message_restored"]);
}

#[tokio::test]
async fn a_moderator_who_hosts_it_does_not_learn_who_said_it() {
    let world = World::new("10").await;
    world.take(&world.ana, 1).await.unwrap();
    let bea = world.site.account("bea", Role::Moderator).await;
    let cleo = world.site.account("cleo", Role::Moderator).await;
    helps(&world.host, world.event, &bea, "co_host").await;
    let ends = ends_at(&world).await;
    hours_after(&world, ends, 1);
    save_feedback(&world.ana, world.event, &form("1", "You all smell."))
        .await
        .unwrap();
    let page = world.page(&world.host).await;
    let read = feedback_of(&world.host, &page).await.unwrap().unwrap();
    let subject = SubjectRef::feedback(read.words[0].id);
    let new = NewReport::read(subject, "offensive", "").unwrap();
    reports::create(&world.host, key(), &new).await.unwrap();

    let case = case::open(&bea, subject).await.unwrap();
    assert!(matches!(case.content, Content::Withheld));
    assert_eq!(
        case.recused.as_deref(),
        Some("You host or hosted the event in question, so cleo has to decide.")
    );
    let named = |case: &case::Case| {
        let reports = case.reports.iter();
        let mut of_reports = reports.map(|one| one.accused_id.is_some() || one.evidence.is_some());
        case.accused.is_some() || case.now.is_some() || of_reports.any(|named| named)
    };
    assert!(!named(&case) && case.verdicts.is_empty() && case.claim.is_none());
    let ruling = Ruling::read(subject, Verdict::HideAndWarn, "Be civil.", "").unwrap();
    let own = decisions::decide(&bea, None, &ruling).await;
    assert!(matches!(own, Err(Error::Forbidden(_))), "{own:?}");
    let in_queue = async |cx: &Cx| {
        let items = queue::list(cx, queue::Filter::default()).await.unwrap();
        let whose: Vec<_> = items.into_iter().map(|item| item.accused).collect();
        whose
    };
    assert_eq!(in_queue(&bea).await, [None]);
    assert_eq!(in_queue(&cleo).await, [Some("ana".to_owned())]);

    assert!(named(&case::open(&cleo, subject).await.unwrap()));
    decisions::decide(&cleo, None, &ruling).await.unwrap();
    let decided = async |cx: &Cx| {
        let filter = queue::DecisionFilter::default();
        queue::decisions(cx, filter).await.unwrap().len()
    };
    assert_eq!((decided(&bea).await, decided(&cleo).await), (0, 1));
    assert!(!named(&case::open(&bea, subject).await.unwrap()));
}

#[tokio::test]
async fn what_is_withdrawn_goes_and_what_was_reported_stays_for_moderators() {
    let world = World::new("10").await;
    world.take(&world.ana, 1).await.unwrap();
    world.take(&world.bo, 1).await.unwrap();
    let ends = ends_at(&world).await;
    hours_after(&world, ends, 1);
    for (guest, words) in [(&world.ana, "You all smell."), (&world.bo, "Lovely.")] {
        save_feedback(guest, world.event, &form("1", words))
            .await
            .unwrap();
    }
    let page = world.page(&world.host).await;
    let read = async || feedback_of(&world.host, &page).await.unwrap().unwrap();
    let words = read().await.words;
    let subject = |words: &[GuestWords], said: &str| {
        let found = words.iter().find(|one| one.words == said).unwrap();
        SubjectRef::feedback(found.id)
    };
    let (reported, lovely) = (
        subject(&words, "You all smell."),
        subject(&words, "Lovely."),
    );
    let report = |subject| {
        let host = world.host.clone();
        async move {
            let new = NewReport::read(subject, "offensive", "").unwrap();
            reports::create(&host, key(), &new).await
        }
    };
    report(reported).await.unwrap();
    for guest in [&world.ana, &world.bo, &world.bo] {
        withdraw_feedback(guest, world.event).await.unwrap();
        assert_eq!(feedback(guest, world.event).await.unwrap().own, None);
    }
    assert_eq!((read().await.number, read().await.words), (0, vec![]));
    let gone = report(lovely).await;
    assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
    let kept: i64 = sqlx::query_scalar("select count(*) from event_feedback")
        .fetch_one(world.host.db())
        .await
        .unwrap();
    assert_eq!(kept, 1);
    let bea = world.site.account("bea", Role::Moderator).await;
    let case = case::open(&bea, reported).await.unwrap();
    assert_eq!(case.accused.map(|person| person.handle), Some("ana".into()));
    let Content::Feedback(shown) = case.content else {
        panic!("{:?}", case.content);
    };
    assert!(shown.is_withdrawn && shown.words == "You all smell.");
    // Something new is said in its place.
    save_feedback(&world.ana, world.event, &form("4", "Sorry."))
        .await
        .unwrap();
    assert_eq!(read().await.words[0].words, "Sorry.");
    let stranger = withdraw_feedback(&bea, world.event).await;
    assert!(matches!(stranger, Err(Error::NotFound)), "{stranger:?}");
    hours_after(&world, ends, 24 * 30 + 1);
    assert!(refused(withdraw_feedback(&world.ana, world.event).await).contains("30 days"));
}

/// Neither by stopping, nor as somebody for the door, nor by a block.
#[tokio::test]
async fn a_moderator_who_hosted_it_does_not_learn_who_said_it_either() {
    let world = World::new("10").await;
    world.take(&world.ana, 1).await.unwrap();
    let bea = world.site.account("bea", Role::Moderator).await;
    let cleo = world.site.account("cleo", Role::Moderator).await;
    let dora = world.site.account("dora", Role::Moderator).await;
    let early = world.site.account("early", Role::Moderator).await;
    for helper in [&bea, &cleo, &dora, &early] {
        helps(&world.host, world.event, helper, "co_host").await;
    }
    // Who had stopped before knows nothing of it.
    stop_hosting(&early, key(), world.event).await.unwrap();
    let ends = ends_at(&world).await;
    hours_after(&world, ends, 1);
    save_feedback(&world.ana, world.event, &form("1", "You all smell."))
        .await
        .unwrap();
    let page = world.page(&world.host).await;
    let read = feedback_of(&world.host, &page).await.unwrap().unwrap();
    let subject = SubjectRef::feedback(read.words[0].id);
    let new = NewReport::read(subject, "offensive", "").unwrap();
    reports::create(&world.host, key(), &new).await.unwrap();

    stop_hosting(&bea, key(), world.event).await.unwrap();
    let of_cleo = helper_of(&world.host, world.event, "cleo").await;
    change_host_role(&world.host, key(), of_cleo, "door")
        .await
        .unwrap();
    sqlx::query("insert into blocks (blocker_id, blocked_id) values ($1, $2)")
        .bind(dora.reader().unwrap().id)
        .bind(world.host.reader().unwrap().id)
        .execute(world.host.db())
        .await
        .unwrap();
    for hosted in [&bea, &cleo, &dora] {
        let case = case::open(hosted, subject).await.unwrap();
        assert!(matches!(case.content, Content::Withheld), "{case:?}");
        assert_eq!(
            case.recused.as_deref(),
            Some("You host or hosted the event in question, so early has to decide.")
        );
    }
    let case = case::open(&early, subject).await.unwrap();
    assert!(matches!(case.content, Content::Feedback(_)), "{case:?}");
    erased(&bea).await;
    let kept: i64 = sqlx::query_scalar("select count(*) from event_feedback_hosts")
        .fetch_one(world.host.db())
        .await
        .unwrap();
    assert_eq!(kept, 1, "cleo");
}
