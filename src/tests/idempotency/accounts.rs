//! Forms of accounts: noor joins, ana changes her settings, eve and fay leave.

use axum::http::StatusCode;

use super::{Given, PASSWORD, Repeats, Row, row};

/// Ana has a token.
const A_TOKEN: Given = Given::Sql(
    "insert into access_tokens (id, user_id, auth_version, name, token_hash, hint, scopes, created_at, expires_at)
     select gen_random_uuid(), id, auth_version, 'old', sha256(gen_random_uuid()::text::bytea), 'abcd', '{read}',
       now(), now() + interval '1 day' from users where handle = 'ana' returning id::text",
);
const NEW_PASSWORD: &str = "an oar among the pages";
/// The link works once, and its page says what to do then.
const GONE: Repeats = Repeats::Told(StatusCode::GONE);
/// The session has ended.
const LOG_IN_FIRST: Repeats = Repeats::Told(StatusCode::UNAUTHORIZED);

pub(super) const ROWS: &[Row] = &[
    row(
        "nobody",
        "/api/accounts/register",
        &[
            ("email", "noor@readers.test"),
            ("handle", "noor"),
            ("display_name", "Noor"),
            ("password", PASSWORD),
        ],
        "select count(*) from mails where to_address = 'noor@readers.test'",
    )
    .on("/register"),
    row(
        "nobody",
        "/api/accounts/ask-to-confirm",
        &[("email", "noor@readers.test")],
        "select count(*) from outbox where kind = 'send_account_link'",
    )
    .on("/verify"),
    row(
        "nobody",
        "/api/accounts/confirm-address",
        &[],
        "select count(*) from users where handle = 'noor' and email_verified_at is not null",
    )
    .on("/verify/*")
    .given(Given::Mailed("noor@readers.test", "/verify/"))
    .repeats(GONE),
    row(
        "nobody",
        "/api/accounts/ask-for-reset",
        &[("email", "noor@readers.test")],
        "select count(*) from outbox where kind = 'send_account_link'",
    )
    .on("/forgot"),
    row(
        "nobody",
        "/api/accounts/reset-password",
        &[("password", NEW_PASSWORD)],
        "select sum(auth_version)::bigint from users",
    )
    .on("/reset/*")
    .given(Given::Mailed("noor@readers.test", "/reset/"))
    .repeats(GONE),
    row(
        "ana",
        "/api/accounts/change-address",
        &[("email", "new@readers.test"), ("email_password", PASSWORD)],
        "select count(*) from mails where to_address = 'new@readers.test'",
    )
    .on("/settings/account"),
    row(
        "ana",
        "/api/accounts/confirm-new-address",
        &[],
        "select count(*) from users where email = 'new@readers.test'",
    )
    .on("/email/*")
    .given(Given::Mailed("new@readers.test", "/email/"))
    .repeats(GONE),
    row(
        "ana",
        "/api/accounts/save-profile",
        &[
            ("display_name", "Ana Lee"),
            ("country", "GB"),
            ("time_zone", "Europe/London"),
        ],
        "select count(*) from users where display_name = 'Ana Lee'",
    )
    .on("/settings/profile"),
    row(
        "ana",
        "/api/accounts/set-away",
        &[("last_day", "*")],
        "select count(*) from users where away_until is not null",
    )
    .on("/settings/away")
    .given(Given::Sql("select (current_date + 7)::text")),
    row(
        "ana",
        "/api/accounts/set-gift-requests",
        &[("gifts", "no")],
        "select count(*) from users where not takes_gift_requests",
    )
    .on("/settings/trades"),
    row(
        "ana",
        "/api/accounts/set-trader",
        &[("trader", "yes")],
        "select count(*) from users where trader",
    )
    .on("/settings/trades"),
    row(
        "ana",
        "/api/access-tokens/make",
        &[
            ("name", "sync"),
            ("scopes", "read"),
            ("days", "30"),
            ("password", PASSWORD),
        ],
        "select count(*) from access_tokens",
    )
    .on("/settings/tokens"),
    row(
        "ana",
        "/api/access-tokens/end",
        &[("token", "*")],
        "select count(*) from access_tokens where revoked_at is not null",
    )
    .on("/settings/tokens")
    .given(A_TOKEN),
    row(
        "ana",
        "/api/accounts/end-session",
        &[("session", "*")],
        "select count(*) from user_sessions where ended_at is not null",
    )
    .on("/settings/sessions")
    .given(ANOTHER_SESSION),
    row(
        "ana",
        "/api/accounts/end-other-sessions",
        &[],
        "select count(*) from user_sessions where ended_at is not null",
    )
    .on("/settings/sessions")
    .given(ANOTHER_SESSION),
    row(
        "ana",
        "/api/accounts/change-password",
        &[("current", PASSWORD), ("password", NEW_PASSWORD)],
        "select sum(auth_version)::bigint from users",
    )
    .on("/settings/account"),
    row(
        "ana",
        "/api/accounts/block",
        &[("handle", "eve")],
        "select count(*) from blocks",
    )
    .on("/settings/blocked"),
    row(
        "ana",
        "/api/accounts/unblock",
        &[("reader", "*")],
        "select 1 - count(*) from blocks",
    )
    .on("/settings/blocked")
    .given(Given::Sql("select blocked_id::text from blocks")),
    row(
        "eve",
        "/api/accounts/log-out",
        &[],
        "select count(*) from user_sessions where ended_at is not null",
    )
    .on("/settings")
    .repeats(LOG_IN_FIRST),
    row(
        "fay",
        "/api/accounts/stay",
        &[],
        "select count(*) from users where handle = 'fay' and status = 'active'",
    )
    .on("/settings/delete")
    .given(Given::Sql(
        "update users set status = 'closing', deletion_requested_at = now()
         where handle = 'fay' returning ''",
    ))
    .repeats(Repeats::Told(StatusCode::CONFLICT)),
    row(
        "fay",
        "/api/accounts/close",
        &[("handle", "fay"), ("password", PASSWORD)],
        "select count(*) from users where status in ('closing', 'deleted')",
    )
    .on("/settings/delete")
    .repeats(LOG_IN_FIRST),
];

const ANOTHER_SESSION: Given = Given::Sql(
    "insert into user_sessions (id, user_id, auth_version)
     select gen_random_uuid(), id, auth_version from users where handle = 'ana' returning id::text",
);
