//! Lists themselves: the reader's own, made, changed, deleted and restored.

use dogear_domain::ids::{ListId, WorkId};
use dogear_domain::lists::{ListVisibility, forgotten_by, room_for_list, until};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::input::ListForm;
use super::items::stand;
use super::repo::manage::HeldList;
use super::repo::{items, manage as repo, views};
use crate::db::{IdempotencyKey, Idempotent};
use crate::version::Version;
use crate::{Cx, Error, Result};

/// A list of the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnList {
    /// Its number.
    pub id: ListId,
    /// The readable part of its address.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// Who sees it.
    pub visibility: ListVisibility,
    /// Its order means something.
    pub ranked: bool,
    /// A moderator has taken it out of the sight of others.
    pub is_hidden: bool,
    /// How many are in it.
    pub books: i64,
    /// When it or its books were changed last.
    pub updated_at: Timestamp,
}

/// A list that the reader has deleted and can restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// Its number.
    pub id: ListId,
    /// What it is called.
    pub name: String,
    /// How many are in it.
    pub books: i64,
    /// Until when it can be restored.
    pub until: Timestamp,
}

/// All lists of the reader, the one that was changed last first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnLists {
    /// Those that are there.
    pub lists: Vec<OwnList>,
    /// Those that can be restored.
    pub deleted: Vec<Deleted>,
}

/// The lists of whoever asks.
///
/// # Errors
/// `SignInRequired`.
pub async fn mine(cx: &Cx) -> Result<OwnLists> {
    let since = forgotten_by(cx.now());
    let mut own = OwnLists::default();
    for row in views::of_owner(cx.db(), cx.reader()?.id, since).await? {
        match row.deleted_at {
            Some(at) => own.deleted.push(Deleted {
                id: row.id,
                name: row.name,
                books: row.books,
                until: until(at),
            }),
            None => own.lists.push(OwnList {
                id: row.id,
                slug: row.slug,
                name: row.name,
                visibility: row.visibility,
                ranked: row.ranked,
                is_hidden: row.hidden,
                books: row.books,
                updated_at: row.updated_at.to_jiff(),
            }),
        }
    }
    Ok(own)
}

/// What a new list is named by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Made(ListId, String);

/// Makes a list, with `work` in it if one is given. Gives its number and the readable part of its
/// address.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `Invalid`, on `name` too when the reader has 100 already;
/// `NotFound` when there is no such work.
pub async fn create(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    form: &ListForm,
    work: Option<WorkId>,
) -> Result<(ListId, String)> {
    let owner = cx.member()?.id;
    let text = form.read()?;
    let mut once = match cx.once::<Made>(key, &("make a list", form, work)).await? {
        Idempotent::Done(Made(id, slug)) => return Ok((id, slug)),
        Idempotent::New(once) => once,
    };
    let lists = repo::lock_reader(&mut once.tx, owner).await?;
    room_for_list(lists).map_err(|problem| Error::field("name", problem))?;
    let nonce = nonce_for(text.visibility, None);
    let now = cx.now();
    let list = repo::insert(&mut once.tx, owner, &text, nonce.as_deref(), now).await?;
    if let Some(work) = work {
        let work = stand(&mut once.tx, work).await?;
        items::append(&mut once.tx, list, work.id, now).await?;
    }
    let made = Made(list, text.slug());
    once.commit(&made).await?;
    Ok((made.0, made.1))
}

/// What an unlisted list has its address of: what it had, or something new. Others have none.
fn nonce_for(visibility: ListVisibility, had: Option<Vec<u8>>) -> Option<Vec<u8>> {
    match visibility {
        ListVisibility::Unlisted => Some(had.unwrap_or_else(fresh)),
        ListVisibility::Public | ListVisibility::Private => None,
    }
}

/// 128 bits that nobody can guess.
fn fresh() -> Vec<u8> {
    rand::random::<[u8; 16]>().to_vec()
}

impl HeldList {
    /// As its form shows it.
    fn form(&self) -> ListForm {
        ListForm {
            name: self.name.clone(),
            description: self.description.clone(),
            visibility: self.visibility,
            ranked: self.ranked,
        }
    }
}

/// Changes what a list says and who sees it. An unlisted list that becomes something else loses its
/// address for good. Gives the readable part of its address by number.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` when it is not the reader's; `Invalid`; `Conflict` when
/// it was changed since the form was shown.
pub async fn save(cx: &Cx, list: ListId, form: &ListForm, seen: &Version) -> Result<String> {
    let owner = cx.member()?.id;
    let text = form.read()?;
    let mut tx = cx.begin().await?;
    let held = repo::hold(&mut tx, list, owner, cx.now()).await?;
    let held = held.ok_or(Error::NotFound)?;
    let now = held.form();
    // Sent twice, it is saved already.
    if now != text.form() {
        seen.check(&Version::of(&now)?)?;
        let nonce = nonce_for(text.visibility, held.nonce);
        repo::update(&mut tx, list, &text, nonce.as_deref()).await?;
    }
    tx.commit().await?;
    Ok(text.slug())
}

/// Gives an unlisted list another address; the old one leads nowhere from then on.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is no unlisted list of the reader's.
pub async fn renew(cx: &Cx, key: Option<IdempotencyKey>, list: ListId) -> Result<()> {
    let owner = cx.reader()?.id;
    let mut once = match cx
        .once::<()>(key, &("renew the address of a list", list))
        .await?
    {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    if !repo::renew(&mut once.tx, list, owner, &fresh()).await? {
        return Err(Error::NotFound);
    }
    once.commit(&()).await
}

/// Deletes a list; it can be restored for 30 days. Doing it twice is fine. Gives its name.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not the reader's.
pub async fn delete(cx: &Cx, list: ListId) -> Result<String> {
    let owner = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let (now, since) = (cx.now(), forgotten_by(cx.now()));
    let deleted = repo::set_deleted(&mut tx, list, owner, Some(now), since).await?;
    tx.commit().await?;
    match deleted {
        Some(name) => Ok(name),
        None => named(cx, list).await,
    }
}

/// Restores a list that the reader has deleted, as it was; one that a moderator has hidden stays
/// hidden. Doing it twice is fine. Gives its name.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not the reader's, or was deleted too long ago; `Conflict`
/// when they have 100 others.
pub async fn restore(cx: &Cx, list: ListId) -> Result<String> {
    let owner = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let lists = repo::lock_reader(&mut tx, owner).await?;
    let since = forgotten_by(cx.now());
    let Some(name) = repo::set_deleted(&mut tx, list, owner, None, since).await? else {
        return named(cx, list).await;
    };
    room_for_list(lists).map_err(|problem| Error::Conflict(problem.to_string()))?;
    tx.commit().await?;
    Ok(name)
}

/// The name of a list of whoever asks that is so already.
async fn named(cx: &Cx, list: ListId) -> Result<String> {
    repo::name(cx.db(), list, cx.reader()?.id, forgotten_by(cx.now()))
        .await?
        .ok_or(Error::NotFound)
}
