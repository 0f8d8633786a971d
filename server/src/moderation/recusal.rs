//! Nobody judges their own case: who must leave a subject to colleagues.

use dogear_domain::ids::UserId;
use sqlx::PgConnection;

use super::repo::staff as repo;
use super::subject::SubjectRef;
use crate::{Cx, Error, Result};

/// Why the moderator must leave the subject to somebody else, and to whom; nothing when they
/// may decide.
pub(super) async fn reason(
    conn: &mut PgConnection,
    cx: &Cx,
    subject: SubjectRef,
) -> Result<Option<String>> {
    let me = cx.moderator()?.id;
    let staff = repo::beside(conn, subject, cx.now()).await?;
    let Some(own) = staff.iter().find(|one| one.id == me) else {
        return Ok(None);
    };
    let Some(why) = tie(own) else {
        return Ok(None);
    };
    let others: Vec<&str> = staff
        .iter()
        .filter(|one| tie(one).is_none())
        .map(|one| one.handle.as_str())
        .collect();
    Ok(Some(format!("{why}, so {}", who_decides(&others))))
}

/// What ties somebody to a subject, in words; nothing when they may decide about it.
fn tie(one: &repo::Staff) -> Option<&'static str> {
    if one.reported {
        Some("You have reported this yourself")
    } else if one.party {
        Some("You are part of the trade in question")
    } else if one.hosts {
        Some("You host or hosted the event in question")
    } else if one.voted {
        Some("You have said that this review is helpful")
    } else {
        None
    }
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
    let others = repo::others(conn, author, cx.now()).await?;
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
