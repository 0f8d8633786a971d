//! Entries of the catalogue that a moderator deletes: junk, to which nothing refers.

use dogear_domain::ids::WorkId;
use serde_json::json;

use super::repo::books::{self as repo, Uses};
use crate::audit::{Entry, audit};
use crate::catalogue::repo::merging;
use crate::{Cx, Error, Result};

/// Deletes a book with its editions, when nobody has it, reads it, reviews it or lists it, and
/// nothing else refers to it. What it said stands in the audit log.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins, and when there is no such book; `Conflict`
/// with what refers to it.
pub async fn delete(cx: &Cx, work: WorkId, reason: &str) -> Result<()> {
    cx.moderator()?;
    let mut tx = cx.begin().await?;
    merging::lock_editions_of(&mut tx, &[work.0]).await?;
    merging::lock_works(&mut tx, &[work.0]).await?;
    // A statement of its own: it has to see what was waited for.
    let said = repo::said(&mut tx, work).await?.ok_or(Error::NotFound)?;
    let uses = repo::uses(&mut tx, work).await?;
    if let Some(words) = uses.in_words() {
        return Err(Error::Conflict(format!(
            "“{}” is not deleted: {words}. A book that is there twice is merged instead.",
            said.title
        )));
    }
    merging::delete_work_with_editions(&mut tx, work).await?;
    let entry = Entry {
        action: "work.delete",
        subject_kind: "work",
        subject_id: Some(work.0),
        before: Some(json!({
            "title": said.title, "authors": said.author_line, "isbns": said.isbns,
        })),
        after: None,
        reason,
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(())
}

impl Uses {
    /// What refers to the book, for a sentence; none when nothing does.
    fn in_words(&self) -> Option<String> {
        let parts = [
            (
                self.copies,
                "a copy of it is",
                "copies of it are",
                "on shelves, or were",
            ),
            (
                self.readers,
                "a reader has",
                "readers have",
                "it in their reading",
            ),
            (self.reviews, "a review is", "reviews are", "about it"),
            (self.lists, "a list has", "lists have", "it"),
            (
                self.merges,
                "an entry was",
                "entries were",
                "merged into it",
            ),
            (
                self.corrections,
                "a correction of it",
                "corrections of it",
                "must be decided first",
            ),
        ];
        let found: Vec<String> = parts
            .into_iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, one, many, what)| match number {
                1 => format!("{one} {what}"),
                _ => format!("{number} {many} {what}"),
            })
            .collect();
        (!found.is_empty()).then(|| found.join("; "))
    }
}
