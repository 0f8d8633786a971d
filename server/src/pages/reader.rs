//! A reader as others see them: profile, figures, what stands on the shelf for trade.

use dogear_domain::accounts::AccountStatus;
use dogear_domain::fields::Handle;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{PER_PAGE, Trust, TrustRow, defects, offset};
use crate::{Cx, Error, Result};

/// A listed copy on somebody's shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfLine {
    pub copy: CopyId,
    pub work: WorkId,
    pub title: String,
    pub author_line: String,
    pub slug: String,
    pub language: String,
    pub grade: Grade,
    pub defects: Vec<Defect>,
    pub note: String,
    /// The first photo.
    pub photo: Option<Uuid>,
    /// Promised in a trade.
    pub held: bool,
}

/// Who they say they are.
#[derive(Debug, Clone)]
pub struct Reader {
    pub id: UserId,
    pub handle: String,
    pub display_name: String,
    pub city: String,
    pub region: String,
    pub country: String,
    pub about: String,
    pub trust: Trust,
    /// Away until then: nothing can be asked for.
    pub away_until: Option<Timestamp>,
    pub is_me: bool,
}

/// A reader's public shelf, or nothing about it.
#[derive(Debug, Clone)]
pub enum ReaderPage {
    Open {
        reader: Box<Reader>,
        /// One page, newest first.
        shelf: Vec<ShelfLine>,
        total: i64,
    },
    /// The account is suspended, closing or gone, or one of the two has blocked the other.
    Closed,
    /// The address in another spelling than the handle's own.
    Elsewhere(String),
}

#[derive(sqlx::FromRow)]
struct ReaderRow {
    id: UserId,
    handle: String,
    display_name: String,
    city: String,
    region: String,
    country: String,
    about: String,
    status: AccountStatus,
    away_until: Option<jiff_sqlx::Timestamp>,
    blocked: bool,
    #[sqlx(flatten)]
    trust: TrustRow,
}

#[derive(sqlx::FromRow)]
struct ShelfRow {
    id: CopyId,
    work_id: WorkId,
    title: String,
    author_line: String,
    slug: String,
    language: String,
    grade: Grade,
    defects: Vec<String>,
    note: String,
    photo: Option<Uuid>,
    held: bool,
    total: i64,
}

/// The shelf of the reader with this handle, in any spelling of case; `page` from 1.
///
/// # Errors
/// `NotFound` when nobody has, or ever had, that handle.
pub async fn reader(cx: &Cx, handle: &str, page: u64) -> Result<ReaderPage> {
    let key = Handle::parse(handle).map_err(|_| Error::NotFound)?.key();
    let me = cx.actor.as_ref().map(|actor| actor.id);
    let row: ReaderRow = sqlx::query_as(
        "select u.id, u.handle, u.display_name, u.city, u.region, u.country, u.about, standing(u, $3) as status,
             u.trades_completed, u.replies, u.reply_seconds, u.parcels_sent, u.parcels_on_time,
             u.created_at as joined_at, case when is_away(u, $3) then u.away_until end as away_until,
             blocked(u.id, $2)
         from users u where u.handle_key = $1",
    )
    .bind(key)
    .bind(me)
    .bind(cx.now().to_sqlx())
    .fetch_optional(cx.db())
    .await?
    .ok_or(Error::NotFound)?;
    if row.status != AccountStatus::Active || row.blocked {
        return Ok(ReaderPage::Closed);
    }
    if row.handle != handle {
        return Ok(ReaderPage::Elsewhere(row.handle));
    }
    let shelf: Vec<ShelfRow> = sqlx::query_as(
        "select c.id, c.work_id, w.title, w.author_line, w.slug, w.language, c.grade, c.defects, c.note,
             (select p.key from copy_photos p where p.copy_id = c.id order by p.position, p.id limit 1) as photo,
             c.held, count(*) over () as total
         from listed_copies($4) c join works w on w.id = c.work_id
         where c.owner_id = $1
         order by c.id desc limit $2 offset $3",
    )
    .bind(row.id)
    .bind(PER_PAGE as i64)
    .bind(offset(page, PER_PAGE))
    .bind(cx.now().to_sqlx())
    .fetch_all(cx.db())
    .await?;
    Ok(ReaderPage::Open {
        total: shelf.first().map_or(0, |line| line.total),
        shelf: shelf.into_iter().map(ShelfLine::from).collect(),
        reader: Box::new(Reader {
            is_me: me == Some(row.id),
            id: row.id,
            handle: row.handle,
            display_name: row.display_name,
            city: row.city,
            region: row.region,
            country: row.country,
            about: row.about,
            trust: row.trust.into(),
            away_until: row.away_until.map(|at| at.to_jiff()),
        }),
    })
}

impl From<ShelfRow> for ShelfLine {
    fn from(row: ShelfRow) -> Self {
        Self {
            copy: row.id,
            work: row.work_id,
            title: row.title,
            author_line: row.author_line,
            slug: row.slug,
            language: row.language,
            grade: row.grade,
            defects: defects(&row.defects),
            note: row.note,
            photo: row.photo,
            held: row.held,
        }
    }
}
