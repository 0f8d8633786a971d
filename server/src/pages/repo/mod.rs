//! The SQL of the public pages, which only read.

mod authors;
mod books;
mod feeds;
mod home;
mod readers;
mod sitemap;
mod subjects;

pub(super) use authors::{
    AuthorQuery, author_names, series_title, volumes, works_before, works_of_author,
};
pub(super) use books::{CopyRow, WorkRow, copies, copies_before, copies_of_editions, work};
pub(super) use feeds::{offered_by, offered_of, works_by};
pub(super) use home::{asked, near, newest, plenty, totals};
pub(super) use readers::{ReaderRow, Shelf, ShelfRow, reader, shelf};
pub(super) use sitemap::{authors, events, genres, last_ids, lists, series, works};
pub(super) use subjects::{
    figures_of_genre, figures_of_language, genre_name, genres_with_books, languages_with_books,
    newest_of_genre, newest_of_language, wanted_of_genre, wanted_of_language,
};
