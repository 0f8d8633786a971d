//! `/copies/{id}/buy` and `/trades/{id}/price`: what a book is bought for.

use dogear_domain::ids::{CopyId, TradeId};
use dogear_domain::money::Money;
use dogear_domain::trades::{Method, PaymentState, Verb};
use dogear_server::copies;
use dogear_server::trades::{self, TradeView};
use leptos::prelude::*;

use super::page::moved_on;
use super::pay::words_of;
use super::returns;
use super::sale_actions::{BuyCopy, MarkPaid, NamePrice};
use super::text;
use crate::action::ServerFn;
use crate::cart::add_button;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::book::one_copy;
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextArea, TextField};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::selling::takes_back;
use dogear_urls as urls;

/// How a book that is sold changes hands.
fn methods(postage: Option<Money>) -> Vec<(String, String, String)> {
    let post = match postage {
        Some(postage) => format!(
            "With {} for postage. You pay first: the page of the sale says how. Then it is posted.",
            postage.said()
        ),
        None => "You pay first: the page of the sale says how. Then it is posted.".to_owned(),
    };
    vec![
        (
            "meet".to_owned(),
            "In person".to_owned(),
            "You settle the place and the time in messages, and pay when you have the book in your hands.".to_owned(),
        ),
        ("post".to_owned(), "By post".to_owned(), post),
    ]
}

pub(super) async fn buy(req: Req, Segment(id): Segment<CopyId>) -> PageResult {
    let state = req.form.clone();
    let shown = copies::page(&req.cx, id).await?;
    if shown.mine {
        return Ok(req.redirect(&urls::copy(id)));
    }
    let sale = trades::on_sale(&req.cx, id).await?;
    let title = format!("Buy {}", shown.copy.book.title);
    let price = sale.price.amount;
    let postage = sale.price.postage.map(|postage| price.with(postage));
    Ok(req.page(title).nav(Nav::Browse).render(move || {
        let copy = shown.copy.clone();
        let path = urls::copy(copy.id);
        let name = shown.owner_name.clone();
        let who = takes_back(&name, sale.trader, sale.takes_returns);
        let (asked, button) = if sale.price.at_once {
            (
                format!("{name} sells it at once: when you press the button it is yours to pay for, and kept for you. For another price {name} is asked first."),
                format!("Buy it for {}", price.said()),
            )
        } else {
            (
                format!("{name} is asked first, and nothing is reserved before they accept."),
                format!("Ask {name} to sell it"),
            )
        };
        let cart = add_button(copy.id, false, copy.book.title.clone());
        let with = [("copy", copy.id.to_string()), ("seen", sale.terms.to_string())];
        let offers_less = !state.value("price").is_empty() || state.error("price").is_some();
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::copy(copy.id)>"The copy"</a>
                </p>
                <h1>{format!("Buy it for {}?", price.said())}</h1>
                {one_copy(&copy)}
                <p>{who}</p>
                <p class="notice">
                    {format!(
                        "{asked} You pay {name}, not Dogear: no money passes through this site.",
                    )}
                </p>
                <PostForm class="stack stack-l" action=BuyCopy::PATH with=with>
                    <Radios
                        state=state.clone()
                        name="method"
                        label="How it changes hands"
                        options=methods(postage)
                        value="meet"
                    />
                    <details class="sheet plain" open=offers_less>
                        <summary>"Offer another price"</summary>
                        <TextField
                            state=state.clone()
                            name="price"
                            label=format!("What you would pay, in {}", price.currency)
                            inputmode=Some("decimal")
                            hint=format!("Leave it empty for {}.", price.said())
                        />
                    </details>
                    <TextArea
                        state=state
                        name="message"
                        label=format!("A word to {name}, if you like")
                        hint="Leave your address out: it is asked for when you have both agreed."
                    />
                    <p class="row">
                        <button class="btn btn-do">{button}</button>
                        <a href=path>"Back to the copy"</a>
                    </p>
                </PostForm>
                <div class="stack stack-s">
                    <p class="small quiet">
                        "Or buy it later, together with other books: several books of one reader go as one parcel."
                    </p>
                    {cart}
                </div>
            </div>
        }
    }))
}

/// Another price for what is proposed. What is no sale, or cannot be answered, shows the trade.
pub(super) async fn price(req: Req, Segment(id): Segment<TradeId>) -> PageResult {
    let state = req.form.clone();
    let view = trades::page(&req.cx, id).await?;
    let Some(sale) = view.sale.clone().filter(|_| view.may(Verb::Counter)) else {
        return super::page::render(&req, id).await;
    };
    let money = |minor| Money {
        minor,
        currency: sale.currency,
    };
    let all = money(sale.prices.iter().map(|(_, price)| *price).sum());
    let postage = sale.postage.map(money);
    let one = sale.prices.len() == 1;
    // One price for each book: so both know what is left when a book falls away.
    let fields: Vec<(String, String, Money)> = view
        .books
        .iter()
        .filter_map(|line| {
            let (copy, price) = sale.prices.iter().find(|(copy, _)| *copy == line.copy)?;
            let label = if one {
                format!("Your price, in {}", sale.currency)
            } else {
                format!("Your price for {}, in {}", line.book.title, sale.currency)
            };
            Some((trades::price_field(*copy), label, money(*price)))
        })
        .collect();
    let title = if one {
        "Name another price"
    } else {
        "Name other prices"
    };
    Ok(req.page(title).nav(Nav::Trades).render(move || {
        let others = text::names(view.others());
        let moved = moved_on(&view, &state);
        let with = [("trade", id.to_string()), ("seen", view.seen.to_string())];
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                {moved}
                <p class="small">
                    <a href=urls::trade(id)>"The proposal"</a>
                </p>
                <h1>{title}</h1>
                <p class="lead">{format!("{} is proposed now.", all.said())}</p>
                <PostForm class="stack stack-l" action=NamePrice::PATH with=with>
                    {fields
                        .into_iter()
                        .map(|(name, label, price)| {
                            view! {
                                <TextField
                                    state=state.clone()
                                    name=name
                                    label=label
                                    inputmode=Some("decimal")
                                    value=price.plain()
                                />
                            }
                        })
                        .collect_view()}
                    <Radios
                        state=state.clone()
                        name="method"
                        label="How it changes hands"
                        options=methods(postage)
                        value=view.method.as_str()
                    />
                    <TextArea
                        state=state
                        name="message"
                        label=format!("A word to {others}, if you like")
                    />
                    <p class="row">
                        <button class="btn btn-do">{format!("Send it to {others}")}</button>
                        <a href=urls::trade(id)>"Back to the proposal"</a>
                    </p>
                </PostForm>
            </div>
        }
    }))
}

/// What one of several books costs, where each has its price.
pub(super) fn price_of(view: &TradeView, copy: CopyId) -> Option<String> {
    let sale = view.sale.as_ref().filter(|sale| sale.prices.len() > 1)?;
    let (_, minor) = sale.prices.iter().find(|(named, _)| *named == copy)?;
    let price = Money {
        minor: *minor,
        currency: sale.currency,
    };
    Some(price.said())
}

/// The button of the seller who has the money.
pub(super) fn paid_button(view: &TradeView) -> Option<AnyView> {
    // Who hands the book over says so with that button.
    let by_hand = view.method == Method::Meet;
    (view.may(Verb::MarkPaid) && !by_hand).then(|| {
        view! {
            <PostForm action=MarkPaid::PATH with=[("trade", view.id.to_string())]>
                <button class="btn btn-do">
                    <Icon glyph=Glyph::Check />
                    "I have been paid"
                </button>
            </PostForm>
        }
        .into_any()
    })
}

/// What a sale costs and whether it is paid, for both sides and for the desk.
pub(super) fn money(view: &TradeView) -> Option<AnyView> {
    let amount = view.amount?;
    let postage = view
        .sale
        .as_ref()
        .and_then(|sale| sale.postage)
        .filter(|_| view.method == Method::Post)
        .map(|postage| format!(", of which {} is postage", amount.with(postage).said()))
        .unwrap_or_default();
    let online = view
        .payment
        .and_then(|payment| words_of(payment.state, view.online, payment.online));
    let back = returns::money_back(view, view.online);
    let takes = returns::line(view).map(|line| view! { <p class="small quiet">{line}</p> });
    let state = match view.payment.map(|payment| payment.state) {
        _ if online.is_some() => online.unwrap_or_default(),
        None => "Nothing is due before it is agreed.",
        Some(PaymentState::Due) if view.method == Method::Meet && view.books.len() > 1 => {
            "To be paid as the books are handed over."
        }
        Some(PaymentState::Due) if view.method == Method::Meet => {
            "To be paid as the book is handed over."
        }
        Some(PaymentState::Due) => "Not paid yet.",
        Some(PaymentState::Processing) => PaymentState::Processing.label(),
        Some(PaymentState::Paid) => "The seller has been paid.",
        Some(PaymentState::Refunded) => "The seller gives the money back.",
        Some(PaymentState::Void) => "Nothing is due any more.",
    };
    Some(
        view! {
            <p class="mt4">
                <strong>{amount.said()}</strong>
                {postage}
            </p>
            <p class="small quiet">{back.unwrap_or_else(|| state.to_owned())}</p>
            {takes}
        }
        .into_any(),
    )
}
