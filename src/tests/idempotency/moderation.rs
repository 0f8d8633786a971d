//! Reports, and the forms of the desk.

use super::{Given, PASSWORD, Repeats, Row, row};

const A_CORRECTION: Given = Given::Sql(
    "insert into corrections (work_id, member_id, changes, note)
     select 1, id, '[]', 'Twice' from users where handle = 'ana' returning id::text",
);

/// The first event of eve, which waits for a moderator.
const FIRST_EVENT: Given = Given::Sql(
    "with v as (insert into venues (owner_id, name, address, city, country, time_zone)
       select id, 'Eve’s', '1 High Street', 'Leeds', 'GB', 'UTC' from users where handle = 'eve' returning id, owner_id),
     e as (insert into events (host_id, venue_id, kind, visibility, title, slug, description, review, reviewed_at)
       select owner_id, id, 'reading', 'public', 'First', 'first', 'Come.', 'waiting', now() from v returning id),
     o as (insert into event_occurrences (event_id, starts_at, ends_at, time_zone, max_party)
       select id, now() + interval '9 days', now() + interval '10 days', 'UTC', 4 from e)
     select id::text from e",
);

pub(super) const ROWS: &[Row] = &[
    row(
        "ana",
        "/api/moderation/report",
        &[
            ("reason", "spam"),
            ("details", "Look at the profile."),
        ],
        "select count(*) from reports",
    )
    .on("/report?subject=member:2"),
    row(
        "bea",
        "/api/moderation/release",
        &[],
        "select count(*) from reports where subject_kind = 'member' and claimed_by is null",
    )
    .on("/admin/queue/member/2")
    .given(Given::Sql(
        "update reports set claimed_at = now(),
             claimed_by = (select id from users where handle = 'bea')
         where subject_kind = 'member' returning ''",
    )),
    row(
        "bea",
        "/api/moderation/decide",
        &[("verdict", "dismiss")],
        "select count(*) from moderation_decisions",
    )
    .on("/admin/queue/member/2"),
    row(
        "bea",
        "/api/moderation/hide-listing",
        &[("reason", "Show the book itself, not its film.")],
        "select count(*) from moderation_decisions",
    )
    .on("/admin/listings/4"),
    row(
        "bea",
        "/api/moderation/restore-listing",
        &[("reason", "It was a mistake.")],
        "select count(*) from moderation_decisions",
    )
    .on("/admin/listings/4"),
    row(
        "bea",
        "/api/moderation/suspend-member",
        &[("days", "7"), ("reason", "Your books were not yours.")],
        "select count(*) from moderation_decisions",
    )
    .on("/admin/members/bob/suspend"),
    row(
        "bea",
        "/api/moderation/restore-member",
        &[("reason", "They were.")],
        "select count(*) from moderation_decisions",
    )
    .on("/admin/members/bob/restore"),
    row(
        "bea",
        "/api/moderation/suspend-member",
        &[("days", "7"), ("reason", "And yet they were not.")],
        "select count(*) from moderation_decisions",
    )
    .on("/admin/members/bob/suspend"),
    row(
        "bea",
        "/api/moderation/take-back",
        &[("decision", "*")],
        "select count(*) from moderation_decisions where undone_at is not null",
    )
    .on("/admin/decisions")
    .given(Given::Sql("select max(id)::text from moderation_decisions"))
    .repeats(Repeats::Elsewhere),
    row(
        "bea",
        "/api/moderation/resolve-trade",
        &[
            ("outcome", "cancel"),
            ("statement", "Both sides say so."),
            ("sure", "on"),
        ],
        "select count(*) from moderation_decisions",
    )
    .on("/admin/queue/trade/*")
    .given(Given::Disputed),
    row(
        "bea",
        "/api/moderation/discard-job",
        &[],
        "select count(*) from audit_log where action = 'job.discard'",
    )
    .on("/admin/jobs/*/discard")
    .given(Given::Sql(
        "insert into outbox (kind, payload, dedupe_key, state, attempts, max_attempts)
         values ('trade_event', '{}', 'twice', 'dead', 12, 12) returning id::text",
    )),
    row(
        "bea",
        "/api/moderation/retry-job",
        &[("job", "*")],
        "select count(*) from audit_log where action = 'job.retry'",
    )
    .on("/admin/jobs?state=discarded")
    .given(Given::Sql(
        "select id::text from outbox where state = 'discarded'",
    )),
    row(
        "bea",
        "/api/moderation/send-mail-again",
        &[],
        "select count(*) from outbox where kind = 'send_mail'",
    )
    .on("/admin/mail/*")
    .given(Given::Sql(
        "update mails set state = 'failed'
         where id = (select max(id) from mails where not_after is null) returning id::text",
    )),
    row(
        "bea",
        "/api/moderation/run-schedule",
        &[("schedule", "check the records")],
        "select count(*) from audit_log where action = 'schedule.run'",
    )
    .on("/admin/schedules"),
    row(
        "bea",
        "/api/moderation/send-test-mail",
        &[],
        "select count(*) from mails where kind = 'test'",
    )
    .on("/admin/overview"),
    row(
        "bea",
        "/api/moderation/merge-books",
        &[("keep", "1"), ("drop", "*"), ("title", "keep")],
        "select count(*) from work_merges",
    )
    .on("/admin/books/merge?keep=1&drop=*")
    .given(Given::Sql(
        "insert into works (title, title_key, slug) values ('Twice', 'twice', 'twice') returning id::text",
    )),
    row(
        "bea",
        "/api/moderation/take-back-merge",
        &[],
        "select count(*) from work_merges where undone_at is not null",
    )
    .on("/admin/books/merges/*")
    .given(Given::Sql("select max(id)::text from work_merges")),
    row(
        "bea",
        "/api/moderation/merge-editions",
        &[("keep", "1"), ("drop", "*")],
        "select count(*) from edition_merges",
    )
    .on("/admin/editions/merge?keep=1&drop=*")
    .given(Given::Sql(
        "insert into editions (work_id) select work_id from editions where id = 1 returning id::text",
    )),
    row(
        "bea",
        "/api/moderation/take-back-edition-merge",
        &[],
        "select count(*) from edition_merges where undone_at is not null",
    )
    .on("/admin/editions/merges/*")
    .given(Given::Sql("select max(id)::text from edition_merges")),
    row(
        "ana",
        "/api/corrections/suggest",
        &[("seen", "?"), ("subtitle", "A novel"), ("note", "It says so inside.")],
        "select count(*) from corrections",
    )
    .on("/books/1-romola/correct"),
    row(
        "ana",
        "/api/corrections/withdraw",
        &[],
        "select count(*) from corrections where state = 'withdrawn'",
    )
    .on("/books/1-romola/correct"),
    row(
        "bea",
        "/api/corrections/accept",
        &[("correction", "*")],
        "select count(*) from corrections where state = 'accepted'",
    )
    .on("/admin/corrections")
    .given(A_CORRECTION),
    row(
        "bea",
        "/api/corrections/refuse",
        &[("correction", "*"), ("reason", "Not so.")],
        "select count(*) from corrections where state = 'refused'",
    )
    .on("/admin/corrections")
    .given(A_CORRECTION),
    row(
        "bea",
        "/api/moderation/send-event-back",
        &[("event", "*"), ("reason", "Where is it?")],
        "select count(*) from events where review = 'sent_back'",
    )
    .on("/admin/events")
    .given(FIRST_EVENT),
    row(
        "bea",
        "/api/moderation/approve-event",
        &[],
        "select count(*) from events where review = 'approved'",
    )
    .on("/admin/events"),
    row(
        "dov",
        "/api/moderation/change-first-events",
        &[("first_events", "yes"), ("first_events_reason", "Strangers.")],
        "select count(*) from audit_log where action = 'setting.change'",
    )
    .on("/admin/settings"),
    row(
        "dov",
        "/api/moderation/change-seat-settings",
        &[("hold_minutes", "15"), ("missed", "no"), ("seats_reason", "Slow readers.")],
        "select count(*) from audit_log where action = 'setting.change'",
    )
    .on("/admin/settings"),
    row(
        "dov",
        "/api/moderation/write-broadcast",
        &[
            ("title", "A calendar"),
            ("body", "It is new."),
            ("audience", "moderators"),
            ("place", ""),
            ("send_at", ""),
        ],
        "select count(*) from broadcasts",
    )
    .on("/admin/broadcasts"),
    row(
        "dov",
        "/api/moderation/stop-broadcast",
        &[("broadcast", "*")],
        "select count(*) from broadcasts where state = 'cancelled'",
    )
    .on("/admin/broadcasts")
    .given(Given::Sql(
        "insert into broadcasts (author_id, title, body, audience, place, send_at, expected, created_at)
         select id, 'Later', 'It will be new.', 'everyone', '', now() + interval '1 day', 9, now()
         from users where handle = 'dov' returning id::text",
    )),
    row(
        "dov",
        "/api/moderation/change-role",
        &[
            ("role", "moderator"),
            ("reason", "Eve offered to help."),
            ("password", PASSWORD),
        ],
        "select count(*) from audit_log where action = 'member.role'",
    )
    .on("/admin/members/eve/role"),
    row(
        "dov",
        "/api/moderation/change-settings",
        &[
            ("send_days", "12"),
            ("seen", "?"),
            ("reason", "Strikes at the post."),
        ],
        "select count(*) from audit_log where action = 'setting.change'",
    )
    .on("/admin/settings"),
    row(
        "dov",
        "/api/moderation/restore-setting",
        &[("setting", "send_days")],
        "select count(*) from audit_log where action = 'setting.change'",
    )
    .on("/admin/settings"),
    row(
        "bea",
        "/api/moderation/show-list",
        &[("reason", "It reads well.")],
        "select count(*) from moderation_decisions",
    )
    .on("/admin/queue/list/*")
    .given(Given::Sql(
        "with l as (insert into lists (owner_id, name, slug, visibility, hidden_at, created_at, updated_at)
             select id, 'Hidden', 'hidden', 'public', now(), now(), now() from users where handle = 'fay' returning id, owner_id),
           r as (insert into reports (reporter_id, subject_kind, subject_id, accused_id, reason, details, state, decided_at)
             select u.id, 'list', l.id, l.owner_id, 'spam', '', 'actioned', now() from l, users u where u.handle = 'eve')
         select id::text from l",
    )),
];
