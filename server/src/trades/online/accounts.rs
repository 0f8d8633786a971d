//! The account at the payment service into which a seller is paid.

use dogear_domain::ids::UserId;
use jiff::SignedDuration;
use uuid::Uuid;

use super::excuse;
use crate::payments::{self, Provider};
use crate::trades::repo::online as repo;
use crate::{Cx, Error, Result, limits};

/// So long an address of the service can be used, of which it says that it holds for minutes.
const LINK_HOLDS: SignedDuration = SignedDuration::from_mins(4);

/// How far a seller is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// They take no payments online.
    None,
    /// The payment service wants to know more of them before anybody can pay.
    Unfinished {
        /// Where they tell it, when they have just asked for that: it can be used once.
        link: Option<String>,
    },
    /// Buyers can pay them.
    Ready,
}

/// How far the reader is as a seller; nothing when this site does not offer to pay online.
///
/// # Errors
/// `SignInRequired`; those of the database.
pub async fn account(cx: &Cx) -> Result<Option<Account>> {
    let user = cx.reader()?.id;
    if cx.services.settings.payments.is_none() {
        return Ok(None);
    }
    let row = repo::account(cx.db(), user, payments::Stripe::NAME).await?;
    Ok(Some(match row {
        None => Account::None,
        Some(row) if row.ready => Account::Ready,
        Some(row) => {
            let holds = |at: &jiff_sqlx::Timestamp| at.to_jiff() + LINK_HOLDS > cx.now();
            Account::Unfinished {
                link: row.link.filter(|_| row.link_at.as_ref().is_some_and(holds)),
            }
        }
    }))
}

/// Makes an account for the reader, unless they have one, and gets the address at which they tell the
/// payment service who they are, see [`Account::Unfinished`].
///
/// # Errors
/// As [`Cx::member`]; `NotFound` when this is not offered; `Conflict` when the service does not answer.
pub async fn connect(cx: &Cx) -> Result<()> {
    let user = cx.member()?.id;
    cx.limit(limits::PAY, &user.to_string()).await?;
    let provider = payments::provider(&cx.services.settings).ok_or(Error::NotFound)?;
    let name = payments::Stripe::NAME;
    let mut conn = cx.db().acquire().await?;
    repo::want_account(&mut conn, user, name, Uuid::new_v4(), cx.now()).await?;
    let row = repo::account(&mut *conn, user, name).await?;
    drop(conn);
    let row = row.ok_or(Error::NotFound)?;
    let reference = if let Some(reference) = row.reference {
        reference
    } else {
        let made = provider.open_account(row.id).await;
        let made = made.map_err(|trouble| excuse(&trouble))?;
        repo::name_account(cx.db(), row.id, &made).await?;
        made
    };
    let back = cx.services.settings.link(dogear_urls::SETTINGS_PAYMENTS);
    let link = provider.onboard(&reference, &back, &back).await;
    let link = link.map_err(|trouble| excuse(&trouble))?;
    repo::set_link(cx.db(), row.id, link.as_str(), cx.now()).await
}

/// Asks the payment service whether the reader's account can be paid into by now.
///
/// # Errors
/// `SignInRequired`; `NotFound` when they have none; `Conflict` when the service does not answer.
pub async fn refresh_account(cx: &Cx) -> Result<Account> {
    let user = cx.reader()?.id;
    let provider = payments::provider(&cx.services.settings).ok_or(Error::NotFound)?;
    let row = repo::account(cx.db(), user, payments::Stripe::NAME).await?;
    let reference = row.and_then(|row| row.reference).ok_or(Error::NotFound)?;
    let ready = provider.is_ready(&reference).await;
    let ready = ready.map_err(|trouble| excuse(&trouble))?;
    repo::set_ready(cx.db(), payments::Stripe::NAME, &reference, ready).await?;
    Ok(if ready {
        Account::Ready
    } else {
        Account::Unfinished { link: None }
    })
}

/// Takes no payments online any more. What is being paid just now is paid into the account, and what
/// was paid can be given back from it.
///
/// # Errors
/// `SignInRequired`; those of the database.
pub async fn disconnect(cx: &Cx) -> Result<()> {
    let user = cx.reader()?.id;
    repo::forget_account(cx.db(), user).await
}

/// The account into which this member can be paid now.
pub(super) async fn ready(db: impl sqlx::PgExecutor<'_>, seller: UserId) -> Result<Option<String>> {
    let row = repo::account(db, seller, payments::Stripe::NAME).await?;
    Ok(row.filter(|row| row.ready).and_then(|row| row.reference))
}
