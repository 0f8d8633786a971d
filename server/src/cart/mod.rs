//! The cart: what a reader means to buy, of several readers, and the checkout that makes sales of
//! it. Nothing is held by it; what has become of a book since is said on its page.

mod change;
mod checkout;
mod repo;
mod view;

pub use change::{add, remove, seen};
pub use checkout::{Order, Way, checkout, line_field, message_field, method_field, seen_field};
pub(crate) use repo::erase;
pub use view::{Cart, CartLine, Gone, LineBook, News, Parcel, page};

#[cfg(test)]
mod tests;

/// The most copies that one cart has.
pub const MOST: i64 = 50;
