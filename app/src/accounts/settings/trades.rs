//! How others may ask the reader to trade.

use dogear_server::accounts;
use leptos::prelude::*;

use super::topic;
use crate::accounts::actions::SetGiftRequests;
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::{PostForm, Radios};
use dogear_urls as urls;

const LEAD: &str = "Most readers offer a book for a book. Some offer nothing, and ask for a gift.";

pub(super) async fn form(req: Req) -> PageResult {
    let taken = accounts::takes_gift_requests(&req.cx).await?;
    let state = req.form.clone();
    Ok(topic(&req, "Requests for trades", LEAD, move || {
        let options = [
            (
                "yes",
                "They may ask me for a gift",
                "You answer as you like: yes, no, or with a book that you would take for it.",
            ),
            (
                "no",
                "Only for a book of theirs",
                "Whoever asks for your books has to offer at least one.",
            ),
        ];
        let options = options
            .map(|(value, label, hint)| (value.to_owned(), label.to_owned(), hint.to_owned()))
            .to_vec();
        view! {
            <PostForm class="stack stack-l" action=SetGiftRequests::PATH>
                <Radios
                    state=state
                    name="gifts"
                    label="Readers who offer nothing"
                    options=options
                    value=if taken { "yes" } else { "no" }
                />
                <p class="row">
                    <button class="btn btn-do">"Save"</button>
                    <a href=urls::SETTINGS>"Back without saving"</a>
                </p>
            </PostForm>
        }
    }))
}
