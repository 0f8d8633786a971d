//! Towns: where readers live, where events are, and how far apart. What readers write is matched
//! with a list of the world's towns (`server/data`); of a reader nothing more exact is ever known.

mod gazetteer;
mod repo;
#[cfg(test)]
mod tests;

use dogear_domain::fields::title_key;
use dogear_domain::ids::UserId;
use dogear_domain::whereabouts::{Whereabouts, circle};
use futures::FutureExt;
use jiff::SignedDuration;
use serde::Deserialize;
use sqlx::PgConnection;

use crate::jobs::schedule::{Interval, Schedule};
use crate::{Cx, Result};

use gazetteer::Place;
use repo::Named;

/// Towns in one circle; those further out are left aside.
const MOST_TOWNS: i64 = 2_000;
/// Towns looked up at once.
const MOST_LOOKED_UP: i64 = 5_000;

/// A town that a reader has named, seen from the middle of a [`Nearby`].
#[derive(Debug, Clone, PartialEq)]
pub struct TownDistance {
    /// Its number among the towns that readers have named.
    pub town: i32,
    /// As the crow flies.
    pub kilometres: f32,
}

/// A place and the readers' towns around it, nearest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Nearby {
    /// Those within reach of any search; the rest are left out.
    pub towns: Vec<TownDistance>,
}

impl Nearby {
    /// The towns at most so many kilometres away.
    pub fn within(&self, kilometres: u32) -> Vec<i32> {
        self.towns
            .iter()
            .take_while(|distant| distant.kilometres <= kilometres as f32)
            .map(|distant| distant.town)
            .collect()
    }
}

/// Where an owner lives, as the database knows it: in statements `w.seen as "seen!: Json<Seen>"`
/// with `cross join lateral seen_by($1, u) w`. As [`Whereabouts`] it may be shown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Seen {
    city: String,
    country: String,
    same_country: bool,
    kilometres: Option<f32>,
    posts_abroad: bool,
}

impl From<Seen> for Whereabouts {
    fn from(seen: Seen) -> Self {
        Self {
            city: seen.city,
            country: seen.country,
            same_country: seen.same_country,
            within: seen.kilometres.and_then(circle),
            posts_abroad: seen.posts_abroad,
        }
    }
}

/// Where a member lives, for whoever asks.
///
/// # Errors
/// When the database does not answer in time.
pub async fn whereabouts(cx: &Cx, member: UserId) -> Result<Whereabouts> {
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    Ok(repo::whereabouts(cx.db(), reader, member).await?.into())
}

/// Whether the town of whoever asks is on the map. A visitor has none.
///
/// # Errors
/// When the database does not answer in time.
pub async fn is_placed(cx: &Cx) -> Result<bool> {
    match &cx.actor {
        Some(actor) => repo::is_placed(cx.db(), actor.id).await,
        None => Ok(false),
    }
}

/// The towns around the one called `name`: that of the country of whoever asks when there
/// are several, else the largest. `None` when no town is known by that name.
///
/// # Errors
/// When the database does not answer in time.
pub async fn towns_near(cx: &Cx, name: &str) -> Result<Option<Nearby>> {
    let key = title_key(name);
    if key.is_empty() {
        return Ok(None);
    }
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let known = repo::middle(cx.db(), name, reader).await?;
    let middle = if known.is_some() {
        known
    } else {
        let country = repo::country(cx.db(), reader).await?;
        gazetteer::find_one(&country.unwrap_or_default(), &key).await?
    };
    let Some(middle) = middle else {
        return Ok(None);
    };
    let towns = repo::distances(cx.db(), middle, MOST_TOWNS).await?;
    Ok(Some(Nearby { towns }))
}

/// A town as a reader names it, and where it lies if that is known.
#[derive(Debug)]
pub(crate) struct Town(Named, Option<Place>);

/// Looks a town up that nobody has named before. Takes a while: for before a transaction, at
/// whose end [`note`] belongs. `None` when nothing has to be noted.
///
/// # Errors
/// When the database does not answer in time.
pub(crate) async fn look_up(cx: &Cx, country: &str, city: &str) -> Result<Option<Town>> {
    let Some(key) = repo::unknown_key(cx.db(), country, city).await? else {
        return Ok(None);
    };
    let named = Named {
        country: country.to_owned(),
        key,
    };
    let found = gazetteer::find(std::slice::from_ref(&named)).await?;
    Ok(Some(Town(named, found.into_iter().flatten().next())))
}

/// Notes where the town lies that a reader has moved to, or named for events.
///
/// # Errors
/// Those of the database.
pub(crate) async fn note(conn: &mut PgConnection, town: &Town) -> Result<()> {
    repo::set_places(conn, std::slice::from_ref(&town.0), &[town.1]).await
}

/// Whether it is known where a town lies that a reader has named.
///
/// # Errors
/// When the database does not answer in time.
pub(crate) async fn is_known(cx: &Cx, country: &str, city: &str) -> Result<bool> {
    repo::is_located(cx.db(), country, city).await
}

/// Looks up where the towns lie that readers have named since the last time.
///
/// # Errors
/// Those of the database.
pub async fn locate(conn: &mut PgConnection) -> Result<()> {
    let open = repo::open(&mut *conn, MOST_LOOKED_UP).await?;
    if open.is_empty() {
        return Ok(());
    }
    let found = gazetteer::find(&open).await?;
    repo::set_places(conn, &open, &found).await
}

/// Forgets the towns where no reader lives any more and no event can be.
///
/// # Errors
/// Those of the database.
pub async fn drop_empty(conn: &mut PgConnection) -> Result<()> {
    repo::drop_empty(conn).await
}

/// What is done about towns by the clock.
pub fn schedules() -> [Schedule; 2] {
    let located = Schedule {
        name: "look up where new towns lie",
        when: Interval::Every(SignedDuration::from_mins(5)),
        run: |cx| {
            async move {
                let mut conn = cx.db().acquire().await?;
                locate(&mut conn).await
            }
            .boxed()
        },
    };
    let emptied = Schedule {
        name: "forget towns that nobody lives in",
        when: Interval::Daily {
            hour: 3,
            minute: 20,
        },
        run: |cx| {
            async move {
                let mut conn = cx.db().acquire().await?;
                drop_empty(&mut conn).await
            }
            .boxed()
        },
    };
    [located, emptied]
}
