//! What stands around the content of every page, handed to `http` from here.

pub mod actions;
mod admin;
mod error;
mod flash;
mod kept;
mod site;
mod theme;

use dogear_urls::Access::Anyone;
use leptos::prelude::*;

use self::actions::ChooseTheme;
use crate::http::{Layout, Layouts, Nav, Req, Routes};
use crate::ui::field::ErrorSummary;
use crate::ui::form_state::PageForm;

pub use flash::flash;

/// How all pages are drawn.
pub const LAYOUTS: Layouts = Layouts {
    document,
    error: error::error_page,
    kept: kept::kept_page,
};

/// What can be done on every page.
pub fn routes(routes: Routes) -> Routes {
    routes.action::<ChooseTheme>(Anyone)
}

/// The body of the document. What is wrong with a form stands above a page that does not
/// say it itself.
fn document(req: &Req, nav: Nav, layout: Layout, content: AnyView) -> AnyView {
    let silent = use_context::<PageForm>().filter(PageForm::is_silent);
    let content = match silent {
        Some(page) => view! {
            <div class="wrap wrap-narrow page">
                <ErrorSummary state=page.state />
            </div>
            {content}
        }
        .into_any(),
        None => content,
    };
    match layout {
        Layout::Site => site::site(req, nav, content).into_any(),
        Layout::Admin(section) => admin::admin(req, section, content).into_any(),
    }
}
