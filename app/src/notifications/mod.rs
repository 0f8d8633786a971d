//! The inbox, what reaches a reader and how, and the links that stop mails.

pub mod actions;
mod list;
mod settings;
mod threads;
mod unsubscribe;

use self::actions::*;
use crate::http::Routes;
use crate::islands::Unread;
use dogear_urls::Access::{Anyone, Reader};
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::INBOX, list::show)
        .get(&pages::NOTIFICATION_SETTINGS, settings::form)
        .get(&pages::UNSUBSCRIBE, unsubscribe::ask)
        .post(&pages::UNSUBSCRIBE, Anyone, unsubscribe::stop)
        .action::<OpenNotice>(Reader)
        .action::<MarkRead>(Reader)
        .action::<MarkUnread>(Reader)
        .action::<MarkAllRead>(Reader)
        .action::<MarkAllUnread>(Reader)
        .action::<ChooseNotices>(Reader)
        .action::<ChoosePreset>(Reader)
        .action::<StopMails>(Anyone)
        .look_up::<Unread>(Reader)
}
