//! What stands on the shelf's page where nothing stands on the shelf.

use dogear_server::copies::{ShelfQuery, Tab};
use leptos::prelude::*;

use super::list::address;
use crate::ui::icons::{Glyph, Icon};
use dogear_urls as urls;

/// Nothing was ever added.
pub(super) fn first_use() -> impl IntoView {
    view! {
        <section class="empty rule-top">
            <svg
                class="plate"
                viewBox="0 0 96 72"
                width="96"
                height="72"
                aria-hidden="true"
                inner_html="<path d=\"M6 62h84M14 62V20h10v42M28 62V28h8v34\"/><path d=\"M42 62V14h20l12 12v36z\"/><path class=\"flap\" d=\"M62 14v12h12z\"/>"
            ></svg>
            <h2 class="t-h3">"Your shelf is bare"</h2>
            <p class="serif">
                "The books you own stand here: those you would trade, and those you only want to keep track of. Ten books make the first match likely."
            </p>
            <p>
                <a class="btn btn-do" href=urls::SHELF_ADD>
                    <Icon glyph=Glyph::Add />
                    " Add your first book"
                </a>
            </p>
            <p>
                <a href=urls::SHELF_ADD_SCAN>"Or scan the barcodes of many"</a>
            </p>
            <p>
                <a href=urls::SHELF_ADD_MANY>"Or paste a list of many"</a>
            </p>
            <p>
                <a href=urls::SHELF_IMPORT>"Or bring them from another program"</a>
            </p>
        </section>
    }
}

/// This part, or this search, has nothing.
pub(super) fn nothing_here(query: &ShelfQuery) -> impl IntoView + use<> {
    let narrowed = !query.text.is_empty() || !query.place.is_empty();
    let (heading, sentence) = if !narrowed {
        let sentence = match query.tab {
            Tab::All => "Everything you own is in the archive or in the trash.",
            Tab::Listed => {
                "Nothing of yours is listed. Tick books under “Not listed” and list them."
            }
            Tab::Owned => "Everything on your shelf is listed.",
            Tab::InTrade => {
                "Books that you have promised in a trade stand here until they are sent and received."
            }
            Tab::Lent => {
                "Books that you lend to people outside Dogear stand here until they are back. Open one of your books and choose “Lend it to somebody”."
            }
            Tab::Archive => "Books you put away stand here. Nobody else sees them.",
            Tab::Trash => "Books you delete stand here, so that you can bring them back.",
        };
        ("Nothing here".to_owned(), sentence)
    } else if query.text.is_empty() {
        (
            format!("No copy stands at “{}”", query.place),
            "Choose another place, or look at all of them.",
        )
    } else {
        (
            format!("No copy matches “{}”", query.text),
            "Try one word of the title, or the author’s last name.",
        )
    };
    let clear = narrowed.then(|| {
        let link = address(&ShelfQuery {
            text: String::new(),
            place: String::new(),
            page: 1,
            ..query.clone()
        });
        view! {
            <p>
                <a class="btn" href=link>
                    "Clear the search"
                </a>
            </p>
        }
    });
    view! {
        <section class="empty rule-top mt5">
            <h2 class="t-h3">{heading}</h2>
            <p class="serif">{sentence}</p>
            {clear}
        </section>
    }
}
