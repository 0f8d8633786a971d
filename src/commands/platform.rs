//! What every command stands on: PostgreSQL, Redis, mail, the services over them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dogear_server::mail::dev_mailbox::{DevMailbox, KEPT_IN_DEVELOPMENT};
use dogear_server::{Clock, Services, db, runtime};
use fred::interfaces::ClientLike;
use sqlx::PgPool;
use url::Url;

use super::Failure;
use crate::config::Config;
use crate::embedded::{self, Embedded};

/// How long a start waits for a Redis it can do without.
const FIRST_CONNECTION: Duration = Duration::from_secs(3);

/// How long each of them has to close its connections.
const GOOD_BYE: Duration = Duration::from_secs(2);

/// The dependencies, started or connected to.
pub struct Platform {
    embedded: Option<Embedded>,
    pub db: PgPool,
    pub redis: fred::clients::Client,
    pub dev_mailbox: Option<DevMailbox>,
}

/// What a command does while Redis is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithoutRedis {
    /// Says so and starts nothing.
    Fail,
    /// Says so and works without it until it is there.
    GoOn,
}

impl Platform {
    /// Starts what is not configured, connects to the rest; all of it has to be there.
    ///
    /// # Errors
    /// A sentence for whoever started it.
    pub async fn start(config: &Config) -> Result<Self, Failure> {
        Self::start_with(config, WithoutRedis::Fail).await
    }

    /// As [`Platform::start`], perhaps without Redis.
    ///
    /// # Errors
    /// A sentence for whoever started it.
    pub async fn start_with(config: &Config, without: WithoutRedis) -> Result<Self, Failure> {
        let want_postgres = config.database_url.is_none();
        let want_redis = config.redis_url.is_none();
        let embedded = if want_postgres || want_redis {
            let started = embedded::start(&config.data_dir, want_postgres, want_redis).await?;
            for notice in started.notices() {
                eprintln!("{notice}");
            }
            Some(started)
        } else {
            None
        };
        let database_url = config
            .database_url
            .as_deref()
            .or(embedded.as_ref().and_then(Embedded::database_url));
        let redis_url = config
            .redis_url
            .as_deref()
            .or(embedded.as_ref().and_then(Embedded::redis_url))
            .ok_or("no Redis address")?;
        let db = connect_database(database_url, config).await?;
        let redis = connect_redis(redis_url, without).await?;
        let dev_mailbox = if config.smtp_url.is_none() {
            Some(DevMailbox::start(KEPT_IN_DEVELOPMENT).await?)
        } else {
            None
        };
        Ok(Self {
            embedded,
            db,
            redis,
            dev_mailbox,
        })
    }

    /// Brings the database to this version's schema.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate(&self) -> Result<(), Failure> {
        migrate(&self.db).await
    }

    /// The services, for a site that readers reach at `base_url`.
    ///
    /// # Errors
    /// When a setting cannot be used.
    pub fn services(&self, config: &Config, base_url: Url) -> Result<Arc<Services>, Failure> {
        let smtp = config
            .smtp_url
            .clone()
            .or_else(|| self.dev_mailbox.as_ref().map(DevMailbox::smtp_url))
            .ok_or("no mail server")?;
        let photos = config.data_dir.join("photos");
        private_folder(&photos)
            .map_err(|error| format!("{} cannot be written: {error}", photos.display()))?;
        Ok(Arc::new(Services {
            db: self.db.clone(),
            redis: self.redis.clone(),
            redis_breaker: dogear_server::breaker::Breaker::default(),
            clock: Clock::default(),
            settings: config.settings(base_url, smtp),
            wake_relay: tokio::sync::Notify::new(),
            jobs: runtime::jobs(),
            hooks: runtime::hooks(),
            // What was acknowledged is on the disk, also when the power goes.
            photos: Arc::new(
                object_store::local::LocalFileSystem::new_with_prefix(photos)?.with_fsync(true),
            ),
        }))
    }

    /// Comes when a private service has ended and does not stay up; whoever started us, starts us
    /// again.
    pub async fn failed(&self) -> Failure {
        match &self.embedded {
            Some(embedded) => {
                let cause = embedded.given_up().await;
                format!("A private service does not stay up: {cause}").into()
            }
            None => std::future::pending().await,
        }
    }

    /// Lets go of everything, in the reverse order of its start.
    pub async fn stop(self) {
        // Neither may answer any more, and nothing is lost when it is not told good-bye.
        if tokio::time::timeout(GOOD_BYE, self.db.close())
            .await
            .is_err()
        {
            tracing::warn!("PostgreSQL does not answer: its connections are left to themselves");
        }
        match tokio::time::timeout(GOOD_BYE, self.redis.quit()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "Redis connection not closed cleanly"),
            Err(_) => tracing::debug!("Redis does not answer"),
        }
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

/// Connects to the database at `url`.
///
/// # Errors
/// When there is none, or it cannot be used, in words.
pub(super) async fn connect_database(
    url: Option<&str>,
    config: &Config,
) -> Result<PgPool, Failure> {
    let url = url.ok_or("no database address")?;
    let connected = db::connect(url, config.db_connections).await;
    connected.map_err(|error| {
        format!("PostgreSQL cannot be used: {error}. Check DATABASE_URL, or run: dogear doctor")
            .into()
    })
}

/// Brings a database to this version's schema.
///
/// # Errors
/// When a migration fails.
pub(super) async fn migrate(db: &PgPool) -> Result<(), Failure> {
    db::MIGRATOR
        .run(db)
        .await
        .map_err(|error| format!("The database was not migrated: {error}"))?;
    Ok(())
}

/// Makes a folder, and sees to it that nobody but its owner enters it: other users of the machine
/// have no business among readers' photos.
fn private_folder(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(path)?;
    let mode = std::fs::metadata(path)?.permissions().mode();
    // On a volume of somebody else it may not be ours to close.
    if mode & 0o077 != 0
        && let Err(error) = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
    {
        tracing::warn!(%error, folder = %path.display(), "others can enter the folder of photos");
    }
    Ok(())
}

/// A Redis client that reconnects by itself and answers, or fails, within half a second.
///
/// # Errors
/// When the address cannot be read, or Redis is not there and has to be.
pub async fn connect_redis(
    url: &str,
    without: WithoutRedis,
) -> Result<fred::clients::Client, Failure> {
    use fred::types::config::{Config, ConnectionConfig, PerformanceConfig, ReconnectPolicy};
    let config = Config {
        fail_fast: without == WithoutRedis::Fail,
        ..Config::from_url(url)?
    };
    let performance = PerformanceConfig {
        default_command_timeout: Duration::from_millis(500),
        ..PerformanceConfig::default()
    };
    let connection = ConnectionConfig {
        connection_timeout: Duration::from_secs(2),
        ..ConnectionConfig::default()
    };
    let client = fred::clients::Client::new(
        config,
        Some(performance),
        Some(connection),
        Some(ReconnectPolicy::new_exponential(0, 100, 5_000, 2)),
    );
    let away = match without {
        WithoutRedis::Fail => client.init().await.err().map(|error| error.to_string()),
        WithoutRedis::GoOn => {
            // Ends with the client, and tries until it succeeds.
            let _connection = client.connect();
            match tokio::time::timeout(FIRST_CONNECTION, client.wait_for_connect()).await {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some("it cannot be reached".to_owned()),
            }
        }
    };
    match (away, without) {
        (None, _) => {}
        (Some(cause), WithoutRedis::Fail) => {
            return Err(format!(
                "Redis does not answer: {cause}. Check REDIS_URL, or run: dogear doctor"
            )
            .into());
        }
        (Some(cause), WithoutRedis::GoOn) => tracing::warn!(
            cause,
            "Redis does not answer: nobody is signed in until it does. Check REDIS_URL, or run: dogear doctor"
        ),
    }
    Ok(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a22_nobody_else_enters_the_folder_of_photos() {
        let folder = tempfile::tempdir().expect("a folder");
        let photos = folder.path().join("photos");
        let mode = || {
            let found = std::fs::metadata(&photos).expect("it is there");
            found.permissions().mode() & 0o777
        };
        private_folder(&photos).expect("made");
        assert_eq!(mode(), 0o700);
        // One from before.
        std::fs::set_permissions(&photos, std::fs::Permissions::from_mode(0o755)).expect("opened");
        private_folder(&photos).expect("closed");
        assert_eq!(mode(), 0o700);
    }
}
