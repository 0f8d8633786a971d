//! The tables of events: statements, checked against the schema when they are compiled. Nothing
//! here decides, begins a transaction or tells anybody.

pub(super) mod bookings;
pub(super) mod books;
pub(super) mod calendar;
pub(super) mod codes;
pub(super) mod deleted;
pub(super) mod desk;
pub(super) mod door;
pub(super) mod erasure;
pub(super) mod finding;
pub(super) mod guest_list;
pub(super) mod holds;
pub(super) mod hosting;
pub(super) mod hosts;
pub(super) mod interests;
pub(super) mod invitations;
pub(super) mod log;
pub(super) mod meetings;
pub(super) mod messages;
pub(super) mod no_shows;
pub(super) mod occurrences;
pub(super) mod organisations;
pub(super) mod prices;
pub(super) mod reminders;
pub(super) mod reviews;
pub(super) mod series;
pub(super) mod series_views;
pub(super) mod transfers;
pub(super) mod views;
pub(super) mod waiting;
