//! The front page.

use leptos::prelude::*;

use crate::http::{Nav, PageResult, Req};

pub async fn show(req: Req) -> PageResult {
    Ok(req
        .page("Trade books with readers near you")
        .nav(Nav::None)
        .public("Trade books you have read for books you want to read.", "/")
        .render(|| {
            view! { <div class="wrap page"><h1>"Give a book. Get a book."</h1></div> }
        }))
}
