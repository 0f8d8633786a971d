//! The town, asked for once there is a book that somebody near might find.

use super::profile::{ProfileForm, profile, save_profile};
use super::repo::profile as repo;
use crate::{Cx, Error, Result};

/// What the form says, as typed.
#[derive(Debug, Clone, Default)]
pub struct TownForm {
    /// Needed.
    pub city: String,
    /// ISO 3166-1 alpha-2; may stay empty.
    pub country: String,
    /// Whether they send parcels to other countries.
    pub posts_abroad: bool,
}

/// The form to ask whoever asks, with what is known; nothing for whoever has said it or put it off,
/// has listed no book, or may not change what others see.
///
/// # Errors
/// `SignInRequired`.
pub async fn asks_for_town(cx: &Cx) -> Result<Option<TownForm>> {
    let actor = cx.reader()?;
    if !actor.city.is_empty() || cx.member().is_err() {
        return Ok(None);
    }
    let row = repo::without_town(cx.db(), actor.id).await?;
    Ok(row.map(|row| TownForm {
        city: String::new(),
        country: row.country,
        posts_abroad: row.posts_abroad,
    }))
}

/// Saves in which town the reader lives, and leaves the rest of the profile as it is. Gives back
/// what [`save_profile`] does.
///
/// # Errors
/// Those of [`save_profile`]; `Invalid` without a town.
pub async fn say_town(cx: &Cx, form: &TownForm) -> Result<Option<String>> {
    cx.member()?;
    if form.city.trim().is_empty() {
        return Err(Error::field(
            "city",
            "Enter your town, or choose “Not now”.",
        ));
    }
    let now = profile(cx).await?;
    let version = now.version()?;
    let form = ProfileForm {
        display_name: now.display_name,
        city: form.city.clone(),
        region: now.region,
        country: form.country.clone(),
        posts_abroad: form.posts_abroad,
        about: now.about,
        time_zone: now.time_zone,
        version,
    };
    save_profile(cx, &form).await
}

/// The reader is not asked again.
///
/// # Errors
/// `SignInRequired`.
pub async fn put_town_off(cx: &Cx) -> Result<()> {
    let actor = cx.reader()?;
    let mut tx = cx.begin().await?;
    repo::put_town_off(&mut tx, actor.id, cx.now()).await?;
    tx.commit().await?;
    Ok(())
}
