//! Sessions: who a session belongs to, and ending it. The record in Redis only
//! names a row of `user_sessions`; that row decides.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use uuid::Uuid;

use super::repo::sessions as repo;
use super::repo::users::User;
use crate::{Actor, Cx, Error, Result, Services};

/// Whoever the live session belongs to, with the counts the masthead shows.
///
/// # Errors
/// When the database does not answer.
pub async fn actor(services: &Services, session: Uuid) -> Result<Option<Actor>> {
    let found = repo::actor(&services.db, session, services.clock.now()).await?;
    used(services, session, found).await
}

/// The same for a call that shows no page: nothing is counted for it.
///
/// # Errors
/// When the database does not answer.
pub async fn caller(services: &Services, session: Uuid) -> Result<Option<Actor>> {
    let found = repo::caller(&services.db, session, services.clock.now()).await?;
    used(services, session, found).await
}

/// Who acts by `token` in the name of `user`; nobody when their password is another one since the
/// token was made.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn bearer(
    services: &Services,
    user: UserId,
    auth_version: i32,
    token: Uuid,
) -> Result<Option<Actor>> {
    repo::bearer(
        &services.db,
        user,
        auth_version,
        token,
        services.clock.now(),
    )
    .await
}

/// Notes now and then that a session is used.
async fn used(
    services: &Services,
    session: Uuid,
    found: Option<(Actor, bool)>,
) -> Result<Option<Actor>> {
    let Some((actor, seen_long_ago)) = found else {
        return Ok(None);
    };
    if seen_long_ago {
        // Kept to a few minutes: the list of sessions needs no more, and most pages write nothing.
        repo::note_use(&services.db, session).await?;
    }
    Ok(Some(actor))
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// By which the form that ends it names it.
    pub id: Uuid,
    /// As the browser names itself.
    pub user_agent: String,
    /// From where the reader signed in.
    pub ip: String,
    /// When the reader signed in.
    pub began: Timestamp,
    /// To a few minutes.
    pub last_seen: Timestamp,
    /// The one that asks.
    pub this_one: bool,
}

/// The reader's own live sessions: this one first, then the last seen first.
///
/// # Errors
/// `SignInRequired`.
pub async fn list(cx: &Cx) -> Result<Vec<SessionRow>> {
    let actor = cx.reader()?;
    repo::live(cx.db(), actor.id, actor.session).await
}

/// Begins a session of `user`, and ends the one this browser had.
pub(super) async fn start(cx: &Cx, user: &User) -> Result<Uuid> {
    let id = Uuid::new_v4();
    let mut tx = cx.begin().await?;
    // Not while the password is being changed: the version has to be the one that was checked.
    if !repo::insert(&mut tx, id, user, &cx.user_agent, &cx.ip_key()).await? {
        return Err(Error::Conflict(
            "Your password was changed just now. Log in with the new one.".into(),
        ));
    }
    if let Some(actor) = &cx.actor {
        repo::end(&mut tx, actor.session, cx.now()).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// Ends one session, whoever it belongs to.
pub(super) async fn end(cx: &Cx, session: Uuid) -> Result<()> {
    let mut conn = cx.db().acquire().await?;
    repo::end(&mut conn, session, cx.now()).await
}

/// Ends one of the reader's own sessions. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not theirs.
pub async fn end_one(cx: &Cx, session: Uuid) -> Result<()> {
    let actor = cx.reader()?;
    if !repo::end_own(cx.db(), session, actor.id, cx.now()).await? {
        return Err(Error::NotFound);
    }
    Ok(())
}

/// Ends every session of the reader but this one, and tells how many those were.
///
/// # Errors
/// `SignInRequired`.
pub async fn end_others(cx: &Cx) -> Result<u64> {
    let actor = cx.reader()?;
    let mut conn = cx.db().acquire().await?;
    repo::end_all(&mut conn, actor.id, Some(actor.session), cx.now()).await
}
