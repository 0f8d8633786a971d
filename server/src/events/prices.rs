//! What seats cost. The price is that of the date under its lock when seats are taken, and is
//! written on them: what was agreed stays, whatever the host asks from others later. Nothing that a
//! browser sends names a price; it says which one was shown, so that nobody takes seats for another.
//! Payments are made in person, and noted by the host.

use dogear_domain::events::BookingState;
use dogear_domain::events::hosts::HostAct;
use dogear_domain::fields::FieldProblem;
use dogear_domain::ids::{EventId, SeatBookingId, UserId};
use dogear_domain::money::{Currency, Money};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgConnection;

use super::codes;
use super::form::EventForm;
use super::log::note;
use super::page::EventPage;
use super::repo::codes as codes_repo;
use super::repo::occurrences::{self, Locked};
use super::repo::prices::{self as repo, AgreedRow};
use super::repo::views::TicketRow;
use crate::{Cx, Error, Result, limits};

/// Parties on the list of those who have money to get back.
const REFUNDS: i64 = 500;

/// What a form showed of the price, to be compared with what it is by then, and a code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Terms {
    /// As [`EventPage::shown_price`] says it; empty when seats were free.
    pub price: String,
    /// What the reader typed to pay less; mostly nothing.
    pub code: String,
}

/// What somebody's seats cost, as it was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// One of them.
    pub each: Money,
    /// What is taken off for all together, in the smallest unit.
    pub discount: i32,
    /// What is paid for all together.
    pub total: Money,
    /// The host has it.
    pub is_paid: bool,
}

impl Due {
    /// Of the columns of a booking; none of free seats.
    pub(super) fn of(
        (each, currency): (Option<i32>, Option<Currency>),
        discount: i32,
        due: Option<i32>,
        is_paid: bool,
    ) -> Option<Self> {
        let each = money(each, currency)?;
        Some(Self {
            each,
            discount,
            total: each.with(due?),
            is_paid,
        })
    }
}

/// What all guests of a date pay, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// In which.
    pub currency: Currency,
    /// In its smallest unit, paid or not.
    pub due: i64,
    /// Of it, what is paid.
    pub paid: i64,
}

/// Money that was paid for seats which have ended since, and that the host has to give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The seats.
    pub booking: SeatBookingId,
    /// What the guest is called.
    pub name: String,
    /// Without the @; none for a guest whom the host has added.
    pub handle: Option<String>,
    /// How much.
    pub amount: Money,
}

/// An amount of two columns.
pub(super) fn money(minor: Option<i32>, currency: Option<Currency>) -> Option<Money> {
    let (minor, currency) = minor.zip(currency)?;
    Some(Money { minor, currency })
}

/// As forms carry a price along; empty for none.
pub fn shown(price: Option<Money>) -> String {
    price.map_or_else(String::new, |price| price.to_string())
}

/// The price in the form of an event; none when it is left empty, or nought. Otherwise the field that
/// is wrong, and how.
pub(super) fn read(form: &EventForm) -> Result<Option<Money>, (&'static str, FieldProblem)> {
    if form.price.trim().is_empty() {
        return Ok(None);
    }
    let currency = (form.currency.parse::<Currency>())
        .map_err(|_| ("currency", FieldProblem::from("Choose a currency.")))?;
    Money::parse(&form.price, currency).map_err(|problem| ("price", problem))
}

/// The fields of a price in the form.
pub(super) fn typed(price: Option<Money>) -> (String, String) {
    price.map_or_else(Default::default, |price| {
        (price.plain(), price.currency.to_string())
    })
}

/// Has whoever tries one code after the other wait.
pub(super) async fn may_try(cx: &Cx, guest: UserId, terms: &Terms) -> Result<()> {
    if terms.code.trim().is_empty() {
        return Ok(());
    }
    cx.limit(limits::CODE, &guest.to_string()).await
}

/// Refuses when seats cost something else than was shown. The caller holds the lock.
pub(super) fn as_shown(locked: &Locked, terms: &Terms) -> Result<()> {
    if shown(locked.price) == terms.price {
        return Ok(());
    }
    Err(Error::Conflict(match locked.price {
        Some(price) => format!(
            "The price has changed meanwhile: a seat costs {price} now. If that is fine, press again."
        ),
        None => "The price has changed meanwhile: seats are free now. Press again.".into(),
    }))
}

/// Writes on seats that a guest has just taken what they cost, less what their code takes off. Free
/// ones cost no statement.
pub(super) async fn agree_for(
    conn: &mut PgConnection,
    locked: &Locked,
    (booking, guest, party): (SeatBookingId, UserId, i32),
    terms: &Terms,
    now: Timestamp,
) -> Result<()> {
    let Some(price) = locked.price.filter(|_| !terms.code.trim().is_empty()) else {
        return agree(conn, locked, booking).await;
    };
    let total = price.times(party);
    let of = (locked.event, guest);
    let (code, off) = codes::redeem(conn, of, &terms.code, total, now).await?;
    repo::agree(conn, booking, price, off).await?;
    codes_repo::use_for(conn, booking, code).await
}

/// Writes on seats that were just taken what they cost. Free ones cost no statement.
pub(super) async fn agree(
    conn: &mut PgConnection,
    locked: &Locked,
    booking: SeatBookingId,
) -> Result<()> {
    match locked.price {
        Some(price) => repo::agree(conn, booking, price, 0).await,
        None => Ok(()),
    }
}

/// Another number of seats: each at the price that was agreed for the first. What is paid for stays
/// as it is: money goes back in person.
pub(super) async fn set_party(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    party: i32,
    now: Timestamp,
) -> Result<()> {
    let agreed = repo::agreed(conn, booking).await?;
    if agreed.is_some_and(|agreed| agreed.is_paid) {
        return Err(Error::Conflict(
            "These seats are paid. Ask the host to note them as not paid first, and settle the difference in person.".into(),
        ));
    }
    let off = match agreed {
        Some(agreed) if agreed.discount > 0 => off(conn, booking, &agreed, party, now).await?,
        _ => 0,
    };
    repo::set_party(conn, booking, party, off, now).await
}

/// What is taken off so many seats, by the code with which some were taken. Of a code that is gone,
/// has ended or run out, no more than was taken off before, as far as it is due.
async fn off(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    agreed: &AgreedRow,
    party: i32,
    now: Timestamp,
) -> Result<i32> {
    let total = agreed.each.times(party);
    Ok(match codes_repo::off_of(conn, booking, now).await? {
        Some((off, true)) => off.of(total),
        Some((off, false)) => agreed.discount.min(off.of(total)),
        None => agreed.discount.min(total.minor),
    })
}

/// Whether seats may be moved to another date, and cost there what they cost here.
pub(super) async fn may_move(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    there: &Locked,
) -> Result<()> {
    let agreed = repo::agreed(conn, booking).await?;
    if agreed.is_some_and(|agreed| agreed.is_paid) {
        return Err(Error::Conflict(
            "These seats are paid. Ask the host to note them as not paid first, and settle it in person."
                .into(),
        ));
    }
    if agreed.is_some_and(|agreed| agreed.discount > 0) {
        return Err(Error::Conflict(
            "A code was used for these seats. Give them back, and take some on the other date with the code, if it holds there."
                .into(),
        ));
    }
    if agreed.map(|agreed| agreed.each) == there.price {
        return Ok(());
    }
    let there = match there.price {
        Some(price) => format!("a seat costs {price}"),
        None => "seats are free".into(),
    };
    Err(Error::field(
        "to",
        format!(
            "On that date {there}, which is not what you agreed to here. Give these seats back, and take some there."
        ),
    ))
}

/// What each seat costs that is handed on to somebody else; none of free ones. What is paid, or was
/// taken for less with a code, is settled with the host before.
pub(super) async fn may_transfer(
    conn: &mut PgConnection,
    booking: SeatBookingId,
) -> Result<Option<Money>> {
    let Some(agreed) = repo::agreed(conn, booking).await? else {
        return Ok(None);
    };
    if agreed.is_paid {
        return Err(Error::Conflict(
            "These seats are paid. Ask the host to note them as not paid first, and settle the money in person.".into(),
        ));
    }
    if agreed.discount > 0 {
        return Err(Error::Conflict(
            "A code was used for these seats, which holds for one reader. Give them back instead."
                .into(),
        ));
    }
    Ok(Some(agreed.each))
}

/// Whether seats of which each costs so much may go beside those that somebody has: what was agreed
/// for the one would be changed by the other, if it was not the same.
pub(super) async fn may_join(
    conn: &mut PgConnection,
    has: SeatBookingId,
    each: Option<Money>,
) -> Result<()> {
    let agreed = repo::agreed(conn, has).await?;
    let why = match agreed {
        Some(agreed) if agreed.is_paid => "yours are paid already",
        Some(agreed) if agreed.discount > 0 => "you took yours with a code",
        agreed if agreed.map(|agreed| agreed.each) != each => "yours cost something else",
        _ => return Ok(()),
    };
    Err(Error::Conflict(format!(
        "These seats cannot go beside those that you have: {why}. Let somebody else have them."
    )))
}

/// Writes on seats that were handed on what each of them costs.
pub(super) async fn agree_as(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    each: Option<Money>,
) -> Result<()> {
    match each {
        Some(each) => repo::agree(conn, booking, each, 0).await,
        None => Ok(()),
    }
}

/// What a price is changed to. Whoever waits to have seats without a question is asked first when
/// they cost more, or another currency, than when they joined.
pub(super) async fn changed(
    conn: &mut PgConnection,
    locked: &mut Locked,
    price: Option<Money>,
) -> Result<()> {
    let is_dearer = match (locked.price, price) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => old.currency != new.currency || old.minor < new.minor,
    };
    locked.price = price;
    if is_dearer {
        repo::ask_first(conn, locked.id).await?;
    }
    Ok(())
}

/// What a mail says of the cost of one seat that is offered; empty for free ones. Begins with a space.
pub(super) fn of_one(each: Option<Money>) -> String {
    each.map_or_else(String::new, |each| {
        format!(" One costs {each}, which you pay in person at the door.")
    })
}

/// What mails say of the cost of somebody's seats; empty for free ones. Begins with a space.
pub(super) fn sentence(ticket: &TicketRow) -> String {
    let Some(due) = ticket.due() else {
        return String::new();
    };
    let Due { total, each, .. } = due;
    match (ticket.state, due.is_paid) {
        (Some(BookingState::Confirmed), true) => format!(" You have paid {total}."),
        (Some(BookingState::Confirmed), false) => {
            format!(" {total} are due, which you pay in person at the door; one seat costs {each}.")
        }
        (Some(BookingState::Held), _) => {
            format!(" They cost {total}, which you pay in person at the door.")
        }
        (_, true) => format!(" You had paid {total}: the host gives it back to you in person."),
        _ => String::new(),
    }
}

impl TicketRow {
    /// What these seats cost.
    fn due(&self) -> Option<Due> {
        Due::of(
            (self.price_each, self.currency),
            self.discount,
            self.amount_due,
            self.is_paid,
        )
    }
}

/// Notes that a guest has paid at the door what the form showed, or takes that back; of seats that
/// have ended, that they have it back. Gives the event. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever may not keep the door, and for free seats; `Conflict` when
/// nobody has these seats any more, or something else is due than was shown.
pub async fn mark_paid(
    cx: &Cx,
    booking: SeatBookingId,
    is_paid: bool,
    shown: &str,
) -> Result<EventId> {
    let keeper = cx.reader()?.id;
    let now = cx.now();
    let (event, occurrence) = repo::of_host(cx.db(), booking, keeper, now)
        .await?
        .ok_or(Error::NotFound)?;
    let mut tx = cx.begin().await?;
    occurrences::lock(&mut tx, occurrence, now).await?;
    let due = repo::due(&mut tx, booking).await?.ok_or(Error::NotFound)?;
    let may = match due.state {
        BookingState::Confirmed => true,
        BookingState::Cancelled => !is_paid,
        BookingState::Held | BookingState::Expired => false,
    };
    if !may {
        return Err(Error::Conflict(
            "The guest does not have these seats any more.".into(),
        ));
    }
    if due.is_paid == is_paid {
        return Ok(event);
    }
    if is_paid && due.total.to_string() != shown {
        return Err(Error::Conflict(format!(
            "The guest has changed how many seats they have: {} are due now. If they have paid that, press again.",
            due.total
        )));
    }
    let (by, act) = if is_paid {
        (Some(keeper), HostAct::PaidNoted)
    } else {
        (None, HostAct::PaidTakenBack)
    };
    repo::set_paid(&mut tx, booking, by, now).await?;
    note(&mut tx, event, keeper, (act, ""), now).await?;
    tx.commit().await?;
    Ok(event)
}

/// To whom money is to be given back, for those who host the event; nobody for others.
///
/// # Errors
/// Those of the database.
pub async fn refunds(cx: &Cx, event: &EventPage) -> Result<Vec<Refund>> {
    if !event.is_run_by_viewer() {
        return Ok(Vec::new());
    }
    let rows = repo::refunds(cx.db(), event.id, REFUNDS).await?;
    Ok(rows
        .into_iter()
        .map(|row| Refund {
            booking: row.booking,
            name: row.name,
            handle: Some(row.handle).filter(|handle| !handle.is_empty()),
            amount: Money {
                minor: row.due,
                currency: row.currency,
            },
        })
        .collect())
}

/// What all guests of a date pay.
pub(super) async fn sums(
    cx: &Cx,
    occurrence: dogear_domain::ids::OccurrenceId,
) -> Result<Vec<Sum>> {
    let rows = repo::sums(cx.db(), occurrence).await?;
    Ok(rows
        .into_iter()
        .map(|row| Sum {
            currency: row.currency,
            due: row.due,
            paid: row.paid,
        })
        .collect())
}
