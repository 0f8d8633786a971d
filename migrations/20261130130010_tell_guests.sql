-- What hosts write to their guests.
create table event_messages (
  id bigint generated always as identity primary key,
  event_id bigint not null references events on delete cascade,
  -- To whom: those who have seats, those who wait, or both.
  audience text not null,
  body text not null,
  written_at timestamptz not null,
  -- Null while its host only looks at it.
  sent_at timestamptz,
  -- To so many it was sent.
  recipients int not null default 0,
  constraint event_messages_audience_known check (audience in ('guests', 'waiting', 'both'))
);
create index event_messages_event on event_messages (event_id, id desc);
-- One that is not sent yet, for each event.
create unique index event_messages_draft on event_messages (event_id) where sent_at is null;

-- Who reads a message that is sent at a moment: members with seats, and those who wait and are
-- offered nothing that is theirs; without those with whom the host has a block.
create function event_readers(event bigint, audience text, at timestamptz)
  returns table (booking_id bigint, waiting_id bigint, user_id bigint)
  language sql stable parallel safe as $$
  select b.id, null::bigint, b.user_id
  from events e join event_occurrences o on o.event_id = e.id join seat_bookings b on b.occurrence_id = o.id
  where e.id = event and audience <> 'waiting' and b.state = 'confirmed' and b.user_id is not null
    and b.created_at <= at and not blocked(e.host_id, b.user_id)
  union all
  select null, w.id, w.user_id
  from events e join event_occurrences o on o.event_id = e.id join seat_waitlist w on w.occurrence_id = o.id
  where e.id = event and audience <> 'guests' and w.state in ('waiting', 'offered')
    and w.created_at <= at and not blocked(e.host_id, w.user_id)
$$;
