//! Changing the address: confirmed at the new one, announced at the old one.

use dogear_domain::fields::Email;
use uuid::Uuid;

use super::recovery::confirm_password;
use super::registration;
use super::repo::users;
use super::tokens::{self, Joining, Use};
use crate::db::{IdempotencyKey, Idempotent};
use crate::error::OnConstraint;
use crate::mail::{self, NewMail, templates};
use crate::notifications::{self, Facts, Kind};
use crate::{Cx, Error, Result, limits};

/// Sends a link to the new address and a notice to the old one, once per `key`. When the new
/// address has an account already, its owner is told instead, and the answer here is the same.
///
/// # Errors
/// `SignInRequired`; `Invalid` (fields `email`, `email_password`); `Conflict` when the key was
/// used for another address; `TooMany`, `Busy`.
pub async fn request_email_change(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    email: &str,
    password: &str,
) -> Result<()> {
    let actor = cx.reader()?;
    let email = Email::parse(email).map_err(|problem| Error::field("email", problem))?;
    let user = confirm_password(cx, "email_password", password).await?;
    let owner = users::by_email(cx.db(), &email.key()).await?;
    // One that stands under the key of an earlier release is entered anew to have the key of this.
    if email.as_str() == user.email && owner.is_some_and(|owner| owner.id == user.id) {
        return Err(Error::field("email", "This is your address already."));
    }
    let mut once = match cx.once(key, &("email-change", email.key())).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    cx.limit(limits::MAIL_BY_VISITOR, &actor.id.to_string())
        .await?;
    cx.limit(limits::MAIL_TO_ADDRESS, &email.key()).await?;

    let settings = &cx.services.settings;
    let tx = &mut once.tx;
    let issued = tokens::issue(
        &mut *tx,
        Use::EmailChange,
        user.id,
        email.as_str(),
        &Joining::default(),
        cx.now(),
    )
    .await?;
    let owner = users::by_email(&mut **tx, &email.key()).await?;
    if let Some(owner) = owner.filter(|owner| owner.id != user.id) {
        registration::tell_owner(cx, &mut *tx, &owner).await?;
    } else {
        let link = settings.link(&dogear_urls::email_token(&issued.token));
        let confirm = NewMail {
            user: Some(user.id),
            to: email.as_str().to_owned(),
            kind: "email_change_confirm",
            dedupe_key: issued.dedupe_key,
            content: templates::email_change_confirm(settings, &link),
            trade: None,
            not_before: None,
            not_after: Some(issued.expires_at),
            unsubscribe_url: None,
        };
        mail::queue(&mut *tx, &confirm).await?;
    }
    let notice = NewMail {
        user: Some(user.id),
        to: user.email.clone(),
        kind: "email_change_notice",
        dedupe_key: format!("email-notice:{}", Uuid::new_v4()),
        content: templates::email_change_notice(
            settings,
            &user.display_name,
            email.as_str(),
            &settings.link(dogear_urls::FORGOT),
        ),
        trade: None,
        not_before: None,
        not_after: None,
        unsubscribe_url: None,
    };
    mail::queue(&mut *tx, &notice).await?;
    once.commit(&()).await?;
    Ok(())
}

/// The address that the link would make the account's, when it still works.
///
/// # Errors
/// When the database does not answer.
pub async fn new_address(cx: &Cx, token: &str) -> Result<Option<String>> {
    Ok(tokens::peek(cx.db(), Use::EmailChange, token, cx.now())
        .await?
        .map(|bearer| bearer.email))
}

/// Makes the new address the account's. Works once; links sent to the old one stop working.
///
/// # Errors
/// `NotFound` for a link that was used, has run out or never was; `Conflict` when the address
/// belongs to somebody else meanwhile.
pub async fn confirm_email_change(cx: &Cx, token: &str) -> Result<()> {
    let mut tx = cx.begin().await?;
    let bearer = tokens::take(&mut tx, Use::EmailChange, token, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    let email = Email::parse(&bearer.email).map_err(Error::internal)?;
    users::set_email(
        &mut tx,
        bearer.user_id,
        email.as_str(),
        &email.key(),
        cx.now(),
    )
    .await
    .on_constraint("users_email_key", || {
        Error::Conflict(
            "This address cannot be used here any more. Choose another one in your settings."
                .into(),
        )
    })?;
    tokens::void(
        &mut tx,
        bearer.user_id,
        &[Use::Verify, Use::Reset],
        cx.now(),
    )
    .await?;
    let facts = Facts {
        reason: format!("Mail to you goes to {} from now on.", email.as_str()),
        path: dogear_urls::SETTINGS_ACCOUNT.into(),
        ..Facts::default()
    };
    let key = format!("email-changed:{}", Uuid::new_v4());
    notifications::notify(
        cx,
        &mut tx,
        bearer.user_id,
        Kind::Security,
        &facts,
        &key,
        None,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}
