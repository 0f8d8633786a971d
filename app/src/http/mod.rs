//! From a request to a page and back: who asks, forms, redirects, errors.

mod actions;
mod body;
mod error;
mod flash;
mod form;
mod guard;
mod kept;
mod page;
mod plain;
mod request;
mod routes;
mod segment;
mod uploads;

pub use actions::{Actions, context, files};
pub use body::Unfinished;
pub use error::{AppError, PageResult, error_pages, error_words};
pub use flash::{Flash, flash_cookie};
pub use form::Form;
pub use guard::guard;
pub use kept::KeptForm;
pub use page::{Layout, Layouts, Nav, PageBuilder};
pub use plain::{fallback_error, plain_page, timeout};
pub use request::{
    ClientIp, Req, RequestContext, SESSION_KEY, SessionData, joining_cookie, own_path,
    request_context, session_cookie, theme_cookie,
};
pub use routes::{AccessTable, Routes, Rule, files_of};
pub use segment::{Segment, Slugged, moved};
pub use uploads::{Files, LARGEST_UPLOAD};
