//! What there is below the base, one file for each kind of thing.

mod access_tokens;
mod books;
mod copies;
mod libraries;
mod lists;
mod own_reviews;
mod parts;

use utoipa_axum::router::OpenApiRouter;

use crate::Site;

/// All of it.
pub(crate) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .merge(access_tokens::routes())
        .merge(books::routes())
        .merge(copies::routes())
        .merge(libraries::routes())
        .merge(lists::routes())
        .merge(own_reviews::routes())
}
