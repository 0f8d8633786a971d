//! Leaving: asked for, waiting for books on their way, done.

use dogear_domain::ids::UserId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{Connection, PgConnection};

use super::recovery::confirm_password;
use super::repo::{closing as repo, sessions};
use super::{ActiveAdmins, erasure};
use crate::jobs::{self, Claim, Job};
use crate::mail::{self, NewMail, templates};
use crate::{Cx, Error, Result, copies, events, rounds, trades};

/// Running trades delay the erasure by this many days at most.
pub const MOST_CLOSING_DAYS: i64 = 35;
/// How often to look whether the running trades have ended.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// What closing means for the reader now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Set once it was asked for.
    pub requested: Option<Timestamp>,
    /// The latest moment of erasure, once it was asked for.
    pub at_latest: Option<Timestamp>,
    /// Agreed or disputed trades: they have to end first.
    pub running_trades: i64,
    /// Proposals that are withdrawn when it is asked for.
    pub open_proposals: i64,
    /// Books that are no longer listed when it is asked for.
    pub listed_copies: i64,
}

/// What closing means for whoever asks.
///
/// # Errors
/// `SignInRequired`.
pub async fn closing(cx: &Cx) -> Result<Closing> {
    let actor = cx.reader()?;
    let row = repo::stakes(cx.db(), actor.id).await?;
    let requested = row.requested.map(jiff_sqlx::Timestamp::to_jiff);
    Ok(Closing {
        requested,
        at_latest: requested.map(|at| at + SignedDuration::from_hours(24 * MOST_CLOSING_DAYS)),
        running_trades: row.running_trades,
        open_proposals: row.open_proposals,
        listed_copies: row.listed_copies,
    })
}

/// Closes the reader's account: books are no longer listed, open proposals end, and the
/// personal data is erased as soon as no trade runs. `handle` is typed to show that it is meant.
/// Tells whether the erasure has to wait. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `Invalid` (fields `handle`, `password`); `Conflict` for the last admin.
pub async fn request_closing(cx: &Cx, handle: &str, password: &str) -> Result<bool> {
    let actor = cx.reader()?;
    let typed = handle.trim().trim_start_matches('@');
    if !typed.eq_ignore_ascii_case(&actor.handle) {
        return Err(Error::field(
            "handle",
            format!(
                "Type your handle, {}, to show that you mean it.",
                actor.handle
            ),
        ));
    }
    let user = confirm_password(cx, "password", password).await?;
    let now = cx.now();
    let mut tx = cx.begin().await?;
    trades::lock_all_of(&mut tx, user.id).await?;
    trades::withdraw_all(&mut tx, cx, user.id).await?;
    rounds::leave(&mut tx, cx, user.id).await?;
    let admins = ActiveAdmins::lock(&mut tx, now).await?;
    admins.can_lose(user.id)?;
    if !repo::begin(&mut tx, user.id, now).await? {
        return has_running_trades(&mut tx, user.id).await;
    }
    copies::unlist_all(&mut tx, user.id, now).await?;
    sessions::end_all(&mut tx, user.id, Some(actor.session), now).await?;
    let waits = has_running_trades(&mut tx, user.id).await?;
    if waits {
        let settings = &cx.services.settings;
        let letter = NewMail {
            user: Some(user.id),
            to: user.email.clone(),
            kind: "account_closing",
            dedupe_key: format!("closing:{}:{}", user.id, now.as_second()),
            content: templates::account_closing(
                settings,
                &user.display_name,
                &settings.link(dogear_urls::TRADES),
            ),
            trade: None,
            not_before: None,
            not_after: None,
            unsubscribe_url: None,
        };
        mail::queue(&mut tx, &letter).await?;
    }
    let job = EraseAccount { user: user.id };
    let key = format!("erase:{}:{}", user.id, now.as_microsecond());
    jobs::push(&mut tx, &job, &key, None).await?;
    tx.commit().await?;
    Ok(waits)
}

/// Takes the wish to leave back, while trades still run.
///
/// # Errors
/// `SignInRequired`; `Conflict` when the account is not being closed.
pub async fn cancel_closing(cx: &Cx) -> Result<()> {
    let actor = cx.reader()?;
    if !repo::take_back(cx.db(), actor.id, cx.now()).await? {
        return Err(Error::Conflict("Your account is not being closed.".into()));
    }
    Ok(())
}

/// Erases the personal data of a member who leaves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EraseAccount {
    /// Who leaves.
    pub user: UserId,
}

impl Job for EraseAccount {
    const KIND: &'static str = "erase_account";
    const OWED: Option<&'static str> = Some(
        "This job erases the data of somebody who has left, and cannot be cancelled. Find out why it fails, then retry it.",
    );
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        erase_when_due(cx, &mut tx, self.user).await?;
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// Erases the account if it is still closing and no trade runs, or time is up; looks again
/// later if one does. Part of the caller's transaction.
///
/// # Errors
/// Those of the database.
pub async fn erase_when_due(cx: &Cx, conn: &mut PgConnection, user: UserId) -> Result<()> {
    let Some(requested) = repo::since(conn, user).await? else {
        return Ok(());
    };
    let now = cx.now();
    let last = requested + SignedDuration::from_hours(24 * MOST_CLOSING_DAYS);
    if now < last && has_running_trades(conn, user).await? {
        let key = format!("erase:{user}:{}", now.as_microsecond());
        let job = EraseAccount { user };
        return jobs::push(conn, &job, &key, Some(now + LOOK_AGAIN)).await;
    }
    let mut steps = conn.begin().await?;
    trades::lock_all_of(&mut steps, user).await?;
    trades::leave_running(&mut steps, cx, user).await?;
    trades::withdraw_all(&mut steps, cx, user).await?;
    rounds::leave(&mut steps, cx, user).await?;
    events::lock_all_of(&mut steps, user).await?;
    // Only now, since trades and seats are locked before readers; the mind may have been changed meanwhile.
    repo::lock(&mut steps, user).await?;
    if repo::since(&mut steps, user).await?.is_none() {
        return Ok(steps.rollback().await?);
    }
    erasure::erase(cx, &mut steps, user).await?;
    Ok(steps.commit().await?)
}

async fn has_running_trades(conn: &mut PgConnection, user: UserId) -> Result<bool> {
    Ok(repo::stakes(conn, user).await?.running_trades > 0)
}
