//! Copies: the books on a member's shelf, and what its owner does with each.

mod bulk;
mod input;
mod photos;

use dogear_domain::access_tokens::Scope;
use dogear_domain::copies::{CopyState, HeldBy};
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::CopyId;
use dogear_server::Error;
use dogear_server::copies::{self, Change, CopyFacts, OwnFacts, PastOwner};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::input::{CopyChange, NewCopy, add, renamed};
use self::photos::CopyPhoto;
use super::parts::OffersShown;
use crate::Site;
use crate::answer::{Answer, List, NoContent, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::matching::IfMatch;
use crate::problem::Problem;
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_own_copies))
        .routes(routes!(create_copy))
        .routes(routes!(get_copy, change_copy, delete_copy))
        .routes(routes!(list_history_of_copy))
        .routes(routes!(restore_copy))
        .routes(routes!(archive_copy))
        .routes(routes!(list_copy))
        .routes(routes!(unlist_copy))
        .merge(photos::routes())
        .merge(bulk::routes())
}

/// A copy of a book, as whoever asks may see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Copy)]
pub(crate) struct BookCopy {
    id: Id,
    /// Its page.
    url: String,
    /// What it is a copy of.
    edition: Id,
    /// What that is an edition of.
    book: Id,
    /// The edition's own, or the book's.
    title: String,
    /// All authors in one line; may be empty.
    author_line: String,
    /// Of the edition: thirteen digits.
    isbn13: Option<String>,
    /// Handle.
    owner: String,
    /// Of the owner, as they write it; may be empty.
    city: String,
    /// Of the owner, ISO 3166-1 alpha-2; may be empty.
    country: String,
    /// `as-new`, `fine`, `very-good`, `good`, `fair` or `reading-copy`.
    #[schema(value_type = String)]
    grade: Grade,
    /// What the owner owns up to.
    #[schema(value_type = Vec<String>)]
    defects: Vec<Defect>,
    /// In the owner's words; may be empty.
    note: String,
    /// What it is offered for, once it is listed.
    offers: OffersShown,
    /// `owned`, `listed`, `archived` or `deleted`.
    #[schema(value_type = String)]
    state: CopyState,
    /// When it was put on offer; null while it is not.
    listed_at: Option<Timestamp>,
    /// It is promised, lent or given away in a round, so that nobody else can ask for it.
    held: bool,
    /// Somebody has it for a time.
    lent: bool,
    /// It is given away in this round: one asks for it there.
    give_away: Option<Id>,
    /// Until when.
    give_away_closes_at: Option<Timestamp>,
    /// In the owner's order.
    photos: Vec<CopyPhoto>,
    /// What only its owner is told; null for everybody else.
    own: Option<OwnPart>,
}

/// What only the owner of a copy is told.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OwnPartOfCopy)]
pub(crate) struct OwnPart {
    /// Where they keep it; may be empty.
    place: String,
    /// Why a moderator hid it; null while others can see it.
    hidden: Option<String>,
    /// Why it cannot be promised now: `trade`, `loan` or `round`.
    held_by: Option<String>,
    /// The trade in which it is promised.
    trade: Option<Id>,
    /// How many open proposals name it.
    proposals: i64,
    /// When it was added.
    created_at: Timestamp,
}

impl BookCopy {
    fn of(facts: CopyFacts, link: &impl Fn(&str) -> String) -> Self {
        Self {
            id: facts.id.into(),
            url: link(&dogear_urls::copy(facts.id)),
            edition: facts.edition.into(),
            book: facts.work.into(),
            title: facts.title,
            author_line: facts.author_line,
            isbn13: facts.isbn13,
            owner: facts.owner,
            city: facts.whereabouts.city,
            country: facts.whereabouts.country,
            grade: facts.grade,
            defects: facts.defects,
            note: facts.note,
            offers: facts.offers.into(),
            state: facts.state,
            listed_at: facts.listed_at,
            held: facts.held,
            lent: facts.lent,
            give_away: facts.round.map(|(round, _)| round.into()),
            give_away_closes_at: facts.round.map(|(_, closes_at)| closes_at),
            photos: facts
                .photos
                .into_iter()
                .map(|photo| CopyPhoto::of(photo, link))
                .collect(),
            own: facts.own.map(OwnPart::from),
        }
    }

    /// One of the caller's own.
    async fn own(caller: &Caller, id: CopyId) -> Result<Self, Problem> {
        let facts = copies::own_facts(&caller.cx, id).await?;
        Ok(Self::shown(caller, facts))
    }

    fn shown(caller: &Caller, facts: CopyFacts) -> Self {
        let settings = &caller.cx.services.settings;
        Self::of(facts, &|path: &str| settings.link(path))
    }
}

impl From<OwnFacts> for OwnPart {
    fn from(own: OwnFacts) -> Self {
        let held_by = own.held_by.map(|by| match by {
            HeldBy::Trade(_) => "trade",
            HeldBy::Lent => "loan",
            HeldBy::Round(_) => "round",
        });
        Self {
            place: own.place,
            hidden: own.hidden,
            held_by: held_by.map(str::to_owned),
            trade: own.held_by.and_then(HeldBy::trade).map(Id::from),
            proposals: own.proposals,
            created_at: own.created_at,
        }
    }
}

/// Which of the caller's copies.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OwnCopies {
    /// `owned`, `listed`, `archived` or `deleted`; without it all that are not deleted.
    #[param(value_type = Option<String>)]
    state: Option<CopyState>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// At most so many, up to 100.
    #[serde(default = "super::books::most")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: u32,
}

/// Copies of the member
///
/// The last entered first, with what only their owner is told. Copies that are added meanwhile do
/// not move the pages.
#[utoipa::path(
    get,
    path = "/me/copies",
    tag = "Copies",
    params(OwnCopies),
    responses((status = 200, description = "A page of copies.", body = List<BookCopy>)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_own_copies(caller: Caller, Query(asked): Query<OwnCopies>) -> Answer<List<BookCopy>> {
    let cx = &caller.cx;
    let name = format!(
        "own copies {}",
        asked.state.map_or("kept", CopyState::as_str)
    );
    let before = cursor::read(cx, &name, asked.cursor.as_deref())?;
    let most = asked.limit.clamp(1, 100);
    let mut copies = copies::own_copies(cx, asked.state, before, most + 1).await?;
    let more = copies.len() > most as usize;
    copies.truncate(most as usize);
    let next = copies.last().filter(|_| more).map(|copy| copy.id);
    Ok(Reply::ok(List {
        next: next.map(|key| cursor::write(cx, &name, &key)).transpose()?,
        items: copies
            .into_iter()
            .map(|copy| BookCopy::shown(&caller, copy))
            .collect(),
    }))
}

/// A copy
///
/// As its page shows it to whoever asks. Its owner is told more, if the token opens `read` or
/// `shelf`.
#[utoipa::path(
    get,
    path = "/copies/{id}",
    tag = "Copies",
    params(("id" = Id, Path, description = "Of the copy.")),
    responses((status = 200, description = "The copy.", body = BookCopy)),
    security((), ("token" = []))
)]
async fn get_copy(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<BookCopy> {
    let mut facts = copies::facts(&caller.cx, id.of()).await?;
    let reads = [Scope::Read, Scope::Shelf];
    facts.own = facts
        .own
        .filter(|_| reads.iter().any(|scope| caller.scopes.has(*scope)));
    Ok(Reply::ok(BookCopy::shown(&caller, facts)))
}

/// Where a copy came to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnerOfCopy)]
struct Owned {
    /// By a trade; else it was added to the site there.
    traded: bool,
    /// As its owner then wrote it; may be empty.
    city: String,
    /// Since when it was there.
    at: Timestamp,
}

impl From<PastOwner> for Owned {
    fn from(past: PastOwner) -> Self {
        Self {
            traded: past.traded,
            city: past.city,
            at: past.at,
        }
    }
}

/// History of a copy
///
/// The towns it came to, the first one first. There is one page of it.
#[utoipa::path(
    get,
    path = "/copies/{id}/history",
    tag = "Copies",
    params(("id" = Id, Path, description = "Of the copy.")),
    responses((status = 200, description = "The towns.", body = List<Owned>)),
    security((), ("token" = []))
)]
async fn list_history_of_copy(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<List<Owned>> {
    let history = copies::history(&caller.cx, id.of()).await?;
    Ok(Reply::ok(List {
        items: history.into_iter().map(Owned::from).collect(),
        next: None,
    }))
}

/// Add a copy
///
/// Of an edition that is known, by its id or its ISBN, or of a new book. Whoever has a copy of the
/// edition already is refused on `second`, until they say that this is another one.
#[utoipa::path(
    post,
    path = "/copies",
    tag = "Copies",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it makes no second copy.")),
    request_body = NewCopy,
    responses((status = 201, description = "The new copy.", body = BookCopy),
        (status = 409, description = "The key was used for another copy.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn create_copy(
    caller: Caller,
    Once(key): Once,
    Json(new): Json<NewCopy>,
) -> Answer<BookCopy> {
    let copy = add(&caller.cx, key, new).await?;
    let path = format!("/copies/{copy}");
    Ok(Reply::created(BookCopy::own(&caller, copy).await?, &path))
}

/// Change a copy
///
/// What is not sent stays as it is; null empties it. What it is offered for is sent as a whole.
/// Open proposals with the copy are asked anew when more than its place changes.
#[utoipa::path(
    patch,
    path = "/copies/{id}",
    tag = "Copies",
    params(("id" = Id, Path, description = "Of the copy."),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read: another version is refused.")),
    request_body = CopyChange,
    responses((status = 200, description = "The copy as it is now.", body = BookCopy),
        (status = 409, description = "It is promised, lent or given away, and stays as it is until that is over.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn change_copy(
    caller: Caller,
    At(id): At<Id>,
    if_match: IfMatch,
    Json(change): Json<CopyChange>,
) -> Answer<BookCopy> {
    let (cx, id) = (&caller.cx, id.of::<CopyId>());
    let mut tries = 0;
    loop {
        let seen = copies::own_facts(cx, id).await?;
        if_match.check(&BookCopy::shown(&caller, seen.clone()))?;
        let is_held = seen.own.as_ref().is_some_and(|own| own.held_by.is_some());
        if let Some(place) = change.only_place().filter(|_| is_held) {
            copies::set_place(cx, None, &[id], place).await?;
            break;
        }
        let input = change.clone().over(&seen)?;
        match copies::edit(cx, id, &input).await {
            Ok(()) => break,
            Err(Error::Conflict(problem)) => {
                tries += 1;
                let stands = copies::own_facts(cx, id).await?.version()?;
                if stands == input.version || tries == 3 {
                    return Err(Error::Conflict(problem).into());
                }
                // It was changed in between: what is asked for is laid over that.
            }
            Err(error) => return Err(renamed(error)),
        }
    }
    Ok(Reply::ok(BookCopy::own(&caller, id).await?))
}

/// One change of a single copy.
async fn changed(caller: &Caller, once: Once, id: Id, change: Change) -> Answer<BookCopy> {
    let id = id.of();
    copies::change(&caller.cx, once.0, &[id], change).await?;
    Ok(Reply::ok(BookCopy::own(caller, id).await?))
}

/// Delete a copy
///
/// It goes to the trash, from which it can be restored. Open proposals with it end.
#[utoipa::path(
    delete,
    path = "/copies/{id}",
    tag = "Copies",
    params(("id" = Id, Path, description = "Of the copy."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it does nothing more.")),
    responses((status = 204, description = "It is in the trash."),
        (status = 409, description = "It is promised, lent or given away.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn delete_copy(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
) -> Result<NoContent, Problem> {
    copies::change(&caller.cx, key, &[id.of()], Change::Delete).await?;
    Ok(NoContent)
}

/// Restore a copy
///
/// Out of the trash or the archive, back among the owned. It is not listed.
#[utoipa::path(
    post,
    path = "/copies/{id}/restore",
    tag = "Copies",
    params(("id" = Id, Path, description = "Of the copy."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it does nothing more.")),
    responses((status = 200, description = "The copy as it is now.", body = BookCopy)),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn restore_copy(caller: Caller, At(id): At<Id>, once: Once) -> Answer<BookCopy> {
    changed(&caller, once, id, Change::Restore).await
}

/// Put a copy into the archive
///
/// It is kept, and nobody else sees it. Open proposals with it end.
#[utoipa::path(
    post,
    path = "/copies/{id}/archive",
    tag = "Copies",
    params(("id" = Id, Path, description = "Of the copy."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it does nothing more.")),
    responses((status = 200, description = "The copy as it is now.", body = BookCopy),
        (status = 409, description = "It is promised, lent or given away.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn archive_copy(caller: Caller, At(id): At<Id>, once: Once) -> Answer<BookCopy> {
    changed(&caller, once, id, Change::Archive).await
}

/// List a copy
///
/// Offers it to others, for what it is said to be for.
#[utoipa::path(
    post,
    path = "/copies/{id}/list",
    tag = "Copies",
    params(("id" = Id, Path, description = "Of the copy."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it does nothing more.")),
    responses((status = 200, description = "The copy as it is now.", body = BookCopy),
        (status = 409, description = "It is promised, lent or given away.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn list_copy(caller: Caller, At(id): At<Id>, once: Once) -> Answer<BookCopy> {
    changed(&caller, once, id, Change::List).await
}

/// Take a copy off the listings
///
/// It stays on the shelf. Open proposals with it end.
#[utoipa::path(
    post,
    path = "/copies/{id}/unlist",
    tag = "Copies",
    params(("id" = Id, Path, description = "Of the copy."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it does nothing more.")),
    responses((status = 200, description = "The copy as it is now.", body = BookCopy),
        (status = 409, description = "It is promised, lent or given away.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn unlist_copy(caller: Caller, At(id): At<Id>, once: Once) -> Answer<BookCopy> {
    changed(&caller, once, id, Change::Unlist).await
}
