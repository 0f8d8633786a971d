//! Which dates stand in lists: by words, kind, town, host and day.

use dogear_domain::events::EventKind;
use dogear_domain::events::days::Days;
use dogear_domain::ids::{EventId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgPool, Postgres, QueryBuilder};

use super::views::ListedRow;
use crate::Result;

/// Where events are that a list shows.
pub(in crate::events) enum Place {
    Everywhere,
    /// The name of a town, in any spelling of case and marks.
    Named(String),
    /// One of these towns, by their numbers.
    Among(Vec<i32>),
}

/// Which dates of a list.
pub(in crate::events) struct Wanted<'a> {
    pub reader: Option<UserId>,
    pub now: Timestamp,
    /// For `to_tsquery`: what has all these words. Empty for everything.
    pub words: &'a str,
    pub kind: Option<EventKind>,
    pub place: &'a Place,
    /// The key of a handle; none for everybody's.
    pub host: Option<&'a str>,
    pub days: Days,
}

/// The columns of a [`ListedRow`].
const COLUMNS: &str =
    "l.event_id as event, l.slug, l.title, l.kind, l.state, l.starts_at, l.ends_at,
    l.time_zone, l.venue, l.city, l.capacity, l.seats_taken";

/// What the reader has at each of them, and what a seat costs.
fn own(sql: &mut QueryBuilder<Postgres>, wanted: &Wanted<'_>) {
    let reader = wanted.reader.map(|reader| reader.0);
    sql.push(
        ", (select b.party_size from seat_bookings b where b.occurrence_id = l.occurrence_id
             and (b.state = 'confirmed' or b.state = 'held' and b.hold_minutes is null) and b.user_id = ",
    );
    sql.push_bind(reader).push(
        ") as booked, exists (select from seat_waitlist w where w.occurrence_id = l.occurrence_id
             and w.state in ('waiting', 'offered') and w.user_id = ",
    );
    sql.push_bind(reader).push(
        ") as waits, (select o.price from event_occurrences o where o.id = l.occurrence_id) as price,
             (select o.currency from event_occurrences o where o.id = l.occurrence_id) as currency",
    );
}

/// `from listed_dates(…) l`.
fn listed(sql: &mut QueryBuilder<Postgres>, wanted: &Wanted<'_>) {
    sql.push(" from listed_dates(")
        .push_bind(wanted.reader.map(|reader| reader.0))
        .push("::bigint, ")
        .push_bind(wanted.now.to_sqlx())
        .push(") l");
}

/// The conditions, each behind an `and`, but for those of days. Only those that narrow the list
/// stand in the statement, so that it is planned for them.
fn narrowed(sql: &mut QueryBuilder<Postgres>, wanted: &Wanted<'_>) {
    if !wanted.words.is_empty() {
        sql.push(" and l.words @@ to_tsquery('dogear', ")
            .push_bind(wanted.words.to_owned())
            .push(")");
    }
    if let Some(kind) = wanted.kind {
        sql.push(" and l.kind = ").push_bind(kind.as_str());
    }
    match wanted.place {
        Place::Everywhere => {}
        // By the index of the towns of places; by name only where a place has no town yet.
        Place::Named(town) => {
            sql.push(" and (l.town_id = any(array(select t.id from towns t where t.key = folded(")
                .push_bind(town.clone())
                .push("))) or (l.town_id is null and folded(l.city) = folded(")
                .push_bind(town.clone())
                .push(")))");
        }
        Place::Among(towns) => {
            sql.push(" and l.town_id = any(")
                .push_bind(towns.clone())
                .push(")");
        }
    }
    if let Some(host) = wanted.host {
        sql.push(" and l.host_key = ").push_bind(host.to_owned());
    }
    let (earliest, latest) = wanted.days.may_begin_between();
    if let Some(earliest) = earliest {
        sql.push(" and l.starts_at >= ")
            .push_bind(earliest.to_sqlx());
    }
    if let Some(latest) = latest {
        sql.push(" and l.starts_at < ").push_bind(latest.to_sqlx());
    }
}

/// That something is on one of the days, behind an `and`.
fn on_days(sql: &mut QueryBuilder<Postgres>, wanted: &Wanted<'_>) {
    if let Some(from) = wanted.days.from {
        sql.push(" and last_local_day(l.starts_at, l.ends_at, l.time_zone) >= ")
            .push_bind(from.to_sqlx());
    }
    if let Some(until) = wanted.days.until {
        sql.push(" and local_day(l.starts_at, l.time_zone) <= ")
            .push_bind(until.to_sqlx());
    }
}

/// Dates that take place and are not over, in their order, behind `after`.
pub(in crate::events) async fn coming(
    db: &PgPool,
    wanted: &Wanted<'_>,
    after: (Timestamp, EventId),
    most: i64,
) -> Result<Vec<ListedRow>> {
    let mut sql = QueryBuilder::new("select ");
    sql.push(COLUMNS);
    own(&mut sql, wanted);
    listed(&mut sql, wanted);
    sql.push(" where l.state = 'published' and l.ends_at > ")
        .push_bind(wanted.now.to_sqlx())
        .push(" and (l.starts_at, l.event_id) > (")
        .push_bind(after.0.to_sqlx())
        .push(", ")
        .push_bind(after.1.0)
        .push(")");
    narrowed(&mut sql, wanted);
    on_days(&mut sql, wanted);
    sql.push(" order by l.starts_at, l.event_id limit ")
        .push_bind(most);
    Ok(sql.build_query_as().fetch_all(db).await?)
}

/// The next date of a series, or an event that comes once.
#[derive(sqlx::FromRow)]
pub(in crate::events) struct NextRow {
    /// So many dates of its series come after it.
    pub more_dates: i64,
    #[sqlx(flatten)]
    pub listed: ListedRow,
}

/// As [`coming`] from its beginning, on whatever day: of each series the next date alone.
pub(in crate::events) async fn next(
    db: &PgPool,
    wanted: &Wanted<'_>,
    most: i64,
) -> Result<Vec<NextRow>> {
    let mut sql = QueryBuilder::new(
        "with found as (select l.*,
           count(*) over (partition by coalesce(l.series_id, -l.event_id)) - 1 as more_dates,
           row_number() over (partition by coalesce(l.series_id, -l.event_id)
             order by l.starts_at, l.event_id) as place",
    );
    listed(&mut sql, wanted);
    sql.push(" where l.state = 'published' and l.ends_at > ")
        .push_bind(wanted.now.to_sqlx());
    narrowed(&mut sql, wanted);
    sql.push(") select l.more_dates, ").push(COLUMNS);
    own(&mut sql, wanted);
    sql.push(" from found l where l.place = 1 order by l.starts_at, l.event_id limit ")
        .push_bind(most);
    Ok(sql.build_query_as().fetch_all(db).await?)
}

/// A date of an event on one of its days.
#[derive(sqlx::FromRow)]
pub(in crate::events) struct DayRow {
    pub day: jiff_sqlx::Date,
    /// So many take place on that day, or took place,
    pub of_day: i64,
    /// and so many of these are not over.
    pub to_come: i64,
    #[sqlx(flatten)]
    pub listed: ListedRow,
}

/// Dates of certain days by the clock of their places, over or not: of each day the first `most`,
/// those that are over after those that are not and cancelled ones last, in the order of their
/// beginning. Cancelled ones are there for their host, and for whoever had seats or waited. Both
/// ends of the days are given.
pub(in crate::events) async fn by_day(
    db: &PgPool,
    wanted: &Wanted<'_>,
    most: i64,
) -> Result<Vec<DayRow>> {
    let reader = wanted.reader.map(|reader| reader.0);
    let mut sql = QueryBuilder::new(
        "with found as (select l.*, d.day::date as day,
           count(*) filter (where l.state = 'published') over (partition by d.day) as of_day,
           count(*) filter (where l.state = 'published' and l.ends_at > ",
    );
    sql.push_bind(wanted.now.to_sqlx()).push(
        ") over (partition by d.day) as to_come,
           row_number() over (partition by d.day order by l.state = 'cancelled', l.ends_at <= ",
    );
    sql.push_bind(wanted.now.to_sqlx())
        .push(", l.starts_at, l.event_id) as place");
    listed(&mut sql, wanted);
    sql.push(
        " cross join lateral generate_series(local_day(l.starts_at, l.time_zone)::timestamp,
             last_local_day(l.starts_at, l.ends_at, l.time_zone)::timestamp, interval '1 day') as d (day)
         where d.day between ",
    );
    sql.push_bind(wanted.days.from.map(ToSqlx::to_sqlx))
        .push(" and ")
        .push_bind(wanted.days.until.map(ToSqlx::to_sqlx));
    sql.push(" and (l.state = 'published' or l.host_id = ")
        .push_bind(reader)
        .push(
            " or exists (select from seat_bookings b where b.occurrence_id = l.occurrence_id
                and b.cancelled_by = 'host' and b.given_on_at is null and b.user_id = ",
        )
        .push_bind(reader)
        .push(
            ") or exists (select from seat_waitlist w where w.occurrence_id = l.occurrence_id
                and w.state = 'cancelled' and w.user_id = ",
        )
        .push_bind(reader)
        .push("))");
    narrowed(&mut sql, wanted);
    sql.push(") select l.day, l.of_day, l.to_come, ")
        .push(COLUMNS);
    // What the reader has is asked only of what is shown.
    own(&mut sql, wanted);
    sql.push(" from found l where l.place <= ")
        .push_bind(most)
        .push(" order by l.day, l.state = 'cancelled', l.starts_at, l.event_id");
    Ok(sql.build_query_as().fetch_all(db).await?)
}
