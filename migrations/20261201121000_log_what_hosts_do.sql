-- What those who host an event have done with it, for themselves to read. Kept for thirty days.
create table event_log (
  id bigint generated always as identity primary key,
  -- The event, or the series with all its dates: one of the two.
  event_id bigint references events on delete cascade,
  series_id bigint references event_series on delete cascade,
  -- Who did it; null when that member has left, or it was a moderator.
  user_id bigint references users,
  -- With whom; null when it was about nobody, or that member has left.
  about_id bigint references users,
  act text not null,
  -- What else there is to say: numbers, roles or names of fields. Nothing that anybody has written.
  detail text not null default '',
  at timestamptz not null,
  constraint event_log_scope check (num_nonnulls(event_id, series_id) = 1)
);
create index event_log_event on event_log (event_id, id desc) where event_id is not null;
create index event_log_series on event_log (series_id, id desc) where series_id is not null;
create index event_log_user on event_log (user_id) where user_id is not null;
create index event_log_about on event_log (about_id) where about_id is not null;
create index event_log_at on event_log (at);
