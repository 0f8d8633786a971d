//! The last months of the demo community, scene by scene in the order of time.

use dogear_domain::accounts::Role;
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use sqlx::PgPool;

use super::copies::Copy;
use super::corrections::{self, CORRECTIONS};
use super::files::Letter;
use super::past::Past;
use super::readers::Reader;
use super::reports::REPORTS;
use super::scripts::Step;
use super::stage::{self, Letters};
use crate::{Cx, Error, Result};

/// Deadlines are swept once a day, from this many days ago.
const SWEEPS: i64 = 82;

#[derive(Debug, Clone, Copy)]
enum Scene {
    /// A step of the trade with this place in the list.
    Trade(usize, Step),
    /// What the clock does by itself.
    Sweep,
    Report(usize),
    Ruling(usize),
    EnteredTwice,
    Correction(usize),
}

/// Plays everything. Gives the number of trades.
///
/// # Errors
/// Those of the services.
pub(super) async fn play(
    past: &Past,
    random: &mut StdRng,
    readers: &[Reader],
    copies: &[Copy],
    letters: &[Letter],
    now: Timestamp,
) -> Result<usize> {
    let moderator = readers
        .iter()
        .find(|reader| reader.is.role == Role::Moderator)
        .ok_or_else(|| Error::internal("readers.csv has no moderator"))?;
    let mut plays = stage::cast(&past.services.db, random, readers, copies, now).await?;
    let mut scenes = Vec::new();
    for (place, play) in plays.iter().enumerate() {
        for (hours, step) in play.cast.script {
            let at = play.begins + SignedDuration::from_hours(*hours);
            scenes.push((at, Scene::Trade(place, *step)));
        }
    }
    for day in 0..=SWEEPS {
        scenes.push((now - SignedDuration::from_hours(24 * day), Scene::Sweep));
    }
    for (place, report) in REPORTS.iter().enumerate() {
        let at = now - SignedDuration::from_hours(report.hours_ago);
        scenes.push((at, Scene::Report(place)));
        if let Some((hours, ..)) = report.ruling {
            let at = at + SignedDuration::from_hours(hours);
            scenes.push((at, Scene::Ruling(place)));
        }
    }
    let ago = |hours| now - SignedDuration::from_hours(hours);
    scenes.push((ago(corrections::ENTERED_HOURS_AGO), Scene::EnteredTwice));
    for (place, correction) in CORRECTIONS.iter().enumerate() {
        scenes.push((ago(correction.hours_ago), Scene::Correction(place)));
    }
    // Steps of one hour stay in the order of their script: the sort is stable.
    scenes.sort_by_key(|(at, _)| *at);
    let mut letters = Letters::of(letters);
    for (at, scene) in scenes {
        past.go_to(at);
        match scene {
            Scene::Trade(place, step) => {
                if let Some(play) = plays.get_mut(place) {
                    play.take(past, step, &mut letters, moderator).await?;
                }
            }
            Scene::Sweep => sweep(past).await?,
            Scene::Report(place) => REPORTS[place].file(past, readers, &plays).await?,
            Scene::EnteredTwice => corrections::enter_twice(past, readers).await?,
            Scene::Correction(place) => CORRECTIONS[place].suggest(past, readers).await?,
            Scene::Ruling(place) => {
                REPORTS[place]
                    .rule(past, readers, &plays, moderator)
                    .await?;
            }
        }
        past.tell().await?;
    }
    Ok(plays.len())
}

async fn sweep(past: &Past) -> Result<()> {
    for schedule in crate::trades::schedules() {
        (schedule.run)(Cx::system(past.services.clone())).await?;
    }
    Ok(())
}

/// How many reports there are, those of problems in trades included.
///
/// # Errors
/// Those of the database.
pub(super) async fn reports(db: &PgPool) -> Result<usize> {
    let number: i64 = sqlx::query_scalar("select count(*) from reports")
        .fetch_one(db)
        .await?;
    Ok(number as usize)
}

/// How many works there are, the one that is there twice included.
///
/// # Errors
/// Those of the database.
pub(super) async fn works(db: &PgPool) -> Result<usize> {
    let number: i64 = sqlx::query_scalar("select count(*) from works")
        .fetch_one(db)
        .await?;
    Ok(number as usize)
}
