//! The inbox comes to rest, and what waits is listed by its date.

use jiff::SignedDuration;

use super::sweeps::sweep;
use super::*;
use crate::notifications;

/// Kinds of the reader's unread notices, oldest first, once every job is done.
async fn unread(world: &World, cx: &Cx) -> Vec<String> {
    world.site.run_jobs().await;
    sqlx::query_scalar(
        "select kind from notifications where user_id = $1 and read_at is null order by id",
    )
    .bind(id(cx))
    .fetch_all(&world.site.services.db)
    .await
    .unwrap()
}

#[tokio::test]
async fn u01_a_notice_whose_step_is_over_closes_itself_and_own_acts_wait_for_nobody() {
    let world = World::new().await;
    let (ana, bo) = (&world.ana, &world.bo);
    let trade = world.proposed().await;
    assert_eq!(unread(&world, bo).await, ["trade_proposed"]);
    // Answered: nothing of it waits any more, and the answer is no news to who gave it.
    world.accept(bo, trade).await.unwrap();
    assert_eq!(unread(&world, bo).await, Vec::<String>::new());
    assert_eq!(world.told(bo).await, ["trade_proposed", "trade_accepted"]);
    assert_eq!(unread(&world, ana).await, ["trade_accepted"]);
    // Received: the parcel is no longer on its way. The other's step closes nothing of one's own.
    let leg = world.post(ana, trade).await;
    assert_eq!(unread(&world, bo).await, ["parcel_sent"]);
    world.post(bo, trade).await;
    assert_eq!(unread(&world, bo).await, ["parcel_sent"]);
    receive(bo, key(), trade, leg).await.unwrap();
    assert_eq!(unread(&world, bo).await, Vec::<String>::new());
    // Withdrawn: the proposal asks nobody for an answer.
    let taken_back = world
        .propose(ana, "bob", &world.anas[2..], &world.bos[1..2])
        .await;
    assert_eq!(unread(&world, bo).await, ["trade_proposed"]);
    withdraw(ana, key(), taken_back).await.unwrap();
    assert_eq!(unread(&world, bo).await, ["trade_withdrawn"]);
    world.sound().await;
}

#[tokio::test]
async fn u01_looking_at_a_trade_reads_what_was_told_of_it_and_nothing_else() {
    let world = World::new().await;
    let trade = world.proposed().await;
    let other = world
        .propose(&world.ana, "bob", &world.anas[2..], &world.bos[1..2])
        .await;
    write(&world.ana, key(), trade, "Shall we?").await.unwrap();
    assert_eq!(unread(&world, &world.bo).await.len(), 3);
    let mut bo = world.bo.clone();
    bo.actor.as_mut().unwrap().unread = 3;
    assert_eq!(notifications::seen(&bo, trade).await.unwrap(), 2);
    assert_eq!(notifications::seen(&bo, trade).await.unwrap(), 0);
    assert_eq!(unread(&world, &world.bo).await, ["trade_proposed"]);
    // Whoever is no party reads nothing by it.
    let mut cai = world.site.member("caius").await;
    cai.actor.as_mut().unwrap().unread = 1;
    assert_eq!(notifications::seen(&cai, other).await.unwrap(), 0);
    assert_eq!(unread(&world, &world.bo).await, ["trade_proposed"]);
}

#[tokio::test]
async fn u01_that_a_parcel_is_late_is_over_for_both_when_it_leaves() {
    let world = World::new().await;
    let trade = world.agreed().await;
    // As long as nobody has said where it goes, it has no date.
    let waiting = list(&world.ana, Filter::NeedsYou, None).await.unwrap();
    assert_eq!(waiting.rows[0].due, None);
    world.says_where(&world.bo, trade).await;
    let waiting = list(&world.ana, Filter::NeedsYou, None).await.unwrap();
    assert!(waiting.rows[0].due.is_some());
    world.post(&world.bo, trade).await;
    for days in [5, 3] {
        let time = SignedDuration::from_hours(24 * days);
        world.site.advance(time);
        let cx = Cx::system(world.site.services.clone());
        sweep(&cx).await.unwrap();
    }
    let late = "parcel_overdue".to_owned();
    for cx in [&world.ana, &world.bo] {
        assert!(unread(&world, cx).await.contains(&late));
    }
    world.post(&world.ana, trade).await;
    for cx in [&world.ana, &world.bo] {
        assert!(!unread(&world, cx).await.contains(&late));
    }
}

#[tokio::test]
async fn u02_what_waits_is_ordered_by_its_date_and_c09_every_list_has_pages() {
    let world = World::new().await;
    let ana = &world.ana;
    // Changed later, due earlier.
    sqlx::query(
        "with more as (insert into trades (state, opened_by, reply_due, updated_at)
             select 'proposed', $1, now() + n % 7 * interval '1 day',
               now() - n * interval '1 minute'
             from generate_series(1, 120) as n returning id),
         put as (insert into trade_revisions (trade_id, number, author_id) select id, 1, $1 from more)
         insert into trade_parties (trade_id, user_id, position, accepted_revision)
         select id, $1, 1, 1 from more union all select id, $2, 2, null from more",
    )
    .bind(id(&world.bo))
    .bind(id(ana))
    .execute(ana.db())
    .await
    .unwrap();
    for filter in [Filter::NeedsYou, Filter::Open] {
        let mut rows: Vec<Row> = Vec::new();
        let mut after = None;
        let mut sizes = Vec::new();
        loop {
            let page = list(ana, filter, after).await.unwrap();
            assert_eq!((page.open, page.done), (120, 0));
            sizes.push(page.rows.len());
            rows.extend(page.rows);
            // As it travels in an address.
            let Some(next) = page.next else { break };
            after = Key::parse(&next.to_string());
            assert_eq!(after, Some(next));
        }
        assert_eq!(sizes, [50, 50, 20], "{filter:?}");
        let mut ids: Vec<TradeId> = rows.iter().map(|row| row.id).collect();
        match filter {
            Filter::NeedsYou => assert!(rows.is_sorted_by_key(|row| {
                let later = ana.now() + SignedDuration::from_hours(24 * 400);
                (row.due.unwrap_or(later), row.id)
            })),
            _ => assert!(rows.is_sorted_by(|one, next| one.updated_at >= next.updated_at)),
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 120, "{filter:?}");
    }
    assert_eq!(Key::parse("nonsense"), None);
}
