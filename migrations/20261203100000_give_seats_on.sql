-- Seats of guests who have not come go to readers who wait and are there.
alter table event_occurrences
  -- So many minutes after the start; null: seats are kept until the end.
  add column give_on_minutes int,
  add constraint event_occurrences_give_on check (give_on_minutes in (5, 10, 15, 20, 30)) not valid;

alter table seat_bookings
  -- When they were given on, since nobody of the party had come; such seats are cancelled by the host.
  add column given_on_at timestamptz;

alter table seat_waitlist
  -- They are at the place, since then.
  add column here_at timestamptz,
  -- They have said so themselves; else whoever keeps the door has.
  add column here_said boolean not null default false,
  -- Whoever keeps the door has taken that back: they cannot say it again.
  add column here_refused boolean not null default false,
  -- When the list ended while they still waited: they are told that no seats came free.
  add column ended_at timestamptz;

-- Whether nobody of a party has come who had time to: seats of readers that are not paid, so many
-- minutes after the start, or after they got them. Somebody else was let in as long ago: where the
-- door was kept too late, guests stand in a queue before it. Whose check-in was taken back a moment
-- ago may be let in again.
create function is_absent(seats seat_bookings, date event_occurrences, moment timestamptz) returns boolean
  language sql stable as $$
    select seats.state = 'confirmed' and seats.user_id is not null and seats.paid_at is null
      and greatest(date.starts_at, seats.created_at) + make_interval(mins => date.give_on_minutes) <= moment
      and not exists (select from checkins c where c.booking_id = seats.id
        and (c.undone_at is null or c.undone_at > moment - interval '5 minutes'))
      and exists (select from checkins c where c.occurrence_id = date.id and c.undone_at is null
        and c.at <= moment - make_interval(mins => date.give_on_minutes))
$$;
