//! What there is below the base, one file for each kind of thing.

mod access_tokens;
mod books;
mod exchange;
mod parts;

use utoipa_axum::router::OpenApiRouter;

use crate::Site;

/// All of it.
pub(crate) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .merge(access_tokens::routes())
        .merge(books::routes())
        .merge(exchange::routes())
}
