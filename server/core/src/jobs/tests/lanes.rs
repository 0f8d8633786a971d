//! What holds up which jobs, and what finds those that the queue never got.

use super::*;

/// With Redis and without it.
#[tokio::test]
async fn k02_jobs_that_hang_hold_up_none_but_their_own_kind() {
    for redis in [true, false] {
        let site = site().await;
        let services = if redis {
            site.services.clone()
        } else {
            without_redis(&site)
        };
        let mut conn = site.services.db.acquire().await.unwrap();
        for number in 0..10 {
            let key = format!("hang {number}");
            push(&mut conn, &Hang {}, &key, None).await.unwrap();
        }
        let stop = CancellationToken::new();
        let all = tokio::spawn(run(services, Vec::new(), 2, stop.clone()));
        let hanging = async || -> i64 {
            sqlx::query_scalar("select count(*) from outbox where state = 'running'")
                .fetch_one(&site.services.db)
                .await
                .unwrap()
        };
        eventually("their places are taken", async || hanging().await >= 2).await;
        for word in ["ann", "ben", "cleo"] {
            push_write(&site, word).await;
        }
        let all_written = async || written(&site).await == ["ann", "ben", "cleo"];
        eventually("the others are done", all_written).await;
        assert_eq!(hanging().await, 2, "as many as they have places");
        stop.cancel();
        all.abort();
    }
}

/// Redis is full, say: what the relay puts there is refused, and workers find an empty list.
#[tokio::test]
async fn k03_workers_find_what_the_queue_never_got() {
    let site = site().await;
    push_write(&site, "waiting").await;
    push_write(&site, "lost").await;
    sql(
        &site,
        "update outbox set run_at = now() - interval '10 minutes';
         update outbox set queued_at = now() - interval '1 minute' where dedupe_key = 'lost'",
    )
    .await;
    let oldest = oldest_due(&site.services.db).await.unwrap().unwrap();
    assert_eq!(oldest.as_secs() / 60, 10);
    let stop = CancellationToken::new();
    // No relay.
    let cx = Cx::system(site.services.clone());
    let task = tokio::spawn(worker::run(cx, 2, stop.clone()));
    eventually("both are done", async || all_done(&site.services).await).await;
    stop.cancel();
    task.await.unwrap();
    assert_eq!(written(&site).await, ["lost", "waiting"]);
    assert_eq!(oldest_due(&site.services.db).await.unwrap(), None);
}
