//! A work as it is compared, merged and made again: its whole row.

use dogear_domain::ids::WorkId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::Fact;
use crate::catalogue::repo::merging::{self, Source};
use crate::copies::desk;
use crate::lists;
use crate::moderation::merges::mergeable::{Mergeable, Row, missing};
use crate::moderation::repo::edition_merges;
use crate::{Error, Result, library, reviews};

/// A work as it is compared: its row, and names for what the row only refers to.
#[derive(Debug, Clone)]
pub struct Work {
    /// By which it is named in forms.
    pub id: WorkId,
    row: Row,
}

impl Work {
    fn text(&self, column: &str) -> String {
        match self.row.get(column) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    /// The main one, without the subtitle.
    pub fn title(&self) -> String {
        self.text("title")
    }

    /// That of its page.
    pub fn slug(&self) -> String {
        self.text("slug")
    }

    /// The fact in words; empty when it is not known.
    pub fn say(&self, fact: Fact) -> String {
        match fact {
            Fact::Language => dogear_domain::edition::language_name(&self.text("language"))
                .map(ToString::to_string)
                .unwrap_or_default(),
            Fact::Genre => self.text("genre_name"),
            Fact::Series => [self.text("series_title"), self.text("series_position")]
                .join(" ")
                .trim()
                .to_owned(),
            other => self.text(other.columns()[0]),
        }
    }
}

/// What went along with a dropped work.
#[derive(Serialize, Deserialize)]
pub(in crate::moderation) struct Moved {
    moved: Belongings,
    /// Records in outside catalogues.
    sources: Vec<Source>,
    /// None of merges from before there were any.
    #[serde(default)]
    reviews: reviews::Moved,
}

/// Numbers of what belonged to it.
#[derive(Serialize, Deserialize)]
struct Belongings {
    editions: Vec<i64>,
    copies: Vec<i64>,
    /// Lists in which it was, and the other was not.
    #[serde(default)]
    lists: Vec<i64>,
}

impl Mergeable for Work {
    type Fact = Fact;
    type Moved = Moved;

    const KIND: &'static str = "work";
    const NOUN: &'static str = "book";
    const FACTS: &'static str = "facts";

    fn new(id: WorkId, row: Row) -> Self {
        Self { id, row }
    }

    fn row(&self) -> &Row {
        &self.row
    }

    fn id(&self) -> WorkId {
        self.id
    }

    fn work(&self) -> WorkId {
        self.id
    }

    fn columns(fact: Fact) -> &'static [&'static str] {
        fact.columns()
    }

    fn takes_over(&self, _dropped: &Self, chosen: &[Fact]) -> Vec<Fact> {
        chosen.to_vec()
    }

    fn left(fact: Fact) -> String {
        format!("the {}, which was changed since", fact.as_str())
    }

    fn audited(facts: &[Fact], moved: &Moved) -> Value {
        json!({ "facts": facts, "moved": moved.moved })
    }

    async fn hold(conn: &mut PgConnection, kept: WorkId, dropped: Option<WorkId>) -> Result<()> {
        let ids: Vec<i64> = dropped.into_iter().chain([kept]).map(i64::from).collect();
        merging::lock_editions_of(conn, &ids).await?;
        desk::lock_of_works(conn, &ids).await?;
        library::merging::lock_of_works(conn, &ids).await?;
        merging::lock_works(conn, &ids).await
    }

    /// What readers have of it goes along too, and is remembered by the library alone: none of
    /// it is for moderators to see.
    async fn hand_over(conn: &mut PgConnection, from: WorkId, to: WorkId) -> Result<Moved> {
        library::merging::unite(conn, from, to).await?;
        Ok(Moved {
            moved: Belongings {
                editions: merging::move_editions(conn, from, to).await?,
                copies: desk::move_to_work(conn, from, to).await?,
                lists: lists::desk::move_to_work(conn, from, to).await?,
            },
            sources: merging::move_work_sources(conn, from, to).await?,
            reviews: reviews::hand_over(conn, from, to).await?,
        })
    }

    async fn delete(conn: &mut PgConnection, id: WorkId) -> Result<()> {
        merging::delete_work(conn, id).await
    }

    async fn write(&self, conn: &mut PgConnection, facts: &[Fact]) -> Result<()> {
        merging::write_work(conn, self.id, &self.row).await?;
        if facts.contains(&Fact::Authors) {
            merging::write_authors(conn, self.id, &self.row).await?;
        }
        Ok(())
    }

    /// Merges are taken back in the opposite order: editions that have moved and been merged
    /// since would otherwise stand between two works.
    async fn check_undo(
        &self,
        conn: &mut PgConnection,
        _dropped: &Self,
        moved: &Moved,
    ) -> Result<()> {
        if edition_merges::any_merged(conn, &moved.moved.editions).await? {
            return Err(Error::Conflict(
                "Some of its editions have been merged since. Take those merges back first.".into(),
            ));
        }
        Ok(())
    }

    /// The copies that were added to its editions since go with them.
    async fn put_back(
        &self,
        conn: &mut PgConnection,
        kept: WorkId,
        moved: &Moved,
    ) -> Result<Vec<String>> {
        merging::remake_work(conn, &self.row).await?;
        merging::write_authors(conn, self.id, &self.row).await?;
        let Belongings {
            editions,
            copies,
            lists,
        } = &moved.moved;
        let back = [
            merging::move_some_editions(conn, editions, kept, self.id).await?,
            desk::move_some_to_work(conn, copies, kept, self.id).await?,
        ];
        desk::follow_editions(conn, kept, self.id).await?;
        lists::desk::move_back(conn, lists, kept, self.id).await?;
        merging::move_some_work_sources(conn, &moved.sources, kept, self.id).await?;
        reviews::put_back(conn, kept, self.id, &moved.reviews).await?;
        library::merging::divide(conn, kept, self.id).await?;
        let left = [
            missing("editions", editions.len(), back[0]),
            missing("copies", copies.len(), back[1]),
        ];
        Ok(left.into_iter().flatten().collect())
    }
}
