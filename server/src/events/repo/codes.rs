//! Promo codes, and which bookings were made with them.

use dogear_domain::events::codes::{Code, CodeText, Off};
use dogear_domain::ids::{EventId, OccurrenceId, PromoCodeId, SeatBookingId, UserId};
use dogear_domain::money::{Currency, Money};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;
use crate::error::{Error, OnConstraint};
use crate::events::prices::money;

fn off(percent: Option<i32>, amount: Option<i32>, currency: Option<Currency>) -> Result<Off> {
    match (percent, money(amount, currency)) {
        (Some(percent), _) => Ok(Off::Percent(percent)),
        (None, Some(amount)) => Ok(Off::Amount(amount)),
        (None, None) => Err(Error::internal("a code that takes nothing off")),
    }
}

/// Locks the code of an event, or of its series, that is spelled so: of two, that of the event. The
/// caller holds the lock of the occurrence.
pub(in crate::events) async fn lock(
    conn: &mut PgConnection,
    event: EventId,
    code: &CodeText,
) -> Result<Option<PromoCodeId>> {
    Ok(sqlx::query_scalar!(
        "select id from promo_codes
         where code = $2 and (event_id = $1 or series_id = (select series_id from events where id = $1))
         order by event_id nulls last limit 1 for no key update",
        event.0,
        code.as_str()
    )
    .fetch_optional(conn)
    .await?)
}

/// The number of the same code, without a lock.
pub(in crate::events) async fn of_event(
    db: impl PgExecutor<'_>,
    event: EventId,
    code: &CodeText,
) -> Result<Option<PromoCodeId>> {
    Ok(sqlx::query_scalar!(
        "select id from promo_codes
         where code = $2 and (event_id = $1 or series_id = (select series_id from events where id = $1))
         order by event_id nulls last limit 1",
        event.0,
        code.as_str()
    )
    .fetch_optional(db)
    .await?)
}

/// A code as this reader would use it.
pub(in crate::events) async fn read(
    db: impl PgExecutor<'_>,
    id: PromoCodeId,
    reader: UserId,
) -> Result<Option<Code>> {
    let row = sqlx::query!(
        r#"select percent, amount, currency, valid_from, valid_until, max_uses, uses,
             ended_at is not null as "is_ended!",
             not for_members or exists (select from promo_code_members m
               where m.code_id = c.id and m.user_id = $2) as "is_for_reader!",
             exists (select from seat_bookings b where b.promo_code_id = c.id and b.user_id = $2
               and b.state in ('held', 'confirmed')) as "is_used!"
         from promo_codes c where id = $1"#,
        id.0,
        reader.0
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Code {
        off: off(row.percent, row.amount, row.currency)?,
        is_for_reader: row.is_for_reader,
        valid_from: row.valid_from.map(jiff_sqlx::Timestamp::to_jiff),
        valid_until: row.valid_until.map(jiff_sqlx::Timestamp::to_jiff),
        max_uses: row.max_uses,
        uses: row.uses,
        is_ended: row.is_ended,
        is_used_by_reader: row.is_used,
    }))
}

/// What the code of some seats takes off, and whether it holds for more of them: not when it has
/// ended or run out. None without one.
pub(in crate::events) async fn off_of(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    now: Timestamp,
) -> Result<Option<(Off, bool)>> {
    let row = sqlx::query!(
        r#"select c.percent, c.amount, c.currency,
             c.ended_at is null and (c.valid_until is null or c.valid_until > $2) as "holds!"
         from seat_bookings b join promo_codes c on c.id = b.promo_code_id where b.id = $1"#,
        booking.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let off = off(row.percent, row.amount, row.currency)?;
        Ok((off, row.holds))
    })
    .transpose()
}

/// Writes the code on seats that were just taken: it is used once more by that. Its row is locked.
pub(in crate::events) async fn use_for(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    code: PromoCodeId,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set promo_code_id = $2 where id = $1",
        booking.0,
        code.0
    )
    .execute(conn)
    .await
    .on_constraint("promo_codes_uses", || {
        Error::field("code", dogear_domain::events::codes::CodeRefusal::UsedUp)
    })?;
    Ok(())
}

/// Locks the codes that seats of these dates were taken with, and all of their series, in the order of
/// their numbers: before the first of them is used or freed, wherever more than one may be. Dates of
/// one series share theirs, so that two that end or change seats at once wait for each other here,
/// and never in a circle. The caller holds the locks of the dates.
pub(in crate::events) async fn lock_all(
    conn: &mut PgConnection,
    occurrences: &[OccurrenceId],
) -> Result<()> {
    sqlx::query!(
        "select from promo_codes where id in (
             select promo_code_id from seat_bookings
             where occurrence_id = any ($1) and promo_code_id is not null and state in ('held', 'confirmed')
             union select c.id from event_occurrences o join events e on e.id = o.event_id
               join promo_codes c on c.series_id = e.series_id
             where o.id = any ($1))
         order by id for no key update",
        occurrences as &[OccurrenceId]
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// The same for a member who leaves: with the codes of all seats that they ever took, and of all
/// that they host.
pub(in crate::events) async fn lock_all_of(
    conn: &mut PgConnection,
    member: UserId,
    occurrences: &[OccurrenceId],
) -> Result<()> {
    sqlx::query!(
        "select from promo_codes where id in (
             select promo_code_id from seat_bookings
             where promo_code_id is not null
               and (user_id = $2 or occurrence_id = any ($1) and state in ('held', 'confirmed'))
             union select c.id from event_occurrences o join events e on e.id = o.event_id
               join promo_codes c on c.series_id = e.series_id
             where o.id = any ($1)
             union select c.id from event_series s join promo_codes c on c.series_id = s.id
             where s.host_id = $2
             union select c.id from events e join promo_codes c on c.event_id = e.id
             where e.host_id = $2)
         order by id for update",
        occurrences as &[OccurrenceId],
        member.0
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// A code that a host makes.
pub(in crate::events) struct NewCode<'a> {
    pub event: EventId,
    /// It is for all dates of its series.
    pub of_series: bool,
    pub code: &'a CodeText,
    pub off: Off,
    /// None for everybody.
    pub members: Option<&'a [i64]>,
    pub valid_from: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
    pub max_uses: Option<i32>,
}

/// Writes a new code. The caller holds the locks of the series and of the date, and has looked that
/// there is none like it.
pub(in crate::events) async fn insert(
    conn: &mut PgConnection,
    new: &NewCode<'_>,
    now: Timestamp,
) -> Result<PromoCodeId> {
    let (percent, amount) = match new.off {
        Off::Percent(percent) => (Some(percent), None),
        Off::Amount(amount) => (None, Some(amount)),
    };
    let id = sqlx::query_scalar!(
        "insert into promo_codes (event_id, series_id, code, percent, amount, currency, for_members,
           valid_from, valid_until, max_uses, created_at)
         select case when not $2::boolean then e.id end, case when $2 then e.series_id end, $3, $4, $5, $6, $7,
           $8, $9, $10, $11
         from events e where e.id = $1 returning id",
        new.event.0,
        new.of_series,
        new.code.as_str(),
        percent,
        amount.map(|amount| amount.minor),
        amount.map(|amount: Money| amount.currency.as_str()),
        new.members.is_some(),
        new.valid_from.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        new.valid_until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        new.max_uses,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(&mut *conn)
    .await?;
    if let Some(members) = new.members {
        sqlx::query!(
            "insert into promo_code_members (code_id, user_id) select $1, unnest($2::bigint[])",
            id.0,
            members
        )
        .execute(conn)
        .await?;
    }
    Ok(id)
}

/// Members with the keys of these handles, and the handles as they write them.
pub(in crate::events) async fn members(
    db: impl PgExecutor<'_>,
    keys: &[String],
) -> Result<Vec<(UserId, String)>> {
    let rows = sqlx::query!(
        "select id, handle from users where handle_key = any($1) and status <> 'deleted'",
        keys
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.handle)).collect())
}

/// A code as its host sees it.
pub(in crate::events) struct CodeRow {
    pub id: PromoCodeId,
    pub code: String,
    pub off: Off,
    pub of_series: bool,
    pub for_members: bool,
    /// Their handles, without the @.
    pub members: Vec<String>,
    pub valid_from: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
    pub max_uses: Option<i32>,
    pub uses: i32,
    pub is_ended: bool,
}

/// The codes of an event and of its series, those made last first.
pub(in crate::events) async fn all(
    db: impl PgExecutor<'_>,
    event: EventId,
    most: i64,
) -> Result<Vec<CodeRow>> {
    let rows = sqlx::query!(
        r#"select c.id, c.code, c.percent, c.amount, c.currency, c.series_id is not null as "of_series!",
             c.for_members, array(select u.handle from promo_code_members m join users u on u.id = m.user_id
               where m.code_id = c.id order by u.handle) as "members!",
             c.valid_from, c.valid_until, c.max_uses, c.uses, c.ended_at is not null as "is_ended!"
         from promo_codes c
         where c.event_id = $1 or c.series_id = (select series_id from events where id = $1)
         order by c.id desc limit $2"#,
        event.0,
        most
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(CodeRow {
                id: row.id,
                code: row.code,
                off: off(row.percent, row.amount, row.currency)?,
                of_series: row.of_series,
                for_members: row.for_members,
                members: row.members,
                valid_from: row.valid_from.map(jiff_sqlx::Timestamp::to_jiff),
                valid_until: row.valid_until.map(jiff_sqlx::Timestamp::to_jiff),
                max_uses: row.max_uses,
                uses: row.uses,
                is_ended: row.is_ended,
            })
        })
        .collect()
}

/// Ends a code of an event of this host, or has it hold again; says whether that is new. None of
/// another one. The caller holds the locks of the series and of the date.
pub(in crate::events) async fn set_ended(
    conn: &mut PgConnection,
    code: PromoCodeId,
    (event, host): (EventId, UserId),
    ended_at: Option<Timestamp>,
) -> Result<Option<bool>> {
    Ok(sqlx::query_scalar!(
        r#"update promo_codes c
         set ended_at = case when $4::timestamptz is not null then coalesce(c.ended_at, $4::timestamptz) end
         from events e, promo_codes was
         where c.id = $1 and was.id = c.id and e.id = $2 and e.host_id = $3
           and (c.event_id = e.id or c.series_id = e.series_id)
         returning (was.ended_at is null) = ($4::timestamptz is not null) as "new!""#,
        code.0,
        event.0,
        host.0,
        ended_at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .fetch_optional(conn)
    .await?)
}

/// Forgets for which codes a member was chosen, and the codes of their own events, with those who
/// were chosen there. What was taken off seats stays.
pub(in crate::events) async fn forget(conn: &mut PgConnection, member: UserId) -> Result<()> {
    sqlx::query!(
        "delete from promo_code_members where user_id = $1",
        member.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from promo_codes where event_id in (select id from events where host_id = $1)
           or series_id in (select id from event_series where host_id = $1)",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
