//! What is given away to one of those who ask: the list, the page of a round, and how one begins.

pub mod actions;
mod begin;
mod check;
mod list;
mod page;

use self::actions::*;
use crate::http::Routes;
use dogear_urls::Access::{Member, Reader};
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::GIVE, list::show)
        .get(&pages::GIVE_ROUND, page::show)
        .get(&pages::COPY_GIVE, begin::show)
        .action::<OpenRound>(Member)
        .action::<CloseRound>(Reader)
        .action::<AskForGift>(Member)
        .action::<TakeBackAsk>(Reader)
        .action::<TakeGift>(Member)
        .action::<PassGift>(Reader)
}
