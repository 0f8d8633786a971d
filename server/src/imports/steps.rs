//! What the reader does with an import: chooses, starts, stops, tries again, undoes.

use std::fmt;
use std::str::FromStr;

use dogear_domain::grade::Grade;
use dogear_domain::ids::{EditionId, ImportId};
use dogear_domain::imports::{ImportState, Offer, Outcome, Source};
use serde::Serialize;
use sqlx::PgConnection;

use super::repo::{self, Locked};
use super::{UNDONE_WITHIN, check};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

/// What is to be imported, and how. As typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The shelves of the file.
    pub shelves: Vec<String>,
    /// Of copies of which the file does not say it.
    pub grade: String,
    /// The word of an [`Offer`].
    pub offer: String,
    /// Also books that are on the shelf already.
    pub seconds: bool,
    /// What the file says of reading goes into the library, of all rows.
    pub reading: bool,
    /// Its reviews are published under the reader's name; otherwise they stand with their notes.
    pub reviews: bool,
}

/// What a row is to become. As text it travels in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It is this book, one of the candidates.
    Edition(EditionId),
    /// It is a book that nobody has entered yet.
    Enter,
    /// It is another copy of a book that is on the shelf.
    Second,
    /// It is left out.
    Skip,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edition(edition) => write!(f, "{edition}"),
            Self::Enter => f.write_str("enter"),
            Self::Second => f.write_str("second"),
            Self::Skip => f.write_str("skip"),
        }
    }
}

/// The text of another form than ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no choice")]
pub struct ChoiceProblem;

impl FromStr for Choice {
    type Err = ChoiceProblem;

    fn from_str(text: &str) -> std::result::Result<Self, ChoiceProblem> {
        match text {
            "enter" => Ok(Self::Enter),
            "second" => Ok(Self::Second),
            "skip" => Ok(Self::Skip),
            number => number.parse().map(Self::Edition).map_err(|_| ChoiceProblem),
        }
    }
}

/// Adds everything on the chosen shelves that can be added, in a job. Doing it while that
/// goes on is fine.
///
/// # Errors
/// `NotFound` when it is not the reader's; `Invalid` (fields `shelf`, `grade`, `offer`);
/// `Conflict` while its books are looked up, and once it is undone.
pub async fn start(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    import: ImportId,
    plan: &Plan,
) -> Result<()> {
    let owner = cx.member()?.id;
    let mut once = match cx.once(key, &(import, plan)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let locked = repo::lock_own(&mut once.tx, import, owner, cx.now()).await?;
    if locked.state != ImportState::Running {
        let locked = record_plan(&mut once.tx, locked, plan).await?;
        let adds = repo::to_add(&mut once.tx, &locked, 1, None).await?;
        let records = if locked.reading {
            repo::to_record(&mut once.tx, import, 1, None).await?
        } else {
            Vec::new()
        };
        if adds.is_empty() && records.is_empty() {
            return Err(Error::field(
                "shelf",
                "On these shelves there is nothing to add now: choose for the rows that wait for you, or tick other shelves.",
            ));
        }
        if locked.source == Source::Generic {
            // Other columns cannot be chosen any more, and nothing else of them is needed.
            repo::delete_cells(&mut once.tx, import).await?;
        }
        super::set_state(&mut once.tx, &locked, ImportState::Running, cx.now()).await?;
    }
    once.commit(&()).await?;
    Ok(())
}

/// Keeps what was chosen for a start later on.
///
/// # Errors
/// As [`start`]; `Conflict` also while it runs.
pub async fn save_plan(cx: &Cx, import: ImportId, plan: &Plan) -> Result<()> {
    let owner = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let locked = repo::lock_own(&mut tx, import, owner, cx.now()).await?;
    record_plan(&mut tx, locked, plan).await?;
    tx.commit().await
}

async fn record_plan(conn: &mut PgConnection, import: Locked, plan: &Plan) -> Result<Locked> {
    refuse_unless_at_rest(import.state)?;
    let mut errors = dogear_domain::fields::FieldErrors::new();
    if plan.shelves.is_empty() && !plan.reading {
        errors.add("shelf", "Tick at least one shelf of the file.");
    }
    let grade: Option<Grade> = errors.take(
        "grade",
        plan.grade
            .parse()
            .map_err(|_| "Choose the condition that fits most of these books."),
    );
    let offer: Option<Offer> = errors.take(
        "offer",
        plan.offer
            .parse()
            .ok()
            .filter(|offer| *offer != Offer::File || import.source.says_offers())
            .ok_or("Choose whether to list these books."),
    );
    let (grade, offer) = errors.finish(grade.zip(offer)).map_err(Error::Invalid)?;
    let ticks = [plan.seconds, plan.reading, plan.reviews];
    repo::set_plan(conn, import.id, &plan.shelves, grade, offer, ticks).await?;
    Ok(Locked {
        shelves: plan.shelves.clone(),
        grade,
        offer,
        seconds: plan.seconds,
        reading: plan.reading,
        reviews: plan.reviews,
        ..import
    })
}

/// Refuses while a job works on it, and once it is undone.
fn refuse_unless_at_rest(state: ImportState) -> Result<()> {
    let sentence = match state {
        ImportState::Ready | ImportState::Stopped | ImportState::Done => return Ok(()),
        ImportState::Checking => {
            "The books of this import are still being looked up. Wait until that is done."
        }
        ImportState::Running => "This import is running. Stop it first, or wait until it is done.",
        ImportState::Undoing | ImportState::Undone => {
            "This import is undone. To add its books after all, upload the file again."
        }
    };
    Err(Error::Conflict(sentence.to_owned()))
}

/// Says what rows are to become. Rows of which the copy is there already are passed over.
///
/// # Errors
/// `NotFound` when it is not the reader's; `Invalid` (field `rows`) when a row cannot become
/// that; `Conflict` while its books are looked up, and once it is undone.
pub async fn choose(cx: &Cx, import: ImportId, choices: &[(i32, Choice)]) -> Result<()> {
    let owner = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let locked = repo::lock_own(&mut tx, import, owner, cx.now()).await?;
    if locked.state != ImportState::Running {
        refuse_unless_at_rest(locked.state)?;
    }
    for (number, choice) in choices {
        choose_one(&mut tx, &locked, *number, *choice).await?;
    }
    tx.commit().await
}

async fn choose_one(
    conn: &mut PgConnection,
    import: &Locked,
    number: i32,
    choice: Choice,
) -> Result<()> {
    let Some(row) = repo::open_row(conn, import.id, number).await? else {
        return Ok(());
    };
    let (outcome, edition) = match choice {
        Choice::Skip => (Outcome::Skipped, row.edition_id),
        Choice::Second => (Outcome::New, row.edition_id),
        Choice::Enter => {
            if let Some(problem) = check::problem(row.entry.edition_input().parse(&[]).err()) {
                return Err(Error::field("rows", format!("Row {number}: {problem}")));
            }
            (Outcome::Enter, None)
        }
        Choice::Edition(edition) if row.candidates.contains(&edition) => {
            let owned = repo::owned(conn, import, &[edition]).await?;
            let outcome = if owned.contains(&edition) {
                Outcome::Duplicate
            } else {
                Outcome::New
            };
            (outcome, Some(edition))
        }
        Choice::Edition(_) => {
            return Err(Error::field(
                "rows",
                format!("Row {number}: choose one of the books that are shown."),
            ));
        }
    };
    let second = choice == Choice::Second;
    repo::set_choice(conn, import.id, number, outcome, edition, second).await
}

/// Stops a running import; what was added stays. Doing it when it does not run is fine.
///
/// # Errors
/// `NotFound` when it is not the reader's.
pub async fn stop(cx: &Cx, import: ImportId) -> Result<()> {
    let owner = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let locked = repo::lock_own(&mut tx, import, owner, cx.now()).await?;
    if locked.state == ImportState::Running {
        super::set_state(&mut tx, &locked, ImportState::Stopped, cx.now()).await?;
    }
    tx.commit().await
}

/// Tries the rows again that could not be added. Doing it when there is none is fine.
///
/// # Errors
/// `NotFound` when it is not the reader's; `Conflict` once it is undone.
pub async fn retry(cx: &Cx, key: Option<IdempotencyKey>, import: ImportId) -> Result<()> {
    let owner = cx.member()?.id;
    let mut once = match cx.once(key, &("retry", import)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let locked = repo::lock_own(&mut once.tx, import, owner, cx.now()).await?;
    if locked.state != ImportState::Running {
        refuse_unless_at_rest(locked.state)?;
        if repo::retry_failed(&mut once.tx, import).await? > 0 {
            super::set_state(&mut once.tx, &locked, ImportState::Running, cx.now()).await?;
        }
    }
    once.commit(&()).await?;
    Ok(())
}

/// Has everything taken away again that the import has added and nobody has touched since.
/// Doing it twice is fine.
///
/// # Errors
/// `NotFound` when it is not the reader's; `Conflict` before it is over, and 24 hours after.
pub async fn undo(cx: &Cx, key: Option<IdempotencyKey>, import: ImportId) -> Result<()> {
    let owner = cx.reader()?.id;
    let mut once = match cx.once(key, &("undo", import)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let locked = repo::lock_own(&mut once.tx, import, owner, cx.now()).await?;
    match locked.state {
        ImportState::Undoing | ImportState::Undone => {}
        ImportState::Stopped | ImportState::Done
            if locked
                .finished_at
                .is_some_and(|at| cx.now() < at.to_jiff() + UNDONE_WITHIN) =>
        {
            super::set_state(&mut once.tx, &locked, ImportState::Undoing, cx.now()).await?;
        }
        ImportState::Stopped | ImportState::Done => {
            return Err(Error::Conflict(
                "An import can be undone for 24 hours, and that time is over. Single books can be deleted on your shelf.".into(),
            ));
        }
        ImportState::Checking | ImportState::Ready | ImportState::Running => {
            return Err(Error::Conflict(
                "There is nothing to undo yet. While an import runs, stop it first.".into(),
            ));
        }
    }
    once.commit(&()).await?;
    Ok(())
}
