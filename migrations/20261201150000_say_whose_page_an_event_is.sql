-- Who opens the page of an event: its hosts; until it is over those who have seats at it, or had
-- some when it was cancelled; else those to whom it is shown, or who come with its invitation.
-- One rule, for the page and for whatever leads to it.
create function opens_to(e events, o event_occurrences, reader bigint, invited boolean, at timestamptz) returns boolean
  language sql stable
  return may_host(e, reader, 'co_host', at)
    or o.state <> 'draft' and may_host(e, reader, 'door', at)
    or o.ends_at > at and exists (select from seat_bookings s where s.occurrence_id = o.id
         and s.user_id = reader and (s.state in ('held', 'confirmed') or s.cancelled_by = 'host'))
    or o.state <> 'draft' and (select in_good_standing(u, at) from users u where u.id = e.host_id)
       and (invited or is_shown_to(e, reader))
       and (reader is null or not blocked(e.host_id, reader));
