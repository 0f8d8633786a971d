//! Forms of events, and of those who come. Ana hosts event 1 at place 1.

use dogear_domain::trades::Method;

use super::{Given, Row, row};

const IN_A_MONTH: Given = Given::Sql("select to_char(now() + interval '30 days', 'YYYY-MM-DD')");
/// One seat, which fay has.
const FULL: Given = Given::Sql(
    "with b as (insert into seat_bookings (occurrence_id, user_id, party_size, state)
       select 1, id, 1, 'confirmed' from users where handle = 'fay' returning id),
     o as (update event_occurrences set capacity = 1, seats_taken = seats_taken + 1 where id = 1)
     select id::text from b",
);
/// One seat more, which is kept for eve.
const KEPT_FOR_EVE: Given = Given::Sql(
    "with b as (insert into seat_bookings (occurrence_id, user_id, party_size, state, hold_expires_at)
       select 1, id, 1, 'held', now() + interval '1 day' from users where handle = 'eve' returning id, user_id),
     w as (insert into seat_waitlist (occurrence_id, user_id, party_size, accepts_fewer, auto_confirm, state, booking_id, queued_at)
       select 1, user_id, 1, false, false, 'offered', id, now() from b),
     o as (update event_occurrences set capacity = capacity + 1, seats_taken = seats_taken + 1 where id = 1)
     select id::text from b",
);
/// Two more, of which eve holds one while she fills in the form.
const HELD_BY_EVE: Given = Given::Sql(
    "with b as (insert into seat_bookings (occurrence_id, user_id, party_size, state, hold_expires_at, hold_minutes)
       select 1, id, 1, 'held', now() + interval '10 minutes', 10 from users where handle = 'eve' returning id),
     o as (update event_occurrences set capacity = capacity + 2, seats_taken = seats_taken + 1 where id = 1)
     select id::text from b",
);
/// The same for bob.
const KEPT_FOR_BOB: Given = Given::Sql(
    "with b as (insert into seat_bookings (occurrence_id, user_id, party_size, state, hold_expires_at)
       select 1, id, 1, 'held', now() + interval '1 day' from users where handle = 'bob' returning id, user_id),
     w as (insert into seat_waitlist (occurrence_id, user_id, party_size, accepts_fewer, auto_confirm, state, booking_id, queued_at)
       select 1, user_id, 1, false, false, 'offered', id, now() from b),
     o as (update event_occurrences set capacity = capacity + 1, seats_taken = seats_taken + 1 where id = 1)
     select id::text from b",
);
/// Two more, which bob has.
const TWO_OF_BOB: Given = Given::Sql(
    "with b as (insert into seat_bookings (occurrence_id, user_id, party_size, state)
       select 1, id, 2, 'confirmed' from users where handle = 'bob' returning id),
     o as (update event_occurrences set capacity = capacity + 2, seats_taken = seats_taken + 2 where id = 1)
     select id::text from b",
);
/// One of them is offered to eve.
const OFFERED_TO_EVE: Given = Given::Sql(
    "insert into seat_transfers (booking_id, recipient_id, party_size, created_at)
     select b.id, e.id, 1, now() from seat_bookings b join users u on u.id = b.user_id, users e
     where u.handle = 'bob' and b.state = 'confirmed' and e.handle = 'eve' returning id::text",
);
/// The evening is one of two dates of a series; the other is a week later.
const ANOTHER_DATE: Given = Given::Sql(
    "with s as (insert into event_series (host_id, repeats, every, first_day, times, starts, ends, more_days, time_zone, created_at)
       select id, 'weekly', 1, current_date, 2, '19:00', '21:00', 0, 'UTC', now() from users where handle = 'ana' returning id),
     first as (update events set series_id = s.id, series_day = current_date from s where events.id = 1),
     e as (insert into events (host_id, venue_id, kind, visibility, title, slug, description, series_id, series_day)
       select host_id, venue_id, kind, visibility, title, slug, description, s.id, current_date + 7
       from events, s where events.id = 1 returning id),
     o as (insert into event_occurrences (event_id, state, starts_at, ends_at, time_zone, capacity, max_party)
       select id, 'published', now() + interval '40 days', now() + interval '41 days', 'UTC', 20, 4 from e)
     select id::text from e",
);
/// A book on bob's shelf.
const OF_BOB: Given = Given::Sql(
    "insert into copies (edition_id, work_id, owner_id, grade)
     select e.id, e.work_id, u.id, 4 from editions e, users u where u.handle = 'bob'
     order by e.id limit 1 returning id::text",
);
/// One that he has on offer.
const LISTED_BY_BOB: Given = Given::Sql(
    "insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
     select e.id, e.work_id, u.id, 4, 'listed', now() from editions e, users u where u.handle = 'bob'
     order by e.id limit 1 returning id::text",
);
/// A book that ana brings.
const BROUGHT_BY_ANA: Given = Given::Sql(
    "with c as (insert into copies (edition_id, work_id, owner_id, grade)
       select e.id, e.work_id, u.id, 4 from editions e, users u where u.handle = 'ana'
       order by e.id limit 1 returning id, owner_id)
     insert into event_books (occurrence_id, copy_id, user_id, added_at)
     select 1, id, owner_id, now() from c returning copy_id::text",
);
/// What is to be done for the evening.
const A_TASK: Given = Given::Sql("select id::text from event_tasks");
/// A draft of ana's whose day has passed.
const PAST_DRAFT: Given = Given::Sql(
    "with e as (insert into events (host_id, venue_id, kind, visibility, title, slug, description)
       select host_id, venue_id, kind, visibility, 'Late', 'late', description from events where id = 1 returning id),
     o as (insert into event_occurrences (event_id, starts_at, ends_at, time_zone, max_party)
       select id, now() - interval '3 days', now() - interval '2 days', 'UTC', 4 from e)
     select id::text from e",
);
const PAGE: &str = "/events/1-swap-by-candlelight";
const BOOKS: &str = "/events/1/books";
const HOLD: &str = "/events/1/hold";

pub(super) const ROWS: &[Row] = &[
    row(
        "ana",
        "/api/events/add-venue",
        &[
            ("name", "Café Lamp"),
            ("address", "2 Low Street"),
            ("city", "Leeds"),
            ("country", "GB"),
            ("time_zone", "Europe/London"),
            ("access", "step_free"),
            ("directions", "Ring twice."),
        ],
        "select count(*) from venues",
    )
    .on("/venues/new"),
    row(
        "ana",
        "/api/events/create",
        &[
            ("title", "Swap by lamplight"),
            ("description", "Bring three books."),
            ("kind", "swap_meet"),
            ("visibility", "public"),
            ("venue", "1"),
            ("day", "*"),
            ("starts", "19:00"),
            ("ends", "21:00"),
            ("capacity", "20"),
            ("max_party", "4"),
            ("smaller_pass", "on"),
        ],
        "select count(*) from events",
    )
    .on("/events/new")
    .given(IN_A_MONTH),
    row(
        "ana",
        "/api/events/save",
        &[
            ("title", "Swap by candlelight"),
            ("description", "Bring three books."),
            ("kind", "swap_meet"),
            ("visibility", "public"),
            ("venue", "1"),
            ("day", "*"),
            ("starts", "19:00"),
            ("ends", "21:00"),
            ("capacity", "20"),
            ("max_party", "4"),
            ("smaller_pass", "on"),
        ],
        "select count(*) from events where title = 'Swap by candlelight'",
    )
    .on("/host/1/edit")
    .given(IN_A_MONTH),
    row(
        "ana",
        "/api/events/publish",
        &[],
        "select count(*) from event_occurrences where state = 'published'",
    )
    .on("/host/1"),
    row(
        "ana",
        "/api/events/delete",
        &[],
        "select count(*) from events where deleted_at is not null",
    )
    .on("/host/*")
    .given(PAST_DRAFT),
    row(
        "ana",
        "/api/events/restore",
        &[],
        "select -count(*) from events where deleted_at is not null",
    )
    .on("/host"),
    row(
        "ana",
        "/api/trades/meet-at-event",
        &[("occurrence", "1")],
        "select count(*) from trade_meetings",
    )
    .on("/trades/*/meeting")
    .given(Given::Agreed(Method::Meet)),
    row(
        "bob",
        "/api/trades/drop-meeting",
        &[],
        "select 1 - count(*) from trade_meetings",
    )
    .on("/trades/*")
    .given(Given::Sql("select trade_id::text from trade_meetings")),
    row(
        "ana",
        "/api/events/save-partners",
        &[("partners", "Riverside Books https://river.example")],
        "select count(*) from events where partners <> '[]'",
    )
    .on("/host/1"),
    row(
        "bob",
        "/api/events/be-interested",
        &[("note", "I may be late.")],
        "select count(*) from event_interests",
    )
    .on(PAGE),
    row(
        "bob",
        "/api/events/drop-interest",
        &[],
        "select -count(*) from event_interests",
    )
    .on(PAGE),
    row(
        "ana",
        "/api/events/add-task",
        &[
            ("title", "Bake a cake"),
            ("note", "Without nuts."),
            ("wanted", "2"),
            ("due", ""),
        ],
        "select count(*) from event_tasks",
    )
    .on("/host/1/tasks"),
    row(
        "ana",
        "/api/events/change-task",
        &[
            ("title", "Bake two cakes"),
            ("note", "Without nuts."),
            ("wanted", "2"),
            ("due", ""),
            ("task", "*"),
        ],
        "select count(*) from event_tasks where title = 'Bake two cakes'",
    )
    .on("/host/tasks/*")
    .given(A_TASK),
    row(
        "ana",
        "/api/events/ask-for-task",
        &[("handle", "bob"), ("task", "*")],
        "select count(*) from event_task_volunteers where state = 'asked'",
    )
    .on("/host/tasks/*")
    .given(A_TASK),
    row(
        "bob",
        "/api/events/take-task",
        &[],
        "select count(*) from event_task_volunteers where state = 'doing'",
    )
    .on("/events/1/tasks"),
    row(
        "bob",
        "/api/events/set-task-percent",
        &[("percent", "100")],
        "select count(*) from event_tasks where done_at is not null",
    )
    .on("/events/1/tasks"),
    row(
        "bob",
        "/api/events/give-up-task",
        &[],
        "select count(*) from event_task_volunteers where state = 'declined'",
    )
    .on("/events/1/tasks"),
    row(
        "ana",
        "/api/events/remove-task",
        &[("task", "*")],
        "select 1 - count(*) from event_tasks",
    )
    .on("/host/tasks/*")
    .given(A_TASK),
    row(
        "bob",
        "/api/events/take-seats",
        &[("party", "1")],
        "select count(*) from seat_bookings",
    )
    .on(PAGE),
    row(
        "bob",
        "/api/events/change-seats",
        &[("party", "2")],
        "select coalesce(sum(party_size), 0)::bigint from seat_bookings where state = 'confirmed'",
    )
    .on(PAGE),
    row(
        "bob",
        "/api/events/bring-books",
        &[("copies", "*")],
        "select count(*) from event_books",
    )
    .on(BOOKS)
    .given(OF_BOB),
    row(
        "bob",
        "/api/events/keep-home",
        &[],
        "select 1 - count(*) from event_books",
    )
    .on(BOOKS),
    row(
        "bob",
        "/api/events/bring-listed",
        &[],
        "select least(count(*), 1) from event_books",
    )
    .on(BOOKS)
    .given(LISTED_BY_BOB),
    row(
        "bob",
        "/api/events/wish-for-book",
        &[],
        "select count(*) from event_book_wishes",
    )
    .on(BOOKS)
    .given(BROUGHT_BY_ANA),
    row(
        "bob",
        "/api/events/drop-book-wish",
        &[],
        "select 1 - count(*) from event_book_wishes",
    )
    .on(BOOKS),
    row(
        "bob",
        "/api/events/give-back-seats",
        &[],
        "select count(*) from seat_bookings where state = 'cancelled'",
    )
    .on(PAGE),
    row(
        "eve",
        "/api/events/change-hold",
        &[("party", "2")],
        "select count(*) from seat_bookings where state = 'held' and party_size = 2",
    )
    .on(HOLD)
    .given(HELD_BY_EVE),
    row(
        "eve",
        "/api/events/extend-hold",
        &[],
        "select count(*) from seat_bookings where hold_extended",
    )
    .on(HOLD),
    row(
        "eve",
        "/api/events/let-hold-go",
        &[],
        "select count(*) from seat_bookings where state = 'cancelled'",
    )
    .on(HOLD),
    row(
        "eve",
        "/api/events/confirm-hold",
        &[],
        "select count(*) from seat_bookings where state = 'confirmed'",
    )
    .on(HOLD)
    .given(HELD_BY_EVE),
    row(
        "eve",
        "/api/events/give-back-seats",
        &[],
        "select count(*) from seat_bookings where state = 'cancelled'",
    )
    .on(PAGE),
    row(
        "eve",
        "/api/events/wait-for-seats",
        &[],
        "select count(*) from seat_waitlist",
    )
    .on(PAGE)
    .given(FULL),
    row(
        "eve",
        "/api/events/stop-waiting",
        &[],
        "select count(*) from seat_waitlist where state = 'left'",
    )
    .on(PAGE),
    row(
        "eve",
        "/api/events/accept-seats",
        &[],
        "select count(*) from seat_bookings where state = 'confirmed'",
    )
    .on(PAGE)
    .given(KEPT_FOR_EVE),
    row(
        "bob",
        "/api/events/decline-seats",
        &[],
        "select count(*) from seat_waitlist where state = 'declined'",
    )
    .on(PAGE)
    .given(KEPT_FOR_BOB),
    row(
        "bob",
        "/api/events/offer-transfer",
        &[("recipient", "eve"), ("handed", "1")],
        "select count(*) from seat_transfers",
    )
    .on(PAGE)
    .given(TWO_OF_BOB),
    row(
        "bob",
        "/api/events/withdraw-transfer",
        &[],
        "select count(*) from seat_transfers where state = 'withdrawn'",
    )
    .on(PAGE),
    row(
        "eve",
        "/api/events/accept-transfer",
        &[],
        "select count(*) from seat_transfers where state = 'accepted'",
    )
    .on(PAGE)
    .given(OFFERED_TO_EVE),
    row(
        "eve",
        "/api/events/decline-transfer",
        &[],
        "select count(*) from seat_transfers where state = 'declined'",
    )
    .on(PAGE)
    .given(OFFERED_TO_EVE),
    row(
        "eve",
        "/api/events/change-date",
        &[("to", "*")],
        "select count(*) from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
         where b.state = 'confirmed' and o.event_id <> 1",
    )
    .on(PAGE)
    .given(ANOTHER_DATE),
    row(
        "fay",
        "/api/events/book-dates",
        &[("dates", "*"), ("party", "1")],
        "select count(*) from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
           join users u on u.id = b.user_id
         where b.state = 'confirmed' and o.event_id <> 1 and u.handle = 'fay'",
    )
    .on("/events/1/dates")
    .given(Given::Sql(
        "select id::text from events where series_id is not null and id <> 1",
    )),
    row(
        "fay",
        "/api/events/give-back-dates",
        &[("bookings", "*")],
        "select count(*) from seat_bookings b join users u on u.id = b.user_id
         where b.state = 'cancelled' and u.handle = 'fay'",
    )
    .on("/events/1/dates")
    .given(Given::Sql(
        "select b.id::text from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
           join users u on u.id = b.user_id
         where b.state = 'confirmed' and o.event_id <> 1 and u.handle = 'fay'",
    )),
    // With no box ticked, the day that was left out is one of the series again.
    row(
        "ana",
        "/api/events/leave-out-dates",
        &[],
        "select -cardinality(skipped)::bigint from event_series",
    )
    .on("/host?series=*")
    .given(Given::Sql(
        "update event_series set times = 3, skipped = array[first_day + 14] returning id::text",
    )),
];
