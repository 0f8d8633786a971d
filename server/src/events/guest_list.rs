//! Guests and waiting list as a table for a spreadsheet.

use std::collections::BTreeMap;

use dogear_domain::events::BookingState;
use dogear_domain::ids::EventId;
use dogear_domain::money::{Currency, Money};
use dogear_domain::spreadsheet::defuse;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::page::page;
use super::prices::refunds;
use super::repo::guest_list as repo;
use crate::{Cx, Error, Result};

/// Has spreadsheets read the file as UTF-8.
const MARK: &str = "\u{feff}";
/// Rows of one file: more than an event can have seats, and as many who wait.
const MOST: i64 = 20_000;
const COLUMNS: [&str; 11] = [
    "name", "handle", "seats", "state", "arrived", "since", "due", "paid", "currency", "from",
    "stall",
];

/// The guests of an event that whoever asks hosts, those who wait, in their order, and those who have
/// money to get back; without addresses of mails. Times are by the clock of the place, and cells that
/// would run as formulas are defused.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it.
pub async fn guest_list(cx: &Cx, event: EventId) -> Result<Vec<u8>> {
    cx.reader()?;
    let event = page(cx, event).await?;
    if !event.is_run_by_viewer() {
        return Err(Error::NotFound);
    }
    let zone = TimeZone::get(&event.time_zone).unwrap_or(TimeZone::UTC);
    let mut table = sheet();
    table.write_record(COLUMNS).map_err(Error::internal)?;
    let mut sums: BTreeMap<Currency, (i64, i64)> = BTreeMap::new();
    for guest in repo::guests(cx.db(), event.id, MOST).await? {
        let (state, arrived) = match guest.state {
            BookingState::Held => ("offered", String::new()),
            _ => ("has seats", guest.arrived.to_string()),
        };
        let from = if guest.handle.is_empty() {
            "added by the host"
        } else if guest.waited {
            "waiting list"
        } else {
            "direct"
        };
        let since = clock(guest.since.to_jiff(), &zone);
        let seats = guest.party.to_string();
        let amount = guest.due.zip(guest.currency);
        let amount = amount.map(|(minor, currency)| Money { minor, currency });
        if let Some(due) = amount.filter(|_| guest.state == BookingState::Confirmed) {
            let sum = sums.entry(due.currency).or_default();
            sum.0 += i64::from(due.minor);
            sum.1 += if guest.is_paid {
                i64::from(due.minor)
            } else {
                0
            };
        }
        let due = amount.map_or_else(String::new, Money::plain);
        let paid = amount.map_or_else(String::new, |due| {
            due.with(if guest.is_paid { due.minor } else { 0 }).plain()
        });
        let currency = guest.currency.map_or("", Currency::as_str);
        let row = [
            &*guest.name,
            &*guest.handle,
            &*seats,
            state,
            &*arrived,
            &*since,
            &*due,
            &*paid,
            currency,
            from,
            guest.stall.as_deref().unwrap_or_default(),
        ];
        table
            .write_record(row.map(|cell| defuse(cell).into_owned()))
            .map_err(Error::internal)?;
    }
    for one in repo::waiting(cx.db(), event.id, MOST).await? {
        let since = clock(one.since.to_jiff(), &zone);
        let seats = one.party.to_string();
        let row = [
            &*one.name,
            &*one.handle,
            &*seats,
            "waiting",
            "",
            &*since,
            "",
            "",
            "",
            "waiting list",
            "",
        ];
        table
            .write_record(row.map(|cell| defuse(cell).into_owned()))
            .map_err(Error::internal)?;
    }
    for refund in refunds(cx, &event).await? {
        let amount = refund.amount.plain();
        let row = [
            &*refund.name,
            refund.handle.as_deref().unwrap_or_default(),
            "",
            "to be given back",
            "",
            "",
            "",
            &*amount,
            refund.amount.currency.as_str(),
            "",
            "",
        ];
        table
            .write_record(row.map(|cell| defuse(cell).into_owned()))
            .map_err(Error::internal)?;
    }
    for (currency, (due, paid)) in sums {
        let amount = |minor: i64| {
            let minor = i32::try_from(minor).unwrap_or(i32::MAX);
            Money { minor, currency }.plain()
        };
        let (due, paid) = (amount(due), amount(paid));
        let row = [
            "All guests",
            "",
            "",
            "",
            "",
            "",
            &*due,
            &*paid,
            currency.as_str(),
            "",
            "",
        ];
        table.write_record(row).map_err(Error::internal)?;
    }
    table
        .into_inner()
        .map_err(|error| Error::internal(error.to_string()))
}

/// An empty table as spreadsheets read it.
pub(super) fn sheet() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(MARK.as_bytes().to_vec())
}

fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}
