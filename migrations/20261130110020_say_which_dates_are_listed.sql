-- Which dates of events stand in lists, for a reader or a visitor (null): published or cancelled
-- ones of hosts in good standing with whom there is no block, that are for everybody or for
-- members. Lists, search, calendars and the sitemap ask here, and nowhere else.
create function listed_dates(reader bigint, at timestamptz) returns table (
    occurrence_id bigint, event_id bigint, slug text, title text, kind text, visibility text, words tsvector,
    state text, starts_at timestamptz, ends_at timestamptz, time_zone text, capacity int, seats_taken int,
    venue text, city text, town_id int, host_id bigint, host_key text, series_id bigint)
  language sql stable parallel safe as $$
  select o.id, o.event_id, e.slug, e.title, e.kind, e.visibility, e.words,
    o.state, o.starts_at, o.ends_at, o.time_zone, o.capacity, o.seats_taken,
    v.name, v.city, v.town_id, u.id, u.handle_key, e.series_id
  from event_occurrences o
    join events e on e.id = o.event_id
    join venues v on v.id = e.venue_id
    join users u on u.id = e.host_id
  where o.state <> 'draft' and in_good_standing(u, at)
    and (e.visibility = 'public' or (e.visibility = 'members' and reader is not null))
    and not exists (select from blocked_with(reader) b where b.user_id = e.host_id)
$$;

-- The day of a moment by the clock of a place. A zone that PostgreSQL has not heard of is UTC, as
-- it is on pages. Not for parallel plans, which know no exceptions.
create function local_day(moment timestamptz, zone text) returns date
  language plpgsql stable strict as $$
begin
  return (moment at time zone zone)::date;
exception when invalid_parameter_value then
  return (moment at time zone 'UTC')::date;
end
$$;

-- The last day on which a date stands in lists: what goes on for a day at most, and be it past
-- midnight, belongs to the day on which it begins.
create function last_local_day(starts_at timestamptz, ends_at timestamptz, zone text) returns date
  language sql stable strict as $$
  select local_day(
    case when ends_at - starts_at <= interval '24 hours' then starts_at else ends_at - interval '1 microsecond' end, zone)
$$;
