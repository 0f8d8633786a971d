//! A private PostgreSQL and Redis for people who configure neither.
//!
//! The programs are the installed ones; their data lives in Dogear's data folder, they listen on
//! free loopback ports with generated passwords, and they end when Dogear ends, however it ends.
//! The work is done by [`dogear_local_services`], which knows nothing of async; this module keeps
//! it off the runtime's own threads, and starts again what ends by itself.

use std::{
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use dogear_local_services::{Services, Settings, Stopping};
use tokio::sync::watch;

pub use dogear_local_services::EmbeddedError;

/// How often is looked whether they run.
const LOOK: Duration = Duration::from_millis(250);
/// The longest wait before one is started again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// So often one is started in vain, each time after a longer wait, before it is given up.
const TRIES: u32 = 8;
/// One that has run for so long is well again.
const WELL: Duration = Duration::from_mins(1);

/// The running private services. Dropping it stops them too, blocking for up to ten seconds each.
pub struct Embedded {
    services: Arc<Mutex<Option<Services>>>,
    stopping: Stopping,
    database_url: Option<String>,
    redis_url: Option<String>,
    notices: Vec<String>,
    given_up: watch::Receiver<Option<String>>,
}

/// Starts the wanted services with their data in `data_dir` and returns once they answer.
///
/// The first start creates the database, which takes a few seconds; later ones take about one.
///
/// # Errors
/// Each [`EmbeddedError`] says what is wrong and what helps, in words for the person at the
/// terminal.
pub async fn start(
    data_dir: &Path,
    want_postgres: bool,
    want_redis: bool,
) -> Result<Embedded, EmbeddedError> {
    let settings = Settings {
        data_dir: data_dir.to_owned(),
        postgres: want_postgres,
        redis: want_redis,
        durable: true,
    };
    let services = tokio::task::spawn_blocking(move || Services::start(&settings))
        .await
        .map_err(|error| EmbeddedError::Thread(io::Error::other(error)))??;
    let (give_up, given_up) = watch::channel(None);
    let embedded = Embedded {
        database_url: services.database_url().map(str::to_owned),
        redis_url: services.redis_url().map(str::to_owned),
        notices: services.notices().to_vec(),
        stopping: services.stopping(),
        services: Arc::new(Mutex::new(Some(services))),
        given_up,
    };
    let services = Arc::clone(&embedded.services);
    thread::Builder::new()
        .name("watch".into())
        .spawn(move || {
            if let Some(cause) = keep_alive(&services) {
                // Nobody listens only when the process is ending anyway.
                let _ = give_up.send(Some(cause));
            }
        })
        .map_err(EmbeddedError::Thread)?;
    Ok(embedded)
}

/// Starts again what has ended by itself, until the services are stopped: then nothing; or until
/// one does not stay up: then why.
fn keep_alive(services: &Mutex<Option<Services>>) -> Option<String> {
    let mut tries = 0;
    let mut last = Instant::now();
    let mut wait = LOOK;
    loop {
        thread::sleep(wait);
        wait = LOOK;
        let mut services = services.lock().unwrap_or_else(PoisonError::into_inner);
        let services = services.as_mut()?;
        if services.stopping().is_set() {
            return None;
        }
        let revived = services.revive();
        let mut causes = Vec::new();
        if !revived.names.is_empty() {
            let names = revived.names.join(" and ");
            tracing::error!(names, "a private service had ended and was started again");
            causes.push(format!("{names} ends again and again"));
        }
        for error in revived.errors {
            if matches!(error, EmbeddedError::Stopping) {
                return None;
            }
            tracing::error!(%error, "a private service has ended and does not start");
            causes.push(error.to_string());
        }
        if causes.is_empty() {
            if last.elapsed() > WELL {
                tries = 0;
            }
            continue;
        }
        last = Instant::now();
        tries += 1;
        if tries >= TRIES {
            return Some(causes.join("\n"));
        }
        wait = LONGEST_WAIT.min(LOOK * 2_u32.pow(tries - 1));
    }
}

impl Embedded {
    /// The address of the `dogear` database, when PostgreSQL was wanted.
    pub fn database_url(&self) -> Option<&str> {
        self.database_url.as_deref()
    }

    /// The address of Redis, when it was wanted.
    pub fn redis_url(&self) -> Option<&str> {
        self.redis_url.as_deref()
    }

    /// Sentences the person who started Dogear should read, such as an unusual place for data.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Comes when one of them has ended and does not stay up, with the cause.
    pub async fn given_up(&self) -> String {
        let mut given_up = self.given_up.clone();
        match given_up.wait_for(Option::is_some).await {
            Ok(cause) => cause.clone().unwrap_or_default(),
            // They were stopped.
            Err(_) => std::future::pending().await,
        }
    }

    /// Stops both services cleanly, each within ten seconds; after that they are killed.
    pub async fn stop(self) {
        // A failure to join means the runtime is going away, and with it the services.
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        // One that is being started again holds the lock until it answers.
        self.stopping.stop();
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(services) = services.take() {
            services.stop();
        }
    }
}

#[cfg(test)]
mod tests;
