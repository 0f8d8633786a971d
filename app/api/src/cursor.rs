//! Cursors: where the next page of a list begins, signed, so that one works only for the list and
//! the caller it was given to.

use dogear_server::Cx;
use dogear_server::secrets::{sign, unsign};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::List;
use crate::problem::{Code, Problem};

/// No cursor of ours is longer.
const LONGEST: usize = 1000;

/// The cursor for the rows behind `key` in the list `name`, which says what it is filtered by, too.
///
/// # Errors
/// None that happens.
pub(crate) fn write(cx: &Cx, name: &str, key: &impl Serialize) -> Result<String, Problem> {
    let key = serde_json::to_vec(key).map_err(dogear_server::Error::from)?;
    Ok(sign(
        &cx.services.settings.secret_key,
        &purpose(cx, name),
        &key,
    ))
}

/// The key of a cursor that was given out for this list to this caller; none without a cursor.
///
/// # Errors
/// `cursor_invalid`.
pub(crate) fn read<K: DeserializeOwned>(
    cx: &Cx,
    name: &str,
    cursor: Option<&str>,
) -> Result<Option<K>, Problem> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let key = (cursor.len() <= LONGEST)
        .then(|| unsign(&cx.services.settings.secret_key, &purpose(cx, name), cursor))
        .flatten();
    let key = key.and_then(|key| serde_json::from_slice(&key).ok());
    key.map(Some).ok_or_else(|| {
        Problem::new(Code::CursorInvalid)
            .saying("Ask for the first page of the list, and follow its `next` from there.")
    })
}

/// A page of a list: the first `most` of `rows`, of which one more was read where there are more.
/// The next one begins behind the `key` of the last.
///
/// # Errors
/// None that happens.
pub(crate) fn page<R, T, K: Serialize>(
    cx: &Cx,
    name: &str,
    (mut rows, most): (Vec<R>, u32),
    key: impl FnOnce(&R) -> K,
    show: impl FnMut(R) -> T,
) -> Result<List<T>, Problem> {
    let more = rows.len() > most as usize;
    rows.truncate(most as usize);
    let last = rows.last().filter(|_| more).map(key);
    Ok(List {
        next: last.map(|key| write(cx, name, &key)).transpose()?,
        items: rows.into_iter().map(show).collect(),
    })
}

fn purpose(cx: &Cx, name: &str) -> String {
    let caller = cx.actor.as_ref().map_or(0, |actor| actor.id.0);
    format!("api cursor {name} {caller}")
}
