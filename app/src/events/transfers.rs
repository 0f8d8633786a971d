//! In the box of seats: those that another guest offers, and those that one offers oneself.

use dogear_server::events::{Booking, SeatTransfer, words};
use leptos::prelude::*;

use super::seats::party_field;
use super::transfer_actions::{AcceptTransfer, DeclineTransfer, OfferTransfer, WithdrawTransfer};
use crate::action::ServerFn;
use crate::ui::field::{PostForm, TextField};
use crate::ui::form_state::FormState;
use dogear_urls as urls;

/// What others offer to whoever looks.
pub(super) fn offered_by_others(transfers: &[SeatTransfer]) -> Vec<AnyView> {
    let theirs = transfers.iter().filter(|transfer| !transfer.is_own);
    theirs.map(offered_by_another).collect()
}

fn offered_by_another(transfer: &SeatTransfer) -> AnyView {
    let with = [("transfer", transfer.id.to_string())];
    let button = match transfer.party {
        1 => "Take it",
        _ => "Take them",
    };
    let offers = format!(" offers you {}.", words::seats(transfer.party));
    let costs = transfer.price.map(|price| {
        let costs = format!("One costs {price}, which you pay in person at the door.");
        view! { <p>{costs}</p> }
    });
    view! {
        <div class="stack stack-s">
            <p class="strong">
                <a href=urls::reader(&transfer.handle)>{transfer.name.clone()}</a>
                {offers}
            </p>
            {costs}
            <div class="row">
                <PostForm action=AcceptTransfer::PATH with=with.clone()>
                    <button class="btn btn-do">{button}</button>
                </PostForm>
                <PostForm action=DeclineTransfer::PATH with=with>
                    <button class="btn">"No, thank you"</button>
                </PostForm>
            </div>
        </div>
    }
    .into_any()
}

/// Below one's own seats: to whom they are offered, or the form that offers them.
pub(super) fn offer(state: &FormState, booking: Booking, transfers: &[SeatTransfer]) -> AnyView {
    let own = transfers
        .iter()
        .find(|transfer| transfer.is_own && transfer.booking == booking.id);
    match own {
        Some(transfer) => offered(booking, transfer),
        None => form(state, booking),
    }
}

fn offered(booking: Booking, transfer: &SeatTransfer) -> AnyView {
    let with = [("booking", booking.id.to_string())];
    let number = match (transfer.party, booking.party) {
        (1, 1) => "your seat".to_owned(),
        (some, all) if some == all => "your seats".to_owned(),
        (some, _) => format!("{some} of your seats"),
    };
    let until = match transfer.party {
        1 => ". Until they take it, it is yours.",
        _ => ". Until they take them, they are yours.",
    };
    view! {
        <div class="stack stack-s">
            <p>
                {format!("You offer {number} to ")}
                <a href=urls::reader(&transfer.handle)>{transfer.name.clone()}</a> {until}
            </p>
            <PostForm action=WithdrawTransfer::PATH with=with>
                <button class="btn">"Take the offer back"</button>
            </PostForm>
        </div>
    }
    .into_any()
}

fn form(state: &FormState, booking: Booking) -> AnyView {
    let with = [("booking", booking.id.to_string())];
    let open = ["recipient", "handed"]
        .iter()
        .any(|field| state.error(field).is_some());
    let number = party_field(state, "handed", booking.party, booking.party);
    let state = state.clone();
    view! {
        <details open=open>
            <summary>"Somebody else comes instead?"</summary>
            <PostForm class="stack stack-s mt4" action=OfferTransfer::PATH with=with>
                <p class="small quiet">
                    "Offer your seats to another member. They are yours until they are taken, and nobody on the waiting list has them meanwhile."
                </p>
                <TextField
                    state=state
                    name="recipient"
                    label="Their handle"
                    hint="The name with the @ on their page."
                />
                {number}
                <p>
                    <button class="btn">"Offer them"</button>
                </p>
            </PostForm>
        </details>
    }
    .into_any()
}
