-- What hosts have been told of the seats at their events.
create table event_host_news (
  occurrence_id bigint not null references event_occurrences on delete cascade,
  kind text not null,
  told_at timestamptz not null,
  primary key (occurrence_id, kind),
  constraint event_host_news_kind_known check (kind in ('first', 'full'))
);

-- What has happened already is no news.
insert into event_host_news (occurrence_id, kind, told_at)
select o.id, kind, now() from event_occurrences o cross join unnest(array['first', 'full']) kind
where o.seats_taken > 0 and (kind = 'first' or o.seats_taken = o.capacity);

-- Up to when a host has read what happened in a day.
create table event_host_summaries (
  host_id bigint primary key references users,
  until timestamptz not null
);
