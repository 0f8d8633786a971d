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

#[cfg(test)]
mod tests;

use futures::FutureExt;

pub(crate) use admins::ActiveAdmins;
pub use blocks::{Blocked, block, blocked, unblock};
pub use closing::{
    Closing, EraseAccount, MOST_CLOSING_DAYS, cancel_closing, closing, erase_when_due,
    request_closing,
};
pub use email::{confirm_email_change, new_address, request_email_change};
pub use links::{Link, SendLink};
pub use log_in::{Credentials, abandon, log_in, log_out};
pub use passwords::hash as hash_password;
pub(crate) use profile::back_since;
pub use profile::{Profile, ProfileForm, profile, save_profile, set_away};
pub use recovery::{NewPassword, ask_for_reset, can_reset, change_password, reset_password};
pub use registration::{
    Registration, ask_for_confirmation, can_confirm, confirm_address, register,
};

use crate::db;
use crate::jobs::schedule::{Schedule, When};

const OLD_TOKENS: &str = "delete from auth_tokens where id in (select id from auth_tokens
    where expires_at < now() - interval '7 days' limit $1)";
const OLD_SESSIONS: &str = "delete from user_sessions where id in (select id from user_sessions
    where ended_at < now() - interval '30 days' or last_seen_at < now() - interval '90 days' limit $1)";

/// What is done about accounts by the clock.
pub(crate) fn schedules() -> [Schedule; 2] {
    let old = Schedule {
        name: "clean up tokens and sessions",
        when: When::Daily {
            hour: 3,
            minute: 40,
        },
        run: |cx| {
            async move {
                db::delete_batches(cx.db(), OLD_TOKENS).await?;
                db::delete_batches(cx.db(), OLD_SESSIONS).await
            }
            .boxed()
        },
    };
    let unconfirmed = Schedule {
        name: "delete unconfirmed accounts",
        when: When::Daily { hour: 4, minute: 0 },
        run: |cx| async move { registration::delete_unconfirmed(&cx).await }.boxed(),
    };
    [old, unconfirmed]
}
