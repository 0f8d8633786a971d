//! Collects routes together with their rows in the access table.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{get, post};

use crate::AppState;

/// A router that remembers what it routes.
pub struct Routes {
    router: Router<AppState>,
    table: Vec<(&'static str, &'static str)>,
}

impl Default for Routes {
    fn default() -> Self {
        Self::new()
    }
}

impl Routes {
    pub fn new() -> Self {
        Self {
            router: Router::new(),
            table: Vec::new(),
        }
    }

    /// Answers GET and HEAD; changes nothing.
    pub fn get<H, T>(mut self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.table.push(("GET", path));
        self.router = self.router.route(path, get(handler));
        self
    }

    /// Answers a form.
    pub fn post<H, T>(mut self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.table.push(("POST", path));
        self.router = self.router.route(path, post(handler));
        self
    }

    /// Method and path of each route.
    pub fn table(&self) -> &[(&'static str, &'static str)] {
        &self.table
    }

    pub fn into_router(self) -> Router<AppState> {
        self.router
    }
}
