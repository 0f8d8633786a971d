//! From a socket to the app's router: connections, middleware, static files, health.

mod client_ip;
mod headers;
mod health;
mod listen;
mod page_cache;
mod router;
mod run_to_completion;
mod session_store;

pub use listen::{bind, serve};
pub use router::{Site, router};
