//! Links asked for by address. The asking adds the same job whether or not the
//! address is known, so that neither the answer nor its time tells; the job finds out.

use dogear_domain::fields::Email;
use dogear_domain::ids::UserId;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::registration;
use super::repo::users;
use super::tokens::{self, Joining, Use};
use crate::db::{IdempotencyKey, Idempotent};
use crate::jobs::{self, Claim, Job};
use crate::mail::{self, NewMail, templates};
use crate::{Cx, Error, Result, limits};

/// Which link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Confirms the address of a new account.
    Confirm,
    /// Sets a new password.
    Reset,
}

/// Sends a link that was asked for; to nobody when the address was unknown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendLink {
    user: Option<UserId>,
    link: Link,
}

impl Job for SendLink {
    const KIND: &'static str = "send_account_link";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        send_link(cx, &mut tx, self.user, self.link).await?;
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// Adds the job for whoever has this address, and one without effect for nobody; once per
/// `key`, since a second link would make the first one useless.
///
/// # Errors
/// `Invalid` (field `email`), `TooMany`.
pub(super) async fn ask(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    email: &str,
    link: Link,
) -> Result<()> {
    let email = Email::parse(email).map_err(|problem| Error::field("email", problem))?;
    cx.limit_by_address(limits::MAIL_BY_VISITOR, "").await?;
    let address = email.key();
    let mut once = match cx.once(key, &("link", link, &address)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    cx.limit(limits::MAIL_TO_ADDRESS, &address).await?;
    let user = users::by_address(&mut once.tx, &email).await?;
    let user = user.map(|row| row.id);
    let name = format!("link:{}", Uuid::new_v4());
    jobs::push(&mut once.tx, &SendLink { user, link }, &name, None).await?;
    once.commit(&()).await?;
    Ok(())
}

/// Writes the mail with the link, in the transaction of the job. Nothing happens for an
/// address that needs no such link.
///
/// # Errors
/// Those of the database.
async fn send_link(
    cx: &Cx,
    conn: &mut PgConnection,
    user: Option<UserId>,
    link: Link,
) -> Result<()> {
    let Some(user) = user else { return Ok(()) };
    let Some(user) = users::by_id(&mut *conn, user).await? else {
        return Ok(());
    };
    match link {
        Link::Confirm if user.verified => Ok(()),
        Link::Confirm => {
            registration::send_confirmation(cx, conn, &user, &Joining::default()).await
        }
        Link::Reset => {
            let joining = Joining::default();
            let issued =
                tokens::issue(conn, Use::Reset, user.id, &user.email, &joining, cx.now()).await?;
            let settings = &cx.services.settings;
            let address = settings.link(&dogear_urls::reset_token(&issued.token));
            let content =
                templates::reset_password(settings, user.name_for_mail(), &address, "60 minutes");
            mail::queue(
                conn,
                &NewMail {
                    user: Some(user.id),
                    to: user.email,
                    kind: "reset_password",
                    dedupe_key: issued.dedupe_key,
                    content,
                    trade: None,
                    not_before: None,
                    not_after: Some(issued.expires_at),
                    unsubscribe_url: None,
                },
            )
            .await
        }
    }
}
