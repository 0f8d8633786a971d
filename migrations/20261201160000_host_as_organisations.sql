-- Libraries, clubs and shops whose members host events together.
set local statement_timeout = '10min';
create table organisations (
  id bigint generated always as identity primary key,
  name text not null,
  slug text not null,
  town text not null,
  description text not null,
  -- Their own page elsewhere; may be empty.
  link text not null,
  created_at timestamptz not null
);

create table organisation_members (
  id bigint generated always as identity primary key,
  organisation_id bigint not null references organisations on delete cascade,
  user_id bigint not null references users,
  role text not null,
  -- Invited until they say yes; whoever says no, leaves or is removed has no row.
  state text not null default 'invited',
  invited_at timestamptz not null,
  constraint organisation_members_once unique (organisation_id, user_id),
  constraint organisation_members_role_known check (role in ('admin', 'member')),
  constraint organisation_members_state_known check (state in ('invited', 'active'))
);
create index organisation_members_user on organisation_members (user_id);

-- Whose event it is, beside its owner's.
alter table events add column organisation_id bigint references organisations on delete set null;
create index events_organisation on events (organisation_id) where organisation_id is not null;

-- As before; and whoever is a member of its organisation is a co-host.
create or replace function host_role(event events, reader bigint, at timestamptz) returns text
  language sql stable parallel safe as $$
  select case when event.deleted_at is not null then null
    when event.host_id = reader then 'owner'
    else (select case when in_good_standing(o, at) then held.role else 'door' end
      from (
        select h.role, h.user_id from event_hosts h
        where h.user_id = reader and h.state = 'active'
          and (h.event_id = event.id or h.series_id = event.series_id)
        union all
        select 'co_host', m.user_id from organisation_members m
        where m.user_id = reader and m.state = 'active' and m.organisation_id = event.organisation_id) held
      join users u on u.id = held.user_id join users o on o.id = event.host_id
      where in_good_standing(u, at) and not blocked(event.host_id, reader)
      order by held.role = 'door' limit 1) end
$$;
