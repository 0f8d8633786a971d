//! Collects routes and server functions together with who may call them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{get, post};
use dogear_server::limits::{self, Limit};
use dogear_urls::{Access, Page};

use super::Files;
use crate::action::ServerFn;
use crate::state::AppState;

/// What holds for a route or a server function before it runs.
#[derive(Clone, Copy)]
pub struct Rule {
    pub who: Access,
    /// How often one reader, or one address, may call it; reading pages is not counted.
    pub limit: Option<Limit>,
    /// The files that it takes; a form that takes some may be larger and has more time.
    pub files: Option<Files>,
}

impl Rule {
    fn new(who: Access, limit: Option<Limit>) -> Self {
        Self {
            who,
            limit,
            files: None,
        }
    }
}

/// Method and path of everything that can be called, with its rule.
pub type AccessTable = BTreeMap<(&'static str, &'static str), Rule>;

/// The files that a form which is sent to `path` may carry.
pub fn files_of(table: &AccessTable, path: &str) -> Option<Files> {
    table.get(&("POST", path)).and_then(|rule| rule.files)
}

/// A router that remembers what it routes.
#[derive(Default)]
pub struct Routes {
    router: Router<AppState>,
    table: AccessTable,
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers GET and HEAD; changes nothing but what the reader has been told: looking at a trade
    /// reads its notices.
    pub fn get<H, T>(mut self, page: &'static Page, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.router = self.router.route(page.pattern, get(handler));
        let rule = Rule::new(page.access, None);
        self.table.insert(("GET", page.pattern), rule);
        self
    }

    /// Answers what is sent to `page` and is no server function, for `who`; each has its reason
    /// in `docs/ARCHITECTURE.md`.
    pub fn post<H, T>(mut self, page: &'static Page, who: Access, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.router = self.router.route(page.pattern, post(handler));
        let rule = Rule::new(who, Some(limits::WRITE));
        self.table.insert(("POST", page.pattern), rule);
        self
    }

    /// Opens the server function `F`, which changes something, to `who`.
    pub fn action<F: ServerFn>(mut self, who: Access) -> Self {
        let limit = Some(limits::WRITE);
        self.table.insert(("POST", F::PATH), Rule::new(who, limit));
        self
    }

    /// Opens the server function `F`, whose form carries files, to `who`.
    pub fn upload<F: ServerFn>(mut self, who: Access, files: Files) -> Self {
        let rule = Rule {
            files: Some(files),
            ..Rule::new(who, Some(limits::WRITE))
        };
        self.table.insert(("POST", F::PATH), rule);
        self
    }

    /// Opens the server function `F`, which only reads, to `who`: asked once per few keys
    /// typed.
    pub fn look_up<F: ServerFn>(mut self, who: Access) -> Self {
        let limit = Some(limits::LOOK_UP);
        self.table.insert(("POST", F::PATH), Rule::new(who, limit));
        self
    }

    /// Who may call what.
    pub fn access(&self) -> Arc<AccessTable> {
        Arc::new(self.table.clone())
    }

    pub fn into_router(self) -> Router<AppState> {
        self.router
    }
}
