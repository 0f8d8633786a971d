//! A database of its own for each size, kept for the next run.

use std::sync::Arc;

use dogear_app::http::{SESSION_KEY, SessionData};
use dogear_domain::ids::UserId;
use dogear_server::seed::evenings::{Evenings, evenings};
use dogear_server::{Cx, Services, seed};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions_redis_store::RedisStore;

use dogear::commands::Failure;
use dogear::commands::platform::Platform;
use dogear::config::Config;
use dogear::embedded::{self, Embedded};

/// Events to come, beside the books.
const EVENINGS: u32 = 10_000;

/// The services and the database of one size.
pub(super) struct Database {
    embedded: Option<Embedded>,
    pub url: String,
    pub redis_url: String,
}

impl Database {
    pub(super) async fn stop(self) {
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

/// Starts the services and fills `dogear_bench_N` with what it lacks.
///
/// # Errors
/// When something does not start, or the data cannot be loaded.
pub(super) async fn prepare(config: &Config, editions: usize) -> Result<Database, Failure> {
    let name = format!("dogear_bench_{editions}");
    let (database, is_new) = open(config, &name).await?;
    fill(config, &database, is_new.then_some(editions)).await?;
    Ok(database)
}

/// Starts the services and makes the database `name` unless it is there; tells whether it was made.
///
/// # Errors
/// When something does not start.
pub(super) async fn open(config: &Config, name: &str) -> Result<(Database, bool), Failure> {
    let folder = config.data_dir.join("bench");
    std::fs::create_dir_all(&folder)?;
    let wants = (config.database_url.is_none(), config.redis_url.is_none());
    let embedded = match wants {
        (false, false) => None,
        (postgres, redis) => Some(embedded::start(&folder, postgres, redis).await?),
    };
    let root = config
        .database_url
        .clone()
        .or_else(|| embedded.as_ref()?.database_url().map(str::to_owned))
        .ok_or("no database address")?;
    let redis_url = config
        .redis_url
        .clone()
        .or_else(|| embedded.as_ref()?.redis_url().map(str::to_owned))
        .ok_or("no Redis address")?;
    let mut admin = PgConnection::connect(&root).await?;
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut admin)
            .await?;
    let mut url: url::Url = root.parse()?;
    url.set_path(name);
    let database = Database {
        embedded,
        url: url.into(),
        redis_url,
    };
    if !exists {
        // The name is made of a number.
        sqlx::raw_sql(AssertSqlSafe(format!("create database {name}")))
            .execute(&mut admin)
            .await?;
    }
    Ok((database, !exists))
}

impl Database {
    /// `config` with this database.
    pub(super) fn config(&self, config: &Config) -> Config {
        Config {
            database_url: Some(self.url.clone()),
            redis_url: Some(self.redis_url.clone()),
            ..config.clone()
        }
    }
}

/// Loads so many editions, if any are wanted, and the events, unless they are there.
async fn fill(
    config: &Config,
    database: &Database,
    editions: Option<usize>,
) -> Result<(), Failure> {
    let sized = database.config(config);
    let platform = Platform::start(&sized).await?;
    platform.migrate().await?;
    let cx = Cx::system(platform.services(&sized, "http://127.0.0.1".parse()?)?);
    if let Some(editions) = editions {
        let start = std::time::Instant::now();
        eprintln!("loading {editions} editions");
        seed::scale(&cx, editions, 1).await?;
        eprintln!("loaded in {:.1} s", start.elapsed().as_secs_f64());
    }
    // They take place, so that a database that is kept needs new ones some day.
    let coming: i64 =
        sqlx::query_scalar("select count(*) from event_occurrences where starts_at > now()")
            .fetch_one(cx.db())
            .await?;
    if coming < i64::from(EVENINGS) / 2 {
        let wanted = Evenings {
            number: EVENINGS,
            capacity: 20,
            title: "Swap meet",
        };
        evenings(&cx, wanted).await?;
    }
    drop(cx);
    platform.stop().await;
    Ok(())
}

/// Signs a reader of the loaded data in; gives the cookie.
///
/// # Errors
/// When database or Redis refuse.
pub(super) async fn sign_in_first(services: &Arc<Services>) -> Result<String, Failure> {
    let first: UserId = sqlx::query_scalar("select min(id) from users")
        .fetch_one(&services.db)
        .await?;
    let mut cookies = sign_in(services, &[first]).await?;
    cookies.pop().ok_or_else(|| "nobody is signed in".into())
}

/// Signs readers in; gives their cookies, in order.
///
/// # Errors
/// When database or Redis refuse.
pub(super) async fn sign_in(
    services: &Arc<Services>,
    readers: &[UserId],
) -> Result<Vec<String>, Failure> {
    let sessions: Vec<uuid::Uuid> = readers.iter().map(|_| uuid::Uuid::new_v4()).collect();
    sqlx::query(
        "insert into user_sessions (id, user_id, auth_version)
         select session, reader, 1 from unnest($1::uuid[], $2::bigint[]) signed_in (session, reader)",
    )
    .bind(&sessions)
    .bind(readers)
    .execute(&services.db)
    .await?;
    let store = RedisStore::new(services.redis.clone());
    let mut cookies = Vec::with_capacity(readers.len());
    for session in sessions {
        let data = serde_json::to_value(SessionData::new(session, services.clock.now()))?;
        let mut record = Record {
            id: Id::default(),
            data: [(SESSION_KEY.to_owned(), data)].into(),
            expiry_date: OffsetDateTime::now_utc() + Duration::hours(1),
        };
        store.create(&mut record).await?;
        cookies.push(format!("sid={}", record.id));
    }
    Ok(cookies)
}
