//! The pages before a step that cannot be undone, or that needs a word more: what
//! will happen, and one button.

use axum::extract::Query;
use dogear_domain::fields::{ProblemDetails, Reason};
use dogear_domain::ids::{LegId, TradeId};
use dogear_domain::money::Money;
use dogear_domain::trades::{
    CancelGround, LegState, Method, PHOTOS_PER_PROBLEM, PaymentState, ProblemReason, Verb,
};
use dogear_server::trades::{self, TradeView};
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::{
    AcceptTrade, CancelTrade, DeclineTrade, ReportProblem, SendBooks, WithdrawTrade,
};
use super::address::return_address;
use super::loan::lending;
use super::loan_text;
use super::page::moved_on;
use super::returns::is_way_back;
use super::text;
use crate::action::ServerFn;
use crate::http::{AppError, Nav, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PhotosField, PostForm, Radios, TextArea, TextField};
use crate::ui::form_state::FormState;
use crate::ui::time::{Say, in_words};
use dogear_urls as urls;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    Accept,
    Decline,
    Withdraw,
    Send(LegId),
    Cancel,
    Problem(LegId),
}

/// Which parcel a page is about.
#[derive(Deserialize)]
pub(super) struct Params {
    leg: Option<i64>,
}

type Id = Segment<TradeId>;

pub(super) async fn accept(req: Req, Segment(id): Id) -> PageResult {
    render(&req, id, Question::Accept).await
}

pub(super) async fn decline(req: Req, Segment(id): Id) -> PageResult {
    render(&req, id, Question::Decline).await
}

pub(super) async fn withdraw(req: Req, Segment(id): Id) -> PageResult {
    render(&req, id, Question::Withdraw).await
}

pub(super) async fn cancel(req: Req, Segment(id): Id) -> PageResult {
    render(&req, id, Question::Cancel).await
}

pub(super) async fn send(req: Req, Segment(id): Id, Query(params): Query<Params>) -> PageResult {
    let leg = params.leg.map(LegId).ok_or_else(AppError::not_found)?;
    render(&req, id, Question::Send(leg)).await
}

pub(super) async fn problem(req: Req, Segment(id): Id, Query(params): Query<Params>) -> PageResult {
    let leg = params.leg.map(LegId).ok_or_else(AppError::not_found)?;
    render(&req, id, Question::Problem(leg)).await
}

impl Question {
    fn verb(self) -> Verb {
        match self {
            Self::Accept => Verb::Accept,
            Self::Decline => Verb::Decline,
            Self::Withdraw => Verb::Withdraw,
            Self::Send(_) => Verb::Send,
            Self::Cancel => Verb::Cancel,
            Self::Problem(_) => Verb::ReportProblem,
        }
    }

    fn heading(self, free: bool, lends: bool) -> &'static str {
        match self {
            Self::Accept if lends => "Accept this loan?",
            Self::Cancel if lends && free => "Cancel this loan?",
            Self::Cancel if lends => "Ask to cancel this loan?",
            Self::Accept => "Accept this trade?",
            Self::Decline => "Decline this proposal?",
            Self::Withdraw => "Withdraw your proposal?",
            Self::Send(_) => "You have posted the parcel",
            Self::Cancel if free => "Cancel this trade?",
            Self::Cancel => "Ask to cancel this trade?",
            Self::Problem(_) => "What went wrong?",
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Accept => AcceptTrade::PATH,
            Self::Decline => DeclineTrade::PATH,
            Self::Withdraw => WithdrawTrade::PATH,
            Self::Send(_) => SendBooks::PATH,
            Self::Cancel => CancelTrade::PATH,
            Self::Problem(_) => ReportProblem::PATH,
        }
    }
}

/// The page that asks; the trade itself when there is nothing to ask any more.
async fn render(req: &Req, id: TradeId, question: Question) -> PageResult {
    let state = req.form.clone();
    let view = trades::page(&req.cx, id).await?;
    if !view.may(question.verb()) {
        return super::page::render(req, id).await;
    }
    let others = text::names(view.others());
    let free = view.cancel_ground.is_some();
    let heading = question.heading(free, view.loan.is_some());
    let consequence = consequence(&view, question, &others, req);
    let (action, back) = (question.action(), urls::trade(id));
    let moved = moved_on(&view, &state);
    let files = matches!(question, Question::Problem(_));
    let smaller = req.assets.path("photos.js").to_owned();
    let mut with = vec![("trade", id.to_string())];
    match question {
        Question::Accept => with.push(("seen", view.seen.to_string())),
        Question::Send(leg) | Question::Problem(leg) => with.push(("leg", leg.to_string())),
        Question::Decline | Question::Withdraw | Question::Cancel => {}
    }
    let button = match question {
        Question::Accept => "Accept, and reserve the books",
        Question::Decline => "Decline",
        Question::Withdraw => "Withdraw it",
        Question::Send(_) => "Mark as posted",
        Question::Cancel if free => "Cancel the trade",
        Question::Cancel => "Ask to cancel",
        Question::Problem(_) => "Report the problem",
    };
    let class = match question {
        Question::Accept | Question::Send(_) => "btn btn-do",
        _ => "btn btn-heavy",
    };
    Ok(req.page(heading).nav(Nav::Trades).render(move || {
        view! {
            <div class="wrap wrap-narrow">
                <nav class="crumbs" aria-label="Breadcrumb">
                    <ol>
                        <li>
                            <a href=urls::TRADES>"Trades"</a>
                        </li>
                        <li>
                            <a href=back.clone()>{format!("With {others}, number {id}")}</a>
                        </li>
                    </ol>
                </nav>
                <div class="page stack">
                    <ErrorSummary state=state.clone() />
                    {moved}
                    <h1>{heading}</h1>
                    {consequence}
                    <PostForm class="stack" action=action with=with files=files>
                        {fields(&view, question, &state, &others, smaller)}
                        <p class="row">
                            <button class=class>{button}</button>
                            <a href=back>"Back to the trade"</a>
                        </p>
                    </PostForm>
                </div>
            </div>
        }
    }))
}

/// What the step leads to, exactly.
fn consequence(view: &TradeView, question: Question, others: &str, req: &Req) -> AnyView {
    match question {
        Question::Accept if view.sale.is_some() => selling(view, others),
        Question::Accept if view.loan.is_some() => {
            view.loan.map(|loan| lending(view, &loan, others, req)).into_any()
        }
        Question::Accept => {
            let titles = |giving: bool| {
                view.books
                    .iter()
                    .filter(|line| {
                        let side = if giving { line.from } else { line.to };
                        Some(side) == view.viewer
                    })
                    .map(|line| view! {
                        <li>
                            <cite>{line.book.title.clone()}</cite>
                            {format!(", {}", line.book.grade().label().to_lowercase())}
                        </li>
                    })
                    .collect_view()
            };
            let rivals = match view.competing {
                0 => String::new(),
                rivals => format!(
                    " {} of yours with one of these books {}.",
                    count(rivals, "other open proposal", "other open proposals"),
                    if rivals == 1 { "ends" } else { "end" }
                ),
            };
            let days = count(view.policy.send_days, "day", "days");
            let until = if view.method == Method::Post {
                "to send, counted from the day on which the parcel’s address is there. Until something is sent, each can still cancel."
            } else {
                "to meet. Until something is handed over, each can still cancel."
            };
            let total = count(view.books.len(), "book is", "books are");
            view! {
                <div class="cols">
                    <div>
                        <h2 class="t-h3">"You give"</h2>
                        <ul class="mt4">{titles(true)}</ul>
                    </div>
                    <div>
                        <h2 class="t-h3">"You get"</h2>
                        <ul class="mt4">{titles(false)}</ul>
                    </div>
                </div>
                <p class="notice">
                    {format!(
                        "{total} reserved at once, on both sides.{rivals} From then on each of you has {days} {until}",
                    )}
                </p>
            }
            .into_any()
        }
        Question::Decline => view! { <p>{format!("The proposal ends, and {others} is told. Nothing was reserved.")}</p> }.into_any(),
        Question::Withdraw => view! { <p>{format!("The proposal ends, and {others} is told. Nothing was reserved.")}</p> }.into_any(),
        Question::Send(_) => view! {
            <p>
                {format!(
                    "{others} is told that the parcel is on its way. Say how it travels, if you know.",
                )}
            </p>
        }.into_any(),
        Question::Cancel if view.loan.is_some() => {
            view! { <p class="notice">{loan_text::cancelling(view, others)}</p> }.into_any()
        }
        Question::Cancel => {
            view! { <p class="notice">{what_cancelling_does(view, others)}</p> }.into_any()
        }
        Question::Problem(leg) => {
            let due = view
                .legs
                .iter()
                .find(|row| row.id == leg && !row.lacks_address)
                .map(|row| in_words(row.send_due, &req.zone(), req.cx.now(), Say::Day));
            let gone = if view.method == Method::Post {
                "sent"
            } else {
                "handed over"
            };
            view! {
                <p class="notice">
                    "The trade stands still from now on, and a moderator reads its whole page. Write to each other first: most problems end with a message."
                </p>
                {due
                    .map(|due| {
                        view! {
                            <p class="small quiet">
                                {format!("These books were to be {gone} by {due}.")}
                            </p>
                        }
                    })}
            }
            .into_any()
        }
    }
}

/// What a sale leads to once it is agreed.
fn selling(view: &TradeView, others: &str) -> AnyView {
    let sells = view.books.iter().any(|line| Some(line.from) == view.viewer);
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
    let amount = view.amount.map_or_else(String::new, Money::said);
    let days = count(view.policy.pay_days, "day", "days");
    let (the, it, it_is, with_it) = if view.books.len() == 1 {
        ("The book is", "it", "it is", "this book")
    } else {
        ("The books are", "them", "they are", "one of these books")
    };
    let next = match (sells, view.method) {
        (true, Method::Post) => format!(
            "{the} reserved for {others} at once, who has {days} to pay you {amount}. You post {it} when you have the money, and say so here."
        ),
        (true, Method::Meet) => format!(
            "{the} reserved for {others} at once. You meet, and are paid {amount} as you hand {it} over."
        ),
        (false, Method::Post) => format!(
            "{the} reserved for you at once. You have {days} to pay {others} {amount}, and {it_is} posted when they have the money."
        ),
        (false, Method::Meet) => format!(
            "{the} reserved for you at once. You meet, and pay {others} {amount} when you have {it} in your hands."
        ),
    };
    let rivals = match view.competing {
        0 => String::new(),
        rivals => format!(
            " {} of yours with {with_it} {}.",
            count(rivals, "other open proposal", "other open proposals"),
            if rivals == 1 { "ends" } else { "end" }
        ),
    };
    view! {
        <h2 class="t-h3">{if sells { "You sell" } else { "You buy" }}</h2>
        <ul class="mt4">{titles}</ul>
        <p class="notice">
            {next}{rivals} " No money passes through Dogear: you settle in messages how it is paid."
        </p>
    }
    .into_any()
}

/// What cancelling leads to, as the rules decide it.
fn what_cancelling_does(view: &TradeView, others: &str) -> String {
    let paid = view
        .payment
        .filter(|payment| payment.state == PaymentState::Paid);
    if let Some(payment) = paid {
        let amount = payment.amount.said();
        return match view.cancel_ground {
            Some(_) if payment.online => format!(
                "{amount} was paid online and goes back to the buyer by itself. The sale ends at once, the book is free again, and {others} is told."
            ),
            Some(_) => format!(
                "You have been paid {amount}. Give it back first: cancelling says that you have. The sale ends at once, {} free again, and {others} is told.",
                if view.books.len() == 1 {
                    "the book is"
                } else {
                    "the books are"
                }
            ),
            None => format!(
                "{amount} has been paid, so {others} has to agree. Until then the sale goes on."
            ),
        };
    }
    let mut text = match view.cancel_ground {
        Some(CancelGround::Overdue) => format!(
            "The books for you are long overdue, so you may cancel alone, and it does not count against you. The trade ends at once, the books are free again, and {others} is told."
        ),
        Some(_) => format!(
            "Nothing has {}, so the trade ends at once. The books are free again, and {others} is told.",
            if view.method == Method::Post {
                "been sent"
            } else {
                "changed hands"
            }
        ),
        None if view.method == Method::Meet => format!(
            "Books have been handed over, so {others} has to agree. Until then the trade goes on."
        ),
        None => format!(
            "Books are on their way, so {others} has to agree. Until then the trade goes on."
        ),
    };
    let paying = view
        .payment
        .is_some_and(|payment| payment.state == PaymentState::Processing);
    if paying {
        text.push_str(" What is paid online all the same goes back to the buyer by itself.");
    }
    let own = view.legs.iter().find(|leg| {
        Some(leg.from) == view.viewer
            && !matches!(leg.state, LegState::Pending | LegState::Received)
    });
    if let Some(own) = own {
        let taker = view
            .party(own.to)
            .map_or_else(String::new, |party| party.name.clone());
        let taken_back = match own.state {
            LegState::HandedOver => format!(
                " You have handed your books over already: agree with {taker} how they come back to you."
            ),
            _ => format!(
                " Your own parcel is in the post already: agree with {taker} how it comes back to you."
            ),
        };
        text.push_str(&taken_back);
    }
    text
}

/// The problems that the viewer can have with these books as far as they are.
fn problems(view: &TradeView, leg: LegId) -> Vec<ProblemReason> {
    let Some(row) = view.legs.iter().find(|row| row.id == leg) else {
        return Vec::new();
    };
    let gives = Some(row.from) == view.viewer;
    let goes_back = is_way_back(view, row.purpose);
    let fits = |reason: &ProblemReason| match reason {
        ProblemReason::Payment => view.payment.is_some() && !goes_back,
        ProblemReason::BookLost if goes_back => false,
        reason => reason.is_givers() == gives && reason.fits(row.state, view.method, row.purpose),
    };
    ProblemReason::ALL.iter().copied().filter(fits).collect()
}

/// `smaller`: the script that makes photos smaller before they are sent.
fn fields(
    view: &TradeView,
    question: Question,
    state: &FormState,
    others: &str,
    smaller: String,
) -> AnyView {
    let state = state.clone();
    match question {
        Question::Accept
            if view.method == Method::Post
                && view
                    .loan
                    .is_some_and(|loan| Some(loan.lender) == view.viewer) =>
        {
            return_address(state, others, view.kept_address.clone())
        }
        Question::Accept | Question::Withdraw => ().into_any(),
        Question::Decline | Question::Cancel => {
            let label = format!("A word to {others}, if you like");
            view! { <TextArea state=state name="reason" label=label maxlength=Reason::MAX /> }
                .into_any()
        }
        Question::Send(_) => view! {
            <TextField
                state=state.clone()
                name="carrier"
                label="Carrier"
                hint="Such as Royal Mail, second class. May stay empty."
            />
            <TextField state=state name="tracking" label="Tracking number" hint="May stay empty." />
        }
        .into_any(),
        Question::Problem(leg) => {
            let options = problems(view, leg)
                .into_iter()
                .map(|reason| {
                    (
                        reason.as_str().to_owned(),
                        reason.label().to_owned(),
                        String::new(),
                    )
                })
                .collect();
            let photos = format!(
                "May stay empty. JPEG, PNG or WebP, up to 8 MB each and 24 MB together; {PHOTOS_PER_PROBLEM} at most. The other side and the moderators see them.",
            );
            view! {
                <Radios state=state.clone() name="problem" label="The problem" options=options />
                <TextArea
                    state=state.clone()
                    name="details"
                    label="What happened"
                    hint="Both the other side and the moderators read this."
                    maxlength=ProblemDetails::MAX
                />
                <PhotosField state=state label="Photos that show it" hint=photos smaller=smaller />
            }
            .into_any()
        }
    }
}
