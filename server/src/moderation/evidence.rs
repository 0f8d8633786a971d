//! What reported things said, as they stood: a report keeps it, and what readers could see keeps
//! its earlier versions. For moderators, and for 90 days; triggers of the database see to it that
//! no way of changing something is forgotten.

use futures::FutureExt;
use jiff::Timestamp;
use serde::Deserialize;
use sqlx::PgConnection;

use dogear_domain::events::partners::Partner;
use dogear_domain::ids::UserId;

use super::repo::evidence as repo;
use super::subject::SubjectRef;
use crate::db::in_batches;
use crate::jobs::schedule::{Interval, Schedule};
use crate::trades::CopySnapshot;
use crate::{Cx, Result};

/// What a subject said to others at one time. Made by the database's `evidence`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Evidence {
    /// A copy, as a trade keeps one.
    Copy {
        /// Its owner.
        by: Named,
        /// With note, defects and photos.
        copy: Box<CopySnapshot>,
    },
    /// A member, as their page showed them.
    Member {
        /// The member.
        by: Named,
        /// As they wrote it; may be empty.
        city: String,
        /// In their words; may be empty.
        about: String,
    },
    /// A message, which cannot be changed, under the name that its author had.
    Message {
        /// Its author.
        by: Named,
        /// As it was written.
        body: String,
        /// When it was sent.
        at: Timestamp,
    },
    /// An event, with what its host has written to all guests.
    Event {
        /// Its host.
        by: Named,
        /// What it is called.
        title: String,
        /// What happens there.
        description: String,
        /// With whom it is made; none of what was kept before that was known.
        #[serde(default)]
        partners: Vec<Partner>,
        /// The oldest first.
        messages: Vec<String>,
    },
    /// What a guest has said of an event to those who host it.
    Feedback {
        /// The guest, also when those do not know who it is.
        by: Named,
        /// What the event was called.
        event: String,
        /// As they were written.
        words: String,
    },
    /// A list of books that everybody could see.
    List {
        /// Its owner.
        by: Named,
        /// What it was called.
        name: String,
        /// May be empty.
        description: String,
        /// What its owner has written to the books in it, in their order; the first 200.
        notes: Vec<String>,
    },
    /// What a reader says of a book.
    Review {
        /// Its author.
        by: Named,
        /// What the book was called.
        book: String,
        /// As it was written.
        body: String,
        /// All of it gives the story away, said its author.
        spoiler: bool,
    },
    /// A trade, whose course is kept anyway, under the names that the parties had.
    Trade {
        /// By the age of their accounts.
        parties: Vec<Named>,
    },
}

/// What somebody was called.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Named {
    /// Without the @.
    pub handle: String,
    /// What they wanted to be called.
    pub name: String,
}

impl Evidence {
    /// What to call it, when it is gone.
    pub fn title(&self) -> String {
        match self {
            Self::Copy { copy, .. } => copy.title.clone(),
            Self::Member { by, .. } => by.name.clone(),
            Self::Event { title, .. } => title.clone(),
            Self::List { name, .. } => name.clone(),
            Self::Feedback { event, .. } => format!("What a guest says of {event}"),
            Self::Review { book, .. } => format!("Review of {book}"),
            Self::Message { by, .. } => format!("Message of {}", by.name),
            Self::Trade { .. } => "Trade".to_owned(),
        }
    }
}

/// What stood there before it was changed or taken down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierVersion {
    /// As it stood.
    pub content: Evidence,
    /// Until when.
    pub replaced_at: Timestamp,
}

/// What a copy or a member said before, newest first; the twenty newest of the last 90 days.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn versions(cx: &Cx, subject: SubjectRef) -> Result<Vec<EarlierVersion>> {
    cx.moderator()?;
    repo::versions(cx.db(), subject).await
}

/// What the site does with evidence by itself.
pub(super) fn schedule() -> Schedule {
    Schedule {
        name: "forget evidence",
        when: Interval::Daily {
            hour: 4,
            minute: 40,
        },
        run: |cx| async move { forget(&cx).await }.boxed(),
    }
}

/// Forgets versions that were replaced 90 days ago, and what stands with reports that were
/// decided 90 days ago.
pub(super) async fn forget(cx: &Cx) -> Result<()> {
    in_batches(|most| repo::forget_versions(cx.db(), most)).await?;
    in_batches(|most| repo::forget_with_reports(cx.db(), most)).await
}

/// Erases what is kept of a member who leaves. What stands with a report that waits stays until
/// 90 days after the decision: nobody escapes one by leaving.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    repo::erase(conn, user).await
}
