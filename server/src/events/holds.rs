//! Seats that a reader holds while they fill in the form: they count as taken for some minutes, once
//! longer on demand, and end as theirs, or as somebody else's. Nobody is mailed of a hold, and no
//! guest list has it. See `repo/holds.rs` for what tells it from an offer of the waiting list.

use dogear_domain::events::codes::CodeText;
use dogear_domain::events::holds::{
    DEFAULT_HOLD_MINUTES, HOLDS_WITHIN, MOST_HOLDS, hold_until, may_hold_again,
};
use dogear_domain::events::seats::Queue;
use dogear_domain::events::{BookingState, WaitingState};
use dogear_domain::ids::{EventId, SeatBookingId, UserId};
use dogear_domain::money::Money;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgConnection;

use super::codes::{self, code_now};
use super::notify::{self, GuestNews};
use super::page::{EventPage, page};
use super::prices::{self, Due, Terms};
use super::repo::holds::{self as repo, HoldRow};
use super::repo::occurrences::{self, Locked};
use super::repo::reviews::{lock_settings, set_setting};
use super::repo::{bookings, codes as codes_repo, prices as prices_repo, waiting as queue};
use super::seats::{count, gone, guest, own, release};
use super::waiting::{free, refusal, settle};
use crate::db::{IdempotencyKey, Idempotent, Tx};
use crate::{Cx, Error, Result};

/// What whoever comes too late reads.
const TIME_IS_OVER: &str = "The time for which these seats were held is over.";
/// What they read when nothing is left.
const SOMEBODY_ELSE: &str = "The seats went to someone else.";

/// Seats that whoever asks holds, or held until their time was over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// By which forms name them.
    pub booking: SeatBookingId,
    /// How many.
    pub party: i32,
    /// For how many minutes they were held, and would be held longer.
    pub minutes: i16,
    /// Until when; none when that is over.
    pub until: Option<Timestamp>,
    /// The reader has had more time already.
    pub is_extended: bool,
    /// What they cost: as it was agreed, or once their time is over, what it would be now. None of
    /// free ones.
    pub due: Option<Due>,
    /// The code that takes something off; empty without one, and when it does so no more.
    pub code: String,
    /// A code took something off, and would not any more.
    pub lost_code: bool,
    /// Their time is over, and they can be had no more.
    pub is_lost: bool,
}

impl Held {
    /// What they cost as forms carry it along, to be compared; empty of free ones.
    pub fn shown(&self) -> String {
        prices::shown(self.due.map(|due| due.total))
    }
}

/// What the form showed when seats were confirmed, to be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ShownHold {
    /// As [`Held::shown`] says it.
    pub price: String,
    /// As [`Held::code`].
    pub code: String,
}

/// For how many minutes the site holds seats.
///
/// # Errors
/// Those of the database.
pub(crate) async fn hold_minutes(conn: &mut PgConnection) -> Result<i16> {
    Ok(repo::minutes(conn).await?.unwrap_or(DEFAULT_HOLD_MINUTES))
}

/// Says for how many from now on; gives for how many it was. What is held already stays so.
///
/// # Errors
/// Those of the database.
pub(crate) async fn set_hold_minutes(
    conn: &mut PgConnection,
    minutes: i16,
    by: UserId,
    now: Timestamp,
) -> Result<i16> {
    lock_settings(conn).await?;
    let before = hold_minutes(conn).await?;
    if before != minutes {
        set_setting(conn, ("hold_minutes", minutes.into()), Some(by), now).await?;
    }
    Ok(before)
}

/// Refuses when the reader has held seats at this date again and again.
async fn may_hold(conn: &mut PgConnection, cx: &Cx, locked: &Locked, reader: UserId) -> Result<()> {
    let now = cx.now();
    let most = i64::try_from(MOST_HOLDS).unwrap_or(i64::MAX);
    let ended = repo::ended(conn, locked.id, reader, now - HOLDS_WITHIN, most).await?;
    match may_hold_again(&ended, now) {
        None => Ok(()),
        Some(again) => {
            let minutes = (again.duration_since(now).as_secs() + 59) / 60;
            let wait = match minutes {
                1 => "one minute".to_owned(),
                ..=90 => format!("{minutes} minutes"),
                _ => format!("{} hours", (minutes + 59) / 60),
            };
            let within = HOLDS_WITHIN.as_hours();
            Err(Error::Conflict(format!(
                "You have held seats here {MOST_HOLDS} times within {within} hours and not confirmed them. You can take seats at once, or hold some again in {wait}."
            )))
        }
    }
}

/// Holds `party` seats for the reader while they fill in the rest.
///
/// # Errors
/// As [`super::take_for`]; `Conflict` also for whoever waits there, and for whoever has held seats
/// there three times within four hours.
pub async fn hold(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    event: EventId,
    party: i32,
    terms: &Terms,
) -> Result<SeatBookingId> {
    let (guest, open) = guest(cx, event).await?;
    let occurrence = open.id;
    prices::may_try(cx, guest, terms).await?;
    let mut once = match cx.once(key, &("hold seats", event, party, terms)).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let now = cx.now();
    let minutes = hold_minutes(tx).await?;
    let (mut locked, mut live) = occurrences::lock_for(tx, occurrence, guest, now).await?;
    if locked.has_waiting || locked.has_lapsed {
        settle(tx, &mut locked, now).await?;
        live = bookings::live(tx, occurrence, guest).await?;
    }
    if let Some(live) = live {
        return Err(Error::Conflict(match live.state {
            BookingState::Held => {
                "Seats are kept for you already: take those, or let them go.".into()
            }
            _ => "You have seats at this event already. Change how many instead.".into(),
        }));
    }
    if locked.has_waiting && repo::waits(tx, occurrence, guest).await? {
        return Err(Error::Conflict(
            "You are on the waiting list here. Take the seats at once, or leave the list first."
                .into(),
        ));
    }
    prices::as_shown(&locked, terms)?;
    count(tx, cx, &locked, guest, (0, party)).await?;
    may_hold(tx, cx, &locked, guest).await?;
    let until = hold_until(now, minutes, locked.seating.closes_at());
    let id = repo::insert(tx, occurrence, guest, (party, minutes), until, now).await?;
    prices::agree_for(tx, &locked, (id, guest, party), terms, now).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// The reader's own, under the lock, if they are held still.
async fn held(tx: &mut Tx, cx: &Cx, booking: SeatBookingId) -> Result<(Locked, HoldRow)> {
    let (locked, live) = own(tx, cx, booking).await?;
    let row = repo::of(&mut **tx, booking).await?;
    match (live, row) {
        (Some(_), Some(row)) => Ok((locked, row)),
        (Some(live), None) if live.state == BookingState::Confirmed => Err(Error::Conflict(
            "These seats are yours by now. Change them on the page of the event.".into(),
        )),
        (None, Some(row)) if row.state == BookingState::Expired => {
            Err(Error::Conflict(TIME_IS_OVER.into()))
        }
        _ => Err(gone()),
    }
}

/// Makes it `party` seats that are held, with this code or none; for no longer. Gives the event.
///
/// # Errors
/// `NotFound` for the seats of somebody else; `Conflict` when their time is over; otherwise as
/// [`hold`].
pub async fn change_hold(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    booking: SeatBookingId,
    party: i32,
    typed: &str,
) -> Result<EventId> {
    let guest = cx.member()?.id;
    let terms = Terms {
        code: typed.into(),
        ..Terms::default()
    };
    prices::may_try(cx, guest, &terms).await?;
    let asked = ("change a hold", booking, party, typed);
    let mut once = match cx.once(key, &asked).await? {
        Idempotent::Done(event) => return Ok(event),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let now = cx.now();
    let (mut locked, row) = held(tx, cx, booking).await?;
    locked
        .seating
        .is_open(now)
        .and_then(|()| locked.seating.allows_party(party))
        .map_err(refusal)?;
    let more = party - row.party;
    if more > 0 {
        count(tx, cx, &locked, guest, (row.party, more)).await?;
    }
    let typed = typed.trim();
    let same = match CodeText::parse(typed) {
        Ok(code) => code.as_str() == row.code,
        Err(_) => typed.is_empty() && row.code.is_empty(),
    };
    if !same {
        // Two of them: the one that it had, and the one that is typed.
        codes_repo::lock_all(tx, &[locked.id]).await?;
        repo::clear_code(tx, booking).await?;
    }
    prices::set_party(tx, booking, party, now).await?;
    if !same
        && !typed.is_empty()
        && let Some(agreed) = prices_repo::agreed(tx, booking).await?
    {
        let total = agreed.each.times(party);
        let (code, off) = codes::redeem(tx, (locked.event, guest), typed, total, now).await?;
        prices_repo::agree(tx, booking, agreed.each, off).await?;
        codes_repo::use_for(tx, booking, code).await?;
    }
    if more < 0 {
        free(tx, &mut locked, -more).await?;
        settle(tx, &mut locked, now).await?;
    }
    once.commit(&locked.event).await?;
    Ok(locked.event)
}

/// Holds the reader's seats as long once more: once. Gives the event.
///
/// # Errors
/// `NotFound` for the seats of somebody else; `Conflict` when their time is over, they have had more
/// already, or booking ends before there could be more.
pub async fn extend_hold(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    booking: SeatBookingId,
) -> Result<EventId> {
    cx.member()?;
    let mut once = match cx.once(key, &("extend a hold", booking)).await? {
        Idempotent::Done(event) => return Ok(event),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let (locked, row) = held(tx, cx, booking).await?;
    locked.seating.is_open(cx.now()).map_err(refusal)?;
    let Some(until) = row.until.filter(|_| !row.is_extended) else {
        return Err(Error::Conflict(
            "You have had more time already. Confirm the seats, or let them go.".into(),
        ));
    };
    let before = until.to_jiff();
    let until = hold_until(before, row.minutes, locked.seating.closes_at());
    if until <= before {
        return Err(Error::Conflict(
            "Booking ends then, so there is no more time. Confirm the seats, or let them go."
                .into(),
        ));
    }
    repo::extend(tx, booking, until, cx.now()).await?;
    once.commit(&locked.event).await?;
    Ok(locked.event)
}

/// The price of seats that are the reader's is the one that was shown, or they are asked again.
fn as_shown(total: Option<Money>, shown: &ShownHold) -> Result<()> {
    let now = prices::shown(total);
    if now == shown.price {
        return Ok(());
    }
    Err(Error::Conflict(if now.is_empty() {
        "The price has changed meanwhile: the seats are free now. Press again.".into()
    } else {
        format!("The price has changed meanwhile: you pay {now} now. If that is fine, press again.")
    }))
}

/// Makes seats that are held the reader's. Those whose time is over are taken anew, as if by anybody,
/// if they can be had for what was shown. Gives the event; doing it twice is fine.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for the seats of somebody else, or at an event that is not
/// for them to see any more; `Conflict` when they went to someone else, booking has ended, they cost
/// something else by now, were held with another code, or were let go; `Invalid` for a code that takes
/// nothing off any more.
pub async fn confirm_hold(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    booking: SeatBookingId,
    shown: &ShownHold,
) -> Result<EventId> {
    let guest = cx.member()?.id;
    let mut once = match cx.once(key, &("confirm a hold", booking, shown)).await? {
        Idempotent::Done(event) => return Ok(event),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let now = cx.now();
    let (locked, live) = own(tx, cx, booking).await?;
    match (live, repo::of(&mut **tx, booking).await?) {
        (Some(live), None) if live.state == BookingState::Confirmed => return Ok(locked.event),
        (Some(_), Some(row)) => {
            // Not for whoever may not see the event any more: its host has blocked them meanwhile.
            occurrences::open_to(&mut **tx, locked.event, guest, now)
                .await?
                .ok_or(Error::NotFound)?;
            locked.seating.is_open(now).map_err(refusal)?;
            as_shown(row.due().map(|due| due.total), shown)?;
            bookings::confirm(tx, booking, now).await?;
        }
        (None, Some(row)) if row.state == BookingState::Expired => {
            retake(tx, cx, &locked, guest, &row, shown).await?;
        }
        _ => return Err(gone()),
    }
    notify::tell_guest(tx, booking, GuestNews::Confirmed, now).await?;
    once.commit(&locked.event).await?;
    Ok(locked.event)
}

/// Takes seats anew whose time was over.
async fn retake(
    tx: &mut Tx,
    cx: &Cx,
    locked: &Locked,
    guest: UserId,
    row: &HoldRow,
    shown: &ShownHold,
) -> Result<()> {
    let now = cx.now();
    if !queue::hold(tx, guest).await? {
        return Err(Error::NotFound);
    }
    occurrences::open_to(&mut **tx, locked.event, guest, now)
        .await?
        .ok_or(Error::NotFound)?;
    if bookings::live(tx, locked.id, guest).await?.is_some() {
        return Err(Error::Conflict(
            "You have seats at this event already.".into(),
        ));
    }
    locked
        .seating
        .takes(now)
        .and_then(|()| locked.seating.allows_party(row.party))
        .map_err(refusal)?;
    // By the rules for anybody who comes now: whoever waits for them goes first.
    match count(tx, cx, locked, guest, (0, row.party)).await {
        Err(Error::Conflict(_) | Error::Invalid(_)) => {
            return Err(Error::Conflict(SOMEBODY_ELSE.into()));
        }
        other => other?,
    }
    if !repo::retake(tx, row.id, now).await? {
        return Err(gone());
    }
    // With the code with which they were held, or none: codes are not tried out here.
    if !shown.code.is_empty() && shown.code != row.code {
        return Err(Error::Conflict(
            "These seats were not held with this code. Open the page again to see what they cost."
                .into(),
        ));
    }
    let terms = Terms {
        code: shown.code.clone(),
        ..Terms::default()
    };
    prices::agree_for(tx, locked, (row.id, guest, row.party), &terms, now).await?;
    let due = prices_repo::due(tx, row.id).await?;
    as_shown(due.map(|due| due.total), shown)?;
    queue::leave(tx, locked.id, guest, WaitingState::Converted).await?;
    Ok(())
}

/// Lets held seats go, for whoever waits or comes. Gives the event; doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for the seats of somebody else; `Conflict` when they are confirmed.
pub async fn let_hold_go(cx: &Cx, booking: SeatBookingId) -> Result<EventId> {
    let mut tx = cx.begin().await?;
    let (mut locked, live) = own(&mut tx, cx, booking).await?;
    if let Some(live) = live {
        if live.state == BookingState::Confirmed {
            return Err(Error::Conflict(
                "These seats are yours by now. Give them back if you cannot come.".into(),
            ));
        }
        release(&mut tx, cx, &mut locked, live, WaitingState::Declined).await?;
    }
    tx.commit().await?;
    Ok(locked.event)
}

impl HoldRow {
    /// What was agreed.
    fn due(&self) -> Option<Due> {
        Due::of(
            (self.price_each, self.currency),
            self.discount,
            self.amount_due,
            false,
        )
    }
}

/// The page of seats that are held at an event, with the event. None when whoever asks holds none there
/// and let none run out.
///
/// # Errors
/// `SignInRequired`; `NotFound` for an event that is not for them to see.
pub async fn held_at(cx: &Cx, event: EventId) -> Result<(EventPage, Option<Held>)> {
    let reader = cx.reader()?.id;
    let mut event = page(cx, event).await?;
    let row = match repo::last(cx.db(), event.id, reader).await? {
        Some(id) => repo::of(cx.db(), id).await?,
        None => None,
    };
    let Some(row) = row else {
        return Ok((event, None));
    };
    let now = cx.now();
    let until = row.until.map(jiff_sqlx::Timestamp::to_jiff);
    let until = until.filter(|until| *until > now);
    let mut held = Held {
        booking: row.id,
        party: row.party,
        minutes: row.minutes,
        until,
        is_extended: row.is_extended,
        due: row.due(),
        code: row.code.clone(),
        lost_code: false,
        is_lost: false,
    };
    if until.is_some() {
        return Ok((event, Some(held)));
    }
    if row.state == BookingState::Held {
        // The clock has not come by yet: they are free, as whoever asks next finds them.
        event.seating.taken -= row.party;
        event.booking = None;
    }
    held.due = event.price.map(|each| Due {
        each,
        discount: 0,
        total: each.times(row.party),
        is_paid: false,
    });
    if let (Some(_), false) = (event.price, row.code.is_empty()) {
        match code_now(cx, &event, row.party, &row.code).await {
            Ok(due) => held.due = Some(due),
            Err(Error::Invalid(_)) => {
                held.code.clear();
                held.lost_code = true;
            }
            Err(error) => return Err(error),
        }
    }
    let queue = Queue {
        anybody: event.waiting > i64::from(event.waits.is_some()),
        fits: false,
    };
    let left = event.seating.may_take(now, 0, row.party, queue);
    held.is_lost = left.is_err() || event.booking.is_some();
    Ok((event, Some(held)))
}
