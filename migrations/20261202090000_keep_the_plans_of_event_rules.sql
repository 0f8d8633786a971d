-- The rules of who sees and who hosts an event, word for word as before, in PL/pgSQL: its plans are
-- kept for as long as a connection lives. A function in SQL that asks tables is planned anew by
-- each statement that comes to it, which took most of the time of giving somebody a seat.
create or replace function blocked(a bigint, b bigint) returns boolean
  language plpgsql stable parallel safe as $$
begin
  return exists (select from blocked_with(a) other where other.user_id = b);
end $$;

create or replace function is_shown_to(event events, reader bigint) returns boolean
  language plpgsql stable parallel safe as $$
begin
  if event.deleted_at is not null then
    return false;
  end if;
  case event.visibility
    when 'public', 'unlisted' then
      return true;
    when 'members' then
      return reader is not null;
    else
      -- Whoever is invited to one date of a series is invited to all.
      return exists (select from event_invitations i join events invited on invited.id = i.event_id
          where i.user_id = reader and (invited.id = event.id or invited.series_id = event.series_id))
        or exists (select from event_occurrences o join seat_bookings b on b.occurrence_id = o.id
          where o.event_id = event.id and b.user_id = reader and b.state in ('held', 'confirmed'))
        or exists (select from event_occurrences o join seat_waitlist w on w.occurrence_id = o.id
          where o.event_id = event.id and w.user_id = reader and w.state in ('waiting', 'offered'));
  end case;
end $$;

create or replace function host_role(event events, reader bigint, at timestamptz) returns text
  language plpgsql stable parallel safe as $$
begin
  if reader is null or event.deleted_at is not null then
    return null;
  end if;
  if event.host_id = reader then
    return 'owner';
  end if;
  return (select case when in_good_standing(o, at) then held.role else 'door' end
    from (
      select h.role, h.user_id from event_hosts h
      where h.user_id = reader and h.state = 'active'
        and (h.event_id = event.id or h.series_id = event.series_id)
      union all
      select 'co_host', m.user_id from organisation_members m
      where m.user_id = reader and m.state = 'active' and m.organisation_id = event.organisation_id) held
    join users u on u.id = held.user_id join users o on o.id = event.host_id
    where in_good_standing(u, at) and not blocked(event.host_id, reader)
    order by held.role = 'door' limit 1);
end $$;

create or replace function may_host(event events, reader bigint, needed text, at timestamptz) returns boolean
  language plpgsql stable parallel safe as $$
declare
  held constant text := host_role(event, reader, at);
begin
  return coalesce(case needed
    when 'owner' then held = 'owner'
    when 'co_host' then held in ('owner', 'co_host')
    when 'door' then held in ('owner', 'co_host', 'door')
  end, false);
end $$;

create or replace function opens_to(e events, o event_occurrences, reader bigint, invited boolean, at timestamptz) returns boolean
  language plpgsql stable parallel safe as $$
declare
  held text;
begin
  -- What is so of most events is asked first.
  if o.state <> 'draft' and (invited or is_shown_to(e, reader))
    and (reader is null or not blocked(e.host_id, reader))
    and (select in_good_standing(u, at) from users u where u.id = e.host_id) then
    return true;
  end if;
  if reader is null then
    return false;
  end if;
  if o.ends_at > at and exists (select from seat_bookings s where s.occurrence_id = o.id
      and s.user_id = reader and (s.state in ('held', 'confirmed') or s.cancelled_by = 'host')) then
    return true;
  end if;
  held := host_role(e, reader, at);
  return coalesce(held in ('owner', 'co_host') or o.state <> 'draft' and held is not null, false);
end $$;
