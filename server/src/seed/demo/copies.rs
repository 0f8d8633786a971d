//! What stands on the readers' shelves.

use std::collections::HashSet;

use dogear_domain::ids::{CopyId, UserId};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use sqlx::PgConnection;

use super::catalogue::Shelved;
use super::files::Note;
use super::readers::Reader;
use crate::{Error, Result};

/// How many copies there are.
pub(super) const COPIES: usize = 600;
/// Listings are this many days old at most.
const DAYS: i64 = 90;
/// Grades as they come, out of 100, from 6 (as new) to 1 (reading copy).
const GRADES: [(i16, u32); 6] = [(6, 10), (5, 24), (4, 32), (3, 20), (2, 10), (1, 4)];

/// A copy that stands on a shelf now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Copy {
    pub id: CopyId,
    pub owner: UserId,
    /// `None` when it is not for trade.
    pub listed_at: Option<Timestamp>,
}

/// Puts [`COPIES`] copies on the shelves: each work at least once, some many times.
pub(super) async fn load(
    conn: &mut PgConnection,
    random: &mut StdRng,
    shelved: &[Shelved],
    readers: &[Reader],
    notes: &[Note],
    now: Timestamp,
) -> Result<Vec<Copy>> {
    let mut copies = Vec::with_capacity(COPIES);
    let mut taken = HashSet::new();
    while copies.len() < COPIES {
        let book = match shelved.get(copies.len()) {
            Some(book) => book,
            None => much_read(random, shelved)?,
        };
        let edition = *book.editions.choose(random).ok_or_else(nobody)?;
        let owner = owner(random, readers, copies.len())?;
        // One copy of an edition is enough for anybody.
        if !taken.insert((edition, owner.id)) {
            continue;
        }
        let (grade, note) = condition(random, notes)?;
        let defects: Vec<&str> = note.map_or_else(Vec::new, |note| {
            note.defects
                .split(';')
                .filter(|word| !word.is_empty())
                .collect()
        });
        let age = SignedDuration::from_mins(random.random_range(60..DAYS * 24 * 60));
        let at = (now - age).max(owner.joined + SignedDuration::from_hours(1));
        let state = match random.random_range(0..100) {
            0..80 => "listed",
            80..95 => "owned",
            _ => "archived",
        };
        let listed_at = (state == "listed").then_some(at);
        let id: CopyId = sqlx::query_scalar(
            "with added as (
                 insert into copies (edition_id, work_id, owner_id, grade, defects, note, state,
                     listed_at, created_at, updated_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) returning id, owner_id
             ), noted as (
                 insert into copy_history (copy_id, to_user, kind, city, at)
                 select added.id, u.id, 'added', u.city, $9 from added join users u on u.id = added.owner_id
             )
             select id from added",
        )
        .bind(edition)
        .bind(book.work)
        .bind(owner.id)
        .bind(grade)
        .bind(&defects)
        .bind(note.map_or("", |note| note.note.as_str()))
        .bind(state)
        .bind(listed_at.map(ToSqlx::to_sqlx))
        .bind(at.to_sqlx())
        .fetch_one(&mut *conn)
        .await?;
        copies.push(Copy {
            id,
            owner: owner.id,
            listed_at,
        });
    }
    Ok(copies)
}

/// Half of the copies are dealt out in turn; the readers one can log in as have the
/// fullest shelves.
fn owner<'a>(random: &mut StdRng, readers: &'a [Reader], number: usize) -> Result<&'a Reader> {
    let favoured = match random.random_range(0..100) {
        0..6 => readers.first(),
        6..13 => readers.get(1),
        13..60 => readers.get(number % readers.len().max(1)),
        _ => None,
    };
    favoured
        .or_else(|| readers.choose(random))
        .ok_or_else(nobody)
}

/// The first works of the file are on many shelves, the last ones on few.
fn much_read<'a>(random: &mut StdRng, shelved: &'a [Shelved]) -> Result<&'a Shelved> {
    let place: f64 = random.random();
    shelved
        .get((place.powi(2) * shelved.len() as f64) as usize)
        .ok_or_else(nobody)
}

/// A grade, and for two copies in three what their owner says.
fn condition<'a>(random: &mut StdRng, notes: &'a [Note]) -> Result<(i16, Option<&'a Note>)> {
    let (grade, _) = *GRADES
        .choose_weighted(random, |(_, weight)| *weight)
        .map_err(Error::internal)?;
    let fitting: Vec<&Note> = notes.iter().filter(|note| note.grade == grade).collect();
    let note = if random.random_range(0..3) < 2 {
        fitting.choose(random).copied()
    } else {
        None
    };
    Ok((grade, note))
}

fn nobody() -> Error {
    Error::internal("the demo files have no readers or no works")
}
