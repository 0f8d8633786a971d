//! `/loans`: what the reader has lent to somebody outside the site.

use axum::extract::Query;
use dogear_domain::lending::Due;
use dogear_server::copies::{self, LentOutside, day_in_words};
use jiff::civil::Date;
use leptos::prelude::*;
use serde::Deserialize;

use super::fields::lang;
use super::lent::who;
use super::lent_actions::BookIsBack;
use super::text;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
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
    page: String,
}

pub(super) async fn show(req: Req, Query(params): Query<Params>) -> PageResult {
    let page = params.page.parse().unwrap_or(1).clamp(1, 100_000);
    let lent = copies::lent_outside(&req.cx, page).await?;
    let state = req.form.clone();
    Ok(req
        .page("Books you have lent")
        .nav(Nav::Shelf)
        .render(move || {
            let summary = (lent.found > 0).then(|| {
                let sentence = format!(
                    "{} with people outside Dogear.",
                    count(lent.found, "book is", "books are")
                );
                view! { <p class="quiet">{sentence}</p> }
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
                <div class="wrap page">
                    <ErrorSummary state=state.clone() />
                    <p class="small">
                        <a href=urls::SHELF>"Your shelf"</a>
                    </p>
                    <h1>"Books you have lent"</h1>
                    {summary}
                    {content}
                    {pager(lent.page, lent.pages, urls::loans_outside)}
                </div>
            }
        }))
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

fn nothing() -> impl IntoView {
    view! {
        <Empty plate=Plate::FirstUse heading="Nothing is lent">
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
