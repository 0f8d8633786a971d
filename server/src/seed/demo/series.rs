//! An evening of the demo community that comes again.

use dogear_domain::ids::{EventId, VenueId};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::past::Past;
use super::readers::{Reader, named};
use crate::events::{EventForm, RepeatForm, create_dates, in_series, publish, series_page, take};
use crate::{Cx, Error, Result};

const HOST: &str = "kettle_and_quire";
/// Who has how many seats on the first dates, in their order.
const GUESTS: [&[(&str, i32)]; 3] = [
    &[("hollis", 1), ("ines", 2), ("quirequeen", 1)],
    &[("hollis", 1)],
    &[],
];

/// Eight evenings, a fortnight apart, from next week on, with one between that is left out.
///
/// # Errors
/// Those of the services.
pub(super) async fn play(
    past: &Past,
    readers: &[Reader],
    venue: VenueId,
    zone: &str,
    now: Timestamp,
) -> Result<()> {
    let cx = |handle: &str| Ok::<_, Error>(named(readers, handle)?.cx(&past.services));
    let zone = TimeZone::get(zone).map_err(Error::internal)?;
    let day = now.to_zoned(zone).date().checked_add(5.days());
    let day = day.map_err(Error::internal)?;
    let holiday = day.checked_add(8.weeks()).map_err(Error::internal)?;
    let form = EventForm {
        title: "Kitchen table book club".into(),
        description: "One novel a fortnight, chosen by whoever laughed least the last time. Soup at half past six, the book at seven.".into(),
        kind: "book_club".into(),
        visibility: "public".into(),
        venue: venue.to_string(),
        day: day.to_string(),
        starts: "18:30".into(),
        ends: "21:00".into(),
        last_day: String::new(),
        capacity: "8".into(),
        online: String::new(),
        max_party: "2".into(),
        smaller_pass: true,
        ..EventForm::default()
    };
    let fortnight = RepeatForm {
        repeats: "weekly".into(),
        every: "2".into(),
        times: "9".into(),
        until: String::new(),
        without: vec![holiday.to_string()],
    };
    let host = cx(HOST)?;
    let first = create_dates(&host, None, &form, &fortnight).await?;
    publish(&host, first).await?;
    for (date, guests) in dates(&host, first).await?.into_iter().zip(GUESTS) {
        for (guest, party) in guests {
            take(&cx(guest)?, None, date, *party).await?;
        }
    }
    past.tell().await
}

async fn dates(host: &Cx, event: EventId) -> Result<Vec<EventId>> {
    let series = in_series(host, event).await?.ok_or(Error::NotFound)?.series;
    let (_, dates) = series_page(host, series).await?;
    Ok(dates.into_iter().map(|date| date.event).collect())
}
