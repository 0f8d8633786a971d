//! A reader and what stands on the shelf for trade.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, EditionId, RoundId, UserId, WorkId};
use dogear_domain::offers::Offers;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

use crate::Result;
use crate::pages::PublicList;
use crate::trades::Trust;

/// A reader as another one finds them.
pub(in crate::pages) struct ReaderRow {
    pub id: UserId,
    pub handle: String,
    pub display_name: String,
    pub city: String,
    pub region: String,
    pub country: String,
    pub posts_abroad: bool,
    pub about: String,
    pub away_until: Option<jiff_sqlx::Timestamp>,
    /// The asker may see them.
    pub open: bool,
    pub trust: Json<Trust>,
    /// Events to come, a series counted once.
    pub hosts: i64,
    /// At most as many as a reader can have.
    pub lists: Json<Vec<PublicList>>,
    /// That others see.
    pub reviews: i64,
    /// They show something of their reading.
    pub shows_reading: bool,
}

/// The reader with this key of a handle, as `asker` finds them. Whoever has not confirmed an
/// address is there for nobody else.
pub(in crate::pages) async fn reader(
    db: &PgPool,
    handle_key: &str,
    asker: Option<UserId>,
    now: Timestamp,
) -> Result<Option<ReaderRow>> {
    Ok(sqlx::query_as!(
        ReaderRow,
        r#"select u.id, u.handle, u.display_name, u.city, u.region, u.country, u.posts_abroad, u.about,
             in_good_standing(u, $3) and may_see_member(u, $2, $3) as "open!",
             case when is_away(u, $3) then u.away_until end as away_until,
             trust(u) as "trust!: Json<Trust>",
             (select count(distinct coalesce(l.series_id, -l.event_id)) from listed_dates($2, $3) l
               where l.host_id = u.id and l.state = 'published' and l.ends_at > $3) as "hosts!",
             coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'slug', l.slug, 'name', l.name, 'books',
                   (select count(*) from list_items i where i.list_id = l.id)) order by l.updated_at desc, l.id desc)
                 from lists l where l.owner_id = u.id and l.visibility = 'public' and l.hidden_at is null
                   and l.deleted_at is null), '[]') as "lists!: Json<Vec<PublicList>>",
             (select count(*) from reviews r where r.user_id = u.id and r.hidden_at is null
               and r.deleted_at is null and r.set_aside_at is null) as "reviews!",
             exists (select from reader_books b where b.user_id = u.id and shows_reading(b)
               and (b.status is not null or b.rating is not null)) as "shows_reading!"
         from users u where u.handle_key = $1 and (u.email_verified_at is not null or u.id = $2)"#,
        handle_key,
        asker.map(|asker| asker.0),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?)
}

/// A listed copy on the shelf.
pub(in crate::pages) struct ShelfRow {
    pub id: CopyId,
    pub work_id: WorkId,
    pub edition_id: EditionId,
    pub title: String,
    pub author_line: String,
    pub slug: String,
    pub language: String,
    pub grade: Grade,
    pub defects: Vec<String>,
    pub note: String,
    pub offers: Offers,
    pub photo: Option<Uuid>,
    pub held: bool,
    /// The round in which one can ask for it, and until when.
    pub round: Option<RoundId>,
    pub closes_at: Option<jiff_sqlx::Timestamp>,
    /// Copies over all pages from there on.
    pub total: i64,
}

/// Which of the copies that a reader has listed.
pub(in crate::pages) struct Shelf {
    pub owner: UserId,
    /// Only those that were entered before this one.
    pub before: Option<CopyId>,
    pub most: i64,
    pub offset: i64,
}

/// A page of what a reader has listed, newest first.
pub(in crate::pages) async fn shelf(
    db: &PgPool,
    part: &Shelf,
    now: Timestamp,
) -> Result<Vec<ShelfRow>> {
    Ok(sqlx::query_as!(
        ShelfRow,
        r#"select c.id as "id!: CopyId", c.work_id as "work_id!: WorkId",
             c.edition_id as "edition_id!: EditionId", w.title, w.author_line, w.slug,
             w.language, c.grade as "grade!: Grade", c.defects as "defects!", c.note as "note!",
             offer_terms(k) as "offers!: Offers",
             (select p.key from copy_photos p where p.copy_id = c.id order by p.position, p.id limit 1) as photo,
             c.held and g.id is null as "held!", g.id as "round?", g.closes_at as "closes_at?", count(*) over () as "total!"
         from listed_copies($4) c join copies k on k.id = c.id join works w on w.id = c.work_id
         left join give_rounds g on g.copy_id = c.id and takes_asks(g, $4)
         where c.owner_id = $1 and ($5::bigint is null or c.id < $5)
         order by c.id desc limit $2 offset $3"#,
        part.owner.0,
        part.most,
        part.offset,
        now.to_sqlx(),
        part.before.map(|copy| copy.0)
    )
    .fetch_all(db)
    .await?)
}
