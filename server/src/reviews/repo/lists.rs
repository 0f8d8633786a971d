//! Lists of reviews, and of the books that are rated best. A page of any of them is read in its
//! order from an index, however many there are.

use dogear_domain::ids::{ReviewId, UserId, WorkId};
use dogear_domain::library::Rating;
use dogear_domain::reviews::Ratings;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::Result;
use crate::reviews::list::{Place, ReviewLine, ReviewOf};
use crate::reviews::top::TopBook;

/// Which reviews of a book.
pub(in crate::reviews) struct Wanted {
    pub work: WorkId,
    /// None for a visitor. Their own comes first, beside the others.
    pub asker: Option<UserId>,
    /// Only those behind it, without the asker's own.
    pub after: Option<Place>,
    pub now: Timestamp,
    /// Of others.
    pub most: usize,
}

/// A review as it is read.
#[allow(clippy::struct_excessive_bools)] // as the columns are
pub(in crate::reviews) struct Row {
    pub id: ReviewId,
    pub handle: String,
    pub display_name: String,
    pub body: String,
    pub spoiler: bool,
    pub rating: Option<Rating>,
    pub traded: bool,
    pub helpful: i32,
    pub voted: bool,
    pub mine: bool,
    pub hidden: bool,
    pub created_at: jiff_sqlx::Timestamp,
    pub edited_at: Option<jiff_sqlx::Timestamp>,
}

fn most(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Those that have helped most readers first.
pub(in crate::reviews) async fn most_helpful(
    db: &PgPool,
    wanted: &Wanted,
) -> Result<Vec<ReviewLine>> {
    let rows = sqlx::query_as!(
        Row,
        r#"(select r.id as "id!: ReviewId", u.handle as "handle!", u.display_name as "display_name!",
             r.body as "body!", r.spoiler or r.marked_at is not null as "spoiler!",
             b.rating as "rating: Rating", r.traded as "traded!", r.helpful as "helpful!", false as "voted!",
             true as "mine!", r.hidden_at is not null as "hidden!", r.created_at as "created_at!", r.edited_at
           from reviews r join users u on u.id = r.user_id
           left join reader_books b on b.user_id = r.user_id and b.work_id = r.work_id
           where r.work_id = $1 and r.user_id = $2 and r.deleted_at is null and r.set_aside_at is null
             and $4::bigint is null)
         union all
         (select s.id, s.handle, s.display_name, s.body, s.spoiler, s.rating, s.traded, s.helpful,
             s.voted, false, false, s.created_at, s.edited_at
           from shown_reviews($2, $3) s
           where s.work_id = $1 and s.user_id is distinct from $2
             and ($4::bigint is null or (s.helpful, s.id) < ($5, $4))
           order by s.helpful desc, s.id desc limit $6)"#,
        wanted.work.0,
        wanted.asker.map(|asker| asker.0),
        wanted.now.to_sqlx() as jiff_sqlx::Timestamp,
        wanted.after.map(|place| place.id.0),
        wanted.after.map_or(0, |place| place.helpful),
        most(wanted.most)
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(ReviewLine::from).collect())
}

/// Those written last first.
pub(in crate::reviews) async fn newest(db: &PgPool, wanted: &Wanted) -> Result<Vec<ReviewLine>> {
    let rows = sqlx::query_as!(
        Row,
        r#"(select r.id as "id!: ReviewId", u.handle as "handle!", u.display_name as "display_name!",
             r.body as "body!", r.spoiler or r.marked_at is not null as "spoiler!",
             b.rating as "rating: Rating", r.traded as "traded!", r.helpful as "helpful!", false as "voted!",
             true as "mine!", r.hidden_at is not null as "hidden!", r.created_at as "created_at!", r.edited_at
           from reviews r join users u on u.id = r.user_id
           left join reader_books b on b.user_id = r.user_id and b.work_id = r.work_id
           where r.work_id = $1 and r.user_id = $2 and r.deleted_at is null and r.set_aside_at is null
             and $4::bigint is null)
         union all
         (select s.id, s.handle, s.display_name, s.body, s.spoiler, s.rating, s.traded, s.helpful,
             s.voted, false, false, s.created_at, s.edited_at
           from shown_reviews($2, $3) s
           where s.work_id = $1 and s.user_id is distinct from $2 and ($4::bigint is null or s.id < $4)
           order by s.id desc limit $5)"#,
        wanted.work.0,
        wanted.asker.map(|asker| asker.0),
        wanted.now.to_sqlx() as jiff_sqlx::Timestamp,
        wanted.after.map(|place| place.id.0),
        most(wanted.most)
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(ReviewLine::from).collect())
}

/// A book with the sums of its ratings.
pub(in crate::reviews) struct BookRow {
    pub slug: String,
    pub title: String,
    pub author_line: String,
    pub n: i32,
    pub sum: i32,
    pub buckets: Vec<i32>,
}

/// The book with this number.
pub(in crate::reviews) async fn book(db: &PgPool, work: WorkId) -> Result<Option<BookRow>> {
    Ok(sqlx::query_as!(
        BookRow,
        r#"select w.slug, w.title, w.author_line, coalesce(s.n, 0) as "n!", coalesce(s.sum, 0) as "sum!",
             coalesce(s.buckets, '{}') as "buckets!"
         from works w left join work_ratings s on s.work_id = w.id where w.id = $1"#,
        work.0
    )
    .fetch_optional(db)
    .await?)
}

/// Whose reviews are listed.
pub(in crate::reviews) struct ReaderRow {
    pub id: UserId,
    pub handle: String,
    pub display_name: String,
}

/// The reader with this key of a handle, if whoever asks may see them.
pub(in crate::reviews) async fn reader(
    db: &PgPool,
    handle_key: &str,
    asker: Option<UserId>,
    now: Timestamp,
) -> Result<Option<ReaderRow>> {
    Ok(sqlx::query_as!(
        ReaderRow,
        "select u.id, u.handle, u.display_name from users u
         where u.handle_key = $1 and in_good_standing(u, $3) and may_see_member(u, $2, $3)",
        handle_key,
        asker.map(|asker| asker.0),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?)
}

/// The statement that reads reviews with their books, of those that the asker `$2` may read at the
/// time `$3`: what stands behind it, where `s` is a review.
macro_rules! with_books {
    ($db:expr, $which:literal, $($argument:expr),+) => {
        sqlx::query!(
            r#"select s.id as "id!: ReviewId", s.handle as "handle!", s.display_name as "display_name!",
                 s.body as "body!", s.spoiler as "spoiler!", s.rating as "rating: Rating",
                 s.traded as "traded!", s.helpful as "helpful!", s.voted as "voted!",
                 s.user_id is not distinct from $2 as "mine!",
                 s.created_at as "created_at!: jiff_sqlx::Timestamp",
                 s.edited_at as "edited_at?: jiff_sqlx::Timestamp",
                 w.id as "work!: WorkId", w.slug, w.title, w.author_line
             from shown_reviews($2, $3) s join works w on w.id = s.work_id "# + $which,
            $($argument),+
        )
        .map(|row| ReviewOf {
            work: row.work,
            slug: row.slug,
            title: row.title,
            author_line: row.author_line,
            line: ReviewLine {
                id: row.id,
                handle: row.handle,
                name: row.display_name,
                body: row.body,
                spoiler: row.spoiler,
                rating: row.rating,
                traded: row.traded,
                helpful: row.helpful,
                voted: row.voted,
                mine: row.mine,
                hidden: false,
                created_at: row.created_at.to_jiff(),
                edited_at: row.edited_at.map(jiff_sqlx::Timestamp::to_jiff),
            },
        })
        .fetch_all($db)
    };
}

/// What a reader has said of books, newest first.
pub(in crate::reviews) async fn of_reader(
    db: &PgPool,
    reader: UserId,
    asker: Option<UserId>,
    before: Option<ReviewId>,
    now: Timestamp,
    most_lines: usize,
) -> Result<Vec<ReviewOf>> {
    Ok(with_books!(
        db,
        "where s.user_id = $1 and ($4::bigint is null or s.id < $4) order by s.id desc limit $5",
        reader.0,
        asker.map(|asker| asker.0),
        now.to_sqlx() as jiff_sqlx::Timestamp,
        before.map(|id| id.0),
        most(most_lines)
    )
    .await?)
}

/// The review with this number, if the asker may read it.
pub(in crate::reviews) async fn one(
    db: &PgPool,
    id: ReviewId,
    asker: Option<UserId>,
    now: Timestamp,
) -> Result<Vec<ReviewOf>> {
    Ok(with_books!(
        db,
        "where s.id = $1",
        id.0,
        asker.map(|asker| asker.0),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .await?)
}

/// The books that are rated best, of one genre or language if these are not empty.
pub(in crate::reviews) async fn top(
    db: &PgPool,
    genre: &str,
    language: &str,
    most: i64,
) -> Result<Vec<TopBook>> {
    let rows = sqlx::query!(
        "select w.id as work, w.slug, w.title, w.author_line, w.language, s.n, s.sum
         from work_ratings s join works w on w.id = s.work_id
         where s.n >= 5 and ($1 = '' or w.genre = $1) and ($2 = '' or w.language = $2)
         order by fair_mean(s.n, s.sum) desc, s.n desc, s.work_id limit $3",
        genre,
        language,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| TopBook {
            work: row.work,
            slug: row.slug,
            title: row.title,
            author_line: row.author_line,
            language: row.language,
            ratings: Ratings::new(row.n, row.sum, &[]),
        })
        .collect())
}
