-- As before, without what its host has deleted.
create or replace function listed_dates(reader bigint, at timestamptz) returns table (
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
  where o.state <> 'draft' and e.deleted_at is null and in_good_standing(u, at)
    and (e.visibility = 'public' or (e.visibility = 'members' and reader is not null))
    and not exists (select from blocked_with(reader) b where b.user_id = e.host_id)
$$;

create or replace function is_shown_to(event events, reader bigint) returns boolean
  language sql stable parallel safe as $$
  select event.deleted_at is null and case event.visibility
    when 'public' then true
    when 'unlisted' then true
    when 'members' then reader is not null
    -- Whoever is invited to one date of a series is invited to all.
    else exists (select from event_invitations i join events invited on invited.id = i.event_id
        where i.user_id = reader and (invited.id = event.id or invited.series_id = event.series_id))
      or exists (select from event_occurrences o join seat_bookings b on b.occurrence_id = o.id
        where o.event_id = event.id and b.user_id = reader and b.state in ('held', 'confirmed'))
      or exists (select from event_occurrences o join seat_waitlist w on w.occurrence_id = o.id
        where o.event_id = event.id and w.user_id = reader and w.state in ('waiting', 'offered'))
  end
$$;
