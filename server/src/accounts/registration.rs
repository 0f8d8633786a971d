//! From a filled-in form to a confirmed address.

use dogear_domain::accounts::Role;
use dogear_domain::fields::{DisplayName, Email, FieldErrors, Handle, name_key};
use dogear_domain::ids::UserId;
use jiff::SignedDuration;
use sqlx::PgConnection;
use uuid::Uuid;

use super::links::{self, Link};
use super::passwords;
use super::repo::erasure;
use super::repo::users::{self, NewUser, User};
use super::sessions;
use super::tokens::{self, Joining, Use};
use crate::db::{IdempotencyKey, Idempotent};
use crate::events;
use crate::mail::{self, NewMail, templates};
use crate::{Cx, Error, Result, limits, secrets};

/// How long an account may wait for its confirmation before it is deleted.
const UNCONFIRMED_DAYS: i64 = 7;

/// The form, as typed.
#[derive(Debug, Clone, Default)]
pub struct Registration {
    /// Confirmed later by a link in a mail.
    pub email: String,
    /// Nobody else's, without the @.
    pub handle: String,
    /// What they want to be called.
    pub display_name: String,
    /// Checked for length and strength.
    pub password: String,
    /// The path of this site that they wanted to go to, or nothing.
    pub next: String,
    /// A secret that their browser keeps, by which it is known again when the address is
    /// confirmed; or nothing.
    pub browser: String,
}

/// Makes an account and sends the mail that confirms its address. When the address has an
/// account already, its owner is told so by mail, and the answer here is the same.
///
/// # Errors
/// `Invalid` (fields `email`, `handle`, `display_name`, `password`), `TooMany`, `Busy`.
pub async fn register(cx: &Cx, key: Option<IdempotencyKey>, form: &Registration) -> Result<()> {
    let mut errors = FieldErrors::new();
    let email = errors.take("email", Email::parse(&form.email));
    let name = errors.take("display_name", DisplayName::parse(&form.display_name));
    let handle = errors.take("handle", Handle::choose(&form.handle));
    let words = [
        form.email.as_str(),
        form.handle.as_str(),
        form.display_name.as_str(),
    ];
    errors.take("password", passwords::check(&form.password, &words));
    let ((email, handle), name) = errors
        .finish(email.zip(handle).zip(name))
        .map_err(Error::Invalid)?;
    cx.limit_by_address(limits::REGISTER, "").await?;
    cx.limit(limits::MAIL_TO_ADDRESS, &email.key()).await?;
    refuse_name_of_staff(cx, &name, None).await?;
    let password_hash = passwords::hash(&form.password).await?;

    // The password stays out: what a key is remembered by is a fast hash.
    let request = (email.as_str(), handle.as_str(), name.as_str());
    let mut once = match cx.once::<bool>(key, &request).await? {
        Idempotent::Done(_) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let now = cx.now();
    let handle_key = handle.key();
    let reserved =
        users::taken_handles(&mut once.tx, std::slice::from_ref(&handle_key), now).await?;
    if !reserved.is_empty() {
        return Err(taken(&mut once.tx, cx, &handle).await?);
    }
    let new = NewUser {
        handle: handle.as_str(),
        handle_key: &handle_key,
        email: email.as_str(),
        email_key: &email.key(),
        password_hash: &password_hash,
        display_name: name.as_str(),
        role: Role::Member,
        verified_at: None,
        created_at: now,
    };
    match users::insert(&mut once.tx, &new).await? {
        Some(id) => {
            let user = users::by_id(&mut *once.tx, id)
                .await?
                .ok_or(Error::NotFound)?;
            let next = events::joined_by(cx, &mut once.tx, &form.next, id).await?;
            let joining = Joining::new(next.as_deref().unwrap_or(&form.next), &form.browser);
            send_confirmation(cx, &mut once.tx, &user, &joining).await?;
        }
        None => match users::by_email(&mut *once.tx, &email.key()).await? {
            Some(owner) => {
                let until = now + SignedDuration::from_hours(24 * UNCONFIRMED_DAYS);
                users::reserve_handle(&mut once.tx, &handle_key, until).await?;
                tell_owner(cx, &mut once.tx, &owner).await?;
            }
            None => return Err(taken(&mut once.tx, cx, &handle).await?),
        },
    }
    once.commit(&true).await?;
    Ok(())
}

/// Refuses a display name that looks like the whole name or the handle of somebody of the staff.
/// A single word is a first name mostly, which belongs to many.
///
/// # Errors
/// `Invalid` (field `display_name`); those of the database.
pub(super) async fn refuse_name_of_staff(
    cx: &Cx,
    name: &DisplayName,
    own: Option<UserId>,
) -> Result<()> {
    if name.as_str().split(' ').count() < 2 {
        return Ok(());
    }
    let staff = users::names_of_staff(cx.db(), own).await?;
    let key = name_key(name.as_str());
    if staff.iter().any(|other| name_key(other) == key) {
        return Err(Error::field(
            "display_name",
            "A moderator here has this name. Choose another one, or add to it.",
        ));
    }
    Ok(())
}

/// “wren” is taken, and which like it is free.
async fn taken(conn: &mut PgConnection, cx: &Cx, handle: &Handle) -> Result<Error> {
    let wanted = handle.as_str();
    let year = cx.now().to_zoned(jiff::tz::TimeZone::UTC).year() % 100;
    let ideas: Vec<Handle> = [
        format!("{wanted}_reads"),
        format!("{wanted}_books"),
        format!("{wanted}{year:02}"),
    ]
    .iter()
    .filter_map(|idea| Handle::parse(idea).ok())
    .collect();
    let keys: Vec<String> = ideas.iter().map(Handle::key).collect();
    let gone = users::taken_handles(conn, &keys, cx.now()).await?;
    let free = ideas.iter().find(|idea| !gone.contains(&idea.key()));
    let sentence = match free {
        Some(free) => format!(
            "“{wanted}” is taken. Choose another handle; “{}” is free.",
            free.as_str()
        ),
        None => format!("“{wanted}” is taken. Choose another handle."),
    };
    Ok(Error::field("handle", sentence))
}

/// Tells the owner of an address that somebody tried to use it again.
pub(super) async fn tell_owner(cx: &Cx, conn: &mut PgConnection, owner: &User) -> Result<()> {
    let settings = &cx.services.settings;
    let content = templates::already_registered(
        settings,
        owner.name_for_mail(),
        &settings.link(dogear_urls::LOGIN),
    );
    mail::queue(
        conn,
        &NewMail {
            user: Some(owner.id),
            to: owner.email.clone(),
            kind: "already_registered",
            dedupe_key: format!("already:{}", Uuid::new_v4()),
            content,
            trade: None,
            not_before: None,
            not_after: None,
            unsubscribe_url: None,
        },
    )
    .await
}

/// Sends a new link; older ones stop working. What `joining` does not say is as with the last.
pub(super) async fn send_confirmation(
    cx: &Cx,
    conn: &mut PgConnection,
    user: &User,
    joining: &Joining,
) -> Result<()> {
    let now = cx.now();
    let issued = tokens::issue(conn, Use::Verify, user.id, &user.email, joining, now).await?;
    let settings = &cx.services.settings;
    let link = settings.link(&dogear_urls::verify_token(&issued.token));
    let content = templates::verify_email(settings, &link);
    mail::queue(
        conn,
        &NewMail {
            user: Some(user.id),
            to: user.email.clone(),
            kind: "verify_email",
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

/// Sends the confirmation again, once per `key`, if `email` waits for it. Says nothing about
/// whether it does.
///
/// # Errors
/// `Invalid` (field `email`), `TooMany`.
pub async fn ask_for_confirmation(cx: &Cx, key: Option<IdempotencyKey>, email: &str) -> Result<()> {
    links::ask(cx, key, email, Link::Confirm).await
}

/// Whether the link still works. Changes nothing: mail scanners open links.
///
/// # Errors
/// When the database does not answer.
pub async fn can_confirm(cx: &Cx, token: &str) -> Result<bool> {
    Ok(tokens::peek(cx.db(), Use::Verify, token, cx.now())
        .await?
        .is_some())
}

/// What came of confirming an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// The path of this site that the new member wanted to go to, or nothing.
    pub next: String,
    /// A session, as of [`super::log_in`], when it was confirmed in the browser that registered.
    pub session: Option<Uuid>,
}

/// Confirms the address the link was sent to. Works once. `browser`: the secret that the browser
/// keeps; that of the one that registered begins a session, unless somebody is signed in.
///
/// # Errors
/// `NotFound` for a link that was used, has run out or never was.
pub async fn confirm_address(cx: &Cx, token: &str, browser: &str) -> Result<Confirmed> {
    let mut tx = cx.begin().await?;
    let bearer = tokens::take(&mut tx, Use::Verify, token, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    users::set_verified(&mut tx, bearer.user_id, &bearer.email, cx.now()).await?;
    let user = users::by_id(&mut *tx, bearer.user_id).await?;
    tx.commit().await?;
    let registered_here = bearer
        .browser
        .is_some_and(|hash| hash == secrets::token_hash(browser));
    let session = match user {
        // When it cannot be begun, the address is confirmed all the same.
        Some(user) if registered_here && user.verified && cx.actor.is_none() => {
            sessions::start(cx, &user).await.ok()
        }
        _ => None,
    };
    Ok(Confirmed {
        next: bearer.next.unwrap_or_default(),
        session,
    })
}

/// Deletes accounts that were never confirmed, and reservations that have run out. Their
/// owners could not log in, so that nothing hangs on them.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn delete_unconfirmed(cx: &Cx) -> Result<()> {
    let now = cx.now();
    users::free_handles(cx.db(), now).await?;
    let before = now - SignedDuration::from_hours(24 * UNCONFIRMED_DAYS);
    for user in erasure::unconfirmed(cx.db(), before).await? {
        // One that something does hang on (a report, say) stays, and does not keep the others.
        if let Err(error) = delete(cx, user).await {
            tracing::info!(%user, %error, "unconfirmed account not deleted");
        }
    }
    Ok(())
}

async fn delete(cx: &Cx, user: UserId) -> Result<()> {
    let mut tx = cx.begin().await?;
    mail::erase(&mut tx, user).await?;
    erasure::delete_unconfirmed(&mut tx, user).await?;
    tx.commit().await?;
    Ok(())
}
