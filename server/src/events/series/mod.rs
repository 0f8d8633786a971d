//! Series of events. A date of a series is an event with one occurrence like any other, so that
//! its page, its seats, its tickets and its door are those of every event; the series says by which
//! rule dates come, and which of them go together.
//!
//! The row of a series is locked before those of its dates, and dates in the order of their numbers.

pub(super) mod changing;
pub(super) mod dates;
pub(super) mod entering;
pub(super) mod moving;
pub(super) mod view;

pub use changing::{cancel_dates, save_dates};
pub use entering::{RepeatForm, create_dates, create_like};
pub use moving::change_date;
pub use view::{InSeries, OtherDates, in_series, other_dates, series_of, series_page};
