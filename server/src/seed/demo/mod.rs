//! A made-up community to look at: readers, shelves, photos, trades and reports,
//! the same each time, as old as if they had happened over the last months.

mod catalogue;
mod copies;
mod corrections;
mod evenings;
mod events;
mod extras;
mod files;
mod lending;
mod lists;
mod loans;
mod past;
mod photos;
mod picture;
mod readers;
mod reading;
mod reports;
mod reviews;
mod rounds;
mod sales;
mod scripts;
mod series;
mod stage;
mod story;
mod tasks;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sqlx::PgConnection;

use self::files::Files;
use crate::{Cx, Result, Services};

/// The password of every demo reader.
pub const PASSWORD: &str = "dogear-demo";
/// Whom to log in as: handle, and what they are.
pub const LOG_INS: &[(&str, &str)] = &[
    ("ana_m", "a reader"),
    ("old_margin", "another reader"),
    ("bea_k", "a moderator"),
    ("keeper", "an admin"),
];
/// Everything that is drawn is drawn from here.
const SEED: u64 = 1605;

/// What was loaded; all zero when the site had readers already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DemoSummary {
    /// New in the catalogue.
    pub works: usize,
    /// Who can log in.
    pub readers: usize,
    /// On all shelves.
    pub copies: usize,
    /// Of copies.
    pub photos: usize,
    /// In every state.
    pub trades: usize,
    /// Past, to come, full, cancelled and not yet published.
    pub events: usize,
    /// Open and decided.
    pub reports: usize,
}

/// The address a demo reader logs in with.
pub fn mail_address(handle: &str) -> String {
    format!("{handle}@demo.dogear.example")
}

/// Fills an empty site with the demo community. Does nothing when anybody is registered,
/// unless an earlier call was interrupted: then what it left is replaced.
///
/// # Errors
/// When the database refuses.
pub async fn demo(services: &Arc<Services>) -> Result<DemoSummary> {
    let cx = Cx::system(Arc::clone(services));
    let inhabited: bool = sqlx::query_scalar("select exists (select from users)")
        .fetch_one(cx.db())
        .await?;
    if inhabited && !left_half_done(&cx).await? {
        return Ok(DemoSummary::default());
    }
    let files = Files::read()?;
    let now = cx.now();
    let mut random = StdRng::seed_from_u64(SEED);
    let community = settle(&cx, &files, &mut random, now).await?;
    let photos = photos::load(services, &community.readers).await?;
    let past = past::Past::of(services).await?;
    let trades = story::play(
        &past,
        &mut random,
        &community.readers,
        &community.copies,
        &files.letters,
        now,
    )
    .await?;
    lists::make(&past, &community.readers).await?;
    let events = events::play(&past, &community.readers, now).await?;
    let sales = sales::play(&past, &community.readers, now).await?;
    let loans = loans::play(&past, &community.readers, now).await?;
    lending::lend_one(&past, &community.readers, now).await?;
    rounds::play(&past, &community.readers, now).await?;
    reviews::play(&past, &community.readers, now).await?;
    reading::play(&past, &community.readers, now).await?;
    crate::recommendations::rebuild_co_owned(&cx).await?;
    mark(&mut *cx.db().acquire().await?, "done").await?;
    Ok(DemoSummary {
        photos,
        trades: trades + sales + loans,
        events,
        reports: story::reports(cx.db()).await?,
        works: story::works(cx.db()).await?,
        readers: community.readers.len(),
        copies: community.copies.len(),
    })
}

/// Readers with their shelves, to whom nothing has happened yet.
struct Community {
    readers: Vec<readers::Reader>,
    copies: Vec<copies::Copy>,
}

/// Loads the readers and their shelves, and marks that their story is still to be played.
async fn settle(cx: &Cx, files: &Files, random: &mut StdRng, now: Timestamp) -> Result<Community> {
    let hash = crate::accounts::hash_password(PASSWORD).await?;
    let mut tx = cx.begin().await?;
    // Pictures are drawn in between, on a busy machine for longer than a request may wait.
    sqlx::query("set local idle_in_transaction_session_timeout = 0")
        .execute(&mut *tx)
        .await?;
    clear(&mut tx).await?;
    mark(&mut tx, "begun").await?;
    let shelved = catalogue::load(&mut tx, random, &files.works, now).await?;
    let readers = readers::load(&mut tx, &files.readers, &hash, now).await?;
    let copies = copies::load(&mut tx, random, &shelved, &readers, &files.notes, now).await?;
    crate::places::locate(&mut tx).await?;
    crate::search::refresh_all(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Community { readers, copies })
}

/// Writes down how far the loading has come.
async fn mark(conn: &mut PgConnection, state: &str) -> Result<()> {
    sqlx::query(
        "insert into settings (key, value) values ('demo', to_jsonb($1::text))
         on conflict (key) do update set value = excluded.value, changed_at = now()",
    )
    .bind(state)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether the loading began and did not end, and nobody has joined since.
async fn left_half_done(cx: &Cx) -> Result<bool> {
    let (begun, joined): (bool, bool) = sqlx::query_as(
        "select exists (select from settings where key = 'demo' and value = '\"begun\"'),
                exists (select from users where email_key not like '%' || $1)",
    )
    .bind(mail_address(""))
    .fetch_one(cx.db())
    .await?;
    if begun && joined {
        tracing::warn!("the demo community is half loaded; it stays so, since others have joined");
    }
    Ok(begun && !joined)
}

/// Empties a site that has nobody but demo readers, or nobody at all. The log that is
/// never changed is no exception: what it tells has not happened to anyone.
async fn clear(conn: &mut PgConnection) -> Result<()> {
    let inhabited: bool = sqlx::query_scalar("select exists (select from users)")
        .fetch_one(&mut *conn)
        .await?;
    if !inhabited {
        return Ok(());
    }
    for statement in [
        "alter table audit_log disable trigger audit_log_append_only",
        "truncate users, authors, series, works, outbox, idempotency_keys, search_words restart identity cascade",
        "alter table audit_log enable trigger audit_log_append_only",
    ] {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Whether the demo community lives on this site.
///
/// # Errors
/// Those of the database.
pub async fn demo_is_here(services: &Services) -> Result<bool> {
    let addresses: Vec<String> = LOG_INS
        .iter()
        .map(|(handle, _)| mail_address(handle))
        .collect();
    let known: i64 = sqlx::query_scalar("select count(*) from users where email_key = any ($1)")
        .bind(&addresses)
        .fetch_one(&services.db)
        .await?;
    Ok(known == addresses.len() as i64)
}

fn days_before(now: Timestamp, days: i64) -> Timestamp {
    now - SignedDuration::from_hours(24 * days)
}
