//! Whether a book that somebody enters is one that is known: taken for sure, entered anew, or
//! asked.

use dogear_domain::fields::{match_key, turned};
use dogear_domain::identity::{self, Contradiction, Decision, Described, Facts, Likeness};
use dogear_domain::ids::{EditionId, WorkId};
use dogear_domain::isbn::Isbn13;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::{
    EditionInput, KnownEdition, NewEdition, Resolved, find_or_create_edition,
    find_or_create_edition_of, genres, repo,
};
use crate::{Cx, Error, Result};

/// Candidates that are looked at.
const MOST: i64 = 50;
/// Books to choose from.
const MOST_ASKED: usize = 8;

/// Begins the answer to a [`Doubt`] that means none of its books.
const NONE: &str = "none:";

/// Only a reader can tell whether a book is one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// What is asked.
    pub question: String,
    /// Another book has the ISBN that was entered: the first of the editions.
    pub by_isbn: bool,
    /// Likeliest first, at least one.
    pub editions: Vec<KnownEdition>,
}

impl Doubt {
    /// The answer that means none of these books. It names them, so that it answers no other
    /// question, when what was typed changes after it was given.
    pub fn none_of_these(&self) -> String {
        let shown: Vec<String> = self
            .editions
            .iter()
            .map(|book| book.edition.to_string())
            .collect();
        format!("{NONE}{}", shown.join(","))
    }

    /// Whether an answer means none of these books, and all of them were shown to whoever gave it.
    fn is_denied_by(&self, answer: &str) -> bool {
        answer.strip_prefix(NONE).is_some_and(|shown| {
            let shown: Vec<EditionId> = shown.split(',').filter_map(|id| id.parse().ok()).collect();
            self.editions
                .iter()
                .all(|book| shown.contains(&book.edition))
        })
    }
}

/// What has to be asked about a book before it is entered. Nothing for a form that says too
/// little yet.
///
/// # Errors
/// Those of the database.
pub async fn doubt(cx: &Cx, input: &EditionInput) -> Result<Option<Doubt>> {
    let slugs: Vec<String> = genres(cx).await?.into_iter().map(|g| g.slug).collect();
    match input.parse(&slugs) {
        Ok(new) => doubt_about(&mut *cx.db().acquire().await?, &new).await,
        Err(_) => Ok(None),
    }
}

async fn doubt_about(conn: &mut PgConnection, new: &NewEdition) -> Result<Option<Doubt>> {
    if let Some(known) = known_by_isbn(conn, new).await? {
        return doubt_about_isbn(conn, new, known).await;
    }
    let editions = perhaps_meant(conn, new).await?;
    if editions.is_empty() {
        return Ok(None);
    }
    // Somebody else may have entered the same book between the two questions.
    if let Some(known) = known_by_isbn(conn, new).await? {
        return doubt_about_isbn(conn, new, known).await;
    }
    Ok(Some(Doubt {
        question: "Books like this one are known already. Is it one of these?".to_owned(),
        by_isbn: false,
        editions,
    }))
}

/// The edition that has the described one's ISBN.
async fn known_by_isbn(conn: &mut PgConnection, new: &NewEdition) -> Result<Option<KnownEdition>> {
    let Some(isbn) = new.isbn else {
        return Ok(None);
    };
    let known = repo::known::by_isbns(conn, &[isbn.to_string()]).await?;
    Ok(known.into_iter().next().map(|(_, known)| known))
}

/// What there is to ask when the ISBN belongs to this edition.
async fn doubt_about_isbn(
    conn: &mut PgConnection,
    new: &NewEdition,
    known: KnownEdition,
) -> Result<Option<Doubt>> {
    if contradictions(&described(new), facts(new), &known).is_empty() {
        return Ok(None);
    }
    // If it is not, it may still be another one that is known.
    let mut editions = perhaps_meant(conn, new).await?;
    editions.retain(|book| book.work != known.work);
    let question = belongs_to(&known);
    editions.insert(0, known);
    editions.truncate(MOST_ASKED);
    Ok(Some(Doubt {
        question,
        by_isbn: true,
        editions,
    }))
}

/// Of each work that may be the described one, when none surely is, an edition; likeliest first.
async fn perhaps_meant(conn: &mut PgConnection, new: &NewEdition) -> Result<Vec<KnownEdition>> {
    let (candidates, decision) = alike(conn, new).await?;
    let Decision::Ask(places) = decision else {
        return Ok(Vec::new());
    };
    let works: Vec<WorkId> = places.iter().map(|place| candidates[*place].work).collect();
    let mut editions = repo::known::of_works(&mut *conn, &works, 1).await?;
    editions.sort_by_key(|book| works.iter().position(|work| *work == book.work));
    editions.truncate(MOST_ASKED);
    Ok(editions)
}

/// What became of a book that somebody enters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It was found or made.
    Found(Resolved),
    /// It has to be asked first.
    Asked(Doubt),
}

/// The edition of a book that a reader enters, as [`settle_or_ask`] finds or makes it.
///
/// # Errors
/// `Invalid` (field `known`) when it has to be asked first; those of the database.
pub(crate) async fn settle(
    conn: &mut PgConnection,
    new: &NewEdition,
    answer: &str,
    now: Timestamp,
) -> Result<EditionId> {
    match settle_or_ask(conn, new, answer, now).await? {
        Settled::Found(found) => Ok(found.edition),
        Settled::Asked(doubt) => Err(Error::field("known", doubt.question)),
    }
}

/// The edition of a book that a reader enters, found or made. `answer` is what they said when they
/// were asked: the number of an edition, or [`Doubt::none_of_these`], which is entered apart,
/// without an ISBN that another book has. Who chooses a work by one of its editions and has typed
/// of which edition theirs is gets that one.
///
/// # Errors
/// Those of the database.
pub(super) async fn settle_or_ask(
    conn: &mut PgConnection,
    new: &NewEdition,
    answer: &str,
    now: Timestamp,
) -> Result<Settled> {
    let Some(doubt) = doubt_about(conn, new).await? else {
        let found = find_or_create_edition(conn, new, now).await?;
        return Ok(Settled::Found(found));
    };
    // The number stays with the book that has it.
    let apart = NewEdition {
        isbn: new.isbn.filter(|_| !doubt.by_isbn),
        ..new.clone()
    };
    if doubt.is_denied_by(answer) {
        let made = find_or_create_edition(conn, &apart, now).await?;
        return Ok(Settled::Found(made));
    }
    let answer: Option<EditionId> = answer.parse().ok();
    let meant = (0..)
        .zip(&doubt.editions)
        .find(|(_, book)| Some(book.edition) == answer);
    Ok(match meant {
        // Of each work one edition was shown; theirs may be another one of it.
        Some((place, book)) if says_of_edition(&apart) && !(place == 0 && doubt.by_isbn) => {
            Settled::Found(find_or_create_edition_of(conn, book.work, &apart, now).await?)
        }
        Some((_, book)) => Settled::Found(Resolved {
            edition: book.edition,
            work: book.work,
            created: false,
        }),
        None => Settled::Asked(doubt),
    })
}

/// The edition that has this ISBN, in any notation.
///
/// # Errors
/// `Invalid` (field `isbn`) when it is none, or nobody has entered a book with it.
pub(crate) async fn edition_with(conn: &mut PgConnection, isbn: &str) -> Result<EditionId> {
    let isbn = Isbn13::parse(isbn).map_err(|problem| Error::field("isbn", problem))?;
    let known = repo::edition_by_isbn(conn, isbn).await?;
    known.map(|known| known.edition).ok_or_else(|| {
        Error::field(
            "isbn",
            "Nobody has entered a book with this ISBN yet. Say its title and who wrote it.",
        )
    })
}

/// Whether anything was typed that tells one edition of a work from another.
fn says_of_edition(new: &NewEdition) -> bool {
    new.isbn.is_some() || new.format.is_some() || !new.publisher.is_empty() || new.year.is_some()
}

/// As [`find_or_create_edition`], for what nobody can be asked about any more: when the ISBN belongs
/// to a book that clearly is another one, the described one is entered without it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn find_or_enter_apart(
    conn: &mut PgConnection,
    mut new: NewEdition,
    now: Timestamp,
) -> Result<Resolved> {
    if let Some(isbn) = new.isbn {
        repo::lock(conn, &format!("isbn {isbn}")).await?;
        let known = repo::known::by_isbns(&mut *conn, &[isbn.to_string()]).await?;
        if known
            .first()
            .is_some_and(|(_, known)| contradicts(&described(&new), facts(&new), known))
        {
            new.isbn = None;
        }
    }
    find_or_create_edition(conn, &new, now).await
}

/// The work that surely is the described one.
pub(super) async fn same_work(conn: &mut PgConnection, new: &NewEdition) -> Result<Option<WorkId>> {
    let (candidates, decision) = alike(conn, new).await?;
    Ok(match decision {
        Decision::Known(place) => Some(candidates[place].work),
        Decision::Ask(_) | Decision::New => None,
    })
}

/// The folded titles under which a described work may be known: with its subtitle, without it,
/// without its place in a series, and as typed. Each once, none empty.
pub(super) fn title_keys(new: &NewEdition) -> Vec<String> {
    let main = new.title.split(':').next().unwrap_or_default();
    let whole = format!("{} {}", new.title, new.subtitle);
    let written = [new.title.as_str(), main, &whole].map(match_key);
    let mut keys = Vec::new();
    for key in written.into_iter().chain(identity::alone_key(&new.title)) {
        if !key.is_empty() && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

async fn alike(
    conn: &mut PgConnection,
    new: &NewEdition,
) -> Result<(Vec<repo::WorkAlike>, Decision)> {
    let titles = title_keys(new);
    let authors: Vec<String> = new
        .authors
        .iter()
        .flat_map(|name| [match_key(name), match_key(&turned(name))])
        .collect();
    let candidates = repo::works_alike(conn, &titles, &authors, MOST).await?;
    let described = described(new);
    let likeness: Vec<Likeness> = candidates
        .iter()
        .map(|known| {
            let known = Described {
                title: &known.title,
                subtitle: &known.subtitle,
                authors: known.authors.iter().map(String::as_str).collect(),
            };
            identity::likeness(&described, &known)
        })
        .collect();
    let decision = identity::decide(&likeness);
    Ok((candidates, decision))
}

fn described(new: &NewEdition) -> Described<'_> {
    Described {
        title: &new.title,
        subtitle: &new.subtitle,
        authors: new.authors.iter().map(String::as_str).collect(),
    }
}

fn facts(new: &NewEdition) -> Facts<'_> {
    Facts {
        format: new.format,
        publisher: &new.publisher,
        year: new.year,
    }
}

fn contradictions(
    described: &Described<'_>,
    facts: Facts<'_>,
    known: &KnownEdition,
) -> Vec<Contradiction> {
    let theirs = Facts {
        format: Some(known.format),
        publisher: &known.publisher,
        year: known.edition_year,
    };
    identity::contradictions((described, facts), (&known.described(), theirs))
}

/// Whether a row of a file clearly means another book than the one that has its ISBN. Programs
/// fill in publisher, year and binding by themselves: one or two of them say nothing.
pub(crate) fn contradicts(
    described: &Described<'_>,
    facts: Facts<'_>,
    known: &KnownEdition,
) -> bool {
    let found = contradictions(described, facts, known);
    found.len() > 2
        || found
            .iter()
            .any(|what| matches!(what, Contradiction::Title | Contradiction::Author))
}

/// The question whose book an ISBN is.
pub(crate) fn belongs_to(known: &KnownEdition) -> String {
    let author = match known.author_line.as_str() {
        "" => String::new(),
        author => format!(" by {author}"),
    };
    format!(
        "The ISBN belongs to “{}”{author}. Is that your book?",
        known.title
    )
}
