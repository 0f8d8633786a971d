//! Books that programs enter, correct and delete.

use std::collections::BTreeMap;

use dogear_domain::corrections::BookField;
use dogear_domain::fields::{CorrectionNote, OtherBook};
use dogear_server::catalogue::{self, Doubt, EditionInput, Settled};
use dogear_server::corrections::{self, Typed, name};
use dogear_server::version::Version;
use dogear_server::{Cx, Error, moderation, pages};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::books::Book;
use super::editions::EditionOfBook;
use crate::Site;
use crate::answer::{Answer, NoContent, Reply};
use crate::body::{Change, Json};
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::matching::IfMatch;
use crate::problem::{Code, Problem, ProblemBody};
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(create_book))
        .routes(routes!(suggest_correction_of_book))
        .routes(routes!(delete_book))
}

/// A book to be entered. Title and authors are needed; whatever else is known helps others to
/// find it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookInput {
    /// Without the subtitle.
    title: String,
    /// May stay empty.
    #[serde(default)]
    subtitle: String,
    /// Names in the order of the title page, at most ten; `["Anonymous"]` for a book without one.
    authors: Vec<String>,
    /// With ten digits or thirteen, dashes allowed.
    #[serde(default)]
    isbn: String,
    /// Of this edition.
    #[serde(default)]
    publisher: String,
    /// Of this edition.
    year: Option<i32>,
    /// `paperback`, `hardback`, `mass-market`, `large-print`, `audio` or `other`.
    #[serde(default)]
    format: String,
    /// ISO 639-1.
    #[serde(default)]
    language: String,
    /// The slug of one: see `/genres`.
    #[serde(default)]
    genre: String,
    /// The title of the series that it belongs to.
    #[serde(default)]
    series: String,
    /// Its number in the series: `3`, `1.5`.
    #[serde(default)]
    series_position: String,
    /// After a 409: which of the books that are known it is, by the id of the edition; or the text
    /// that `detail` gives for none of them.
    #[serde(default)]
    known: String,
}

impl From<BookInput> for EditionInput {
    fn from(new: BookInput) -> Self {
        Self {
            title: new.title,
            subtitle: new.subtitle,
            authors: new.authors.join("\n"),
            isbn: new.isbn,
            publisher: new.publisher,
            year: new.year.map(|year| year.to_string()).unwrap_or_default(),
            format: new.format,
            language: new.language,
            genre: new.genre,
            series: new.series,
            series_position: new.series_position,
            known: new.known,
        }
    }
}

/// Enter a book
///
/// Without a copy of it: for one's own shelf enter a copy. Gives the edition, made (201) or known
/// already (200). When a book like this one is known and nobody can tell whether it is the same, 409
/// says which, in `detail`: ask your user, and send the same again with `known`.
#[utoipa::path(
    post,
    path = "/books",
    tag = "Books",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key makes one book.")),
    request_body = BookInput,
    responses(
        (status = 201, description = "The edition that was made.", body = EditionOfBook),
        (status = 200, description = "The edition that was known already.", body = EditionOfBook),
        (status = 409, description = "It may be a book that is known; or the key was used for something else.",
            body = ProblemBody, content_type = "application/problem+json")
    ),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(5)))
)]
async fn create_book(
    caller: Caller,
    Once(key): Once,
    Query(Nothing {}): Query<Nothing>,
    Json(new): Json<BookInput>,
) -> Answer<EditionOfBook> {
    let cx = &caller.cx;
    let found = match catalogue::enter(cx, key, &new.into()).await? {
        Settled::Found(found) => found,
        Settled::Asked(doubt) => return Err(asked(&doubt)),
    };
    let known = catalogue::edition(cx, found.edition).await?;
    let edition = EditionOfBook::of(known, |path| cx.services.settings.link(path));
    Ok(if found.created {
        Reply::created(edition, &format!("/editions/{}", found.edition))
    } else {
        Reply::ok(edition)
    })
}

/// The question which known book is meant, with all that is needed to answer it.
fn asked(doubt: &Doubt) -> Problem {
    let editions: Vec<String> = doubt
        .editions
        .iter()
        .map(|book| {
            let parts = [
                book.author_line.clone(),
                book.format.as_str().to_owned(),
                book.publisher.clone(),
                book.year.map(|year| year.to_string()).unwrap_or_default(),
                book.isbn13.clone().unwrap_or_default(),
            ];
            let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            format!("{}: “{}” ({})", book.edition, book.title, said.join(", "))
        })
        .collect();
    Problem::new(Code::Conflict).saying(format!(
        "{} Send the same again with `known`: the id of the one it is, or `{}` for none of them. {}",
        doubt.question,
        doubt.none_of_these(),
        editions.join("; ")
    ))
}

/// What should be said of a book. What is not sent stays as it is, and null empties it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookCorrection {
    /// Without the subtitle.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    title: Change<String>,
    /// Empty when there is none.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    subtitle: Change<String>,
    /// All names, in the order of the title page.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    authors: Change<Vec<String>>,
    /// When it came out first; negative before our era.
    #[serde(default)]
    #[schema(value_type = Option<i32>)]
    first_year: Change<i32>,
    /// ISO 639-1.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    language: Change<String>,
    /// The slug of one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    genre: Change<String>,
    /// The title of the series that it belongs to.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    series: Change<String>,
    /// Its number in the series: `3`, `1.5`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    series_position: Change<String>,
    /// What it is about.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Change<String>,
    /// What should be said of its editions.
    #[serde(default)]
    editions: Vec<EditionCorrection>,
    /// It is the same book as this one, and should be merged with it.
    same_as: Option<Id>,
    /// For the moderators: where it stands, or what is wrong.
    #[serde(default)]
    note: String,
}

/// What should be said of an edition.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditionCorrection {
    id: Id,
    /// With ten digits or thirteen.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    isbn: Change<String>,
    /// `paperback`, `hardback`, `mass-market`, `large-print`, `audio` or `other`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    format: Change<String>,
    /// Who brought it out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    publisher: Change<String>,
    #[serde(default)]
    #[schema(value_type = Option<i32>)]
    year: Change<i32>,
    #[serde(default)]
    #[schema(value_type = Option<i32>)]
    pages: Change<i32>,
    /// ISO 639-1, when it is not the book's.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    language: Change<String>,
}

/// What is sent, as a form has it: by the name of the field, and which field of the body it is.
#[derive(Default)]
struct Sent {
    texts: BTreeMap<String, String>,
    fields: Vec<(String, String)>,
}

impl Sent {
    fn put<T: ToString>(&mut self, form: String, field: String, change: Change<T>) {
        let text = match change {
            Change::Keep => None,
            Change::Clear => Some(String::new()),
            Change::Set(value) => Some(value.to_string()),
        };
        self.texts.extend(text.map(|text| (form.clone(), text)));
        self.fields.push((form, field));
    }

    fn of_work<T: ToString>(&mut self, field: BookField, change: Change<T>) {
        self.put(name(None, field), field.to_string(), change);
    }

    fn of_edition(&mut self, place: usize, edition: EditionCorrection) {
        let id = Some(edition.id.of());
        let form = |field| name(id, field);
        let field = |name: &str| format!("editions[{place}].{name}");
        self.put(form(BookField::Isbn), field("isbn"), edition.isbn);
        self.put(form(BookField::Format), field("format"), edition.format);
        self.put(
            form(BookField::Publisher),
            field("publisher"),
            edition.publisher,
        );
        self.put(form(BookField::Year), field("year"), edition.year);
        self.put(form(BookField::Pages), field("pages"), edition.pages);
        self.put(
            form(BookField::EditionLanguage),
            field("language"),
            edition.language,
        );
    }

    /// Fields of the form by their names in the body.
    fn named(&self, problem: Problem) -> Problem {
        let names: Vec<(&str, &str)> = self
            .fields
            .iter()
            .map(|(form, field)| (form.as_str(), field.as_str()))
            .collect();
        problem.renamed(&names)
    }
}

/// A correction that waits for a moderator.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SuggestedCorrection {
    id: Id,
    /// The book that it is about.
    book: Id,
}

/// Suggest a correction of a book
///
/// A moderator decides on it: the book says the same until then, and the caller is told what comes
/// of it. What they have suggested for the book before, and nobody has decided, is replaced.
#[utoipa::path(
    patch,
    path = "/books/{id}",
    tag = "Books",
    params(
        ("id" = Id, Path, description = "Of the book."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key makes one suggestion."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the book as it was read.")
    ),
    request_body = BookCorrection,
    responses(
        (status = 202, description = "The suggestion is with the moderators.", body = SuggestedCorrection),
        (status = 409, description = "The key was used for something else.",
            body = ProblemBody, content_type = "application/problem+json")
    ),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(5)))
)]
async fn suggest_correction_of_book(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    if_match: IfMatch,
    Query(Nothing {}): Query<Nothing>,
    Json(correction): Json<BookCorrection>,
) -> Answer<SuggestedCorrection> {
    let cx = &caller.cx;
    let (facts, own) = corrections::form(cx, id.of()).await?;
    let mut seen = Version::default();
    if if_match.is_named() {
        seen = corrections::version(&facts, own.as_ref())?;
        if_match.check(&present(cx, id).await?)?;
    }
    for (place, edition) in correction.editions.iter().enumerate() {
        if !facts.editions().any(|known| Id::from(known) == edition.id) {
            let field = format!("editions[{place}].id");
            return Err(Problem::field(field, "The book has no such edition."));
        }
    }
    let note = CorrectionNote::parse(&correction.note);
    let note = note.map_err(|problem| Problem::field("note", problem.to_string()))?;
    let other = correction.same_as.map(|id| id.to_string());
    let same_as = OtherBook::parse(&other.unwrap_or_default());
    let same_as = same_as.map_err(|problem| Problem::field("same_as", problem.to_string()))?;
    let authors = match correction.authors {
        Change::Keep => Change::Keep,
        Change::Clear => Change::Clear,
        Change::Set(names) => Change::Set(names.join("; ")),
    };
    let mut sent = Sent::default();
    sent.of_work(BookField::Title, correction.title);
    sent.of_work(BookField::Subtitle, correction.subtitle);
    sent.of_work(BookField::Authors, authors);
    sent.of_work(BookField::FirstYear, correction.first_year);
    sent.of_work(BookField::Language, correction.language);
    sent.of_work(BookField::Genre, correction.genre);
    sent.of_work(BookField::Series, correction.series);
    sent.of_work(BookField::SeriesPosition, correction.series_position);
    sent.of_work(BookField::Description, correction.description);
    for (place, edition) in correction.editions.into_iter().enumerate() {
        sent.of_edition(place, edition);
    }
    let typed = Typed {
        texts: std::mem::take(&mut sent.texts),
        same_as,
        note,
        seen,
    };
    match corrections::suggest(cx, key, id.of(), &typed).await {
        Ok(correction) => Ok(Reply::accepted(SuggestedCorrection {
            id: correction.into(),
            book: id,
        })),
        Err(Error::Conflict(words)) => {
            // Of the two that were looked at, the book may have changed since.
            if_match.check(&present(cx, id).await?)?;
            Err(Error::Conflict(words).into())
        }
        Err(error) => Err(sent.named(error.into())),
    }
}

/// The book as it is given to whoever asks.
async fn present(cx: &Cx, id: Id) -> Result<Book, Problem> {
    let facts = pages::book_facts(cx, id.of()).await?;
    Ok(Book::of(facts, |path| cx.services.settings.link(path)))
}

/// Why something is done at the desk.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Because {
    /// Why, for the audit log.
    #[serde(default)]
    reason: String,
}

/// Delete a book
///
/// For moderators, and for entries that are junk alone: 409 says in `detail` what refers to a book
/// that nobody may delete. A book that is there twice is merged instead, at the desk.
#[utoipa::path(
    delete,
    path = "/books/{id}",
    tag = "Desk",
    params(("id" = Id, Path, description = "Of the book."), Because),
    responses(
        (status = 204, description = "It is deleted."),
        (status = 409, description = "Something refers to it.",
            body = ProblemBody, content_type = "application/problem+json")
    ),
    security(("token" = ["desk"])),
    extensions(("x-cost" = json!(5)))
)]
async fn delete_book(
    caller: Caller,
    At(id): At<Id>,
    Query(Because { reason }): Query<Because>,
) -> Result<NoContent, Problem> {
    moderation::books::delete(&caller.cx, id.of(), &reason).await?;
    Ok(NoContent)
}
