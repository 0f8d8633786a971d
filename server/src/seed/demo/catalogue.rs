//! The works of the demo community, and their editions.

use dogear_domain::edition::Format;
use dogear_domain::ids::{EditionId, WorkId};
use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use sqlx::PgConnection;

use super::files::Work;
use crate::Result;
use crate::catalogue::{NewEdition, NewSeries, find_or_create_edition};

/// Invented houses: what they print is no claim about a real edition.
const PUBLISHERS: &[&str] = &[
    "Lantern House",
    "Quayside Press",
    "Ember & Lark",
    "Old Mill Books",
    "Northlight Editions",
    "The Paper Boat",
];
/// One work in this many has a second edition.
const SECOND_EDITION_EVERY: usize = 5;

/// A work and what can be on a shelf of it.
#[derive(Debug)]
pub(super) struct Shelved {
    pub work: WorkId,
    pub editions: Vec<EditionId>,
}

/// Enters every work, about a fifth of them in two editions.
pub(super) async fn load(
    conn: &mut PgConnection,
    random: &mut StdRng,
    works: &[Work],
    now: Timestamp,
) -> Result<Vec<Shelved>> {
    let mut shelved = Vec::with_capacity(works.len());
    for (n, work) in works.iter().enumerate() {
        let first = first_edition(random, work);
        let resolved = find_or_create_edition(conn, &first, now).await?;
        let mut editions = vec![resolved.edition];
        if n % SECOND_EDITION_EVERY == 0 {
            let second = second_edition(random, work, &first);
            editions.push(find_or_create_edition(conn, &second, now).await?.edition);
        }
        shelved.push(Shelved {
            work: resolved.work,
            editions,
        });
    }
    Ok(shelved)
}

fn first_edition(random: &mut StdRng, work: &Work) -> NewEdition {
    NewEdition {
        title: work.title.clone(),
        subtitle: work.subtitle.clone(),
        authors: work.authors.split(';').map(str::to_owned).collect(),
        isbn: work.isbn13,
        publisher: String::new(),
        year: None,
        first_year: work.year,
        format: Some(match random.random_range(0..10) {
            _ if work.isbn13.is_some() => Format::Paperback,
            0..=5 => Format::Paperback,
            6..=7 => Format::Hardback,
            _ => Format::MassMarket,
        }),
        language: work.language.clone(),
        genre: Some(work.genre.clone()),
        series: (!work.series.is_empty()).then(|| NewSeries {
            title: work.series.clone(),
            position: work.series_position,
        }),
        description: work.blurb.clone(),
        created_by: None,
    }
}

/// Another printing: other format, a publisher, a year after the first publication.
fn second_edition(random: &mut StdRng, work: &Work, first: &NewEdition) -> NewEdition {
    let format = match first.format {
        Some(Format::Hardback) => Format::Paperback,
        _ => [Format::Hardback, Format::Hardback, Format::LargePrint]
            .choose(random)
            .copied()
            .unwrap_or(Format::Hardback),
    };
    let earliest = work.year.unwrap_or(1950).max(1950);
    NewEdition {
        isbn: None,
        publisher: PUBLISHERS
            .choose(random)
            .copied()
            .unwrap_or_default()
            .to_owned(),
        year: Some(random.random_range(earliest.min(2021) + 1..=2023)),
        format: Some(format),
        ..first.clone()
    }
}
