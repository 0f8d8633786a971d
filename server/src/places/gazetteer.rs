//! The list of the world's towns. It stays packed in the program and is read through when
//! somebody asks, some 60 ms: towns are asked for seldom, and memory is dearer.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::sync::LazyLock;

use dogear_domain::fields::title_key;
use flate2::read::GzDecoder;
use moka::future::Cache;

use super::repo::Named;
use crate::{Error, Result};

static TOWNS: &[u8] = include_bytes!("../../data/towns.tsv.gz");

/// Latitude and longitude in degrees.
pub(super) type Place = (f32, f32);

/// Places that people look around from, also those that are nowhere; towns do not move.
static MIDDLES: LazyLock<Cache<Named, Option<Place>>> = LazyLock::new(|| Cache::new(2_000));

/// As [`find`] for one town, looked up in `country` first and then anywhere. Remembered.
///
/// # Errors
/// As [`find`].
pub(super) async fn find_one(country: &str, key: &str) -> Result<Option<Place>> {
    let [asked, anywhere] = [country, ""].map(|country| Named {
        country: country.to_owned(),
        key: key.to_owned(),
    });
    if let Some(place) = MIDDLES.get(&asked).await {
        return Ok(place);
    }
    let found = find(&[asked.clone(), anywhere]).await?;
    let place = found.into_iter().flatten().next();
    MIDDLES.insert(asked, place).await;
    Ok(place)
}

/// A name without its gaps. The database folds an apostrophe to a gap and [`title_key`] to
/// nothing: both write King's Lynn in this way.
fn compact(name: &str) -> String {
    title_key(name).replace(' ', "")
}

/// Where each of these towns lies: country (empty: any) and folded name. Of several of that
/// name it is the largest; a name in the language of the town goes before one in another.
///
/// # Errors
/// When the list cannot be read, which its test rules out.
pub(super) async fn find(asked: &[Named]) -> Result<Vec<Option<Place>>> {
    let asked = asked.to_vec();
    tokio::task::spawn_blocking(move || search(&asked))
        .await
        .map_err(|error| Error::internal(format!("towns: {error}")))?
}

fn search(asked: &[Named]) -> Result<Vec<Option<Place>>> {
    let mut wanted: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, named) in asked.iter().enumerate() {
        wanted.entry(compact(&named.key)).or_default().push(at);
    }
    let mut own: Vec<Option<Place>> = vec![None; asked.len()];
    let mut foreign = own.clone();
    for line in BufReader::with_capacity(1 << 16, GzDecoder::new(TOWNS)).lines() {
        let line = line.map_err(|error| Error::internal(format!("towns: {error}")))?;
        let mut fields = line.split('\t');
        let (Some(country), Some(latitude), Some(longitude), Some(names)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(Error::internal(format!("towns: {line}")));
        };
        for (n, name) in names.split('|').enumerate() {
            let Some(places) = wanted.get(&compact(name)) else {
                continue;
            };
            let place = latitude.parse().ok().zip(longitude.parse().ok());
            let found = if n == 0 { &mut own } else { &mut foreign };
            for &at in places {
                let country_fits = asked[at].country.is_empty() || asked[at].country == country;
                if country_fits && found[at].is_none() {
                    found[at] = place;
                }
            }
        }
    }
    Ok(own
        .into_iter()
        .zip(foreign)
        .map(|(own, foreign)| own.or(foreign))
        .collect())
}
