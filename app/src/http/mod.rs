//! From a request to a page and back: who asks, forms, redirects, errors.

mod error;
mod flash;
mod form;
mod guard;
mod page;
mod request;
mod routes;

pub use error::{AppError, PageResult, error_pages};
pub use flash::Flash;
pub use form::{Form, FormState};
pub use guard::guard;
pub use page::{Layout, Nav, PageBuilder, escape_into};
pub use request::{
    ClientIp, Req, SESSION_KEY, SessionData, THEME_COOKIE, Visitor, own_path, session_cookie,
    visitor,
};
pub use routes::Routes;
