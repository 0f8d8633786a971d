//! A list as it is opened, the places in it, and what the page of a book says of lists.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, ListId, UserId, WorkId};
use dogear_domain::lists::ListVisibility;

use super::input::ListForm;
use super::repo::views::{self as repo, By, ItemRow, ListRow};
use crate::search::{self, WorkLine};
use crate::secrets::{sign, unsign};
use crate::version::Version;
use crate::{Cx, Error, Result};

/// Books on one page.
pub const PAGE: u32 = 50;
/// What the address of an unlisted list is signed for.
const PURPOSE: &str = "list";
/// Copies of one book to choose from.
const MOST_COPIES: i64 = 50;

/// Which books of a list are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Only those of which a copy is listed.
    pub here: bool,
    /// From 1.
    pub page: u32,
}

/// A book in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListItem {
    /// As it stands in lists.
    pub work: WorkLine,
    /// From 1, among all books of the list.
    pub place: i64,
    /// In the owner's words; may be empty.
    pub note: String,
    /// Which copy of their own the owner means, when whoever asks may see it.
    pub copy: Option<CopyId>,
}

/// A list, and one page of its books.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPage {
    /// Its number.
    pub id: ListId,
    /// The readable part of its address by number.
    pub slug: String,
    /// What it says of itself, as its form shows it.
    pub form: ListForm,
    /// Handle of its owner.
    pub handle: String,
    /// What its owner wants to be called.
    pub owner: String,
    /// It belongs to whoever asks.
    pub is_mine: bool,
    /// What a moderator told its owner when they hid it from others.
    pub hidden: Option<String>,
    /// The address of an unlisted list, as one to send on: for its owner.
    pub link: Option<String>,
    /// All books.
    pub books: i64,
    /// Those of which a copy is listed.
    pub here: i64,
    /// One page of them, in their order.
    pub items: Vec<ListItem>,
    /// Which one.
    pub part: Part,
    /// How many pages there are.
    pub pages: u32,
}

impl ListPage {
    /// By which the form that changes it says what it showed.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        Version::of(&self.form)
    }

    /// Whether search engines may show it.
    pub fn is_found(&self) -> bool {
        self.form.visibility == ListVisibility::Public && self.hidden.is_none() && self.books > 0
    }
}

/// What the secret of an unlisted list is made of; nothing when the site has given out none such.
pub(crate) fn nonce_of(cx: &Cx, secret: &str) -> Option<Vec<u8>> {
    unsign(&cx.services.settings.secret_key, PURPOSE, secret)
}

/// The list that an address names: by `12-the-sea`, or by the secret of an unlisted one. With the
/// part of its books that is asked for, or the last page when there are not so many.
///
/// # Errors
/// `NotFound` when there is none, or whoever asks may not see it.
pub async fn open(cx: &Cx, address: &str, part: Part) -> Result<ListPage> {
    let nonce;
    let by = if address.contains('.') {
        nonce = nonce_of(cx, address).ok_or(Error::NotFound)?;
        By::Nonce(&nonce)
    } else {
        let (number, _) = address.split_once('-').unwrap_or((address, ""));
        By::Number(number.parse().map_err(|_| Error::NotFound)?)
    };
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    let row = repo::list(cx.db(), by, asker, cx.now()).await?;
    filled(cx, row.ok_or(Error::NotFound)?, asker, part).await
}

/// A list of whoever asks, without its books.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not theirs.
pub async fn own(cx: &Cx, list: ListId) -> Result<ListPage> {
    let owner = cx.reader()?.id;
    let row = repo::list(cx.db(), By::Number(list), Some(owner), cx.now()).await?;
    let row = row.filter(|row| row.owner_id == owner);
    let part = Part {
        here: false,
        page: 1,
    };
    Ok(of(cx, row.ok_or(Error::NotFound)?, Some(owner), part))
}

/// A list by its number, without its books, for whoever may see it.
///
/// # Errors
/// `NotFound`.
pub async fn shown(cx: &Cx, list: ListId) -> Result<ListPage> {
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    let row = repo::list(cx.db(), By::Number(list), asker, cx.now()).await?;
    let part = Part {
        here: false,
        page: 1,
    };
    Ok(of(cx, row.ok_or(Error::NotFound)?, asker, part))
}

/// A list and those of its books that stand behind the position `after`, each with its position, for
/// whoever may see it.
///
/// # Errors
/// `NotFound`.
pub async fn items(
    cx: &Cx,
    list: ListId,
    after: Option<i64>,
    most: u32,
) -> Result<(ListPage, Vec<(i64, ListItem)>)> {
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    let row = repo::list(cx.db(), By::Number(list), asker, cx.now()).await?;
    let row = row.ok_or(Error::NotFound)?;
    let whole = (list, row.owner_id);
    let rows = repo::items_after(cx.db(), whole, asker, cx.now(), after, most.into()).await?;
    let items = rows.into_iter();
    let items = items.map(|(position, row)| (position, row.into()));
    let part = Part {
        here: false,
        page: 1,
    };
    Ok((of(cx, row, asker, part), items.collect()))
}

async fn filled(cx: &Cx, row: ListRow, asker: Option<UserId>, part: Part) -> Result<ListPage> {
    let owner = row.owner_id;
    let mut list = of(cx, row, asker, part);
    let wanted = repo::Part {
        list: list.id,
        owner,
        here: part.here,
        most: PAGE.into(),
        offset: i64::from(PAGE) * i64::from(list.part.page - 1),
    };
    let rows = repo::items(cx.db(), &wanted, asker, cx.now()).await?;
    list.items = rows.into_iter().map(ListItem::from).collect();
    Ok(list)
}

fn of(cx: &Cx, row: ListRow, asker: Option<UserId>, part: Part) -> ListPage {
    let is_mine = asker == Some(row.owner_id);
    let shown = if part.here { row.here } else { row.books };
    let pages = u32::try_from((shown - 1).max(0) / i64::from(PAGE) + 1).unwrap_or(1);
    let settings = &cx.services.settings;
    let link = row.nonce.filter(|_| is_mine).map(|nonce| {
        let secret = sign(&settings.secret_key, PURPOSE, &nonce);
        settings.link(&dogear_urls::list_named(&secret))
    });
    ListPage {
        id: row.id,
        slug: row.slug,
        form: ListForm {
            name: row.name,
            description: row.description,
            visibility: row.visibility,
            ranked: row.ranked,
        },
        handle: row.handle,
        owner: row.display_name,
        is_mine,
        hidden: row.hidden.then_some(row.hidden_reason),
        link,
        books: row.books,
        here: row.here,
        items: Vec::new(),
        part: Part {
            page: part.page.clamp(1, pages),
            ..part
        },
        pages,
    }
}

impl From<ItemRow> for ListItem {
    fn from(row: ItemRow) -> Self {
        Self {
            place: row.place,
            note: row.note,
            copy: row.copy,
            work: WorkLine {
                id: row.work_id,
                title: row.title,
                author_line: row.author_line,
                slug: row.slug,
                language: row.language,
                copies: row.copies,
                best_grade: row.best_grade,
            },
        }
    }
}

/// A copy that the owner of a list has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCopy {
    /// Its number.
    pub id: CopyId,
    /// As its owner judges it.
    pub grade: Grade,
    /// Of its edition; none when not known.
    pub year: Option<i32>,
    /// Of its edition; may be empty.
    pub publisher: String,
}

/// A book in a list, for its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Of the list.
    pub list: ListId,
    /// What the list is called.
    pub name: String,
    /// The readable part of its address.
    pub list_slug: String,
    /// The order of the list means something.
    pub ranked: bool,
    /// The book.
    pub work: WorkId,
    /// Of the book.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
    /// The code of the one it was written in; may be empty.
    pub language: String,
    /// Of the book's page.
    pub slug: String,
    /// May be empty.
    pub note: String,
    /// Which copy the owner means.
    pub copy: Option<CopyId>,
    /// From 1.
    pub place: i64,
    /// In the whole list.
    pub books: i64,
    /// Those that the owner has of this book.
    pub copies: Vec<OwnCopy>,
}

impl Entry {
    /// On which page of the list it stands.
    pub fn page(&self) -> u32 {
        u32::try_from((self.place - 1).max(0) / i64::from(PAGE) + 1).unwrap_or(1)
    }
}

/// A book in a list of whoever asks, with what can be changed about it.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not their list, or the book is not in it.
pub async fn entry(cx: &Cx, list: ListId, work: WorkId) -> Result<Entry> {
    let owner = cx.reader()?.id;
    let row = repo::entry(cx.db(), list, owner, work).await?;
    let row = row.ok_or(Error::NotFound)?;
    Ok(Entry {
        list,
        name: row.name,
        list_slug: row.list_slug,
        ranked: row.ranked,
        work,
        title: row.title,
        author_line: row.author_line,
        language: row.language,
        slug: row.slug,
        note: row.note,
        copy: row.copy_id,
        place: row.place,
        books: row.books,
        copies: repo::copies(cx.db(), owner, work, MOST_COPIES).await?,
    })
}

/// A list of the reader beside a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BesideBook {
    /// Its number.
    pub id: ListId,
    /// The readable part of its address.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// The book is in it.
    pub has: bool,
}

/// The lists of whoever asks, and in which of them a work is; nothing for visitors.
///
/// # Errors
/// Those of the database.
pub async fn beside(cx: &Cx, work: WorkId) -> Result<Option<Vec<BesideBook>>> {
    match &cx.actor {
        Some(actor) => Ok(Some(repo::beside(cx.db(), actor.id, work).await?)),
        None => Ok(None),
    }
}

/// A book that is found for a list.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundBook {
    /// As it stands in lists.
    pub work: WorkLine,
    /// It is in the list already.
    pub is_in: bool,
}

/// Books by title, words or ISBN, to be added to a list; the likeliest first.
///
/// # Errors
/// Those of the database.
pub async fn find(cx: &Cx, list: ListId, text: &str) -> Result<Vec<FoundBook>> {
    let books = search::suggest(cx, text).await?.books;
    let ids: Vec<i64> = books.iter().map(|work| work.id.0).collect();
    let known = repo::among(cx.db(), list, &ids).await?;
    Ok(books
        .into_iter()
        .map(|work| FoundBook {
            is_in: known.contains(&work.id),
            work,
        })
        .collect())
}
