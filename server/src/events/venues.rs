//! Places where events are. Each belongs to the host who entered it.

use std::collections::BTreeSet;

use dogear_domain::countries::country_name;
use dogear_domain::events::AccessFact;
use dogear_domain::events::hosts::HostRole;
use dogear_domain::fields::{
    Directions, FieldErrors, FieldProblem, TimeZone, VenueAddress, VenueCity, VenueName,
};
use dogear_domain::ids::{EventId, VenueId};
use serde::Serialize;

use super::hosts::owner_for;
use super::notify::{self, EventNews};
use super::repo::{calendar, hosting as repo};
use crate::db::{IdempotencyKey, Idempotent};
use crate::version::Version;
use crate::{Cx, Error, Result, places};

/// Places of one host that are offered to choose from.
const MOST: i64 = 100;

/// A place, as its host edits it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Venue {
    /// Its number.
    pub id: VenueId,
    /// What it is called.
    pub name: String,
    /// Street and number.
    pub address: String,
    /// The town.
    pub city: String,
    /// ISO 3166-1 alpha-2, or empty.
    pub country: String,
    /// An IANA name.
    pub time_zone: String,
    /// What guests can count on.
    pub access: Vec<AccessFact>,
    /// How to get there and in; may be empty.
    pub directions: String,
}

impl Venue {
    /// By which the form that edits it says what it showed.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        Version::of(self)
    }

    /// Whether it says what the form says.
    fn says(&self, text: &VenueText) -> bool {
        self.name == **text.name
            && self.address == **text.address
            && self.city == **text.city
            && self.country == text.country
            && self.time_zone == text.time_zone.as_str()
            && self.access == text.access
            && self.directions == **text.directions
    }
}

/// The form of a place, as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct VenueForm {
    /// Needed.
    pub name: String,
    /// Needed.
    pub address: String,
    /// Needed.
    pub city: String,
    /// ISO 3166-1 alpha-2; may stay empty.
    pub country: String,
    /// An IANA name.
    pub time_zone: String,
    /// Words of [`AccessFact`].
    pub access: Vec<String>,
    /// May stay empty.
    pub directions: String,
}

/// The form, read.
pub(super) struct VenueText {
    pub name: VenueName,
    pub address: VenueAddress,
    pub city: VenueCity,
    pub country: String,
    pub time_zone: TimeZone,
    pub access: Vec<AccessFact>,
    pub directions: Directions,
}

/// Each fact once, in the order of the form.
fn access(words: &[String]) -> Result<Vec<AccessFact>, FieldProblem> {
    let facts: Result<BTreeSet<AccessFact>, _> = words.iter().map(|word| word.parse()).collect();
    match facts {
        Ok(facts) => Ok(facts.into_iter().collect()),
        Err(_) => Err("Choose from the list.".into()),
    }
}

impl VenueForm {
    fn read(&self) -> Result<VenueText> {
        let mut errors = FieldErrors::new();
        let name = errors.take("name", VenueName::parse(&self.name));
        let address = errors.take("address", VenueAddress::parse(&self.address));
        let city = errors.take("city", VenueCity::parse(&self.city));
        if !self.country.is_empty() && country_name(&self.country).is_none() {
            errors.add("country", "Choose a country from the list.");
        }
        let time_zone = errors.take("time_zone", TimeZone::parse(&self.time_zone));
        let directions = errors.take("directions", Directions::parse(&self.directions));
        let access = errors.take("access", access(&self.access));
        let read = name.zip(address).zip(city).zip(time_zone);
        let read = read.zip(directions).zip(access);
        let (((((name, address), city), time_zone), directions), access) =
            errors.finish(read).map_err(Error::Invalid)?;
        Ok(VenueText {
            name,
            address,
            city,
            country: self.country.clone(),
            time_zone,
            access,
            directions,
        })
    }
}

/// The places of whoever asks, the latest first.
///
/// # Errors
/// `SignInRequired`, `Forbidden`.
pub async fn venues(cx: &Cx) -> Result<Vec<Venue>> {
    repo::venues(cx.db(), cx.member()?.id, MOST).await
}

/// The places that an event can be moved to: those of its owner.
///
/// # Errors
/// As [`venues`]; `NotFound` for whoever does not host it.
pub async fn venues_of(cx: &Cx, event: EventId) -> Result<Vec<Venue>> {
    cx.member()?;
    let owner = owner_for(cx, event, HostRole::CoHost).await?;
    repo::venues(cx.db(), owner, MOST).await
}

/// One of them.
///
/// # Errors
/// As [`venues`]; `NotFound`, also for the place of somebody else.
pub async fn venue(cx: &Cx, id: VenueId) -> Result<Venue> {
    repo::venue(cx.db(), id, cx.member()?.id)
        .await?
        .ok_or(Error::NotFound)
}

/// Enters a new place.
///
/// # Errors
/// As [`venues`]; `Invalid` with the form's fields; `Conflict` for a host with a hundred places.
pub async fn add_venue(cx: &Cx, key: Option<IdempotencyKey>, form: &VenueForm) -> Result<VenueId> {
    let owner = cx.member()?.id;
    let text = form.read()?;
    let town = places::look_up(cx, &text.country, &text.city).await?;
    let mut once = match cx.once(key, &("add venue", form)).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    if repo::count_venues(&mut *once.tx, owner).await? >= MOST {
        return Err(Error::Conflict(format!(
            "You have {MOST} places, and more are not kept. Change one that you do not use any more."
        )));
    }
    let id = repo::insert_venue(&mut once.tx, owner, &text).await?;
    if let Some(town) = town {
        places::note(&mut once.tx, &town).await?;
    }
    once.commit(&id).await?;
    Ok(id)
}

/// Changes a place. Events that were entered for it keep their times; their guests are told of
/// another name, address or town.
///
/// # Errors
/// As [`venue`]; `Invalid` with the form's fields; `Conflict` when it says something else by now
/// than the form showed.
pub async fn save_venue(cx: &Cx, id: VenueId, form: &VenueForm, seen: &Version) -> Result<()> {
    let owner = cx.member()?.id;
    venue(cx, id).await?;
    let text = form.read()?;
    let town = places::look_up(cx, &text.country, &text.city).await?;
    let mut tx = cx.begin().await?;
    calendar::lock_coming_at(&mut tx, id, cx.now()).await?;
    repo::lock_venue(&mut tx, id).await?;
    let current = repo::venue(&mut *tx, id, owner)
        .await?
        .ok_or(Error::NotFound)?;
    if !current.says(&text) {
        seen.check(&current.version()?)?;
        repo::update_venue(&mut tx, id, &text).await?;
        if let Some(town) = town {
            places::note(&mut tx, &town).await?;
        }
        calendar::raise_coming_at(&mut tx, id, cx.now()).await?;
        let moved = (&*current.name, &*current.address, &*current.city)
            != (&**text.name, &**text.address, &**text.city);
        if moved {
            for event in repo::coming_at(&mut tx, id, cx.now()).await? {
                notify::tell_guests(&mut tx, event, EventNews::Changed, cx.now()).await?;
            }
        }
    }
    tx.commit().await
}
