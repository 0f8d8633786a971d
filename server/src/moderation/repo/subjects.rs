//! What reports and decisions are about, as the other features have it.

use dogear_domain::ids::{TradeId, UserId, WorkId};
use dogear_domain::moderation::{SubjectKind, SubjectRef};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;
use crate::moderation::subject::Found;

/// A subject as one reader sees it, and whom a report of theirs would accuse.
pub(in crate::moderation) struct SeenSubject {
    pub title: String,
    pub accused: Option<UserId>,
}

/// The subject, if it exists.
pub(in crate::moderation) async fn find(
    conn: &mut PgConnection,
    subject: SubjectRef,
) -> Result<Option<Found>> {
    let id = subject.id;
    Ok(match subject.kind {
        SubjectKind::Copy => {
            sqlx::query_as!(
                Found,
                r#"select w.title, c.owner_id as "accused: UserId", c.work_id as "work: WorkId",
                     c.hidden_at is not null as "hidden!"
                 from copies c join works w on w.id = c.work_id
                 where c.id = $1 and c.state <> 'deleted'"#,
                id
            )
            .fetch_optional(conn)
            .await?
        }
        SubjectKind::Member => {
            sqlx::query_as!(
                Found,
                r#"select display_name as title, id as "accused: UserId", null::bigint as "work: WorkId",
                     false as "hidden!"
                 from users where id = $1 and status <> 'deleted'"#,
                id
            )
            .fetch_optional(conn)
            .await?
        }
        SubjectKind::Message => {
            sqlx::query_as!(
                Found,
                r#"select 'Message in trade ' || trade_id as "title!", author_id as "accused: UserId",
                     null::bigint as "work: WorkId", hidden_at is not null as "hidden!"
                 from trade_messages where id = $1"#,
                id
            )
            .fetch_optional(conn)
            .await?
        }
        SubjectKind::Trade => {
            sqlx::query_as!(
                Found,
                r#"select 'Trade ' || id as "title!", null::bigint as "accused: UserId",
                     null::bigint as "work: WorkId", false as "hidden!"
                 from trades where id = $1 and state <> 'draft'"#,
                id
            )
            .fetch_optional(conn)
            .await?
        }
        SubjectKind::Event => {
            sqlx::query_as!(
                Found,
                r#"select title, host_id as "accused: UserId", null::bigint as "work: WorkId",
                     false as "hidden!"
                 from events where id = $1"#,
                id
            )
            .fetch_optional(conn)
            .await?
        }
        SubjectKind::Feedback => {
            sqlx::query_as!(
                Found,
                r#"select 'What a guest says of ' || e.title as "title!", b.user_id as "accused: UserId",
                     null::bigint as "work: WorkId", f.hidden_at is not null as "hidden!"
                 from event_feedback f join seat_bookings b on b.id = f.booking_id
                   join event_occurrences o on o.id = f.occurrence_id join events e on e.id = o.event_id
                 where f.id = $1"#,
                id
            )
            .fetch_optional(conn)
            .await?
        }
        // What its owner keeps for themselves by now is nobody's business.
        SubjectKind::List => {
            sqlx::query_as!(
                Found,
                r#"select name as title, owner_id as "accused: UserId", null::bigint as "work: WorkId",
                     hidden_at is not null as "hidden!"
                 from lists l where id = $1 and is_open_to_desk(l)"#,
                id
            )
            .fetch_optional(conn)
            .await?
        }
        SubjectKind::Review => {
            sqlx::query_as!(
                Found,
                r#"select 'Review of ' || w.title as "title!", r.user_id as "accused: UserId",
                     null::bigint as "work: WorkId", r.hidden_at is not null as "hidden!"
                 from reviews r join works w on w.id = r.work_id
                 where r.id = $1 and r.deleted_at is null"#,
                id
            )
            .fetch_optional(conn)
            .await?
        }
    })
}

/// The subject as this reader sees it; nothing when they cannot. Besides what they may see now,
/// they may report whom they have traded with, and what was in these trades. What was on offer for
/// everybody can be reported for seven days more, under the title that it had: nobody escapes a
/// report by taking a copy down. `nonce` is what the address of an unlisted list is made of.
pub(in crate::moderation) async fn seen_by(
    conn: &mut PgConnection,
    reader: UserId,
    subject: SubjectRef,
    nonce: Option<&[u8]>,
    now: Timestamp,
) -> Result<Option<SeenSubject>> {
    let id = subject.id;
    Ok(match subject.kind {
        SubjectKind::Copy => {
            sqlx::query_as!(
                SeenSubject,
                r#"(select w.title as "title!", c.owner_id as "accused: UserId"
                 from copies c join works w on w.id = c.work_id
                 where c.id = $1 and c.state <> 'deleted' and (
                     may_see_copy(c, $2, $3)
                     or exists (select from trade_items i join trade_parties p on p.trade_id = i.trade_id
                         where i.copy_id = c.id and p.user_id = $2)))
                 union all
                 (select v.content->'copy'->>'title', v.user_id
                 from earlier_versions v join users u on u.id = v.user_id
                 where v.subject_kind = 'copy' and v.subject_id = $1
                     and v.replaced_at > now() - interval '7 days' and may_see_member(u, $2, $3)
                 order by v.id desc)
                 limit 1"#,
                id,
                reader.0,
                now.to_sqlx()
            )
            .fetch_optional(conn)
            .await?
        }
        SubjectKind::Member => {
            sqlx::query_as!(
                SeenSubject,
                r#"select u.display_name as title, u.id as "accused: UserId" from users u
                 where u.id = $1 and u.status <> 'deleted' and (
                     may_see_member(u, $2, $3)
                     or exists (select from trade_parties mine join trade_parties theirs using (trade_id)
                         where mine.user_id = $2 and theirs.user_id = u.id))"#,
                id,
                reader.0,
                now.to_sqlx()
            )
            .fetch_optional(conn)
            .await?
        }
        SubjectKind::Message => {
            sqlx::query_as!(
                SeenSubject,
                r#"select 'Message in trade ' || m.trade_id as "title!", m.author_id as "accused: UserId"
                 from trade_messages m join trade_parties p on p.trade_id = m.trade_id and p.user_id = $2
                 where m.id = $1"#,
                id,
                reader.0
            )
            .fetch_optional(conn)
            .await?
        }
        // What they may see now, and where they have or had seats.
        SubjectKind::Event => {
            sqlx::query_as!(
                SeenSubject,
                r#"select e.title, e.host_id as "accused: UserId"
                 from events e join users u on u.id = e.host_id
                 where e.id = $1 and u.status <> 'deleted' and exists (
                   select from event_occurrences o where o.event_id = e.id and o.state <> 'draft' and (
                     in_good_standing(u, $3) and is_shown_to(e, $2) and not blocked(e.host_id, $2)
                     or exists (select from seat_bookings b where b.occurrence_id = o.id and b.user_id = $2)))"#,
                id,
                reader.0,
                now.to_sqlx() as jiff_sqlx::Timestamp
            )
            .fetch_optional(conn)
            .await?
        }
        // Whoever hosts it reads the words, and not whose they are.
        SubjectKind::Feedback => {
            sqlx::query_as!(
                SeenSubject,
                r#"select 'What a guest says of ' || e.title as "title!", b.user_id as "accused: UserId"
                 from event_feedback f join seat_bookings b on b.id = f.booking_id
                   join event_occurrences o on o.id = f.occurrence_id join events e on e.id = o.event_id
                 where f.id = $1 and f.words <> '' and f.hidden_at is null and f.withdrawn_at is null
                   and may_host(e, $2, 'co_host', $3)"#,
                id,
                reader.0,
                now.to_sqlx() as jiff_sqlx::Timestamp
            )
            .fetch_optional(conn)
            .await?
        }
        // What stands on somebody's page, and what has an address alone for whoever knows that: its
        // number is none.
        SubjectKind::List => {
            sqlx::query_as!(
                SeenSubject,
                r#"select l.name as title, l.owner_id as "accused: UserId" from lists l
                 where l.id = $1 and (l.visibility = 'public' or l.visibility = 'unlisted' and l.nonce = $4)
                   and is_open_list(l, $2, $3)"#,
                id,
                reader.0,
                now.to_sqlx() as jiff_sqlx::Timestamp,
                nonce
            )
            .fetch_optional(conn)
            .await?
        }
        SubjectKind::Review => {
            sqlx::query_as!(
                SeenSubject,
                r#"select 'Review of ' || w.title as "title!", s.user_id as "accused: UserId"
                 from shown_reviews($2, $3) s join works w on w.id = s.work_id where s.id = $1"#,
                id,
                reader.0,
                now.to_sqlx() as jiff_sqlx::Timestamp
            )
            .fetch_optional(conn)
            .await?
        }
        // Between two, it is about the other one; in a ring a moderator has to find out.
        SubjectKind::Trade => {
            sqlx::query_as!(
                SeenSubject,
                r#"select 'Trade ' || t.id as "title!",
                     (select case when count(*) = 1 then min(o.user_id) end
                      from trade_parties o where o.trade_id = t.id and o.user_id <> $2)
                      as "accused: UserId"
                 from trades t join trade_parties p on p.trade_id = t.id and p.user_id = $2
                 where t.id = $1 and t.state <> 'draft'"#,
                id,
                reader.0
            )
            .fetch_optional(conn)
            .await?
        }
    })
}

/// The trade in which a message was written.
pub(in crate::moderation) async fn trade_of(
    db: impl PgExecutor<'_>,
    message: i64,
) -> Result<Option<TradeId>> {
    Ok(
        sqlx::query_scalar!("select trade_id from trade_messages where id = $1", message)
            .fetch_optional(db)
            .await?,
    )
}

/// Whose books are in question in the newest problem of a trade.
pub(in crate::moderation) async fn giver_in_question(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<Option<UserId>> {
    Ok(sqlx::query_scalar!(
        "select l.from_user from trade_disputes d join trade_legs l on l.id = d.leg_id
         where d.trade_id = $1 order by d.id desc limit 1",
        trade.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Whether a reported problem holds the trade, which stays locked until the end of the
/// transaction, so that none is reported meanwhile.
pub(in crate::moderation) async fn lock_disputed(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<bool> {
    sqlx::query!(
        "select from trades where id = $1 for no key update",
        trade.0
    )
    .execute(&mut *conn)
    .await?;
    Ok(sqlx::query_scalar!(
        r#"select exists (select from trade_disputes where trade_id = $1 and closed_at is null) as "open!""#,
        trade.0
    )
    .fetch_one(conn)
    .await?)
}
