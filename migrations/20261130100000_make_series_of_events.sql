-- Events that come again by a rule. Each date is an event of its own with one occurrence.
create table event_series (
  id bigint generated always as identity primary key,
  host_id bigint not null references users,
  repeats text not null,
  -- Every so many weeks or months.
  every smallint not null,
  -- The weekday, and its place in the month, are those of this day.
  first_day date not null,
  -- How many dates there are, and after which day there is none: one of the two, or both.
  times smallint,
  until date,
  -- Days on which it is not, though the rule says so. They are not made again.
  skipped date[] not null default '{}',
  -- By the clock on the wall of the place, for the dates that are made from now on.
  starts time not null,
  ends time not null,
  -- So many days later it ends.
  more_days smallint not null,
  time_zone text not null,
  -- Whether dates are published as they are made.
  published boolean not null default false,
  -- The first day that is not made yet; null when all are.
  next_day date,
  created_at timestamptz not null,
  constraint event_series_repeats_known check (repeats in ('weekly', 'monthly', 'monthly_last')),
  constraint event_series_every check (every between 1 and 12),
  constraint event_series_times check (times between 2 and 52),
  constraint event_series_ends check (times is not null or until is not null),
  constraint event_series_more_days check (more_days between 0 and 7)
);
create index event_series_host on event_series (host_id, id);
create index event_series_next on event_series (next_day, id) where next_day is not null;

alter table events
  add column series_id bigint references event_series,
  -- The day that the rule gives it, whenever it is by now.
  add column series_day date,
  -- Changed alone: what changes in the series passes it by.
  add column detached boolean not null default false,
  add constraint events_in_series check ((series_id is null) = (series_day is null)) not valid;
create unique index events_series on events (series_id, series_day) where series_id is not null;
