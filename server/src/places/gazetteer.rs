//! The list of the world's towns. It stays packed in the program; where each name lies is put
//! into a table in memory at the first question (7 MB, some 200 ms), and found there in
//! microseconds: anybody may ask for any name, and as often as they like.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{BufRead as _, BufReader};
use std::sync::LazyLock;

use dogear_domain::fields::title_key;
use flate2::read::GzDecoder;

use super::repo::Named;
use crate::{Error, Result};

static TOWNS: &[u8] = include_bytes!("../../data/towns.tsv.gz");

/// Latitude and longitude in degrees.
pub(super) type Place = (f32, f32);

/// Where names lead; made once.
static GAZETTEER: LazyLock<Result<Gazetteer, String>> = LazyLock::new(read);

/// See [`GAZETTEER`].
pub(super) struct Gazetteer {
    /// Largest first.
    towns: Vec<Town>,
    /// By the hash of the name, then by the number of the town.
    names: Vec<Name>,
}

struct Town {
    /// ISO 3166-1 alpha-2.
    country: [u8; 2],
    place: Place,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    hash: u64,
    town: u32,
    /// Not in the language of the town.
    foreign: bool,
}

/// As [`find`] for one town, looked up in `country` first and then anywhere.
///
/// # Errors
/// As [`find`].
pub(super) async fn find_one(country: &str, key: &str) -> Result<Option<Place>> {
    let asked = [country, ""].map(|country| Named {
        country: country.to_owned(),
        key: key.to_owned(),
    });
    Ok(find(&asked).await?.into_iter().flatten().next())
}

/// Where each of these towns lies: country (empty: any) and folded name. Of several of that
/// name it is the largest; a name in the language of the town goes before one in another.
///
/// # Errors
/// When the list cannot be read, which its test rules out.
pub(super) async fn find(asked: &[Named]) -> Result<Vec<Option<Place>>> {
    let gazetteer = match LazyLock::get(&GAZETTEER) {
        Some(made) => made,
        // Whoever comes while it is made waits for it, and no request of anybody else does.
        None => tokio::task::spawn_blocking(|| LazyLock::force(&GAZETTEER))
            .await
            .map_err(|error| Error::internal(format!("towns: {error}")))?,
    };
    let gazetteer = gazetteer
        .as_ref()
        .map_err(|error| Error::internal(format!("towns: {error}")))?;
    Ok(asked.iter().map(|named| gazetteer.place(named)).collect())
}

/// A name without its gaps. The database folds an apostrophe to a gap and [`title_key`] to
/// nothing: both write King's Lynn in this way.
fn hash_of(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    title_key(name).replace(' ', "").hash(&mut hasher);
    hasher.finish()
}

/// Reads the packed list through.
pub(super) fn read() -> Result<Gazetteer, String> {
    let mut towns = Vec::new();
    let mut names = Vec::new();
    for line in BufReader::with_capacity(1 << 16, GzDecoder::new(TOWNS)).lines() {
        let line = line.map_err(|error| error.to_string())?;
        let mut fields = line.split('\t');
        let mut town = || {
            let country = fields.next()?.as_bytes().try_into().ok()?;
            let place = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
            Some((Town { country, place }, fields.next()?))
        };
        let (town, called) = town().ok_or_else(|| line.clone())?;
        let number = u32::try_from(towns.len()).map_err(|error| error.to_string())?;
        names.extend(called.split('|').enumerate().map(|(n, name)| Name {
            hash: hash_of(name),
            town: number,
            foreign: n > 0,
        }));
        towns.push(town);
    }
    names.sort_unstable();
    Ok(Gazetteer { towns, names })
}

impl Gazetteer {
    fn place(&self, named: &Named) -> Option<Place> {
        let hash = hash_of(&named.key);
        let start = self.names.partition_point(|name| name.hash < hash);
        let here = self.names[start..]
            .iter()
            .take_while(|name| name.hash == hash)
            .filter_map(|name| Some((name.foreign, self.towns.get(name.town as usize)?)))
            .filter(|(_, town)| {
                named.country.is_empty() || named.country.as_bytes() == town.country
            });
        // The first of those that are equal: the largest.
        here.min_by_key(|(foreign, _)| *foreign)
            .map(|(_, town)| town.place)
    }
}
