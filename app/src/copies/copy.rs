//! `/copies/{id}`: one copy, as everybody sees it.

use axum::extract::Path;
use dogear_domain::copies::CopyState;
use dogear_server::copies::{self, CopyDetails, CopyPage, OnLoanTo};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::fields::{held_notice, lang};
use super::id;
use super::wait_actions::{StopWaiting, WaitForCopy};
use crate::action::ServerFn;
use crate::cart::add_button;
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{Condition, Cover, CoverSize, Terms};
use crate::ui::count;
use crate::ui::edition::edition_line;
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::time::{Say, When, in_words};
use dogear_urls as urls;

pub(super) async fn show(req: Req, Path(copy): Path<String>) -> PageResult {
    let shown = copies::page(&req.cx, id(&copy)?).await?;
    let may_begin = req.may_begin();
    let copy = &shown.copy;
    let title = format!("{}, {}’s copy", copy.book.title, shown.owner_name);
    let nav = if shown.mine { Nav::Shelf } else { Nav::Browse };
    let mut page = req.page(title).nav(nav);
    if copy.state == CopyState::Listed && copy.hidden.is_none() {
        let description = format!(
            "A copy of “{}” by {} in “{}” condition, listed {}.",
            copy.book.title,
            copy.book.author_line,
            copy.grade.label().to_lowercase(),
            copy.offers.in_words(),
        );
        page = page.public(description, urls::copy(copy.id));
    }
    let (zone, now) = (req.zone(), req.cx.now());
    // What was refused here: to put it into the cart, to wait for it.
    let state = req.form.clone();
    Ok(page.render(move || {
        let copy = &shown.copy;
        let listed = copy.state == CopyState::Listed && copy.hidden.is_none() && !shown.held;
        let book = urls::book(copy.book.work, &copy.book.slug);
        let edition = edition_line(&copy.book);
        let whereabouts = shown.whereabouts.said();
        view! {
            <div class="wrap bookpage">
                <Cover work=copy.book.work size=CoverSize::Full corner=listed eager=true />
                <article>
                    <ErrorSummary state=state.clone() />
                    <header class="stack stack-s">
                        <p class="small">
                            <a href=book.clone()>"All copies of this book"</a>
                        </p>
                        <h1 lang=lang(&copy.book.language) dir="auto">
                            {copy.book.title.clone()}
                        </h1>
                        <p class="lead" dir="auto">
                            {copy.book.author_line.clone()}
                        </p>
                        <p class="row">
                            <Condition grade=copy.grade />
                            {status(&shown, now, &zone)}
                        </p>
                    </header>
                    {notices(&shown)}
                    {actions(&shown, may_begin, (&zone, now))}
                    <section aria-labelledby="what" class="stack">
                        <h2 id="what" class="t-h3">
                            "About this copy"
                        </h2>
                        <p class="quiet">{copy.grade.meaning()}</p>
                        {(!copy.defects.is_empty())
                            .then(|| {
                                view! {
                                    <ul class="chips" aria-label="Defects">
                                        {copy
                                            .defects
                                            .iter()
                                            .map(|defect| {
                                                view! { <li class="tag">{defect.label()}</li> }
                                            })
                                            .collect_view()}
                                    </ul>
                                }
                            })}
                        {(!copy.note.is_empty())
                            .then(|| {
                                view! {
                                    <p class="serif said" dir="auto">
                                        {copy.note.clone()}
                                    </p>
                                }
                            })}
                    </section>
                    {photos(copy)}
                    <section class="rule-top" aria-labelledby="been">
                        <h2 id="been" class="t-h3">
                            "Where it has been"
                        </h2>
                        <ol class="stack stack-s mt4 serif">
                            {shown
                                .history
                                .iter()
                                .rev()
                                .map(|past| {
                                    let place = if past.city.is_empty() {
                                        "A reader who keeps their town to themselves".to_owned()
                                    } else {
                                        past.city.clone()
                                    };
                                    let how = if past.traded {
                                        ", by a trade, since "
                                    } else {
                                        ", on Dogear since "
                                    };
                                    view! {
                                        <li>
                                            {place}{how}
                                            <When
                                                at=past.at
                                                zone=zone.clone()
                                                now=now
                                                say=Say::ShortDay
                                            />
                                        </li>
                                    }
                                })
                                .collect_view()}
                        </ol>
                    </section>
                </article>
                <dl class="facts">
                    <dt>"Owner"</dt>
                    <dd>
                        <a href=urls::reader(&shown.owner_handle)>{shown.owner_name.clone()}</a>
                    </dd>
                    {(!whereabouts.is_empty())
                        .then(|| {
                            view! {
                                <dt>"Where"</dt>
                                <dd>{whereabouts}</dd>
                            }
                        })}
                    <dt>"Trades"</dt>
                    <dd>
                        {match shown.owner_trades {
                            0 => "none completed yet".to_owned(),
                            trades => format!("{} completed", crate::ui::grouped(trades.into())),
                        }}
                    </dd>
                    {(!edition.is_empty())
                        .then(|| {
                            view! {
                                <dt>"Edition"</dt>
                                <dd>{edition}</dd>
                            }
                        })}
                    {(!copy.place.is_empty())
                        .then(|| {
                            view! {
                                <dt>"Place, for you alone"</dt>
                                <dd dir="auto">{copy.place.clone()}</dd>
                            }
                        })}
                    {copy
                        .listed_at
                        .map(|at| {
                            view! {
                                <dt>"Listed"</dt>
                                <dd>
                                    <When at=at zone=zone.clone() now=now say=Say::ShortDay />
                                </dd>
                            }
                        })}
                </dl>
            </div>
        }
    }))
}

/// A word on whether it can be asked for.
fn status(shown: &CopyPage, now: Timestamp, zone: &TimeZone) -> AnyView {
    let word = match shown.copy.state {
        _ if shown.lent => return lent_out(shown, now, zone),
        _ if shown.round.is_some() => "Given away",
        CopyState::Listed if shown.held => "Promised in a trade",
        CopyState::Listed => return view! { <Terms offers=shown.copy.offers /> }.into_any(),
        CopyState::Owned => "Not listed",
        CopyState::Archived => "In the archive",
        CopyState::Deleted => "In the trash",
    };
    view! { <span class="tag">{word}</span> }.into_any()
}

/// “Lent to Bo until 3 March” for its owner, without the name for everybody else.
fn lent_out(shown: &CopyPage, now: Timestamp, zone: &TimeZone) -> AnyView {
    let Some(loan) = &shown.on_loan else {
        return view! { <span class="tag">"Lent out"</span> }.into_any();
    };
    let words = match (&loan.name, loan.borrows) {
        (Some(name), _) => format!("Lent to {name}"),
        (None, true) => "Lent to you".to_owned(),
        (None, false) => "Lent out".to_owned(),
    };
    let words = match loan.due {
        Some(due) => format!("{words} until {}", in_words(due, zone, now, Say::Day)),
        None => words,
    };
    match loan.trade {
        Some(trade) => view! {
            <a class="small" href=urls::trade(trade)>
                {words}
            </a>
        }
        .into_any(),
        None => view! { <span class="small">{words}</span> }.into_any(),
    }
}

fn notices(shown: &CopyPage) -> AnyView {
    let copy = &shown.copy;
    let hidden = copy.hidden.clone().map(|reason| {
        view! {
            <div class="notice notice-do">
                <p class="strong">"A moderator has hidden this copy from others."</p>
                {(!reason.is_empty()).then(|| view! { <p>{format!("The reason: {reason}")}</p> })}
            </div>
        }
    });
    let held = copy.held_by.map(|by| match &shown.on_loan {
        Some(OnLoanTo {
            trade: Some(trade), ..
        }) => {
            let path = urls::trade(*trade);
            view! {
                <p class="notice">
                    "It is lent, so it stays as it is until it is back. "
                    <a href=path>"Open the loan"</a>
                </p>
            }
            .into_any()
        }
        _ => held_notice(copy.id, by, "it stays as it is"),
    });
    view! {
        {hidden}
        {held}
    }
    .into_any()
}

fn actions(shown: &CopyPage, may_begin: bool, (zone, now): (&TimeZone, Timestamp)) -> AnyView {
    let copy = &shown.copy;
    if shown.mine {
        let lend = (copy.state != CopyState::Deleted && shown.on_loan.is_none()).then(|| {
            let words = if shown.lent {
                "Who has it"
            } else {
                "Lend it to somebody"
            };
            view! {
                <a class="btn" href=urls::copy_lent(copy.id)>
                    {words}
                </a>
            }
        });
        let give = (copy.state == CopyState::Listed && may_begin && !shown.held).then(|| {
            view! {
                <a class="btn" href=urls::copy_give(copy.id)>
                    "Give it away to one who asks"
                </a>
            }
        });
        return view! {
            <p class="row doit">
                <a class="btn" href=urls::copy_edit(copy.id)>
                    "Edit"
                </a>
                <a class="btn" href=urls::copy_photos(copy.id)>
                    <Icon glyph=Glyph::Camera />
                    " Photos"
                </a>
                {lend}
                {give}
            </p>
        }
        .into_any();
    }
    if let Some((round, until)) = shown.round {
        let label = if until > now {
            let until = in_words(until, zone, now, Say::Moment);
            format!("Given away until {until}: ask for it")
        } else {
            "Given away: see how it stands".to_owned()
        };
        return view! {
            <p class="row doit">
                <a class="btn btn-do" href=urls::give(round)>
                    {label}
                </a>
            </p>
        }
        .into_any();
    }
    if may_begin && shown.lent && copy.hidden.is_none() {
        return waiting(shown);
    }
    if !may_begin || copy.state != CopyState::Listed || shown.held || copy.hidden.is_some() {
        return ().into_any();
    }
    let to = urls::propose(&shown.owner_handle, copy.id);
    let report = urls::report_copy(copy.id);
    let ask = copy.offers.can_be_asked_for().then(|| {
        let label = match (copy.offers.trade, copy.offers.give) {
            (false, _) => "Ask for it",
            (true, true) => "Ask for it, or propose a trade",
            (true, false) => "Propose a trade",
        };
        view! {
            <a class="btn btn-do" href=to>
                {label}
            </a>
        }
    });
    let buy = copy.offers.sale.map(|price| {
        let label = format!("Buy it for {}", price.amount.said());
        view! {
            <a class="btn btn-do" href=urls::copy_buy(copy.id)>
                {label}
            </a>
        }
    });
    let borrow = copy.offers.loan.is_some().then(|| {
        view! {
            <a class="btn btn-do" href=urls::copy_borrow(copy.id)>
                "Borrow it"
            </a>
        }
    });
    let cart = copy
        .offers
        .sale
        .map(|_| add_button(copy.id, false, copy.book.title.clone()));
    view! {
        <div class="row doit">
            {buy} {borrow} {ask} {cart} <a class="quiet" href=report>
                "Report this copy"
            </a>
        </div>
    }
    .into_any()
}

/// “Tell me when it is back”, for whoever has it not.
fn waiting(shown: &CopyPage) -> AnyView {
    let with = [("copy", shown.copy.id.to_string())];
    if shown.on_loan.as_ref().is_some_and(|loan| loan.borrows) {
        return ().into_any();
    }
    if shown.waiting {
        return view! {
            <PostForm class="row doit" action=StopWaiting::PATH with=with>
                <span>"We tell you when it is back."</span>
                <button class="btn btn-small">"Do not wait for it"</button>
            </PostForm>
        }
        .into_any();
    }
    view! {
        <PostForm class="row doit" action=WaitForCopy::PATH with=with>
            <button class="btn btn-do">"Tell me when it is back"</button>
        </PostForm>
    }
    .into_any()
}

fn photos(copy: &CopyDetails) -> AnyView {
    if copy.photos.is_empty() {
        return ().into_any();
    }
    let number = copy.photos.len();
    let heading = count(number, "photo of this copy", "photos of this copy");
    view! {
        <section aria-labelledby="photos">
            <h2 id="photos" class="t-h3">
                {heading}
            </h2>
            <ul class="photos mt4">
                {copy
                    .photos
                    .iter()
                    .enumerate()
                    .map(|(position, photo)| {
                        let alt = format!("Photo {} of {number}, full size", position + 1);
                        view! {
                            <li>
                                <a href=urls::photo(photo.key)>
                                    <img
                                        src=urls::photo_small(photo.key)
                                        alt=alt
                                        width="400"
                                        height="400"
                                        loading="lazy"
                                    />
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
    .into_any()
}
