//! What is interactive. Each island is small, gets what it needs as props, and
//! the page works without it.

mod admin_keys;
#[cfg(feature = "hydrate")]
mod admin_keys_browser;
mod builder;
mod client;
mod combobox;
mod countdown;
mod filter_count;
mod import_progress;
mod lookup;
mod recent;
#[cfg(feature = "hydrate")]
mod scan_browser;
mod scan_camera;
#[cfg(feature = "hydrate")]
mod scan_reader;
mod search_box;
#[cfg(feature = "hydrate")]
mod submit;
#[cfg(feature = "ssr")]
mod suggestions;
mod unread;
#[cfg(feature = "hydrate")]
mod unread_poll;

pub use admin_keys::*;
pub use builder::*;
pub use client::*;
pub use combobox::Suggestion;
pub use countdown::*;
pub use filter_count::*;
pub use import_progress::*;
pub use lookup::*;
pub use scan_camera::*;
pub use search_box::*;
pub use unread::*;
