//! A trade that a reported problem holds: both records side by side, and its end.

use dogear_domain::fields::Statement;
use dogear_domain::ids::TradeId;
use dogear_domain::trades::{LegState, PaymentState};
use dogear_server::moderation::case::{Case, Content};
use dogear_server::trades::{BookLine, Dispute, LegView, TradeView};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::actions::ResolveTrade;
use super::evidence::snapshot;
use super::keys;
use super::part::Part;
use crate::action::ServerFn;
use crate::trades::carries;
use crate::ui::field::{PostForm, Radios, TextArea, TextField, Tick};
use crate::ui::form_state::FormState;
use crate::ui::photos::thumbs;
use crate::ui::time::{Say, When};
use dogear_urls as urls;

/// What was agreed beside what is said to have happened.
pub(super) fn records(
    view: &TradeView,
    dispute: &Dispute,
    now: Timestamp,
    zone: &TimeZone,
) -> impl IntoView + use<> {
    let leg = view.legs.iter().find(|leg| Some(leg.id) == dispute.leg);
    let in_question = |line: &&BookLine| match leg {
        Some(leg) => carries(leg, line),
        None => true,
    };
    let books: Vec<_> = view.books.iter().filter(in_question).map(book).collect();
    let name = |user| {
        view.party(user)
            .map_or_else(|| "a former member".to_owned(), |party| party.name.clone())
    };
    let way = leg.map(|leg| {
        let (from, to) = (name(leg.from), name(leg.to));
        way(leg, &from, &to, now, zone)
    });
    let ended = dispute.closed_at.map(|at| {
        let statement = dispute.statement.clone();
        view! {
            <div class="stack stack-s">
                <p class="fine quiet">
                    "Settled "<When at=at zone=zone.clone() now=now say=Say::Moment />
                </p>
                {(!statement.is_empty())
                    .then(|| {
                        view! { <blockquote class="serif quoted prelines">{statement}</blockquote> }
                    })}
            </div>
        }
    });
    let by = name(dispute.by);
    let photos = thumbs(&dispute.photos, |number| {
        format!("Photo {number} of the problem, by {by}")
    });
    view! {
        <div class="records">
            <section class="stack stack-s" aria-labelledby="agreed">
                <h3 id="agreed">"As it was agreed"</h3>
                <ul class="stack stack-s">{books}</ul>
            </section>
            <section class="stack stack-s" aria-labelledby="reported">
                <h3 id="reported">"As it is reported"</h3>
                <p>
                    <strong>{dispute.reason.label()}</strong>
                    " "
                    <span class="quiet">
                        {format!("{}, ", name(dispute.by))}
                        <When at=dispute.at zone=zone.clone() now=now say=Say::Moment />
                    </span>
                </p>
                <blockquote class="serif quoted prelines">{dispute.details.clone()}</blockquote>
                {photos}
                {way}
                {ended}
            </section>
        </div>
    }
}

/// A book as it stood when the trade was agreed.
fn book(line: &BookLine) -> impl IntoView + use<> {
    let book = &line.book;
    let stood = snapshot(book, "at agreement");
    view! {
        <li class="stack stack-s">
            <p>
                <a href=urls::admin_listing(line.copy)>{book.title.clone()}</a>
                <br />
                <span class="fine quiet">{book.author.clone()}</span>
            </p>
            {stood}
        </li>
    }
}

/// How far the books came.
pub(super) fn way(
    leg: &LegView,
    from: &str,
    to: &str,
    now: Timestamp,
    zone: &TimeZone,
) -> impl IntoView + use<> {
    let when = |word: &'static str, at: Timestamp| {
        view! {
            <dt>{word}</dt>
            <dd>
                <When at=at zone=zone.clone() now=now say=Say::Moment />
            </dd>
        }
    };
    let heading = format!("{from} to {to}: {}", leg.state.label().to_lowercase());
    let due =
        (leg.state == LegState::Pending && !leg.lacks_address).then(|| when("Due", leg.send_due));
    let sent = leg.sent_at.map(|at| when("Sent", at));
    let received = leg.received_at.map(|at| when("Received", at));
    let carrier = [leg.carrier.as_str(), leg.tracking.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    view! {
        <div class="stack stack-s">
            <p>{heading}</p>
            <dl class="facts">
                {due}{sent}
                {(!carrier.is_empty())
                    .then(|| {
                        view! {
                            <dt>"By"</dt>
                            <dd>{carrier}</dd>
                        }
                    })} {received}
            </dl>
        </div>
    }
}

/// How the trade ends, and why.
pub(super) fn resolve_form(case: &Case, part: &Part, state: FormState) -> impl IntoView + use<> {
    let trade = TradeId(case.subject.id);
    let view = match &case.content {
        Content::Trade { view, .. } => Some(view),
        _ => None,
    };
    let goes_back = view
        .and_then(|view| view.returns)
        .is_some_and(|returns| returns.is_under_way());
    let paid = view
        .and_then(|view| view.payment)
        .filter(|payment| payment.state == PaymentState::Paid);
    let money = paid.map(|payment| {
        let left = payment.left();
        view! {
            <TextField
                state=state.clone()
                name="give_back"
                label=format!("What goes back to the buyer, in {}", left.currency)
                inputmode=Some("decimal")
                hint=format!(
                    "{} at most. Leave it empty for what the decision says: the money follows the books.",
                    left.said(),
                )
            />
        }
    });
    let options = case
        .outcomes
        .iter()
        .map(|outcome| {
            let (label, meaning) = if goes_back {
                outcome.of_return()
            } else {
                (outcome.label(), outcome.meaning())
            };
            (outcome.as_str().into(), label.into(), meaning.into())
        })
        .collect();
    let with = [("trade", trade.to_string()), ("queue", part.query())];
    view! {
        <PostForm class="stack rule-top decide" action=ResolveTrade::PATH with=with>
            <Radios
                state=state.clone()
                name="outcome"
                label="How the trade ends"
                options=options
                keys=true
            />
            {money}
            <TextArea
                state=state.clone()
                name="statement"
                label="Why"
                hint="Everybody in the trade reads this, and it stays on its page."
                maxlength=Statement::MAX
            />
            <div id="f-sure">
                <Tick
                    state=state.clone()
                    name="sure"
                    label="I have read both sides. Books may change owners, and nothing takes this back."
                />
            </div>
            <p>
                <button class="btn btn-do" data-key=keys::END data-sure="">
                    <kbd aria-hidden="true">{keys::END}</kbd>
                    " End the trade"
                </button>
            </p>
        </PostForm>
    }
}
