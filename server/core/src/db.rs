//! Connections, migrations, transactions with an idempotency key.

use std::ops::{Deref, DerefMut};
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dogear_domain::ids::UserId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions, PgSslMode};
use sqlx::{Connection, PgPool, Postgres, Transaction};
use uuid::Uuid;

use crate::{Cx, Error, Result, Services, lost};

/// The migrations of this build.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// What is wrong with the address of a database, if anything. Encryption that it insists on, or
/// that `PGSSLMODE` does, is refused: it could not be kept.
pub fn url_problem(url: &str) -> Option<String> {
    let options = match PgConnectOptions::from_str(url) {
        Ok(options) => options,
        Err(error) => return Some(error.to_string()),
    };
    match options.get_ssl_mode() {
        PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer => None,
        PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => Some(
            "it insists on TLS (sslmode, or PGSSLMODE), but Dogear does not speak TLS with PostgreSQL yet. Leave sslmode out, and connect over this machine, a private network or a tunnel".into(),
        ),
    }
}

/// Idle for longer than this, a connection is asked whether it is alive before it is used.
const UNPROVEN: Duration = Duration::from_secs(2);
/// How long it has for the answer.
const ANSWER: Duration = Duration::from_millis(500);
/// A start waits this long for a server that is being started, too.
const FIRST_CONNECTION: Duration = Duration::from_secs(3);

/// Whether a connection that was idle so long is alive; asked only when there is a reason to
/// doubt it.
async fn is_alive(conn: &mut PgConnection, idle: Duration) -> Result<bool, sqlx::Error> {
    if idle < UNPROVEN && !lost::since(idle) {
        return Ok(true);
    }
    match tokio::time::timeout(ANSWER, conn.ping()).await {
        Ok(answer) => answer.map(|()| true),
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// Connects once, since a pool says only that it has waited.
async fn prove(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let start = Instant::now();
    loop {
        let attempt = PgConnection::connect_with(options);
        let error = match tokio::time::timeout(FIRST_CONNECTION, attempt).await {
            Ok(Ok(connection)) => return connection.close().await,
            Ok(Err(error)) => error,
            Err(_) => sqlx::Error::Io(std::io::Error::new(
                std::io::ErrorKind::TimedOut,
                "it is there, but says nothing",
            )),
        };
        if !lost::is_lost(&error) || start.elapsed() >= FIRST_CONNECTION {
            return Err(error);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Opens a pool with the time limits of every connection: statements 5 s, locks
/// 3 s, idle transactions 10 s. A connection lives 5 minutes, so that a
/// transaction left open by a lost `begin` (sqlx up to 0.9.0) ends with it.
///
/// # Errors
/// When the URL is malformed or the server cannot be reached.
pub async fn connect(url: &str, connections: u32) -> Result<PgPool, sqlx::Error> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("dogear")
        .options([
            ("statement_timeout", "5s"),
            ("lock_timeout", "3s"),
            ("idle_in_transaction_session_timeout", "10s"),
            // Ends the statements of [`CancelOnDrop`] connections.
            ("client_connection_check_interval", "250ms"),
            ("jit", "off"),
            ("timezone", "UTC"),
        ]);
    prove(&options).await?;
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(2))
        .max_lifetime(Duration::from_mins(5))
        .test_before_acquire(false)
        .before_acquire(|conn, about| Box::pin(is_alive(conn, about.idle_for)))
        .connect_with(options)
        .await
}

/// A connection for a statement that is to end when nobody waits for its answer any more.
/// Dropped before [`CancelOnDrop::done`], as happens when a browser goes away, it is closed, and
/// the server, which looks for its client four times a second, stops the statement. Any
/// other connection goes back to the pool and is busy until the statement has run its course.
pub struct CancelOnDrop(Option<PoolConnection<Postgres>>);

/// Takes such a connection from the pool.
///
/// # Errors
/// When no connection is free in time.
pub async fn cancel_on_drop(db: &PgPool) -> Result<CancelOnDrop, sqlx::Error> {
    Ok(CancelOnDrop(Some(db.acquire().await?)))
}

impl CancelOnDrop {
    /// The answer is there: gives the connection back to the pool.
    pub fn done(mut self) {
        self.0 = None;
    }
}

impl Deref for CancelOnDrop {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.0
            .as_ref()
            .expect("it is only taken by `done` and `drop`")
    }
}

impl DerefMut for CancelOnDrop {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.0
            .as_mut()
            .expect("it is only taken by `done` and `drop`")
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(connection) = &mut self.0 {
            connection.close_on_drop();
        }
    }
}

/// So long an answer may take at most: later than the limits of the server end a statement.
const SILENCE: Duration = Duration::from_secs(15);

/// Works with a connection, and gives both up when no answer comes: one that has gone dead
/// without a word says nothing, and the server's own limits do not reach it. For whoever has
/// no time limit around them, as requests have. sqlx cannot set keepalive or a user timeout on
/// its sockets, so that the system itself notices only after many minutes.
///
/// # Errors
/// `Busy` without an answer; that of the work.
pub async fn in_time<T>(
    db: &PgPool,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T>,
) -> Result<T> {
    let answer = async {
        let mut connection = cancel_on_drop(db).await?;
        let answer = work(&mut connection).await;
        connection.done();
        answer
    };
    match tokio::time::timeout(SILENCE, Box::pin(answer)).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::Busy("the database does not answer".into())),
    }
}

/// Begins to read: every statement in it sees the database as the first one found it. Taken on a
/// connection from [`cancel_on_drop`], which is closed, and never lent again inside this transaction,
/// when the reader goes away half way.
///
/// # Errors
/// When the connection is lost.
pub async fn snapshot(
    connection: &mut PgConnection,
) -> Result<Transaction<'_, Postgres>, sqlx::Error> {
    connection
        .begin_with("begin isolation level repeatable read, read only")
        .await
}

/// The key of one form: made when the form is shown, sent back with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyKey(pub Uuid);

/// A transaction that happens once per idempotency key.
pub enum Idempotent<T> {
    /// Nobody has done this yet: do it, then [`IdempotentTx::commit`].
    New(IdempotentTx),
    /// It was done before, with this outcome.
    Done(T),
}

/// A transaction that makes one row, once per idempotency key.
pub enum Numbered<T> {
    /// Nobody has made it yet: make it under this number, then [`Tx::commit`].
    New(Tx, T),
    /// It was made before, under this number.
    Done(T),
}

/// A transaction of the site. Its commit wakes the relay, so that a job pushed in it does
/// not wait for the relay's next look. Dropping it undoes everything.
pub struct Tx {
    tx: Transaction<'static, Postgres>,
    services: Arc<Services>,
}

impl Tx {
    /// Keeps everything done in it.
    ///
    /// # Errors
    /// `Unsure` when the connection is lost before the answer; those of the database, when
    /// nothing was kept.
    pub async fn commit(self) -> Result<()> {
        let committed = self.tx.commit().await;
        // Also when nobody knows: the relay looks, and finds what there is.
        self.services.wake_relay.notify_one();
        committed.map_err(|error| {
            if lost::is_lost(&error) {
                lost::note();
                return Error::Unsure(format!("the database went away in a commit: {error}"));
            }
            error.into()
        })
    }

    /// Undoes everything done in it, and waits until the server has.
    ///
    /// # Errors
    /// When the connection is lost: then it is undone without us.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        self.tx.rollback().await
    }
}

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.tx
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

/// See [`Idempotent::New`]. Dropping it undoes everything, the key included.
pub struct IdempotentTx {
    /// What is to be done once.
    pub tx: Tx,
    /// Under what the outcome is still to be written.
    key: Option<(i64, Uuid)>,
}

impl Cx {
    /// Begins a transaction. Called only inside a request that runs detached from
    /// its client (`src/web/run_to_completion.rs`), so that it is never dropped half begun.
    ///
    /// # Errors
    /// `Busy` when no connection is free in time.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(Tx {
            tx: self.services.db.begin().await?,
            services: self.services.clone(),
        })
    }

    /// Begins a transaction that takes effect at most once per `key` and asker.
    /// `request` is what was asked: the same key with another request is refused.
    /// A second call with the same key waits for the first and returns its outcome.
    ///
    /// # Errors
    /// `Conflict` when the key was used for another request; `Busy`.
    pub async fn once<T: DeserializeOwned>(
        &self,
        key: Option<IdempotencyKey>,
        request: &(impl Serialize + ?Sized),
    ) -> Result<Idempotent<T>> {
        let mut tx = self.begin().await?;
        let Some(IdempotencyKey(key)) = key else {
            return Ok(Idempotent::New(IdempotentTx { tx, key: None }));
        };
        let (user, hash) = (self.asker(), hash(request)?);
        let inserted = sqlx::query!(
            "insert into idempotency_keys (user_id, key, request_hash)
             values ($1, $2, $3) on conflict do nothing",
            user,
            key,
            &hash
        )
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if inserted == 1 {
            let key = Some((user, key));
            return Ok(Idempotent::New(IdempotentTx { tx, key }));
        }
        Ok(Idempotent::Done(known(tx, user, key, &hash).await?))
    }

    /// As [`Cx::once`], for what makes one row: its number, the next of this sequence, is the
    /// outcome. It is written at once, so that nothing is left to write while locks are held.
    ///
    /// # Errors
    /// As [`Cx::once`].
    pub async fn once_numbered<T: From<i64> + DeserializeOwned>(
        &self,
        key: Option<IdempotencyKey>,
        request: &(impl Serialize + ?Sized),
        sequence: &'static str,
    ) -> Result<Numbered<T>> {
        let mut tx = self.begin().await?;
        let (user, hash) = (self.asker(), hash(request)?);
        let key = key.map(|IdempotencyKey(key)| key);
        let number = sqlx::query_scalar!(
            r#"with numbered as (select nextval($4::text::regclass) as id),
                 kept as (
                   insert into idempotency_keys (user_id, key, request_hash, outcome)
                   select $1, $2, $3, to_jsonb(id) from numbered where $2::uuid is not null
                   on conflict do nothing returning key)
               select id as "id!" from numbered where $2 is null or exists (select from kept)"#,
            user,
            key,
            &hash,
            sequence
        )
        .fetch_optional(&mut *tx)
        .await?;
        match (number, key) {
            (Some(number), _) => Ok(Numbered::New(tx, number.into())),
            (None, Some(key)) => Ok(Numbered::Done(known(tx, user, key, &hash).await?)),
            (None, None) => Err(Error::internal("a sequence without a next number")),
        }
    }

    /// What whoever asks was answered to the form with this key, as long as that is known: two days.
    /// None for the form of somebody else, and when its answer was none of this kind.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn answered<T: DeserializeOwned>(&self, key: IdempotencyKey) -> Result<Option<T>> {
        let outcome = sqlx::query_scalar!(
            "select outcome from idempotency_keys where user_id = $1 and key = $2",
            self.asker(),
            key.0
        )
        .fetch_optional(self.db())
        .await?;
        Ok(outcome
            .flatten()
            .and_then(|outcome| serde_json::from_value(outcome).ok()))
    }

    fn asker(&self) -> i64 {
        self.actor.as_ref().map_or(0, |actor| actor.id.0)
    }
}

fn hash(request: &(impl Serialize + ?Sized)) -> Result<Vec<u8>> {
    Ok(Sha256::digest(serde_json::to_vec(request)?).to_vec())
}

/// The outcome under a key that was used before, for the same request.
async fn known<T: DeserializeOwned>(mut tx: Tx, user: i64, key: Uuid, hash: &[u8]) -> Result<T> {
    let known = sqlx::query!(
        "select request_hash, outcome from idempotency_keys where user_id = $1 and key = $2",
        user,
        key
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.rollback().await?;
    match known.outcome {
        Some(outcome) if known.request_hash == hash => Ok(serde_json::from_value(outcome)?),
        _ => Err(Error::Conflict(
            "This form was already sent with other content. Open the page again and send it from there.".into(),
        )),
    }
}

impl IdempotentTx {
    /// Keeps everything done in it, with `outcome` as the answer to repeats.
    ///
    /// # Errors
    /// As [`Tx::commit`].
    pub async fn commit<T: Serialize>(mut self, outcome: &T) -> Result<()> {
        if let Some((user, key)) = self.key {
            sqlx::query!(
                "update idempotency_keys set outcome = $3 where user_id = $1 and key = $2",
                user,
                key,
                serde_json::to_value(outcome)?
            )
            .execute(&mut *self.tx)
            .await?;
        }
        self.tx.commit().await
    }
}

/// Rows per statement of [`in_batches`], so that none comes near the statement timeout.
const DELETED_AT_ONCE: i64 = 2000;

/// Repeats a deletion of at most so many rows, which tells how many those were, until it finds
/// no more.
///
/// # Errors
/// Those of the database; what was deleted until then stays so.
pub async fn in_batches<D: Future<Output = Result<u64>>>(delete: impl Fn(i64) -> D) -> Result<()> {
    while delete(DELETED_AT_ONCE).await? >= DELETED_AT_ONCE as u64 {}
    Ok(())
}

/// Forgets the keys of forms that nobody sends again.
///
/// # Errors
/// Those of the database.
pub async fn delete_old_keys(cx: &Cx) -> Result<()> {
    in_batches(|most| async move {
        let deleted = sqlx::query!(
            "delete from idempotency_keys where (user_id, key) in (
               select user_id, key from idempotency_keys
               where created_at < now() - interval '48 hours' limit $1)",
            most
        )
        .execute(cx.db())
        .await?;
        Ok(deleted.rows_affected())
    })
    .await
}

/// Erases the keys of forms that a member has sent, with the answers.
///
/// # Errors
/// Those of the database.
pub async fn erase_keys(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from idempotency_keys where user_id = $1", user.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// A nullable time of the database on its way to jiff's type, for
/// `#[sqlx(try_from = "MaybeTimestamp")]`.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub struct MaybeTimestamp(Option<jiff_sqlx::Timestamp>);

impl From<MaybeTimestamp> for Option<jiff::Timestamp> {
    fn from(time: MaybeTimestamp) -> Self {
        time.0.map(jiff_sqlx::Timestamp::to_jiff)
    }
}

#[cfg(test)]
mod tests;
