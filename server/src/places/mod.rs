//! Towns: where readers live and how far apart. What readers write is matched with a list
//! of the world's towns (`server/data`); of a reader nothing more exact is ever known.

mod gazetteer;
#[cfg(test)]
mod tests;

use dogear_domain::fields::title_key;
use futures::FutureExt;
use jiff::SignedDuration;
use sqlx::PgConnection;

use crate::jobs::schedule::{Schedule, When};
use crate::{Cx, Result};

/// Towns in one circle; those further out are left aside.
const MOST_TOWNS: i64 = 2_000;

/// A town that a reader has named, seen from the middle of a [`Circle`].
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Distant {
    pub town: i32,
    pub kilometres: f32,
}

/// A place and the readers' towns around it, nearest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Circle {
    pub towns: Vec<Distant>,
}

impl Circle {
    /// The towns at most so many kilometres away.
    pub fn within(&self, kilometres: u32) -> Vec<i32> {
        self.towns
            .iter()
            .take_while(|distant| distant.kilometres <= kilometres as f32)
            .map(|distant| distant.town)
            .collect()
    }
}

/// The towns around the one called `name`: that of the country of whoever asks when there
/// are several, else the largest. `None` when no town is known by that name.
///
/// # Errors
/// When the database does not answer in time.
pub async fn around(cx: &Cx, name: &str) -> Result<Option<Circle>> {
    let key = title_key(name);
    if key.is_empty() {
        return Ok(None);
    }
    let known: Option<(f32, f32)> = sqlx::query_as(
        "select t.latitude, t.longitude from towns t
         left join users me on me.id = $2
         where t.key = $1 and t.latitude is not null
         order by t.country = me.country desc nulls last,
             (select count(*) from users u where u.town_id = t.id) desc limit 1",
    )
    .bind(&key)
    .bind(cx.actor.as_ref().map(|actor| actor.id))
    .fetch_optional(cx.db())
    .await?;
    let middle = match known {
        Some(middle) => middle,
        None => {
            let country: Option<String> =
                sqlx::query_scalar("select country from users where id = $1")
                    .bind(cx.actor.as_ref().map(|actor| actor.id))
                    .fetch_optional(cx.db())
                    .await?;
            match gazetteer::find_one(&country.unwrap_or_default(), &key).await? {
                Some(middle) => middle,
                None => return Ok(None),
            }
        }
    };
    let towns = sqlx::query_as(
        "select id as town, kilometres(latitude, longitude, $1, $2) as kilometres
         from towns where latitude is not null order by 2, 1 limit $3",
    )
    .bind(middle.0)
    .bind(middle.1)
    .bind(MOST_TOWNS)
    .fetch_all(cx.db())
    .await?;
    Ok(Some(Circle { towns }))
}

/// Looks up where the towns lie that readers have named since the last time.
///
/// # Errors
/// Those of the database.
pub async fn locate(conn: &mut PgConnection) -> Result<()> {
    let open: Vec<(i32, String, String)> =
        sqlx::query_as("select id, country, key from towns where not looked_up limit 5000")
            .fetch_all(&mut *conn)
            .await?;
    if open.is_empty() {
        return Ok(());
    }
    let (mut ids, mut asked) = (Vec::new(), Vec::new());
    for (id, country, key) in open {
        ids.push(id);
        asked.push((country, key));
    }
    let found = gazetteer::find(&asked).await?;
    let (latitudes, longitudes): (Vec<_>, Vec<_>) = found
        .into_iter()
        .map(|place| {
            (
                place.map(|(latitude, _)| latitude),
                place.map(|(_, longitude)| longitude),
            )
        })
        .unzip();
    sqlx::query(
        "update towns t set latitude = f.latitude, longitude = f.longitude, looked_up = true
         from unnest($1::int[], $2::real[], $3::real[]) as f (id, latitude, longitude)
         where t.id = f.id",
    )
    .bind(&ids)
    .bind(&latitudes)
    .bind(&longitudes)
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets the towns where no reader lives any more.
///
/// # Errors
/// Those of the database.
pub async fn drop_empty(conn: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "delete from towns t where not exists (select from users u where u.town_id = t.id)",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is done about towns by the clock.
pub fn schedules() -> [Schedule; 2] {
    let located = Schedule {
        name: "look up where new towns lie",
        when: When::Every(SignedDuration::from_mins(5)),
        run: |cx| {
            async move {
                let mut conn = cx.db().acquire().await?;
                locate(&mut conn).await
            }
            .boxed()
        },
    };
    let emptied = Schedule {
        name: "forget towns that nobody lives in",
        when: When::Daily {
            hour: 3,
            minute: 20,
        },
        run: |cx| {
            async move {
                let mut conn = cx.db().acquire().await?;
                drop_empty(&mut conn).await
            }
            .boxed()
        },
    };
    [located, emptied]
}
