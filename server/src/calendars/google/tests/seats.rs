//! Seats and their entries.

use dogear_domain::fields::CancelReason;
use dogear_domain::ids::OutboxId;

use super::*;

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
async fn google_is_told_what_a_seat_costs_and_not_what_its_guest_has_to_pay() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world
        .edit(event, |form| {
            form.price = "5".into();
            form.currency = "GBP".into();
        })
        .await;
    let terms = events::Terms {
        price: events::page(&world.ana, event).await.unwrap().shown_price(),
        ..events::Terms::default()
    };
    events::take_for(&world.ana, key(), event, 2, &terms)
        .await
        .unwrap();
    world.run().await;
    let entry = world.stub.shown().remove(0);
    let text = entry["description"].as_str().unwrap();
    assert!(text.contains("You have 2 seats."), "{text}");
    assert!(text.contains("A seat costs "), "{text}");
    assert!(!text.contains("To be paid"), "{text}");
}

#[tokio::test]
async fn what_google_says_of_one_calendar_is_not_noted_of_another() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    let booking = world.take(event, 1).await;
    world.run().await;
    // A job has the entry while another calendar is connected.
    let job = OutboxId(77);
    let (before, by_now) = (Uuid::new_v4(), Uuid::new_v4());
    sqlx::query("update google_entries set taken_by = 77, grant_id = $1, wanted = 3")
        .bind(by_now)
        .execute(world.ana.db())
        .await
        .unwrap();
    let now = world.ana.now();
    let kept = entries::Kept {
        wanted: 2,
        is_there: true,
        sent: "what was sent",
        read_at: now,
    };
    let mut conn = world.ana.db().acquire().await.unwrap();
    for (grant, named, more) in [(before, false, None), (by_now, true, Some(true))] {
        let of = (booking, grant);
        let name = entries::name(&mut *conn, of, job, "dogear1", now).await;
        assert_eq!(name.unwrap(), named);
        let keep = entries::keep(&mut conn, of, job, &kept).await;
        assert_eq!(keep.unwrap(), more);
    }
}
