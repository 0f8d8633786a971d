//! Log-ins: whether their time tells a known account from an unknown one, and what
//! a crowd of them does to the other readers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dogear_server::accounts::{self, Credentials};
use dogear_server::{Cx, Services};
use tokio_util::sync::CancellationToken;

use super::Options;
use super::load::load;
use dogear::commands::Failure;

/// Tries per kind of account.
const TRIES: usize = 100;
/// Log-ins under way at once.
const CROWD: usize = 200;

/// Measures and prints two lines.
///
/// # Errors
/// When a log-in is not refused as it should be, or the load cannot be made.
pub(super) async fn measure(
    services: &Arc<Services>,
    address: &str,
    options: &Options,
) -> Result<(), Failure> {
    let known: String = sqlx::query_scalar(
        "update users set password_hash = $1 where id = (select min(id) from users) returning handle",
    )
    .bind(accounts::hash_password("three unrelated words").await?)
    .fetch_one(&services.db)
    .await?;
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..TRIES {
        for (times, login) in times.iter_mut().zip([known.as_str(), "nobody_at_all"]) {
            let start = Instant::now();
            refused(services, login).await?;
            times.push(start.elapsed());
        }
    }
    let [known_time, unknown_time] = times.map(median);
    println!(
        "refused log-in: {:.2} ms for a known account, {:.2} ms for an unknown one (ratio {:.3})",
        known_time * 1000.0,
        unknown_time * 1000.0,
        known_time / unknown_time
    );
    let home = format!("{address}/");
    let idle = load(&home, None, options).await?;
    let stop = CancellationToken::new();
    let crowd: Vec<_> = (0..CROWD)
        .map(|_| {
            let (services, stop, login) = (Arc::clone(services), stop.clone(), known.clone());
            tokio::spawn(async move {
                let mut done = 0u32;
                while !stop.is_cancelled() {
                    match refused(&services, &login).await {
                        Ok(()) => done += 1,
                        // Turned away at the gate: a browser would wait, too.
                        Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                    }
                }
                done
            })
        })
        .collect();
    let start = Instant::now();
    let crowded = load(&home, None, options).await;
    let time = start.elapsed().as_secs_f64();
    stop.cancel();
    let mut checked = 0;
    for member in crowd {
        checked += member.await?;
    }
    let crowded = crowded?;
    println!(
        "home: p99 {:.2} ms, with {CROWD} log-ins under way {:.2} ms (ratio {:.1}); {:.0} passwords/s checked",
        idle.p99_ms,
        crowded.p99_ms,
        crowded.p99_ms / idle.p99_ms,
        f64::from(checked) / time
    );
    Ok(())
}

/// One log-in with a wrong password.
async fn refused(services: &Arc<Services>, login: &str) -> Result<(), Failure> {
    let form = Credentials {
        login: login.to_owned(),
        password: "not this one".to_owned(),
    };
    match accounts::log_in(&Cx::system(Arc::clone(services)), &form).await {
        Err(dogear_server::Error::Invalid(_)) => Ok(()),
        Err(error) => Err(error.into()),
        Ok(_) => Err("a wrong password was taken".into()),
    }
}

/// The median, in seconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times
        .get(times.len() / 2)
        .map_or(0.0, Duration::as_secs_f64)
}
