//! `/give/{id}`: a round, for whoever gives, whoever asks, and everybody else.

use dogear_domain::ids::RoundId;
use dogear_domain::rounds::{AskState, RoundState, hours_in_words};
use dogear_domain::trades::Method;
use dogear_server::rounds::{self, RoundPage};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::actions::{AskForGift, CloseRound, PassGift, TakeBackAsk, TakeGift};
use super::check::how_it_is_drawn;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::book::{Condition, Cover, CoverSize, title_lang};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, Radios};
use crate::ui::form_state::FormState;
use crate::ui::time::{Say, When, in_words};
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(id): Segment<RoundId>) -> PageResult {
    let round = rounds::page(&req.cx, id).await?;
    let (now, zone) = (req.cx.now(), req.zone());
    let (may_begin, known) = (req.may_begin(), req.cx.actor.is_some());
    let state = req.form.clone();
    let title = format!("{} is given away", round.title);
    Ok(req.page(title).nav(Nav::Browse).render(move || {
        let what_now = what_now(&round, &zone, now, &state);
        let ask = ask(&round, may_begin, known);
        let (note, hours) = (round.note.clone(), hours_in_words(round.offer_hours));
        let zone = zone.clone();
        let until =
            (round.rules.state == RoundState::Open || round.rules.takes_asks(now)).then(|| {
                view! {
                    <dt>"Ask until"</dt>
                    <dd>
                        <When at=round.rules.closes_at zone=zone.clone() now=now say=Say::Moment />
                    </dd>
                }
            });
        let waiting = round.rules.state.is_live().then(|| {
            let label = if round.is_draw() {
                "Have asked"
            } else {
                "Wait"
            };
            view! {
                <dt>{label}</dt>
                <dd>{round.waiting}</dd>
            }
        });
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::give_list("", 1)>"Given away"</a>
                </p>
                <h1 lang=title_lang(&round.language) dir="auto">
                    {round.title.clone()}
                </h1>
                <div class="quickbook">
                    <Cover work=round.work size=CoverSize::Medium />
                    <div>
                        <p class="by" dir="auto">
                            <a href=urls::book(
                                round.work,
                                &round.slug,
                            )>{round.author_line.clone()}</a>
                        </p>
                        <p>
                            <Condition grade=round.grade />
                        </p>
                        {(!note.is_empty()).then(|| view! { <p class="small serif">{note}</p> })}
                        <p class="small">
                            {if round.mine { "Given away by you" } else { "Given away by " }}
                            {(!round.mine)
                                .then(|| {
                                    view! {
                                        <a href=urls::reader(
                                            &round.owner,
                                        )>{round.owner_name.clone()}</a>
                                    }
                                })}
                        </p>
                    </div>
                </div>
                <dl class="facts">
                    <dt>"Who gets it"</dt>
                    <dd>{round.rules.mode.label()}</dd>
                    {until}
                    {waiting}
                    <dt>"Time to answer"</dt>
                    <dd>{hours}</dd>
                </dl>
                {what_now}
                {ask}
                {how_it_is_drawn(&round)}
            </div>
        }
    }))
}

/// How it stands, with what the reader can do about it.
fn what_now(round: &RoundPage, zone: &TimeZone, now: Timestamp, state: &FormState) -> AnyView {
    let moment = |at: Timestamp| in_words(at, zone, now, Say::Moment);
    let until = round.rules.offer_until.map(moment).unwrap_or_default();
    let with = || vec![("round", round.id.to_string())];
    let own = round.ask.map(|ask| ask.state);
    match (round.rules.state, own) {
        (RoundState::Offered, Some(AskState::Offered)) if round.rules.offer_until > Some(now) => {
            take(round, &until, state)
        }
        (RoundState::Open | RoundState::Offered, Some(AskState::Waiting)) => {
            let place = round.ask.map_or(1, |ask| ask.place);
            let sentence = match (round.is_draw(), round.rules.state) {
                (true, RoundState::Open) => format!(
                    "You have asked for it. It is drawn on {}, and we tell you.",
                    moment(round.rules.closes_at)
                ),
                (true, _) => "It was drawn, and somebody before you is asked now. If they pass, it may come to you.".to_owned(),
                (false, _) => format!("You wait for it, in place {place}. We tell you when it is your turn."),
            };
            view! {
                <p class="notice">{sentence}</p>
                <PostForm action=TakeBackAsk::PATH with=with()>
                    <button class="btn">"I do not want it any more"</button>
                </PostForm>
            }
            .into_any()
        }
        (RoundState::Open, _) if round.mine => {
            let asked = count(round.waiting, "reader has", "readers have");
            let sentence = if round.is_draw() {
                format!(
                    "{asked} asked so far. It is drawn on {}.",
                    moment(round.rules.closes_at)
                )
            } else {
                "The first who asks is offered it.".to_owned()
            };
            view! {
                <p class="notice">{sentence}</p>
                <details class="sheet plain">
                    <summary>"Give it away no more"</summary>
                    <p>
                        "Those who have asked are told, and the book stands on your shelf, listed as before."
                    </p>
                    <PostForm action=CloseRound::PATH with=with()>
                        <button class="btn btn-heavy">"End it"</button>
                    </PostForm>
                </details>
            }
            .into_any()
        }
        (RoundState::Offered, _) => {
            let own = match own {
                Some(AskState::Silent) => "You did not answer in time. ",
                Some(AskState::Passed) => "You have passed. ",
                _ => "",
            };
            let sentence = format!(
                "{own}Somebody is asked whether they take it, and has until {until}. If they do not, it goes to the next one."
            );
            view! { <p class="notice">{sentence}</p> }.into_any()
        }
        (RoundState::Open, Some(_)) => {
            view! { <p class="notice">"You do not wait for it any more."</p> }.into_any()
        }
        (RoundState::Open, None) => ().into_any(),
        (RoundState::Taken, _) => taken(round),
        (RoundState::Unclaimed, _) => {
            let sentence = if round.mine {
                "Nobody has taken it. It stands on your shelf, listed as before."
            } else {
                "Nobody has taken it. This give-away is over."
            };
            let again = round.mine.then(|| {
                view! {
                    <p>
                        <a class="btn" href=urls::copy_give(round.copy)>
                            "Give it away once more"
                        </a>
                    </p>
                }
            });
            view! {
                <p class="notice">{sentence}</p>
                {again}
            }
            .into_any()
        }
        (RoundState::Closed, _) => {
            view! { <p class="notice">"This give-away was ended before anybody had the book."</p> }
                .into_any()
        }
    }
}

/// Somebody has it.
fn taken(round: &RoundPage) -> AnyView {
    let who = match (&round.taker, round.ask.map(|ask| ask.state)) {
        (_, Some(AskState::Taken)) => "You have taken it.".to_owned(),
        (Some(name), _) => format!("{name} has taken it."),
        (None, _) => "Somebody has taken it.".to_owned(),
    };
    let trade = round
        .trade
        .map(|trade| view! { <a href=urls::trade(trade)>"Open the trade"</a> });
    view! { <p class="notice">{who} " " {trade}</p> }.into_any()
}

/// The reader takes it, or passes.
fn take(round: &RoundPage, until: &str, state: &FormState) -> AnyView {
    let methods = vec![
        (
            Method::Meet.to_string(),
            "In person".to_owned(),
            "You settle the place and the time in messages.".to_owned(),
        ),
        (
            Method::Post.to_string(),
            "By post".to_owned(),
            "You enter where it goes; settle in messages who pays the postage.".to_owned(),
        ),
    ];
    let with = || vec![("round", round.id.to_string())];
    let drawn = if round.is_draw() {
        "The draw fell on you"
    } else {
        "It is your turn"
    };
    let state = state.clone();
    view! {
        <section class="stack" aria-labelledby="take">
            <h2 id="take" class="t-h3">
                {format!("{drawn}: take it by {until}, or pass")}
            </h2>
            <PostForm class="stack" action=TakeGift::PATH with=with()>
                <Radios
                    state=state
                    name="method"
                    label="How it comes to you"
                    options=methods
                    value="meet"
                />
                <p>
                    <button class="btn btn-do">"Take it"</button>
                </p>
            </PostForm>
            <PostForm action=PassGift::PATH with=with()>
                <p class="small quiet">
                    "If you pass, the next reader need not wait for you. That cannot be taken back."
                </p>
                <button class="btn">"Pass"</button>
            </PostForm>
        </section>
    }
    .into_any()
}

/// The form of somebody who could ask.
fn ask(round: &RoundPage, may_begin: bool, known: bool) -> Option<AnyView> {
    if !round.can_ask {
        return None;
    }
    if let Some(limit) = round.limit.clone() {
        return Some(view! { <p class="notice">{limit}</p> }.into_any());
    }
    // Whoever is not logged in is asked to, and comes back here.
    if known && !may_begin {
        return None;
    }
    let with = [("round", round.id.to_string())];
    Some(
        view! {
            <PostForm action=AskForGift::PATH with=with>
                <button class="btn btn-do">"Ask for it"</button>
            </PostForm>
        }
        .into_any(),
    )
}
