//! A private PostgreSQL and Redis: started, found again and stopped, without async. The site
//! gives them to whoever configures none, the project's own commands give them to the tests.

#![warn(missing_docs)]

mod account;
mod folder;
mod lock;
mod postgres;
mod process;
mod redis;

use std::{io, path::PathBuf};

use account::Account;
use lock::Lock;
use process::Keeper;

pub use process::Stopping;

/// What to start, and where.
pub struct Settings {
    /// The folder that holds databases, passwords and logs; created when missing.
    pub data_dir: PathBuf,
    /// Whether to start PostgreSQL.
    pub postgres: bool,
    /// Whether to start Redis.
    pub redis: bool,
    /// Whether data must survive a power cut. Tests say no and are much faster.
    pub durable: bool,
}

/// Why the private services could not be started. Each message names the cause and the cure.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// A file or folder of ours could not be used.
    #[error(
        "Dogear could not use {}: {source}. Check its owner and free space, or choose another data folder.",
        path.display()
    )]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another Dogear holds the same data folder.
    #[error(
        "Another Dogear{} is already using the data folder {}. Stop that one, or give this one a folder of its own.",
        pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(),
        data_dir.display()
    )]
    InUse {
        /// The contested folder.
        data_dir: PathBuf,
        /// The other process, when it left its number.
        pid: Option<u32>,
    },
    /// A program is not installed.
    #[error("{what} is not installed. {cure}")]
    Missing {
        /// The program, with its smallest version.
        what: &'static str,
        /// What to install, or which setting makes it unnecessary.
        cure: &'static str,
    },
    /// The data was written by a PostgreSQL that is no longer installed.
    #[error(
        "The database in {} was made by PostgreSQL {wanted}, which is not installed (found: {found}). \
         Install PostgreSQL {wanted}, or move that folder away to begin with an empty database.",
        path.display()
    )]
    Version {
        /// The database folder.
        path: PathBuf,
        /// The major version that wrote it.
        wanted: u32,
        /// The major versions that are installed.
        found: String,
    },
    /// PostgreSQL refuses to run as root and there is nobody else to run it.
    #[error(
        "PostgreSQL does not run as root, and neither the system user “postgres” nor “nobody” exists. \
         Start Dogear as an ordinary user, or set DATABASE_URL."
    )]
    NoAccount,
    /// A program ran and failed.
    #[error("{program} failed while {doing}: {output}\nThe whole log, if it wrote one, is in {}.", log.display())]
    Failed {
        /// The program's name.
        program: &'static str,
        /// What it was asked to do.
        doing: &'static str,
        /// The end of what it said.
        output: String,
        /// The folder with the logs.
        log: PathBuf,
    },
    /// A process from an earlier run refuses to end.
    #[error(
        "{program} (process {pid}) from an earlier run does not stop. End it with “kill -9 {pid}” and start again."
    )]
    Leftover {
        /// The program's name.
        program: &'static str,
        /// Its process number.
        pid: i32,
    },
    /// The system gave no thread or no port.
    #[error(
        "The system refused a thread or a free port: {0}. Close other programs and start again."
    )]
    Thread(io::Error),
    /// All of it is to end.
    #[error("The private services are being stopped.")]
    Stopping,
}

/// The running services. They are stopped when this is dropped.
pub struct Services {
    postgres: Option<postgres::Postgres>,
    redis: Option<redis::Redis>,
    notices: Vec<String>,
    home: PathBuf,
    account: Option<Account>,
    durable: bool,
    // The order matters: the keeper's end kills what is left, the lock goes last.
    keeper: Keeper,
    stopping: Stopping,
    _lock: Lock,
}

/// What became of those that had ended by themselves.
#[derive(Debug, Default)]
pub struct Revived {
    /// Started again, at the addresses they had.
    pub names: Vec<&'static str>,
    /// Why others were not: the next call tries again.
    pub errors: Vec<EmbeddedError>,
}

impl Services {
    /// Starts what `settings` ask for and returns once it answers.
    ///
    /// # Errors
    /// See [`EmbeddedError`]; whatever had been started by then is stopped again.
    pub fn start(settings: &Settings) -> Result<Self, EmbeddedError> {
        folder::create(&settings.data_dir)?;
        let lock = Lock::take(&settings.data_dir)?;
        let account = account::for_services()?;
        let (home, notice) = folder::home(&settings.data_dir, account.as_ref())?;
        let keeper = Keeper::new().map_err(EmbeddedError::Thread)?;
        let mut services = Self {
            postgres: None,
            redis: None,
            notices: notice.into_iter().collect(),
            home,
            account,
            durable: settings.durable,
            keeper,
            stopping: Stopping::default(),
            _lock: lock,
        };
        let host = services.host();
        let redis = settings
            .redis
            .then(|| redis::Redis::start(&host))
            .transpose()?;
        let postgres = settings
            .postgres
            .then(|| postgres::Postgres::start(&host, settings.durable))
            .transpose()?;
        services.redis = redis;
        services.postgres = postgres;
        Ok(services)
    }

    fn host(&self) -> process::Host<'_> {
        process::Host {
            home: &self.home,
            account: self.account.as_ref(),
            keeper: &self.keeper,
            stopping: &self.stopping,
        }
    }

    /// Ends the wait for a service that is being started; [`Services::stop`] does the rest.
    pub fn stopping(&self) -> Stopping {
        self.stopping.clone()
    }

    /// Starts those again that have ended by themselves, at the addresses they had, each whatever
    /// becomes of the other. To be called again and again.
    pub fn revive(&mut self) -> Revived {
        let mut revived = Revived::default();
        for (name, outcome) in [
            ("PostgreSQL", self.revive_postgres()),
            ("Redis", self.revive_redis()),
        ] {
            match outcome {
                Ok(true) => revived.names.push(name),
                Ok(false) => {}
                Err(error) => revived.errors.push(error),
            }
        }
        revived
    }

    fn revive_postgres(&mut self) -> Result<bool, EmbeddedError> {
        let Some(port) =
            ended(&mut self.postgres, postgres::Postgres::has_ended).map(postgres::Postgres::port)
        else {
            return Ok(false);
        };
        folder::keep_port(&self.home.join(postgres::PORT_FILE), port)?;
        let postgres = postgres::Postgres::start(&self.host(), self.durable)?;
        if postgres.port() != port {
            return Err(taken(port));
        }
        self.postgres = Some(postgres);
        Ok(true)
    }

    fn revive_redis(&mut self) -> Result<bool, EmbeddedError> {
        let Some(port) = ended(&mut self.redis, redis::Redis::has_ended).map(redis::Redis::port)
        else {
            return Ok(false);
        };
        folder::keep_port(&self.home.join(redis::PORT_FILE), port)?;
        let redis = redis::Redis::start(&self.host())?;
        if redis.port() != port {
            return Err(taken(port));
        }
        self.redis = Some(redis);
        Ok(true)
    }

    /// The address of the `dogear` database, when PostgreSQL was wanted.
    pub fn database_url(&self) -> Option<&str> {
        self.postgres.as_ref().map(postgres::Postgres::url)
    }

    /// The address of Redis, when it was wanted.
    pub fn redis_url(&self) -> Option<&str> {
        self.redis.as_ref().map(redis::Redis::url)
    }

    /// Sentences the person who started this should read.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Stops the services, each within ten seconds; after that they are killed.
    pub fn stop(self) {
        drop(self);
    }
}

/// The service, if it is wanted and has ended.
fn ended<S>(service: &mut Option<S>, has_ended: impl FnOnce(&mut S) -> bool) -> Option<&S> {
    let service = service.as_mut()?;
    has_ended(service).then_some(service)
}

/// Everybody who is connected knows the port: another one is of no use.
fn taken(port: u16) -> EmbeddedError {
    let kind = io::ErrorKind::AddrInUse;
    EmbeddedError::Thread(io::Error::new(kind, format!("port {port} is in use")))
}
