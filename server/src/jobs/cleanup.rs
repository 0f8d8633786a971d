//! What the site throws away by itself.

use futures::FutureExt;
use jiff::SignedDuration;
use sqlx::PgPool;

use super::schedule::{Schedule, When};
use crate::{Cx, Result};

/// Rows per statement, so that none comes near the statement timeout.
const BATCH: i64 = 2000;

/// Each deletes at most `$1` rows.
const OUTBOX: &str = "delete from outbox where id in (select id from outbox
    where state in ('done', 'discarded') and done_at < now() - interval '14 days' limit $1)";
/// The last letter to somebody whose data is erased is the last place that knows their address.
const MAILS: &str = "delete from mails where id in (select id from mails
    where created_at < now() - interval '90 days'
       or kind = 'account_closed' and created_at < now() - interval '3 days' limit $1)";
const IDEMPOTENCY_KEYS: &str = "delete from idempotency_keys where (user_id, key) in (
    select user_id, key from idempotency_keys where created_at < now() - interval '48 hours' limit $1)";
const TOKENS: &str = "delete from auth_tokens where id in (select id from auth_tokens
    where expires_at < now() - interval '7 days' limit $1)";
const SESSIONS: &str = "delete from user_sessions where id in (select id from user_sessions
    where ended_at < now() - interval '30 days' or last_seen_at < now() - interval '90 days' limit $1)";

const ISBN_ANSWERS: &str =
    "delete from isbn_answers where isbn13 in (select isbn13 from isbn_answers
    where asked_at < now() - interval '90 days' limit $1)";

pub(super) fn schedules() -> [Schedule; 4] {
    [
        Schedule {
            name: "clean up jobs, mail and answers",
            when: When::Daily {
                hour: 3,
                minute: 20,
            },
            run: |cx| async move { delete(&cx, &[OUTBOX, MAILS, ISBN_ANSWERS]).await }.boxed(),
        },
        Schedule {
            name: "clean up idempotency keys",
            when: When::Every(SignedDuration::from_hours(1)),
            run: |cx| async move { delete(&cx, &[IDEMPOTENCY_KEYS]).await }.boxed(),
        },
        Schedule {
            name: "clean up tokens and sessions",
            when: When::Daily {
                hour: 3,
                minute: 40,
            },
            run: |cx| async move { delete(&cx, &[TOKENS, SESSIONS]).await }.boxed(),
        },
        Schedule {
            name: "delete unconfirmed accounts",
            when: When::Daily { hour: 4, minute: 0 },
            run: |cx| async move { crate::accounts::delete_unconfirmed(&cx).await }.boxed(),
        },
    ]
}

async fn delete(cx: &Cx, statements: &[&'static str]) -> Result<()> {
    for statement in statements {
        while delete_batch(cx.db(), statement).await? == BATCH as u64 {}
    }
    Ok(())
}

async fn delete_batch(db: &PgPool, statement: &'static str) -> Result<u64> {
    Ok(sqlx::query(statement)
        .bind(BATCH)
        .execute(db)
        .await?
        .rows_affected())
}
