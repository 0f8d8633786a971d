//! What happened in a trade and what was said, in one column.

use dogear_domain::trades::{CancelGround, Method, Outcome, PaymentState, TradeState, Verb};
use dogear_server::trades::{
    Change, Entry, EventData, MeetingNews, Notice, PartyView, Revision, TimelineItem, TradeView,
};
use leptos::prelude::*;

use super::loan_text;
use super::text;
use super::two_sides::PageContext;
use crate::ui::count;
use crate::ui::time::{Say, When, in_words};
use dogear_urls as urls;

/// The letters and events of a trade, oldest first. Messages lead to the report of them only
/// for readers to whom that form is open.
pub fn timeline(view: &TradeView, look: &PageContext, may_report: bool) -> AnyView {
    let entries: Vec<AnyView> = view
        .timeline
        .iter()
        .map(|entry| {
            let said = what(view, entry, may_report, look);
            view! {
                <li>
                    <When at=entry.at zone=look.zone.clone() now=look.now say=Say::Moment />
                    {said}
                </li>
            }
            .into_any()
        })
        .collect();
    view! { <ol class="letters mt4">{entries}</ol> }.into_any()
}

/// “You”, a name with its handle, or the site.
fn who(view: &TradeView, entry: &Entry) -> String {
    match entry.by {
        Some(user) if Some(user) == view.viewer => "You".into(),
        Some(user) => view
            .party(user)
            .map_or_else(|| "A moderator".into(), PartyView::called),
        None => "Dogear".into(),
    }
}

/// What stands before the words of moderators and of the site: whatever members call themselves,
/// they cannot put it before their own.
fn mark(view: &TradeView, entry: &Entry) -> Option<AnyView> {
    let of = match entry.by {
        Some(user) if view.party(user).is_some() => return None,
        Some(_) => "Moderator",
        None => "Dogear",
    };
    Some(
        view! {
            <span class="tag tag-done">{of}</span>
            " "
        }
        .into_any(),
    )
}

fn what(view: &TradeView, entry: &Entry, may_report: bool, look: &PageContext) -> AnyView {
    let who = who(view, entry);
    match &entry.what {
        TimelineItem::Revision(revision) => {
            let start = if revision.number == 1 && was_at_once(view) {
                at_once(view, &who)
            } else if revision.number == 1 {
                format!("{who} proposed:")
            } else {
                format!("{who} changed the proposal:")
            };
            let won = view.round.filter(|_| revision.number == 1);
            let won = won.map(|round| {
                view! { <p>"It comes from a "<a href=urls::give(round)>"give-away round"</a>"."</p> }
            });
            let changes = changes(view, revision);
            let until = revision.due.map(|due| {
                let day = in_words(due, &look.zone, look.now, Say::Day);
                view! { <p>{format!("Until {day}.")}</p> }
            });
            view! {
                <div class="sys">
                    <p>{start}</p>
                    {won}
                    {changes}
                    {until}
                </div>
            }
            .into_any()
        }
        TimelineItem::Message { id, body, hidden } => {
            let mine = entry.by == view.viewer;
            let class = if mine { "said mine" } else { "said" };
            let text = match body {
                Some(body) => body
                    .lines()
                    .map(|line| {
                        view! {
                            {line.to_owned()}
                            <br />
                        }
                    })
                    .collect_view()
                    .into_any(),
                None => view! { <span class="quiet">"A moderator has hidden this message."</span> }
                    .into_any(),
            };
            let hidden = (*hidden && body.is_some()).then(|| {
                view! { <p class="fine quiet">"Hidden by a moderator: its readers do not see it."</p> }
            });
            let report =
                (may_report && !mine && view.viewer.is_some() && body.is_some()).then(|| {
                    view! {
                        <p class="fine">
                            <a class="quiet" href=urls::report_message(*id)>
                                "Report this message"
                            </a>
                        </p>
                    }
                });
            view! {
                <div class=class>
                    <b>{mark(view, entry)}{who}</b>
                    {text}
                    {hidden}
                    {report}
                </div>
            }
            .into_any()
        }
        TimelineItem::Address => {
            let text = if who == "You" {
                "You entered your address.".to_owned()
            } else {
                format!("{who} entered an address.")
            };
            view! { <p class="sys">{text}</p> }.into_any()
        }
        TimelineItem::Meeting(news) => {
            let text = meeting(&who, news);
            view! { <p class="sys">{mark(view, entry)}{text}</p> }.into_any()
        }
        TimelineItem::Money(notice) => {
            let text = match notice {
                Notice::Refunded => "What was paid online goes back to the buyer.",
                Notice::GivenBack => "The seller said that the money is given back.",
                _ => {
                    "Something is wrong with what was paid online. Somebody of the site looks at it."
                }
            };
            view! { <p class="sys">{text}</p> }.into_any()
        }
        TimelineItem::Step {
            verb,
            to,
            leg,
            data,
            ..
        } => {
            let books = leg
                .and_then(|leg| view.legs.iter().find(|row| row.id == leg))
                .map(|leg| {
                    let on_it = view.books.iter().filter(|line| text::carries(leg, line));
                    on_it
                        .map(|line| line.book.title.clone())
                        .collect::<Vec<_>>()
                        .join(", ")
                })
                .unwrap_or_default();
            let day = |at| in_words(at, &look.zone, look.now, Say::Day);
            let mut text = loan_text::step(view, &who, *verb, *to, data, day)
                .unwrap_or_else(|| step(view, &who, *verb, *to, &books, data));
            let back = data.refund.filter(|_| *to == TradeState::Resolved);
            if let Some((back, amount)) = back.zip(view.amount) {
                let back = amount.with(back).said();
                text = format!("{text} {back} of {} goes back to the buyer.", amount.said());
            }
            let strong = matches!(to, TradeState::Agreed) && *verb == Verb::Accept;
            let words =
                (!data.words.is_empty()).then(|| view! { <p>{format!("“{}”", data.words)}</p> });
            let mark = mark(view, entry);
            let text = if strong {
                view! {
                    <p>
                        <strong>{text}</strong>
                    </p>
                }
                .into_any()
            } else {
                view! { <p>{mark}{text}</p> }.into_any()
            };
            view! { <div class="sys">{text}{words}</div> }.into_any()
        }
    }
}

/// What was done about the event at which the books change hands, or has become of it.
fn meeting(who: &str, news: &MeetingNews) -> String {
    let name = match news.title.as_str() {
        "" => "the event".to_owned(),
        title => format!("“{title}”"),
    };
    match news.notice {
        Notice::MeetingDropped => format!("{who} would rather not meet at {name}."),
        Notice::MeetingMoved => format!("{name} was moved to another time or place."),
        Notice::MeetingCancelled => format!("{name} was cancelled."),
        Notice::MeetingLeft => format!("{who} gave back the seats at {name}."),
        _ => format!("{who} would hand the books over at {name}."),
    }
}

/// What a revision puts in and takes out, from the viewer's side.
pub(super) fn changes(view: &TradeView, revision: &Revision) -> AnyView {
    let line = |change: &Change| {
        let title = change.line.book.title.clone();
        let start = match view.viewer {
            Some(viewer) if change.line.from == viewer => "You give ".to_owned(),
            Some(viewer) if change.line.to == viewer => "You get ".to_owned(),
            _ => view
                .party(change.line.from)
                .map_or_else(String::new, |party| format!("{} gives ", party.called())),
        };
        if revision.number == 1 {
            view! { <p>{start}<cite>{title}</cite></p> }.into_any()
        } else if change.added {
            view! {
                <p>
                    <ins>{start}<cite>{title}</cite></ins>
                </p>
            }
            .into_any()
        } else {
            view! {
                <p>
                    <del>{start}<cite>{title}</cite></del>
                </p>
            }
            .into_any()
        }
    };
    let lines = revision.changes.iter().map(line).collect_view();
    let price = revision
        .price
        .map(|price| view! { <p>{format!("For {}.", price.said())}</p> });
    let same = (revision.changes.is_empty()
        && !revision.method_changed
        && price.is_none()
        && revision.due.is_none())
    .then(|| view! { <p>"The same books."</p> });
    let method = (revision.method_changed || revision.number == 1)
        .then(|| view! { <p>{format!("{}.", text::method(revision.method))}</p> });
    view! {
        {lines}
        {same}
        {price}
        {method}
    }
    .into_any()
}

/// A step as one sentence.
fn step(
    view: &TradeView,
    who: &str,
    verb: Verb,
    to: TradeState,
    books: &str,
    data: &EventData,
) -> String {
    match verb {
        Verb::Accept if to == TradeState::Agreed => {
            let mut text = format!("{who} accepted, and so it was agreed. The books are reserved.");
            if data.superseded > 0 {
                text.push(' ');
                text.push_str(&count(data.superseded, "other proposal", "other proposals"));
                text.push_str(" with one of them ended.");
            }
            text
        }
        Verb::Accept => format!("{who} accepted."),
        Verb::Decline => format!("{who} declined."),
        Verb::Withdraw if who == "Dogear" => "The proposal was withdrawn.".into(),
        Verb::Withdraw => format!("{who} withdrew the proposal."),
        Verb::Expire => "The proposal ran out without an answer.".into(),
        Verb::Supersede => "A book was agreed in another trade, so this proposal ended.".into(),
        Verb::Unoffer if who == "Dogear" => {
            let title = book(view, data).unwrap_or("A book");
            format!("{title} is no longer offered, so this proposal ended.")
        }
        Verb::Unoffer => {
            let title = book(view, data).unwrap_or("a book");
            let no_longer = if who == "You" { "do" } else { "does" };
            format!("{who} {no_longer} not offer {title} any more, so this proposal ended.")
        }
        Verb::TermsChanged => {
            let title = book(view, data).unwrap_or("a book");
            format!(
                "The description of {title} was changed, so the proposal has to be accepted again."
            )
        }
        Verb::Send => format!("{who} posted {books}."),
        Verb::HandOver => format!("{who} handed over {books}."),
        Verb::Receive => format!("{who} received {books}."),
        Verb::MarkLost => format!("The parcel with {books} is presumed lost."),
        Verb::Cancel | Verb::ConsentToCancel if to == TradeState::Cancelled => match data.ground {
            Some(CancelGround::Overdue) => {
                format!("{who} cancelled, because the books were long overdue.")
            }
            Some(CancelGround::Mutual) => "You both agreed to cancel.".into(),
            _ if view
                .payment
                .is_some_and(|payment| payment.state == PaymentState::Refunded) =>
            {
                if view.payment.is_some_and(|payment| payment.online) {
                    format!("{who} cancelled, and the money goes back.")
                } else {
                    format!("{who} cancelled, and gives the money back.")
                }
            }
            _ if view.method == Method::Meet => {
                format!("{who} cancelled before anything was handed over.")
            }
            _ => format!("{who} cancelled before anything was sent."),
        },
        Verb::Cancel => format!("{who} asked to cancel."),
        Verb::ConsentToCancel => format!("{who} agreed to cancel."),
        Verb::ReportProblem => {
            let what = data.problem.map_or("a problem", |problem| problem.label());
            format!("{who} reported: {what}.")
        }
        Verb::Resolve if to == TradeState::Resolved => match data.outcome {
            Some(Outcome::Complete) => format!("{who} decided: the trade counts as done."),
            Some(Outcome::Return) => format!("{who} decided: the books go back."),
            Some(Outcome::Returned) => format!("{who} decided: the book is back."),
            Some(Outcome::Kept) => format!("{who} decided: the borrower keeps the book."),
            Some(Outcome::WrittenOff) => format!("{who} decided: the book is gone."),
            _ if view.loan.is_some() => "It was settled: the loan has ended.".into(),
            Some(Outcome::Replace) => {
                format!("{who} decided: the giver makes good with another book.")
            }
            _ => "It was settled: books that had not arrived stay with their givers.".into(),
        },
        Verb::Resolve => format!("{who} proposed to settle it and end the trade."),
        Verb::AskReturn if who == "You" => "You give back what you bought.".into(),
        Verb::AskReturn => format!("{who} gives back what they bought."),
        Verb::DropReturn if who == "Dogear" => {
            "Nothing was sent back in time, so the return ended.".into()
        }
        Verb::DropReturn if who == "You" => "You keep it after all.".into(),
        Verb::DropReturn => format!("{who} keeps it after all."),
        Verb::MarkPaid => format!("{who} said that it is paid."),
        Verb::StartPayment => format!("{who} went to pay online."),
        Verb::Confirm => "The payment service confirmed the payment.".into(),
        Verb::Lapse => "Nothing was paid online, so it is due as before.".into(),
        Verb::Unpaid => "Nobody paid in time, so the sale ended.".into(),
        Verb::Propose if to == TradeState::Agreed => at_once(view, who),
        Verb::Propose => format!("{who} proposed."),
        Verb::Counter => format!("{who} changed the proposal."),
        // Of loans alone, which have sentences of their own.
        Verb::AskRenewal
        | Verb::GrantRenewal
        | Verb::RefuseRenewal
        | Verb::ExtendLoan
        | Verb::LetKeep
        | Verb::AgreeToKeep
        | Verb::Leave => String::new(),
    }
}

/// Whether it was agreed with the proposal, so that nobody had to accept it.
fn was_at_once(view: &TradeView) -> bool {
    let accepted = |entry: &Entry| {
        matches!(
            entry.what,
            TimelineItem::Step {
                verb: Verb::Accept,
                to: TradeState::Agreed,
                ..
            }
        )
    };
    view.agreed_at.is_some() && !view.timeline.iter().any(accepted)
}

fn at_once(view: &TradeView, who: &str) -> String {
    let took = if view.sale.is_some() {
        "bought"
    } else {
        "took"
    };
    if view.books.len() == 1 {
        format!("{who} {took} it, as its owner had offered. It is reserved now.")
    } else {
        format!("{who} {took} them, as their owner had offered. They are reserved now.")
    }
}

/// The title of the book that an entry is about, as long as it is in the trade.
fn book<'a>(view: &'a TradeView, data: &EventData) -> Option<&'a str> {
    view.books
        .iter()
        .find(|line| Some(line.copy) == data.copy)
        .map(|line| line.book.title.as_str())
}
