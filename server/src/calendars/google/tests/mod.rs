//! Seats in a Google Calendar, against what stands for Google.

mod answers;
mod leaving;
mod seats;
mod stub;

use dogear_domain::ids::SeatBookingId;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use serde_json::Value;
use url::Url;

use self::stub::{CODE, Stub, Trick};
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
