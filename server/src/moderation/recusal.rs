//! Nobody judges their own case: who must leave a subject to colleagues.

use dogear_domain::ids::UserId;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::subject::SubjectRef;
use crate::{Cx, Error, Result};

/// Every active moderator and admin, and what ties them to the subject. Whoever reported it, or
/// is a party of the trade it is about, has taken a side; so has whoever waits for a decision
/// about the member in another case.
const STAFF: &str = "
    select u.id, u.handle,
        exists (select from reports r where r.reporter_id = u.id
            and (r.subject_kind = $1 and r.subject_id = $2
                or $1 = 'member' and r.accused_id = $2 and r.state = 'open')) as reported,
        exists (select from trade_parties p join trades t on t.id = p.trade_id where p.user_id = u.id
            and case $1 when 'trade' then t.id = $2
                when 'message' then t.id = (select trade_id from trade_messages where id = $2)
                when 'member' then t.state = 'disputed' and exists (select from trade_parties o
                    where o.trade_id = t.id and o.user_id = $2 and o.user_id <> u.id)
                else false end) as party
    from users u
    where u.role <> 'member' and in_good_standing(u, $3) and not ($1 = 'member' and u.id = $2)
    order by u.role, u.handle";

#[derive(sqlx::FromRow)]
struct Staff {
    id: UserId,
    handle: String,
    reported: bool,
    party: bool,
}

/// Why the moderator must leave the subject to somebody else, and to whom; nothing when they
/// may decide.
pub(super) async fn reason(
    conn: &mut PgConnection,
    cx: &Cx,
    subject: SubjectRef,
) -> Result<Option<String>> {
    let me = cx.moderator()?.id;
    let staff: Vec<Staff> = sqlx::query_as(STAFF)
        .bind(subject.kind.as_str())
        .bind(subject.id)
        .bind(cx.now().to_sqlx())
        .fetch_all(conn)
        .await?;
    let Some(own) = staff.iter().find(|one| one.id == me) else {
        return Ok(None);
    };
    let why = match (own.reported, own.party) {
        (true, _) => "You have reported this yourself",
        (false, true) => "You are part of the trade in question",
        (false, false) => return Ok(None),
    };
    let others: Vec<&str> = staff
        .iter()
        .filter(|one| !one.reported && !one.party)
        .map(|one| one.handle.as_str())
        .collect();
    Ok(Some(format!("{why}, so {}", who_decides(&others))))
}

fn who_decides(others: &[&str]) -> String {
    match others {
        [] => "nobody else on the desk can decide it yet. An admin can make another member a moderator, who then decides.".to_owned(),
        [one] => format!("{one} has to decide."),
        [rest @ .., last] => format!("{} or {last} has to decide.", rest.join(", ")),
    }
}

/// Refuses moderators who would judge what they have suggested themselves.
///
/// # Errors
/// `Forbidden` with who can decide instead.
pub(crate) async fn check_own(conn: &mut PgConnection, cx: &Cx, author: UserId) -> Result<()> {
    if cx.moderator()?.id != author {
        return Ok(());
    }
    let others: Vec<String> = sqlx::query_scalar(
        "select handle from users u where role <> 'member' and in_good_standing(u, $2) and id <> $1
         order by role, handle",
    )
    .bind(author)
    .bind(cx.now().to_sqlx())
    .fetch_all(conn)
    .await?;
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    Err(Error::Forbidden(format!(
        "You have suggested this yourself, so {}",
        who_decides(&others)
    )))
}

/// Refuses moderators who would judge their own case.
///
/// # Errors
/// `Forbidden` with who can decide instead.
pub(super) async fn check(conn: &mut PgConnection, cx: &Cx, subject: SubjectRef) -> Result<()> {
    match reason(conn, cx, subject).await? {
        Some(sentence) => Err(Error::Forbidden(sentence)),
        None => Ok(()),
    }
}
