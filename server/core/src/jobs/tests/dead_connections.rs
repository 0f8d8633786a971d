//! Connections to PostgreSQL that go dead without a word.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::db;

/// A way to PostgreSQL. Connections can go dead on it: nothing passes any more, and nobody
/// closes them.
struct Way {
    address: SocketAddr,
    alive: Arc<Mutex<CancellationToken>>,
}

impl Way {
    async fn to(server: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let alive = Arc::new(Mutex::new(CancellationToken::new()));
        let current = alive.clone();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let mut server = TcpStream::connect(&server).await.unwrap();
                let dead = current
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clone();
                tokio::spawn(async move {
                    let copying = tokio::io::copy_bidirectional(&mut client, &mut server);
                    if dead.run_until_cancelled(copying).await.is_none() {
                        // Both ends stay open.
                        std::future::pending::<()>().await;
                    }
                });
            }
        });
        Self { address, alive }
    }

    /// Every connection there is goes dead; new ones are well.
    fn go_dead(&self) {
        let mut alive = self.alive.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *alive).cancel();
    }
}

#[tokio::test]
async fn k04_jobs_and_schedules_outlive_dead_connections() {
    let site = site().await;
    let mut url = url::Url::parse(&site.database_url).unwrap();
    let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
    let way = Way::to(server).await;
    url.set_ip_host(way.address.ip()).unwrap();
    url.set_port(Some(way.address.port())).unwrap();
    let services = Services {
        db: db::connect(url.as_str(), 6).await.unwrap(),
        redis: site.services.redis.clone(),
        redis_breaker: crate::breaker::Breaker::default(),
        clock: site.services.clock.clone(),
        settings: site.services.settings.clone(),
        wake_relay: tokio::sync::Notify::new(),
        jobs: kinds(),
        hooks: site.services.hooks,
        photos: site.services.photos.clone(),
    };
    let schedule = schedule::Schedule {
        name: "each second",
        when: schedule::Interval::Every(jiff::SignedDuration::from_secs(1)),
        run: |_| Box::pin(async { Ok(()) }),
    };
    let last_run = async || -> Option<bool> {
        sqlx::query_scalar("select last_run_at > now() - interval '12 seconds' from schedules")
            .fetch_optional(&site.services.db)
            .await
            .unwrap()
            .flatten()
    };
    let stop = CancellationToken::new();
    let all = run(Arc::new(services), vec![schedule], 2, stop.clone());
    let all = tokio::spawn(all);
    for round in ["before", "after"] {
        push_write(&site, round).await;
        let start = std::time::Instant::now();
        while !written(&site).await.contains(&round.to_owned()) || last_run().await != Some(true) {
            let waited = start.elapsed();
            assert!(waited < Duration::from_mins(4), "nothing is done {round}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        way.go_dead();
    }
    stop.cancel();
    all.abort();
}
