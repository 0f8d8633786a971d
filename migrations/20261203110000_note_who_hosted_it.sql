-- Who co-hosted an event after a guest said something of it, and has stopped since: they do not learn
-- from the desk who it was either. Those who still do are known, and its owner stays its owner.
create table event_feedback_hosts (
  feedback_id bigint not null references event_feedback on delete cascade,
  user_id bigint not null references users,
  primary key (feedback_id, user_id)
);
create index event_feedback_hosts_user on event_feedback_hosts (user_id);

-- Whoever hosts an event beside its owner, also while they are suspended or have a block with the owner.
create function co_hosts(event events) returns setof bigint language sql stable parallel safe as $$
  select h.user_id from event_hosts h
  where h.state = 'active' and h.role = 'co_host' and (h.event_id = event.id or h.series_id = event.series_id)
  union select m.user_id from organisation_members m
  where m.state = 'active' and m.organisation_id = event.organisation_id
$$;

-- Before somebody stops, whichever way, with an event, a series, or all of an organisation.
create function note_feedback_hosts() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'event_hosts' then
    insert into event_feedback_hosts (feedback_id, user_id)
    select f.id, old.user_id from events e join event_occurrences o on o.event_id = e.id
      join event_feedback f on f.occurrence_id = o.id
    where e.id = old.event_id or e.series_id = old.series_id
    on conflict do nothing;
  elsif tg_table_name = 'organisation_members' then
    insert into event_feedback_hosts (feedback_id, user_id)
    select f.id, old.user_id from events e join event_occurrences o on o.event_id = e.id
      join event_feedback f on f.occurrence_id = o.id
    where e.organisation_id = old.organisation_id
    on conflict do nothing;
  else
    insert into event_feedback_hosts (feedback_id, user_id)
    select f.id, m.user_id from events e join event_occurrences o on o.event_id = e.id
      join event_feedback f on f.occurrence_id = o.id
      join organisation_members m on m.organisation_id = e.organisation_id and m.state = 'active'
    where e.organisation_id = old.id
    on conflict do nothing;
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;
create trigger event_hosts_leave before delete on event_hosts
  for each row when (old.state = 'active' and old.role = 'co_host') execute function note_feedback_hosts();
create trigger event_hosts_change before update of role on event_hosts
  for each row when (old.state = 'active' and old.role = 'co_host' and new.role <> 'co_host')
  execute function note_feedback_hosts();
create trigger organisation_members_leave before delete on organisation_members
  for each row when (old.state = 'active') execute function note_feedback_hosts();
create trigger organisations_close before delete on organisations
  for each row execute function note_feedback_hosts();

create or replace function hosts_feedback(feedback bigint, reader bigint, at timestamptz) returns boolean
  language sql stable parallel safe as $$
  select exists (select from event_feedback f join event_occurrences o on o.id = f.occurrence_id
      join events e on e.id = o.event_id
      where f.id = feedback and (e.host_id = reader or reader in (select co_hosts(e))))
    or exists (select from event_feedback_hosts h where h.feedback_id = feedback and h.user_id = reader)
$$;
