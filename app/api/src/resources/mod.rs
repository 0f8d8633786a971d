//! What there is below the base, one file for each kind of thing.

mod access_tokens;
mod authors;
mod books;
mod editions;
mod enter;
mod copies;
mod libraries;
mod lists;
mod own_reviews;
mod exchange;
mod parts;
mod reviews_of_book;
mod search;
mod users;
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
        .merge(authors::routes())
        .merge(books::routes())
        .merge(editions::routes())
        .merge(enter::routes())
        .merge(reviews_of_book::routes())
        .merge(search::routes())
        .merge(users::routes())
        .merge(copies::routes())
        .merge(libraries::routes())
        .merge(lists::routes())
        .merge(own_reviews::routes())
        .merge(exchange::routes())
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
