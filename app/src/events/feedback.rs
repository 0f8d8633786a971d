//! `/events/{id}/feedback`: how it was; and what guests have said, for those who host it.

use dogear_domain::events::feedback::Rating;
use dogear_domain::fields::FeedbackWords;
use dogear_domain::ids::EventId;
use dogear_server::events::{self, Feedback, FeedbackPage, GuestWords, NextDate, SeenBook, words};
use leptos::prelude::*;

use super::after_actions::{SaveFeedback, WithdrawFeedback};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::book::title_lang;
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextArea, Tick};
use crate::ui::form_state::FormState;
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let page = events::feedback(&req.cx, event).await?;
    let state = req.form.clone();
    let may_begin = req.may_begin();
    let now = req.cx.now();
    let title = format!("How was {}?", page.event.title);
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let event = &page.event;
        let date = words::when(event.starts_at, event.ends_at, &event.time_zone, now);
        let heading = format!("How was “{}”?", event.title);
        let answer = match page.closed {
            Some(why) => view! { <p class="notice">{why.to_string()}</p> }.into_any(),
            None if may_begin => form(&page, &state),
            None => ().into_any(),
        };
        let withdraw = (page.closed.is_none() && page.own.is_some()).then(|| withdraw(event.id));
        let own = (page.closed.is_none() && page.brings).then(|| {
            view! {
                <p>
                    <a href=urls::event_books(
                        event.id,
                    )>"Say what became of the books that you brought"</a>
                    "."
                </p>
            }
        });
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::event(event.id, &event.slug)>"The event"</a>
                    </p>
                    <h1 dir="auto">{heading}</h1>
                    <p class="lead">{date}</p>
                </header>
                {answer}
                {withdraw}
                {own}
                {books(&page.books)}
                {to_come(&page.next)}
            </div>
        }
    }))
}

fn form(page: &FeedbackPage, state: &FormState) -> AnyView {
    let own = page.own.clone().unwrap_or_default();
    let options: Vec<_> = Rating::ALL
        .into_iter()
        .map(|rating| (rating.to_string(), rating.label().to_owned(), String::new()))
        .collect();
    let label = match page.own {
        Some(_) => "Save the change",
        None => "Send it",
    };
    let (rating, again, text, name) = (state.clone(), state.clone(), state.clone(), state.clone());
    let with = [("event", page.event.id.to_string())];
    view! {
        <PostForm class="sheet stack" action=SaveFeedback::PATH with=with>
            <Radios
                state=rating
                name="rating"
                label="How was it?"
                options=options
                value=own.rating
            />
            <Tick state=again name="would_return" label="I would come again" on=own.would_return />
            <TextArea
                state=text
                name="words"
                label="A word to those who host it"
                hint="They alone read it, and moderators if they report it. Leave it empty if you like."
                maxlength=FeedbackWords::MAX
                value=own.words
            />
            <Tick
                state=name
                name="shows_name"
                label="Show my name"
                hint="Else they read your words without it; after a small evening they may guess."
                on=own.shows_name
            />
            <p class="small quiet">"You can change or withdraw it for 30 days after the event."</p>
            <p>
                <button class="btn btn-do">{label}</button>
            </p>
        </PostForm>
    }
    .into_any()
}

/// Asks once more before it is withdrawn.
fn withdraw(event: EventId) -> AnyView {
    let with = [("event", event.to_string())];
    view! {
        <details>
            <summary>"Withdraw what you said"</summary>
            <PostForm class="stack stack-s mt4" action=WithdrawFeedback::PATH with=with>
                <p>
                    "Your rating and your words go, and those who host it no longer see them. If they have reported your words, moderators keep what was reported. You can say something new as long as these 30 days last."
                </p>
                <p>
                    <button class="btn btn-heavy">"Withdraw it"</button>
                </p>
            </PostForm>
        </details>
    }
    .into_any()
}

/// What was there and can still be had.
fn books(seen: &[SeenBook]) -> Option<AnyView> {
    if seen.is_empty() {
        return None;
    }
    let rows: Vec<AnyView> = seen
        .iter()
        .map(|book| {
            let copies = (book.copies > 1).then(|| {
                let copies = count(book.copies, "copy", "copies");
                view! { <p class="small quiet">{copies}</p> }
            });
            view! {
                <li>
                    <p class="btitle" dir="auto" lang=title_lang(&book.language)>
                        <a href=urls::book(book.work, &book.slug)>{book.title.clone()}</a>
                    </p>
                    <p class="by small" dir="auto">
                        {book.author_line.clone()}
                    </p>
                    {copies}
                </li>
            }
            .into_any()
        })
        .collect();
    let section = view! {
        <section class="stack stack-s" aria-labelledby="seen-h">
            <h2 class="t-h3" id="seen-h">
                "Books you may have seen, and can still have"
            </h2>
            <ul class="rows">{rows}</ul>
        </section>
    };
    Some(section.into_any())
}

/// What is to come of the same host.
fn to_come(next: &[NextDate]) -> Option<AnyView> {
    let heading = if next.first()?.is_series {
        "The next date"
    } else {
        "To come from the same host"
    };
    let rows: Vec<AnyView> = next
        .iter()
        .map(|date| {
            let when = [date.when.as_str(), date.city.as_str()].map(str::to_owned);
            let when: Vec<String> = when.into_iter().filter(|part| !part.is_empty()).collect();
            view! {
                <li>
                    <a href=urls::event(date.event, &date.slug) dir="auto">
                        {date.title.clone()}
                    </a>
                    <p class="small quiet">{when.join(". ")}</p>
                </li>
            }
            .into_any()
        })
        .collect();
    let section = view! {
        <section class="stack stack-s" aria-labelledby="next-h">
            <h2 class="t-h3" id="next-h">
                {heading}
            </h2>
            <ul class="rows">{rows}</ul>
        </section>
    };
    Some(section.into_any())
}

/// What guests have said, for those who host it.
pub(super) fn section(said: &Feedback) -> AnyView {
    let Some(mean) = &said.mean else {
        return view! {
            <section class="stack stack-s" aria-labelledby="feedback-h">
                <h2 class="t-h3" id="feedback-h">
                    "How it was"
                </h2>
                <p class="quiet">
                    "No guest has said yet how it was. They are asked on the day after, and can say so for 30 days."
                </p>
            </section>
        }
        .into_any();
    };
    let answers = count(said.number, "guest has answered", "guests have answered");
    let again = match said.would_return {
        0 => "Nobody has said that they would come again.".to_owned(),
        again => format!("{again} would come again."),
    };
    let sentence = format!("{answers}: {mean} of 5 in the mean. {again}");
    let rows: Vec<AnyView> = said.words.iter().map(quoted).collect();
    let list = (!rows.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> });
    view! {
        <section class="stack stack-s" aria-labelledby="feedback-h">
            <h2 class="t-h3" id="feedback-h">
                "How it was"
            </h2>
            <p>{sentence}</p>
            {list}
            <p class="small quiet">"Only those who host it read this."</p>
        </section>
    }
    .into_any()
}

fn quoted(said: &GuestWords) -> AnyView {
    let by = match &said.by {
        Some((handle, name)) => {
            let (path, name) = (urls::reader(handle), name.clone());
            view! {
                <a href=path>
                    <bdi>{name}</bdi>
                </a>
            }
            .into_any()
        }
        None => view! { <span class="quiet">"Without a name"</span> }.into_any(),
    };
    view! {
        <li class="stack-s">
            <blockquote class="prelines" dir="auto">
                {said.words.clone()}
            </blockquote>
            <p class="small">
                {by} " · " <a class="quiet" href=urls::report_feedback(said.id)>
                    "Report these words"
                </a>
            </p>
        </li>
    }
    .into_any()
}
