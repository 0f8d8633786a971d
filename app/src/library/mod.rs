//! The reader's library: what they want, read and have read, a year of it, and what others see.

pub mod actions;
mod book;
mod edit;
mod export;
mod fields;
mod list;
mod panel;
mod public;
mod year;

pub(crate) use panel::panel;

use dogear_urls::Access::Reader;
use dogear_urls::pages;

use self::actions::*;
use crate::http::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::READING, list::show)
        .get(&pages::READING_CSV, export::csv)
        .get(&pages::READING_YEAR, year::show)
        .get(&pages::READER_READING, public::show)
        .get(&pages::READING_BOOK, book::show)
        .get(&pages::READING_ADD, edit::add)
        .get(&pages::READING_EDIT, edit::form)
        .action::<WantBook>(Reader)
        .action::<WantNoMore>(Reader)
        .action::<StartReading>(Reader)
        .action::<PauseReading>(Reader)
        .action::<ResumeReading>(Reader)
        .action::<NoteProgress>(Reader)
        .action::<FinishReading>(Reader)
        .action::<ReopenReading>(Reader)
        .action::<RateBook>(Reader)
        .action::<AddReading>(Reader)
        .action::<EditReading>(Reader)
        .action::<RemoveReading>(Reader)
        .action::<SaveBookNote>(Reader)
        .action::<ShareReading>(Reader)
        .action::<SetGoal>(Reader)
        .action::<RemoveGoal>(Reader)
}
