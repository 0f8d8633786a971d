-- What guests have been reminded of: each once, unless the event moves.
create table event_reminders (
  booking_id bigint not null references seat_bookings on delete cascade,
  kind text not null,
  -- Null: its moment was over when the seats were taken, or nobody was there to send it.
  sent_at timestamptz,
  primary key (booking_id, kind),
  constraint event_reminders_kind_known check (kind in ('days', 'morning', 'hours'))
);
create index event_occurrences_starting on event_occurrences (starts_at, id) where state = 'published';
