//! The services for one test: their own database, their own Redis database, a clock that can
//! be moved. What jobs and hooks there are says the test, or the site of the crates above.
//!
//! Reads `DATABASE_URL` (a role that may create databases) and `REDIS_URL`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use dogear_domain::accounts::{AccountStatus, Role};
use dogear_domain::fields::Handle;
use dogear_domain::ids::UserId;
use fred::interfaces::ClientLike;
use fred::types::{ClusterHash, CustomCommand};
use futures::FutureExt;
use jiff::SignedDuration;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use url::Url;
use uuid::Uuid;

use crate::hooks::Hooks;
use crate::jobs::{Jobs, run_due};
use crate::settings::SmtpSettings;
use crate::{Actor, Clock, Cx, Services, Settings, db};

/// Advisory lock under which the template database is made.
const TEMPLATE_LOCK: i64 = 0x0d06_ea70;

/// See the module. Everything it made is gone when it is dropped.
pub struct TestServices {
    /// On a database of its own, with a clock that tests move.
    pub services: Arc<Services>,
    /// The URL of this site's database, for processes that a test starts.
    pub database_url: String,
    /// The URL of this site's Redis database.
    pub redis_url: String,
    database: String,
    admin_url: String,
    /// Holds the advisory lock on the Redis database; frees it also when the process dies.
    _redis_lease: PgConnection,
    _folder: tempfile::TempDir,
}

/// Hooks that do nothing, for tests of what no feature is needed for.
pub const NO_HOOKS: Hooks = Hooks {
    terms_changed: |_, _, _| async { Ok(()) }.boxed(),
    unoffered: |_, _, _| async { Ok(0) }.boxed(),
    at_event: |_, _, _, _| async { Ok(()) }.boxed(),
    errands: |_, _, _| async { Ok(Vec::new()) }.boxed(),
    erasures: &[],
};

impl TestServices {
    /// Services that know these jobs and no hooks, on an empty, migrated database.
    ///
    /// # Panics
    /// Says what is missing when `DATABASE_URL` or `REDIS_URL` is absent or does not answer.
    pub async fn new(jobs: Jobs) -> Self {
        Self::with(jobs, NO_HOOKS, |_| {}).await
    }

    /// As [`TestServices::new`], with hooks and changed settings. No mail server is set.
    ///
    /// # Panics
    /// As [`TestServices::new`].
    pub async fn with(jobs: Jobs, hooks: Hooks, change: impl FnOnce(&mut Settings)) -> Self {
        let admin_url = variable("DATABASE_URL");
        let redis_root = variable("REDIS_URL");
        let mut admin = PgConnection::connect(&admin_url)
            .await
            .expect("DATABASE_URL: PostgreSQL does not answer");
        let template = template(&mut admin, &admin_url).await;
        let database = format!("dogear_test_{}", Uuid::now_v7().simple());
        execute(
            &mut admin,
            format!("create database {database} template {template}"),
        )
        .await;
        let database_url = with_database(&admin_url, &database);
        let pool = db::connect(&database_url, 10)
            .await
            .expect("the test database opens");
        let (redis, redis_url) = redis(&mut admin, &redis_root).await;
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let photos = object_store::local::LocalFileSystem::new_with_prefix(folder.path())
            .expect("the temporary folder is readable");
        let mut settings = Settings {
            base_url: Url::parse("http://dogear.test").expect("a valid URL"),
            data_dir: folder.path().to_owned(),
            smtp: SmtpSettings {
                // Nothing listens on the discard port.
                url: "smtp://127.0.0.1:9".into(),
                from: "Dogear <post@dogear.test>".into(),
            },
            secret_key: [7; 32],
            development: true,
            contact: None,
            lookup_url: None,
            google: None,
            payments: None,
            rate_limit_factor: 1_000_000,
        };
        change(&mut settings);
        let services = Arc::new(Services {
            db: pool,
            redis,
            redis_breaker: crate::breaker::Breaker::default(),
            clock: Clock::default(),
            settings,
            wake_relay: tokio::sync::Notify::new(),
            jobs,
            hooks,
            photos: Arc::new(photos),
        });
        Self {
            services,
            database_url,
            redis_url,
            database,
            admin_url,
            _redis_lease: admin,
            _folder: folder,
        }
    }

    /// A call by somebody who is not signed in.
    pub fn visitor(&self) -> Cx {
        Cx {
            services: self.services.clone(),
            actor: None,
            ip: IpAddr::from([192, 0, 2, 1]),
            user_agent: "test".into(),
            request_id: "test".into(),
        }
    }

    /// Makes a member with a confirmed address and gives calls signed in as them.
    /// The address is `{handle}@readers.test`; the password is unusable.
    ///
    /// # Panics
    /// When the handle is taken.
    pub async fn member(&self, handle: &str) -> Cx {
        self.account(handle, Role::Member).await
    }

    /// As [`TestServices::member`], with a role.
    ///
    /// # Panics
    /// When the handle is taken.
    pub async fn account(&self, handle: &str, role: Role) -> Cx {
        let email = format!("{handle}@readers.test");
        let key = Handle::parse(handle).expect("the handle is one").key();
        let id: UserId = sqlx::query_scalar(
            "insert into users (handle, handle_key, email, email_key, email_verified_at,
                 password_hash, display_name, city, country, role)
             values ($1, $4, $2, lower($2), now(), '', $1, 'Leeds', 'GB', $3) returning id",
        )
        .bind(handle)
        .bind(&email)
        .bind(role)
        .bind(key)
        .fetch_one(&self.services.db)
        .await
        .expect("the handle is free");
        let session = Uuid::now_v7();
        sqlx::query("insert into user_sessions (id, user_id, auth_version) values ($1, $2, 1)")
            .bind(session)
            .bind(id)
            .execute(&self.services.db)
            .await
            .expect("the session is stored");
        Cx {
            actor: Some(Actor {
                id,
                handle: handle.into(),
                display_name: handle.into(),
                email,
                verified: true,
                role,
                status: AccountStatus::Active,
                suspension: None,
                city: "Leeds".into(),
                time_zone: "Europe/London".into(),
                session,
                unread: 0,
                needs_you: 0,
                open_cases: 0,
            }),
            ..self.visitor()
        }
    }

    /// Does every job that is due, one after the other, mail included, and returns.
    ///
    /// # Panics
    /// When the database does not answer. Failed jobs are in their rows.
    pub async fn run_jobs(&self) {
        run_due(&Cx::system(self.services.clone()))
            .await
            .expect("the database answers");
    }

    /// Empties this site's Redis database, as a Redis that lost everything would be.
    ///
    /// # Panics
    /// When Redis does not answer.
    pub async fn flush_redis(&self) {
        flush(&self.services.redis).await;
    }

    /// Has this site live without Redis from now on.
    ///
    /// # Panics
    /// When Redis does not answer.
    pub async fn end_redis(&self) {
        self.services.redis.quit().await.expect("Redis answers");
    }

    /// Lets time pass on the site's clock. The database's own clock stays where it is.
    pub fn advance(&self, by: SignedDuration) {
        self.services.clock.advance(by);
    }
}

impl Drop for TestServices {
    fn drop(&mut self) {
        let statement = format!("drop database if exists {} with (force)", self.database);
        let url = self.admin_url.clone();
        // A runtime of its own: this one may be shutting down, and drop cannot wait in it.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let mut admin = PgConnection::connect(&url).await?;
                sqlx::raw_sql(AssertSqlSafe(statement))
                    .execute(&mut admin)
                    .await
            })?;
            Ok::<(), sqlx::Error>(())
        });
        #[allow(clippy::print_stderr)] // for whoever runs the tests
        if !matches!(dropped.join(), Ok(Ok(()))) {
            eprintln!("the test database {} is left behind", self.database);
        }
    }
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("set {name}: these tests need PostgreSQL and Redis, `cargo xtask test` starts both")
    })
}

fn with_database(url: &str, database: &str) -> String {
    let mut url = Url::parse(url).expect("DATABASE_URL is a URL");
    url.set_path(database);
    url.into()
}

async fn execute(connection: &mut PgConnection, statement: String) {
    sqlx::raw_sql(AssertSqlSafe(statement.clone()))
        .execute(connection)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// The name of a migrated database to copy, made by whoever needs it first. It
/// carries a hash of the migrations, so that a changed one makes another template.
async fn template(admin: &mut PgConnection, admin_url: &str) -> String {
    let mut hasher = DefaultHasher::new();
    for migration in db::MIGRATOR.iter() {
        (migration.version, &migration.checksum).hash(&mut hasher);
    }
    let name = format!("dogear_template_{:016x}", hasher.finish());
    sqlx::query("select pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut *admin)
        .await
        .expect("the template's lock is free in time");
    let known: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(&name)
            .fetch_one(&mut *admin)
            .await
            .expect("databases can be listed");
    if !known {
        // Renamed at the end, so that a half migrated one is never taken for the template.
        let draft = format!("{name}_draft");
        execute(
            admin,
            format!("drop database if exists {draft} with (force)"),
        )
        .await;
        execute(admin, format!("create database {draft}")).await;
        let mut connection = PgConnection::connect(&with_database(admin_url, &draft))
            .await
            .expect("the template database opens");
        db::MIGRATOR
            .run_direct(None, &mut connection, false)
            .await
            .expect("the migrations run");
        connection.close().await.expect("the connection closes");
        execute(admin, format!("alter database {draft} rename to {name}")).await;
    }
    sqlx::query("select pg_advisory_unlock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut *admin)
        .await
        .expect("the template's lock can be freed");
    name
}

/// A Redis database nobody else uses, emptied. `lease` keeps it until it is closed.
async fn redis(lease: &mut PgConnection, url: &str) -> (fred::clients::Client, String) {
    let mut hasher = DefaultHasher::new();
    url.hash(&mut hasher);
    #[allow(clippy::cast_possible_truncation)] // any number will do
    let server = (hasher.finish() as i32).wrapping_abs();
    let number = 'found: {
        for _ in 0..1200 {
            // Redis has 16 databases unless told otherwise; 0 is left to the developer.
            for number in 1..16_i32 {
                let free: bool = sqlx::query_scalar("select pg_try_advisory_lock($1, $2)")
                    .bind(server)
                    .bind(number)
                    .fetch_one(&mut *lease)
                    .await
                    .expect("PostgreSQL answers");
                if free {
                    break 'found number;
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("all Redis databases are in use by other tests");
    };
    let mut own = Url::parse(url).expect("REDIS_URL is a URL");
    own.set_path(&number.to_string());
    let client = redis_client(own.as_str()).await;
    flush(&client).await;
    (client, own.into())
}

async fn flush(client: &fred::clients::Client) {
    let command = CustomCommand::new_static("FLUSHDB", ClusterHash::FirstKey, false);
    let _: () = client
        .custom(command, Vec::<String>::new())
        .await
        .expect("Redis can be emptied");
}

async fn redis_client(url: &str) -> fred::clients::Client {
    use fred::types::config::{Config, PerformanceConfig, ReconnectPolicy};
    let config = Config::from_url(url).expect("REDIS_URL is understood");
    // As in production: answers or fails within half a second, and reconnects.
    let performance = PerformanceConfig {
        default_command_timeout: Duration::from_millis(500),
        ..PerformanceConfig::default()
    };
    let reconnect = ReconnectPolicy::new_exponential(0, 100, 1_000, 2);
    let client = fred::clients::Client::new(config, Some(performance), None, Some(reconnect));
    client
        .init()
        .await
        .expect("REDIS_URL: Redis does not answer");
    client
}

/// Waits until it holds, looking twenty times a second.
///
/// # Panics
/// Says `what` was waited for when it does not hold within a minute.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..1200 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not within a minute: {what}");
}

/// Whether every job that was queued is done.
///
/// # Panics
/// When the database does not answer.
pub async fn all_done(services: &Services) -> bool {
    let open: i64 = sqlx::query_scalar("select count(*) from outbox where state <> 'done'")
        .fetch_one(&services.db)
        .await
        .expect("the database answers");
    open == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_site_is_alone() {
        let services = || TestServices::new(Jobs::default());
        let (one, two) = tokio::join!(services(), services());
        let ann = one.member("ann").await;
        assert!(ann.member().is_ok());
        let others: i64 = sqlx::query_scalar("select count(*) from users")
            .fetch_one(&two.services.db)
            .await
            .unwrap();
        assert_eq!(others, 0);
        assert_ne!(one.redis_url, two.redis_url);
        two.flush_redis().await;
    }
}
