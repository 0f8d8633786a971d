//! Lists as they are shown: to their owner, and to others as far as these may see them.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, ListId, UserId, WorkId};
use dogear_domain::lists::ListVisibility;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::Result;
use crate::db::MaybeTimestamp;
use crate::lists::{BesideBook, OwnCopy};

/// By what a list is named.
#[derive(Debug, Clone, Copy)]
pub(in crate::lists) enum By<'a> {
    /// Its number: its owner, and whoever may see a public one.
    Number(ListId),
    /// The secret of its address: whoever has it.
    Nonce(&'a [u8]),
}

/// A list of the reader.
pub(in crate::lists) struct OwnRow {
    pub id: ListId,
    pub slug: String,
    pub name: String,
    pub visibility: ListVisibility,
    pub ranked: bool,
    pub hidden: bool,
    pub books: i64,
    pub updated_at: jiff_sqlx::Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// The lists of the owner, those that were deleted since `since` among them, the one that was changed
/// last first.
pub(in crate::lists) async fn of_owner(
    db: &PgPool,
    owner: UserId,
    since: Timestamp,
) -> Result<Vec<OwnRow>> {
    Ok(sqlx::query_as!(
        OwnRow,
        r#"select l.id, l.slug, l.name, l.visibility, l.ranked, l.hidden_at is not null as "hidden!",
             (select count(*) from list_items i where i.list_id = l.id) as "books!", l.updated_at,
             l.deleted_at as "deleted_at!: MaybeTimestamp"
         from lists l
         where l.owner_id = $1 and (l.deleted_at is null or l.deleted_at > $2)
         order by l.updated_at desc, l.id desc"#,
        owner.0,
        since.to_sqlx()
    )
    .fetch_all(db)
    .await?)
}

/// A list, as whoever asks finds it.
pub(in crate::lists) struct ListRow {
    pub id: ListId,
    pub owner_id: UserId,
    pub handle: String,
    pub display_name: String,
    pub slug: String,
    pub name: String,
    pub description: String,
    pub visibility: ListVisibility,
    pub ranked: bool,
    pub nonce: Option<Vec<u8>>,
    pub hidden: bool,
    pub hidden_reason: String,
    pub books: i64,
    pub here: i64,
}

/// The list that is named so, when `asker` may see it; with how many books there are in it, and of
/// how many a copy is listed.
pub(in crate::lists) async fn list(
    db: &PgPool,
    by: By<'_>,
    asker: Option<UserId>,
    now: Timestamp,
) -> Result<Option<ListRow>> {
    let (number, nonce) = match by {
        By::Number(id) => (Some(id.0), None),
        By::Nonce(nonce) => (None, Some(nonce)),
    };
    Ok(sqlx::query_as!(
        ListRow,
        r#"select l.id, l.owner_id, u.handle, u.display_name, l.slug, l.name, l.description, l.visibility,
             l.ranked, l.nonce, l.hidden_at is not null as "hidden!", l.hidden_reason,
             n.books as "books!", n.here as "here!"
         from lists l join users u on u.id = l.owner_id
         cross join lateral (select count(*) as books, count(*) filter (where s.copies > 0) as here
           from list_items i left join work_search s on s.work_id = i.work_id where i.list_id = l.id) n
         where (l.id = $1 or l.nonce = $2) and l.deleted_at is null
           and (coalesce(l.owner_id = $3, false)
             or (l.visibility = 'public' or l.visibility = 'unlisted' and l.nonce = $2)
               and is_open_list(l, $3, $4))"#,
        number,
        nonce,
        asker.map(|asker| asker.0),
        now.to_sqlx()
    )
    .fetch_optional(db)
    .await?)
}

/// A book in a list.
pub(in crate::lists) struct ItemRow {
    pub work_id: WorkId,
    pub place: i64,
    pub title: String,
    pub author_line: String,
    pub slug: String,
    pub language: String,
    pub note: String,
    pub copies: i32,
    pub best_grade: Option<Grade>,
    pub copy: Option<CopyId>,
}

/// Which books of a list.
pub(in crate::lists) struct Part {
    pub list: ListId,
    pub owner: UserId,
    /// Only those of which a copy is listed.
    pub here: bool,
    pub most: i64,
    pub offset: i64,
}

/// A page of the books in a list, in their order, each with its place among all.
pub(in crate::lists) async fn items(
    db: &PgPool,
    part: &Part,
    asker: Option<UserId>,
    now: Timestamp,
) -> Result<Vec<ItemRow>> {
    Ok(sqlx::query_as!(
        ItemRow,
        r#"select i.work_id, i.place as "place!", w.title, w.author_line, w.slug, w.language, i.note,
             coalesce(s.copies, 0) as "copies!", s.best_grade as "best_grade: Grade", c.id as "copy?"
         from (select work_id, note, copy_id, position, row_number() over (order by position) as place
           from list_items where list_id = $1) i
         join works w on w.id = i.work_id
         left join work_search s on s.work_id = i.work_id
         left join copies c on c.id = i.copy_id and c.owner_id = $2 and c.work_id = i.work_id
           and c.state <> 'deleted' and may_see_copy(c, $3, $4)
         where not $5::boolean or s.copies > 0
         order by i.position limit $6 offset $7"#,
        part.list.0,
        part.owner.0,
        asker.map(|asker| asker.0),
        now.to_sqlx(),
        part.here,
        part.most,
        part.offset
    )
    .fetch_all(db)
    .await?)
}

/// The books of the list of an owner from behind the position `after`, in their order, each with its
/// position, and its place among all.
pub(in crate::lists) async fn items_after(
    db: &PgPool,
    (list, owner): (ListId, UserId),
    asker: Option<UserId>,
    now: Timestamp,
    after: Option<i64>,
    most: i64,
) -> Result<Vec<(i64, ItemRow)>> {
    let rows = sqlx::query!(
        r#"select i.work_id, i.position, i.place as "place!", w.title, w.author_line, w.slug, w.language, i.note,
             coalesce(s.copies, 0) as "copies!", s.best_grade as "best_grade: Grade", c.id as "copy?"
         from (select work_id, note, copy_id, position, row_number() over (order by position) as place
           from list_items where list_id = $1) i
         join works w on w.id = i.work_id
         left join work_search s on s.work_id = i.work_id
         left join copies c on c.id = i.copy_id and c.owner_id = $2 and c.work_id = i.work_id
           and c.state <> 'deleted' and may_see_copy(c, $3, $4)
         where $5::bigint is null or i.position > $5
         order by i.position limit $6"#,
        list.0,
        owner.0,
        asker.map(|asker| asker.0),
        now.to_sqlx(),
        after,
        most
    )
    .fetch_all(db)
    .await?;
    let items = rows.into_iter().map(|row| {
        let item = ItemRow {
            work_id: row.work_id,
            place: row.place,
            title: row.title,
            author_line: row.author_line,
            slug: row.slug,
            language: row.language,
            note: row.note,
            copies: row.copies,
            best_grade: row.best_grade,
            copy: row.copy,
        };
        (row.position, item)
    });
    Ok(items.collect())
}

/// One book in a list of the owner.
pub(in crate::lists) struct EntryRow {
    pub name: String,
    pub list_slug: String,
    pub ranked: bool,
    pub title: String,
    pub author_line: String,
    pub language: String,
    pub slug: String,
    pub note: String,
    pub copy_id: Option<CopyId>,
    pub place: i64,
    pub books: i64,
}

/// A book in a list, for the owner.
pub(in crate::lists) async fn entry(
    db: &PgPool,
    list: ListId,
    owner: UserId,
    work: WorkId,
) -> Result<Option<EntryRow>> {
    Ok(sqlx::query_as!(
        EntryRow,
        r#"select l.name, l.slug as list_slug, l.ranked, w.title, w.author_line, w.language, w.slug, i.note,
             i.copy_id,
             (select count(*) from list_items o where o.list_id = l.id and o.position <= i.position) as "place!",
             (select count(*) from list_items o where o.list_id = l.id) as "books!"
         from lists l join list_items i on i.list_id = l.id join works w on w.id = i.work_id
         where l.id = $1 and l.owner_id = $2 and l.deleted_at is null and i.work_id = $3"#,
        list.0,
        owner.0,
        work.0
    )
    .fetch_optional(db)
    .await?)
}

/// The copies of a work that the owner has.
pub(in crate::lists) async fn copies(
    db: &PgPool,
    owner: UserId,
    work: WorkId,
    most: i64,
) -> Result<Vec<OwnCopy>> {
    Ok(sqlx::query_as!(
        OwnCopy,
        r#"select c.id, c.grade, e.year, e.publisher from copies c join editions e on e.id = c.edition_id
         where c.owner_id = $1 and c.work_id = $2 and c.state <> 'deleted' order by c.id limit $3"#,
        owner.0,
        work.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// The lists of the owner, and in which of them a work is; the one that was changed last first.
pub(in crate::lists) async fn beside(
    db: &PgPool,
    owner: UserId,
    work: WorkId,
) -> Result<Vec<BesideBook>> {
    Ok(sqlx::query_as!(
        BesideBook,
        r#"select l.id, l.slug, l.name,
             exists (select from list_items i where i.list_id = l.id and i.work_id = $2) as "has!"
         from lists l where l.owner_id = $1 and l.deleted_at is null
         order by l.updated_at desc, l.id desc"#,
        owner.0,
        work.0
    )
    .fetch_all(db)
    .await?)
}

/// Those of these works that are in a list.
pub(in crate::lists) async fn among(
    db: &PgPool,
    list: ListId,
    works: &[i64],
) -> Result<Vec<WorkId>> {
    Ok(sqlx::query_scalar!(
        "select work_id from list_items where list_id = $1 and work_id = any ($2)",
        list.0,
        works
    )
    .fetch_all(db)
    .await?)
}

/// A row of the table that a list is taken away as.
pub(in crate::lists) struct TableRow {
    pub place: i64,
    pub title: String,
    pub author_line: String,
    pub isbn: Option<String>,
    pub note: String,
    pub added_at: jiff_sqlx::Timestamp,
}

/// All books in a list, in their order; each with the ISBN of the copy that is meant, or else of the
/// first edition that has one.
pub(in crate::lists) async fn table(db: &PgPool, list: ListId, most: i64) -> Result<Vec<TableRow>> {
    Ok(sqlx::query_as!(
        TableRow,
        r#"select row_number() over (order by i.position) as "place!", w.title, w.author_line,
             coalesce((select e.isbn13 from copies c join editions e on e.id = c.edition_id where c.id = i.copy_id),
               (select e.isbn13 from editions e where e.work_id = i.work_id and e.isbn13 is not null
                order by e.id limit 1))::text as isbn,
             i.note, i.added_at
         from list_items i join works w on w.id = i.work_id
         where i.list_id = $1 order by i.position limit $2"#,
        list.0,
        most
    )
    .fetch_all(db)
    .await?)
}
