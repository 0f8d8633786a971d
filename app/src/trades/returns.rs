//! Books of a sale that go back: the question, the buttons, and where it stands.

use dogear_domain::fields::Reason;
use dogear_domain::ids::TradeId;
use dogear_domain::money::Money;
use dogear_domain::trades::{
    LegPurpose, Method, NextAction, PaymentState, RETURN_DAYS, TradeState, Verb, Who,
};
use dogear_server::trades::{self, GoesBack, Online, TradeView};
use leptos::prelude::*;

use super::return_actions::{AskReturn, DropReturn, MarkGivenBack};
use super::text::{self, StatusLine};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::field::{ErrorSummary, PostForm, TextArea};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::time::{Say, in_words};
use dogear_urls as urls;

/// Whether its books can be given back, for both sides of a sale, while it matters.
pub(super) fn line(view: &TradeView) -> Option<String> {
    let returns = view.returns?;
    let runs = matches!(view.state, TradeState::Proposed | TradeState::Agreed);
    if returns.way.is_some() || !(runs || view.state == TradeState::Completed) {
        return None;
    }
    let seller = view.books.first().map(|line| line.from);
    let sells = seller == view.viewer;
    let who = match seller.and_then(|seller| view.party(seller)) {
        _ if sells => "You take",
        Some(party) if party.former => return None,
        _ => "The seller takes",
    };
    let post = if returns.trader && view.method == Method::Post {
        ", with what was paid for the post"
    } else {
        ""
    };
    Some(match (returns.takes, sells) {
        (true, _) => format!("{who} it back within {RETURN_DAYS} days after it came{post}."),
        (false, true) => "You do not take it back.".into(),
        (false, false) => "The seller does not take it back.".into(),
    })
}

/// Where a sale stands whose books go back, or went; nothing for any other.
pub(super) fn status(
    way: Option<GoesBack>,
    state: TradeState,
    next: &NextAction,
    others: &str,
    buys: bool,
) -> Option<StatusLine> {
    let yours = next.who == Who::You;
    let until = next.until;
    Some(match (way?, state, next.verb) {
        (GoesBack::Back, _, _) if buys => {
            StatusLine::plain(format!("{others} has the book back, and the sale is over."))
        }
        (GoesBack::Back, _, _) => {
            StatusLine::plain("You have the book back, and the sale is over.")
        }
        (GoesBack::Kept, _, _) if buys => {
            StatusLine::plain("You keep the book. The return has ended.")
        }
        (GoesBack::Kept, _, _) => {
            StatusLine::plain(format!("{others} keeps the book. The return has ended."))
        }
        (_, TradeState::Agreed, Some(Verb::Send)) if yours && until.is_some() => {
            StatusLine::until("You give it back. Post it by ", until, ".")
        }
        (_, TradeState::Agreed, Some(Verb::Send)) if yours => StatusLine::plain(format!(
            "You give it back. Post it when {others} has entered an address."
        )),
        (_, TradeState::Agreed, Some(Verb::Send)) if until.is_some() => StatusLine::until(
            format!("{others} gives it back, and has until "),
            until,
            " to post it.",
        ),
        (_, TradeState::Agreed, Some(Verb::Send)) => StatusLine::plain(format!(
            "{others} gives it back. Enter where it should be posted."
        )),
        (_, TradeState::Agreed, Some(Verb::HandOver)) if yours => {
            StatusLine::until(format!("You give it back. Meet {others} by "), until, ".")
        }
        (_, TradeState::Agreed, Some(Verb::HandOver)) => {
            StatusLine::until(format!("{others} gives it back. Meet by "), until, ".")
        }
        (_, TradeState::Agreed, Some(Verb::Receive)) if yours => StatusLine::plain(format!(
            "{others} has given it back. Say so when you have it."
        )),
        (_, TradeState::Agreed, Some(Verb::Receive)) => StatusLine::plain(format!(
            "It is on its way back. Your money follows when {others} has it."
        )),
        _ => return None,
    })
}

/// The buttons of a sale whose books can go back, or do, and of money that does.
pub(super) fn buttons(view: &TradeView) -> AnyView {
    let with = || [("trade", view.id.to_string())];
    let ask = view.may(Verb::AskReturn).then(|| {
        view! {
            <a class="small" href=urls::trade_return(view.id)>
                "Give it back"
            </a>
        }
    });
    let keep = view.may(Verb::DropReturn).then(|| {
        view! {
            <PostForm action=DropReturn::PATH with=with()>
                <button class="btn">"Keep it after all"</button>
            </PostForm>
        }
    });
    let owes = view.payment.filter(|payment| {
        let sells = view.books.first().map(|line| line.from) == view.viewer;
        let by_hand = !payment.online && !payment.given_back;
        payment.state == PaymentState::Refunded && by_hand && sells
    });
    let given = owes.map(|payment| {
        let amount = payment.amount.with(payment.refunded).said();
        view! {
            <PostForm action=MarkGivenBack::PATH with=with()>
                <button class="btn btn-do">
                    <Icon glyph=Glyph::Check />
                    {format!("I have given {amount} back")}
                </button>
            </PostForm>
        }
    });
    view! {
        {given}
        {keep}
        {ask}
    }
    .into_any()
}

/// Where money is that goes back, in words for both sides; nothing where none does.
pub(super) fn money_back(view: &TradeView, online: Online) -> Option<String> {
    let payment = view.payment?;
    let amount = payment.refund_said()?;
    Some(match (payment.online, payment.given_back) {
        (true, _) if online.is_stuck || online.in_review => return None,
        (true, _) if online.is_returning => {
            format!("Paid online; {amount} is on its way back to the buyer.")
        }
        (true, _) => format!("Paid online; {amount} given back to the buyer."),
        (false, true) => format!("{amount} given back, the seller says."),
        (false, false) => format!("The seller gives {amount} back."),
    })
}

/// `/trades/{id}/return`: asks once more before books go back. What cannot go back shows the sale.
pub(super) async fn ask(req: Req, Segment(id): Segment<TradeId>) -> PageResult {
    let view = trades::page(&req.cx, id).await?;
    let returns = view.returns.filter(|_| view.may(Verb::AskReturn));
    let Some(returns) = returns else {
        return super::page::render(&req, id).await;
    };
    let state = req.form.clone();
    let others = text::names(view.others());
    let one = view.books.len() == 1;
    let heading = if one {
        "Give the book back?"
    } else {
        "Give the books back?"
    };
    let until = returns
        .until
        .map(|at| in_words(at, &req.zone(), req.cx.now(), Say::Day));
    let amount = returns.refund.map_or_else(String::new, Money::said);
    let way = if view.method == Method::Post {
        format!("{others} enters an address, and you post it within a week. You pay for the post.")
    } else {
        format!("You meet {others} within a week, as you agree in messages.")
    };
    let all = if one {
        ""
    } else {
        " All books of this sale go back together."
    };
    let postage = if returns.trader && view.method == Method::Post {
        ", with what you paid for the post"
    } else {
        ""
    };
    let titles = view
        .books
        .iter()
        .map(|line| {
            view! {
                <li>
                    <cite>{line.book.title.clone()}</cite>
                </li>
            }
        })
        .collect_view();
    Ok(req.page(heading).nav(Nav::Trades).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::trade(id)>"The sale"</a>
                </p>
                <h1>{heading}</h1>
                <ul>{titles}</ul>
                <p class="notice">
                    {format!(
                        "{others} takes it back without asking why.{all} {way} When it is there, {amount} goes back to you{postage}. It is taken off your listings now. If you send nothing, you keep it.",
                    )}
                </p>
                {until
                    .map(|until| {
                        view! {
                            <p class="small quiet">
                                {format!("You can ask for this until {until}.")}
                            </p>
                        }
                    })}
                <PostForm class="stack" action=AskReturn::PATH with=[("trade", id.to_string())]>
                    <TextArea
                        state=state
                        name="reason"
                        label=format!("Why, if you like: {others} reads it")
                        maxlength=Reason::MAX
                    />
                    <p class="row">
                        <button class="btn btn-do">"Give it back"</button>
                        <a href=urls::trade(id)>"Back to the sale"</a>
                    </p>
                </PostForm>
            </div>
        }
    }))
}

/// Whether a leg is the way back of something sold.
pub(super) fn is_way_back(view: &TradeView, purpose: LegPurpose) -> bool {
    view.sale.is_some() && purpose == LegPurpose::Return
}
