//! What works and editions have to say and to do for a merge.

use dogear_domain::ids::WorkId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::PgConnection;

use crate::Result;
use crate::moderation::repo::merges::MergeRecords;

/// A row of the catalogue as it is compared, deleted and made again.
pub(in crate::moderation) type Row = Map<String, Value>;

/// One of two that may be merged.
pub(super) trait Mergeable: MergeRecords {
    /// Something said about it, of which the merged one keeps one side's.
    type Fact: Copy + PartialEq + Serialize + DeserializeOwned;
    /// What went along with a dropped one. Its words stand in the records of merges.
    type Moved: Serialize + DeserializeOwned;

    /// As the audit log names it.
    const KIND: &'static str;
    /// As sentences name it.
    const NOUN: &'static str;
    /// The word under which records keep what was taken over.
    const FACTS: &'static str;

    fn new(id: Self::Id, row: Row) -> Self;

    fn row(&self) -> &Row;

    fn id(&self) -> Self::Id;

    /// The work that it is or belongs to.
    fn work(&self) -> WorkId;

    /// What of the row says it.
    fn columns(fact: Self::Fact) -> &'static [&'static str];

    /// The facts that this one takes over from `dropped`, with those that a moderator chose.
    fn takes_over(&self, dropped: &Self, chosen: &[Self::Fact]) -> Vec<Self::Fact>;

    /// The fact in words, which stays with the kept one because it was changed since.
    fn left(fact: Self::Fact) -> String;

    /// What the audit log says of a merge, beside its number and the kept one.
    fn audited(facts: &[Self::Fact], moved: &Self::Moved) -> Value;

    /// Refuses two that exist and can still not be merged.
    fn check_pair(_keep: &Self, _drop: &Self) -> Result<()> {
        Ok(())
    }

    /// Keeps others from the kept one, from the dropped one while it is there, and from what
    /// belongs to them, until the end of the transaction.
    async fn hold(conn: &mut PgConnection, kept: Self::Id, dropped: Option<Self::Id>)
    -> Result<()>;

    /// Gives everything that belongs to one to another.
    async fn hand_over(
        conn: &mut PgConnection,
        from: Self::Id,
        to: Self::Id,
    ) -> Result<Self::Moved>;

    /// Deletes one that has nothing any more.
    async fn delete(conn: &mut PgConnection, id: Self::Id) -> Result<()>;

    /// Writes what this one says, of which `facts` may have changed.
    async fn write(&self, conn: &mut PgConnection, facts: &[Self::Fact]) -> Result<()>;

    /// Has what leads to the dropped one, and was not taken over, lead to this one.
    async fn succeed(
        &self,
        _conn: &mut PgConnection,
        _dropped: &Self,
        _taken: &[Self::Fact],
    ) -> Result<()> {
        Ok(())
    }

    /// Refuses to take a merge back into which this one went, as it is now, and others with it.
    async fn check_undo(
        &self,
        conn: &mut PgConnection,
        dropped: &Self,
        moved: &Self::Moved,
    ) -> Result<()>;

    /// Makes this dropped one again, and gives it back what is still with the kept one. Gives
    /// what is not, in words.
    async fn put_back(
        &self,
        conn: &mut PgConnection,
        kept: Self::Id,
        moved: &Self::Moved,
    ) -> Result<Vec<String>>;

    /// Whether both say the same about it.
    fn same(&self, other: &Self, fact: Self::Fact) -> bool {
        Self::columns(fact)
            .iter()
            .all(|column| self.row().get(*column) == other.row().get(*column))
    }

    /// This one with what the other says of these things.
    fn taking(&self, other: &Self, facts: &[Self::Fact]) -> Self {
        let mut row = self.row().clone();
        for column in facts.iter().flat_map(|fact| Self::columns(*fact)) {
            let value = other.row().get(*column).cloned().unwrap_or_default();
            row.insert((*column).to_owned(), value);
        }
        Self::new(self.id(), row)
    }

    /// This one with what it said `before` a merge of the things it `took` over, where it still
    /// says what it said `after` the merge; and those where it does not.
    fn giving_back(
        &self,
        before: &Self,
        after: &Self,
        took: &[Self::Fact],
    ) -> (Self, Vec<Self::Fact>) {
        let (kept, changed): (Vec<_>, Vec<_>) = took
            .iter()
            .copied()
            .partition(|fact| self.same(after, *fact));
        (self.taking(before, &kept), changed)
    }
}

/// Everything that is needed to take a merge back.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(super) struct Snapshot<T: Mergeable> {
    pub(super) dropped: Row,
    /// The kept one, without and with the facts that it took over.
    pub(super) before: Row,
    pub(super) after: Row,
    /// Those facts, under [`Mergeable::FACTS`].
    #[serde(skip_serializing, alias = "details")]
    pub(super) facts: Vec<T::Fact>,
    #[serde(flatten)]
    pub(super) moved: T::Moved,
}

impl<T: Mergeable> Snapshot<T> {
    /// As it is recorded: records are read by programs older and newer than this one.
    pub(super) fn to_record(&self) -> Result<Value> {
        let mut record = serde_json::to_value(self)?;
        record[T::FACTS] = serde_json::to_value(&self.facts)?;
        Ok(record)
    }
}

/// Says that of things of this name, which went along, fewer came `back`.
pub(super) fn missing(name: &str, went: usize, back: u64) -> Option<String> {
    let gone = (went as u64).saturating_sub(back);
    (gone > 0).then(|| format!("{gone} of the {name}"))
}
