//! A book that somebody entered a second time, and what readers suggest to correct.

use dogear_domain::corrections::BookField;
use dogear_domain::grade::Grade;
use dogear_domain::ids::WorkId;
use sqlx::PgPool;

use super::past::Past;
use super::readers::{Reader, named};
use super::stage::said;
use crate::Result;
use crate::catalogue::EditionInput;
use crate::copies::{Book, CopyInput, create};
use crate::corrections::{Typed, form, suggest};

/// Hours before now at which the second entry is made.
pub(super) const ENTERED_HOURS_AGO: i64 = 52;
const ENTERED_BY: &str = "quay_street";
const TITLE: &str = "The Wind in the Willows";
const MISSPELT: &str = "The Wind in the Wilows";

/// One suggestion, about the work with this title.
#[derive(Debug, Clone, Copy)]
pub(super) struct Correction {
    pub hours_ago: i64,
    by: &'static str,
    about: &'static str,
    subtitle: Option<&'static str>,
    same_as: Option<&'static str>,
    note: &'static str,
}

/// Every one of them waits.
pub(super) const CORRECTIONS: &[Correction] = &[
    Correction {
        hours_ago: 31,
        by: "hollis",
        about: "Entangled Life",
        subtitle: Some("How Fungi Make Our Worlds, Change Our Minds and Shape Our Futures"),
        same_as: None,
        note: "So it stands on the title page of mine.",
    },
    Correction {
        hours_ago: 9,
        by: "ines",
        about: MISSPELT,
        subtitle: None,
        same_as: Some(TITLE),
        note: "An l is missing, and the book is here already.",
    },
];

/// Enters the book again, with a letter missing, and a copy of it that is not for trade.
///
/// # Errors
/// Those of the services.
pub(super) async fn enter_twice(past: &Past, readers: &[Reader]) -> Result<()> {
    let book = EditionInput {
        title: MISSPELT.into(),
        authors: "Kenneth Grahame".into(),
        language: "en".into(),
        ..EditionInput::default()
    };
    let copy = CopyInput {
        grade: Grade::Good.value().to_string(),
        ..CopyInput::default()
    };
    let reader = named(readers, ENTERED_BY)?;
    create(
        &reader.cx(&past.services),
        None,
        &Book::New(Box::new(book)),
        &copy,
    )
    .await?;
    Ok(())
}

impl Correction {
    /// Suggests it, at the time of `past`'s clock.
    ///
    /// # Errors
    /// Those of the services.
    pub(super) async fn suggest(&self, past: &Past, readers: &[Reader]) -> Result<()> {
        let cx = named(readers, self.by)?.cx(&past.services);
        let work = titled(cx.db(), self.about).await?;
        let (facts, _) = form(&cx, work).await?;
        let mut typed = Typed {
            note: said(self.note)?,
            seen: facts.version()?,
            ..Typed::default()
        };
        if let Some(subtitle) = self.subtitle {
            typed
                .texts
                .insert(BookField::Subtitle.to_string(), subtitle.into());
        }
        if let Some(title) = self.same_as {
            typed.same_as = said(&titled(cx.db(), title).await?.to_string())?;
        }
        suggest(&cx, None, work, &typed).await?;
        Ok(())
    }
}

/// The work with this title.
///
/// # Errors
/// When there is none.
pub(super) async fn titled(db: &PgPool, title: &str) -> Result<WorkId> {
    Ok(
        sqlx::query_scalar("select id from works where title = $1 order by id limit 1")
            .bind(title)
            .fetch_one(db)
            .await?,
    )
}
