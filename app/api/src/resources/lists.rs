//! Lists of books that members make.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, ListId, WorkId};
use dogear_domain::lists::ListVisibility;
use dogear_server::Error;
use dogear_server::lists::{self, EntryForm, ListForm, ListItem, ListPage, OwnList};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::books::PageOf;
use super::libraries::Named;
use crate::Site;
use crate::answer::{Answer, List, NoContent, Reply};
use crate::body::{Change, Json};
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::matching::IfMatch;
use crate::problem::Problem;
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_own_lists))
        .routes(routes!(create_list))
        .routes(routes!(get_list, change_list, delete_list))
        .routes(routes!(restore_list))
        .routes(routes!(list_items_of_list, add_item_to_list))
        .routes(routes!(put_item_of_list, delete_item_of_list))
}

/// A list of books.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BookList {
    id: Id,
    /// Its page. Of an unlisted one, for its owner, the address to send on.
    url: String,
    name: String,
    /// May be empty.
    description: String,
    /// `private`, `unlisted` or `public`.
    #[schema(value_type = String)]
    visibility: ListVisibility,
    /// Its order means something.
    ranked: bool,
    /// Handle.
    owner: String,
    /// How many are in it.
    books: i64,
    /// Of how many of them a copy is listed.
    books_available: i64,
    /// What a moderator told the owner when they hid it from others; null for everybody else.
    hidden: Option<String>,
}

impl BookList {
    fn of(list: ListPage, caller: &Caller) -> Self {
        let path = dogear_urls::list(list.id, &list.slug);
        let url = list.link;
        Self {
            id: list.id.into(),
            url: url.unwrap_or_else(|| caller.cx.services.settings.link(&path)),
            name: list.form.name,
            description: list.form.description,
            visibility: list.form.visibility,
            ranked: list.form.ranked,
            owner: list.handle,
            books: list.books,
            books_available: list.here,
            hidden: list.hidden.filter(|_| list.is_mine),
        }
    }

    async fn own(caller: &Caller, id: ListId) -> Result<Self, Problem> {
        let list = lists::own(&caller.cx, id).await?;
        Ok(Self::of(list, caller))
    }
}

/// A list of the member.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct OwnBookList {
    id: Id,
    name: String,
    /// `private`, `unlisted` or `public`.
    #[schema(value_type = String)]
    visibility: ListVisibility,
    /// Its order means something.
    ranked: bool,
    /// A moderator has hidden it from others.
    hidden: bool,
    /// How many are in it.
    books: i64,
    /// When it or its books were changed last.
    updated_at: Timestamp,
}

impl From<OwnList> for OwnBookList {
    fn from(list: OwnList) -> Self {
        Self {
            id: list.id.into(),
            name: list.name,
            visibility: list.visibility,
            ranked: list.ranked,
            hidden: list.is_hidden,
            books: list.books,
            updated_at: list.updated_at,
        }
    }
}

/// Lists of the member
///
/// The one that was changed last first, on one page: there are 100 at most.
#[utoipa::path(
    get,
    path = "/me/lists",
    tag = "Lists",
    responses((status = 200, description = "The lists.", body = List<OwnBookList>)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_own_lists(
    caller: Caller,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<List<OwnBookList>> {
    let own = lists::mine(&caller.cx).await?;
    Ok(Reply::ok(List {
        items: own.lists.into_iter().map(OwnBookList::from).collect(),
        next: None,
    }))
}

/// A list to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBookList)]
struct New {
    name: String,
    /// May be empty.
    #[serde(default)]
    description: String,
    /// `private`, `unlisted` or `public`; private when it is not said.
    #[serde(default)]
    #[schema(value_type = String)]
    visibility: ListVisibility,
    /// Its order means something.
    #[serde(default)]
    ranked: bool,
    /// The first one in it.
    #[serde(default)]
    book: Option<Id>,
}

/// Make a list
#[utoipa::path(
    post,
    path = "/lists",
    tag = "Lists",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it makes no second list.")),
    request_body = New,
    responses((status = 201, description = "The new list.", body = BookList),
        (status = 409, description = "The key was used for another list.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn create_list(caller: Caller, Once(key): Once, Json(new): Json<New>) -> Answer<BookList> {
    let form = ListForm {
        name: new.name,
        description: new.description,
        visibility: new.visibility,
        ranked: new.ranked,
    };
    let book = new.book.map(Id::of::<WorkId>);
    let (id, _) = match lists::create(&caller.cx, key, &form, book).await {
        Err(Error::NotFound) => return Err(Problem::field("book", "There is no such book.")),
        made => made?,
    };
    let path = format!("/lists/{id}");
    Ok(Reply::created(BookList::own(&caller, id).await?, &path))
}

/// A list
///
/// A public one, or one of the member.
#[utoipa::path(
    get,
    path = "/lists/{id}",
    tag = "Lists",
    params(("id" = Id, Path, description = "Of the list.")),
    responses((status = 200, description = "The list.", body = BookList)),
    security((), ("token" = []))
)]
async fn get_list(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<BookList> {
    let list = lists::shown(&caller.cx, id.of()).await?;
    readable(&caller, &list)?;
    Ok(Reply::ok(BookList::of(list, &caller)))
}

/// A token that does not open what is the member's own sees what everybody sees.
fn readable(caller: &Caller, list: &ListPage) -> Result<(), Problem> {
    use dogear_domain::access_tokens::Scope;
    let reads = caller.scopes.has(Scope::Read) || caller.scopes.has(Scope::Shelf);
    let is_open = list.form.visibility == ListVisibility::Public && list.hidden.is_none();
    if reads || is_open {
        return Ok(());
    }
    Err(Error::NotFound.into())
}

/// What is to be different about a list.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeOfBookList)]
struct Changed {
    /// Never empty.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Change<String>,
    /// May be empty.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Change<String>,
    /// `private`, `unlisted` or `public`; null for private. An unlisted one that becomes something
    /// else loses its address for good.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    visibility: Change<ListVisibility>,
    /// Its order means something.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    ranked: Change<bool>,
}

/// Change a list
///
/// What is not sent stays as it is; null empties it.
#[utoipa::path(
    patch,
    path = "/lists/{id}",
    tag = "Lists",
    params(("id" = Id, Path, description = "Of the list."),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read: another version is refused.")),
    request_body = Changed,
    responses((status = 200, description = "The list as it is now.", body = BookList)),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn change_list(
    caller: Caller,
    At(id): At<Id>,
    if_match: IfMatch,
    Json(change): Json<Changed>,
) -> Answer<BookList> {
    let (cx, id) = (&caller.cx, id.of::<ListId>());
    let mut tries = 0;
    loop {
        let seen = lists::own(cx, id).await?;
        let version = seen.version()?;
        if_match.check(&BookList::of(seen.clone(), &caller))?;
        let now = change.clone();
        let form = ListForm {
            name: now.name.or_empty(seen.form.name),
            description: now.description.or_empty(seen.form.description),
            visibility: now.visibility.or_empty(seen.form.visibility),
            ranked: now.ranked.or_empty(seen.form.ranked),
        };
        match lists::save(cx, id, &form, &version).await {
            // It was changed in between: what is asked for is laid over that, if any version is meant.
            Err(Error::Conflict(_)) if tries < 2 => tries += 1,
            Err(error) => return Err(error.into()),
            Ok(_) => break,
        }
    }
    Ok(Reply::ok(BookList::own(&caller, id).await?))
}

/// Delete a list
///
/// It can be restored for 30 days. Doing it twice is fine.
#[utoipa::path(
    delete,
    path = "/lists/{id}",
    tag = "Lists",
    params(("id" = Id, Path, description = "Of the list.")),
    responses((status = 204, description = "It is deleted.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn delete_list(caller: Caller, At(id): At<Id>) -> Result<NoContent, Problem> {
    lists::delete(&caller.cx, id.of()).await?;
    Ok(NoContent)
}

/// Restore a list
///
/// One that was deleted in the last 30 days, as it was. Doing it twice is fine.
#[utoipa::path(
    post,
    path = "/lists/{id}/restore",
    tag = "Lists",
    params(("id" = Id, Path, description = "Of the list.")),
    responses((status = 200, description = "The list.", body = BookList),
        (status = 409, description = "There are 100 other lists.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn restore_list(caller: Caller, At(id): At<Id>) -> Answer<BookList> {
    let id = id.of();
    lists::restore(&caller.cx, id).await?;
    Ok(Reply::ok(BookList::own(&caller, id).await?))
}

/// A book in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookListItem {
    /// The book, by whose id the item is named.
    book: Named,
    /// From 1, among all books of the list.
    place: i64,
    /// In the owner's words; may be empty.
    note: String,
    /// Which copy of their own the owner means, where whoever asks may see it.
    copy: Option<Id>,
    /// How many copies of the book are listed.
    copies: i32,
    /// The best of them: `as-new`, `fine`, `very-good`, `good`, `fair` or `reading-copy`.
    #[schema(value_type = Option<String>)]
    best_grade: Option<Grade>,
}

impl BookListItem {
    fn of(item: ListItem, caller: &Caller) -> Self {
        let path = dogear_urls::book(item.work.id, &item.work.slug);
        Self {
            book: Named {
                id: item.work.id.into(),
                url: caller.cx.services.settings.link(&path),
                title: item.work.title,
                author_line: item.work.author_line,
                language: item.work.language,
            },
            place: item.place,
            note: item.note,
            copy: item.copy.map(Id::from),
            copies: item.work.copies,
            best_grade: item.work.best_grade,
        }
    }
}

/// Books in a list
///
/// In the order of the list. Books that are added meanwhile come at the end.
#[utoipa::path(
    get,
    path = "/lists/{id}/items",
    tag = "Lists",
    params(("id" = Id, Path, description = "Of the list."), PageOf),
    responses((status = 200, description = "A page of books.", body = List<BookListItem>)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_items_of_list(
    caller: Caller,
    At(id): At<Id>,
    Query(page): Query<PageOf>,
) -> Answer<List<BookListItem>> {
    let cx = &caller.cx;
    let name = format!("items of {id}");
    let after = cursor::read(cx, &name, page.cursor.as_deref())?;
    let most = page.limit.clamp(1, 100);
    let (list, mut items) = lists::items(cx, id.of(), after, most + 1).await?;
    readable(&caller, &list)?;
    let more = items.len() > most as usize;
    items.truncate(most as usize);
    let next = items.last().filter(|_| more).map(|(position, _)| *position);
    Ok(Reply::ok(List {
        next: next.map(|key| cursor::write(cx, &name, &key)).transpose()?,
        items: items
            .into_iter()
            .map(|(_, item)| BookListItem::of(item, &caller))
            .collect(),
    }))
}

/// A book for a list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBookListItem {
    /// The book.
    book: Id,
}

/// Add a book to a list
///
/// At its end; one that is in it stays where it is.
#[utoipa::path(
    post,
    path = "/lists/{id}/items",
    tag = "Lists",
    params(("id" = Id, Path, description = "Of the list.")),
    request_body = NewBookListItem,
    responses((status = 200, description = "The list as it is now.", body = BookList),
        (status = 409, description = "The list is full.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn add_item_to_list(
    caller: Caller,
    At(id): At<Id>,
    Json(new): Json<NewBookListItem>,
) -> Answer<BookList> {
    let id = id.of();
    // Whose list it is comes first; then only the book can be what is missing.
    lists::own(&caller.cx, id).await?;
    match lists::add(&caller.cx, id, new.book.of()).await {
        Err(Error::NotFound) => return Err(Problem::field("book", "There is no such book.")),
        done => done?,
    };
    Ok(Reply::ok(BookList::own(&caller, id).await?))
}

/// What is said of a book in a list. What is not sent is empty.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BookListItemSent {
    /// May be empty.
    #[serde(default)]
    note: String,
    /// Which of the member's own copies is meant.
    #[serde(default)]
    copy: Option<Id>,
    /// Where it goes, from 1; without it the book stays where it is.
    #[serde(default)]
    #[schema(minimum = 1)]
    place: Option<i64>,
}

/// Say something of a book in a list
///
/// Replaces its note and the copy that is meant, and takes it to a place.
#[utoipa::path(
    put,
    path = "/lists/{id}/items/{book}",
    tag = "Lists",
    params(("id" = Id, Path, description = "Of the list."), ("book" = Id, Path, description = "Of the book.")),
    request_body = BookListItemSent,
    responses((status = 204, description = "It is said.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn put_item_of_list(
    caller: Caller,
    At((list, book)): At<(Id, Id)>,
    Json(sent): Json<BookListItemSent>,
) -> Result<NoContent, Problem> {
    let form = EntryForm {
        note: sent.note,
        place: sent
            .place
            .map(|place| place.to_string())
            .unwrap_or_default(),
        copy: sent.copy.map(Id::of::<CopyId>),
    };
    lists::edit(&caller.cx, list.of(), book.of(), &form).await?;
    Ok(NoContent)
}

/// Take a book out of a list
///
/// Doing it twice is fine.
#[utoipa::path(
    delete,
    path = "/lists/{id}/items/{book}",
    tag = "Lists",
    params(("id" = Id, Path, description = "Of the list."), ("book" = Id, Path, description = "Of the book.")),
    responses((status = 204, description = "It is not in the list.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn delete_item_of_list(
    caller: Caller,
    At((list, book)): At<(Id, Id)>,
) -> Result<NoContent, Problem> {
    lists::remove(&caller.cx, list.of(), book.of()).await?;
    Ok(NoContent)
}
