//! Books that change hands at events.

use dogear_domain::fields::CancelReason;
use dogear_domain::ids::{EventId, OccurrenceId};
use dogear_domain::trades::Method;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::*;
use crate::Error;
use crate::events::{self, EventForm, VenueForm};
use crate::ical::When;

/// A swap meet by a host who is no party, and a trade of Ana and Bo that is agreed in person.
pub(super) struct Evening {
    pub world: World,
    pub host: Cx,
    pub event: EventId,
    pub occurrence: OccurrenceId,
    pub trade: TradeId,
}

pub(super) async fn form(host: &Cx, days: i64) -> EventForm {
    let zone = TimeZone::get("Europe/London").unwrap();
    let day = host.now().to_zoned(zone).date();
    let known = events::venues(host).await.unwrap();
    let venue = if let Some(venue) = known.first() {
        venue.id
    } else {
        let place = VenueForm {
            name: "Café Lamp".into(),
            address: "2 Low Street".into(),
            city: "Leeds".into(),
            country: "GB".into(),
            time_zone: "Europe/London".into(),
            ..VenueForm::default()
        };
        events::add_venue(host, key(), &place).await.unwrap()
    };
    EventForm {
        title: "Swap by lamplight".into(),
        description: "Bring three books.".into(),
        kind: "swap_meet".into(),
        visibility: "public".into(),
        venue: venue.to_string(),
        day: day.checked_add(days.days()).unwrap().to_string(),
        starts: "19:00".into(),
        ends: "21:00".into(),
        capacity: "4".into(),
        max_party: "4".into(),
        ..EventForm::default()
    }
}

/// A published event in so many days, and its date.
pub(super) async fn published(host: &Cx, days: i64) -> (EventId, OccurrenceId) {
    let event = events::create(host, key(), &form(host, days).await)
        .await
        .unwrap();
    events::publish(host, event).await.unwrap();
    let occurrence = sqlx::query_scalar("select id from event_occurrences where event_id = $1")
        .bind(event)
        .fetch_one(host.db())
        .await
        .unwrap();
    (event, occurrence)
}

impl Evening {
    pub(super) async fn new() -> Self {
        let world = World::new().await;
        let host = world.site.member("hostess").await;
        let (event, occurrence) = published(&host, 20).await;
        let trade = in_person(&world, 0).await;
        Self {
            world,
            host,
            event,
            occurrence,
            trade,
        }
    }

    pub(super) async fn take(&self, cx: &Cx) {
        events::take(cx, key(), self.event, 1).await.unwrap();
    }

    pub(super) async fn meet(&self, cx: &Cx) -> crate::Result<()> {
        meet_at(cx, key(), self.trade, self.occurrence).await
    }

    pub(super) async fn give_back(&self, cx: &Cx) {
        let booking = events::page(cx, self.event).await.unwrap().booking;
        events::give_back(cx, booking.unwrap().id).await.unwrap();
    }

    pub(super) async fn view(&self, cx: &Cx) -> MeetingView {
        page(cx, self.trade).await.unwrap().meeting.expect("named")
    }

    async fn cancel(&self) {
        let why: CancelReason = said("The roof leaks.");
        events::cancel(&self.host, self.event, &why).await.unwrap();
    }

    /// What the reader's inbox says of meetings, oldest first.
    pub(super) async fn told(&self, cx: &Cx) -> Vec<String> {
        self.world.site.run_jobs().await;
        sqlx::query_scalar(
            "select data ->> 'reason' from notifications
             where user_id = $1 and kind in ('meeting_changed', 'meeting_here') order by id",
        )
        .bind(id(cx))
        .fetch_all(cx.db())
        .await
        .unwrap()
    }

    /// What the history of the trade says of meetings.
    pub(super) async fn noted(&self) -> Vec<String> {
        self.world.site.run_jobs().await;
        sqlx::query_scalar(
            "select kind from trade_events where trade_id = $1 and kind like 'meeting%' order by seq",
        )
        .bind(self.trade)
        .fetch_all(self.host.db())
        .await
        .unwrap()
    }

    pub(super) async fn due(&self) -> Timestamp {
        let legs = page(&self.world.ana, self.trade).await.unwrap().legs;
        legs.iter().map(|leg| leg.send_due).min().unwrap()
    }

    /// The clock stands so many hours before the event.
    pub(super) async fn at_hours_before(&self, hours: i64) {
        let starts_at = self.view(&self.world.ana).await.at.starts_at;
        let until = starts_at.duration_since(self.host.now());
        self.world
            .site
            .advance(until - SignedDuration::from_hours(hours) + SignedDuration::from_secs(1));
    }
}

/// A swap of one book each in person, agreed.
async fn in_person(world: &World, book: usize) -> TradeId {
    let meeting = Proposal {
        method: Method::Meet,
        ..proposal("bob", &world.anas[book..=book], &world.bos[book..=book])
    };
    let trade = propose(&world.ana, key(), &meeting).await.unwrap();
    world.accept(&world.bo, trade).await.unwrap();
    trade
}

pub(super) fn on<T: std::fmt::Debug>(outcome: crate::Result<T>) -> String {
    match outcome {
        Err(Error::Invalid(errors)) => {
            let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
            fields.join(" ")
        }
        Err(Error::Conflict(why)) => why,
        other => panic!("not refused in words: {other:?}"),
    }
}

#[tokio::test]
async fn a_party_with_seats_names_an_event_and_the_other_is_told_once() {
    let evening = Evening::new().await;
    let (ana, bo) = (&evening.world.ana, &evening.world.bo);
    assert_eq!(meetings(ana, evening.trade).await.unwrap(), []);
    evening.take(ana).await;
    let choices = meetings(ana, evening.trade).await.unwrap();
    assert_eq!(choices.len(), 1);
    assert_eq!(choices[0].occurrence, evening.occurrence);
    assert_eq!(
        meetings(bo, evening.trade).await.unwrap(),
        [],
        "Bo has no seats"
    );
    let before = evening.due().await;
    evening.meet(ana).await.unwrap();
    evening.meet(ana).await.unwrap();
    assert_eq!(evening.noted().await, ["meeting_chosen"]);
    let told = evening.told(bo).await;
    assert_eq!(told.len(), 1);
    let start = "ana would hand over the books at “Swap by lamplight”: your Bob’s book 1 for Ana’s book 1. It is on ";
    assert!(told[0].starts_with(start), "{told:?}");
    assert_eq!(evening.told(ana).await, [""; 0]);
    let view = evening.view(bo).await;
    assert!(view.is_open && !view.is_gone());
    assert_eq!((view.chosen_by, view.at.left), (id(ana), Some(3)));
    assert_eq!(view.at.there, [id(ana)]);
    // Nothing is overdue before the event.
    let due = evening.due().await;
    assert!(due > before);
    assert_eq!(due, view.at.ends_at + SignedDuration::from_hours(24));
    evening.take(bo).await;
    assert!(evening.view(bo).await.at.has(id(bo)));
    assert!(!evening.view(ana).await.at.has(id(bo)), "his to say");
    // Each of them sees on the page of the event what they hand over there.
    let hand_overs = hand_overs_at(bo, evening.event).await.unwrap();
    let with_ana = HandOver {
        trade: evening.trade,
        with: "ana".into(),
        books: 2,
    };
    assert_eq!(hand_overs, [with_ana]);
    assert_eq!(
        hand_overs_at(&evening.host, evening.event).await.unwrap(),
        []
    );
    // The other may take it back.
    drop_meeting(bo, evening.trade).await.unwrap();
    drop_meeting(bo, evening.trade).await.unwrap();
    assert_eq!(evening.noted().await, ["meeting_chosen", "meeting_dropped"]);
    assert_eq!(page(ana, evening.trade).await.unwrap().meeting, None);
    assert_eq!(evening.told(ana).await.len(), 1);
    assert!(evening.due().await < due);
    evening.world.sound().await;
}

#[tokio::test]
async fn what_cannot_be_a_meeting_is_refused_in_words() {
    let evening = Evening::new().await;
    let (ana, bo, host) = (&evening.world.ana, &evening.world.bo, &evening.host);
    assert_eq!(on(evening.meet(ana).await), "occurrence", "no seats");
    assert_eq!(on(evening.meet(bo).await), "occurrence");
    let unknown = meet_at(ana, key(), evening.trade, OccurrenceId(990_099)).await;
    assert_eq!(on(unknown), "occurrence");
    evening.take(ana).await;
    assert!(matches!(evening.meet(host).await, Err(Error::NotFound)));
    assert!(matches!(
        drop_meeting(host, evening.trade).await,
        Err(Error::NotFound)
    ));
    let posted = evening
        .world
        .propose(ana, "bob", &evening.world.anas[1..2], &[])
        .await;
    let not_agreed = meet_at(ana, key(), posted, evening.occurrence).await;
    assert!(on(not_agreed).starts_with("Only parties of an agreed trade"));
    evening.world.accept(bo, posted).await.unwrap();
    let by_post = meet_at(ana, key(), posted, evening.occurrence).await;
    assert!(on(by_post).contains("go by post"));
    // Where one of them may not come, they do not meet; and nothing says why.
    crate::accounts::block(host, "bob").await.unwrap();
    assert_eq!(meetings(ana, evening.trade).await.unwrap(), []);
    assert_eq!(on(evening.meet(ana).await), "occurrence");
    crate::accounts::unblock(host, id(bo)).await.unwrap();
    evening.meet(ana).await.unwrap();
    // Books that are on their way are not waited for any longer.
    let leg = evening.world.leg(ana, evening.trade).await;
    hand_over(ana, key(), evening.trade, leg).await.unwrap();
    assert!(on(drop_meeting(bo, evening.trade).await).contains("changed hands"));
    assert!(on(evening.meet(ana).await).contains("changed hands"));
    // What is over cannot be chosen.
    let next = in_person(&evening.world, 2).await;
    evening.at_hours_before(-3).await;
    let over = meet_at(ana, key(), next, evening.occurrence).await;
    assert_eq!(on(over), "occurrence");
}

#[tokio::test]
async fn the_parties_are_told_when_the_event_moves_or_is_cancelled_and_the_trade_goes_on() {
    let evening = Evening::new().await;
    let (ana, bo) = (&evening.world.ana, &evening.world.bo);
    evening.take(ana).await;
    evening.meet(ana).await.unwrap();
    let due = evening.due().await;
    let draft = events::draft(&evening.host, evening.event).await.unwrap();
    let moved = EventForm {
        day: form(&evening.host, 30).await.day,
        ..draft.form.clone()
    };
    let seen = draft.version().unwrap();
    events::save(&evening.host, evening.event, &moved, &seen)
        .await
        .unwrap();
    assert_eq!(evening.noted().await, ["meeting_chosen", "meeting_moved"]);
    let told = evening.told(bo).await;
    assert!(told[1].contains("is at another time or place"), "{told:?}");
    assert_eq!(evening.told(ana).await, [""; 0], "she is told as a guest");
    assert_eq!(evening.due().await, due + SignedDuration::from_hours(240));
    evening.cancel().await;
    let noted = evening.noted().await;
    assert_eq!(noted[2..], ["meeting_cancelled"]);
    for cx in [ana, bo] {
        let told = evening.told(cx).await;
        let last = told.last().unwrap();
        assert!(
            last.starts_with("“Swap by lamplight” is cancelled, so you and "),
            "{last}"
        );
        let view = evening.view(cx).await;
        assert!(view.is_gone() && view.is_cancelled());
    }
    assert!(evening.due().await < due);
    let leg = evening.world.leg(ana, evening.trade).await;
    hand_over(ana, key(), evening.trade, leg).await.unwrap();
    evening.world.sound().await;
}

#[tokio::test]
async fn whoever_gives_seats_back_lets_the_others_know() {
    let evening = Evening::new().await;
    let (ana, bo) = (&evening.world.ana, &evening.world.bo);
    evening.take(ana).await;
    evening.meet(ana).await.unwrap();
    evening.give_back(ana).await;
    assert_eq!(evening.noted().await, ["meeting_chosen", "meeting_left"]);
    let told = evening.told(bo).await;
    assert!(
        told[1].starts_with("ana has given back the seats at"),
        "{told:?}"
    );
    assert_eq!(evening.told(ana).await, [""; 0]);
    assert!(evening.view(bo).await.is_gone());
    assert_eq!(hand_overs_at(bo, evening.event).await.unwrap(), []);
    // What has become otherwise meanwhile is not said.
    evening.take(ana).await;
    assert!(!evening.view(bo).await.is_gone());
    let booking = events::page(ana, evening.event).await.unwrap().booking;
    events::give_back(ana, booking.unwrap().id).await.unwrap();
    evening.take(ana).await;
    assert_eq!(evening.noted().await.len(), 2);
}

#[tokio::test]
async fn checking_in_reminds_both_once_however_often() {
    let evening = Evening::new().await;
    let (ana, bo, host) = (&evening.world.ana, &evening.world.bo, &evening.host);
    evening.take(ana).await;
    evening.take(bo).await;
    evening.meet(ana).await.unwrap();
    evening.at_hours_before(1).await;
    let before = [evening.told(ana).await.len(), evening.told(bo).await.len()];
    assert_eq!(before, [0, 1]);
    let booking = events::page(ana, evening.event).await.unwrap().booking;
    let booking = booking.unwrap().id;
    for _ in 0..2 {
        let event = evening.event;
        let admitted = events::let_in(host, key(), event, booking, None)
            .await
            .unwrap();
        evening.world.site.run_jobs().await;
        events::undo_check_in(host, admitted.checkin).await.unwrap();
    }
    assert_eq!(
        evening.told(ana).await,
        [
            "You are at “Swap by lamplight” now, where you meet bob to hand over your Ana’s book 1 for Bob’s book 1."
        ]
    );
    let told = evening.told(bo).await;
    assert_eq!(
        told[1..],
        [
            "ana is at “Swap by lamplight” now, where you wanted to hand over your Bob’s book 1 for Ana’s book 1."
        ]
    );
    // In the inbox; by mail for those alone who ask for it.
    let subjects = evening.world.site.mailed_subjects().await;
    let of_door = subjects
        .iter()
        .filter(|subject| subject.contains(" is at "));
    assert_eq!(of_door.count(), 0, "{subjects:?}");
    // Where one has blocked the other, neither learns that the other is there.
    crate::accounts::block(bo, "ana").await.unwrap();
    assert!(!evening.view(ana).await.is_open);
    let booking = events::page(bo, evening.event).await.unwrap().booking;
    let booking = booking.unwrap().id;
    events::let_in(host, key(), evening.event, booking, None)
        .await
        .unwrap();
    assert_eq!(evening.told(ana).await.len(), 1);
    // Whoever keeps the door reads nothing of trades.
    let door = format!(
        "{:?}",
        events::door(host, evening.event, "", None).await.unwrap()
    );
    assert!(!door.contains("Ana’s book"));
}

#[tokio::test]
async fn reminders_of_the_event_say_what_to_bring() {
    let evening = Evening::new().await;
    let ana = &evening.world.ana;
    evening.take(ana).await;
    evening.meet(ana).await.unwrap();
    evening.at_hours_before(72).await;
    let system = Cx::system(evening.world.site.services.clone());
    let schedules = events::schedules();
    let reminders = schedules
        .iter()
        .find(|one| one.name == "reminders of events");
    (reminders.unwrap().run)(system).await.unwrap();
    evening.world.site.run_jobs().await;
    let mails = evening.world.site.dev_mailbox.messages();
    let reminder = mails.iter().find(|mail| mail.subject.contains(" is on "));
    let text = &reminder.expect("sent").text;
    assert!(text.contains("Bring for bob: Ana’s book 1."), "{text}");
    // He has not said that he comes.
    assert!(text.contains("bob has for you: Bob’s book 1."), "{text}");
}

#[tokio::test]
async fn calendars_have_the_hand_over_at_the_event_as_long_as_that_stands() {
    let evening = Evening::new().await;
    let (ana, bo) = (&evening.world.ana, &evening.world.bo);
    let entry = async |cx: &Cx| {
        let mut conn = cx.db().acquire().await.unwrap();
        let settings = &evening.world.site.services.settings;
        let zone = TimeZone::UTC;
        let entries = hand_overs_of(&mut conn, settings, id(cx), &zone, cx.now()).await;
        entries.unwrap().remove(0)
    };
    evening.take(ana).await;
    let first = entry(bo).await;
    assert!(matches!(first.when, When::Day(_)));
    evening.world.site.advance(SignedDuration::from_secs(60));
    evening.meet(ana).await.unwrap();
    let at = evening.view(bo).await.at;
    let named = entry(bo).await;
    assert_eq!(named.when, When::Between(at.starts_at, at.ends_at));
    assert_eq!(named.place, "Café Lamp, 2 Low Street, Leeds");
    assert_eq!((named.uid, named.reminds), (first.uid, true));
    assert!(named.sequence > first.sequence);
    assert!(
        !entry(ana).await.reminds,
        "as a guest she is reminded already"
    );
    evening.world.site.advance(SignedDuration::from_secs(60));
    evening.give_back(ana).await;
    evening.world.site.run_jobs().await;
    let left = entry(bo).await;
    assert!(matches!(left.when, When::Day(_)));
    assert!(left.sequence > named.sequence);
    evening.take(ana).await;
    evening.cancel().await;
    evening.world.site.run_jobs().await;
    assert!(matches!(entry(bo).await.when, When::Day(_)));
}
