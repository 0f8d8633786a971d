-- Whether a date is a draft to come that is left out of a published series. Its host takes it in
-- again among the days of the series, so that it does not stand among what was deleted.
create function is_left_out(e events, o event_occurrences, at timestamptz) returns boolean
  language sql stable parallel safe as $$
  select e.deleted_at is not null and o.state = 'draft' and o.starts_at > at and exists (
    select from event_series s where s.id = e.series_id and s.published
      and e.series_day = any(s.skipped) and (s.until is null or e.series_day <= s.until))
$$;
