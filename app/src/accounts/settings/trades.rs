//! How others may ask the reader to trade.

use dogear_domain::trades::RETURN_DAYS;
use dogear_server::accounts::{self, Selling};
use leptos::prelude::*;

use super::topic;
use crate::accounts::actions::{SetGiftRequests, SetTrader};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::{PostForm, Radios};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

const LEAD: &str = "Most readers offer a book for a book. Some offer nothing, and ask for a gift.";

const PRIVATE: &str = "I am a private reader";
const RETURNS: &str = "I am a private reader, and take books back";
const TRADER: &str = "I am a trader";

/// How the reader sells: one question, since traders have no choice about returns.
fn selling(state: FormState, selling: Selling) -> impl IntoView {
    let said = |answer: &str| match answer {
        "yes" => TRADER,
        "returns" => RETURNS,
        "no" => PRIVATE,
        _ => "",
    };
    let value = match selling {
        Selling { trader: true, .. } => "yes",
        Selling {
            takes_returns: true,
            ..
        } => "returns",
        _ => "no",
    };
    let version = version_field(selling.version());
    let edited = [Edited::new(
        "When I sell books",
        said(value),
        said(state.value("trader")),
    )];
    let both = both_versions(&state, version.0, &version.1, edited);
    let options = [
        (
            "no",
            PRIVATE,
            "I sell books of my own now and then. What is sold is sold.".to_owned(),
        ),
        (
            "returns",
            RETURNS,
            format!(
                "Within {RETURN_DAYS} days after it came a buyer can give me back what they bought, for the price. They pay for the post. If it comes back damaged, I can say so before any money goes back."
            ),
        ),
        (
            "yes",
            TRADER,
            format!(
                "Selling books is my trade. Traders always take books back within {RETURN_DAYS} days, with what was paid for the post: the law wants it so in the European Union."
            ),
        ),
    ]
    .map(|(value, label, hint)| (value.to_owned(), label.to_owned(), hint))
    .to_vec();
    view! {
        {both}
        <PostForm class="stack stack-l rule-top" action=SetTrader::PATH with=[version]>
            <Radios
                state=state
                name="trader"
                label="When I sell books"
                hint="Your buyers are told before they ask. What holds when a sale is agreed, holds for that sale."
                options=options
                value=value
            />
            <p class="row">
                <button class="btn btn-do">"Save"</button>
            </p>
        </PostForm>
    }
}

const MAY: &str = "They may ask me for a gift";
const MAY_NOT: &str = "Only for a book of theirs";

pub(super) async fn form(req: Req) -> PageResult {
    let taken = accounts::takes_gift_requests(&req.cx).await?;
    let sells = accounts::selling(&req.cx).await?;
    let state = req.form.clone();
    let selling_state = state.clone();
    let version = version_field(accounts::gifts_version(taken));
    Ok(topic(&req, "Requests for trades", LEAD, move || {
        let said = |answer: &str| match answer {
            "yes" => MAY,
            "no" => MAY_NOT,
            _ => "",
        };
        let value = if taken { "yes" } else { "no" };
        let edited = [Edited::new(
            "Readers who offer nothing",
            said(value),
            said(state.value("gifts")),
        )];
        let both = both_versions(&state, version.0, &version.1, edited);
        let options = [
            (
                "yes",
                MAY,
                "You answer as you like: yes, no, or with a book that you would take for it.",
            ),
            (
                "no",
                MAY_NOT,
                "Whoever asks for your books has to offer at least one.",
            ),
        ];
        let options = options
            .map(|(value, label, hint)| (value.to_owned(), label.to_owned(), hint.to_owned()))
            .to_vec();
        view! {
            {both}
            <PostForm class="stack stack-l" action=SetGiftRequests::PATH with=[version]>
                <Radios
                    state=state
                    name="gifts"
                    label="Readers who offer nothing"
                    options=options
                    value=value
                />
                <p class="row">
                    <button class="btn btn-do">"Save"</button>
                    <a href=urls::SETTINGS>"Back without saving"</a>
                </p>
            </PostForm>
            {selling(selling_state, sells)}
        }
    }))
}
