//! Naming an event while it is cancelled.

use dogear_domain::fields::CancelReason;
use tokio::task::JoinSet;

use super::meetings::{Evening, on, published};
use super::*;
use crate::testing::races::{patient, with};
use crate::{Error, events};

/// As if its host had just cancelled the event, and looked for trades, before the chooser looks.
#[tokio::test]
async fn whoever_names_an_event_waits_for_whoever_cancels_it() {
    let evening = Evening::new().await;
    let ana = evening.world.ana.clone();
    evening.take(&ana).await;
    let mut cancelling = evening.host.db().begin().await.unwrap();
    sqlx::query("update event_occurrences set state = 'cancelled' where id = $1")
        .bind(evening.occurrence)
        .execute(&mut *cancelling)
        .await
        .unwrap();
    let (trade, occurrence) = (evening.trade, evening.occurrence);
    let naming = tokio::spawn(async move { meet_at(&ana, key(), trade, occurrence).await });
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert!(!naming.is_finished(), "it waits");
    cancelling.commit().await.unwrap();
    assert_eq!(on(naming.await.unwrap()), "occurrence");
    assert_eq!(evening.noted().await, [""; 0]);
}

/// Either the event is seen to be cancelled, or whoever cancels it finds the trade.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_trade_names_a_cancelled_event_without_a_word() {
    let evening = Evening::new().await;
    let services = patient(&evening.world.site, 8).await;
    let (ana, host) = (
        with(&evening.world.ana, &services),
        with(&evening.host, &services),
    );
    for _ in 0..12 {
        let (event, occurrence) = published(&host, 10).await;
        events::take(&ana, key(), event, 1).await.unwrap();
        let trade = evening.trade;
        let mut tasks = JoinSet::new();
        let chooser = ana.clone();
        tasks.spawn(async move {
            match meet_at(&chooser, key(), trade, occurrence).await {
                Ok(()) | Err(Error::Invalid(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        });
        let canceller = host.clone();
        tasks.spawn(async move {
            let why = CancelReason::default();
            events::cancel(&canceller, event, &why).await.unwrap();
        });
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
        evening.world.site.run_jobs().await;
        let unsaid: Vec<i64> = sqlx::query_scalar(
            "select m.occurrence_id from trade_meetings m join event_occurrences o on o.id = m.occurrence_id
             where o.state = 'cancelled' and not exists (
               select from trade_events e where e.trade_id = m.trade_id and e.kind = 'meeting_cancelled'
                 and (e.data ->> 'meeting')::bigint = o.id)",
        )
        .fetch_all(host.db())
        .await
        .unwrap();
        assert_eq!(unsaid, Vec::<i64>::new());
    }
    evening.world.sound().await;
}
