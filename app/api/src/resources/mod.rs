//! What there is below the base, one file for each kind of thing.

mod access_tokens;
mod blocks;
mod bookings;
mod books;
mod broadcasts;
mod event_books;
mod events;
mod notifications;
mod parts;
mod profile;
mod searches;
mod waiting;

use utoipa_axum::router::OpenApiRouter;

use crate::Site;

/// All of it.
pub(crate) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .merge(access_tokens::routes())
        .merge(books::routes())
        .merge(events::routes())
        .merge(event_books::routes())
        .merge(bookings::routes())
        .merge(waiting::routes())
        .merge(notifications::routes())
        .merge(broadcasts::routes())
        .merge(profile::routes())
        .merge(searches::routes())
        .merge(blocks::routes())
}
