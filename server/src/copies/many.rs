//! A pasted list of books: what it is understood to say, and the copies of it.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::str::FromStr;

use dogear_domain::copies::CopyState;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, EditionId};
use dogear_domain::isbn::Isbn13;
use dogear_domain::offers::Offers;
use dogear_domain::pasted::{self, MOST_LINES, Named};
use serde::{Deserialize, Serialize};

use super::change::{Undo, refresh};
use super::input::CopyInput;
use super::{insert_all, repo};
use crate::catalogue::{self, KnownEdition};
use crate::db::{IdempotencyKey, Idempotent};
use crate::limits::PASTE;
use crate::{Cx, Error, Result};

/// A line of a pasted list, and what it is taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// As typed.
    pub text: String,
    /// What the catalogue makes of it.
    pub found: Found,
    /// An earlier line, counted from 1, surely names the same book.
    pub repeats: Option<usize>,
}

/// What a line is taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// One book: an edition, or up to three editions of one work.
    Sure(Vec<Candidate>),
    /// Up to three books to choose from.
    Perhaps(Vec<Candidate>),
    /// An ISBN that nobody has entered yet.
    NewIsbn(Isbn13),
    /// It is meant as an ISBN; what is wrong with it.
    Wrong(String),
    /// Nothing is like it. Title and author as typed; the author may be missing.
    Nothing {
        /// As typed.
        title: String,
        /// As typed; may be empty.
        author: String,
    },
}

/// An edition, and the copy of it that the reader has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The edition with its work.
    pub book: KnownEdition,
    /// None when the reader has no copy of it.
    pub mine: Option<(CopyId, Grade, CopyState)>,
}

/// A book to add. As text it travels in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    /// What it is a copy of.
    pub edition: EditionId,
    /// "I have one already, or one is in this list; this is another".
    pub second: bool,
}

/// What [`create_many`] did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedMany {
    /// How many were added.
    pub copies: usize,
    /// They are on offer.
    pub listed: bool,
    /// For what.
    #[serde(default)]
    pub offers: Offers,
    /// Takes all of them away again.
    pub undo: Undo,
}

/// Says what each line of a pasted list names; changes nothing.
///
/// # Errors
/// `Invalid` (field `lines`) when there is no line, or too many; `Forbidden`,
/// `SignInRequired`; `TooMany`.
pub async fn understand(cx: &Cx, text: &str) -> Result<Vec<Understood>> {
    let owner = cx.member()?.id;
    let lines = pasted::lines(text);
    if lines.is_empty() {
        return Err(Error::field(
            "lines",
            "Enter at least one book: its ISBN, or its title and author.",
        ));
    }
    if lines.len() > MOST_LINES {
        return Err(Error::field(
            "lines",
            format!(
                "Enter at most {MOST_LINES} books at once. There are {} lines now; add the rest afterwards.",
                lines.len()
            ),
        ));
    }
    cx.limit(PASTE, &owner.to_string()).await?;
    let matches = catalogue::lookup_many(cx, &lines).await?;
    let editions: Vec<EditionId> = matches
        .iter()
        .flat_map(|found| found.editions.iter().map(|book| book.edition))
        .collect();
    let mine: HashMap<EditionId, (CopyId, Grade, CopyState)> =
        repo::owned_of(cx.db(), owner, &editions)
            .await?
            .into_iter()
            .map(|copy| (copy.edition_id, (copy.id, copy.grade, copy.state)))
            .collect();
    let mut seen: HashMap<EditionId, usize> = HashMap::new();
    Ok(lines
        .into_iter()
        .zip(matches)
        .enumerate()
        .map(|(number, (line, found))| {
            let first = found.editions.first().map(|book| book.edition);
            let repeats = match (first, found.sure) {
                (Some(edition), true) => {
                    let earlier = *seen.entry(edition).or_insert(number);
                    (earlier != number).then_some(earlier + 1)
                }
                _ => None,
            };
            let candidates: Vec<Candidate> = found
                .editions
                .into_iter()
                .map(|book| Candidate {
                    mine: mine.get(&book.edition).copied(),
                    book,
                })
                .collect();
            let found = match line.named {
                Named::Wrong(problem) => Found::Wrong(problem.to_string()),
                _ if found.sure && !candidates.is_empty() => Found::Sure(candidates),
                _ if !candidates.is_empty() => Found::Perhaps(candidates),
                Named::Isbn(isbn) => Found::NewIsbn(isbn),
                Named::Title(titled) => Found::Nothing {
                    title: titled.title,
                    author: titled.author,
                },
            };
            Understood {
                text: line.text,
                found,
                repeats,
            }
        })
        .collect())
}

/// Puts a copy of each pick on the reader's shelf, all in the same condition: all or none.
///
/// # Errors
/// `Invalid` (field `pick`) when there is none, or too many; (field `grade`) without a grade;
/// `Conflict` for a book that the reader has, or that is in the list twice, when nobody has
/// said that it is another one; `NotFound` for an edition that is not there; `Forbidden`,
/// `SignInRequired`.
pub async fn create_many(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    picks: &[Pick],
    input: &CopyInput,
) -> Result<AddedMany> {
    let owner = cx.member()?.id;
    let copy = input.parse()?;
    if picks.is_empty() {
        return Err(Error::field("pick", "Tick the books that you want to add."));
    }
    if picks.len() > MOST_LINES {
        return Err(Error::field(
            "pick",
            format!("Add at most {MOST_LINES} books at once."),
        ));
    }
    let mut once = match cx.once(key, &(picks, input)).await? {
        Idempotent::Done(added) => return Ok(added),
        Idempotent::New(once) => once,
    };
    let editions: Vec<EditionId> = picks.iter().map(|pick| pick.edition).collect();
    let mut there: HashSet<EditionId> = repo::owned_of(&mut *once.tx, owner, &editions)
        .await?
        .into_iter()
        .map(|copy| copy.edition_id)
        .collect();
    let doubted = picks
        .iter()
        .find(|pick| !there.insert(pick.edition) && !pick.second);
    if let Some(Pick { edition, .. }) = doubted {
        // Its connection first: nobody holds two.
        drop(once);
        let title = catalogue::edition(cx, *edition).await?.title;
        return Err(Error::Conflict(format!(
            "“{title}” is on your shelf already, or stands twice among the books you have chosen. Choose it once, or tick that it is a second copy."
        )));
    }
    let copies: Vec<_> = editions.iter().map(|edition| (*edition, &copy)).collect();
    let added = insert_all(&mut once.tx, owner, &copies).await?;
    if added.len() != picks.len() {
        return Err(Error::NotFound);
    }
    let (ids, works): (Vec<CopyId>, Vec<_>) = added
        .into_iter()
        .map(|copy| (copy.id, copy.work_id))
        .unzip();
    refresh(&mut once.tx, works, cx.now()).await?;
    let outcome = AddedMany {
        copies: ids.len(),
        listed: copy.is_listed(),
        offers: copy.offers,
        undo: Undo::of_new(&ids, copy.grade),
    };
    once.commit(&outcome).await?;
    Ok(outcome)
}

/// `12`, or `12:second`.
impl fmt::Display for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.edition)?;
        if self.second {
            f.write_str(":second")?;
        }
        Ok(())
    }
}

/// The text of another form than ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no pick")]
pub struct PickProblem;

impl FromStr for Pick {
    type Err = PickProblem;

    fn from_str(text: &str) -> std::result::Result<Self, PickProblem> {
        let (edition, second) = match text.split_once(':') {
            Some((edition, "second")) => (edition, true),
            Some(_) => return Err(PickProblem),
            None => (text, false),
        };
        Ok(Self {
            edition: edition.parse().map_err(|_| PickProblem)?,
            second,
        })
    }
}
