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
    write(&world.ana, key(), trade, &said("Shall we?"))
        .await
        .unwrap();
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
    let waiting = list(&world.ana, Filter::NeedsYou, "", None).await.unwrap();
    assert_eq!(waiting.rows[0].due, None);
    world.says_where(&world.bo, trade).await;
    let waiting = list(&world.ana, Filter::NeedsYou, "", None).await.unwrap();
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
async fn u02_c09_what_waits_is_ordered_by_its_date_and_every_list_has_pages() {
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
            let page = list(ana, filter, "", after).await.unwrap();
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

/// How many the search finds: what waits, what runs, what has ended. Each list has as many lines.
async fn found(cx: &Cx, words: &str) -> [i64; 3] {
    let filters = [Filter::NeedsYou, Filter::Open, Filter::Done];
    let mut numbers = [0; 3];
    for (filter, number) in filters.into_iter().zip(&mut numbers) {
        let page = list(cx, filter, words, None).await.unwrap();
        *number = page.number(filter);
        assert_eq!(page.rows.len() as i64, *number, "{filter:?} {words}");
    }
    let all = list(cx, Filter::All, words, None).await.unwrap();
    assert_eq!(all.rows.len() as i64, numbers[1] + numbers[2], "{words}");
    numbers
}

#[tokio::test]
async fn u02_trades_are_found_by_title_author_and_the_other_reader_in_every_state() {
    let world = World::new().await;
    let (ana, bo) = (&world.ana, &world.bo);
    let cai = world.site.member("cai_b").await;
    sqlx::query("update users set display_name = 'Caïn O’Brien' where id = $1")
        .bind(id(&cai))
        .execute(ana.db())
        .await
        .unwrap();
    let cais = [copy(&world.site, &cai, "L’Étranger").await];
    sqlx::query(
        "update works set author_line = 'Åsa Lövgren', author_key = 'asa lovgren'
         where id = (select work_id from copies where id = $1)",
    )
    .bind(cais[0])
    .execute(ana.db())
    .await
    .unwrap();
    // Ended with Bo, running with Bo, and one of Cai's that waits for Ana.
    let ended = world.proposed().await;
    decline(bo, key(), ended, &Reason::default()).await.unwrap();
    world.proposed().await;
    world.propose(&cai, "ana", &cais, &world.anas[2..]).await;
    assert_eq!(found(ana, "").await, [1, 2, 1]);
    for (words, numbers) in [
        // One's own book and the other's, whole or in part.
        ("book 1", [0, 1, 1]),
        ("Ana’s BOOK 3", [1, 1, 0]),
        ("bobs boo", [0, 1, 1]),
        ("letranger", [1, 1, 0]),
        ("l'etranger", [1, 1, 0]),
        ("lovgren", [1, 1, 0]),
        // Whom one trades with, by handle and by name.
        ("@cai_b", [1, 1, 0]),
        ("o'brien", [1, 1, 0]),
        ("bob", [0, 1, 1]),
        // Every word counts, wherever it stands; and oneself is in all of them.
        ("etranger cain", [1, 1, 0]),
        ("etranger bob", [0, 0, 0]),
        ("Tolstoy", [0, 0, 0]),
        // Nothing that could be found: no search.
        (" ?! ", [1, 2, 1]),
    ] {
        assert_eq!(found(ana, words).await, numbers, "{words}");
    }
    // Only in one's own.
    assert_eq!(found(bo, "letranger").await, [0, 0, 0]);
    // What was once offered and is not any more is not searched.
    let trade = list(ana, Filter::Open, "etranger", None)
        .await
        .unwrap()
        .rows[0]
        .id;
    let seen = page(ana, trade).await.unwrap().seen;
    let books = Books {
        gives: world.anas[1..2].to_vec(),
        gets: cais.to_vec(),
        gift: true,
    };
    counter(
        ana,
        key(),
        trade,
        seen,
        &books,
        Method::Post,
        &Message::default(),
    )
    .await
    .unwrap();
    assert_eq!(found(&cai, "book 3").await, [0, 0, 0]);
    assert_eq!(found(&cai, "book 2").await, [1, 1, 0]);
}

#[tokio::test]
async fn u02_what_is_found_has_pages_like_every_list() {
    let world = World::new().await;
    let ana = &world.ana;
    sqlx::query(
        "with more as (insert into trades (state, opened_by, updated_at)
             select 'declined', $1, now() - n * interval '1 minute'
             from generate_series(1, 120) as n returning id),
         put as (insert into trade_revisions (trade_id, number, author_id) select id, 1, $1 from more)
         insert into trade_parties (trade_id, user_id, position)
         select id, $1, 1 from more union all select id, $2, 2 from more where id % 2 = 0",
    )
    .bind(id(ana))
    .bind(id(&world.bo))
    .execute(ana.db())
    .await
    .unwrap();
    let first = list(ana, Filter::All, "bob", None).await.unwrap();
    assert_eq!((first.rows.len(), first.number(Filter::All)), (50, 60));
    let rest = list(ana, Filter::All, "bob", first.next).await.unwrap();
    assert_eq!((rest.rows.len(), rest.next), (10, None));
}
