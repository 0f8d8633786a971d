//! Guests who had seats three times and did not come.

use super::*;

/// As if this reader had missed so many events, the last so many days ago and the others before.
async fn missed_events(world: &World, cx: &Cx, number: i64, days_ago: i64) {
    let now = jiff_sqlx::ToSqlx::to_sqlx(world.host.now());
    sqlx::query(
        "with e as (insert into events (host_id, venue_id, kind, visibility, title, slug, description)
           select host_id, venue_id, kind, visibility, title, slug, description
           from (select * from events order by id limit 1) first, generate_series(1, $2) returning id),
         o as (insert into event_occurrences (event_id, state, starts_at, ends_at, time_zone, capacity, max_party, seats_taken)
           select id, 'published', at, at + interval '2 hours', 'UTC', 20, 4, 1
           from (select id, $4::timestamptz - make_interval(days => $3::int + (row_number() over ())::int) as at from e) d
           returning id, starts_at)
         insert into seat_bookings (occurrence_id, user_id, party_size, state, no_show_at)
         select id, $1, 1, 'confirmed', starts_at + interval '5 hours' from o",
    )
    .bind(cx.reader().unwrap().id)
    .bind(number)
    .bind(days_ago)
    .bind(now)
    .execute(cx.db())
    .await
    .unwrap();
}

#[tokio::test]
async fn r14_who_missed_three_events_goes_behind_others_and_alone_reads_so() {
    let world = World::new("2").await;
    let seats = world.take(&world.host, 2).await.unwrap();
    missed_events(&world, &world.ana, 3, 10).await;
    missed_events(&world, &world.bo, 2, 10).await;
    let carl = world.site.member("carl").await;
    for cx in [&world.ana, &world.bo, &carl] {
        world.wait(cx, 1, true).await.unwrap();
        let by = SignedDuration::from_mins(1);
        world.site.services.clock.advance(by);
    }
    let place = async |cx: &Cx| world.page(cx).await.waits.unwrap();
    assert_eq!(
        (
            place(&world.ana).await.position,
            place(&world.ana).await.is_behind
        ),
        (3, true)
    );
    assert_eq!(
        (
            place(&world.bo).await.position,
            place(&world.bo).await.is_behind
        ),
        (1, false)
    );
    assert_eq!(place(&carl).await.position, 2);
    // The host sees the order, and no reason.
    let list = guests(&world.host, world.event, None)
        .await
        .unwrap()
        .waiting;
    let order: Vec<&str> = list.iter().map(|guest| guest.handle.as_str()).collect();
    assert_eq!(order, ["bob", "carl", "ana"]);
    let why = behind(&world.ana).await.unwrap().unwrap();
    let days = why.until.duration_since(world.ana.now()).as_hours() / 24;
    assert!((75..=78).contains(&days), "{days}");
    assert_eq!(behind(&world.bo).await.unwrap(), None);
    // Seats go by that order.
    change(&world.host, key(), seats, 1).await.unwrap();
    assert!(world.is_offered(&world.bo).await.is_some());
    give_back(&world.host, seats).await.unwrap();
    assert!(world.is_offered(&carl).await.is_some());
    assert!(world.is_offered(&world.ana).await.is_none());
    world.sound().await;
    world.edit(|form| form.capacity = "3".into()).await.unwrap();
    assert!(world.is_offered(&world.ana).await.is_some());
}

#[tokio::test]
async fn r14_it_holds_without_smaller_parties_passing_and_for_lists_joined_meanwhile_alone() {
    let world = World::new("1").await;
    world.edit(|form| form.smaller_pass = false).await.unwrap();
    let seat = world.take(&world.host, 1).await.unwrap();
    let carl = world.site.member("carl").await;
    // Joined before: nothing changes, not when they change what they wait for either.
    world.wait(&world.bo, 1, true).await.unwrap();
    missed_events(&world, &world.bo, 3, 1).await;
    world.wait(&world.bo, 1, false).await.unwrap();
    assert!(!world.page(&world.bo).await.waits.unwrap().is_behind);
    missed_events(&world, &world.ana, 4, 1).await;
    world.wait(&world.ana, 1, true).await.unwrap();
    world.wait(&carl, 1, true).await.unwrap();
    assert_eq!(world.page(&world.ana).await.waits.unwrap().position, 3);
    give_back(&world.host, seat).await.unwrap();
    assert_eq!(world.has(&world.bo).await, Some(1));
    world.edit(|form| form.capacity = "2".into()).await.unwrap();
    assert!(world.is_offered(&carl).await.is_some());
    world.sound().await;
}

#[tokio::test]
async fn r14_what_was_long_ago_counts_no_more_and_admins_can_turn_it_off() {
    use crate::moderation::seat_settings::{TypedSeats, change};
    let world = World::new("1").await;
    world.take(&world.host, 1).await.unwrap();
    missed_events(&world, &world.ana, 3, 88).await;
    assert_eq!(behind(&world.ana).await.unwrap(), None);
    missed_events(&world, &world.bo, 5, 1).await;
    assert!(behind(&world.bo).await.unwrap().is_some());
    let admin = world
        .site
        .account("dov", dogear_domain::accounts::Role::Admin)
        .await;
    let typed = TypedSeats {
        hold_minutes: "10".into(),
        missed: "no".into(),
        reason: String::new(),
    };
    change(&admin, &typed).await.unwrap();
    assert_eq!(behind(&world.bo).await.unwrap(), None);
    world.wait(&world.bo, 1, true).await.unwrap();
    world.wait(&world.ana, 1, true).await.unwrap();
    assert_eq!(world.page(&world.bo).await.waits.unwrap().position, 1);
}

#[tokio::test]
async fn r14_ranks_count_while_the_site_counts_missed_events_and_no_longer() {
    use crate::moderation::seat_settings::{TypedSeats, change};
    let world = World::new("1").await;
    let seat = world.take(&world.host, 1).await.unwrap();
    missed_events(&world, &world.ana, 3, 10).await;
    for cx in [&world.ana, &world.bo] {
        world.wait(cx, 1, true).await.unwrap();
        let by = SignedDuration::from_mins(1);
        world.site.services.clock.advance(by);
    }
    let place = async |cx: &Cx| {
        let waits = world.page(cx).await.waits.unwrap();
        (waits.position, waits.is_behind)
    };
    let admin = world
        .site
        .account("dov", dogear_domain::accounts::Role::Admin)
        .await;
    let counts = async |missed: &str| {
        let typed = TypedSeats {
            hold_minutes: "10".into(),
            missed: missed.into(),
            reason: String::new(),
        };
        change(&admin, &typed).await.unwrap();
    };
    assert_eq!(place(&world.ana).await, (2, true));
    counts("no").await;
    assert_eq!(place(&world.ana).await, (1, false));
    assert_eq!(place(&world.bo).await, (2, false));
    counts("yes").await;
    assert_eq!(place(&world.ana).await, (2, true));
    assert_eq!(place(&world.bo).await, (1, false));
    counts("no").await;
    give_back(&world.host, seat).await.unwrap();
    assert!(world.is_offered(&world.ana).await.is_some());
    world.sound().await;
}

#[tokio::test]
async fn r14_who_had_come_after_all_is_behind_nobody_any_more() {
    let world = World::new("4").await;
    missed_events(&world, &world.ana, 2, 10).await;
    let of_ana = world.take(&world.ana, 1).await.unwrap();
    let of_bo = world.take(&world.bo, 1).await.unwrap();
    world.minutes_before(10).await;
    world.let_in(of_bo, None).await.unwrap();
    let came = world.host.now();
    let clock = &world.site.services.clock;
    clock.advance(SignedDuration::from_mins(10 + 120 + 181));
    crate::events::door::close_doors(&world.host).await.unwrap();
    let other = published(&world.host, 10, "1").await;
    take(&world.host, key(), other, 1).await.unwrap();
    let wish = Wish {
        party: 1,
        accepts_fewer: false,
        auto_confirm: true,
    };
    for cx in [&world.ana, &world.bo] {
        join(cx, key(), other, wish).await.unwrap();
    }
    let place = async |cx: &Cx| page(cx, other).await.unwrap().waits.unwrap();
    let before = place(&world.ana).await;
    assert_eq!((before.position, before.is_behind), (2, true));
    // A device that had no connection sends what it has noted.
    let note = Note {
        key: Uuid::new_v4(),
        booking: Some(of_ana),
        code: String::new(),
        party: None,
        at: came,
    };
    let told = take_notes(&world.host, world.event, &[note]).await.unwrap();
    assert_eq!(told[0].state, NoteState::In, "{told:?}");
    let after = place(&world.ana).await;
    assert_eq!((after.position, after.is_behind), (1, false));
    world.sound().await;
}

/// However many wait, the next one is found by the indexes: no list is read as a whole.
#[tokio::test]
async fn r14_the_next_one_is_found_by_an_index() {
    let world = World::new("1").await;
    let plan: Vec<String> = {
        let mut tx = world.host.begin().await.unwrap();
        sqlx::query("set local enable_seqscan = off")
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query("set local enable_sort = off")
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query_scalar(
            "explain (costs off) select * from seat_waitlist
             where occurrence_id = 1 and state = 'waiting' and party_size = 2
             order by rank, queued_at, id limit 1",
        )
        .fetch_all(&mut *tx)
        .await
        .unwrap()
    };
    let plan = plan.join("\n");
    // Which of the three suits best depends on how many wait.
    assert!(
        plan.contains("Index Scan using seat_waitlist_ranked_"),
        "{plan}"
    );
    assert!(!plan.contains("Sort"), "{plan}");
}
