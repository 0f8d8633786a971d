//! A private PostgreSQL and Redis for people who configure neither.
//!
//! The programs are the installed ones; their data lives in Dogear's data folder, they listen on
//! free loopback ports with generated passwords, and they end when Dogear ends, however it ends.
//! The work is done by [`dogear_local_services`], which knows nothing of async; this module keeps
//! it off the runtime's own threads.

use std::{io, path::Path};

use dogear_local_services::{Services, Settings};

pub use dogear_local_services::EmbeddedError;

/// The running private services. Dropping it stops them too, blocking for up to ten seconds each.
pub struct Embedded {
    services: Services,
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
    Ok(Embedded { services })
}

impl Embedded {
    /// The address of the `dogear` database, when PostgreSQL was wanted.
    pub fn database_url(&self) -> Option<&str> {
        self.services.database_url()
    }

    /// The address of Redis, when it was wanted.
    pub fn redis_url(&self) -> Option<&str> {
        self.services.redis_url()
    }

    /// Sentences the person who started Dogear should read, such as an unusual place for data.
    pub fn notices(&self) -> &[String] {
        self.services.notices()
    }

    /// Stops both services cleanly, each within ten seconds; after that they are killed.
    pub async fn stop(self) {
        // A failure to join means the runtime is going away, and with it the services.
        let _ = tokio::task::spawn_blocking(move || self.services.stop()).await;
    }
}

#[cfg(test)]
mod tests;
