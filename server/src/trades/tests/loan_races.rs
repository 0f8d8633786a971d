//! Two answers at once about one loan.

use tokio::task::JoinSet;

use super::*;
use crate::testing::races::{patient, with};

/// More time is asked for, and granted while the book is taken back: what holds is what came first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_time_and_the_book_back_at_once_leave_one_of_the_two() {
    for _ in 0..12 {
        let world = World::new().await;
        let trade = world.out(5).await;
        let services = patient(&world.site, 8).await;
        ask_renewal(&world.ana, key(), trade, &world.day(20))
            .await
            .unwrap();
        let back = world.leg(&world.ana, trade).await;
        let (one, two) = (with(&world.bo, &services), with(&world.bo, &services));
        let mut steps = JoinSet::new();
        steps.spawn(async move { receive(&one, key(), trade, back).await.map(|_| true) });
        steps.spawn(async move { grant_renewal(&two, key(), trade).await.map(|_| false) });
        let mut came = Vec::new();
        while let Some(step) = steps.join_next().await {
            came.extend(step.unwrap().ok());
        }
        // The book is back in any case; a day is only moved before.
        assert!(came.contains(&true));
        assert_eq!(world.state(trade).await, TradeState::Completed);
        let kinds = steps_of(&world, trade).await;
        assert_eq!(kinds.last().map(String::as_str), Some("receive"));
        world.sound().await;
    }
}

/// One question, two answers: one of them holds, and is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_answers_to_one_question_are_one() {
    for _ in 0..12 {
        let world = World::new().await;
        let trade = world.out(5).await;
        let services = patient(&world.site, 8).await;
        ask_renewal(&world.ana, key(), trade, &world.day(20))
            .await
            .unwrap();
        let mut answers = JoinSet::new();
        for number in 0..6 {
            let bo = with(&world.bo, &services);
            answers.spawn(async move {
                if number % 2 == 0 {
                    grant_renewal(&bo, key(), trade).await
                } else {
                    refuse_renewal(&bo, key(), trade).await
                }
            });
        }
        let mut held = 0;
        while let Some(answer) = answers.join_next().await {
            held += i32::from(answer.unwrap().is_ok());
        }
        assert_eq!(held, 1, "one question was answered {held} times");
        let kinds = steps_of(&world, trade).await;
        let said = kinds.iter().filter(|kind| kind.ends_with("_renewal"));
        assert_eq!(said.count(), 2, "{kinds:?}");
        world.sound().await;
    }
}

async fn steps_of(world: &World, trade: TradeId) -> Vec<String> {
    sqlx::query_scalar("select kind from trade_events where trade_id = $1 order by seq")
        .bind(trade)
        .fetch_all(&world.site.services.db)
        .await
        .unwrap()
}
