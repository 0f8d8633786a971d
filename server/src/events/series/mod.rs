//! Series of events. A date of a series is an event with one occurrence like any other, so that
//! its page, its seats, its tickets and its door are those of every event; the series says by which
//! rule dates come, and which of them go together.
//!
//! The row of a series is locked before those of its dates, and dates in the order of their numbers.

pub(super) mod booking;
pub(super) mod changing;
pub(super) mod dates;
pub(super) mod entering;
pub(super) mod moving;
pub(super) mod seats;
pub(super) mod skipping;
pub(super) mod telling;
pub(super) mod view;

pub use booking::{
    BookedDates, DateOutcome, DatesWish, ToldDate, book_dates, give_back_dates, told_of_dates,
};
pub use changing::{cancel_dates, save_dates};
pub use entering::{RepeatForm, create_dates, create_like};
pub use moving::change_date;
pub use seats::{DateStanding, SeriesDate, SeriesSeats, series_seats};
pub use skipping::{SeriesDay, SeriesDays, leave_out, series_days};
pub use telling::TellDates;
pub use view::{InSeries, OtherDates, in_series, other_dates, series_of, series_page};
