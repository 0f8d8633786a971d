//! Forms of accounts: noor joins, ana changes her settings, eve and fay leave.

use axum::http::StatusCode;

use super::{Given, PASSWORD, Repeats, Row, row};

const NEW_PASSWORD: &str = "an oar among the pages";
/// The link works once, and its page says what to do then.
const GONE: Repeats = Repeats::Told(StatusCode::GONE);
/// The session has ended.
const LOG_IN_FIRST: Repeats = Repeats::Told(StatusCode::UNAUTHORIZED);

pub(super) const ROWS: &[Row] = &[
    row(
        "nobody",
        "/register",
        &[
            ("email", "noor@readers.test"),
            ("handle", "noor"),
            ("display_name", "Noor"),
            ("password", PASSWORD),
        ],
        "select count(*) from mails where to_address = 'noor@readers.test'",
    ),
    row(
        "nobody",
        "/verify",
        &[("email", "noor@readers.test")],
        "select count(*) from outbox where kind = 'send_account_link'",
    ),
    row(
        "nobody",
        "/verify/*",
        &[],
        "select count(*) from users where handle = 'noor' and email_verified_at is not null",
    )
    .given(Given::Sql(
        r"select substring(text_body from '/verify/(\S+)') from mails
         where to_address = 'noor@readers.test' order by id desc limit 1",
    ))
    .repeats(GONE),
    row(
        "nobody",
        "/forgot",
        &[("email", "noor@readers.test")],
        "select count(*) from outbox where kind = 'send_account_link'",
    ),
    row(
        "nobody",
        "/reset/*",
        &[("password", NEW_PASSWORD)],
        "select sum(auth_version)::bigint from users",
    )
    .given(Given::Sql(
        r"select substring(text_body from '/reset/(\S+)') from mails
         where to_address = 'noor@readers.test' order by id desc limit 1",
    ))
    .repeats(GONE),
    row(
        "ana",
        "/settings/email",
        &[("email", "new@readers.test"), ("email_password", PASSWORD)],
        "select count(*) from mails where to_address = 'new@readers.test'",
    )
    .on("/settings/account"),
    row(
        "ana",
        "/email/*",
        &[],
        "select count(*) from users where email = 'new@readers.test'",
    )
    .given(Given::Sql(
        r"select substring(text_body from '/email/(\S+)') from mails
         where to_address = 'new@readers.test'",
    ))
    .repeats(GONE),
    row(
        "ana",
        "/settings/profile",
        &[
            ("display_name", "Ana Lee"),
            ("country", "GB"),
            ("time_zone", "Europe/London"),
        ],
        "select count(*) from users where display_name = 'Ana Lee'",
    ),
    row(
        "ana",
        "/settings/away",
        &[("last_day", "*")],
        "select count(*) from users where away_until is not null",
    )
    .given(Given::Sql("select (current_date + 7)::text")),
    row(
        "ana",
        "/settings/sessions/end",
        &[("id", "*")],
        "select count(*) from user_sessions where ended_at is not null",
    )
    .on("/settings/sessions")
    .given(ANOTHER_SESSION),
    row(
        "ana",
        "/settings/sessions/end-others",
        &[],
        "select count(*) from user_sessions where ended_at is not null",
    )
    .on("/settings/sessions")
    .given(ANOTHER_SESSION),
    row(
        "ana",
        "/settings/password",
        &[("current", PASSWORD), ("password", NEW_PASSWORD)],
        "select sum(auth_version)::bigint from users",
    )
    .on("/settings/account"),
    row(
        "ana",
        "/settings/blocked",
        &[("handle", "eve")],
        "select count(*) from blocks",
    ),
    row(
        "ana",
        "/settings/blocked/remove",
        &[("id", "*")],
        "select 1 - count(*) from blocks",
    )
    .on("/settings/blocked")
    .given(Given::Sql("select blocked_id::text from blocks")),
    row(
        "eve",
        "/logout",
        &[],
        "select count(*) from user_sessions where ended_at is not null",
    )
    .on("/settings")
    .repeats(LOG_IN_FIRST),
    row(
        "fay",
        "/settings/delete/cancel",
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
        "/settings/delete",
        &[("handle", "fay"), ("password", PASSWORD)],
        "select count(*) from users where status in ('closing', 'deleted')",
    )
    .repeats(LOG_IN_FIRST),
];

const ANOTHER_SESSION: Given = Given::Sql(
    "insert into user_sessions (id, user_id, auth_version)
     select gen_random_uuid(), id, auth_version from users where handle = 'ana' returning id::text",
);
