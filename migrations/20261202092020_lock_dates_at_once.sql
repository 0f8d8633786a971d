-- Locks a date of an event, and gives what it is by then, to whoever asks for seats there or changes
-- them; with `guest`, also the seats that they have, and nothing when their account has been erased.
-- Two steps in one call, since everybody else who wants seats there waits for it: the second sees
-- what was committed while the first one waited.
create function lock_date(date bigint, guest bigint, at timestamptz)
  returns table (event_id bigint, state text, starts_at timestamptz, capacity int, seats_taken int,
    max_party int, smaller_pass boolean, opens_days int, closes_hours int, cancel_hours int, price int, currency text, has_lapsed boolean, has_waiting boolean,
    booking bigint, booking_state text, party int)
  language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform from event_occurrences o where o.id = date for no key update;
  if guest is not null then
    -- Kept from being erased until the end of the transaction.
    perform from users u where u.id = guest and u.status <> 'deleted' for key share;
    if not found then
      return;
    end if;
  end if;
  return query
    select o.event_id, o.state, o.starts_at, o.capacity, o.seats_taken, o.max_party, o.smaller_pass,
      o.opens_days, o.closes_hours, o.cancel_hours, o.price, o.currency,
      exists (select from seat_bookings h where h.occurrence_id = o.id
          and h.state = 'held' and h.hold_expires_at <= at),
      -- In the order of an index: where one long list is most of the table, it would be read whole.
      (select w.id from seat_waitlist w where w.occurrence_id = o.id
          and w.state in ('waiting', 'offered') order by w.user_id limit 1) is not null,
      b.id, b.state, b.party_size
    from event_occurrences o
      left join seat_bookings b on b.occurrence_id = o.id and b.user_id = guest
        and b.state in ('held', 'confirmed')
    where o.id = date;
end $$;
