//! `/copies/{id}/borrow` and the pages of a loan: another day, more time, keeping the book.

use dogear_domain::ids::{CopyId, TradeId};
use dogear_domain::trades::{Method, Verb, proposed_due};
use dogear_server::copies;
use dogear_server::trades::{self, LoanView, TradeView};
use jiff::Timestamp;
use leptos::prelude::*;

use super::loan_actions::{
    AgreeToKeep, AskRenewal, BorrowCopy, ExtendLoan, GrantRenewal, LetKeep, NameDay, RefuseRenewal,
};
use super::page::moved_on;
use super::text;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::book::one_copy;
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextArea, TextField};
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::time::{Say, in_words};
use dogear_urls as urls;

/// How a book that is lent changes hands, there and back.
fn methods() -> Vec<(String, String, String)> {
    vec![
        (
            "meet".to_owned(),
            "In person".to_owned(),
            "You settle the place and the time in messages, and meet again to give it back."
                .to_owned(),
        ),
        (
            "post".to_owned(),
            "By post".to_owned(),
            "It is posted to you, and you post it back: each pays for one parcel.".to_owned(),
        ),
    ]
}

fn day_field(
    state: FormState,
    label: &'static str,
    hint: &'static str,
    value: String,
) -> impl IntoView {
    view! { <TextField state=state name="due" label=label kind="date" value=value hint=hint /> }
}

pub(super) async fn borrow(req: Req, Segment(id): Segment<CopyId>) -> PageResult {
    let state = req.form.clone();
    let shown = copies::page(&req.cx, id).await?;
    if shown.mine {
        return Ok(req.redirect(&urls::copy(id)));
    }
    let loan = trades::on_loan(&req.cx, id).await?;
    let title = format!("Borrow {}", shown.copy.book.title);
    Ok(req.page(title).nav(Nav::Browse).render(move || {
        let copy = shown.copy.clone();
        let path = urls::copy(copy.id);
        let name = shown.owner_name.clone();
        let with = [("copy", copy.id.to_string()), ("seen", loan.terms.to_string())];
        let days = crate::ui::count(i64::from(loan.days), "day", "days");
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::copy(copy.id)>"The copy"</a>
                </p>
                <h1>"Borrow this book?"</h1>
                {one_copy(&copy)}
                <p>
                    {format!(
                        "{name} usually lends it for {days}. It stays theirs: you read it, and bring it back by the day you agree on. You can ask for more time then.",
                    )}
                </p>
                <PostForm class="stack stack-l" action=BorrowCopy::PATH novalidate=true with=with>
                    {day_field(
                        state.clone(),
                        "You bring it back by",
                        "Choose another day if you need it longer, or not so long. 180 days at most.",
                        loan.due.to_string(),
                    )}
                    <Radios
                        state=state.clone()
                        name="method"
                        label="How it changes hands"
                        options=methods()
                        value="meet"
                    />
                    <TextArea
                        state=state
                        name="message"
                        label=format!("A word to {name}, if you like")
                        hint="Leave your address out: it is asked for when you have both agreed."
                    />
                    <p class="row">
                        <button class="btn btn-do">{format!("Ask {name} to lend it")}</button>
                        <a href=path>"Back to the copy"</a>
                    </p>
                </PostForm>
            </div>
        }
    }))
}

/// What the pages of one loan have in common: the way back, the heading, a form.
fn framed(
    req: &Req,
    id: TradeId,
    heading: &'static str,
    content: impl FnOnce() -> AnyView + 'static,
) -> axum::response::Response {
    let state = req.form.clone();
    req.page(heading).nav(Nav::Trades).render(move || {
        let content = content();
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state />
                <p class="small">
                    <a href=urls::trade(id)>"The loan"</a>
                </p>
                <h1>{heading}</h1>
                {content}
            </div>
        }
    })
}

fn back(id: TradeId) -> impl IntoView {
    view! { <a href=urls::trade(id)>"Back to the loan"</a> }
}

/// The day of a moment for a field, where the reader lives.
fn day_of(req: &Req, at: Timestamp) -> String {
    at.to_zoned(req.zone()).date().to_string()
}

/// Another day for what is proposed. What is no loan, or cannot be answered, shows the trade.
pub(super) async fn until(req: Req, Segment(id): Segment<TradeId>) -> PageResult {
    let state = req.form.clone();
    let view = trades::page(&req.cx, id).await?;
    let Some(loan) = view.loan.filter(|_| view.may(Verb::Counter)) else {
        return super::page::render(&req, id).await;
    };
    let (due, proposed) = (
        day_of(&req, loan.due),
        in_words(loan.due, &req.zone(), req.cx.now(), Say::Day),
    );
    Ok(framed(&req, id, "Name another day", move || {
        let others = text::names(view.others());
        let moved = moved_on(&view, &state);
        let with = [("trade", id.to_string()), ("seen", view.seen.to_string())];
        view! {
            {moved}
            <p class="lead">{format!("Until {proposed} is proposed now.")}</p>
            <PostForm class="stack stack-l" action=NameDay::PATH novalidate=true with=with>
                {day_field(state.clone(), "It comes back by", "180 days from today at most.", due)}
                <Radios
                    state=state.clone()
                    name="method"
                    label="How it changes hands"
                    options=methods()
                    value=view.method.as_str()
                />
                <TextArea
                    state=state
                    name="message"
                    label=format!("A word to {others}, if you like")
                />
                <p class="row">
                    <button class="btn btn-do">{format!("Send it to {others}")}</button>
                    {back(id)}
                </p>
            </PostForm>
        }
        .into_any()
    }))
}

/// More time: the borrower asks for it, the lender gives it. Who can do neither sees the trade.
pub(super) async fn renew(req: Req, Segment(id): Segment<TradeId>) -> PageResult {
    let state = req.form.clone();
    let view = trades::page(&req.cx, id).await?;
    let asks = view.may(Verb::AskRenewal);
    let Some(loan) = view.loan.filter(|_| asks || view.may(Verb::ExtendLoan)) else {
        return super::page::render(&req, id).await;
    };
    let now = req.cx.now();
    let due = in_words(loan.due, &req.zone(), now, Say::Day);
    // Two weeks more than now, whether the day is to come or over.
    let proposed = proposed_due(14, &req.zone(), loan.due.max(now)).to_string();
    let heading = if asks {
        "Ask for more time"
    } else {
        "Give more time"
    };
    Ok(framed(&req, id, heading, move || {
        let others = text::names(view.others());
        let (action, lead, button) = if asks {
            (
                AskRenewal::PATH,
                format!(
                    "It is due on {due}. {others} says yes or no; without an answer the day stays."
                ),
                format!("Ask {others}"),
            )
        } else {
            (
                ExtendLoan::PATH,
                format!("It is due on {due}. {others} is told of the new day."),
                "Set the new day".to_owned(),
            )
        };
        view! {
            <p>{lead}</p>
            <PostForm class="stack" action=action novalidate=true with=[("trade", id.to_string())]>
                {day_field(state, "The new day", "180 days from today at most.", proposed)}
                <p class="row">
                    <button class="btn btn-do">{button}</button>
                    {back(id)}
                </p>
            </PostForm>
        }
        .into_any()
    }))
}

/// Asks once more before a book is kept for good, or that is offered.
pub(super) async fn keep(req: Req, Segment(id): Segment<TradeId>) -> PageResult {
    let view = trades::page(&req.cx, id).await?;
    let keeps = view.may(Verb::AgreeToKeep);
    if !keeps && !view.may(Verb::LetKeep) {
        return super::page::render(&req, id).await;
    }
    let heading = if keeps {
        "Keep this book?"
    } else {
        "Let it be kept?"
    };
    Ok(framed(&req, id, heading, move || {
        let others = text::names(view.others());
        let (action, lead, button) = if keeps {
            (
                AgreeToKeep::PATH,
                format!(
                    "It is yours from then on, and the loan is over. {others} is told, and nothing takes this back."
                ),
                "Keep it",
            )
        } else {
            (
                LetKeep::PATH,
                format!(
                    "{others} is asked whether they want to keep it. If they say yes, it is theirs for good; until then it stays yours, and they can bring it back."
                ),
                "Offer it",
            )
        };
        view! {
            <p class="notice">{lead}</p>
            <PostForm class="stack" action=action with=[("trade", id.to_string())]>
                <p class="row">
                    <button class="btn btn-heavy">{button}</button>
                    {back(id)}
                </p>
            </PostForm>
        }
        .into_any()
    }))
}

/// The buttons of a loan whose book is out, besides those of every trade.
pub(super) fn buttons(view: &TradeView) -> Option<AnyView> {
    let loan = view.loan.filter(|loan| loan.out)?;
    let id = view.id;
    let with = || [("trade", id.to_string())];
    let answers = view.may(Verb::GrantRenewal).then(|| {
        view! {
            <PostForm action=GrantRenewal::PATH with=with()>
                <button class="btn btn-do">
                    <Icon glyph=Glyph::Check />
                    "Give that time"
                </button>
            </PostForm>
        }
    });
    let refuses = view.may(Verb::RefuseRenewal).then(|| {
        view! {
            <PostForm action=RefuseRenewal::PATH with=with()>
                <button class="btn">"No, it stays as it is"</button>
            </PostForm>
        }
    });
    let keep = view.may(Verb::AgreeToKeep).then(|| {
        view! {
            <a class="btn btn-do" href=urls::trade_keep(id)>
                "Keep it"
            </a>
        }
    });
    let renew = match (view.may(Verb::AskRenewal), view.may(Verb::ExtendLoan)) {
        (true, _) => Some("Ask for more time"),
        (_, true) if loan.asked.is_none() => Some("Give more time"),
        (_, true) => Some("Name another day"),
        _ => None,
    };
    let renew = renew.map(|label| {
        view! {
            <a class="btn" href=urls::trade_renew(id)>
                {label}
            </a>
        }
    });
    let let_keep = view.may(Verb::LetKeep).then(|| {
        view! {
            <a class="small" href=urls::trade_keep(id)>
                "Let it be kept"
            </a>
        }
    });
    Some(
        view! {
            {answers}
            {refuses}
            {keep}
            {renew}
            {let_keep}
        }
        .into_any(),
    )
}

/// What a loan leads to once it is agreed, for its confirmation.
pub(super) fn lending(view: &TradeView, loan: &LoanView, others: &str, req: &Req) -> AnyView {
    let lends = Some(loan.lender) == view.viewer;
    let due = in_words(loan.due, &req.zone(), req.cx.now(), Say::Day);
    let titles = view
        .books
        .iter()
        .map(|line| {
            view! {
                <li>
                    <cite>{line.book.title.clone()}</cite>
                    {format!(", {}", line.book.grade().label().to_lowercase())}
                </li>
            }
        })
        .collect_view();
    let next = match (lends, view.method) {
        (true, Method::Post) => format!(
            "The book is promised to {others} at once. You post it when their address is there. It stays yours, and is due back by {due}."
        ),
        (true, Method::Meet) => format!(
            "The book is promised to {others} at once, and you meet. It stays yours, and is due back by {due}."
        ),
        (false, Method::Post) => format!(
            "The book is promised to you at once, and {others} posts it. You post it back by {due}."
        ),
        (false, Method::Meet) => format!(
            "The book is promised to you at once, and you meet {others}. You bring it back by {due}."
        ),
    };
    view! {
        <h2 class="t-h3">{if lends { "You lend" } else { "You borrow" }}</h2>
        <ul class="mt4">{titles}</ul>
        <p class="notice">{next}</p>
    }
    .into_any()
}

/// What stands on the page of a loan where another trade has the books of the other side.
pub(super) fn comes_back(view: &TradeView) -> Option<AnyView> {
    let loan = view.loan?;
    let lends = Some(loan.lender) == view.viewer;
    let words = match (loan.kept, lends) {
        (true, true) => "Nothing: it was kept for good.",
        (true, false) => "Nothing: it is yours to keep.",
        (false, true) => "The same book, by the day you have agreed on.",
        (false, false) => "The same book, by the day you have agreed on. Its owner counts on it.",
    };
    Some(view! { <p class="quiet mt4">{words}</p> }.into_any())
}
