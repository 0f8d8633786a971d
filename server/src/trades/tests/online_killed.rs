//! Paying online, with a server that dies between an attempt, the question and its answer.

use std::time::Duration;

use dogear_domain::trades::PaymentState;

use super::online::Shop;
use super::*;
use crate::testing::payments::Trick;

/// So long the payment service takes, while somebody dies.
const SLOW: Duration = Duration::from_millis(20);

impl Shop {
    /// Whoever does this dies after so many milliseconds; what they have asked the payment service
    /// for by then is done there.
    async fn killed<T: Send + 'static>(
        &self,
        after: u64,
        doing: impl Future<Output = T> + Send + 'static,
    ) {
        self.stub.plays([Trick::Delays(SLOW)]);
        let task = tokio::spawn(doing);
        tokio::time::sleep(Duration::from_millis(after)).await;
        task.abort();
        let _ = task.await;
        tokio::time::sleep(3 * SLOW).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_dies_between_attempt_question_and_answer_pays_once_and_gives_back_once() {
    let shop = Shop::new().await;
    for (round, after) in [0, 5, 10, 15, 20, 30, 40, 55].into_iter().enumerate() {
        let times = i64::try_from(round).unwrap() + 1;
        let trade = shop.bought(0, Method::Post).await;

        let ana = shop.world.ana.clone();
        shop.killed(
            after,
            async move { start_payment(&ana, key(), trade).await },
        )
        .await;
        start_payment(&shop.world.ana, key(), trade).await.unwrap();
        assert_eq!(shop.stub.state().sessions.len(), round + 1, "{after} ms");
        let attempts = "select count(*) from payment_attempts";
        assert_eq!(shop.count(attempts).await, times, "{after} ms");

        assert!(shop.stub.pay());
        let ana = shop.world.ana.clone();
        shop.killed(after, async move { check_now(&ana, trade).await })
            .await;
        // On a busy machine the service may not answer the first time.
        for _ in 0..3 {
            shop.later(11).await;
        }
        assert_eq!(shop.money(trade).await, PaymentState::Paid, "{after} ms");
        let confirmed = "select count(*) from trade_events where kind = 'payment_confirmed'";
        assert_eq!(shop.count(confirmed).await, times, "{after} ms");

        cancel(&shop.world.bo, key(), trade, &Reason::default())
            .await
            .unwrap();
        let system = shop.system();
        shop.killed(after, async move { crate::jobs::run_due(&system).await })
            .await;
        for _ in 0..3 {
            shop.later(11).await;
        }
        assert_eq!(shop.returned(), vec![850; round + 1], "{after} ms");
        assert_eq!(shop.money(trade).await, PaymentState::Refunded);
        let refunded = "select count(*) from trade_events where kind = 'refunded'";
        assert_eq!(shop.count(refunded).await, times, "{after} ms");
        shop.world.sound().await;
    }
}
