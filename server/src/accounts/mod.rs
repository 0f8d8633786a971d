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

pub(crate) use admins::ActiveAdmins;
pub use blocks::{Blocked, block, blocked, unblock};
pub use closing::{
    Closing, MOST_CLOSING_DAYS, cancel_closing, closing, erase_when_due, request_closing,
};
pub use email::{confirm_email_change, new_address, request_email_change};
pub use links::{Link, send_link};
pub use log_in::{Credentials, abandon, log_in, log_out};
pub use passwords::hash as hash_password;
pub use profile::{Profile, ProfileForm, profile, save_profile, set_away};
pub use recovery::{NewPassword, ask_for_reset, can_reset, change_password, reset_password};
pub use registration::{
    Registration, ask_for_confirmation, can_confirm, confirm_address, delete_unconfirmed, register,
};
