//! Mail servers and workers that fail half way.

use super::*;

/// A mail server that fails before the message is on its way knows nothing of the mail: it
/// stays, and arrives once the server is well.
#[tokio::test]
async fn k01_a_mail_that_was_never_handed_over_is_tried_again() {
    let each = [
        Behaviour::CutOff,
        Behaviour::Mute,
        Behaviour::Defer,
        Behaviour::HangAtRecipient,
        Behaviour::DropAtRecipient,
    ];
    for behaviour in each {
        let site = TestSite::new().await;
        enqueue(&site, &mail_to("ann@readers.test", "Hello")).await;
        site.dev_mailbox.behave(behaviour);
        for _ in 0..2 {
            site.run_jobs().await;
            let waits = pair("queued", "ready");
            assert_eq!(states(&site).await, waits, "{behaviour:?}");
            assert_eq!(uncertain(&site).await, 0, "{behaviour:?}");
            let_time_pass(&site).await;
        }
        site.dev_mailbox.behave(Behaviour::Accept);
        site.run_jobs().await;
        assert_eq!(states(&site).await, pair("sent", "done"), "{behaviour:?}");
        assert_eq!(site.dev_mailbox.messages().len(), 1, "{behaviour:?}");
    }
}

#[tokio::test]
async fn k01_a_mail_server_may_be_away_for_days() {
    let site = TestSite::new().await;
    enqueue(&site, &mail_to("ann@readers.test", "Hello")).await;
    site.dev_mailbox.behave(Behaviour::CutOff);
    // Ten tries in the first hours, then one an hour or a little more often.
    for _ in 0..10 + 72 {
        site.run_jobs().await;
        assert_eq!(states(&site).await, pair("queued", "ready"));
        let_time_pass(&site).await;
    }
}

#[tokio::test]
async fn k01_a_mail_server_that_allows_few_connections_gets_every_mail_once() {
    let site = TestSite::new().await;
    site.dev_mailbox.behave(Behaviour::Crowded(2));
    let mails = 40;
    for number in 0..mails {
        enqueue(&site, &mail_to("ann@readers.test", &number.to_string())).await;
    }
    let stop = CancellationToken::new();
    let running = jobs::run(site.services.clone(), Vec::new(), 4, stop.clone());
    let running = tokio::spawn(running);
    let mut sent: i64 = 0;
    for _ in 0..1200 {
        // Nobody waits for the next try.
        sqlx::query("update outbox set run_at = now() where state = 'ready'")
            .execute(&site.services.db)
            .await
            .unwrap();
        sent = sqlx::query_scalar("select count(*) from mails where state = 'sent'")
            .fetch_one(&site.services.db)
            .await
            .unwrap();
        if sent == mails {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop.cancel();
    running.await.unwrap();
    assert_eq!(sent, mails);
    assert_eq!(site.dev_mailbox.messages().len() as i64, mails);
}

#[tokio::test]
async fn k01_a_worker_that_dies_before_the_message_leaves_no_doubt() {
    let site = TestSite::new().await;
    enqueue(&site, &mail_to("ann@readers.test", "Hello")).await;
    site.dev_mailbox.behave(Behaviour::Mute);
    for _ in 0..3 {
        let died = tokio::time::timeout(Duration::from_millis(500), site.run_jobs()).await;
        assert!(died.is_err(), "it waits for the greeting");
        // The handler is a task of its own and goes on, as a worker would that was only asleep.
        assert_eq!(uncertain(&site).await, 0);
        let_time_pass(&site).await;
    }
    site.dev_mailbox.behave(Behaviour::Accept);
    site.run_jobs().await;
    assert_eq!(states(&site).await, pair("sent", "done"));
    assert_eq!(site.dev_mailbox.messages().len(), 1);
}

#[tokio::test]
async fn k02_a_server_that_leaves_messages_unanswered_is_left_alone_for_a_moment() {
    let site = TestSite::new().await;
    site.dev_mailbox.behave(Behaviour::DropAfterData);
    for number in 0..10 {
        enqueue(&site, &mail_to("ann@readers.test", &number.to_string())).await;
    }
    site.run_jobs().await;
    assert_eq!(site.dev_mailbox.messages().len(), 3);
    let doubtful: i64 = sqlx::query_scalar("select count(*) from mails where uncertain > 0")
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    assert_eq!(doubtful, 3, "nothing is in doubt about the others");
}

/// The worker was slow, another one has taken its job and done it: whatever comes of the slow
/// one's attempt is not written.
#[tokio::test]
async fn k12_who_has_lost_the_job_writes_nothing_about_its_mail() {
    let each = [
        (Behaviour::Accept, false),
        (Behaviour::Accept, true),
        (Behaviour::Defer, false),
        (Behaviour::Refuse, false),
        (Behaviour::DropAfterData, true),
    ];
    for (behaviour, handed_over) in each {
        let site = TestSite::new().await;
        enqueue(&site, &mail_to("ann@readers.test", "Hello")).await;
        site.dev_mailbox.behave(behaviour);
        site.dev_mailbox.slow_down(Duration::from_millis(700));
        let take_over = async {
            let begun = async || -> bool {
                sqlx::query_scalar("select bool_and(attempts = 1) from outbox")
                    .fetch_one(&site.services.db)
                    .await
                    .unwrap()
            };
            while !begun().await || (handed_over && site.dev_mailbox.messages().is_empty()) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            sqlx::raw_sql(
                "update outbox set attempts = attempts + 1;
                 update mails set state = 'failed', uncertain = 0, last_error = 'theirs'",
            )
            .execute(&site.services.db)
            .await
            .unwrap();
        };
        let both = async { tokio::join!(site.run_jobs(), take_over) };
        tokio::time::timeout(Duration::from_mins(1), both)
            .await
            .expect("the job is taken over");
        let kept: (String, i32, String) =
            sqlx::query_as("select state, uncertain, last_error from mails")
                .fetch_one(&site.services.db)
                .await
                .unwrap();
        let theirs = ("failed".into(), 0, "theirs".into());
        assert_eq!(kept, theirs, "{behaviour:?}, handed over: {handed_over}");
        assert_eq!(site.dev_mailbox.messages().is_empty(), !handed_over);
    }
}
