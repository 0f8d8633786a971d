//! Workers and Redis are killed while mail is on its way and readers trade: nothing is
//! lost, nothing is done twice.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use dogear_domain::trades::Method;
use dogear_server::mail::{self, NewMail, Rendered};
use dogear_server::notifications::Kind;
use dogear_server::testing::TestSite;
use dogear_server::trades::{self, Shipment};
use dogear_server::{Cx, Result};

use super::processes::{Process, Redis};
use super::trading::agreed;

const MAILS: usize = 200;

async fn open_jobs(site: &TestSite) -> i64 {
    sqlx::query_scalar("select count(*) from outbox where state in ('ready', 'running')")
        .fetch_one(&site.services.db)
        .await
        .expect("PostgreSQL answers")
}

/// One trade of two new books, from the proposal to the second receipt.
async fn trade(ana: &Cx, bob: &Cx, number: i64) -> Result<()> {
    let id = agreed(ana, bob, Method::Post, &format!("Number {number}")).await?;
    for (from, to) in [(ana, bob), (bob, ana)] {
        let giver = from.reader()?.id;
        let legs = trades::page(from, id).await?.legs;
        for leg in legs.iter().filter(|leg| leg.from == giver) {
            trades::send(from, None, id, leg.id, &Shipment::default()).await?;
            trades::receive(to, None, id, leg.id).await?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_workers_and_redis_loses_nothing_and_does_nothing_twice() {
    let site = TestSite::new().await;
    let mut redis = Redis::start().await;
    let (ana, bob) = (site.member("ana").await, site.member("bob").await);
    let reader = ana.actor.clone().expect("signed in");
    let mut conn = site.services.db.acquire().await.expect("a connection");
    for n in 0..MAILS {
        let content = Rendered {
            subject: format!("Number {n}"),
            text: "text".into(),
            html: "<p>text</p>".into(),
            calendar: None,
        };
        let new = NewMail {
            user: Some(reader.id),
            to: reader.email.clone(),
            kind: Kind::Security.as_str(),
            dedupe_key: format!("crash:{n}"),
            content,
            trade: None,
            not_before: None,
            not_after: None,
            unsubscribe_url: None,
        };
        // Each one twice: the second must change nothing.
        mail::queue(&mut conn, &new).await.expect("queued");
        mail::queue(&mut conn, &new).await.expect("queued again");
    }
    drop(conn);

    let mut kills = 0;
    let over = AtomicBool::new(false);
    let killing = async {
        for round in 0..6 {
            let mut running = Process::worker(&site, &redis);
            tokio::time::sleep(Duration::from_millis(400 + 70 * round)).await;
            if round % 3 == 1 {
                redis.crash();
                redis.come_back().await;
            }
            running.kill();
            kills += 1;
        }
        over.store(true, Ordering::Relaxed);
        redis
    };
    let trading = async {
        let mut completed = 0_i64;
        while !over.load(Ordering::Relaxed) {
            trade(&ana, &bob, completed).await.expect("a whole trade");
            completed += 1;
        }
        completed
    };
    let (redis, traded) = tokio::join!(killing, trading);
    let last = Process::worker(&site, &redis);
    let start = Instant::now();
    while open_jobs(&site).await > 0 {
        assert!(start.elapsed() < Duration::from_mins(1), "jobs stay open");
        // A dead worker's lease ends after a minute; the test does not wait for it.
        sqlx::query("update outbox set lease_until = now() - interval '1 second', run_at = least(run_at, now()), queued_at = null where state = 'running' and lease_until < now() + interval '50 seconds' or state = 'ready'")
            .execute(&site.services.db)
            .await
            .expect("PostgreSQL answers");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    drop((last, redis));

    let mut arrived: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for message in site.dev_mailbox.messages() {
        let id = message
            .header("Message-ID")
            .expect("each has one")
            .to_owned();
        arrived.entry(message.subject).or_default().push(id);
    }
    let (sent, unsent, dead, completed, untold): (i64, i64, i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from mails where state = 'sent' and dedupe_key like 'crash:%'),
                (select count(*) from mails where state <> 'sent'),
                (select count(*) from outbox where state = 'dead'),
                (select count(*) from trades where state = 'completed'),
                (select count(*) from trade_events e where e.to_state = 'agreed' and e.from_state = 'proposed'
                   and not exists (select from notifications n where n.dedupe_key like 'trade_event:' || e.id || ':%'))",
    )
    .fetch_one(&site.services.db)
    .await
    .expect("PostgreSQL answers");
    assert_eq!((sent, unsent, dead), (MAILS as i64, 0, 0));
    assert!(traded > 0, "nobody has traded");
    assert_eq!((completed, untold), (traded, 0));
    let violations = trades::invariants::violations(&site.services.db).await;
    assert_eq!(
        violations.expect("PostgreSQL answers"),
        Vec::<String>::new()
    );
    let numbered = arrived
        .keys()
        .filter(|subject| subject.starts_with("Number "))
        .count();
    assert_eq!(numbered, MAILS, "every mail arrived");
    // A worker that dies between handing a mail over and noting it cannot know: the
    // mail is sent once more, under the same Message-ID, so that readers see one.
    arrived.retain(|subject, _| subject.starts_with("Number "));
    let again = arrived.values().filter(|ids| ids.len() > 1).count();
    assert!(
        again <= kills * 4,
        "{again} mails were sent again after {kills} kills"
    );
    for (subject, ids) in arrived {
        assert!(ids.iter().all(|id| *id == ids[0]), "{subject}: {ids:?}");
    }
}
