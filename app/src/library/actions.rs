//! What readers say of their reading.

use dogear_domain::fields::{FieldErrors, PrivateNote};
use dogear_domain::ids::{EditionId, ReadingId, WorkId};
use dogear_domain::library::{Ending, Progress, Rating, RoughDay, parse_goal};
use dogear_server::library::{self, EntryForm, Finish, ReadingInput};
use dogear_server::version::Version;
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm, read};
use crate::http::{context, own_path};
use dogear_urls as urls;

/// Back to the page that a form stood on; `otherwise` when it did not say.
fn back(next: &str, otherwise: impl FnOnce() -> String) -> Done {
    Done::go(match own_path(next) {
        "/" => otherwise(),
        path => path.to_owned(),
    })
}

/// A day that may stay empty.
fn day(errors: &mut FieldErrors, field: &'static str, typed: &str) -> Option<RoughDay> {
    match typed.trim() {
        "" => None,
        typed => errors.take(field, RoughDay::parse(typed)),
    }
}

/// Notes that the reader wants to read a book.
#[server(endpoint = "reading/want", input = HtmlForm)]
pub async fn want_book(
    work: WorkId,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    library::want(&req.cx, once.into(), work).await?;
    let undo = WantNoMore {
        work,
        next: next.clone(),
        once: FormKey::default(),
    };
    Ok(back(&next, || urls::book_by_id(work))
        .saying("It is on your list of books to read.")
        .undo(&undo))
}

/// Takes that back.
#[server(endpoint = "reading/want-no-more", input = HtmlForm)]
pub async fn want_no_more(
    work: WorkId,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    library::want_no_more(&req.cx, once.into(), work).await?;
    let undo = WantBook {
        work,
        next: next.clone(),
        once: FormKey::default(),
    };
    Ok(back(&next, || urls::book_by_id(work))
        .saying("It is off your list of books to read.")
        .undo(&undo))
}

/// Begins a reading today, the first or one more.
#[server(endpoint = "reading/start", input = HtmlForm)]
pub async fn start_reading(
    work: WorkId,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let reading = library::start(&req.cx, once.into(), work).await?;
    let undo = RemoveReading {
        reading,
        next: next.clone(),
        once: FormKey::default(),
    };
    Ok(back(&next, || urls::book_by_id(work))
        .saying("You are reading it from today on. Enjoy!")
        .undo(&undo))
}

/// Puts a reading aside for a while.
#[server(endpoint = "reading/pause", input = HtmlForm)]
pub async fn pause_reading(
    reading: ReadingId,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let work = library::pause(&req.cx, once.into(), reading).await?;
    Ok(back(&next, || urls::book_by_id(work)).saying("It is put aside for a while."))
}

/// Goes on with a reading that was put aside.
#[server(endpoint = "reading/resume", input = HtmlForm)]
pub async fn resume_reading(
    reading: ReadingId,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let work = library::go_on(&req.cx, once.into(), reading).await?;
    Ok(back(&next, || urls::book_by_id(work)).saying("You are reading it again."))
}

/// Notes how far the reader has come.
#[server(endpoint = "reading/progress", input = HtmlForm)]
pub async fn note_progress(
    reading: ReadingId,
    #[server(default)] done: String,
    #[server(default)] of: String,
    #[server(default)] unit: String,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let progress = Progress::parse(&done, &of, &unit)
        .map_err(|(field, problem)| FieldErrors::one(field, problem))?;
    let work = library::progress(&req.cx, once.into(), reading, progress).await?;
    Ok(back(&next, || urls::book_by_id(work)).saying(format!("Noted: {}.", progress.said())))
}

/// Ends a reading; with `rated` the choice of stars is the book's rating from now on.
#[server(endpoint = "reading/finish", input = HtmlForm)]
pub async fn finish_reading(
    reading: ReadingId,
    #[server(default)] ending: String,
    #[server(default)] ended_on: String,
    #[server(default)] rated: bool,
    #[server(default)] stars: String,
    #[server(default)] quarters: String,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let mut errors = FieldErrors::new();
    let chosen = ending.parse::<Ending>();
    let ending = errors.take("ending", chosen.map_err(|_| "Say how it ended."));
    let ended = day(&mut errors, "ended_on", &ended_on);
    let rating = errors.take("stars", Rating::parse_parts(&stars, &quarters));
    let (ending, rating) = errors.finish(ending.zip(rating))?;
    let what = Finish {
        reading,
        ending,
        ended,
        rating: rated.then_some(rating),
    };
    let work = library::finish(&req.cx, once.into(), &what).await?;
    let undo = ReopenReading {
        reading,
        next: next.clone(),
        once: FormKey::default(),
    };
    let said = match ending {
        Ending::Finished => "Finished. It stands among the books that you have read.",
        Ending::Stopped => "It stands among the books that you did not finish.",
    };
    Ok(back(&next, || urls::book_by_id(work))
        .saying(said)
        .undo(&undo))
}

/// Takes the end of a reading back.
#[server(endpoint = "reading/reopen", input = HtmlForm)]
pub async fn reopen_reading(
    reading: ReadingId,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let work = library::reopen(&req.cx, once.into(), reading).await?;
    Ok(back(&next, || urls::book_by_id(work)).saying("You are reading it again."))
}

/// Rates a book, or takes the rating back.
#[server(endpoint = "reading/rate", input = HtmlForm)]
pub async fn rate_book(
    work: WorkId,
    #[server(default)] stars: String,
    #[server(default)] quarters: String,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let rating = read("stars", Rating::parse_parts(&stars, &quarters))?;
    let before = library::rate(&req.cx, once.into(), work, rating).await?;
    let parts = before.map(Rating::parts);
    let undo = RateBook {
        work,
        stars: parts.map_or_else(String::new, |(stars, _)| stars.to_string()),
        quarters: parts.map_or_else(String::new, |(_, quarters)| quarters.to_string()),
        next: next.clone(),
        once: FormKey::default(),
    };
    let said = match rating {
        Some(rating) => format!("You give it {}.", rating.said()),
        None => "Your rating is gone.".to_owned(),
    };
    Ok(back(&next, || urls::book_by_id(work))
        .saying(said)
        .undo(&undo))
}

/// The word of a reading that has not ended.
pub(super) const GOES_ON: &str = "open";

/// What the form of a reading says.
fn input(started_on: &str, ended_on: &str, ending: &str) -> Result<ReadingInput, ActionError> {
    let mut errors = FieldErrors::new();
    let started = day(&mut errors, "started_on", started_on);
    let ended = day(&mut errors, "ended_on", ended_on);
    let ending = match ending {
        GOES_ON => Some(None),
        word => {
            let ending = word.parse::<Ending>().map(Some);
            errors.take("ending", ending.map_err(|_| "Say how it ended."))
        }
    };
    Ok(errors.finish(ending.map(|ending| ReadingInput {
        started,
        ending,
        ended,
    }))?)
}

/// Writes down a reading of a book.
#[server(endpoint = "reading/add", input = HtmlForm)]
pub async fn add_reading(
    work: WorkId,
    #[server(default)] started_on: String,
    #[server(default)] ended_on: String,
    #[server(default)] ending: String,
    #[server(default)] edition: String,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let input = input(&started_on, &ended_on, &ending)?;
    let edition = edition.parse::<EditionId>().ok();
    library::add_reading(&req.cx, once.into(), work, &input, edition).await?;
    Ok(back(&next, || urls::reading_book(work)).saying("The reading is kept."))
}

/// Corrects a reading.
#[server(endpoint = "reading/edit", input = HtmlForm)]
pub async fn edit_reading(
    reading: ReadingId,
    #[server(default)] started_on: String,
    #[server(default)] ended_on: String,
    #[server(default)] ending: String,
    #[server(default)] version: Version,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let input = input(&started_on, &ended_on, &ending)?;
    let work = library::edit_reading(&req.cx, once.into(), reading, &input, &version).await?;
    Ok(Done::go(urls::reading_book(work)).saying("The reading is saved."))
}

/// Removes a reading.
#[server(endpoint = "reading/remove", input = HtmlForm)]
pub async fn remove_reading(
    reading: ReadingId,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let removed = library::remove_reading(&req.cx, once.into(), reading).await?;
    let words = |day: Option<RoughDay>| day.map_or_else(String::new, |day| day.to_string());
    let undo = AddReading {
        work: removed.work,
        started_on: words(removed.input.started),
        ended_on: words(removed.input.ended),
        ending: removed
            .input
            .ending
            .map_or_else(|| GOES_ON.to_owned(), |ending| ending.to_string()),
        edition: removed
            .edition
            .map_or_else(String::new, |edition| edition.to_string()),
        next: next.clone(),
        once: FormKey::default(),
    };
    Ok(back(&next, || urls::reading_book(removed.work))
        .saying("The reading is removed.")
        .undo(&undo))
}

/// Saves what the reader notes about a book for themselves, and who sees that they read it.
#[server(endpoint = "reading/note", input = HtmlForm)]
pub async fn save_book_note(
    work: WorkId,
    #[server(default)] note: String,
    #[server(default)] visibility: String,
    #[server(default)] version: Version,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let mut errors = FieldErrors::new();
    let note = errors.take("note", PrivateNote::parse(&note));
    let visibility = match &*visibility {
        "" => Some(None),
        word => errors.take(
            "visibility",
            word.parse()
                .map(Some)
                .map_err(|_| "Choose one of the three."),
        ),
    };
    let (note, visibility) = errors.finish(note.zip(visibility))?;
    let form = EntryForm {
        note,
        visibility,
        version,
    };
    library::save_entry(&req.cx, once.into(), work, &form).await?;
    Ok(Done::go(urls::reading_book(work)).saying("Saved."))
}

/// Has others see what the reader reads, or not, where a book does not say otherwise.
#[server(endpoint = "reading/share", input = HtmlForm)]
pub async fn share_reading(public: bool) -> Result<Done, ActionError> {
    let req = context()?;
    library::set_public(&req.cx, public).await?;
    Ok(Done::go(urls::READING)
        .saying(if public {
            "Others see on your profile what you read and how you like it."
        } else {
            "What you read is for you alone, but for books that you have made public one by one."
        })
        .undo(&ShareReading { public: !public }))
}

/// Sets how many books the reader wants to read in a year.
#[server(endpoint = "reading/set-goal", input = HtmlForm)]
pub async fn set_goal(
    year: i16,
    #[server(default)] books: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let books = read("books", parse_goal(&books))?;
    let before = library::set_goal(&req.cx, once.into(), year, Some(books)).await?;
    let done = Done::go(urls::reading_year(year)).saying("Your goal is set.");
    let once = FormKey::default();
    Ok(match before {
        None => done.undo(&RemoveGoal { year, once }),
        Some(before) => done.undo(&SetGoal {
            year,
            books: before.to_string(),
            once,
        }),
    })
}

/// Takes the goal of a year away.
#[server(endpoint = "reading/remove-goal", input = HtmlForm)]
pub async fn remove_goal(year: i16, #[server(default)] once: FormKey) -> Result<Done, ActionError> {
    let req = context()?;
    let before = library::set_goal(&req.cx, once.into(), year, None).await?;
    let done = Done::go(urls::reading_year(year)).saying("There is no goal any more.");
    Ok(match before {
        None => done,
        Some(before) => done.undo(&SetGoal {
            year,
            books: before.to_string(),
            once: FormKey::default(),
        }),
    })
}
