//! How it was: who is written to after an event, who says so, and who reads it.

mod desk;

use dogear_domain::fields::CancelReason;
use dogear_domain::grade::Grade;
use jiff::Timestamp;

use super::hosts::{helps, suspended};
use super::leaving::erased;
use super::series::series;
use super::*;
use crate::notifications::{self, Kind, Pref};
use crate::search::tests::library::{list, load};

/// A day and a half after an end it is past ten everywhere, and the mail is not late.
const THEN: i64 = 36;

fn hours_after(world: &World, ends_at: Timestamp, hours: i64) {
    let then = ends_at + SignedDuration::from_hours(hours);
    let clock = &world.site.services.clock;
    clock.advance(then.duration_since(clock.now()));
}

/// Has everybody written to who is to be, and gives to whom.
async fn asked(world: &World) -> Vec<String> {
    let system = Cx::system(world.site.services.clone());
    crate::events::feedback::write_after(&system).await.unwrap();
    crate::events::feedback::write_after(&system).await.unwrap();
    world.site.mailed_subjects().await;
    let mails = world.site.dev_mailbox.messages().into_iter();
    let mut to: Vec<String> = mails
        .filter(|mail| mail.subject.starts_with("How was “Swap by lamplight”?"))
        .map(|mail| mail.to[0].split('@').next().unwrap_or_default().to_owned())
        .collect();
    to.sort();
    to
}

async fn ends_at(world: &World) -> Timestamp {
    world.page(&world.host).await.ends_at
}

fn form(rating: &str, words: &str) -> FeedbackForm {
    FeedbackForm {
        rating: rating.into(),
        would_return: rating > "3",
        words: words.into(),
        shows_name: false,
    }
}

#[tokio::test]
async fn guests_are_asked_once_on_the_day_after() {
    let world = World::new("4").await;
    world.take(&world.ana, 1).await.unwrap();
    world.take(&world.bo, 3).await.unwrap();
    let waits = world.site.member("waits").await;
    world.wait(&waits, 1, false).await.unwrap();
    let ends = ends_at(&world).await;
    hours_after(&world, ends, 7);
    assert!(asked(&world).await.is_empty(), "nobody at night");
    hours_after(&world, ends, THEN);
    assert_eq!(asked(&world).await, ["ana", "bob"]);
    hours_after(&world, ends, THEN + 24);
    assert_eq!(asked(&world).await, ["ana", "bob"], "and not again");
}

#[tokio::test]
async fn where_the_door_was_kept_those_who_came_are_asked() {
    let world = World::new("4").await;
    let ana = world.take(&world.ana, 1).await.unwrap();
    world.take(&world.bo, 1).await.unwrap();
    let ends = ends_at(&world).await;
    hours_after(&world, ends, -1);
    let_in(&world.host, key(), world.event, ana, None)
        .await
        .unwrap();
    hours_after(&world, ends, THEN);
    assert_eq!(asked(&world).await, ["ana"]);
    feedback(&world.ana, world.event).await.unwrap();
    let missed = feedback(&world.bo, world.event).await;
    assert!(matches!(missed, Err(Error::NotFound)), "{missed:?}");
    let missed = save_feedback(&world.bo, world.event, &form("5", "")).await;
    assert!(matches!(missed, Err(Error::NotFound)), "{missed:?}");
}

#[tokio::test]
async fn nobody_is_asked_who_would_not_be_or_after_what_was_not() {
    let world = World::new("20").await;
    world.take(&world.ana, 1).await.unwrap();
    world.take(&world.bo, 1).await.unwrap();
    let blocks = world.site.member("blocks").await;
    let rests = world.site.member("rests").await;
    world.take(&blocks, 1).await.unwrap();
    world.take(&rests, 1).await.unwrap();
    let gone = world.site.member("gone").await;
    let booking = world.take(&gone, 1).await.unwrap();
    give_back(&gone, booking).await.unwrap();
    suspended(&rests).await;
    sqlx::query("insert into blocks (blocker_id, blocked_id) values ($1, $2)")
        .bind(blocks.reader().unwrap().id)
        .bind(world.host.reader().unwrap().id)
        .execute(world.host.db())
        .await
        .unwrap();
    let prefs = notifications::prefs(&world.bo).await.unwrap();
    let off = Pref {
        kind: Kind::AfterEvent,
        in_app: false,
        mail: false,
    };
    let seen = notifications::version(&prefs).unwrap();
    notifications::save_prefs(&world.bo, &[off], &seen)
        .await
        .unwrap();
    let other = published(&world.host, 10, "4").await;
    take(&world.ana, key(), other, 1).await.unwrap();
    cancel(&world.host, other, &CancelReason::default())
        .await
        .unwrap();
    let ends = ends_at(&world).await;
    hours_after(&world, ends, THEN);
    assert_eq!(asked(&world).await, ["ana"]);
    let told: i64 =
        sqlx::query_scalar("select count(*) from notifications where kind = 'after_event'")
            .fetch_one(world.host.db())
            .await
            .unwrap();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn the_question_moves_with_the_event() {
    let world = World::new("4").await;
    world.take(&world.ana, 1).await.unwrap();
    let first = ends_at(&world).await;
    let later = evening(&world.host, 17, "4").await;
    world.edit(|form| form.day = later.day).await.unwrap();
    hours_after(&world, first, THEN);
    assert!(asked(&world).await.is_empty());
    let moved = ends_at(&world).await;
    hours_after(&world, moved, THEN);
    assert_eq!(asked(&world).await, ["ana"]);
}

#[tokio::test]
async fn a_site_that_was_down_for_days_asks_nobody() {
    let world = World::new("4").await;
    world.take(&world.ana, 1).await.unwrap();
    let ends = ends_at(&world).await;
    hours_after(&world, ends, 24 * 6);
    assert!(asked(&world).await.is_empty());
}

#[tokio::test]
async fn guests_say_how_it_was_and_those_who_host_it_read_it() {
    let world = World::new("10").await;
    let World {
        host,
        ana,
        bo,
        event,
        ..
    } = &world;
    world.take(ana, 1).await.unwrap();
    world.take(bo, 1).await.unwrap();
    let cyd = world.site.member("cyd").await;
    let dee = world.site.member("dee").await;
    helps(host, *event, &dee, "co_host").await;
    let early = save_feedback(ana, *event, &form("5", "")).await;
    assert_eq!(refused(early), "This event is not over yet.");
    let ends = ends_at(&world).await;
    hours_after(&world, ends, 1);
    let stranger = feedback(&cyd, *event).await;
    assert!(matches!(stranger, Err(Error::NotFound)), "{stranger:?}");
    assert_eq!(
        refused(save_feedback(ana, *event, &form("", "")).await),
        "rating: Choose how it was."
    );
    let long = "x".repeat(1001);
    assert!(refused(save_feedback(ana, *event, &form("4", &long)).await).starts_with("words: "));
    save_feedback(ana, *event, &form("3", "Cold."))
        .await
        .unwrap();
    // Changed, and not added.
    save_feedback(ana, *event, &form("4", "Cold, and lovely."))
        .await
        .unwrap();
    let named = FeedbackForm {
        shows_name: true,
        ..form("5", "More soup.")
    };
    save_feedback(bo, *event, &named).await.unwrap();
    let own = feedback(ana, *event).await.unwrap().own.unwrap();
    assert_eq!(own, form("4", "Cold, and lovely."));

    for reader in [host, &dee] {
        let page = world.page(reader).await;
        let read = feedback_of(reader, &page).await.unwrap().unwrap();
        assert_eq!(
            (read.number, read.mean.as_deref(), read.would_return),
            (2, Some("4.5"), 2)
        );
        let words: Vec<_> = read
            .words
            .iter()
            .map(|one| (&*one.words, one.by.as_ref().map(|(handle, _)| &**handle)))
            .collect();
        assert_eq!(
            words,
            [("More soup.", Some("bob")), ("Cold, and lovely.", None)]
        );
    }
    for other in [ana, &cyd] {
        let page = world.page(other).await;
        assert_eq!(feedback_of(other, &page).await.unwrap(), None);
    }

    hours_after(&world, ends, 24 * 30);
    save_feedback(ana, *event, &own).await.unwrap();
    hours_after(&world, ends, 24 * 30 + 1);
    assert!(refused(save_feedback(ana, *event, &own).await).contains("30 days"));
    assert!(feedback(ana, *event).await.unwrap().closed.is_some());

    // What somebody has said goes with them.
    erased(bo).await;
    let page = world.page(host).await;
    let read = feedback_of(host, &page).await.unwrap().unwrap();
    assert_eq!((read.number, read.words.len()), (1, 1));
    erased(host).await;
    let left: i64 = sqlx::query_scalar("select count(*) from event_feedback")
        .fetch_one(ana.db())
        .await
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn whoever_was_missing_stays_so_when_those_who_came_have_left() {
    let world = World::new("4").await;
    let ana = world.take(&world.ana, 1).await.unwrap();
    world.take(&world.bo, 1).await.unwrap();
    let ends = ends_at(&world).await;
    hours_after(&world, ends, -1);
    let_in(&world.host, key(), world.event, ana, None)
        .await
        .unwrap();
    hours_after(&world, ends, 4);
    crate::events::door::close_doors(&world.host).await.unwrap();
    erased(&world.ana).await;
    let missed = feedback(&world.bo, world.event).await;
    assert!(matches!(missed, Err(Error::NotFound)), "{missed:?}");
    hours_after(&world, ends, THEN);
    assert!(asked(&world).await.is_empty());
}

#[tokio::test]
async fn what_can_still_be_had_is_listed_for_everybody() {
    let world = World::new("10").await;
    load(&world.site).await;
    let World {
        site,
        ana,
        bo,
        event,
        ..
    } = &world;
    world.take(ana, 1).await.unwrap();
    world.take(bo, 1).await.unwrap();
    let emma = list(site, ana, "Emma", Grade::Good).await;
    // Two copies of one work are one line.
    let again = list(site, ana, "Emma", Grade::Fair).await;
    bring(ana, *event, &[emma, again]).await.unwrap();
    let ends = ends_at(&world).await;
    hours_after(&world, ends, 1);
    let seen = async |cx: &Cx| feedback(cx, *event).await.unwrap().books.len();
    assert_eq!((seen(bo).await, seen(ana).await), (1, 0), "not one's own");
    for (gone, back) in [
        (
            "update copies set state = 'owned', listed_at = null",
            "update copies set state = 'listed', listed_at = now()",
        ),
        (
            "update users set away_until = now() + interval '90 days' where handle = 'ana'",
            "update users set away_until = null",
        ),
        (
            "insert into blocks (blocker_id, blocked_id)
             select a.id, b.id from users a, users b where a.handle = 'ana' and b.handle = 'bob'",
            "delete from blocks",
        ),
        (
            "update event_books set outcome = 'gone'",
            "update event_books set outcome = 'home'",
        ),
    ] {
        sqlx::raw_sql(gone).execute(bo.db()).await.unwrap();
        assert_eq!(seen(bo).await, 0, "{gone}");
        sqlx::raw_sql(back).execute(bo.db()).await.unwrap();
        assert_eq!(seen(bo).await, 1, "{back}");
    }
    assert_eq!(feedback(bo, *event).await.unwrap().books[0].copies, 2);
    hours_after(&world, ends, THEN);
    assert_eq!(asked(&world).await, ["ana", "bob"]);
    let mails = site.dev_mailbox.messages();
    let text = |to: &str| {
        let mail = mails
            .iter()
            .find(|mail| mail.to[0].starts_with(to) && mail.subject.starts_with("How was"));
        mail.map(|mail| mail.text.replace('\n', " ")).unwrap()
    };
    assert_eq!(text("bob").matches("“Emma” by").count(), 1);
    assert!(text("bob").contains(" (2 copies)"), "{}", text("bob"));
    assert!(!text("ana").contains("“Emma”"), "{}", text("ana"));
    // The last whole day of the week in which that can be said.
    let last = (ends + SignedDuration::from_hours(24 * 6)).to_zoned(jiff::tz::TimeZone::UTC);
    let until = last.strftime("Until %-d %B you can also say").to_string();
    assert!(text("ana").contains(&until), "{until}: {}", text("ana"));
}

#[tokio::test]
async fn what_is_to_come_is_named() {
    let world = World::new("10").await;
    world.take(&world.ana, 1).await.unwrap();
    let mut secret = evening(&world.host, 12, "4").await;
    secret.visibility = "unlisted".into();
    secret.title = "Between ourselves".into();
    let hidden = create(&world.host, key(), &secret).await.unwrap();
    publish(&world.host, hidden).await.unwrap();
    let open = published(&world.host, 14, "4").await;
    let ends = ends_at(&world).await;
    hours_after(&world, ends, 1);
    let next = feedback(&world.ana, world.event).await.unwrap().next;
    let next: Vec<EventId> = next.into_iter().map(|date| date.event).collect();
    assert_eq!(next, [open]);

    // Of a series its next date, and nothing else.
    let dates = series(&world.host, "4", "20").await;
    take(&world.ana, key(), dates[0], 1).await.unwrap();
    let ends = page(&world.host, dates[0]).await.unwrap().ends_at;
    hours_after(&world, ends, 1);
    let next = feedback(&world.ana, dates[0]).await.unwrap().next;
    assert_eq!(next.len(), 1, "{next:?}");
    assert!(next[0].is_series && next[0].event == dates[1], "{next:?}");
}
