//! What the reader brings, and their shelf to choose from.

use dogear_domain::copies::HeldBy;
use dogear_domain::events::books::MOST_BROUGHT;
use dogear_server::copies::{Shelf, ShelfRow};
use dogear_server::events::{EventBooks, EventPage, OwnBook};
use leptos::prelude::*;

use super::{Params, about, finder};
use crate::action::ServerFn;
use crate::events::book_actions::{BringBooks, BringListed, KeepHome};
use crate::ui::book::{Condition, Cover, CoverSize, title_lang};
use crate::ui::count;
use crate::ui::field::PostForm;
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::pager::pager_of;
use dogear_urls as urls;

/// So many books of one's own stand open.
const FEW: usize = 6;

/// What the reader brings.
pub(super) fn bag(books: &EventBooks, shelf: Option<&Shelf>) -> Option<AnyView> {
    let own = &books.own;
    if own.is_empty() {
        // Only where there is something to choose from.
        shelf.filter(|shelf| shelf.counts.all > 0)?;
        return Some(
            view! {
                <section class="stack" aria-labelledby="bag-h" id="bag">
                    <h2 class="t-h3" id="bag-h">
                        "You bring nothing yet"
                    </h2>
                    <p>"Choose from your shelf below, so that others can look forward to it."</p>
                </section>
            }
            .into_any(),
        );
    }
    let rows = own.iter().map(|brought| own_book(books, brought));
    let wished = own
        .iter()
        .filter(|brought| brought.shown && brought.wishes > 0)
        .count();
    let wished = (wished > 0).then(|| {
        let text = count(wished, "of them is wished for", "of them are wished for");
        view! { <p class="small strong">{text}</p> }
    });
    let alone = (!books.takes_part).then(|| {
        view! { <p class="small quiet">"Nobody else sees this now."</p> }
    });
    // Whoever brings two bags looks at the books of others rather than at their own.
    let bag = view! {
        <section class="stack" aria-labelledby="bag-h" id="bag">
            <h2 class="t-h3" id="bag-h">
                "You bring "
                <span class="count">{count(own.len(), "book", "books")}</span>
            </h2>
            {wished}
            {alone}
            <details open=own.len() <= FEW>
                <summary>"Your books"</summary>
                <ul class="picks mt4">{rows.collect_view()}</ul>
            </details>
        </section>
    };
    Some(bag.into_any())
}

fn own_book(books: &EventBooks, brought: &OwnBook) -> AnyView {
    let book = &brought.book;
    let wishes = match (brought.shown, brought.wishes) {
        (false, _) if books.takes_part => {
            "Not shown: it is promised in a trade, lent, put away or hidden.".to_owned()
        }
        (false, _) | (true, 0) => String::new(),
        (true, wishes) => count(wishes, "reader would like it", "readers would like it"),
    };
    let with = [
        ("event", books.event.id.to_string()),
        ("copy", brought.copy.to_string()),
    ];
    let title = format!(": {}", book.title);
    view! {
        <li>
            <Cover work=book.work size=CoverSize::Small />
            <div>
                {about(book)} <p class="fine quiet">
                    <Condition grade=book.grade />
                </p> {(!wishes.is_empty()).then(|| view! { <p class="fine strong">{wishes}</p> })}
            </div>
            <PostForm action=KeepHome::PATH with=with>
                <button class="btn btn-small">
                    <Icon glyph=Glyph::Close />
                    "Leave at home"
                    <span class="visually-hidden">{title}</span>
                </button>
            </PostForm>
        </li>
    }
    .into_any()
}

/// The reader's shelf, to choose from.
pub(super) fn choose(
    event: &EventPage,
    books: &EventBooks,
    shelf: &Shelf,
    params: &Params,
    state: &FormState,
) -> AnyView {
    let all = (shelf.counts.listed > 0 && (books.own.len() as i64) < MOST_BROUGHT).then(|| {
        view! {
            <PostForm action=BringListed::PATH with=[("event", event.id.to_string())]>
                <button class="btn">"Bring all that you have listed"</button>
            </PostForm>
        }
    });
    if shelf.counts.all == 0 {
        return view! {
            <p>
                "Your shelf is empty. " <a href=urls::SHELF_ADD>"Add a book"</a>
                ", and you can bring it."
            </p>
        }
        .into_any();
    }
    let is_brought = |row: &ShelfRow| books.own.iter().any(|own| own.copy == row.id);
    let rows: Vec<_> = shelf
        .rows
        .iter()
        .filter(|row| !is_brought(row) && row.hidden.is_none())
        .map(pick)
        .collect();
    let nothing = rows.is_empty().then(|| {
        let text = if shelf.found == 0 {
            "Nothing on your shelf matches."
        } else {
            "Nothing else here to choose."
        };
        view! { <p class="quiet">{text}</p> }
    });
    let submit = (!rows.is_empty()).then(|| {
        view! {
            <p>
                <button class="btn btn-do">"Bring what is ticked"</button>
            </p>
        }
    });
    let link = |shelf_page| {
        let part = urls::EventBooks {
            shelf_page,
            ..params.part()
        };
        format!("{}#shelf", urls::event_books_page(event.id, part))
    };
    let wrong = state.error("copies").map(str::to_owned);
    let with = [
        ("event", event.id.to_string()),
        ("shelf", params.shelf.clone()),
    ];
    let open = books.own.is_empty()
        || !params.shelf.is_empty()
        || params.part().shelf_page > 1
        || wrong.is_some();
    let wrong = wrong.map(|text| {
        view! {
            <p class="error" id="f-copies" tabindex="-1">
                {text}
            </p>
        }
    });
    view! {
        <details open=open id="shelf">
            <summary>"Choose from your shelf"</summary>
            <div class="stack mt4">
                <p class="small quiet">
                    "Also books that you have not listed. Whoever takes part sees who brings what; anybody who sees the event sees the titles, and may know your public shelf."
                </p>
                {all}
                {finder(event, "shelf", "On your shelf", params)}
                <PostForm class="stack" action=BringBooks::PATH with=with>
                    {wrong}
                    <ul class="picks">{rows}</ul>
                    {submit}
                </PostForm>
                {nothing}
                {pager_of("Pages of your shelf", shelf.page, shelf.pages, link)}
            </div>
        </details>
    }
    .into_any()
}

fn pick(row: &ShelfRow) -> AnyView {
    let held = row.held_by().map(|by| {
        let words = match by {
            HeldBy::Trade(_) => "Promised in a trade: not shown while it is.",
            HeldBy::Round(_) => "Given away to one who asks: not shown while it is.",
            HeldBy::Lent => "Lent to somebody: not shown until it is back.",
        };
        view! { <p class="fine quiet">{words}</p> }
    });
    view! {
        <li>
            <Cover work=row.work size=CoverSize::Small />
            <div>
                <p class="btitle" dir="auto" lang=title_lang(&row.language)>
                    {row.title.clone()}
                </p>
                <p class="by small" dir="auto">
                    {row.author_line.clone()}
                </p>
                <p class="fine quiet">
                    <Condition grade=row.grade />
                </p>
                {held}
            </div>
            <label class="choice take">
                <input type="checkbox" name="copies" value=row.id.to_string() />
                <span class="visually-hidden">{row.title.clone()}</span>
            </label>
        </li>
    }
    .into_any()
}
