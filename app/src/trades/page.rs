//! `/trades/{id}`: one trade.

use axum::http::{HeaderMap, Method as HttpMethod};
use axum::response::Response;
use dogear_domain::ids::TradeId;
use dogear_domain::trades::{Method, TradeState, Verb};
use dogear_server::notifications;
use dogear_server::trades::{self, PartyView, TradeView};
use leptos::prelude::*;

use super::actions::{AgreeToCancel, HandOverBooks, ReceiveBooks, SettleTrade, WriteMessage};
use super::address::address;
use super::loan;
use super::meeting::meeting;
use super::pay::pay_button;
use super::returns;
use super::sale::paid_button;
use super::text::{self, StatusLine};
use super::timeline::timeline;
use super::two_sides::{PageContext, steps, two_sides};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::field::{ErrorSummary, PostForm, TextArea};
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::photos::thumbs;
use crate::ui::time::When;
use dogear_urls as urls;

pub(super) async fn show(
    req: Req,
    headers: HeaderMap,
    Segment(id): Segment<TradeId>,
) -> PageResult {
    // Whoever looks at a trade has been told of it: the one thing that reading a page changes.
    // Before its rows are read: of what happens in between, the notice stays.
    let req = if is_looked_at(&req.method, &headers) {
        let read = notifications::seen(&req.cx, id).await?;
        req.having_read(read)
    } else {
        req
    };
    let view = trades::page(&req.cx, id).await?;
    Ok(page(&req, view))
}

/// Whether somebody sees the answer: not of HEAD, nor when a browser fetches it in case.
fn is_looked_at(method: &HttpMethod, headers: &HeaderMap) -> bool {
    let ahead = headers
        .get("sec-purpose")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|purpose| purpose.contains("prefetch"));
    *method != HttpMethod::HEAD && !ahead
}

/// The page, with whatever was typed into one of its forms.
pub(super) async fn render(req: &Req, id: TradeId) -> PageResult {
    let view = trades::page(&req.cx, id).await?;
    Ok(page(req, view))
}

fn page(req: &Req, view: TradeView) -> Response {
    let state = req.form.clone();
    let look = PageContext {
        now: req.cx.now(),
        zone: req.zone(),
        state: state.clone(),
    };
    let status_line = text::status_line(&view, look.now);
    let others = text::names(view.others());
    let here = format!("With {others}, number {}", view.id);
    let what = if view.loan.is_some() { "Loan" } else { "Trade" };
    let title = format!("{what} {} with {others}", view.id);
    let may_report = req.cx.member().is_ok();
    req.page(title).nav(Nav::Trades).render(move || {
        let letters = letters(&view, &look, &others, may_report);
        let aside = aside(&view, may_report);
        let address = address(&view, &look);
        let meeting = meeting(&view, &look);
        let dispute = dispute(&view);
        let moved = moved_on(&view, &state);
        view! {
            <div class="wrap">
                <nav class="crumbs" aria-label="Breadcrumb">
                    <ol>
                        <li>
                            <a href=urls::TRADES>"Trades"</a>
                        </li>
                        <li>
                            <span aria-current="page">{here}</span>
                        </li>
                    </ol>
                </nav>
                <div class="page stack stack-l">
                    <ErrorSummary state=state.clone() />
                    {moved}
                    <header class="stack">
                        <h1 class="verdict">{in_red(status_line, &look)}</h1>
                        {buttons(&view)}
                    </header>
                    {steps(&view, &look)}
                    {dispute}
                    {address}
                    {meeting}
                    {two_sides(&view, &look)}
                    <div class="aside aside-end">{letters}{aside}</div>
                </div>
            </div>
        }
    })
}

/// The line of status with its date marked.
pub(super) fn in_red(status_line: StatusLine, look: &PageContext) -> AnyView {
    let date = status_line
        .date
        .map(|at| view! { <When at=at zone=look.zone.clone() now=look.now /> });
    view! {
        {status_line.text}
        {date}
        {status_line.end}
    }
    .into_any()
}

/// What has changed since the version that the reader answered.
pub(super) fn moved_on(view: &TradeView, state: &FormState) -> Option<AnyView> {
    let seen: dogear_domain::trades::ProposalVersion = state.value("seen").parse().ok()?;
    if view.state != TradeState::Proposed || seen == view.seen {
        return None;
    }
    let changes: Vec<AnyView> = (seen.revision + 1..=view.seen.revision)
        .filter_map(|number| view.revision(number))
        .map(|revision| super::timeline::changes(view, revision))
        .collect();
    let text = if changes.is_empty() {
        "The description of a book was changed. It stands below as it is now."
    } else {
        "This is what changed since you opened it:"
    };
    Some(
        view! {
            <div class="notice notice-do stack stack-s">
                <p class="strong">{text}</p>
                {changes}
            </div>
        }
        .into_any(),
    )
}

/// What the button says by which books are confirmed.
pub(super) const fn arrived(method: Method) -> &'static str {
    match method {
        Method::Post => "It has arrived",
        Method::Meet => "I have the books",
    }
}

/// Only what may be done now: the main thing first, always under the sentence.
fn buttons(view: &TradeView) -> AnyView {
    let id = view.id;
    let may = |verb: Verb| view.may(verb);
    let trade = || ("trade", id.to_string());
    let returning = view.returns.is_some_and(|returns| returns.is_under_way());
    let goes_back = returning || view.loan.is_some_and(|loan| loan.out);
    let handed = if view.sale.is_some() && !returning {
        match view.books.len() {
            1 => "I have handed it over, and been paid",
            _ => "I have handed them over, and been paid",
        }
    } else if goes_back {
        "I have given it back"
    } else {
        "I have handed the books over"
    };
    let posted = if goes_back {
        "I have posted it back"
    } else {
        "I have posted it"
    };
    let hand_over = view
        .legs
        .iter()
        .find(|leg| leg.can.contains(&Verb::HandOver))
        .map(|leg| {
            view! {
                <PostForm action=HandOverBooks::PATH with=[trade(), ("leg", leg.id.to_string())]>
                    <button class="btn btn-do">
                        <Icon glyph=Glyph::Check />
                        {handed}
                    </button>
                </PostForm>
            }
        });
    let send = view
        .legs
        .iter()
        .find(|leg| leg.can.contains(&Verb::Send))
        .map(|leg| {
            let path = urls::trade_send(id, leg.id);
            view! {
                <a class="btn btn-do" href=path>
                    <Icon glyph=Glyph::Parcel />
                    {posted}
                </a>
            }
        });
    let receive = view.receivable().map(|leg| {
        let main = view.next.verb == Some(Verb::Receive);
        // What is said afterwards is another thing of a loan.
        let lent = match view.loan {
            Some(loan) if loan.out => "back",
            Some(_) => "out",
            None => "",
        };
        let arrived = match view.loan {
            _ if goes_back => "It is back",
            Some(_) => "I have the book",
            None => arrived(view.method),
        };
        view! {
            <PostForm
                action=ReceiveBooks::PATH
                with=[trade(), ("leg", leg.id.to_string()), ("lent", lent.to_owned())]
            >
                <button class="btn" class:btn-do=main>
                    <Icon glyph=Glyph::Check />
                    {arrived}
                </button>
            </PostForm>
        }
    });
    let address = (view.address_missing && view.own_address.is_none()).then(|| {
        view! {
            <a class="btn btn-do" href="#address">
                "Enter your address"
            </a>
        }
    });
    let paid = paid_button(view);
    let pay = pay_button(view);
    let consent = may(Verb::ConsentToCancel).then(|| {
        view! {
            <PostForm action=AgreeToCancel::PATH with=[trade()]>
                <button class="btn btn-heavy">"Agree to cancel"</button>
            </PostForm>
        }
    });
    let settle = may(Verb::Resolve).then(|| {
        view! {
            <PostForm action=SettleTrade::PATH with=[trade()]>
                <button class="btn">"Settle it: end the trade as it is"</button>
            </PostForm>
        }
    });
    let others_asked = view
        .cancel_requests
        .iter()
        .any(|&user| Some(user) != view.viewer);
    let settle_hint = (may(Verb::Resolve) && others_asked)
        .then(|| view! { <span class="small">"The other side has agreed to this."</span> });
    view! {
        <div class="row">
            {may(Verb::Accept)
                .then(|| {
                    view! {
                        <a class="btn btn-do" href=urls::trade_accept(id)>
                            "Accept"
                        </a>
                    }
                })}
            {may(Verb::Counter)
                .then(|| {
                    let (path, label) = if view.loan.is_some() {
                        (urls::trade_until(id), "Name another day")
                    } else if view.sale.is_some() {
                        let label = match view.books.len() {
                            1 => "Name another price",
                            _ => "Name other prices",
                        };
                        (urls::trade_price(id), label)
                    } else {
                        (urls::trade_counter(id), "Answer with other books")
                    };
                    view! {
                        <a class="btn" href=path>
                            {label}
                        </a>
                    }
                })} {loan::buttons(view)} {pay}{paid}{address}{send}{hand_over}{receive}{consent}
            {returns::buttons(view)} {settle}{settle_hint}
            <span class="linkline row small">
                {may(Verb::Decline)
                    .then(|| view! { <a href=urls::trade_decline(id)>"Decline"</a> })}
                {may(Verb::Withdraw)
                    .then(|| {
                        view! { <a href=urls::trade_withdraw(id)>"Withdraw the proposal"</a> }
                    })}
                {may(Verb::Cancel).then(|| view! { <a href=urls::trade_cancel(id)>"Cancel"</a> })}
                {(view.viewer.is_some() && view.messaging_disabled.is_none())
                    .then(|| view! { <a href="#message">"Write a message"</a> })}
            </span>
        </div>
    }
    .into_any()
}

fn dispute(view: &TradeView) -> Option<AnyView> {
    let dispute = view.dispute.as_ref()?;
    let by = if Some(dispute.by) == view.viewer {
        "You".to_owned()
    } else {
        view.party(dispute.by)
            .map_or_else(|| "A former member".into(), PartyView::called)
    };
    let open = dispute.closed_at.is_none();
    let statement = dispute.statement.clone();
    Some(
        view! {
            <section
                class="notice stack stack-s"
                class:notice-do=open
                aria-label="The reported problem"
            >
                <p class="strong">{format!("{by} reported: {}.", dispute.reason.label())}</p>
                <p>{dispute.details.clone()}</p>
                {thumbs(&dispute.photos, |number| format!("Photo {number} of the problem"))}
                {open
                    .then(|| {
                        view! {
                            <p class="small">
                                "A moderator reads this page and helps you settle it. Until then nothing else can be done here but write."
                            </p>
                        }
                    })}
                {(!statement.is_empty()).then(|| view! { <p>{statement}</p> })}
            </section>
        }
        .into_any(),
    )
}

fn letters(view: &TradeView, look: &PageContext, others: &str, may_report: bool) -> AnyView {
    let label = format!("Write to {others}");
    let state = look.state.clone();
    let form = match &view.messaging_disabled {
        Some(why) => view! { <p class="quiet mt5">{why.clone()}</p> }.into_any(),
        None => view! {
            <PostForm
                class="stack mt5"
                id="message"
                action=WriteMessage::PATH
                with=[("trade", view.id.to_string())]
            >
                <TextArea
                    state=state
                    name="message"
                    label=label
                    hint="Leave your address out: it has a place of its own, and is erased there."
                />
                <button class="btn">
                    <Icon glyph=Glyph::Message />
                    "Send the message"
                </button>
            </PostForm>
        }
        .into_any(),
    };
    view! {
        <section aria-labelledby="tl">
            <h2 id="tl" class="t-h3">
                "Letters and events"
            </h2>
            {timeline(view, look, may_report)}
            {form}
        </section>
    }
    .into_any()
}

fn aside(view: &TradeView, may_report: bool) -> AnyView {
    let people: Vec<AnyView> = view
        .others()
        .map(|party| {
            if party.former {
                return view! {
                    <div class="sheet">
                        <p>"This reader has left Dogear."</p>
                    </div>
                }
                .into_any();
            }
            let place = party.whereabouts.said();
            let since = party.trust.since.to_zoned(jiff::tz::TimeZone::UTC).year();
            view! {
                <div class="sheet stack stack-s">
                    <h2 class="t-h3">{party.called()}</h2>
                    <p class="small">{text::trust(party)}</p>
                    {(!place.is_empty()).then(|| view! { <p class="small">{place}</p> })}
                    <p class="small quiet">{format!("Here since {since}.")}</p>
                    <p class="small">
                        <a href=urls::reader(&party.handle)>"The whole shelf"</a>
                    </p>
                </div>
            }
            .into_any()
        })
        .collect();
    let help = matches!(view.state, TradeState::Agreed | TradeState::Completed).then(|| {
        let link = view
            .legs
            .iter()
            .find(|leg| leg.can.contains(&Verb::ReportProblem))
            .map(|leg| {
                let path = urls::trade_problem(view.id, leg.id);
                view! {
                    <p>
                        <a href=path>"Report a problem"</a>
                    </p>
                }
            });
        view! {
            <div class="stack stack-s small">
                <p class="strong">"If something goes wrong"</p>
                <p class="quiet">
                    "Write to each other first. If you cannot settle it, report a problem: a moderator reads this page and decides."
                </p>
                {link}
            </div>
        }
    });
    // Also when nothing more can be done here: what was done stays what it was. Not for readers
    // who are suspended or closing their account: the form is not open to them.
    let report = (may_report && view.viewer.is_some()).then(|| {
        let path = urls::report_trade(view.id);
        view! {
            <p class="small">
                <a class="quiet" href=path>
                    "Report this trade to the moderators"
                </a>
            </p>
        }
    });
    view! {
        <aside class="stack" aria-label="About the other side, and help">
            {people}
            {help}
            {report}
        </aside>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, Method};

    use super::is_looked_at;

    #[test]
    fn what_a_browser_fetches_in_case_nobody_has_looked_at() {
        let mut headers = HeaderMap::new();
        assert!(is_looked_at(&Method::GET, &headers));
        assert!(!is_looked_at(&Method::HEAD, &headers));
        headers.insert(
            "sec-purpose",
            HeaderValue::from_static("prefetch;prerender"),
        );
        assert!(!is_looked_at(&Method::GET, &headers));
    }
}
