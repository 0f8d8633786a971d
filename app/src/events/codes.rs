//! `/host/{event}/codes`: with which codes seats cost less, and how often they were used.

use dogear_domain::events::codes::MOST_MEMBERS;
use dogear_domain::ids::EventId;
use dogear_domain::money::Currency;
use dogear_server::events::{self, CodeLine, Codes};
use leptos::prelude::*;

use super::code_actions::{EndCode, MakeCode};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, Radios, Select, TextField, Tick};
use crate::ui::form_state::FormState;
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let codes = events::codes(&req.cx, event).await?;
    let may_begin = req.may_begin();
    let currency = codes.event.price.map(|price| price.currency);
    let state = req.form.or([
        ("unit", "percent".to_owned()),
        (
            "currency",
            currency.map_or_else(String::new, |currency| currency.to_string()),
        ),
    ]);
    let title = format!("Codes of {}", codes.event.title);
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let heading = format!("Codes of “{}”", codes.event.title);
        let free = codes.event.price.is_none().then(|| {
            view! { <p class="notice">"Seats at this event are free, so nobody is asked for a code."</p> }
        });
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::host_event(event)>"Guests and settings"</a>
                    </p>
                    <h1 dir="auto">{heading}</h1>
                    <p>
                        "Whoever types a code of yours when taking seats pays less. Give it to those whom you mean."
                    </p>
                </header>
                {free}
                {list(&codes)}
                {may_begin.then(|| form(&codes, &state))}
            </div>
        }
    }))
}

/// Which they are.
fn list(codes: &Codes) -> AnyView {
    if codes.codes.is_empty() {
        return view! { <p class="quiet">"There is no code yet."</p> }.into_any();
    }
    let rows: Vec<AnyView> = codes
        .codes
        .iter()
        .map(|code| line(codes.event.id, code))
        .collect();
    view! {
        <section class="stack stack-s" aria-labelledby="codes-h">
            <h2 class="t-h3" id="codes-h">
                "Your codes"
            </h2>
            <ul class="rows">{rows}</ul>
        </section>
    }
    .into_any()
}

/// What one says of itself.
fn facts(code: &CodeLine) -> String {
    let used = match (code.uses, code.max_uses) {
        (uses, Some(most)) => format!("used {uses} of {}", count(most, "time", "times")),
        (0, None) => "not used yet".to_owned(),
        (uses, None) => format!("used {}", count(uses, "time", "times")),
    };
    let days = match &code.days {
        (None, None) => None,
        (Some(from), None) => Some(format!("from {from} on")),
        (None, Some(until)) => Some(format!("until {until}")),
        (Some(from), Some(until)) => Some(format!("from {from} until {until}")),
    };
    let members = code.members.as_ref().map(|members| match members.len() {
        0 => "for nobody who is still here".to_owned(),
        _ => format!("for @{}", members.join(", @")),
    });
    let series = code.of_series.then(|| "on all dates".to_owned());
    let parts = [Some(code.off.clone()), Some(used), days, members, series];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn line(event: EventId, code: &CodeLine) -> AnyView {
    let (words, label, again) = if code.is_ended {
        ("Have it hold again", "Have it hold again", "yes")
    } else {
        ("End", "End the code", "")
    };
    let label = format!("{label}: {}", code.code);
    let with = [
        ("event", event.to_string()),
        ("code", code.id.to_string()),
        ("again", again.to_owned()),
    ];
    let ended = code
        .is_ended
        .then(|| view! { <span class="tag">"Ended"</span> });
    view! {
        <li class="row row-between">
            <span>
                <code class="strong">{code.code.clone()}</code>
                " "
                {ended}
                <br />
                <span class="small">{facts(code)}</span>
            </span>
            <PostForm action=EndCode::PATH with=with>
                <button class="btn btn-small" aria-label=label>
                    {words}
                </button>
            </PostForm>
        </li>
    }
    .into_any()
}

fn form(codes: &Codes, state: &FormState) -> AnyView {
    let with = [("event", codes.event.id.to_string())];
    let units = vec![
        ("percent".to_owned(), "Percent".to_owned(), String::new()),
        (
            "amount".to_owned(),
            "An amount".to_owned(),
            "Of all seats that somebody takes together.".to_owned(),
        ),
    ];
    let currencies: Vec<(String, String)> = Currency::ALL
        .iter()
        .map(|currency| (currency.to_string(), currency.to_string()))
        .collect();
    let members = format!(
        "Their handles, like @ana, with spaces between them: at most {MOST_MEMBERS}. Leave it empty for everybody. For all others there is no such code."
    );
    let all = codes.in_series.then(|| {
        view! {
            <Tick
                state=state.clone()
                name="all_dates"
                label="For all dates of the series"
                hint="Otherwise for this date alone."
            />
        }
    });
    let state = state.clone();
    view! {
        <section class="sheet stack" aria-labelledby="new-h">
            <h2 class="t-h3" id="new-h">
                "Make a code"
            </h2>
            <PostForm class="stack stack-l" action=MakeCode::PATH novalidate=true with=with>
                <TextField
                    state=state.clone()
                    name="code"
                    label="Code"
                    hint="3 to 24 letters, digits or hyphens. Capitals make no difference."
                />
                <Radios state=state.clone() name="unit" label="What is taken off" options=units />
                <TextField
                    state=state.clone()
                    name="off"
                    label="How much"
                    inputmode=Some("decimal")
                    hint="Like 20 for twenty percent, or 2.50 for an amount."
                />
                <Select
                    state=state.clone()
                    name="currency"
                    label="Currency of the amount"
                    options=currencies
                />
                <TextField
                    state=state.clone()
                    name="uses"
                    label="Uses, at most"
                    inputmode=Some("numeric")
                    hint="Each booking counts once, however many seats it has, and each person can use it once. Leave it empty for any number."
                />
                <TextField state=state.clone() name="members" label="Only for" hint=members />
                <TextField
                    state=state.clone()
                    name="from"
                    label="First day"
                    kind="date"
                    hint="Leave it empty if it holds at once."
                />
                <TextField
                    state=state.clone()
                    name="until"
                    label="Last day"
                    kind="date"
                    hint="Leave it empty if it holds until the event."
                />
                {all}
                <p>
                    <button class="btn btn-do">"Make the code"</button>
                </p>
            </PostForm>
        </section>
    }
    .into_any()
}
