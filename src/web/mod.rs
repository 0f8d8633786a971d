//! From a socket to the app's router: connections, middleware, static files, health.

mod api;
mod arriving;
mod client_ip;
mod conditional;
mod cookies;
mod headers;
mod health;
mod host;
mod kept_files;
mod listen;
mod page_cache;
mod read_again;
mod readable;
mod router;
mod run_to_completion;
mod session_store;
mod webhooks;

pub use api::ApiOrigins;
pub(crate) use kept_files::keep as keep_files;
pub use listen::{Connections, bind, serve};
pub use router::{Site, router};
