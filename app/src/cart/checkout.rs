//! `/checkout`: what buying everything in the cart leads to, and the button.

use dogear_server::cart::{
    self, Cart, CartLine, Parcel, line_field, message_field, method_field, seen_field,
};
use leptos::prelude::*;

use super::actions::CheckOut;
use super::page::{book, nothing, terms};
use super::text;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextArea};
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::selling::takes_back;
use dogear_urls as urls;

pub(super) async fn show(req: Req) -> PageResult {
    let state = req.form.clone();
    let cart = cart::page(&req.cx).await?;
    Ok(req.page("Checkout").nav(Nav::Trades).render(move || {
        let left = left_out(&cart, &state);
        let form = if cart.parcels.is_empty() {
            nothing().into_any()
        } else {
            form(&cart, &state)
        };
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::CART>"Your cart"</a>
                </p>
                <h1>"Checkout"</h1>
                {left}
                {form}
            </div>
        }
    }))
}

/// What of the cart is not bought, for it cannot be.
fn left_out(cart: &Cart, state: &FormState) -> Option<AnyView> {
    // Also what has left the cart since the page was read: what is wrong leads to here.
    let strangers = state.errors().iter().filter_map(|(field, said)| {
        let shown = cart.lines().any(|line| line_field(line.book.copy) == field);
        let known = cart
            .gone
            .iter()
            .any(|gone| line_field(gone.book.copy) == field);
        (field.starts_with("line-") && !shown && !known)
            .then(|| (format!("f-{field}"), said.to_owned()))
    });
    let lines: Vec<(String, String)> = cart
        .gone
        .iter()
        .map(|gone| {
            let id = format!("f-{}", line_field(gone.book.copy));
            (id, gone.why.said(&gone.book.title))
        })
        .chain(strangers)
        .collect();
    (!lines.is_empty()).then(|| {
        let lines = lines
            .into_iter()
            .map(|(id, said)| view! { <li id=id>{said}</li> })
            .collect_view();
        view! {
            <div class="notice stack stack-s">
                <p class="strong">"Not bought, because it cannot be:"</p>
                <ul>{lines}</ul>
            </div>
        }
        .into_any()
    })
}

fn form(cart: &Cart, state: &FormState) -> AnyView {
    let seen = cart
        .lines()
        .map(|line| {
            let name = seen_field(line.book.copy);
            view! { <input type="hidden" name=name value=line.terms.to_string() /> }
        })
        .collect_view();
    let parcels = cart
        .parcels
        .iter()
        .map(|one| parcel(one, state))
        .collect_view();
    let number = cart.parcels.len();
    let button = match number {
        1 => "Place the order".to_owned(),
        number => format!("Place {}", count(number, "order", "orders")),
    };
    view! {
        <PostForm class="stack stack-l" action=CheckOut::PATH>
            {seen}
            {parcels}
            <p class="notice">
                "You pay each reader, not Dogear: no money passes through this site, and it cannot bring any back. All of this is placed together, or nothing."
            </p>
            <p class="row">
                <button class="btn btn-do">{button}</button>
                <a href=urls::CART>"Back to the cart"</a>
            </p>
        </PostForm>
    }
    .into_any()
}

/// What is bought of one reader, and what happens then.
fn parcel(parcel: &Parcel, state: &FormState) -> AnyView {
    let lines = parcel
        .lines
        .iter()
        .map(|one| line(one, state))
        .collect_view();
    let name = &parcel.name;
    let who = takes_back(name, parcel.trader, parcel.takes_returns);
    let ways = vec![
        (
            "meet".to_owned(),
            "In person".to_owned(),
            text::then(parcel, false),
        ),
        (
            "post".to_owned(),
            "By post".to_owned(),
            text::then(parcel, true),
        ),
    ];
    view! {
        <section class="stack">
            <h2 class="t-h3">{text::heading(parcel)}</h2>
            <ul class="picks">{lines}</ul>
            <p class="small">{text::asked(parcel)}" "{who}</p>
            <Radios
                state=state.clone()
                name=method_field(&parcel.key)
                label=format!("How {name}’s books change hands")
                options=ways
                value="meet"
            />
            <TextArea
                state=state.clone()
                name=message_field(&parcel.key)
                label=format!("A word to {name}, if you like")
                hint="Leave your address out: it is asked for when it is agreed."
            />
        </section>
    }
    .into_any()
}

fn line(line: &CartLine, state: &FormState) -> AnyView {
    let field = line_field(line.book.copy);
    let wrong = state.error(&field).map(str::to_owned);
    let news = line
        .news
        .filter(|_| wrong.is_none())
        .map(|news| news.said(&line.book.title, line.price.amount));
    let is_wrong = wrong.is_some();
    let rest = view! {
        {terms(line)}
        {wrong
            .map(|said| {
                view! {
                    <p class="error">
                        <Icon glyph=Glyph::Warn />
                        <span>
                            <span class="visually-hidden">"Error: "</span>
                            {said}
                        </span>
                    </p>
                }
            })}
        {news.map(|said| view! { <p class="small">{said}</p> })}
    }
    .into_any();
    let said = book(&line.book, rest);
    view! {
        <li class="field" class:is-wrong=is_wrong id=format!("f-{field}")>
            {said}
        </li>
    }
    .into_any()
}
