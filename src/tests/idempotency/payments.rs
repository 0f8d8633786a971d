//! Forms of paying online: bob sells, ana buys, dov looks after both.

use axum::http::StatusCode;

use super::{Given, Repeats, Row, row};

/// The sale that is being paid.
const PAYING: Given = Given::Sql("select trade_id::text from payments where state = 'processing'");
const ASKED: &str = "select count(*) from payment_attempts where checked_at is not null";

pub(super) const ROWS: &[Row] = &[
    row(
        "bob",
        "/api/trades/connect-account",
        &[],
        "select count(*) from payment_accounts",
    )
    .on("/settings/payments"),
    row(
        "bob",
        "/api/trades/look-at-account",
        &[],
        "select count(*) from payment_accounts where ready",
    )
    .on("/settings/payments"),
    row(
        "ana",
        "/api/trades/start-pay",
        &[],
        "select count(*) from payment_attempts",
    )
    .on("/trades/*/pay")
    .given(Given::Sold),
    row("ana", "/api/trades/ask-about-pay", &[], ASKED)
        .on("/trades/*/pay")
        .given(PAYING),
    row(
        "dov",
        "/api/moderation/ask-about-payment",
        &[("attempt", "?")],
        ASKED,
    )
    .on("/admin/payments")
    .given(Given::Sql(
        "update payment_attempts set checked_at = null where state = 'open' returning id::text",
    )),
    row(
        "dov",
        "/api/moderation/give-payment-back",
        &[("attempt", "?")],
        "select count(*) from refunds",
    )
    .on("/admin/payments")
    .given(Given::Sql(
        "update payment_attempts set state = 'review', link = null, payment_ref = 'pi_1',
           paid_minor = 1, paid_currency = 'EUR'
         where state = 'open' returning id::text",
    ))
    .repeats(Repeats::Told(StatusCode::CONFLICT)),
    row(
        "bob",
        "/api/trades/disconnect-account",
        &[],
        "select 1 - count(*) from payment_accounts",
    )
    .on("/settings/payments"),
];
