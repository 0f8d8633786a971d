//! An edition as it is compared, merged and made again: its whole row.

use dogear_domain::edition::{Format, language_name};
use dogear_domain::ids::{EditionId, WorkId};
use dogear_domain::isbn::Isbn13;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::catalogue::repo::merging::{self, Source};
use crate::copies::desk;
use crate::moderation::merges::mergeable::{Mergeable, Row, missing};
use crate::{Error, Result, imports, library};

/// Something said about an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Detail {
    /// Thirteen digits.
    Isbn,
    /// Where it differs from the work's.
    Title,
    /// How it is bound.
    Format,
    /// The house's name.
    Publisher,
    /// When this edition came out.
    Year,
    /// Their number.
    Pages,
    /// That it is printed in.
    Language,
}

impl Detail {
    /// In the order in which they are compared.
    pub const ALL: [Self; 7] = [
        Self::Isbn,
        Self::Title,
        Self::Format,
        Self::Publisher,
        Self::Year,
        Self::Pages,
        Self::Language,
    ];

    /// As pages name it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Isbn => "ISBN",
            Self::Title => "Own title",
            Self::Format => "Format",
            Self::Publisher => "Publisher",
            Self::Year => "Year",
            Self::Pages => "Pages",
            Self::Language => "Language",
        }
    }

    /// The column of `editions`, alone.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Isbn => &["isbn13"],
            Self::Title => &["title"],
            Self::Format => &["format"],
            Self::Publisher => &["publisher"],
            Self::Year => &["year"],
            Self::Pages => &["pages"],
            Self::Language => &["language"],
        }
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Edition {
    /// By which it is named in forms.
    pub id: EditionId,
    row: Row,
}

impl Edition {
    /// The work it is an edition of.
    pub fn work(&self) -> WorkId {
        WorkId(
            self.row
                .get("work_id")
                .and_then(Value::as_i64)
                .unwrap_or_default(),
        )
    }

    /// The detail in words; empty when it is not known.
    pub fn say(&self, detail: Detail) -> String {
        let text = match self.row.get(detail.columns()[0]) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => return String::new(),
        };
        match detail {
            Detail::Isbn => text.parse::<Isbn13>().map_or(text, Isbn13::grouped),
            Detail::Format => match text.parse() {
                Ok(Format::Unknown) | Err(_) => String::new(),
                Ok(format) => format.label().to_owned(),
            },
            Detail::Language => language_name(&text).unwrap_or_default().to_owned(),
            _ => text,
        }
    }

    /// Whether `other` says what this one leaves open. Without a title of its own an edition
    /// has the work's, which is no gap.
    pub fn is_completed_by(&self, other: &Self, detail: Detail) -> bool {
        detail != Detail::Title && self.say(detail).is_empty() && !other.say(detail).is_empty()
    }
}

/// What went along with a dropped edition. Rows of imports are not kept: they end as copies,
/// which are.
#[derive(Serialize, Deserialize)]
pub(in crate::moderation) struct Moved {
    copies: Vec<i64>,
    /// ISBNs that led to it.
    isbns: Vec<String>,
    /// Records in outside catalogues.
    sources: Vec<Source>,
    /// Readings of it; merges of before there were any know none.
    #[serde(default)]
    readings: Vec<i64>,
}

impl Mergeable for Edition {
    type Fact = Detail;
    type Moved = Moved;

    const KIND: &'static str = "edition";
    const NOUN: &'static str = "edition";
    const FACTS: &'static str = "details";

    fn new(id: EditionId, row: Row) -> Self {
        Self { id, row }
    }

    fn row(&self) -> &Row {
        &self.row
    }

    fn id(&self) -> EditionId {
        self.id
    }

    fn work(&self) -> WorkId {
        self.work()
    }

    fn columns(detail: Detail) -> &'static [&'static str] {
        detail.columns()
    }

    fn takes_over(&self, dropped: &Self, _chosen: &[Detail]) -> Vec<Detail> {
        Detail::ALL
            .into_iter()
            .filter(|detail| self.is_completed_by(dropped, *detail))
            .collect()
    }

    fn left(detail: Detail) -> String {
        format!(
            "the {} of the kept edition, which was changed since",
            detail.label()
        )
    }

    fn audited(_details: &[Detail], moved: &Moved) -> Value {
        json!({ "copies": moved.copies })
    }

    fn check_pair(keep: &Self, drop: &Self) -> Result<()> {
        if keep.work() != drop.work() {
            return Err(Error::Conflict(
                "These are editions of two books. Merge the books first, if they are one.".into(),
            ));
        }
        Ok(())
    }

    /// Rows of imports come first, because an import holds them before it adds copies.
    async fn hold(
        conn: &mut PgConnection,
        kept: EditionId,
        dropped: Option<EditionId>,
    ) -> Result<()> {
        if let Some(dropped) = dropped.filter(|dropped| *dropped != kept) {
            imports::merging::lock_rows_of(conn, dropped).await?;
        }
        let ids: Vec<i64> = dropped.into_iter().chain([kept]).map(i64::from).collect();
        merging::lock_editions(conn, &ids).await?;
        desk::lock_of_editions(conn, &ids).await
    }

    async fn hand_over(conn: &mut PgConnection, from: EditionId, to: EditionId) -> Result<Moved> {
        imports::merging::move_rows(conn, from, to).await?;
        Ok(Moved {
            copies: desk::move_to_edition(conn, from, to).await?,
            isbns: merging::move_isbns(conn, from, to).await?,
            sources: merging::move_edition_sources(conn, from, to).await?,
            readings: library::merging::move_to_edition(conn, from, to).await?,
        })
    }

    async fn delete(conn: &mut PgConnection, id: EditionId) -> Result<()> {
        merging::delete_edition(conn, id).await
    }

    async fn write(&self, conn: &mut PgConnection, _details: &[Detail]) -> Result<()> {
        merging::write_edition(conn, self.id, &self.row).await
    }

    /// Its ISBN, unless this one has it from now on.
    async fn succeed(
        &self,
        conn: &mut PgConnection,
        dropped: &Self,
        taken: &[Detail],
    ) -> Result<()> {
        if taken.contains(&Detail::Isbn) {
            return Ok(());
        }
        merging::lead_isbn(conn, &dropped.row, self.id).await
    }

    async fn check_undo(
        &self,
        _conn: &mut PgConnection,
        dropped: &Self,
        _moved: &Moved,
    ) -> Result<()> {
        if self.work() != dropped.work() {
            return Err(Error::Conflict(
                "The book of these editions has been merged or divided since. Take that back first."
                    .into(),
            ));
        }
        Ok(())
    }

    async fn put_back(
        &self,
        conn: &mut PgConnection,
        kept: EditionId,
        moved: &Moved,
    ) -> Result<Vec<String>> {
        merging::free_isbn(conn, &self.row, kept).await?;
        if !merging::remake_edition(conn, &self.row).await? {
            return Err(Error::Conflict(
                "Another edition has the ISBN of the one that was merged away. Correct that first."
                    .into(),
            ));
        }
        let back = desk::move_some_to_edition(conn, &moved.copies, kept, self.id).await?;
        merging::move_some_isbns(conn, &moved.isbns, kept, self.id).await?;
        merging::move_some_edition_sources(conn, &moved.sources, kept, self.id).await?;
        library::merging::move_some_to_edition(conn, &moved.readings, kept, self.id).await?;
        Ok(Vec::from_iter(missing("copies", moved.copies.len(), back)))
    }
}
