//! `/trades/{id}/pay` and `/settings/payments`: paying and being paid online, at a payment service.

use axum::extract::Query;
use dogear_domain::ids::TradeId;
use dogear_domain::trades::{PaymentState, Verb};
use dogear_server::trades::{self, Account, Online, PayView, TradeView};
use leptos::prelude::*;
use serde::Deserialize;

use super::pay_actions::{AskAboutPay, ConnectAccount, DisconnectAccount, LookAtAccount, StartPay};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::time::When;
use dogear_urls as urls;

/// How a buyer has come back from the payment service. It proves nothing.
#[derive(Default, Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    back: String,
}

pub(super) async fn show(
    req: Req,
    Segment(id): Segment<TradeId>,
    Query(back): Query<Back>,
) -> PageResult {
    let Some(view) = trades::pay_page(&req.cx, id).await? else {
        return Ok(req.redirect(&urls::trade(id)));
    };
    let (now, zone) = (req.cx.now(), req.zone());
    let state = req.form.clone();
    Ok(req
        .page(format!("Pay {}", view.amount.said()))
        .nav(Nav::Trades)
        .render(move || {
            let until = view
                .until
                .filter(|_| view.link.is_some())
                .map(|at| view! { <When at=at zone=zone now=now /> });
            let (heading, text) = words(&view, &back.back);
            view! {
                <div class="wrap wrap-narrow page stack">
                    <ErrorSummary state=state />
                    <p class="small">
                        <a href=urls::trade(id)>"The sale"</a>
                    </p>
                    <h1>{heading}</h1>
                    <p class="lead">{text}</p>
                    {until.map(|until| view! { <p>"You can pay until "{until}"."</p> })}
                    {ways(&view, id, &back.back)}
                    <p class="small quiet">
                        "You pay the seller on the page of Stripe, a payment service. Dogear never sees your card, and no money passes through it. Stripe tells us only whether it is paid."
                    </p>
                </div>
            }
        }))
}

/// What stands on the page, by how the payment stands and how the buyer has come.
fn words(view: &PayView, back: &str) -> (String, &'static str) {
    let amount = view.amount.said();
    if view.online.in_review || view.online.is_stuck {
        return (
            "We look at your payment".into(),
            "Something is wrong with what was paid. Do not pay again, and you need do nothing: we write to you.",
        );
    }
    if view.online.came_late {
        let text = if view.online.is_returning {
            "Your payment came when the sale was over, so it goes back to you, the way you paid it. Do not pay again."
        } else {
            "Your payment came when the sale was over, so it has gone back to you, the way you paid it. That takes some days."
        };
        return ("Your money goes back to you".into(), text);
    }
    let back_to = || {
        view.part_back
            .clone()
            .unwrap_or_else(|| "Your money".into())
    };
    match view.state {
        PaymentState::Processing if back == "paid" => (
            "Your payment is being confirmed".into(),
            "Do not pay again. The payment service tells us when it is done, mostly within a minute, and we write to you. You need not wait here.",
        ),
        PaymentState::Processing if view.is_opening => (
            format!("Pay {amount}"),
            "The payment service has not answered yet. Nothing was paid.",
        ),
        PaymentState::Processing if back == "left" => (
            format!("Pay {amount}"),
            "You came back without paying. You can go there again, or leave it: nothing is paid then, and the book is kept for you until its last day.",
        ),
        PaymentState::Processing => (
            format!("Pay {amount}"),
            "The book is kept for you. Pay once; if you have paid already, do not pay again, but have us ask whether it is there.",
        ),
        PaymentState::Due => (
            format!("Pay {amount} online?"),
            "You pay with a card or another way that the payment service offers, and the seller is told at once. What you pay goes back to you if the sale ends before the book is sent.",
        ),
        PaymentState::Paid => (
            "It is paid".into(),
            "Your payment is confirmed, and the seller knows. You need do nothing more here.",
        ),
        PaymentState::Refunded if view.online.is_returning => (
            format!("{} goes back to you", back_to()),
            "The payment service is asked to give it back, the way you paid it.",
        ),
        PaymentState::Refunded => (
            format!("{} is given back", back_to()),
            "It goes back the way you paid it. That takes some days, often 5 to 10.",
        ),
        PaymentState::Void => (
            "Nothing is due any more".into(),
            "The sale is over. Pay nothing; what is paid all the same goes back to you.",
        ),
    }
}

/// What the buyer can press: abroad by a plain link, since a form may not lead there.
fn ways(view: &PayView, id: TradeId, back: &str) -> AnyView {
    let trade = || [("trade", id.to_string())];
    let said_paid = back == "paid";
    let link = view
        .link
        .clone()
        .filter(|_| view.runs && !said_paid)
        .map(|link| {
            let label = format!("Pay {} at Stripe", view.amount.said());
            view! {
                <p>
                    <a class="btn btn-do" href=link rel="noreferrer nofollow">
                        {label}
                    </a>
                </p>
            }
        });
    let start = (view.is_opening || view.online.is_offered).then(|| {
        let label = if view.is_opening {
            "Try again"
        } else {
            "Pay now"
        };
        view! {
            <PostForm action=StartPay::PATH with=trade()>
                <button class="btn btn-do">{label}</button>
            </PostForm>
        }
    });
    let ask = (view.state == PaymentState::Processing && !view.is_opening).then(|| {
        view! {
            <PostForm action=AskAboutPay::PATH with=trade()>
                <button class="btn" class:btn-do=said_paid>
                    "I have paid: ask whether it is there"
                </button>
            </PostForm>
        }
    });
    view! { <div class="stack">{link}{start}{ask}</div> }.into_any()
}

/// The buyer's way to the payment service, on the page of the sale.
pub(super) fn pay_button(view: &TradeView) -> Option<AnyView> {
    let buys = view.books.iter().any(|line| Some(line.to) == view.viewer);
    let paying = view
        .payment
        .is_some_and(|payment| payment.state == PaymentState::Processing);
    let label = match (
        view.online.is_offered && view.may(Verb::StartPayment),
        paying,
    ) {
        (_, true) if view.online.in_review => return None,
        (_, true) => "To your payment",
        (true, false) => "Pay now",
        (false, false) => return None,
    };
    buys.then(|| {
        view! {
            <a class="btn btn-do" href=urls::trade_pay(view.id)>
                {label}
            </a>
        }
        .into_any()
    })
}

/// Where money is that is paid online; nothing where that says no more than the payment itself.
pub(super) fn words_of(
    state: PaymentState,
    online: Online,
    by_service: bool,
) -> Option<&'static str> {
    Some(match state {
        _ if online.in_review || online.is_stuck => {
            "Something is wrong with what was paid online. Do not pay again, and post nothing; somebody of the site looks at it."
        }
        PaymentState::Processing => {
            "It is being paid online. Do not pay another way, and post nothing before it is confirmed."
        }
        PaymentState::Paid if by_service => "Paid online.",
        PaymentState::Refunded if online.is_returning => {
            "Paid online, and on its way back to the buyer."
        }
        PaymentState::Refunded if by_service => "Paid online, and given back to the buyer.",
        PaymentState::Void if online.came_late && online.is_returning => {
            "It was paid online when the sale was over, and goes back to the buyer."
        }
        PaymentState::Void if online.came_late => {
            "It was paid online when the sale was over, and was given back to the buyer."
        }
        _ => return None,
    })
}

const LEAD: &str = "Buyers of your books can pay you with a card, at Stripe. The money is yours at once and never passes through Dogear, which takes nothing of it; Stripe takes a fee.";

/// How the reader is paid online; where this site does not offer it, there is no such page.
pub(super) async fn account(req: Req) -> PageResult {
    let account = trades::account(&req.cx)
        .await?
        .ok_or(dogear_server::Error::NotFound)?;
    let state = req.form.clone();
    Ok(req
        .page("Being paid online")
        .nav(Nav::Me)
        .render(move || {
            let stop = (account != Account::None).then(|| {
                view! {
                    <PostForm class="stack stack-s rule-top" action=DisconnectAccount::PATH>
                        <p class="small quiet">
                            "Your account at Stripe stays yours; we forget which it is. What is being paid just now still comes to you. You can connect one again at any time."
                        </p>
                        <button class="btn">"Take no payments online any more"</button>
                    </PostForm>
                }
            });
            view! {
                <div class="wrap wrap-narrow page stack stack-l">
                    <ErrorSummary state=state />
                    <header class="stack stack-s">
                        <nav class="crumbs" aria-label="You are here">
                            <a href=urls::SETTINGS>"Settings"</a>
                        </nav>
                        <h1>"Being paid online"</h1>
                        <p class="lead">{LEAD}</p>
                    </header>
                    {connecting(account)}
                    {stop}
                </div>
            }
        }))
}

fn connecting(account: Account) -> AnyView {
    match account {
        Account::None => view! {
            <PostForm class="stack stack-s" action=ConnectAccount::PATH>
                <p>
                    "Stripe asks you who you are and where your money goes. We send Stripe nothing about you, and learn only whether you can be paid. When a sale that was paid online ends before the book is sent, or a moderator decides so, the money goes back from your account by itself."
                </p>
                <button class="btn btn-do">"Connect an account"</button>
            </PostForm>
        }
        .into_any(),
        Account::Unfinished { link: Some(link) } => view! {
            <div class="stack">
                <p>
                    <a class="btn btn-do" href=link rel="noreferrer nofollow">
                        "Go on at Stripe"
                    </a>
                </p>
                <p class="small quiet">
                    "This way can be used once, and for a few minutes. You come back here by yourself."
                </p>
                {looking()}
            </div>
        }
        .into_any(),
        Account::Unfinished { link: None } => view! {
            <div class="stack">
                <p class="notice">
                    "Stripe does not pay into your account yet. If you have told it all it wants to know, have us look again; otherwise go on there."
                </p>
                {looking()}
                <PostForm action=ConnectAccount::PATH>
                    <button class="btn">"Go on with Stripe"</button>
                </PostForm>
            </div>
        }
        .into_any(),
        Account::Ready => view! {
            <p class="notice">
                "Your account is connected: who buys a book of yours by post can pay on its page."
            </p>
        }
        .into_any(),
    }
}

fn looking() -> impl IntoView {
    view! {
        <PostForm action=LookAtAccount::PATH>
            <button class="btn">"Look again whether it is ready"</button>
        </PostForm>
    }
}
