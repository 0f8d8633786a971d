//! Events: places, what happens there, who has a seat and who waits for one.
//!
//! How many seats are taken is one number, `event_occurrences.seats_taken`. It is changed only in
//! the transaction that changes the bookings, under the lock of that row, by a statement that
//! looks at the capacity once more; and the table has a check. Whatever frees seats promotes those
//! who wait before it commits. Several occurrences are locked in the order of their numbers.

mod added;
mod book_list;
mod books;
pub mod calendar;
mod circles;
mod codes;
mod deleted;
pub(crate) mod desk;
mod door;
mod door_guest;
mod door_notes;
mod erasure;
mod feedback;
mod finding;
mod form;
mod giving_news;
mod giving_on;
mod guest_list;
mod guest_mail;
mod helpers;
mod holds;
mod host_news;
mod hosting;
mod hosts;
mod interests;
mod invitations;
mod late;
mod leftovers;
mod list;
mod log;
mod meetings;
mod members;
mod messages;
pub(crate) mod no_shows;
mod notify;
mod online;
mod organisations;
mod own_bookings;
mod page;
mod partners;
mod prices;
mod publishing;
mod reminders;
mod repo;
pub(crate) mod reviews;
mod seats;
mod series;
mod stalls;
mod statistics;
mod sweeps;
mod task_news;
mod tasks;
#[cfg(test)]
mod tests;
mod tickets;
mod transfers;
mod venues;
mod volunteers;
mod waiting;
mod waiting_news;
pub mod words;

pub use added::{add_guest, remove_guest};
pub use book_list::{BookKey, books_behind};
pub use books::{
    Book, BookQuery, Bringer, Brought, EventBooks, OwnBook, Packed, SwapPartner, books, bring,
    bring_listed, brought, drop_wish, keep_home, wish,
};
pub(crate) use calendar::{SeatEntry, entries_of, seat_entry};
pub use codes::{CodeForm, CodeLine, Codes, check_code, codes, end_code, make_code};
pub use deleted::{Deleted, delete, deleted_events, restore};
pub use desk::{DeskEvent, DeskFeedback, DeskSeries};
pub use door::{
    Admitted, Answer, AtDoor, DoorPage, door, door_list, express, let_in, missed, undo_check_in,
};
pub use door_guest::{DoorGuest, LastIn};
pub use door_notes::{
    DeviceList, ListedGuest, Note, NoteOutcome, NoteState, device_list, take_notes,
};
pub(crate) use erasure::erase;
pub(crate) use erasure::lock_all_of;
pub use feedback::{
    Feedback, FeedbackForm, FeedbackPage, GuestWords, NextDate, SeenBook, feedback, feedback_of,
    save_feedback, withdraw_feedback,
};
pub use finding::{
    Around, DISTANCES, DayOfEvents, EventFilter, beside_books, coming, coming_up_to, month,
};
pub use form::{EventDraft, EventForm};
pub use giving_news::{TellGiving, TellListEnded};
pub use giving_on::{DoorQueue, DoorWaiting, GivenOn, Here, Marked, mark_here, say_here};
pub use guest_list::guest_list;
pub use helpers::{
    accept_hosting, change_host_role, decline_hosting, invite_host, remove_host, stop_hosting,
};
pub use holds::{
    Held, ShownHold, change_hold, confirm_hold, extend_hold, held_at, hold, let_hold_go,
};
pub(crate) use holds::{hold_minutes, set_hold_minutes};
pub use hosting::{cancel, create, draft, save};
pub use hosts::{Asked, Helper, Team, asked_to_host, helped, roles_at, team};
pub use interests::{
    Interest, Interested, TellInterested, be_interested, drop_interest, interest, interested,
};
pub(crate) use invitations::joined_by;
pub use invitations::{invitation_link, make_invitation, open_invitation};
pub use late::{LateGuest, late};
pub use leftovers::{BookSums, Leftover, Past, leftover, past, save_leftover, tell_outcomes};
pub use list::{Coming, CountedSeats, Key, Listed, hosted, own};
pub use log::{EventLog, LOGGED_FIELDS, LogLine, log};
pub use meetings::Meeting;
pub(crate) use meetings::{all_may_see, dates, lock_meeting, meeting, meetings_of};
pub use members::{
    accept_membership, change_member_role, decline_membership, invite_member, leave_organisation,
    remove_member,
};
pub use messages::{
    HostMessage, Messages, SendToGuests, discard_message, messages, messages_to, send_message,
    write_message,
};
pub use no_shows::{Behind, behind};
pub use notify::{TellGuest, TellGuests};
pub use organisations::{
    AskedToJoin, Organisation, OrganisationForm, OrganisationPage, Person, asked_to_join,
    close_organisation, create_organisation, organisation, organisation_page, organisation_people,
    organisations, organisations_of, save_organisation,
};
pub use own_bookings::{BookingKey, OwnBooking, booking, bookings};
pub use page::{
    Booking, EventPage, Guest, Guests, Host, OfOrganisation, Place, Waiting, guests, page, slug,
};
pub use partners::save_partners;
pub use prices::{Due, Refund, Sum, Terms, mark_paid, refunds, shown as shown_price};
pub use publishing::publish;
pub use reviews::FirstEvent;
pub use seats::{Taken, accept, change, decline, give_back, take, take_for};
pub use series::{
    BookedDates, DateOutcome, DateStanding, DatesWish, InSeries, OtherDates, RepeatForm,
    SeriesDate, SeriesDay, SeriesDays, SeriesSeats, TellDates, ToldDate, book_dates, cancel_dates,
    change_date, create_dates, create_like, give_back_dates, in_series, leave_out, other_dates,
    save_dates, series_days, series_of, series_page, series_seats, told_of_dates,
};
pub use stalls::{StallGiven, StallGuest, Stalls, clear_stalls, number_stalls, set_stall, stalls};
pub use statistics::{
    Counted, DateFigures, MoneyFigures, Statistics, event_statistics, statistics, statistics_table,
};
pub(crate) use sweeps::schedules;
pub use task_news::TellOfTask;
pub use tasks::{
    Task, TaskForm, Volunteer, add_task, ask_for_task, change_task, hosted_task, hosted_tasks,
    remove_task,
};
pub use tickets::{Ticket, ticket};
pub use transfers::{
    SeatTransfer, TellTransfer, accept_transfer, decline_transfer, offer_transfer, transfers,
    withdraw_transfer,
};
pub use venues::{Venue, VenueForm, add_venue, save_venue, venue, venues, venues_of};
pub use volunteers::{event_tasks, give_up_task, set_task_percent, take_task, tasks};
pub use waiting::{Joined, Wish, join, join_for, leave};
pub use waiting_news::TellWaiting;
