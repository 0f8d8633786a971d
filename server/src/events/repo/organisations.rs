//! Organisations and their members.

use dogear_domain::events::hosts::HostState;
use dogear_domain::events::organisations::OrganisationRole;
use dogear_domain::ids::{OrganisationId, OrganisationMemberId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::views::ListedRow;
use crate::Result;
use crate::events::organisations::OrganisationText;

/// What an organisation says of itself.
pub(in crate::events) struct OrganisationRow {
    pub id: OrganisationId,
    pub name: String,
    pub slug: String,
    pub town: String,
    pub description: String,
    pub link: String,
}

/// An organisation.
pub(in crate::events) async fn organisation(
    db: impl PgExecutor<'_>,
    id: OrganisationId,
) -> Result<Option<OrganisationRow>> {
    Ok(sqlx::query_as!(
        OrganisationRow,
        "select id, name, slug, town, description, link from organisations where id = $1",
        id.0
    )
    .fetch_optional(db)
    .await?)
}

/// The organisations of a member, and their part in each.
pub(in crate::events) async fn of_member(
    db: impl PgExecutor<'_>,
    member: UserId,
) -> Result<Vec<(OrganisationRow, OrganisationRole)>> {
    let rows = sqlx::query!(
        "select o.id, o.name, o.slug, o.town, o.description, o.link, m.role
         from organisation_members m join organisations o on o.id = m.organisation_id
         where m.user_id = $1 and m.state = 'active' order by folded(o.name), o.id",
        member.0
    )
    .fetch_all(db)
    .await?;
    let organisations = rows.into_iter().map(|row| {
        let organisation = OrganisationRow {
            id: row.id,
            name: row.name,
            slug: row.slug,
            town: row.town,
            description: row.description,
            link: row.link,
        };
        (organisation, row.role)
    });
    Ok(organisations.collect())
}

/// What part a reader has in an organisation; none unless they have said yes.
pub(in crate::events) async fn role(
    db: impl PgExecutor<'_>,
    id: OrganisationId,
    reader: UserId,
) -> Result<Option<OrganisationRole>> {
    Ok(sqlx::query_scalar!(
        "select role from organisation_members
         where organisation_id = $1 and user_id = $2 and state = 'active'",
        id.0,
        reader.0
    )
    .fetch_optional(db)
    .await?)
}

/// Locks an organisation, and with it the list of its members; says whether it is there.
pub(in crate::events) async fn lock(conn: &mut PgConnection, id: OrganisationId) -> Result<bool> {
    let locked = sqlx::query!(
        "select from organisations where id = $1 for no key update",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(locked.rows_affected() == 1)
}

/// Writes a new organisation, with its first admin.
pub(in crate::events) async fn insert(
    conn: &mut PgConnection,
    text: &OrganisationText,
    admin: UserId,
    now: Timestamp,
) -> Result<OrganisationId> {
    let id = sqlx::query_scalar!(
        "insert into organisations (name, slug, town, description, link, created_at)
         values ($1, $2, $3, $4, $5, $6) returning id",
        &**text.name,
        text.slug(),
        &**text.town,
        &**text.description,
        &**text.link,
        now.to_sqlx()
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into organisation_members (organisation_id, user_id, role, state, invited_at)
         values ($1, $2, 'admin', 'active', $3)",
        id.0,
        admin.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(id)
}

/// Changes what an organisation says of itself. The caller holds the lock.
pub(in crate::events) async fn update(
    conn: &mut PgConnection,
    id: OrganisationId,
    text: &OrganisationText,
) -> Result<()> {
    sqlx::query!(
        "update organisations set name = $2, slug = $3, town = $4, description = $5, link = $6 where id = $1",
        id.0,
        &**text.name,
        text.slug(),
        &**text.town,
        &**text.description,
        &**text.link
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends an organisation. Its events are their owners' alone from then on. The caller holds the lock.
pub(in crate::events) async fn close(conn: &mut PgConnection, id: OrganisationId) -> Result<()> {
    sqlx::query!("delete from organisations where id = $1", id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes that somebody is asked to join; `None` when they were before.
pub(in crate::events) async fn invite(
    conn: &mut PgConnection,
    id: OrganisationId,
    member: UserId,
    role: OrganisationRole,
    now: Timestamp,
) -> Result<Option<OrganisationMemberId>> {
    Ok(sqlx::query_scalar!(
        "insert into organisation_members (organisation_id, user_id, role, invited_at)
         values ($1, $2, $3, $4) on conflict do nothing returning id",
        id.0,
        member.0,
        role.as_str(),
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Somebody who is a member, or is asked to be one.
pub(in crate::events) struct MemberRow {
    pub id: OrganisationMemberId,
    pub organisation: OrganisationId,
    pub name: String,
    pub slug: String,
    pub member: UserId,
    pub role: OrganisationRole,
    pub state: HostState,
}

/// The same, as it stands.
pub(in crate::events) async fn member(
    db: impl PgExecutor<'_>,
    id: OrganisationMemberId,
) -> Result<Option<MemberRow>> {
    Ok(sqlx::query_as!(
        MemberRow,
        "select m.id, o.id as organisation, o.name, o.slug, m.user_id as member, m.role, m.state
         from organisation_members m join organisations o on o.id = m.organisation_id where m.id = $1",
        id.0
    )
    .fetch_optional(db)
    .await?)
}

/// The row of somebody who is a member.
pub(in crate::events) async fn own(
    db: impl PgExecutor<'_>,
    id: OrganisationId,
    member: UserId,
) -> Result<Option<OrganisationMemberId>> {
    Ok(sqlx::query_scalar!(
        "select id from organisation_members
         where organisation_id = $1 and user_id = $2 and state = 'active'",
        id.0,
        member.0
    )
    .fetch_optional(db)
    .await?)
}

/// How many have said yes or are asked, and how many admins there are but for one.
pub(in crate::events) async fn count(
    conn: &mut PgConnection,
    id: OrganisationId,
    but: Option<OrganisationMemberId>,
) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) as "all!", count(*) filter (where m.role = 'admin' and m.state = 'active'
             and u.status <> 'deleted' and ($2::bigint is null or m.id <> $2)) as "admins!"
         from organisation_members m join users u on u.id = m.user_id where m.organisation_id = $1"#,
        id.0,
        but.map(|but| but.0)
    )
    .fetch_one(conn)
    .await?;
    Ok((row.all, row.admins))
}

/// They have said yes. The caller holds the lock.
pub(in crate::events) async fn join(
    conn: &mut PgConnection,
    id: OrganisationMemberId,
) -> Result<()> {
    sqlx::query!(
        "update organisation_members set state = 'active' where id = $1",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// They have another role. The caller holds the lock.
pub(in crate::events) async fn set_role(
    conn: &mut PgConnection,
    id: OrganisationMemberId,
    role: OrganisationRole,
) -> Result<()> {
    sqlx::query!(
        "update organisation_members set role = $2 where id = $1",
        id.0,
        role.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// They are members no more, and their own events are theirs alone. The caller holds the lock.
pub(in crate::events) async fn remove(conn: &mut PgConnection, row: &MemberRow) -> Result<()> {
    sqlx::query!(
        "update events set organisation_id = null where organisation_id = $1 and host_id = $2",
        row.organisation.0,
        row.member.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from organisation_members where id = $1", row.id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// One of an organisation's people, as pages name them.
pub(in crate::events) struct PersonRow {
    pub id: OrganisationMemberId,
    pub handle: String,
    pub name: String,
    pub role: OrganisationRole,
    pub state: HostState,
}

/// The people of an organisation, without those with whom the reader has a block; those who have
/// not answered are there for members.
pub(in crate::events) async fn people(
    db: impl PgExecutor<'_>,
    id: OrganisationId,
    reader: Option<UserId>,
    asked: bool,
    now: Timestamp,
) -> Result<Vec<PersonRow>> {
    Ok(sqlx::query_as!(
        PersonRow,
        "select m.id, u.handle, u.display_name as name, m.role, m.state
         from organisation_members m join users u on u.id = m.user_id
         where m.organisation_id = $1 and ($3 or m.state = 'active' and in_good_standing(u, $4)
             and ($2::bigint is null or not blocked(u.id, $2)))
         order by m.role, folded(u.display_name), m.id",
        id.0,
        reader.map(|reader| reader.0),
        asked,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?)
}

/// Events of an organisation that are to come and stand in lists for this reader.
pub(in crate::events) async fn coming(
    db: impl PgExecutor<'_>,
    id: OrganisationId,
    reader: Option<UserId>,
    now: Timestamp,
    most: i64,
) -> Result<Vec<ListedRow>> {
    Ok(sqlx::query_as!(
        ListedRow,
        r#"select e.id as event, e.slug, e.title, e.kind, o.state, o.starts_at, o.ends_at, o.time_zone,
             v.name as venue, v.city, o.capacity, o.seats_taken, o.price, o.currency,
             (select b.party_size from seat_bookings b where b.occurrence_id = o.id and b.user_id = $2
                and (b.state = 'confirmed' or b.state = 'held' and b.hold_minutes is null)) as booked,
             exists (select from seat_waitlist w where w.occurrence_id = o.id and w.user_id = $2
                and w.state in ('waiting', 'offered')) as "waits!"
         from listed_dates($2, $3) l join event_occurrences o on o.id = l.occurrence_id
           join events e on e.id = l.event_id join venues v on v.id = e.venue_id
         where e.organisation_id = $1 and o.state = 'published' and o.ends_at > $3
         order by o.starts_at, e.id limit $4"#,
        id.0,
        reader.map(|reader| reader.0),
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(db)
    .await?)
}

/// An organisation that asks somebody to join.
pub(in crate::events) struct AskedRow {
    pub id: OrganisationMemberId,
    pub organisation: OrganisationId,
    pub name: String,
    pub slug: String,
    pub town: String,
    pub role: OrganisationRole,
}

/// Which organisations ask a member to join, the latest first.
pub(in crate::events) async fn asked(
    db: impl PgExecutor<'_>,
    member: UserId,
    most: i64,
) -> Result<Vec<AskedRow>> {
    Ok(sqlx::query_as!(
        AskedRow,
        "select m.id, o.id as organisation, o.name, o.slug, o.town, m.role
         from organisation_members m join organisations o on o.id = m.organisation_id
         where m.user_id = $1 and m.state = 'invited' order by m.id desc limit $2",
        member.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Organisations of which nobody but this member is an admin are closed, and they are a member of
/// none any more.
pub(in crate::events) async fn forget(conn: &mut PgConnection, member: UserId) -> Result<()> {
    let theirs = sqlx::query_scalar!(
        "select id from organisations where id in (
           select organisation_id from organisation_members where user_id = $1)
         order by id for no key update",
        member.0
    )
    .fetch_all(&mut *conn)
    .await?;
    for id in theirs {
        let row = sqlx::query_as!(
            MemberRow,
            "select m.id, o.id as organisation, o.name, o.slug, m.user_id as member, m.role, m.state
             from organisation_members m join organisations o on o.id = m.organisation_id
             where m.organisation_id = $1 and m.user_id = $2",
            id.0,
            member.0
        )
        .fetch_optional(&mut *conn)
        .await?;
        let Some(row) = row else { continue };
        let is_admin = row.role == OrganisationRole::Admin && row.state == HostState::Active;
        if is_admin && count(conn, id, Some(row.id)).await?.1 == 0 {
            close(conn, id).await?;
        }
    }
    sqlx::query!(
        "update events set organisation_id = null where host_id = $1 and organisation_id is not null",
        member.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from organisation_members where user_id = $1",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
