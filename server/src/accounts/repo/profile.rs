//! What members say about themselves.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor, PgPool};

use crate::Result;
use crate::accounts::{Profile, ProfileForm, Selling};
use crate::db::MaybeTimestamp;

/// The profile of a member.
pub(in crate::accounts) async fn read(
    db: impl PgExecutor<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<Profile> {
    Ok(sqlx::query_as!(
        Profile,
        r#"select handle, display_name, city, region, country, posts_abroad, about, time_zone,
           case when is_away(u, $2) then away_until end as "away_until!: MaybeTimestamp"
         from users u where id = $1"#,
        user.0,
        now.to_sqlx()
    )
    .fetch_one(db)
    .await?)
}

/// Keeps others from writing a member's profile until the end of the transaction.
pub(in crate::accounts) async fn lock(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "select id from users where id = $1 for no key update",
        user.0
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

/// Writes a profile that was checked, and says whether the member lives somewhere else now.
pub(in crate::accounts) async fn write(
    conn: &mut PgConnection,
    user: UserId,
    profile: &ProfileForm,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"with before as (select city, region, country from users where id = $1 for no key update)
         update users u set display_name = $2, city = $3, region = $4, country = $5, about = $6,
           time_zone = $7, posts_abroad = $8
         from before b where u.id = $1
         returning (b.city, b.region, b.country) is distinct from (u.city, u.region, u.country)
           as "moved!""#,
        user.0,
        profile.display_name,
        profile.city,
        profile.region,
        profile.country,
        profile.about,
        profile.time_zone,
        profile.posts_abroad
    )
    .fetch_one(conn)
    .await?)
}

/// Says until when a member is away, or that they are back.
pub(in crate::accounts) async fn set_away(
    conn: &mut PgConnection,
    user: UserId,
    until: Option<Timestamp>,
) -> Result<()> {
    sqlx::query!(
        "update users set away_until = $2 where id = $1",
        user.0,
        until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a member without a town has said of where they live.
pub(in crate::accounts) struct WithoutTown {
    pub country: String,
    pub posts_abroad: bool,
}

/// A member who has a book listed, and neither said in which town they live nor put it off.
pub(in crate::accounts) async fn without_town(
    db: &PgPool,
    user: UserId,
) -> Result<Option<WithoutTown>> {
    Ok(sqlx::query_as!(
        WithoutTown,
        "select country, posts_abroad from users
         where id = $1 and city = '' and town_put_off_at is null
           and exists (select from copies c where c.owner_id = $1 and is_listed(c))",
        user.0
    )
    .fetch_optional(db)
    .await?)
}

/// Notes that a member does not want to say now in which town they live.
pub(in crate::accounts) async fn put_town_off(
    conn: &mut PgConnection,
    user: UserId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update users set town_put_off_at = $2 where id = $1 and town_put_off_at is null",
        user.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How a member sells.
pub(in crate::accounts) async fn selling(db: impl PgExecutor<'_>, user: UserId) -> Result<Selling> {
    Ok(sqlx::query_as!(
        Selling,
        "select trader, takes_returns from users where id = $1",
        user.0
    )
    .fetch_one(db)
    .await?)
}

/// Notes how a member sells.
pub(in crate::accounts) async fn set_selling(
    conn: &mut PgConnection,
    user: UserId,
    selling: Selling,
) -> Result<()> {
    sqlx::query!(
        "update users set trader = $2, takes_returns = $3 where id = $1",
        user.0,
        selling.trader,
        selling.takes_returns
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether others may ask a member for gifts.
pub(in crate::accounts) async fn takes_gift_requests(
    db: impl PgExecutor<'_>,
    user: UserId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select takes_gift_requests from users where id = $1",
        user.0
    )
    .fetch_one(db)
    .await?)
}

/// Notes whether others may ask a member for gifts.
pub(in crate::accounts) async fn set_gift_requests(
    conn: &mut PgConnection,
    user: UserId,
    taken: bool,
) -> Result<()> {
    sqlx::query!(
        "update users set takes_gift_requests = $2 where id = $1",
        user.0,
        taken
    )
    .execute(conn)
    .await?;
    Ok(())
}
