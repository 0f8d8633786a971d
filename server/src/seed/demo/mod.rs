//! A made-up community to look at: readers, shelves, photos, trades and reports,
//! the same each time, as old as if they had happened over the last months.

mod catalogue;
mod copies;
mod files;
mod past;
mod photos;
mod picture;
mod readers;
mod reports;
mod scripts;
mod stage;
mod story;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;

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
    pub works: usize,
    pub readers: usize,
    pub copies: usize,
    pub photos: usize,
    pub trades: usize,
    pub reports: usize,
}

/// The address a demo reader logs in with.
pub fn mail_address(handle: &str) -> String {
    format!("{handle}@demo.dogear.example")
}

/// Fills an empty site with the demo community. Does nothing when anybody is registered.
///
/// # Errors
/// When the database refuses.
pub async fn demo(services: &Arc<Services>) -> Result<DemoSummary> {
    let cx = Cx::system(Arc::clone(services));
    let inhabited: bool = sqlx::query_scalar("select exists (select from users)")
        .fetch_one(cx.db())
        .await?;
    if inhabited {
        return Ok(DemoSummary::default());
    }
    let files = Files::read()?;
    let now = cx.now();
    let mut random = StdRng::seed_from_u64(SEED);
    let hash = crate::accounts::hash_password(PASSWORD).await?;
    let mut tx = cx.begin().await?;
    let shelved = catalogue::load(&mut tx, &mut random, &files.works).await?;
    let readers = readers::load(&mut tx, &files.readers, &hash, now).await?;
    let copies = copies::load(&mut tx, &mut random, &shelved, &readers, &files.notes, now).await?;
    crate::search::refresh_all(&mut tx).await?;
    tx.commit().await?;
    let photos = photos::load(services, &readers).await?;
    let past = past::Past::of(services).await?;
    let trades = story::play(&past, &mut random, &readers, &copies, &files.letters, now).await?;
    Ok(DemoSummary {
        photos,
        trades,
        reports: story::reports(cx.db()).await?,
        works: shelved.len(),
        readers: readers.len(),
        copies: copies.len(),
    })
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
