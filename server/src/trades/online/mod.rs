//! Paying online: a buyer is sent to the page of a payment service, which pays the seller. No money
//! and nothing about a card comes here.
//!
//! # What is believed
//! That a buyer comes back proves nothing, and a message of the service is only a reason to ask: what
//! counts is what the service answers when it is asked for the attempt. So it does not matter whether
//! its messages come twice, late, in another order or not at all. An attempt is committed before the
//! service is asked, with its number as the key of the question; what is not answered is asked again
//! with it. No question is asked inside a transaction.
//!
//! # Until when
//! A sale is due for as many days as any other, whether its seller takes payments online or not: a
//! buyer is not there when a seller accepts, and an hour from then would end sales of those who sleep.
//! The short time begins when the buyer presses *Pay now*: so long the page of the service is open and
//! nothing else is done with the sale. When it has passed unpaid, the sale is due as before.

mod accounts;
mod check;
mod demo;
mod desk;
mod invariants;
mod messages;
mod pay;
mod refunds;
mod sweep;

pub use accounts::{Account, account, connect, disconnect, refresh_account};
pub use desk::{DESK_PAGE, DeskPayment, STATES, ask_again, give_back, payments};
pub use messages::{PaymentEvent, Received, SIGNATURE, receive_message};
pub use pay::{Online, PayView, check_now, pay_page, start_payment};
pub use refunds::Refund;

pub(crate) use demo::pay_at_once;
pub(super) use invariants::INVARIANTS;
pub(super) use pay::{takes_payments, view};
pub(super) use refunds::give_back_paid;
#[cfg(test)]
pub(super) use sweep::reconcile;
pub(super) use sweep::schedules;

use crate::payments::Trouble;
use crate::{Error, Settings};

/// Whether this site offers to pay online.
pub fn is_on(settings: &Settings) -> bool {
    settings.payments.is_some()
}

/// For a reader who waits for the page.
fn excuse(trouble: &Trouble) -> Error {
    tracing::warn!(?trouble, "the payment service did not do it");
    Error::Conflict(match trouble {
        Trouble::Later(_) => "The payment service does not answer just now, and nothing was paid. Try again in a minute.".into(),
        Trouble::Refused(_) => "The payment service does not take this, and nothing was paid. Ask the seller in a message how else you can pay.".into(),
    })
}

/// For a job, which is tried again.
fn failed(trouble: &Trouble) -> Error {
    Error::internal(format!("the payment service: {trouble:?}"))
}
