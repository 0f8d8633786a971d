//! What pages say of series.

use dogear_domain::events::OccurrenceState;
use dogear_domain::events::hosts::HostRole;
use dogear_domain::ids::{EventId, EventSeriesId};

use crate::events::hosts::owner_for;
use crate::events::list::Listed;
use crate::events::page::EventPage;
use crate::events::repo::{series as repo, series_views as views};
use crate::{Cx, Error, Result};

/// Other dates that are shown beside one.
const OTHERS: i64 = 6;

/// The other dates of the series of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherDates {
    /// The rule in words.
    pub rule: String,
    /// The next dates, in their order.
    pub dates: Vec<Listed>,
    /// There are more.
    pub more: bool,
    /// How many seats one guest takes at most on each; empty for whoever has none to move there.
    pub max_parties: Vec<(EventId, i32)>,
}

/// What else there is of the series of an event that whoever asks may see; none when it is in none.
///
/// # Errors
/// Those of the database.
pub async fn other_dates(cx: &Cx, page: &EventPage) -> Result<Option<OtherDates>> {
    let Some(place) = repo::place_of(cx.db(), page.id, None).await? else {
        return Ok(None);
    };
    let Some(series) = repo::read(cx.db(), place.series).await? else {
        return Ok(None);
    };
    let viewer = cx.actor.as_ref().map(|actor| actor.id);
    let rows = views::others(cx.db(), series.id, page.id, viewer, cx.now(), OTHERS + 1).await?;
    let mut dates: Vec<Listed> = rows.into_iter().map(Listed::from).collect();
    let most = usize::try_from(OTHERS).unwrap_or(usize::MAX);
    let more = dates.len() > most;
    dates.truncate(most);
    let max_parties = if page.booking.is_some() {
        let ids: Vec<i64> = dates.iter().map(|date| date.event.0).collect();
        views::max_parties(cx.db(), &ids).await?
    } else {
        Vec::new()
    };
    Ok(Some(OtherDates {
        rule: series.rule.to_string(),
        dates,
        more,
        max_parties,
    }))
}

/// Where an event that whoever asks hosts stands in its series. Dates are those to come, that take place or
/// are drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InSeries {
    /// Its number.
    pub series: EventSeriesId,
    /// The rule in words.
    pub rule: String,
    /// It was changed alone, so that what changes in the series passes it by.
    pub detached: bool,
    /// Dates after this one.
    pub following: i64,
    /// All dates.
    pub all: i64,
    /// Dates after this one that change with it.
    pub like_following: i64,
    /// All dates that change with it.
    pub like_all: i64,
    /// Seats that are taken on dates after this one.
    pub seats_following: i64,
    /// Seats that are taken on all dates.
    pub seats_all: i64,
    /// Drafts that are published when one of them is.
    pub drafts: i64,
}

/// The same; none when it is in no series.
///
/// # Errors
/// `SignInRequired`; `NotFound` for the event of somebody else.
pub async fn in_series(cx: &Cx, event: EventId) -> Result<Option<InSeries>> {
    let host = owner_for(cx, event, HostRole::CoHost).await?;
    let Some(place) = repo::place_of(cx.db(), event, Some(host)).await? else {
        return Ok(None);
    };
    let series = repo::read(cx.db(), place.series)
        .await?
        .ok_or(Error::NotFound)?;
    let counts = views::counts(cx.db(), series.id, place.day, cx.now()).await?;
    Ok(Some(InSeries {
        series: series.id,
        rule: series.rule.to_string(),
        detached: place.detached,
        following: counts.following,
        all: counts.all,
        like_following: counts.like_following,
        like_all: counts.like_all,
        seats_following: counts.seats_following,
        seats_all: counts.seats_all,
        drafts: counts.drafts,
    }))
}

/// For those of some events of whoever asks that are in a series: the event, the series, and its
/// rule with how many dates are to come.
///
/// # Errors
/// Those of the database.
pub async fn series_of(
    cx: &Cx,
    events: &[Listed],
) -> Result<Vec<(EventId, EventSeriesId, String)>> {
    let ids: Vec<i64> = events.iter().map(|event| event.event.0).collect();
    let found = views::of_events(cx.db(), &ids, cx.now()).await?;
    let ids: Vec<i64> = found.iter().map(|(_, id, _)| id.0).collect();
    let rules = repo::read_all(cx.db(), &ids).await?;
    let said = found.into_iter().filter_map(|(event, id, coming)| {
        let series = rules.iter().find(|series| series.id == id)?;
        let coming = match coming {
            0 => "none is to come".to_owned(),
            1 => "one is to come".to_owned(),
            coming => format!("{coming} are to come"),
        };
        Some((event, id, format!("{}; {coming}", series.rule)))
    });
    Ok(said.collect())
}

/// All dates of a series that whoever asks hosts, in their order, and its rule in words.
///
/// # Errors
/// `SignInRequired`; `NotFound` for the series of somebody else.
pub async fn series_page(cx: &Cx, id: EventSeriesId) -> Result<(String, Vec<Listed>)> {
    let host = cx.reader()?.id;
    let rows = views::hosted(cx.db(), id, host, cx.now()).await?;
    let series = repo::read(cx.db(), id).await?.ok_or(Error::NotFound)?;
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    let dates = rows.into_iter().map(Listed::from).collect();
    Ok((series.rule.to_string(), dates))
}

impl OtherDates {
    /// Dates to which a party may ask to move: on which one guest may have so many seats, and so many
    /// are free.
    pub fn with_room(&self, party: i32) -> Vec<&Listed> {
        self.dates
            .iter()
            .filter(|date| {
                date.state == OccurrenceState::Published
                    && date.booked.is_none()
                    && date.seats.is_none_or(|seats| seats.left >= party)
                    && !(self.max_parties.iter())
                        .any(|&(event, most)| event == date.event && most < party)
            })
            .collect()
    }
}
