//! Seats in a Google Calendar, against what stands for Google.

mod leaving;
mod stub;

use std::time::Instant;

use dogear_domain::fields::CancelReason;
use dogear_domain::ids::SeatBookingId;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use serde_json::{Value, json};
use url::Url;

use self::stub::{CODE, REFRESH, Stub, Trick};
use super::*;
use crate::db::IdempotencyKey;
use crate::events::{self, EventForm, VenueForm};
use crate::testing::TestSite;

/// A site that is known to what stands for Google, with a host and a guest.
struct World {
    site: TestSite,
    stub: Stub,
    host: Cx,
    ana: Cx,
}

#[allow(clippy::unnecessary_wraps)] // as services take it
fn key() -> Option<IdempotencyKey> {
    Some(IdempotencyKey(Uuid::new_v4()))
}

/// The state that stands in the address of Google's page.
fn state_of(consent: &str) -> String {
    let url: Url = consent.parse().unwrap();
    let (_, state) = url.query_pairs().find(|(name, _)| name == "state").unwrap();
    state.into_owned()
}

impl World {
    async fn new() -> Self {
        let stub = Stub::new().await;
        let google = GoogleSettings {
            client_id: "books.example".into(),
            client_secret: "site-secret".into(),
            instead: Some(stub.url.clone()),
        };
        let site = TestSite::with(|settings| settings.google = Some(google)).await;
        let host = site.member("host").await;
        let ana = site.member("ana").await;
        let place = VenueForm {
            name: "Café Lamp".into(),
            address: "2 Low Street".into(),
            city: "Leeds".into(),
            country: "GB".into(),
            time_zone: "Europe/London".into(),
            ..VenueForm::default()
        };
        events::add_venue(&host, key(), &place).await.unwrap();
        Self {
            site,
            stub,
            host,
            ana,
        }
    }

    /// A published evening so many days from now.
    async fn evening(&self, title: &str, days: i64) -> EventId {
        let today = self.host.now().to_zoned(TimeZone::UTC).date();
        let form = EventForm {
            title: title.into(),
            description: "Bring <three> books.".into(),
            kind: "swap_meet".into(),
            visibility: "public".into(),
            venue: "1".into(),
            day: today.checked_add(days.days()).unwrap().to_string(),
            starts: "19:00".into(),
            ends: "21:00".into(),
            last_day: String::new(),
            online: "https://meet.example/lamp".into(),
            capacity: "20".into(),
            max_party: "4".into(),
            smaller_pass: true,
            ..EventForm::default()
        };
        let event = events::create(&self.host, key(), &form).await.unwrap();
        events::publish(&self.host, event).await.unwrap();
        event
    }

    async fn edit(&self, event: EventId, change: impl FnOnce(&mut EventForm)) {
        self.site.advance(SignedDuration::from_secs(5));
        let now = events::draft(&self.host, event).await.unwrap();
        let mut form = now.form.clone();
        change(&mut form);
        let version = now.version().unwrap();
        events::save(&self.host, event, &form, &version)
            .await
            .unwrap();
    }

    async fn take(&self, event: EventId, party: i32) -> SeatBookingId {
        events::take(&self.ana, key(), event, party).await.unwrap()
    }

    /// The reader goes to Google and comes back with this code.
    async fn connect_with(&self, code: &str) -> Outcome {
        let consent = match standing(&self.ana).await.unwrap() {
            Some(State::Off { consent } | State::Ended { consent, .. }) => consent,
            other => panic!("not to be connected: {other:?}"),
        };
        let came = Back {
            state: state_of(&consent),
            code: code.into(),
            error: String::new(),
        };
        connect(&self.ana, &came).await.unwrap()
    }

    async fn connected() -> Self {
        let world = Self::new().await;
        assert_eq!(world.connect_with(CODE).await, Outcome::Connected);
        world
    }

    /// Does all jobs, also those that wait for their next attempt.
    async fn run(&self) {
        sqlx::query("update outbox set run_at = now() where state = 'ready'")
            .execute(self.ana.db())
            .await
            .unwrap();
        self.site.run_jobs().await;
    }

    /// The next failure is the last.
    async fn last_attempt(&self) {
        sqlx::query("update outbox set attempts = max_attempts - 1 where state = 'ready'")
            .execute(self.ana.db())
            .await
            .unwrap();
    }

    async fn at(&self, event: EventId) -> Option<Unsynced> {
        let unsynced = unsynced(&self.ana, Some(event)).await.unwrap();
        unsynced.get(&event).copied()
    }

    /// Asks about entries since the last call.
    fn asked(&self) -> String {
        std::mem::take(&mut self.stub.state().asked).join(" ")
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(self.ana.db())
            .await
            .unwrap()
    }

    async fn told_of_the_end(&self) -> i64 {
        self.count("select count(*) from notifications where kind = 'calendar_ended'")
            .await
    }
}

fn says(status: u16, body: &str) -> Trick {
    Trick::Says(status, "", body.into())
}

#[tokio::test]
async fn seats_stand_in_the_calendar_move_with_the_event_and_go() {
    let world = World::new().await;
    let event = world.evening("Swap by lamplight", 10).await;
    let booking = world.take(event, 2).await;
    world.run().await;
    assert_eq!(world.asked(), "", "nothing is told before it is connected");
    assert_eq!(world.at(event).await, None);
    assert_eq!(world.connect_with(CODE).await, Outcome::Connected);
    assert_eq!(world.at(event).await, Some(Unsynced::Waiting));
    world.run().await;
    assert_eq!(world.at(event).await, None);
    assert_eq!(world.asked(), "POST");
    let entry = world.stub.shown().remove(0);
    assert_eq!(entry["summary"], "Swap by lamplight");
    assert_eq!(
        entry["location"],
        "Café Lamp, 2 Low Street, Leeds, United Kingdom"
    );
    assert_eq!(entry["start"]["timeZone"], "Europe/London");
    assert!(
        entry["start"]["dateTime"]
            .as_str()
            .unwrap()
            .contains("T19:00:00")
    );
    assert!(
        entry["end"]["dateTime"]
            .as_str()
            .unwrap()
            .contains("T21:00:00")
    );
    let text = entry["description"].as_str().unwrap().to_owned();
    for part in [
        "You have 2 seats.",
        "meet.example/lamp",
        "Bring &lt;three&gt; books.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(
        entry["source"]["url"],
        "http://dogear.test/events/1-swap-by-lamplight"
    );
    assert_eq!(entry["reminders"]["overrides"][0]["minutes"], 1440);
    let name = entry["id"].clone();

    // Another one, while it is connected.
    let second = world.evening("Second evening", 12).await;
    world.take(second, 1).await;
    world.run().await;
    assert_eq!(world.stub.shown().len(), 2);
    assert_eq!(world.asked(), "POST");

    world.site.advance(SignedDuration::from_secs(5));
    events::change(&world.ana, key(), booking, 3).await.unwrap();
    assert_eq!(world.at(event).await, Some(Unsynced::Waiting));
    world.run().await;
    world.edit(event, |form| form.starts = "18:30".into()).await;
    world.run().await;
    assert_eq!(world.asked(), "PATCH PATCH");
    let entry = world.stub.shown().remove(0);
    assert_eq!(entry["id"], name);
    assert!(
        entry["start"]["dateTime"]
            .as_str()
            .unwrap()
            .contains("T18:30:00")
    );
    assert!(entry["description"].as_str().unwrap().contains("3 seats"));

    // Of another title no guest is told; the clock finds it.
    world
        .edit(event, |form| form.title = "Swap by daylight".into())
        .await;
    catch_up(&Cx::system(world.site.services.clone()))
        .await
        .unwrap();
    world.run().await;
    assert_eq!(world.stub.shown()[0]["summary"], "Swap by daylight");
    catch_up(&Cx::system(world.site.services.clone()))
        .await
        .unwrap();
    world.run().await;
    assert_eq!(world.asked(), "PATCH", "once it is so, nothing is asked");

    events::give_back(&world.ana, booking).await.unwrap();
    world.run().await;
    assert_eq!(world.stub.shown().len(), 1);
    events::cancel(&world.host, second, &CancelReason::default())
        .await
        .unwrap();
    world.run().await;
    assert_eq!(world.stub.shown(), Vec::<Value>::new());
    assert_eq!(world.asked(), "DELETE DELETE");
    // Seats that are taken again are other seats.
    world.take(event, 1).await;
    world.run().await;
    assert_eq!(world.stub.shown().len(), 1);
    assert_eq!(world.stub.state().refreshes, 1, "one token for all of it");
}

#[tokio::test]
async fn an_entry_whose_answer_was_lost_is_not_written_twice() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    let booking = world.take(event, 1).await;
    world.stub.plays([Trick::Loses]);
    world.run().await;
    assert_eq!(world.at(event).await, Some(Unsynced::Waiting));
    world.run().await;
    assert_eq!(world.at(event).await, None);
    assert_eq!(world.asked(), "POST POST PATCH");
    assert_eq!(world.stub.state().entries.len(), 1);
    // The reader has taken it out by themselves, and gives the seats back.
    for entry in world.stub.state().entries.values_mut() {
        entry["status"] = "cancelled".into();
    }
    events::give_back(&world.ana, booking).await.unwrap();
    world.run().await;
    assert_eq!(world.asked(), "DELETE");
    assert_eq!(
        world
            .count("select count(*) from outbox where state <> 'done'")
            .await,
        0
    );

    // What may be there is taken out, also when nobody has said that it is.
    let booking = world.take(event, 1).await;
    world.stub.plays([Trick::Loses]);
    world.run().await;
    events::give_back(&world.ana, booking).await.unwrap();
    world.run().await;
    assert_eq!(world.stub.shown(), Vec::<Value>::new());
}

#[tokio::test]
async fn answers_that_are_lies_are_not_believed() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(event, 1).await;
    let long = format!("{{\"id\":\"{}\"}}", "x".repeat(70_000));
    let other = json!({ "id": "dogear0", "status": "confirmed" }).to_string();
    for lie in [
        says(200, "<html>"),
        says(200, ""),
        says(200, &other),
        says(200, "{\"error\":{\"code\":403}}"),
        says(200, &long),
        Trick::Says(302, "location: http://127.0.0.1:9/\r\n", String::new()),
        says(500, "{}"),
        says(503, "<html>"),
    ] {
        world.stub.plays([lie]);
        world.run().await;
        assert_eq!(world.at(event).await, Some(Unsynced::Waiting));
        assert_eq!(world.asked(), "POST");
    }
    world.run().await;
    assert_eq!(
        (world.asked().as_str(), world.at(event).await),
        ("POST", None)
    );
}

#[tokio::test]
async fn whoever_is_sent_away_comes_back_when_they_were_told_to() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(event, 1).await;
    let limit = json!({ "error": { "errors": [{ "reason": "rateLimitExceeded" }] } });
    world.stub.plays([
        Trick::Says(429, "retry-after: 600\r\n", String::new()),
        says(403, &limit.to_string()),
    ]);
    world.run().await;
    assert_eq!(world.asked(), "POST");
    let (waits, failures): (bool, i64) = sqlx::query_as(
        "select bool_and(run_at > now() + interval '9 minutes'), count(*) filter (where last_error <> '')
         from outbox where state = 'ready'",
    )
    .fetch_one(world.ana.db())
    .await
    .unwrap();
    assert_eq!((waits, failures), (true, 0), "that is no failure");
    // Others wait for the same moment.
    let second = world.evening("Second evening", 12).await;
    world.take(second, 1).await;
    world.run().await;
    assert_eq!(world.asked(), "");
    world.site.advance(SignedDuration::from_secs(601));
    world.run().await;
    assert_eq!(
        world.asked(),
        "POST",
        "the other one is sent away before it asks"
    );
    world.site.advance(SignedDuration::from_hours(2));
    world.run().await;
    assert_eq!(world.asked(), "POST POST");
    assert_eq!(world.stub.shown().len(), 2);
}

#[tokio::test]
async fn what_was_given_up_is_said_and_tried_again_when_the_reader_likes() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(event, 1).await;
    world.site.run_jobs().await;
    world.edit(event, |form| form.starts = "18:00".into()).await;
    world.stub.plays([says(500, "{}"), says(500, "{}")]);
    world.run().await;
    world.last_attempt().await;
    world.run().await;
    assert_eq!(world.at(event).await, Some(Unsynced::Failed));
    let on = standing(&world.ana).await.unwrap();
    assert!(
        matches!(
            on,
            Some(State::On {
                failed: 1,
                waiting: 0,
                ..
            })
        ),
        "{on:?}"
    );
    world.asked();
    try_again(&world.ana).await.unwrap();
    try_again(&world.ana).await.unwrap();
    assert_eq!(world.at(event).await, Some(Unsynced::Waiting));
    world.run().await;
    assert_eq!(
        (world.asked().as_str(), world.at(event).await),
        ("PATCH", None)
    );
    // What is refused for good is not tried for hours.
    world.edit(event, |form| form.starts = "17:00".into()).await;
    world.stub.plays([says(400, "{}")]);
    world.run().await;
    assert_eq!(world.at(event).await, Some(Unsynced::Failed));
    // The next change is a new beginning.
    world.edit(event, |form| form.starts = "16:00".into()).await;
    world.run().await;
    assert_eq!(world.at(event).await, None);
}

#[tokio::test]
async fn a_job_that_dies_speaks_for_those_that_have_left_it_the_entry() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    let booking = world.take(event, 1).await;
    world.stub.plays([Trick::Hangs]);
    let change = async {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        events::change(&world.ana, key(), booking, 2).await.unwrap();
        // The one that comes now finds it taken, and leaves it.
        world.site.run_jobs().await;
    };
    tokio::join!(world.site.run_jobs(), change);
    assert_eq!(world.asked(), "POST");
    world.stub.plays([says(500, "{}")]);
    world.last_attempt().await;
    world.run().await;
    assert_eq!(world.at(event).await, Some(Unsynced::Failed));
}

#[tokio::test]
async fn a_token_that_runs_out_is_renewed_and_a_permission_that_ends_is_told_once() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    let second = world.evening("Second evening", 12).await;
    world.take(event, 1).await;
    world.stub.plays([says(401, "{}")]);
    world.run().await;
    assert_eq!(
        (world.asked().as_str(), world.at(event).await),
        ("POST POST", None)
    );
    assert_eq!(world.stub.state().refreshes, 2);

    world.stub.state().revoked = true;
    world.stub.state().takes_no_token = true;
    let booking = world.take(second, 1).await;
    world.site.advance(SignedDuration::from_secs(5));
    world.edit(event, |form| form.starts = "18:00".into()).await;
    world.run().await;
    assert_eq!(world.told_of_the_end().await, 1);
    assert!(matches!(
        standing(&world.ana).await.unwrap(),
        Some(State::Ended { .. })
    ));
    assert_eq!(world.at(event).await, None, "nothing is promised any more");
    world.asked();
    events::change(&world.ana, key(), booking, 2).await.unwrap();
    world.run().await;
    assert_eq!(
        (world.asked().as_str(), world.told_of_the_end().await),
        ("", 1)
    );
    assert_eq!(
        world
            .count("select count(*) from google_connections where refresh_token is not null")
            .await,
        0
    );

    // Connected anew, everything is as it is by now.
    world.stub.allows_again();
    assert_eq!(world.connect_with(CODE).await, Outcome::Connected);
    world.run().await;
    let shown = world.stub.shown();
    assert_eq!(shown.len(), 2);
    assert!(
        shown[0]["start"]["dateTime"]
            .as_str()
            .unwrap()
            .contains("T18:00:00")
    );
    // Not even a fresh token is good enough.
    world.stub.state().takes_no_token = true;
    world.edit(event, |form| form.starts = "17:00".into()).await;
    world.run().await;
    assert_eq!(world.told_of_the_end().await, 2);
}

#[tokio::test]
async fn nobody_waits_for_a_google_that_hangs() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.stub.plays([Trick::Hangs]);
    let before = Instant::now();
    let booking = world.take(event, 1).await;
    assert!(before.elapsed().as_secs() < 3);
    world.site.run_jobs().await;
    assert!(
        (9..20).contains(&before.elapsed().as_secs()),
        "{:?}",
        before.elapsed()
    );
    assert_eq!(world.at(event).await, Some(Unsynced::Waiting));
    let before = Instant::now();
    events::change(&world.ana, key(), booking, 2).await.unwrap();
    assert!(before.elapsed().as_secs() < 3);
    world.run().await;
    assert_eq!(world.at(event).await, None);
}

#[tokio::test]
async fn the_last_state_wins_whichever_job_comes_first() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    let booking = world.take(event, 1).await;
    for round in 0..4 {
        let worker = async || {
            for _ in 0..3 {
                world.run().await;
                tokio::task::yield_now().await;
            }
        };
        let changes = async {
            for party in [2, 3, 4, 1 + round % 3] {
                world.site.advance(SignedDuration::from_secs(1));
                events::change(&world.ana, key(), booking, party)
                    .await
                    .unwrap();
            }
        };
        tokio::join!(worker(), worker(), changes, worker());
        world.run().await;
        assert_eq!(world.at(event).await, None);
        let shown = world.stub.shown();
        assert_eq!(shown.len(), 1);
        let party = format!("You have {}.", events::words::seats(1 + round % 3));
        let text = shown[0]["description"].as_str().unwrap();
        assert!(text.contains(&party), "{party} {text}");
    }
    assert_eq!(world.stub.state().entries.len(), 1);
}

#[tokio::test]
async fn no_secret_is_readable_in_the_database() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(event, 1).await;
    world.stub.plays([says(500, "{}")]);
    world.run().await;
    disconnect(&world.ana, true).await.unwrap();
    let all: String = sqlx::query_scalar(
        "select concat(
           (select string_agg(convert_from(refresh_token, 'LATIN1'), ' ') from google_farewells),
           (select string_agg(o::text, ' ') from outbox o),
           (select string_agg(f::text, ' ') from google_farewells f))",
    )
    .fetch_one(world.ana.db())
    .await
    .unwrap();
    assert!(all.len() > 100);
    for secret in [REFRESH, "refresh-secret", "access-", "site-secret", CODE] {
        assert!(!all.contains(secret), "{secret}");
    }
}
