//! Registration, log-in, settings.

pub mod actions;
mod confirm;
#[cfg(feature = "ssr")]
mod joining;
mod login;
mod password;
mod register;
mod session;
mod settings;
mod token_page;

pub(crate) use settings::{standing, topic};

use dogear_urls::pages;

use self::actions::*;
use crate::http::Routes;
use dogear_urls::Access::{Anyone, Reader};

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get(&pages::LOGIN, login::form)
        .get(&pages::REGISTER, register::form)
        .get(&pages::REGISTERED, register::sent)
        .get(&pages::VERIFY, confirm::ask_form)
        .get(&pages::VERIFY_TOKEN, confirm::address_form)
        .get(&pages::EMAIL_TOKEN, confirm::new_address_form)
        .get(&pages::FORGOT, password::forgot_form)
        .get(&pages::FORGOT_SENT, password::sent)
        .get(&pages::RESET_TOKEN, password::reset_form)
        .action::<LogIn>(Anyone)
        .action::<LogOut>(Reader)
        .action::<Register>(Anyone)
        .action::<AskToConfirm>(Anyone)
        .action::<ConfirmAddress>(Anyone)
        .action::<ConfirmNewAddress>(Anyone)
        .action::<AskForReset>(Anyone)
        .action::<ResetPassword>(Anyone)
        .action::<SaveProfile>(Reader)
        .action::<SetAway>(Reader)
        .action::<SetGiftRequests>(Reader)
        .action::<SetTrader>(Reader)
        .action::<ChangeAddress>(Reader)
        .action::<ChangePassword>(Reader)
        .action::<EndSession>(Reader)
        .action::<EndOtherSessions>(Reader)
        .action::<BlockReader>(Reader)
        .action::<UnblockReader>(Reader)
        .action::<CloseAccount>(Reader)
        .action::<Stay>(Reader);
    settings::routes(routes)
}
