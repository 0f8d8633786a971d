-- What guests say of an evening when it is over, for those who host it: goes with the guest's seats.
create table event_feedback (
  -- Told to those who host it, whom the number of the seats would tell who it was.
  id bigint generated always as identity primary key,
  booking_id bigint not null references seat_bookings on delete cascade,
  occurrence_id bigint not null references event_occurrences on delete cascade,
  -- From 1 to 5, where 5 is the best.
  rating smallint not null,
  would_return boolean not null,
  -- For those who host it; may be empty.
  words text not null default '',
  -- Those who host it may see whose words these are.
  shows_name boolean not null default false,
  -- When a moderator took the words out of sight; what is written in their place stays hidden, too.
  hidden_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint event_feedback_booking unique (booking_id),
  constraint event_feedback_rating_known check (rating between 1 and 5)
);
create index event_feedback_occurrence on event_feedback (occurrence_id);

-- Whether a guest was there: was let in, where anybody was; had seats, where nobody kept the door.
-- Whoever was noted as missing stays so when those who were let in have left the site.
create function came(seats seat_bookings) returns boolean
  language sql stable parallel safe as $$
  select seats.state = 'confirmed' and (
    exists (select from checkins c where c.booking_id = seats.id and c.undone_at is null)
    or seats.no_show_at is null
      and not exists (select from checkins c where c.occurrence_id = seats.occurrence_id and c.undone_at is null))
$$;
