//! What there is below the base, one file for each kind of thing.

mod access_tokens;
mod authors;
mod blocks;
mod bookings;
mod books;
mod broadcasts;
mod copies;
mod editions;
mod enter;
mod event_books;
mod events;
mod exchange;
mod libraries;
mod lists;
mod notifications;
mod own_reviews;
mod parts;
mod profile;
mod reviews_of_book;
mod search;
mod searches;
mod users;
mod waiting;

use utoipa_axum::router::OpenApiRouter;

use crate::Site;

/// All of it.
pub(crate) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .merge(access_tokens::routes())
        .merge(authors::routes())
        .merge(blocks::routes())
        .merge(bookings::routes())
        .merge(books::routes())
        .merge(broadcasts::routes())
        .merge(copies::routes())
        .merge(editions::routes())
        .merge(enter::routes())
        .merge(event_books::routes())
        .merge(events::routes())
        .merge(exchange::routes())
        .merge(libraries::routes())
        .merge(lists::routes())
        .merge(notifications::routes())
        .merge(own_reviews::routes())
        .merge(profile::routes())
        .merge(reviews_of_book::routes())
        .merge(search::routes())
        .merge(searches::routes())
        .merge(users::routes())
        .merge(waiting::routes())
}
