//! The cart and the checkout.

pub mod actions;
mod checkout;
mod page;
mod text;

use dogear_domain::ids::CopyId;
use dogear_urls::Access::{Member, Reader};
use dogear_urls::pages;
use leptos::prelude::*;

use self::actions::{AddToCart, CheckOut, RemoveFromCart, SeeCart};
use crate::action::ServerFn;
use crate::http::Routes;
use crate::ui::field::PostForm;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::CART, page::show)
        .get(&pages::CHECKOUT, checkout::show)
        .action::<AddToCart>(Member)
        .action::<RemoveFromCart>(Reader)
        .action::<SeeCart>(Reader)
        .action::<CheckOut>(Member)
}

/// The button that puts a copy into the cart. `what`: whose or which copy it is, for those who do
/// not see where the button stands.
pub fn add_button(copy: CopyId, small: bool, what: String) -> AnyView {
    let class = if small { "btn btn-small" } else { "btn" };
    view! {
        <PostForm action=AddToCart::PATH with=[("copy", copy.to_string())]>
            <button class=class>
                "Add to cart" <span class="visually-hidden">" "{what}</span>
            </button>
        </PostForm>
    }
    .into_any()
}
