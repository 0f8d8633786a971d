//! Both sides of a trade on two facing pages: the books, the parcels, the addresses.

use dogear_domain::ids::UserId;
use dogear_domain::trades::{LegPurpose, LegState, Method, PaymentState, TradeState, Verb};
use dogear_server::trades::{BookLine, LegView, PartyView, TradeView};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::actions::ReceiveBooks;
use super::loan::comes_back;
use super::returns::is_way_back;
use super::sale::{money, price_of};
use crate::action::ServerFn;
use crate::ui::book::{Condition, Cover, CoverSize};
use crate::ui::field::PostForm;
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::photos::thumbs;
use crate::ui::time::When;
use dogear_urls as urls;

/// What the parts of the page share.
#[derive(Clone)]
pub struct PageContext {
    pub now: Timestamp,
    pub zone: TimeZone,
    pub state: FormState,
}

/// The books of a trade, as its viewer gives and gets them. A moderator sees one
/// page per direction.
pub fn two_sides(view: &TradeView, look: &PageContext) -> AnyView {
    if let Some(viewer) = view.viewer {
        let give = side(view, look, viewer, true);
        let get = side(view, look, viewer, false);
        view! { <div class="spread">{give}{get}</div> }.into_any()
    } else {
        let ways = view.parties.iter().map(|party| {
            let heading = format!("{} gives", party.called());
            let gives = view.books.iter().any(|line| line.from == party.user);
            let books = match money(view) {
                Some(money) if !gives => money,
                _ if !gives => {
                    let words = match view.loan {
                        Some(_) => "The same book, by the day that both have agreed on.",
                        None => "Nothing: it is a gift.",
                    };
                    view! { <p class="quiet mt4">{words}</p> }.into_any()
                }
                _ => books(view, |line| line.from == party.user),
            };
            view! {
                <section>
                    <h2>{heading}</h2>
                    {books}
                </section>
            }
        });
        view! { <div class="spread">{ways.collect_view()}</div> }.into_any()
    }
}

fn side(view: &TradeView, look: &PageContext, viewer: UserId, giving: bool) -> AnyView {
    let (heading, id) = if giving {
        ("You give", "give")
    } else {
        ("You get", "get")
    };
    let heading = match (
        giving,
        view.books.iter().any(|line| Some(line.from) == view.viewer),
    ) {
        (true, true) if view.loan.is_some() => "You lend",
        (true, false) if view.loan.is_some() => "You bring back",
        (false, true) if view.loan.is_some() => "You get back",
        (false, false) if view.loan.is_some() => "You borrow",
        _ if view.sale.is_none() => heading,
        (true, true) => "You sell",
        (true, false) => "You pay",
        (false, true) => "You are paid",
        (false, false) => "You buy",
    };
    let mine = move |from: UserId, to: UserId| if giving { from == viewer } else { to == viewer };
    let legs: Vec<&LegView> = view
        .legs
        .iter()
        .filter(|leg| mine(leg.from, leg.to))
        .collect();
    let tag = legs.first().map(|leg| tag(leg, view, look));
    let list = if view.books.iter().any(|line| mine(line.from, line.to)) {
        books(view, |line| mine(line.from, line.to))
    } else if let Some(words) = comes_back(view) {
        words
    } else if let Some(money) = money(view) {
        money
    } else {
        view! { <p class="quiet mt4">"Nothing. It is a gift."</p> }.into_any()
    };
    let facts: Vec<AnyView> = legs
        .iter()
        .map(|leg| leg_facts(leg, view, look, giving))
        .collect();
    view! {
        <section aria-labelledby=id>
            <h2 id=id>{heading}{tag}</h2>
            {list}
            {facts}
        </section>
    }
    .into_any()
}

/// What a leg asks for, in a word or two.
fn tag(leg: &LegView, view: &TradeView, look: &PageContext) -> AnyView {
    let is_over = view.state.is_final() && leg.state != LegState::Received;
    if is_over {
        return ().into_any();
    }
    let yours = view.viewer == Some(leg.from);
    let is_unpaid = view
        .payment
        .is_some_and(|payment| payment.state == PaymentState::Due);
    match leg.state {
        // Nothing is late that is not paid.
        LegState::Pending if is_unpaid && view.method == Method::Post => {
            view! { <span class="tag">"Waits for the money"</span> }.into_any()
        }
        LegState::Pending if leg.is_overdue(look.now) => {
            view! { <span class="tag tag-do">"Overdue"</span> }.into_any()
        }
        LegState::Pending if yours && view.state == TradeState::Agreed => {
            let text = if is_way_back(view, leg.purpose) {
                "To give back"
            } else if leg.purpose == LegPurpose::Return {
                "To bring back"
            } else if view.method == Method::Post {
                "To send"
            } else {
                "To hand over"
            };
            view! { <span class="tag tag-do">{text}</span> }.into_any()
        }
        LegState::Pending if leg.purpose == LegPurpose::Return => {
            view! { <span class="tag">"Not back yet"</span> }.into_any()
        }
        LegState::Pending if view.method == Method::Meet => {
            view! { <span class="tag">"Not handed over yet"</span> }.into_any()
        }
        LegState::Received => view! { <span class="tag tag-done">"Received"</span> }.into_any(),
        state => view! { <span class="tag">{state.label()}</span> }.into_any(),
    }
}

/// Books with their condition as it was taken down.
fn books(view: &TradeView, wanted: impl Fn(&BookLine) -> bool) -> AnyView {
    let ended = view.state == TradeState::Superseded;
    let lines = view.books.iter().filter(|line| wanted(line)).map(|line| {
        let book = &line.book;
        let defects = book
            .defects()
            .into_iter()
            .map(|defect| defect.label().to_lowercase())
            .collect::<Vec<_>>()
            .join(", ");
        let note = book.note.clone();
        let photos = thumbs(&book.photos, |_| {
            format!("A photo of this copy of {}", book.title)
        });
        view! {
            <li>
                <Cover work=book.work size=CoverSize::Medium />
                <div>
                    <p class="btitle">
                        <a href=urls::book(book.work, &book.slug)>{book.title.clone()}</a>
                    </p>
                    <p class="by small">{book.author.clone()}</p>
                    <p class="fine quiet">
                        <Condition grade=book.grade() />
                        {(!defects.is_empty()).then(|| format!(" · {defects}"))}
                        {price_of(view, line.copy).map(|price| format!(" · {price}"))}
                    </p>
                    {(!note.is_empty()).then(|| view! { <p class="fine quiet">{note}</p> })}
                    {photos}
                    {ended
                        .then(|| {
                            view! {
                                <p class="fine">
                                    <a href=urls::book(
                                        book.work,
                                        &book.slug,
                                    )>"Look for another copy"</a>
                                </p>
                            }
                        })}
                </div>
                <span></span>
            </li>
        }
    });
    view! { <ul class="picks">{lines.collect_view()}</ul> }.into_any()
}

/// The way of the books: dates, tracking, the address, what can be done.
fn leg_facts(leg: &LegView, view: &TradeView, look: &PageContext, giving: bool) -> AnyView {
    let runs = matches!(view.state, TradeState::Agreed | TradeState::Disputed);
    let when = |at: Timestamp| view! { <When at=at zone=look.zone.clone() now=look.now /> };
    let other = view.party(if giving { leg.to } else { leg.from });
    let name = other.map_or_else(String::new, PartyView::called);
    let to = (giving && runs && view.method == Method::Post && leg.state != LegState::Received)
        .then(|| match &leg.address {
            Some(address) => {
                let lines: Vec<_> = address
                    .lines()
                    .map(|line| {
                        view! {
                            {line.to_owned()}
                            <br />
                        }
                    })
                    .collect();
                view! {
                    <dt>"To"</dt>
                    <dd>{lines}</dd>
                }
                .into_any()
            }
            None => view! {
                <dt>"To"</dt>
                <dd class="quiet">{format!("{name} has not entered an address yet.")}</dd>
            }
            .into_any(),
        });
    let due = (runs && leg.state == LegState::Pending && !leg.lacks_address).then(|| {
        let word = if leg.purpose == LegPurpose::Return {
            "Back by"
        } else if view.method == Method::Post {
            "Post by"
        } else {
            "Meet by"
        };
        view! {
            <dt>{word}</dt>
            <dd>{when(leg.send_due)}</dd>
        }
    });
    let sent_word = if view.method == Method::Post {
        "Sent"
    } else {
        "Handed over"
    };
    let sent = leg.sent_at.map(|at| {
        view! {
            <dt>{sent_word}</dt>
            <dd>{when(at)}</dd>
        }
    });
    let carrier = (!leg.carrier.is_empty()).then(|| {
        view! {
            <dt>"By"</dt>
            <dd>{leg.carrier.clone()}</dd>
        }
    });
    let tracking = (!leg.tracking.is_empty()).then(|| {
        view! {
            <dt>"Tracking"</dt>
            <dd class="isbn">{leg.tracking.clone()}</dd>
        }
    });
    let received = leg.received_at.map(|at| {
        view! {
            <dt>"Received"</dt>
            <dd>{when(at)}</dd>
        }
    });
    let hidden_later = (giving && leg.address.is_some()).then(|| {
        view! {
            <p class="hint mt4 row">
                <Icon glyph=Glyph::Lock />
                <span class="grow">"The address is hidden again when the trade ends."</span>
            </p>
        }
    });
    view! {
        <dl class="facts mt5">{to}{due}{sent}{carrier}{tracking}{received}</dl>
        {hidden_later}
        {leg_buttons(leg, view)}
    }
    .into_any()
}

fn leg_buttons(leg: &LegView, view: &TradeView) -> AnyView {
    let may = |verb: Verb| leg.can.contains(&verb);
    let id = view.id;
    let arrived = super::page::arrived(view.method);
    // The first of them stands under the sentence.
    let first = view.receivable().is_some_and(|first| first.id == leg.id);
    let receive = (may(Verb::Receive) && !first).then(|| {
        view! {
            <PostForm
                action=ReceiveBooks::PATH
                with=[("trade", id.to_string()), ("leg", leg.id.to_string())]
            >
                <button class="btn btn-small">
                    <Icon glyph=Glyph::Check />
                    {arrived}
                </button>
            </PostForm>
        }
    });
    let problem = may(Verb::ReportProblem).then(|| {
        let path = urls::trade_problem(id, leg.id);
        view! {
            <a class="small" href=path>
                "Something is wrong"
            </a>
        }
    });
    if receive.is_none() && problem.is_none() {
        return ().into_any();
    }
    view! { <div class="row mt4">{receive}{problem}</div> }.into_any()
}

/// The steps with their dates: what is done, what is now, what comes.
pub fn steps(view: &TradeView, look: &PageContext) -> AnyView {
    let day = |at: Timestamp| {
        let local = at.to_zoned(look.zone.clone());
        local.strftime("%a %-d %b").to_string()
    };
    let legs = view.legs.len();
    let sent = view
        .legs
        .iter()
        .filter(|leg| leg.state != LegState::Pending)
        .count();
    let received = view
        .legs
        .iter()
        .filter(|leg| leg.state == LegState::Received)
        .count();
    let agreed = view.agreed_at.is_some();
    let all_sent = agreed && sent == legs;
    let all_received = agreed && received == legs;
    let method = if view.method == Method::Post {
        "Sent"
    } else {
        "Met"
    };
    let of = |number: usize| {
        if agreed {
            match view.loan {
                Some(_) => String::new(),
                None => format!("{number} of {legs}"),
            }
        } else {
            String::new()
        }
    };
    let given = |purpose| {
        let leg = view.legs.iter().find(|leg| leg.purpose == purpose);
        leg.and_then(|leg| leg.received_at)
    };
    let ends = view
        .closed_at
        .filter(|_| view.state == TradeState::Completed);
    let lent = view.loan.map(|loan| {
        let with_borrower = given(LegPurpose::Give);
        let until = format!("until {}", day(loan.due));
        let back = if loan.kept { "Kept" } else { "Back" };
        [
            ("Proposed", day(view.proposed_at), true),
            (
                "Agreed",
                view.agreed_at.map(day).unwrap_or_default(),
                agreed,
            ),
            (method, of(sent.min(1)), sent > 0),
            ("Lent", until, with_borrower.is_some()),
            (back, ends.map(day).unwrap_or_default(), ends.is_some()),
        ]
    });
    let back = view.legs.iter().find(|leg| is_way_back(view, leg.purpose));
    let returned = back.map(|back| {
        let came = given(LegPurpose::Give);
        let left = back.sent_at.or(back.received_at);
        [
            ("Proposed", day(view.proposed_at), true),
            ("Agreed", view.agreed_at.map(day).unwrap_or_default(), true),
            ("Received", came.map(day).unwrap_or_default(), true),
            (
                "Given back",
                left.map(day).unwrap_or_default(),
                left.is_some(),
            ),
            (
                "Back",
                back.received_at.map(day).unwrap_or_default(),
                back.received_at.is_some(),
            ),
        ]
    });
    let rows = lent.or(returned).unwrap_or([
        ("Proposed", day(view.proposed_at), true),
        (
            "Agreed",
            view.agreed_at.map(day).unwrap_or_default(),
            agreed,
        ),
        (method, of(sent), all_sent),
        ("Received", of(received), all_received),
        (
            "Completed",
            view.closed_at
                .filter(|_| view.state == TradeState::Completed)
                .map(day)
                .unwrap_or_default(),
            view.state == TradeState::Completed,
        ),
    ]);
    let runs = view.state.is_open();
    // What is next has not been reached: it is outlined, and where the trade stands is filled.
    let next = rows.iter().position(|(_, _, done)| !done).filter(|_| runs);
    let current = next.and_then(|next| next.checked_sub(1));
    let items = rows
        .into_iter()
        .enumerate()
        .map(|(number, (label, when, done))| {
            let class = match next {
                Some(next) if next == number => "next",
                _ if done => "done",
                _ => "",
            };
            let step = (current == Some(number)).then_some("step");
            view! {
                <li class=class aria-current=step>
                    <strong>{label}</strong>
                    <span>{when}</span>
                </li>
            }
        });
    view! {
        <ol class="steps" aria-label="Steps of this trade">
            {items.collect_view()}
        </ol>
    }
    .into_any()
}
