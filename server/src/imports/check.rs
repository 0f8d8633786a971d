//! Rows are looked up: which book each of them is, and whether the reader has it.

use std::collections::HashSet;

use dogear_domain::edition::Format;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{EditionId, ImportId};
use dogear_domain::imports::{ImportState, Outcome};
use dogear_domain::isbn::IsbnError;
use dogear_domain::pasted::Line;

use super::read::Entry;
use super::repo::{self, Verdict, Waiting};
use crate::catalogue::{self, KnownEdition, Matches};
use crate::{Cx, Error, Result};

/// Rows of one look-up.
const BATCH: i64 = 100;
const EBOOK: &str = "This is an e-book. Printed books and recordings on discs can be added.";

/// Looks the next rows up; when none is left, the import is ready.
pub(super) async fn process_batch(cx: &Cx, import: ImportId) -> Result<()> {
    let Some(round) = repo::checking_round(cx.db(), import).await? else {
        return Ok(());
    };
    let rows = repo::unchecked(cx.db(), import, BATCH).await?;
    let lines: Vec<(usize, Line)> = rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| Some((at, row.entry.line()?)))
        .collect();
    let (places, lines): (Vec<usize>, Vec<Line>) = lines.into_iter().unzip();
    let mut matches: Vec<Matches> = vec![Matches::default(); rows.len()];
    for (place, found) in places
        .into_iter()
        .zip(catalogue::lookup_many(cx, &lines).await?)
    {
        matches[place] = found;
    }

    let mut tx = cx.begin().await?;
    let Some(locked) = repo::lock(&mut tx, import, cx.now()).await? else {
        return Ok(());
    };
    // Other columns may have been chosen meanwhile.
    if locked.round != round || locked.state != ImportState::Checking {
        return Ok(());
    }
    let editions: Vec<EditionId> = matches
        .iter()
        .flat_map(|found| found.editions.iter().map(|book| book.edition))
        .collect();
    let mine: HashSet<EditionId> = repo::owned(&mut tx, &locked, &editions).await?;
    let verdicts: Vec<Verdict> = rows
        .iter()
        .zip(&matches)
        .map(|(row, found)| {
            let mut verdict = classify(row, found, &mine);
            if row.entry.is_ebook && verdict.outcome != Outcome::Unusable {
                // Which book it is counts for the library all the same.
                verdict.outcome = Outcome::Unusable;
                EBOOK.clone_into(&mut verdict.reason);
                verdict.candidates.clear();
                return verdict;
            }
            if let Some(earlier) = row.entry.shares_isbn
                && verdict.outcome == Outcome::Enter
            {
                verdict = Verdict {
                    reason: format!(
                        "Row {earlier} has the same ISBN and names another book. Is this one a book of its own?"
                    ),
                    ..Verdict::of(row.number, Outcome::Doubtful)
                };
            }
            let open = matches!(verdict.outcome, Outcome::New | Outcome::Enter);
            if let Some(earlier) = row.repeats
                && open
                && !locked.source.rows_are_copies()
            {
                verdict.outcome = Outcome::Duplicate;
                verdict.reason = format!("The same book as in row {earlier}.");
            }
            verdict
        })
        .collect();
    if rows.is_empty() {
        repo::set_ready(&mut tx, import).await?;
    } else {
        repo::record(&mut tx, import, &verdicts).await?;
    }
    tx.commit().await
}

/// What a row is taken for. Without an ISBN nothing is taken for sure but the one work with
/// exactly the title and the author.
fn classify(row: &Waiting, found: &Matches, mine: &HashSet<EditionId>) -> Verdict {
    let entry: &Entry = &row.entry;
    let verdict = |outcome| Verdict::of(row.number, outcome);
    let unusable = |reason: String| Verdict {
        reason,
        ..verdict(Outcome::Unusable)
    };
    if !entry.unusable.is_empty() {
        return unusable(entry.unusable.clone());
    }
    // What the row itself says of the copy; the grade that is chosen for all comes later.
    if let Some(problem) = problem(entry.copy_input(Grade::ReadingCopy).parse().err()) {
        return unusable(problem);
    }
    if entry.title.is_empty() && entry.isbn.is_none() {
        return unusable(match entry.isbn_problem.as_str() {
            "" => "The row names neither an ISBN nor a title.".to_owned(),
            problem => problem.to_owned(),
        });
    }
    if entry.isbn.is_some() {
        return match found.editions.first() {
            Some(book) if contradicts(entry, book) => Verdict {
                reason: catalogue::belongs_to(book),
                candidates: vec![book.edition],
                ..verdict(Outcome::Doubtful)
            },
            Some(book) => known(row, book, mine),
            None => new_book(row),
        };
    }
    let candidates: Vec<EditionId> = found.editions.iter().map(|book| book.edition).collect();
    // A number whose last digits a spreadsheet has taken says nothing: the book is told by its
    // title as if it had none. Another wrong one may be that of this book or of another.
    let shortened = entry.isbn_problem == IsbnError::Shortened.to_string();
    if !entry.isbn_problem.is_empty() && !shortened {
        return Verdict {
            reason: entry.isbn_problem.clone(),
            candidates,
            ..verdict(Outcome::Doubtful)
        };
    }
    let mut told = told_by_title(row, found, mine, candidates);
    if told.reason.is_empty() {
        told.reason.clone_from(&entry.isbn_problem);
    }
    told
}

/// What a row without a number is taken for.
fn told_by_title(
    row: &Waiting,
    found: &Matches,
    mine: &HashSet<EditionId>,
    candidates: Vec<EditionId>,
) -> Verdict {
    let entry: &Entry = &row.entry;
    let verdict = |outcome| Verdict::of(row.number, outcome);
    let known = |book: &KnownEdition| known(row, book, mine);
    match found.editions.as_slice() {
        [] => new_book(row),
        [first, ..] if found.sure => match found.editions.as_slice() {
            [only] if fits(entry, only) => known(only),
            editions => match editions.iter().find(|book| mine.contains(&book.edition)) {
                Some(have) => known(have),
                None => Verdict {
                    work: Some(first.work),
                    ..verdict(Outcome::New)
                },
            },
        },
        _ => Verdict {
            candidates,
            ..verdict(Outcome::Doubtful)
        },
    }
}

fn known(row: &Waiting, book: &KnownEdition, mine: &HashSet<EditionId>) -> Verdict {
    let outcome = if mine.contains(&book.edition) {
        Outcome::Duplicate
    } else {
        Outcome::New
    };
    Verdict {
        edition: Some(book.edition),
        ..Verdict::of(row.number, outcome)
    }
}

/// Whether a row clearly means another book than the one that has its ISBN. One without a title
/// says nothing but the ISBN.
fn contradicts(entry: &Entry, known: &KnownEdition) -> bool {
    !entry.title.is_empty() && catalogue::contradicts(&entry.described(), entry.facts(), known)
}

/// A book that nobody has entered, when the row says enough to enter it.
fn new_book(row: &Waiting) -> Verdict {
    let entry: &Entry = &row.entry;
    let mut verdict = Verdict::of(row.number, Outcome::Enter);
    if let Some(problem) = problem(entry.edition_input().parse(&[]).err()) {
        verdict.outcome = Outcome::Unusable;
        verdict.reason = match (
            entry.isbn,
            entry.title.is_empty() || entry.authors.is_empty(),
        ) {
            (Some(isbn), true) => format!(
                "Nobody has entered {} yet, and the row does not name both title and author.",
                isbn.grouped()
            ),
            (None, true) => {
                "Nobody has entered a book like this yet, and the row names no author.".to_owned()
            }
            _ => problem,
        };
    }
    verdict
}

/// Whether nothing in the row speaks against its being this edition.
fn fits(entry: &Entry, book: &KnownEdition) -> bool {
    let format = entry.format.is_none_or(|format| {
        format == book.format || format == Format::Unknown || book.format == Format::Unknown
    });
    let year = entry
        .year
        .is_none_or(|year| book.year.is_none_or(|known| known == year));
    let same = |one: &str, other: &str| {
        one.is_empty() || other.is_empty() || one.eq_ignore_ascii_case(other)
    };
    format
        && year
        && same(&entry.language, &book.language)
        && same(&entry.publisher, &book.publisher)
}

/// The first sentence of an error about what stands in the row.
pub(super) fn problem(error: Option<Error>) -> Option<String> {
    error.map(|error| match &error {
        Error::Invalid(errors) => errors
            .iter()
            .next()
            .map_or_else(|| error.to_string(), |(_, message)| message.to_owned()),
        error => error.to_string(),
    })
}
