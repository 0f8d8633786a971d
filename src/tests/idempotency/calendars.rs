//! Forms of calendars: bob's.

use super::{Given, Row, row};

/// Bob's calendar is connected, and one of its entries could not be written.
const CONNECTED: Given = Given::Sql(
    "with c as (insert into google_connections (user_id, grant_id, refresh_token, connected_at)
       select id, gen_random_uuid(), 'sealed', now() from users where handle = 'bob'
       on conflict (user_id) do update set connected_at = now() returning user_id, grant_id)
     insert into google_entries (booking_id, user_id, grant_id, failed)
     select 440044, user_id, grant_id, true from c
     on conflict (booking_id) do update set failed = true returning booking_id::text",
);

pub(super) const ROWS: &[Row] = &[
    row(
        "bob",
        "/api/events/make-calendar",
        &[],
        "select count(*) from calendar_feeds",
    )
    .on("/seats"),
    row(
        "bob",
        "/api/events/stop-calendar",
        &[],
        "select 1 - count(*) from calendar_feeds",
    )
    .on("/seats"),
    row(
        "bob",
        "/api/events/sync-google",
        &[],
        "select count(*) from google_entries where not failed",
    )
    .on("/seats")
    .given(CONNECTED),
    row(
        "bob",
        "/api/events/disconnect-google",
        &[],
        "select 1 - count(*) from google_connections",
    )
    .on("/seats"),
];
