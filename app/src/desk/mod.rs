//! The moderators' desk.

use leptos::prelude::*;

use crate::http::{Req, Routes};

pub fn routes(routes: Routes) -> Routes {
    routes
}

/// What stands around the pages of the desk.
pub fn layout(_req: &Req, _section: &'static str, content: AnyView) -> impl IntoView + use<> {
    view! { <body class="desk"><main id="main" tabindex="-1">{content}</main></body> }
}
