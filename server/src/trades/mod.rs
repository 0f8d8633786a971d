//! Trades: the rows, transactions and letters around the machine of
//! [`dogear_domain::trades`].
//!
//! # One order of locks
//! Every step takes its locks in this order, so that no two steps wait for each
//! other in a circle: the idempotency key, the copies by number, the trades by
//! number, the dates of events, the members by number, the works (in `search::refresh`). The
//! feature of events never asks for a trade while it holds a date: what it has to tell of one is
//! told by a job, and whoever names an event in a trade looks at it under its lock. So either the
//! job finds the trade, or the trade sees what has become of the event. The locks are
//! `for no key update`: rows that only refer to a copy or a trade never wait. A
//! deadlock with code that does not follow the order is tried again.
//!
//! # What is true
//! A proposal holds nothing. Agreement locks the copies, checks them again, inserts
//! one row of `copy_holds` each (its primary key is the last word; a copy that its owner has lent
//! outside the site, or gives away in a round, has one too), and ends every
//! other proposal that has one of them, in the same transaction. Ownership moves
//! when a leg is received, and then exactly once: `copy_history` is unique per leg
//! and copy.

mod addresses;
mod arrivals;
mod buying;
mod calendar;
mod consequences;
mod dispute;
mod effects;
mod eligibility;
mod erasure;
mod errors;
mod event;
mod event_context;
mod event_messages;
mod fulfilment;
mod given;
pub mod invariants;
mod kept_address;
mod loan_messages;
mod loan_sweeps;
mod loans;
mod meeting_messages;
mod meetings;
mod messages;
mod notify;
mod online;
mod payment_messages;
mod policy;
mod problem;
mod propose;
mod repo;
mod reputation;
mod respond;
mod return_messages;
mod returns;
mod sales;
mod save;
mod snapshot;
mod step;
mod sweeps;
mod views;

#[cfg(test)]
mod tests;

pub use addresses::{address_version, save_address};
pub use arrivals::TellOfArrival;
pub use buying::{Asked, NotForSale, Wanted, parcel_postage};
pub(crate) use buying::{NewSale, begin_sales, lock_buyer, lock_wanted, wanted};
pub(crate) use calendar::hand_overs_of;
pub use consequences::{
    leave_running, lock_all_of, terms_changed, unoffered, withdraw_all, withdraw_between,
};
pub use event::{EventData, EventKind, Notice};
pub use fulfilment::{Shipment, cancel, consent_to_cancel, hand_over, receive, send, settle};
pub(crate) use given::{gifts_since, give};
pub use kept_address::{forget_address, kept_address};
pub use loans::{
    Borrowing, LoanRow, Loans, OnLoan, accept_at, agree_to_keep, ask_renewal, borrow, extend,
    grant_renewal, let_keep, loans, loans_after, on_loan, redate, refuse_renewal,
};
pub use meetings::{HandOver, MeetingView, drop_meeting, hand_overs_at, meet_at, meetings};
pub(crate) use meetings::{at_event, errands};
pub use messages::write;
pub use online::{
    Account, DESK_PAGE, DeskPayment, Online, PayView, PaymentEvent, Received, Refund, SIGNATURE,
    STATES, account, ask_again, check_now, connect, disconnect, give_back, is_on, pay_page,
    payments, receive_message, refresh_account, start_payment,
};
pub use policy::policy;
pub use problem::{Reported, report_problem};
pub use propose::{Books, Proposal, counter, propose};
pub use reputation::Trust;
pub use respond::{accept, decline, withdraw};
pub use returns::{ask_return, drop_return, mark_given_back};
pub use sales::{OnSale, Purchase, buy, haggle, is_agreed, mark_paid, on_sale, price_field};
pub use snapshot::{CopySnapshot, SnapshotPhoto};
pub use sweeps::schedules;
pub use views::{
    BookLine, BuilderView, Change, Choice, Dispute, Entry, Filter, GoesBack, Key, LegView,
    LoanView, Lost, MeetingNews, OrderPage, Orders, Page, PartyView, ReturnView, Revision, Row,
    SHELF_PAGE, ShelfSearch, ShelfView, TimelineItem, TradeView, builder, counter_builder,
    for_moderator, list, list_rows, order_rows, ordered, orders, page,
};

pub(crate) use erasure::erase;
pub(crate) use fulfilment::{read_refund, resolve};
pub use notify::TellParties;
pub(crate) use notify::tell;
pub(crate) use online::pay_at_once;
pub(crate) use repo::events::{hide_message, unhide_message};
pub(crate) use repo::members::{lock_policy, store_policy};
pub(crate) use step::retrying;
