//! `/host/{event}/cancel`: asks once more before an event is cancelled, which its owner alone does.

use dogear_domain::events::OccurrenceState;
use dogear_domain::events::hosts::HostRole;
use dogear_domain::fields::CancelReason;
use dogear_domain::ids::EventId;
use dogear_server::Error;
use dogear_server::events::{self, EventPage};
use leptos::prelude::*;

use super::actions::CancelEvent;
use super::series::which_dates;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::field::{ErrorSummary, PostForm, TextArea};
use dogear_urls as urls;

/// What the button says that ends an event.
pub(super) fn drop_label(event: &EventPage) -> &'static str {
    if event.is_draft() {
        "Delete the draft"
    } else {
        "Cancel the event"
    }
}

pub(super) async fn show(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let page = events::guests(&req.cx, event, None).await?.event;
    if page.role != Some(HostRole::Owner) {
        return Err(Error::NotFound.into());
    }
    let series = events::in_series(&req.cx, event).await?;
    let state = req.form.clone();
    let title = format!("Cancel {}", page.title);
    let now = req.cx.now();
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let back = urls::host_event(event);
        let (filled, chosen, ahead) = (state.clone(), state.clone(), back.clone());
        let open = page.seating.state != OccurrenceState::Cancelled && !page.is_over(now);
        let draft = page.is_draft();
        let drop = drop_label(&page);
        let here = i64::from(page.seating.taken);
        let form = open.then(|| {
            let consequence = match page.seating.taken {
                _ if draft => "Only those who host it have seen it. For 30 days you can restore it.".to_owned(),
                // How many seats end is said at each choice.
                _ if series.is_some() => "What you cancel cannot be taken back. Whoever sees the page of a date reads that it is cancelled.".to_owned(),
                0 => "Nobody has a seat yet. Whoever sees the page reads that it is cancelled, and it cannot be taken back.".to_owned(),
                1 => "The one seat that is taken ends, and whoever has it or waits is told. It cannot be taken back.".to_owned(),
                taken => format!(
                    "The {taken} seats that are taken end, and everybody who has one or waits is told. It cannot be taken back."
                ),
            };
            let refunds = (page.price.is_some() && !draft).then(|| {
                view! { <p>"What guests have paid, you give back to them in person. They are told so."</p> }
            });
            view! {
                <p class="lead">{consequence}</p>
                {refunds}
                <PostForm
                    class="stack stack-l"
                    action=CancelEvent::PATH
                    with=[("event", event.to_string())]
                >
                    {series
                        .map(|series| {
                            let label = if draft { "What is deleted" } else { "What is cancelled" };
                            which_dates(&chosen, &series, label, Some(here))
                        })}
                    {(!draft)
                        .then(|| {
                            view! {
                                <TextArea
                                    state=filled
                                    name="reason"
                                    label="Why, for your guests"
                                    hint="Leave it empty if you like."
                                    maxlength=CancelReason::MAX
                                />
                            }
                        })}
                    <p class="row">
                        <button class="btn btn-heavy">{drop}</button>
                        <a href=ahead>"Back"</a>
                    </p>
                </PostForm>
            }
        });
        let heading = if draft {
            format!("Delete the draft “{}”?", page.title)
        } else {
            format!("Cancel “{}”?", page.title)
        };
        let nothing = (!open).then(|| {
            view! { <p>"It is cancelled or over, so there is nothing to cancel. " <a href=back>"Back"</a></p> }
        });
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state />
                <h1 dir="auto">{heading}</h1>
                {form}
                {nothing}
            </div>
        }
    }))
}
