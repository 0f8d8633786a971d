//! `/settings/tokens`: the tokens of a reader, and the form for a new one.

use dogear_domain::access_tokens::{Scope, TOKEN_DAYS};
use dogear_server::access_tokens::{self, Token};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::actions::{EndToken, MakeToken};
use crate::accounts::topic;
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::{PostForm, Select, TextField, Ticks};
use crate::ui::form_state::FormState;
use crate::ui::time::{Ago, Say, When};
use dogear_urls as urls;

const LEAD: &str = "A token lets a program act in your name: a script that copies your shelf, an app on your phone. It opens only what you choose, and for a time.";

pub(super) async fn page(req: Req) -> PageResult {
    let tokens = access_tokens::list(&req.cx).await?;
    let member = req.cx.member().ok();
    let desk = member.is_some_and(|member| member.role.can_moderate());
    let may_make = member.is_some();
    let (now, zone) = (req.cx.now(), req.zone());
    let state = req.form.clone();
    Ok(topic(&req, "Access tokens", LEAD, move || {
        view! {
            {if tokens.is_empty() {
                view! { <p class="quiet">"You have none."</p> }.into_any()
            } else {
                rows(tokens, &zone, now)
            }}
            {may_make.then(|| form(state, desk))}
            <p class="small quiet">
                "A new password ends all tokens. What programs can do is described "
                <a href=urls::DEVELOPERS>"for developers"</a>"."
            </p>
        }
    }))
}

fn rows(tokens: Vec<Token>, zone: &TimeZone, now: Timestamp) -> AnyView {
    let zone = zone.clone();
    view! {
        <ul class="rows">
            {tokens
                .into_iter()
                .map(|token| {
                    let label = format!("End the token: {}", token.name);
                    let opens = token.scopes.iter().map(Scope::in_words).collect::<Vec<_>>();
                    let zone = zone.clone();
                    let used = match token.last_used {
                        Some(at) => {
                            view! {
                                "last used "
                                <Ago at=at now=now />
                            }
                                .into_any()
                        }
                        None => "never used".into_any(),
                    };
                    view! {
                        <li class="row row-between">
                            <div class="stack-s">
                                <p>
                                    <strong dir="auto">{token.name}</strong>
                                    " "
                                    <span class="quiet">{format!("…{}", token.hint)}</span>
                                </p>
                                <p class="small">{opens.join("; ")}</p>
                                <p class="small quiet">
                                    "Until "
                                    <When at=token.expires_at zone=zone now=now say=Say::ShortDay />
                                    ", "{used}
                                </p>
                            </div>
                            <PostForm action=EndToken::PATH with=[("token", token.id.to_string())]>
                                <button class="btn btn-small" aria-label=label>
                                    "End"
                                </button>
                            </PostForm>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}

fn form(state: FormState, desk: bool) -> AnyView {
    let scopes: Vec<(String, String)> = Scope::ALL
        .iter()
        .filter(|scope| desk || **scope != Scope::Desk)
        .map(|scope| (scope.as_str().to_owned(), scope.in_words().to_owned()))
        .collect();
    let days: Vec<(String, String)> = TOKEN_DAYS
        .iter()
        .map(|days| {
            let label = match days {
                365 => "A year".to_owned(),
                days => format!("{days} days"),
            };
            (days.to_string(), label)
        })
        .collect();
    view! {
        <section class="stack" aria-labelledby="new-token">
            <h2 id="new-token">"A new token"</h2>
            <PostForm class="stack" action=MakeToken::PATH>
                <TextField
                    state=state.clone()
                    name="name"
                    label="What it is for"
                    hint="So that you know later which one to end."
                />
                <Ticks
                    state=state.clone()
                    name="scopes"
                    label="What it may do"
                    options=scopes
                    on=vec!["read".to_owned()]
                />
                <Select
                    state=state.clone()
                    name="days"
                    label="How long it works"
                    options=days
                    value="90"
                />
                <TextField
                    state=state
                    name="password"
                    label="Your password"
                    hint="So that nobody makes one in a browser that you left open."
                    kind="password"
                    autocomplete="current-password"
                />
                <p>
                    <button class="btn btn-do">"Make the token"</button>
                </p>
            </PostForm>
        </section>
    }
    .into_any()
}
