//! Deadlines, with the clock moved and every sweep run twice.

use super::sweeps::sweep;
use super::*;
use crate::Error;

impl World {
    /// Lets days pass, then sweeps twice: the second run has nothing to do.
    async fn after(&self, days: i64) {
        self.site
            .advance(jiff::SignedDuration::from_hours(24 * days));
        let cx = Cx::system(self.site.services.clone());
        sweep(&cx).await.unwrap();
        let events = self.events().await;
        sweep(&cx).await.unwrap();
        assert_eq!(
            self.events().await,
            events,
            "the second sweep did something"
        );
        self.sound().await;
    }

    async fn events(&self) -> i64 {
        sqlx::query_scalar("select count(*) from trade_events")
            .fetch_one(&self.site.services.db)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_proposal_is_reminded_of_after_five_days_and_expires_after_seven() {
    let world = World::new().await;
    let trade = world.proposed().await;
    world.after(4).await;
    assert_eq!(world.told(&world.bo).await, ["trade_proposed"]);
    world.after(1).await;
    assert_eq!(
        world.told(&world.bo).await,
        ["trade_proposed", "reply_reminder"]
    );
    assert!(world.told(&world.ana).await.is_empty());
    world.after(2).await;
    assert_eq!(world.state(trade).await, TradeState::Expired);
    assert_eq!(world.told(&world.ana).await, ["trade_expired"]);
    let late = world.accept(&world.bo, trade).await;
    assert!(matches!(late, Err(Error::Conflict(_))));
}

#[tokio::test]
async fn a_holiday_stops_the_clock_of_the_one_who_is_asked() {
    let world = World::new().await;
    let trade = world.proposed().await;
    let away = world.site.services.clock.now() + jiff::SignedDuration::from_hours(24 * 10);
    sqlx::query("update users set away_until = $2 where id = $1")
        .bind(id(&world.bo))
        .bind(jiff_sqlx::Timestamp::from(away))
        .execute(&world.site.services.db)
        .await
        .unwrap();
    world.after(1).await;
    world.after(8).await;
    assert_eq!(world.state(trade).await, TradeState::Proposed);
    world.after(7).await;
    assert_eq!(
        world.told(&world.bo).await,
        ["trade_proposed", "reply_reminder"]
    );
    world.after(2).await;
    assert_eq!(world.state(trade).await, TradeState::Expired);
}

#[tokio::test]
async fn a_parcel_is_reminded_of_overdue_and_then_free_to_cancel() {
    let world = World::new().await;
    let trade = world.agreed().await;
    let theirs = world.leg(&world.bo, trade).await;
    world.says_where(&world.bo, trade).await;
    send(&world.bo, key(), trade, theirs, &Shipment::default())
        .await
        .unwrap();
    world.after(5).await;
    let told = world.told(&world.ana).await;
    assert_eq!(
        told,
        [
            "trade_accepted",
            "address_given",
            "parcel_sent",
            "send_reminder"
        ]
    );
    world.after(3).await;
    assert_eq!(
        world.told(&world.ana).await.last().unwrap(),
        "parcel_overdue"
    );
    assert_eq!(
        world.told(&world.bo).await.last().unwrap(),
        "parcel_overdue"
    );
    world.after(2).await;
    assert_eq!(
        cancel(&world.bo, key(), trade, &Reason::default())
            .await
            .unwrap(),
        TradeState::Cancelled
    );
    world.sound().await;
}

#[tokio::test]
async fn a_parcel_is_asked_after_and_presumed_lost_and_may_still_arrive() {
    let world = World::new().await;
    let trade = world.agreed().await;
    let (mine, theirs) = (
        world.leg(&world.ana, trade).await,
        world.leg(&world.bo, trade).await,
    );
    send(&world.ana, key(), trade, mine, &Shipment::default())
        .await
        .unwrap();
    sqlx::query("update users set country = 'FR' where id = $1")
        .bind(id(&world.bo))
        .execute(&world.site.services.db)
        .await
        .unwrap();
    // From abroad it may take 35 days.
    send(&world.bo, key(), trade, theirs, &Shipment::default())
        .await
        .unwrap();
    world.after(14).await;
    assert_eq!(
        world.told(&world.bo).await.last().unwrap(),
        "arrival_reminder"
    );
    world.after(12).await;
    let states = |world: &World| {
        let db = world.site.services.db.clone();
        async move {
            sqlx::query_scalar::<_, String>("select state from trade_legs order by from_user")
                .fetch_all(&db)
                .await
                .unwrap()
        }
    };
    assert_eq!(states(&world).await, ["lost", "sent"]);
    world.after(9).await;
    assert_eq!(states(&world).await, ["lost", "lost"]);
    assert_eq!(world.told(&world.ana).await.last().unwrap(), "parcel_lost");
    receive(&world.bo, key(), trade, mine).await.unwrap();
    receive(&world.ana, key(), trade, theirs).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Completed);
    world.sound().await;
}

#[tokio::test]
async fn each_party_gets_one_letter_with_the_deadline_in_it() {
    let world = World::new().await;
    let trade = world.proposed().await;
    world.site.run_jobs().await;
    world.accept(&world.bo, trade).await.unwrap();
    world.site.run_jobs().await;
    let subjects: Vec<(String, String)> =
        sqlx::query_as("select to_address, subject from mails order by id")
            .fetch_all(&world.site.services.db)
            .await
            .unwrap();
    let pair = |to: &str, subject: &str| (format!("{to}@readers.test"), subject.to_owned());
    assert_eq!(
        subjects,
        [
            pair("bob", "ana proposes a trade"),
            pair("ana", "Your trade with bob is agreed"),
            pair("bob", "Your trade with ana is agreed"),
        ]
    );
    let due = world.site.services.clock.now() + jiff::SignedDuration::from_hours(24 * 7);
    let day = due
        .to_zoned(jiff::tz::TimeZone::get("Europe/London").unwrap())
        .strftime("%A %-d %B")
        .to_string();
    let body: String = sqlx::query_scalar("select text_body from mails order by id limit 1")
        .fetch_one(&world.site.services.db)
        .await
        .unwrap();
    assert!(body.contains(&format!("Answer by {day}.")), "{body}");
    assert!(body.contains("Ana’s book 2"), "{body}");
}

#[tokio::test]
async fn a_meeting_is_reminded_of_in_its_own_words() {
    let world = World::new().await;
    sqlx::query(
        "insert into settings (key, value) values ('trades', '{\"overdue_cancel_days\": 4}')",
    )
    .execute(&world.site.services.db)
    .await
    .unwrap();
    let meeting = Proposal {
        method: Method::Meet,
        ..proposal("bob", &world.anas[..1], &world.bos[..1])
    };
    let trade = propose(&world.ana, key(), &meeting).await.unwrap();
    world.accept(&world.bo, trade).await.unwrap();
    let leg = world.leg(&world.ana, trade).await;
    world.after(4).await;
    hand_over(&world.ana, key(), trade, leg).await.unwrap();
    world.after(1).await;
    assert!(
        !world
            .told(&world.bo)
            .await
            .contains(&"arrival_reminder".to_owned())
    );
    // Two days after the hand-over Bo is asked about the books; seven after the agreement his
    // own are overdue.
    world.after(1).await;
    assert!(
        world
            .told(&world.bo)
            .await
            .contains(&"arrival_reminder".to_owned())
    );
    world.after(2).await;
    let told = world.told(&world.bo).await;
    assert_eq!(told.last().unwrap(), "parcel_overdue");
    let letters: Vec<(String, String)> =
        sqlx::query_as("select subject, text_body from mails where user_id = $1 order by id")
            .bind(id(&world.bo))
            .fetch_all(&world.site.services.db)
            .await
            .unwrap();
    let subjects: Vec<&str> = letters
        .iter()
        .map(|(subject, _)| subject.as_str())
        .collect();
    assert_eq!(
        subjects,
        [
            "ana proposes a trade",
            "Your trade with ana is agreed",
            "ana has handed over your books",
            "Your meeting with ana is due",
            "Has ana given you the books?",
            "A meeting is overdue",
        ]
    );
    let overdue = &letters.last().unwrap().1;
    assert!(overdue.contains("After 4 more days"), "{overdue}");
    for (subject, body) in &letters[1..] {
        for word in ["parcel", "Post ", "Send "] {
            assert!(!body.contains(word), "{subject}: {word}: {body}");
        }
    }
}

#[tokio::test]
async fn a_parcel_without_an_address_is_not_late() {
    let world = World::new().await;
    let trade = world.agreed().await;
    let (mine, theirs) = (
        world.leg(&world.ana, trade).await,
        world.leg(&world.bo, trade).await,
    );
    send(&world.bo, key(), trade, theirs, &Shipment::default())
        .await
        .unwrap();
    world.after(5).await;
    world.after(5).await;
    // Bob is asked for the address, twice; Ana can do nothing and is told nothing.
    assert_eq!(
        world.told(&world.bo).await,
        [
            "trade_proposed",
            "trade_accepted",
            "address_reminder",
            "address_reminder"
        ]
    );
    assert_eq!(
        world.told(&world.ana).await,
        ["trade_accepted", "parcel_sent"]
    );
    assert_eq!(page(&world.bo, trade).await.unwrap().cancel_ground, None);
    world.says_where(&world.bo, trade).await;
    // From now on Ana has the whole time to send.
    let view = page(&world.bo, trade).await.unwrap();
    let week = world.site.services.clock.now() + jiff::SignedDuration::from_hours(24 * 6);
    assert!(
        view.legs
            .iter()
            .all(|leg| leg.from == id(&world.bo) || leg.send_due > week)
    );
    assert_eq!(view.cancel_ground, None);
    world.after(5).await;
    let told = world.told(&world.ana).await;
    assert!(told.contains(&"send_reminder".to_owned()), "{told:?}");
    send(&world.ana, key(), trade, mine, &Shipment::default())
        .await
        .unwrap();
    let on_time = |cx: &Cx| {
        let (db, user) = (world.site.services.db.clone(), id(cx));
        async move {
            sqlx::query_as::<_, (i32, i32)>(
                "select parcels_sent, parcels_on_time from users where id = $1",
            )
            .bind(user)
            .fetch_one(&db)
            .await
            .unwrap()
        }
    };
    assert_eq!(on_time(&world.ana).await, (1, 1));

    // Without an address to the end: no parcel is late, whenever it leaves.
    let gift = world
        .propose(&world.ana, "bob", &world.anas[2..], &[])
        .await;
    world.accept(&world.bo, gift).await.unwrap();
    let leg = world.leg(&world.ana, gift).await;
    world.after(20).await;
    send(&world.ana, key(), gift, leg, &Shipment::default())
        .await
        .unwrap();
    assert_eq!(on_time(&world.ana).await, (2, 2));
}
