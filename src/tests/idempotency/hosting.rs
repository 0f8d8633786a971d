//! Forms of hosts: the door, prices, messages, helpers, the end. They go on with event 1.

use super::{Given, Row, row};

/// The evening is about to begin.
const TONIGHT: Given = Given::Sql(
    "with o as (update event_occurrences set starts_at = now() + interval '1 hour', ends_at = now() + interval '3 hours'
       where id = 1 returning id)
     select id::text from o",
);
/// A guest of ana's who has to pay.
const OWES: Given = Given::Sql(
    "with b as (insert into seat_bookings (occurrence_id, guest_name, party_size, state, price_each, currency, amount_due)
       values (1, 'Cy', 1, 'confirmed', 500, 'GBP', 500) returning id),
     o as (update event_occurrences set capacity = capacity + 1, seats_taken = seats_taken + 1 where id = 1)
     select id::text from b",
);
/// Dov waits for more seats than there are, where seats are given on.
const WAITS_AT_THE_DOOR: Given = Given::Sql(
    "with o as (update event_occurrences set give_on_minutes = 15 where id = 1)
     insert into seat_waitlist (occurrence_id, user_id, party_size, accepts_fewer, auto_confirm, queued_at)
       select 1, id, 20, false, true, now() from users where handle = 'dov' returning id::text",
);
/// What its host has written and not sent.
const WRITTEN: Given = Given::Sql(
    "insert into event_messages (event_id, audience, body, written_at)
     values (1, 'both', 'Knock twice.', now()) returning id::text",
);
/// Eve is asked to help at the door.
const ASKED: Given = Given::Sql(
    "insert into event_hosts (event_id, user_id, role, invited_at)
     select 1, id, 'door', now() from users where handle = 'eve' returning id::text",
);
/// The evening is for those who are invited.
const INVITED: Given = Given::Sql(
    "with e as (update events set visibility = 'invited' where id = 1 returning id)
     select id::text from e",
);

/// Eve is asked to join the first organisation.
const ASKED_TO_JOIN: Given = Given::Sql(
    "insert into organisation_members (organisation_id, user_id, role, invited_at)
      select 1, id, 'member', now() from users where handle = 'eve' returning id::text",
);
/// What bob has said of an event of ana's that is over.
const SAID: Given = Given::Sql(
    "with e as (insert into events (host_id, venue_id, kind, visibility, title, slug, description)
       select host_id, venue_id, 'reading', 'public', 'Yesterday', 'yesterday', description from events where id = 1 returning id),
     o as (insert into event_occurrences (event_id, state, starts_at, ends_at, time_zone, max_party, seats_taken)
       select id, 'published', now() - interval '26 hours', now() - interval '24 hours', 'UTC', 4, 1 from e returning id, event_id),
     b as (insert into seat_bookings (occurrence_id, user_id, party_size, state)
       select o.id, u.id, 1, 'confirmed' from o, users u where u.handle = 'bob' returning id, occurrence_id),
     f as (insert into event_feedback (booking_id, occurrence_id, rating, would_return, words, created_at, updated_at)
       select id, occurrence_id, 4, true, 'Warm.', now(), now() from b)
     select event_id::text from o",
);
/// A swap meet of ana's that is over, to which bob came with a book.
const OVER: Given = Given::Sql(
    "with e as (insert into events (host_id, venue_id, kind, visibility, title, slug, description)
       select host_id, venue_id, 'swap_meet', 'public', 'Yesterday', 'yesterday', description from events where id = 1 returning id),
     o as (insert into event_occurrences (event_id, state, starts_at, ends_at, time_zone, max_party, seats_taken)
       select id, 'published', now() - interval '26 hours', now() - interval '24 hours', 'UTC', 4, 1 from e returning id),
     b as (insert into seat_bookings (occurrence_id, user_id, party_size, state)
       select o.id, u.id, 1, 'confirmed' from o, users u where u.handle = 'bob'),
     c as (insert into copies (edition_id, work_id, owner_id, grade)
       select e.id, e.work_id, u.id, 4 from editions e, users u where u.handle = 'bob'
       order by e.id limit 1 returning id, owner_id),
     x as (insert into event_books (occurrence_id, copy_id, user_id, added_at) select o.id, c.id, c.owner_id, now() from o, c)
     select id::text from e",
);

pub(super) const ROWS: &[Row] = &[
    row(
        "ana",
        "/api/events/find-at-door",
        &[("q", "@fay"), ("express", "on")],
        "select count(*) from checkins",
    )
    .on("/host/1/door")
    .given(TONIGHT),
    row(
        "ana",
        "/api/events/undo-check-in",
        &[],
        "select count(*) from checkins where undone_at is not null",
    )
    .on("/host/1/door"),
    row(
        "ana",
        "/api/events/let-in",
        &[],
        "select count(*) from checkins where undone_at is null",
    )
    .on("/host/1/door"),
    row(
        "dov",
        "/api/events/say-here",
        &[],
        "select count(*) from seat_waitlist where here_at is not null",
    )
    .on("/events/1-swap-by-candlelight")
    .given(WAITS_AT_THE_DOOR),
    row(
        "ana",
        "/api/events/mark-here",
        &[],
        "select count(*) from seat_waitlist where here_refused",
    )
    .on("/host/1/door"),
    row(
        "ana",
        "/api/events/add-guest",
        &[("guest", "Vi"), ("seats", "1")],
        "select count(*) from seat_bookings where guest_name = 'Vi'",
    )
    .on("/host/1/door"),
    row(
        "ana",
        "/api/events/remove-guest",
        &[],
        "select count(*) from seat_bookings where guest_name = 'Vi' and state = 'cancelled'",
    )
    .on("/host/1/door"),
    row(
        "ana",
        "/api/events/set-stall",
        &[("stall", "A3")],
        "select count(*) from seat_bookings where stall = 'A3'",
    )
    .on("/host/1/stalls"),
    row(
        "ana",
        "/api/events/clear-stalls",
        &[],
        "select -count(*) from seat_bookings where stall is not null",
    )
    .on("/host/1/stalls"),
    row(
        "ana",
        "/api/events/number-stalls",
        &[("order", "name")],
        "select least(count(*), 1) from seat_bookings where stall is not null",
    )
    .on("/host/1/stalls"),
    row(
        "bob",
        "/api/events/save-feedback",
        &[("rating", "4"), ("words", "Warm, and full of books.")],
        "select count(*) from event_feedback",
    )
    .on("/events/*/feedback")
    .given(OVER),
    row(
        "bob",
        "/api/events/withdraw-feedback",
        &[],
        "select -count(*) from event_feedback",
    )
    .on("/events/*/feedback")
    .given(SAID),
    row(
        "bob",
        "/api/events/tell-outcomes",
        &[("home", "on")],
        "select count(*) from event_books where outcome = 'home'",
    )
    .on("/events/*/books")
    .given(OVER),
    row(
        "ana",
        "/api/events/save-leftover",
        &[("books", "3"), ("words", "Crime, for the shelter.")],
        "select count(*) from event_leftovers where books = 3",
    )
    .on("/host/*")
    .given(OVER),
    row(
        "ana",
        "/api/events/mark-paid",
        &[],
        "select count(*) from seat_bookings where paid_at is not null",
    )
    .on("/host/1/door")
    .given(OWES),
    row(
        "ana",
        "/api/events/make-code",
        &[("code", "winter"), ("unit", "percent"), ("off", "20")],
        "select count(*) from promo_codes",
    )
    .on("/host/1/codes"),
    row(
        "ana",
        "/api/events/end-code",
        &[],
        "select count(*) from promo_codes where ended_at is not null",
    )
    .on("/host/1/codes"),
    row(
        "ana",
        "/api/events/write-message",
        &[("audience", "both"), ("body", "The door is green.")],
        "select count(*) from event_messages where sent_at is null",
    )
    .on("/host/1/messages"),
    row(
        "ana",
        "/api/events/send-message",
        &[],
        "select count(*) from event_messages where sent_at is not null",
    )
    .on("/host/1/messages"),
    row(
        "ana",
        "/api/events/discard-message",
        &[],
        "select 1 - count(*) from event_messages where sent_at is null",
    )
    .on("/host/1/messages")
    .given(WRITTEN),
    row(
        "ana",
        "/api/events/invite-host",
        &[("handle", "bob"), ("role", "door")],
        "select count(*) from event_hosts",
    )
    .on("/host/1/team"),
    row(
        "ana",
        "/api/events/change-host-role",
        &[],
        "select count(*) from event_hosts where role = 'co_host'",
    )
    .on("/host/1/team"),
    row(
        "bob",
        "/api/events/accept-hosting",
        &[],
        "select count(*) from event_hosts where state = 'active'",
    )
    .on("/host"),
    row(
        "bob",
        "/api/events/stop-hosting",
        &[],
        "select 1 - count(*) from event_hosts",
    )
    .on("/host/1/leave"),
    row(
        "eve",
        "/api/events/decline-hosting",
        &[],
        "select 1 - count(*) from event_hosts",
    )
    .on("/host")
    .given(ASKED),
    row(
        "ana",
        "/api/events/remove-host",
        &[],
        "select 1 - count(*) from event_hosts",
    )
    .on("/host/1/team")
    .given(ASKED),
    row(
        "ana",
        "/api/events/create-organisation",
        &[
            ("name", "Riverside Library"),
            ("town", "Leeds"),
            ("description", "Books by the river."),
            ("link", ""),
        ],
        "select count(*) from organisations",
    )
    .on("/organisations/new"),
    row(
        "ana",
        "/api/events/save-organisation",
        &[
            ("name", "Riverside"),
            ("town", "Leeds"),
            ("description", "Books by the river."),
            ("link", ""),
        ],
        "select count(*) from organisations where name = 'Riverside'",
    )
    .on("/organisations/1/edit"),
    row(
        "ana",
        "/api/events/invite-member",
        &[("handle", "bob"), ("role", "member")],
        "select count(*) from organisation_members",
    )
    .on("/organisations/1/people"),
    row(
        "bob",
        "/api/events/accept-membership",
        &[],
        "select count(*) from organisation_members where state = 'active'",
    )
    .on("/host"),
    row(
        "bob",
        "/api/events/leave-organisation",
        &[],
        "select 2 - count(*) from organisation_members",
    )
    .on("/organisations/1/people"),
    row(
        "eve",
        "/api/events/decline-membership",
        &[],
        "select 2 - count(*) from organisation_members",
    )
    .on("/host")
    .given(ASKED_TO_JOIN),
    row(
        "ana",
        "/api/events/change-member-role",
        &[("role", "admin"), ("membership", "*")],
        "select count(*) from organisation_members where role = 'admin'",
    )
    .on("/organisations/1/people")
    .given(ASKED_TO_JOIN),
    row(
        "ana",
        "/api/events/remove-member",
        &[("membership", "*")],
        "select 1 - count(*) from organisation_members m join users u on u.id = m.user_id where u.handle = 'eve'",
    )
    .on("/organisations/1/people")
    .given(Given::Sql(
        "select m.id::text from organisation_members m join users u on u.id = m.user_id where u.handle = 'eve'",
    )),
    row(
        "ana",
        "/api/events/close-organisation",
        &[],
        "select 1 - count(*) from organisations",
    )
    .on("/organisations/1/people"),
    row(
        "ana",
        "/api/events/save-venue",
        &[
            ("name", "Café Lantern"),
            ("address", "2 Low Street"),
            ("city", "Leeds"),
            ("country", "GB"),
            ("time_zone", "Europe/London"),
            ("access", "step_free"),
            ("directions", "Ring twice."),
        ],
        "select count(*) from venues where name = 'Café Lantern'",
    )
    .on("/venues/1"),
    row(
        "ana",
        "/api/events/cancel",
        &[("reason", "The lamp is broken.")],
        "select count(*) from event_occurrences where state = 'cancelled'",
    )
    .on("/host/1/cancel"),
    row(
        "ana",
        "/api/events/make-invitation",
        &[],
        "select count(*) from events where invitation_nonce is not null",
    )
    .on("/host/1")
    .given(INVITED),
];
