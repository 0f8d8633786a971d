-- Who helps the host of an event, or of all dates of a series.
create table event_hosts (
  id bigint generated always as identity primary key,
  -- The event, or the series with all its dates: one of the two.
  event_id bigint references events on delete cascade,
  series_id bigint references event_series on delete cascade,
  user_id bigint not null references users,
  -- What they may do: run the event, or keep its door.
  role text not null,
  -- Invited until they say yes; whoever says no, leaves or is removed has no row.
  state text not null default 'invited',
  invited_at timestamptz not null,
  constraint event_hosts_scope check (num_nonnulls(event_id, series_id) = 1),
  constraint event_hosts_role_known check (role in ('co_host', 'door')),
  constraint event_hosts_state_known check (state in ('invited', 'active'))
);
create unique index event_hosts_event on event_hosts (event_id, user_id) where event_id is not null;
create unique index event_hosts_series on event_hosts (series_id, user_id) where series_id is not null;
create index event_hosts_user on event_hosts (user_id);

-- Who has said no, or was asked no more: they are not asked again for thirty days.
create table event_host_answers (
  event_id bigint references events on delete cascade,
  series_id bigint references event_series on delete cascade,
  user_id bigint not null references users,
  at timestamptz not null,
  constraint event_host_answers_scope check (num_nonnulls(event_id, series_id) = 1)
);
create index event_host_answers_event on event_host_answers (event_id) where event_id is not null;
create index event_host_answers_series on event_host_answers (series_id) where series_id is not null;
create index event_host_answers_user on event_host_answers (user_id);

-- As what somebody may act for an event: its owner, a co-host, or at the door. Null for everybody
-- else. Helpers who are suspended have no part at that time, nor do those with whom the owner has
-- a block. Whoever has to know asks here, or `may_host`, and nowhere else.
create function host_role(event events, reader bigint, at timestamptz) returns text
  language sql stable parallel safe as $$
  select case when event.host_id = reader then 'owner'
    else (select h.role from event_hosts h join users u on u.id = h.user_id
      where h.user_id = reader and h.state = 'active'
        and (h.event_id = event.id or h.series_id = event.series_id)
        and in_good_standing(u, at) and not blocked(event.host_id, reader)
      order by h.role = 'door' limit 1) end
$$;

-- Whether that is enough for what needs this role.
create function may_host(event events, reader bigint, needed text, at timestamptz) returns boolean
  language sql stable parallel safe as $$
  select coalesce(case needed
      when 'owner' then held.role = 'owner'
      when 'co_host' then held.role in ('owner', 'co_host')
      when 'door' then held.role in ('owner', 'co_host', 'door')
    end, false)
  from (select host_role(event, reader, at) as role) held
$$;
