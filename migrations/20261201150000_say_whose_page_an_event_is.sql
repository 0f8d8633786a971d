-- Who opens the page of an event: those to whom it is shown, or who come with its invitation; until
-- it is over those who have seats at it, or had some when it was cancelled; and those who host it.
-- One rule, for the page and for whatever leads to it. What is so of most events is asked first:
-- functions are planned anew by each statement that comes to them.
create function opens_to(e events, o event_occurrences, reader bigint, invited boolean, at timestamptz) returns boolean
  language sql stable
  return o.state <> 'draft' and (select in_good_standing(u, at) from users u where u.id = e.host_id)
       and (invited or is_shown_to(e, reader))
       and (reader is null or not blocked(e.host_id, reader))
    or reader is not null and (
      o.ends_at > at and exists (select from seat_bookings s where s.occurrence_id = o.id
           and s.user_id = reader and (s.state in ('held', 'confirmed') or s.cancelled_by = 'host'))
      or (select case when o.state = 'draft' then held.role in ('owner', 'co_host') else held.role is not null end
          from (select host_role(e, reader, at) as role) held));
