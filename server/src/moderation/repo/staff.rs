//! Who is on the desk, and what ties them to a subject.

use dogear_domain::ids::UserId;
use dogear_domain::moderation::SubjectRef;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;

/// An active moderator or admin beside a subject.
#[allow(clippy::struct_excessive_bools)] // as the columns are
pub(in crate::moderation) struct Staff {
    pub id: UserId,
    pub handle: String,
    pub reported: bool,
    pub party: bool,
    /// They host the event of which a guest says something.
    pub hosts: bool,
    /// They have said that the review was helpful.
    pub voted: bool,
}

/// Every active moderator and admin, and what ties them to the subject. Whoever reported it, or
/// is a party of the trade it is about, has taken a side; so has whoever hosts what a guest says
/// something of, whoever has found a review helpful, and whoever waits for a decision about the member in another case.
pub(in crate::moderation) async fn beside(
    conn: &mut PgConnection,
    subject: SubjectRef,
    now: Timestamp,
) -> Result<Vec<Staff>> {
    Ok(sqlx::query_as!(
        Staff,
        r#"select u.id, u.handle,
            exists (select from reports r where r.reporter_id = u.id
                and (r.subject_kind = $1 and r.subject_id = $2
                    or $1 = 'member' and r.accused_id = $2 and r.state = 'open')) as "reported!",
            exists (select from trade_parties p join trades t on t.id = p.trade_id where p.user_id = u.id
                and case $1 when 'trade' then t.id = $2
                    when 'message' then t.id = (select trade_id from trade_messages where id = $2)
                    when 'member' then t.state = 'disputed' and exists (select from trade_parties o
                        where o.trade_id = t.id and o.user_id = $2 and o.user_id <> u.id)
                    else false end) as "party!",
            case when $1 = 'feedback' then hosts_feedback($2, u.id, $3) else false end as "hosts!",
            $1 = 'review' and exists (select from review_votes v where v.review_id = $2 and v.user_id = u.id)
                as "voted!"
        from users u
        where u.role <> 'member' and in_good_standing(u, $3) and not ($1 = 'member' and u.id = $2)
        order by u.role, u.handle"#,
        subject.kind.as_str(),
        subject.id,
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}

/// The handles of every active moderator and admin but this one.
pub(in crate::moderation) async fn others(
    conn: &mut PgConnection,
    but: UserId,
    now: Timestamp,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select handle from users u where role <> 'member' and in_good_standing(u, $2) and id <> $1
         order by role, handle",
        but.0,
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}
