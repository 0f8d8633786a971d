//! `/reading/{year}`: a year of reading in numbers.

use dogear_domain::edition::language_name;
use dogear_domain::library::{Rating, goal_in_words, yearly};
use dogear_server::library::{self, YEAR_LIST, Year, YearBook};
use leptos::prelude::*;

use super::actions::{RemoveGoal, SetGoal};
use super::book::day;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::book::title_lang;
use crate::ui::chart::bars;
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::{ErrorSummary, PostForm, TextField};
use crate::ui::form_state::FormState;
use crate::ui::{count, grouped};
use dogear_urls as urls;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) async fn show(req: Req, Segment(year): Segment<i16>) -> PageResult {
    let year = library::year(&req.cx, year).await?;
    let state = req.form.clone();
    Ok(req
        .page(format!("Your reading in {}", year.year))
        .nav(Nav::Shelf)
        .render(move || view(&year, &state)))
}

fn view(year: &Year, state: &FormState) -> impl IntoView + use<> {
    let here = year.year;
    let years = year.years.iter().map(|&other| {
        let current = (other == here).then_some("page");
        view! {
            <a href=urls::reading_year(other) aria-current=current>
                {other}
            </a>
        }
    });
    let body = if year.books.is_empty() {
        view! {
            <Empty plate=Plate::FirstUse heading=format!("No book read to the end in {here}")>
                <p class="serif">
                    "A book counts when you finish it. One that you read at another time you can write down too: on its page, “Days, note, and who sees it”."
                </p>
                <p>
                    <a class="btn" href=urls::READING>
                        "Your reading"
                    </a>
                </p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            {figures(year)}
            {months(year)}
            {list(year)}
        }
        .into_any()
    };
    view! {
        <div class="wrap page stack stack-l">
            <ErrorSummary state=state.clone() />
            <header class="stack stack-s">
                <p class="small">
                    <a href=urls::READING>"Your reading"</a>
                </p>
                <h1>{format!("Your reading in {here}")}</h1>
            </header>
            <nav class="tabs" aria-label="Years">
                {years.collect_view()}
            </nav>
            {goal(year, state)}
            {body}
        </div>
    }
}

/// The goal of the year, or the form for one.
fn goal(year: &Year, state: &FormState) -> AnyView {
    let read = i64::try_from(year.books.len()).unwrap_or(i64::MAX);
    let words = year.goal.map(|goal| {
        let said = goal_in_words(read, goal, year.year, year.today);
        let due = yearly(goal, year.year, year.today);
        let percent = (read.saturating_mul(100) / i64::from(goal.max(1))).min(100);
        let hint = (year.year == year.today.year() && read < i64::from(goal))
            .then(|| format!("Read evenly, it would be {due} by today."));
        view! {
            <p class="lead">{said}</p>
            <div class="importing">
                <progress max="100" value=percent.to_string() aria-label="Of your goal"></progress>
            </div>
            {hint.map(|hint| view! { <p class="small quiet">{hint}</p> })}
        }
    });
    let (label, heading) = match year.goal {
        Some(_) => ("Change your goal", "Your goal"),
        None => ("Set a goal for the year", "A goal for the year?"),
    };
    let open = state.error("books").is_some();
    let with = || [("year", year.year.to_string())];
    let stands = year.goal.map_or_else(String::new, |goal| goal.to_string());
    let remove = year.goal.map(|_| {
        view! {
            <PostForm action=RemoveGoal::PATH with=with()>
                <button class="linkbtn small">"Remove the goal"</button>
            </PostForm>
        }
    });
    let form = with();
    let state = state.clone();
    view! {
        <section class="stack stack-s" aria-labelledby="goal">
            <h2 id="goal" class="t-h3">
                {heading}
            </h2>
            {words}
            <details class="plain" open=open>
                <summary>{label}</summary>
                <PostForm class="stack" action=SetGoal::PATH with=form novalidate=true>
                    <TextField
                        state=state
                        name="books"
                        label="Books to read"
                        hint="From 1 January to 31 December. A book that you read twice counts twice."
                        inputmode=Some("numeric")
                        value=stands
                    />
                    <button class="btn">"Save"</button>
                </PostForm>
                {remove}
            </details>
        </section>
    }
    .into_any()
}

fn link(book: &YearBook) -> AnyView {
    let lang = title_lang(&book.language);
    view! {
        <a href=urls::book(book.work, &book.slug) lang=lang dir="auto">
            {book.title.clone()}
        </a>
    }
    .into_any()
}

fn figures(year: &Year) -> AnyView {
    let mut facts: Vec<(&str, AnyView)> = vec![(
        "Books",
        grouped(i64::try_from(year.books.len()).unwrap_or(i64::MAX)).into_any(),
    )];
    let again = year.books.iter().filter(|book| book.again).count();
    if again > 0 {
        facts.push(("Of them read again", again.to_string().into_any()));
    }
    if year.pages > 0 {
        let without = match year.without_pages {
            0 => String::new(),
            books => format!(
                ", without {} whose pages nobody has counted",
                count(books, "book", "books")
            ),
        };
        facts.push((
            "Pages",
            format!("{}{without}", grouped(year.pages)).into_any(),
        ));
    }
    facts.push(("Authors", year.authors.to_string().into_any()));
    if !year.languages.is_empty() {
        let said: Vec<String> = year
            .languages
            .iter()
            .map(|(code, books)| format!("{} {books}", language_name(code).unwrap_or(code)))
            .collect();
        facts.push(("Languages", said.join(", ").into_any()));
    }
    if let Some((longest, shortest)) = year.longest_and_shortest() {
        for (name, book) in [("Longest", longest), ("Shortest", shortest)] {
            let pages = count(book.pages.unwrap_or_default(), "page", "pages");
            facts.push((
                name,
                view! {
                    {link(book)}
                    {format!(", {pages}")}
                }
                .into_any(),
            ));
        }
    }
    let best = year.best();
    if let Some(rating) = best.first().and_then(|book| book.rating) {
        let links: Vec<_> = best
            .iter()
            .enumerate()
            .map(|(n, book)| {
                view! {
                    {(n > 0).then_some(", ")}
                    {link(book)}
                }
            })
            .collect();
        facts.push((
            "Liked best",
            view! {
                {links}
                {format!(", {}", rating.said())}
            }
            .into_any(),
        ));
    }
    if year.given + year.got > 0 {
        let said = format!("{} given, {} got", year.given, year.got);
        facts.push(("In trades here", said.into_any()));
    }
    let rows: Vec<_> = facts
        .into_iter()
        .map(|(name, value)| {
            view! {
                <dt>{name}</dt>
                <dd>{value}</dd>
            }
        })
        .collect();
    view! {
        <section class="stack stack-s" aria-labelledby="figures">
            <h2 id="figures" class="t-h3">
                "In numbers"
            </h2>
            <dl class="facts">{rows}</dl>
        </section>
    }
    .into_any()
}

/// Bars of the months, with the same in words for those who do not see them.
fn months(year: &Year) -> AnyView {
    let values: Vec<(String, i64)> = MONTHS
        .iter()
        .zip(year.months)
        .map(|(month, books)| ((*month).to_owned(), books))
        .collect();
    let said = values
        .iter()
        .map(|(month, books)| format!("{month} {books}"))
        .collect::<Vec<_>>()
        .join(", ");
    let running = (year.year == year.today.year())
        .then(|| usize::try_from(year.today.month() - 1).ok())
        .flatten();
    let more = (year.no_month > 0).then(|| {
        let books = count(year.no_month, "book", "books");
        view! { <p class="small quiet">{format!("And {books} of which you know only the year.")}</p> }
    });
    view! {
        <section class="stack stack-s" aria-labelledby="months">
            <h2 id="months" class="t-h3">
                "Month by month"
            </h2>
            {bars(&values, running, format!("Books by month: {said}"))}
            {more}
        </section>
    }
    .into_any()
}

fn list(year: &Year) -> AnyView {
    let rows = year.books.iter().take(YEAR_LIST).map(|book| {
        let mut words = vec![day(book.day)];
        words.extend(book.rating.map(Rating::said));
        if book.again {
            words.push("read again".to_owned());
        }
        view! {
            <li>
                <p class="btitle">{link(book)}</p>
                <p class="by small quiet" dir="auto">
                    {book.author_line.clone()}
                </p>
                <p class="small">{words.join(" · ")}</p>
            </li>
        }
    });
    let more = year.books.len().saturating_sub(YEAR_LIST);
    let more = (more > 0).then(|| {
        let books = count(more, "book", "books");
        view! { <p class="small quiet">{format!("And {books} more.")}</p> }
    });
    view! {
        <section class="stack stack-s" aria-labelledby="books">
            <h2 id="books" class="t-h3">
                "Read to the end"
            </h2>
            <ul class="rows">{rows.collect_view()}</ul>
            {more}
        </section>
    }
    .into_any()
}
