//! Two works that are one: compared, merged, and taken apart again within 30 days.
//!
//! The kept work takes the editions, the copies and the provenance of the dropped one, whose
//! row is deleted: no list can show it, and its address leads to the kept one. What it was
//! is kept in `work_merges`. Locks: editions, copies, works, each in the order of their ids,
//! as whoever adds a copy or trades one takes them.

use dogear_domain::fields;
use dogear_domain::ids::WorkId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::{Entry, audit};
use crate::db::{IdempotencyKey, MaybeTimestamp, Once};
use crate::{Cx, Error, Result, search};

/// Works in one list.
const PAGE: i64 = 50;
/// The newest works that are looked at for duplicates: a look-up in an index for each.
const LOOKED_AT: i64 = 2000;
/// How long a merge can be taken back.
pub const UNDO_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);

const MERGED_ALREADY: &str = "One of these books was merged into another in the meantime. Look at the recent merges, and choose again.";

/// Rows of one table that belong to a work and go with it.
struct Moving {
    table: &'static str,
    count: &'static str,
    forth: &'static str,
    back: &'static str,
}

/// A table with the columns `id` and `work_id`.
macro_rules! moving {
    ($table:literal) => {
        Moving {
            table: $table,
            count: concat!("select count(*) from ", $table, " where work_id = $1"),
            forth: concat!(
                "with moved as (update ",
                $table,
                " set work_id = $2 where work_id = $1 returning id)
                 select coalesce(array_agg(id order by id), '{}') from moved"
            ),
            back: concat!(
                "update ",
                $table,
                " set work_id = $1 where work_id = $2 and id = any ($3)"
            ),
        }
    };
}

/// Everything that moves. A later table is one line more.
const MOVES: [Moving; 2] = [moving!("editions"), moving!("copies")];

/// Something said about a work, of which the merged one keeps one side's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fact {
    Title,
    Subtitle,
    Authors,
    Year,
    Language,
    Genre,
    Series,
    Description,
}

impl Fact {
    pub const ALL: [Self; 8] = [
        Self::Title,
        Self::Subtitle,
        Self::Authors,
        Self::Year,
        Self::Language,
        Self::Genre,
        Self::Series,
        Self::Description,
    ];

    /// As forms name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Subtitle => "subtitle",
            Self::Authors => "authors",
            Self::Year => "year",
            Self::Language => "language",
            Self::Genre => "genre",
            Self::Series => "series",
            Self::Description => "description",
        }
    }

    /// As pages name it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Subtitle => "Subtitle",
            Self::Authors => "Authors",
            Self::Year => "First published",
            Self::Language => "Language",
            Self::Genre => "Genre",
            Self::Series => "Series",
            Self::Description => "Description",
        }
    }

    /// What of a [`Work`]'s row says it; the first is empty when it is not known.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Title => &["title", "title_key", "slug"],
            Self::Subtitle => &["subtitle"],
            Self::Authors => &["author_line", "author_key", "authors"],
            Self::Year => &["first_year"],
            Self::Language => &["language"],
            Self::Genre => &["genre"],
            Self::Series => &["series_id", "series_position"],
            Self::Description => &["description"],
        }
    }
}

/// A work as it is compared: its row, and names for what the row only refers to.
#[derive(Debug, Clone)]
pub struct Work {
    pub id: WorkId,
    row: Map<String, Value>,
}

impl Work {
    fn text(&self, column: &str) -> String {
        match self.row.get(column) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    pub fn title(&self) -> String {
        self.text("title")
    }

    pub fn slug(&self) -> String {
        self.text("slug")
    }

    /// The fact in words; empty when it is not known.
    pub fn say(&self, fact: Fact) -> String {
        match fact {
            Fact::Language => dogear_domain::edition::language_name(&self.text("language"))
                .map(|name| name.to_string())
                .unwrap_or_default(),
            Fact::Genre => self.text("genre_name"),
            Fact::Series => [self.text("series_title"), self.text("series_position")]
                .join(" ")
                .trim()
                .to_owned(),
            other => self.text(other.columns()[0]),
        }
    }

    fn same(&self, other: &Self, fact: Fact) -> bool {
        fact.columns()
            .iter()
            .all(|column| self.row.get(*column) == other.row.get(*column))
    }

    fn take(&mut self, other: &Self, fact: Fact) {
        for column in fact.columns() {
            let value = other.row.get(*column).cloned().unwrap_or_default();
            self.row.insert((*column).to_owned(), value);
        }
    }
}

/// What a merge would do.
#[derive(Debug, Clone)]
pub struct Preview {
    pub keep: Work,
    pub drop: Work,
    /// Table, and how many of the dropped work's rows in it move.
    pub moves: Vec<(&'static str, i64)>,
}

impl Preview {
    /// The facts in which the two differ, and whether the dropped one's is proposed: only
    /// where the kept one says nothing.
    pub fn differences(&self) -> Vec<(Fact, bool)> {
        Fact::ALL
            .into_iter()
            .filter(|fact| self.keep.say(*fact) != self.drop.say(*fact))
            .map(|fact| (fact, self.keep.say(fact).is_empty()))
            .collect()
    }
}

/// A work in a list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Found {
    pub id: WorkId,
    pub slug: String,
    pub title: String,
    pub author_line: String,
    pub first_year: Option<i32>,
    pub editions: i64,
    pub copies: i64,
}

/// Two works that are probably one: the older first.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Pair {
    pub keep: WorkId,
    pub drop: WorkId,
    pub title: String,
    pub keep_authors: String,
    pub drop_authors: String,
}

/// A merge, as it stands in the list and on its page.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Merge {
    pub id: i64,
    pub dropped: WorkId,
    pub dropped_title: String,
    /// The work that stands there now, and its slug and title.
    pub kept: Option<WorkId>,
    pub slug: Option<String>,
    pub title: Option<String>,
    /// Handle.
    pub moderator: String,
    #[sqlx(try_from = "jiff_sqlx::Timestamp")]
    pub created_at: Timestamp,
    #[sqlx(try_from = "MaybeTimestamp")]
    pub undone_at: Option<Timestamp>,
    pub editions: i32,
    pub copies: i32,
}

/// Everything that is needed to take a merge back.
#[derive(Serialize, Deserialize)]
struct Snapshot {
    dropped: Map<String, Value>,
    before: Map<String, Value>,
    after: Map<String, Value>,
    /// Those that the kept work took over.
    facts: Vec<Fact>,
    /// Ids by table.
    moved: Map<String, Value>,
    /// Source and key of each.
    sources: Vec<(String, String)>,
}

/// Works whose title or author holds `words`, or with that ISBN or number, at most 50.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn find(cx: &Cx, words: &str) -> Result<Vec<Found>> {
    cx.moderator()?;
    let isbn = words.trim().parse::<dogear_domain::isbn::Isbn13>().ok();
    let number = words.trim().trim_start_matches('#').parse::<i64>().ok();
    let key = fields::title_key(words).replace(['%', '_', '\\'], "");
    if key.is_empty() && number.is_none() {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_as(
        "select w.id, w.slug, w.title, w.author_line, w.first_year,
             (select count(*) from editions e where e.work_id = w.id) as editions,
             (select count(*) from copies c where c.work_id = w.id and c.state <> 'deleted') as copies
         from works w where w.id in (
             select $2::bigint
             union select work_id from editions where isbn13 = $3::char(13)
             union (select id from works where title_key like $1 limit $4)
             union (select wa.work_id from authors a join work_authors wa on wa.author_id = a.id
                 where a.name_key like $1 limit $4))
         order by w.title_key, w.id limit $4",
    )
    .bind(format!("%{key}%"))
    .bind(number)
    .bind(isbn.map(|isbn| isbn.to_string()))
    .bind(PAGE)
    .fetch_all(cx.db())
    .await?)
}

/// Among the newest works, those whose title another work has too, by the same first author
/// or with an author in common.
///
/// # Errors
/// As [`find`].
pub async fn likely(cx: &Cx) -> Result<Vec<Pair>> {
    cx.moderator()?;
    Ok(sqlx::query_as(
        "select o.id as keep, w.id as drop, w.title, o.author_line as keep_authors, w.author_line as drop_authors
         from (select id, title, title_key, author_key, author_line from works order by id desc limit $1) w
         join works o on o.title_key = w.title_key and o.id < w.id
         where (o.author_key = w.author_key and w.author_key <> '')
             or exists (select from work_authors a join work_authors b using (author_id)
                 where a.work_id = w.id and b.work_id = o.id)
         order by w.id desc, o.id limit $2",
    )
    .bind(LOOKED_AT)
    .bind(PAGE)
    .fetch_all(cx.db())
    .await?)
}

/// Both works, and what would move.
///
/// # Errors
/// As [`find`]; `NotFound` when one was never there; `Conflict` when one was merged, or both
/// are the same.
pub async fn preview(cx: &Cx, keep: WorkId, drop: WorkId) -> Result<Preview> {
    cx.moderator()?;
    let mut conn = cx.db().acquire().await?;
    let (keep, drop) = both(&mut conn, keep, drop).await?;
    let mut moves = Vec::new();
    for moving in &MOVES {
        let number = sqlx::query_scalar(moving.count)
            .bind(drop.id)
            .fetch_one(&mut *conn)
            .await?;
        moves.push((moving.table, number));
    }
    Ok(Preview { keep, drop, moves })
}

/// Merges `drop` into `keep`, which takes over `facts`. Gives the number of the merge.
///
/// # Errors
/// As [`preview`]; `Busy` when others hold one of the books too long.
pub async fn merge(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    keep: WorkId,
    drop: WorkId,
    facts: &[Fact],
) -> Result<i64> {
    let moderator = cx.moderator()?.id;
    let mut once = match cx.once(key, &("merge", keep, drop, facts)).await? {
        Once::Done(id) => return Ok(id),
        Once::New(once) => once,
    };
    let tx = &mut *once.tx;
    lock(tx, &[keep, drop]).await?;
    let (kept, dropped) = both(tx, keep, drop).await?;
    let mut moved = Map::new();
    for moving in &MOVES {
        let ids: Vec<i64> = sqlx::query_scalar(moving.forth)
            .bind(drop)
            .bind(keep)
            .fetch_one(&mut *tx)
            .await?;
        moved.insert(moving.table.to_owned(), json!(ids));
    }
    let sources: Vec<(String, String)> = sqlx::query_as(
        "update work_sources set work_id = $2 where work_id = $1 returning source, key",
    )
    .bind(drop)
    .bind(keep)
    .fetch_all(&mut *tx)
    .await?;
    sqlx::query("delete from works where id = $1")
        .bind(drop)
        .execute(&mut *tx)
        .await?;
    let mut after = kept.clone();
    for fact in facts {
        after.take(&dropped, *fact);
    }
    write(tx, &after, facts.contains(&Fact::Authors)).await?;
    let (title_key, author_key) = (dropped.text("title_key"), dropped.text("author_key"));
    let snapshot = Snapshot {
        dropped: dropped.row,
        before: kept.row,
        after: after.row,
        facts: facts.to_vec(),
        moved,
        sources,
    };
    let id: i64 = sqlx::query_scalar(
        "insert into work_merges (dropped_id, kept_id, title_key, author_key, moderator_id, snapshot, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) returning id",
    )
    .bind(drop)
    .bind(keep)
    .bind(title_key)
    .bind(author_key)
    .bind(moderator)
    .bind(Json(&snapshot))
    .bind(cx.now().to_sqlx())
    .fetch_one(&mut *tx)
    .await?;
    search::refresh(tx, &[keep]).await?;
    let entry = Entry {
        action: "work.merge",
        subject_kind: "work",
        subject_id: Some(drop.0),
        before: None,
        after: Some(json!({ "merge": id, "into": keep, "facts": facts, "moved": snapshot.moved })),
        reason: "",
    };
    audit(tx, cx, entry).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// The 50 newest merges.
///
/// # Errors
/// As [`find`].
pub async fn recent(cx: &Cx) -> Result<Vec<Merge>> {
    merges(cx, None).await
}

/// One merge.
///
/// # Errors
/// As [`find`], and `NotFound` when there is none with this number.
pub async fn one(cx: &Cx, id: i64) -> Result<Merge> {
    merges(cx, Some(id)).await?.pop().ok_or(Error::NotFound)
}

async fn merges(cx: &Cx, id: Option<i64>) -> Result<Vec<Merge>> {
    cx.moderator()?;
    Ok(sqlx::query_as(
        "select m.id, m.dropped_id as dropped, m.snapshot #>> '{dropped,title}' as dropped_title,
             w.id as kept, w.slug, w.title, u.handle as moderator, m.created_at, m.undone_at,
             jsonb_array_length(m.snapshot #> '{moved,editions}') as editions,
             jsonb_array_length(m.snapshot #> '{moved,copies}') as copies
         from work_merges m join users u on u.id = m.moderator_id
         left join works w on w.id = merged_work(m.kept_id)
         where $1::bigint is null or m.id = $1
         order by m.id desc limit $2",
    )
    .bind(id)
    .bind(PAGE)
    .fetch_all(cx.db())
    .await?)
}

/// Takes a merge apart. Gives what could not be put back as it was, in words.
///
/// # Errors
/// As [`one`]; `Conflict` when it was taken back, is older than 30 days, or the kept work has
/// itself been merged since.
pub async fn undo(cx: &Cx, id: i64) -> Result<Vec<String>> {
    let moderator = cx.moderator()?.id;
    let mut tx = cx.begin().await?;
    let (dropped, kept, snapshot, at, undone): (
        WorkId,
        WorkId,
        Json<Snapshot>,
        jiff_sqlx::Timestamp,
        bool,
    ) = sqlx::query_as(
        "select dropped_id, kept_id, snapshot, created_at, undone_at is not null
         from work_merges where id = $1 for update",
    )
    .bind(id)
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if undone {
        return Err(Error::Conflict("This merge was taken back already.".into()));
    }
    if cx.now().duration_since(at.to_jiff()) > UNDO_WITHIN {
        return Err(Error::Conflict(
            "A merge can be taken back for 30 days. This one is older.".into(),
        ));
    }
    lock(&mut tx, &[kept]).await?;
    let Some(current) = work(&mut tx, kept).await? else {
        return Err(Error::Conflict(
            "The book it went into has itself been merged since. Take that merge back first."
                .into(),
        ));
    };
    let snapshot = snapshot.0;
    let missing = put_back(&mut tx, dropped, kept, &snapshot).await?;
    let mut left = facts_back(&mut tx, &current, &snapshot).await?;
    left.extend(missing);
    sqlx::query("update work_merges set undone_at = $2, undone_by = $3 where id = $1")
        .bind(id)
        .bind(cx.now().to_sqlx())
        .bind(moderator)
        .execute(&mut *tx)
        .await?;
    search::refresh(&mut tx, &[kept, dropped]).await?;
    let entry = Entry {
        action: "work.unmerge",
        subject_kind: "work",
        subject_id: Some(dropped.0),
        before: Some(json!({ "merge": id, "into": kept })),
        after: Some(json!({ "left": left })),
        reason: "",
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(left)
}

/// Makes the dropped work again, and gives it back what is still with the kept one, and the
/// copies that were added to its editions since. Gives what is not.
async fn put_back(
    conn: &mut PgConnection,
    dropped: WorkId,
    kept: WorkId,
    snapshot: &Snapshot,
) -> Result<Vec<String>> {
    sqlx::query(
        "insert into works overriding system value
         select (jsonb_populate_record(null::works, $1)).*",
    )
    .bind(Json(&snapshot.dropped))
    .execute(&mut *conn)
    .await?;
    authors(conn, dropped, &snapshot.dropped).await?;
    let mut missing = Vec::new();
    for moving in &MOVES {
        let ids: Vec<i64> = serde_json::from_value(
            snapshot
                .moved
                .get(moving.table)
                .cloned()
                .unwrap_or(json!([])),
        )?;
        let back = sqlx::query(moving.back)
            .bind(dropped)
            .bind(kept)
            .bind(&ids)
            .execute(&mut *conn)
            .await?
            .rows_affected();
        let gone = (ids.len() as u64).saturating_sub(back);
        if gone > 0 {
            missing.push(format!("{gone} of the {}", moving.table));
        }
    }
    sqlx::query(
        "update copies c set work_id = e.work_id from editions e
         where e.id = c.edition_id and e.work_id = $1 and c.work_id = $2",
    )
    .bind(dropped)
    .bind(kept)
    .execute(&mut *conn)
    .await?;
    let (sources, keys): (Vec<&String>, Vec<&String>) = snapshot
        .sources
        .iter()
        .map(|(source, key)| (source, key))
        .unzip();
    sqlx::query(
        "update work_sources s set work_id = $1
         from unnest($3::text[], $4::text[]) as was (source, key)
         where s.source = was.source and s.key = was.key and s.work_id = $2",
    )
    .bind(dropped)
    .bind(kept)
    .bind(sources)
    .bind(keys)
    .execute(conn)
    .await?;
    Ok(missing)
}

/// Gives the kept work its own facts back where nobody has changed them since. Gives the others.
async fn facts_back(
    conn: &mut PgConnection,
    current: &Work,
    snapshot: &Snapshot,
) -> Result<Vec<String>> {
    let of = |row: &Map<String, Value>| Work {
        id: current.id,
        row: row.clone(),
    };
    let (before, after) = (of(&snapshot.before), of(&snapshot.after));
    let mut restored = current.clone();
    let mut left = Vec::new();
    for fact in &snapshot.facts {
        if current.same(&after, *fact) {
            restored.take(&before, *fact);
        } else {
            left.push(format!("the {}, which was changed since", fact.as_str()));
        }
    }
    write(conn, &restored, !restored.same(current, Fact::Authors)).await?;
    Ok(left)
}

/// Keeps others from these works, their editions and copies until the end of the transaction.
async fn lock(conn: &mut PgConnection, works: &[WorkId]) -> Result<()> {
    let ids: Vec<i64> = works.iter().map(|work| work.0).collect();
    for statement in [
        "select id from editions where work_id = any ($1) order by id for update",
        "select id from copies where work_id = any ($1) order by id for no key update",
        "select id from works where id = any ($1) order by id for update",
    ] {
        sqlx::query(statement)
            .bind(&ids)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

async fn both(conn: &mut PgConnection, keep: WorkId, drop: WorkId) -> Result<(Work, Work)> {
    if keep == drop {
        return Err(Error::Conflict(
            "These are the same book. Choose two that differ.".into(),
        ));
    }
    match (work(conn, keep).await?, work(conn, drop).await?) {
        (Some(keep), Some(drop)) => Ok((keep, drop)),
        _ => {
            let merged: bool = sqlx::query_scalar(
                "select exists (select from work_merges
                 where dropped_id in ($1, $2) and undone_at is null)",
            )
            .bind(keep)
            .bind(drop)
            .fetch_one(conn)
            .await?;
            Err(if merged {
                Error::Conflict(MERGED_ALREADY.into())
            } else {
                Error::NotFound
            })
        }
    }
}

async fn work(conn: &mut PgConnection, id: WorkId) -> Result<Option<Work>> {
    let row: Option<Json<Map<String, Value>>> = sqlx::query_scalar(
        "select to_jsonb(w) || jsonb_build_object('series_title', s.title, 'genre_name', g.name,
             'authors', coalesce((select jsonb_agg(jsonb_build_object('author_id', a.author_id,
                 'position', a.position, 'role', a.role) order by a.position, a.author_id)
                 from work_authors a where a.work_id = w.id), '[]'))
         from works w left join series s on s.id = w.series_id left join genres g on g.slug = w.genre
         where w.id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|Json(row)| Work { id, row }))
}

/// Writes the facts of a work that is there.
async fn write(conn: &mut PgConnection, work: &Work, with_authors: bool) -> Result<()> {
    sqlx::query(
        "update works w set title = r.title, title_key = r.title_key, slug = r.slug,
             subtitle = r.subtitle, author_line = r.author_line, author_key = r.author_key,
             first_year = r.first_year, language = r.language, genre = r.genre,
             series_id = r.series_id, series_position = r.series_position, description = r.description
         from jsonb_populate_record(null::works, $2) r where w.id = $1",
    )
    .bind(work.id)
    .bind(Json(&work.row))
    .execute(&mut *conn)
    .await?;
    if with_authors {
        sqlx::query("delete from work_authors where work_id = $1")
            .bind(work.id)
            .execute(&mut *conn)
            .await?;
        authors(conn, work.id, &work.row).await?;
    }
    Ok(())
}

async fn authors(conn: &mut PgConnection, work: WorkId, row: &Map<String, Value>) -> Result<()> {
    sqlx::query(
        "insert into work_authors (work_id, author_id, position, role)
         select $1, a.author_id, a.position, a.role
         from jsonb_to_recordset($2) as a (author_id bigint, position smallint, role text)",
    )
    .bind(work)
    .bind(Json(row.get("authors").unwrap_or(&json!([]))))
    .execute(conn)
    .await?;
    Ok(())
}
