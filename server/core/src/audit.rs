//! The append-only audit log. Each entry carries the hash of the one before, so
//! that an entry changed, taken out or slipped in past this module shows.

use dogear_domain::ids::{AuditId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};

use crate::{Cx, Error, Result};

/// Advisory lock under which entries are chained one after the other.
const CHAIN_LOCK: i64 = 0x0d06_ea71;
/// Rows read at a time by [`verify`].
const BATCH: i64 = 1000;

/// Rows per page of [`list`].
pub const PAGE: i64 = 50;

/// What was done, to be written down.
#[derive(Debug, Clone, Default)]
pub struct Entry<'a> {
    /// A word with a dot, e.g. `copy.hide`.
    pub action: &'a str,
    /// `copy`, `member`, `message`, `trade`, `job`, `mail`, `setting`.
    pub subject_kind: &'a str,
    /// Its number; none when what was done is about nothing in particular.
    pub subject_id: Option<i64>,
    /// What was changed, as it was. Whole numbers only: fractions do not survive the database unchanged.
    pub before: Option<Value>,
    /// What it was changed to.
    pub after: Option<Value>,
    /// In the moderator's words; may be empty.
    pub reason: &'a str,
}

/// What [`verify`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// Entries that were checked.
    pub entries: u64,
    /// The first entry whose hash does not follow from it and the one before.
    pub broken_at: Option<AuditId>,
}

/// Appends an entry in the caller's transaction: who, from where and in which request
/// come from `cx`. Audited transactions wait for each other from here to their end, so
/// call it last.
///
/// # Errors
/// Those of the database; `Busy` when the log is not free in time.
pub async fn audit(conn: &mut PgConnection, cx: &Cx, entry: Entry<'_>) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock($1)", CHAIN_LOCK)
        .execute(&mut *conn)
        .await?;
    let previous: Option<Vec<u8>> =
        sqlx::query_scalar!("select hash from audit_log order by id desc limit 1")
            .fetch_optional(&mut *conn)
            .await?;
    let row = Row {
        id: AuditId(0),
        actor_id: cx.actor.as_ref().map(|actor| actor.id),
        action: entry.action.to_owned(),
        subject_kind: entry.subject_kind.to_owned(),
        subject_id: entry.subject_id,
        before: entry.before,
        after: entry.after,
        reason: entry.reason.replace('\0', ""),
        ip: cx.ip.to_string(),
        request_id: cx.request_id.clone(),
        at: cx.now().to_sqlx(),
        prev_hash: previous,
        hash: Vec::new(),
    };
    sqlx::query!(
        "insert into audit_log (actor_id, action, subject_kind, subject_id, before, after, reason,
             ip, request_id, at, prev_hash, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        row.actor_id.map(|id| id.0),
        &row.action,
        &row.subject_kind,
        row.subject_id,
        row.before.as_ref(),
        row.after.as_ref(),
        &row.reason,
        &row.ip,
        &row.request_id,
        row.at as jiff_sqlx::Timestamp,
        row.prev_hash.as_deref(),
        row.digest()
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Writes down that the moderator looks at something private, before it is shown. In a task
/// of its own, so that a client who leaves leaves no transaction behind.
///
/// # Errors
/// As [`audit`].
pub async fn record_view(cx: &Cx, subject_kind: &'static str, subject_id: i64) -> Result<()> {
    let cx = cx.clone();
    let written = tokio::spawn(async move {
        let mut tx = cx.begin().await?;
        let entry = Entry {
            action: "private.look",
            subject_kind,
            subject_id: Some(subject_id),
            ..Entry::default()
        };
        audit(&mut tx, &cx, entry).await?;
        tx.commit().await?;
        Ok(())
    });
    written.await.map_err(Error::internal)?
}

/// An entry as it is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Growing, the newest the largest.
    pub id: AuditId,
    /// When it was done.
    pub at: Timestamp,
    /// Handle; nobody when the site did it by itself.
    pub actor: Option<String>,
    /// See [`Entry::action`].
    pub action: String,
    /// See [`Entry::subject_kind`].
    pub subject_kind: String,
    /// See [`Entry::subject_id`].
    pub subject_id: Option<i64>,
    /// See [`Entry::before`].
    pub before: Option<Value>,
    /// See [`Entry::after`].
    pub after: Option<Value>,
    /// See [`Entry::reason`].
    pub reason: String,
    /// Whoever did it asked from there.
    pub ip: String,
    /// Of the call that did it, as in the logs.
    pub request_id: String,
}

/// Which entries to list. Empty parts do not narrow.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Handle.
    pub actor: String,
    /// The word or its beginning: `member` finds `member.suspend`.
    pub action: String,
    /// `copy`, or `copy:12`.
    pub subject: String,
    /// Older than this one.
    pub before: Option<AuditId>,
}

/// Entries, newest first, 50 at a time.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(cx: &Cx, filter: &Filter) -> Result<Vec<Shown>> {
    cx.moderator()?;
    let (kind, id) = match filter.subject.trim().split_once(':') {
        Some((kind, id)) => (kind, id.parse::<i64>().ok()),
        None => (filter.subject.trim(), None),
    };
    Ok(sqlx::query_as!(
Shown,
r#"select a.id, a.at, u.handle as "actor?", a.action, a.subject_kind, a.subject_id, a.before,
             a.after, a.reason, a.ip, a.request_id
         from audit_log a left join users u on u.id = a.actor_id
         where ($1 = '' or lower(u.handle) = $1) and ($2 = '' or starts_with(a.action, $2))
             and ($3 = '' or a.subject_kind = $3) and ($4::bigint is null or a.subject_id = $4)
             and ($5::bigint is null or a.id < $5)
         order by a.id desc limit $6"#,
filter.actor.trim().trim_start_matches('@').to_lowercase(),
filter.action.trim(),
kind,
id,
filter.before.map(|id| id.0),
PAGE
)
    .fetch_all(cx.db())
    .await?)
}

/// Checks the whole chain, oldest entry first, and stops at the first that does not fit.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn verify(cx: &Cx) -> Result<Chain> {
    cx.moderator()?;
    verify_chain(cx.db()).await
}

/// As [`verify`], for the operator and for the site itself.
///
/// # Errors
/// Those of the database.
pub async fn verify_chain(db: &PgPool) -> Result<Chain> {
    let mut chain = Chain {
        entries: 0,
        broken_at: None,
    };
    let mut after = AuditId(0);
    let mut previous: Option<Vec<u8>> = None;
    loop {
        let rows: Vec<Row> = sqlx::query_as!(
            Row,
            "select id, actor_id, action, subject_kind, subject_id, before, after, reason,
                 ip, request_id, at, prev_hash, hash
             from audit_log where id > $1 order by id limit $2",
            after.0,
            BATCH
        )
        .fetch_all(db)
        .await?;
        let Some(last) = rows.last() else {
            return Ok(chain);
        };
        after = last.id;
        for row in rows {
            chain.entries += 1;
            if row.prev_hash != previous || row.digest() != row.hash {
                chain.broken_at = Some(row.id);
                return Ok(chain);
            }
            previous = Some(row.hash);
        }
    }
}

struct Row {
    id: AuditId,
    actor_id: Option<UserId>,
    action: String,
    subject_kind: String,
    subject_id: Option<i64>,
    before: Option<Value>,
    after: Option<Value>,
    reason: String,
    ip: String,
    request_id: String,
    at: jiff_sqlx::Timestamp,
    prev_hash: Option<Vec<u8>>,
    hash: Vec<u8>,
}

impl Row {
    /// The hash of the previous hash and of every column. Parts carry their length, so
    /// that no two rows read the same.
    fn digest(&self) -> Vec<u8> {
        let at: Timestamp = self.at.to_jiff();
        let mut hash = Sha256::new();
        let mut part = |bytes: Option<&[u8]>| match bytes {
            None => hash.update([0]),
            Some(bytes) => {
                hash.update([1]);
                hash.update((bytes.len() as u64).to_be_bytes());
                hash.update(bytes);
            }
        };
        part(self.prev_hash.as_deref());
        part(
            self.actor_id
                .map(|id| id.0.to_be_bytes())
                .as_ref()
                .map(<[u8; 8]>::as_slice),
        );
        part(Some(self.action.as_bytes()));
        part(Some(self.subject_kind.as_bytes()));
        part(
            self.subject_id
                .map(i64::to_be_bytes)
                .as_ref()
                .map(<[u8; 8]>::as_slice),
        );
        part(
            self.before
                .as_ref()
                .map(canonical)
                .as_deref()
                .map(str::as_bytes),
        );
        part(
            self.after
                .as_ref()
                .map(canonical)
                .as_deref()
                .map(str::as_bytes),
        );
        part(Some(self.reason.as_bytes()));
        part(Some(self.ip.as_bytes()));
        part(Some(self.request_id.as_bytes()));
        part(Some(&at.as_microsecond().to_be_bytes()));
        hash.finalize().to_vec()
    }
}

/// JSON with sorted keys and no spaces: the database keeps neither order nor spaces.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let inner: Vec<String> = entries
                .into_iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", inner.join(","))
        }
        Value::Array(items) => {
            let inner: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", inner.join(","))
        }
        other => other.to_string(),
    }
}
