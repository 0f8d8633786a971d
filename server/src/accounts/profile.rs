//! What others see of a reader, and their holidays.

use dogear_domain::countries::country_name;
use dogear_domain::fields::{About, City, DisplayName, FieldErrors, Region, TimeZone};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::registration::refuse_name_of_staff;
use super::repo::profile as repo;
use crate::version::Version;
use crate::{Cx, Error, Result, places, search};

/// The longest holiday.
const MOST_AWAY_DAYS: i64 = 366;

/// The reader's own profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Without the @; stays as it is.
    pub handle: String,
    /// What they want to be called.
    pub display_name: String,
    /// May be empty.
    pub city: String,
    /// May be empty.
    pub region: String,
    /// ISO 3166-1 alpha-2, or empty.
    pub country: String,
    /// They send parcels to other countries.
    pub posts_abroad: bool,
    /// In the reader's words; may be empty.
    pub about: String,
    /// An IANA name.
    pub time_zone: String,
    /// While this is in the future, nobody expects an answer.
    pub away_until: Option<Timestamp>,
}

impl Profile {
    /// By which the form that edits it says what it showed.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        Version::of(&(
            &self.display_name,
            &self.city,
            &self.region,
            &self.country,
            self.posts_abroad,
            &self.about,
            &self.time_zone,
        ))
    }

    /// Whether it says what the form says.
    fn says(&self, form: &ProfileForm) -> bool {
        self.display_name == form.display_name
            && self.city == form.city
            && self.region == form.region
            && self.country == form.country
            && self.posts_abroad == form.posts_abroad
            && self.about == form.about
            && self.time_zone == form.time_zone
    }

    /// The same for the form of holidays.
    ///
    /// # Errors
    /// None that happens.
    pub fn away_version(&self) -> Result<Version> {
        Version::of(&self.away_until)
    }
}

/// The form, as typed.
#[derive(Debug, Clone, Default)]
pub struct ProfileForm {
    /// Needed.
    pub display_name: String,
    /// May stay empty.
    pub city: String,
    /// May stay empty.
    pub region: String,
    /// ISO 3166-1 alpha-2; may stay empty.
    pub country: String,
    /// Whether they send parcels to other countries.
    pub posts_abroad: bool,
    /// May stay empty.
    pub about: String,
    /// An IANA name.
    pub time_zone: String,
    /// [`Profile::version`] of what the form showed.
    pub version: Version,
}

/// The profile of whoever asks.
///
/// # Errors
/// `SignInRequired`.
pub async fn profile(cx: &Cx) -> Result<Profile> {
    let actor = cx.reader()?;
    repo::read(cx.db(), actor.id, cx.now()).await
}

/// Saves the profile of whoever asks. What others see is for members to change; the time
/// zone is for everybody. Gives the town back when it is on no map of ours, so that books there
/// are near nobody.
///
/// # Errors
/// `SignInRequired`; `Invalid` with the form's fields; `Forbidden` for a reader who is not
/// in good standing and changes more than the time zone; `Conflict` when the profile says
/// something else by now than the form showed.
pub async fn save_profile(cx: &Cx, form: &ProfileForm) -> Result<Option<String>> {
    let actor = cx.reader()?;
    let before = self::profile(cx).await?;
    if form.display_name.trim() != before.display_name {
        // Said first: whoever may not change it need not know what is wrong with it.
        cx.member()?;
    }
    let mut errors = FieldErrors::new();
    // A name that stays is not judged again: what is asked of names may be younger than it.
    let new_name = if form.display_name.trim() == before.display_name {
        None
    } else {
        errors.take("display_name", DisplayName::parse(&form.display_name))
    };
    let city = errors.take("city", City::parse(&form.city));
    let region = errors.take("region", Region::parse(&form.region));
    if !form.country.is_empty() && country_name(&form.country).is_none() {
        errors.add("country", "Choose a country from the list.");
    }
    let about = errors.take("about", About::parse(&form.about));
    let zone = errors.take("time_zone", TimeZone::parse(&form.time_zone));
    let (((city, region), about), zone) = errors
        .finish(city.zip(region).zip(about).zip(zone))
        .map_err(Error::Invalid)?;
    let name = new_name
        .as_ref()
        .map_or(before.display_name.as_str(), DisplayName::as_str);
    let seen = (
        before.display_name.as_str(),
        before.city.as_str(),
        before.region.as_str(),
        before.country.as_str(),
        before.posts_abroad,
        before.about.as_str(),
    );
    if seen
        != (
            name,
            &**city,
            &**region,
            form.country.as_str(),
            form.posts_abroad,
            &**about,
        )
    {
        cx.member()?;
    }
    let checked = ProfileForm {
        display_name: name.to_owned(),
        city: city.to_string(),
        region: region.to_string(),
        country: form.country.clone(),
        posts_abroad: form.posts_abroad,
        about: about.to_string(),
        time_zone: zone.as_str().to_owned(),
        version: form.version.clone(),
    };
    if let Some(new_name) = &new_name
        && new_name.as_str() != before.display_name
    {
        refuse_name_of_staff(cx, new_name, Some(actor.id)).await?;
    }
    let town = if (&checked.country, &checked.city) == (&before.country, &before.city) {
        None
    } else {
        places::look_up(cx, &checked.country, &checked.city).await?
    };
    let mut tx = cx.begin().await?;
    repo::lock(&mut tx, actor.id).await?;
    let current = repo::read(&mut *tx, actor.id, cx.now()).await?;
    if !current.says(&checked) {
        checked.version.check(&current.version()?)?;
    }
    let moved = repo::write(&mut tx, actor.id, &checked).await?;
    if let Some(town) = town {
        places::note(&mut tx, &town).await?;
    }
    // Their books are found by town and region, and by distance; by nothing else of them.
    if moved {
        search::refresh_owner(&mut tx, actor.id, cx.now()).await?;
    }
    tx.commit().await?;
    let is_nowhere =
        !checked.city.is_empty() && !places::is_known(cx, &checked.country, &checked.city).await?;
    Ok(is_nowhere.then_some(checked.city))
}

/// How a reader sells, which their buyers are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Selling {
    /// As a trader.
    pub trader: bool,
    /// They take books back within 14 days. Traders have to.
    pub takes_returns: bool,
}

impl Selling {
    /// As it is kept: of a trader it goes without saying that books are taken back.
    #[must_use]
    pub const fn of(trader: bool, takes_returns: bool) -> Self {
        Self {
            trader,
            takes_returns: trader || takes_returns,
        }
    }

    /// By which the form says which it showed.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        Version::of(self)
    }
}

/// How the reader sells.
///
/// # Errors
/// `SignInRequired`.
pub async fn selling(cx: &Cx) -> Result<Selling> {
    let actor = cx.reader()?;
    repo::selling(cx.db(), actor.id).await
}

/// Says so; `seen` is [`Selling::version`] of what the form showed. Doing it twice is fine. Sales that
/// are agreed stay as they were agreed.
///
/// # Errors
/// `SignInRequired`; `Conflict` when it says something else by now than the form showed.
pub async fn set_selling(cx: &Cx, selling: Selling, seen: &Version) -> Result<()> {
    let actor = cx.reader()?;
    let mut tx = cx.begin().await?;
    repo::lock(&mut tx, actor.id).await?;
    let current = repo::selling(&mut *tx, actor.id).await?;
    if current != selling {
        seen.check(&current.version()?)?;
        repo::set_selling(&mut tx, actor.id, selling).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Whether others may ask the reader for books and offer none.
///
/// # Errors
/// `SignInRequired`.
pub async fn takes_gift_requests(cx: &Cx) -> Result<bool> {
    let actor = cx.reader()?;
    repo::takes_gift_requests(cx.db(), actor.id).await
}

/// Says whether others may do that; `seen` is [`gifts_version`] of what the form showed. Doing it
/// twice is fine.
///
/// # Errors
/// `SignInRequired`; `Conflict` when it says something else by now than the form showed.
pub async fn set_gift_requests(cx: &Cx, taken: bool, seen: &Version) -> Result<()> {
    let actor = cx.reader()?;
    let mut tx = cx.begin().await?;
    repo::lock(&mut tx, actor.id).await?;
    let current = repo::takes_gift_requests(&mut *tx, actor.id).await?;
    if current != taken {
        seen.check(&gifts_version(current)?)?;
        repo::set_gift_requests(&mut tx, actor.id, taken).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// By which the form of gifts says what it showed.
///
/// # Errors
/// None that happens.
pub fn gifts_version(taken: bool) -> Result<Version> {
    Version::of(&taken)
}

/// Says that the reader is away through `last_day` (`2026-12-31`, in their own time zone),
/// or back when it is empty.
///
/// # Errors
/// `SignInRequired`; `Invalid` (field `last_day`); `Conflict` when another day is noted by now
/// than at `seen`, [`Profile::away_version`].
pub async fn set_away(cx: &Cx, last_day: &str, seen: &Version) -> Result<()> {
    let actor = cx.reader()?;
    let until = match last_day.trim() {
        "" => None,
        day => Some(end_of(day, &actor.time_zone, cx.now())?),
    };
    let mut tx = cx.begin().await?;
    repo::lock(&mut tx, actor.id).await?;
    let current = repo::read(&mut *tx, actor.id, cx.now()).await?;
    if current.away_until != until {
        seen.check(&current.away_version()?)?;
    }
    repo::set_away(&mut tx, actor.id, until).await?;
    // A shelf whose owner is away is not offered.
    search::refresh_owner(&mut tx, actor.id, cx.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// The moment `day` is over.
fn end_of(day: &str, zone: &str, now: Timestamp) -> Result<Timestamp> {
    let wrong = |sentence: &str| Error::field("last_day", sentence);
    let date: Date = day
        .parse()
        .map_err(|_| wrong("Enter the last day of your holiday like 2026-12-31."))?;
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let end = date
        .tomorrow()
        .and_then(|next| next.to_zoned(zone))
        .map_err(|_| wrong("Enter a day that is nearer."))?
        .timestamp();
    if end <= now {
        return Err(wrong("This day is over. Enter a day from today on."));
    }
    if end > now + SignedDuration::from_hours(24 * MOST_AWAY_DAYS) {
        return Err(wrong("Enter a day within the next year."));
    }
    Ok(end)
}
