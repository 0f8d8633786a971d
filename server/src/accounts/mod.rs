//! Accounts: registration, log-in, sessions, profile, blocks, closing.

mod admins;
mod blocks;
mod closing;
mod email;
mod erasure;
mod links;
mod log_in;
pub mod operator;
mod passwords;
mod profile;
mod recovery;
mod registration;
mod repo;
pub mod sessions;
mod tokens;
mod town;

#[cfg(test)]
mod tests;

use futures::FutureExt;

pub(crate) use admins::ActiveAdmins;
pub use blocks::{Blocked, block, blocked, blocked_before, unblock, unblock_handle};
pub use closing::{
    Closing, EraseAccount, MOST_CLOSING_DAYS, cancel_closing, closing, erase_when_due,
    request_closing,
};
pub use email::{confirm_email_change, new_address, request_email_change};
pub use links::{Link, SendLink};
pub use log_in::{Credentials, abandon, log_in, log_out};
pub use passwords::hash as hash_password;
pub use profile::{
    Profile, ProfileForm, Selling, gifts_version, profile, save_profile, selling, set_away,
    set_gift_requests, set_selling, takes_gift_requests,
};
pub(crate) use recovery::require_password;
pub use recovery::{NewPassword, ask_for_reset, can_reset, change_password, reset_password};
pub use registration::{
    Confirmed, Registration, ask_for_confirmation, can_confirm, confirm_address, register,
};
pub(crate) use repo::{admins::set_role, standing};
pub use town::{TownForm, asks_for_town, put_town_off, say_town};

use crate::db;
use crate::jobs::schedule::{Interval, Schedule};

/// What is done about accounts by the clock.
pub(crate) fn schedules() -> [Schedule; 2] {
    let old = Schedule {
        name: "clean up tokens and sessions",
        when: Interval::Daily {
            hour: 3,
            minute: 40,
        },
        run: |cx| {
            async move {
                db::in_batches(|most| repo::tokens::delete_old(cx.db(), most)).await?;
                db::in_batches(|most| repo::sessions::delete_old(cx.db(), most)).await
            }
            .boxed()
        },
    };
    let unconfirmed = Schedule {
        name: "delete unconfirmed accounts",
        when: Interval::Daily { hour: 4, minute: 0 },
        run: |cx| async move { registration::delete_unconfirmed(&cx).await }.boxed(),
    };
    [old, unconfirmed]
}
