//! What a reader notes for themselves, and what others may see.

use dogear_domain::fields::PrivateNote;
use dogear_domain::ids::WorkId;
use dogear_domain::library::Visibility;

use super::repo::{self, entries};
use crate::db::{IdempotencyKey, Idempotent};
use crate::version::Version;
use crate::{Cx, Result};

/// The form of a book's note and visibility.
#[derive(Debug, Clone, Default)]
pub struct EntryForm {
    /// For the reader alone; may be empty.
    pub note: PrivateNote,
    /// None: as for all books.
    pub visibility: Option<Visibility>,
    /// [`EntryForm::version_of`] of what the form showed.
    pub version: Version,
}

impl EntryForm {
    /// The version of this note and visibility.
    ///
    /// # Errors
    /// None that happens.
    pub fn version_of(note: &str, visibility: Option<Visibility>) -> Result<Version> {
        Version::of(&(note, visibility))
    }
}

/// Saves note and visibility of a book for whoever asks.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a book that is not there; `Conflict` when it says something
/// else by now than the form showed.
pub async fn save_entry(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    work: WorkId,
    form: &EntryForm,
) -> Result<()> {
    let reader = cx.reader()?.id;
    let note = &**form.note;
    let asked = ("library.entry", work, note, form.visibility);
    let mut tx = match cx.once(key, &asked).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(tx) => tx,
    };
    let now = cx.now();
    let mut entry = entries::hold(&mut tx.tx, reader, work, now).await?;
    if (entry.private_note.as_str(), entry.visibility) != (note, form.visibility) {
        let stands = EntryForm::version_of(&entry.private_note, entry.visibility)?;
        form.version.check(&stands)?;
    }
    note.clone_into(&mut entry.private_note);
    entry.visibility = form.visibility;
    entries::save(&mut tx.tx, reader, work, &entry, now).await?;
    tx.commit(&()).await
}

/// Whether others see what whoever asks reads, where a book does not say otherwise.
///
/// # Errors
/// `SignInRequired`.
pub async fn is_public(cx: &Cx) -> Result<bool> {
    repo::settings::is_public(cx.db(), cx.reader()?.id).await
}

/// Has others see what whoever asks reads and has read, or not, where a book does not say
/// otherwise; it holds for what is there already.
///
/// # Errors
/// `SignInRequired`.
pub async fn set_public(cx: &Cx, is_public: bool) -> Result<()> {
    repo::settings::set_public(cx.db(), cx.reader()?.id, is_public).await
}
