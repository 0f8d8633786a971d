//! A guest's own seats one by one, with the date at which they are.

use dogear_domain::events::BookingState;
use dogear_domain::ids::SeatBookingId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::list::Listed;
use super::prices::Due;
use super::repo::own_bookings::{self as repo, OwnRow, Wanted};
use crate::{Cx, Error, Result};

/// Seats of whoever asks at a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnBooking {
    /// By which they are named.
    pub id: SeatBookingId,
    /// The date; what it says of the reader's seats is these.
    pub event: Listed,
    /// How many.
    pub party: i32,
    /// `Cancelled` where its host has cancelled it.
    pub state: BookingState,
    /// Until when they are only kept; none when they are theirs.
    pub held_until: Option<Timestamp>,
    /// The reader holds them while they make up their mind; what else is kept is offered to them.
    pub is_hold: bool,
    /// What they cost; none of free ones.
    pub due: Option<Due>,
}

/// Behind which seats a page of a list begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingKey(Timestamp, SeatBookingId);

impl OwnBooking {
    /// Where the page behind these begins.
    pub const fn key(&self) -> BookingKey {
        BookingKey(self.event.starts_at, self.id)
    }
}

impl From<OwnRow> for OwnBooking {
    fn from(row: OwnRow) -> Self {
        let is_held = row.booking_state == BookingState::Held;
        Self {
            id: row.booking,
            party: row.party,
            state: row.booking_state,
            held_until: row
                .held_until
                .filter(|_| is_held)
                .map(jiff_sqlx::Timestamp::to_jiff),
            is_hold: is_held && row.is_hold,
            due: Due::of(
                (row.price_each, row.agreed_currency),
                row.discount,
                row.amount_due,
                row.is_paid,
            ),
            event: row.listed().into(),
        }
    }
}

/// Seats of whoever asks, and what is kept for them: at dates to come, the next first, or at those
/// that are over, the last first. At most `most`, from behind `after` on.
///
/// # Errors
/// `SignInRequired`.
pub async fn bookings(
    cx: &Cx,
    over: bool,
    after: Option<BookingKey>,
    most: i64,
) -> Result<Vec<OwnBooking>> {
    let wanted = Wanted {
        guest: cx.reader()?.id,
        now: cx.now(),
        over: Some(over),
        after: after.map(|BookingKey(starts_at, id)| (starts_at, id)),
        only: None,
        most,
    };
    let rows = repo::list(cx.db(), &wanted).await?;
    Ok(rows.into_iter().map(OwnBooking::from).collect())
}

/// Some seats of whoever asks, with what is kept for them; not those that they have given back.
///
/// # Errors
/// `SignInRequired`; `NotFound` for the seats of somebody else.
pub async fn booking(cx: &Cx, id: SeatBookingId) -> Result<OwnBooking> {
    let wanted = Wanted {
        guest: cx.reader()?.id,
        now: cx.now(),
        over: None,
        after: None,
        only: Some(id),
        most: 1,
    };
    let rows = repo::list(cx.db(), &wanted).await?;
    let row = rows.into_iter().next().ok_or(Error::NotFound)?;
    Ok(row.into())
}
