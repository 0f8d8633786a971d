//! Meetings in calendars.

use dogear_domain::fields::Reason;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::*;
use crate::ical::{Entry, Status, When};

async fn entries(world: &World, cx: &Cx) -> Vec<Entry> {
    let settings = &world.site.services.settings;
    let member = cx.reader().unwrap().id;
    let mut conn = cx.db().acquire().await.unwrap();
    hand_overs_of(&mut conn, settings, member, &TimeZone::UTC, cx.now())
        .await
        .unwrap()
}

#[tokio::test]
async fn the_last_day_of_a_hand_over_stands_in_calendars_until_it_is_done() {
    let world = World::new().await;
    world.agreed().await;
    assert_eq!(entries(&world, &world.ana).await, [], "parcels are posted");
    let meeting = Proposal {
        method: Method::Meet,
        ..proposal("bob", &world.anas[2..3], &world.bos[1..2])
    };
    let trade = propose(&world.ana, key(), &meeting).await.unwrap();
    assert_eq!(entries(&world, &world.ana).await, [], "nothing is agreed");
    world.accept(&world.bo, trade).await.unwrap();
    let leg = world.leg(&world.ana, trade).await;
    let due: jiff_sqlx::Timestamp =
        sqlx::query_scalar("select send_due from trade_legs where id = $1")
            .bind(leg.0)
            .fetch_one(world.ana.db())
            .await
            .unwrap();
    let day = When::Day(due.to_jiff().to_zoned(TimeZone::UTC).date());
    for (cx, with) in [(&world.ana, "bob"), (&world.bo, "ana")] {
        let entries = entries(&world, cx).await;
        let found: Vec<_> = (entries.iter())
            .map(|entry| (&*entry.title, entry.when, entry.status, entry.reminds))
            .collect();
        let title = format!("Last day to hand over books: trade with {with}");
        assert_eq!(found, [(&*title, day, Status::Confirmed, true)]);
    }
    let before = entries(&world, &world.ana).await.remove(0);
    world.site.advance(SignedDuration::from_secs(60));
    let why: Reason = said("It rains.");
    cancel(&world.ana, key(), trade, &why).await.unwrap();
    let after = entries(&world, &world.bo).await.remove(0);
    assert_eq!((after.status, after.reminds), (Status::Cancelled, false));
    assert_eq!(after.uid, before.uid);
    assert!(after.sequence > before.sequence);
    world.site.advance(SignedDuration::from_hours(31 * 24));
    assert_eq!(entries(&world, &world.bo).await, []);
}
