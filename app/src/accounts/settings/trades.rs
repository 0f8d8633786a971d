//! How others may ask the reader to trade.

use dogear_server::accounts;
use leptos::prelude::*;

use super::topic;
use crate::accounts::actions::SetGiftRequests;
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::{PostForm, Radios};
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

const LEAD: &str = "Most readers offer a book for a book. Some offer nothing, and ask for a gift.";

const MAY: &str = "They may ask me for a gift";
const MAY_NOT: &str = "Only for a book of theirs";

pub(super) async fn form(req: Req) -> PageResult {
    let taken = accounts::takes_gift_requests(&req.cx).await?;
    let state = req.form.clone();
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
        }
    }))
}
