//! The pages of Dogear. Under `ssr`: handlers that load through the services and
//! render components to whole pages. Under `hydrate`: only the islands.

// A page is one type, as deep as its elements are nested.
#![recursion_limit = "512"]

pub mod action;
pub mod islands;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod access_tokens;
#[cfg(feature = "ssr")]
pub mod accounts;
#[cfg(feature = "ssr")]
pub mod cart;
#[cfg(feature = "ssr")]
pub mod catalogue;
#[cfg(feature = "ssr")]
pub mod copies;
#[cfg(feature = "ssr")]
pub mod dev;
#[cfg(feature = "ssr")]
pub mod developers;
#[cfg(feature = "ssr")]
pub mod discovery;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod home;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod layouts;
#[cfg(feature = "ssr")]
pub mod library;
#[cfg(feature = "ssr")]
pub mod lists;
#[cfg(feature = "ssr")]
pub mod moderation;
#[cfg(feature = "ssr")]
pub mod notifications;
#[cfg(feature = "ssr")]
pub mod reviews;
#[cfg(feature = "ssr")]
pub mod rounds;
#[cfg(feature = "ssr")]
pub mod trades;

#[cfg(feature = "ssr")]
pub use layouts::LAYOUTS;
#[cfg(feature = "ssr")]
pub use site::routes;
#[cfg(feature = "ssr")]
pub use state::{AppState, Assets};

#[cfg(feature = "ssr")]
mod site;
#[cfg(feature = "ssr")]
mod state;

/// Starts the client: called once by `public/js/boot.js` after the WASM arrived.
#[cfg(feature = "hydrate")]
pub fn start() {
    leptos::mount::hydrate_islands();
}
