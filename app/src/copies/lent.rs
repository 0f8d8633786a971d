//! `/copies/{id}/lent`: to whom a copy is lent outside the site, for its owner alone.

use axum::extract::Path;
use dogear_domain::copies::CopyState;
use dogear_domain::lending::NAME_DAYS;
use dogear_server::copies::{self, CopyLoans, OutsideLoan, day_in_words};
use jiff::civil::Date;
use leptos::prelude::*;

use super::fields::{held_notice, lang};
use super::lent_actions::{BookIsBack, LendOutside, SetLoanDue};
use super::{id, text};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::edition::edition_line;
use crate::ui::field::{ErrorSummary, PostForm, TextField};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

pub(super) async fn show(req: Req, Path(copy): Path<String>) -> PageResult {
    let loans = copies::loans_of(&req.cx, id(&copy)?).await?;
    let state = req.form.clone();
    let title = format!("Lending {}", loans.copy.book.title);
    Ok(req.page(title).nav(Nav::Shelf).render(move || {
        let copy = &loans.copy;
        let now = match (&loans.open, copy.held_by) {
            (Some(loan), _) => out(loan, loans.today, &state),
            (None, Some(by)) => held_notice(copy.id, by, "it cannot be lent"),
            (None, None) if copy.state == CopyState::Deleted => view! {
                <p class="notice">
                    "It is in the trash. Put it back on your shelf before you lend it. "
                    <a href=urls::copy_edit(copy.id)>"Your copy"</a>
                </p>
            }
            .into_any(),
            (None, None) => form(&loans, &state),
        };
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::copy(copy.id)>"Your copy"</a>
                    ", or "
                    <a href=urls::loans_outside(1)>"everything you have lent"</a>
                </p>
                <h1>"Lending your copy"</h1>
                <div class="quickbook">
                    <Cover work=copy.book.work size=CoverSize::Medium />
                    <div>
                        <p class="btitle" lang=lang(&copy.book.language) dir="auto">
                            {copy.book.title.clone()}
                        </p>
                        <p class="by small quiet" dir="auto">
                            {copy.book.author_line.clone()}
                        </p>
                        <p class="fine quiet">{edition_line(&copy.book)}</p>
                    </div>
                </div>
                {now}
                {history(&loans)}
            </div>
        }
    }))
}

/// Who has it, or had it.
pub(super) fn who(loan: &OutsideLoan) -> String {
    loan.borrower
        .clone()
        .unwrap_or_else(|| "somebody".to_owned())
}

/// The loan that it is out on, and what can be done about it.
fn out(loan: &OutsideLoan, today: Date, state: &FormState) -> AnyView {
    let lent = day_in_words(loan.lent_on, today);
    let due = text::due(loan.due(today));
    let sentence = match loan.due_on {
        Some(day) => format!(
            "Since {lent}. Wanted back on {}: {due}.",
            day_in_words(day, today)
        ),
        None => format!("Since {lent}, {due}."),
    };
    let value = loan.due_on.map(|day| day.to_string()).unwrap_or_default();
    let version = version_field(loan.version());
    let edited = [Edited::text(state, "due_on", "Wanted back", value.clone())];
    let both = both_versions(state, version.0, &version.1, edited);
    let loan_id = || ("loan", loan.id.to_string());
    let with = vec![loan_id(), version];
    let state = state.clone();
    view! {
        <section class="stack" aria-labelledby="out">
            <h2 id="out" class="t-h3">
                "Lent to "
                <bdi>{who(loan)}</bdi>
            </h2>
            <p class="serif">{sentence}</p>
            <PostForm action=BookIsBack::PATH with=[loan_id()]>
                <button class="btn btn-do">"It is back"</button>
            </PostForm>
        </section>
        {both}
        <PostForm action=SetLoanDue::PATH class="stack rule-top" novalidate=true with=with>
            <TextField
                state=state
                name="due_on"
                label="Wanted back (optional)"
                kind="date"
                value=value
                hint="We remind you on the day after, once. Empty: no day is agreed."
            />
            <p>
                <button class="btn">"Save the day"</button>
            </p>
        </PostForm>
    }
    .into_any()
}

/// Lends it.
fn form(loans: &CopyLoans, state: &FormState) -> AnyView {
    let copy = &loans.copy;
    let listed = (copy.state == CopyState::Listed).then(|| {
        view! {
            <p>
                "It is listed for trade. While it is away nobody can ask for it; when it is back, it is offered again."
            </p>
        }
    });
    let asked = (copy.proposals > 0).then(|| {
        let offers = count(copy.proposals, "open offer names", "open offers name");
        view! {
            <p class="notice">
                {format!("{offers} this copy. Nobody can agree to that while it is away.")}
            </p>
        }
    });
    let today = loans.today.to_string();
    let with = vec![("copy", copy.id.to_string())];
    let state = state.clone();
    let hint = format!(
        "Only you see this name. It is kept sealed, and erased {NAME_DAYS} days after the book is back."
    );
    view! {
        <p class="lead">"To a friend, say, who is not on Dogear."</p>
        {listed}
        {asked}
        <PostForm action=LendOutside::PATH class="stack stack-l rule-top" novalidate=true with=with>
            <TextField state=state.clone() name="borrower" label="Who gets it?" hint=hint />
            <TextField state=state.clone() name="lent_on" label="Lent on" kind="date" value=today />
            <TextField
                state=state
                name="due_on"
                label="Wanted back (optional)"
                kind="date"
                hint="We remind you on the day after, once."
            />
            <p>
                <button class="btn btn-do">"Lend it"</button>
            </p>
        </PostForm>
    }
    .into_any()
}

/// The loans that are over.
fn history(loans: &CopyLoans) -> AnyView {
    let today = loans.today;
    let lines = loans
        .past
        .iter()
        .map(|loan| {
            let back = loan.back_on.unwrap_or(today);
            view! {
                <li>
                    <bdi>{who(loan)}</bdi>
                    {format!(
                        ", {} to {}",
                        day_in_words(loan.lent_on, today),
                        day_in_words(back, today),
                    )}
                </li>
            }
        })
        .collect_view();
    let lines = if loans.past.is_empty() {
        view! { <p class="quiet">"Nobody outside Dogear has had it before."</p> }.into_any()
    } else {
        view! { <ol class="stack stack-s serif">{lines}</ol> }.into_any()
    };
    view! {
        <section class="stack rule-top" aria-labelledby="before">
            <h2 id="before" class="t-h3">
                "Lent before"
            </h2>
            {lines}
        </section>
    }
    .into_any()
}
