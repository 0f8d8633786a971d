//! What readers do with their accounts.

use dogear_domain::ids::UserId;
use dogear_server::Error;
use dogear_server::accounts::{self, Credentials, NewPassword, ProfileForm, Registration, Selling};
use leptos::prelude::*;
use uuid::Uuid;

use super::{joining, session};
use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::{Req, context, own_path};
use crate::ui::count;
use dogear_urls as urls;

/// Begins a session in this browser; the reader goes on at `next`.
#[server(endpoint = "accounts/log-in", input = HtmlForm)]
pub async fn log_in(
    #[server(default)] login: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let begun = accounts::log_in(&req.cx, &Credentials { login, password }).await?;
    if let Err(error) = session::keep(&req, begun).await {
        // Nobody holds it.
        accounts::abandon(&req.cx, begun).await?;
        return Err(error.into());
    }
    Ok(Done::go(own_path(&next)))
}

/// Ends this browser's session.
#[server(endpoint = "accounts/log-out", input = HtmlForm)]
pub async fn log_out() -> Result<Done, ActionError> {
    let req = context()?;
    accounts::log_out(&req.cx).await?;
    session::forget(&req).await;
    Ok(Done::go(urls::HOME).saying("You have logged out."))
}

/// Makes an account, once its address is confirmed; the new member goes on at `next` then. The
/// answer is the same for an address that has one.
#[server(endpoint = "accounts/register", input = HtmlForm)]
pub async fn register(
    #[server(default)] email: String,
    #[server(default)] handle: String,
    #[server(default)] display_name: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let key = once.into();
    let browser = joining::secret(&req, key);
    let registration = Registration {
        email,
        handle,
        display_name,
        password,
        next: own_path(&next).to_owned(),
        browser,
    };
    accounts::register(&req.cx, key, &registration).await?;
    joining::keep(&req, &registration.browser);
    Ok(Done::go(urls::REGISTERED))
}

/// Sends the link that confirms an address again.
#[server(endpoint = "accounts/ask-to-confirm", input = HtmlForm)]
pub async fn ask_to_confirm(
    #[server(default)] email: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    accounts::ask_for_confirmation(&req.cx, once.into(), &email).await?;
    Ok(Done::go(urls::LOGIN)
        .saying("If that address waits for its confirmation, the link is on its way."))
}

/// Confirms the address of a new account, by the token of its link. In the browser that has
/// registered it also logs in, unless somebody is.
#[server(endpoint = "accounts/confirm-address", input = HtmlForm)]
pub async fn confirm_address(token: String) -> Result<Done, ActionError> {
    let req = context()?;
    let confirmed = accounts::confirm_address(&req.cx, &token, &req.joining)
        .await
        .map_err(or_gone)?;
    joining::forget(&req);
    let mut logged_in = false;
    if let Some(begun) = confirmed.session {
        logged_in = session::keep(&req, begun).await.is_ok();
        if !logged_in {
            // Nobody holds it. The address is confirmed all the same.
            accounts::abandon(&req.cx, begun).await?;
        }
    }
    let next = own_path(&confirmed.next);
    let go = match (logged_in, req.cx.actor.is_some()) {
        (true, _) => next.to_owned(),
        (false, true) => urls::SETTINGS.to_owned(),
        (false, false) if next == urls::HOME => urls::LOGIN.to_owned(),
        (false, false) => urls::login_then(next),
    };
    Ok(Done::go(go).saying("Your address is confirmed. Welcome."))
}

/// Confirms the new address of an account, by the token of its link.
#[server(endpoint = "accounts/confirm-new-address", input = HtmlForm)]
pub async fn confirm_new_address(token: String) -> Result<Done, ActionError> {
    let req = context()?;
    accounts::confirm_email_change(&req.cx, &token)
        .await
        .map_err(or_gone)?;
    Ok(Done::go(for_whoever_is_here(&req, urls::SETTINGS_ACCOUNT))
        .saying("Your new address is confirmed."))
}

/// Sends a link that sets a new password, if the address has an account.
#[server(endpoint = "accounts/ask-for-reset", input = HtmlForm)]
pub async fn ask_for_reset(
    #[server(default)] email: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    accounts::ask_for_reset(&req.cx, once.into(), &email).await?;
    Ok(Done::go(urls::FORGOT_SENT))
}

/// Sets a new password, by the token of the link.
#[server(endpoint = "accounts/reset-password", input = HtmlForm)]
pub async fn reset_password(
    token: String,
    #[server(default)] password: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    accounts::reset_password(&req.cx, &token, &password)
        .await
        .map_err(or_gone)?;
    Ok(Done::go(urls::LOGIN)
        .saying("Your password is changed, and every session has ended. Log in with the new one."))
}

/// Changes what other readers see. `version`: what the page of the form showed.
#[server(endpoint = "accounts/save-profile", input = HtmlForm)]
pub async fn save_profile(
    #[server(default)] display_name: String,
    #[server(default)] city: String,
    #[server(default)] region: String,
    #[server(default)] country: String,
    #[server(default)] posts_abroad: String,
    #[server(default)] about: String,
    #[server(default)] time_zone: String,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let profile = ProfileForm {
        display_name,
        city,
        region,
        country,
        posts_abroad: !posts_abroad.is_empty(),
        about,
        time_zone,
        version: version.into(),
    };
    let nowhere = accounts::save_profile(&req.cx, &profile).await?;
    Ok(Done::go(urls::SETTINGS).saying(match nowhere {
        None => "Your profile is saved.".to_owned(),
        Some(town) => format!(
            "Your profile is saved. We do not know where “{town}” lies, so your books are near nobody: check its spelling and the country, or name the next larger town."
        ),
    }))
}

/// Notes the last day of a holiday; without one the reader is here. `version` as in
/// [`save_profile`].
#[server(endpoint = "accounts/set-away", input = HtmlForm)]
pub async fn set_away(
    #[server(default)] last_day: String,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    accounts::set_away(&req.cx, &last_day, &version.into()).await?;
    let here = last_day.trim().is_empty();
    Ok(Done::go(urls::SETTINGS).saying(if here {
        "You are shown as here."
    } else {
        "Your holiday is noted. Enjoy it."
    }))
}

/// Says whether others may ask the reader for books and offer none: `yes` or `no`. `version` as in
/// [`save_profile`].
#[server(endpoint = "accounts/set-gift-requests", input = HtmlForm)]
pub async fn set_gift_requests(
    #[server(default)] gifts: String,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let taken = match gifts.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::field("gifts", "Choose one of the two.").into()),
    };
    accounts::set_gift_requests(&req.cx, taken, &version.into()).await?;
    Ok(Done::go(urls::SETTINGS).saying(if taken {
        "Readers who offer nothing may ask you for a gift."
    } else {
        "Whoever asks for your books has to offer one."
    }))
}

/// Says how the reader sells: as a trader (`yes`), or not (`no`), or not and taking books back
/// (`returns`). `version` as in [`save_profile`].
#[server(endpoint = "accounts/set-trader", input = HtmlForm)]
pub async fn set_trader(
    #[server(default)] trader: String,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let (selling, said) = match trader.as_str() {
        "yes" => (
            Selling::of(true, true),
            "Your buyers are told that you are a trader.",
        ),
        "returns" => (
            Selling::of(false, true),
            "Your buyers are told that you are a private reader, and take books back.",
        ),
        "no" => (
            Selling::of(false, false),
            "Your buyers are told that you are a private reader.",
        ),
        _ => return Err(Error::field("trader", "Choose one of these.").into()),
    };
    accounts::set_selling(&req.cx, selling, &version.into()).await?;
    Ok(Done::go(urls::SETTINGS).saying(said))
}

/// Sends a link to a new address, which becomes the reader's when it is opened.
#[server(endpoint = "accounts/change-address", input = HtmlForm)]
pub async fn change_address(
    #[server(default)] email: String,
    #[server(default)] email_password: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    accounts::request_email_change(&req.cx, once.into(), &email, &email_password).await?;
    Ok(Done::go(urls::SETTINGS_ACCOUNT).saying(
        "Look into the mail at your new address: open the link there, and it becomes yours here.",
    ))
}

/// Changes the password; all other sessions end.
#[server(endpoint = "accounts/change-password", input = HtmlForm)]
pub async fn change_password(
    #[server(default)] current: String,
    #[server(default)] password: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let change = NewPassword { current, password };
    accounts::change_password(&req.cx, once.into(), &change).await?;
    Ok(match session::rotate(&req).await {
        Ok(()) => Done::go(urls::SETTINGS_ACCOUNT)
            .saying("Your password is changed. All other sessions have ended."),
        // It is changed all the same.
        Err(_) => Done::go(urls::LOGIN).saying(
            "Your password is changed, and every session has ended. Log in with the new one.",
        ),
    })
}

/// Ends another session of the reader.
#[server(endpoint = "accounts/end-session", input = HtmlForm)]
pub async fn end_session(session: Uuid) -> Result<Done, ActionError> {
    let req = context()?;
    accounts::sessions::end_one(&req.cx, session).await?;
    Ok(Done::go(urls::SETTINGS_SESSIONS).saying("That session has ended."))
}

/// Ends all sessions of the reader but this one.
#[server(endpoint = "accounts/end-other-sessions", input = HtmlForm)]
pub async fn end_other_sessions() -> Result<Done, ActionError> {
    let req = context()?;
    let sentence = match accounts::sessions::end_others(&req.cx).await? {
        0 => "There was no other session.".to_owned(),
        number => {
            let ended = count(number, "other session has", "other sessions have");
            format!("{ended} ended.")
        }
    };
    Ok(Done::go(urls::SETTINGS_SESSIONS).saying(sentence))
}

/// Blocks the reader with this handle, written with or without its “@”.
#[server(endpoint = "accounts/block", input = HtmlForm)]
pub async fn block_reader(#[server(default)] handle: String) -> Result<Done, ActionError> {
    let req = context()?;
    let handle = handle.trim().trim_start_matches('@');
    let reader = accounts::block(&req.cx, handle).await?;
    Ok(Done::go(urls::SETTINGS_BLOCKED)
        .saying(format!("{handle} is blocked."))
        .undo(&UnblockReader { reader }))
}

/// Lifts a block; doing it twice is fine.
#[server(endpoint = "accounts/unblock", input = HtmlForm)]
pub async fn unblock_reader(reader: UserId) -> Result<Done, ActionError> {
    let req = context()?;
    let list = Done::go(urls::SETTINGS_BLOCKED);
    match accounts::unblock(&req.cx, reader).await {
        Ok(handle) => Ok(list
            .saying(format!("{handle} is no longer blocked."))
            .undo(&BlockReader { handle })),
        Err(Error::NotFound) => Ok(list.saying("This reader is not blocked any more.")),
        Err(error) => Err(error.into()),
    }
}

/// Closes the account: at once, or when its running trades are over.
#[server(endpoint = "accounts/close", input = HtmlForm)]
pub async fn close_account(
    #[server(default)] handle: String,
    #[server(default)] password: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    if accounts::request_closing(&req.cx, &handle, &password).await? {
        return Ok(Done::go(urls::SETTINGS_DELETE)
            .saying("Your account is being closed. Finish your running trades."));
    }
    accounts::log_out(&req.cx).await?;
    session::forget(&req).await;
    Ok(Done::go(urls::HOME)
        .saying("Your account is closed, and your personal data is being erased."))
}

/// Keeps an account that is being closed.
#[server(endpoint = "accounts/stay", input = HtmlForm)]
pub async fn stay() -> Result<Done, ActionError> {
    let req = context()?;
    accounts::cancel_closing(&req.cx).await?;
    Ok(Done::go(urls::SETTINGS)
        .saying("You stay. Your books are on your shelf; list them again when you like."))
}

/// A link that was used, has run out or never was: the three look the same.
fn or_gone(error: Error) -> ActionError {
    match error {
        Error::NotFound => ActionError::Gone,
        error => error.into(),
    }
}

/// `settings` for a reader who is signed in, the log-in page for anybody else.
fn for_whoever_is_here(req: &Req, settings: &'static str) -> &'static str {
    if req.cx.actor.is_some() {
        settings
    } else {
        urls::LOGIN
    }
}
