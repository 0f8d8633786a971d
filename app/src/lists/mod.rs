//! Lists of books: the reader's own, the page of one, and the way of a book into one.

pub mod actions;
mod add;
mod edit;
mod item;
mod mine;
mod page;

pub use add::on_book;

use self::actions::*;
use crate::http::Routes;
use dogear_urls::Access::{Member, Reader};
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::LISTS, mine::show)
        .get(&pages::LIST, page::show)
        .get(&pages::LIST_EDIT, edit::form)
        .get(&pages::LIST_DELETE, edit::ask)
        .get(&pages::LIST_CSV, page::csv)
        .get(&pages::LIST_ITEM, item::form)
        .action::<CreateList>(Member)
        .action::<CreateListWith>(Member)
        .action::<SaveList>(Member)
        .action::<RenewListAddress>(Reader)
        .action::<DeleteList>(Reader)
        .action::<RestoreList>(Reader)
        .action::<AddToList>(Member)
        .action::<RemoveFromList>(Reader)
        .action::<PutBackInList>(Reader)
        .action::<MoveInList>(Reader)
        .action::<NoteInList>(Member)
}
