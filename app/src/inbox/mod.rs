//! The inbox, what reaches a reader and how, and the links that stop mails.

mod list;
mod marks;
mod settings;
mod unsubscribe;

use crate::access::Who::Reader;
use crate::http::Routes;
use crate::islands::Unread;
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::INBOX, list::show)
        .post("/inbox/read", marks::read_all)
        .post("/inbox/unread", marks::unread_again)
        .post("/inbox/{id}/open", marks::open)
        .post("/inbox/{id}/read", marks::read)
        .post("/inbox/{id}/unread", marks::unread)
        .get(&pages::NOTIFICATION_SETTINGS, settings::form)
        .post("/settings/notifications", settings::save)
        .get(&pages::UNSUBSCRIBE, unsubscribe::ask)
        .post("/unsubscribe/{token}", unsubscribe::stop)
        .look_up::<Unread>(Reader)
}
