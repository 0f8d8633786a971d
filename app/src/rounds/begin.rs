//! `/copies/{id}/give`: a copy is given away to one of those who ask, for its owner.

use dogear_domain::copies::{CopyState, HeldBy};
use dogear_domain::ids::CopyId;
use dogear_domain::rounds::{
    QUEUE_PLACES, ROUND_CHOICES, ROUND_DEFAULT, RoundMode, hours_in_words,
};
use dogear_server::copies::CopyDetails;
use dogear_server::{rounds, trades};
use leptos::prelude::*;

use super::actions::OpenRound;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::book::{Cover, CoverSize, title_lang};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, Radios, Select};
use crate::ui::form_state::FormState;
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(id): Segment<CopyId>) -> PageResult {
    let (copy, round) = rounds::to_give(&req.cx, id).await?;
    if let Some(round) = round {
        return Ok(req.redirect(&urls::give(round)));
    }
    let policy = trades::policy(req.cx.db()).await?;
    let state = req.form.clone();
    let title = format!("Give {} away", copy.book.title);
    Ok(req.page(title).nav(Nav::Shelf).render(move || {
        let now = why_not(&copy).unwrap_or_else(|| form(&copy, policy.gift_offer_hours, &state));
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::copy(copy.id)>"Your copy"</a>
                </p>
                <h1>"Give it away to one of those who ask"</h1>
                <div class="quickbook">
                    <Cover work=copy.book.work size=CoverSize::Medium />
                    <div>
                        <p class="btitle" lang=title_lang(&copy.book.language) dir="auto">
                            {copy.book.title.clone()}
                        </p>
                        <p class="by small quiet" dir="auto">
                            {copy.book.author_line.clone()}
                        </p>
                    </div>
                </div>
                {now}
            </div>
        }
    }))
}

/// What stands in the way.
fn why_not(copy: &CopyDetails) -> Option<AnyView> {
    let (sentence, href, link) = match copy.held_by {
        Some(HeldBy::Trade(trade)) => (
            "It is promised in a trade.",
            urls::trade(trade),
            "Open the trade",
        ),
        Some(HeldBy::Lent) => (
            "It is lent to somebody.",
            urls::copy_lent(copy.id),
            "See who has it",
        ),
        _ if copy.state != CopyState::Listed || copy.hidden.is_some() => (
            "It is not listed, so nobody sees it. List it first.",
            urls::copy_edit(copy.id),
            "Edit your copy",
        ),
        _ if !copy.offers.can_be_asked_for() => (
            "It is only for sale. Say first that you would also give it away.",
            urls::copy_edit(copy.id),
            "Edit your copy",
        ),
        _ => return None,
    };
    Some(view! { <p class="notice">{sentence} " " <a href=href>{link}</a></p> }.into_any())
}

fn form(copy: &CopyDetails, offer_hours: u16, state: &FormState) -> AnyView {
    let asked = (copy.proposals > 0).then(|| {
        let offers = count(copy.proposals, "open proposal names", "open proposals name");
        view! {
            <p class="notice">
                {format!(
                    "{offers} this copy. When you give it away like this they end, and those who made them are told.",
                )}
            </p>
        }
    });
    let modes = vec![
        (
            RoundMode::Draw.to_string(),
            RoundMode::Draw.label().to_owned(),
            "All who ask in time have the same chance; those who have had no gift lately come first. You see how many ask, and not who. Everybody can check the draw.".to_owned(),
        ),
        (
            RoundMode::Queue.to_string(),
            RoundMode::Queue.label().to_owned(),
            format!("The first who asks is offered it at once; up to {QUEUE_PLACES} can wait."),
        ),
    ];
    let hours = ROUND_CHOICES
        .iter()
        .map(|hours| (hours.to_string(), hours_in_words(*hours)))
        .collect::<Vec<_>>();
    let with = vec![("copy", copy.id.to_string())];
    let offer = format!(
        "Whoever it falls on has {} to take it or to pass; then it goes to the next. Until somebody is asked you can end this. It is not offered otherwise meanwhile.",
        hours_in_words(offer_hours)
    );
    let propose = "If you would rather choose who gets it, propose it to them as a gift.";
    let (state, back) = (state.clone(), urls::copy(copy.id));
    view! {
        <p class="lead">{offer}</p>
        <p class="small quiet">{propose}</p>
        {asked}
        <PostForm action=OpenRound::PATH class="stack stack-l rule-top" with=with>
            <Radios
                state=state.clone()
                name="mode"
                label="Who gets it"
                options=modes
                value=RoundMode::Draw.as_str()
            />
            <Select
                state=state
                name="hours"
                label="How long readers can ask"
                options=hours
                value=ROUND_DEFAULT.to_string()
            />
            <p class="row">
                <button class="btn btn-do">"Give it away"</button>
                <a href=back>"Keep it as it is"</a>
            </p>
        </PostForm>
    }
    .into_any()
}
