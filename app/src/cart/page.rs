//! `/cart`: what the reader means to buy.

use dogear_server::cart::{self, Cart, CartLine, Gone, LineBook, Parcel, seen_field};
use leptos::prelude::*;

use super::actions::{RemoveFromCart, SeeCart};
use super::text;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{Condition, Cover, CoverSize, title_lang};
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::{ErrorSummary, PostForm};
use dogear_urls as urls;

pub(super) async fn show(req: Req) -> PageResult {
    let state = req.form.clone();
    let cart = cart::page(&req.cx).await?;
    let may_buy = req.cx.member().is_ok();
    Ok(req.page("Your cart").nav(Nav::Trades).render(move || {
        let content = if cart.is_empty() {
            nothing().into_any()
        } else {
            whole(&cart, may_buy)
        };
        view! {
            <div class="wrap page stack stack-l">
                <ErrorSummary state=state.clone() />
                <div class="head">
                    <h1>"Your cart"</h1>
                    <p class="small">
                        <a href=urls::ORDERS>"Your orders"</a>
                    </p>
                </div>
                {content}
            </div>
        }
    }))
}

fn whole(cart: &Cart, may_buy: bool) -> AnyView {
    let parcels = cart.parcels.iter().map(parcel).collect_view();
    let gone = (!cart.gone.is_empty()).then(|| {
        let lines = cart.gone.iter().map(gone).collect_view();
        view! {
            <section>
                <h2 class="t-h3">"These cannot be bought now"</h2>
                <ul class="picks mt4">{lines}</ul>
            </section>
        }
    });
    let go = (may_buy && !cart.parcels.is_empty()).then(|| {
        view! {
            <a class="btn btn-do" href=urls::CHECKOUT>
                "Go to the checkout"
            </a>
        }
    });
    view! {
        <p class="quiet">
            "Nothing is reserved by being here. Books of one reader go as one parcel, with the largest postage of one of them. You pay each reader, not Dogear."
        </p>
        {news(cart)}
        {parcels}
        {gone}
        <p class="row">{go} <a href=urls::browse_for_sale()>"Look for more books"</a></p>
    }
    .into_any()
}

/// What has changed, and the button that says that the reader knows it.
fn news(cart: &Cart) -> Option<AnyView> {
    let changed: Vec<&CartLine> = cart.lines().filter(|line| line.news.is_some()).collect();
    if changed.is_empty() {
        return None;
    }
    let seen = changed
        .iter()
        .map(|line| (seen_field(line.book.copy), line.terms.to_string()))
        .collect::<Vec<_>>();
    let sentences = changed.into_iter().filter_map(sentence).collect_view();
    Some(
        view! {
            <PostForm class="notice notice-do stack stack-s" action=SeeCart::PATH>
                {sentences}
                {seen
                    .into_iter()
                    .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
                    .collect_view()}
                <button class="btn btn-small">"I have seen it"</button>
            </PostForm>
        }
        .into_any(),
    )
}

fn sentence(line: &CartLine) -> Option<AnyView> {
    let said = line.news?.said(&line.book.title, line.price.amount);
    Some(view! { <p>{said}</p> }.into_any())
}

fn parcel(parcel: &Parcel) -> AnyView {
    let heading = text::heading(parcel);
    let lines = parcel.lines.iter().map(line).collect_view();
    let (goods, post) = (parcel.goods.said(), text::by_post(parcel));
    view! {
        <section>
            <h2 class="t-h3">
                {heading} " " <a class="small" href=urls::reader(&parcel.handle)>
                    {format!("@{}", parcel.handle)}
                </a>
            </h2>
            <ul class="picks mt4">{lines}</ul>
            <p class="mt4">
                <strong>{goods}</strong>
                {format!(" in person; by post {post}.")}
            </p>
            <p class="small quiet">{text::asked(parcel)}</p>
        </section>
    }
    .into_any()
}

/// A book with its cover; `rest` stands below its author.
pub(super) fn book(book: &LineBook, rest: AnyView) -> AnyView {
    let lang = title_lang(&book.language);
    view! {
        <Cover work=book.work size=CoverSize::Small />
        <div>
            <p class="btitle" lang=lang dir="auto">
                <a href=urls::copy(book.copy)>{book.title.clone()}</a>
            </p>
            <p class="by small" dir="auto">
                {book.author_line.clone()}
            </p>
            {rest}
        </div>
    }
    .into_any()
}

/// What a book costs, and in which condition it is.
pub(super) fn terms(line: &CartLine) -> AnyView {
    let tag = line
        .price
        .at_once
        .then(|| view! { <span class="tag">"Buy now"</span> });
    view! {
        <p class="small">
            <strong>{line.price.amount.said()}</strong>
            " "
            <Condition grade=line.book.grade />
            " "
            {tag}
        </p>
    }
    .into_any()
}

fn line(line: &CartLine) -> AnyView {
    let said = book(&line.book, terms(line));
    view! { <li>{said} {remove(&line.book)}</li> }.into_any()
}

fn gone(gone: &Gone) -> AnyView {
    let why = gone.why.said(&gone.book.title);
    let said = book(&gone.book, view! { <p class="small">{why}</p> }.into_any());
    view! { <li>{said} {remove(&gone.book)}</li> }.into_any()
}

fn remove(book: &LineBook) -> AnyView {
    let title = book.title.clone();
    view! {
        <PostForm action=RemoveFromCart::PATH with=[("copy", book.copy.to_string())]>
            <button class="btn btn-small">
                "Take out" <span class="visually-hidden">": "{title}</span>
            </button>
        </PostForm>
    }
    .into_any()
}

pub(super) fn nothing() -> impl IntoView {
    view! {
        <Empty plate=Plate::FirstUse heading="Your cart is empty">
            <p>
                "Put books into it that other readers sell, and buy them together: of one reader or of several."
            </p>
            <p>
                <a class="btn" href=urls::browse_for_sale()>
                    "Books for sale"
                </a>
            </p>
        </Empty>
    }
}
