//! Promo codes: hosts make them, guests take seats with them. A code is locked after the date whose
//! seats are taken, so that of many who use it at once no more do than it allows; and its table has
//! a check.

use dogear_domain::events::codes::{
    CodeRefusal, CodeText, MOST_CODES, MOST_MEMBERS, MOST_USES, Off,
};
use dogear_domain::events::hosts::{HostAct, HostRole};
use dogear_domain::events::times;
use dogear_domain::fields::{FieldErrors, FieldProblem, Handle};
use dogear_domain::ids::{EventId, PromoCodeId, UserId};
use dogear_domain::money::{Currency, Money};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::hosts::owner_for;
use super::log::note;
use super::page::{EventPage, page};
use super::prices::Due;
use super::repo::codes::{self as repo, NewCode};
use super::repo::{occurrences, series};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result, limits};

/// The form of a code, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    /// The word.
    pub code: String,
    /// Chosen: “percent” or “amount”.
    pub unit: String,
    /// How many of a hundred, or how much.
    pub off: String,
    /// Of an amount.
    pub currency: String,
    /// Handles of those whom it is for; everybody when empty.
    pub members: String,
    /// The first day, by the calendar of the place; may stay empty.
    pub from: String,
    /// The last day; may stay empty.
    pub until: String,
    /// How often it can be used; as often as anybody likes when empty.
    pub uses: String,
    /// Anything: it is for all dates of the series.
    pub all_dates: String,
}

/// A code as its host sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLine {
    /// By which it is ended.
    pub id: PromoCodeId,
    /// The word, in capitals.
    pub code: String,
    /// “20 % off”.
    pub off: String,
    /// It holds on all dates of the series.
    pub of_series: bool,
    /// Handles of those whom it is for, without the @; none when it is for everybody.
    pub members: Option<Vec<String>>,
    /// The first and the last day, by the calendar of the place.
    pub days: (Option<String>, Option<String>),
    /// How often it can be used.
    pub max_uses: Option<i32>,
    /// How often it is.
    pub uses: i32,
    /// Nobody can use it any more, because its host has ended it.
    pub is_ended: bool,
}

/// The codes of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    /// The event as its page shows it.
    pub event: EventPage,
    /// It is one date of a series.
    pub in_series: bool,
    /// Those made last first, with those of the series.
    pub codes: Vec<CodeLine>,
}

async fn hosted(cx: &Cx, event: EventId) -> Result<EventPage> {
    cx.reader()?;
    let event = page(cx, event).await?;
    if event.is_run_by_viewer() {
        Ok(event)
    } else {
        Err(Error::NotFound)
    }
}

/// The codes of an event of whoever asks.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it.
pub async fn codes(cx: &Cx, event: EventId) -> Result<Codes> {
    let event = hosted(cx, event).await?;
    let zone = TimeZone::get(&event.time_zone).unwrap_or(TimeZone::UTC);
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
    let rows = repo::all(cx.db(), event.id, MOST_CODES).await?;
    let place = series::place_of(cx.db(), event.id, None).await?;
    let codes = rows
        .into_iter()
        .map(|row| CodeLine {
            id: row.id,
            code: row.code,
            off: row.off.to_string(),
            of_series: row.of_series,
            members: row.for_members.then_some(row.members),
            days: (
                row.valid_from.map(|from| day(from).to_string()),
                // It holds until before the midnight that is kept.
                row.valid_until
                    .and_then(|until| day(until).yesterday().ok())
                    .map(|day| day.to_string()),
            ),
            max_uses: row.max_uses,
            uses: row.uses,
            is_ended: row.is_ended,
        })
        .collect();
    Ok(Codes {
        event,
        in_series: place.is_some(),
        codes,
    })
}

/// The form, read; but for its members.
struct CodeRead {
    code: CodeText,
    off: Off,
    valid_from: Option<Timestamp>,
    valid_until: Option<Timestamp>,
    max_uses: Option<i32>,
}

fn whole(typed: &str, most: i32, problem: String) -> Result<i32, FieldProblem> {
    let number = typed.trim().parse().ok();
    let number = number.filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| problem.into())
}

fn read_off(form: &CodeForm, errors: &mut FieldErrors) -> Option<Off> {
    if form.unit == "percent" {
        let problem = "Enter a number between 1 and 100.".to_owned();
        let percent = errors.take("off", whole(&form.off, 100, problem))?;
        return Some(Off::Percent(percent));
    }
    if form.unit != "amount" {
        errors.add("unit", "Choose what is taken off.");
        return None;
    }
    let currency = form.currency.parse::<Currency>();
    let currency = currency.map_err(|_| FieldProblem::from("Choose a currency."));
    let currency = errors.take("currency", currency)?;
    let amount = Money::parse(&form.off, currency)
        .and_then(|amount| amount.ok_or_else(|| "Enter how much is taken off.".into()));
    errors.take("off", amount).map(Off::Amount)
}

fn read(form: &CodeForm, zone: &TimeZone, errors: &mut FieldErrors) -> Option<CodeRead> {
    let code = errors.take("code", CodeText::parse(&form.code));
    let off = read_off(form, errors);
    let mut midnight = |field: &'static str, typed: &str, more: i64| {
        if typed.trim().is_empty() {
            return Some(None);
        }
        let at = times::day(typed).and_then(|day| {
            let day = day
                .checked_add(more.days())
                .map_err(|_| FieldProblem::from("Enter a day that there is, like 2027-03-14."))?;
            times::moment(day, jiff::civil::Time::midnight(), zone)
        });
        errors.take(field, at).map(Some)
    };
    let valid_from = midnight("from", &form.from, 0);
    // The last day counts whole.
    let valid_until = midnight("until", &form.until, 1);
    let max_uses = if form.uses.trim().is_empty() {
        Some(None)
    } else {
        let problem = format!("Enter a number between 1 and {MOST_USES}, or leave it empty.");
        errors
            .take("uses", whole(&form.uses, MOST_USES, problem))
            .map(Some)
    };
    let (valid_from, valid_until, max_uses) = (valid_from?, valid_until?, max_uses?);
    if let Some((from, until)) = valid_from.zip(valid_until)
        && until <= from
    {
        errors.add("until", "The last day is before the first.");
    }
    Some(CodeRead {
        code: code?,
        off: off?,
        valid_from,
        valid_until,
        max_uses,
    })
}

/// Those whom a code is for, by their handles; none for everybody.
async fn read_members(cx: &Cx, typed: &str, errors: &mut FieldErrors) -> Result<Option<Vec<i64>>> {
    let mut handles: Vec<&str> = typed
        .split([',', ' ', '\n', '\r', '\t', ';'])
        .map(|handle| handle.trim_start_matches('@'))
        .filter(|handle| !handle.is_empty())
        .collect();
    handles.sort_by_key(|handle| handle.to_ascii_lowercase());
    handles.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
    if handles.is_empty() {
        return Ok(None);
    }
    if handles.len() > MOST_MEMBERS {
        errors.add("members", format!("Name at most {MOST_MEMBERS} readers."));
        return Ok(None);
    }
    let keys = handles
        .iter()
        .filter_map(|handle| Handle::parse(handle).ok());
    let keys: Vec<String> = keys.map(|handle| handle.key()).collect();
    let found = repo::members(cx.db(), &keys).await?;
    let mut members = Vec::new();
    for handle in handles {
        // The key alone is that of whatever looks alike, too.
        let Some((id, _)) = found
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(handle))
        else {
            errors.add("members", format!("There is no reader @{handle}."));
            break;
        };
        members.push(id.0);
    }
    Ok(Some(members))
}

/// Makes a code for an event of whoever asks, or for all dates of its series.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever does not host it; `Invalid` with the form's
/// fields, also for a code that there is already; `Conflict` when there are too many.
pub async fn make_code(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    event: EventId,
    form: &CodeForm,
) -> Result<PromoCodeId> {
    let maker = cx.member()?.id;
    let host = owner_for(cx, event, HostRole::CoHost).await?;
    let occurrence = occurrences::hosted(cx.db(), event, host)
        .await?
        .ok_or(Error::NotFound)?;
    let zone = page(cx, event).await?.time_zone;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let mut errors = FieldErrors::new();
    let read = read(form, &zone, &mut errors);
    let members = read_members(cx, &form.members, &mut errors).await?;
    let read = errors.finish(read).map_err(Error::Invalid)?;
    let mut once = match cx.once(key, &("make a code", event, form)).await? {
        Idempotent::Done(code) => return Ok(code),
        Idempotent::New(once) => once,
    };
    let tx = &mut *once.tx;
    let series = series::lock_of(tx, event, host).await?;
    occurrences::lock(tx, occurrence, cx.now()).await?;
    if repo::of_event(&mut *tx, event, &read.code).await?.is_some() {
        return Err(Error::field(
            "code",
            "There is such a code already. Choose another word.",
        ));
    }
    let all = repo::all(&mut *tx, event, MOST_CODES).await?.len();
    if i64::try_from(all).unwrap_or(i64::MAX) >= MOST_CODES {
        return Err(Error::Conflict(format!(
            "An event has at most {MOST_CODES} codes."
        )));
    }
    let new = NewCode {
        event,
        of_series: series.is_some() && !form.all_dates.is_empty(),
        code: &read.code,
        off: read.off,
        members: members.as_deref(),
        valid_from: read.valid_from,
        valid_until: read.valid_until,
        max_uses: read.max_uses,
    };
    let id = repo::insert(tx, &new, cx.now()).await?;
    note(tx, event, maker, (HostAct::CodeMade, ""), cx.now()).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// Ends a code, or has it hold again. Seats that were taken with it stay as they were agreed. Doing
/// it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it, and for a code of another event.
pub async fn end_code(cx: &Cx, event: EventId, code: PromoCodeId, ends: bool) -> Result<()> {
    let reader = cx.reader()?.id;
    let host = owner_for(cx, event, HostRole::CoHost).await?;
    let occurrence = occurrences::hosted(cx.db(), event, host)
        .await?
        .ok_or(Error::NotFound)?;
    let now = cx.now();
    let mut tx = cx.begin().await?;
    series::lock_of(&mut tx, event, host).await?;
    occurrences::lock(&mut tx, occurrence, now).await?;
    let changed = repo::set_ended(&mut tx, code, (event, host), ends.then_some(now))
        .await?
        .ok_or(Error::NotFound)?;
    if changed && ends {
        note(&mut tx, event, reader, (HostAct::CodeEnded, ""), now).await?;
    }
    tx.commit().await
}

fn refusal(reason: CodeRefusal) -> Error {
    Error::field("code", reason)
}

/// What seats that were just taken cost less with a code. The caller holds the lock of the date.
pub(super) async fn redeem(
    conn: &mut PgConnection,
    (event, guest): (EventId, UserId),
    typed: &str,
    total: Money,
    now: Timestamp,
) -> Result<(PromoCodeId, i32)> {
    let code = CodeText::parse(typed).map_err(|_| refusal(CodeRefusal::Unknown))?;
    let id = repo::lock(conn, event, &code)
        .await?
        .ok_or_else(|| refusal(CodeRefusal::Unknown))?;
    // A statement of its own: it has to see what was committed while the row was waited for.
    let code = repo::read(&mut *conn, id, guest)
        .await?
        .ok_or_else(|| refusal(CodeRefusal::Unknown))?;
    let off = code.take_off(now, total).map_err(refusal)?;
    Ok((id, off))
}

/// What so many seats would cost whoever asks with a code; nothing is taken or kept.
///
/// # Errors
/// `SignInRequired`; `NotFound` for an event that is not for them to see; `Invalid` for a code that
/// takes nothing off for them; `TooMany` for whoever tries one after the other.
pub async fn check_code(cx: &Cx, event: &EventPage, party: i32, typed: &str) -> Result<Due> {
    let reader = cx.reader()?.id;
    cx.limit(limits::CODE, &reader.to_string()).await?;
    code_now(cx, event, party, typed).await
}

/// The same, of a code that whoever asks knows already.
pub(super) async fn code_now(cx: &Cx, event: &EventPage, party: i32, typed: &str) -> Result<Due> {
    let reader = cx.reader()?.id;
    let each = event.price.ok_or_else(|| refusal(CodeRefusal::Unknown))?;
    event
        .seating
        .allows_party(party)
        .map_err(|reason| Error::field("party", reason))?;
    let total = each.times(party);
    let code = CodeText::parse(typed).map_err(|_| refusal(CodeRefusal::Unknown))?;
    let code = match repo::of_event(cx.db(), event.id, &code).await? {
        Some(id) => repo::read(cx.db(), id, reader).await?,
        None => None,
    };
    let code = code.ok_or_else(|| refusal(CodeRefusal::Unknown))?;
    let discount = code.take_off(cx.now(), total).map_err(refusal)?;
    Ok(Due {
        each,
        discount,
        total: total.with(total.minor - discount),
        is_paid: false,
    })
}
