//! The table of towns: its statements, checked against the schema when they are compiled.

use dogear_domain::ids::UserId;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use super::gazetteer::Place;
use super::{Seen, TownDistance};
use crate::Result;

/// Where the town of this name lies: that of the reader's country when there are several,
/// else the one with the most readers.
pub(super) async fn middle(
    db: &PgPool,
    name: &str,
    reader: Option<UserId>,
) -> Result<Option<Place>> {
    let found = sqlx::query!(
        r#"select t.latitude as "latitude!", t.longitude as "longitude!" from towns t
         left join users me on me.id = $2
         where t.key = folded($1) and t.latitude is not null
         order by t.country = me.country desc nulls last,
           (select count(*) from users u where u.town_id = t.id) desc limit 1"#,
        name,
        reader.map(|reader| reader.0)
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(|town| (town.latitude, town.longitude)))
}

/// The country of a reader.
pub(super) async fn country(db: &PgPool, reader: Option<UserId>) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select country from users where id = $1",
        reader.map(|reader| reader.0)
    )
    .fetch_optional(db)
    .await?)
}

/// Where a member lives, for a reader.
pub(super) async fn whereabouts(
    db: &PgPool,
    reader: Option<UserId>,
    member: UserId,
) -> Result<Seen> {
    let seen = sqlx::query_scalar!(
        r#"select w.seen as "seen!: Json<Seen>" from users u cross join lateral seen_by($1, u) w
         where u.id = $2"#,
        reader.map(|reader| reader.0),
        member.0
    )
    .fetch_one(db)
    .await?;
    Ok(seen.0)
}

/// Whether it is known where a reader's town lies.
pub(super) async fn is_placed(db: &PgPool, reader: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from users u join towns t on t.id = u.town_id
             where u.id = $1 and t.latitude is not null) as "placed!""#,
        reader.0
    )
    .fetch_one(db)
    .await?)
}

/// The towns whose place is known, as seen from here, nearest first.
pub(super) async fn distances(db: &PgPool, here: Place, most: i64) -> Result<Vec<TownDistance>> {
    Ok(sqlx::query_as!(
        TownDistance,
        r#"select id as town, kilometres(latitude, longitude, $1, $2) as "kilometres!"
         from towns where latitude is not null order by 2, 1 limit $3"#,
        here.0,
        here.1,
        most
    )
    .fetch_all(db)
    .await?)
}

/// A town as readers name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Named {
    /// ISO 3166-1 alpha-2, or empty.
    pub country: String,
    /// The folded name.
    pub key: String,
}

/// The key of a city when nobody has looked for it in this country before; nothing for no city.
pub(super) async fn unknown_key(db: &PgPool, country: &str, city: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        r#"select key as "key!" from folded($2) as key
         where key <> '' and not exists (
           select from towns t where t.country = $1 and t.key = folded($2) and t.looked_up)"#,
        country,
        city
    )
    .fetch_optional(db)
    .await?)
}

/// Whether a city of this country has been found on the map.
pub(super) async fn is_located(db: &PgPool, country: &str, city: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from towns t
             where t.country = $1 and t.key = folded($2) and t.latitude is not null) as "known!""#,
        country,
        city
    )
    .fetch_one(db)
    .await?)
}

/// Towns that nobody has looked for, at most `most`.
pub(super) async fn open(conn: &mut PgConnection, most: i64) -> Result<Vec<Named>> {
    Ok(sqlx::query_as!(
        Named,
        "select country, key from towns where not looked_up limit $1",
        most
    )
    .fetch_all(conn)
    .await?)
}

/// Notes where these towns lie, those that readers live in.
pub(super) async fn set_places(
    conn: &mut PgConnection,
    towns: &[Named],
    places: &[Option<Place>],
) -> Result<()> {
    let countries: Vec<String> = towns.iter().map(|town| town.country.clone()).collect();
    let keys: Vec<String> = towns.iter().map(|town| town.key.clone()).collect();
    let latitudes: Vec<Option<f32>> = places.iter().map(|at| at.map(|at| at.0)).collect();
    let longitudes: Vec<Option<f32>> = places.iter().map(|at| at.map(|at| at.1)).collect();
    sqlx::query!(
        "update towns t set latitude = f.latitude, longitude = f.longitude, looked_up = true
         from unnest($1::text[], $2::text[], $3::real[], $4::real[])
           as f (country, key, latitude, longitude)
         where t.country = f.country and t.key = f.key",
        &countries,
        &keys,
        &latitudes as &[Option<f32>],
        &longitudes as &[Option<f32>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets the towns where no reader lives and no event can be.
pub(super) async fn drop_empty(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "delete from towns t where not exists (select from users u where u.town_id = t.id)
           and not exists (select from venues v where v.town_id = t.id)"
    )
    .execute(conn)
    .await?;
    Ok(())
}
