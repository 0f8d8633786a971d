//! Registration, log-in, settings.

mod confirm;
mod login;
mod password;
mod register;
mod settings;
mod token_page;

use crate::http::Routes;
use crate::paths;
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get(&paths::pages::LOGIN, login::form)
        .post(paths::LOGIN, login::submit)
        .post(paths::LOGOUT, login::log_out)
        .get(&paths::pages::REGISTER, register::form)
        .post(paths::REGISTER, register::submit)
        .get(&paths::pages::REGISTERED, register::sent)
        .get(&paths::pages::VERIFY, confirm::ask_form)
        .post(paths::VERIFY, confirm::ask)
        .get(&pages::VERIFY_TOKEN, confirm::address_form)
        .post("/verify/{token}", confirm::address)
        .get(&pages::EMAIL_TOKEN, confirm::new_address_form)
        .post("/email/{token}", confirm::new_address)
        .get(&paths::pages::FORGOT, password::forgot_form)
        .post(paths::FORGOT, password::forgot)
        .get(&paths::pages::FORGOT_SENT, password::sent)
        .get(&pages::RESET_TOKEN, password::reset_form)
        .post("/reset/{token}", password::reset);
    settings::routes(routes)
}
