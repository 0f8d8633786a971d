//! Registration, log-in, settings.

mod confirm;
mod login;
mod password;
mod register;
mod settings;
mod token_page;

use crate::http::Routes;
use crate::paths;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get(paths::LOGIN, login::form)
        .post(paths::LOGIN, login::submit)
        .post(paths::LOGOUT, login::log_out)
        .get(paths::REGISTER, register::form)
        .post(paths::REGISTER, register::submit)
        .get(paths::REGISTERED, register::sent)
        .get(paths::VERIFY, confirm::ask_form)
        .post(paths::VERIFY, confirm::ask)
        .get("/verify/{token}", confirm::address_form)
        .post("/verify/{token}", confirm::address)
        .get("/email/{token}", confirm::new_address_form)
        .post("/email/{token}", confirm::new_address)
        .get(paths::FORGOT, password::forgot_form)
        .post(paths::FORGOT, password::forgot)
        .get(paths::FORGOT_SENT, password::sent)
        .get("/reset/{token}", password::reset_form)
        .post("/reset/{token}", password::reset);
    settings::routes(routes)
}
