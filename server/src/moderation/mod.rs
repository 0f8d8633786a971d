//! Reports by members, and what moderators do about them. Whatever changes
//! something, and each look at what is private, leaves an entry in the [audit log](crate::audit).

pub mod books;
pub mod case;
pub mod decisions;
pub mod disputes;
pub mod evidence;
pub mod first_events;
mod hiding;
pub mod jobs;
pub mod listings;
pub mod loans;
pub mod mails;
pub mod members;
pub mod merges;
mod notify;
pub mod orders;
pub mod overview;
pub mod queue;
pub mod records;
pub(crate) mod recusal;
mod repo;
pub mod reports;
pub mod reviews;
pub mod schedules;
pub mod seat_settings;
pub mod settings;
mod subject;
pub mod trades;

#[cfg(test)]
mod tests;

pub use subject::SubjectRef;

use jiff::SignedDuration;

use crate::jobs::schedule::{Interval, Schedule};

/// What the site does by itself about moderation.
pub(crate) fn schedules() -> Vec<Schedule> {
    let end_suspensions = Schedule {
        name: "end suspensions",
        when: Interval::Every(SignedDuration::from_mins(15)),
        run: |cx| Box::pin(async move { members::end_suspensions(&cx).await }),
    };
    vec![end_suspensions, evidence::schedule(), records::schedule()]
}
