//! `/loans`: what the reader has lent and borrowed, here and outside the site.

use axum::extract::Query;
use dogear_domain::ids::WorkId;
use dogear_domain::lending::Due;
use dogear_domain::trades::LegState;
use dogear_server::copies::{self, AllLent, LentOutside, Wait, day_in_words};
use dogear_server::trades::{self, LoanRow, Loans};
use jiff::civil::Date;
use leptos::prelude::*;
use serde::Deserialize;

use super::fields::lang;
use super::lent::who;
use super::lent_actions::BookIsBack;
use super::text;
use super::wait_actions::StopWaiting;
use crate::action::ServerFn;
use crate::http::{AppError, Nav, PageResult, Req};
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::pager::pager;
use dogear_urls as urls;

/// The query of `/loans`; everything in it is optional.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Params {
    f: String,
    page: String,
}

/// The parts of the page: their words in the address and on the page.
const TABS: [(&str, &str); 3] = [
    ("lent", "Lent"),
    ("borrowed", "Borrowed"),
    ("outside", "Outside Dogear"),
];

/// What stands on one part.
enum Shown {
    Here(Loans, Vec<Wait>),
    Outside(AllLent),
}

pub(super) async fn show(req: Req, Query(params): Query<Params>) -> PageResult {
    let page = params.page.parse().unwrap_or(1).clamp(1, 100_000);
    let asked = TABS.into_iter().find(|(word, _)| *word == params.f);
    let mut tab = asked.map_or(TABS[0].0, |(word, _)| word);
    let mut shown = part(&req, tab, page).await?;
    // Who asks for no part sees the one where there is something.
    if asked.is_none() && matches!(&shown, Shown::Here(loans, _) if loans.rows.is_empty()) {
        let outside = copies::lent_outside(&req.cx, page).await?;
        if !outside.rows.is_empty() {
            (tab, shown) = ("outside", Shown::Outside(outside));
        }
    }
    let state = req.form.clone();
    let today = req.cx.now().to_zoned(req.zone()).date();
    let zone = req.zone();
    Ok(req.page("Your loans").nav(Nav::Shelf).render(move || {
        let content = match shown {
            Shown::Outside(lent) => outside(&lent),
            Shown::Here(loans, waits) => {
                let rows = loans
                    .rows
                    .iter()
                    .map(|row| here(row, row.due.to_zoned(zone.clone()).date(), today))
                    .collect_view();
                let list = if loans.rows.is_empty() {
                    nothing_here(tab)
                } else {
                    view! { <ul class="picks mt4">{rows}</ul> }.into_any()
                };
                let address = move |page| urls::loans(tab, page);
                view! {
                    {list}
                    {pager(loans.page, loans.pages, address)}
                    {waiting(&waits)}
                }
                .into_any()
            }
        };
        view! {
            <div class="wrap page">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::SHELF>"Your shelf"</a>
                </p>
                <h1>"Your loans"</h1>
                {tabs(tab)}
                {content}
            </div>
        }
    }))
}

async fn part(req: &Req, tab: &str, page: u32) -> Result<Shown, AppError> {
    Ok(match tab {
        "outside" => Shown::Outside(copies::lent_outside(&req.cx, page).await?),
        "borrowed" => {
            let waits = copies::waits(&req.cx).await?;
            Shown::Here(trades::loans(&req.cx, false, page).await?, waits)
        }
        _ => Shown::Here(trades::loans(&req.cx, true, page).await?, Vec::new()),
    })
}

fn tabs(current: &'static str) -> impl IntoView {
    let tabs = TABS
        .into_iter()
        .map(|(word, label)| {
            let here = (word == current).then_some("page");
            view! {
                <a href=urls::loans(word, 1) aria-current=here>
                    {label}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label="Loans">
            {tabs}
        </nav>
    }
}

fn book(work: WorkId, href: String, title: &str, author: &str, said: AnyView) -> impl IntoView {
    view! {
        <Cover work=work size=CoverSize::Small />
        <div>
            <p class="btitle" dir="auto">
                <a href=href>{title.to_owned()}</a>
            </p>
            <p class="by small" dir="auto">
                {author.to_owned()}
            </p>
            <p class="small">{said}</p>
        </div>
    }
}

/// A loan on the site. What can be done stands on its page.
fn here(row: &LoanRow, due_on: Date, today: Date) -> AnyView {
    let day = day_in_words(due_on, today);
    let stands = Due::of(Some(due_on), today);
    let words = match (row.disputed, row.back) {
        (true, _) => "A problem is reported.".to_owned(),
        (_, None) => format!("Agreed until {day}; not handed over yet."),
        (_, Some(LegState::Pending)) => format!("Until {day}: "),
        (_, Some(_)) => "On its way back.".to_owned(),
    };
    let with_borrower = !row.disputed && row.back == Some(LegState::Pending);
    let stands = with_borrower.then(|| match stands {
        Due::Overdue(_) => view! { <span class="tag tag-do">{text::due(stands)}</span> }.into_any(),
        _ => text::due(stands).into_any(),
    });
    let asked = row.asked.then(|| {
        view! {
            " "
            <span class="tag">"More time is asked for"</span>
        }
    });
    let said = view! {
        "With "
        <bdi>{row.other.clone()}</bdi>
        ". "
        {words}
        {stands}
        {asked}
    }
    .into_any();
    let href = urls::trade(row.trade);
    view! { <li>{book(row.work, href, &row.title, &row.author_line, said)} <span></span></li> }
        .into_any()
}

/// The queues in which the reader stands.
fn waiting(waits: &[Wait]) -> Option<AnyView> {
    let rows = waits
        .iter()
        .map(|row| {
            let with = [("copy", row.copy.to_string()), ("from", "list".to_owned())];
            let title = row.title.clone();
            let said = "We tell you when it is back.".into_any();
            view! {
                <li>
                    {book(row.work, urls::copy(row.copy), &row.title, &row.author_line, said)}
                    <PostForm action=StopWaiting::PATH with=with>
                        <button class="btn btn-small">
                            "Do not wait" <span class="visually-hidden">" for "{title}</span>
                        </button>
                    </PostForm>
                </li>
            }
        })
        .collect_view();
    (!waits.is_empty()).then(|| {
        view! {
            <section aria-labelledby="waits" class="rule-top">
                <h2 id="waits" class="t-h3">
                    "For which you wait"
                </h2>
                <ul class="picks mt4">{rows}</ul>
            </section>
        }
        .into_any()
    })
}

fn outside(lent: &AllLent) -> AnyView {
    let summary = (lent.found > 0).then(|| {
        let sentence = format!(
            "{} with people outside Dogear.",
            count(lent.found, "book is", "books are")
        );
        view! { <p class="quiet mt4">{sentence}</p> }
    });
    let rows = lent
        .rows
        .iter()
        .map(|row| line(row, lent.today))
        .collect_view();
    let content = if lent.rows.is_empty() {
        nothing().into_any()
    } else {
        view! { <ul class="picks mt4">{rows}</ul> }.into_any()
    };
    view! {
        {summary}
        {content}
        {pager(lent.page, lent.pages, urls::loans_outside)}
    }
    .into_any()
}

fn line(row: &LentOutside, today: Date) -> AnyView {
    let loan = &row.loan;
    let stands = loan.due(today);
    let words = match stands {
        Due::Open => "No day is agreed.".to_owned(),
        due => text::due(due),
    };
    let since = format!(", since {}. ", day_in_words(loan.lent_on, today));
    let day = loan
        .due_on
        .map(|day| format!("Wanted back on {}: ", day_in_words(day, today)));
    let words = if matches!(stands, Due::Overdue(_)) {
        view! { <span class="tag tag-do">{words}</span> }.into_any()
    } else {
        words.into_any()
    };
    let with = vec![("loan", loan.id.to_string()), ("from", "list".to_owned())];
    let title = row.title.clone();
    view! {
        <li>
            <Cover work=row.work size=CoverSize::Small />
            <div>
                <p class="btitle" lang=lang(&row.language) dir="auto">
                    <a href=urls::copy_lent(loan.copy)>{row.title.clone()}</a>
                </p>
                <p class="by small" dir="auto">
                    {row.author_line.clone()}
                </p>
                <p class="small">"With " <bdi>{who(loan)}</bdi> {since} {day} {words}</p>
            </div>
            <PostForm action=BookIsBack::PATH with=with>
                <button class="btn btn-small">
                    "It is back" <span class="visually-hidden">": "{title}</span>
                </button>
            </PostForm>
        </li>
    }
    .into_any()
}

fn nothing_here(tab: &str) -> AnyView {
    let (heading, words, href, button) = if tab == "lent" {
        (
            "Nothing is lent",
            "Tick “Lend it” for a book on your shelf, and others can ask to borrow it. It stays yours, and we remind them of the day.",
            urls::SHELF.to_owned(),
            "To your shelf",
        )
    } else {
        (
            "Nothing is borrowed",
            "Books that others lend say “To borrow”. You agree on a day, and bring them back by then.",
            format!("{}?offer=lend", urls::BROWSE),
            "Books to borrow",
        )
    };
    view! {
        <Empty plate=Plate::FirstUse heading=heading>
            <p class="serif">{words}</p>
            <p>
                <a class="btn" href=href>
                    {button}
                </a>
            </p>
        </Empty>
    }
    .into_any()
}

fn nothing() -> impl IntoView {
    view! {
        <Empty plate=Plate::FirstUse heading="Nothing is lent outside Dogear">
            <p class="serif">
                "When a friend takes a book of yours along, note it here: open the book on your shelf and choose “Lend it to somebody”. We remind you when it is due."
            </p>
            <p>
                <a class="btn" href=urls::SHELF>
                    "To your shelf"
                </a>
            </p>
        </Empty>
    }
}
