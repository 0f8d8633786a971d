//! Opening a notice, and marking it as read or unread.

use axum::extract::Path;
use axum::response::Response;
use dogear_domain::ids::NotificationId;
use dogear_server::notifications;

use super::list::filter_of;
use crate::http::{AppError, Flash, Form, PageResult, Req};
use crate::paths;
use crate::ui::count;

/// Marks a notice as read and goes to the page it is about.
pub async fn open(req: Req, Path(id): Path<String>) -> PageResult {
    let path = notifications::mark_read(&req.cx, parse(&id)?).await?;
    Ok(req.redirect(&path))
}

pub async fn read(req: Req, Path(id): Path<String>, form: Form) -> PageResult {
    notifications::mark_read(&req.cx, parse(&id)?).await?;
    Ok(back(&req, &form))
}

pub async fn unread(req: Req, Path(id): Path<String>, form: Form) -> PageResult {
    notifications::mark_unread(&req.cx, parse(&id)?).await?;
    Ok(back(&req, &form))
}

/// Marks what the reader was shown, and what is older, as read.
pub async fn read_all(req: Req, form: Form) -> PageResult {
    let up_to = form.parse("up_to").ok_or_else(AppError::not_found)?;
    let filter = filter_of(form.text("show"));
    let marked = notifications::mark_all_read(&req.cx, form.key(), filter, up_to).await?;
    let list = paths::inbox(form.text("show"), None);
    let Some(at) = marked.at else {
        return Ok(req.redirect_saying(&list, "Everything was read already."));
    };
    let flash = Flash::new(format!(
        "{} marked as read.",
        count(marked.count, "notice", "notices")
    ));
    Ok(req.redirect_with(&list, flash.undo("/inbox/unread", "at", at.to_string())))
}

/// Takes [`read_all`] back.
pub async fn unread_again(req: Req, form: Form) -> PageResult {
    let at = form.parse("at").ok_or_else(AppError::not_found)?;
    notifications::mark_unread_again(&req.cx, at).await?;
    Ok(req.redirect_saying(paths::INBOX, "They are unread again."))
}

fn parse(id: &str) -> Result<NotificationId, AppError> {
    id.parse().map_err(|_| AppError::not_found())
}

/// To the list from which the form was sent.
fn back(req: &Req, form: &Form) -> Response {
    let next = form.text("next");
    let ours = next == paths::INBOX || next.starts_with("/inbox?");
    req.redirect(if ours { next } else { paths::INBOX })
}
