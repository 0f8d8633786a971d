//! Lists of a reader that come from elsewhere: by their names, private unless they are there.

use dogear_domain::fields::ListName;
use dogear_domain::ids::{ListId, UserId, WorkId};
use dogear_domain::lists::{room_for_book, room_for_list};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::input::ListText;
use super::repo::{items, manage};
use crate::Result;

/// What [`put`] did, by which [`take_out`] finds it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PutOn {
    /// Lists in which the book is new.
    pub lists: Vec<ListId>,
    /// Those of them that were made for it.
    pub made: Vec<ListId>,
    /// Names of lists that are full, or for which there is no room.
    pub full: Vec<String>,
}

/// Puts a work, which is held, at the end of the reader's lists with these names. Lists that they do
/// not have are made, for them alone.
///
/// # Errors
/// Those of the database.
pub(crate) async fn put(
    conn: &mut PgConnection,
    owner: UserId,
    names: &[ListName],
    work: WorkId,
    now: Timestamp,
) -> Result<PutOn> {
    let mut done = PutOn::default();
    if names.is_empty() {
        return Ok(done);
    }
    let mut lists = manage::lock_reader(conn, owner).await?;
    for name in names {
        let list = match manage::named(conn, owner, name).await? {
            Some(list) => list,
            None if room_for_list(lists).is_err() => {
                done.full.push(name.to_string());
                continue;
            }
            None => {
                let text = ListText::private(name.clone());
                let list = manage::insert(conn, owner, &text, None, now).await?;
                done.made.push(list);
                lists += 1;
                list
            }
        };
        match items::count(conn, list, work).await? {
            (_, true) => {}
            (books, false) if room_for_book(books).is_err() => done.full.push(name.to_string()),
            (_, false) => {
                items::append(conn, list, work, now).await?;
                done.lists.push(list);
            }
        }
    }
    Ok(done)
}

/// Takes a work out again that [`put`] has put there, where nothing was noted beside it since; and
/// lists that were made for it, once nothing is in them and they are still private.
///
/// # Errors
/// Those of the database.
pub(crate) async fn take_out(
    conn: &mut PgConnection,
    owner: UserId,
    work: WorkId,
    put: &PutOn,
) -> Result<()> {
    items::take_out_untouched(conn, owner, work, &put.lists).await?;
    manage::delete_untouched(conn, owner, &put.made).await
}
