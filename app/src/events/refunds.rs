//! On a host's page of an event: whose money is to be given back.

use dogear_server::events::Refund;
use leptos::prelude::*;

use super::door_actions::MarkPaid;
use crate::action::ServerFn;
use crate::ui::field::PostForm;
use dogear_urls as urls;

/// Who has paid for seats that have ended, with a button for each that notes it as given back;
/// nothing where nobody has.
pub(super) fn list(refunds: &[Refund]) -> Option<AnyView> {
    if refunds.is_empty() {
        return None;
    }
    let rows = refunds.iter().map(row).collect_view();
    Some(
        view! {
            <section class="stack stack-s" aria-labelledby="refunds-h">
                <h2 class="t-h3" id="refunds-h">
                    "To be given back"
                </h2>
                <p class="small quiet">
                    "These guests have paid for seats that they do not have any more. They were told that you give it back in person."
                </p>
                <ul class="rows">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

fn row(refund: &Refund) -> AnyView {
    let label = format!("{} has {} back", refund.name, refund.amount);
    let handle = refund.handle.as_ref().map(|handle| {
        view! {
            " "
            <a class="quiet" href=urls::reader(handle)>
                {format!("@{handle}")}
            </a>
        }
    });
    let with = [
        ("booking", refund.booking.to_string()),
        ("shown", refund.amount.to_string()),
        ("refund", "yes".to_owned()),
    ];
    view! {
        <li class="row row-between">
            <span>
                <bdi class="strong">{refund.name.clone()}</bdi>
                {handle}
                <br />
                <span class="small">{refund.amount.to_string()}</span>
            </span>
            <PostForm action=MarkPaid::PATH with=with>
                <button class="btn btn-small" aria-label=label>
                    "Given back"
                </button>
            </PostForm>
        </li>
    }
    .into_any()
}
