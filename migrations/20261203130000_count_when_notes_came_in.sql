-- As before, but what a device had noted counts from when it was sent: while it sends one note after
-- the other, guests whose note comes last are inside. And of an event that was moved, those who came
-- on the first date do not say that the door of the other has been kept. A party that was let in then
-- is left alone all the same: the door shows them as inside, and cannot let them in again.
create or replace function is_absent(seats seat_bookings, date event_occurrences, moment timestamptz) returns boolean
  language sql stable as $$
    select seats.state = 'confirmed' and seats.user_id is not null and seats.paid_at is null
      and greatest(date.starts_at, seats.created_at) + make_interval(mins => date.give_on_minutes) <= moment
      and not exists (select from checkins c where c.booking_id = seats.id
        and (c.undone_at is null or c.undone_at > moment - interval '5 minutes'))
      and exists (select from checkins c where c.occurrence_id = date.id and c.undone_at is null
        and coalesce(c.sent_at, c.at) >= date.starts_at - interval '2 hours'
        and coalesce(c.sent_at, c.at) <= moment - make_interval(mins => date.give_on_minutes))
$$;
