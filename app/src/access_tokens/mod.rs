//! Access tokens: what a member opens to programs.

pub mod actions;
mod list;
mod made;

use dogear_urls::Access::{Member, Reader};
use dogear_urls::pages;

use self::actions::*;
use crate::http::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::ACCESS_TOKENS, list::page)
        .get(&pages::ACCESS_TOKEN_MADE, made::page)
        .action::<MakeToken>(Member)
        .action::<EndToken>(Reader)
}
